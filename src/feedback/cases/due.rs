//! The last days of a case. Pure.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::model::{CaseKind, CaseResult, Instance, Pushed};
use crate::feedback::limits::model::{LimitName, Limits};

/// The last day of something, by which limit, and from which day it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// The limit; none where the case's own system states the day.
    pub limit: Option<LimitName>,
    /// The day on which the time begins.
    pub from: NaiveDate,
    /// The last day; none where no limit is known.
    pub on: Option<NaiveDate>,
}

/// The last days of a case; none of what has no limit, or whose time has not begun.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadlines {
    /// To accept a complaint.
    pub acceptance: Option<Deadline>,
    /// To end the case.
    pub settlement: Option<Deadline>,
    /// To publish the answer.
    pub publication: Option<Deadline>,
}

impl Deadlines {
    /// The last days of a case. One that was known before, by the same limit and from the same day, stays as it was.
    pub fn of(case: &Pushed, before: Option<&Self>, limits: &Limits) -> Self {
        let before = before.copied().unwrap_or_default();
        let by = |wanted: Option<(LimitName, NaiveDate)>, known: Option<Deadline>| {
            let (name, from) = wanted?;
            let same =
                known.filter(|known| (known.limit, known.from) == (Some(name), from) && known.on.is_some());
            let new = || Deadline { limit: Some(name), from, on: limits.last_day(name, from) };
            Some(same.unwrap_or_else(new))
        };
        let stated = case.due_on.map(|on| Deadline { limit: None, from: case.received_on, on: Some(on) });
        let complaint = case.kind == CaseKind::Complaint;
        let acceptance = complaint.then_some((LimitName::ComplaintAcceptance, case.received_on));
        let answered =
            case.ended_on.filter(|_| case.result == Some(CaseResult::Settled) && case.kind.is_opinion());
        let publication = answered.map(|day| (LimitName::OpinionPublication, day));
        Self {
            acceptance: by(acceptance, before.acceptance),
            settlement: stated.or_else(|| by(case.settles_by(), before.settlement)),
            publication: by(publication, before.publication),
        }
    }
}

impl Pushed {
    /// The limit that holds for its end, and the day from which it is counted; none while that has not come.
    fn settles_by(&self) -> Option<(LimitName, NaiveDate)> {
        match self.kind {
            CaseKind::Feedback | CaseKind::Proposal => {
                let refused = self.result == Some(CaseResult::Refused);
                let name = if refused { LimitName::OpinionRefusal } else { LimitName::OpinionSettlement };
                Some((name, self.received_on))
            }
            CaseKind::Complaint => Some((self.complaint_limit(), self.accepted_on?)),
            CaseKind::Denunciation => Some((LimitName::DenunciationSettlement, self.accepted_on?)),
        }
    }

    fn complaint_limit(&self) -> LimitName {
        let (complex, remote) = (self.complex.unwrap_or_default(), self.remote.unwrap_or_default());
        match (self.instance.unwrap_or(Instance::First), remote, complex) {
            (Instance::First, false, false) => LimitName::ComplaintFirst,
            (Instance::First, false, true) => LimitName::ComplaintFirstComplex,
            (Instance::First, true, false) => LimitName::ComplaintFirstRemote,
            (Instance::First, true, true) => LimitName::ComplaintFirstRemoteComplex,
            (Instance::Second, false, false) => LimitName::ComplaintSecond,
            (Instance::Second, false, true) => LimitName::ComplaintSecondComplex,
            (Instance::Second, true, false) => LimitName::ComplaintSecondRemote,
            (Instance::Second, true, true) => LimitName::ComplaintSecondRemoteComplex,
        }
    }
}
