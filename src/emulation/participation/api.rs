//! Participation over HTTP.

use actix_web::web::Data;
use actix_web::{get, put};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actions::{self, Asked};
use super::model::{Participation, ParticipationBy, RoundKey};
use super::store::{Kept, Line};
use crate::emulation::known_by;
use crate::emulation::movements::words::MovementCode;
use crate::kpis::percent::{Percent, Ratio};
use crate::kpis::periods::model::{Period, Scheme};
use crate::organizations::{OrganizationCode, Reach};
use crate::platform::table::columns;
use crate::platform::text::Text;
use crate::platform::{
    Answer, Body, Cell, Clock, ColumnKind, Condition, Db, Etag, Format, Json, May, Path, Query, Question,
    ReadEmulation, Reply, Table, WriteEmulation,
};

/// Who takes part in a round.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewParticipation {
    /// Members of the organization whom none below it states.
    #[schema(minimum = 0, maximum = 1_000_000, example = 182)]
    members: i32,
    /// Those of them who take part.
    #[schema(minimum = 0, maximum = 1_000_000, example = 182)]
    taking_part: i32,
}

impl Body for NewParticipation {}

/// Who takes part in a round.
#[derive(Debug, Serialize, ToSchema)]
pub struct ParticipationView {
    /// Code of the organization, as it was asked for.
    organization: OrganizationCode,
    /// The movement.
    movement: MovementCode,
    /// The round.
    round: Period,
    /// Members of the organization whom none below it states.
    #[schema(minimum = 0, example = 182)]
    members: i32,
    /// Those of them who take part.
    #[schema(minimum = 0, example = 182)]
    taking_part: i32,
    /// Their share, in percent with two decimals; null of nobody.
    #[schema(required = true, example = 100)]
    percent: Option<Percent>,
}

fn view(organization: OrganizationCode, key: RoundKey, kept: &Kept) -> ParticipationView {
    let Participation { members, taking_part } = kept.participation;
    let percent = share(i64::from(taking_part), i64::from(members));
    ParticipationView {
        organization,
        movement: key.movement,
        round: key.round,
        members,
        taking_part,
        percent,
    }
}

fn share(numerator: i64, denominator: i64) -> Option<Percent> {
    Ratio { numerator, denominator }.rounded(2)
}

/// Show who takes part in a round.
#[utoipa::path(
    tag = "emulation",
    params(
        ("code" = OrganizationCode, Path, description = "Any code of the organization"),
        ("movement" = MovementCode, Path, description = "Code of the movement"),
        ("period" = Period, Path, description = "The round")
    ),
    responses((status = 200, description = "What the organization states", body = ParticipationView)),
    security(("bearer" = ["emulation:read"]))
)]
#[get("/organizations/{code}/participation/{movement}/{period}")]
pub async fn find_participation(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadEmulation>,
    path: Path<(OrganizationCode, MovementCode, Period)>,
) -> Answer {
    let (reach, today) = (Reach::of(&who), clock.today());
    let (code, movement, round) = path.into_inner();
    let key = RoundKey { movement, round };
    let (asked, wanted) = (code.clone(), key.clone());
    let kept = db.snapshot(move |conn| actions::find(conn, &reach, &asked, &wanted, today)).await?;
    Ok(Reply::ok(&view(code, key, &kept))?.tagged(&Etag::of(kept.version)).modified(kept.updated_at))
}

/// State who takes part in a round.
///
/// Of members whom no organization below states, so that sums count nobody twice. What was stated before needs `If-Match`. Counts in
/// the KPI `movement-participation`.
#[utoipa::path(
    tag = "emulation",
    params(
        ("code" = OrganizationCode, Path, description = "Any code of the organization"),
        ("movement" = MovementCode, Path, description = "Code of the movement"),
        ("period" = Period, Path, description = "The round: a month, quarter or year, as the movement says")
    ),
    responses(
        (status = 200, description = "Restated", body = ParticipationView),
        (status = 201, description = "Stated", body = ParticipationView)
    ),
    security(("bearer" = ["emulation:write"]))
)]
#[put("/organizations/{code}/participation/{movement}/{period}")]
pub async fn state_participation(
    db: Data<Db>,
    who: May<WriteEmulation>,
    path: Path<(OrganizationCode, MovementCode, Period)>,
    condition: Condition,
    body: Json<NewParticipation>,
) -> Answer {
    let reach = Reach::of(&who);
    let (code, movement, round) = path.into_inner();
    let NewParticipation { members, taking_part } = body.value;
    let stated = Participation { members, taking_part };
    let key = RoundKey { movement, round };
    let order = who.orders("participation.state", key.of(&code));
    db.write(order, move |work| {
        let (outcome, kept) = actions::state(work, &reach, code.as_str(), &key, &stated, &condition)?;
        let RoundKey { movement, round } = &key;
        let location = format!("/api/v1/organizations/{code}/participation/{movement}/{round}");
        let view = view(code.clone(), key.clone(), &kept);
        Ok(Reply::of(outcome, &view, location)?.tagged(&Etag::of(kept.version)))
    })
    .await
}

