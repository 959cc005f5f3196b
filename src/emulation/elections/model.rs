//! What an election is, and who is elected. Pure.

use std::cmp::Ordering;

use chrono::{DateTime, NaiveDate, Utc};

use crate::emulation::movements::words::{GroupCode, MovementCode};
use crate::emulation::nominations::model::{Nomination, NominationId};
use crate::emulation::persons::{Decision, PublicPerson, StaffReference};
use crate::kpis::percent::{Percent, Ratio};
use crate::kpis::periods::model::{Period, Scheme};
use crate::organizations::{OrganizationCode, OrganizationId};
use crate::platform::input::wrong;
use crate::platform::{Fault, Wrong};
use crate::{refusals, uuid};

uuid! {
    /// Id of an election.
    ElectionId, "0199b2c4-5d6e-7f80-9123-456789abcde2"
}

refusals! {
    /// Why an election is refused.
    Refusal {
        /// There is one.
        Elected = Conflict "face-elected-already"
            ("A face was elected in this group and round already", "Khối này trong đợt này đã có gương mặt được bình chọn")
            ("One face is elected in a group and round; the election that stands must be revoked first.", "Mỗi khối trong một đợt chỉ có một gương mặt; phải hủy kết quả hiện có trước."),
        /// Not the most votes.
        NotMost { votes: i32, most: i32 } = Invalid "face-without-most-votes"
            ("Somebody else has more votes", "Có người được nhiều phiếu hơn")
            ("The face elected has {votes} votes, another one {most}.", "Gương mặt được chọn có {votes} phiếu, người khác có {most} phiếu."),
        /// As many votes as another.
        Tied { votes: i32 } = Invalid "face-tied"
            ("Somebody else has as many votes", "Có người được số phiếu bằng nhau")
            ("The face elected has {votes} votes, and so has another one: the council votes again.",
             "Gương mặt được chọn có {votes} phiếu, bằng số phiếu của người khác: hội đồng phải bỏ phiếu lại."),
        /// Too few votes.
        TooFew { votes: i32, members: i32 } = Invalid "face-votes-too-few"
            ("Too few members of the council voted for the face", "Không đủ số thành viên hội đồng tán thành")
            ("{votes} of all {members} members of the council are less than the movement asks for.", "{votes} trên tổng số {members} thành viên hội đồng chưa đạt tỷ lệ mà phong trào quy định."),
        /// Revoked.
        Revoked { day: NaiveDate } = Conflict "election-revoked"
            ("The election was revoked", "Kết quả bình chọn đã bị hủy")
            ("The election was revoked on {day}.", "Kết quả bình chọn đã bị hủy ngày {day}."),
    }
}

/// Members of the council who voted for somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Votes {
    /// For whom.
    pub nomination: NominationId,
    /// How many.
    pub votes: i32,
}

/// An election as a caller says it.
#[derive(Clone, Debug)]
pub struct Said {
    /// The movement.
    pub movement: MovementCode,
    /// The round.
    pub round: Period,
    /// The group.
    pub group: GroupCode,
    /// On which day; without it, today.
    pub held_on: Option<NaiveDate>,
    /// All members of the council, absent ones too.
    pub council_members: i32,
    /// Blank and invalid ballots.
    pub blank: i32,
    /// Who was voted for; each member votes for one.
    pub ballot: Vec<Votes>,
    /// Who is elected: the one with most votes.
    pub elected: NominationId,
}

