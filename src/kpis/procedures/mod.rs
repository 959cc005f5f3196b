//! Administrative procedures (thủ tục hành chính): who handles them, how long they may take, how far they are online.

pub mod model;
pub mod store;
