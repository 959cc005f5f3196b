//! A directive's tasks given to many organizations in one call.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::post;
use actix_web::web::{Data, ReqData};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::actions;
use super::bodies::NewAssignment;
use super::model::{Assignment, AssignmentId, Said};
use crate::directives::register::model::DirectiveId;
use crate::organizations::Reach;
use crate::platform::edge::Facts;
use crate::platform::input::batch::{self, AnyItems, BatchMode, BatchResult, Fate, ItemOutcome, Read};
use crate::platform::{
    Answer, Body, Db, Fault, IdempotencyKey, Json, May, Path, Query, WriteDirectives, input,
};

/// Up to 1,000 assignments.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignmentBatch {
    /// The assignments.
    #[schema(value_type = Vec<NewAssignment>, min_items = 1, max_items = 1_000)]
    items: Vec<Value>,
}

impl Body for AssignmentBatch {
    const LIMIT: usize = 8 * 1024 * 1024;

    fn check() -> Result<Arc<input::Schema>, Fault> {
        input::Schema::of::<AnyItems<1_000>>()
    }
}

/// Assign a directive's tasks to many.
///
/// Up to 1,000, each as by POST of one. An item that is refused leaves the others alone, unless `atomic`. What is sent twice is given twice,
/// unless under one `Idempotency-Key`.
#[utoipa::path(
    tag = "directives",
    params(("id" = DirectiveId, Path, description = "Id of the directive"), BatchMode),
    responses((status = 200, description = "What became of each item, with the id of each assignment", body = BatchResult)),
    extensions(("x-answered-once" = json!(true))),
    security(("bearer" = ["directives:write"]))
)]
#[post("/directives/{id}/assignments/batch")]
#[expect(
    clippy::too_many_arguments,
    reason = "each is a part of the request, and a batch below a path has one more"
)]
pub async fn assign_to_many(
    db: Data<Db>,
    who: May<WriteDirectives>,
    key: IdempotencyKey,
    facts: ReqData<Facts>,
    id: Path<DirectiveId>,
    Query(mode): Query<BatchMode>,
    body: Json<AssignmentBatch>,
) -> Answer {
    let reach = Reach::of(&who);
    let read = |value| (None, batch::item::<NewAssignment>(value).map(Said::from));
    let items = batch::read_all(body.value.items, read).await?;
    let order = who.orders("assignment.give-batch", format!("{id} {} items", items.len()));
    let (facts, id) = (facts.into_inner(), id.into_inner());
    db.write(order.once(key.0, &body.fingerprint), move |work| {
        let said = batch::good(&items);
        let outcomes = actions::assign(work, &reach, &id, &said)?;
        let (fates, taken) = fates_of(&items, outcomes, &said);
        batch::answer(fates, mode, &facts)?.with_evidence(&taken)
    })
    .await
}

/// The fates of all items, and what was taken: ids and what was said.
fn fates_of<'a>(
    items: &[Read<Said>],
    outcomes: BTreeMap<usize, Result<Assignment, Fault>>,
    said: &'a [(usize, Said)],
) -> (Vec<Fate>, Vec<(AssignmentId, &'a Said)>) {
    let mut taken = Vec::new();
    let mut fates: Vec<Fate> = Vec::with_capacity(said.len());
    for ((_, said), outcome) in said.iter().zip(outcomes.into_values()) {
        fates.push(match outcome {
            Ok(given) => {
                let id = given.id.to_string();
                taken.push((given.id, said));
                (Some(id), Ok(ItemOutcome::Created))
            }
            Err(fault) => (None, Err(fault)),
        });
    }
    (batch::fates(items, fates), taken)
}
