//! Organizations over HTTP: bodies, views and handlers.

use actix_web::web::Data;
use actix_web::{get, patch, put};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actions::{self, Change, etag};
use super::model::{CodeEntry, CodeScheme, Definition, OrganizationCode, OrganizationKind};
use super::store::{self, Filter, Shown};
use crate::organizations::reach::{Reach, When};
use crate::platform::clock::shown_end;
use crate::platform::input::Patched;
use crate::platform::text::stored;
use crate::platform::{
    Answer, Body, Clock, Condition, Db, Fault, Json, May, MergePatch, OPEN_END, Outcome, Page, Paged, Paging,
    Path, Query, ReadOrganizations, Reply, WriteOrganizations, Wrong,
};

/// A further code of an organization.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCode {
    /// The code.
    pub code: OrganizationCode,
    /// First day; without it the day from which the organization is described.
    #[schema(format = Date)]
    pub valid_from: Option<NaiveDate>,
    /// First day after the last; `null` while it is in use.
    #[schema(format = Date, example = "2025-07-01")]
    pub valid_to: Option<NaiveDate>,
}

/// What is true of an organization from a day on.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Sở Khoa học và Công nghệ", "short_name": "Sở KH&CN", "kind": "department", "parent": "H19",
    "valid_from": "2015-01-01", "codes": [{ "code": "000.00.06.H19" }]
}))]
pub struct NewOrganization {
    /// Name.
    #[schema(min_length = 1, max_length = 300, pattern = r"\S", example = "Sở Khoa học và Công nghệ")]
    pub name: String,
    /// Short name.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S", example = "Sở KH&CN")]
    pub short_name: Option<String>,
    /// Kind.
    pub kind: OrganizationKind,
    /// Code of the organization above; `null` at the top.
    pub parent: Option<OrganizationCode>,
    /// From this day on. A day after the last recorded change begins a new state; the day of the last change corrects it.
    #[schema(format = Date, example = "2015-01-01")]
    pub valid_from: NaiveDate,
    /// Further codes. A code that was given once is never taken away; listing it again sets its validity.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub codes: Vec<NewCode>,
}

impl Body for NewOrganization {}

/// What changes; a field that is absent stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Sở Khoa học và Công nghệ", "short_name": "Sở KH&CN", "kind": "department", "parent": "H19",
    "valid_from": "2025-03-01"
}))]
pub struct OrganizationChange {
    /// Name.
    #[schema(
        min_length = 1,
        max_length = 300,
        pattern = r"\S",
        nullable = false,
        example = "Sở Khoa học và Công nghệ"
    )]
    name: Option<String>,
    /// Short name; `null` removes it.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100, pattern = r"\S", example = "Sở KH&CN")]
    short_name: Patched<String>,
    /// Kind.
    #[schema(nullable = false)]
    kind: Option<OrganizationKind>,
    /// Code of the organization above; `null` places it at the top.
    #[serde(default)]
    #[schema(value_type = Option<OrganizationCode>)]
    parent: Patched<OrganizationCode>,
    /// From this day on; without it, from today.
    #[schema(format = Date, nullable = false, example = "2025-03-01")]
    valid_from: Option<NaiveDate>,
}

impl Body for OrganizationChange {}

/// A code of an organization.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CodeView {
    /// The code.
    code: OrganizationCode,
    /// The rule by which it is made.
    scheme: CodeScheme,
    /// First day.
    valid_from: NaiveDate,
    /// First day after the last; `null` while it is in use.
    #[schema(required = true, example = "2025-07-01")]
    valid_to: Option<NaiveDate>,
}

/// An organization as it is on a day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrganizationView {
    /// The code by which answers name it.
    pub code: OrganizationCode,
    /// Name.
    #[schema(example = "Sở Khoa học và Công nghệ")]
    pub name: String,
    /// Short name.
    #[schema(required = true, example = "Sở KH&CN")]
    pub short_name: Option<String>,
    /// Kind.
    pub kind: OrganizationKind,
    /// Code of the organization above.
    #[schema(required = true)]
    pub parent: Option<OrganizationCode>,
    /// First day of this state.
    pub valid_from: NaiveDate,
    /// First day after this state; `null` while it lasts.
    #[schema(required = true, example = "2025-07-01")]
    pub valid_to: Option<NaiveDate>,
    /// Every code, past ones included.
    pub codes: Vec<CodeView>,
}

impl From<Shown> for OrganizationView {
    fn from(shown: Shown) -> Self {
        let code = |entry: CodeEntry| CodeView {
            scheme: entry.code.scheme(),
            code: entry.code,
            valid_from: entry.from,
            valid_to: shown_end(entry.to),
        };
        Self {
            code: shown.code,
            name: shown.state.name,
            short_name: shown.state.short_name,
            kind: shown.state.kind,
            parent: shown.parent,
            valid_from: shown.state.from,
            valid_to: shown_end(shown.state.to),
            codes: shown.codes.into_iter().map(code).collect(),
        }
    }
}

impl NewOrganization {
    /// The definition of the organization that has a code. Refuses a validity of a code that ends before it begins.
    pub(super) fn definition(&self, code: OrganizationCode) -> Result<Definition, Fault> {
        let mut wrongs = Vec::new();
        let mut entry = |(index, new): (usize, &NewCode)| {
            let (from, to) = (new.valid_from.unwrap_or(self.valid_from), new.valid_to.unwrap_or(OPEN_END));
            if to <= from {
                wrongs.push(Wrong::body(format!("/codes/{index}/valid_to"), "mismatch"));
            }
            CodeEntry { code: new.code.clone(), from, to }
        };
        let codes = self.codes.iter().enumerate().map(&mut entry).collect();
        if !wrongs.is_empty() {
            return Err(Fault::invalid(wrongs));
        }
        Ok(Definition {
            code,
            from: self.valid_from,
            name: stored(&self.name),
            short_name: self.short_name.as_deref().map(stored),
            kind: self.kind,
            parent: self.parent.clone(),
            codes,
        })
    }
}

