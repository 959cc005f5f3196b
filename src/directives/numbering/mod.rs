//! Document numbers (số, ký hiệu văn bản): found in any text, read by their grammar, joined where they are one document.
//!
//! A text becomes `prose` (normalised, each character knowing where it stood); [`scan`] goes through it once, from left to
//! right, asks `symbol` for what stands behind a number, `cue` for the words before and `dates` for the day behind it;
//! `reading` makes of that a [`model::DocumentNumber`] by the tables in `types`, and [`documents`] joins what is cited twice.
//! Nothing of this knows HTTP or a database, nothing of it fails, and none of it looks at a character more often than a
//! fixed number of times.

pub mod api;
mod cue;
mod dates;
pub mod documents;
pub mod model;
mod prose;
mod reading;
pub mod scan;
mod symbol;
#[cfg(test)]
mod trials;
mod types;
#[cfg(test)]
mod vectors;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::parse_document_numbers).service(api::parse_posted_document_numbers);
}
