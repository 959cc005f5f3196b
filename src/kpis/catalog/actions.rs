//! Defining KPIs, and the catalogue that the service brings along.

use serde::Deserialize;

use super::model::{Definition, KpiId, Refusal};
use super::store::{self, Kpi};
use crate::kpis::topics::KPI;
use crate::platform::{Change, Condition, Etag, Fault, Outcome, Reply, Work};

/// Takes a definition under a condition: a new KPI, a new definition from a day on, or a correction of the last.
///
/// Refuses a day before the last definition's.
pub fn define(
    work: &mut Work<'_>,
    id: &KpiId,
    definition: &Definition,
    condition: &Condition,
) -> Result<(Outcome, Kpi), Fault> {
    let last = store::last(work, id)?;
    condition.admits_put(last.as_ref().map(|kpi| Etag::of(kpi.version)).as_ref())?;
    let outcome = match &last {
        None => Outcome::Created,
        Some(kpi) if kpi.definition == *definition => return Ok((Outcome::Unchanged, kpi.clone())),
        Some(kpi) if kpi.definition.valid_from > definition.valid_from => {
            return Err(
                Refusal::LaterDefinition { kpi: id.to_string(), day: kpi.definition.valid_from }.into()
            );
        }
        Some(_) => Outcome::Updated,
    };
    work.tell(Change::of(&KPI, outcome, id.as_str()));
    Ok((outcome, store::save(work, id, definition, last.as_ref())?))
}

/// The ten KPIs of the 2020 report and further readings of the same records, as data.
const CATALOGUE: &str = include_str!("catalogue.json");

#[derive(Deserialize)]
struct Entry {
    id: KpiId,
    #[serde(flatten)]
    definition: serde_json::Value,
}

/// Puts in the KPIs that the service brings along and the database does not know. One that is known is left as it is.
pub fn load_catalogue(work: &mut Work<'_>) -> Result<Reply, Fault> {
    let entries: Vec<Entry> = serde_json::from_str(CATALOGUE).map_err(Fault::broken)?;
    let mut added = Vec::new();
    for entry in entries {
        if store::last(work, &entry.id)?.is_none() {
            let definition: Definition = serde_json::from_value(entry.definition).map_err(Fault::broken)?;
            store::save(work, &entry.id, &definition, None)?;
            work.tell(Change::of(&KPI, Outcome::Created, entry.id.as_str()));
            added.push(entry.id);
        }
    }
    if added.is_empty() { Reply::ok(&added) } else { Reply::changed_to(&added) }
}
