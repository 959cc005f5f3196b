//! The tree below an organization, over HTTP.

use actix_web::get;
use actix_web::web::Data;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::{OrganizationCode, OrganizationKind, Refusal};
use super::store::{self, Node};
use crate::organizations::reach::{Reach, When, find_at};
use crate::platform::{Answer, Clock, Db, Fault, May, Path, Query, ReadOrganizations, Reply};

/// How much of a tree.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TreeFilter {
    /// Levels below the organization.
    #[param(minimum = 0, maximum = 32, example = 2)]
    depth: Option<i64>,
    /// As it was on this day; without it, today.
    #[param(format = Date, example = "2020-06-30")]
    as_of: Option<NaiveDate>,
}

/// An organization with those below it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TreeView {
    /// The code by which answers name it.
    code: OrganizationCode,
    /// Name.
    name: String,
    /// Short name.
    #[schema(required = true)]
    short_name: Option<String>,
    /// Kind.
    kind: OrganizationKind,
    /// Those right below, by code.
    #[schema(no_recursion)]
    children: Vec<TreeView>,
}

/// Levels of a tree when the caller names none.
const USUAL_DEPTH: i64 = 3;
/// Organizations in one tree.
const MOST_NODES: usize = 10_000;

/// Show the tree below an organization.
///
/// As it was on a day, three levels deep unless `depth` says otherwise.
#[utoipa::path(
    tag = "organizations",
    params(("code" = OrganizationCode, Path, description = "Any code of the organization at the top"), TreeFilter),
    responses((status = 200, description = "The tree", body = TreeView)),
    security(("bearer" = ["organizations:read"]))
)]
#[get("/organizations/{code}/tree")]
pub async fn show_tree(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadOrganizations>,
    code: Path<OrganizationCode>,
    Query(filter): Query<TreeFilter>,
) -> Answer {
    let reach = Reach::of(&who);
    let day = filter.as_of.unwrap_or_else(|| clock.today());
    let nodes = db.snapshot(move |conn| {
        let root = find_at(conn, &reach, code.as_str(), When::On(day))?;
        let limit = i64::try_from(MOST_NODES).unwrap_or(i64::MAX) + 1;
        store::tree(conn, root, filter.depth.unwrap_or(USUAL_DEPTH), day, limit)
    });
    let nodes = nodes.await?;
    if nodes.len() > MOST_NODES {
        return Err(Refusal::TreeTooLarge { limit: MOST_NODES }.into());
    }
    Reply::ok(&nested(nodes).ok_or_else(Fault::missing)?)
}

/// Rows by depth and code as a tree; the first is the root.
fn nested(nodes: Vec<Node>) -> Option<TreeView> {
    let mut children: std::collections::HashMap<_, Vec<TreeView>> = std::collections::HashMap::new();
    let mut root = None;
    // From the deepest up: when an organization is reached, all below it are complete. Reversed once more at the end
    // of each list, they stand by code again.
    for node in nodes.into_iter().rev() {
        let mut below = children.remove(&node.id).unwrap_or_default();
        below.reverse();
        let Node { code, name, short_name, kind, depth, parent_id, .. } = node;
        let view = TreeView { code, name, short_name, kind, children: below };
        match parent_id.filter(|_| depth > 0) {
            Some(parent) => children.entry(parent).or_default().push(view),
            None => root = Some(view),
        }
    }
    root
}
