//! What an exemplar is. Pure.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::machine::{ExemplarEvent, ExemplarState};
use crate::emulation::movements::model::Content as Movement;
use crate::emulation::movements::words::{EmulationField, EmulationLevel, MovementCode};
use crate::emulation::persons::{PublicPerson, StaffReference};
use crate::organizations::{OrganizationCode, OrganizationId};
use crate::platform::Wrong;
use crate::platform::input::wrong;
use crate::platform::moment::is_likely;
use crate::platform::text::folded;
use crate::{closed_set, refusals, uuid};

uuid! {
    /// Id of an exemplar: a UUID of the caller's making, which names nobody.
    ExemplarId, "0199b2c4-5d6e-7f80-9123-456789abcde0"
}

closed_set! {
    /// What an exemplar is.
    ExemplarKind, "not-in-set" {
        /// Mô hình: a way of doing that others can take over.
        Model = "model",
        /// Điển hình tập thể.
        Collective = "exemplar_collective",
        /// Điển hình cá nhân.
        Individual = "exemplar_individual",
    }
}

refusals! {
    /// Why an exemplar refuses.
    Refusal {
        /// Another's.
        OfAnother = Conflict "exemplar-of-another"
            ("The exemplar is of an organization out of reach", "Mô hình, điển hình thuộc tổ chức ngoài phạm vi")
            ("Only who reaches the organization of an exemplar may change it.", "Chỉ người có quyền với tổ chức đăng ký mới được thay đổi mô hình, điển hình."),
        /// Not in this state.
        NotNow { event: ExemplarEvent, state: ExemplarState } = Conflict "exemplar-state"
            ("This may not happen in the state of the exemplar", "Không thực hiện được ở trạng thái hiện tại của mô hình, điển hình")
            ("{event} may not happen to an exemplar that is {state}.", "Không thể {event} khi mô hình, điển hình ở trạng thái {state}."),
        /// It was decided on.
        Decided { state: ExemplarState } = Conflict "exemplar-decided"
            ("Field and level of the exemplar were decided on", "Lĩnh vực và cấp của mô hình, điển hình đã được quyết định")
            ("An exemplar that is {state} keeps its field and level; its title may be corrected.",
             "Mô hình, điển hình ở trạng thái {state} giữ nguyên lĩnh vực và cấp; có thể sửa tên."),
    }
}

/// What is said of an exemplar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The movement that it is of.
    pub movement: Option<MovementCode>,
    /// Code of the organization that registers it.
    pub organization: OrganizationCode,
    /// What it is.
    pub kind: ExemplarKind,
    /// In which field.
    pub field: EmulationField,
    /// At which level.
    pub level: EmulationLevel,
    /// For which year.
    pub year: i32,
    /// Its name; of an individual, for what.
    pub title: String,
    /// The individual.
    pub person: Option<StaffReference>,
    /// On which day it was registered.
    pub registered_on: NaiveDate,
}

impl Content {
    /// What contradicts itself, or the movement that it is of.
    pub fn wrongs(&self, movement: Option<&Movement>, today: NaiveDate) -> Vec<Wrong> {
        let mut wrongs = Vec::new();
        let mut wrong = |at: &str, code| wrongs.push(Wrong::body(at, code));
        match (self.kind, &self.person) {
            (ExemplarKind::Individual, None) => wrong("/person", wrong::REQUIRED),
            (ExemplarKind::Model | ExemplarKind::Collective, Some(_)) => wrong("/person", wrong::MISMATCH),
            _ => {}
        }
        if !is_likely(self.registered_on) {
            wrong("/registered_on", wrong::RANGE);
        } else if self.registered_on > today {
            wrong("/registered_on", wrong::FUTURE);
        }
        // They are registered year by year, in that year or before its beginning; what is of an earlier one may be entered late.
        if self.year > self.registered_on.year() + 1 {
            wrong("/year", wrong::RANGE);
        }
        let Some(movement) = movement else { return wrongs };
        if !movement.knows_field(self.field) {
            wrong("/field", wrong::MISMATCH);
        }
        if !movement.knows_level(&self.level) {
            wrong("/level", wrong::MISMATCH);
        }
        if !movement.has_year(self.year) {
            wrong("/year", wrong::MISMATCH);
        }
        wrongs
    }

