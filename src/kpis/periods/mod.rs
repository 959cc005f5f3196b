//! Reporting periods (kỳ báo cáo) and the days they are made of: named, not stored.

pub mod api;
pub mod half;
pub mod model;
pub mod spans;
