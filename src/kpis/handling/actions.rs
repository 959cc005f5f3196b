//! Filling in form II.06a.

use chrono::NaiveDate;

use super::model::{By, Handled};
use super::store::{self, Row};
use crate::kpis::counters::members::{Members, Roots};
use crate::kpis::counters::model::{Basis, Include};
use crate::kpis::counters::sums::{Sums, Wanted};
use crate::kpis::figures::cells::Cell;
use crate::kpis::figures::store::roots;
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
    cell: &Cell,
    today: NaiveDate,
) -> Result<(Vec<Row>, Handled), Fault> {
    let top = find_at(conn, reach, code.as_str(), When::Now(today))?;
    let span = (cell.first, cell.last);
    let rows = if by == By::Unit {
        let own = by_unit(conn, (Include::Own, cell), top, today)?;
        own.into_iter().chain(by_unit(conn, (Include::Children, cell), top, today)?).collect()
    } else {
        store::by_procedure(conn, top, by, span, today)?
    };
    let mut total = Handled::default();
    for row in &rows {
        total += row.handled;
    }
    Ok((rows, total))
}

fn by_unit(
    conn: &mut Conn,
    (include, cell): (Include, &Cell),
    top: crate::organizations::OrganizationId,
    today: NaiveDate,
) -> Result<Vec<Row>, Fault> {
    let members = Members { top, roots: Roots::Of(include), basis: Basis::AsWas, today };
    let counters = Handled::COUNTERS.into_iter().collect();
    let wanted = Wanted { counters, first: cell.first, last: cell.last, known: today };
    let sums = Sums::read(conn, &members, &wanted)?;
    let rows = roots(conn, &members, (cell.first, cell.last))?.into_iter().filter_map(|root| {
        let handled = Handled::of(sums.root(root.id), cell);
        // An organization's own dossiers are a row only where it has some.
        let listed =
            root.stands_in(cell, !handled.is_nothing()) && (include != Include::Own || !handled.is_nothing());
        listed.then(|| Row { key: root.code.to_string(), name: Some(root.name), handled })
    });
    Ok(rows.collect())
}
