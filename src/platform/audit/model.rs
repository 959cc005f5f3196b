//! What an entry says and how entries are chained.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::json;

use crate::platform::digest::sha256_hex;

/// One entry of the trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number: 1, 2, 3 … in the order of the commits.
    pub seq: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who: the token's subject.
    pub actor: String,
    /// What, as `noun.verb`.
    pub act: String,
    /// On which record.
    pub subject: String,
    /// In which request.
    pub request_id: String,
    /// The state after the change, as JSON; of a batch, what was taken.
    pub detail: String,
    /// The hash of the entry before it; empty for the first.
    pub previous: String,
}

/// Where a trail ends: it is another end after every change, and in every other history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// Number of the last entry.
    pub seq: i64,
    /// Its hash.
    pub hash: String,
}

/// Where a chain is broken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// An entry is missing or out of order.
    #[error("entry {expected} is missing: {found} stands in its place")]
    Gap {
        /// The number that should stand here.
        expected: i64,
        /// The number that does.
        found: i64,
    },
    /// An entry does not have the hash that it was written with, or does not follow the one before it.
    #[error("entry {0} was changed after it was written")]
    Changed(i64),
    /// The end of the chain is not where the head says: entries were cut off.
    #[error("the trail ends at entry {found}, but the head says {expected}")]
    CutOff {
        /// What the head says.
        expected: i64,
        /// The last entry.
        found: i64,
    },
}

impl Entry {
    /// The hash of the entry: SHA-256 over a JSON array of its parts, which leaves no two ways of reading it.
    pub fn hash(&self) -> String {
        let at = self.at.to_rfc3339_opts(SecondsFormat::Micros, true);
        let parts = json!([
            self.seq,
            at,
            self.actor,
            self.act,
            self.subject,
            self.request_id,
            self.detail,
            self.previous
        ]);
        sha256_hex(parts.to_string().as_bytes())
    }
}

/// Walks along a chain, entry by entry.
#[derive(Default)]
pub struct Walk {
    seq: i64,
    hash: String,
}

impl Walk {
    /// Takes the next entry with the hash that is stored for it. Refuses where the chain is broken.
    pub fn step(&mut self, entry: &Entry, stored: &str) -> Result<(), Flaw> {
        if entry.seq != self.seq + 1 {
            return Err(Flaw::Gap { expected: self.seq + 1, found: entry.seq });
        }
        if entry.previous != self.hash || entry.hash() != stored {
            return Err(Flaw::Changed(entry.seq));
        }
        self.seq = entry.seq;
        stored.clone_into(&mut self.hash);
        Ok(())
    }

    /// The last number taken.
    pub fn seq(&self) -> i64 {
        self.seq
    }

    /// Ends the walk where the head says that the chain ends.
    pub fn end(self, seq: i64, hash: &str) -> Result<i64, Flaw> {
        if self.seq != seq {
            return Err(Flaw::CutOff { expected: seq, found: self.seq });
        }
        if self.hash == hash { Ok(seq) } else { Err(Flaw::Changed(seq)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(n: i64) -> Vec<(Entry, String)> {
        let mut previous = String::new();
        let entry = |seq: i64| {
            let entry = Entry {
                seq,
                at: DateTime::from_timestamp(1_600_000_000 + seq, 123_456_000).unwrap(),
                actor: "a".into(),
                act: "x.y".into(),
                subject: "s".into(),
                request_id: "r".into(),
                detail: "{}".into(),
                previous: std::mem::take(&mut previous),
            };
            previous = entry.hash();
            (entry, previous.clone())
        };
        (1..=n).map(entry).collect()
    }

    fn walk(chain: &[(Entry, String)], head: (i64, &str)) -> Result<i64, Flaw> {
        let mut walk = Walk::default();
        chain.iter().try_for_each(|(entry, hash)| walk.step(entry, hash))?;
        walk.end(head.0, head.1)
    }

    #[test]
    fn every_tampering_shows() {
        let good = chain(5);
        let head = (5, good[4].1.clone());
        let head = (head.0, head.1.as_str());
        assert_eq!(walk(&good, head), Ok(5));

        let mut changed = good.clone();
        changed[2].0.actor = "someone else".into();
        assert_eq!(walk(&changed, head), Err(Flaw::Changed(3)));
        changed[2].1 = changed[2].0.hash();
        assert_eq!(walk(&changed, head), Err(Flaw::Changed(4)), "a recomputed hash breaks the next link");

        let mut removed = good.clone();
        removed.remove(1);
        assert_eq!(walk(&removed, head), Err(Flaw::Gap { expected: 2, found: 3 }));
        assert_eq!(walk(&good[..4], head), Err(Flaw::CutOff { expected: 5, found: 4 }));
    }
}
