//! Letters, counted from the cases themselves.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::model::Alike;
use crate::feedback::cases::model::CaseKind;
use crate::feedback::units::standing;
use crate::organizations::OrganizationId;
use crate::platform::{Conn, Fault, Sql};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    root: OrganizationId,
    #[diesel(sql_type = Text)]
    kind: CaseKind,
    #[diesel(sql_type = BigInt)]
    processed: i64,
    #[diesel(sql_type = Text)]
    result: String,
    #[diesel(sql_type = BigInt)]
    letters: i64,
    #[diesel(sql_type = BigInt)]
    carried: i64,
    #[diesel(sql_type = BigInt)]
    cases: i64,
}

impl Row {
    fn alike(self) -> (OrganizationId, Alike) {
        let Self { root, kind, processed, result, letters, carried, cases } = self;
        let alike =
            Alike { kind, processed: processed == 1, result: result.parse().ok(), letters, carried, cases };
        (root, alike)
    }
}

/// Letters that were to be processed in a period, for an organization itself and each right below it with all below that, as
/// the tree stood on the last day: those that came until the last day, but for those processed before the first.
pub fn count(
    conn: &mut Conn,
    top: OrganizationId,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<(OrganizationId, Alike)>, Fault> {
    let counted = Sql::new("SELECT u.root AS root, c.code AS code, c.kind AS kind, l.n AS n, ")
        .code("CASE WHEN c.processed_on <= ")
        .day(last)
        .code(" THEN 1 ELSE 0 END AS processed, CASE WHEN c.ended_on <= ")
        .day(last)
        .code(" THEN c.result ELSE '' END AS result, CASE WHEN l.received_on < ")
        .day(first)
        .code(" THEN l.n ELSE 0 END AS carried FROM ")
        .then(standing(top, last))
        .code(" u JOIN feedback_cases c ON c.organization_id = u.unit ")
        .code("JOIN feedback_letters l ON l.case_code = c.code WHERE l.received_on <= ")
        .day(last)
        .code(" AND (l.received_on >= ")
        .day(first)
        .code(" OR c.processed_on >= ")
        .day(first)
        .code(")");
    // Within: PostgreSQL does not see that two expressions with values are one.
    let rows = Sql::new("SELECT x.root AS root, x.kind AS kind, CAST(x.processed AS BIGINT) AS processed, ")
        .code("x.result AS result, CAST(SUM(x.n) AS BIGINT) AS letters, ")
        .code("CAST(SUM(x.carried) AS BIGINT) AS carried, ")
        .code("CAST(COUNT(DISTINCT x.code) AS BIGINT) AS cases FROM (")
        .then(counted)
        .code(") x GROUP BY x.root, x.kind, x.processed, x.result")
        .rows::<Row>(conn)?;
    Ok(rows.into_iter().map(Row::alike).collect())
}

#[derive(QueryableByName)]
struct Above {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Whether an organization stood below none on a day.
pub fn is_top(conn: &mut Conn, id: OrganizationId, day: NaiveDate) -> Result<bool, Fault> {
    let above =
        Sql::new("SELECT CAST(COUNT(*) AS BIGINT) AS n FROM organization_ties t WHERE t.descendant_id = ")
            .number(id.0)
            .code(" AND t.depth > 0 AND t.valid_from <= ")
            .day(day)
            .code(" AND t.valid_to > ")
            .day(day)
            .rows::<Above>(conn)?;
    Ok(above.first().is_none_or(|above| above.n == 0))
}
