//! Percentages, exact: compared as they are, rounded only when they are shown. Pure.

use std::cmp::Ordering;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Millionths in one percent.
const UNIT: i64 = 1_000_000;
/// Decimals that a stated percentage may have.
const DECIMALS: usize = 6;
/// More than a thousand percent is a mistake.
const MOST: i64 = 1_000 * UNIT;

/// A percentage as somebody stated it, with at most six decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, utoipa::ToSchema)]
#[schema(value_type = f64, minimum = 0, maximum = 1000, example = 95)]
// In millionths of a percent, so that nothing is lost.
pub struct Percent(pub i64);

impl Percent {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// All.
    pub const FULL: Self = Self(100 * UNIT);

    /// Reads a decimal number such as `94.44`.
    ///
    /// Refuses more than six decimals, and anything below 0 or above 1000.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > DECIMALS {
            return Err("too-many-decimals");
        }
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) {
            return Err("out-of-range");
        }
        let parts = format!("{whole}{fraction:0<DECIMALS$}");
        let value = parts.parse::<i64>().map_err(|_| "out-of-range")?;
        if value <= MOST { Ok(Self(value)) } else { Err("out-of-range") }
    }

    /// The nearest percentage with so many decimals, halves up.
    #[must_use]
    pub fn rounded(self, decimals: u32) -> Self {
        Ratio { numerator: self.0, denominator: 100 * UNIT }.rounded(decimals).unwrap_or(self)
    }
}

/// A whole number as an integer, so that 90 is shown as 90.
impl Serialize for Percent {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        decimal(self.0, to)
    }
}

fn decimal<S: Serializer>(millionths: i64, to: S) -> Result<S::Ok, S::Error> {
    if millionths % UNIT == 0 {
        return to.serialize_i64(millionths / UNIT);
    }
    // At most ten digits, which a double holds, divided once: the nearest double to the decimal, written as the decimal.
    #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
    to.serialize_f64(millionths as f64 / UNIT as f64)
}

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        // A double is written with the fewest digits that name it, without an exponent: what the caller wrote.
        let text = match serde_json::Number::deserialize(from)? {
            number if number.is_f64() => number.as_f64().map(|value| value.to_string()).unwrap_or_default(),
            number => number.to_string(),
        };
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// A difference of percentages, in percentage points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, utoipa::ToSchema)]
#[schema(value_type = f64, example = -4.5)]
// In millionths of a point.
pub struct Points(pub i64);

impl Points {
    /// From one percentage to another.
    pub fn between(from: Percent, to: Percent) -> Self {
        Self(to.0 - from.0)
    }
}

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        decimal(self.0, to)
    }
}

/// A share, kept as the two numbers that it is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    /// What counts.
    pub numerator: i64,
    /// Out of what; more than zero.
    pub denominator: i64,
}

impl Ratio {
    /// In percent with so many decimals, halves up; none when the denominator is not more than zero, or the result is
    /// larger than a percentage holds.
    pub fn rounded(self, decimals: u32) -> Option<Percent> {
        let step = 10_i128.checked_pow(decimals.min(6))?;
        let (numerator, denominator) = (i128::from(self.numerator), i128::from(self.denominator));
        if denominator <= 0 {
            return None;
        }
        let steps = (2 * 100 * step * numerator + denominator).div_euclid(2 * denominator);
        i64::try_from(steps * (i128::from(UNIT) / step)).ok().map(Percent)
    }

    /// How it lies to a percentage, exactly: 94.995 is less than 95.
    pub fn compare(self, other: Percent) -> Ordering {
        let ours = i128::from(self.numerator) * 100 * i128::from(UNIT);
        ours.cmp(&(i128::from(other.0) * i128::from(self.denominator)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn json(percent: Percent) -> String {
        serde_json::to_string(&percent).unwrap()
    }

    #[test]
    fn what_is_stated_comes_back_as_it_was() {
        for text in ["0", "90", "94.44", "0.000001", "99.5", "1000", "33.333333"] {
            let percent: Percent = serde_json::from_str(text).unwrap();
            let number = |text: &str| serde_json::from_str::<f64>(text).unwrap();
            // The same number: JSON may write 0.000001 as 1e-6.
            assert_eq!(number(&json(percent)).to_string(), number(text).to_string());
        }
        for (text, fault) in [
            ("0.1234567", "too-many-decimals"),
            ("-1", "out-of-range"),
            ("1000.1", "out-of-range"),
            ("1e300", "out-of-range"),
        ] {
            assert!(serde_json::from_str::<Percent>(text).unwrap_err().to_string().contains(fault), "{text}");
        }
    }

    #[test]
    fn the_worked_example_of_the_on_time_rate() {
        let ratio = |numerator, denominator| json(Ratio { numerator, denominator }.rounded(2).unwrap());
        assert_eq!(ratio(85, 90), "94.44");
        assert_eq!(ratio(112, 120), "93.33");
        assert_eq!(ratio(1, 800), "0.13", "halves go up");
        assert_eq!(Ratio { numerator: 0, denominator: 0 }.rounded(2), None);
    }

    #[test]
    fn a_comparison_does_not_round() {
        let ratio = Ratio { numerator: 94_995, denominator: 100_000 };
        assert_eq!(json(ratio.rounded(2).unwrap()), "95");
        assert_eq!(ratio.compare(Percent(95 * UNIT)), Ordering::Less);
    }

    proptest! {
        #[test]
        fn every_percentage_survives_json(millionths in 0..=MOST) {
            let back: Percent = serde_json::from_str(&json(Percent(millionths))).unwrap();
            prop_assert_eq!(back, Percent(millionths));
        }

        #[test]
        fn rounding_moves_by_at_most_half_a_step(numerator in 0..10_000_000_i64, denominator in 1..10_000_000_i64, decimals in 0..=6_u32) {
            prop_assume!(numerator / denominator < 10);
            let ratio = Ratio { numerator, denominator };
            let shown = ratio.rounded(decimals).unwrap();
            let half = UNIT / 10_i64.pow(decimals) / 2;
            prop_assert_ne!(ratio.compare(Percent(shown.0 + half + 1)), Ordering::Greater);
            prop_assert_ne!(ratio.compare(Percent(shown.0 - half - 1)), Ordering::Less);
        }
    }
}
