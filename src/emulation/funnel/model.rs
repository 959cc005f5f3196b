//! What a funnel counts. Pure.

use serde::Serialize;
use utoipa::ToSchema;

use crate::closed_set;

closed_set! {
    /// By what exemplars are told apart.
    #[derive(Default)]
    FunnelBy, "not-in-set" {
        /// By the organization that registered them.
        #[default]
        Organization = "organization",
        /// By their field.
        Field = "field",
        /// By their level.
        Level = "level",
    }
}

/// How many exemplars stand how. No exemplar is in two of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct FunnelCounts {
    /// Registered, and no more yet.
    pub registered: i64,
    /// Being put into practice.
    pub implementing: i64,
    /// Appraised.
    pub appraised: i64,
    /// Recognised, and not replicated yet.
    pub recognised: i64,
    /// Recognised and replicated.
    pub replicated: i64,
    /// Not kept up.
    pub lapsed: i64,
    /// Withdrawn, or no longer recognised.
    pub withdrawn: i64,
}

impl FunnelCounts {
    /// All exemplars.
    pub fn total(&self) -> i64 {
        self.all().iter().sum()
    }

    /// The states in their order.
    pub fn all(&self) -> [i64; 7] {
        let Self { registered, implementing, appraised, recognised, replicated, lapsed, withdrawn } = *self;
        [registered, implementing, appraised, recognised, replicated, lapsed, withdrawn]
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            registered: self.registered + other.registered,
            implementing: self.implementing + other.implementing,
            appraised: self.appraised + other.appraised,
            recognised: self.recognised + other.recognised,
            replicated: self.replicated + other.replicated,
            lapsed: self.lapsed + other.lapsed,
            withdrawn: self.withdrawn + other.withdrawn,
        }
    }
}
