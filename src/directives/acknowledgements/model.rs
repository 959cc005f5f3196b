//! How far a person came with a directive, and why a step is refused. Pure.

use chrono::{DateTime, Utc};

use super::check::Answers;
use crate::kpis::counters::model::{Counter, Entry};
use crate::organizations::{OrganizationCode, OrganizationId};
use crate::platform::clock::local_day;
use crate::platform::input::wrong;
use crate::platform::{Fault, Wrong};
use crate::{closed_set, refusals};

closed_set! {
    /// How far a person came with a directive. Each step implies those before it.
    Step, "not-in-set" {
        /// Đã nhận: it is where the person can open it.
        Delivered = "delivered",
        /// Đã mở.
        Opened = "opened",
        /// Đã đọc.
        Read = "read",
        /// Đã quán triệt: by passing the check, where there is one, else by saying so.
        Understood = "understood",
    }
}

refusals! {
    /// Why an acknowledgement or a check is refused.
    Refusal {
        /// An organization that has nothing to do with it.
        NotConcerned { organization: OrganizationCode } = Forbidden "directive-not-concerning"
            ("The directive does not concern the organization", "Văn bản không liên quan đến tổ chức")
            ("The directive was not issued by, registered by or assigned to {organization}, one above it or one below it, and is not public.",
             "Văn bản không do {organization} hoặc tổ chức cấp trên, cấp dưới ban hành, vào sổ hay được giao, và không công khai."),
        /// It was acknowledged as a member of another organization.
        ForAnother { organization: OrganizationCode } = Conflict "acknowledged-for-another"
            ("The directive was acknowledged for another organization", "Văn bản đã được tiếp nhận với tư cách thành viên tổ chức khác")
            ("You acknowledged this directive as a member of {organization}; go on for that one.", "Bạn đã tiếp nhận văn bản này với tư cách thành viên {organization}; hãy tiếp tục với tổ chức đó."),
        /// There is a check, and it was not answered.
        CheckNeeded { version: i64 } = Conflict "check-needed"
            ("The directive has a check", "Văn bản có bài kiểm tra")
            ("Who understood it answers check {version}, at /check of the directive.", "Để xác nhận đã quán triệt, hãy trả lời bài kiểm tra {version}, tại /check của văn bản."),
        /// Another version of the check was answered.
        CheckChanged { version: i64 } = Conflict "check-changed"
            ("The check is another one now", "Bài kiểm tra đã thay đổi")
            ("The check is now version {version}.", "Bài kiểm tra hiện là phiên bản {version}."),
        /// No more tries today.
        TriesUsed { tries: i64 } = Conflict "check-tries-used"
            ("No more tries today", "Đã hết lượt trả lời trong ngày")
            ("A check may be tried {tries} times a day; go on tomorrow.", "Mỗi ngày được trả lời {tries} lần; hãy tiếp tục vào ngày mai."),
    }
}

/// What a person says of itself.
#[derive(Clone, Debug)]
pub struct Said {
    /// How far it came.
    pub step: Step,
    /// As a member of which organization.
    pub organization: OrganizationCode,
    /// For how many seconds it read.
    pub seconds: Option<i32>,
    /// Its answers to the check.
    pub answers: Option<Answers>,
}

impl Said {
    /// Refuses what does not go with the step.
    pub fn check(&self) -> Result<(), Fault> {
        let mut wrongs = Vec::new();
        if self.seconds.is_some() && self.step < Step::Read {
            wrongs.push(Wrong::body("/seconds", wrong::MISMATCH));
        }
        if self.answers.is_some() && self.step != Step::Understood {
            wrongs.push(Wrong::body("/check", wrong::MISMATCH));
        }
        if wrongs.is_empty() { Ok(()) } else { Err(Fault::invalid(wrongs)) }
    }
}

/// How far a person came with a directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledgement {
    /// The subject of the person's token.
    pub subject: String,
    /// The organization as a member of which it acknowledged.
    pub organization_id: OrganizationId,
    /// That organization's code.
    pub organization: OrganizationCode,
    /// When it was delivered.
    pub delivered_at: DateTime<Utc>,
    /// When it was opened.
    pub opened_at: Option<DateTime<Utc>>,
    /// When it was read.
    pub read_at: Option<DateTime<Utc>>,
    /// For how long.
    pub read_seconds: Option<i32>,
    /// When it was understood.
    pub understood_at: Option<DateTime<Utc>>,
    /// By passing which check.
    pub check_version: Option<i64>,
}

