//! How work of a year is rated. Pure.

use chrono::NaiveDate;

use crate::emulation::awards::titles::model::AwardYear;
use crate::emulation::persons::StaffReference;
use crate::platform::input::wrong;
use crate::platform::moment::is_likely;
use crate::platform::{Fault, Wrong};
use crate::{closed_set, refusals};

closed_set! {
    /// How the work of a year was done. Each is better than those before it.
    Rating, "not-in-set" {
        /// Không hoàn thành nhiệm vụ.
        Failed = "failed",
        /// Hoàn thành nhiệm vụ.
        Completed = "completed",
        /// Hoàn thành tốt nhiệm vụ.
        Good = "good",
        /// Hoàn thành xuất sắc nhiệm vụ.
        Excellent = "excellent",
    }
}

refusals! {
    /// Why a rating is refused.
    Refusal {
        /// Something was given for the same year.
        Used { year: i32 } = Conflict "rating-used"
            ("Something was given by this rating", "Đã có khen thưởng dựa trên kết quả xếp loại này")
            ("Who is rated was given a title or commendation for {year}: another rating would contradict it. Revoke that first.", "Đối tượng đã được tặng danh hiệu, hình thức khen thưởng của năm {year}: thay đổi xếp loại sẽ mâu thuẫn với quyết định đó. Hãy hủy bỏ quyết định trước."),
    }
}

/// Who is rated, and for which year: one of the staff, or else the organization itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RatingKey {
    /// Who of the staff.
    pub staff: Option<StaffReference>,
    /// For which year.
    pub year: AwardYear,
}

/// What is stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// How the work was done.
    pub rating: Rating,
    /// When that was decided.
    pub decided_on: NaiveDate,
    /// By which decision, as its number is written.
    pub decision: Option<String>,
}

impl Stated {
    /// Refuses a day that cannot be.
    pub fn check(&self, year: AwardYear, today: NaiveDate) -> Result<(), Fault> {
        let code = match self.decided_on {
            day if !is_likely(day) => wrong::RANGE,
            day if day > today => wrong::FUTURE,
            day if day < year.first_day() => wrong::ORDER,
            _ => return Ok(()),
        };
        Err(Fault::invalid(vec![Wrong::body("/decided_on", code)]))
    }
}
