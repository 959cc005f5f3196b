//! Ratings over HTTP.

use actix_web::web::{Data, ReqData};
use actix_web::{get, post, put};
use utoipa::ToSchema;

use super::model::{Pushed, RatingId};
use crate::kpis::records::held::Kept;
use crate::kpis::records::pushing::{One, Push, push, push_one};
use crate::kpis::records::store::find;
use crate::organizations::{Reach, When};
use crate::platform::edge::Facts;
use crate::platform::input::Items;
use crate::platform::input::batch::{BatchMode, BatchResult};
use crate::platform::{
    Answer, Body, Clock, Condition, Db, Etag, IdempotencyKey, Json, May, Path, Query, Reply, WriteFeedback,
};

impl Body for Pushed {}

/// Up to 50,000 ratings and 64 MiB.
#[derive(ToSchema)]
#[schema(as = SatisfactionRatingBatch)]
#[expect(dead_code, reason = "only its schema is used: the body is streamed")]
pub struct RatingBatch {
    /// The ratings.
    #[schema(min_items = 1, max_items = 50_000)]
    items: Vec<Pushed>,
}

/// Show a rating.
///
/// For the system that pushed it, so it needs the right to write: there is no list of single ratings, since whoever handled a dossier
/// need not know who was not satisfied.
#[utoipa::path(
    tag = "feedback",
    params(("id" = RatingId, Path, description = "The id in its own system")),
    responses((status = 200, description = "The rating", body = Pushed)),
    security(("bearer" = ["feedback:write"]))
)]
#[get("/satisfaction-ratings/{id}")]
pub async fn find_satisfaction_rating(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<WriteFeedback>,
    id: Path<RatingId>,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::Now(clock.today()));
    let kept = db.read(move |conn| find::<Pushed>(conn, &reach, id.as_str(), when)).await?;
    Ok(Reply::ok(&kept.body)?.tagged(&Etag::of(kept.version)).modified(kept.updated_at))
}

/// Push a rating.
///
/// Of how one dossier was handled, by the ballot of TT 01/2018/TT-VPCP: scores only, no words.
#[utoipa::path(
    tag = "feedback",
    params(("id" = RatingId, Path, description = "The id in its own system")),
    responses(
        (status = 200, description = "Changed, or as it was", body = Pushed),
        (status = 201, description = "New", body = Pushed)
    ),
    security(("bearer" = ["feedback:write"]))
)]
#[put("/satisfaction-ratings/{id}")]
pub async fn push_rating(
    db: Data<Db>,
    who: May<WriteFeedback>,
    id: Path<RatingId>,
    condition: Condition,
    body: Json<Pushed>,
) -> Answer {
    let one = One {
        who: &who,
        act: "satisfaction-rating.push",
        path: "/api/v1/satisfaction-ratings",
        key: id.to_string(),
        place: "/id",
        condition,
    };
    push_one::<Kept<Pushed>, _>(&db, one, body.value, |kept, _| (kept.body, Etag::of(kept.version))).await
}

/// Push many ratings.
///
/// Up to 50,000 in 64 MiB, as `{"items": […]}` or one on each line (`application/x-ndjson`), each as by PUT but without a
/// condition. An item that is refused leaves the others alone, unless `atomic`. The same batch sent twice changes nothing.
#[utoipa::path(
    tag = "feedback",
    params(BatchMode),
    request_body(content((RatingBatch = "application/json"), (String = "application/x-ndjson"))),
    responses((status = 200, description = "What became of each item", body = BatchResult)),
    extensions(("x-answered-once" = json!(true))),
    security(("bearer" = ["feedback:write"]))
)]
#[post("/satisfaction-ratings/batch")]
pub async fn push_ratings(
    db: Data<Db>,
    who: May<WriteFeedback>,
    key: IdempotencyKey,
    facts: ReqData<Facts>,
    Query(mode): Query<BatchMode>,
    items: Items,
) -> Answer {
    let act = "satisfaction-rating.push-batch";
    push::<Kept<Pushed>>(&db, Push { who: &who, act, mode, key, facts: facts.into_inner() }, items).await
}
