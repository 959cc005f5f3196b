//! Many directives in one call: a register that another system kept, or what a report cites.

use std::sync::Arc;

use actix_web::post;
use actix_web::web::{self, Data, ReqData};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::actions;
use super::bodies::NewDirective;
use super::model::Content;
use crate::organizations::Reach;
use crate::platform::edge::Facts;
use crate::platform::input::batch::{self, BatchMode, BatchResult, Fate, ItemOutcome};
use crate::platform::{
    Answer, Body, Db, Fault, IdempotencyKey, Json, May, Outcome, Query, Work, WriteDirectives, input,
};

/// Up to 1,000 directives.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DirectiveBatch {
    /// The directives.
    #[schema(value_type = Vec<NewDirective>, min_items = 1, max_items = 1_000)]
    items: Vec<Value>,
}

/// What is checked of the batch as a whole; its items are checked one by one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct AnyDirectives {
    #[schema(value_type = Vec<Object>, min_items = 1, max_items = 1_000)]
    items: Vec<Value>,
}

impl Body for DirectiveBatch {
    const LIMIT: usize = 8 * 1024 * 1024;

    fn check() -> Result<Arc<input::Schema>, Fault> {
        input::Schema::of::<AnyDirectives>()
    }
}

/// Register many directives.
///
/// Up to 1,000, each as by POST. An item that is refused leaves the others alone, unless `atomic`. One that is registered already
/// just as it is said is `unchanged`, so that the same batch can be sent twice.
#[utoipa::path(
    tag = "directives",
    params(BatchMode),
    responses((status = 200, description = "What became of each item", body = BatchResult)),
    extensions(("x-answered-once" = json!(true))),
    security(("bearer" = ["directives:write"]))
)]
#[post("/directives/batch")]
pub async fn register_directives(
    db: Data<Db>,
    who: May<WriteDirectives>,
    key: IdempotencyKey,
    facts: ReqData<Facts>,
    Query(mode): Query<BatchMode>,
    body: Json<DirectiveBatch>,
) -> Answer {
    let reach = Reach::of(&who);
    let given = body.value.items;
    // A thousand items are not checked on the thread that answers others.
    let items = web::block(move || given.into_iter().map(read).collect::<Vec<Read>>())
        .await
        .map_err(Fault::broken)?;
    let order = who.orders("directive.register-batch", format!("{} items", items.len()));
    let facts = facts.into_inner();
    db.write(order.once(key.0, &body.fingerprint), move |work| {
        register_items(work, &reach, &items, mode, &facts)
    })
    .await
}

/// An item's number, as far as it could be read, and what it says or why it is refused.
type Read = (Option<String>, Result<Content, Fault>);

fn read(value: Value) -> Read {
    let number = value.get("number").and_then(Value::as_str).map(ToOwned::to_owned);
    let content = batch::item::<NewDirective>(value).and_then(NewDirective::content);
    // Of a secret not even the number is kept.
    (number.filter(|_| content.is_ok()), content)
}

fn register_items(
    work: &mut Work<'_>,
    reach: &Reach,
    items: &[Read],
    mode: BatchMode,
    facts: &Facts,
) -> Answer {
    let good = |(index, (_, read)): (usize, &Read)| Some((index, read.as_ref().ok()?.clone()));
    let said: Vec<(usize, Content)> = items.iter().enumerate().filter_map(good).collect();
    let mut outcomes = actions::register(work, reach, &said)?;
    let created = |index: &usize| matches!(outcomes.get(index), Some(Ok((Outcome::Created, _))));
    let taken: Vec<&Content> =
        said.iter().filter(|(index, _)| created(index)).map(|(_, content)| content).collect();
    let evidence = serde_json::to_value(&taken).map_err(Fault::broken)?;
    let fate = |(index, (number, read)): (usize, &Read)| -> Fate {
        let fate = match read {
            Err(fault) => Err(fault.again()),
            Ok(_) => outcomes.remove(&index).unwrap_or_else(|| Err(Fault::broken("an item was lost"))),
        };
        (number.clone(), fate.map(|(outcome, _)| ItemOutcome::from(outcome)))
    };
    batch::answer(items.iter().enumerate().map(fate).collect(), mode, facts)?.with_evidence(&evidence)
}
