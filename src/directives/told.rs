//! Telling those who follow what changed about directives: whoever may know of the directive.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};

use super::register::model::DirectiveId;
use crate::platform::changes::Topic;
use crate::platform::sql::in_lists;
use crate::platform::{Change, Fault, Outcome, Sql, Work};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    id: DirectiveId,
    #[diesel(sql_type = Integer)]
    is_public: i32,
    #[diesel(sql_type = Nullable<BigInt>)]
    party: Option<i64>,
}

/// What became of something, under its key, and the directives by way of which it concerns somebody.
pub struct Told<'a> {
    /// What became of it.
    pub outcome: Outcome,
    /// Its key.
    pub key: String,
    /// The directives.
    pub of: Vec<&'a DirectiveId>,
    /// Organizations that it concerned before: those of them that it does not concern now are told that it is gone.
    pub left: Vec<i64>,
}

impl<'a> Told<'a> {
    /// What became of a directive itself.
    pub fn directive(outcome: Outcome, id: &'a DirectiveId) -> Self {
        Self { outcome, key: id.to_string(), of: vec![id], left: Vec::new() }
    }
}

/// Tells of changes, in one statement for all of them. What is said of a public directive is for everybody.
pub fn tell(work: &mut Work<'_>, topic: &'static Topic, all: Vec<Told<'_>>) -> Result<(), Fault> {
    let ids: BTreeSet<&str> = all.iter().flat_map(|told| &told.of).map(|id| id.as_str()).collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    let rows = in_lists(&ids, |ids| {
        Sql::new("SELECT d.id AS id, d.is_public AS is_public, p.organization_id AS party FROM directives d ")
            .code("LEFT JOIN directive_parties p ON p.directive_id = d.id WHERE d.id IN (")
            .texts(ids.iter().copied())
            .code(")")
            .rows::<Row>(work.conn)
    })?;
    let mut concerned: BTreeMap<DirectiveId, (bool, Vec<i64>)> = BTreeMap::new();
    for row in rows {
        let (public, parties) = concerned.entry(row.id).or_default();
        *public |= row.is_public == 1;
        parties.extend(row.party);
    }
    for Told { outcome, key, of, left } in all {
        let found = || of.iter().filter_map(|id| concerned.get(*id));
        let change = Change::of(topic, outcome, key).leaving(left);
        work.tell(if found().any(|(public, _)| *public) {
            change
        } else {
            change.within(found().flat_map(|(_, parties)| parties.iter().copied()))
        });
    }
    Ok(())
}

/// Tells of one change by way of one directive.
pub fn tell_one(
    work: &mut Work<'_>,
    topic: &'static Topic,
    outcome: Outcome,
    key: impl Into<String>,
    directive: &DirectiveId,
) -> Result<(), Fault> {
    tell(work, topic, vec![Told { outcome, key: key.into(), of: vec![directive], left: Vec::new() }])
}
