//! What a consultation is, when it may be spoken in, and what is refused. Pure.

use chrono::{DateTime, NaiveDate, Utc};

use crate::organizations::OrganizationCode;
use crate::platform::blind::PublicKey;
use crate::platform::input::wrong;
use crate::platform::moment::is_likely;
use crate::platform::{Fault, Wrong};
use crate::{closed_set, refusals, uuid};

uuid! {
    /// Id of an opinion.
    OpinionId, "0199b2c4-5d6e-7f80-9123-456789abcdef"
}

closed_set! {
    /// What somebody says of a directive as a whole.
    Stance, "not-in-set" {
        /// Đồng ý, thống nhất.
        Agrees = "agrees",
        /// Không đồng ý.
        Disagrees = "disagrees",
        /// Ý kiến khác.
        Other = "other",
    }
}

closed_set! {
    /// How a consultation stands today.
    Phase, "not-in-set" {
        /// Chưa bắt đầu: tickets are given, opinions not taken.
        Planned = "planned",
        /// Đang lấy ý kiến.
        Open = "open",
        /// Đã kết thúc.
        Closed = "closed",
    }
}

/// How many signed opinions a person may give in one consultation.
pub const MOST_SIGNED: i64 = 20;

refusals! {
    /// Why a consultation refuses.
    Refusal {
        /// Not the time.
        NotOpen { opens_on: NaiveDate, closes_on: NaiveDate } = Conflict "consultation-not-open"
            ("The consultation is not open", "Không trong thời gian lấy ý kiến")
            ("Opinions are taken from {opens_on} to {closes_on}, tickets given until then.", "Ý kiến được tiếp nhận từ ngày {opens_on} đến hết ngày {closes_on}; phiếu được cấp đến ngày đó."),
        /// It has begun.
        Begun { opens_on: NaiveDate } = Conflict "consultation-begun"
            ("The consultation has begun", "Đã bắt đầu lấy ý kiến")
            ("It has been open since {opens_on}, which cannot be changed any more.", "Việc lấy ý kiến đã bắt đầu từ ngày {opens_on}, không thể thay đổi ngày này."),
        /// One ticket each.
        TicketGiven = Conflict "ticket-given"
            ("You got a ticket already", "Bạn đã được cấp phiếu")
            ("Each person gets one ticket for a consultation. A lost one cannot be replaced: nobody can tell which it was.", "Mỗi người được cấp một phiếu cho một lần lấy ý kiến. Phiếu bị mất không thể cấp lại vì không ai biết đó là phiếu nào."),
        /// No ticket of this consultation.
        NoTicket = Forbidden "ticket-refused"
            ("The ticket is none of a consultation on this directive", "Phiếu không thuộc lần lấy ý kiến về văn bản này")
            ("The signature is not one of the consultation's key on this ticket.", "Chữ ký không phải do khóa của lần lấy ý kiến này ký trên phiếu."),
        /// It was used.
        Spent = Conflict "ticket-spent"
            ("The ticket was used", "Phiếu đã được sử dụng")
            ("Another opinion was handed in with this ticket.", "Đã có ý kiến khác được gửi bằng phiếu này."),
        /// Many opinions of one person.
        TooMany { most: i64 } = Conflict "opinions-too-many"
            ("You gave many opinions already", "Bạn đã gửi nhiều ý kiến")
            ("A person may give {most} signed opinions in one consultation.", "Mỗi người được gửi {most} ý kiến có tên trong một lần lấy ý kiến."),
    }
}

/// From which day to which opinions are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// The first day.
    pub opens_on: NaiveDate,
    /// The last day.
    pub closes_on: NaiveDate,
}

impl Days {
    /// How it stands on a day.
    pub fn phase(self, day: NaiveDate) -> Phase {
        if day < self.opens_on {
            Phase::Planned
        } else if day > self.closes_on {
            Phase::Closed
        } else {
            Phase::Open
        }
    }

    /// Refuses opinions when it is not open.
    pub fn must_be_open(self, day: NaiveDate) -> Result<(), Fault> {
        if self.phase(day) == Phase::Open { Ok(()) } else { Err(self.not_open()) }
    }

    /// Refuses tickets when it is over. They are given before it opens too: who asks early and speaks late is told from others less.
    pub fn must_not_be_over(self, day: NaiveDate) -> Result<(), Fault> {
        if self.phase(day) == Phase::Closed { Err(self.not_open()) } else { Ok(()) }
    }

