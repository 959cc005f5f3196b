//! Reading figures: a few statements, whatever is asked for.

use std::collections::HashSet;

use chrono::NaiveDate;

use super::model::{Defined, Refusal, Shown, counters, whole};
use super::store::{self, Root, Targets};
use crate::kpis::catalog::model::{Attainment, KpiId};
use crate::kpis::counters::members::{Members, Roots};
use crate::kpis::counters::model::{Basis, Include};
use crate::kpis::counters::sums::{Sums, Wanted};
use crate::kpis::percent::Percent;
use crate::kpis::periods::model::Scheme;
use crate::kpis::periods::spans::Span;
use crate::kpis::suppression::{is_small, shown};
use crate::organizations::{OrganizationCode, OrganizationId, Reach, When, find_at};
use crate::platform::input::wrong;
use crate::platform::{Conn, Fault, Wrong};

/// Most figures of one answer.
const MOST: usize = 50_000;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What the caller may know of.
    pub reach: Reach,
    /// Where to begin.
    pub organization: OrganizationCode,
    /// Of whom.
    pub include: Include,
    /// Through which tree.
    pub basis: Basis,
    /// Which KPIs.
    pub kpis: Vec<KpiId>,
    /// How periods are cut.
    pub scheme: Scheme,
    /// Which periods, in order.
    pub spans: Vec<Span>,
    /// Opinions of fewer are not told.
    pub least: i64,
}

/// Everything that the figures are made of.
pub struct Figures {
    /// Whose they are, by code.
    pub roots: Vec<Root>,
    /// The KPIs in the order asked for, with their definitions in time.
    pub kpis: Vec<(KpiId, Vec<Defined>)>,
    /// The periods.
    pub spans: Vec<Span>,
    sums: Sums,
    targets: Targets,
    scale: i64,
    /// Who was asked for by name is answered, whether it is there in a period or not.
    by_name: bool,
    /// Of which KPI, period and organization, by their places, only is told out of how many the figure is.
    withheld: HashSet<(usize, usize, OrganizationId)>,
}

/// One figure.
pub struct Figure<'a> {
    /// Of which KPI, as it was defined on the period's last day.
    pub defined: &'a Defined,
    /// Of whom.
    pub root: &'a Root,
    /// Of which period.
    pub span: &'a Span,
    /// The figure.
    pub shown: Shown,
    /// What was to be reached.
    pub target: Option<Percent>,
    /// How it lies to that.
    pub attainment: Attainment,
}

/// Reads figures. Refuses an organization out of reach (404), a KPI that is not known, and more figures than one answer
/// holds.
pub fn read(conn: &mut Conn, asked: Asked, today: NaiveDate) -> Result<Figures, Fault> {
    let top = find_at(conn, &asked.reach, asked.organization.as_str(), When::Now(today))?;
    let members = Members { top, roots: Roots::Of(asked.include), basis: asked.basis, today };
    let first = asked.spans.iter().map(|span| span.first).min().unwrap_or(today);
    let last = asked.spans.iter().map(|span| span.last).max().unwrap_or(today);
    let wanted = &asked.kpis;
    let mut kpis = store::definitions(conn, wanted, (first, last))?;
    if wanted.iter().any(|wanted| !kpis.iter().any(|(kpi, _)| kpi == wanted)) {
        return Err(Fault::invalid(vec![Wrong::parameter("kpi", wrong::MISSING)]));
    }
    kpis.sort_by_key(|(kpi, _)| wanted.iter().position(|wanted| wanted == kpi));
    let roots = store::roots(conn, &members, (first, last))?;
    let count = roots.len().saturating_mul(kpis.len()).saturating_mul(asked.spans.len());
    if count > MOST {
        return Err(Refusal::TooManyCells { count, most: MOST }.into());
    }
    let counters = counters(kpis.iter().flat_map(|(_, defined)| defined));
    let sums = Sums::read(conn, &members, &Wanted { counters, first, last, known: today })?;
    let ids: Vec<&KpiId> = kpis.iter().map(|(kpi, _)| kpi).collect();
    let targets = store::targets(conn, &members, asked.scheme, &ids, &asked.spans)?;
    let by_name = matches!(asked.include, Include::Own | Include::Subtree);
    let (spans, scale, withheld) = (asked.spans, members.scale(), HashSet::new());
    let mut figures = Figures { roots, kpis, spans, sums, targets, scale, by_name, withheld };
    figures.withhold(asked.include, asked.least);
    Ok(figures)
}

