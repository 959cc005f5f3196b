//! What is said of an exemplar and of what happens to it, and how both are shown: of an individual, who it is and what is noted of it
//! only to who may see persons.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::life::{Entry, ExemplarEvidence, Happened};
use super::machine::{ExemplarEvent, ExemplarState};
use super::model::{Content, Exemplar, ExemplarId, ExemplarKind};
use crate::emulation::movements::words::{EmulationField, EmulationLevel, MovementCode};
use crate::emulation::persons::{Decision, PublicPerson, StaffReference};
use crate::organizations::OrganizationCode;
use crate::platform::Body;
use crate::platform::text::stored;

/// An exemplar as it is registered. All but its title, field and level stays as it is, and these two once it is recognised.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "organization": "H19.06", "kind": "model", "field": "political_system", "level": "base", "year": 2020,
    "title": "Bộ phận một cửa thân thiện", "registered_on": "2020-02-03"
}))]
pub struct NewExemplar {
    /// The movement that it is of.
    movement: Option<MovementCode>,
    /// Any code of the organization that registers it: one in which the movement runs.
    organization: OrganizationCode,
    /// What it is.
    kind: ExemplarKind,
    /// In which field.
    field: EmulationField,
    /// At which level: one that the movement knows.
    level: EmulationLevel,
    /// For which year: at most the one after the registration.
    #[schema(minimum = 1930, maximum = 2200, example = 2020)]
    year: i32,
    /// Its name; of an individual, for what, without the person's name.
    #[schema(min_length = 1, max_length = 500, pattern = r"\S", example = "Bộ phận một cửa thân thiện")]
    title: String,
    /// The staff reference of an individual. Needs `emulation:persons`.
    pub(super) person: Option<StaffReference>,
    /// On which day it was registered, not in the future.
    #[schema(format = Date, example = "2020-02-03")]
    registered_on: NaiveDate,
}

impl Body for NewExemplar {}

impl From<NewExemplar> for Content {
    fn from(new: NewExemplar) -> Self {
        Self {
            movement: new.movement,
            organization: new.organization,
            kind: new.kind,
            field: new.field,
            level: new.level,
            year: new.year,
            title: stored(&new.title),
            person: new.person,
            registered_on: new.registered_on,
        }
    }
}

/// An exemplar as it stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExemplarView {
    /// Id.
    id: ExemplarId,
    /// The movement that it is of.
    #[schema(required = true)]
    movement: Option<MovementCode>,
    /// Code of the organization that registered it.
    organization: OrganizationCode,
    /// What it is.
    kind: ExemplarKind,
    /// In which field.
    field: EmulationField,
    /// At which level.
    level: EmulationLevel,
    /// For which year.
    #[schema(example = 2020)]
    year: i32,
    /// Its name. Of an individual it is there for `emulation:persons` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "Bộ phận một cửa thân thiện")]
    title: Option<String>,
    /// The staff reference of an individual; for `emulation:persons` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    person: Option<StaffReference>,
    /// The individual, as a decision made it public; for `emulation:persons` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    public_person: Option<PublicPerson>,
    /// On which day it was registered.
    registered_on: NaiveDate,
    /// How it stands.
    state: ExemplarState,
    /// Since which day.
    state_since: NaiveDate,
    /// When it was recorded.
    created_at: DateTime<Utc>,
    /// Last change.
    updated_at: DateTime<Utc>,
}

impl ExemplarView {
    /// As who sees persons is shown it, or who does not.
    pub(super) fn of(one: Exemplar, sees_persons: bool) -> Self {
        let Content { movement, organization, kind, field, level, year, title, person, registered_on } =
            one.content;
        let about = sees_persons || kind != ExemplarKind::Individual;
        Self {
            id: one.id,
            movement,
            organization,
            kind,
            field,
            level,
            year,
            title: Some(title).filter(|_| about),
            person: person.filter(|_| about),
            public_person: one.public.filter(|_| about),
            registered_on,
            state: one.state,
            state_since: one.last_on,
            created_at: one.created_at,
            updated_at: one.updated_at,
        }
    }
}

/// What happened to an exemplar: all but its registration.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "event": "recognise", "on": "2020-07-02", "decision": { "number": "45/QĐ-SKHCN", "on": "2020-07-02" },
    "evidence": [{ "figure": { "kpi": "on-time-dossiers", "period": "2020-H1" } }]
}))]
pub struct NewExemplarEvent {
    /// What happened.
    event: ExemplarEvent,
    /// On which day, not before the last event; without it, today.
    #[schema(format = Date, example = "2020-07-02")]
    on: Option<NaiveDate>,
    /// By which decision: not after the day of what happened, nor before the registration; one that recognises, or takes that back, not
    /// before the last event either.
    decision: Option<Decision>,
    /// A note; the reason, where one is needed.
    #[schema(
        min_length = 1,
        max_length = 4_000,
        pattern = r"\S",
        example = "Đoàn thẩm định đã kiểm tra thực tế"
    )]
    note: Option<String>,
    /// What shows it.
    #[serde(default)]
    #[schema(max_items = 20)]
    evidence: Vec<ExemplarEvidence>,
    /// The individual, whom the decision makes public. Needs `emulation:persons`.
    public_person: Option<PublicPerson>,
}

impl Body for NewExemplarEvent {}

impl From<NewExemplarEvent> for Happened {
    fn from(new: NewExemplarEvent) -> Self {
        let NewExemplarEvent { event, on, decision, note, evidence, public_person } = new;
        Self {
            event,
            on,
            decision: decision.map(Decision::stored),
            note: note.as_deref().map(stored),
            evidence,
            person: public_person.map(PublicPerson::stored),
        }
    }
}

/// What happened to an exemplar, and how it stood afterwards.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExemplarEventView {
    /// Its number, from 1.
    #[schema(minimum = 1, example = 4)]
    seq: i32,
    /// When it was recorded.
    recorded_at: DateTime<Utc>,
    /// The day on which it happened.
    on: NaiveDate,
    /// What.
    event: ExemplarEvent,
    /// How it stood then.
    state: ExemplarState,
    /// By which decision. Of an individual it is there for `emulation:persons` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    decision: Option<Decision>,
    /// A note, or the reason. Of an individual it is there for `emulation:persons` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "Đoàn thẩm định đã kiểm tra thực tế")]
    note: Option<String>,
    /// What shows it. Of an individual it is there for `emulation:persons` only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    evidence: Vec<ExemplarEvidence>,
}

impl ExemplarEventView {
    /// As who sees what is noted is shown it, or who does not.
    pub(super) fn of(entry: Entry, about: bool) -> Self {
        let Entry { seq, recorded_at, happened_on, event, state, decision, note, evidence, .. } = entry;
        Self {
            seq,
            recorded_at,
            on: happened_on,
            event,
            state,
            decision: decision.filter(|_| about),
            note: note.filter(|_| about),
            evidence: if about { evidence } else { Vec::new() },
        }
    }
}
