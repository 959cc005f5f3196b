//! Which records meet a requirement, and whether they are enough. Pure.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use crate::closed_set;
use crate::emulation::awards::proposals::model::AwardId;
use crate::emulation::awards::ratings::model::Rating;
use crate::emulation::awards::titles::model::{
    AwardForm, AwardTitleId, AwardYear, CapRule, Requirement, RequirementKind, Rule,
};
use crate::emulation::initiatives::model::{InitiativeCode, InitiativeScope};
use crate::organizations::OrganizationCode;

closed_set! {
    /// Why a record does not count.
    EvidenceMiss, "not-in-set" {
        /// It was revoked by the day in question.
        Revoked = "revoked",
        /// It was not decided by the day in question.
        NotYet = "not_yet",
        /// A lower rating, or a narrower scope.
        TooLow = "too_low",
        /// Of a year that is not asked for, or that is too far from the next.
        OtherYear = "other_year",
    }
}

/// A title that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// By which award.
    pub award: AwardId,
    /// Which title.
    pub title: AwardTitleId,
    /// For which year.
    pub year: i32,
    /// When.
    pub decided_on: NaiveDate,
    /// From when on no more; the open end if it was not revoked.
    pub revoked_on: NaiveDate,
}

/// A rating of a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rated {
    /// By which organization.
    pub organization: OrganizationCode,
    /// Of which year.
    pub year: i32,
    /// How the work was done.
    pub rating: Rating,
    /// When that was decided.
    pub decided_on: NaiveDate,
}

/// An initiative that was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// Of which organization.
    pub organization: OrganizationCode,
    /// Its code there.
    pub initiative: InitiativeCode,
    /// How far.
    pub scope: InitiativeScope,
    /// When.
    pub decided_on: NaiveDate,
    /// From when on no more; the open end if it was not revoked.
    pub revoked_on: NaiveDate,
}

/// What is known of somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Titles.
    pub awards: Vec<Held>,
    /// Ratings.
    pub ratings: Vec<Rated>,
    /// Initiatives.
    pub initiatives: Vec<Recognised>,
}

/// What a record is known by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A title.
    Award(AwardId, AwardTitleId),
    /// A rating.
    Rating(OrganizationCode, Rating),
    /// An initiative.
    Initiative(OrganizationCode, InitiativeCode, InitiativeScope),
}

/// A record that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Which.
    pub source: Source,
    /// Of which year.
    pub year: i32,
    /// When it was decided.
    pub decided_on: NaiveDate,
    /// Why it does not count, if it does not.
    pub miss: Option<EvidenceMiss>,
}

/// A requirement that was judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// What was asked for.
    pub requirement: Requirement,
    /// Whether it is met.
    pub met: bool,
    /// What was looked at, by year.
    pub records: Vec<Record>,
}

/// How many of a title a proposing unit has, and may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capped {
    /// The rule.
    pub rule: CapRule,
    /// How many were given the other title.
    pub base: i64,
    /// How many may be given this one.
    pub most: i64,
    /// How many were.
    pub given: i64,
}

impl Capped {
    /// A rule and what it counts.
    pub fn of(rule: CapRule, base: i64, given: i64) -> Self {
        Self { most: rule.most(base), rule, base, given }
    }

    /// Whether there may be one more.
    pub fn is_free(&self) -> bool {
        self.given < self.most
    }
}

/// Whether somebody meets the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Eligibility {
    /// Each condition, with the requirements of which one is enough.
    pub conditions: Vec<Vec<Judged>>,
    /// The title itself, where it was given for this year already.
    pub given: Vec<AwardId>,
    /// What the unit that proposes may be given, where it is told and there is a cap.
    pub cap: Option<Capped>,
}

impl Eligibility {
    /// Whether the title may be given.
    pub fn is_yes(&self) -> bool {
        self.unmet().is_none() && self.given.is_empty() && self.cap.as_ref().is_none_or(Capped::is_free)
    }

    /// The number of the first condition that is not met, from 1.
    pub fn unmet(&self) -> Option<usize> {
        let met = |all: &Vec<Judged>| all.iter().any(|one| one.met);
        self.conditions.iter().position(|all| !met(all)).map(|place| place + 1)
    }
}

/// Judges what is known of somebody by the rules of a title for a year, as it stood at the end of a day.
pub fn judge(
    (id, rule): (&AwardTitleId, &Rule),
    year: AwardYear,
    day: NaiveDate,
    evidence: &Evidence,
    cap: Option<Capped>,
) -> Eligibility {
    let condition = |all: &[Requirement]| all.iter().map(|one| one.judge(year, day, evidence)).collect();
    let again = |held: &&Held| held.title == *id && held.year == year.0 && held.in_force(day);
    let given = evidence.awards.iter().filter(again).map(|held| held.award.clone());
    Eligibility {
        conditions: rule.conditions.iter().map(|one| condition(&one.any_of)).collect(),
        given: if rule.form == AwardForm::Title { given.collect() } else { Vec::new() },
        cap,
    }
}

