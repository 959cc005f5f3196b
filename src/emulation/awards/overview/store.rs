//! Counting awards.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::model::AwardCounts;
use crate::emulation::awards::titles::model::AwardTitleId;
use crate::organizations::{OrganizationId, When};
use crate::platform::{Conn, Fault, Sql};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    title_id: AwardTitleId,
    #[diesel(sql_type = BigInt)]
    proposed: i64,
    #[diesel(sql_type = BigInt)]
    awarded: i64,
    #[diesel(sql_type = BigInt)]
    closed: i64,
    #[diesel(sql_type = BigInt)]
    revoked: i64,
}

/// How many proposals for an organization, those below it and their staff became what from one day to another, by title.
pub fn count(
    conn: &mut Conn,
    top: OrganizationId,
    (from, to): (NaiveDate, NaiveDate),
    when: When,
) -> Result<Vec<(AwardTitleId, AwardCounts)>, Fault> {
    let within = |column: &str| {
        let since = Sql::default().built(format!("COUNT(CASE WHEN a.{column} >= ")).day(from);
        since.built(format!(" AND a.{column} <= ")).day(to)
    };
    let rows = Sql::new("SELECT a.title_id AS title_id, ")
        .then(within("proposed_on"))
        .code(" THEN 1 END) AS proposed, ")
        .then(within("decided_on"))
        .code(" AND a.revoked_on > ")
        .day(to)
        .code(" THEN 1 END) AS awarded, ")
        .then(within("closed_on"))
        .code(" THEN 1 END) AS closed, ")
        .then(within("revoked_on"))
        .code(" THEN 1 END) AS revoked FROM awards a WHERE a.organization_id IN (")
        .code("SELECT t.descendant_id FROM organization_ties t JOIN organizations o ON o.id = t.descendant_id WHERE t.ancestor_id = ")
        .number(top.0)
        .code(" AND ")
        .then(when.ties("t"))
        .code(") GROUP BY a.title_id")
        .rows::<Row>(conn)?;
    let counts = |row: Row| {
        let Row { title_id, proposed, awarded, closed, revoked } = row;
        (title_id, AwardCounts { proposed, awarded, closed, revoked })
    };
    Ok(rows.into_iter().map(counts).filter(|(_, counts)| *counts != AwardCounts::default()).collect())
}
