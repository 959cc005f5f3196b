//! What is counted of awards. Pure.

use serde::Serialize;
use utoipa::ToSchema;

/// How many proposals became what in a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct AwardCounts {
    /// Proposed in the period.
    pub proposed: i64,
    /// Given by a decision in the period that was not revoked by its end.
    pub awarded: i64,
    /// Declined or withdrawn in the period.
    pub closed: i64,
    /// Revoked in the period.
    pub revoked: i64,
}

impl AwardCounts {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            proposed: self.proposed + other.proposed,
            awarded: self.awarded + other.awarded,
            closed: self.closed + other.closed,
            revoked: self.revoked + other.revoked,
        }
    }
}