fn missed(decided_on: NaiveDate, revoked_on: NaiveDate, day: NaiveDate) -> Option<EvidenceMiss> {
    if decided_on > day {
        Some(EvidenceMiss::NotYet)
    } else if revoked_on <= day {
        Some(EvidenceMiss::Revoked)
    } else {
        None
    }
}

impl Held {
    fn in_force(&self, day: NaiveDate) -> bool {
        missed(self.decided_on, self.revoked_on, day).is_none()
    }
}

impl Requirement {
    fn judge(&self, year: AwardYear, day: NaiveDate, evidence: &Evidence) -> Judged {
        let mut records = match self.kind {
            RequirementKind::Title => self.titles(day, &evidence.awards),
            RequirementKind::Rating => self.ratings(day, &evidence.ratings),
            RequirementKind::Initiative => self.initiatives(day, &evidence.initiatives),
        };
        records.sort_by_key(|record| (record.year, record.decided_on));
        let counting = records.iter().filter(|record| record.miss.is_none()).map(|record| record.year);
        let (met, used) = self.run(year, &counting.collect());
        for record in &mut records {
            if record.miss.is_none() && !used.contains(&record.year) {
                record.miss = Some(EvidenceMiss::OtherYear);
            }
        }
        Judged { requirement: self.clone(), met, records }
    }

    /// Whether the years make as many in a row as are asked for, and which of them do: from the last on, each time the latest
    /// that is near enough, which leaves the most for those before it.
    fn run(&self, year: AwardYear, years: &BTreeSet<i32>) -> (bool, BTreeSet<i32>) {
        let mut next = year.0 + i32::from(!self.before);
        let mut used = BTreeSet::new();
        for _ in 0..self.times {
            let before = years.range(..next).next_back();
            let Some(found) = before.filter(|year| next - **year <= self.within) else {
                return (false, used);
            };
            used.insert(*found);
            next = *found;
        }
        (true, used)
    }

    fn titles(&self, day: NaiveDate, all: &[Held]) -> Vec<Record> {
        let of = all.iter().filter(|held| Some(&held.title) == self.title.as_ref());
        let record = |held: &Held| Record {
            source: Source::Award(held.award.clone(), held.title.clone()),
            year: held.year,
            decided_on: held.decided_on,
            miss: missed(held.decided_on, held.revoked_on, day),
        };
        of.map(record).collect()
    }

    fn ratings(&self, day: NaiveDate, all: &[Rated]) -> Vec<Record> {
        let record = |rated: &Rated| {
            let low = Some(rated.rating) < self.rating;
            Record {
                source: Source::Rating(rated.organization.clone(), rated.rating),
                year: rated.year,
                decided_on: rated.decided_on,
                miss: missed(rated.decided_on, NaiveDate::MAX, day).or(low.then_some(EvidenceMiss::TooLow)),
            }
        };
        all.iter().map(record).collect()
    }

    fn initiatives(&self, day: NaiveDate, all: &[Recognised]) -> Vec<Record> {
        let record = |one: &Recognised| {
            let low = Some(one.scope) < self.scope;
            Record {
                source: Source::Initiative(one.organization.clone(), one.initiative.clone(), one.scope),
                year: one.decided_on.year(),
                decided_on: one.decided_on,
                miss: missed(one.decided_on, one.revoked_on, day).or(low.then_some(EvidenceMiss::TooLow)),
            }
        };
        all.iter().map(record).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requirement(times: i32, within: i32, before: bool) -> Requirement {
        Requirement {
            kind: RequirementKind::Title,
            title: Some("base-emulation-fighter".parse().unwrap()),
            rating: None,
            scope: None,
            times,
            within,
            before,
        }
    }

    #[test]
    fn years_in_a_row_end_in_the_year_or_before_it() {
        let met = |times, within, before, years: &[i32]| {
            requirement(times, within, before).run(AwardYear(2020), &years.iter().copied().collect()).0
        };
        assert!(met(3, 1, false, &[2018, 2019, 2020]));
        assert!(!met(3, 1, false, &[2017, 2018, 2019]), "the last is not of the year");
        assert!(met(3, 1, true, &[2017, 2018, 2019]));
        assert!(!met(3, 1, false, &[2017, 2019, 2020]), "2018 is missing");
        assert!(met(2, 3, false, &[2017, 2020]), "three years apart");
        assert!(!met(2, 3, false, &[2016, 2020]));
        assert!(met(1, 3, false, &[2018]) && !met(1, 3, false, &[2017, 2021]));
        assert!(!met(1, 0, false, &[2020]) && !met(1, -1, false, &[2020, 2021]), "no year is so near");
    }
}
