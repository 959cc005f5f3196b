//! What an initiative is, and what must hold of it. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::emulation::persons::StaffReference;
use crate::kpis::percent::Percent;
use crate::platform::input::wrong;
use crate::platform::moment::is_likely;
use crate::platform::{Fault, Wrong};
use crate::{closed_set, code, refusals};

fn is_reference(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphanumeric())
        && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

code! {
    /// Code of an initiative (số đăng ký sáng kiến), given by its organization.
    InitiativeCode, "code-invalid", "^[A-Za-z0-9][A-Za-z0-9._-]*$", 64, "SK-2020-01", is_reference
}

closed_set! {
    /// How far an initiative is recognised to have effect (phạm vi ảnh hưởng). Each includes those before it.
    InitiativeScope, "not-in-set" {
        /// Cấp cơ sở.
        Base = "base",
        /// Cấp bộ, ban, ngành, tỉnh.
        Province = "province",
        /// Toàn quốc.
        National = "national",
    }
}

closed_set! {
    /// How an initiative stands.
    InitiativeState, "not-in-set" {
        /// Đã đăng ký: not decided on.
        Submitted = "submitted",
        /// Được công nhận.
        Recognised = "recognised",
        /// Không được công nhận.
        Declined = "declined",
        /// Đã bị hủy công nhận: no recognition of it is in force any more.
        Revoked = "revoked",
    }
}

refusals! {
    /// Why an initiative is not taken as it is said.
    Refusal {
        /// A recognition would be gone.
        RecognitionKept { on: NaiveDate } = Conflict "initiative-recognition-kept"
            ("A recognition is kept", "Không thể xóa việc công nhận")
            ("The recognition of {on} is recorded: it may be revoked with its day, but neither changed nor left out.",
             "Việc công nhận ngày {on} đã được ghi nhận: có thể hủy công nhận kèm ngày, không được sửa hay bỏ đi."),
        /// Its authors would be others.
        AuthorsKept = Conflict "initiative-authors-kept"
            ("The authors of what was recognised are kept", "Không thể thay đổi tác giả sáng kiến đã được công nhận")
            ("A recognition is recorded: it was given to these authors with these shares.",
             "Sáng kiến đã có quyết định công nhận: tác giả và tỷ lệ đóng góp không được thay đổi."),
    }
}

/// Somebody who thought of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// Who.
    pub staff: StaffReference,
    /// Which part of it is theirs.
    pub share: Percent,
}

/// A decision and its day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The day.
    pub on: NaiveDate,
    /// Its number, as it is written.
    pub decision: String,
}

/// That it was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognition {
    /// How far it has effect.
    pub scope: InitiativeScope,
    /// By which decision.
    pub given: Decided,
    /// By which decision that was taken back.
    pub revoked: Option<Decided>,
}

/// An initiative as its organization says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Initiative {
    /// What it is called.
    pub title: String,
    /// In which field.
    pub field: Option<String>,
    /// When it was submitted.
    pub submitted_on: NaiveDate,
    /// When it was first applied.
    pub applied_on: Option<NaiveDate>,
    /// Who thought of it.
    pub authors: Vec<Author>,
    /// Who recognised it for how far.
    pub recognitions: Vec<Recognition>,
    /// By which decision it was not recognised.
    pub declined: Option<Decided>,
}

impl Initiative {
    /// How it stands.
    pub fn state(&self) -> InitiativeState {
        if self.recognitions.iter().any(|one| one.revoked.is_none()) {
            InitiativeState::Recognised
        } else if !self.recognitions.is_empty() {
            InitiativeState::Revoked
        } else if self.declined.is_some() {
            InitiativeState::Declined
        } else {
            InitiativeState::Submitted
        }
    }

