//! What a register of receptions holds, and what must add up. Pure.

use std::ops::AddAssign;

use chrono::NaiveDate;

use crate::platform::fault::Wrong;
use crate::platform::input::wrong;
use crate::platform::moment::is_likely;
use crate::refusals;

refusals! {
    /// Why a statement is refused.
    Refusal {
        /// Another tells of the same days.
        Overlapping { from: NaiveDate, to: NaiveDate } = Conflict "receptions-overlap"
            ("Another statement tells of the same days", "Đã có số liệu khác cho cùng những ngày đó")
            ("The receptions of {from} to {to} are stated already; a day counts once.", "Số liệu tiếp công dân từ {from} đến {to} đã có; mỗi ngày chỉ tính một lần."),
    }
}

/// Counts of receptions (Sổ tiếp công dân, TT 04/2021/TT-TTCP Mẫu 03): no names, no content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Receptions (lượt tiếp).
    pub visits: i64,
    /// People who came (số người).
    pub people: i64,
    /// Of the receptions, those of groups (đoàn đông người).
    pub groups: i64,
    /// Of the receptions, about complaints.
    pub complaints: i64,
    /// About denunciations.
    pub denunciations: i64,
    /// About feedback and proposals.
    pub opinions: i64,
    /// Of the receptions, those whose matter was accepted (thuộc thẩm quyền).
    pub accepted: i64,
    /// Those who were guided to another (hướng dẫn).
    pub guided: i64,
    /// Those whose letter was passed on (chuyển đơn).
    pub transferred: i64,
}

impl Counts {
    /// What does not add up: every reception is of one kind and of somebody, and becomes one thing at most.
    pub fn wrongs(&self) -> Vec<Wrong> {
        let all = [
            (self.people < self.visits, "/people"),
            (self.groups > self.visits, "/groups"),
            (self.complaints + self.denunciations + self.opinions != self.visits, "/visits"),
            (self.accepted + self.guided + self.transferred > self.visits, "/accepted"),
        ];
        all.into_iter()
            .filter(|(is, _)| *is)
            .map(|(_, place)| Wrong::body(format!("/counts{place}"), wrong::SUM))
            .collect()
    }
}

impl AddAssign<&Self> for Counts {
    fn add_assign(&mut self, other: &Self) {
        self.visits += other.visits;
        self.people += other.people;
        self.groups += other.groups;
        self.complaints += other.complaints;
        self.denunciations += other.denunciations;
        self.opinions += other.opinions;
        self.accepted += other.accepted;
        self.guided += other.guided;
        self.transferred += other.transferred;
    }
}

/// What is stated of a day, or of several together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reception {
    /// First day.
    pub first: NaiveDate,
    /// Last day, under which it is found.
    pub last: NaiveDate,
    /// What is counted.
    pub counts: Counts,
}

impl Reception {
    /// How many days it tells of.
    pub fn days(&self) -> i64 {
        (self.last - self.first).num_days() + 1
    }

    /// What does not add up, or lies after today.
    pub fn wrongs(&self, today: NaiveDate) -> Vec<Wrong> {
        let mut wrongs = self.counts.wrongs();
        if self.last > today {
            wrongs.push(Wrong::parameter("date", wrong::FUTURE));
        }
        if self.first > self.last {
            wrongs.push(Wrong::body("/from", wrong::ORDER));
        } else if !is_likely(self.first) {
            wrongs.push(Wrong::body("/from", wrong::RANGE));
        }
        wrongs
    }
}

/// What is known of a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// The counts of all statements that lie in the period.
    pub counts: Counts,
    /// Of how many days something is stated: without any, nothing is known, which is not zero.
    pub days: i64,
    /// Statements that lie in the period only in part, and are not counted.
    pub straddling: i64,
}

impl AddAssign<&Self> for Sum {
    fn add_assign(&mut self, other: &Self) {
        self.counts += &other.counts;
        self.days += other.days;
        self.straddling += other.straddling;
    }
}
