//! Counting what organizations have to do, and who read what, as it stood on a day.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text};

use super::model::{Bounds, OverviewBy, Part, Readings};
use crate::directives::acknowledgements::store::progress;
use crate::directives::assignments::machine::AssignmentState;
use crate::directives::assignments::model::AssignmentRole;
use crate::directives::consultations::store::opinions;
use crate::directives::register::search::{ISSUER_KEY, ISSUER_NAME, issued_by};
use crate::directives::topics::{
    ACKNOWLEDGEMENT, ASSIGNMENT, CONSULTATION, DIRECTIVE, EDXML_MESSAGE, OPINION,
};
use crate::organizations::topics::{ORGANIZATION, REORGANIZATION};
use crate::organizations::{OrganizationCode, OrganizationId, When};
use crate::platform::changes::ChangeAct;
use crate::platform::db::MultiBackend;
use crate::platform::sql::in_lists;
use crate::platform::{Conn, Fault, OPEN_END, Sql};

/// An organization of a subtree.
#[derive(QueryableByName)]
pub struct Unit {
    /// Which.
    #[diesel(sql_type = BigInt)]
    pub id: OrganizationId,
    /// Its code.
    #[diesel(sql_type = Text)]
    pub code: OrganizationCode,
    /// Its name on the day.
    #[diesel(sql_type = Text)]
    pub name: String,
}

/// An organization and all below it.
pub fn units(conn: &mut Conn, top: OrganizationId, when: When) -> Result<Vec<Unit>, Fault> {
    Sql::new("SELECT o.id AS id, o.code AS code, COALESCE(s.name, o.code) AS name FROM organization_ties t ")
        .code("JOIN organizations o ON o.id = t.descendant_id ")
        .code("LEFT JOIN organization_states s ON s.organization_id = o.id AND ")
        .then(when.holds("s"))
        .code(" WHERE t.ancestor_id = ")
        .number(top.0)
        .code(" AND ")
        .then(when.ties("t"))
        .rows(conn)
}

/// What is counted.
#[derive(Clone, Copy, Debug)]
pub struct Counting<'a> {
    /// As of which day.
    pub bounds: Bounds,
    /// Told apart by what.
    pub by: OverviewBy,
    /// Only of directives of an issuer.
    pub issuer: Option<&'a str>,
}

/// Whose tasks and readings are counted.
#[derive(Clone, Copy, Debug)]
pub enum Whose<'a> {
    /// Of an organization and all below it.
    Subtree(OrganizationId, When),
    /// Of these.
    Listed(&'a [i64]),
}

#[derive(QueryableByName)]
struct TasksRow {
    #[diesel(sql_type = BigInt)]
    organization_id: OrganizationId,
    #[diesel(sql_type = Text)]
    key: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Integer)]
    bucket: i32,
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct ReadingsRow {
    #[diesel(sql_type = BigInt)]
    organization_id: OrganizationId,
    #[diesel(sql_type = Text)]
    key: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    delivered: i64,
    #[diesel(sql_type = BigInt)]
    opened: i64,
    #[diesel(sql_type = BigInt)]
    read: i64,
    #[diesel(sql_type = BigInt)]
    understood: i64,
}

/// Counts each organization's own tasks and readings. Those that have none are left out.
pub fn count(
    conn: &mut Conn,
    counting: &Counting<'_>,
    whose: Whose<'_>,
) -> Result<HashMap<OrganizationId, Vec<Part>>, Fault> {
    let mut parts: HashMap<(OrganizationId, String), Part> = HashMap::new();
    for row in rows::<TasksRow>(conn, whose, |of| tasks(counting, of))? {
        part_of(&mut parts, (row.organization_id, row.key), row.name).tasks.add(row.bucket, row.n);
    }
    for row in rows::<ReadingsRow>(conn, whose, |of| readings(counting, of))? {
        let ReadingsRow { delivered, opened, read, understood, .. } = row;
        part_of(&mut parts, (row.organization_id, row.key), row.name).readings =
            Readings { delivered, opened, read, understood };
    }
    let mut counted: HashMap<OrganizationId, Vec<Part>> = HashMap::new();
    for ((organization, _), part) in parts {
        counted.entry(organization).or_default().push(part);
    }
    Ok(counted)
}

