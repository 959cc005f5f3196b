//! How far a movement is: launched (phát động), reviewed on the way (sơ kết), closed (tổng kết). Pure.

use super::refusals::Refusal;
use crate::closed_set;

closed_set! {
    /// How far a movement is.
    MovementState, "not-in-set" {
        /// Đã phát động.
        Launched = "launched",
        /// Đã sơ kết.
        PreliminaryReview = "preliminary_review",
        /// Đã tổng kết. An end.
        Closed = "closed",
    }
}

closed_set! {
    /// What happens to a movement.
    MovementEvent, "not-in-set" {
        /// Phát động.
        Launch = "launch",
        /// Sơ kết; there may be several.
        Review = "review",
        /// Tổng kết.
        Close = "close",
    }
}

impl MovementEvent {
    /// Where this event leads. Refuses what may not happen in a state.
    pub fn leads(self, from: MovementState) -> Result<MovementState, Refusal> {
        match (self, from) {
            (Self::Review, MovementState::Launched | MovementState::PreliminaryReview) => {
                Ok(MovementState::PreliminaryReview)
            }
            (Self::Close, MovementState::Launched | MovementState::PreliminaryReview) => {
                Ok(MovementState::Closed)
            }
            (event, state) => Err(Refusal::NotNow { event, state }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_movement_is_reviewed_as_often_as_need_be_and_closed_once() {
        use MovementEvent as E;
        use MovementState as S;
        for state in [S::Launched, S::PreliminaryReview] {
            assert_eq!(E::Review.leads(state).ok(), Some(S::PreliminaryReview));
            assert_eq!(E::Close.leads(state).ok(), Some(S::Closed));
            assert!(E::Launch.leads(state).is_err());
        }
        assert!([E::Launch, E::Review, E::Close].iter().all(|event| event.leads(S::Closed).is_err()));
    }
}
