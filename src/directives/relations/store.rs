//! Relations in the database.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text, Timestamp};

use super::model::{Relation, RelationId, RelationKind};
use crate::directives::reach::visible;
use crate::directives::register::model::DirectiveId;
use crate::directives::register::store::{self as register, Shown};
use crate::on_backend;
use crate::organizations::{Reach, When};
use crate::platform::sql::in_lists;
use crate::platform::{Conn, Fault, Sql, Work};
use crate::schema::{directive_relations as relations, directives};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    id: RelationId,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Text)]
    from_id: DirectiveId,
    #[diesel(sql_type = Text)]
    kind: RelationKind,
    #[diesel(sql_type = Text)]
    to_id: DirectiveId,
    #[diesel(sql_type = Nullable<Date>)]
    since: Option<NaiveDate>,
    #[diesel(sql_type = Date)]
    until: NaiveDate,
    #[diesel(sql_type = Timestamp)]
    recorded_at: NaiveDateTime,
    #[diesel(sql_type = Timestamp)]
    updated_at: NaiveDateTime,
}

impl From<Row> for Relation {
    fn from(row: Row) -> Self {
        let Row { id, version, from_id: from, kind, to_id: to, since, until, .. } = row;
        let (recorded_at, updated_at) = (row.recorded_at.and_utc(), row.updated_at.and_utc());
        Self { id, version, from, kind, to, since, until, recorded_at, updated_at }
    }
}

const SELECT: &str = "SELECT r.id AS id, r.version AS version, r.from_id AS from_id, r.kind AS kind, r.to_id AS to_id, \
     r.since AS since, r.until AS until, r.recorded_at AS recorded_at, r.updated_at AS updated_at FROM directive_relations r ";

/// A relation between two directives that the caller may know of; otherwise missing.
pub fn find(conn: &mut Conn, reach: &Reach, id: &RelationId, today: NaiveDate) -> Result<Relation, Fault> {
    let seen = |statement: Sql, end: &'static str| {
        let statement = statement.code(" AND EXISTS (SELECT 1 FROM directives d WHERE d.id = ").code(end);
        statement.code(" AND ").then(visible(reach, When::Now(today))).code(")")
    };
    let statement = Sql::new(SELECT).code("WHERE r.id = ").text(id.as_str());
    let found = seen(seen(statement, "r.from_id"), "r.to_id").rows::<Row>(conn)?.pop();
    found.map(Relation::from).ok_or_else(Fault::missing)
}

/// All relations from some directives to some others.
pub fn between(conn: &mut Conn, from: &BTreeSet<&str>, to: &BTreeSet<&str>) -> Result<Vec<Relation>, Fault> {
    let (from, to): (Vec<&str>, Vec<&str>) = (from.iter().copied().collect(), to.iter().copied().collect());
    // Both lists stand in one statement, and no caller names more than a thousand of each.
    let statement = Sql::new(SELECT).code("WHERE r.from_id IN (").texts(from).code(") AND r.to_id IN (");
    let rows = statement.texts(to).code(") ORDER BY r.id").rows::<Row>(conn)?;
    Ok(rows.into_iter().map(Relation::from).collect())
}

/// A directive of a graph, and how many steps it is away.
pub struct Node {
    /// The directive.
    pub shown: Shown,
    /// Steps.
    pub depth: i64,
}

#[derive(QueryableByName)]
struct NodeRow {
    #[diesel(embed)]
    of: register::Row,
    #[diesel(sql_type = BigInt)]
    depth: i64,
}

