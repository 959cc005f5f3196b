//! A short check of understanding: its questions, and how many answers are right. Pure.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::platform::input::wrong;
use crate::platform::text::folded;
use crate::platform::{Fault, Wrong};

/// How often a person may try on one day. It slows guessing and does not end it: three guesses at one question of four options are
/// right three times in four, while five such questions have 1,024 answers. A check that is to tell something asks several.
pub const TRIES_A_DAY: i64 = 3;

/// An answer to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What it says.
    pub text: String,
    /// Whether it is right.
    pub right: bool,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// What is asked.
    pub text: String,
    /// The answers to choose from, at least one of them right.
    pub options: Vec<Choice>,
}

/// A check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The questions.
    pub questions: Vec<Question>,
    /// How many right answers pass.
    pub pass_mark: i32,
}

/// A check as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The version.
    pub version: i64,
    /// When it was set.
    pub set_at: DateTime<Utc>,
    /// What it asks.
    pub check: Check,
}

/// What a person answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answers {
    /// Which version of the check it saw.
    pub version: i64,
    /// For each question the options it chose, the first being 1.
    pub chosen: Vec<Vec<i32>>,
}

/// A try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The person's first, second, third … with this directive.
    pub seq: i32,
    /// Which version of the check was tried.
    pub check_version: i64,
    /// When.
    pub made_at: DateTime<Utc>,
    /// On which day in Viet Nam.
    pub made_on: NaiveDate,
    /// How many answers were right.
    pub score: i32,
    /// Of how many.
    pub questions: i32,
    /// Whether that was enough.
    pub passed: bool,
}

impl Check {
    /// What is wrong with it: a question without a right option, one with the same option twice, a mark that nobody reaches.
    pub fn wrongs(&self) -> Vec<Wrong> {
        let mut wrongs = Vec::new();
        for (index, question) in self.questions.iter().enumerate() {
            if !question.options.iter().any(|option| option.right) {
                wrongs.push(Wrong::body(format!("/questions/{index}/options"), wrong::RULE));
            }
            let mut seen = BTreeSet::new();
            for (place, option) in question.options.iter().enumerate() {
                if !seen.insert(folded(&option.text)) {
                    let at = format!("/questions/{index}/options/{place}/text");
                    wrongs.push(Wrong::body(at, wrong::REPEATED));
                }
            }
        }
        if self.pass_mark > self.size() {
            wrongs.push(Wrong::body("/pass_mark", wrong::RANGE));
        }
        wrongs
    }

    /// How many questions there are.
    pub fn size(&self) -> i32 {
        i32::try_from(self.questions.len()).unwrap_or(i32::MAX)
    }

    /// How many questions were answered with exactly the right options. Refuses answers that do not fit the questions.
    pub fn score(&self, chosen: &[Vec<i32>]) -> Result<i32, Fault> {
        if chosen.len() != self.questions.len() {
            return Err(Fault::invalid(vec![Wrong::body("/check/answers", wrong::ITEMS)]));
        }
        let mut wrongs = Vec::new();
        let mut right = 0;
        for (index, (question, chosen)) in self.questions.iter().zip(chosen).enumerate() {
            for (place, number) in chosen.iter().enumerate() {
                if usize::try_from(*number).is_ok_and(|number| number > question.options.len()) {
                    let at = format!("/check/answers/{index}/{place}");
                    wrongs.push(Wrong::body(at, wrong::RANGE));
                }
            }
            let numbered = (1..).zip(&question.options);
            let expected: BTreeSet<i32> =
                numbered.filter(|(_, option)| option.right).map(|(n, _)| n).collect();
            right += i32::from(chosen.iter().copied().collect::<BTreeSet<_>>() == expected);
        }
        if wrongs.is_empty() { Ok(right) } else { Err(Fault::invalid(wrongs)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(options: &[(&str, bool)]) -> Question {
        let choice = |(text, right): &(&str, bool)| Choice { text: (*text).to_owned(), right: *right };
        Question { text: "?".to_owned(), options: options.iter().map(choice).collect() }
    }

    fn check() -> Check {
        let one = question(&[("a", false), ("b", true), ("c", false)]);
        let two = question(&[("a", true), ("b", true), ("c", false)]);
        Check { questions: vec![one, two], pass_mark: 2 }
    }

    #[test]
    fn an_answer_is_right_when_it_is_all_that_is_right_and_nothing_else() {
        let score = |one: &[i32], two: &[i32]| check().score(&[one.to_vec(), two.to_vec()]).unwrap();
        assert_eq!(score(&[2], &[1, 2]), 2);
        assert_eq!(score(&[2], &[2, 1]), 2);
        assert_eq!(score(&[2], &[1]), 1);
        assert_eq!(score(&[2, 3], &[1, 2, 3]), 0);
        assert_eq!(score(&[], &[]), 0);
        assert!(check().score(&[vec![2]]).is_err());
        assert!(check().score(&[vec![4], vec![1]]).is_err());
    }

    #[test]
    fn a_check_can_be_passed_and_failed() {
        assert!(check().wrongs().is_empty());
        assert_eq!(Check { pass_mark: 3, ..check() }.wrongs().len(), 1);
        let never = question(&[("a", false), ("b", false)]);
        let twice = question(&[("Có", true), ("CO", false)]);
        let bad = Check { questions: vec![never, twice], pass_mark: 1 };
        let places: Vec<_> = bad.wrongs().into_iter().map(|wrong| (wrong.place, wrong.code)).collect();
        assert_eq!(places.len(), 2);
        assert_eq!([places[0].1, places[1].1], [wrong::RULE, wrong::REPEATED]);
    }
}
