//! How many were given what, over HTTP.

use actix_web::get;
use actix_web::web::Data;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actions;
use super::model::AwardCounts;
use crate::emulation::awards::titles::model::{AwardForm, AwardLevel, AwardRecipient, AwardTitleId};
use crate::emulation::awards::titles::store::Title;
use crate::emulation::spanned;
use crate::kpis::catalog::model::Bilingual;
use crate::organizations::{OrganizationCode, Reach};
use crate::platform::table::columns;
use crate::platform::text::Text;
use crate::platform::{
    Answer, Cell, Clock, ColumnKind, Db, Format, May, Query, Question, ReadEmulation, Reply, Table,
};

/// Of whom, from when to when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AwardsQuery {
    /// Any code of the organization: what is for it, for those below it, and for their staff.
    #[param(inline)]
    org: OrganizationCode,
    /// First day; without it, the first of the year of the last.
    #[param(format = Date, example = "2020-01-01")]
    from: Option<NaiveDate>,
    /// Last day, in whose tree organizations stand; without it, today.
    #[param(format = Date, example = "2020-12-31")]
    to: Option<NaiveDate>,
}

/// What became of proposals for one title.
#[derive(Debug, Serialize, ToSchema)]
pub struct AwardCountRow {
    /// The title or form of commendation.
    title: AwardTitleId,
    /// Its name.
    name: Bilingual,
    /// What it is.
    form: AwardForm,
    /// At which level it is given.
    level: AwardLevel,
    /// To whom.
    recipient: AwardRecipient,
    #[serde(flatten)]
    counts: AwardCounts,
}

impl From<(Title, AwardCounts)> for AwardCountRow {
    fn from((title, counts): (Title, AwardCounts)) -> Self {
        let rule = title.rule;
        let (form, level, recipient) = (rule.form, rule.level, rule.recipient);
        Self { title: title.id, name: rule.name, form, level, recipient, counts }
    }
}

/// What became of the proposals of a subtree in a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct AwardsOverview {
    /// For whom.
    organization: OrganizationCode,
    /// First day of the period.
    from: NaiveDate,
    /// Its last day.
    to: NaiveDate,
    /// By title, in the order of the catalogue; those without any are left out.
    items: Vec<AwardCountRow>,
    /// All together.
    total: AwardCounts,
}

fn table(view: &AwardsOverview) -> Table {
    let numbers = |c: &AwardCounts| [c.proposed, c.awarded, c.closed, c.revoked].map(Cell::Number);
    let row = |row: &AwardCountRow| {
        let recipient = match row.recipient {
            AwardRecipient::Individual => "Cá nhân",
            AwardRecipient::Collective => "Tập thể",
        };
        let head = [Cell::from(row.name.vi.as_str()), Cell::from(recipient)];
        head.into_iter().chain(numbers(&row.counts)).collect()
    };
    let mut rows: Vec<Vec<Cell>> = view.items.iter().map(row).collect();
    rows.push(["Tổng cộng".into(), Cell::Empty].into_iter().chain(numbers(&view.total)).collect());
    let number = ColumnKind::Number;
    let (organization, from, to) = (&view.organization, view.from, view.to);
    Table {
        title: Text::new(
            format!("Awards {organization} {from} {to}"),
            format!("Khen thưởng {organization} {from} {to}"),
        ),
        columns: columns(&[
            ("Danh hiệu, hình thức", ColumnKind::Text),
            ("Đối tượng", ColumnKind::Text),
            ("Đề nghị", number),
            ("Được khen thưởng", number),
            ("Không khen thưởng, rút", number),
            ("Hủy bỏ", number),
        ]),
        rows,
    }
}

/// Show how many were given what in a period.
///
/// To an organization, those below it and their staff: counts by title. As JSON, or as a table for people: `/awards/overview.csv`, `.xlsx`,
/// or by `Accept`.
#[utoipa::path(
    tag = "emulation",
    params(AwardsQuery),
    responses((status = 200, description = "The counts", content(
        (AwardsOverview = "application/json"),
        (String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    ))),
    security(("bearer" = ["emulation:read"]))
)]
#[get("/awards/overview")]
pub async fn show_awards_overview(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadEmulation>,
    Query(query): Query<AwardsQuery>,
    format: Format,
    question: Question,
) -> Answer {
    let (reach, today) = (Reach::of(&who), clock.today());
    let AwardsQuery { org: organization, from, to } = query;
    let (from, to, when) = spanned(from, to, today)?;
    db.recall(question.of(&who, today), move |conn| {
        let found = actions::read(conn, &reach, &organization, (from, to), when)?;
        let items = found.lines.into_iter().map(AwardCountRow::from).collect();
        let view = AwardsOverview { organization: organization.clone(), from, to, items, total: found.total };
        format.answer(|| Reply::ok(&view), || Ok(table(&view)))
    })
    .await
}