impl Figures {
    /// Withholds what few people said. Children add up to the figure of who stands above them: of these, so many go that none is
    /// found by subtraction. Of descendants each is part of others: if few said something of one, all go.
    fn withhold(&mut self, include: Include, least: i64) {
        let mut withheld = HashSet::new();
        let places = (0..self.kpis.len()).flat_map(|kpi| (0..self.spans.len()).map(move |span| (kpi, span)));
        for (kpi, span) in places {
            let said = self.said(kpi, span);
            let any_small = said.iter().any(|(_, n)| is_small(*n, least));
            let told = match include {
                Include::Children => {
                    shown(&said.iter().map(|(_, n)| vec![*n]).collect::<Vec<_>>(), least).rows
                }
                Include::Own | Include::Subtree | Include::Descendants => vec![!any_small; said.len()],
            };
            let few = said.iter().zip(told).filter(|(_, is_told)| !is_told);
            withheld.extend(few.map(|((root, _), _)| (kpi, span, *root)));
        }
        self.withheld = withheld;
    }

    /// How many people said something to each organization, if the KPI is one of what people say.
    fn said(&self, kpi: usize, span: usize) -> Vec<(OrganizationId, i64)> {
        let Some(((_, defined), span)) = self.kpis.get(kpi).zip(self.spans.get(span)) else {
            return Vec::new();
        };
        let defined = defined.iter().find(|defined| defined.holds_on(span.last));
        let formula = defined.and_then(|defined| defined.formula.as_ref());
        let Some(formula) = formula.filter(|formula| formula.is_of_opinions()) else { return Vec::new() };
        let n = |id| whole(formula.over(self.sums.root(id), span).denominator, self.scale);
        self.roots.iter().map(|root| (root.id, n(root.id))).collect()
    }

    /// The figures: by KPI as asked for, then by organization, then by period.
    pub fn all(&self) -> impl Iterator<Item = Figure<'_>> {
        let kpis = 0..self.kpis.len();
        kpis.flat_map(move |kpi| {
            self.roots.iter().flat_map(move |root| {
                (0..self.spans.len()).filter_map(move |span| self.figure(kpi, root, span))
            })
        })
    }

    /// The figure of a KPI and a period, by their places; none where the KPI was not defined, or the organization was no
    /// part of the answer.
    pub fn figure<'a>(&'a self, kpi: usize, root: &'a Root, span: usize) -> Option<Figure<'a>> {
        let target = self.targets.get(&(root.id, kpi, span)).copied();
        let withheld = self.withheld.contains(&(kpi, span, root.id));
        let (_, defined) = self.kpis.get(kpi)?;
        let span = self.spans.get(span)?;
        let defined = defined.iter().find(|defined| defined.holds_on(span.last))?;
        let sums = self.sums.root(root.id);
        let counted = defined.formula.as_ref().map(|formula| formula.over(sums, span));
        let counts = counted.is_some_and(|counted| !counted.is_nothing());
        if !self.by_name && !root.stands_in(span, counts) {
            return None;
        }
        let judgement = defined.judgement();
        let shown = Shown::new(counted, self.scale, &judgement);
        let shown = if withheld { shown.withheld() } else { shown };
        let attainment = shown.attainment(&judgement, target);
        Some(Figure { defined, root, span, shown, target, attainment })
    }
}
