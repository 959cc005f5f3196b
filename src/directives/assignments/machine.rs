//! The one machine of states of an assignment: what may happen in which state, by whom, and where it leads. Pure.
//!
//! | event | by | from | to | code |
//! |---|---|---|---|---|
//! | assign | assigner | – | arrived | 01 Đã đến |
//! | refuse | doer | arrived | refused | 02 Từ chối tiếp nhận |
//! | accept | doer | arrived | accepted | 03 Đã tiếp nhận, vào sổ |
//! | delegate | doer | accepted | delegated | 04 Phân công xử lý |
//! | delegate | doer | delegated, in progress | the same | – |
//! | start, progress | doer | accepted, delegated | in progress | 05 Đang xử lý |
//! | start, progress | doer | in progress | in progress | – |
//! | report | doer | accepted, delegated, in progress | reported | 06 Hoàn thành |
//! | return | assigner | reported | in progress | – |
//! | confirm | assigner | reported | done | – (06 stands) |
//! | request, grant, decline an extension | doer, assigner, assigner | accepted, delegated, in progress | the same | – |
//! | recall | assigner | arrived … reported | recall requested | 13 Yêu cầu lấy lại |
//! | agree to recall | doer | recall requested | withdrawn | 15 Đồng ý lấy lại |
//! | decline recall | doer | recall requested | as before the recall | 16 Từ chối lấy lại |
//! | cancel | assigner | arrived, refused | withdrawn | – |
//! | cancel, of a part | nobody: what it is a part of was withdrawn | all but the ends | withdrawn | – |
//!
//! The codes are what practice knows of QCVN 102:2016/BTTTT (no text of it could be read). They tell the other system; what has none is between
//! the two organizations alone. Each code is one event, so that a message that comes back leads to the same state.

use super::model::Refusal;
use crate::closed_set;
use crate::directives::edxml::status::StatusCode;

closed_set! {
    /// How an assignment stands.
    AssignmentState, "not-in-set" {
        /// Đã đến: given, nothing done yet.
        Arrived = "arrived",
        /// Từ chối tiếp nhận: not taken. An end.
        Refused = "refused",
        /// Đã tiếp nhận.
        Accepted = "accepted",
        /// Đã phân công: handed on to units or officers.
        Delegated = "delegated",
        /// Đang xử lý.
        InProgress = "in_progress",
        /// Đã báo cáo hoàn thành: the doer says so.
        Reported = "reported",
        /// Được xác nhận hoàn thành: the assigner says so. An end.
        Done = "done",
        /// Bị yêu cầu lấy lại.
        RecallRequested = "recall_requested",
        /// Đã lấy lại, đã hủy. An end.
        Withdrawn = "withdrawn",
    }
}

closed_set! {
    /// What happens to an assignment.
    AssignmentEvent, "not-in-set" {
        /// Giao.
        Assign = "assign",
        /// Tiếp nhận.
        Accept = "accept",
        /// Từ chối tiếp nhận, with the reason.
        Refuse = "refuse",
        /// Phân công: handed on; giving a part to another organization says so by itself.
        Delegate = "delegate",
        /// Bắt đầu xử lý.
        Start = "start",
        /// Tiến độ: how far it is.
        Progress = "progress",
        /// Báo cáo hoàn thành.
        Report = "report",
        /// Xác nhận hoàn thành.
        Confirm = "confirm",
        /// Trả lại để làm tiếp, with the reason.
        Return = "return",
        /// Xin gia hạn, with the day and the reason.
        RequestExtension = "request_extension",
        /// Đồng ý gia hạn.
        GrantExtension = "grant_extension",
        /// Không đồng ý gia hạn.
        DeclineExtension = "decline_extension",
        /// Yêu cầu lấy lại, with the reason.
        Recall = "recall",
        /// Đồng ý lấy lại.
        AgreeRecall = "agree_recall",
        /// Từ chối lấy lại, with the reason.
        DeclineRecall = "decline_recall",
        /// Hủy: taken back before anybody did anything, or because what it was a part of was.
        Cancel = "cancel",
    }
}

