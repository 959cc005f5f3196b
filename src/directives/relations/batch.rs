//! Many relations in one call, between directives that are named by their numbers.

use std::sync::Arc;

use actix_web::post;
use actix_web::web::{Data, ReqData};
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::actions;
use super::api::DirectiveReference;
use super::model::{Relation, RelationKind, Said};
use crate::organizations::Reach;
use crate::platform::edge::Facts;
use crate::platform::input::batch::{self, AnyItems, BatchMode, BatchResult, Fate, Read};
use crate::platform::{
    Answer, Body, Db, Fault, IdempotencyKey, Json, May, Outcome, Query, Work, WriteDirectives, input,
};

/// What a directive is to another, both named.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchRelation {
    /// The directive that does something to the other.
    from: DirectiveReference,
    /// What it is to the other.
    kind: RelationKind,
    /// The other.
    to: DirectiveReference,
    /// From this day on; without it, from the day on which the first is in force or was issued.
    #[schema(format = Date, example = "2020-03-13")]
    since: Option<NaiveDate>,
    /// The first day on which it no longer holds.
    #[schema(format = Date, example = "2021-01-01")]
    until: Option<NaiveDate>,
}

impl Body for BatchRelation {}

/// Up to 1,000 relations.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RelationBatch {
    /// The relations.
    #[schema(value_type = Vec<BatchRelation>, min_items = 1, max_items = 1_000)]
    items: Vec<Value>,
}

impl Body for RelationBatch {
    const LIMIT: usize = 1024 * 1024;

    fn check() -> Result<Arc<input::Schema>, Fault> {
        input::Schema::of::<AnyItems<1_000>>()
    }
}

/// Relate many directives.
///
/// Up to 1,000 relations, each as by POST. An item that is refused leaves the others alone, unless `atomic`. A relation that is
/// recorded already just as it is said is `unchanged`, so that the same batch can be sent twice.
#[utoipa::path(
    tag = "directives",
    params(BatchMode),
    responses((status = 200, description = "What became of each item", body = BatchResult)),
    extensions(("x-answered-once" = json!(true))),
    security(("bearer" = ["directives:write"]))
)]
#[post("/directive-relations/batch")]
pub async fn relate_directives(
    db: Data<Db>,
    who: May<WriteDirectives>,
    key: IdempotencyKey,
    facts: ReqData<Facts>,
    Query(mode): Query<BatchMode>,
    body: Json<RelationBatch>,
) -> Answer {
    let reach = Reach::of(&who);
    let items = batch::read_all(body.value.items, |value| (None, read(value))).await?;
    let order = who.orders("directive.relate-batch", format!("{} items", items.len()));
    let facts = facts.into_inner();
    db.write(order.once(key.0, &body.fingerprint), move |work| {
        relate_items(work, &reach, &items, mode, &facts)
    })
    .await
}

fn read(value: Value) -> Result<Said, Fault> {
    let BatchRelation { from, kind, to, since, until } = batch::item(value)?;
    Ok(Said { from: from.named("/from")?, kind, to: to.named("/to")?, since, until })
}

fn relate_items(
    work: &mut Work<'_>,
    reach: &Reach,
    items: &[Read<Said>],
    mode: BatchMode,
    facts: &Facts,
) -> Answer {
    let outcomes = actions::relate(work, reach, &batch::good(items))?;
    let mut taken: Vec<Relation> = Vec::new();
    let mut fates: Vec<Fate> = Vec::with_capacity(outcomes.len());
    for outcome in outcomes.into_values() {
        fates.push(match outcome {
            Ok((outcome, relation)) => {
                let id = relation.id.to_string();
                taken.extend(Some(relation).filter(|_| outcome == Outcome::Created));
                (Some(id), Ok(outcome.into()))
            }
            Err(fault) => (None, Err(fault)),
        });
    }
    batch::answer(batch::fates(items, fates), mode, facts)?.with_evidence(&taken)
}
