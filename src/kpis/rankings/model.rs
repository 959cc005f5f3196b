//! Ranks. Pure.

use std::cmp::Ordering;

use crate::closed_set;
use crate::kpis::catalog::model::{Direction, Exact};
use crate::kpis::percent::{Percent, Ratio};

closed_set! {
    /// Which end comes first.
    Order, "not-in-set" {
        /// The highest.
        Descending = "desc",
        /// The lowest.
        Ascending = "asc",
    }
}

impl Order {
    /// The good end first.
    pub fn of(direction: Direction) -> Self {
        match direction {
            Direction::Higher => Self::Descending,
            Direction::Lower => Self::Ascending,
        }
    }
}

/// A rank among those that have a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rank {
    /// From 1; equals share the best of their places, and the next comes after all of them ("1224").
    pub place: usize,
    /// The share of the others that come after it: 100 for whoever stands alone.
    pub percentile: Percent,
}

/// How two values lie to each other, exactly.
fn compare(one: Exact, other: Exact) -> Ordering {
    let parts = |value| match value {
        Exact::Counted(Ratio { numerator, denominator }) => {
            (i128::from(numerator) * 100_000_000, i128::from(denominator))
        }
        Exact::Stated(Percent(millionths)) => (i128::from(millionths), 1),
    };
    let ((a, b), (c, d)) = (parts(one), parts(other));
    (a * d).cmp(&(c * b))
}

/// The rank of each value, in the order given; none where there is none.
pub fn ranks(values: &[Option<Exact>], order: Order) -> Vec<Option<Rank>> {
    let better = |one: Exact, other: Exact| match order {
        Order::Descending => compare(other, one),
        Order::Ascending => compare(one, other),
    };
    let mut sorted: Vec<Exact> = values.iter().flatten().copied().collect();
    sorted.sort_by(|one, other| better(*one, *other));
    let count = sorted.len();
    let rank = |value: Exact| {
        let before = sorted.partition_point(|other| better(*other, value) == Ordering::Less);
        let until = sorted.partition_point(|other| better(*other, value) != Ordering::Greater);
        let share = |part: usize| i64::try_from(part).unwrap_or(i64::MAX);
        let ratio = Ratio { numerator: share(count - until), denominator: share(count.saturating_sub(1)) };
        Rank { place: before + 1, percentile: ratio.rounded(2).unwrap_or(Percent::FULL) }
    };
    values.iter().map(|value| value.map(rank)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(numerator: i64, denominator: i64) -> Exact {
        Exact::Counted(Ratio { numerator, denominator })
    }

    #[test]
    fn equals_share_a_place_and_the_next_comes_after_all() {
        let values =
            [Some(counted(1, 3)), Some(counted(9, 10)), None, Some(counted(3, 9)), Some(counted(1, 4))];
        let places = |order| -> Vec<Option<usize>> {
            ranks(&values, order).into_iter().map(|rank| rank.map(|rank| rank.place)).collect()
        };
        assert_eq!(places(Order::Descending), [Some(2), Some(1), None, Some(2), Some(4)]);
        assert_eq!(places(Order::Ascending), [Some(2), Some(4), None, Some(2), Some(1)]);
        let first = ranks(&values, Order::Descending)[1].unwrap();
        assert_eq!(first.percentile, Percent::FULL);
        assert_eq!(ranks(&values, Order::Descending)[4].unwrap().percentile, Percent::ZERO);
        assert_eq!(ranks(&[Some(counted(0, 1))], Order::Descending)[0].unwrap().percentile, Percent::FULL);
    }

    #[test]
    fn values_are_compared_exactly() {
        let values =
            [Some(counted(94_444, 100_000)), Some(counted(85, 90)), Some(Exact::Stated(Percent(94_444_444)))];
        let places: Vec<_> =
            ranks(&values, Order::Descending).into_iter().map(|rank| rank.unwrap().place).collect();
        assert_eq!(places, [3, 1, 2]);
    }
}
