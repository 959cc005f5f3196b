//! The catalogue: what each KPI measures, by which formula and which article of law, each definition with its validity.

pub mod actions;
pub mod api;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::list_kpis).service(api::find_kpi).service(api::define_kpi);
}