/// Whose event it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Who gave the assignment.
    Assigner,
    /// Who has it.
    Doer,
}

/// Where an event leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leads {
    /// To a state.
    To(AssignmentState),
    /// Nowhere else.
    Nowhere,
    /// Back to the state before the recall.
    Back,
}

/// What may happen.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// What.
    pub event: AssignmentEvent,
    /// By whom.
    pub by: Side,
    /// In which states.
    pub from: &'static [AssignmentState],
    /// Where it leads.
    pub leads: Leads,
    /// What the other system is told.
    pub code: Option<StatusCode>,
}

use AssignmentEvent as E;
use AssignmentState as S;

const TAKEN: &[S] = &[S::Accepted, S::Delegated, S::InProgress];
const NOT_BEGUN: &[S] = &[S::Accepted, S::Delegated];

const fn step(event: E, by: Side, from: &'static [S], leads: Leads, code: Option<StatusCode>) -> Step {
    Step { event, by, from, leads, code }
}

/// The machine. Of several rows of one event, the first that fits counts.
static MACHINE: &[Step] = &[
    step(E::Refuse, Side::Doer, &[S::Arrived], Leads::To(S::Refused), Some(StatusCode::Rejected)),
    step(E::Accept, Side::Doer, &[S::Arrived], Leads::To(S::Accepted), Some(StatusCode::Accepted)),
    step(E::Delegate, Side::Doer, &[S::Accepted], Leads::To(S::Delegated), Some(StatusCode::Assigned)),
    step(E::Delegate, Side::Doer, &[S::Delegated, S::InProgress], Leads::Nowhere, None),
    step(E::Start, Side::Doer, NOT_BEGUN, Leads::To(S::InProgress), Some(StatusCode::InProgress)),
    step(E::Start, Side::Doer, &[S::InProgress], Leads::Nowhere, None),
    step(E::Progress, Side::Doer, NOT_BEGUN, Leads::To(S::InProgress), Some(StatusCode::InProgress)),
    step(E::Progress, Side::Doer, &[S::InProgress], Leads::Nowhere, None),
    step(E::Report, Side::Doer, TAKEN, Leads::To(S::Reported), Some(StatusCode::Completed)),
    step(E::Return, Side::Assigner, &[S::Reported], Leads::To(S::InProgress), None),
    step(E::Confirm, Side::Assigner, &[S::Reported], Leads::To(S::Done), None),
    step(E::RequestExtension, Side::Doer, TAKEN, Leads::Nowhere, None),
    step(E::GrantExtension, Side::Assigner, TAKEN, Leads::Nowhere, None),
    step(E::DeclineExtension, Side::Assigner, TAKEN, Leads::Nowhere, None),
    step(
        E::Recall,
        Side::Assigner,
        &[S::Arrived, S::Accepted, S::Delegated, S::InProgress, S::Reported],
        Leads::To(S::RecallRequested),
        Some(StatusCode::RecallAsked),
    ),
    step(
        E::AgreeRecall,
        Side::Doer,
        &[S::RecallRequested],
        Leads::To(S::Withdrawn),
        Some(StatusCode::RecallAgreed),
    ),
    step(E::DeclineRecall, Side::Doer, &[S::RecallRequested], Leads::Back, Some(StatusCode::RecallDenied)),
    step(E::Cancel, Side::Assigner, &[S::Arrived, S::Refused], Leads::To(S::Withdrawn), None),
];

impl AssignmentEvent {
    /// What this event does in a state. Refuses what may not happen in it.
    pub fn step(self, state: AssignmentState) -> Result<&'static Step, Refusal> {
        let step = MACHINE.iter().find(|step| step.event == self && step.from.contains(&state));
        step.ok_or(Refusal::NotNow { event: self, state })
    }

    /// Whose event it is, in whatever state.
    pub fn by(self) -> Side {
        MACHINE.iter().find(|step| step.event == self).map_or(Side::Assigner, |step| step.by)
    }

    /// Whether it says nothing without a reason.
    pub fn needs_reason(self) -> bool {
        matches!(self, E::Refuse | E::Return | E::RequestExtension | E::Recall | E::DeclineRecall)
    }
}

