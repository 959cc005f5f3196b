//! Summing up ratings.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

use super::model::Scores;
use super::store;
use crate::feedback::units;
use crate::kpis::figures::store::Root;
use crate::kpis::periods::spans::Span;
use crate::kpis::suppression::shown;
use crate::organizations::{OrganizationCode, OrganizationId, Reach, When, find_at};
use crate::platform::{Conn, Fault};

/// How a question was answered: how often, and by which scores unless those are left out.
pub struct Answers {
    /// How often.
    pub n: i64,
    /// By which scores.
    pub scores: Option<Scores>,
}

/// A question with how it was answered in each row, and in all of them.
pub struct Question {
    /// Its number; 0 is the overall answer.
    pub number: i32,
    /// In each row.
    pub rows: Vec<Answers>,
    /// In all of them.
    pub total: Answers,
}

/// The ratings of a period: the organization itself and each right below it, and the questions. What few answered is counted, but
/// not by which scores; nor is what would tell it by subtraction.
///
/// Refuses an organization out of reach (404).
pub fn sum_up(
    conn: &mut Conn,
    reach: &Reach,
    code: &OrganizationCode,
    (span, today): (&Span, NaiveDate),
    least: i64,
) -> Result<(Vec<Root>, Vec<Question>), Fault> {
    let top = find_at(conn, reach, code.as_str(), When::Now(today))?;
    let mut answered: BTreeMap<i32, HashMap<OrganizationId, Scores>> = BTreeMap::new();
    let mut rated: BTreeSet<OrganizationId> = BTreeSet::new();
    for row in store::answered(conn, top, span.days())? {
        rated.insert(row.root);
        let scores = answered.entry(row.question).or_default().entry(row.root).or_default();
        if let Some(n) = usize::try_from(row.score).ok().and_then(|score| scores.0.get_mut(score)) {
            *n += row.n;
        }
    }
    let roots = units::rows(conn, top, (span, today), |id| rated.contains(&id))?;
    let questions = answered.into_iter().map(|(number, by_root)| {
        let of = |root: &Root| by_root.get(&root.id).copied().unwrap_or_default();
        question(number, &roots.iter().map(of).collect::<Vec<_>>(), least)
    });
    let questions = questions.collect();
    Ok((roots, questions))
}

fn question(number: i32, rows: &[Scores], least: i64) -> Question {
    let counted: Vec<Vec<i64>> = rows.iter().map(|scores| vec![scores.n()]).collect();
    let told = shown(&counted, least);
    let answers =
        |scores: Scores, is_told: bool| Answers { n: scores.n(), scores: is_told.then_some(scores) };
    let mut total = Scores::default();
    for scores in rows {
        total.0.iter_mut().zip(scores.0).for_each(|(sum, n)| *sum += n);
    }
    let rows = rows.iter().zip(&told.rows).map(|(scores, is_told)| answers(*scores, *is_told)).collect();
    Question { number, rows, total: answers(total, told.total) }
}
