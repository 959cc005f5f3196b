//! What is said of a movement and of what happens to it, and how both are shown.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::actions::Said;
use super::life::{Entry, Happened};
use super::machine::{MovementEvent, MovementState};
use super::model::{Content, LaunchingBody, Movement, MovementCriterion, MovementGroup, MovementLevel};
use super::words::{EmulationField, MovementCode};
use crate::directives::register::model::DirectiveId;
use crate::directives::relations::api::DirectiveReference;
use crate::emulation::persons::Decision;
use crate::kpis::percent::Percent;
use crate::kpis::periods::model::Interval;
use crate::organizations::OrganizationCode;
use crate::platform::text::stored;
use crate::platform::{Body, Fault};

/// A movement as it is launched.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Dân vận khéo", "organization": "H19.06", "launched_by": { "name": "Ban Thường vụ Tỉnh ủy Đồng Nai" },
    "launched_on": "2015-02-14", "starts_on": "2015-02-14", "ends_on": "2020-12-31", "rounds": "year",
    "levels": [{ "code": "base", "name": "Cấp cơ sở" }, { "code": "province", "name": "Cấp tỉnh" }],
    "groups": [{ "code": "state-management", "name": "Khối Quản lý nhà nước" }, { "code": "service-units", "name": "Khối sự nghiệp" }],
    "criteria": [{ "name": "Có hiệu quả thực tế, được nhân dân đồng tình", "points": 40 }]
}))]
pub struct NewMovement {
    /// Its name.
    #[schema(min_length = 1, max_length = 500, pattern = r"\S", example = "Dân vận khéo")]
    name: String,
    /// Any code of the organization in which it runs, with all below it. Never changes.
    organization: OrganizationCode,
    /// Who launched it.
    launched_by: LaunchingBody,
    /// Day of the launch, not in the future. Never changes.
    #[schema(format = Date, example = "2015-02-14")]
    launched_on: NaiveDate,
    /// The directives on which it rests.
    #[serde(default)]
    #[schema(max_items = 50)]
    legal_basis: Vec<DirectiveReference>,
    /// First day of its stage.
    #[schema(format = Date, example = "2015-02-14")]
    starts_on: NaiveDate,
    /// Last day of it; null while it is not known.
    #[schema(format = Date, example = "2020-12-31")]
    ends_on: Option<NaiveDate>,
    /// How long a round is: calendar months, quarters or years.
    rounds: Interval,
    /// Its fields; none stands for all four.
    #[serde(default)]
    #[schema(max_items = 4)]
    fields: Vec<EmulationField>,
    /// The levels at which its exemplars are recognised; none stands for any.
    #[serde(default)]
    #[schema(max_items = 20)]
    levels: Vec<MovementLevel>,
    /// Its groups; in each, one face is elected a round.
    #[serde(default)]
    #[schema(max_items = 100)]
    groups: Vec<MovementGroup>,
    /// Its criteria.
    #[serde(default)]
    #[schema(max_items = 200)]
    criteria: Vec<MovementCriterion>,
    /// The least share of all members of a council, absent ones too, by which a face is elected, in percent; null if most votes suffice.
    vote_percent: Option<Percent>,
}

impl Body for NewMovement {}

impl NewMovement {
    /// What is said. Refuses a legal basis that names neither an id nor a number, or both.
    pub(super) fn said(self) -> Result<Said, Fault> {
        let basis = self.legal_basis.into_iter().enumerate();
        let basis = basis.map(|(place, named)| named.named(&format!("/legal_basis/{place}")));
        let content = Content {
            name: self.name,
            organization: self.organization,
            launched_by: self.launched_by,
            launched_on: self.launched_on,
            legal_basis: Vec::new(),
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            rounds: self.rounds,
            fields: self.fields,
            levels: self.levels,
            groups: self.groups,
            criteria: self.criteria,
            vote_percent: self.vote_percent,
        };
        Ok(Said { basis: basis.collect::<Result<_, Fault>>()?, content: content.stored() })
    }
}

