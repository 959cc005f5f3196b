//! Acknowledgements and checks over HTTP.

use actix_web::web::Data;
use actix_web::{get, post, put};
use serde::Deserialize;
use utoipa::IntoParams;

use super::actions::{self, etag};
use super::bodies::{
    AcknowledgementCount, AcknowledgementView, CheckView, CountFilter, NewAcknowledgement, NewCheck,
    OwnAcknowledgement,
};
use super::check::Check;
use super::checking;
use super::model::{Said, Step};
use super::store::{self, Filter};
use crate::directives::register;
use crate::directives::register::model::DirectiveId;
use crate::organizations::{OrganizationCode, Reach};
use crate::platform::{
    Answer, Clock, Condition, Db, Etag, Fault, IdempotencyKey, Json, May, Page, Paged, Paging, Path, Query,
    ReadAcknowledgements, ReadDirectives, Reply, WriteDirectives,
};

/// Acknowledge a directive.
///
/// For yourself alone, as the subject of your token, and as a member of an organization within your subtree that the directive
/// concerns: it was issued or registered by it or assigned to it, to one above it or to one below it, or is public. A step implies those before it and
/// is taken once; to say it again changes nothing. Where the directive has a check, `understood` needs its answers: three tries a day.
/// A try that fails is answered 200 too, with `step` `read` and the score in `last_try`.
#[utoipa::path(
    tag = "directives",
    params(("id" = DirectiveId, Path, description = "Id of the directive")),
    responses(
        (status = 200, description = "How far you came", body = OwnAcknowledgement),
        (status = 201, description = "Your first step", body = OwnAcknowledgement)
    ),
    security(("bearer" = ["directives:write"]))
)]
#[post("/directives/{id}/acknowledgements")]
pub async fn acknowledge_directive(
    db: Data<Db>,
    who: May<WriteDirectives>,
    key: IdempotencyKey,
    id: Path<DirectiveId>,
    body: Json<NewAcknowledgement>,
) -> Answer {
    let (reach, said) = (Reach::of(&who), Said::from(body.value));
    let order = who.orders("directive.acknowledge", id.as_str()).once(key.0, &body.fingerprint);
    db.write(order, move |work| {
        let (outcome, one, last) = actions::acknowledge(work, &reach, &id, &said)?;
        let etag = etag(&one, last.as_ref());
        let location = format!("/api/v1/directives/{}/acknowledgements/mine", id.as_str());
        Ok(Reply::of(outcome, &OwnAcknowledgement::from((one, last)), location)?.tagged(&etag))
    })
    .await
}

/// Show how far you came with a directive.
#[utoipa::path(
    tag = "directives",
    params(("id" = DirectiveId, Path, description = "Id of the directive")),
    responses((status = 200, description = "How far you came", body = OwnAcknowledgement)),
    security(("bearer" = ["directives:read"]))
)]
#[get("/directives/{id}/acknowledgements/mine")]
pub async fn find_own_acknowledgement(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadDirectives>,
    id: Path<DirectiveId>,
) -> Answer {
    let (reach, today, subject) = (Reach::of(&who), clock.today(), who.subject().to_owned());
    let found = db.snapshot(move |conn| actions::own(conn, &reach, &id, &subject, today)).await?;
    let etag = etag(&found.0, found.1.as_ref());
    Ok(Reply::ok(&OwnAcknowledgement::from(found))?.tagged(&etag))
}

/// Which persons.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AcknowledgementFilter {
    /// Code of an organization: its members, and those of organizations below it.
    #[param(inline)]
    organization: Option<OrganizationCode>,
    /// Who took this step.
    #[param(inline)]
    reached: Option<Step>,
    /// Who did not take this step.
    #[param(inline)]
    missing: Option<Step>,
}