    /// Refuses what cannot be.
    pub fn check(&self, today: NaiveDate) -> Result<(), Fault> {
        let mut wrongs = self.wrong_days(today);
        let mut seen = BTreeSet::new();
        for (place, author) in self.authors.iter().enumerate() {
            if !seen.insert(&author.staff) {
                wrongs.push(Wrong::body(format!("/authors/{place}/staff"), wrong::REPEATED));
            }
            if author.share == Percent::ZERO {
                wrongs.push(Wrong::body(format!("/authors/{place}/share"), wrong::RANGE));
            }
        }
        // Exactly: a third each is 33.333333, 33.333333 and 33.333334.
        if self.authors.iter().map(|author| i128::from(author.share.0)).sum::<i128>()
            != i128::from(Percent::FULL.0)
        {
            wrongs.push(Wrong::body("/authors", wrong::SUM));
        }
        if self.declined.is_some() && !self.recognitions.is_empty() {
            wrongs.push(Wrong::body("/declined", wrong::MISMATCH));
        }
        if wrongs.is_empty() { Ok(()) } else { Err(Fault::invalid(wrongs)) }
    }

    fn wrong_days(&self, today: NaiveDate) -> Vec<Wrong> {
        let mut wrongs = Vec::new();
        let mut look = |at: String, day: NaiveDate, after: NaiveDate| {
            let code = match day {
                day if !is_likely(day) => wrong::RANGE,
                day if day > today => wrong::FUTURE,
                day if day < after => wrong::ORDER,
                _ => return,
            };
            wrongs.push(Wrong::body(at, code));
        };
        look("/submitted_on".to_owned(), self.submitted_on, self.submitted_on);
        if let Some(day) = self.applied_on {
            look("/applied_on".to_owned(), day, day);
        }
        for (place, one) in self.recognitions.iter().enumerate() {
            let on = one.given.on;
            look(format!("/recognitions/{place}/on"), on, self.submitted_on);
            if let Some(revoked) = &one.revoked {
                look(format!("/recognitions/{place}/revocation/on"), revoked.on, on);
            }
        }
        if let Some(declined) = &self.declined {
            look("/declined/on".to_owned(), declined.on, self.submitted_on);
        }
        wrongs.extend(self.overlapping());
        wrongs
    }

    /// Recognitions for which there is another of the same scope in force on their day.
    fn overlapping(&self) -> Vec<Wrong> {
        let holds = |one: &Recognition, on: NaiveDate| {
            one.given.on <= on && one.revoked.as_ref().is_none_or(|revoked| revoked.on > on)
        };
        let repeated = |(place, one): (usize, &Recognition)| {
            let mut others = self.recognitions.iter().enumerate().filter(|(other, _)| *other != place);
            let twice = others.any(|(other, two)| {
                two.scope == one.scope
                    && holds(two, one.given.on)
                    && (two.given.on < one.given.on || other < place)
            });
            twice.then(|| Wrong::body(format!("/recognitions/{place}/scope"), wrong::REPEATED))
        };
        self.recognitions.iter().enumerate().filter_map(repeated).collect()
    }

    /// Whose it is and how much of it, in whatever order they stand.
    fn shares(&self) -> BTreeMap<&StaffReference, i64> {
        self.authors.iter().map(|author| (&author.staff, author.share.0)).collect()
    }

    /// Refuses what would leave out or change a recognition, or a revocation, that is recorded, or to whom it was given.
    pub fn must_keep(&self, before: &Self) -> Result<(), Refusal> {
        if !before.recognitions.is_empty() && self.shares() != before.shares() {
            return Err(Refusal::AuthorsKept);
        }
        for old in &before.recognitions {
            let same = |new: &&Recognition| new.scope == old.scope && new.given == old.given;
            let kept = self.recognitions.iter().filter(same);
            if !kept.into_iter().any(|new| old.revoked.is_none() || new.revoked == old.revoked) {
                return Err(Refusal::RecognitionKept { on: old.given.on });
            }
        }
        Ok(())
    }
}

/// How many initiatives became what in a period.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct InitiativeCounts {
    /// Submitted in the period.
    pub submitted: i64,
    /// Recognised for the first time in the period, of whatever scope and whatever became of it later; each initiative once.
    pub recognised: i64,
    /// Of these, of scope base at most, by what was recognised in the period.
    pub base: i64,
    /// Of these, of scope province at most.
    pub province: i64,
    /// Of these, of national scope.
    pub national: i64,
    /// Not recognised, by a decision in the period.
    pub declined: i64,
    /// Recognitions that were revoked in the period.
    pub revoked: i64,
}