/// Which participation, and how it is told apart.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ParticipationQuery {
    /// Any code of the organization: its members, and those of all below it.
    #[param(inline)]
    org: OrganizationCode,
    /// The period: all rounds that end in it.
    #[param(inline)]
    period: Period,
    /// Only of this movement.
    #[param(inline)]
    movement: Option<MovementCode>,
    /// A row for each what.
    #[param(inline)]
    #[serde(default)]
    by: ParticipationBy,
}

/// Participation of one organization, round or movement.
#[derive(Debug, Serialize, ToSchema)]
pub struct ParticipationRow {
    /// Code of the organization or movement, or the round.
    #[schema(example = "H19.06")]
    key: String,
    /// Its name.
    #[schema(example = "Sở Khoa học và Công nghệ")]
    name: String,
    /// How many.
    #[serde(flatten)]
    sums: ParticipationSums,
}

/// Members and those of them who took part, once for each round.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct ParticipationSums {
    /// Members, once for each round.
    #[schema(example = 182)]
    members: i64,
    /// Those of them who took part.
    #[schema(example = 182)]
    taking_part: i64,
    /// Their share, in percent with two decimals; null of nobody.
    #[schema(required = true, example = 100)]
    percent: Option<Percent>,
}

impl ParticipationSums {
    fn of(members: i64, taking_part: i64) -> Self {
        Self { members, taking_part, percent: share(taking_part, members) }
    }
}

/// Who took part in a subtree.
#[derive(Debug, Serialize, ToSchema)]
pub struct ParticipationTable {
    /// Whose members.
    organization: OrganizationCode,
    /// The period.
    period: Period,
    /// What a row is.
    by: ParticipationBy,
    /// By code or round.
    items: Vec<ParticipationRow>,
    /// All rows together.
    total: ParticipationSums,
}

impl ParticipationTable {
    fn of(organization: OrganizationCode, period: Period, by: ParticipationBy, lines: Vec<Line>) -> Self {
        let sum = |of: fn(&Line) -> i64| lines.iter().map(of).sum();
        let total = ParticipationSums::of(sum(|line| line.members), sum(|line| line.taking_part));
        let row = |line: Line| ParticipationRow {
            sums: ParticipationSums::of(line.members, line.taking_part),
            key: line.key,
            name: line.name,
        };
        Self { organization, period, by, items: lines.into_iter().map(row).collect(), total }
    }

    fn table(&self) -> Table {
        let cells = |key: &str, name: &str, sums: &ParticipationSums| {
            let percent = sums.percent.map_or(Cell::Empty, |percent| Cell::Percent(percent.0));
            vec![key.into(), name.into(), Cell::Number(sums.members), Cell::Number(sums.taking_part), percent]
        };
        let rows = self.items.iter().map(|row| cells(&row.key, &row.name, &row.sums));
        Table {
            title: Text::new("Participation in movements", "Tham gia phong trào thi đua"),
            columns: columns(&[
                ("Mã", ColumnKind::Text),
                ("Tên", ColumnKind::Text),
                ("Số thành viên", ColumnKind::Number),
                ("Số tham gia", ColumnKind::Number),
                ("Tỷ lệ (%)", ColumnKind::Percent { decimals: 2 }),
            ]),
            rows: rows.chain([cells("", "Tổng số", &self.total)]).collect(),
        }
    }
}

/// Show who took part in a subtree.
///
/// Tham gia phong trào: members and those of them who took part in the rounds of a period, in the tree of its last day, or of today while
/// that is to come. As JSON, or as a table for people: `/emulation/participation.csv`, `.xlsx`, or by `Accept`.
#[utoipa::path(
    tag = "emulation",
    params(ParticipationQuery),
    responses((status = 200, description = "The participation", content(
        (ParticipationTable = "application/json"),
        (String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    ))),
    security(("bearer" = ["emulation:read"]))
)]
#[get("/emulation/participation")]
pub async fn show_participation(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadEmulation>,
    Query(query): Query<ParticipationQuery>,
    format: Format,
    question: Question,
) -> Answer {
    let (reach, today) = (Reach::of(&who), clock.today());
    let ParticipationQuery { org: organization, period, movement, by } = query;
    let (from, to) = (period.first_day(Scheme::Calendar), period.last_day(Scheme::Calendar));
    let asked = Asked { organization: organization.clone(), movement, from, to, by };
    db.recall(question.of(&who, today), move |conn| {
        let lines = actions::sums(conn, &reach, &asked, known_by(to, today))?;
        let view = ParticipationTable::of(organization, period, by, lines);
        format.answer(|| Reply::ok(&view), || Ok(view.table()))
    })
    .await
}
