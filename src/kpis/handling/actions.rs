//! Filling in form II.06a.

use chrono::NaiveDate;

use super::model::{By, Handled};
use super::store::{self, Row};
use crate::kpis::counters::members::{Members, Roots};
use crate::kpis::counters::model::{Basis, Include};
use crate::kpis::counters::sums::{Sums, Wanted};
use crate::kpis::figures::store::roots;
use crate::kpis::periods::spans::Span;
use crate::organizations::{OrganizationCode, Reach, When, find_at};
use crate::platform::{Conn, Fault};

/// The rows of the form for an organization and a period, and their total.
///
/// Refuses an organization out of reach (404).
pub fn fill_in(
    conn: &mut Conn,
    reach: &Reach,
    code: &OrganizationCode,
    by: By,
    span: &Span,
    today: NaiveDate,
) -> Result<(Vec<Row>, Handled), Fault> {
    let top = find_at(conn, reach, code.as_str(), When::Now(today))?;
    let rows = if by == By::Unit {
        let own = by_unit(conn, (Include::Own, span), top, today)?;
        own.into_iter().chain(by_unit(conn, (Include::Children, span), top, today)?).collect()
    } else {
        store::by_procedure(conn, top, by, span.days(), today)?
    };
    let mut total = Handled::default();
    for row in &rows {
        total += row.handled;
    }
    Ok((rows, total))
}

fn by_unit(
    conn: &mut Conn,
    (include, span): (Include, &Span),
    top: crate::organizations::OrganizationId,
    today: NaiveDate,
) -> Result<Vec<Row>, Fault> {
    let members = Members { top, roots: Roots::Of(include), basis: Basis::AsWas, today };
    let counters = Handled::COUNTERS.into_iter().collect();
    let wanted = Wanted { counters, first: span.first, last: span.last, known: today };
    let sums = Sums::read(conn, &members, &wanted)?;
    let rows = roots(conn, &members, span.days())?.into_iter().filter_map(|root| {
        let handled = Handled::of(sums.root(root.id), span);
        // An organization's own dossiers are a row only where it has some.
        let listed =
            root.stands_in(span, !handled.is_nothing()) && (include != Include::Own || !handled.is_nothing());
        listed.then(|| Row { key: root.code.to_string(), name: Some(root.name), handled })
    });
    Ok(rows.collect())
}
