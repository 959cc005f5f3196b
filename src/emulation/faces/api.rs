//! Faces over HTTP.

use actix_web::get;
use actix_web::web::Data;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actions::{self, Asked};
use super::store::Face;
use crate::emulation::elections::model::ElectionId;
use crate::emulation::movements::words::{GroupCode, MovementCode};
use crate::emulation::persons::{PublicPerson, StaffReference};
use crate::emulation::{known_by, sees_persons};
use crate::kpis::percent::Percent;
use crate::kpis::periods::model::{Period, Scheme};
use crate::organizations::{OrganizationCode, Reach};
use crate::platform::table::columns;
use crate::platform::text::Text;
use crate::platform::{Answer, Cell, Clock, ColumnKind, Db, Format, May, Query, ReadEmulation, Reply, Table};

/// Which faces.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FacesQuery {
    /// Any code of the organization: persons of it and of all below it.
    #[param(inline)]
    org: OrganizationCode,
    /// The period: all rounds that end in it.
    #[param(inline)]
    period: Period,
    /// Only of this movement.
    #[param(inline)]
    movement: Option<MovementCode>,
}

/// The face of a group and round.
#[derive(Debug, Serialize, ToSchema)]
pub struct FaceRow {
    /// The round.
    round: Period,
    /// Code of the movement.
    movement: MovementCode,
    /// Its name.
    #[schema(example = "Xây dựng cơ quan văn hóa – ngày làm việc 8 giờ")]
    movement_name: String,
    /// Code of the group.
    group: GroupCode,
    /// Its name.
    #[schema(example = "Khối Quản lý nhà nước")]
    group_name: String,
    /// Id of the election.
    election: ElectionId,
    /// On which day it was held.
    held_on: NaiveDate,
    /// Code of the organization of who is elected.
    organization: OrganizationCode,
    /// Its name.
    #[schema(example = "Phòng Quản lý khoa học")]
    organization_name: String,
    /// Members of the council who voted for who is elected.
    #[schema(example = 7)]
    votes: i32,
    /// All members of the council.
    #[schema(example = 9)]
    council_members: i32,
    /// The share of all members, in percent with two decimals.
    #[schema(required = true, example = 77.78)]
    percent: Option<Percent>,
    /// The staff reference of who is elected; for `emulation:persons` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    person: Option<StaffReference>,
    /// The person, as a decision made it public; for `emulation:persons` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    public_person: Option<PublicPerson>,
}

/// Who was elected in a subtree.
#[derive(Debug, Serialize, ToSchema)]
pub struct FacesView {
    /// Whose persons.
    organization: OrganizationCode,
    /// The period.
    period: Period,
    /// By round, movement and group.
    items: Vec<FaceRow>,
}

impl FaceRow {
    fn of(face: Face, sees_persons: bool) -> Self {
        let Face { election, movement_name, group_name, organization_name } = face;
        Self {
            percent: election.percent(),
            round: election.round,
            movement: election.movement,
            movement_name,
            group: election.group,
            group_name,
            election: election.id,
            held_on: election.held_on,
            organization: election.organization_code,
            organization_name,
            votes: election.votes,
            council_members: election.council_members,
            person: Some(election.person).filter(|_| sees_persons),
            public_person: election.public.filter(|_| sees_persons),
        }
    }

    fn cells(&self, sees_persons: bool) -> Vec<Cell> {
        let mut cells = vec![
            self.round.as_str().into(),
            self.movement_name.as_str().into(),
            self.group_name.as_str().into(),
            Cell::Day(self.held_on),
            self.organization.as_str().into(),
            self.organization_name.as_str().into(),
            Cell::Number(i64::from(self.votes)),
            Cell::Number(i64::from(self.council_members)),
            self.percent.map_or(Cell::Empty, |percent| Cell::Percent(percent.0)),
        ];
        if sees_persons {
            let public = self.public_person.as_ref();
            let text = |text: Option<&str>| text.map_or(Cell::Empty, Cell::from);
            cells.push(text(self.person.as_ref().map(StaffReference::as_str)));
            cells.push(text(public.map(|person| person.name.as_str())));
            cells.push(text(public.map(|person| person.position.as_str())));
        }
        cells
    }
}

fn table(view: &FacesView, sees_persons: bool) -> Table {
    let mut headings = vec![
        ("Đợt", ColumnKind::Text),
        ("Phong trào", ColumnKind::Text),
        ("Khối", ColumnKind::Text),
        ("Ngày bình chọn", ColumnKind::Day),
        ("Mã đơn vị", ColumnKind::Text),
        ("Đơn vị", ColumnKind::Text),
        ("Số phiếu", ColumnKind::Number),
        ("Tổng số thành viên hội đồng", ColumnKind::Number),
        ("Tỷ lệ (%)", ColumnKind::Percent { decimals: 2 }),
    ];
    if sees_persons {
        headings.extend([
            ("Mã nhân sự", ColumnKind::Text),
            ("Họ và tên", ColumnKind::Text),
            ("Chức vụ", ColumnKind::Text),
        ]);
    }
    Table {
        title: Text::new("Faces elected", "Gương mặt điển hình tiên tiến"),
        columns: columns(&headings),
        rows: view.items.iter().map(|row| row.cells(sees_persons)).collect(),
    }
}

/// Show who was elected in a subtree.
///
/// Gương mặt điển hình tiên tiến of the rounds of a period, whose organization is in the tree of its last day, or of today while that is
/// to come. Who it is, is shown with `emulation:persons` only. As JSON, or as a table for people: `/emulation/faces.csv`, `.xlsx`, or by `Accept`.
#[utoipa::path(
    tag = "emulation",
    params(FacesQuery),
    responses((status = 200, description = "The faces", content(
        (FacesView = "application/json"),
        (String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    ))),
    security(("bearer" = ["emulation:read"]))
)]
#[get("/emulation/faces")]
pub async fn show_faces(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadEmulation>,
    Query(query): Query<FacesQuery>,
    format: Format,
) -> Answer {
    let (reach, today, sees) = (Reach::of(&who), clock.today(), sees_persons(&who));
    let FacesQuery { org: organization, period, movement } = query;
    let (from, to) = (period.first_day(Scheme::Calendar), period.last_day(Scheme::Calendar));
    let asked = Asked { organization: organization.clone(), movement, from, to };
    // Not remembered: what is remembered of one is given to all of the same reach, whatever they may see.
    db.snapshot(move |conn| {
        let faces = actions::read(conn, &reach, &asked, known_by(to, today))?;
        let items = faces.into_iter().map(|face| FaceRow::of(face, sees)).collect();
        let view = FacesView { organization, period, items };
        format.answer(|| Reply::ok(&view), || Ok(table(&view, sees)))
    })
    .await
}
