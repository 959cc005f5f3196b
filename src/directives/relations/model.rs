//! What one directive can be to another, and why that is refused. Pure.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::directives::register::identity::Numbered;
use crate::directives::register::model::{DirectiveId, STANDINGS};
use crate::platform::input::wrong;
use crate::platform::moment::is_likely;
use crate::platform::{Fault, OPEN_END, Wrong};
use crate::{closed_set, refusals, uuid};

uuid! {
    /// Id of a relation between two directives.
    RelationId, "0199b2c4-5d6e-7f80-9123-456789abcdef"
}

closed_set! {
    /// What one directive is to another.
    RelationKind, "not-in-set" {
        /// Cụ thể hóa, triển khai thực hiện: puts it into practice.
        Implements = "implements",
        /// Sửa đổi, bổ sung.
        Amends = "amends",
        /// Thay thế.
        Replaces = "replaces",
        /// Bãi bỏ, hủy bỏ, thu hồi.
        Revokes = "revokes",
        /// Trả lời, báo cáo.
        Answers = "answers",
        /// Căn cứ, viện dẫn.
        Cites = "cites",
    }
}

impl RelationKind {
    /// Whether it changes what has become of the other.
    pub fn moves_status(self) -> bool {
        STANDINGS.iter().any(|(kind, _)| *kind == self.as_str())
    }
}

refusals! {
    /// Why a relation is refused.
    Refusal {
        /// A directive and itself.
        Itself = Conflict "directive-relation-cycle"
            ("A directive would stand above itself", "Một văn bản sẽ đứng trên chính nó")
            ("A directive has no relation with itself.", "Văn bản không có quan hệ với chính nó."),
        /// A cycle of putting into practice.
        Cycle { number: String } = Conflict "directive-relation-cycle"
            ("A directive would stand above itself", "Một văn bản sẽ đứng trên chính nó")
            ("{number} would put itself into practice, by way of others.", "{number} sẽ cụ thể hóa chính nó, qua các văn bản khác."),
        /// It is there already.
        Related { id: String } = Conflict "directives-related"
            ("The directives have this relation already", "Các văn bản đã có quan hệ này")
            ("This relation is recorded as {id}; its days can be changed there.", "Quan hệ này đã được ghi nhận với mã {id}; có thể thay đổi ngày ở đó."),
        /// A number of several directives.
        Several { number: String } = Invalid "directive-ambiguous"
            ("Several directives have this number", "Có nhiều văn bản mang số này")
            ("{number} may be one of several directives; give the year, or the id.", "{number} có thể là một trong nhiều văn bản; hãy nêu năm hoặc mã."),
        /// Another's, whose status would change.
        Foreign = Forbidden "directive-of-another"
            ("The directive belongs to an organization out of reach", "Văn bản thuộc tổ chức ngoài phạm vi")
            ("Only who reaches the organization that issued or registered a directive may change what has become of it.", "Chỉ người có quyền với tổ chức ban hành hoặc đăng ký mới được thay đổi hiệu lực của văn bản."),
        /// More directives than one answer holds.
        TooMany { limit: usize } = Invalid "relations-too-many"
            ("More directives are related than one answer holds", "Số văn bản liên quan vượt quá một lần trả lời")
            ("More than {limit} directives are related at this depth; ask for a smaller one.", "Có hơn {limit} văn bản liên quan ở độ sâu này; hãy giảm độ sâu."),
    }
}

/// By what a caller names a directive.
#[derive(Clone, Debug)]
pub enum Named {
    /// Its id.
    Id(DirectiveId),
    /// A number as it was written, and what it says.
    Number(String, Numbered),
}

/// A relation as a caller says it.
#[derive(Clone, Debug)]
pub struct Said {
    /// The directive that does something to the other.
    pub from: Named,
    /// What.
    pub kind: RelationKind,
    /// The other.
    pub to: Named,
    /// From which day on; without it, from the day on which the first is in force.
    pub since: Option<NaiveDate>,
    /// The first day on which it no longer holds.
    pub until: Option<NaiveDate>,
}

