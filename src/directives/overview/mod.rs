//! The overview (tình hình thực hiện): what of a subtree's tasks is due, late, done, as of any day.
//!
//! Tasks to lead or to take part in count, each once for the organization that has it, by the last day in force then; tasks that
//! are only watched do not. What the doer reports completed is done, whether that is confirmed yet or not.

pub mod actions;
pub mod api;
pub mod model;
pub mod remembered;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::show_directives_overview);
}
