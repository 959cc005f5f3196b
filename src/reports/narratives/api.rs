//! What departments write in reports, over HTTP.

use actix_web::web::Data;
use actix_web::{get, put};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::actions;
use super::model::{Cover, Paragraphs, Place};
use crate::organizations::{Reach, When};
use crate::platform::input::maybe_day;
use crate::platform::text::stored;
use crate::platform::{
    Answer, Body, Clock, Condition, Db, Etag, Json, May, Path, Query, ReadReports, Reply, WriteReports,
};
use crate::reports::api::ReportQuery;
use crate::reports::model::PartKey;

/// Paragraphs of a part.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Narrative {
    /// In their order; they stand before what is put together from records. One that begins with `# ` is a heading, one that begins
    /// with `- ` an item of a list.
    #[schema(max_items = 200)]
    paragraphs: Vec<Paragraph>,
}

/// A paragraph.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(
    min_length = 1,
    max_length = 10_000,
    pattern = r"\S",
    example = "Sở đã quán triệt các văn bản đến toàn thể công chức."
)]
pub struct Paragraph(String);

impl Body for Narrative {}

impl From<Narrative> for Paragraphs {
    fn from(narrative: Narrative) -> Self {
        Self(narrative.paragraphs.iter().map(|Paragraph(text)| stored(text)).collect())
    }
}

impl From<Paragraphs> for Narrative {
    fn from(Paragraphs(all): Paragraphs) -> Self {
        Self { paragraphs: all.into_iter().map(Paragraph).collect() }
    }
}

/// A line of a cover.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(min_length = 1, max_length = 1_000, pattern = r"\S")]
pub struct CoverLine(String);

/// What stands on the first page above the text, and on the last below it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportCover {
    /// The agency above (cơ quan chủ quản); without it, the organization above in the register, if you reach it.
    #[schema(min_length = 1, max_length = 300, pattern = r"\S", example = "Ủy ban nhân dân tỉnh Đồng Nai")]
    above: Option<String>,
    /// Number; left out until it is given.
    #[schema(min_length = 1, max_length = 20, pattern = r"\S", example = "06")]
    number: Option<String>,
    /// Symbol (ký hiệu).
    #[schema(min_length = 1, max_length = 60, pattern = r"\S", example = "BC-SKHCN")]
    symbol: String,
    /// Place (địa danh).
    #[schema(min_length = 1, max_length = 100, pattern = r"\S", example = "Đồng Nai")]
    place: Option<String>,
    /// Day of issue; left out until it is known.
    #[schema(format = Date, example = "2020-06-30")]
    #[serde(default, deserialize_with = "maybe_day")]
    issued_on: Option<NaiveDate>,
    /// What the report is about (trích yếu).
    #[schema(
        min_length = 1,
        max_length = 1_000,
        pattern = r"\S",
        example = "Tổng kết thực hiện Chỉ thị số 30-CT/TU"
    )]
    subject: String,
    /// The grounds (căn cứ), each a sentence.
    #[serde(default)]
    #[schema(
        max_items = 50,
        example = json!(["Căn cứ Kế hoạch số 363-KH/TU ngày 29/5/2020 của Tỉnh ủy về tổng kết thực hiện Chỉ thị số 30-CT/TU."])
    )]
    bases: Vec<CoverLine>,
    /// Who receives it (nơi nhận).
    #[serde(default)]
    #[schema(max_items = 50, example = json!(["Ban Dân vận Tỉnh ủy", "Sở Nội vụ", "Lưu: VT, VP"]))]
    recipients: Vec<CoverLine>,
    /// By which right and as what it is signed, line by line, such as `KT. GIÁM ĐỐC`, `PHÓ GIÁM ĐỐC`.
    #[serde(default)]
    #[schema(max_items = 6, example = json!(["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]))]
    signature: Vec<CoverLine>,
    /// Who signs it.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S", example = "Nguyễn Văn A")]
    signer: Option<String>,
}

impl Body for ReportCover {}

impl From<ReportCover> for Cover {
    fn from(cover: ReportCover) -> Self {
        let text = |text: Option<String>| text.as_deref().map(stored);
        let lines = |lines: Vec<CoverLine>| lines.iter().map(|CoverLine(line)| stored(line)).collect();
        Self {
            above: text(cover.above),
            number: text(cover.number),
            symbol: stored(&cover.symbol),
            place: text(cover.place),
            issued_on: cover.issued_on,
            subject: stored(&cover.subject),
            bases: lines(cover.bases),
            recipients: lines(cover.recipients),
            signature: lines(cover.signature),
            signer: text(cover.signer),
        }
    }
}

impl From<Cover> for ReportCover {
    fn from(cover: Cover) -> Self {
        let Cover { above, number, symbol, place, issued_on, subject, signer, .. } = cover;
        let lines = |lines: Vec<String>| lines.into_iter().map(CoverLine).collect();
        let (bases, recipients) = (lines(cover.bases), lines(cover.recipients));
        let signature = lines(cover.signature);
        Self { above, number, symbol, place, issued_on, subject, bases, recipients, signature, signer }
    }
}

