//! A directive's tasks given to many organizations in one call.

use std::sync::Arc;

use actix_web::post;
use actix_web::web::{Data, ReqData};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::actions;
use super::bodies::NewAssignment;
use super::model::Said;
use crate::directives::register::model::DirectiveId;
use crate::organizations::Reach;
use crate::platform::edge::Facts;
use crate::platform::input::batch::{self, BatchMode, BatchResult, Fate, ItemOutcome};
use crate::platform::{
    Answer, Body, Db, Fault, IdempotencyKey, Json, May, Path, Query, Work, WriteDirectives, input,
};

/// Up to 1,000 assignments.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignmentBatch {
    /// The assignments.
    #[schema(value_type = Vec<NewAssignment>, min_items = 1, max_items = 1_000)]
    items: Vec<Value>,
}

/// What is checked of the batch as a whole; its items are checked one by one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct AnyAssignments {
    #[schema(value_type = Vec<Object>, min_items = 1, max_items = 1_000)]
    items: Vec<Value>,
}

impl Body for AssignmentBatch {
    const LIMIT: usize = 8 * 1024 * 1024;

    fn check() -> Result<Arc<input::Schema>, Fault> {
        input::Schema::of::<AnyAssignments>()
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
    let read = |value| batch::item::<NewAssignment>(value).map(Said::from);
    let items: Vec<Result<Said, Fault>> = body.value.items.into_iter().map(read).collect();
    let order = who.orders("assignment.give-batch", format!("{id} {} items", items.len()));
    let (facts, id) = (facts.into_inner(), id.into_inner());
    db.write(order.once(key.0, &body.fingerprint), move |work| {
        assign_items(work, &reach, &id, &items)
            .and_then(|(fates, taken)| batch::answer(fates, mode, &facts)?.with_evidence(&taken))
    })
    .await
}

/// The fates of all items, and what was taken: ids and what was said.
fn assign_items(
    work: &mut Work<'_>,
    reach: &Reach,
    directive: &DirectiveId,
    items: &[Result<Said, Fault>],
) -> Result<(Vec<Fate>, Value), Fault> {
    let good = |(index, read): (usize, &Result<Said, Fault>)| Some((index, read.as_ref().ok()?.clone()));
    let said: Vec<(usize, Said)> = items.iter().enumerate().filter_map(good).collect();
    let mut outcomes = actions::assign(work, reach, directive, &said)?;
    let taken = said.iter().filter_map(|(index, said)| Some((&outcomes.get(index)?.as_ref().ok()?.id, said)));
    let taken = serde_json::to_value(taken.collect::<Vec<_>>()).map_err(Fault::broken)?;
    let fate = |(index, read): (usize, &Result<Said, Fault>)| -> Fate {
        let fate = match read {
            Err(fault) => Err(fault.again()),
            Ok(_) => outcomes.remove(&index).unwrap_or_else(|| Err(Fault::broken("an item was lost"))),
        };
        match fate {
            Ok(given) => (Some(given.id.to_string()), Ok(ItemOutcome::Created)),
            Err(fault) => (None, Err(fault)),
        }
    };
    Ok((items.iter().enumerate().map(fate).collect(), taken))
}
