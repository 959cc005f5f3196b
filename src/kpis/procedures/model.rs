//! What an administrative procedure (thủ tục hành chính) is. Pure.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{closed_set, code};

code! {
    /// The national code of a procedure, such as `1.001612`.
    ProcedureCode, "code-invalid", "^[A-Za-z0-9][A-Za-z0-9._-]*$", 64, "1.001612", |text| {
        text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    }
}

closed_set! {
    /// In what a term is counted.
    TermUnit, "not-in-set" {
        /// Ngày làm việc.
        WorkingDay = "working_day",
        /// Ngày.
        CalendarDay = "calendar_day",
        /// Giờ làm việc.
        WorkingHour = "working_hour",
        /// Tháng.
        Month = "month",
    }
}

/// How long a procedure may take (thời hạn giải quyết).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// How many.
    #[schema(minimum = 0, maximum = 3650, example = 15)]
    pub amount: u32,
    /// Of what.
    pub unit: TermUnit,
}

closed_set! {
    /// What a supplement does to the term. The law's text could not be read; QĐ 766 continues it.
    #[derive(Default)]
    AfterSupplement, "not-in-set" {
        /// The term goes on where it stopped.
        #[default]
        Resume = "resume",
        /// The term begins anew.
        Restart = "restart",
    }
}

/// How a procedure counts time, as far as a dossier does not say it itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// How long it may take.
    pub term: Option<Term>,
    /// What comes in at this time or later counts from the next working day: a rule of single procedures, not of all.
    pub cutoff: Option<chrono::NaiveTime>,
    /// What a supplement does to the term.
    #[serde(default)]
    pub after_supplement: AfterSupplement,
}