    /// What of it never changes, where it is said otherwise than before: by it, exemplars were counted.
    pub fn fixed(&self, before: &Self) -> Vec<Wrong> {
        let fixed = [
            ("/movement", self.movement == before.movement),
            ("/kind", self.kind == before.kind),
            ("/year", self.year == before.year),
            ("/person", self.person == before.person),
            ("/registered_on", self.registered_on == before.registered_on),
        ];
        let changed = fixed.iter().filter(|(_, same)| !same);
        changed.map(|(at, _)| Wrong::body(*at, wrong::MISMATCH)).collect()
    }

    /// Refuses another field or level once it is recognised, or at an end: in these it was recognised, and is counted.
    pub fn must_keep(&self, before: &Self, state: ExemplarState) -> Result<(), Refusal> {
        let same = self.field == before.field && self.level == before.level;
        if same || state.is_open() { Ok(()) } else { Err(Refusal::Decided { state }) }
    }

    /// By what it is found. A person's name is not among it.
    pub fn search_text(&self) -> String {
        folded(&self.title)
    }
}

/// An exemplar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exemplar {
    /// Id.
    pub id: ExemplarId,
    /// Grows with each change.
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// Who registered it.
    pub organization: OrganizationId,
    /// What is said of it.
    pub content: Content,
    /// The individual, as a decision made it public.
    pub public: Option<PublicPerson>,
    /// How it stands.
    pub state: ExemplarState,
    /// Day of the last event.
    pub last_on: NaiveDate,
    /// How many events there were.
    pub events: i32,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(kind: ExemplarKind, person: Option<&str>) -> Content {
        Content {
            movement: None,
            organization: "H19.06".parse().unwrap(),
            kind,
            field: EmulationField::CultureSociety,
            level: "base".parse().unwrap(),
            year: 2020,
            title: "Một cửa thân thiện".into(),
            person: person.map(|person| person.parse().unwrap()),
            registered_on: "2020-02-03".parse().unwrap(),
        }
    }

    #[test]
    fn an_individual_is_a_person_and_nothing_else_is() {
        let today = "2026-01-05".parse().unwrap();
        let told = |kind, person| content(kind, person).wrongs(None, today);
        for kind in [ExemplarKind::Model, ExemplarKind::Collective] {
            assert!(told(kind, None).is_empty());
            assert_eq!(told(kind, Some("cb-1")), [Wrong::body("/person", "mismatch")]);
        }
        assert!(told(ExemplarKind::Individual, Some("cb-1")).is_empty());
        assert_eq!(told(ExemplarKind::Individual, None), [Wrong::body("/person", "required")]);
    }

    #[test]
    fn what_was_recognised_keeps_field_and_level() {
        use ExemplarState as S;

        let before = content(ExemplarKind::Model, None);
        let field = Content { field: EmulationField::Economy, ..before.clone() };
        let level = Content { level: "province".parse().unwrap(), ..before.clone() };
        let title = Content { title: "Khác".into(), ..before.clone() };
        for (state, open) in [
            (S::Registered, true),
            (S::Implementing, true),
            (S::Appraised, true),
            (S::Recognised, false),
            (S::Replicated, false),
            (S::Lapsed, false),
            (S::Withdrawn, false),
        ] {
            assert_eq!(field.must_keep(&before, state).is_ok(), open, "{state}");
            assert_eq!(level.must_keep(&before, state).is_ok(), open, "{state}");
            assert!(title.must_keep(&before, state).is_ok(), "{state}");
        }
    }

    #[test]
    fn what_was_counted_by_never_changes() {
        let before = content(ExemplarKind::Individual, Some("cb-1"));
        let mut after = before.clone();
        after.title = "Khác".into();
        after.field = EmulationField::Economy;
        after.level = "province".parse().unwrap();
        assert!(after.fixed(&before).is_empty());
        let after = Content { year: 2021, person: Some("cb-2".parse().unwrap()), ..before.clone() };
        let places = after.fixed(&before);
        assert_eq!(places, [Wrong::body("/year", "mismatch"), Wrong::body("/person", "mismatch")]);
    }
}
