//! Ratings (xếp loại chất lượng hằng năm): how an organization, or one of its staff, did its work in a year. A small register of what
//! titles depend on; the rating itself is made elsewhere.

pub mod actions;
pub mod api;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::list_ratings)
        .service(api::find_rating)
        .service(api::state_rating)
        .service(api::list_staff_ratings)
        .service(api::find_staff_rating)
        .service(api::state_staff_rating);
}