impl Said {
    /// The one who is elected. `known` are the nominations of this race, `least` the share of all members that is needed.
    ///
    /// Refuses what does not add up, who does not stand in this race, and who has not enough votes.
    pub fn elect<'a>(
        &self,
        known: &'a [Nomination],
        least: Option<Percent>,
        today: NaiveDate,
    ) -> Result<(&'a Nomination, i32), Fault> {
        let wrongs = self.wrongs(known, today);
        if !wrongs.is_empty() {
            return Err(Fault::invalid(wrongs));
        }
        let missing = || Fault::invalid(vec![Wrong::body("/elected", wrong::MISSING)]);
        let own = self.ballot.iter().find(|votes| votes.nomination == self.elected).ok_or_else(missing)?;
        let elected = known.iter().find(|known| known.id == self.elected).ok_or_else(missing)?;
        let others = self.ballot.iter().filter(|votes| votes.nomination != self.elected);
        let most = others.map(|votes| votes.votes).max().unwrap_or_default();
        if own.votes < most {
            return Err(Refusal::NotMost { votes: own.votes, most }.into());
        }
        let share = Ratio { numerator: i64::from(own.votes), denominator: i64::from(self.council_members) };
        if own.votes == 0 || least.is_some_and(|least| share.compare(least) == Ordering::Less) {
            return Err(Refusal::TooFew { votes: own.votes, members: self.council_members }.into());
        }
        if own.votes == most {
            return Err(Refusal::Tied { votes: own.votes }.into());
        }
        Ok((elected, own.votes))
    }

    fn wrongs(&self, known: &[Nomination], today: NaiveDate) -> Vec<Wrong> {
        let mut wrongs = Vec::new();
        let mut wrong = |at: String, code| wrongs.push(Wrong::body(at, code));
        let held_on = self.held_on.unwrap_or(today);
        for (place, votes) in self.ballot.iter().enumerate() {
            let at = || format!("/votes/{place}/nomination");
            if self.ballot.iter().take(place).any(|before| before.nomination == votes.nomination) {
                wrong(at(), wrong::REPEATED);
            }
            match known.iter().find(|known| known.id == votes.nomination) {
                None => wrong(at(), wrong::MISSING),
                // Who withdrew later stood on the day.
                Some(known) if known.content.withdrawn_on.is_some_and(|day| day <= held_on) => {
                    wrong(at(), wrong::MISMATCH);
                }
                Some(_) => {}
            }
        }
        let cast: i64 = self.ballot.iter().map(|votes| i64::from(votes.votes)).sum();
        if cast + i64::from(self.blank) > i64::from(self.council_members) {
            wrong("/council_members".to_owned(), wrong::SUM);
        }
        match self.held_on {
            Some(day) if day > today => wrong("/held_on".to_owned(), wrong::FUTURE),
            Some(day) if day < self.round.first_day(Scheme::Calendar) => {
                wrong("/held_on".to_owned(), wrong::ORDER);
            }
            _ => {}
        }
        wrongs
    }
}

/// An election.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Election {
    /// Id.
    pub id: ElectionId,
    /// Grows with each change.
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// The movement.
    pub movement: MovementCode,
    /// The round.
    pub round: Period,
    /// The group.
    pub group: GroupCode,
    /// 0 for the one that stands, else its place among those that were revoked.
    pub place: i32,
    /// On which day.
    pub held_on: NaiveDate,
    /// All members of the council.
    pub council_members: i32,
    /// Blank and invalid ballots.
    pub blank: i32,
    /// Who is elected.
    pub elected: NominationId,
    /// By how many votes.
    pub votes: i32,
    /// The organization of who is elected.
    pub organization: OrganizationId,
    /// The same, by code.
    pub organization_code: OrganizationCode,
    /// Who is elected, by the staff reference.
    pub person: StaffReference,
    /// The decision that makes the person public.
    pub decision: Option<Decision>,
    /// The person, as the decision makes it public.
    pub public: Option<PublicPerson>,
    /// On which day it was revoked.
    pub revoked_on: Option<NaiveDate>,
    /// By which decision.
    pub revoked_by: Option<Decision>,
}

impl Election {
    /// Whether it stands. Refuses one that was revoked.
    pub fn stands(&self) -> Result<(), Refusal> {
        self.revoked_on.map_or(Ok(()), |day| Err(Refusal::Revoked { day }))
    }

