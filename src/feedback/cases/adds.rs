//! What a case adds to the ledger: feedback and proposals only. Complaints and denunciations are counted by letters, in the
//! slice's own table; what is in the ledger can be asked for down to its records. Pure.

use chrono::NaiveDate;

use super::held::Held;
use super::model::CaseResult;
use crate::kpis::counters::model::{Counter, Entry};
use crate::organizations::OrganizationId;
use crate::platform::OPEN_END;

/// What it adds.
pub fn adds(organization: OrganizationId, Held { case, deadlines }: &Held) -> Vec<Entry> {
    let mut entries = Vec::new();
    if !case.kind.is_opinion() {
        return entries;
    }
    let mut add = |counter: Counter, day: NaiveDate, n: i32| {
        entries.push(Entry { organization, counter, day, n });
    };
    let ended_on = case.ended_on.unwrap_or(OPEN_END);
    if case.result == Some(CaseResult::Settled) {
        add(Counter::FeedbackHandled, ended_on, 1);
        if case.published_on.is_some() {
            add(Counter::FeedbackPublished, ended_on, 1);
        }
    }
    // Without a last day nobody can say whether it was kept.
    let Some(due_on) = deadlines.settlement.and_then(|deadline| deadline.on) else { return entries };
    let late_from = due_on.succ_opt().unwrap_or(OPEN_END).clamp(case.received_on, ended_on);
    for (counter, from, to) in [
        (Counter::FeedbackOpenWithin, case.received_on, late_from),
        (Counter::FeedbackOpenPast, late_from, ended_on),
    ] {
        if from < to {
            add(counter, from, 1);
            if to < OPEN_END {
                add(counter, to, -1);
            }
        }
    }
    // Who takes a case back, or it ends for another reason, was not kept waiting for an answer.
    let unanswered = matches!(case.result, None | Some(CaseResult::Withdrawn | CaseResult::Discontinued));
    if !unanswered {
        add(if ended_on > due_on { Counter::FeedbackLate } else { Counter::FeedbackOnTime }, ended_on, 1);
    }
    entries
}
