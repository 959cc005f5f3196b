//! The one machine of states of a proposal: what may happen in which state, by whom, and where it leads. Pure.
//!
//! | step | by | from | to |
//! |---|---|---|---|
//! | propose | unit | – | proposed |
//! | appraise | authority | proposed | appraised |
//! | vote | authority | appraised | voted |
//! | decide | authority | appraised, voted | awarded |
//! | decline | authority | proposed, appraised, voted | declined |
//! | withdraw | unit | proposed, appraised, voted | withdrawn |
//! | revoke | authority | awarded | revoked |

use super::refusals::Refusal;
use crate::closed_set;

closed_set! {
    /// How a proposal stands.
    AwardState, "not-in-set" {
        /// Đã đề nghị.
        Proposed = "proposed",
        /// Đã thẩm định.
        Appraised = "appraised",
        /// Hội đồng đã bỏ phiếu.
        Voted = "voted",
        /// Đã có quyết định khen thưởng.
        Awarded = "awarded",
        /// Không được khen thưởng. An end.
        Declined = "declined",
        /// Đơn vị rút hồ sơ. An end.
        Withdrawn = "withdrawn",
        /// Quyết định đã bị hủy bỏ. An end.
        Revoked = "revoked",
    }
}

closed_set! {
    /// What happens to a proposal.
    AwardStep, "not-in-set" {
        /// Đề nghị: the proposal itself.
        Propose = "propose",
        /// Thẩm định.
        Appraise = "appraise",
        /// Hội đồng bỏ phiếu.
        Vote = "vote",
        /// Quyết định khen thưởng.
        Decide = "decide",
        /// Không khen thưởng, with the reason.
        Decline = "decline",
        /// Rút hồ sơ.
        Withdraw = "withdraw",
        /// Hủy bỏ quyết định, with the reason.
        Revoke = "revoke",
    }
}

/// Whose step it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The unit that proposes.
    Unit,
    /// The organization that decides.
    Authority,
}

use AwardState as S;
use AwardStep as P;

const OPEN: &[S] = &[S::Proposed, S::Appraised, S::Voted];

impl AwardStep {
    /// By whom, from which states, to which.
    fn row(self) -> (Side, &'static [S], S) {
        match self {
            P::Propose => (Side::Unit, &[], S::Proposed),
            P::Appraise => (Side::Authority, &[S::Proposed], S::Appraised),
            P::Vote => (Side::Authority, &[S::Appraised], S::Voted),
            P::Decide => (Side::Authority, &[S::Appraised, S::Voted], S::Awarded),
            P::Decline => (Side::Authority, OPEN, S::Declined),
            P::Withdraw => (Side::Unit, OPEN, S::Withdrawn),
            P::Revoke => (Side::Authority, &[S::Awarded], S::Revoked),
        }
    }

    /// Whose step it is.
    pub fn by(self) -> Side {
        self.row().0
    }

    /// Where it leads. Refuses what may not happen in a state.
    pub fn leads(self, state: S) -> Result<S, Refusal> {
        let (_, from, to) = self.row();
        if from.contains(&state) { Ok(to) } else { Err(Refusal::NotNow { step: self, state }) }
    }

    /// Whether it says nothing without the document by which it is done.
    pub fn needs_basis(self) -> bool {
        !matches!(self, P::Propose | P::Withdraw)
    }

    /// Whether it says nothing without a reason.
    pub fn needs_reason(self) -> bool {
        matches!(self, P::Decline | P::Revoke)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [P; 7] = [P::Propose, P::Appraise, P::Vote, P::Decide, P::Decline, P::Withdraw, P::Revoke];

    #[test]
    fn what_was_given_is_revoked_and_nothing_else_and_what_ended_stays() {
        for state in [S::Declined, S::Withdrawn, S::Revoked] {
            assert!(STEPS.iter().all(|step| step.leads(state).is_err()), "{state}");
        }
        let after = STEPS.iter().filter_map(|step| step.leads(S::Awarded).ok());
        assert_eq!(after.collect::<Vec<_>>(), [S::Revoked]);
        assert_eq!(
            P::Decide.leads(S::Proposed),
            Err(Refusal::NotNow { step: P::Decide, state: S::Proposed })
        );
    }
}
