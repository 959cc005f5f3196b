//! The kinds of problem, for those who program against them.

use actix_web::http::header;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::fault::{Fault, Kind};
use super::input::WRONGS;
use super::problem::status_of;

/// The kinds of problem of this service.
pub struct ProblemKinds(pub Vec<&'static Kind>);

/// A kind of problem.
#[derive(Serialize, ToSchema)]
pub struct ProblemKind {
    /// Stable name.
    #[schema(example = "not-found")]
    code: &'static str,
    /// The status it is answered with.
    #[schema(minimum = 400, maximum = 599, example = 404)]
    status: u16,
    /// Title in English.
    title_en: &'static str,
    /// Title in Vietnamese.
    title_vi: &'static str,
}

/// A single fault of a request.
#[derive(Serialize, ToSchema)]
pub struct FaultKind {
    /// Stable name.
    #[schema(example = "required")]
    code: &'static str,
    /// What it means, in English.
    meaning_en: &'static str,
    /// What it means, in Vietnamese.
    meaning_vi: &'static str,
}

/// Every kind of problem and of single fault.
#[derive(Serialize, ToSchema)]
pub struct ProblemCatalogue {
    /// The kinds of problem: what `code` of a problem document can be.
    problems: Vec<ProblemKind>,
    /// The kinds of single fault: what `errors[].code` can be.
    faults: Vec<FaultKind>,
}

fn kind(kind: &Kind) -> ProblemKind {
    ProblemKind { code: kind.code, status: status_of(kind), title_en: kind.en, title_vi: kind.vi }
}

/// List the kinds of problem.
#[utoipa::path(
    tag = "service",
    responses((status = 200, description = "The kinds of problem", body = ProblemCatalogue)),
    security(())
)]
#[get("/problems")]
pub async fn list_problems(kinds: Data<ProblemKinds>) -> HttpResponse {
    let problems = kinds.0.iter().map(|k| kind(k)).collect();
    let faults =
        WRONGS.iter().map(|(code, meaning_en, meaning_vi)| FaultKind { code, meaning_en, meaning_vi });
    let catalogue = ProblemCatalogue { problems, faults: faults.collect() };
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "public, max-age=3600")).json(catalogue)
}

/// Show a kind of problem.
///
/// What the `type` of a problem document points to.
#[utoipa::path(
    tag = "service",
    params(("code" = String, Path, description = "Its name", example = "not-found")),
    responses((status = 200, description = "The kind of problem", body = ProblemKind)),
    security(())
)]
#[get("/problems/{code}")]
pub async fn show_problem(kinds: Data<ProblemKinds>, code: Path<String>) -> Result<HttpResponse, Fault> {
    let found = kinds.0.iter().find(|k| k.code == code.as_str()).ok_or_else(Fault::missing)?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "public, max-age=3600")).json(kind(found)))
}