/// Of which day.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AsOf {
    /// As it was on this day and no other; without it, today, or as it was last or will be first.
    #[param(format = Date, example = "2020-06-30")]
    pub as_of: Option<NaiveDate>,
}

/// Find an organization.
///
/// By any of its codes, present or past. Without `as_of` an organization that is no more is shown as it was last.
#[utoipa::path(
    tag = "organizations",
    params(("code" = OrganizationCode, Path, description = "Any of its codes"), AsOf),
    responses((status = 200, description = "The organization", body = OrganizationView)),
    security(("bearer" = ["organizations:read"]))
)]
#[get("/organizations/{code}")]
pub async fn find_organization(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadOrganizations>,
    code: Path<OrganizationCode>,
    Query(day): Query<AsOf>,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::of(day.as_of, clock.today()));
    let shown = db.read(move |conn| store::find(conn, &reach, code.as_str(), when)).await?;
    let (etag, updated_at) = (etag(&shown), shown.updated_at);
    Ok(Reply::ok(&OrganizationView::from(shown))?.tagged(&etag).modified(updated_at))
}

/// Define an organization.
///
/// Creates it, or says what is true of it from `valid_from` on; the past stays as it was recorded. An organization
/// that is there needs `If-Match`.
#[utoipa::path(
    tag = "organizations",
    params(("code" = OrganizationCode, Path, description = "Its code")),
    responses(
        (status = 200, description = "Changed", body = OrganizationView),
        (status = 201, description = "Created", body = OrganizationView)
    ),
    security(("bearer" = ["organizations:write"]))
)]
#[put("/organizations/{code}")]
pub async fn define_organization(
    db: Data<Db>,
    who: May<WriteOrganizations>,
    code: Path<OrganizationCode>,
    condition: Condition,
    body: Json<NewOrganization>,
) -> Answer {
    let reach = Reach::of(&who);
    let definition = body.value.definition(code.into_inner())?;
    let order = who.orders("organization.define", definition.code.as_str());
    db.write(order, move |work| answer(actions::define(work, &reach, &definition, &condition)?)).await
}

/// Change an organization.
///
/// From a day on, what is named is true; the rest stays. `null` removes.
#[utoipa::path(
    tag = "organizations",
    params(("code" = OrganizationCode, Path, description = "Any of its codes")),
    request_body(content = OrganizationChange, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed", body = OrganizationView)),
    security(("bearer" = ["organizations:write"]))
)]
#[patch("/organizations/{code}")]
pub async fn change_organization(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<WriteOrganizations>,
    code: Path<OrganizationCode>,
    condition: Condition,
    body: MergePatch<OrganizationChange>,
) -> Answer {
    let reach = Reach::of(&who);
    let given = body.value;
    let change = Change {
        from: given.valid_from.unwrap_or_else(|| clock.today()),
        name: given.name.as_deref().map(stored),
        short_name: given.short_name.map(|name| stored(&name)),
        kind: given.kind,
        parent: given.parent,
    };
    let order = who.orders("organization.change", code.as_str());
    db.write(order, move |work| answer(actions::change(work, &reach, &code, &change, &condition)?)).await
}

fn answer((outcome, shown): (Outcome, Shown)) -> Answer {
    let etag = etag(&shown);
    let location = format!("/api/v1/organizations/{}", shown.code);
    let view = OrganizationView::from(shown);
    Ok(Reply::of(outcome, &view, location)?.tagged(&etag))
}

/// Which organizations.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OrganizationFilter {
    /// Part of a name, short name or code; diacritics and case do not matter, `đ` is `d`.
    #[param(min_length = 1, max_length = 200, example = "khoa hoc")]
    q: Option<String>,
    /// Kind.
    #[param(inline)]
    kind: Option<OrganizationKind>,
    /// Code of the organization right above.
    #[param(inline)]
    parent: Option<OrganizationCode>,
    /// Code of an organization: it and all below it.
    #[param(inline)]
    within: Option<OrganizationCode>,
    /// As it was on this day; without it, today.
    #[param(format = Date, example = "2020-06-30")]
    as_of: Option<NaiveDate>,
}

/// List organizations.
///
/// Those within the caller's subtree, by code.
#[utoipa::path(
    tag = "organizations",
    params(Paged<OrganizationFilter>),
    responses((status = 200, description = "A page of organizations", body = Page<OrganizationView>)),
    security(("bearer" = ["organizations:read"]))
)]
#[get("/organizations")]
pub async fn list_organizations(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadOrganizations>,
    Query(Paged { filter, .. }): Query<Paged<OrganizationFilter>>,
    paging: Paging,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::On(filter.as_of.unwrap_or_else(|| clock.today())));
    let page = (paging.after::<String>(who.subject())?, paging.fetch());
    let filter = Filter { q: filter.q, kind: filter.kind, parent: filter.parent, within: filter.within };
    let found = db.snapshot(move |conn| store::list(conn, &reach, &filter, when, page)).await?;
    paging.page(found, who.subject(), |shown| shown.code.clone())?.map(OrganizationView::from).reply()
}