/// The part of an organization and a key; of several names of one key the first.
fn part_of(
    parts: &mut HashMap<(OrganizationId, String), Part>,
    (organization, key): (OrganizationId, String),
    name: String,
) -> &mut Part {
    let new = || Part::of(key.clone(), name.clone());
    let part = parts.entry((organization, key.clone())).or_insert_with(new);
    if name < part.name {
        part.name = name;
    }
    part
}

fn rows<R>(conn: &mut Conn, whose: Whose<'_>, statement: impl Fn(Sql) -> Sql) -> Result<Vec<R>, Fault>
where
    R: QueryableByName<MultiBackend> + 'static,
{
    match whose {
        Whose::Subtree(top, when) => statement(subtree(top, when)).rows(conn),
        Whose::Listed(ids) => {
            in_lists(ids, |ids| statement(Sql::default().numbers(ids.iter().copied())).rows(conn))
        }
    }
}

/// SQL that begins to select by organization and what else is told apart: of rows `{row}` of a table, with their directives where
/// those tell apart.
fn told_apart(by: OverviewBy, row: &'static str, table: &'static str) -> (String, String) {
    let directives = format!("{table} {row} JOIN directives d ON d.id = {row}.directive_id");
    let (key, name, from) = match by {
        OverviewBy::Organization => ("''", "''", format!("{table} {row}")),
        OverviewBy::Issuer => (ISSUER_KEY, ISSUER_NAME, directives),
        OverviewBy::Type => ("d.type_name", "d.type_name", directives),
    };
    (format!("{row}.organization_id AS organization_id, {key} AS key, {name} AS name"), from)
}

/// SQL that counts tasks by bucket, of the events that hold on the day.
fn tasks(counting: &Counting<'_>, of: Sql) -> Sql {
    let (apart, from) = told_apart(counting.by, "e", "assignment_events");
    let day = counting.bounds.day;
    // Grouped by bucket, so that each row is sorted into its bucket once.
    let statement =
        Sql::new("SELECT b.organization_id AS organization_id, b.key AS key, MIN(b.name) AS name, ")
            .built(format!("b.bucket AS bucket, COUNT(*) AS n FROM (SELECT {apart}, "))
            .then(bucket(&counting.bounds))
            .built(format!(" AS bucket FROM {from} WHERE e.organization_id IN ("))
            .then(of)
            .code(") AND e.happened_on <= ")
            .day(day)
            .code(" AND e.held_until > ")
            .day(day)
            .code(" AND e.role <> ")
            .text(AssignmentRole::Watch.as_str());
    let statement = match counting.issuer {
        None => statement,
        Some(issuer) => statement.code(" AND ").then(of_issuer("e.directive_id", issuer)),
    };
    statement.code(") b GROUP BY b.organization_id, b.key, b.bucket")
}

/// SQL of the bucket of a task, by its place in [`TaskBuckets`](super::model::TaskBuckets). The first that fits counts, so no
/// task is in two.
fn bucket(bounds: &Bounds) -> Sql {
    let [one, three, seven] = bounds.soon;
    let done = || Sql::new("e.completed_on < ").day(OPEN_END);
    Sql::new("CASE WHEN e.state IN (")
        .few_texts([AssignmentState::Refused.as_str(), AssignmentState::Withdrawn.as_str()])
        .code(") THEN 7 WHEN ")
        .then(done())
        .code(" AND e.completed_on > e.due_on THEN 6 WHEN ")
        .then(done())
        .code(" THEN 5 WHEN e.due_on < ")
        .day(bounds.day)
        .code(" THEN 4 WHEN e.due_on <= ")
        .day(one)
        .code(" THEN 3 WHEN e.due_on <= ")
        .day(three)
        .code(" THEN 2 WHEN e.due_on <= ")
        .day(seven)
        .code(" THEN 1 ELSE 0 END")
}

/// SQL that counts how far persons had come by the day.
fn readings(counting: &Counting<'_>, of: Sql) -> Sql {
    let (apart, from) = told_apart(counting.by, "a", "acknowledgements");
    let day = counting.bounds.day;
    let statement =
        Sql::new("SELECT a.organization_id AS organization_id, a.key AS key, MIN(a.name) AS name, ")
            .then(progress(day))
            .built(format!(" FROM (SELECT {apart}, a.opened_on, a.read_on, a.understood_on FROM {from} "))
            .code("WHERE a.delivered_on <= ")
            .day(day)
            .code(" AND a.organization_id IN (")
            .then(of)
            .code(")");
    let statement = match counting.issuer {
        None => statement,
        Some(issuer) => statement.code(" AND ").then(of_issuer("a.directive_id", issuer)),
    };
    statement.code(") a GROUP BY a.organization_id, a.key")
}

#[derive(QueryableByName)]
struct Concerned {
    #[diesel(sql_type = BigInt)]
    id: OrganizationId,
}

/// The organizations whose tasks or readings may be counted otherwise by what was changed after one entry of the audit trail,
/// up to another.
pub fn concerned(conn: &mut Conn, (after, last): (i64, i64)) -> Result<HashSet<OrganizationId>, Fault> {
    let told = |column: &'static str, kinds: &[&str]| {
        let told = Sql::new("SELECT ").code(column).code(" FROM changes c WHERE ").then(between(after, last));
        told.code(" AND c.kind IN (").few_texts(kinds.iter().copied()).code(")")
    };
    // What a directive is tells its tasks and readings apart.
    let of_directives = |table: &str| {
        Sql::default()
            .built(format!(" UNION SELECT x.organization_id FROM {table} x WHERE x.directive_id IN ("))
            .then(told("c.key", &[DIRECTIVE.word]))
            .code(")")
    };
    let found = told("c.organization_id AS id", &[ASSIGNMENT.word, ACKNOWLEDGEMENT.word])
        .then(of_directives("assignments"))
        .then(of_directives("acknowledgements"))
        .rows::<Concerned>(conn)?;
    Ok(found.into_iter().map(|row| row.id).collect())
}

