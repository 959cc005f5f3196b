//! Reorganizations over HTTP.

use actix_web::web::Data;
use actix_web::{get, post};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actions;
use super::model::{Changed, Decision, Described, Reorganization, ReorganizationKind, Successor};
use super::store;
use crate::organizations::reach::{Reach, When};
use crate::organizations::register::model::{OrganizationCode, OrganizationKind};
use crate::platform::text::stored;
use crate::platform::{
    Answer, Body, Clock, Db, IdempotencyKey, Json, May, Path, Query, ReadOrganizations, Reply,
    WriteOrganizations,
};

/// An organization that goes on, or begins.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSuccessor {
    /// Its code; a code that nobody has makes a new organization.
    code: OrganizationCode,
    /// Percent of the predecessor's records that it carries on; the weights of a split sum to 100.
    #[schema(minimum = 0, maximum = 100, example = 60)]
    weight: Option<i64>,
    /// Name of a new or renamed organization; one that is there keeps its own.
    #[schema(min_length = 1, max_length = 300, pattern = r"\S", example = "Sở Khoa học và Công nghệ")]
    name: Option<String>,
    /// Short name.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S")]
    short_name: Option<String>,
    /// Kind of a new organization.
    kind: Option<OrganizationKind>,
    /// Code of the organization above a new one; without it, the one above the predecessor.
    parent: Option<OrganizationCode>,
    /// Codes of organizations below the predecessor that go on below this one, in a split.
    #[serde(default)]
    #[schema(max_items = 1000)]
    children: Vec<OrganizationCode>,
}

/// A reorganization as it was decided.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "kind": "merge", "legal_basis": "772/QĐ-UBND ngày 15/3/2019", "effective_on": "2019-04-01",
    "predecessors": ["H19.07"], "successors": [{ "code": "H19.06" }]
}))]
pub struct NewReorganization {
    /// Kind.
    kind: ReorganizationKind,
    /// The decision behind it.
    #[schema(min_length = 1, max_length = 500, pattern = r"\S", example = "772/QĐ-UBND ngày 15/3/2019")]
    legal_basis: String,
    /// From this day on.
    #[schema(format = Date, example = "2019-04-01")]
    effective_on: NaiveDate,
    /// Codes of those who go in.
    #[schema(min_items = 1, max_items = 200)]
    predecessors: Vec<OrganizationCode>,
    /// Those who come out: one of a merge, several of a split, the renamed one, none of a transfer or dissolution.
    #[serde(default)]
    #[schema(max_items = 50)]
    successors: Vec<NewSuccessor>,
    /// Code of the new organization above, in a transfer.
    parent: Option<OrganizationCode>,
}

impl Body for NewReorganization {}

impl NewReorganization {
    fn decision(self) -> Decision {
        let successor = |new: NewSuccessor| Successor {
            code: new.code,
            weight: new.weight,
            name: new.name.as_deref().map(stored),
            short_name: new.short_name.as_deref().map(stored),
            kind: new.kind,
            parent: new.parent,
            children: new.children,
        };
        let reorganization = Reorganization {
            kind: self.kind,
            effective_on: self.effective_on,
            predecessors: self.predecessors,
            successors: self.successors.into_iter().map(successor).collect(),
            parent: self.parent,
        };
        Decision { reorganization, legal_basis: stored(&self.legal_basis) }
    }
}

/// Whether to look only.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Look {
    /// Answer what would change, and change nothing.
    #[serde(default)]
    validate_only: bool,
}

/// A state of an organization.
#[derive(Debug, Serialize, ToSchema)]
pub struct StateView {
    /// Name.
    name: String,
    /// Short name.
    #[schema(required = true)]
    short_name: Option<String>,
    /// Kind.
    kind: OrganizationKind,
    /// Code of the organization above.
    #[schema(required = true)]
    parent: Option<OrganizationCode>,
}

impl From<Described> for StateView {
    fn from(Described { name, short_name, kind, parent }: Described) -> Self {
        Self { name, short_name, kind, parent }
    }
}

/// What became of one organization.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeView {
    /// Its code.
    code: OrganizationCode,
    /// Up to the effective day; `null` if it is new.
    #[schema(required = true)]
    before: Option<StateView>,
    /// From the effective day on; `null` if it is no more.
    #[schema(required = true)]
    after: Option<StateView>,
}

impl From<Changed> for ChangeView {
    fn from(Changed { code, before, after }: Changed) -> Self {
        Self { code, before: before.map(StateView::from), after: after.map(StateView::from) }
    }
}

/// A reorganization and what it did.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReorganizationView {
    /// Id; `null` when it was only looked at.
    #[schema(required = true)]
    id: Option<String>,
    /// Kind.
    kind: ReorganizationKind,
    /// The decision behind it.
    legal_basis: String,
    /// From this day on.
    effective_on: NaiveDate,
    /// What became of whom, by code.
    changes: Vec<ChangeView>,
}

/// Reorganize.
///
/// Merge, split, rename, transfer or dissolve organizations from a day on. Nothing that was true before changes; a gap,
/// an overlap or a cycle is refused. `validate_only` answers what would change.
#[utoipa::path(
    tag = "organizations",
    params(Look),
    responses(
        (status = 200, description = "What would change", body = ReorganizationView),
        (status = 201, description = "Done", body = ReorganizationView)
    ),
    security(("bearer" = ["organizations:write"]))
)]
#[post("/reorganizations")]
pub async fn reorganize(
    db: Data<Db>,
    who: May<WriteOrganizations>,
    key: IdempotencyKey,
    Query(look): Query<Look>,
    body: Json<NewReorganization>,
) -> Answer {
    let reach = Reach::of(&who);
    let decision = body.value.decision();
    let order =
        who.orders("organization.reorganize", decision.legal_basis.clone()).once(key.0, &body.fingerprint);
    db.write(order, move |work| {
        let (id, changes) = actions::reorganize(work, &reach, &decision)?;
        let location = format!("/api/v1/reorganizations/{id}");
        let view = ReorganizationView {
            id: (!look.validate_only).then_some(id),
            kind: decision.reorganization.kind,
            legal_basis: decision.legal_basis.clone(),
            effective_on: decision.reorganization.effective_on,
            changes: changes.into_iter().map(ChangeView::from).collect(),
        };
        if look.validate_only { Reply::ok(&view) } else { Reply::created(&view, location) }
    })
    .await
}

/// Find a reorganization.
///
/// With what it did, as it was answered then.
#[utoipa::path(
    tag = "organizations",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The reorganization", body = ReorganizationView)),
    security(("bearer" = ["organizations:read"]))
)]
#[get("/reorganizations/{id}")]
pub async fn find_reorganization(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadOrganizations>,
    id: Path<String>,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::of(None, clock.today()));
    let found = db.read(move |conn| store::find(conn, &reach, &id, when)).await?;
    Reply::ok(&ReorganizationView {
        id: Some(found.id),
        kind: found.kind,
        legal_basis: found.legal_basis,
        effective_on: found.effective_on,
        changes: found.changes.into_iter().map(ChangeView::from).collect(),
    })
}
