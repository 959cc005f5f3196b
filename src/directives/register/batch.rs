//! Many directives in one call: a register that another system kept, or what a report cites.

use std::sync::Arc;

use actix_web::post;
use actix_web::web::{Data, ReqData};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::actions::{self, Registered};
use super::bodies::NewDirective;
use super::model::Content;
use crate::organizations::Reach;
use crate::platform::edge::Facts;
use crate::platform::input::batch::{self, AnyItems, BatchMode, BatchResult, Fate, Read};
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

impl Body for DirectiveBatch {
    const LIMIT: usize = 8 * 1024 * 1024;

    fn check() -> Result<Arc<input::Schema>, Fault> {
        input::Schema::of::<AnyItems<1_000>>()
    }
}

/// Register many directives.
///
/// Up to 1,000, each as by POST. An item that is refused leaves the others alone, unless `atomic`. One that is registered already
/// just as it is said is `unchanged`, so that the same batch can be sent twice.
#[utoipa::path(
    tag = "directives",
    params(BatchMode),
    responses((status = 200, description = "What became of each item, with the id of each directive", body = BatchResult)),
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
    let items = batch::read_all(body.value.items, read).await?;
    let order = who.orders("directive.register-batch", format!("{} items", items.len()));
    let facts = facts.into_inner();
    db.write(order.once(key.0, &body.fingerprint), move |work| {
        register_items(work, &reach, &items, mode, &facts)
    })
    .await
}

/// An item that cannot be read is known by its place alone: of a secret not even the number is kept.
fn read(value: Value) -> Read<Content> {
    (None, batch::item::<NewDirective>(value).and_then(NewDirective::content))
}

fn register_items(
    work: &mut Work<'_>,
    reach: &Reach,
    items: &[Read<Content>],
    mode: BatchMode,
    facts: &Facts,
) -> Answer {
    let said = batch::good(items);
    let outcomes = actions::register(work, reach, &said)?;
    let created = |index: &usize| matches!(outcomes.get(index), Some(Ok((Outcome::Created, _))));
    let taken: Vec<&Content> =
        said.iter().filter(|(index, _)| created(index)).map(|(_, content)| content).collect();
    let fates = batch::fates(items, outcomes.into_values().zip(&said).map(fate));
    batch::answer(fates, mode, facts)?.with_evidence(&taken)
}

/// A directive is known by its id; one that is refused has none and is known by its number.
fn fate((outcome, (_, content)): (Result<Registered, Fault>, &(usize, Content))) -> Fate {
    match outcome {
        Ok((outcome, id)) => (Some(id.to_string()), Ok(outcome.into())),
        Err(fault) => (content.number.clone(), Err(fault)),
    }
}
