//! The feed over HTTP.

use std::time::Duration;

use actix_web::get;
use actix_web::web::Data;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::model::{CURSOR, Position, Slice, Told};
use super::pulse::Pulse;
use super::store::{self, Asked};
use crate::changes::kinds::ChangeKind;
use crate::organizations::Reach;
use crate::platform::digest::Seal;
use crate::platform::fault::kinds;
use crate::platform::input::wrong;
use crate::platform::page::{opened, sealed, size};
use crate::platform::{Answer, Clock, Db, Fault, May, Query, ReadChanges, Reply, Wrong};

impl PartialSchema for ChangeKind {
    fn schema() -> RefOr<Schema> {
        let abouts = Self::all().map(|kind| format!("- `{}`: {}", kind.as_str(), kind.about()));
        let about = format!("A kind of thing that changes.\n\n{}", abouts.collect::<Vec<_>>().join("\n"));
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(Self::all().map(|kind| kind.as_str())))
            .description(Some(about))
            .into()
    }
}

impl ToSchema for ChangeKind {}

/// The word for a cursor of what is to come.
const END: &str = "end";

/// Which changes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ChangeQuery {
    /// Cursor from `next`, or `end`: nothing of what was, only a cursor of what is to come. Without it, from the oldest change
    /// that is kept.
    #[param(min_length = 1, max_length = 2000, example = "end")]
    after: Option<String>,
    /// Changes of an answer at most; 0 means the usual 50, more than 500 means 500.
    #[param(minimum = 0, maximum = 2_147_483_647, example = 100)]
    limit: Option<i64>,
    /// Kinds, with commas between them; without it, all that the token may read.
    #[param(pattern = "^[a-z-]+(,[a-z-]+)*$", max_length = 1000, example = "organization,staffing")]
    kind: Option<String>,
    /// Seconds for which the answer may wait for something to tell.
    #[param(minimum = 0, maximum = 30, example = 0)]
    wait: Option<u32>,
}

impl ChangeQuery {
    fn kinds(&self) -> Result<Option<Vec<ChangeKind>>, Fault> {
        let Some(kinds) = &self.kind else { return Ok(None) };
        let kinds: Result<Vec<ChangeKind>, &str> = kinds.split(',').map(str::parse).collect();
        kinds.map(Some).map_err(|_| Fault::invalid(vec![Wrong::parameter("kind", wrong::WORD)]))
    }
}

/// Where a cursor stands. Refuses (400) one that is not of this feed.
pub(in crate::changes) fn position(seal: &Seal, cursor: &str) -> Result<Position, Fault> {
    if cursor == END {
        return Ok(Position::END);
    }
    opened(seal, CURSOR, cursor).ok_or_else(|| Fault::of(&kinds::INVALID_CURSOR))
}

/// Some of what changed.
#[derive(Serialize, ToSchema)]
pub struct ChangesView {
    /// In the order in which it was committed.
    items: Vec<Told>,
    /// Cursor of what comes after; also when there is nothing more yet.
    #[schema(example = "eyJzZXEiOjE4LCJwbGFjZSI6MH0.7Jv0m2Yc4kzq1nXb8dR5tQ")]
    next: String,
    /// More is there already: it need not be waited for. May be so without any item, when much that changed is out of reach.
    more: bool,
}

/// Follow what changes.
///
/// Every change within the caller's subtree, of today or of the day of the change, in the order of the commits, each once:
/// read, do what is to be done, keep `next`, go on `after` it. A change says which thing it was and what became of it, not
/// how it is now. What left the subtree is told as `deleted`. A kind is told to whom its own read scope allows it. A cursor
/// older than what is kept is answered 410: start again. `wait` holds the answer back until there is something to tell; while
/// very many wait, or the process stops or cannot look, the answer comes sooner, without any item.
///
/// With an organization that moves go all below it and all that is theirs: records, statements, directives known by way of them
/// alone. That is one change, of the organization: `deleted` for who loses it, `updated` for who has it now or all along. Who
/// keeps a copy drops on `deleted` the organization, all below it and what is theirs, and reads again the directives of which they
/// are parties (404: out of sight); on `updated` of one that it did not have, or that stands below another one, it reads the
/// tree below it and what is theirs. Figures of those above change with it. What is to come is told when it is decided; a move
/// that is decided for a later day is told once more on that day, a minute after midnight in Viet Nam, since nobody loses or
/// has anything before.
#[utoipa::path(
    tag = "changes",
    params(ChangeQuery),
    responses(
        (status = 200, description = "Some of what changed", body = ChangesView),
        (status = 410, description = "Changes after this cursor are no longer kept")
    ),
    security(("bearer" = ["changes:read"]))
)]
#[get("/changes")]
pub async fn list_changes(
    db: Data<Db>,
    clock: Data<Clock>,
    seal: Data<Seal>,
    pulse: Data<Pulse>,
    who: May<ReadChanges>,
    Query(query): Query<ChangeQuery>,
) -> Answer {
    let kinds = ChangeKind::allowed(&who, query.kinds()?)?;
    let from = match query.after.as_deref().map(|cursor| position(&seal, cursor)).transpose()? {
        Some(Position::END) => Some(Position::after(db.read(store::last).await?)),
        from => from,
    };
    let (reach, count, today) = (Reach::of(&who), size(query.limit), clock.today());
    let mut asked = Asked { reach, kinds, from, until: None, count, today };
    let deadline = Instant::now() + Duration::from_secs(query.wait.unwrap_or(0).into());
    let mut slice = read(&db, &asked).await?;
    while slice.is_end() && Instant::now() < deadline && pulse.after(slice.last, deadline).await {
        asked.from = Some(slice.next);
        slice = match read(&db, &asked).await {
            // Nothing is lost: whoever waited is answered that there was nothing, and asks again.
            Err(fault) if fault.kind == &kinds::UNAVAILABLE => break,
            read => read?,
        };
    }
    let next = sealed(&seal, CURSOR, &slice.next)?;
    Reply::ok(&ChangesView { items: slice.items, next, more: slice.more })
}

async fn read(db: &Db, asked: &Asked) -> Result<Slice, Fault> {
    let asked = asked.clone();
    db.snapshot(move |conn| store::read(conn, &asked)).await
}
