//! Many organizations in one call: the structure of a whole province.

use std::sync::Arc;

use actix_web::post;
use actix_web::web::{Data, ReqData};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::actions;
use super::api::NewOrganization;
use super::model::{Definition, OrganizationCode};
use crate::organizations::reach::Reach;
use crate::platform::edge::Facts;
use crate::platform::input::batch::{self, AnyItems, BatchMode, BatchResult, ItemOutcome, Read};
use crate::platform::{
    Answer, Body, Db, Fault, IdempotencyKey, Json, May, Outcome, Query, Work, WriteOrganizations, Wrong,
    input,
};

/// An organization of a batch: its code, and what is true of it.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "only its schema is used: an item is read in two steps, so that its code can be told"
)]
pub struct BatchOrganization {
    /// Its code.
    code: OrganizationCode,
    #[serde(flatten)]
    rest: NewOrganization,
}

/// Up to 10,000 organizations, parents before their children.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "items": [{
    "code": "H19.06.03", "name": "Phòng Quản lý công nghệ", "kind": "division", "parent": "H19.06", "valid_from": "2015-01-01"
}] }))]
pub struct OrganizationBatch {
    /// The organizations.
    #[schema(value_type = Vec<BatchOrganization>, min_items = 1, max_items = 10_000)]
    items: Vec<Value>,
}

impl Body for OrganizationBatch {
    const LIMIT: usize = 16 * 1024 * 1024;

    fn check() -> Result<Arc<input::Schema>, Fault> {
        input::Schema::of::<AnyItems<10_000>>()
    }
}

/// Define many organizations.
///
/// Up to 10,000, each as by PUT but without a condition, parents before their children. An item that is refused leaves
/// the others alone, unless `atomic`. The same batch sent twice changes nothing.
#[utoipa::path(
    tag = "organizations",
    params(BatchMode),
    responses((status = 200, description = "What became of each item", body = BatchResult)),
    extensions(("x-answered-once" = json!(true))),
    security(("bearer" = ["organizations:write"]))
)]
#[post("/organizations/batch")]
pub async fn define_organizations(
    db: Data<Db>,
    who: May<WriteOrganizations>,
    key: IdempotencyKey,
    facts: ReqData<Facts>,
    Query(mode): Query<BatchMode>,
    body: Json<OrganizationBatch>,
) -> Answer {
    let reach = Reach::of(&who);
    let items = batch::read_all(body.value.items, read).await?;
    let order = who.orders("organization.define-batch", format!("{} items", items.len()));
    let facts = facts.into_inner();
    db.write(order.once(key.0, &body.fingerprint), move |work| {
        define_items(work, &reach, &items, mode, &facts)
    })
    .await
}

fn read(mut value: Value) -> Read<Definition> {
    let code = value.get("code").and_then(Value::as_str).map(ToOwned::to_owned);
    let parsed = code.as_deref().map(str::parse::<OrganizationCode>);
    let definition = match parsed {
        Some(Ok(parsed)) => {
            if let Some(object) = value.as_object_mut() {
                object.remove("code");
            }
            batch::item::<NewOrganization>(value).and_then(|new| new.definition(parsed))
        }
        Some(Err(fault)) => Err(Fault::invalid(vec![Wrong::body("/code", fault)])),
        None => Err(Fault::invalid(vec![Wrong::body("/code", "required")])),
    };
    (code, definition)
}

fn define_items(
    work: &mut Work<'_>,
    reach: &Reach,
    items: &[Read<Definition>],
    mode: BatchMode,
    facts: &Facts,
) -> Answer {
    let definitions = batch::good(items);
    let outcomes = actions::define_all(work, reach, &definitions)?;
    let changed = |index| matches!(outcomes.get(index), Some(Ok(Outcome::Created | Outcome::Updated)));
    let taken: Vec<&Definition> =
        definitions.iter().filter(|(i, _)| changed(i)).map(|(_, taken)| taken).collect();
    let fates = outcomes.into_values().map(|outcome| (None, outcome.map(ItemOutcome::from)));
    batch::answer(batch::fates(items, fates), mode, facts)?.with_evidence(&taken)
}
