//! The settings of what is published: which figures are too small for it.

use super::{DANVAN_LEAST_PUBLISHED, Reader};

/// What is left out of tables that tell of few people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publishing {
    /// The least number that is told; 1 tells all.
    pub least: i64,
}

impl Reader<'_> {
    pub(super) fn publishing(&mut self) -> Publishing {
        Publishing { least: self.number(DANVAN_LEAST_PUBLISHED, 1, 1000) }
    }
}
