//! Initiatives over HTTP.

use actix_web::web::Data;
use actix_web::{get, put};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

use super::actions;
use super::bodies::{InitiativeCountRow, InitiativeView, InitiativesOverview, NewInitiative};
use super::model::{Initiative, InitiativeCode, InitiativeCounts, InitiativeScope, InitiativeState};
use super::store::{self, Filter};
use crate::emulation::persons::StaffReference;
use crate::emulation::{etag, sees_persons, spanned};
use crate::organizations::{OrganizationCode, Reach, When};
use crate::platform::auth::Scope;
use crate::platform::table::columns;
use crate::platform::text::Text;
use crate::platform::{
    Answer, Cell, Clock, ColumnKind, Condition, Db, Format, Json, May, Page, Paged, Paging, Path, Query,
    Question, ReadEmulation, Reply, SeePersons, Table, WriteEmulation,
};

/// Which initiatives.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct InitiativeFilter {
    /// Code of an organization: its initiatives, and those of all below it.
    #[param(inline)]
    organization: Option<OrganizationCode>,
    /// How they stand.
    #[param(inline)]
    state: Option<InitiativeState>,
    /// With a recognition in force of this scope or a wider one.
    #[param(inline)]
    scope: Option<InitiativeScope>,
    /// By this author; needs `emulation:persons`.
    #[param(inline)]
    author: Option<StaffReference>,
    /// Submitted on this day or later.
    #[param(format = Date, example = "2020-01-01")]
    from: Option<NaiveDate>,
    /// Submitted on this day or earlier.
    #[param(format = Date, example = "2020-12-31")]
    to: Option<NaiveDate>,
}

impl From<InitiativeFilter> for Filter {
    fn from(filter: InitiativeFilter) -> Self {
        let InitiativeFilter { organization, state, scope, author, from, to } = filter;
        Self { organization, state, scope, author, from, to }
    }
}

/// List initiatives.
///
/// Of organizations within your subtree, by the day of their submission.
#[utoipa::path(
    tag = "emulation",
    params(Paged<InitiativeFilter>),
    responses((status = 200, description = "A page of initiatives", body = Page<InitiativeView>)),
    security(("bearer" = ["emulation:read"]))
)]
#[get("/initiatives")]
pub async fn list_initiatives(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadEmulation>,
    query: Query<Paged<InitiativeFilter>>,
    paging: Paging,
) -> Answer {
    let filter = Filter::from(query.0.filter);
    if filter.author.is_some() {
        who.must_hold(SeePersons::NAME)?;
    }
    let (reach, today, persons) = (Reach::of(&who), clock.today(), sees_persons(&who));
    let page = (paging.after(who.subject())?, paging.fetch());
    let found = db.snapshot(move |conn| store::list(conn, &reach, &filter, today, page)).await?;
    let page = paging.page(found, who.subject(), |kept| (kept.initiative.submitted_on, kept.id))?;
    page.map(|kept| InitiativeView::of(kept, persons)).reply()
}

/// Show an initiative.
#[utoipa::path(
    tag = "emulation",
    params(
        ("code" = OrganizationCode, Path, description = "Any code of the organization"),
        ("initiative" = InitiativeCode, Path, description = "Its code there")
    ),
    responses((status = 200, description = "The initiative", body = InitiativeView)),
    security(("bearer" = ["emulation:read"]))
)]
#[get("/organizations/{code}/initiatives/{initiative}")]
pub async fn find_initiative(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadEmulation>,
    path: Path<(OrganizationCode, InitiativeCode)>,
) -> Answer {
    let (reach, when, persons) = (Reach::of(&who), When::Now(clock.today()), sees_persons(&who));
    let (organization, code) = path.into_inner();
    let kept = db.snapshot(move |conn| actions::find(conn, &reach, &organization, &code, when)).await?;
    let (etag, updated_at) = (etag(kept.version, persons), kept.updated_at);
    Ok(Reply::ok(&InitiativeView::of(kept, persons))?.tagged(&etag).modified(updated_at))
}

