//! What is said of a proposal and of what happens to it, and how both are shown: persons only to who may know of them.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::machine::{AwardState, AwardStep};
use super::model::{Authority, Award, AwardId, Entry, Happened, OutsideAuthority, Said, Vote};
use crate::emulation::awards::titles::model::{AwardTitleId, AwardYear};
use crate::emulation::persons::StaffReference;
use crate::organizations::OrganizationCode;
use crate::platform::Body;
use crate::platform::clock::shown_end;
use crate::platform::text::stored;

/// A proposal to give a title or commendation.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "title": "advanced-collective", "year": 2020, "organization": "H19.06", "on": "2020-12-01", "basis": "85/TTr-SKHCN"
}))]
pub struct NewAward {
    /// What is to be given.
    title: AwardTitleId,
    /// For which year, not before it begins.
    year: AwardYear,
    /// Code of the organization that is to be given it, or where the person works.
    organization: OrganizationCode,
    /// Staff reference of the person, of what is for individuals.
    staff: Option<StaffReference>,
    /// For what, of a commendation. The same achievement is commended once, however it is spelled.
    #[schema(min_length = 1, max_length = 1_000, pattern = r"\S", example = "Xây dựng phần mềm một cửa")]
    achievement: Option<String>,
    /// Code of the unit that proposes, at or above the organization; without it, the organization itself. Caps are counted for it.
    unit: Option<OrganizationCode>,
    /// Code of the organization that decides, at or above the unit; without it, the unit itself, unless a body outside the register
    /// decides. It must be of a kind that may give the title.
    authority: Option<OrganizationCode>,
    /// Who decides and stands outside the register, of what such a body gives.
    outside_authority: Option<OutsideAuthority>,
    /// When it was proposed; without it, today.
    #[schema(format = Date, example = "2020-12-01")]
    on: Option<NaiveDate>,
    /// By which document (tờ trình).
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "85/TTr-SKHCN")]
    basis: Option<String>,
    /// A note.
    #[schema(min_length = 1, max_length = 4_000, pattern = r"\S", example = "Kèm báo cáo thành tích")]
    note: Option<String>,
}

impl Body for NewAward {}

impl From<NewAward> for Said {
    fn from(new: NewAward) -> Self {
        let text = |text: Option<String>| text.as_deref().map(stored);
        let outside = |said: OutsideAuthority| OutsideAuthority { name: stored(&said.name), ..said };
        Self {
            title: new.title,
            year: new.year,
            organization: new.organization,
            staff: new.staff,
            achievement: text(new.achievement),
            unit: new.unit,
            authority: new.authority,
            outside: new.outside_authority.map(outside),
            on: new.on,
            basis: text(new.basis),
            note: text(new.note),
        }
    }
}

/// A vote of the council. What is left of its members was absent, and sent no opinion.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AwardVote {
    /// All members of the council, also those who were absent.
    #[schema(minimum = 1, maximum = 1_000, example = 11)]
    members_total: i32,
    /// Votes for it.
    #[schema(minimum = 0, maximum = 1_000, example = 10)]
    votes_for: i32,
    /// Votes against it.
    #[schema(minimum = 0, maximum = 1_000, example = 0)]
    votes_against: i32,
    /// Blank or invalid votes.
    #[schema(minimum = 0, maximum = 1_000, example = 0)]
    blank: i32,
    /// How many of all these votes are opinions that absent members sent in writing.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1_000, example = 1)]
    written_opinions: i32,
}

impl From<AwardVote> for Vote {
    fn from(vote: AwardVote) -> Self {
        let AwardVote { members_total, votes_for, votes_against, blank, written_opinions } = vote;
        Self { members_total, votes_for, votes_against, blank, written_opinions }
    }
}

impl From<Vote> for AwardVote {
    fn from(vote: Vote) -> Self {
        let Vote { members_total, votes_for, votes_against, blank, written_opinions } = vote;
        Self { members_total, votes_for, votes_against, blank, written_opinions }
    }
}

/// A step that a caller records: all but the first, which is the proposal itself.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "step": "appraise", "on": "2020-12-10", "basis": "45/BC-BTĐKT" }))]
pub struct NewAwardEvent {
    /// What happened.
    step: AwardStep,
    /// On which day, not before the last step; without it, today.
    #[schema(format = Date, example = "2020-12-10")]
    on: Option<NaiveDate>,
    /// By which document: report of the appraisal, minutes of the vote, decision.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "45/BC-BTĐKT")]
    basis: Option<String>,
    /// A note; the reason, where one is needed.
    #[schema(min_length = 1, max_length = 4_000, pattern = r"\S", example = "Đủ điều kiện")]
    note: Option<String>,
    /// The numbers, of `vote`.
    vote: Option<AwardVote>,
    /// Name of the person, of `decide`, where the decision makes it public.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "Nguyễn Văn A")]
    name: Option<String>,
    /// Position of the person, of `decide`, where the decision makes it public.
    #[schema(min_length = 1, max_length = 300, pattern = r"\S", example = "Trưởng phòng")]
    position: Option<String>,
}

