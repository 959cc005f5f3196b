//! Taking cases.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::adds::adds;
use super::due::Deadlines;
use super::held::{Held, Kept};
use super::model::Pushed;
use super::store;
use crate::feedback::limits;
use crate::feedback::limits::model::Limits;
use crate::feedback::topics::FEEDBACK_CASE;
use crate::kpis::records::actions::{Adds, Owners, Record};
use crate::kpis::records::model::Refusal;
use crate::organizations::{OrganizationCode, OrganizationId};
use crate::platform::changes::Topic;
use crate::platform::digest::sha256_hex;
use crate::platform::input::wrong;
use crate::platform::{Fault, Moment, Work, Wrong};

impl Record for Kept {
    type Pushed = Pushed;
    type Setting = Limits;

    const TOPIC: &'static Topic = &FEEDBACK_CASE;
    const STATED: Option<&'static str> = Some("feedback_case");

    fn key(pushed: &Pushed) -> &str {
        pushed.code.as_str()
    }

    fn changed_at(pushed: &Pushed) -> Option<Moment> {
        pushed.updated_at
    }

    fn last_changed_at(&self) -> Option<Moment> {
        self.held.case.updated_at
    }

    fn within_bounds(pushed: &Pushed) -> bool {
        pushed.within_bounds()
    }

    fn named(pushed: &Pushed) -> Vec<&OrganizationCode> {
        vec![&pushed.organization]
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn organizations(&self) -> Vec<OrganizationId> {
        vec![self.organization]
    }

    fn setting(work: &mut Work<'_>, _: &[&Pushed]) -> Result<Limits, Fault> {
        limits::store::load(work.conn)
    }

    fn load(work: &mut Work<'_>, keys: &[&str]) -> Result<HashMap<String, Self>, Fault> {
        store::load(work.conn, keys)
    }

    fn admits(&self, owners: &Owners) -> Result<(), Fault> {
        if owners.reach(self.organization) {
            return Ok(());
        }
        Err(Refusal::Foreign { key: self.held.case.code.to_string() }.into())
    }

    fn change(
        pushed: &Pushed,
        before: Option<&Self>,
        owners: &Owners,
        limits: &Limits,
        work: &Work<'_>,
    ) -> Result<Option<Self>, Fault> {
        let unknown = || Fault::invalid(vec![Wrong::body("/organization", wrong::MISSING)]);
        let organization = owners.of(&pushed.organization).ok_or_else(unknown)?;
        let mut case = pushed.clone().stored();
        case.updated_at = case.updated_at.or(before.and_then(Self::last_changed_at));
        let wrongs = case.wrongs(work.today());
        if !wrongs.is_empty() {
            return Err(Fault::invalid(wrongs));
        }
        let deadlines = Deadlines::of(&case, before.map(|before| &before.held.deadlines), limits);
        let held = Held { case, deadlines };
        if before.is_some_and(|before| before.held == held) {
            return Ok(None);
        }
        let version = before.map_or(0, |before| before.version) + 1;
        Ok(Some(Self { version, updated_at: work.now, organization, held }))
    }

    fn adds(&self) -> Adds {
        Adds { entries: adds(self), sightings: Vec::new() }
    }

    fn save(work: &mut Work<'_>, records: Vec<Self>) -> Result<(), Fault> {
        store::save(work, &records)
    }

    fn evidence(&self) -> Value {
        let body = serde_json::to_vec(&self.held).unwrap_or_default();
        json!([self.held.case.code, self.version, sha256_hex(&body)])
    }
}
