//! What a caller sends: bodies, query parameters and path parameters, checked against the published document.
//!
//! The schema in the document is the check: every fault of a body is found in one pass and named by JSON Pointer, and
//! the document cannot promise what the service does not do. Items of bulk bodies are read as their types first, which must
//! refuse what the schema refuses, and are held against the schema only to tell what is wrong.

pub mod batch;
mod body;
mod flow;
mod form;
mod items;
mod media;
mod patched;
mod path;
mod query;
mod schema;
mod splitter;
mod strict;
mod value;

pub use body::{Body, Json, MergePatch};
pub use flow::Flow;
pub use form::Form;
pub use items::{Items, MOST_ITEMS};
pub use media::{PrefersXml, acceptable, preferred};
pub use patched::Patched;
pub use path::{Day, Path, path_config};
pub use query::Query;
pub use schema::{Schema, WRONGS, wrong};
pub use strict::{given, given_objects, maybe_day, maybe_object, object, objects, strict_day};
