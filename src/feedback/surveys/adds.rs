//! What a survey adds to the ledger: its answers, on its last day. Pure.

use super::model::Kept;
use crate::kpis::counters::model::{Counter, Entry};

/// What it adds.
pub fn adds(kept: &Kept) -> Vec<Entry> {
    let (organization, day, answers) = (kept.organization, kept.survey.ended_on, kept.survey.answers);
    let entry = |(counter, n): (Counter, u32)| {
        let n = i32::try_from(n).unwrap_or(i32::MAX);
        Entry { organization, counter, day, n }
    };
    let counts = [(Counter::SurveyAnswers, answers.all()), (Counter::SurveySatisfied, answers.positive())];
    counts.into_iter().filter(|(_, n)| *n > 0).map(entry).collect()
}
