//! Explaining a figure.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::model::{Part, parts};
use crate::kpis::catalog::model::KpiId;
use crate::kpis::counters::members::{Members, Roots};
use crate::kpis::counters::model::{Basis, Counter, Include};
use crate::kpis::counters::sums::{Sums, Wanted};
use crate::kpis::dossiers;
use crate::kpis::dossiers::store::Place;
use crate::kpis::figures::cells::Cell;
use crate::kpis::figures::model::{Counted, Defined, Formula, Shown};
use crate::kpis::figures::store::{definitions, roots};
use crate::kpis::records::actions::Record;
use crate::organizations::{OrganizationCode, OrganizationId, Reach, When, find_at};
use crate::platform::input::wrong;
use crate::platform::{Conn, Fault, Wrong};

/// What an organization adds to a figure by itself.
pub struct Unit {
    /// Its code.
    pub code: OrganizationCode,
    /// Its name.
    pub name: String,
    /// Its sums.
    pub counted: Counted,
}

/// What a record adds to a figure.
pub struct Source {
    /// What kind of record.
    pub kind: &'static str,
    /// Under what it is found.
    pub code: String,
    /// Of which organization, by the code that was pushed.
    pub organization: OrganizationCode,
    /// What it adds.
    pub parts: Vec<Part>,
}

/// A figure with everything behind it.
pub struct Explained {
    /// How the KPI was defined on the period's last day.
    pub defined: Defined,
    /// The figure.
    pub shown: Shown,
    /// Sums of the counters of the numerator and of the denominator.
    pub sums: (Vec<(Counter, i64)>, Vec<(Counter, i64)>),
    /// The organizations that add to it, by code.
    pub units: Vec<Unit>,
    /// Records of this page that add to it.
    pub sources: Vec<Source>,
    /// Where the next page begins, if there is one.
    pub next: Option<Place>,
}

/// What is to be explained.
pub struct Asked {
    /// What the caller may know of.
    pub reach: Reach,
    /// Whose figure.
    pub organization: OrganizationCode,
    /// Of which KPI.
    pub kpi: KpiId,
    /// Of which period.
    pub cell: Cell,
    /// Where the page of records begins, and how many of them are looked at.
    pub page: (Option<Place>, i64),
}

/// Explains a figure: a constant number of statements. Refuses an organization out of reach (404), a KPI that is not known or
/// was not defined, and one that is not counted from records.
pub fn explain(conn: &mut Conn, asked: &Asked, today: NaiveDate) -> Result<Explained, Fault> {
    let Asked { reach, organization, kpi, cell, page } = asked;
    let top = find_at(conn, reach, organization.as_str(), When::Now(today))?;
    let found = definitions(conn, Some(std::slice::from_ref(kpi)), (cell.first, cell.last))?;
    let defined =
        found.into_iter().flat_map(|(_, defined)| defined).find(|defined| defined.holds_on(cell.last));
    let unknown = || Fault::invalid(vec![Wrong::parameter("kpi", wrong::MISSING)]);
    let defined = defined.ok_or_else(unknown)?;
    let formula = defined.formula.clone().ok_or_else(unknown)?;
    let wanted =
        Wanted { counters: formula.counters().collect(), first: cell.first, last: cell.last, known: today };
    let whole = Members { top, roots: Roots::Of(Include::Subtree), basis: Basis::AsWas, today };
    let all = Sums::read(conn, &whole, &wanted)?;
    let sum = |counters: &[Counter]| {
        let over = |counter: &Counter| (*counter, all.root(top).over(*counter, cell.first, cell.last));
        counters.iter().map(over).collect()
    };
    let sums = (sum(&formula.numerator), sum(&formula.denominator));
    let counted = formula.over(all.root(top), cell);
    let shown = Shown::new(Some(counted), whole.scale(), &defined.judgement());
    let units = units(conn, &whole, &formula, &wanted, cell)?;
    let (sources, next) = sources(conn, top, &formula, cell, page, today)?;
    Ok(Explained { defined, shown, sums, units, sources, next })
}

fn units(
    conn: &mut Conn,
    whole: &Members,
    formula: &Formula,
    wanted: &Wanted,
    cell: &Cell,
) -> Result<Vec<Unit>, Fault> {
    let each = Members { roots: Roots::EachAlone, ..*whole };
    let sums = Sums::read(conn, &each, wanted)?;
    let found = roots(conn, &each, (cell.first, cell.last))?;
    let unit = |root: crate::kpis::figures::store::Root| {
        let counted = formula.over(sums.root(root.id), cell);
        (!counted.is_nothing()).then_some(Unit { code: root.code, name: root.name, counted })
    };
    Ok(found.into_iter().filter_map(unit).collect())
}

/// The records of a page: of those that are looked at, the ones that add something.
fn sources(
    conn: &mut Conn,
    top: OrganizationId,
    formula: &Formula,
    cell: &Cell,
    (after, count): &(Option<Place>, i64),
    today: NaiveDate,
) -> Result<(Vec<Source>, Option<Place>), Fault> {
    let counters: Vec<Counter> = formula.counters().collect::<BTreeSet<_>>().into_iter().collect();
    let ended = counters.iter().all(|counter| counter.as_str().contains("-ended-"));
    let span = (cell.first, cell.last);
    let mut found = dossiers::store::contributing(conn, top, span, ended, (after.clone(), *count))?;
    let most = usize::try_from(*count - 1).unwrap_or(usize::MAX);
    let more = found.len() > most;
    found.truncate(most);
    let next = found.last().filter(|_| more).map(dossiers::store::Kept::place);
    let sources = found.into_iter().filter_map(|kept| {
        let parts = parts(&kept.adds().entries, &counters, cell, today);
        let (code, organization) = (kept.dossier.code.to_string(), kept.dossier.organization.clone());
        (!parts.is_empty()).then_some(Source { kind: "dossier", code, organization, parts })
    });
    Ok((sources.collect(), next))
}