/// SQL that holds for changes `c` after one entry of the audit trail, up to another.
fn between(after: i64, last: i64) -> Sql {
    Sql::new("c.seq > ").number(after).code(" AND c.seq <= ").number(last)
}

/// Whether there may be other opinions on what concerns an organization, by what was changed after one entry of the audit trail, up
/// to another: an opinion, who is a party of a directive, or where organizations stand. A task that is only worked on makes nobody
/// a party.
pub fn are_opinions_told(conn: &mut Conn, (after, last): (i64, i64)) -> Result<bool, Fault> {
    let kinds = [&OPINION, &CONSULTATION, &DIRECTIVE, &EDXML_MESSAGE, &ORGANIZATION, &REORGANIZATION];
    let found = Sql::new("SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM changes c WHERE ")
        .then(between(after, last))
        .code(" AND (c.kind IN (")
        .few_texts(kinds.map(|kind| kind.word))
        .code(") OR (c.kind = ")
        .text(ASSIGNMENT.word)
        .code(" AND c.act <> ")
        .number(i64::from(ChangeAct::Updated.number()))
        .code(")) LIMIT 1) c")
        .rows::<Number>(conn)?;
    Ok(found.first().is_some_and(|row| row.n > 0))
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// How many opinions had been given by a day on the directives of which an organization, or one below it, is a party.
pub fn opinions_on(
    conn: &mut Conn,
    (top, when): (OrganizationId, When),
    (day, today): (NaiveDate, NaiveDate),
    issuer: Option<&str>,
) -> Result<i64, Fault> {
    let statement = Sql::new("SELECT COUNT(*) AS n FROM directives d JOIN (")
        .then(opinions(day, today))
        .code(") q ON q.directive_id = d.id WHERE d.id IN (SELECT dp.directive_id FROM directive_parties dp ")
        .code("WHERE dp.organization_id IN (")
        .then(subtree(top, when))
        .code("))");
    let statement = match issuer {
        None => statement,
        Some(issuer) => statement.code(" AND ").then(issued_by(issuer)),
    };
    Ok(statement.rows::<Number>(conn)?.first().map_or(0, |row| row.n))
}

/// SQL that holds when the directive of a column is of an issuer.
fn of_issuer(column: &'static str, issuer: &str) -> Sql {
    Sql::new(column).code(" IN (SELECT d.id FROM directives d WHERE ").then(issued_by(issuer)).code(")")
}

/// SQL of the organizations at and below one.
fn subtree(top: OrganizationId, when: When) -> Sql {
    Sql::new("SELECT o.id FROM organization_ties t JOIN organizations o ON o.id = t.descendant_id WHERE t.ancestor_id = ")
        .number(top.0)
        .code(" AND ")
        .then(when.ties("t"))
}
