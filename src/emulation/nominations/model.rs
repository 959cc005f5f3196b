//! What a nomination is. Pure.

use chrono::{DateTime, NaiveDate, Utc};

use crate::emulation::movements::model::Movement;
use crate::emulation::movements::words::{GroupCode, MovementCode};
use crate::emulation::persons::StaffReference;
use crate::kpis::periods::model::{Period, Scheme};
use crate::organizations::{OrganizationCode, OrganizationId};
use crate::platform::input::wrong;
use crate::platform::{Fault, Wrong};
use crate::{refusals, uuid};

uuid! {
    /// Id of a nomination: a UUID of the caller's making, which names nobody.
    NominationId, "0199b2c4-5d6e-7f80-9123-456789abcde1"
}

refusals! {
    /// Why a nomination is refused.
    Refusal {
        /// Another's.
        OfAnother = Conflict "nomination-of-another"
            ("The nomination is of an organization out of reach", "Đề cử thuộc tổ chức ngoài phạm vi")
            ("Only who reaches the organization of a nomination may change it.", "Chỉ người có quyền với tổ chức đề cử mới được thay đổi."),
        /// Stands already.
        Repeated = Conflict "nominated-already"
            ("The person stands in this group and round already", "Người này đã được đề cử trong khối và đợt này")
            ("A person stands once in a group and round.", "Mỗi người chỉ được đề cử một lần trong một khối, một đợt."),
        /// Was voted on.
        Voted = Conflict "nomination-voted"
            ("The nomination was voted on", "Đề cử đã được biểu quyết")
            ("A nomination that was voted on does not change while the election stands.", "Đề cử đã biểu quyết không được thay đổi khi kết quả còn hiệu lực."),
    }
}

/// In which race of a movement: one face is elected in each.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Race {
    /// The movement.
    pub movement: MovementCode,
    /// The round.
    pub round: String,
    /// The group.
    pub group: GroupCode,
}

impl Race {
    /// The race of a round and group.
    pub fn of(movement: &MovementCode, round: &Period, group: &GroupCode) -> Self {
        Self { movement: movement.clone(), round: round.to_string(), group: group.clone() }
    }
}

/// Refuses a round or a group that a movement does not have.
pub fn admit(movement: &Movement, round: &Period, group: &GroupCode, today: NaiveDate) -> Result<(), Fault> {
    movement.admits_round(round, today, |code| Wrong::body("/round", code))?;
    match movement.content.group(group) {
        Some(_) => Ok(()),
        None => Err(Fault::invalid(vec![Wrong::body("/group", wrong::MISSING)])),
    }
}

/// What is said of a nomination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The movement.
    pub movement: MovementCode,
    /// The round.
    pub round: Period,
    /// The group.
    pub group: GroupCode,
    /// Code of the organization that the person belongs to.
    pub organization: OrganizationCode,
    /// Who.
    pub person: StaffReference,
    /// On which day it was withdrawn.
    pub withdrawn_on: Option<NaiveDate>,
}

impl Content {
    /// What is said otherwise than before, of what never changes.
    pub fn fixed(&self, before: &Self) -> Vec<Wrong> {
        let fixed = [
            ("/movement", self.movement == before.movement),
            ("/round", self.round == before.round),
            ("/group", self.group == before.group),
            ("/person", self.person == before.person),
        ];
        let changed = fixed.iter().filter(|(_, same)| !same);
        changed.map(|(at, _)| Wrong::body(*at, wrong::MISMATCH)).collect()
    }

    /// What is wrong with the day of a withdrawal.
    pub fn wrongs(&self, today: NaiveDate) -> Vec<Wrong> {
        match self.withdrawn_on {
            Some(day) if day > today => vec![Wrong::body("/withdrawn_on", wrong::FUTURE)],
            Some(day) if day < self.round.first_day(Scheme::Calendar) => {
                vec![Wrong::body("/withdrawn_on", wrong::ORDER)]
            }
            _ => Vec::new(),
        }
    }
}

/// A nomination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nomination {
    /// Id.
    pub id: NominationId,
    /// Grows with each change.
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// The organization that the person belongs to.
    pub organization: OrganizationId,
    /// What is said of it.
    pub content: Content,
    /// Members of the council who voted for the person in the election that stands.
    pub votes: Option<i32>,
}