/// A movement.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovementView {
    /// Its code.
    code: MovementCode,
    /// Its name.
    #[schema(example = "Dân vận khéo")]
    name: String,
    /// Code of the organization in which it runs, with all below it.
    organization: OrganizationCode,
    /// Who launched it.
    launched_by: LaunchingBody,
    /// Day of the launch.
    launched_on: NaiveDate,
    /// Ids of the directives on which it rests.
    legal_basis: Vec<DirectiveId>,
    /// First day of its stage.
    starts_on: NaiveDate,
    /// Last day of it; null while it is not known.
    #[schema(required = true, example = "2020-12-31")]
    ends_on: Option<NaiveDate>,
    /// How long a round is.
    rounds: Interval,
    /// Its fields; none stands for all four.
    fields: Vec<EmulationField>,
    /// The levels at which its exemplars are recognised; none stands for any.
    levels: Vec<MovementLevel>,
    /// Its groups.
    groups: Vec<MovementGroup>,
    /// Its criteria.
    criteria: Vec<MovementCriterion>,
    /// The least share of all members of a council by which a face is elected, in percent.
    #[schema(required = true)]
    vote_percent: Option<Percent>,
    /// How far it is.
    state: MovementState,
    /// Since which day.
    state_since: NaiveDate,
    /// When it was recorded.
    created_at: DateTime<Utc>,
    /// Last change.
    updated_at: DateTime<Utc>,
}

impl From<Movement> for MovementView {
    fn from(one: Movement) -> Self {
        let content = one.content;
        Self {
            code: one.code,
            name: content.name,
            organization: content.organization,
            launched_by: content.launched_by,
            launched_on: content.launched_on,
            legal_basis: content.legal_basis,
            starts_on: content.starts_on,
            ends_on: content.ends_on,
            rounds: content.rounds,
            fields: content.fields,
            levels: content.levels,
            groups: content.groups,
            criteria: content.criteria,
            vote_percent: content.vote_percent,
            state: one.state,
            state_since: one.last_on,
            created_at: one.created_at,
            updated_at: one.updated_at,
        }
    }
}

/// What happened to a movement: all but the launch, which is its definition.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "event": "review", "on": "2018-06-29", "note": "Sơ kết giữa giai đoạn" }))]
pub struct NewMovementEvent {
    /// What happened.
    event: MovementEvent,
    /// On which day, not before the last event; without it, today.
    #[schema(format = Date, example = "2018-06-29")]
    on: Option<NaiveDate>,
    /// The decision or plan by which: not after the day of what happened, nor before the launch.
    decision: Option<Decision>,
    /// A note.
    #[schema(min_length = 1, max_length = 4_000, pattern = r"\S", example = "Sơ kết giữa giai đoạn")]
    note: Option<String>,
    /// Where its documents are.
    #[schema(
        max_length = 2_000,
        pattern = r"^https?://[^\s]+$",
        example = "https://ioffice.example.vn/812-BC"
    )]
    link: Option<String>,
}

impl Body for NewMovementEvent {}

impl From<NewMovementEvent> for Happened {
    fn from(new: NewMovementEvent) -> Self {
        let NewMovementEvent { event, on, decision, note, link } = new;
        let text = |text: Option<String>| text.as_deref().map(stored);
        Self { event, on, decision: decision.map(Decision::stored), note: text(note), link: text(link) }
    }
}

/// What happened to a movement, and how far it was afterwards.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovementEventView {
    /// Its number, from 1.
    #[schema(minimum = 1, example = 2)]
    seq: i32,
    /// When it was recorded.
    recorded_at: DateTime<Utc>,
    /// The day on which it happened.
    on: NaiveDate,
    /// What.
    event: MovementEvent,
    /// How far the movement was then.
    state: MovementState,
    /// By which decision or plan.
    #[schema(required = true)]
    decision: Option<Decision>,
    /// A note.
    #[schema(required = true, example = "Sơ kết giữa giai đoạn")]
    note: Option<String>,
    /// Where its documents are.
    #[schema(required = true, example = "https://ioffice.example.vn/812-BC")]
    link: Option<String>,
}

impl From<Entry> for MovementEventView {
    fn from(entry: Entry) -> Self {
        let Entry { seq, recorded_at, happened_on, event, state, decision, note, link } = entry;
        Self { seq, recorded_at, on: happened_on, event, state, decision, note, link }
    }
}
