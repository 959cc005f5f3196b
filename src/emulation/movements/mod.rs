//! Emulation movements (phong trào thi đua): who launched them on which legal basis, where they run and from when to when, their
//! fields, levels, groups (khối) and criteria with points, their rounds, and how far they are (phát động, sơ kết, tổng kết).
//!
//! A movement runs in an organization and all below it. Its rounds are the months, quarters or years of the calendar.

pub mod actions;
pub mod api;
mod bodies;
mod history;
mod life;
pub mod machine;
pub mod model;
pub mod refusals;
pub mod store;
pub mod words;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::list_movements)
        .service(api::find_movement)
        .service(api::define_movement)
        .service(api::record_movement_event)
        .service(api::list_movement_events);
}
