//! What a figure is. Pure.

use std::collections::HashSet;

use chrono::NaiveDate;

use crate::kpis::catalog::model::{Attainment, Definition, Exact, Judgement, KpiId, Term};
use crate::kpis::counters::model::Counter;
use crate::kpis::counters::series::RootSums;
use crate::kpis::percent::Percent;
use crate::kpis::periods::spans::Span;
use crate::kpis::suppression::is_small;
use crate::refusals;

refusals! {
    /// Why figures are refused.
    Refusal {
        /// More figures than one answer holds.
        TooManyCells { count: usize, most: usize } = Invalid "too-many-figures"
            ("More figures than one answer holds", "Số lượng số liệu vượt quá một lần trả lời")
            ("{count} figures are asked for; one answer holds {most}. Ask for fewer KPIs, fewer periods, or the children of a lower organization.", "Yêu cầu {count} số liệu; một lần trả lời tối đa {most}. Hãy giảm số chỉ tiêu, số kỳ, hoặc hỏi theo tổ chức cấp dưới."),
    }
}

/// A KPI as it was defined at some time of the periods asked about.
#[derive(Clone, Debug)]
pub struct Defined {
    /// The KPI.
    pub kpi: KpiId,
    /// The definition.
    pub definition: Definition,
    /// First day after it.
    pub valid_to: NaiveDate,
    /// Its counters; none when it is not counted from records.
    pub formula: Option<Formula>,
}

/// The counters of a KPI.
#[derive(Clone, Debug)]
pub struct Formula {
    /// What counts.
    pub numerator: Vec<Counter>,
    /// Out of what.
    pub denominator: Vec<Counter>,
}

impl Defined {
    /// A definition with its formula.
    pub fn new(kpi: KpiId, definition: Definition, valid_to: NaiveDate) -> Self {
        let formula = Formula::of(&definition);
        Self { kpi, definition, valid_to, formula }
    }

    /// Whether it is the definition of a day.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.definition.valid_from <= day && day < self.valid_to
    }

    /// How a value is judged.
    pub fn judgement(&self) -> Judgement {
        let Definition { direction, decimals, zero_policy, near, .. } = self.definition;
        Judgement { direction, decimals, zero_policy, near }
    }
}

/// Every counter of some formulas.
pub fn counters<'a>(defined: impl Iterator<Item = &'a Defined>) -> HashSet<Counter> {
    let formulas = defined.filter_map(|defined| defined.formula.as_ref());
    formulas.flat_map(Formula::counters).collect()
}

/// What is counted: two sums, kept as they were added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// What counts.
    pub numerator: i64,
    /// Out of what.
    pub denominator: i64,
}

impl Counted {
    /// Whether no record adds to it.
    pub fn is_nothing(self) -> bool {
        self.numerator == 0 && self.denominator == 0
    }
}

impl Formula {
    /// The formula of a definition; none when a counter of it is not known here, so that nothing adds to it.
    pub fn of(definition: &Definition) -> Option<Self> {
        let counters = |term: &Term| -> Option<Vec<Counter>> {
            term.counters.iter().map(|name| name.as_str().parse().ok()).collect()
        };
        let (numerator, denominator) = (counters(&definition.numerator)?, counters(&definition.denominator)?);
        Some(Self { numerator, denominator })
    }

    /// Its counters.
    pub fn counters(&self) -> impl Iterator<Item = Counter> {
        self.numerator.iter().chain(&self.denominator).copied()
    }

    /// Whether it counts what people said of an organization.
    pub fn is_of_opinions(&self) -> bool {
        self.counters().any(Counter::is_of_opinions)
    }

    /// Its sums over a period.
    pub fn over(&self, sums: &RootSums, span: &Span) -> Counted {
        let sum = |counters: &[Counter]| {
            counters.iter().map(|counter| sums.over(*counter, span.first, span.last)).sum()
        };
        Counted { numerator: sum(&self.numerator), denominator: sum(&self.denominator) }
    }
}

/// A sum in units of `scale` as a whole number.
pub fn whole(sum: i64, scale: i64) -> i64 {
    (2 * sum + scale).div_euclid(2 * scale)
}

/// A figure as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// What counts; none when the KPI is not counted from records, or when it is what few people said.
    pub numerator: Option<i64>,
    /// Out of what.
    pub denominator: Option<i64>,
    /// The value, exact.
    pub value: Option<Exact>,
    /// The value in percent, rounded to the KPI's decimals.
    pub percent: Option<Percent>,
}

impl Shown {
    /// A figure of sums that are in units of `scale`: the percentage is that of the exact sums.
    pub fn new(counted: Option<Counted>, scale: i64, judgement: &Judgement) -> Self {
        let value = counted.and_then(|counted| judgement.value(counted.numerator, counted.denominator));
        Self {
            numerator: counted.map(|counted| whole(counted.numerator, scale)),
            denominator: counted.map(|counted| whole(counted.denominator, scale)),
            value,
            percent: value.and_then(|value| judgement.shown(value)),
        }
    }

    /// A figure of which only is told out of how many it is.
    #[must_use]
    pub fn withheld(self) -> Self {
        Self { numerator: None, value: None, percent: None, ..self }
    }

    /// The same figure where opinions of fewer than `least` are not told.
    #[must_use]
    pub fn of_enough(self, formula: &Formula, least: i64) -> Self {
        let few = formula.is_of_opinions() && is_small(self.denominator.unwrap_or(0), least);
        if few { self.withheld() } else { self }
    }

    /// How it lies to a target.
    pub fn attainment(&self, judgement: &Judgement, target: Option<Percent>) -> Attainment {
        judgement.attainment(self.value, target)
    }
}