impl AssignmentState {
    /// Whether nothing more is to be done.
    pub fn is_end(self) -> bool {
        matches!(self, S::Refused | S::Done | S::Withdrawn)
    }

    /// The code that tells of this state, as far as one does; what the assigner confirmed was told when it was reported.
    pub fn code(self) -> StatusCode {
        match self {
            S::Arrived => StatusCode::Arrived,
            S::Refused => StatusCode::Rejected,
            S::Accepted => StatusCode::Accepted,
            S::Delegated => StatusCode::Assigned,
            S::InProgress => StatusCode::InProgress,
            S::Reported | S::Done => StatusCode::Completed,
            S::RecallRequested => StatusCode::RecallAsked,
            S::Withdrawn => StatusCode::RecallAgreed,
        }
    }
}

impl StatusCode {
    /// What a message with this code says has happened; `01` only says that the assignment is there.
    pub fn event(self) -> AssignmentEvent {
        match self {
            Self::Arrived => E::Assign,
            Self::Rejected => E::Refuse,
            Self::Accepted => E::Accept,
            Self::Assigned => E::Delegate,
            Self::InProgress => E::Start,
            Self::Completed => E::Report,
            Self::RecallAsked => E::Recall,
            Self::RecallAgreed => E::AgreeRecall,
            Self::RecallDenied => E::DeclineRecall,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const STATES: [S; 9] = [
        S::Arrived,
        S::Refused,
        S::Accepted,
        S::Delegated,
        S::InProgress,
        S::Reported,
        S::Done,
        S::RecallRequested,
        S::Withdrawn,
    ];

    /// Every state that can be reached, with every way of going on.
    fn after(state: S) -> Vec<(&'static Step, S)> {
        let steps = MACHINE.iter().filter(|step| {
            step.from.contains(&state) && step.event.step(state).is_ok_and(|first| std::ptr::eq(first, *step))
        });
        let lead = |step: &'static Step| match step.leads {
            Leads::To(to) => vec![(step, to)],
            Leads::Nowhere => vec![(step, state)],
            Leads::Back => TAKEN.iter().map(|to| (step, *to)).collect(),
        };
        steps.flat_map(lead).collect()
    }

    #[test]
    fn every_state_can_be_reached_and_every_one_but_the_ends_left() {
        let (mut seen, mut open) = (BTreeSet::from([S::Arrived]), vec![S::Arrived]);
        while let Some(state) = open.pop() {
            for (_, to) in after(state) {
                if seen.insert(to) {
                    open.push(to);
                }
            }
        }
        assert_eq!(seen, STATES.into());
        for state in STATES {
            let leaves = after(state).iter().any(|(_, to)| *to != state);
            assert_eq!(leaves, !state.is_end() || state == S::Refused, "{state}");
        }
    }

    #[test]
    fn a_code_that_comes_back_leads_to_the_state_that_sent_it() {
        for state in STATES {
            for (step, to) in after(state) {
                let Some(code) = step.code else { continue };
                let again = code.event().step(state).unwrap();
                assert_eq!((again.leads, again.code), (step.leads, step.code), "{state} {}", step.event);
                if step.leads != Leads::Back {
                    assert_eq!(to.code(), code, "{state} {}", step.event);
                }
            }
        }
    }

    #[test]
    fn an_event_is_of_one_side() {
        for step in MACHINE {
            assert_eq!(step.event.by(), step.by, "{}", step.event);
        }
        assert!(E::Confirm.step(S::InProgress).is_err() && E::Accept.step(S::Done).is_err());
        assert!(E::Assign.step(S::Arrived).is_err());
    }
}
