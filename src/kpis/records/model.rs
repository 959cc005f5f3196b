//! What is refused of records of every kind. Pure.

use chrono::{DateTime, TimeDelta, Utc};

use crate::platform::Moment;
use crate::refusals;

/// How far another system's clock may be ahead.
const AHEAD: TimeDelta = TimeDelta::minutes(5);

/// Whether a moment has not come yet, by any clock that is not far wrong.
pub fn is_to_come(moment: Moment, now: DateTime<Utc>) -> bool {
    moment.utc() > now + AHEAD
}

refusals! {
    /// Why a record is refused.
    Refusal {
        /// It belongs to an organization out of reach.
        Foreign { key: String } = Conflict "record-of-another"
            ("The record belongs to an organization out of reach", "Bản ghi thuộc tổ chức ngoài phạm vi")
            ("{key} is a record of an organization that this token does not reach.", "{key} là bản ghi của tổ chức ngoài phạm vi của mã truy cập này."),
        /// It belongs to several organizations, some of them out of reach.
        Shared { key: String } = Conflict "record-of-another"
            ("The record belongs to an organization out of reach", "Bản ghi thuộc tổ chức ngoài phạm vi")
            ("{key} is handled by an organization that this token does not reach; only who reaches all that handle it may change it.", "{key} có tổ chức thực hiện ngoài phạm vi của mã truy cập này; chỉ người có quyền tới mọi tổ chức thực hiện mới được thay đổi."),
    }
}