/// List who acknowledged a directive.
///
/// Persons of organizations within your subtree, by the subjects of their tokens; no names are kept. How many there are
/// elsewhere, `/acknowledgement-counts` tells.
#[utoipa::path(
    tag = "directives",
    params(("id" = DirectiveId, Path, description = "Id of the directive"), Paged<AcknowledgementFilter>),
    responses((status = 200, description = "A page of persons", body = Page<AcknowledgementView>)),
    security(("bearer" = ["acknowledgements:read"]))
)]
#[get("/directives/{id}/acknowledgements")]
pub async fn list_acknowledgements(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadAcknowledgements>,
    id: Path<DirectiveId>,
    query: Query<Paged<AcknowledgementFilter>>,
    paging: Paging,
) -> Answer {
    let (reach, today) = (Reach::of(&who), clock.today());
    let AcknowledgementFilter { organization, reached, missing } = query.0.filter;
    let filter = Filter { organization, reached, missing };
    let page = (paging.after(who.subject())?, paging.fetch());
    let found = db.snapshot(move |conn| {
        register::store::find(conn, &reach, &id, today)?;
        store::list(conn, &reach, &id, &filter, today, page)
    });
    let page = paging.page(found.await?, who.subject(), |one| one.subject.clone())?;
    page.map(AcknowledgementView::from).reply()
}

/// Count who acknowledged a directive.
///
/// For each organization within your subtree, or for all if you reach the one that issued or registered the directive: how many
/// persons came how far by a day.
#[utoipa::path(
    tag = "directives",
    params(("id" = DirectiveId, Path, description = "Id of the directive"), Paged<CountFilter>),
    responses((status = 200, description = "A page of counts", body = Page<AcknowledgementCount>)),
    security(("bearer" = ["directives:read"]))
)]
#[get("/directives/{id}/acknowledgement-counts")]
pub async fn count_acknowledgements(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadDirectives>,
    id: Path<DirectiveId>,
    query: Query<Paged<CountFilter>>,
    paging: Paging,
) -> Answer {
    let (reach, today) = (Reach::of(&who), clock.today());
    let days = (query.0.filter.as_of.unwrap_or(today), today);
    let page = (paging.after(who.subject())?, paging.fetch());
    let found = db.snapshot(move |conn| {
        register::store::find(conn, &reach, &id, today)?;
        store::counts(conn, &reach, &id, days, page)
    });
    let page = paging.page(found.await?, who.subject(), |progress| progress.organization.clone())?;
    page.map(AcknowledgementCount::from).reply()
}

/// Show the check of a directive.
///
/// The questions with their options. Which of them are right, no operation tells.
#[utoipa::path(
    tag = "directives",
    params(("id" = DirectiveId, Path, description = "Id of the directive")),
    responses((status = 200, description = "The check", body = CheckView)),
    security(("bearer" = ["directives:read"]))
)]
#[get("/directives/{id}/check")]
pub async fn find_check(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadDirectives>,
    id: Path<DirectiveId>,
) -> Answer {
    let (reach, today) = (Reach::of(&who), clock.today());
    let found = db.snapshot(move |conn| {
        register::store::find(conn, &reach, &id, today)?;
        checking::check(conn, &id)
    });
    let kept = found.await?.ok_or_else(Fault::missing)?;
    let (etag, set_at) = (Etag::of(kept.version), kept.set_at);
    Ok(Reply::ok(&CheckView::from(kept))?.tagged(&etag).modified(set_at))
}

/// Set the check of a directive.
///
/// For who reaches the organization that issued or registered it or, where none of the register did, one that assigned it. An answer is
/// right when it names exactly the right options. A check that is there is replaced by its next version; who passed an earlier one has understood.
#[utoipa::path(
    tag = "directives",
    params(("id" = DirectiveId, Path, description = "Id of the directive")),
    responses(
        (status = 200, description = "Changed, or as it was", body = CheckView),
        (status = 201, description = "Set", body = CheckView)
    ),
    security(("bearer" = ["directives:write"]))
)]
#[put("/directives/{id}/check")]
pub async fn set_check(
    db: Data<Db>,
    who: May<WriteDirectives>,
    id: Path<DirectiveId>,
    condition: Condition,
    body: Json<NewCheck>,
) -> Answer {
    let (reach, check) = (Reach::of(&who), Check::from(body.value));
    let order = who.orders("directive.set-check", id.as_str());
    db.write(order, move |work| {
        let (outcome, kept) = actions::set_check(work, &reach, &id, &check, &condition)?;
        let etag = Etag::of(kept.version);
        let location = format!("/api/v1/directives/{}/check", id.as_str());
        Ok(Reply::of(outcome, &CheckView::from(kept), location)?.tagged(&etag))
    })
    .await
}
