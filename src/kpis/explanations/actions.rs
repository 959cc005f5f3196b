//! Explaining a figure.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::sources::{self, Place, Source};
use crate::kpis::catalog::model::KpiId;
use crate::kpis::counters::members::{Members, Roots};
use crate::kpis::counters::model::{Basis, Counter, Include};
use crate::kpis::counters::sums::{Sums, Wanted};
use crate::kpis::figures::model::{Defined, Formula, Shown};
use crate::kpis::figures::store::{definitions, roots};
use crate::kpis::periods::spans::Span;
use crate::kpis::suppression::shown;
use crate::organizations::{OrganizationCode, Reach, When, find_at};
use crate::platform::input::wrong;
use crate::platform::{Conn, Fault, Wrong};

/// What an organization adds to a figure by itself.
pub struct Unit {
    /// Its code.
    pub code: OrganizationCode,
    /// Its name.
    pub name: String,
    /// Its figure.
    pub shown: Shown,
}

/// Counters with their sums; none where it is what few people said.
pub type CounterSums = Vec<(Counter, Option<i64>)>;

/// A figure with everything behind it.
pub struct Explained {
    /// How the KPI was defined on the period's last day.
    pub defined: Defined,
    /// The figure.
    pub shown: Shown,
    /// Sums of the counters of the numerator and of the denominator.
    pub sums: (CounterSums, CounterSums),
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
    pub span: Span,
    /// Where the page of records begins, and how many of them are looked at.
    pub page: (Option<Place>, i64),
    /// Opinions of fewer are not told.
    pub least: i64,
}

/// Explains a figure: a constant number of statements. Refuses an organization out of reach (404), a KPI that is not known or
/// was not defined, and one that is not counted from records.
pub fn explain(conn: &mut Conn, asked: &Asked, today: NaiveDate) -> Result<Explained, Fault> {
    let Asked { reach, organization, kpi, span, page, least } = asked;
    let top = find_at(conn, reach, organization.as_str(), When::Now(today))?;
    let found = definitions(conn, std::slice::from_ref(kpi), span.days())?;
    let defined =
        found.into_iter().flat_map(|(_, defined)| defined).find(|defined| defined.holds_on(span.last));
    let unknown = || Fault::invalid(vec![Wrong::parameter("kpi", wrong::MISSING)]);
    let defined = defined.ok_or_else(unknown)?;
    let formula = defined.formula.clone().ok_or_else(unknown)?;
    let wanted =
        Wanted { counters: formula.counters().collect(), first: span.first, last: span.last, known: today };
    let whole = Members { top, roots: Roots::Of(Include::Subtree), basis: Basis::AsWas, today };
    let all = Sums::read(conn, &whole, &wanted)?;
    let counted = formula.over(all.root(top), span);
    let shown = Shown::new(Some(counted), whole.scale(), &defined.judgement()).of_enough(&formula, *least);
    let sum = |counters: &[Counter], told: Option<i64>| {
        let over =
            |counter: &Counter| (*counter, told.map(|_| all.root(top).over(*counter, span.first, span.last)));
        counters.iter().map(over).collect()
    };
    let sums = (sum(&formula.numerator, shown.numerator), sum(&formula.denominator, shown.denominator));
    let units = units(conn, &whole, (&defined, &formula), (&wanted, span), *least)?;
    let counters: Vec<Counter> = formula.counters().collect::<BTreeSet<_>>().into_iter().collect();
    let wanted = sources::Wanted { top, counters: &counters, span, known: today };
    let (mut sources, next) = sources::page(conn, &wanted, page.0.as_ref(), page.1)?;
    if formula.is_of_opinions() && *least > 1 {
        for source in &mut sources {
            source.withhold(&formula);
        }
    }
    Ok(Explained { defined, shown, sums, units, sources, next })
}

fn units(
    conn: &mut Conn,
    whole: &Members,
    (defined, formula): (&Defined, &Formula),
    (wanted, span): (&Wanted, &Span),
    least: i64,
) -> Result<Vec<Unit>, Fault> {
    let each = Members { roots: Roots::EachAlone, ..*whole };
    let sums = Sums::read(conn, &each, wanted)?;
    let found = roots(conn, &each, span.days())?;
    let unit = |root: crate::kpis::figures::store::Root| {
        let counted = formula.over(sums.root(root.id), span);
        let shown = Shown::new(Some(counted), whole.scale(), &defined.judgement());
        (!counted.is_nothing()).then_some(Unit { code: root.code, name: root.name, shown })
    };
    let mut units: Vec<Unit> = found.into_iter().filter_map(unit).collect();
    if formula.is_of_opinions() {
        // They add up to the figure: so many are withheld that none is found by subtraction.
        let said: Vec<_> = units.iter().map(|unit| vec![unit.shown.denominator.unwrap_or(0)]).collect();
        for (unit, _) in units.iter_mut().zip(shown(&said, least).rows).filter(|(_, is_told)| !is_told) {
            unit.shown = unit.shown.withheld();
        }
    }
    Ok(units)
}
