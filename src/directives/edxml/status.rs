//! What became of a document: the nine statuses, who may send which and after what, and the history of them. Pure.
//!
//! The codes are those of QCVN 102:2016/BTTTT as four systems use them. What may follow what is derived from their meaning; no
//! text states it. So a status that comes in out of order is kept and warned of, and only our own are held to the order.

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::package::{DocumentId, Party, Staff};
use super::refusals::Refusal;
use crate::closed_set;
use crate::organizations::OrganizationCode;

closed_set! {
    /// What became of a document.
    StatusCode, "not-in-set" {
        /// Đã đến: the receiver's software has it, nobody has looked at it.
        Arrived = "01",
        /// Từ chối tiếp nhận, with a reason.
        Rejected = "02",
        /// Đã tiếp nhận, vào sổ.
        Accepted = "03",
        /// Phân công xử lý.
        Assigned = "04",
        /// Đang xử lý.
        InProgress = "05",
        /// Hoàn thành.
        Completed = "06",
        /// Yêu cầu lấy lại, with a reason: the sender wants it back.
        RecallAsked = "13",
        /// Đồng ý cập nhật, lấy lại.
        RecallAgreed = "15",
        /// Từ chối cập nhật, lấy lại.
        RecallDenied = "16",
    }
}

/// One of the two ends of a document's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Who sent it.
    Sender,
    /// Who received it.
    Receiver,
}

impl StatusCode {
    /// All of them, in the order of their codes.
    pub const ALL: [Self; 9] = [
        Self::Arrived,
        Self::Rejected,
        Self::Accepted,
        Self::Assigned,
        Self::InProgress,
        Self::Completed,
        Self::RecallAsked,
        Self::RecallAgreed,
        Self::RecallDenied,
    ];

    /// Who may send it.
    pub fn sent_by(self) -> End {
        if self == Self::RecallAsked { End::Sender } else { End::Receiver }
    }

    /// Whether it needs a reason.
    pub fn needs_reason(self) -> bool {
        matches!(self, Self::Rejected | Self::RecallAsked)
    }

    /// Whether nothing but a request to take the document back can follow.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Rejected | Self::Completed | Self::RecallAgreed)
    }

    /// Whether it may follow another, or without one the sending itself. `change` says that what was sent takes back or
    /// updates another document, which the receiver agrees to or not.
    pub fn may_follow(self, before: Option<Self>, change: bool) -> bool {
        use StatusCode::{Accepted, Arrived, Assigned, Completed, InProgress, RecallAsked};
        match self {
            Self::Arrived => before.is_none(),
            Self::Rejected | Self::Accepted => before == Some(Arrived),
            Self::Assigned => before == Some(Accepted),
            Self::InProgress => matches!(before, Some(Accepted | Assigned)),
            Self::Completed => matches!(before, Some(Accepted | Assigned | InProgress)),
            Self::RecallAsked => before.is_none_or(|before| before <= Completed),
            Self::RecallAgreed | Self::RecallDenied => {
                before == Some(RecallAsked) || (change && matches!(before, None | Some(Arrived | Accepted)))
            }
        }
    }
}

/// A message that tells what became of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EdxmlStatus)]
pub struct StatusMessage {
    /// Who tells (`From`): a receiver of the document, or for 13 its sender.
    pub from: Party,
    /// Of which document (`ResponseFor`).
    pub about: About,
    /// Who did it (`StaffInfo`).
    pub staff: Option<Staff>,
    /// What became of it (`StatusCode`).
    pub status: StatusCode,
    /// In words (`Description`); for 02 and 13 the reason.
    pub description: Option<String>,
    /// When (`Timestamp`), by a clock in Viet Nam.
    #[schema(value_type = String, example = "2020-06-22T09:00:00")]
    pub at: NaiveDateTime,
}

/// The document that a status is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EdxmlStatusSubject)]
pub struct About {
    /// Who sent it (`OrganId`).
    pub sender: OrganizationCode,
    /// Its number (`Code`).
    pub number: Option<String>,
    /// Its day (`PromulgationDate`).
    pub issued_on: Option<NaiveDate>,
    /// Its id (`DocumentId`).
    pub document: DocumentId,
}

/// What a document's exchange knows of the agency that sends a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles {
    /// It sent the document.
    pub is_sender: bool,
    /// It received it.
    pub is_receiver: bool,
}

impl StatusMessage {
    /// Refuses a status of a document that was not exchanged (`roles` is none), or that is not this agency's to send.
    pub fn check(&self, roles: Option<Roles>) -> Result<(), Refusal> {
        let Some(roles) = roles else {
            return Err(Refusal::StatusDocument { document: self.about.document.to_string() });
        };
        let allowed = match self.status.sent_by() {
            End::Sender => roles.is_sender,
            End::Receiver => roles.is_receiver,
        };
        if allowed { Ok(()) } else { Err(Refusal::StatusSender { status: self.status.as_str() }) }
    }
}

/// A status as it was received, for one receiver of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What became of the document.
    pub status: StatusCode,
    /// When, by the clock of who sent it.
    pub at: NaiveDateTime,
    /// Who sent it.
    pub by: OrganizationCode,
}

/// What became of a document at one receiver, in the order in which it was heard. Nothing is ever taken out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    entries: Vec<Entry>,
}

/// What an entry did to a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is new, and follows from what was before.
    InOrder,
    /// It is new, but does not follow.
    OutOfOrder,
    /// It is there already.
    Again,
}

impl History {
    /// A history as it was kept.
    pub fn of(entries: Vec<Entry>) -> Self {
        Self { entries }
    }

