//! The working calendar (lịch làm việc của cơ quan nhà nước): days off, worked Saturdays, and due dates counted in them.
//!
//! The list that the service brings along ends with 2026; later days are put in as they are decided.

pub mod actions;
pub mod api;
pub mod hours;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::find_due_date)
        .service(api::list_calendar_days)
        .service(api::find_calendar_day)
        .service(api::set_calendar_day);
}
