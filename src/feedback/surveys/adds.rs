//! What a survey adds to the ledger: its answers, on its last day. Pure.

use super::model::Pushed;
use crate::kpis::counters::model::{Counter, Entry};
use crate::organizations::OrganizationId;

/// What it adds.
pub fn adds(organization: OrganizationId, survey: &Pushed) -> Vec<Entry> {
    let (day, answers) = (survey.ended_on, survey.answers);
    let entry = |(counter, n): (Counter, u32)| {
        let n = i32::try_from(n).unwrap_or(i32::MAX);
        Entry { organization, counter, day, n }
    };
    let counts = [(Counter::SurveyAnswers, answers.all()), (Counter::SurveySatisfied, answers.positive())];
    counts.into_iter().filter(|(_, n)| *n > 0).map(entry).collect()
}
