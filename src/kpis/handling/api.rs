//! Form II.06a over HTTP.

use actix_web::get;
use actix_web::web::Data;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actions;
use super::model::{By, Columns};
use super::store::Row;
use crate::kpis::figures::cells::Cell;
use crate::kpis::periods::model::{Period, Scheme};
use crate::organizations::{OrganizationCode, Reach};
use crate::platform::{Answer, Clock, Db, May, Query, ReadKpis, Reply};

/// Of whom, of which period.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HandlingQuery {
    /// Any code of the organization.
    #[param(inline)]
    org: OrganizationCode,
    /// The period.
    #[param(inline)]
    period: Period,
    /// How the period is cut; without it, by the calendar.
    #[param(inline)]
    #[serde(default)]
    scheme: Scheme,
    /// What the rows are.
    #[param(inline)]
    #[serde(default)]
    by: By,
}

/// A row of the form.
#[derive(Debug, Serialize, ToSchema)]
pub struct HandlingRow {
    /// Code of the organization or procedure, or name of the field.
    #[schema(example = "H19.06.02")]
    key: String,
    /// Name; null for what is in no register.
    #[schema(required = true, example = "Phòng Quản lý khoa học")]
    name: Option<String>,
    #[serde(flatten)]
    columns: Columns,
}

/// The form.
#[derive(Debug, Serialize, ToSchema)]
pub struct HandlingView {
    /// The organization.
    organization: OrganizationCode,
    /// The period.
    period: Period,
    /// How it is cut.
    scheme: Scheme,
    /// Its first day.
    from: NaiveDate,
    /// Its last day.
    to: NaiveDate,
    /// The rows.
    rows: Vec<HandlingRow>,
    /// Their sum.
    total: Columns,
}

impl From<Row> for HandlingRow {
    fn from(row: Row) -> Self {
        Self { key: row.key, name: row.name, columns: row.handled.into() }
    }
}

/// Fill in form II.06a.
///
/// Tình hình, kết quả giải quyết thủ tục hành chính (TT 01/2020/TT-VPCP). 3 = 4 + 5 + 6, 7 = 8 + 9 + 10, 11 = 12 + 13,
/// 3 = 7 + 11; column 6 is column 11 of the period before, but for organizations that were moved in between. Of a period
/// that is still running, what is open is counted as of today.
#[utoipa::path(
    tag = "figures",
    params(HandlingQuery),
    responses((status = 200, description = "The form", body = HandlingView)),
    security(("bearer" = ["kpis:read"]))
)]
#[get("/reports/dossier-handling")]
pub async fn report_handling(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadKpis>,
    Query(query): Query<HandlingQuery>,
) -> Answer {
    let (reach, today) = (Reach::of(&who), clock.today());
    let HandlingQuery { org, period, scheme, by } = query;
    let cell = Cell::of(period.clone(), scheme);
    let (from, to, code) = (cell.first, cell.last, org.clone());
    let filled = db.snapshot(move |conn| actions::fill_in(conn, &reach, &code, by, &cell, today)).await?;
    let rows = filled.0.into_iter().map(HandlingRow::from).collect();
    let total = filled.1.into();
    Reply::ok(&HandlingView { organization: org, period, scheme, from, to, rows, total })
}