/// A relation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Relation {
    /// Id.
    pub id: RelationId,
    /// Grows with each change.
    pub version: i64,
    /// The directive that does something to the other.
    pub from: DirectiveId,
    /// What.
    pub kind: RelationKind,
    /// The other.
    pub to: DirectiveId,
    /// First day; not known of some that change no status.
    pub since: Option<NaiveDate>,
    /// First day after the last.
    pub until: NaiveDate,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
}

/// The days of a relation. Refuses what is no span, and a change of status without its day.
pub fn span(
    kind: RelationKind,
    since: Option<NaiveDate>,
    until: Option<NaiveDate>,
) -> Result<(Option<NaiveDate>, NaiveDate), Fault> {
    let mut wrongs = Vec::new();
    for (at, day) in [("/since", since), ("/until", until)] {
        if day.is_some_and(|day| !is_likely(day)) {
            wrongs.push(Wrong::body(at, wrong::RANGE));
        }
    }
    if kind.moves_status() && since.is_none() {
        wrongs.push(Wrong::body("/since", wrong::REQUIRED));
    }
    if since.zip(until).is_some_and(|(since, until)| until < since) {
        wrongs.push(Wrong::body("/until", wrong::ORDER));
    }
    if wrongs.is_empty() { Ok((since, until.unwrap_or(OPEN_END))) } else { Err(Fault::invalid(wrongs)) }
}

/// Who puts whom into practice, as far as it stands above some directives.
#[derive(Debug, Default)]
pub struct Ladder(HashMap<DirectiveId, Vec<DirectiveId>>);

impl Ladder {
    /// Of steps, each from a directive to one that it puts into practice.
    pub fn of(steps: impl IntoIterator<Item = (DirectiveId, DirectiveId)>) -> Self {
        let mut ladder = Self::default();
        steps.into_iter().for_each(|(from, to)| ladder.add(from, to));
        ladder
    }

    /// Adds a step.
    pub fn add(&mut self, from: DirectiveId, to: DirectiveId) {
        self.0.entry(from).or_default().push(to);
    }

    /// Whether one stands above another, or is it.
    pub fn leads(&self, from: &DirectiveId, to: &DirectiveId) -> bool {
        let (mut seen, mut open) = (HashSet::new(), vec![from]);
        while let Some(at) = open.pop() {
            if at == to {
                return true;
            }
            if seen.insert(at) {
                open.extend(self.0.get(at).into_iter().flatten());
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: usize) -> DirectiveId {
        format!("0199b2c4-5d6e-7f80-9123-{n:012}").parse().unwrap()
    }

    #[test]
    fn a_ladder_leads_up_and_never_in_a_circle() {
        let ladder = Ladder::of([(id(1), id(2)), (id(2), id(3)), (id(2), id(4)), (id(4), id(2))]);
        assert!(ladder.leads(&id(1), &id(3)) && ladder.leads(&id(1), &id(1)) && ladder.leads(&id(4), &id(3)));
        assert!(!ladder.leads(&id(3), &id(1)) && !ladder.leads(&id(9), &id(1)));
    }

    #[test]
    fn a_change_of_status_has_its_day() {
        let day = |text: &str| Some(text.parse().unwrap());
        assert!(span(RelationKind::Cites, None, None).is_ok());
        assert_eq!(span(RelationKind::Revokes, day("2020-01-01"), None).unwrap().1, OPEN_END);
        let same = span(RelationKind::Revokes, day("2020-01-01"), day("2020-01-01"));
        assert!(same.is_ok(), "one that was recorded by mistake");
        for bad in [
            span(RelationKind::Revokes, None, None),
            span(RelationKind::Cites, day("2020-01-02"), day("2020-01-01")),
            span(RelationKind::Cites, day("0020-01-02"), None),
        ] {
            assert!(bad.is_err());
        }
    }
}
