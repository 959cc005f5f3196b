//! What a proposal is and what a step does to it. Pure.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::machine::{AwardState as State, AwardStep as Step};
use super::refusals::Refusal;
use crate::emulation::awards::titles::model::{
    AwardForm, AwardLevel, AwardRecipient, AwardTitleId, AwardYear, Rule,
};
use crate::emulation::persons::StaffReference;
use crate::organizations::register::model::OrganizationKind;
use crate::organizations::{OrganizationCode, OrganizationId};
use crate::platform::input::wrong;
use crate::platform::moment::is_likely;
use crate::platform::text::folded;
use crate::platform::{Fault, Wrong};
use crate::uuid;

uuid! {
    /// Id of a proposal and of what it leads to.
    AwardId, "0199b2c4-5d6e-7f80-9123-456789abcdef"
}

/// Who decides and stands outside the register: the Prime Minister, the President, another ministry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OutsideAuthority {
    /// What it is called, as the decision has it.
    #[schema(min_length = 1, max_length = 300, pattern = r"\S", example = "Thủ tướng Chính phủ")]
    pub name: String,
    /// At which level it decides: that of the title.
    #[schema(example = "national")]
    pub level: AwardLevel,
}

/// Who decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authority {
    /// An organization of the register.
    Organization(OrganizationId, OrganizationCode),
    /// A body outside it.
    Outside(OutsideAuthority),
}

/// Refuses who may not give a title: `kind` is that of the organization that decides, none of a body outside the register.
pub fn must_be_given_by(
    title: &AwardTitleId,
    rule: &Rule,
    kind: Option<OrganizationKind>,
) -> Result<(), Refusal> {
    let title = title.clone();
    match (rule.deciders(), kind) {
        (Some([]), None) | (None, Some(_)) => Ok(()),
        (Some(kinds), Some(kind)) if kinds.contains(&kind) => Ok(()),
        (Some([]), Some(_)) => Err(Refusal::GivenOutside { title }),
        (_, None) => Err(Refusal::GivenInside { title }),
        (Some(kinds), Some(_)) => {
            let kinds = kinds.iter().map(OrganizationKind::as_str).collect::<Vec<_>>().join(", ");
            Err(Refusal::GivenByOthers { title, kinds })
        }
    }
}

/// A proposal as a caller says it.
#[derive(Clone, Debug)]
pub struct Said {
    /// What is to be given.
    pub title: AwardTitleId,
    /// For which year.
    pub year: AwardYear,
    /// To which organization, or where the person works.
    pub organization: OrganizationCode,
    /// To whom of the staff.
    pub staff: Option<StaffReference>,
    /// For what, of a commendation.
    pub achievement: Option<String>,
    /// Which unit proposes; without it, the organization itself.
    pub unit: Option<OrganizationCode>,
    /// Which organization decides; without it, the unit itself, unless a body outside the register does.
    pub authority: Option<OrganizationCode>,
    /// Who outside the register decides.
    pub outside: Option<OutsideAuthority>,
    /// When it was proposed; without it, today.
    pub on: Option<NaiveDate>,
    /// By which document.
    pub basis: Option<String>,
    /// A note.
    pub note: Option<String>,
}

impl Said {
    /// The day of the proposal. Refuses a day that cannot be, and what does not fit the title.
    pub fn check(&self, rule: &Rule, today: NaiveDate) -> Result<NaiveDate, Fault> {
        let mut wrongs = Vec::new();
        let on = self.on.unwrap_or(today);
        if !is_likely(on) {
            wrongs.push(Wrong::body("/on", wrong::RANGE));
        }
        if on > today {
            wrongs.push(Wrong::body("/on", wrong::FUTURE));
        }
        if self.year.first_day() > today {
            wrongs.push(Wrong::body("/year", wrong::FUTURE));
        } else if on < self.year.first_day() {
            wrongs.push(Wrong::body("/on", wrong::ORDER));
        }
        if self.outside.is_some() && self.authority.is_some() {
            wrongs.push(Wrong::body("/outside_authority", wrong::MISMATCH));
        }
        if self.outside.as_ref().is_some_and(|outside| outside.level != rule.level) {
            wrongs.push(Wrong::body("/outside_authority/level", wrong::MISMATCH));
        }
        for (at, given, needed) in [
            ("/staff", self.staff.is_some(), rule.recipient == AwardRecipient::Individual),
            ("/achievement", self.achievement.is_some(), rule.form == AwardForm::Commendation),
        ] {
            match (given, needed) {
                (false, true) => wrongs.push(Wrong::body(at, wrong::REQUIRED)),
                (true, false) => wrongs.push(Wrong::body(at, wrong::MISMATCH)),
                _ => {}
            }
        }
        if wrongs.is_empty() { Ok(on) } else { Err(Fault::invalid(wrongs)) }
    }
}

