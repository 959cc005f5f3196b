//! Nominations over HTTP.

use actix_web::web::Data;
use actix_web::{get, put};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actions::{self, etag};
use super::model::{Content, Nomination, NominationId};
use super::store::{self, Filter};
use crate::emulation::movements::words::{GroupCode, MovementCode};
use crate::emulation::persons::StaffReference;
use crate::emulation::sees_persons;
use crate::kpis::periods::model::Period;
use crate::organizations::{OrganizationCode, Reach};
use crate::platform::auth::{Scope, SeePersons};
use crate::platform::{
    Answer, Body, Clock, Condition, Db, Json, May, Page, Paged, Paging, Path, Query, ReadEmulation, Reply,
    WriteEmulation,
};

/// Who stands for election. All but the day of a withdrawal stays as it is.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "movement": "van-hoa-8-gio-2020", "round": "2020-06", "group": "state-management", "organization": "H19.06.02", "person": "cb-7f3a91d204"
}))]
pub struct NewNomination {
    /// Code of the movement.
    movement: MovementCode,
    /// The round: a month, quarter or year, as the movement says.
    round: Period,
    /// Code of the group.
    group: GroupCode,
    /// Any code of the organization that the person belongs to.
    organization: OrganizationCode,
    /// The person's staff reference.
    person: StaffReference,
    /// On which day the nomination was withdrawn.
    #[schema(format = Date, example = "2020-06-20")]
    withdrawn_on: Option<NaiveDate>,
}

impl Body for NewNomination {}

impl From<NewNomination> for Content {
    fn from(new: NewNomination) -> Self {
        let NewNomination { movement, round, group, organization, person, withdrawn_on } = new;
        Self { movement, round, group, organization, person, withdrawn_on }
    }
}

/// Who stands for election.
#[derive(Debug, Serialize, ToSchema)]
pub struct NominationView {
    /// Id.
    id: NominationId,
    /// Code of the movement.
    movement: MovementCode,
    /// The round.
    round: Period,
    /// Code of the group.
    group: GroupCode,
    /// Code of the organization that the person belongs to.
    organization: OrganizationCode,
    /// The person's staff reference; for `emulation:persons` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    person: Option<StaffReference>,
    /// On which day it was withdrawn.
    #[schema(required = true, example = "2020-06-20")]
    withdrawn_on: Option<NaiveDate>,
    /// Members of the council who voted for the person; null before the election.
    #[schema(required = true, minimum = 0, example = 7)]
    votes: Option<i32>,
    /// When it was recorded.
    created_at: DateTime<Utc>,
    /// Last change.
    updated_at: DateTime<Utc>,
}

impl NominationView {
    fn of(one: Nomination, sees_persons: bool) -> Self {
        let Content { movement, round, group, organization, person, withdrawn_on } = one.content;
        Self {
            id: one.id,
            movement,
            round,
            group,
            organization,
            person: Some(person).filter(|_| sees_persons),
            withdrawn_on,
            votes: one.votes,
            created_at: one.created_at,
            updated_at: one.updated_at,
        }
    }
}

/// Which nominations.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NominationFilter {
    /// Of this movement.
    #[param(inline)]
    movement: Option<MovementCode>,
    /// Of this round.
    #[param(inline)]
    round: Option<Period>,
    /// Of this group.
    #[param(inline)]
    group: Option<GroupCode>,
    /// Code of an organization: persons of it and of all below it.
    #[param(inline)]
    organization: Option<OrganizationCode>,
}

/// List nominations.
///
/// Of persons of your subtree, and those of movements that run in it, by their ids. Who it is, is shown with `emulation:persons` only.
#[utoipa::path(
    tag = "emulation",
    params(Paged<NominationFilter>),
    responses((status = 200, description = "A page of nominations", body = Page<NominationView>)),
    security(("bearer" = ["emulation:read"]))
)]
#[get("/nominations")]
pub async fn list_nominations(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadEmulation>,
    query: Query<Paged<NominationFilter>>,
    paging: Paging,
) -> Answer {
    let (reach, today, sees) = (Reach::of(&who), clock.today(), sees_persons(&who));
    let NominationFilter { movement, round, group, organization } = query.0.filter;
    let organization = organization.map(|code| code.to_string());
    let filter = Filter { movement, round, group, organization };
    let page = (paging.after(who.subject())?, paging.fetch());
    let found = db.read(move |conn| store::list(conn, &reach, &filter, today, page)).await?;
    let page = paging.page(found, who.subject(), |one: &Nomination| one.id.to_string())?;
    page.map(|one| NominationView::of(one, sees)).reply()
}

/// Show a nomination.
///
/// Who it is, is shown with `emulation:persons` only.
#[utoipa::path(
    tag = "emulation",
    params(("id" = NominationId, Path, description = "Its id")),
    responses((status = 200, description = "The nomination", body = NominationView)),
    security(("bearer" = ["emulation:read"]))
)]
#[get("/nominations/{id}")]
pub async fn find_nomination(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadEmulation>,
    id: Path<NominationId>,
) -> Answer {
    let (reach, today, sees) = (Reach::of(&who), clock.today(), sees_persons(&who));
    let found = db.read(move |conn| store::find(conn, &reach, &id, today)).await?;
    let etag = etag(&found, sees);
    Ok(Reply::ok(&NominationView::of(found, sees))?.tagged(&etag))
}

/// Nominate a person, or withdraw a nomination.
///
/// Under an id of your own making, so that it can be sent again. A person stands once in a group and round. The answer, as everything
/// that is kept beside it, tells no person. Needs `emulation:persons` as well, since it names one.
#[utoipa::path(
    tag = "emulation",
    params(("id" = NominationId, Path, description = "Its id: a UUID that you make")),
    responses(
        (status = 200, description = "Withdrawn, or as it was", body = NominationView),
        (status = 201, description = "Nominated", body = NominationView)
    ),
    security(("bearer" = ["emulation:write", "emulation:persons"]))
)]
#[put("/nominations/{id}")]
pub async fn nominate(
    db: Data<Db>,
    who: May<WriteEmulation>,
    id: Path<NominationId>,
    condition: Condition,
    body: Json<NewNomination>,
) -> Answer {
    who.must_hold(SeePersons::NAME)?;
    let (reach, content) = (Reach::of(&who), Content::from(body.value));
    let order = who.orders("nomination.define", id.as_str());
    db.write(order, move |work| {
        let (outcome, nomination) = actions::nominate(work, &reach, &id, &content, &condition)?;
        let etag = etag(&nomination, false);
        let location = format!("/api/v1/nominations/{id}");
        Ok(Reply::of(outcome, &NominationView::of(nomination, false), location)?.tagged(&etag))
    })
    .await
}
