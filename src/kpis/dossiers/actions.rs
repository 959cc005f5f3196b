//! Taking dossiers.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Value, json};

use super::adds::adds;
use super::due::Clockwork;
use super::life::live;
use super::model::{Channel, Dossier};
use super::sequence;
use super::store::{self, Kept};
use crate::kpis::calendar;
use crate::kpis::calendar::model::Calendar;
use crate::kpis::counters::ledger::Sighting;
use crate::kpis::counters::model::Counter;
use crate::kpis::periods::half::Half;
use crate::kpis::procedures;
use crate::kpis::procedures::model::{Rules, Term};
use crate::kpis::records::actions::{Adds, Owners, Record};
use crate::kpis::records::model::Refusal;
use crate::kpis::topics;
use crate::organizations::{OrganizationCode, OrganizationId};
use crate::platform::changes::Topic;
use crate::platform::digest::sha256_hex;
use crate::platform::input::wrong;
use crate::platform::{Fault, Moment, Work, Wrong};

/// What decides about dossiers beside themselves.
pub struct Setting {
    calendar: Calendar,
    rules: HashMap<String, Rules>,
}

impl Record for Kept {
    type Pushed = Dossier;
    type Setting = Setting;

    const TOPIC: &'static Topic = &topics::DOSSIER;

    fn key(pushed: &Dossier) -> &str {
        pushed.code.as_str()
    }

    fn changed_at(pushed: &Dossier) -> Option<Moment> {
        pushed.updated_at
    }

    fn last_changed_at(&self) -> Option<Moment> {
        self.dossier.updated_at
    }

    fn within_bounds(pushed: &Dossier) -> bool {
        (1..=200).contains(&pushed.events.len()) && pushed.term.is_none_or(Term::within_bounds)
    }

    fn named(pushed: &Dossier) -> Vec<&OrganizationCode> {
        vec![&pushed.organization]
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn organizations(&self) -> Vec<OrganizationId> {
        vec![self.organization]
    }

    /// Form II.06a has a row for each procedure.
    fn heading(&self) -> Option<&str> {
        Some(self.dossier.procedure.as_str())
    }

    fn setting(work: &mut Work<'_>, pushed: &[&Dossier]) -> Result<Setting, Fault> {
        let codes: BTreeSet<&str> = pushed.iter().map(|dossier| dossier.procedure.as_str()).collect();
        let codes: Vec<&str> = codes.into_iter().collect();
        let calendar = calendar::store::load(work.conn)?;
        Ok(Setting { calendar, rules: procedures::store::rules(work.conn, &codes)? })
    }

    fn load(work: &mut Work<'_>, keys: &[&str]) -> Result<HashMap<String, Self>, Fault> {
        store::load(work.conn, keys)
    }

    /// Whose dossier it is decides who may change it.
    fn admits(&self, owners: &Owners) -> Result<(), Fault> {
        if owners.reach(self.organization) {
            return Ok(());
        }
        Err(Refusal::Foreign { key: self.dossier.code.to_string() }.into())
    }

    fn change(
        pushed: &Dossier,
        before: Option<&Self>,
        owners: &Owners,
        setting: &Setting,
        work: &Work<'_>,
    ) -> Result<Option<Self>, Fault> {
        let unknown = || Fault::invalid(vec![Wrong::body("/organization", wrong::MISSING)]);
        let organization = owners.of(&pushed.organization).ok_or_else(unknown)?;
        let wrongs = sequence::wrongs(pushed);
        if !wrongs.is_empty() {
            return Err(Fault::invalid(wrongs));
        }
        let mut dossier = pushed.clone();
        dossier.events = sequence::in_order(dossier.events, work.now)?;
        dossier.updated_at = dossier.updated_at.or(before.and_then(Self::last_changed_at));
        if before.is_some_and(|before| before.dossier == dossier) {
            return Ok(None);
        }
        let latest = setting.rules.get(dossier.procedure.as_str()).copied().unwrap_or_default();
        // What counted when it was accepted goes on counting, but for a term that was not known then.
        let accepted = before.filter(|before| before.life.is_some());
        let known = accepted.filter(|before| before.dossier.procedure == dossier.procedure);
        let rules =
            known.map_or(latest, |known| Rules { term: known.rules.term.or(latest.term), ..known.rules });
        let known_promises = before.map(|before| before.promises.as_slice()).unwrap_or_default();
        let mut clockwork =
            Clockwork { calendar: &setting.calendar, rules, known: known_promises, kept: Vec::new() };
        let life = live(&dossier, &mut clockwork)?;
        let promises = clockwork.kept;
        let version = before.map_or(0, |before| before.version) + 1;
        Ok(Some(Self { version, updated_at: work.now, organization, dossier, rules, promises, life }))
    }

    fn adds(&self) -> Adds {
        let Some(life) = &self.life else { return Adds::default() };
        let sighting = || Sighting {
            organization: self.organization,
            counter: Counter::ProceduresWithOnlineDossiers,
            thing: self.dossier.procedure.to_string(),
            half: Half::of(life.accepted.date()),
        };
        let online = self.dossier.channel == Channel::Online;
        Adds {
            entries: adds(self.organization, self.dossier.channel, life),
            sightings: online.then(sighting).into_iter().collect(),
        }
    }

    fn save(work: &mut Work<'_>, records: Vec<Self>) -> Result<(), Fault> {
        store::save(work, &records)
    }

    fn evidence(&self) -> Value {
        let body = serde_json::to_vec(&self.dossier).unwrap_or_default();
        json!([self.dossier.code, self.version, sha256_hex(&body)])
    }
}
