//! What happens to an exemplar, and by what it is shown. Pure.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::machine::{ExemplarEvent, ExemplarState};
use super::model::{Exemplar, ExemplarId, ExemplarKind};
use crate::directives::register::model::DirectiveId;
use crate::emulation::persons::{Decision, PublicPerson};
use crate::kpis::catalog::model::KpiId;
use crate::kpis::periods::model::{Period, Scheme};
use crate::platform::input::wrong;
use crate::platform::{Fault, Wrong};

/// A figure of the exemplar's organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceFigure {
    /// The KPI.
    pub kpi: KpiId,
    /// The period.
    pub period: Period,
    /// How the period is cut; without it, by the calendar.
    #[serde(default)]
    pub scheme: Scheme,
}

/// What shows that something happened: exactly one of the three.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "figure": { "kpi": "on-time-dossiers", "period": "2020" } }))]
pub struct ExemplarEvidence {
    /// A figure of the exemplar's organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub figure: Option<EvidenceFigure>,
    /// Id of a directive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directive: Option<DirectiveId>,
    /// Where it can be seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        max_length = 2_000,
        pattern = r"^https?://[^\s]+$",
        example = "https://ioffice.example.vn/bc-12"
    )]
    pub link: Option<String>,
}

impl ExemplarEvidence {
    fn is_one(&self) -> bool {
        let parts = [self.figure.is_some(), self.directive.is_some(), self.link.is_some()];
        parts.iter().filter(|part| **part).count() == 1
    }
}

/// What is said of an event.
#[derive(Clone, Debug)]
pub struct Happened {
    /// What.
    pub event: ExemplarEvent,
    /// On which day; without it, today.
    pub on: Option<NaiveDate>,
    /// By which decision.
    pub decision: Option<Decision>,
    /// A note, or the reason.
    pub note: Option<String>,
    /// What shows it.
    pub evidence: Vec<ExemplarEvidence>,
    /// The individual, whom the decision makes public.
    pub person: Option<PublicPerson>,
}

/// An event as it is kept, with how the exemplar stood afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Of which exemplar.
    pub exemplar: ExemplarId,
    /// Its number, from 1.
    pub seq: i32,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// The day on which it happened.
    pub happened_on: NaiveDate,
    /// What.
    pub event: ExemplarEvent,
    /// How the exemplar stood then.
    pub state: ExemplarState,
    /// By which decision.
    pub decision: Option<Decision>,
    /// A note, or the reason.
    pub note: Option<String>,
    /// What shows it.
    pub evidence: Vec<ExemplarEvidence>,
}

impl Exemplar {
    /// The first entry: it was registered.
    pub fn registered(&self) -> Entry {
        self.entry(ExemplarEvent::Register, None, None, Vec::new())
    }

    fn entry(
        &self,
        event: ExemplarEvent,
        decision: Option<Decision>,
        note: Option<String>,
        evidence: Vec<ExemplarEvidence>,
    ) -> Entry {
        Entry {
            exemplar: self.id.clone(),
            seq: self.events,
            recorded_at: self.updated_at,
            happened_on: self.last_on,
            event,
            state: self.state,
            decision,
            note,
            evidence,
        }
    }

    /// Takes an event. Answers the entry that is kept of it. Refuses what may not happen now, and an event without what it needs.
    pub fn take(
        &mut self,
        happened: &Happened,
        today: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<Entry, Fault> {
        let state = happened.event.leads(self.state)?;
        let on = happened.on.unwrap_or(today);
        let wrongs = self.wrongs(happened, on, today);
        if !wrongs.is_empty() {
            return Err(Fault::invalid(wrongs));
        }
        if let Some(person) = &happened.person {
            self.public = Some(person.clone());
        }
        if state == ExemplarState::Withdrawn {
            // Nothing makes the person public any more.
            self.public = None;
        }
        (self.state, self.last_on, self.events) = (state, on, self.events + 1);
        (self.version, self.updated_at) = (self.version + 1, now);
        let Happened { event, decision, note, evidence, .. } = happened.clone();
        Ok(self.entry(event, decision, note, evidence))
    }

    fn wrongs(&self, happened: &Happened, on: NaiveDate, today: NaiveDate) -> Vec<Wrong> {
        let Happened { event, decision, note, evidence, person, .. } = happened;
        // What is recognised, or taken back, was appraised, or recognised, before that was decided.
        let needed = event.needs_decision(self.state);
        let days = (if needed { self.last_on } else { self.content.registered_on }, on);
        let mut wrongs: Vec<Wrong> =
            decision.iter().flat_map(|decision| decision.wrongs("/decision", days, today)).collect();
        let mut wrong = |at: String, code| wrongs.push(Wrong::body(at, code));
        if on > today {
            wrong("/on".to_owned(), wrong::FUTURE);
        }
        if on < self.last_on {
            wrong("/on".to_owned(), wrong::ORDER);
        }
        if event.needs_reason() && note.is_none() {
            wrong("/note".to_owned(), wrong::REQUIRED);
        }
        if (needed || person.is_some()) && decision.is_none() {
            wrong("/decision".to_owned(), wrong::REQUIRED);
        }
        let ends = matches!(event, ExemplarEvent::Lapse | ExemplarEvent::Withdraw);
        if person.is_some() && (self.content.kind != ExemplarKind::Individual || ends) {
            wrong("/public_person".to_owned(), wrong::MISMATCH);
        }
        for (place, _) in evidence.iter().enumerate().filter(|(_, evidence)| !evidence.is_one()) {
            wrong(format!("/evidence/{place}"), wrong::MISMATCH);
        }
        wrongs
    }
}
