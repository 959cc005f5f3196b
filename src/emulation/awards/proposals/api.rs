//! Proposals over HTTP.

use actix_web::web::Data;
use actix_web::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

use super::bodies::{AwardEventView, AwardView, NewAward, NewAwardEvent};
use super::machine::AwardState;
use super::model::{Award, AwardId, Entry, Happened, Said};
use super::store::{self, Filter};
use super::{actions, history};
use crate::emulation::awards::titles::model::{AwardTitleId, AwardYear};
use crate::emulation::persons::StaffReference;
use crate::emulation::{etag, sees_persons};
use crate::organizations::{OrganizationCode, Reach};
use crate::platform::auth::Scope;
use crate::platform::page::NoFilter;
use crate::platform::{
    Answer, Clock, Db, IdempotencyKey, Json, May, Page, Paged, Paging, Path, Query, ReadEmulation, Reply,
    SeePersons, WriteEmulation,
};

/// Propose to give a title or commendation.
///
/// On behalf of a unit within your subtree, to an organization at or below it, or to one of its staff, which needs `emulation:persons` too.
/// Who is to decide must be who may give the title by the rules of the year. Whether the others are met is checked when it is decided;
/// `/emulation/eligibility` tells before. The answer, as everything that is kept beside it, tells no person.
#[utoipa::path(
    tag = "emulation",
    responses((status = 201, description = "Proposed", body = AwardView)),
    security(("bearer" = ["emulation:write"]))
)]
#[post("/awards")]
pub async fn propose_award(
    db: Data<Db>,
    who: May<WriteEmulation>,
    key: IdempotencyKey,
    body: Json<NewAward>,
) -> Answer {
    let (reach, said) = (Reach::of(&who), Said::from(body.value));
    if said.staff.is_some() {
        who.must_hold(SeePersons::NAME)?;
    }
    let order =
        who.orders("award.propose", format!("{} {}", said.title, said.year)).once(key.0, &body.fingerprint);
    db.write(order, move |work| {
        let award = actions::propose(work, &reach, &said)?;
        let (etag, location) = (etag(award.version, false), format!("/api/v1/awards/{}", award.id));
        Ok(Reply::created(&AwardView::of(award, false), location)?.tagged(&etag))
    })
    .await
}

/// Which proposals.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AwardFilter {
    /// Code of an organization: what is for it, for its staff, and for all below it.
    #[param(inline)]
    organization: Option<OrganizationCode>,
    /// Code of the unit that proposes.
    #[param(inline)]
    unit: Option<OrganizationCode>,
    /// Which title or form of commendation.
    #[param(inline)]
    title: Option<AwardTitleId>,
    /// For which year.
    #[param(inline)]
    year: Option<AwardYear>,
    /// How they stand.
    #[param(inline)]
    state: Option<AwardState>,
    /// For this one of the staff; needs `emulation:persons`.
    #[param(inline)]
    staff: Option<StaffReference>,
}

impl From<AwardFilter> for Filter {
    fn from(filter: AwardFilter) -> Self {
        let AwardFilter { organization, unit, title, year, state, staff } = filter;
        Self { organization, unit, title, year, state, staff }
    }
}

/// List proposals and awards.
///
/// Those for an organization within your subtree or its staff, or proposed by one, by year. Who is meant of the staff is told to who holds
/// `emulation:persons`.
#[utoipa::path(
    tag = "emulation",
    params(Paged<AwardFilter>),
    responses((status = 200, description = "A page of proposals", body = Page<AwardView>)),
    security(("bearer" = ["emulation:read"]))
)]
#[get("/awards")]
pub async fn list_awards(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadEmulation>,
    query: Query<Paged<AwardFilter>>,
    paging: Paging,
) -> Answer {
    let filter = Filter::from(query.0.filter);
    if filter.staff.is_some() {
        who.must_hold(SeePersons::NAME)?;
    }
    let (reach, today, persons) = (Reach::of(&who), clock.today(), sees_persons(&who));
    let page = (paging.after(who.subject())?, paging.fetch());
    let found = db.read(move |conn| store::list(conn, &reach, &filter, today, page)).await?;
    let page = paging.page(found, who.subject(), |award| (award.year.0, award.id.to_string()))?;
    page.map(|award| AwardView::of(award, persons)).reply()
}

