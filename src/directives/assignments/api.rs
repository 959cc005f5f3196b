//! Assignments over HTTP.

use actix_web::web::Data;
use actix_web::{get, patch, post};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

use super::actions::{self, Change, etag};
use super::bodies::{
    AssignmentChange, AssignmentEventView, AssignmentView, NewAssignment, NewAssignmentEvent,
};
use super::history;
use super::machine::AssignmentState;
use super::model::{Assignment, AssignmentId, AssignmentRole, Happened, Said};
use super::store::{self, Filter};
use crate::directives::register;
use crate::directives::register::model::DirectiveId;
use crate::organizations::{OrganizationCode, Reach};
use crate::platform::page::NoFilter;
use crate::platform::{
    Answer, Clock, Condition, Db, IdempotencyKey, Json, May, MergePatch, Page, Paged, Paging, Path, Query,
    ReadDirectives, Reply, WriteDirectives,
};

fn location(assignment: &Assignment) -> String {
    format!("/api/v1/assignments/{}", assignment.id)
}

/// Assign a directive's task.
///
/// To an organization within your subtree, which then knows of the directive. With `parent` it is a part of what an organization of yours
/// has in hand; that one is then `delegated`.
#[utoipa::path(
    tag = "directives",
    params(("id" = DirectiveId, Path, description = "Id of the directive")),
    responses((status = 201, description = "Given", body = AssignmentView)),
    security(("bearer" = ["directives:write"]))
)]
#[post("/directives/{id}/assignments")]
pub async fn assign_directive(
    db: Data<Db>,
    who: May<WriteDirectives>,
    key: IdempotencyKey,
    id: Path<DirectiveId>,
    body: Json<NewAssignment>,
) -> Answer {
    let (reach, said) = (Reach::of(&who), Said::from(body.value));
    let order = who.orders("assignment.give", id.as_str()).once(key.0, &body.fingerprint);
    db.write(order, move |work| {
        let given = actions::assign_one(work, &reach, &id, &said)?;
        let (etag, location) = (etag(&given), location(&given));
        Ok(Reply::created(&AssignmentView::from(given), location)?.tagged(&etag))
    })
    .await
}

/// List a directive's assignments.
///
/// Those that an organization within your subtree has or gave, by their last day.
#[utoipa::path(
    tag = "directives",
    params(("id" = DirectiveId, Path, description = "Id of the directive"), Paged<NoFilter>),
    responses((status = 200, description = "A page of assignments", body = Page<AssignmentView>)),
    security(("bearer" = ["directives:read"]))
)]
#[get("/directives/{id}/assignments")]
pub async fn list_directive_assignments(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadDirectives>,
    id: Path<DirectiveId>,
    _query: Query<Paged<NoFilter>>,
    paging: Paging,
) -> Answer {
    let (reach, today) = (Reach::of(&who), clock.today());
    let page = (paging.after(who.subject())?, paging.fetch());
    let found = db.snapshot(move |conn| {
        register::store::find(conn, &reach, &id, today)?;
        let filter = Filter { directive: Some(id.into_inner()), ..Filter::default() };
        store::list(conn, &reach, &filter, today, page)
    });
    paging.page(found.await?, who.subject(), Assignment::place)?.map(AssignmentView::from).reply()
}

/// Which assignments.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AssignmentFilter {
    /// Code of an organization: what it or one below it has.
    #[param(inline)]
    organization: Option<OrganizationCode>,
    /// Code of an organization that gave them.
    #[param(inline)]
    assigner: Option<OrganizationCode>,
    /// Id of the assignment of which they are parts.
    #[param(inline)]
    parent: Option<AssignmentId>,
    /// How they stand.
    #[param(inline)]
    state: Option<AssignmentState>,
    /// What the organization is to the task.
    #[param(inline)]
    role: Option<AssignmentRole>,
    /// Due, as it is now, on this day or later.
    #[param(format = Date, example = "2020-06-01")]
    due_from: Option<NaiveDate>,
    /// Due, as it is now, on this day or earlier.
    #[param(format = Date, example = "2020-06-30")]
    due_to: Option<NaiveDate>,
}

impl From<AssignmentFilter> for Filter {
    fn from(filter: AssignmentFilter) -> Self {
        Self {
            directive: None,
            organization: filter.organization.map(|code| code.to_string()),
            assigner: filter.assigner.map(|code| code.to_string()),
            parent: filter.parent,
            state: filter.state,
            role: filter.role,
            due_from: filter.due_from,
            due_to: filter.due_to,
        }
    }
}

