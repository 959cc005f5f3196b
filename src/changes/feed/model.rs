//! What followers are told, and positions in the order of changes. Pure.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::changes::kinds::ChangeKind;
use crate::platform::changes::ChangeAct;
use crate::refusals;

/// What a cursor of the feed is good for. It is nobody's own: a follower may go on under another token, or by a webhook.
pub const CURSOR: &str = "1\nchanges";

/// Where reading goes on: at this place of the changes of one transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// Number of the transaction, in the order of the commits.
    pub seq: i64,
    /// Place among its changes, from 0.
    pub place: i64,
}

impl Position {
    /// Stands for the end of all, wherever that is when it is asked for.
    pub const END: Self = Self { seq: i64::MAX, place: 0 };

    /// After all that a transaction changed.
    pub fn after(seq: i64) -> Self {
        Self { seq: seq.saturating_add(1), place: 0 }
    }

    /// Right after a change at this position.
    #[must_use]
    pub fn next(self) -> Self {
        Self { place: self.place.saturating_add(1), ..self }
    }
}

/// What became of one thing. What it is now tells its own operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = ToldChange)]
pub struct Told {
    /// Names this change; a webhook that is delivered again holds the same.
    #[schema(example = "17-0")]
    pub id: String,
    /// What changed.
    pub kind: ChangeKind,
    /// Which one: its code or name, of some kinds several words with blanks between them.
    #[schema(example = "H19.06")]
    pub key: String,
    /// What became of it.
    pub act: ChangeAct,
    /// When.
    pub at: DateTime<Utc>,
    /// Where it stands.
    #[serde(skip)]
    pub position: Position,
}

/// Some of what changed.
#[derive(Clone, Debug)]
pub struct Slice {
    /// In the order of the commits.
    pub items: Vec<Told>,
    /// Where reading goes on.
    pub next: Position,
    /// More is there already.
    pub more: bool,
    /// The last transaction of all.
    pub last: i64,
}

impl Slice {
    /// Whether there is nothing to tell, and nothing more to look at.
    pub fn is_end(&self) -> bool {
        self.items.is_empty() && !self.more
    }
}

refusals! {
    /// Why changes are not told.
    Refusal {
        /// The cursor is older than what is kept, or was given before the database was set back.
        Lost = Gone "changes-no-longer-kept"
            ("Changes after this cursor are no longer kept", "Không còn lưu các thay đổi sau con trỏ này")
            ("Start again: take a cursor by after=end, read everything anew, and follow from that cursor.", "Hãy bắt đầu lại: lấy con trỏ bằng after=end, đọc lại toàn bộ dữ liệu rồi theo dõi tiếp từ con trỏ đó."),
    }
}
