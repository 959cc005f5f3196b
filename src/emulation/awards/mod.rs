//! Titles and commendations (danh hiệu thi đua, hình thức khen thưởng): what there is, who may be given it, who was.
//!
//! | room | what it holds |
//! |---|---|
//! | `titles` | titles and forms of commendation, with the rules of each time, as data |
//! | `ratings` | how organizations and staff were rated for a year |
//! | `eligibility` | whether somebody meets the rules of a title, and by which records |
//! | `proposals` | proposal, appraisal, vote of the council, decision, revocation |
//! | `overview` | how many were given what |
//!
//! A rule is data: what of the law is not confirmed is set by `PUT /award-titles/{title}`, and stands in no code.

pub mod eligibility;
pub mod overview;
pub mod proposals;
pub mod ratings;
pub mod titles;

use crate::platform::Routes;
use crate::platform::fault::Kind;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.configure(titles::routes)
        .configure(ratings::routes)
        .configure(eligibility::routes)
        .configure(overview::routes)
        .configure(proposals::routes);
}

/// Why these rooms refuse.
pub(super) fn kinds() -> impl Iterator<Item = &'static &'static Kind> {
    let all = [
        titles::refusals::Refusal::KINDS,
        proposals::refusals::Refusal::KINDS,
        ratings::model::Refusal::KINDS,
    ];
    all.into_iter().flatten()
}