    /// Everything that was heard, in that order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Adds what was heard, unless it was heard before.
    pub fn add(&mut self, entry: Entry, change: bool) -> Added {
        if self.entries.contains(&entry) {
            return Added::Again;
        }
        let follows = entry.status.may_follow(self.current(), change);
        self.entries.push(entry);
        if follows { Added::InOrder } else { Added::OutOfOrder }
    }

    /// The state it is in now; none as long as nothing was heard.
    ///
    /// Entries count in the order of their moments, and of equal ones in that of receipt. Where nothing but a recall can
    /// follow, nothing else is heard; a recall that was denied leaves the document as it was.
    pub fn current(&self) -> Option<StatusCode> {
        let mut ordered: Vec<&Entry> = self.entries.iter().collect();
        // Stable: receipt decides where the moments do not.
        ordered.sort_by_key(|entry| entry.at);
        let mut current = None;
        let mut before_recall: Option<StatusCode> = None;
        for Entry { status, .. } in ordered {
            let settled = match current {
                Some(StatusCode::RecallDenied) => before_recall,
                other => other,
            };
            if settled.is_some_and(StatusCode::is_final) && *status != StatusCode::RecallAsked {
                continue;
            }
            if *status == StatusCode::RecallAsked && current != Some(StatusCode::RecallAsked) {
                before_recall = settled;
            }
            current = Some(*status);
        }
        current
    }
}

/// Refuses to send a status that does not follow from the one before.
pub fn check_sending(status: StatusCode, before: Option<StatusCode>, change: bool) -> Result<(), Refusal> {
    if status.may_follow(before, change) {
        return Ok(());
    }
    let before = before.map_or("0", |before| before.as_str());
    Err(Refusal::StatusOrder { status: status.as_str(), before })
}

/// Whether a document that was sent before may come again: with the same bytes it is harmless, with others it is refused.
/// Both digests are of the whole message.
pub fn check_again(document: &DocumentId, kept: &str, sent: &str) -> Result<(), Refusal> {
    if kept == sent { Ok(()) } else { Err(Refusal::Resent { document: document.to_string() }) }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use StatusCode::{
        Accepted, Arrived, Assigned, Completed, InProgress, RecallAgreed, RecallAsked, RecallDenied, Rejected,
    };

    /// A history of statuses, each a minute after the one before.
    fn state(statuses: &[StatusCode]) -> Option<StatusCode> {
        let begin = NaiveDate::from_ymd_opt(2020, 6, 22).unwrap().and_hms_opt(9, 0, 0).unwrap();
        let entry = |(minute, status): (i64, &StatusCode)| Entry {
            status: *status,
            at: begin + TimeDelta::minutes(minute),
            by: "H19.09".parse().unwrap(),
        };
        History::of((0..).zip(statuses).map(entry).collect()).current()
    }

    #[test]
    fn the_last_status_counts_but_an_end_stays_one() {
        for (statuses, expected) in [
            (&[][..], None),
            (&[Arrived, Accepted, Assigned, InProgress], Some(InProgress)),
            (&[Accepted, InProgress, Completed, InProgress], Some(Completed)),
            (&[Arrived, Rejected, Accepted], Some(Rejected)),
            (&[Completed, RecallAsked], Some(RecallAsked)),
            (&[Completed, RecallAsked, RecallAgreed, InProgress], Some(RecallAgreed)),
            (&[Accepted, RecallAsked, RecallDenied, InProgress], Some(InProgress)),
            // Denied, it is completed as before.
            (&[Completed, RecallAsked, RecallDenied, InProgress], Some(RecallDenied)),
            (&[Completed, RecallAsked, RecallDenied, RecallAsked, RecallAgreed], Some(RecallAgreed)),
            (&[RecallAgreed, Accepted, RecallAsked], Some(RecallAsked)),
        ] {
            assert_eq!(state(statuses), expected, "{statuses:?}");
        }
    }

    #[test]
    fn of_one_moment_the_last_heard_counts() {
        let at = NaiveDate::from_ymd_opt(2020, 6, 22).unwrap().and_hms_opt(9, 0, 0).unwrap();
        let entry = |status| Entry { status, at, by: "H19.09".parse().unwrap() };
        let mut history = History::default();
        assert_eq!(history.add(entry(Arrived), false), Added::InOrder);
        assert_eq!(history.add(entry(InProgress), false), Added::OutOfOrder);
        assert_eq!(history.add(entry(Accepted), false), Added::OutOfOrder);
        assert_eq!(history.add(entry(Accepted), false), Added::Again);
        assert_eq!((history.current(), history.entries().len()), (Some(Accepted), 3));
    }

    /// The table of the nine: what each may follow, `0` for the sending itself.
    #[test]
    fn each_follows_what_the_table_says() {
        let table = [
            ("01", "0"),
            ("02", "01"),
            ("03", "01"),
            ("04", "03"),
            ("05", "03 04"),
            ("06", "03 04 05"),
            ("13", "0 01 02 03 04 05 06"),
            ("15", "13"),
            ("16", "13"),
        ];
        for (code, allowed) in table {
            let status: StatusCode = code.parse().unwrap();
            for before in std::iter::once(None).chain(StatusCode::ALL.map(Some)) {
                let name = before.map_or("0", |before| before.as_str());
                let expected = allowed.split(' ').any(|one| one == name);
                assert_eq!(status.may_follow(before, false), expected, "{code} after {name}");
                assert_eq!(check_sending(status, before, false).is_ok(), expected);
            }
        }
        assert!(RecallAgreed.may_follow(None, true) && RecallDenied.may_follow(Some(Arrived), true));
        assert_eq!(StatusCode::ALL.iter().filter(|code| code.sent_by() == End::Sender).count(), 1);
    }
}
