//! Sealed reports over HTTP.

use actix_web::web::Data;
use actix_web::{get, post};
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

use super::actions::{self, Sealed, said};
use super::bodies::{NewSeal, RestatementsView, SealView, SealingKeys, VerificationView};
use super::model::{Refusal, SealedForm, SealedReportId, Statement, Trail};
use super::store::{self, Kept};
use crate::organizations::{OrganizationCode, Reach, When, find_at};
use crate::platform::audit::{self, End};
use crate::platform::auth::{Scope, SeePersons};
use crate::platform::config::{PublicUrl, Publishing};
use crate::platform::fault::Place;
use crate::platform::sealing::Sealer;
use crate::platform::text::Text;
use crate::platform::{
    Answer, Clock, Db, Etag, Fault, Format, IdempotencyKey, Json, May, Page, Paged, Paging, Path, Query,
    ReadReports, Reply, WriteReports, Wrong,
};
use crate::reports::api::ReportQuery;
use crate::reports::docx;
use crate::reports::mass_mobilization::actions as mass_mobilization;
use crate::reports::mass_mobilization::api::asked;
use crate::reports::mass_mobilization::bodies::MassMobilizationReport;
use crate::reports::mass_mobilization::composing::letter;
use crate::reports::model::said_day;

/// Seal a report.
///
/// Keeps the report on mass mobilization work as it stands now: the bytes of its JSON and of its document, their digests, and a
/// signature (JWS, RFC 7515, `EdDSA`) over these and over the digest of the seal before it, so that the seals of an organization are a
/// chain. `trail` says as of which entry of the audit trail the report was read: all that was acknowledged until then is in it, and
/// nothing after it. A period that is not over is sealed as far as it is known, and the report says until which day. Nothing of it
/// changes any more. What is corrected later appears at `/reports/sealed/{id}/restatements`.
///
/// To verify it without this service: fetch both forms, the seal and `/reports/sealing-keys`; verify `jws` with the key that its
/// header names (any JOSE library, such as `jwcrypto` of Python); compare `json.sha256` and `docx.sha256` of what is signed with
/// `sha256sum` of the files, and `previous` with `sha256sum` of the `jws` of the seal before it. `examples/verify-seal.py` does that.
#[utoipa::path(
    tag = "reports",
    responses((status = 201, description = "Sealed", body = SealView)),
    security(("bearer" = ["reports:write"]))
)]
#[post("/reports/sealed")]
pub async fn seal_report(
    db: Data<Db>,
    (clock, public_url, publishing): (Data<Clock>, Data<PublicUrl>, Data<Publishing>),
    sealer: Data<Sealer>,
    who: May<WriteReports>,
    key: IdempotencyKey,
    body: Json<NewSeal>,
) -> Answer {
    let fingerprint = body.fingerprint.clone();
    let query = ReportQuery::from(body.value);
    let subject = format!("{} {} {}", query.org, query.from, query.to);
    let asked = asked(&who, query, &clock, &publishing).map_err(in_body)?;
    if !sealer.has_key() {
        return Err(Refusal::NoKey.into());
    }
    let order = who.orders("report.seal", subject).once(key.0, &fingerprint);
    // Before the report is made: a repetition is answered as the first was, whatever became of the organization since.
    if let Some(answered) = db.answered(&order).await? {
        return Ok(answered);
    }
    let at = public_url.0.clone();
    let (asked, made) = db
        .snapshot(move |conn| {
            let End { seq, hash } = audit::end(conn)?;
            let (report, cover) = mass_mobilization::read(conn, &asked).map_err(in_body)?;
            let letter = letter(&report, cover.as_ref().map(|kept| &kept.content), &at);
            let docx = docx::written(&letter).map_err(Fault::broken)?;
            let names_persons = report.names_persons();
            let view = MassMobilizationReport::of(report, cover);
            let json = serde_json::to_vec(&view).map_err(Fault::broken)?;
            Ok((asked, Sealed { json, docx, names_persons, trail: Trail { seq, hash } }))
        })
        .await?;
    db.write(order, move |work| {
        let (kept, statement) = actions::seal(work, &asked, &sealer, &made)?;
        let location = format!("/api/v1/reports/sealed/{}", kept.id);
        Reply::created(&SealView::of(&kept, statement), location)
    })
    .await
}

