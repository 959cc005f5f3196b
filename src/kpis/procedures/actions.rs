//! Taking procedures.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::adds::adds;
use super::model::Procedure;
use super::store::{self, Kept};
use crate::kpis::records::actions::{Adds, Owners, Record};
use crate::kpis::records::model::Refusal;
use crate::kpis::topics;
use crate::organizations::{OrganizationCode, OrganizationId};
use crate::platform::changes::Topic;
use crate::platform::digest::sha256_hex;
use crate::platform::input::wrong;
use crate::platform::{Fault, Moment, Work, Wrong};

impl Record for Kept {
    type Pushed = Procedure;
    type Setting = ();

    const TOPIC: &'static Topic = &topics::PROCEDURE;

    fn key(pushed: &Procedure) -> &str {
        pushed.code.as_str()
    }

    fn changed_at(pushed: &Procedure) -> Option<Moment> {
        pushed.updated_at
    }

    fn last_changed_at(&self) -> Option<Moment> {
        self.procedure.updated_at
    }

    fn within_bounds(pushed: &Procedure) -> bool {
        pushed.within_bounds()
    }

    fn named(pushed: &Procedure) -> Vec<&OrganizationCode> {
        pushed.organizations.iter().map(|span| &span.organization).collect()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn organizations(&self) -> Vec<OrganizationId> {
        self.owners.clone()
    }

    fn setting(_: &mut Work<'_>, _: &[&Procedure]) -> Result<(), Fault> {
        Ok(())
    }

    fn load(work: &mut Work<'_>, keys: &[&str]) -> Result<HashMap<String, Self>, Fault> {
        store::load(work.conn, keys)
    }

    /// A procedure is shared: it belongs to all that handle it or did, and no one of them may change it for the others.
    fn admits(&self, owners: &Owners) -> Result<(), Fault> {
        if self.owners.iter().all(|id| owners.reach(*id)) {
            return Ok(());
        }
        Err(Refusal::Shared { key: self.procedure.code.to_string() }.into())
    }

    fn change(
        pushed: &Procedure,
        before: Option<&Self>,
        owners: &Owners,
        (): &(),
        work: &Work<'_>,
    ) -> Result<Option<Self>, Fault> {
        let mut unknown = Vec::new();
        let mut ids = Vec::with_capacity(pushed.organizations.len());
        for (place, span) in pushed.organizations.iter().enumerate() {
            if let Some(id) = owners.of(&span.organization) {
                ids.push(id);
            } else {
                let place = format!("/organizations/{place}/organization");
                unknown.push(Wrong::body(place, wrong::MISSING));
            }
        }
        let wrongs = if unknown.is_empty() { pushed.wrongs(&ids) } else { unknown };
        if !wrongs.is_empty() {
            return Err(Fault::invalid(wrongs));
        }
        let mut procedure = pushed.clone().stored();
        procedure.updated_at = procedure.updated_at.or(before.and_then(Self::last_changed_at));
        if before.is_some_and(|before| before.procedure == procedure) {
            return Ok(None);
        }
        let version = before.map_or(0, |before| before.version) + 1;
        Ok(Some(Self { version, updated_at: work.now, procedure, owners: ids }))
    }

    fn adds(&self) -> Adds {
        Adds { entries: adds(&self.procedure, &self.owners), sightings: Vec::new() }
    }

    fn save(work: &mut Work<'_>, records: Vec<Self>) -> Result<(), Fault> {
        store::save(work, &records)
    }

    fn evidence(&self) -> Value {
        let body = serde_json::to_vec(&self.procedure).unwrap_or_default();
        json!([self.procedure.code, self.version, sha256_hex(&body)])
    }
}