impl Acknowledgement {
    /// A directive that was just delivered.
    pub fn delivered(
        subject: &str,
        (organization_id, organization): (OrganizationId, OrganizationCode),
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            subject: subject.to_owned(),
            organization_id,
            organization,
            delivered_at: now,
            opened_at: None,
            read_at: None,
            read_seconds: None,
            understood_at: None,
            check_version: None,
        }
    }

    /// What it adds to the ledger: one person to each step that is counted, on the day on which it was taken.
    pub fn adds(&self) -> Vec<Entry> {
        let steps = [
            (Counter::DirectivesDelivered, Some(self.delivered_at)),
            (Counter::DirectivesRead, self.read_at),
            (Counter::DirectivesUnderstood, self.understood_at),
        ];
        let organization = self.organization_id;
        let entry = |(counter, at): (Counter, Option<_>)| {
            Some(Entry { organization, counter, day: local_day(at?), n: 1 })
        };
        steps.into_iter().filter_map(entry).collect()
    }

    /// How far the person came.
    pub fn step(&self) -> Step {
        match (self.opened_at, self.read_at, self.understood_at) {
            (_, _, Some(_)) => Step::Understood,
            (_, Some(_), None) => Step::Read,
            (Some(_), None, None) => Step::Opened,
            (None, None, None) => Step::Delivered,
        }
    }

    /// Takes a step, and those before it that were not taken; one that was taken stays as it is.
    pub fn take(&mut self, step: Step, seconds: Option<i32>, now: DateTime<Utc>) {
        if step >= Step::Opened {
            self.opened_at.get_or_insert(now);
        }
        if step >= Step::Read && self.read_at.is_none() {
            (self.read_at, self.read_seconds) = (Some(now), seconds);
        }
        if step >= Step::Understood {
            self.understood_at.get_or_insert(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: u32) -> DateTime<Utc> {
        format!("2026-01-05T{hour:02}:00:00Z").parse().unwrap()
    }

    fn delivered() -> Acknowledgement {
        Acknowledgement::delivered("ann", (OrganizationId(1), "H19.06".parse().unwrap()), at(1))
    }

    #[test]
    fn a_step_implies_those_before_it_and_is_taken_once() {
        let mut one = delivered();
        assert_eq!(one.step(), Step::Delivered);
        one.take(Step::Read, Some(40), at(2));
        assert_eq!((one.step(), one.opened_at, one.read_at), (Step::Read, Some(at(2)), Some(at(2))));
        let before = one.clone();
        for again in [Step::Delivered, Step::Opened, Step::Read] {
            one.take(again, Some(99), at(3));
            assert_eq!(one, before, "{again}");
        }
        one.take(Step::Understood, None, at(4));
        assert_eq!((one.read_at, one.read_seconds, one.understood_at), (Some(at(2)), Some(40), Some(at(4))));
    }

    #[test]
    fn a_person_counts_once_for_each_counted_step_on_its_day_in_viet_nam() {
        let mut one = delivered();
        let added = |one: &Acknowledgement| {
            one.adds().into_iter().map(|e| (e.counter, e.day.to_string(), e.n)).collect::<Vec<_>>()
        };
        let first = (Counter::DirectivesDelivered, "2026-01-05".to_owned(), 1);
        assert_eq!(added(&one), std::slice::from_ref(&first));
        one.take(Step::Opened, None, at(2));
        assert_eq!(added(&one), std::slice::from_ref(&first), "who only opened it is in no counter");
        // 17:00 UTC is the next day there.
        one.take(Step::Understood, None, at(17));
        let next = |counter| (counter, "2026-01-06".to_owned(), 1);
        assert_eq!(added(&one), [first, next(Counter::DirectivesRead), next(Counter::DirectivesUnderstood)]);
    }

    #[test]
    fn seconds_go_with_reading_and_answers_with_understanding() {
        let said = |step, seconds, answers: bool| {
            let answers = answers.then(|| Answers { version: 1, chosen: Vec::new() });
            Said { step, organization: "H19".parse().unwrap(), seconds, answers }.check().is_ok()
        };
        assert!(said(Step::Read, Some(1), false) && said(Step::Understood, Some(1), true));
        assert!(!said(Step::Opened, Some(1), false) && !said(Step::Read, None, true));
    }
}
