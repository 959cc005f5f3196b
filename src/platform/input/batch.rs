//! Batches: the items of one call, each checked, answered and refused for itself.

use actix_web::web;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AdditionalProperties, ArrayBuilder, Object, ObjectBuilder, Schema, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::body::{Body, typed};
use super::value;
use crate::platform::edge::Facts;
use crate::platform::fault::{Class, Fault, Kind};
use crate::platform::problem::Problem;
use crate::platform::reply::{Outcome, Reply};
use crate::platform::text::Text;

/// What is checked of a batch as a whole: from one up to so many objects. Each of them is checked for itself.
pub struct AnyItems<const MOST: usize>;

impl<const MOST: usize> PartialSchema for AnyItems<MOST> {
    fn schema() -> RefOr<Schema> {
        let items = ArrayBuilder::new().items(Object::with_type(Type::Object));
        ObjectBuilder::new()
            .property("items", items.min_items(Some(1)).max_items(Some(MOST)))
            .required("items")
            .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)))
            .into()
    }
}

impl<const MOST: usize> ToSchema for AnyItems<MOST> {}

/// An item's code, as far as it could be read, and what it says or why it is refused.
pub type Read<T> = (Option<String>, Result<T, Fault>);

/// Reads items, not on the thread that answers others: there may be thousands of them.
pub async fn read_all<T: Send + 'static>(
    items: Vec<Value>,
    read: impl Fn(Value) -> Read<T> + Send + 'static,
) -> Result<Vec<Read<T>>, Fault> {
    web::block(move || items.into_iter().map(read).collect()).await.map_err(Fault::broken)
}

/// Those of the items that could be read, each with its place in the batch.
pub fn good<T: Clone>(items: &[Read<T>]) -> Vec<(usize, T)> {
    let good = |(index, (_, read)): (usize, &Read<T>)| Some((index, read.as_ref().ok()?.clone()));
    items.iter().enumerate().filter_map(good).collect()
}

/// One item as its type, or what is wrong with it.
pub fn item<T: Body>(value: Value) -> Result<T, Fault> {
    typed(value)
}

/// The bytes of one item as its code or id, as far as it can be read, and its type or what is wrong with it.
pub fn read_item<T: Body>(bytes: &[u8]) -> Read<T> {
    match value::read(bytes) {
        Err(fault) => (None, Err(fault)),
        Ok(value) => {
            let code = value.get("code").or_else(|| value.get("id")).and_then(Value::as_str);
            (code.map(ToOwned::to_owned), typed(value))
        }
    }
}

/// How a batch is worked on.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BatchMode {
    /// All or nothing: one item that is refused refuses the batch.
    #[serde(default)]
    pub atomic: bool,
    /// Answer as if, and change nothing.
    #[serde(default)]
    pub validate_only: bool,
    /// `failed` lists only the items that were refused.
    #[param(inline)]
    pub answer: Option<BatchAnswer>,
}

/// Which items the answer lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BatchAnswer {
    /// Every item.
    All,
    /// Those that were refused.
    Failed,
}

/// What became of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemOutcome {
    /// A new record.
    Created,
    /// A changed record.
    Updated,
    /// The record was so already.
    Unchanged,
    /// Refused.
    Failed,
}

impl From<Outcome> for ItemOutcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Created => Self::Created,
            Outcome::Updated => Self::Updated,
            Outcome::Unchanged => Self::Unchanged,
        }
    }
}

/// What became of one item of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchItem {
    /// Its place in the batch, from 0.
    #[schema(minimum = 0)]
    pub index: usize,
    /// The record's code or id, as far as it could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "H19.06")]
    pub code: Option<String>,
    /// What became of it.
    pub outcome: ItemOutcome,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub problem: Option<Problem>,
}

/// How many items met which fate; the four add up to the total.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct BatchSummary {
    /// All items.
    #[schema(minimum = 0)]
    pub total: usize,
    /// New records.
    #[schema(minimum = 0)]
    pub created: usize,
    /// Changed records.
    #[schema(minimum = 0)]
    pub updated: usize,
    /// Records that were so already.
    #[schema(minimum = 0)]
    pub unchanged: usize,
    /// Refused items.
    #[schema(minimum = 0)]
    pub failed: usize,
}

/// The answer to a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchResult {
    /// Counts.
    pub summary: BatchSummary,
    /// The items in the order of the request.
    pub items: Vec<BatchItem>,
}

/// A batch of which one item was refused, when all or nothing was asked for.
pub static BATCH_REFUSED: Kind = Kind::new(
    "batch-refused",
    Class::Invalid,
    "An item of the batch was refused, so nothing was done",
    "Một phần tử của lô bị từ chối nên không có gì được thực hiện",
);

/// One item's code and fate.
pub type Fate = (Option<String>, Result<ItemOutcome, Fault>);

/// The fates of all items, from those of the items that could be read, in their order. What has no code of its own yet is known by the
/// one that it was given.
pub fn fates<T>(items: &[Read<T>], outcomes: impl IntoIterator<Item = Fate>) -> Vec<Fate> {
    let mut outcomes = outcomes.into_iter();
    let fate = |(code, read): &Read<T>| {
        if let Err(fault) = read {
            return (code.clone(), Err(fault.again()));
        }
        let lost = || (None, Err(Fault::broken("an item was lost")));
        let (given, fate) = outcomes.next().unwrap_or_else(lost);
        (code.clone().or(given), fate)
    };
    items.iter().map(fate).collect()
}

/// The fates of all items as an answer, in the order of the batch.
pub fn answer(fates: Vec<Fate>, mode: BatchMode, facts: &Facts) -> Result<Reply, Fault> {
    let mut summary = BatchSummary { total: fates.len(), ..BatchSummary::default() };
    let mut items = Vec::new();
    for (index, (code, fate)) in fates.into_iter().enumerate() {
        let (outcome, problem) = match fate {
            Ok(outcome) => (outcome, None),
            Err(fault) => (ItemOutcome::Failed, Some(Problem::of(&fault, facts))),
        };
        *match outcome {
            ItemOutcome::Created => &mut summary.created,
            ItemOutcome::Updated => &mut summary.updated,
            ItemOutcome::Unchanged => &mut summary.unchanged,
            ItemOutcome::Failed => &mut summary.failed,
        } += 1;
        if mode.answer != Some(BatchAnswer::Failed) || outcome == ItemOutcome::Failed {
            items.push(BatchItem { index, code, outcome, problem });
        }
    }
    let effect = summary.created + summary.updated > 0 && !mode.validate_only;
    let refused = mode.atomic && summary.failed > 0;
    let result = BatchResult { summary, items };
    if refused {
        let text = Text::new(BATCH_REFUSED.en, BATCH_REFUSED.vi);
        let result = serde_json::to_value(&result).map_err(Fault::broken)?;
        let (summary, items) = (result.get("summary").cloned(), result.get("items").cloned());
        return Err(Fault::new(&BATCH_REFUSED, text)
            .member("summary", summary.unwrap_or_default())
            .member("items", items.unwrap_or_default()));
    }
    if effect { Reply::changed_to(&result) } else { Reply::ok(&result) }
}
