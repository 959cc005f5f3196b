//! What can be given: titles and forms of commendation, each with its rules from a day on (Luật Thi đua, khen thưởng 2003 and 2022).
//!
//! The service brings a catalogue along: what could be read in a text of law, with its source. What could not is named in the
//! rule itself, under `open`, and left to who administers.

pub mod actions;
pub mod api;
pub mod model;
pub mod refusals;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::list_award_titles).service(api::find_award_title).service(api::define_award_title);
}
