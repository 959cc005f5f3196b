//! The one machine of states of an exemplar: what may happen in which state, and where it leads. Pure.
//!
//! | event | from | to | needs |
//! |---|---|---|---|
//! | register (đăng ký) | – | registered | – |
//! | implement (xây dựng, thực hiện) | registered | implementing | – |
//! | appraise (kiểm tra, thẩm định) | implementing | appraised | – |
//! | recognise (công nhận) | appraised | recognised | a decision |
//! | replicate (biểu dương, nhân rộng) | recognised | replicated | – |
//! | lapse (không duy trì) | implementing, appraised, recognised, replicated | lapsed | the reason |
//! | withdraw (rút) | registered, implementing, appraised | withdrawn | the reason |
//! | withdraw (hủy bỏ công nhận) | recognised, replicated | withdrawn | the reason and a decision |

use super::model::Refusal;
use crate::closed_set;

closed_set! {
    /// How an exemplar stands.
    ExemplarState, "not-in-set" {
        /// Đã đăng ký.
        Registered = "registered",
        /// Đang xây dựng, thực hiện.
        Implementing = "implementing",
        /// Đã kiểm tra, thẩm định.
        Appraised = "appraised",
        /// Đã công nhận.
        Recognised = "recognised",
        /// Đã nhân rộng.
        Replicated = "replicated",
        /// Không duy trì. An end.
        Lapsed = "lapsed",
        /// Đã rút, hoặc bị hủy bỏ công nhận. An end.
        Withdrawn = "withdrawn",
    }
}

closed_set! {
    /// What happens to an exemplar.
    ExemplarEvent, "not-in-set" {
        /// Đăng ký.
        Register = "register",
        /// Xây dựng, thực hiện.
        Implement = "implement",
        /// Kiểm tra, thẩm định.
        Appraise = "appraise",
        /// Công nhận, by a decision.
        Recognise = "recognise",
        /// Biểu dương, nhân rộng.
        Replicate = "replicate",
        /// Không duy trì, with the reason.
        Lapse = "lapse",
        /// Rút, with the reason; of what is recognised also by a decision.
        Withdraw = "withdraw",
    }
}

use ExemplarEvent as E;
use ExemplarState as S;

const RECOGNISED: &[S] = &[S::Recognised, S::Replicated];
const UNDER_WAY: &[S] = &[S::Implementing, S::Appraised, S::Recognised, S::Replicated];
const ALIVE: &[S] = &[S::Registered, S::Implementing, S::Appraised, S::Recognised, S::Replicated];

/// The machine. Registering is the beginning, not a step.
static MACHINE: &[(E, &[S], S)] = &[
    (E::Implement, &[S::Registered], S::Implementing),
    (E::Appraise, &[S::Implementing], S::Appraised),
    (E::Recognise, &[S::Appraised], S::Recognised),
    (E::Replicate, &[S::Recognised], S::Replicated),
    (E::Lapse, UNDER_WAY, S::Lapsed),
    (E::Withdraw, ALIVE, S::Withdrawn),
];

impl ExemplarState {
    /// Whether it is neither recognised yet nor at an end.
    pub fn is_open(self) -> bool {
        matches!(self, S::Registered | S::Implementing | S::Appraised)
    }
}

impl ExemplarEvent {
    /// Where this event leads. Refuses what may not happen in a state.
    pub fn leads(self, from: ExemplarState) -> Result<ExemplarState, Refusal> {
        let step = MACHINE.iter().find(|(event, states, _)| *event == self && states.contains(&from));
        step.map(|(_, _, to)| *to).ok_or(Refusal::NotNow { event: self, state: from })
    }

    /// Whether it says nothing without a reason.
    pub fn needs_reason(self) -> bool {
        matches!(self, E::Lapse | E::Withdraw)
    }

    /// Whether it is done by a decision: recognition, and taking it back.
    pub fn needs_decision(self, from: ExemplarState) -> bool {
        self == E::Recognise || self == E::Withdraw && RECOGNISED.contains(&from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATES: [S; 7] =
        [S::Registered, S::Implementing, S::Appraised, S::Recognised, S::Replicated, S::Lapsed, S::Withdrawn];
    const EVENTS: [E; 7] =
        [E::Register, E::Implement, E::Appraise, E::Recognise, E::Replicate, E::Lapse, E::Withdraw];

    /// How far along the one way an exemplar is; the two ends stand beside it.
    fn rank(state: S) -> Option<usize> {
        STATES.iter().position(|one| *one == state).filter(|rank| *rank < 5)
    }

    #[test]
    fn an_exemplar_goes_one_step_forward_or_ends() {
        for state in STATES {
            for event in EVENTS {
                let Ok(to) = event.leads(state) else { continue };
                let from = rank(state).expect("nothing happens after an end");
                match (event, rank(to)) {
                    (E::Lapse, None) => assert!(from >= 1 && to == S::Lapsed, "{state}"),
                    (E::Withdraw, None) => assert_eq!(to, S::Withdrawn, "{state}"),
                    (_, Some(to)) => assert_eq!(to, from + 1, "{state} {event}"),
                    _ => panic!("{event} ends {state}"),
                }
            }
        }
    }

    #[test]
    fn every_state_can_be_reached_and_nothing_leaves_the_ends() {
        let (mut seen, mut open) = (vec![S::Registered], vec![S::Registered]);
        while let Some(state) = open.pop() {
            for to in EVENTS.iter().filter_map(|event| event.leads(state).ok()) {
                if !seen.contains(&to) {
                    seen.push(to);
                    open.push(to);
                }
            }
        }
        assert_eq!(seen.len(), STATES.len());
        for state in STATES {
            let leaves = EVENTS.iter().any(|event| event.leads(state).is_ok());
            assert_eq!(leaves, !matches!(state, S::Lapsed | S::Withdrawn), "{state}");
        }
        assert!(STATES.iter().all(|state| E::Register.leads(*state).is_err()));
    }

    #[test]
    fn recognition_comes_and_goes_by_a_decision() {
        for state in STATES {
            assert!(E::Recognise.needs_decision(state));
            let recognised = matches!(state, S::Recognised | S::Replicated);
            assert_eq!(E::Withdraw.needs_decision(state), recognised, "{state}");
            assert!(!E::Replicate.needs_decision(state) && !E::Lapse.needs_decision(state));
        }
    }
}
