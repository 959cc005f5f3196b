//! The report over HTTP.

use actix_web::get;
use actix_web::web::Data;

use super::actions::{self, Asked};
use super::bodies::{MassMobilizationReport, ReportTable};
use super::composing::letter;
use super::model::{PartTable, TableKey};
use crate::organizations::Reach;
use crate::platform::auth::{Scope, SeePersons};
use crate::platform::config::{PublicUrl, Publishing};
use crate::platform::text::Text;
use crate::platform::{Answer, Caller, Clock, Db, Fault, Format, May, Path, Query, ReadReports, Reply};
use crate::reports::api::ReportQuery;
use crate::reports::docx;

/// What a caller asks for. Persons are named to who may see those of emulation.
///
/// Refuses what is no stage.
pub fn asked(
    who: &Caller,
    query: ReportQuery,
    clock: &Clock,
    publishing: &Publishing,
) -> Result<Asked, Fault> {
    Ok(Asked {
        reach: Reach::of(who),
        stage: query.stage()?,
        organization: query.org,
        today: clock.today(),
        with_persons: who.holds(SeePersons::NAME),
        least: publishing.least,
    })
}

/// Show the report on mass mobilization work.
///
/// Báo cáo công tác dân vận: its parts in order, each with what the department wrote, sentences put together from records, the
/// figures in them, and tables. Every figure says of which days it speaks and under which address it is explained. In Vietnamese.
/// As JSON, or as a document in the form of NĐ 30/2020/NĐ-CP: `/reports/mass-mobilization.docx`, or by `Accept`. It holds figures of
/// every slice: whoever may read reports may read these in it.
#[utoipa::path(
    tag = "reports",
    params(ReportQuery),
    responses((status = 200, description = "The report", content(
        (MassMobilizationReport = "application/json"),
        (String = "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
    ))),
    security(("bearer" = ["reports:read"]))
)]
#[get("/reports/mass-mobilization")]
pub async fn show_mass_mobilization_report(
    db: Data<Db>,
    clock: Data<Clock>,
    (public_url, publishing): (Data<PublicUrl>, Data<Publishing>),
    who: May<ReadReports>,
    Query(query): Query<ReportQuery>,
    format: Format,
) -> Answer {
    let asked = asked(&who, query, &clock, &publishing)?;
    db.snapshot(move |conn| {
        let (report, cover) = actions::read(conn, &asked)?;
        let letter = letter(&report, cover.as_ref().map(|kept| &kept.content), &public_url.0);
        format.document(
            || Reply::ok(&MassMobilizationReport::of(report, cover)),
            || {
                let title = Text::new(letter.title.clone(), letter.title.clone());
                Ok((title, docx::written(&letter).map_err(Fault::broken)?))
            },
        )
    })
    .await
}

/// Show a table of the report.
///
/// As JSON, or for people: `….csv`, `….xlsx`, or by `Accept`.
#[utoipa::path(
    tag = "reports",
    params(("table" = TableKey, Path, description = "The table"), ReportQuery),
    responses((status = 200, description = "The table", content(
        (ReportTable = "application/json"),
        (String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    ))),
    security(("bearer" = ["reports:read"]))
)]
#[get("/reports/mass-mobilization/tables/{table}")]
pub async fn show_report_table(
    db: Data<Db>,
    (clock, publishing): (Data<Clock>, Data<Publishing>),
    who: May<ReadReports>,
    key: Path<TableKey>,
    Query(query): Query<ReportQuery>,
    format: Format,
) -> Answer {
    let asked = asked(&who, query, &clock, &publishing)?;
    db.snapshot(move |conn| {
        let (report, _) = actions::read(conn, &asked)?;
        let tables = report.parts.into_iter().flat_map(|part| part.tables);
        let found = tables.into_iter().find(|table| table.key == *key);
        let table = found.unwrap_or_else(|| PartTable::empty(*key));
        format.answer(|| Reply::ok(&ReportTable::from(table.clone())), || Ok(table.table.clone()))
    })
    .await
}
