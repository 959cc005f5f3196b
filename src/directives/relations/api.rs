//! Relations over HTTP.

use actix_web::web::Data;
use actix_web::{get, patch, post};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actions::{self, Change, etag};
use super::model::{Named, Refusal, Relation, RelationId, RelationKind, Said};
use super::store::{self, Node};
use crate::directives::register::identity::Numbered;
use crate::directives::register::model::{DirectiveId, DirectiveStatus};
use crate::organizations::Reach;
use crate::platform::clock::shown_end;
use crate::platform::input::{Patched, wrong};
use crate::platform::{
    Answer, Body, Clock, Condition, Db, Fault, IdempotencyKey, Json, May, MergePatch, Path, Query,
    ReadDirectives, Reply, WriteDirectives, Wrong,
};

/// Directives of one graph.
const MOST: usize = 500;

/// A directive by its id, or by its number.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "number": "30-CT/TU", "year": 2015 }))]
pub struct DirectiveReference {
    /// Its id.
    id: Option<DirectiveId>,
    /// Its number in any spelling.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S", example = "30-CT/TU")]
    number: Option<String>,
    /// The year, where the number does not carry it and there are several.
    #[schema(minimum = 1900, maximum = 2100, example = 2015)]
    year: Option<i32>,
}

impl DirectiveReference {
    /// What is named. Refuses neither id nor number, both, and several numbers in one.
    pub fn named(self, at: &str) -> Result<Named, Fault> {
        let fault = |part: &str, code| Fault::invalid(vec![Wrong::body(format!("{at}/{part}"), code)]);
        match (self.id, self.number) {
            (Some(id), None) if self.year.is_none() => Ok(Named::Id(id)),
            (Some(_), _) => Err(fault("id", wrong::MISMATCH)),
            (None, Some(number)) => {
                let mut read = Numbered::read(Some(&number), None).map_err(|code| fault("number", code))?;
                read.year = read.year.or(self.year);
                Ok(Named::Number(number, read))
            }
            (None, None) => Err(fault("number", wrong::REQUIRED)),
        }
    }
}

/// What a directive is to another.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRelation {
    /// What it is to the other.
    pub(super) kind: RelationKind,
    /// The other.
    pub(super) to: DirectiveReference,
    /// From this day on; without it, from the day on which the first is in force or was issued.
    #[schema(format = Date, example = "2020-03-13")]
    pub(super) since: Option<NaiveDate>,
    /// The first day on which it no longer holds; the day of `since` takes back one that was recorded by mistake.
    #[schema(format = Date, example = "2021-01-01")]
    pub(super) until: Option<NaiveDate>,
}

impl Body for NewRelation {}

/// What changes; a field that is absent stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "until": "2021-01-01" }))]
pub struct RelationChange {
    /// First day; `null` where it is not known.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date, example = "2020-03-13")]
    since: Patched<NaiveDate>,
    /// The first day on which it no longer holds; `null` while it does.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date, example = "2021-01-01")]
    until: Patched<NaiveDate>,
}

impl Body for RelationChange {}

/// What a directive is to another.
#[derive(Debug, Serialize, ToSchema)]
pub struct RelationView {
    /// Id.
    id: RelationId,
    /// Id of the directive that does something to the other.
    from: DirectiveId,
    /// What it is to the other.
    kind: RelationKind,
    /// Id of the other.
    to: DirectiveId,
    /// First day; null where it is not known.
    #[schema(required = true, example = "2020-03-13")]
    since: Option<NaiveDate>,
    /// The first day on which it no longer holds; null while it does.
    #[schema(required = true, example = "2021-01-01")]
    until: Option<NaiveDate>,
}

impl From<Relation> for RelationView {
    fn from(Relation { id, from, kind, to, since, until, .. }: Relation) -> Self {
        Self { id, from, kind, to, since, until: shown_end(until) }
    }
}

/// A directive of a graph.
#[derive(Debug, Serialize, ToSchema)]
pub struct RelatedDirective {
    /// Id.
    id: DirectiveId,
    /// The number in its one form.
    #[schema(required = true, example = "2583/KH-UBND")]
    canonical: Option<String>,
    /// What it is called.
    #[schema(example = "Kế hoạch")]
    type_name: String,
    /// What it is about.
    #[schema(example = "Thực hiện công tác dân vận chính quyền năm 2020")]
    subject: String,
    /// Day of issue.
    #[schema(required = true, example = "2020-03-13")]
    issued_on: Option<NaiveDate>,
    /// What has become of it by today.
    status: DirectiveStatus,
    /// Relations between it and the one that was asked for, by the shortest way.
    #[schema(minimum = 0, example = 1)]
    depth: i64,
}

impl From<Node> for RelatedDirective {
    fn from(Node { shown, depth }: Node) -> Self {
        let (directive, status) = (shown.directive, shown.status);
        Self {
            id: directive.id,
            canonical: directive.numbered.canonical,
            type_name: directive.content.type_name.unwrap_or_default(),
            subject: directive.content.subject,
            issued_on: directive.content.issued_on,
            status,
            depth,
        }
    }
}

