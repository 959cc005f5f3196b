//! danvan: the API on which Vietnamese provinces measure and steer their departments.
//!
//! # The way of a request
//!
//! `app.rs` (middleware: [`platform::edge`], [`platform::problem`]) → `routes.rs` → a slice's `mod.rs` → its `api.rs`, typed:
//! [`platform::May`] says who and with which right, [`platform::Json`] and [`platform::Query`] are already checked against
//! the document → [`platform::Db`] (`read`, `snapshot`, `recall`: as the same question was answered, if nothing changed since;
//! `write`: one transaction with the audit entry and the idempotency key in it; or `tend`: what is nobody's decision) → `actions.rs` (one unit of work) → a rule in `model.rs` (pure) → `store.rs` (rows and queries),
//! and back. One direction, no detour.
//!
//! # The slices, each knowing only those above it
//!
//! | folder | what it holds |
//! |---|---|
//! | [`platform`] | what every slice stands on; names no slice |
//! | [`organizations`] | the tree in time, reorganizations, staffing; gives the others `OrganizationId` and `Reach` |
//! | [`kpis`] | the calendar, records, the ledger they add to, figures read from it; the catalogue, reported figures, targets, the scorecard |
//! | [`directives`] | what the Party and the State tell an organization to do: the register, relations, assignments and their overview, acknowledgements, consultations; document numbers; messages of edXML |
//! | [`emulation`] | movements, who takes part, exemplars, whom a council elects; initiatives, titles and commendations |
//! | [`feedback`] | what citizens say: feedback, complaints and their limits, receptions, satisfaction |
//! | [`reports`] | the report that a department would otherwise write by hand, its own paragraphs in it, and reports that are sealed |
//! | [`changes`] | what changed in all of them, to follow by cursor or by webhook |
//!
//! [`commands`] are the doors for the operator. `tests/architecture.rs` keeps the rules.

pub mod app;
pub mod changes;
pub mod commands;
pub mod directives;
pub mod emulation;
pub mod feedback;
pub mod kpis;
pub mod openapi;
pub mod organizations;
pub mod platform;
pub mod reports;
pub mod routes;
mod schema;
