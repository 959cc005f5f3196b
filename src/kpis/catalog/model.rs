//! What a KPI is. Pure.

use std::cmp::Ordering;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::kpis::percent::{Percent, Ratio};
use crate::platform::text::stored;
use crate::{closed_set, code, refusals};

code! {
    /// The name of a KPI in requests: small letters, digits and hyphens.
    KpiId, "code-invalid", "^[a-z0-9]+(-[a-z0-9]+)*$", 64, "on-time-dossiers", |text| {
        let fits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase());
        text.split('-').all(fits)
    }
}

closed_set! {
    /// Where a good value lies.
    Direction, "not-in-set" {
        /// The more, the better.
        Higher = "higher_is_better",
        /// The less, the better.
        Lower = "lower_is_better",
    }
}

closed_set! {
    /// What a KPI is worth when there was nothing to count (0/0). Each indicator's own rule: missing is not zero.
    ZeroPolicy, "not-in-set" {
        /// No value.
        Unknown = "unknown",
        /// Zero.
        Zero = "zero",
        /// Full: whoever had nothing to do has done it.
        Full = "full",
    }
}

closed_set! {
    /// Whether a KPI is counted over a period or found at its end.
    Measured, "not-in-set" {
        /// Over the period: dossiers settled, documents sent.
        Flow = "flow",
        /// On the last day: procedures offered, staff.
        Stock = "stock",
    }
}

closed_set! {
    /// In what a KPI is expressed.
    Unit, "not-in-set" {
        /// Percent.
        Percent = "percent",
    }
}

closed_set! {
    /// How a value lies to its target.
    Attainment, "not-in-set" {
        /// Reached.
        Met = "met",
        /// Missed by no more than the KPI's margin.
        Near = "near",
        /// Missed.
        Missed = "missed",
        /// There is no value, or no target.
        Unknown = "unknown",
    }
}

impl Attainment {
    /// The word in a Vietnamese table.
    pub fn vietnamese(self) -> &'static str {
        match self {
            Self::Met => "Đạt",
            Self::Near => "Gần đạt",
            Self::Missed => "Không đạt",
            Self::Unknown => "",
        }
    }
}

refusals! {
    /// Why the catalogue does not take a definition.
    Refusal {
        /// A later definition is recorded already.
        LaterDefinition { kpi: String, day: NaiveDate } = Conflict "kpi-later-definition"
            ("A later definition is recorded already", "Đã có định nghĩa muộn hơn")
            ("{kpi} has a definition from {day} on; another cannot begin before it.", "{kpi} đã có định nghĩa từ ngày {day}; định nghĩa khác không thể bắt đầu trước ngày đó."),
    }
}

/// A text in both languages of the service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "vi": "Tỷ lệ hồ sơ giải quyết đúng hạn", "en": "Dossiers settled on time" }))]
pub struct Bilingual {
    /// Vietnamese.
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
    pub vi: String,
    /// English.
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
    pub en: String,
}

/// One side of a formula: the sum of counters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// What is counted, for a person.
    pub label: Bilingual,
    /// The counters that are summed.
    #[schema(min_items = 1, max_items = 20)]
    pub counters: Vec<CounterName>,
}

code! {
    /// The name of a counter: what a record adds to.
    CounterName, "code-invalid", "^[a-z0-9]+(-[a-z0-9]+)*$", 64, "dossiers-ended-early", |text| {
        text.parse::<KpiId>().is_ok()
    }
}

/// A KPI's definition from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = KpiDefinition)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Name.
    pub name: Bilingual,
    /// What it measures, in words.
    pub definition: Bilingual,
    /// In what it is expressed.
    pub unit: Unit,
    /// Where a good value lies.
    pub direction: Direction,
    /// Decimals with which it is shown.
    #[schema(minimum = 0, maximum = 6, example = 2)]
    pub decimals: u32,
    /// What 0/0 is worth.
    pub zero_policy: ZeroPolicy,
    /// How many percentage points below the target still count as near, the bound included.
    pub near: Percent,
    /// Whether it is counted over a period or found at its end.
    pub measured: Measured,
    /// The method's short name, such as the column formula of a form.
    #[schema(min_length = 1, max_length = 60, pattern = r"\S", example = "II.06a-(8+9)/7")]
    pub method: String,
    /// What counts.
    pub numerator: Term,
    /// Out of what.
    pub denominator: Term,
    /// Articles of law, forms and decisions.
    #[schema(min_items = 1, max_items = 20)]
    pub legal_basis: Vec<LegalBasis>,
    /// From this day on.
    #[schema(format = Date, example = "2015-01-01")]
    pub valid_from: NaiveDate,
}