/// List assignments.
///
/// Those that an organization within your subtree has or gave, by their last day; those without one come last.
#[utoipa::path(
    tag = "directives",
    params(Paged<AssignmentFilter>),
    responses((status = 200, description = "A page of assignments", body = Page<AssignmentView>)),
    security(("bearer" = ["directives:read"]))
)]
#[get("/assignments")]
pub async fn list_assignments(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadDirectives>,
    query: Query<Paged<AssignmentFilter>>,
    paging: Paging,
) -> Answer {
    let (reach, today) = (Reach::of(&who), clock.today());
    let filter = Filter::from(query.0.filter);
    let page = (paging.after(who.subject())?, paging.fetch());
    let found = db.read(move |conn| store::list(conn, &reach, &filter, today, page)).await?;
    paging.page(found, who.subject(), Assignment::place)?.map(AssignmentView::from).reply()
}

/// Show an assignment.
#[utoipa::path(
    tag = "directives",
    params(("id" = AssignmentId, Path, description = "Its id")),
    responses((status = 200, description = "The assignment", body = AssignmentView)),
    security(("bearer" = ["directives:read"]))
)]
#[get("/assignments/{id}")]
pub async fn find_assignment(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadDirectives>,
    id: Path<AssignmentId>,
) -> Answer {
    let (reach, today) = (Reach::of(&who), clock.today());
    let found = db.read(move |conn| store::find(conn, &reach, &id, today)).await?;
    let (etag, updated_at) = (etag(&found), found.updated_at);
    Ok(Reply::ok(&AssignmentView::from(found))?.tagged(&etag).modified(updated_at))
}

/// Change what is to be done.
///
/// For who gave it. What happens to an assignment, and its last day, are recorded as events.
#[utoipa::path(
    tag = "directives",
    params(("id" = AssignmentId, Path, description = "Its id")),
    request_body(content = AssignmentChange, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed, or as it was", body = AssignmentView)),
    security(("bearer" = ["directives:write"]))
)]
#[patch("/assignments/{id}")]
pub async fn change_assignment(
    db: Data<Db>,
    who: May<WriteDirectives>,
    id: Path<AssignmentId>,
    condition: Condition,
    body: MergePatch<AssignmentChange>,
) -> Answer {
    let (reach, change) = (Reach::of(&who), Change::from(body.value));
    let order = who.orders("assignment.change", id.as_str());
    db.write(order, move |work| {
        let (outcome, changed) = actions::change(work, &reach, &id, &change, &condition)?;
        let (etag, location) = (etag(&changed), location(&changed));
        Ok(Reply::of(outcome, &AssignmentView::from(changed), location)?.tagged(&etag))
    })
    .await
}

/// Record what happened to an assignment.
///
/// Who has it records `accept`, `refuse`, `delegate`, `start`, `progress`, `report` (completion), `request_extension`, `agree_recall`
/// and `decline_recall`; who gave it `confirm`, `return`, `grant_extension`, `decline_extension`, `recall` and `cancel`. What may not happen in the
/// state of the assignment is refused, so that no version need be named. What is taken back takes its parts along.
#[utoipa::path(
    tag = "directives",
    params(("id" = AssignmentId, Path, description = "Its id")),
    responses((status = 200, description = "How it stands now", body = AssignmentView)),
    security(("bearer" = ["directives:write"]))
)]
#[post("/assignments/{id}/events")]
pub async fn record_assignment_event(
    db: Data<Db>,
    who: May<WriteDirectives>,
    key: IdempotencyKey,
    id: Path<AssignmentId>,
    body: Json<NewAssignmentEvent>,
) -> Answer {
    let (reach, happened) = (Reach::of(&who), Happened::from(body.value));
    let order = who.orders("assignment.event", id.as_str()).once(key.0, &body.fingerprint);
    db.write(order, move |work| {
        let now = actions::record(work, &reach, &id, &happened)?;
        let etag = etag(&now);
        Reply::changed_to(&AssignmentView::from(now))?.tagged(&etag).with_evidence(&happened)
    })
    .await
}

/// List what happened to an assignment.
///
/// In order, with how it stood after each.
#[utoipa::path(
    tag = "directives",
    params(("id" = AssignmentId, Path, description = "Its id"), Paged<NoFilter>),
    responses((status = 200, description = "A page of events", body = Page<AssignmentEventView>)),
    security(("bearer" = ["directives:read"]))
)]
#[get("/assignments/{id}/events")]
pub async fn list_assignment_events(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadDirectives>,
    id: Path<AssignmentId>,
    _query: Query<Paged<NoFilter>>,
    paging: Paging,
) -> Answer {
    let (reach, today) = (Reach::of(&who), clock.today());
    let (after, count) = (paging.after::<i64>(who.subject())?.unwrap_or(0), paging.fetch());
    let found = db.snapshot(move |conn| {
        store::find(conn, &reach, &id, today)?;
        history::page(conn, &id, after, count)
    });
    let page = paging.page(found.await?, who.subject(), |entry| i64::from(entry.seq))?;
    page.map(AssignmentEventView::from).reply()
}