impl Body for NewAwardEvent {}

impl From<NewAwardEvent> for Happened {
    fn from(new: NewAwardEvent) -> Self {
        let NewAwardEvent { step, on, basis, note, vote, name, position } = new;
        let text = |text: Option<String>| text.as_deref().map(stored);
        let vote = vote.map(Vote::from);
        Self {
            step,
            on,
            basis: text(basis),
            note: text(note),
            vote,
            name: text(name),
            position: text(position),
        }
    }
}

/// A person who is to be given something, or was. Only for who holds `emulation:persons`.
#[derive(Debug, Serialize, ToSchema)]
pub struct AwardedPerson {
    /// Staff reference.
    staff: StaffReference,
    /// Name, where the decision made it public.
    #[schema(required = true, example = "Nguyễn Văn A")]
    name: Option<String>,
    /// Position, where the decision made it public.
    #[schema(required = true, example = "Trưởng phòng")]
    position: Option<String>,
}

/// A proposal, and what it led to.
#[derive(Debug, Serialize, ToSchema)]
pub struct AwardView {
    /// Id.
    id: AwardId,
    /// What is given.
    title: AwardTitleId,
    /// For which year.
    year: AwardYear,
    /// Code of the organization that is given it, or where the person works.
    organization: OrganizationCode,
    /// Code of the unit that proposes.
    unit: OrganizationCode,
    /// Code of the organization that decides; `null` if a body outside the register does.
    #[schema(required = true)]
    authority: Option<OrganizationCode>,
    /// Who decides and stands outside the register.
    #[schema(required = true)]
    outside_authority: Option<OutsideAuthority>,
    /// The person; absent of an organization, and for who may not know of persons.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    person: Option<AwardedPerson>,
    /// For what, of a commendation; absent where it is told of a person to who may not know of persons.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Xây dựng phần mềm một cửa")]
    achievement: Option<String>,
    /// How it stands.
    state: AwardState,
    /// When it was proposed.
    proposed_on: NaiveDate,
    /// When it was decided to give it.
    #[schema(required = true)]
    decided_on: Option<NaiveDate>,
    /// By which decision. Of a person it is there for `emulation:persons` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "4410/QĐ-UBND")]
    decision: Option<String>,
    /// When that was revoked: from this day on it does not count.
    #[schema(required = true)]
    revoked_on: Option<NaiveDate>,
}

impl AwardView {
    /// A proposal, with or without the person.
    pub(super) fn of(award: Award, persons: bool) -> Self {
        let told = persons || award.staff.is_none();
        let (name, position) = (award.name, award.position);
        let (authority, outside_authority) = match award.authority {
            Authority::Organization(_, code) => (Some(code), None),
            Authority::Outside(outside) => (None, Some(outside)),
        };
        let person = award.staff.filter(|_| persons).map(|staff| AwardedPerson { staff, name, position });
        Self {
            id: award.id,
            title: award.title,
            year: award.year,
            organization: award.organization_code,
            unit: award.unit_code,
            authority,
            outside_authority,
            person,
            achievement: award.achievement.filter(|_| told),
            state: award.state,
            proposed_on: award.proposed_on,
            decided_on: shown_end(award.decided_on),
            decision: award.decision.filter(|_| told),
            revoked_on: shown_end(award.revoked_on),
        }
    }
}

/// A step of a proposal.
#[derive(Debug, Serialize, ToSchema)]
pub struct AwardEventView {
    /// Its number, from 1.
    #[schema(minimum = 1, example = 2)]
    seq: i32,
    /// When it was recorded.
    recorded_at: DateTime<Utc>,
    /// The day on which it happened.
    on: NaiveDate,
    /// What.
    step: AwardStep,
    /// How the proposal stood then.
    state: AwardState,
    /// By which document. Of a person it is there for `emulation:persons` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "45/BC-BTĐKT")]
    basis: Option<String>,
    /// A note, or the reason; absent where it is told of a person to who may not know of persons.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Đủ điều kiện")]
    note: Option<String>,
    /// The vote.
    #[schema(required = true)]
    vote: Option<AwardVote>,
}

impl AwardEventView {
    /// A step, with or without what may be said of a person.
    pub(super) fn of(entry: Entry, told: bool) -> Self {
        Self {
            seq: entry.seq,
            recorded_at: entry.recorded_at,
            on: entry.happened_on,
            step: entry.step,
            state: entry.state,
            basis: entry.basis.filter(|_| told),
            note: entry.note.filter(|_| told),
            vote: entry.vote.map(AwardVote::from),
        }
    }
}