const HERE: &str = "/api/v1/reports/mass-mobilization";

/// Show the paragraphs of a part.
///
/// Those that the department wrote itself for its report of these days.
#[utoipa::path(
    tag = "reports",
    params(("part" = PartKey, Path, description = "The part"), ReportQuery),
    responses((status = 200, description = "The paragraphs", body = Narrative)),
    security(("bearer" = ["reports:read"]))
)]
#[get("/reports/mass-mobilization/narratives/{part}")]
pub async fn find_narrative(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadReports>,
    part: Path<PartKey>,
    Query(query): Query<ReportQuery>,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::Now(clock.today()));
    let place = ((query.from, query.to), Place::Part(*part));
    query.stage()?;
    let kept =
        db.snapshot(move |conn| actions::find::<Paragraphs>(conn, &reach, &query.org, place, when)).await?;
    let (etag, updated_at) = (Etag::of(kept.version), kept.updated_at);
    Ok(Reply::ok(&Narrative::from(kept.content))?.tagged(&etag).modified(updated_at))
}

/// Write the paragraphs of a part.
///
/// All of them; they stand in the report of the very days that the address names. What was written before needs `If-Match`.
#[utoipa::path(
    tag = "reports",
    params(("part" = PartKey, Path, description = "The part"), ReportQuery),
    responses(
        (status = 200, description = "Written anew", body = Narrative),
        (status = 201, description = "Written", body = Narrative)
    ),
    security(("bearer" = ["reports:write"]))
)]
#[put("/reports/mass-mobilization/narratives/{part}")]
pub async fn write_narrative(
    db: Data<Db>,
    who: May<WriteReports>,
    part: Path<PartKey>,
    Query(query): Query<ReportQuery>,
    condition: Condition,
    body: Json<Narrative>,
) -> Answer {
    let (reach, part, stage) = (Reach::of(&who), *part, query.stage()?);
    let place = ((query.from, query.to), Place::Part(part));
    let paragraphs = Paragraphs::from(body.value);
    let subject = format!("{} {} {} {part}", query.org, query.from, query.to);
    db.write(who.orders("report-text.write", subject), move |work| {
        let (outcome, kept) = actions::write(work, &reach, &query.org, place, &paragraphs, &condition)?;
        let location = format!("{HERE}/narratives/{part}?org={}&{}", query.org, stage.query());
        let etag = Etag::of(kept.version);
        Ok(Reply::of(outcome, &Narrative::from(kept.content), location)?.tagged(&etag))
    })
    .await
}

/// Show the cover of a report.
#[utoipa::path(
    tag = "reports",
    params(ReportQuery),
    responses((status = 200, description = "The cover", body = ReportCover)),
    security(("bearer" = ["reports:read"]))
)]
#[get("/reports/mass-mobilization/cover")]
pub async fn find_cover(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadReports>,
    Query(query): Query<ReportQuery>,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::Now(clock.today()));
    let place = ((query.from, query.to), Place::Cover);
    query.stage()?;
    let kept = db.snapshot(move |conn| actions::find::<Cover>(conn, &reach, &query.org, place, when)).await?;
    let (etag, updated_at) = (Etag::of(kept.version), kept.updated_at);
    Ok(Reply::ok(&ReportCover::from(kept.content))?.tagged(&etag).modified(updated_at))
}

/// Write the cover of a report.
///
/// Number, place, day, subject, recipients and signature, as NĐ 30/2020/NĐ-CP wants them. A cover that was written before needs
/// `If-Match`.
#[utoipa::path(
    tag = "reports",
    params(ReportQuery),
    responses(
        (status = 200, description = "Written anew", body = ReportCover),
        (status = 201, description = "Written", body = ReportCover)
    ),
    security(("bearer" = ["reports:write"]))
)]
#[put("/reports/mass-mobilization/cover")]
pub async fn write_cover(
    db: Data<Db>,
    who: May<WriteReports>,
    Query(query): Query<ReportQuery>,
    condition: Condition,
    body: Json<ReportCover>,
) -> Answer {
    let (reach, stage) = (Reach::of(&who), query.stage()?);
    let place = ((query.from, query.to), Place::Cover);
    let cover = Cover::from(body.value);
    let subject = format!("{} {} {} cover", query.org, query.from, query.to);
    db.write(who.orders("report-text.write", subject), move |work| {
        let (outcome, kept) = actions::write(work, &reach, &query.org, place, &cover, &condition)?;
        let location = format!("{HERE}/cover?org={}&{}", query.org, stage.query());
        let etag = Etag::of(kept.version);
        Ok(Reply::of(outcome, &ReportCover::from(kept.content), location)?.tagged(&etag))
    })
    .await
}
