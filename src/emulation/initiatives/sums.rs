//! Counting what became of initiatives in a period.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::model::InitiativeCounts;
use crate::organizations::{OrganizationId, When};
use crate::platform::{Conn, Fault, Sql};

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = Text)]
    key: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    submitted: i64,
    #[diesel(sql_type = BigInt)]
    base: i64,
    #[diesel(sql_type = BigInt)]
    province: i64,
    #[diesel(sql_type = BigInt)]
    national: i64,
    #[diesel(sql_type = BigInt)]
    declined: i64,
    #[diesel(sql_type = BigInt)]
    revoked: i64,
}

/// How many initiatives of an organization and those below it became what from one day to another: by code, with the name.
pub fn count(
    conn: &mut Conn,
    top: OrganizationId,
    (from, to): (NaiveDate, NaiveDate),
    when: When,
) -> Result<Vec<(String, String, InitiativeCounts)>, Fault> {
    let sums = ["submitted", "base", "province", "national", "declined", "revoked"].map(|what| {
        format!("CAST(SUM(CASE WHEN c.what = '{what}' THEN c.n ELSE 0 END) AS BIGINT) AS {what}")
    });
    let rows = Sql::new("SELECT o.code AS key, COALESCE(MIN(s.name), o.code) AS name, ")
        .built(sums.join(", "))
        .code(" FROM (")
        .then(counted(from, to))
        .code(") c JOIN organizations o ON o.id = c.organization_id ")
        .code("LEFT JOIN organization_states s ON s.organization_id = o.id AND ")
        .then(when.holds("s"))
        .code(" WHERE c.organization_id IN (SELECT t.descendant_id FROM organization_ties t ")
        .code("JOIN organizations o ON o.id = t.descendant_id WHERE t.ancestor_id = ")
        .number(top.0)
        .code(" AND ")
        .then(when.ties("t"))
        .code(") GROUP BY o.code ORDER BY o.code")
        .rows::<CountRow>(conn)?;
    let counts = |row: CountRow| {
        let CountRow { key, name, submitted, base, province, national, declined, revoked } = row;
        let recognised = base + province + national;
        (key, name, InitiativeCounts { submitted, recognised, base, province, national, declined, revoked })
    };
    Ok(rows.into_iter().map(counts).filter(|(_, _, counts)| *counts != InitiativeCounts::default()).collect())
}

/// SQL for what became of initiatives from one day to another: `organization_id`, `what`, `n`. One that was recognised several
/// times counts in the period of the first, for the widest scope of that period; what was revoked was recognised all the same.
fn counted(from: NaiveDate, to: NaiveDate) -> Sql {
    let within = |column: &'static str| {
        let since = Sql::default().built(format!("{column} >= ")).day(from);
        since.built(format!(" AND {column} <= ")).day(to)
    };
    Sql::new("SELECT i.organization_id AS organization_id, CAST('submitted' AS TEXT) AS what, COUNT(*) AS n FROM initiatives i WHERE ")
        .then(within("i.submitted_on"))
        .code(" GROUP BY i.organization_id UNION ALL SELECT i.organization_id, CAST('declined' AS TEXT), COUNT(*) FROM initiatives i WHERE ")
        .then(within("i.declined_on"))
        .code(" GROUP BY i.organization_id UNION ALL SELECT i.organization_id, CAST('revoked' AS TEXT), COUNT(*) ")
        .code("FROM initiative_recognitions r JOIN initiatives i ON i.id = r.initiative_id WHERE ")
        .then(within("r.revoked_on"))
        .code(" GROUP BY i.organization_id UNION ALL SELECT w.organization_id, ")
        .code("CASE w.widest WHEN 3 THEN 'national' WHEN 2 THEN 'province' ELSE 'base' END, COUNT(*) FROM (")
        .code("SELECT i.organization_id AS organization_id, i.id AS id, MAX(CASE r.scope WHEN 'national' THEN 3 WHEN 'province' THEN 2 ")
        .code("ELSE 1 END) AS widest FROM initiative_recognitions r JOIN initiatives i ON i.id = r.initiative_id WHERE ")
        .then(within("r.recognised_on"))
        .code(" AND NOT EXISTS (SELECT 1 FROM initiative_recognitions e WHERE e.initiative_id = i.id AND e.recognised_on < ")
        .day(from)
        .code(") GROUP BY i.organization_id, i.id) w GROUP BY w.organization_id, w.widest")
}
