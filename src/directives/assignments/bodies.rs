//! What is said of an assignment and of what happens to it, and how both are shown.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::actions::Change;
use super::machine::{AssignmentEvent, AssignmentState};
use super::model::{Assignment, AssignmentId, AssignmentRole, Entry, Happened, Said};
use crate::directives::edxml::status::StatusCode;
use crate::directives::register::model::DirectiveId;
use crate::organizations::OrganizationCode;
use crate::platform::Body;
use crate::platform::clock::shown_end;
use crate::platform::text::stored;

/// What an organization is to do about a directive.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "organization": "H19.06", "role": "lead", "content": "Báo cáo tổng kết phong trào thi đua “Dân vận khéo”", "working_days": 15
}))]
pub struct NewAssignment {
    /// Code of the organization that is to do it.
    organization: OrganizationCode,
    /// What it is to the task.
    role: AssignmentRole,
    /// What is to be done.
    #[schema(
        min_length = 1,
        max_length = 4_000,
        pattern = r"\S",
        example = "Báo cáo tổng kết phong trào thi đua"
    )]
    content: String,
    /// Code of the organization that gives it; without it, the one that issued or registered the directive, or the root of your
    /// subtree. Of a part, it is the organization that has the whole.
    assigner: Option<OrganizationCode>,
    /// Id of the assignment of which it is a part.
    parent: Option<AssignmentId>,
    /// Day on which it was given; without it, today.
    #[schema(format = Date, example = "2020-06-04")]
    assigned_on: Option<NaiveDate>,
    /// Last day. Without it and `working_days`, that of the whole; of what is no part, none.
    #[schema(format = Date, example = "2020-06-25")]
    due_on: Option<NaiveDate>,
    /// Working days of the term, counted from the day after the one on which it was given.
    #[schema(minimum = 1, maximum = 1_000, example = 15)]
    working_days: Option<u32>,
}

impl Body for NewAssignment {}

impl From<NewAssignment> for Said {
    fn from(new: NewAssignment) -> Self {
        Self {
            organization: new.organization,
            role: new.role,
            content: stored(&new.content),
            assigner: new.assigner,
            parent: new.parent,
            assigned_on: new.assigned_on,
            due_on: new.due_on,
            working_days: new.working_days,
        }
    }
}

/// What changes; a field that is absent stays as it is. Its last day is moved by an extension, its state by what happens.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignmentChange {
    /// What the organization is to the task.
    #[schema(nullable = false)]
    role: Option<AssignmentRole>,
    /// What is to be done.
    #[schema(
        min_length = 1,
        max_length = 4_000,
        pattern = r"\S",
        nullable = false,
        example = "Báo cáo sơ kết"
    )]
    content: Option<String>,
}

impl Body for AssignmentChange {}

impl From<AssignmentChange> for Change {
    fn from(AssignmentChange { role, content }: AssignmentChange) -> Self {
        Self { role, content: content.as_deref().map(stored) }
    }
}

/// An event that a caller records: all but the first, which is the giving itself.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "event": "accept" }))]
pub struct NewAssignmentEvent {
    /// What happened.
    event: AssignmentEvent,
    /// On which day, not before the last event; without it, today.
    #[schema(format = Date, example = "2020-06-20")]
    on: Option<NaiveDate>,
    /// A note; the reason, where one is needed.
    #[schema(
        min_length = 1,
        max_length = 4_000,
        pattern = r"\S",
        example = "Đã tổng hợp báo cáo của các phòng"
    )]
    note: Option<String>,
    /// Where the evidence is.
    #[schema(
        max_length = 2_000,
        pattern = r"^https?://[^\s]+$",
        example = "https://ioffice.example.vn/812-BC-SKHCN"
    )]
    link: Option<String>,
    /// How far it is, of `progress`.
    #[schema(minimum = 0, maximum = 100, example = 60)]
    percent: Option<i32>,
    /// Until when, of an extension that is requested; of one that is granted, if it is another day.
    #[schema(format = Date, example = "2020-07-10")]
    due_on: Option<NaiveDate>,
}

impl Body for NewAssignmentEvent {}

impl From<NewAssignmentEvent> for Happened {
    fn from(new: NewAssignmentEvent) -> Self {
        let NewAssignmentEvent { event, on, note, link, percent, due_on } = new;
        let text = |text: Option<String>| text.as_deref().map(stored);
        Self { event, on, note: text(note), link: text(link), percent, due_on }
    }
}

