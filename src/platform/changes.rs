//! What a transaction changed, told to those who follow: a row for each thing and each organization that it concerns.
//!
//! A use case says it with [`Work::tell`](super::Work::tell), where it knows what became of the thing; the rows are
//! written in the same transaction under the number of its audit entry. That number is given out under one lock that is
//! held until the commit, so the numbers are in the order of the commits, and who has read up to one has missed none.
//! A change of what is to come is told when it is decided, not on its day.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::audit::End;
use super::auth::Scope;
use super::bulk::{Bulk, Values};
use super::clock::local_day;
use super::db::Conn;
use super::fault::Fault;
use super::reply::Outcome;
use super::sql::Sql;
use crate::closed_set;
use crate::schema::change_sets;

/// A kind of thing that changes. Each slice states its own, with [`topics!`](crate::topics).
#[derive(Debug, PartialEq, Eq)]
pub struct Topic {
    /// How followers name it.
    pub word: &'static str,
    /// The scope without which nobody is told of it.
    pub scope: &'static str,
    /// What it is, and of what its keys consist.
    pub about: &'static str,
}

impl Topic {
    /// A kind that may be followed by who holds scope `S`.
    pub const fn of<S: Scope>(word: &'static str, about: &'static str) -> Self {
        Self { word, scope: S::NAME, about }
    }
}

/// The kinds of things of a slice that change: `NAME = "word" Scope "What it is; what its key is.";`.
#[macro_export]
macro_rules! topics {
    ($($name:ident = $word:literal $scope:ident $about:literal;)*) => {
        $(#[doc = $about] pub static $name: $crate::platform::changes::Topic =
            $crate::platform::changes::Topic::of::<$crate::platform::$scope>($word, $about);)*
        /// All of them.
        pub static TOPICS: &[&$crate::platform::changes::Topic] = &[$(&$name),*];
    };
}

closed_set! {
    /// What became of a thing. The order tells which holds for who is concerned by several rows of one change: what left one
    /// organization of a subtree for another has not left the subtree.
    ChangeAct, "not-in-set" {
        /// It is new.
        Created = "created",
        /// It was changed.
        Updated = "updated",
        /// It is no more, or no longer within reach.
        Deleted = "deleted",
    }
}

impl ChangeAct {
    /// The act of a number in the table.
    pub fn of(number: i32) -> Self {
        match number {
            0 => Self::Created,
            1 => Self::Updated,
            _ => Self::Deleted,
        }
    }

    /// Its number in the table.
    pub fn number(self) -> i32 {
        match self {
            Self::Created => 0,
            Self::Updated => 1,
            Self::Deleted => 2,
        }
    }
}

/// Stands in the table for everybody.
pub const EVERYBODY: i64 = 0;
/// Stands in the table for nobody of the register: only who reaches everything is told.
pub const NOBODY: i64 = -1;

/// What became of one thing, and whom that concerns.
#[derive(Debug)]
pub struct Change {
    topic: &'static Topic,
    key: String,
    /// None if nothing became of it.
    act: Option<ChangeAct>,
    /// The organizations it concerns; None: everybody.
    of: Option<Vec<i64>>,
    left: Vec<i64>,
}

impl Change {
    /// A change that concerns everybody. The key holds single words with a blank between them, as the audit entry's subject.
    pub fn of(topic: &'static Topic, outcome: Outcome, key: impl Into<String>) -> Self {
        let act = match outcome {
            Outcome::Created => Some(ChangeAct::Created),
            Outcome::Updated => Some(ChangeAct::Updated),
            Outcome::Unchanged => None,
        };
        Self { topic, key: key.into(), act, of: None, left: Vec::new() }
    }

    /// It concerns these organizations, and those above them; without any, only who reaches everything.
    #[must_use]
    pub fn within<I: Into<i64>>(mut self, organizations: impl IntoIterator<Item = I>) -> Self {
        self.of.get_or_insert_default().extend(organizations.into_iter().map(I::into));
        self
    }

    /// It concerned these before: to those of them, and above them, whom it does not concern now it is gone.
    #[must_use]
    pub fn leaving<I: Into<i64>>(mut self, organizations: impl IntoIterator<Item = I>) -> Self {
        self.left.extend(organizations.into_iter().map(I::into));
        self
    }

    /// Whether nothing became of the thing.
    pub(super) fn is_none(&self) -> bool {
        self.act.is_none()
    }

