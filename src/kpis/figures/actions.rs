//! Reading figures: a few statements, whatever is asked for.

use chrono::NaiveDate;

use super::cells::Cell;
use super::model::{Defined, Refusal, Shown, counters};
use super::store::{self, Root, Targets};
use crate::kpis::catalog::model::{Attainment, KpiId};
use crate::kpis::counters::members::{Members, Roots};
use crate::kpis::counters::model::{Basis, Include};
use crate::kpis::counters::sums::{Sums, Wanted};
use crate::kpis::percent::Percent;
use crate::kpis::periods::model::Scheme;
use crate::organizations::{OrganizationCode, Reach, When, find_at};
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
    /// Which KPIs; all without it.
    pub kpis: Option<Vec<KpiId>>,
    /// How periods are cut.
    pub scheme: Scheme,
    /// Which periods, in order.
    pub cells: Vec<Cell>,
}

/// Everything that the figures are made of.
pub struct Figures {
    /// Whose they are, by code.
    pub roots: Vec<Root>,
    /// The KPIs in the order asked for, with their definitions in time.
    pub kpis: Vec<(KpiId, Vec<Defined>)>,
    /// The periods.
    pub cells: Vec<Cell>,
    sums: Sums,
    targets: Targets,
    scale: i64,
    /// Who was asked for by name is answered, whether it is there in a period or not.
    by_name: bool,
}

/// One figure.
pub struct Figure<'a> {
    /// Of which KPI, as it was defined on the period's last day.
    pub defined: &'a Defined,
    /// Of whom.
    pub root: &'a Root,
    /// Of which period.
    pub cell: &'a Cell,
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
    let first = asked.cells.iter().map(|cell| cell.first).min().unwrap_or(today);
    let last = asked.cells.iter().map(|cell| cell.last).max().unwrap_or(today);
    let mut kpis = store::definitions(conn, asked.kpis.as_deref(), (first, last))?;
    if let Some(wanted) = &asked.kpis {
        if wanted.iter().any(|wanted| !kpis.iter().any(|(kpi, _)| kpi == wanted)) {
            return Err(Fault::invalid(vec![Wrong::parameter("kpi", wrong::MISSING)]));
        }
        kpis.sort_by_key(|(kpi, _)| wanted.iter().position(|wanted| wanted == kpi));
    }
    let roots = store::roots(conn, &members, (first, last))?;
    let count = roots.len().saturating_mul(kpis.len()).saturating_mul(asked.cells.len());
    if count > MOST {
        return Err(Refusal::TooManyCells { count, most: MOST }.into());
    }
    let counters = counters(kpis.iter().flat_map(|(_, defined)| defined));
    let sums = Sums::read(conn, &members, &Wanted { counters, first, last, known: today })?;
    let ids: Vec<&KpiId> = kpis.iter().map(|(kpi, _)| kpi).collect();
    let targets = store::targets(conn, &members, asked.scheme, &ids, &asked.cells)?;
    let by_name = matches!(asked.include, Include::Own | Include::Subtree);
    Ok(Figures { roots, kpis, cells: asked.cells, sums, targets, scale: members.scale(), by_name })
}

impl Figures {
    /// The figures: by KPI as asked for, then by organization, then by period.
    pub fn all(&self) -> impl Iterator<Item = Figure<'_>> {
        let kpis = 0..self.kpis.len();
        kpis.flat_map(move |kpi| {
            self.roots.iter().flat_map(move |root| {
                (0..self.cells.len()).filter_map(move |cell| self.figure(kpi, root, cell))
            })
        })
    }

    /// The figure of a KPI and a period, by their places; none where the KPI was not defined, or the organization was no
    /// part of the answer.
    pub fn figure<'a>(&'a self, kpi: usize, root: &'a Root, cell: usize) -> Option<Figure<'a>> {
        let target = self.targets.get(&(root.id, kpi, cell)).copied();
        let (_, defined) = self.kpis.get(kpi)?;
        let cell = self.cells.get(cell)?;
        let defined = defined.iter().find(|defined| defined.holds_on(cell.last))?;
        let sums = self.sums.root(root.id);
        let counted = defined.formula.as_ref().map(|formula| formula.over(sums, cell));
        let counts = counted.is_some_and(|counted| !counted.is_nothing());
        if !self.by_name && !root.stands_in(cell, counts) {
            return None;
        }
        let judgement = defined.judgement();
        let shown = Shown::new(counted, self.scale, &judgement);
        let attainment = shown.attainment(&judgement, target);
        Some(Figure { defined, root, cell, shown, target, attainment })
    }

    /// The sums of an organization.
    pub fn sums(&self, root: &Root) -> &crate::kpis::counters::series::RootSums {
        self.sums.root(root.id)
    }
}