    /// The share of all members of the council, in percent with two decimals.
    pub fn percent(&self) -> Option<Percent> {
        Ratio { numerator: i64::from(self.votes), denominator: i64::from(self.council_members) }.rounded(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emulation::nominations::model::Content;

    fn id(number: usize) -> NominationId {
        format!("0199b2c4-5d6e-7f80-9123-{number:012}").parse().unwrap()
    }

    fn nomination(number: usize, withdrawn: bool) -> Nomination {
        let at = DateTime::from_timestamp(1_600_000_000, 0).unwrap();
        Nomination {
            id: id(number),
            version: 1,
            created_at: at,
            updated_at: at,
            organization: OrganizationId(1),
            content: Content {
                movement: "m".parse().unwrap(),
                round: "2020-06".parse().unwrap(),
                group: "g".parse().unwrap(),
                organization: "H19".parse().unwrap(),
                person: format!("cb-{number}").parse().unwrap(),
                withdrawn_on: withdrawn.then(|| "2020-06-20".parse().unwrap()),
            },
            votes: None,
        }
    }

    /// What becomes of votes of a council of so many members for the first to the last, when one of them is named.
    fn outcome(members: i32, blank: i32, votes: &[i32], elected: usize, least: Option<i64>) -> String {
        let known: Vec<Nomination> = (0..4).map(|number| nomination(number, number == 3)).collect();
        let ballot =
            votes.iter().enumerate().map(|(number, votes)| Votes { nomination: id(number), votes: *votes });
        let said = Said {
            movement: "m".parse().unwrap(),
            round: "2020-06".parse().unwrap(),
            group: "g".parse().unwrap(),
            held_on: Some("2020-06-25".parse().unwrap()),
            council_members: members,
            blank,
            ballot: ballot.collect(),
            elected: id(elected),
        };
        let least = least.map(|percent| Percent(percent * 1_000_000));
        match said.elect(&known, least, "2026-01-05".parse().unwrap()) {
            Ok((elected, votes)) => format!("{} by {votes}", elected.content.person),
            Err(fault) => {
                fault.wrongs.first().map_or(fault.kind.code.to_owned(), |wrong| wrong.code.to_owned())
            }
        }
    }

    #[test]
    fn the_face_has_most_votes_and_enough_of_all_members() {
        assert_eq!(outcome(9, 0, &[5, 4], 0, None), "cb-0 by 5");
        assert_eq!(outcome(9, 0, &[5, 4], 1, None), "face-without-most-votes");
        assert_eq!(outcome(9, 1, &[4, 4], 1, None), "face-tied");
        assert_eq!(outcome(9, 0, &[4, 1, 4], 0, None), "face-tied");
        assert_eq!(outcome(9, 0, &[3, 3, 3], 2, None), "face-tied");
        assert_eq!(outcome(9, 9, &[0, 0], 0, None), "face-votes-too-few");
        assert_eq!(outcome(9, 0, &[5, 5], 0, None), "wrong-sum");
        assert_eq!(outcome(9, 1, &[5, 4], 0, None), "wrong-sum", "a blank ballot is a ballot");
        assert_eq!(outcome(9, 0, &[5, 4], 2, None), "not-found", "nobody voted on the third");
        assert_eq!(outcome(9, 0, &[5, 2, 1, 1], 0, None), "mismatch", "the fourth withdrew");
        assert_eq!(outcome(9, 0, &[5, 2, 1, 0, 0], 0, None), "mismatch");
    }

    /// Two thirds of ten are seven, of nine six: those who are absent count.
    #[test]
    fn votes_are_counted_over_all_members() {
        for (members, votes, least, elected) in [
            (10, 6, 60, true),
            (10, 6, 61, false),
            (9, 5, 55, true),
            (9, 5, 56, false),
            (3, 2, 66, true),
            (3, 2, 67, false),
            (10, 10, 100, true),
        ] {
            let told = outcome(members, 0, &[votes], 0, Some(least));
            assert_eq!(
                told == format!("cb-0 by {votes}"),
                elected,
                "{votes} of {members} for {least} %: {told}"
            );
        }
    }
}
