//! Making the table of letters.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::model::{Audience, Columns, Refusal};
use super::store;
use crate::feedback::cases::model::CaseKind;
use crate::feedback::units;
use crate::kpis::figures::store::Root;
use crate::kpis::periods::model::{Interval, Period, Scheme};
use crate::kpis::periods::spans::Span;
use crate::kpis::suppression::shown;
use crate::organizations::{OrganizationCode, OrganizationId, Reach, When, find_at};
use crate::platform::{Conn, Fault};

/// What is asked for.
pub struct Asked {
    /// What the caller reaches.
    pub reach: Reach,
    /// The organization.
    pub organization: OrganizationCode,
    /// The period.
    pub span: Span,
    /// How it is cut.
    pub scheme: Scheme,
    /// For whom.
    pub audience: Audience,
    /// Below what a figure is small.
    pub least: i64,
}

/// A row of the table; without columns where they are left out.
pub struct Row {
    /// The organization.
    pub root: Root,
    /// Its columns.
    pub columns: Option<Columns>,
}

/// The rows of a period and their total.
///
/// Refuses an organization out of reach (404), and a table for publication that is not of the whole province and of a calendar
/// year that is over.
pub fn table(conn: &mut Conn, asked: &Asked, today: NaiveDate) -> Result<(Vec<Row>, Option<Columns>), Fault> {
    let top = find_at(conn, &asked.reach, asked.organization.as_str(), When::Now(today))?;
    if asked.audience == Audience::Public {
        let year =
            asked.span.period.as_ref().is_some_and(|period| is_year(period, asked.span.last, asked.scheme));
        let over = asked.span.last < today;
        if !(year && over && store::is_top(conn, top, asked.span.last)?) {
            return Err(Refusal::NotForPublication.into());
        }
    }
    let mut counted: HashMap<OrganizationId, Columns> = HashMap::new();
    for (root, alike) in store::count(conn, top, asked.span.days())? {
        counted.entry(root).or_default().count(&alike);
    }
    let counts = |id: OrganizationId| counted.get(&id).is_some_and(|columns: &Columns| !columns.is_nothing());
    let roots = units::rows(conn, top, (&asked.span, today), counts)?.into_iter();
    let row = |root: Root| {
        let columns = counted.get(&root.id).copied().unwrap_or_default();
        (root, columns)
    };
    Ok(left(roots.map(row).collect(), asked))
}

/// The letters of a period but for denunciations, of an organization with all below it: what may be told to many of any unit and any
/// period. Whatever is subtracted from what, nothing of it depends on a denunciation.
///
/// Refuses an organization out of reach (404).
pub fn but_denunciations(
    conn: &mut Conn,
    reach: &Reach,
    code: &OrganizationCode,
    span: &Span,
    today: NaiveDate,
) -> Result<Columns, Fault> {
    let top = find_at(conn, reach, code.as_str(), When::Now(today))?;
    let mut total = Columns::default();
    for (_, alike) in store::count(conn, top, span.days())? {
        if alike.kind != CaseKind::Denunciation {
            total.count(&alike);
        }
    }
    Ok(total)
}

/// A whole year by the calendar.
fn is_year(period: &Period, last: NaiveDate, scheme: Scheme) -> bool {
    scheme == Scheme::Calendar && Period::of(last, Interval::Year, scheme) == *period
}

/// What is left of the rows and their total for those who are to see them.
fn left(rows: Vec<(Root, Columns)>, asked: &Asked) -> (Vec<Row>, Option<Columns>) {
    let mut total = Columns::default();
    for (_, columns) in &rows {
        total += columns;
    }
    let told: Vec<Vec<i64>> = rows.iter().map(|(_, columns)| columns.telling()).collect();
    let public = asked.audience == Audience::Public;
    let shown = shown(&told, if public { asked.least } else { 0 });
    let row =
        |((root, columns), shown): ((Root, Columns), &bool)| Row { root, columns: shown.then_some(columns) };
    let rows = rows.into_iter().zip(&shown.rows).map(row).collect();
    (rows, shown.total.then_some(total))
}
