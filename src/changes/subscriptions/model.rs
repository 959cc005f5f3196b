//! What a subscription is, and why one is refused. Pure.

use chrono::{DateTime, TimeDelta, Utc};

use crate::changes::feed::model::Position;
use crate::changes::kinds::ChangeKind;
use crate::organizations::{OrganizationCode, OrganizationId};
use crate::platform::outside::Refused;
use crate::{closed_set, refusals};

/// How long a secret that was replaced signs beside the new one.
pub const OVERLAP: TimeDelta = TimeDelta::hours(24);

closed_set! {
    /// Whether anything is delivered.
    SubscriptionStatus, "not-in-set" {
        /// What changes is delivered.
        Active = "active",
        /// Nothing is.
        Disabled = "disabled",
    }
}

closed_set! {
    /// Why nothing is delivered.
    DisabledReason, "not-in-set" {
        /// Somebody asked for it.
        Asked = "asked",
        /// The target failed for too long.
        Failing = "failing",
        /// The target said that it is no more (410).
        Gone = "gone",
        /// What it did not get is no longer kept.
        Lost = "lost",
    }
}

/// How the delivery to a subscriber goes.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Where it goes on.
    pub next: Position,
    /// Calls so far.
    pub tries: i64,
    /// Calls that failed since the last one that did not.
    pub failures: i32,
    /// Since when every call fails.
    pub failing_since: Option<DateTime<Utc>>,
    /// When the next call is due.
    pub due_at: DateTime<Utc>,
    /// When something was last delivered.
    pub delivered_at: Option<DateTime<Utc>>,
    /// What the target answered last.
    pub last_status: Option<i32>,
    /// Why the last call failed.
    pub last_error: Option<String>,
}

/// A subscription.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// Id.
    pub id: String,
    /// At the root of what it is told of, with its code; none for everything.
    pub root: Option<(OrganizationId, OrganizationCode)>,
    /// The target.
    pub url: String,
    /// What it is told of.
    pub kinds: Vec<ChangeKind>,
    /// What it is for.
    pub description: Option<String>,
    /// Whether anything is delivered.
    pub status: SubscriptionStatus,
    /// Why not.
    pub reason: Option<DisabledReason>,
    /// The secret that signs, sealed.
    pub secret: String,
    /// The one before it, and until when that signs too.
    pub earlier: Option<(String, DateTime<Utc>)>,
    /// Version of the record.
    pub version: i64,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// How it goes.
    pub delivery: Delivery,
}

impl Subscription {
    /// The sealed secrets that sign at a moment, the newest first.
    pub fn secrets(&self, now: DateTime<Utc>) -> Vec<&str> {
        let earlier =
            self.earlier.iter().filter(|(_, until)| *until > now).map(|(secret, _)| secret.as_str());
        std::iter::once(self.secret.as_str()).chain(earlier).collect()
    }
}

refusals! {
    /// Why a subscription is refused.
    Refusal {
        /// The target cannot be called.
        Malformed = Invalid "webhook-target-refused"
            ("The target of the webhook is refused", "Địa chỉ nhận webhook bị từ chối")
            ("The target must be an https:// address with a host and without a user.", "Địa chỉ nhận phải có dạng https://, có tên máy chủ và không kèm tên người dùng."),
        /// The target may not be called.
        Inside { address: String } = Invalid "webhook-target-refused"
            ("The target of the webhook is refused", "Địa chỉ nhận webhook bị từ chối")
            ("The target leads to {address}, which is not a public address.", "Địa chỉ nhận trỏ tới {address}, không phải là địa chỉ công cộng."),
        /// What it did not get is no longer kept.
        Unkept = Conflict "webhook-position-lost"
            ("What the subscription did not get is no longer kept", "Không còn lưu các thay đổi mà đăng ký này chưa nhận")
            ("Name in after from where it is to go on.", "Hãy nêu trong after vị trí tiếp tục."),
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Malformed => Self::Malformed,
            Refused::Inside(address) => Self::Inside { address: address.to_string() },
        }
    }
}
