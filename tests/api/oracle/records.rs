//! The records beside dossiers, and what is there after everything that was pushed.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::dossier::{Dossier, Term};
use super::organizations::Tree;

/// Levels 1 to 4 are those of NĐ 43/2011, the others those of NĐ 42/2022.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    One,
    Two,
    Three,
    Four,
    Full,
    Partial,
    None,
}

/// A procedure, which is there from the day of its first standing on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Procedure {
    pub code: String,
    pub field: String,
    pub term: Term,
    pub organizations: Vec<String>,
    /// From which day on: its level, and whether it is standardised and published.
    pub standing: Vec<(NaiveDate, Level, bool)>,
}

impl Procedure {
    pub fn on(&self, day: NaiveDate) -> Option<(Level, bool)> {
        let (_, level, published) = self.standing.iter().rev().find(|(from, ..)| *from <= day)?;
        Some((*level, *published))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medium {
    ElectronicSigned,
    ElectronicUnsigned,
    Parallel,
    Mixed,
    Paper,
}

/// To whom a document went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Internal,
    InterAgency,
}

/// A document that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    pub id: String,
    pub organization: String,
    pub issued_on: NaiveDate,
    pub scopes: Vec<Scope>,
    pub medium: Medium,
    pub secret: bool,
    pub recalled: bool,
}

/// Everything that is true once all was pushed.
#[derive(Clone, Debug, Default)]
pub struct Records {
    pub tree: Tree,
    pub procedures: BTreeMap<String, Procedure>,
    pub dossiers: BTreeMap<String, Dossier>,
    pub exchanges: BTreeMap<String, Exchange>,
}

impl Records {
    /// Pushes a dossier. Answers what becomes of it.
    pub fn push_dossier(&mut self, dossier: &Dossier) -> &'static str {
        match self.dossiers.get(&dossier.code) {
            Some(stored) if stored == dossier || dossier.updated_at < stored.updated_at => "unchanged",
            stored => {
                let outcome = if stored.is_some() { "updated" } else { "created" };
                self.dossiers.insert(dossier.code.clone(), dossier.clone());
                outcome
            }
        }
    }

    /// Pushes a document. Answers what becomes of it.
    pub fn push_exchange(&mut self, exchange: &Exchange) -> &'static str {
        // Of a secret document nothing is kept but that it is there.
        let kept =
            |one: &Exchange| (one.organization.clone(), one.issued_on, (!one.secret).then(|| one.clone()));
        match self.exchanges.insert(exchange.id.clone(), exchange.clone()) {
            Some(stored) if kept(&stored) == kept(exchange) => "unchanged",
            Some(_) => "updated",
            None => "created",
        }
    }
}