/// Directives that are related to one, and how.
#[derive(Debug, Serialize, ToSchema)]
pub struct RelationGraph {
    /// The directives, the one that was asked for first, then the nearest.
    directives: Vec<RelatedDirective>,
    /// Every relation between them, past ones included.
    relations: Vec<RelationView>,
}

/// How far.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DepthFilter {
    /// Relations from one to the next, in either direction; 1 if not given.
    #[param(minimum = 0, maximum = 8, example = 2)]
    depth: Option<i64>,
}

/// Show what a directive is related to.
///
/// A graph, both ways, as far as you may know of the directives on the way: at most 500.
#[utoipa::path(
    tag = "directives",
    params(("id" = DirectiveId, Path, description = "Its id"), DepthFilter),
    responses((status = 200, description = "The graph", body = RelationGraph)),
    security(("bearer" = ["directives:read"]))
)]
#[get("/directives/{id}/relations")]
pub async fn show_relations(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadDirectives>,
    id: Path<DirectiveId>,
    Query(DepthFilter { depth }): Query<DepthFilter>,
) -> Answer {
    let (reach, today) = (Reach::of(&who), clock.today());
    let bounds = (depth.unwrap_or(1), i64::try_from(MOST + 1).unwrap_or(i64::MAX));
    let (nodes, relations) = db
        .snapshot(move |conn| {
            let nodes = store::around(conn, &reach, &id, bounds, today)?;
            if nodes.is_empty() {
                return Err(Fault::missing());
            }
            if nodes.len() > MOST {
                return Err(Refusal::TooMany { limit: MOST }.into());
            }
            let ids = nodes.iter().map(|node| node.shown.directive.id.as_str()).collect();
            let relations = store::between(conn, &ids, &ids)?;
            Ok((nodes, relations))
        })
        .await?;
    Reply::ok(&RelationGraph {
        directives: nodes.into_iter().map(RelatedDirective::from).collect(),
        relations: relations.into_iter().map(RelationView::from).collect(),
    })
}

/// Relate a directive to another.
///
/// For who reaches the organization that issued or registered the first; what amends, replaces or revokes, for who reaches that of
/// the other too: its status follows from the day on. Directives that put each other into practice in a circle are refused.
#[utoipa::path(
    tag = "directives",
    params(("id" = DirectiveId, Path, description = "Id of the directive that does something to the other")),
    responses((status = 201, description = "Recorded", body = RelationView)),
    security(("bearer" = ["directives:write"]))
)]
#[post("/directives/{id}/relations")]
pub async fn relate_directive(
    db: Data<Db>,
    who: May<WriteDirectives>,
    key: IdempotencyKey,
    id: Path<DirectiveId>,
    body: Json<NewRelation>,
) -> Answer {
    let (reach, id) = (Reach::of(&who), id.into_inner());
    let NewRelation { kind, to, since, until } = body.value;
    let to = to.named("/to")?;
    let order = who.orders("directive.relate", id.as_str()).once(key.0, &body.fingerprint);
    db.write(order, move |work| {
        let said = Said { from: Named::Id(id.clone()), kind, to: to.clone(), since, until };
        let relation = actions::relate_to(work, &reach, &id, said)?;
        let (etag, location) = (etag(&relation), location(&relation));
        Ok(Reply::created(&RelationView::from(relation), location)?.tagged(&etag))
    })
    .await
}

fn location(relation: &Relation) -> String {
    format!("/api/v1/directive-relations/{}", relation.id)
}

/// Show a relation.
#[utoipa::path(
    tag = "directives",
    params(("id" = RelationId, Path, description = "Its id")),
    responses((status = 200, description = "The relation", body = RelationView)),
    security(("bearer" = ["directives:read"]))
)]
#[get("/directive-relations/{id}")]
pub async fn find_relation(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadDirectives>,
    id: Path<RelationId>,
) -> Answer {
    let (reach, today) = (Reach::of(&who), clock.today());
    let relation = db.read(move |conn| store::find(conn, &reach, &id, today)).await?;
    let (etag, updated_at) = (etag(&relation), relation.updated_at);
    Ok(Reply::ok(&RelationView::from(relation))?.tagged(&etag).modified(updated_at))
}

/// Change since when or until when a relation holds.
#[utoipa::path(
    tag = "directives",
    params(("id" = RelationId, Path, description = "Its id")),
    request_body(content = RelationChange, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed, or as it was", body = RelationView)),
    security(("bearer" = ["directives:write"]))
)]
#[patch("/directive-relations/{id}")]
pub async fn change_relation(
    db: Data<Db>,
    who: May<WriteDirectives>,
    id: Path<RelationId>,
    condition: Condition,
    body: MergePatch<RelationChange>,
) -> Answer {
    let reach = Reach::of(&who);
    let change = Change { since: body.value.since, until: body.value.until };
    let order = who.orders("directive.relation-change", id.as_str());
    db.write(order, move |work| {
        let (outcome, relation) = actions::change(work, &reach, &id, &change, &condition)?;
        let (etag, location) = (etag(&relation), location(&relation));
        Ok(Reply::of(outcome, &RelationView::from(relation), location)?.tagged(&etag))
    })
    .await
}