/// A fault of a report as who asks with a body finds it: what is a parameter elsewhere is a member there.
fn in_body(fault: Fault) -> Fault {
    let placed = |wrong: Wrong| match wrong.place {
        Place::Parameter(name) => Wrong::body(format!("/{name}"), wrong.code),
        Place::Body(_) => wrong,
    };
    Fault { wrongs: fault.wrongs.into_iter().map(placed).collect(), ..fault }
}

/// Which sealed reports.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SealedFilter {
    /// Any code of an organization: only its own.
    #[param(inline)]
    org: Option<OrganizationCode>,
}

/// List sealed reports.
///
/// Newest first.
#[utoipa::path(
    tag = "reports",
    params(Paged<SealedFilter>),
    responses((status = 200, description = "A page of seals", body = Page<SealView>)),
    security(("bearer" = ["reports:read"]))
)]
#[get("/reports/sealed")]
pub async fn list_sealed_reports(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadReports>,
    query: Query<Paged<SealedFilter>>,
    paging: Paging,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::Now(clock.today()));
    let page = (paging.after::<String>(who.subject())?, paging.fetch());
    let org = query.0.filter.org;
    let found = db.snapshot(move |conn| {
        let of = org.map(|org| find_at(conn, &reach, org.as_str(), when)).transpose()?;
        store::list(conn, &reach, of, when, page)
    });
    let page = paging.page(found.await?, who.subject(), |kept| kept.id.to_string())?;
    let items: Result<Vec<SealView>, Fault> =
        page.items.iter().map(|kept| Ok(SealView::of(kept, said(kept)?))).collect();
    Page { items: items?, next: page.next }.reply()
}

/// Show a sealed report.
///
/// Always the same bytes, or none (409 if somebody changed them in the database): those of the JSON, or of the document (`/reports/sealed/{id}.docx`, or by `Accept`). One that names persons,
/// because who sealed it may see them, needs `emulation:persons` too.
#[utoipa::path(
    tag = "reports",
    params(("id" = SealedReportId, Path, description = "Id of the sealed report")),
    responses((status = 200, description = "The report as it was sealed", content(
        (MassMobilizationReport = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
    ))),
    security(("bearer" = ["reports:read"]))
)]
#[get("/reports/sealed/{id}")]
pub async fn show_sealed_report(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadReports>,
    id: Path<SealedReportId>,
    format: Format,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::Now(clock.today()));
    let form = if format == Format::Docx { SealedForm::Docx } else { SealedForm::Json };
    let (kept, bytes) = db
        .snapshot(move |conn| {
            let kept = store::find(conn, &reach, &id, when)?;
            if kept.names_persons {
                who.must_hold(SeePersons::NAME)?;
            }
            let bytes = actions::bytes(conn, &kept, form)?;
            Ok((kept, bytes))
        })
        .await?;
    let etag = Etag::variant(1, form);
    let (text, title) = (bytes.clone(), title(&kept)?);
    let reply = format.document(
        move || Ok(Reply::as_written(String::from_utf8(text).map_err(Fault::broken)?)),
        move || Ok((title, bytes)),
    )?;
    Ok(reply.tagged(&etag).modified(kept.sealed_at))
}

fn title(kept: &Kept) -> Result<Text, Fault> {
    let statement = said(kept)?;
    let days = format!("{} - {}", said_day(statement.from), said_day(statement.to));
    let organization = statement.organization;
    let vi = format!("Báo cáo công tác dân vận {organization} {days} số {}", statement.number);
    Ok(Text::new(format!("Report of {organization} {days}"), vi))
}