/// Show a proposal and what it led to.
#[utoipa::path(
    tag = "emulation",
    params(("id" = AwardId, Path, description = "Its id")),
    responses((status = 200, description = "The proposal", body = AwardView)),
    security(("bearer" = ["emulation:read"]))
)]
#[get("/awards/{id}")]
pub async fn find_award(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadEmulation>,
    id: Path<AwardId>,
) -> Answer {
    let (reach, today, persons) = (Reach::of(&who), clock.today(), sees_persons(&who));
    let award = db.read(move |conn| store::find(conn, &reach, &id, today)).await?;
    let (etag, updated_at) = (etag(award.version, persons), award.updated_at);
    Ok(Reply::ok(&AwardView::of(award, persons))?.tagged(&etag).modified(updated_at))
}

/// Record what happened to a proposal.
///
/// Who decides records `appraise`, `vote`, `decide`, `decline` and `revoke`, or who reaches all organizations, where a body outside the
/// register decides; who proposes `withdraw`. Each has its day and, but for a
/// withdrawal, the document by which it was done. A decision is refused unless the rules of the year are met: conditions, the vote
/// over all members of the council, the cap of the unit, and that nothing is given twice for the same. What is revoked stays,
/// and no longer counts from its day on. Of a person, all this needs `emulation:persons` too. The answer, as everything that is kept
/// beside it, tells no person.
#[utoipa::path(
    tag = "emulation",
    params(("id" = AwardId, Path, description = "Its id")),
    responses((status = 200, description = "How it stands now", body = AwardView)),
    security(("bearer" = ["emulation:write"]))
)]
#[post("/awards/{id}/events")]
pub async fn record_award_event(
    db: Data<Db>,
    who: May<WriteEmulation>,
    key: IdempotencyKey,
    id: Path<AwardId>,
    body: Json<NewAwardEvent>,
) -> Answer {
    let (caller, happened) = ((*who).clone(), Happened::from(body.value));
    let order = who.orders("award.event", id.as_str()).once(key.0, &body.fingerprint);
    db.write(order, move |work| {
        let (award, entry) = actions::record(work, &caller, &id, &happened)?;
        let (etag, evidence) = (etag(award.version, false), trail(&award, &entry));
        Reply::changed_to(&AwardView::of(award, false))?.tagged(&etag).with_evidence(&evidence)
    })
    .await
}

/// What the trail tells of a step. It is kept for ever and read by others: nobody's name, and of a person not even the document, which
/// names it.
fn trail(award: &Award, entry: &Entry) -> Value {
    let basis = entry.basis.as_ref().filter(|_| award.staff.is_none());
    json!({ "step": entry.step, "on": entry.happened_on, "state": entry.state, "basis": basis, "vote": entry.vote })
}

/// List what happened to a proposal.
///
/// In order, with how it stood after each. What is noted of a person, and by which document, is shown with `emulation:persons` only.
#[utoipa::path(
    tag = "emulation",
    params(("id" = AwardId, Path, description = "Its id"), Paged<NoFilter>),
    responses((status = 200, description = "A page of steps", body = Page<AwardEventView>)),
    security(("bearer" = ["emulation:read"]))
)]
#[get("/awards/{id}/events")]
pub async fn list_award_events(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadEmulation>,
    id: Path<AwardId>,
    _query: Query<Paged<NoFilter>>,
    paging: Paging,
) -> Answer {
    let (reach, today, persons) = (Reach::of(&who), clock.today(), sees_persons(&who));
    let (after, count) = (paging.after::<i64>(who.subject())?.unwrap_or(0), paging.fetch());
    let (told, found) = db
        .snapshot(move |conn| {
            let award = store::find(conn, &reach, &id, today)?;
            Ok((persons || award.staff.is_none(), history::page(conn, &id, after, count)?))
        })
        .await?;
    let page = paging.page(found, who.subject(), |entry| i64::from(entry.seq))?;
    page.map(|entry| AwardEventView::of(entry, told)).reply()
}
