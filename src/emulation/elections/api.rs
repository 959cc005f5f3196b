//! Elections over HTTP.

use actix_web::web::Data;
use actix_web::{get, post};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use super::actions::{self, etag};
use super::bodies::{ElectionView, NewElection, NewPublication, NewRevocation};
use super::model::{Election, ElectionId, Said};
use super::store::{self, Filter};
use crate::emulation::movements::words::{GroupCode, MovementCode};
use crate::emulation::persons::{Decision, PublicPerson};
use crate::emulation::sees_persons;
use crate::kpis::periods::model::Period;
use crate::organizations::Reach;
use crate::platform::auth::{Scope, SeePersons};
use crate::platform::{
    Answer, Clock, Db, IdempotencyKey, Json, May, Page, Paged, Paging, Path, Query, ReadEmulation, Reply,
    WriteEmulation,
};

fn location(election: &Election) -> String {
    format!("/api/v1/elections/{}", election.id)
}

/// Which elections.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ElectionFilter {
    /// Of this movement.
    #[param(inline)]
    movement: Option<MovementCode>,
    /// Of this round.
    #[param(inline)]
    round: Option<Period>,
    /// Of this group.
    #[param(inline)]
    group: Option<GroupCode>,
    /// `false`: those that stand; `true`: those that were revoked.
    revoked: Option<bool>,
}

/// List elections.
///
/// Of movements that run in your subtree, and those in which somebody of it was elected, by their ids. Who it is, is shown with
/// `emulation:persons` only.
#[utoipa::path(
    tag = "emulation",
    params(Paged<ElectionFilter>),
    responses((status = 200, description = "A page of elections", body = Page<ElectionView>)),
    security(("bearer" = ["emulation:read"]))
)]
#[get("/elections")]
pub async fn list_elections(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadEmulation>,
    query: Query<Paged<ElectionFilter>>,
    paging: Paging,
) -> Answer {
    let (reach, today, sees) = (Reach::of(&who), clock.today(), sees_persons(&who));
    let ElectionFilter { movement, round, group, revoked } = query.0.filter;
    let filter = Filter { movement, round, group, revoked };
    let page = (paging.after(who.subject())?, paging.fetch());
    let found = db.read(move |conn| store::list(conn, &reach, &filter, today, page)).await?;
    let page = paging.page(found, who.subject(), |one: &Election| one.id.to_string())?;
    page.map(|one| ElectionView::of(one, sees)).reply()
}

/// Show an election.
///
/// Who is elected, is shown with `emulation:persons` only.
#[utoipa::path(
    tag = "emulation",
    params(("id" = ElectionId, Path, description = "Its id")),
    responses((status = 200, description = "The election", body = ElectionView)),
    security(("bearer" = ["emulation:read"]))
)]
#[get("/elections/{id}")]
pub async fn find_election(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadEmulation>,
    id: Path<ElectionId>,
) -> Answer {
    let (reach, today, sees) = (Reach::of(&who), clock.today(), sees_persons(&who));
    let found = db.read(move |conn| store::find(conn, &reach, &id, today)).await?;
    let (etag, updated_at) = (etag(&found, sees), found.updated_at);
    Ok(Reply::ok(&ElectionView::of(found, sees))?.tagged(&etag).modified(updated_at))
}

/// Elect the face of a group and round.
///
/// By the votes of a council, counted over all its members: absent ones too. Who is elected has more votes than everybody else; a tie
/// needs another vote. One face is elected in a group and round, however many ask at once; another needs the first to be revoked. The
/// answer, as everything that is kept beside it, tells no person. Needs `emulation:persons` as well, since a person is elected.
#[utoipa::path(
    tag = "emulation",
    responses((status = 201, description = "Elected", body = ElectionView)),
    security(("bearer" = ["emulation:write", "emulation:persons"]))
)]
#[post("/elections")]
pub async fn elect_face(
    db: Data<Db>,
    who: May<WriteEmulation>,
    key: IdempotencyKey,
    body: Json<NewElection>,
) -> Answer {
    who.must_hold(SeePersons::NAME)?;
    let (reach, said) = (Reach::of(&who), Said::from(body.value));
    let subject = format!("{} {} {}", said.movement, said.round, said.group);
    let order = who.orders("election.hold", subject).once(key.0, &body.fingerprint);
    db.write(order, move |work| {
        let election = actions::elect(work, &reach, &said)?;
        let (etag, location) = (etag(&election, false), location(&election));
        Ok(Reply::created(&ElectionView::of(election, false), location)?.tagged(&etag))
    })
    .await
}

/// Make a face public.
///
/// By a decision, with name and position; sent again, it corrects them. The answer, as everything that is kept beside it, tells no
/// person. Needs `emulation:persons` as well, since it names one.
#[utoipa::path(
    tag = "emulation",
    params(("id" = ElectionId, Path, description = "Its id")),
    responses((status = 200, description = "Made public, or as it was", body = ElectionView)),
    security(("bearer" = ["emulation:write", "emulation:persons"]))
)]
#[post("/elections/{id}/publication")]
pub async fn publish_face(
    db: Data<Db>,
    who: May<WriteEmulation>,
    key: IdempotencyKey,
    id: Path<ElectionId>,
    body: Json<NewPublication>,
) -> Answer {
    who.must_hold(SeePersons::NAME)?;
    let NewPublication { decision, person } = body.value;
    let (reach, decision, person) =
        (Reach::of(&who), Decision::stored(decision), PublicPerson::stored(person));
    let order = who.orders("election.publish", id.as_str()).once(key.0, &body.fingerprint);
    db.write(order, move |work| {
        let (outcome, election) = actions::publish(work, &reach, &id, &decision, &person)?;
        let (etag, location) = (etag(&election, false), location(&election));
        Ok(Reply::of(outcome, &ElectionView::of(election, false), location)?.tagged(&etag))
    })
    .await
}

/// Revoke an election.
///
/// It stays, with the decision by which it was revoked; the person is no longer public, and another election may be held. Needs
/// `emulation:persons` as well, since a person was elected.
#[utoipa::path(
    tag = "emulation",
    params(("id" = ElectionId, Path, description = "Its id")),
    responses((status = 200, description = "Revoked", body = ElectionView)),
    security(("bearer" = ["emulation:write", "emulation:persons"]))
)]
#[post("/elections/{id}/revocation")]
pub async fn revoke_election(
    db: Data<Db>,
    who: May<WriteEmulation>,
    key: IdempotencyKey,
    id: Path<ElectionId>,
    body: Json<NewRevocation>,
) -> Answer {
    who.must_hold(SeePersons::NAME)?;
    let NewRevocation { on, decision } = body.value;
    let (reach, decision) = (Reach::of(&who), Decision::stored(decision));
    let order = who.orders("election.revoke", id.as_str()).once(key.0, &body.fingerprint);
    db.write(order, move |work| {
        let election = actions::revoke(work, &reach, &id, on, &decision)?;
        let etag = etag(&election, false);
        // The decision names the person.
        let evidence = json!({ "revoked_on": election.revoked_on });
        Reply::changed_to(&ElectionView::of(election, false))?.tagged(&etag).with_evidence(&evidence)
    })
    .await
}