/// A vote of the council.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Vote {
    /// All members, also those who were absent.
    pub members_total: i32,
    /// Votes for it.
    pub votes_for: i32,
    /// Votes against it.
    pub votes_against: i32,
    /// Blank or invalid votes.
    pub blank: i32,
    /// How many of the votes are opinions that absent members sent in writing.
    pub written_opinions: i32,
}

impl Vote {
    fn wrongs(&self) -> Vec<Wrong> {
        let given = i64::from(self.votes_for) + i64::from(self.votes_against) + i64::from(self.blank);
        let mut wrongs = Vec::new();
        if given > i64::from(self.members_total) {
            wrongs.push(Wrong::body("/vote/members_total", wrong::SUM));
        }
        if i64::from(self.written_opinions) > given {
            wrongs.push(Wrong::body("/vote/written_opinions", wrong::SUM));
        }
        wrongs
    }
}

/// What is said of a step.
#[derive(Clone, Debug)]
pub struct Happened {
    /// Which.
    pub step: Step,
    /// On which day; without it, today.
    pub on: Option<NaiveDate>,
    /// By which document.
    pub basis: Option<String>,
    /// A note, or the reason.
    pub note: Option<String>,
    /// The vote.
    pub vote: Option<Vote>,
    /// The name that the decision makes public.
    pub name: Option<String>,
    /// The position that the decision makes public.
    pub position: Option<String>,
}

/// A proposal, and what it led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Award {
    /// Id.
    pub id: AwardId,
    /// Grows with each step.
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// What is to be given.
    pub title: AwardTitleId,
    /// For which year.
    pub year: AwardYear,
    /// To which organization, or where the person works.
    pub organization: OrganizationId,
    /// The same, by code.
    pub organization_code: OrganizationCode,
    /// Which unit proposes.
    pub unit: OrganizationId,
    /// The same, by code.
    pub unit_code: OrganizationCode,
    /// Who decides.
    pub authority: Authority,
    /// To whom of the staff.
    pub staff: Option<StaffReference>,
    /// The name that the decision made public.
    pub name: Option<String>,
    /// The position that the decision made public.
    pub position: Option<String>,
    /// For what, of a commendation.
    pub achievement: Option<String>,
    /// How it stands.
    pub state: State,
    /// When it was proposed.
    pub proposed_on: NaiveDate,
    /// When it was declined or withdrawn; the open end if it was not.
    pub closed_on: NaiveDate,
    /// When it was decided; the open end if it was not.
    pub decided_on: NaiveDate,
    /// When that was revoked; the open end if it was not.
    pub revoked_on: NaiveDate,
    /// Day of the last step.
    pub last_on: NaiveDate,
    /// By which decision it was given.
    pub decision: Option<String>,
    /// How many steps there were.
    pub events: i32,
}

/// A step as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Of which proposal.
    pub award: AwardId,
    /// Its number, from 1.
    pub seq: i32,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// The day on which it happened.
    pub happened_on: NaiveDate,
    /// Which.
    pub step: Step,
    /// How the proposal stood then.
    pub state: State,
    /// By which document.
    pub basis: Option<String>,
    /// A note, or the reason.
    pub note: Option<String>,
    /// The vote.
    pub vote: Option<Vote>,
}