    /// The organizations it concerns, each once, with what became of it for them.
    fn rows(&self) -> impl Iterator<Item = (i64, ChangeAct)> {
        let act = self.act.unwrap_or(ChangeAct::Updated);
        let mut of = match &self.of {
            None => vec![EVERYBODY],
            Some(of) if of.is_empty() => vec![NOBODY],
            Some(of) => of.clone(),
        };
        of.sort_unstable();
        of.dedup();
        let mut left: Vec<i64> = self.left.iter().copied().filter(|id| !of.contains(id)).collect();
        left.sort_unstable();
        left.dedup();
        of.into_iter().map(move |id| (id, act)).chain(left.into_iter().map(|id| (id, ChangeAct::Deleted)))
    }
}

/// Writes what a transaction changed under the number of its audit entry.
pub(super) fn append(conn: &mut Conn, seq: i64, now: DateTime<Utc>, changes: &[Change]) -> Result<(), Fault> {
    if changes.is_empty() {
        return Ok(());
    }
    let set =
        (change_sets::seq.eq(seq), change_sets::at.eq(now.naive_utc()), change_sets::day.eq(local_day(now)));
    diesel::insert_into(change_sets::table).values(set).execute(conn)?;
    let (mut places, mut organizations, mut acts) = (Vec::new(), Vec::new(), Vec::new());
    let (mut kinds, mut keys) = (Vec::new(), Vec::new());
    for (place, change) in (0_i64..).zip(changes) {
        for (organization, act) in change.rows() {
            places.push(place);
            organizations.push(organization);
            acts.push(act.number());
            kinds.push(change.topic.word.to_owned());
            keys.push(change.key.clone());
        }
    }
    Bulk::new("changes")
        .column("seq", Values::Number(vec![seq; places.len()]))
        .column("place", Values::Number(places))
        .column("organization_id", Values::Number(organizations))
        .column("act", Values::Count(acts))
        .column("kind", Values::Words(kinds))
        .column("key", Values::Words(keys))
        .run(conn)
}

/// Rows of the table of changes that are looked through to learn whom they concern; more take as long as counting everything.
const LOOKED_THROUGH: i64 = 5_000;

#[derive(diesel::QueryableByName)]
struct Between {
    #[diesel(sql_type = BigInt)]
    lost: i64,
    #[diesel(sql_type = Text)]
    hash: String,
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

/// Whether the table tells all that changed after one end of the trail up to another, and not too much to be looked through.
/// Not if the database was set back to an earlier day in between, and went on from there.
pub fn tell_all_between(conn: &mut Conn, from: &End, to: &End) -> Result<bool, Fault> {
    if from.seq >= to.seq {
        return Ok(from == to);
    }
    let found = Sql::new("SELECT h.seq AS lost, COALESCE((SELECT a.hash FROM audit_entries a WHERE a.seq = ")
        .number(from.seq)
        .code("), '') AS hash, (SELECT COUNT(*) FROM (SELECT 1 AS one FROM changes c WHERE c.seq > ")
        .number(from.seq)
        .code(" LIMIT ")
        .number(LOOKED_THROUGH + 1)
        .code(") c) AS rows FROM change_horizon h WHERE h.id = 1")
        .rows::<Between>(conn)?
        .pop();
    Ok(found.is_some_and(|found| {
        found.lost <= from.seq && found.hash == from.hash && found.rows <= LOOKED_THROUGH
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::auth::ReadRecords;

    static THING: Topic = Topic::of::<ReadRecords>("thing", "A thing; key: its name.");

    fn rows(change: &Change) -> Vec<(i64, ChangeAct)> {
        change.rows().collect()
    }

    #[test]
    fn a_change_concerns_everybody_unless_it_says_whom() {
        let change = || Change::of(&THING, Outcome::Created, "A");
        assert_eq!(rows(&change()), [(EVERYBODY, ChangeAct::Created)]);
        assert_eq!(rows(&change().within([7_i64, 3, 7])), [(3, ChangeAct::Created), (7, ChangeAct::Created)]);
        assert_eq!(
            rows(&change().within([0_i64; 0])),
            [(NOBODY, ChangeAct::Created)],
            "what concerns nobody is not for all"
        );
        assert!(Change::of(&THING, Outcome::Unchanged, "A").is_none());
    }

    #[test]
    fn what_leaves_is_gone_for_whom_it_does_not_concern_any_more() {
        let moved = Change::of(&THING, Outcome::Updated, "A").within([2_i64, 3]).leaving([1_i64, 2]);
        assert_eq!(rows(&moved), [(2, ChangeAct::Updated), (3, ChangeAct::Updated), (1, ChangeAct::Deleted)]);
        assert!(
            ChangeAct::Created < ChangeAct::Deleted && ChangeAct::Updated < ChangeAct::Deleted,
            "the least of several acts holds"
        );
    }
}