/// The directives that are related to one, both ways, up to so many steps, as far as the caller may know of all on the way; the
/// nearest first, and the one itself before them.
pub fn around(
    conn: &mut Conn,
    reach: &Reach,
    id: &DirectiveId,
    (depth, most): (i64, i64),
    today: NaiveDate,
) -> Result<Vec<Node>, Fault> {
    let seen = || visible(reach, When::Now(today));
    let rows = Sql::new("WITH RECURSIVE near (id, depth) AS (SELECT d.id, CAST(0 AS BIGINT) FROM directives d WHERE d.id = ")
        .text(id.as_str())
        .code(" AND ")
        .then(seen())
        .code(" UNION SELECT d.id, n.depth + 1 FROM near n ")
        .code("JOIN directive_relations r ON (r.from_id = n.id OR r.to_id = n.id) ")
        .code("JOIN directives d ON d.id = CASE WHEN r.from_id = n.id THEN r.to_id ELSE r.from_id END WHERE n.depth < ")
        .number(depth)
        .code(" AND ")
        .then(seen())
        .code(") SELECT ")
        .code(register::COLUMNS)
        .then(register::standing(today))
        .code(" AS standing, m.depth AS depth FROM (SELECT id, MIN(depth) AS depth FROM near GROUP BY id) m ")
        .code("JOIN directives d ON d.id = m.id ORDER BY m.depth, d.sorted_on DESC, d.id DESC LIMIT ")
        .number(most)
        .rows::<NodeRow>(conn)?;
    rows.into_iter().map(|row| Ok(Node { shown: row.of.shown()?, depth: row.depth })).collect()
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    from_id: DirectiveId,
    #[diesel(sql_type = Text)]
    to_id: DirectiveId,
}

/// Every step by which some directives put others into practice, and those others again, within reach or not.
pub fn steps_above(
    conn: &mut Conn,
    ids: &BTreeSet<&str>,
    today: NaiveDate,
) -> Result<Vec<(DirectiveId, DirectiveId)>, Fault> {
    let ids: Vec<&str> = ids.iter().copied().collect();
    let rows = in_lists(&ids, |ids| {
        Sql::new(
            "WITH RECURSIVE up (from_id, to_id) AS (SELECT r.from_id, r.to_id FROM directive_relations r ",
        )
        .code("WHERE r.kind = 'implements' AND r.until > ")
        .day(today)
        .code(" AND r.from_id IN (")
        .texts(ids.iter().copied())
        .code(") UNION SELECT r.from_id, r.to_id FROM up JOIN directive_relations r ON r.from_id = up.to_id ")
        .code("WHERE r.kind = 'implements' AND r.until > ")
        .day(today)
        .code(") SELECT from_id, to_id FROM up")
        .rows::<Step>(conn)
    })?;
    Ok(rows.into_iter().map(|step| (step.from_id, step.to_id)).collect())
}

/// Stores new relations.
pub fn insert(work: &mut Work<'_>, new: &[Relation]) -> Result<(), Fault> {
    // SQLite binds 32,766 values in a statement.
    for chunk in new.chunks(3_000) {
        let row = |relation: &Relation| {
            (
                relations::id.eq(relation.id.clone()),
                relations::version.eq(relation.version),
                relations::from_id.eq(relation.from.clone()),
                relations::kind.eq(relation.kind),
                relations::to_id.eq(relation.to.clone()),
                relations::since.eq(relation.since),
                relations::until.eq(relation.until),
                relations::recorded_at.eq(relation.recorded_at.naive_utc()),
                relations::updated_at.eq(relation.updated_at.naive_utc()),
            )
        };
        let rows: Vec<_> = chunk.iter().map(row).collect();
        on_backend!(&mut *work.conn, c => diesel::insert_into(relations::table).values(&rows).execute(c))?;
    }
    touch(work, new)
}

/// Stores other days of a relation.
pub fn update(work: &mut Work<'_>, relation: &Relation) -> Result<(), Fault> {
    let changes = (
        relations::version.eq(relation.version),
        relations::since.eq(relation.since),
        relations::until.eq(relation.until),
        relations::updated_at.eq(relation.updated_at.naive_utc()),
    );
    diesel::update(relations::table.find(relation.id.as_str())).set(changes).execute(work.conn)?;
    touch(work, std::slice::from_ref(relation))
}

/// What has become of a directive is a part of it: who changes that makes another version.
fn touch(work: &mut Work<'_>, changed: &[Relation]) -> Result<(), Fault> {
    let moved = changed.iter().filter(|relation| relation.kind.moves_status());
    let moved: BTreeSet<&str> = moved.map(|relation| relation.to.as_str()).collect();
    let moved: Vec<&str> = moved.into_iter().collect();
    let touched =
        (directives::version.eq(directives::version + 1), directives::updated_at.eq(work.now.naive_utc()));
    for chunk in moved.chunks(1_000) {
        let of = directives::table.filter(directives::id.eq_any(chunk));
        diesel::update(of).set(touched).execute(work.conn)?;
    }
    Ok(())
}