impl Definition {
    /// Its texts in the form that is stored.
    #[must_use]
    pub fn stored(mut self) -> Self {
        let terms = [&mut self.numerator.label, &mut self.denominator.label];
        for text in terms.into_iter().chain([&mut self.name, &mut self.definition]) {
            *text = Bilingual { vi: stored(&text.vi), en: stored(&text.en) };
        }
        self.method = stored(&self.method);
        self.legal_basis.iter_mut().for_each(|basis| basis.0 = stored(&basis.0));
        self
    }
}

/// An article of law, a form or a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(min_length = 1, max_length = 300, pattern = r"\S", example = "TT 01/2020/TT-VPCP, biểu II.06a")]
pub struct LegalBasis(pub String);

/// A value, as exact as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exact {
    /// Stated in percent.
    Stated(Percent),
    /// Counted.
    Counted(Ratio),
}

/// The parts of a definition that judge a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// Where a good value lies.
    pub direction: Direction,
    /// Decimals with which it is shown.
    pub decimals: u32,
    /// What 0/0 is worth.
    pub zero_policy: ZeroPolicy,
    /// Percentage points that are near.
    pub near: Percent,
}

impl Judgement {
    /// The value of two counts; none when there is nothing to count and the KPI has no value then.
    pub fn value(&self, numerator: i64, denominator: i64) -> Option<Exact> {
        if denominator > 0 {
            return Some(Exact::Counted(Ratio { numerator, denominator }));
        }
        match self.zero_policy {
            ZeroPolicy::Unknown => None,
            ZeroPolicy::Zero => Some(Exact::Stated(Percent::ZERO)),
            ZeroPolicy::Full => Some(Exact::Stated(Percent::FULL)),
        }
    }

    /// A value as it is shown: the one place where it is rounded.
    pub fn shown(&self, value: Exact) -> Option<Percent> {
        match value {
            Exact::Stated(percent) => Some(percent.rounded(self.decimals)),
            Exact::Counted(ratio) => ratio.rounded(self.decimals),
        }
    }

    /// How a value lies to a target, compared exactly.
    pub fn attainment(&self, value: Option<Exact>, target: Option<Percent>) -> Attainment {
        let (Some(value), Some(target)) = (value, target) else { return Attainment::Unknown };
        let good = |bound: i64, better: Ordering| {
            let bound = Percent(bound);
            let order = match value {
                Exact::Stated(percent) => percent.cmp(&bound),
                Exact::Counted(ratio) => ratio.compare(bound),
            };
            order == better || order == Ordering::Equal
        };
        let (better, nearly) = match self.direction {
            Direction::Higher => (Ordering::Greater, target.0 - self.near.0),
            Direction::Lower => (Ordering::Less, target.0 + self.near.0),
        };
        match (good(target.0, better), good(nearly, better)) {
            (true, _) => Attainment::Met,
            (_, true) => Attainment::Near,
            _ => Attainment::Missed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JUDGEMENT: Judgement = Judgement {
        direction: Direction::Higher,
        decimals: 2,
        zero_policy: ZeroPolicy::Unknown,
        near: Percent(5_000_000),
    };

    fn attained(judgement: Judgement, value: Exact, target: i64) -> Attainment {
        judgement.attainment(Some(value), Some(Percent(target * 1_000_000)))
    }

    #[test]
    fn a_target_is_met_by_the_exact_value_only() {
        let counted = |numerator| Exact::Counted(Ratio { numerator, denominator: 100_000 });
        assert_eq!(attained(JUDGEMENT, counted(95_000), 95), Attainment::Met);
        assert_eq!(attained(JUDGEMENT, counted(94_999), 95), Attainment::Near, "shown as 95, but not met");
        assert_eq!(attained(JUDGEMENT, counted(90_000), 95), Attainment::Near);
        assert_eq!(attained(JUDGEMENT, counted(89_999), 95), Attainment::Missed);
        assert_eq!(JUDGEMENT.attainment(None, Some(Percent::FULL)), Attainment::Unknown);
        assert_eq!(JUDGEMENT.attainment(Some(counted(1)), None), Attainment::Unknown);
    }

    #[test]
    fn less_may_be_better() {
        let lower = Judgement { direction: Direction::Lower, ..JUDGEMENT };
        let stated = |percent: i64| Exact::Stated(Percent(percent * 1_000_000));
        for (value, attainment) in
            [(4, Attainment::Met), (5, Attainment::Met), (10, Attainment::Near), (11, Attainment::Missed)]
        {
            assert_eq!(attained(lower, stated(value), 5), attainment, "{value}");
        }
    }

    #[test]
    fn nothing_to_count_is_worth_what_the_kpi_says() {
        let value = |zero_policy| Judgement { zero_policy, ..JUDGEMENT }.value(0, 0);
        assert_eq!(value(ZeroPolicy::Unknown), None);
        assert_eq!(value(ZeroPolicy::Zero), Some(Exact::Stated(Percent::ZERO)));
        assert_eq!(value(ZeroPolicy::Full), Some(Exact::Stated(Percent::FULL)));
    }
}
