//! What every slice stands on; names no slice.
//!
//! A request comes in at [`edge`], is identified by [`auth`], read by [`input`], works through the one door [`db`] and
//! leaves as a [`reply`] or, refused, as a [`problem`].

pub mod audit;
pub mod auth;
pub mod blind;
pub mod bulk;
pub mod changes;
pub mod clock;
pub mod config;
pub mod db;
pub mod digest;
pub mod edge;
pub mod fault;
pub mod health;
pub mod idempotency;
pub mod input;
pub mod log;
pub mod metrics;
pub mod migrate;
pub mod moment;
pub mod outside;
pub mod page;
pub mod problem;
pub mod problems;
pub mod recall;
pub mod reply;
pub mod revision;
pub mod routing;
pub mod sealing;
pub mod spool;
pub mod sql;
pub mod table;
pub mod text;
pub mod words;
pub mod work;

pub use auth::{
    Admin, Caller, May, Nobody, ReadAcknowledgements, ReadChanges, ReadDirectives, ReadEmulation,
    ReadFeedback, ReadKpis, ReadOrganizations, ReadRecords, ReadReports, SeePersons, WriteChanges,
    WriteDirectives, WriteEmulation, WriteFeedback, WriteKpis, WriteOrganizations, WriteRecords,
    WriteReports,
};
pub use bulk::{Bulk, Values};
pub use changes::Change;
pub use clock::{Clock, OPEN_END, OPEN_START};
pub use db::{Conn, Db};
pub use fault::{Fault, Wrong};
pub use idempotency::IdempotencyKey;
pub use input::{Body, Items, Json, MergePatch, Path, Query};
pub use moment::Moment;
pub use page::{Page, Paged, Paging};
pub use recall::Question;
pub use reply::{Outcome, Reply};
pub use revision::{Condition, Etag};
pub use routing::Routes;
pub use sql::Sql;
pub use table::{Cell, Column, ColumnKind, Format, Table};
pub use work::{Order, Work};

/// What a handler gives back.
pub type Answer = Result<Reply, Fault>;
