//! The columns of form II.06a. Pure.

use std::ops::AddAssign;

use serde::Serialize;
use utoipa::ToSchema;

use crate::closed_set;
use crate::kpis::counters::model::Counter;
use crate::kpis::counters::series::RootSums;
use crate::kpis::periods::spans::Span;

closed_set! {
    /// What the rows of the form are.
    #[derive(Default)]
    By, "not-in-set" {
        /// The organization itself and those right below it, each with all below.
        #[default]
        Unit = "unit",
        /// Procedures.
        Procedure = "procedure",
        /// Fields of procedures (lĩnh vực).
        Field = "field",
    }
}

/// What is counted; the sums of the form follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Handled {
    /// Accepted in the period, filed online.
    pub online: i64,
    /// Accepted in the period, by hand or by post.
    pub otherwise: i64,
    /// Carried over: accepted before and not ended before.
    pub carried: i64,
    /// Ended before the due day.
    pub early: i64,
    /// Ended on the due day.
    pub on_day: i64,
    /// Ended after the due day.
    pub late: i64,
    /// Open on the last day, and not past the due day or waiting.
    pub within: i64,
    /// Open on the last day and past the due day.
    pub past: i64,
}

impl Handled {
    /// The counters that it is made of.
    pub const COUNTERS: [Counter; 7] = [
        Counter::AcceptedOnline,
        Counter::AcceptedOtherwise,
        Counter::EndedEarly,
        Counter::EndedOnDay,
        Counter::EndedLate,
        Counter::OpenWithin,
        Counter::OpenPast,
    ];

    /// What the ledger says of a period.
    pub fn of(sums: &RootSums, span: &Span) -> Self {
        let over = |counter| sums.over(counter, span.first, span.last);
        let carried = |counter| sums.carried(counter, span.first, span.last);
        Self {
            online: over(Counter::AcceptedOnline),
            otherwise: over(Counter::AcceptedOtherwise),
            carried: carried(Counter::OpenWithin) + carried(Counter::OpenPast),
            early: over(Counter::EndedEarly),
            on_day: over(Counter::EndedOnDay),
            late: over(Counter::EndedLate),
            within: over(Counter::OpenWithin),
            past: over(Counter::OpenPast),
        }
    }

    /// Whether every column is empty.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl AddAssign for Handled {
    fn add_assign(&mut self, other: Self) {
        self.online += other.online;
        self.otherwise += other.otherwise;
        self.carried += other.carried;
        self.early += other.early;
        self.on_day += other.on_day;
        self.late += other.late;
        self.within += other.within;
        self.past += other.past;
    }
}

/// The columns of the form by their numbers.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = HandlingColumns)]
pub struct Columns {
    /// Received: 4 + 5 + 6.
    pub c3: i64,
    /// Accepted in the period, filed online.
    pub c4: i64,
    /// Accepted in the period, by hand or by post.
    pub c5: i64,
    /// Carried over from the period before: its column 11.
    pub c6: i64,
    /// Settled: 8 + 9 + 10.
    pub c7: i64,
    /// Settled before the due day.
    pub c8: i64,
    /// Settled on the due day.
    pub c9: i64,
    /// Settled after the due day.
    pub c10: i64,
    /// Being settled: 12 + 13; 3 = 7 + 11.
    pub c11: i64,
    /// Being settled and within the term, or waiting for the citizen.
    pub c12: i64,
    /// Being settled and past the due day.
    pub c13: i64,
}

impl From<Handled> for Columns {
    fn from(handled: Handled) -> Self {
        let Handled { online, otherwise, carried, early, on_day, late, within, past } = handled;
        Self {
            c3: online + otherwise + carried,
            c4: online,
            c5: otherwise,
            c6: carried,
            c7: early + on_day + late,
            c8: early,
            c9: on_day,
            c10: late,
            c11: within + past,
            c12: within,
            c13: past,
        }
    }
}