/// Show the seal of a report.
///
/// The digests of its bytes, its place in the chain, and the signature.
#[utoipa::path(
    tag = "reports",
    params(("id" = SealedReportId, Path, description = "Id of the sealed report")),
    responses((status = 200, description = "The seal", body = SealView)),
    security(("bearer" = ["reports:read"]))
)]
#[get("/reports/sealed/{id}/seal")]
pub async fn show_seal(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadReports>,
    id: Path<SealedReportId>,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::Now(clock.today()));
    let kept = db.read(move |conn| store::find(conn, &reach, &id, when)).await?;
    let view = SealView::of(&kept, said(&kept)?);
    Ok(Reply::ok(&view)?.tagged(&Etag::of(1)).modified(kept.sealed_at))
}

/// Verify a sealed report.
///
/// The signature, the bytes of both forms, and the chain from the organization's first seal to this one. How to do the same without
/// this service is said where reports are sealed.
#[utoipa::path(
    tag = "reports",
    params(("id" = SealedReportId, Path, description = "Id of the sealed report")),
    responses((status = 200, description = "What was found", body = VerificationView)),
    security(("bearer" = ["reports:read"]))
)]
#[get("/reports/sealed/{id}/verify")]
pub async fn verify_sealed_report(
    db: Data<Db>,
    clock: Data<Clock>,
    sealer: Data<Sealer>,
    who: May<ReadReports>,
    id: Path<SealedReportId>,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::Now(clock.today()));
    let id = id.into_inner();
    let asked = id.clone();
    let verdict = db.snapshot(move |conn| {
        let kept = store::find(conn, &reach, &asked, when)?;
        actions::verify(conn, &sealer, &kept)
    });
    Reply::ok(&VerificationView::of(id, verdict.await?))
}

/// List what was restated since a report was sealed.
///
/// The figures of the sealed report that have another value in the same report of today: corrections of records, late ones, and
/// figures stated anew; and of a period that was not over, what came since. The sealed report stays as it is.
#[utoipa::path(
    tag = "reports",
    params(("id" = SealedReportId, Path, description = "Id of the sealed report")),
    responses((status = 200, description = "The restatements", body = RestatementsView)),
    security(("bearer" = ["reports:read"]))
)]
#[get("/reports/sealed/{id}/restatements")]
pub async fn list_restatements(
    db: Data<Db>,
    (clock, publishing): (Data<Clock>, Data<Publishing>),
    who: May<ReadReports>,
    id: Path<SealedReportId>,
) -> Answer {
    let (id, today) = (id.into_inner(), clock.today());
    let (reach, when, wanted) = (Reach::of(&who), When::Now(today), id.clone());
    let restated = db
        .snapshot(move |conn| {
            let kept = store::find(conn, &reach, &wanted, when)?;
            let Statement { organization: org, from, to, scheme, .. } = said(&kept)?;
            let asked = asked(&who, ReportQuery { org, from, to, scheme }, &clock, &publishing)?;
            let (report, cover) = mass_mobilization::read(conn, &asked)?;
            let now: Value =
                serde_json::to_value(MassMobilizationReport::of(report, cover)).map_err(Fault::broken)?;
            actions::restatements(conn, &kept, &now)
        })
        .await?;
    Reply::ok(&RestatementsView::of(id, today, restated))
}

/// Show the keys that seal reports.
///
/// The public halves, as a JSON Web Key Set: of the key that seals and of those that sealed before it, as the settings name them
/// (`DANVAN_SEALING_KEY_FILES`): leave a key there when it is replaced, so that what it sealed can still be verified. Open to anyone.
#[utoipa::path(
    tag = "reports",
    responses((status = 200, description = "The keys", body = SealingKeys)),
    security(())
)]
#[get("/reports/sealing-keys")]
pub async fn show_sealing_keys(sealer: Data<Sealer>) -> Answer {
    Reply::ok(&SealingKeys { keys: sealer.keys() })
}
