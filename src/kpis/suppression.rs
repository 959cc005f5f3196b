//! Which small figures are left out of a table, so that nobody finds them by subtracting. Pure.
//!
//! Small is what tells of few people: what a handful of citizens said, or who among few complained.
//!
//! The rows of a table add up to its total. A row in which something is small is left out as a whole, so that within it
//! nothing can be subtracted; and as long as what all rows left out add up to is small itself, another row is left out
//! beside them, the smallest first, or at last the total.

/// Small figures lie below a least one; zero is not small: that there was nothing names nobody.
pub fn is_small(n: i64, least: i64) -> bool {
    0 < n && n < least
}

/// What may be shown: of each row, and of the total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Of each row.
    pub rows: Vec<bool>,
    /// Of the total.
    pub total: bool,
}

/// What may be shown of rows, each with the same columns, whose sums are the total. Every difference of two columns that says
/// something by itself must be a column too.
pub fn shown(rows: &[Vec<i64>], least: i64) -> Shown {
    let columns = rows.first().map_or(0, Vec::len);
    let sum = |chosen: &dyn Fn(usize) -> bool, column: usize| -> i64 {
        let chosen = rows.iter().enumerate().filter(|(place, _)| chosen(*place));
        chosen.filter_map(|(_, row)| row.get(column)).sum()
    };
    let mut shown: Vec<bool> = rows.iter().map(|row| !row.iter().any(|n| is_small(*n, least))).collect();
    let mut total = !(0..columns).any(|column| is_small(sum(&|_| true, column), least));
    while total {
        let hidden = |place: usize| !shown.get(place).copied().unwrap_or(true);
        let Some(column) = (0..columns).find(|column| is_small(sum(&hidden, *column), least)) else { break };
        // Only a row that has something there makes the sum larger.
        let candidates = rows
            .iter()
            .enumerate()
            .filter(|(place, row)| !hidden(*place) && row.get(column).is_some_and(|n| *n > 0));
        let smallest = candidates.min_by_key(|(_, row)| row.iter().sum::<i64>()).map(|(place, _)| place);
        match smallest {
            Some(place) => shown.iter_mut().skip(place).take(1).for_each(|shown| *shown = false),
            None => total = false,
        }
    }
    Shown { rows: shown, total }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_small_is_left_out_and_so_is_what_gives_it_away() {
        // 3 is small; total minus the others would tell it, so the next smallest goes too.
        let one = |numbers: &[i64]| shown(&numbers.iter().map(|n| vec![*n]).collect::<Vec<_>>(), 5);
        assert_eq!(one(&[3, 9, 20]), Shown { rows: vec![false, false, true], total: true });
        assert_eq!(one(&[3, 4, 20]), Shown { rows: vec![false, false, true], total: true }, "7 together");
        assert_eq!(one(&[0, 9, 20]), Shown { rows: vec![true, true, true], total: true });
        assert_eq!(one(&[3]), Shown { rows: vec![false], total: false });
        assert_eq!(one(&[3, 0]), Shown { rows: vec![false, true], total: false });
        assert_eq!(one(&[]), Shown { rows: vec![], total: true });
        assert_eq!(
            shown(&[vec![20, 1], vec![30, 0], vec![9, 7]], 5),
            Shown { rows: vec![false, true, false], total: true },
            "only the last row has something beside the 1"
        );
    }

    proptest! {
        /// What somebody knows who reads the table: rows that are shown, and of those that are not their sum, if the total is
        /// shown. None of it is small.
        #[test]
        fn nothing_small_is_left_to_subtract(
            rows in prop::collection::vec(prop::collection::vec(0..12_i64, 3), 0..8),
            least in 1..8_i64,
        ) {
            let told = shown(&rows, least);
            prop_assert_eq!(told.rows.len(), rows.len());
            for column in 0..3 {
                let (mut hidden, mut all) = (0, 0);
                for (row, is_shown) in rows.iter().zip(&told.rows) {
                    all += row[column];
                    if *is_shown {
                        prop_assert!(!is_small(row[column], least));
                    } else {
                        hidden += row[column];
                    }
                }
                if told.total {
                    prop_assert!(!is_small(hidden, least) && !is_small(all, least));
                }
            }
        }

        #[test]
        fn where_nothing_is_small_all_is_shown(rows in prop::collection::vec(prop::collection::vec(5..50_i64, 3), 1..6)) {
            prop_assert_eq!(shown(&rows, 5), Shown { rows: vec![true; rows.len()], total: true });
        }
    }
}