impl InitiativeCounts {
    /// Both together.
    #[must_use]
    pub fn and(self, other: &Self) -> Self {
        Self {
            submitted: self.submitted + other.submitted,
            recognised: self.recognised + other.recognised,
            base: self.base + other.base,
            province: self.province + other.province,
            national: self.national + other.national,
            declined: self.declined + other.declined,
            revoked: self.revoked + other.revoked,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn decided(on: &str) -> Decided {
        Decided { on: day(on), decision: "12/QĐ-SKHCN".to_owned() }
    }

    fn recognition(scope: InitiativeScope, on: &str, revoked: Option<&str>) -> Recognition {
        Recognition { scope, given: decided(on), revoked: revoked.map(decided) }
    }

    fn initiative(shares: &[&str]) -> Initiative {
        let author = |(n, share): (usize, &&str)| Author {
            staff: format!("CB-{n}").parse().unwrap(),
            share: Percent::parse(share).unwrap(),
        };
        Initiative {
            title: "Số hóa hồ sơ".to_owned(),
            field: None,
            submitted_on: day("2020-03-01"),
            applied_on: None,
            authors: shares.iter().enumerate().map(author).collect(),
            recognitions: Vec::new(),
            declined: None,
        }
    }

    fn codes(initiative: &Initiative) -> Vec<&'static str> {
        let fault = initiative.check(day("2021-01-01")).err();
        fault.map(|fault| fault.wrongs.iter().map(|one| one.code).collect()).unwrap_or_default()
    }

    #[test]
    fn shares_sum_to_a_hundred_exactly() {
        for shares in [
            &["100"][..],
            &["60", "40"],
            &["33.333333", "33.333333", "33.333334"],
            &["99.999999", "0.000001"],
        ] {
            assert_eq!(codes(&initiative(shares)), [""; 0], "{shares:?}");
        }
        for shares in
            [&["99.999999"][..], &["60", "40.000001"], &["33.333333", "33.333333", "33.333333"], &[]]
        {
            assert_eq!(codes(&initiative(shares)), ["wrong-sum"], "{shares:?}");
        }
        assert_eq!(codes(&initiative(&["100", "0"])), ["out-of-range"]);
    }

    #[test]
    fn a_scope_is_recognised_once_at_a_time() {
        use InitiativeScope::{Base, Province};
        let of = |recognitions: &[Recognition]| {
            codes(&Initiative { recognitions: recognitions.to_vec(), ..initiative(&["100"]) })
        };
        let first = recognition(Base, "2020-05-01", None);
        assert_eq!(of(&[first.clone(), recognition(Province, "2020-06-01", None)]), [""; 0]);
        assert_eq!(of(&[first.clone(), recognition(Base, "2020-06-01", None)]), ["repeated"]);
        assert_eq!(of(&[first.clone(), first]), ["repeated"]);
        let revoked = recognition(Base, "2020-05-01", Some("2020-05-20"));
        assert_eq!(of(&[revoked, recognition(Base, "2020-06-01", None)]), [""; 0]);
        assert_eq!(of(&[recognition(Base, "2020-02-29", None)]), ["out-of-order"]);
    }

    #[test]
    fn a_recognition_is_revoked_and_never_left_out() {
        let with = |revoked: Option<&str>| Initiative {
            recognitions: vec![recognition(InitiativeScope::Base, "2020-05-01", revoked)],
            ..initiative(&["100"])
        };
        let (given, revoked) = (with(None), with(Some("2020-07-01")));
        assert!(revoked.must_keep(&given).is_ok());
        assert!(initiative(&["100"]).must_keep(&given).is_err());
        assert!(given.must_keep(&revoked).is_err());
        let whose = |shares: &[&str], from: &Initiative| Initiative {
            authors: initiative(shares).authors,
            ..from.clone()
        };
        for shares in [&["60", "40"][..], &["99", "1"]] {
            assert_eq!(whose(shares, &given).must_keep(&given), Err(Refusal::AuthorsKept), "{shares:?}");
            assert!(whose(shares, &given).must_keep(&initiative(&["100"])).is_ok(), "not recognised before");
        }
        let two = whose(&["60", "40"], &given);
        let mut turned = two.clone();
        turned.authors.reverse();
        assert!(turned.must_keep(&two).is_ok(), "the order says nothing");
        assert_eq!(revoked.state(), InitiativeState::Revoked);
    }
}
