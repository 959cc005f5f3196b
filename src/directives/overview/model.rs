//! What an overview counts. Pure.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::closed_set;
use crate::kpis::calendar::model::Calendar;
use crate::kpis::percent::{Percent, Ratio};

closed_set! {
    /// By what tasks are told apart.
    #[derive(Default)]
    OverviewBy, "not-in-set" {
        /// By the organization that has them.
        #[default]
        Organization = "organization",
        /// By the body that issued the directive.
        Issuer = "issuer",
        /// By the type of the directive.
        Type = "type",
    }
}

/// The days between which open tasks are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bounds {
    /// The day of which the overview is.
    pub day: NaiveDate,
    /// The last days that have one, three and seven working days left.
    pub soon: [NaiveDate; 3],
}

impl Bounds {
    /// The bounds of a day.
    pub fn of(day: NaiveDate, calendar: &Calendar) -> Self {
        // A last day that is not worked has as many left as the one before it.
        let last = |count: u32| calendar.plus_working_days(day, count + 1).pred_opt().unwrap_or(day);
        Self { day, soon: [1, 3, 7].map(last) }
    }
}

/// How many tasks stand how. No task is in two of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct TaskBuckets {
    /// Open, without a last day or with one more than seven working days ahead.
    pub not_due: i64,
    /// Open, with four to seven working days left.
    pub due_in_7: i64,
    /// Open, with two or three working days left.
    pub due_in_3: i64,
    /// Open, due on the day itself or with one working day left.
    pub due_in_1: i64,
    /// Open and past the last day.
    pub overdue: i64,
    /// Completed by the last day.
    pub done_on_time: i64,
    /// Completed after it.
    pub done_late: i64,
    /// Refused, or taken back.
    pub cancelled: i64,
}

impl TaskBuckets {
    /// Adds tasks to one of them, told by its place from 0 on.
    pub fn add(&mut self, bucket: i32, n: i64) {
        let bucket = match bucket {
            0 => &mut self.not_due,
            1 => &mut self.due_in_7,
            2 => &mut self.due_in_3,
            3 => &mut self.due_in_1,
            4 => &mut self.overdue,
            5 => &mut self.done_on_time,
            6 => &mut self.done_late,
            _ => &mut self.cancelled,
        };
        *bucket += n;
    }

    /// All tasks.
    pub fn total(&self) -> i64 {
        self.not_due
            + self.due_in_7
            + self.due_in_3
            + self.due_in_1
            + self.overdue
            + self.done_on_time
            + self.done_late
            + self.cancelled
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            not_due: self.not_due + other.not_due,
            due_in_7: self.due_in_7 + other.due_in_7,
            due_in_3: self.due_in_3 + other.due_in_3,
            due_in_1: self.due_in_1 + other.due_in_1,
            overdue: self.overdue + other.overdue,
            done_on_time: self.done_on_time + other.done_on_time,
            done_late: self.done_late + other.done_late,
            cancelled: self.cancelled + other.cancelled,
        }
    }
}

/// How far persons came with directives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Readings {
    /// Persons to whom a directive was delivered, once for each directive.
    pub delivered: i64,
    /// Of these, who opened it.
    pub opened: i64,
    /// Of these, who read it.
    pub read: i64,
    /// Of these, who understood it.
    pub understood: i64,
}

impl Readings {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            delivered: self.delivered + other.delivered,
            opened: self.opened + other.opened,
            read: self.read + other.read,
            understood: self.understood + other.understood,
        }
    }

    /// The shares of those who opened, read and understood, in percent with two decimals; none of nobody.
    pub fn rates(&self) -> [Option<Percent>; 3] {
        [self.opened, self.read, self.understood]
            .map(|numerator| Ratio { numerator, denominator: self.delivered }.rounded(2))
    }
}

/// What an organization has itself, of one issuer or type, or all together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Code of the issuer, its name where it has no code, or the name of the type; empty if nothing is told apart.
    pub key: String,
    /// Its name.
    pub name: String,
    /// How its tasks stand.
    pub tasks: TaskBuckets,
    /// How far its persons came.
    pub readings: Readings,
}

impl Part {
    /// One without anything.
    pub fn of(key: String, name: String) -> Self {
        Self { key, name, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn soon_is_told_in_working_days() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        // After Thursday 4 June 2020: Friday and the weekend, to Tuesday, to Monday.
        let bounds = Bounds::of(day("2020-06-04"), &Calendar::default());
        assert_eq!(bounds.soon, [day("2020-06-07"), day("2020-06-09"), day("2020-06-15")]);
    }
}
