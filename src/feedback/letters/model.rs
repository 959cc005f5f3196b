//! The columns of the table of letters. Pure.
//!
//! Which sums hold between the columns is confirmed; what 2 to 7 and 14 to 17 are split by is not, so they are split here by
//! kind and by state. One case may have many letters; all columns count letters, but for 10.

use std::ops::AddAssign;

use serde::Serialize;
use utoipa::ToSchema;

use crate::feedback::cases::model::{CaseKind, CaseResult};
use crate::{closed_set, refusals};

closed_set! {
    /// For whom the table is made.
    #[derive(Default)]
    Audience, "not-in-set" {
        /// To be published: the whole province, a calendar year that is over, rows with small figures left out.
        #[default]
        Public = "public",
        /// For those who handle the letters, as they are.
        Internal = "internal",
    }
}

refusals! {
    /// Why the table is not made.
    Refusal {
        /// Another public table would show by subtraction what this one leaves out.
        NotForPublication = Invalid "letters-not-for-publication"
            ("Letters are published for the whole province and a calendar year that is over", "Số liệu đơn thư chỉ công khai cho toàn tỉnh và cho năm dương lịch đã kết thúc")
            ("A table of letters for publication is made of the whole province and a calendar year that is over; from others, small figures could be found by subtraction. Ask with audience=internal.", "Bảng số liệu đơn thư để công khai chỉ lập cho toàn tỉnh và cho năm dương lịch đã kết thúc; từ các bảng khác có thể suy ra số liệu nhỏ bằng phép trừ. Hãy dùng audience=internal."),
    }
}

/// Letters that are alike: of one kind, processed or not, of cases that ended alike or are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alike {
    /// The kind of the case.
    pub kind: CaseKind,
    /// Whether somebody decided about them by the last day.
    pub processed: bool,
    /// How the case had ended by the last day.
    pub result: Option<CaseResult>,
    /// How many there are.
    pub letters: i64,
    /// Of these, how many came before the first day.
    pub carried: i64,
    /// Of how many cases.
    pub cases: i64,
}

/// The columns by their numbers. 1 = 2 + … + 7; 9 = 11 + 12 + 13 = 14 + 15 + 16 + 17 = 18 + 22; 18 = 19 + 20 + 21;
/// 22 = 23 + 24 + 25.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = LetterColumns)]
pub struct Columns {
    /// Letters to be processed (đơn phải xử lý): carried over and received.
    pub c1: i64,
    /// Carried over: complaints.
    pub c2: i64,
    /// Carried over: denunciations.
    pub c3: i64,
    /// Carried over: feedback and proposals.
    pub c4: i64,
    /// Received in the period: complaints.
    pub c5: i64,
    /// Received in the period: denunciations.
    pub c6: i64,
    /// Received in the period: feedback and proposals.
    pub c7: i64,
    /// Processed (đã xử lý): accepted, refused or passed on.
    pub c8: i64,
    /// Of these, eligible (đủ điều kiện xử lý): not refused.
    pub c9: i64,
    /// Of how many cases (vụ việc) these are.
    pub c10: i64,
    /// Eligible: complaints.
    pub c11: i64,
    /// Eligible: denunciations.
    pub c12: i64,
    /// Eligible: feedback and proposals.
    pub c13: i64,
    /// Eligible, settled.
    pub c14: i64,
    /// Eligible, being settled.
    pub c15: i64,
    /// Eligible, taken back or discontinued.
    pub c16: i64,
    /// Eligible, in the hands of another.
    pub c17: i64,
    /// Within competence (thuộc thẩm quyền).
    pub c18: i64,
    /// Within competence: complaints.
    pub c19: i64,
    /// Within competence: denunciations.
    pub c20: i64,
    /// Within competence: feedback and proposals.
    pub c21: i64,
    /// Not within competence (không thuộc thẩm quyền).
    pub c22: i64,
    /// Not within competence: guided (hướng dẫn).
    pub c23: i64,
    /// Not within competence: passed on (chuyển đơn).
    pub c24: i64,
    /// Not within competence: another was urged (đôn đốc).
    pub c25: i64,
}

impl Columns {
    /// All of them, in order.
    pub fn all(&self) -> [i64; 25] {
        [
            self.c1, self.c2, self.c3, self.c4, self.c5, self.c6, self.c7, self.c8, self.c9, self.c10,
            self.c11, self.c12, self.c13, self.c14, self.c15, self.c16, self.c17, self.c18, self.c19,
            self.c20, self.c21, self.c22, self.c23, self.c24, self.c25,
        ]
    }