/// Push an initiative.
///
/// Whole, with all that was decided about it; one that is there needs `If-Match`. The shares of the authors sum to exactly 100. A
/// recognition that was recorded can be revoked, but not left out.
#[utoipa::path(
    tag = "emulation",
    params(
        ("code" = OrganizationCode, Path, description = "Any code of the organization"),
        ("initiative" = InitiativeCode, Path, description = "Its code there")
    ),
    responses(
        (status = 200, description = "Changed, or as it was", body = InitiativeView),
        (status = 201, description = "New", body = InitiativeView)
    ),
    security(("bearer" = ["emulation:write", "emulation:persons"]))
)]
#[put("/organizations/{code}/initiatives/{initiative}")]
pub async fn push_initiative(
    db: Data<Db>,
    who: May<WriteEmulation>,
    path: Path<(OrganizationCode, InitiativeCode)>,
    condition: Condition,
    body: Json<NewInitiative>,
) -> Answer {
    // Its authors are persons.
    who.must_hold(SeePersons::NAME)?;
    let reach = Reach::of(&who);
    let (organization, code) = path.into_inner();
    let initiative = Initiative::from(body.value);
    let order = who.orders("initiative.push", format!("{organization} {code}"));
    db.write(order, move |work| {
        let said = (&code, initiative.clone());
        let (outcome, kept) = actions::push(work, &reach, &organization, said, &condition)?;
        let etag = etag(kept.version, true);
        let location = format!("/api/v1/organizations/{organization}/initiatives/{code}");
        // The trail is kept for ever and read by others: whose it is is not told.
        let evidence = InitiativeView::of(kept.clone(), false);
        Reply::of(outcome, &InitiativeView::of(kept, true), location)?.tagged(&etag).with_evidence(&evidence)
    })
    .await
}

/// Of whom, from when to when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct InitiativesQuery {
    /// Any code of the organization: its initiatives, and those of all below it.
    #[param(inline)]
    org: OrganizationCode,
    /// First day; without it, the first of the year of the last.
    #[param(format = Date, example = "2020-01-01")]
    from: Option<NaiveDate>,
    /// Last day, in whose tree organizations stand; without it, today.
    #[param(format = Date, example = "2020-12-31")]
    to: Option<NaiveDate>,
}

fn table(view: &InitiativesOverview) -> Table {
    let numbers = |c: &InitiativeCounts| {
        [c.submitted, c.recognised, c.base, c.province, c.national, c.declined, c.revoked].map(Cell::Number)
    };
    let row = |row: &InitiativeCountRow| {
        let head = [Cell::from(row.key.as_str()), Cell::from(row.name.as_str())];
        head.into_iter().chain(numbers(&row.counts)).collect()
    };
    let mut rows: Vec<Vec<Cell>> = view.items.iter().map(row).collect();
    rows.push([Cell::Empty, "Tổng cộng".into()].into_iter().chain(numbers(&view.total)).collect());
    let number = ColumnKind::Number;
    let (organization, from, to) = (&view.organization, view.from, view.to);
    Table {
        title: Text::new(
            format!("Initiatives {organization} {from} {to}"),
            format!("Sáng kiến {organization} {from} {to}"),
        ),
        columns: columns(&[
            ("Mã", ColumnKind::Text),
            ("Đơn vị", ColumnKind::Text),
            ("Đăng ký", number),
            ("Được công nhận", number),
            ("Cấp cơ sở", number),
            ("Cấp tỉnh", number),
            ("Toàn quốc", number),
            ("Không công nhận", number),
            ("Hủy công nhận", number),
        ]),
        rows,
    }
}

/// Show what became of initiatives in a period.
///
/// Of an organization and all below it: how many were submitted, recognised for the first time (each once, by its widest scope), not recognised. What
/// was recognised in the period counts in it, whatever became of it later: revocations are counted beside it, in the period of their own
/// day. As JSON, or as a table for people: `/initiatives/overview.csv`, `.xlsx`, or by `Accept`.
#[utoipa::path(
    tag = "emulation",
    params(InitiativesQuery),
    responses((status = 200, description = "The counts", content(
        (InitiativesOverview = "application/json"),
        (String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    ))),
    security(("bearer" = ["emulation:read"]))
)]
#[get("/initiatives/overview")]
pub async fn show_initiatives_overview(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadEmulation>,
    Query(query): Query<InitiativesQuery>,
    format: Format,
    question: Question,
) -> Answer {
    let (reach, today) = (Reach::of(&who), clock.today());
    let InitiativesQuery { org: organization, from, to } = query;
    let (from, to, when) = spanned(from, to, today)?;
    db.recall(question.of(&who, today), move |conn| {
        let found = actions::count(conn, &reach, &organization, (from, to), when)?;
        let row = |(key, name, counts)| InitiativeCountRow { key, name, counts };
        let items = found.lines.into_iter().map(row).collect();
        let view =
            InitiativesOverview { organization: organization.clone(), from, to, items, total: found.total };
        format.answer(|| Reply::ok(&view), || Ok(table(&view)))
    })
    .await
}
