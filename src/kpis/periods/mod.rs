//! Reporting periods (kỳ báo cáo) and the days they are made of. Pure so far: periods are named, not stored.

pub mod api;
pub mod half;
pub mod model;
