//! How dossiers were handled by procedure or field: counted from the records themselves, since the ledger knows no procedure.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::model::{By, Handled};
use crate::kpis::counters::members::standing_below;
use crate::organizations::OrganizationId;
use crate::platform::text::folded;
use crate::platform::{Conn, Fault, Sql};

/// A row of the form.
pub struct Row {
    /// Code of the organization or procedure, or name of the field; empty for those of no procedure that is known.
    pub key: String,
    /// Name; none for a procedure that is not known.
    pub name: Option<String>,
    /// What is counted.
    pub handled: Handled,
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = Text)]
    key: String,
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
    #[diesel(sql_type = BigInt)]
    online: i64,
    #[diesel(sql_type = BigInt)]
    otherwise: i64,
    #[diesel(sql_type = BigInt)]
    carried: i64,
    #[diesel(sql_type = BigInt)]
    early: i64,
    #[diesel(sql_type = BigInt)]
    on_day: i64,
    #[diesel(sql_type = BigInt)]
    late: i64,
    #[diesel(sql_type = BigInt)]
    open: i64,
    #[diesel(sql_type = BigInt)]
    past: i64,
}

impl From<CountRow> for Row {
    fn from(row: CountRow) -> Self {
        let CountRow { key, name, online, otherwise, carried, early, on_day, late, open, past } = row;
        let handled = Handled { online, otherwise, carried, early, on_day, late, within: open - past, past };
        Self { key, name, handled }
    }
}

/// The dossiers of a subtree, as it stood on the last day, by procedure or field. `known` is the last day that can be known.
pub fn by_procedure(
    conn: &mut Conn,
    top: OrganizationId,
    by: By,
    (first, last): (NaiveDate, NaiveDate),
    known: NaiveDate,
) -> Result<Vec<Row>, Fault> {
    let key = if by == By::Field { "COALESCE(p.field, '')" } else { "d.procedure" };
    let name = if by == By::Field { "MAX(p.field)" } else { "MAX(p.name)" };
    let count = |statement: Sql, name: &str| {
        statement.built(format!(" THEN 1 ELSE 0 END) AS BIGINT) AS {name}, CAST(SUM(CASE WHEN "))
    };
    let mut statement = Sql::new("SELECT ")
        .built(format!("{key} AS key, {name} AS name, CAST(SUM(CASE WHEN d.accepted_on >= "))
        .day(first)
        .code(" AND d.channel = 'online'");
    statement =
        count(statement, "online").code("d.accepted_on >= ").day(first).code(" AND d.channel <> 'online'");
    statement = count(statement, "otherwise").code("d.accepted_on < ").day(first);
    for (outcome, before) in [("early", "carried"), ("on_day", "early"), ("late", "on_day")] {
        statement = count(statement, before).code("d.ended_on <= ").day(last);
        statement = statement.code(" AND d.outcome = ").text(outcome);
    }
    statement = count(statement, "late").code("d.ended_on > ").day(last);
    statement = count(statement, "open").code("x.late_from IS NOT NULL AND d.ended_on > ").day(last);
    let rows = statement
        .code(" THEN 1 ELSE 0 END) AS BIGINT) AS past FROM dossiers d ")
        .code("LEFT JOIN procedures p ON p.code = d.procedure ")
        .code("LEFT JOIN dossier_delays x ON x.dossier_code = d.code AND x.late_from <= ")
        .day(last.min(known))
        .code(" AND x.late_to > ")
        .day(last.min(known))
        .code(" WHERE d.organization_id IN (SELECT t.descendant_id ")
        .then(standing_below(top, last))
        .code(") AND d.accepted_on <= ")
        .day(last)
        .code(" AND d.ended_on >= ")
        .day(first)
        .built(format!(" GROUP BY {key}"))
        .rows::<CountRow>(conn)?;
    let mut rows: Vec<Row> = rows.into_iter().map(Row::from).collect();
    // Not by the database, whose order of texts depends on its locale.
    rows.sort_by(|a, b| folded(&a.key).cmp(&folded(&b.key)).then_with(|| a.key.cmp(&b.key)));
    Ok(rows)
}