impl Award {
    /// The first entry: it was proposed.
    pub fn proposed(&self, basis: Option<String>, note: Option<String>) -> Entry {
        self.entry(Step::Propose, basis, note, None)
    }

    /// Takes a step. Answers the entry that is kept of it. Refuses what may not happen now, and what contradicts what was before.
    pub fn take(
        &mut self,
        happened: &Happened,
        today: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<Entry, Fault> {
        let state = happened.step.leads(self.state)?;
        let on = happened.on.unwrap_or(today);
        self.admit(happened, on, today)?;
        match happened.step {
            Step::Decide => {
                self.decided_on = on;
                self.decision.clone_from(&happened.basis);
                self.name.clone_from(&happened.name);
                self.position.clone_from(&happened.position);
            }
            Step::Decline | Step::Withdraw => self.closed_on = on,
            Step::Revoke => self.revoked_on = on,
            Step::Propose | Step::Appraise | Step::Vote => {}
        }
        (self.state, self.last_on, self.updated_at) = (state, on, now);
        (self.events, self.version) = (self.events + 1, self.version + 1);
        Ok(self.entry(happened.step, happened.basis.clone(), happened.note.clone(), happened.vote))
    }

    fn entry(&self, step: Step, basis: Option<String>, note: Option<String>, vote: Option<Vote>) -> Entry {
        Entry {
            award: self.id.clone(),
            seq: self.events,
            recorded_at: self.updated_at,
            happened_on: self.last_on,
            step,
            state: self.state,
            basis,
            note,
            vote,
        }
    }

    /// Refuses a day that cannot be, a step without what it needs, and one with what it has not.
    fn admit(&self, happened: &Happened, on: NaiveDate, today: NaiveDate) -> Result<(), Fault> {
        let step = happened.step;
        let mut wrongs: Vec<Wrong> = happened.vote.iter().flat_map(Vote::wrongs).collect();
        if on > today {
            wrongs.push(Wrong::body("/on", wrong::FUTURE));
        }
        if on < self.last_on {
            wrongs.push(Wrong::body("/on", wrong::ORDER));
        }
        let public = step == Step::Decide && self.staff.is_some();
        for (at, given, needed, allowed) in [
            ("/basis", happened.basis.is_some(), step.needs_basis(), true),
            ("/note", happened.note.is_some(), step.needs_reason(), true),
            ("/vote", happened.vote.is_some(), step == Step::Vote, step == Step::Vote),
            ("/name", happened.name.is_some(), false, public),
            ("/position", happened.position.is_some(), false, public),
        ] {
            if needed && !given {
                wrongs.push(Wrong::body(at, wrong::REQUIRED));
            }
            if given && !allowed {
                wrongs.push(Wrong::body(at, wrong::MISMATCH));
            }
        }
        if wrongs.is_empty() { Ok(()) } else { Err(Fault::invalid(wrongs)) }
    }

    /// What giving it uses up: the title of a year, or the commendation of an achievement, of a subject.
    pub fn claim(&self) -> String {
        let subject = match &self.staff {
            Some(staff) => format!("staff {staff}"),
            None => format!("organization {}", self.organization.0),
        };
        match &self.achievement {
            // However it is spelled: with or without marks, in capitals.
            Some(achievement) => format!("achievement {subject} {}", folded(achievement)),
            None => format!("title {subject} {} {}", self.title, self.year),
        }
    }

    /// Refuses a decision without the vote that the rules ask for.
    pub fn must_be_voted(&self, rule: &Rule, vote: Option<Vote>) -> Result<(), Refusal> {
        match (&rule.vote, vote) {
            (None, _) => Ok(()),
            (Some(_), None) => Err(Refusal::VoteNeeded),
            (Some(needed), Some(Vote { votes_for, members_total, .. })) => {
                let reached = needed.is_reached(votes_for, members_total);
                if reached { Ok(()) } else { Err(Refusal::VoteShort { votes_for, members_total }) }
            }
        }
    }
}