    fn all_to_change(&mut self) -> [&mut i64; 25] {
        [
            &mut self.c1,
            &mut self.c2,
            &mut self.c3,
            &mut self.c4,
            &mut self.c5,
            &mut self.c6,
            &mut self.c7,
            &mut self.c8,
            &mut self.c9,
            &mut self.c10,
            &mut self.c11,
            &mut self.c12,
            &mut self.c13,
            &mut self.c14,
            &mut self.c15,
            &mut self.c16,
            &mut self.c17,
            &mut self.c18,
            &mut self.c19,
            &mut self.c20,
            &mut self.c21,
            &mut self.c22,
            &mut self.c23,
            &mut self.c24,
            &mut self.c25,
        ]
    }

    /// All of them, and what two of them differ by where that is a figure by itself: letters not processed, letters refused.
    pub fn telling(&self) -> Vec<i64> {
        self.all().into_iter().chain([self.c1 - self.c8, self.c8 - self.c9]).collect()
    }

    /// Whether every column is empty.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// Puts letters into their columns.
    pub fn count(&mut self, alike: &Alike) {
        let Alike { kind, processed, result, letters, carried, cases } = *alike;
        let received = letters - carried;
        let (before, within, eligible, competent) = match kind {
            CaseKind::Complaint => (&mut self.c2, &mut self.c5, &mut self.c11, &mut self.c19),
            CaseKind::Denunciation => (&mut self.c3, &mut self.c6, &mut self.c12, &mut self.c20),
            CaseKind::Feedback | CaseKind::Proposal => {
                (&mut self.c4, &mut self.c7, &mut self.c13, &mut self.c21)
            }
        };
        self.c1 += letters;
        *before += carried;
        *within += received;
        if !processed {
            return;
        }
        self.c8 += letters;
        if result == Some(CaseResult::Refused) {
            return;
        }
        self.c9 += letters;
        self.c10 += cases;
        *eligible += letters;
        let (state, elsewhere) = match result {
            None => (&mut self.c15, None),
            Some(CaseResult::Guided) => (&mut self.c17, Some(&mut self.c23)),
            Some(CaseResult::Transferred) => (&mut self.c17, Some(&mut self.c24)),
            Some(CaseResult::Urged) => (&mut self.c17, Some(&mut self.c25)),
            Some(CaseResult::Withdrawn | CaseResult::Discontinued) => (&mut self.c16, None),
            Some(CaseResult::Settled | CaseResult::Refused) => (&mut self.c14, None),
        };
        *state += letters;
        if let Some(how) = elsewhere {
            *how += letters;
            self.c22 += letters;
        } else {
            *competent += letters;
            self.c18 += letters;
        }
    }
}

impl AddAssign<&Self> for Columns {
    fn add_assign(&mut self, other: &Self) {
        for (mine, others) in self.all_to_change().into_iter().zip(other.all()) {
            *mine += others;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KINDS: [CaseKind; 4] =
        [CaseKind::Feedback, CaseKind::Proposal, CaseKind::Complaint, CaseKind::Denunciation];
    const RESULTS: [Option<CaseResult>; 8] = [
        None,
        Some(CaseResult::Settled),
        Some(CaseResult::Refused),
        Some(CaseResult::Guided),
        Some(CaseResult::Transferred),
        Some(CaseResult::Urged),
        Some(CaseResult::Withdrawn),
        Some(CaseResult::Discontinued),
    ];

    proptest! {
        #[test]
        fn the_sums_of_the_form_hold(
            all in prop::collection::vec((0..4_usize, any::<bool>(), 0..8_usize, 1..9_i64, 0..9_i64), 0..30)
        ) {
            let mut sum = Columns::default();
            let mut added = Columns::default();
            for (kind, processed, result, letters, carried) in all {
                let result = if processed { RESULTS[result] } else { None };
                let alike = Alike { kind: KINDS[kind], processed, result, letters, carried: carried.min(letters), cases: 1 };
                sum.count(&alike);
                let mut one = Columns::default();
                one.count(&alike);
                added += &one;
            }
            prop_assert_eq!(&sum, &added);
            let c = |n: usize| sum.all()[n - 1];
            prop_assert_eq!(c(1), (2..=7).map(c).sum::<i64>());
            prop_assert_eq!(c(9), c(11) + c(12) + c(13));
            prop_assert_eq!(c(9), c(14) + c(15) + c(16) + c(17));
            prop_assert_eq!(c(9), c(18) + c(22));
            prop_assert_eq!(c(18), c(19) + c(20) + c(21));
            prop_assert_eq!(c(22), c(23) + c(24) + c(25));
            prop_assert!(c(1) >= c(8) && c(8) >= c(9) && c(9) >= c(10));
        }
    }
}
