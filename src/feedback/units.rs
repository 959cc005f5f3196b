//! The rows of a table: an organization itself, and each right below it with all below that.

use chrono::NaiveDate;

use crate::kpis::counters::members::{Members, Roots};
use crate::kpis::counters::model::{Basis, Include};
use crate::kpis::figures::store::{Root, roots};
use crate::kpis::periods::spans::Span;
use crate::organizations::OrganizationId;
use crate::platform::{Conn, Fault, Sql};

/// SQL: a table `(root, unit)`, unit counting in the row of root, as the tree stood on a day.
pub fn standing(top: OrganizationId, day: NaiveDate) -> Sql {
    let on_day = |statement: Sql, tie: &str| {
        let from = statement.built(format!(" AND {tie}.valid_from <= ")).day(day);
        from.built(format!(" AND {tie}.valid_to > ")).day(day)
    };
    let ties = Sql::new("(SELECT g.descendant_id AS root, t.descendant_id AS unit FROM organization_ties g ")
        .code("JOIN organization_ties t ON t.ancestor_id = g.descendant_id WHERE g.ancestor_id = ")
        .number(top.0)
        .code(" AND (g.depth = 1 OR (g.depth = 0 AND t.depth = 0))");
    on_day(on_day(ties, "g"), "t").code(")")
}

/// The organizations of the rows, by code, the organization itself first. It is a row only if it counts something of its own;
/// one that was closed before the period, or is not there yet, only if it counts something.
pub fn rows(
    conn: &mut Conn,
    top: OrganizationId,
    (span, today): (&Span, NaiveDate),
    counts: impl Fn(OrganizationId) -> bool,
) -> Result<Vec<Root>, Fault> {
    let mut rows = Vec::new();
    for include in [Include::Own, Include::Children] {
        let members = Members { top, roots: Roots::Of(include), basis: Basis::AsWas, today };
        let mut found = roots(conn, &members, span.days())?;
        found.retain(|root| {
            let counts = counts(root.id);
            root.stands_in(span, counts) && (include != Include::Own || counts)
        });
        rows.append(&mut found);
    }
    Ok(rows)
}
