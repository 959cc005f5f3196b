//! Reading which things were seen: procedures of which a dossier was filed online.
//!
//! A procedure counts for whoever handles it, as long as it is offered online; it was used where a dossier was accepted by
//! the handler itself or by anybody below it. So what is used is always a part of what is offered.

use std::collections::{BTreeSet, HashSet};
use std::fmt::Write;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Text};

use super::members::{Members, earlier, later};
use super::model::{Basis, Counter};
use super::series::Seen;
use crate::kpis::periods::half::{HALVES, Half};
use crate::kpis::procedures::model::OnlineLevel;
use crate::organizations::OrganizationId;
use crate::platform::{Conn, Fault, Sql};

/// What was seen by whom in a year, for a root.
pub struct Sighted {
    /// For whom it counts.
    pub root: OrganizationId,
    /// As long as the handler belongs to it.
    pub span: (NaiveDate, NaiveDate),
    /// What.
    pub seen: Seen,
}

type Columns = (BigInt, Date, Date, BigInt, BigInt, Text, Integer, Date, Date, BigInt);

#[derive(Queryable)]
struct Row {
    root: OrganizationId,
    since: NaiveDate,
    until: NaiveDate,
    unit: OrganizationId,
    weight: i64,
    thing: String,
    year: i32,
    offered_from: NaiveDate,
    offered_to: NaiveDate,
    halves: i64,
}

/// The procedures that were used, in one statement. One that several below its handler accepted comes several times.
pub fn read(
    conn: &mut Conn,
    members: &Members,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<Sighted>, Fault> {
    let from = later("h.valid_from", &format!("({})", later("p.valid_from", "s.tie_from")));
    let to = earlier("h.valid_to", &format!("({})", earlier("p.valid_to", "s.tie_to")));
    // What was seen is found first and by itself: a planner that takes it for one row asks for all of it again and again.
    // Through the tree of today it comes out of a recursion, which the planner takes for many rows, and does well alone.
    let apart = match members.basis {
        Basis::AsWas => "MATERIALIZED",
        Basis::AsIs => "NOT MATERIALIZED",
    };
    let rows = members
        .with((first, last))
        .built(format!(", seen AS {apart} ("))
        .code("SELECT m.root AS root, m.since AS since, m.until AS until, m.unit AS unit, ")
        .code("m.weight AS weight, t.valid_from AS tie_from, t.valid_to AS tie_to, c.thing AS thing, c.year AS year, ")
        .built(format!("{} AS halves FROM members m JOIN organization_ties t ON t.ancestor_id = m.unit", mask()))
        .then(meets("t", (first, last)))
        .code(" JOIN counter_sightings c ON c.organization_id = t.descendant_id AND c.counter = ")
        .text(Counter::ProceduresWithOnlineDossiers.as_str())
        .code(" AND c.year >= ")
        .number(i64::from(Half::of(first).year()))
        .code(" AND c.year <= ")
        .number(i64::from(Half::of(last).year()))
        .code(") SELECT s.root, s.since, s.until, s.unit, s.weight, s.thing, s.year, ")
        .built(format!("{from}, {to}, s.halves "))
        .code("FROM seen s JOIN procedure_handlers h ON h.organization_id = s.unit AND h.procedure_code = s.thing")
        .then(offered((first, last)))
        .tuples::<Columns, Row>(conn)?;
    let sighted = |row: Row| {
        let Row { root, since, until, unit, weight, thing, year, offered_from, offered_to, halves } = row;
        let seen = Seen { unit, thing, weight, year, offered: (offered_from, offered_to), halves };
        Sighted { root, span: (since, until), seen }
    };
    Ok(rows.into_iter().map(sighted).collect())
}

/// SQL: that the time of a row meets some days.
fn meets(row: &str, (first, last): (NaiveDate, NaiveDate)) -> Sql {
    let from = Sql::default().built(format!(" AND {row}.valid_from <= ")).day(last);
    from.built(format!(" AND {row}.valid_to > ")).day(first)
}

/// SQL: after handlers `h`, that they handle on some days, and the states `p` in which their procedures are online then.
fn offered(days: (NaiveDate, NaiveDate)) -> Sql {
    let online = [OnlineLevel::Three, OnlineLevel::Four, OnlineLevel::Full, OnlineLevel::Partial];
    meets("h", days)
        .code(" JOIN procedure_states p ON p.procedure_code = h.procedure_code AND p.level IN (")
        .few_texts(online.iter().map(OnlineLevel::as_str))
        .code(")")
        .then(meets("p", days))
}

/// SQL: a bit for each half month in which something was seen.
fn mask() -> String {
    let bit = |mut sql: String, place: usize| {
        let plus = if place == 0 { "" } else { " + " };
        let _ = write!(sql, "{plus}CASE WHEN c.h{:02} > 0 THEN {} ELSE 0 END", place + 1, 1_i64 << place);
        sql
    };
    format!("CAST({} AS BIGINT)", (0..HALVES).fold(String::new(), bit))
}

#[derive(QueryableByName)]
struct PairRow {
    #[diesel(sql_type = BigInt)]
    unit: OrganizationId,
    #[diesel(sql_type = Text)]
    thing: String,
}

/// Of some procedures and those who accepted dossiers of them: which were offered online on a day by whoever stands at or
/// above the one who accepted, and at or below an organization.
pub fn counting(
    conn: &mut Conn,
    top: OrganizationId,
    (units, things): (&BTreeSet<OrganizationId>, &BTreeSet<&str>),
    day: NaiveDate,
) -> Result<HashSet<(OrganizationId, String)>, Fault> {
    let rows = Sql::new(
        "SELECT DISTINCT t.descendant_id AS unit, h.procedure_code AS thing FROM organization_ties g ",
    )
    .code("JOIN procedure_handlers h ON h.organization_id = g.descendant_id")
    .then(offered((day, day)))
    .code(" JOIN organization_ties t ON t.ancestor_id = h.organization_id")
    .then(meets("t", (day, day)))
    .code(" WHERE g.ancestor_id = ")
    .number(top.0)
    .code(" AND g.valid_from <= ")
    .day(day)
    .code(" AND g.valid_to > ")
    .day(day)
    .code(" AND t.descendant_id IN (")
    .numbers(units.iter().map(|id| id.0))
    .code(") AND h.procedure_code IN (")
    .texts(things.iter().copied())
    .code(")")
    .rows::<PairRow>(conn)?;
    Ok(rows.into_iter().map(|row| (row.unit, row.thing)).collect())
}
