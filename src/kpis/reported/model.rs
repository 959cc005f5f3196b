//! What a department states of a KPI, and what must agree. Pure.

use crate::kpis::catalog::model::{Exact, Judgement};
use crate::kpis::percent::{Percent, Ratio};
use crate::platform::fault::Wrong;
use crate::platform::input::wrong;
use crate::{closed_set, refusals};

closed_set! {
    /// How sure a stated figure is.
    FigureStatus, "not-in-set" {
        /// Ước: stated before the period's records were complete.
        Estimate = "estimate",
        /// Chính thức.
        Final = "final",
        /// Điều chỉnh: stated again after it had been final.
        Revised = "revised",
    }
}

impl FigureStatus {
    /// The word in a Vietnamese text.
    pub fn vietnamese(self) -> &'static str {
        match self {
            Self::Estimate => "ước",
            Self::Final => "chính thức",
            Self::Revised => "điều chỉnh",
        }
    }
}

refusals! {
    /// Why a stated figure is refused.
    Refusal {
        /// The status does not follow the one before.
        Status { before: String, after: String } = Conflict "figure-status"
            ("The status does not follow the one before", "Trạng thái không tiếp nối trạng thái trước")
            ("A figure that is {before} cannot become {after}: an estimate becomes final, a final figure is revised.", "Số liệu đang là {before} không thể thành {after}: ước thành chính thức, chính thức thì điều chỉnh."),
    }
}

/// What a department states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// In percent.
    pub percent: Option<Percent>,
    /// What counts, if it is stated.
    pub numerator: Option<i64>,
    /// Out of what, if it is stated.
    pub denominator: Option<i64>,
    /// How sure it is.
    pub status: FigureStatus,
    /// Where it stands.
    pub source: Option<String>,
}

impl Figure {
    /// The share that is stated, if both its numbers are.
    pub fn ratio(&self) -> Option<Ratio> {
        let (numerator, denominator) = (self.numerator?, self.denominator?);
        (denominator > 0).then_some(Ratio { numerator, denominator })
    }

    /// The value: of the two numbers where they are known, since they lose nothing.
    pub fn exact(&self, judgement: &Judgement) -> Option<Exact> {
        match (self.numerator, self.denominator, self.percent) {
            (Some(numerator), Some(denominator), None) => judgement.value(numerator, denominator),
            (_, _, percent) => self.ratio().map(Exact::Counted).or(percent.map(Exact::Stated)),
        }
    }

    /// What is missing or does not agree: one number without the other, more than all, a percentage that is not that of
    /// the two numbers when rounded as the department rounded it.
    pub fn wrongs(&self) -> Vec<Wrong> {
        match (self.percent, self.numerator, self.denominator) {
            (None, None, None) => vec![Wrong::body("/percent", wrong::REQUIRED)],
            (_, Some(_), None) => vec![Wrong::body("/denominator", wrong::REQUIRED)],
            (_, None, Some(_)) => vec![Wrong::body("/numerator", wrong::REQUIRED)],
            (Some(percent), Some(_), Some(_)) if !self.agrees(percent) => {
                vec![Wrong::body("/percent", wrong::MISMATCH)]
            }
            // Something out of nothing.
            (None, Some(1..), Some(0)) => vec![Wrong::body("/denominator", wrong::RANGE)],
            (None, Some(_), Some(_))
                if self.ratio().is_some_and(|ratio| ratio.rounded(6).is_none_or(|p| p.0 > 1_000_000_000)) =>
            {
                vec![Wrong::body("/numerator", wrong::RANGE)]
            }
            _ => Vec::new(),
        }
    }

    /// Whether a percentage is that of the two numbers, rounded to some number of decimals. Of 0/0 any may be stated.
    fn agrees(&self, percent: Percent) -> bool {
        let Some(ratio) = self.ratio() else { return self.numerator == Some(0) };
        (0..=6).any(|decimals| ratio.rounded(decimals) == Some(percent))
    }

    /// Whether this may be stated after another.
    pub fn follows(&self, before: Option<&Self>) -> Result<(), Refusal> {
        use FigureStatus::{Estimate, Final, Revised};
        let before = before.map(|figure| figure.status);
        match (before, self.status) {
            (None | Some(Estimate), Estimate | Final) | (Some(Final | Revised), Revised) => Ok(()),
            (before, after) => {
                let before = before.map_or("none".to_owned(), |status| status.to_string());
                Err(Refusal::Status { before, after: after.to_string() })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(percent: Option<&str>, numerator: Option<i64>, denominator: Option<i64>) -> Figure {
        let percent = percent.map(|text| Percent::parse(text).unwrap());
        Figure { percent, numerator, denominator, status: FigureStatus::Estimate, source: None }
    }

    #[test]
    fn a_percentage_agrees_with_its_numbers() {
        for percent in ["94.44", "94", "94.4", "94.444444"] {
            assert!(figure(Some(percent), Some(85), Some(90)).wrongs().is_empty(), "{percent}");
        }
        for percent in ["94.45", "95", "94.440001"] {
            assert_eq!(figure(Some(percent), Some(85), Some(90)).wrongs().len(), 1, "{percent}");
        }
        assert!(figure(Some("100"), Some(0), Some(0)).wrongs().is_empty());
        assert!(!figure(Some("100"), Some(1), Some(0)).wrongs().is_empty());
        assert!(figure(None, Some(0), Some(0)).wrongs().is_empty());
        assert_eq!(figure(None, Some(1), Some(0)).wrongs(), [Wrong::body("/denominator", wrong::RANGE)]);
        assert!(!figure(None, None, None).wrongs().is_empty());
        assert!(!figure(Some("1"), Some(1), None).wrongs().is_empty());
        assert!(figure(None, Some(85), Some(90)).wrongs().is_empty());
    }

    #[test]
    fn an_estimate_becomes_final_and_a_final_figure_is_revised() {
        use FigureStatus::{Estimate, Final, Revised};
        let of = |status| Figure { status, ..figure(Some("90"), None, None) };
        let goes = |before: Option<FigureStatus>, after| of(after).follows(before.map(of).as_ref()).is_ok();
        for (before, allowed) in [
            (None, vec![Estimate, Final]),
            (Some(Estimate), vec![Estimate, Final]),
            (Some(Final), vec![Revised]),
            (Some(Revised), vec![Revised]),
        ] {
            for after in [Estimate, Final, Revised] {
                assert_eq!(goes(before, after), allowed.contains(&after), "{before:?} → {after:?}");
            }
        }
    }
}
