//! Directives over HTTP.

use actix_web::web::Data;
use actix_web::{get, patch, post};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

use super::actions::{self, etag};
use super::bodies::{DirectiveView, NewDirective};
use super::model::{DirectiveId, DirectiveStatus};
use super::patch::DirectiveChange;
use super::search::{self, Filter};
use super::store::{self, Shown};
use crate::organizations::{OrganizationCode, Reach};
use crate::platform::text::stored;
use crate::platform::{
    Answer, Clock, Condition, Db, IdempotencyKey, Json, May, MergePatch, Page, Paged, Paging, Path, Query,
    ReadDirectives, Reply, WriteDirectives,
};

/// Register a directive.
///
/// A document is registered once, however its number is written: one that is there already, or cannot be told from one that is,
/// is refused with the id of that one in `directive`, if you may know of it. Issuer, type, number, and year or term tell documents apart.
#[utoipa::path(
    tag = "directives",
    responses((status = 201, description = "Registered", body = DirectiveView)),
    security(("bearer" = ["directives:write"]))
)]
#[post("/directives")]
pub async fn register_directive(
    db: Data<Db>,
    who: May<WriteDirectives>,
    key: IdempotencyKey,
    body: Json<NewDirective>,
) -> Answer {
    let reach = Reach::of(&who);
    let content = body.value.content()?;
    let subject = content.number.clone().unwrap_or_else(|| content.subject.clone());
    let order = who.orders("directive.register", subject).once(key.0, &body.fingerprint);
    db.write(order, move |work| {
        let shown = actions::register_one(work, &reach, &content)?;
        let (etag, location) = (etag(&shown), location(&shown));
        Ok(Reply::created(&DirectiveView::from(shown), location)?.tagged(&etag))
    })
    .await
}

fn location(shown: &Shown) -> String {
    format!("/api/v1/directives/{}", shown.directive.id)
}

/// Which directives.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DirectiveFilter {
    /// A number in any spelling; one that carries no year may be of several.
    #[param(min_length = 1, max_length = 100, example = "16/2016/CT-TTg")]
    number: Option<String>,
    /// The year of the number, or of the day of issue.
    #[param(minimum = 1900, maximum = 2100, example = 2016)]
    year: Option<i32>,
    /// Symbol or name of the type.
    #[serde(rename = "type")]
    #[param(min_length = 1, max_length = 100, example = "CT")]
    kind: Option<String>,
    /// Code, abbreviation or part of the name of the body that issued it.
    #[param(min_length = 1, max_length = 300, example = "TTg")]
    issuer: Option<String>,
    /// Issued on this day or later.
    #[param(format = Date, example = "2016-01-01")]
    issued_from: Option<NaiveDate>,
    /// Issued on this day or earlier.
    #[param(format = Date, example = "2016-12-31")]
    issued_to: Option<NaiveDate>,
    /// What has become of it by today.
    #[param(inline)]
    status: Option<DirectiveStatus>,
    /// Code of an organization: what it or one below it issued, registered or was assigned.
    #[param(inline)]
    organization: Option<OrganizationCode>,
    /// Field.
    #[param(min_length = 1, max_length = 100, example = "Dân vận")]
    field: Option<String>,
    /// Words, or their beginnings, of number, type, subject, issuer, field and signer; diacritics and case do not matter, `đ` is `d`.
    #[param(min_length = 1, max_length = 200, example = "dan van kheo")]
    q: Option<String>,
}

impl From<DirectiveFilter> for Filter {
    fn from(filter: DirectiveFilter) -> Self {
        Self {
            number: filter.number,
            year: filter.year,
            kind: filter.kind,
            issuer: filter.issuer,
            issued_from: filter.issued_from,
            issued_to: filter.issued_to,
            status: filter.status,
            organization: filter.organization.map(|code| code.to_string()),
            field: filter.field.as_deref().map(stored),
            q: filter.q,
        }
    }
}

/// List directives.
///
/// With `q` those that fit best come first; all others by day of issue, latest first, drafts before them.
#[utoipa::path(
    tag = "directives",
    params(Paged<DirectiveFilter>),
    responses((status = 200, description = "A page of directives", body = Page<DirectiveView>)),
    security(("bearer" = ["directives:read"]))
)]
#[get("/directives")]
pub async fn list_directives(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadDirectives>,
    query: Query<Paged<DirectiveFilter>>,
    paging: Paging,
) -> Answer {
    let (reach, today) = (Reach::of(&who), clock.today());
    let filter = Filter::from(query.0.filter);
    let page = (paging.after(who.subject())?, paging.fetch());
    let found = db.read(move |conn| search::list(conn, &reach, &filter, today, page)).await?;
    let page = paging.page(found, who.subject(), |listed| listed.place.clone())?;
    page.map(|listed| DirectiveView::from(listed.shown)).reply()
}

/// Show a directive.
#[utoipa::path(
    tag = "directives",
    params(("id" = DirectiveId, Path, description = "Its id")),
    responses((status = 200, description = "The directive", body = DirectiveView)),
    security(("bearer" = ["directives:read"]))
)]
#[get("/directives/{id}")]
pub async fn find_directive(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadDirectives>,
    id: Path<DirectiveId>,
) -> Answer {
    let (reach, today) = (Reach::of(&who), clock.today());
    let shown = db.read(move |conn| store::find(conn, &reach, &id, today)).await?;
    let (etag, updated_at) = (etag(&shown), shown.directive.updated_at);
    Ok(Reply::ok(&DirectiveView::from(shown))?.tagged(&etag).modified(updated_at))
}

/// Change a directive.
///
/// For who reaches the organization that issued or registered it. A draft is issued by giving it its number and day.
#[utoipa::path(
    tag = "directives",
    params(("id" = DirectiveId, Path, description = "Its id")),
    request_body(content = DirectiveChange, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed, or as it was", body = DirectiveView)),
    security(("bearer" = ["directives:write"]))
)]
#[patch("/directives/{id}")]
pub async fn change_directive(
    db: Data<Db>,
    who: May<WriteDirectives>,
    id: Path<DirectiveId>,
    condition: Condition,
    body: MergePatch<DirectiveChange>,
) -> Answer {
    let (reach, change) = (Reach::of(&who), body.value.change());
    let order = who.orders("directive.change", id.as_str());
    db.write(order, move |work| {
        let (outcome, shown) = actions::change(work, &reach, &id, &change, &condition)?;
        let (etag, location) = (etag(&shown), location(&shown));
        Ok(Reply::of(outcome, &DirectiveView::from(shown), location)?.tagged(&etag))
    })
    .await
}
