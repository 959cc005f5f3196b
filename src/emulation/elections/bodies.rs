//! What is said of an election, and how it is shown: who is elected only to who may see persons.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{Election, ElectionId, Said, Votes};
use crate::emulation::movements::words::{GroupCode, MovementCode};
use crate::emulation::nominations::model::NominationId;
use crate::emulation::persons::{Decision, PublicPerson, StaffReference};
use crate::kpis::percent::Percent;
use crate::kpis::periods::model::Period;
use crate::organizations::OrganizationCode;
use crate::platform::Body;

/// Members of the council who voted for somebody.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NominationVotes {
    /// Id of the nomination.
    nomination: NominationId,
    /// How many.
    #[schema(minimum = 0, maximum = 100_000, example = 7)]
    votes: i32,
}

/// The votes of a council, and whom it elects.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "movement": "van-hoa-8-gio-2020", "round": "2020-06", "group": "state-management", "held_on": "2020-06-25", "council_members": 9, "blank": 1,
    "votes": [{ "nomination": "0199b2c4-5d6e-7f80-9123-456789abcde1", "votes": 7 }], "elected": "0199b2c4-5d6e-7f80-9123-456789abcde1"
}))]
pub struct NewElection {
    /// Code of the movement.
    movement: MovementCode,
    /// The round: a month, quarter or year, as the movement says.
    round: Period,
    /// Code of the group.
    group: GroupCode,
    /// On which day; without it, today.
    #[schema(format = Date, example = "2020-06-25")]
    held_on: Option<NaiveDate>,
    /// All members of the council, absent ones too.
    #[schema(minimum = 1, maximum = 100_000, example = 9)]
    council_members: i32,
    /// Blank and invalid ballots.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 100_000, example = 1)]
    blank: i32,
    /// Who was voted for; who is left out got no vote. Each member votes for one, so votes and blank ballots are no more than the members.
    #[schema(min_items = 1, max_items = 500)]
    votes: Vec<NominationVotes>,
    /// Id of the nomination that is elected: it has more votes than every other. A tie elects nobody: the council votes again.
    elected: NominationId,
}

impl Body for NewElection {}

impl From<NewElection> for Said {
    fn from(new: NewElection) -> Self {
        let votes = |one: NominationVotes| Votes { nomination: one.nomination, votes: one.votes };
        Self {
            movement: new.movement,
            round: new.round,
            group: new.group,
            held_on: new.held_on,
            council_members: new.council_members,
            blank: new.blank,
            ballot: new.votes.into_iter().map(votes).collect(),
            elected: new.elected,
        }
    }
}

/// The decision that makes a face public, and as whom.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPublication {
    /// The decision.
    pub(super) decision: Decision,
    /// The person.
    pub(super) person: PublicPerson,
}

impl Body for NewPublication {}

/// Why an election does not stand any more.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRevocation {
    /// On which day, not before the decision; without it, today.
    #[schema(format = Date, example = "2020-08-03")]
    pub(super) on: Option<NaiveDate>,
    /// By which decision.
    pub(super) decision: Decision,
}

impl Body for NewRevocation {}

/// An election.
#[derive(Debug, Serialize, ToSchema)]
pub struct ElectionView {
    /// Id.
    id: ElectionId,
    /// Code of the movement.
    movement: MovementCode,
    /// The round.
    round: Period,
    /// Code of the group.
    group: GroupCode,
    /// On which day.
    held_on: NaiveDate,
    /// All members of the council, absent ones too.
    #[schema(minimum = 1, example = 9)]
    council_members: i32,
    /// Blank and invalid ballots.
    #[schema(minimum = 0, example = 1)]
    blank: i32,
    /// Id of the nomination that is elected.
    elected: NominationId,
    /// Code of the organization of who is elected.
    organization: OrganizationCode,
    /// Members of the council who voted for who is elected.
    #[schema(minimum = 1, example = 7)]
    votes: i32,
    /// Their share of all members, in percent with two decimals.
    #[schema(required = true, example = 77.78)]
    percent: Option<Percent>,
    /// The staff reference of who is elected; for `emulation:persons` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    person: Option<StaffReference>,
    /// The person, as a decision made it public; for `emulation:persons` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    public_person: Option<PublicPerson>,
    /// The decision that made the person public; for `emulation:persons` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    decision: Option<Decision>,
    /// On which day it was revoked; null while it stands.
    #[schema(required = true, example = "2020-08-03")]
    revoked_on: Option<NaiveDate>,
    /// By which decision it was revoked; for `emulation:persons` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    revoked_by: Option<Decision>,
    /// When it was recorded.
    created_at: DateTime<Utc>,
    /// Last change.
    updated_at: DateTime<Utc>,
}

impl ElectionView {
    /// As who sees persons is shown it, or who does not.
    pub(super) fn of(one: Election, sees_persons: bool) -> Self {
        Self {
            percent: one.percent(),
            id: one.id,
            movement: one.movement,
            round: one.round,
            group: one.group,
            held_on: one.held_on,
            council_members: one.council_members,
            blank: one.blank,
            elected: one.elected,
            organization: one.organization_code,
            votes: one.votes,
            person: Some(one.person).filter(|_| sees_persons),
            public_person: one.public.filter(|_| sees_persons),
            decision: one.decision.filter(|_| sees_persons),
            revoked_on: one.revoked_on,
            revoked_by: one.revoked_by.filter(|_| sees_persons),
            created_at: one.created_at,
            updated_at: one.updated_at,
        }
    }
}