    fn not_open(self) -> Fault {
        let Self { opens_on, closes_on } = self;
        Refusal::NotOpen { opens_on, closes_on }.into()
    }

    /// Refuses days that cannot be, or cannot take the place of others.
    pub fn may_replace(self, before: Option<Self>, today: NaiveDate) -> Result<(), Fault> {
        let mut wrongs = Vec::new();
        for (at, day) in [("/opens_on", self.opens_on), ("/closes_on", self.closes_on)] {
            if !is_likely(day) {
                wrongs.push(Wrong::body(at, wrong::RANGE));
            }
        }
        if self.closes_on < self.opens_on {
            wrongs.push(Wrong::body("/closes_on", wrong::ORDER));
        } else if self.closes_on < today && before.is_none_or(|before| before.closes_on != self.closes_on) {
            wrongs.push(Wrong::body("/closes_on", wrong::RANGE));
        }
        if !wrongs.is_empty() {
            return Err(Fault::invalid(wrongs));
        }
        match before {
            Some(before) if before.opens_on <= today && before.opens_on != self.opens_on => {
                Err(Refusal::Begun { opens_on: before.opens_on }.into())
            }
            _ => Ok(()),
        }
    }
}

/// A consultation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consultation {
    /// Grows with each change.
    pub version: i64,
    /// When it is open.
    pub days: Days,
    /// The key that signs its tickets.
    pub key: PublicKey,
}

/// How many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Tickets that were given.
    pub tickets: i64,
    /// Signed opinions.
    pub signed: i64,
    /// Unsigned opinions that are shown.
    pub unsigned: i64,
    /// Of both, those that agree.
    pub agree: i64,
    /// Those that disagree.
    pub disagree: i64,
}

/// What somebody says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Of the directive as a whole.
    pub stance: Stance,
    /// In words.
    pub text: String,
}

/// Who said it and when, of a signed opinion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// The subject of the person's token.
    pub subject: String,
    /// Code of the organization as a member of which it spoke.
    pub organization: OrganizationCode,
    /// When.
    pub given_at: DateTime<Utc>,
}

/// An opinion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opinion {
    /// Id.
    pub id: OpinionId,
    /// On which day it was given.
    pub given_on: NaiveDate,
    /// What it says.
    pub said: Said,
    /// Who signed it; nobody knows of an unsigned one.
    pub author: Option<Author>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn days(opens_on: &str, closes_on: &str) -> Days {
        Days { opens_on: day(opens_on), closes_on: day(closes_on) }
    }

    #[test]
    fn a_consultation_is_open_from_its_first_day_to_its_last() {
        let days = days("2026-01-05", "2026-01-07");
        let phase = |on: &str| days.phase(day(on));
        assert_eq!(
            ["2026-01-04", "2026-01-05", "2026-01-07", "2026-01-08"].map(phase),
            [Phase::Planned, Phase::Open, Phase::Open, Phase::Closed]
        );
        assert!(
            days.must_not_be_over(day("2026-01-04")).is_ok() && days.must_be_open(day("2026-01-04")).is_err()
        );
        assert!(days.must_not_be_over(day("2026-01-08")).is_err());
    }

    #[test]
    fn days_may_move_until_they_have_passed() {
        let today = day("2026-01-05");
        let may = |new: Days, before: Option<Days>| new.may_replace(before, today).is_ok();
        assert!(may(days("2026-01-05", "2026-01-05"), None));
        assert!(
            may(days("2026-01-01", "2026-01-05"), None),
            "what was announced on paper may be entered late"
        );
        assert!(!may(days("2026-01-06", "2026-01-05"), None));
        assert!(!may(days("2026-01-01", "2026-01-04"), None));
        let (planned, begun) = (days("2026-01-06", "2026-01-09"), days("2026-01-04", "2026-01-09"));
        assert!(may(days("2026-01-08", "2026-01-09"), Some(planned)));
        assert!(may(days("2026-01-04", "2026-01-20"), Some(begun)));
        assert!(!may(days("2026-01-03", "2026-01-09"), Some(begun)));
        let over = days("2026-01-01", "2026-01-03");
        assert!(may(over, Some(over)) && may(days("2026-01-01", "2026-01-09"), Some(over)));
    }
}
