//! Ranking figures: the first period is ranked, the second and third are those that it is compared with.

use super::model::{Order, Rank, ranks};
use crate::kpis::catalog::model::Exact;
use crate::kpis::figures::actions::{Figure, Figures};
use crate::kpis::percent::{Percent, Points};
use crate::organizations::register::model::OrganizationKind;

/// An organization in its place.
pub struct Line<'a> {
    /// Its rank; none where there was nothing to count.
    pub rank: Option<Rank>,
    /// Its figure.
    pub figure: Figure<'a>,
    /// Against the period before.
    pub previous: Change,
    /// Against the same period of the year before.
    pub year_before: Change,
}

/// How somebody stood in an earlier period, and how it moved since.
pub struct Change {
    /// The earlier period.
    pub period: String,
    /// The percentage then.
    pub percent: Option<Percent>,
    /// The rank then.
    pub rank: Option<usize>,
    /// Percentage points since then.
    pub percent_change: Option<Points>,
    /// Places gained since then.
    pub rank_change: Option<i64>,
}

/// The good end first, by the last definition of the KPI.
pub fn usual_order(figures: &Figures) -> Order {
    let defined = figures.kpis.first().and_then(|(_, defined)| defined.last());
    defined.map_or(Order::Descending, |defined| Order::of(defined.definition.direction))
}

/// The organizations, those of one kind or all, by rank and then by code; those without a value last.
pub fn rank(figures: &Figures, kind: Option<OrganizationKind>, order: Order) -> Vec<Line<'_>> {
    let of_kind = |root: &usize| {
        let root = figures.roots.get(*root);
        root.is_some_and(|root| kind.is_none_or(|kind| root.kind == kind.as_str()))
    };
    let roots: Vec<usize> = (0..figures.roots.len()).filter(of_kind).collect();
    let [mut now, previous, before] = [0, 1, 2].map(|span| Standing::of(figures, &roots, span, order));
    let found = std::mem::take(&mut now.figures);
    let mut lines = Vec::with_capacity(found.len());
    for (place, figure) in found.into_iter().enumerate() {
        let Some(figure) = figure else { continue };
        let rank = now.ranks.get(place).copied().flatten();
        let stands = (figure.shown.percent, now.rank(place));
        let (previous, year_before) = (previous.change(place, stands), before.change(place, stands));
        lines.push(Line { rank, figure, previous, year_before });
    }
    let key = |line: &Line<'_>| (line.rank.is_none(), line.rank.map(|rank| rank.place));
    lines.sort_by(|a, b| (key(a), &a.figure.root.code).cmp(&(key(b), &b.figure.root.code)));
    lines
}

/// The figures of a period, with their ranks.
struct Standing<'a> {
    period: String,
    figures: Vec<Option<Figure<'a>>>,
    ranks: Vec<Option<Rank>>,
}

impl<'a> Standing<'a> {
    fn of(figures: &'a Figures, roots: &[usize], span: usize, order: Order) -> Self {
        let find = |root: &usize| figures.roots.get(*root).and_then(|root| figures.figure(0, root, span));
        let found: Vec<_> = roots.iter().map(find).collect();
        let values: Vec<Option<Exact>> =
            found.iter().map(|figure| figure.as_ref().and_then(|figure| figure.shown.value)).collect();
        let period = figures.spans.get(span).map(|span| span.name.clone()).unwrap_or_default();
        Self { period, figures: found, ranks: ranks(&values, order) }
    }

    fn rank(&self, place: usize) -> Option<usize> {
        Some(self.ranks.get(place)?.as_ref()?.place)
    }

    /// How somebody moved since this standing to a percentage and a rank.
    fn change(&self, place: usize, (percent_now, rank_now): (Option<Percent>, Option<usize>)) -> Change {
        let percent = self.figures.get(place).and_then(|figure| figure.as_ref()?.shown.percent);
        let rank = self.rank(place);
        let percent_change = percent.zip(percent_now).map(|(then, now)| Points::between(then, now));
        let places = |rank: usize| i64::try_from(rank).unwrap_or(i64::MAX);
        let rank_change = rank.zip(rank_now).map(|(then, now)| places(then) - places(now));
        Change { period: self.period.clone(), percent, rank, percent_change, rank_change }
    }
}
