//! Organizations in time: who stands where on a day, and who carries on whose records.

use std::collections::BTreeMap;

use chrono::NaiveDate;

#[derive(Clone, Debug)]
pub struct Organization {
    pub kind: &'static str,
    pub opened: NaiveDate,
    /// The first day on which it is no more.
    pub closed: Option<NaiveDate>,
    /// Who is above it, from which day on; the last stays true after it was closed.
    pub parents: Vec<(NaiveDate, Option<String>)>,
    /// Who goes on with its records, wholly.
    pub heir: Option<String>,
}

/// What was decided, by codes.
#[derive(Clone, Debug)]
pub enum Decision {
    Merge { on: NaiveDate, parties: [String; 2], heir: String },
    Transfer { on: NaiveDate, who: String, parent: String },
}

#[derive(Clone, Debug, Default)]
pub struct Tree(pub BTreeMap<String, Organization>);

impl Tree {
    pub fn add(&mut self, code: &str, kind: &'static str, opened: NaiveDate, parent: Option<&str>) {
        let parents = vec![(opened, parent.map(ToOwned::to_owned))];
        self.0.insert(code.to_owned(), Organization { kind, opened, closed: None, parents, heir: None });
    }

    /// Carries out a decision that comes after all that were carried out before.
    pub fn decide(&mut self, decision: &Decision) {
        match decision {
            Decision::Transfer { on, who, parent } => self.place(who, *on, Some(parent)),
            Decision::Merge { on, parties, heir } => {
                if !self.0.contains_key(heir) {
                    let first = &self.0[&parties[0]];
                    let (kind, place) = (first.kind, self.parent(&parties[0], *on).map(ToOwned::to_owned));
                    self.add(heir, kind, *on, place.as_deref());
                }
                for party in parties.iter().filter(|party| *party != heir) {
                    for child in self.children(party, *on) {
                        self.place(&child, *on, Some(heir));
                    }
                    let ending = self.0.get_mut(party).unwrap();
                    (ending.closed, ending.heir) = (Some(*on), Some(heir.clone()));
                }
            }
        }
    }

    fn place(&mut self, who: &str, on: NaiveDate, parent: Option<&str>) {
        self.0.get_mut(who).unwrap().parents.push((on, parent.map(ToOwned::to_owned)));
    }

    pub fn is_closed(&self, code: &str, day: NaiveDate) -> bool {
        self.0[code].closed.is_some_and(|closed| closed <= day)
    }

    /// Whether it is there on a day.
    pub fn is_there(&self, code: &str, day: NaiveDate) -> bool {
        self.0[code].opened <= day && !self.is_closed(code, day)
    }

    /// Whether it was there on some day of a period.
    pub fn was_there(&self, code: &str, first: NaiveDate, last: NaiveDate) -> bool {
        self.0[code].opened <= last && !self.is_closed(code, first)
    }

    /// Who is above it on a day; above a closed one, who was so last.
    pub fn parent(&self, code: &str, day: NaiveDate) -> Option<&str> {
        let told = self.0[code].parents.iter().rev().find(|(from, _)| *from <= day)?;
        told.1.as_deref()
    }

    /// Whether it stands at or below another on a day.
    pub fn stands_under(&self, code: &str, top: &str, day: NaiveDate) -> bool {
        let mut at = Some(code);
        while let Some(code) = at {
            if self.0[code].opened > day {
                return false;
            }
            if code == top {
                return true;
            }
            at = self.parent(code, day);
        }
        false
    }

    /// Those directly below on a day that were not closed.
    fn children(&self, code: &str, day: NaiveDate) -> Vec<String> {
        let below = |child: &&String| self.parent(child, day) == Some(code) && self.is_there(child, day);
        self.0.keys().filter(below).cloned().collect()
    }

    /// Who has the records of an organization as things are now.
    pub fn heir<'a>(&'a self, code: &'a str) -> &'a str {
        let mut at = code;
        while let Some(heir) = &self.0[at].heir {
            at = heir;
        }
        at
    }
}