/// An assignment as it stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssignmentView {
    /// Id.
    id: AssignmentId,
    /// Id of the directive.
    directive: DirectiveId,
    /// Id of the assignment of which it is a part.
    #[schema(required = true)]
    parent: Option<AssignmentId>,
    /// Code of the organization that is to do it.
    organization: OrganizationCode,
    /// Code of the organization that gave it; null if somebody did who reaches all.
    #[schema(required = true)]
    assigner: Option<OrganizationCode>,
    /// What the organization is to the task.
    role: AssignmentRole,
    /// What is to be done.
    #[schema(example = "Báo cáo tổng kết phong trào thi đua")]
    content: String,
    /// Day on which it was given.
    assigned_on: NaiveDate,
    /// Working days of the term, if it was told so.
    #[schema(required = true, minimum = 1, example = 15)]
    working_days: Option<u32>,
    /// Last day as it was at first.
    #[schema(required = true, example = "2020-06-25")]
    due_on_original: Option<NaiveDate>,
    /// Last day as it is now.
    #[schema(required = true, example = "2020-06-25")]
    due_on: Option<NaiveDate>,
    /// Until when an extension is requested that is not decided yet.
    #[schema(required = true, example = "2020-07-10")]
    extension_requested: Option<NaiveDate>,
    /// How it stands.
    state: AssignmentState,
    /// The code of QCVN 102:2016/BTTTT for that.
    status_code: StatusCode,
    /// How far it is.
    #[schema(minimum = 0, maximum = 100, example = 60)]
    percent: i32,
    /// Day on which it was completed, as is reported.
    #[schema(required = true, example = "2020-06-20")]
    completed_on: Option<NaiveDate>,
    /// Day on which that was confirmed.
    #[schema(required = true, example = "2020-06-22")]
    confirmed_on: Option<NaiveDate>,
    /// When it was recorded.
    created_at: DateTime<Utc>,
    /// Last change.
    updated_at: DateTime<Utc>,
}

impl From<Assignment> for AssignmentView {
    fn from(one: Assignment) -> Self {
        Self {
            percent: one.shown_percent(),
            id: one.id,
            directive: one.directive,
            parent: one.parent,
            organization: one.organization_code,
            assigner: one.assigner_code,
            role: one.role,
            content: one.content,
            assigned_on: one.assigned_on,
            working_days: one.working_days,
            due_on_original: shown_end(one.due_on_original),
            due_on: shown_end(one.due_on),
            extension_requested: one.asked_due_on,
            state: one.state,
            status_code: one.state.code(),
            completed_on: shown_end(one.completed_on),
            confirmed_on: shown_end(one.confirmed_on),
            created_at: one.created_at,
            updated_at: one.updated_at,
        }
    }
}

/// What happened to an assignment, and how it stood afterwards.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssignmentEventView {
    /// Its number, from 1.
    #[schema(minimum = 1, example = 2)]
    seq: i32,
    /// When it was recorded.
    recorded_at: DateTime<Utc>,
    /// The day on which it happened.
    on: NaiveDate,
    /// What.
    event: AssignmentEvent,
    /// The code of QCVN 102:2016/BTTTT by which the other system is told; null for what is between the two organizations alone.
    #[schema(required = true)]
    status_code: Option<StatusCode>,
    /// How it stood then.
    state: AssignmentState,
    /// Last day as it was then.
    #[schema(required = true, example = "2020-06-25")]
    due_on: Option<NaiveDate>,
    /// How far it was then, as it was said.
    #[schema(minimum = 0, maximum = 100, example = 60)]
    percent: i32,
    /// A note, or the reason.
    #[schema(required = true, example = "Đã tổng hợp báo cáo của các phòng")]
    note: Option<String>,
    /// Where the evidence is.
    #[schema(required = true, example = "https://ioffice.example.vn/812-BC-SKHCN")]
    link: Option<String>,
}

impl From<Entry> for AssignmentEventView {
    fn from(entry: Entry) -> Self {
        Self {
            seq: entry.seq,
            recorded_at: entry.recorded_at,
            on: entry.happened_on,
            event: entry.event,
            status_code: entry.code,
            state: entry.state,
            due_on: shown_end(entry.due_on),
            percent: entry.percent,
            note: entry.note,
            link: entry.link,
        }
    }
}
