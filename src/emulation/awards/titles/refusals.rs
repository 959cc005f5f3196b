//! Why a rule of a title is not taken. Pure.

use chrono::NaiveDate;

use crate::refusals;

refusals! {
    /// Why a rule is not taken.
    Refusal {
        /// A later rule is recorded already.
        LaterRule { title: String, day: NaiveDate } = Conflict "award-title-later-rule"
            ("A later rule is recorded already", "Đã có quy định muộn hơn")
            ("{title} has a rule from {day} on; another cannot begin before it.", "{title} đã có quy định từ ngày {day}; quy định khác không thể bắt đầu trước ngày đó."),
        /// It was decided by.
        RuleUsed { title: String, year: i32 } = Conflict "award-title-rule-used"
            ("It was decided by this rule", "Đã có quyết định theo quy định này")
            ("{title} was decided on for the year {year}: what was judged by stays. Another rule begins after that year.",
             "{title} đã được quyết định cho năm {year}: căn cứ xét không được thay đổi. Quy định khác bắt đầu sau năm đó."),
    }
}
