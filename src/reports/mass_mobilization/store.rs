//! What a report needs of the other slices' tables beside what they give themselves.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text};

use crate::directives::reach::{party, visible};
use crate::directives::register::model::DirectiveId;
use crate::directives::register::search::{ISSUER_KEY, ISSUER_NAME};
use crate::kpis::catalog::model::KpiId;
use crate::kpis::percent::Percent;
use crate::kpis::periods::model::{Period, Scheme};
use crate::kpis::reported::model::{Figure, FigureStatus};
use crate::organizations::{OrganizationId, Reach, When};
use crate::platform::sql::in_lists;
use crate::platform::{Conn, Fault, Sql};
use crate::reports::model::Stage;

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

/// The name of an organization as of a day, if it is within reach.
pub fn name(
    conn: &mut Conn,
    reach: &Reach,
    id: OrganizationId,
    (day, today): (NaiveDate, NaiveDate),
) -> Result<Option<String>, Fault> {
    let rows = Sql::new(
        "SELECT s.name AS name FROM organization_states s JOIN organizations o ON o.id = s.organization_id ",
    )
    .code("WHERE o.id = ")
    .number(id.0)
    .code(" AND ")
    .then(When::On(day).holds("s"))
    .code(" AND ")
    .then(reach.holds(When::Now(today)))
    .rows::<Named>(conn)?;
    Ok(rows.into_iter().next().map(|row| row.name))
}

/// A directive as a report names it.
#[derive(QueryableByName)]
pub struct Directive {
    /// Id.
    #[diesel(sql_type = Text)]
    pub id: DirectiveId,
    /// Number as written.
    #[diesel(sql_type = Nullable<Text>)]
    pub number: Option<String>,
    /// What it is called.
    #[diesel(sql_type = Text)]
    pub type_name: String,
    /// Who issued it.
    #[diesel(sql_type = Text)]
    pub issuer: String,
    /// What it is about.
    #[diesel(sql_type = Text)]
    pub subject: String,
    /// Day of issue.
    #[diesel(sql_type = Nullable<Date>)]
    pub issued_on: Option<NaiveDate>,
}

/// SQL of the directives that were in force in a stage and of which an organization, or one below it, is a party; drafts are none.
fn of_stage(reach: &Reach, top: OrganizationId, stage: &Stage, today: NaiveDate) -> Sql {
    let below = Sql::new(
        "EXISTS (SELECT 1 FROM organization_ties bt WHERE bt.descendant_id = o.id AND bt.ancestor_id = ",
    )
    .number(top.0)
    .code(" AND ")
    .then(When::Now(today).ties("bt"))
    .code(")");
    Sql::new(" FROM directives d WHERE d.series IS NOT NULL AND ")
        .then(party(below))
        .code(" AND ")
        .then(visible(reach, When::Now(today)))
        .code(" AND (d.issued_on IS NULL OR d.issued_on <= ")
        .day(stage.to)
        .code(") AND (d.expires_on IS NULL OR d.expires_on > ")
        .day(stage.from)
        .code(")")
}

/// The directives of a stage, the latest so many, latest first.
pub fn directives(
    conn: &mut Conn,
    reach: &Reach,
    top: OrganizationId,
    stage: &Stage,
    (today, most): (NaiveDate, i64),
) -> Result<Vec<Directive>, Fault> {
    Sql::new("SELECT d.id AS id, d.number AS number, d.type_name AS type_name, d.subject AS subject, d.issued_on AS issued_on, ")
        .code("COALESCE(d.issuer_name, d.issuer_code, '') AS issuer")
        .then(of_stage(reach, top, stage, today))
        .code(" ORDER BY d.sorted_on DESC, d.id DESC LIMIT ")
        .number(most)
        .rows(conn)
}

/// How many directives of a stage a body issued.
#[derive(QueryableByName)]
pub struct Issued {
    /// Its code, or its name where it has no code.
    #[diesel(sql_type = Text)]
    pub key: String,
    /// The body.
    #[diesel(sql_type = Text)]
    pub issuer: String,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

/// How many directives of a stage each body issued.
pub fn issuers(
    conn: &mut Conn,
    reach: &Reach,
    top: OrganizationId,
    stage: &Stage,
    today: NaiveDate,
) -> Result<Vec<Issued>, Fault> {
    Sql::default()
        .built(format!("SELECT {ISSUER_KEY} AS key, MIN({ISSUER_NAME}) AS issuer, COUNT(*) AS count"))
        .then(of_stage(reach, top, stage, today))
        .code(" GROUP BY ")
        .code(ISSUER_KEY)
        .rows(conn)
}

/// That one directive puts another into practice.
#[derive(QueryableByName)]
pub struct Implements {
    /// The one.
    #[diesel(sql_type = Text)]
    pub from: DirectiveId,
    /// Number of the other.
    #[diesel(sql_type = Text)]
    pub number: String,
}

/// What some directives put into practice at the end of a stage, as far as the caller may know of it.
pub fn implements(
    conn: &mut Conn,
    reach: &Reach,
    ids: &[&str],
    (stage, today): (&Stage, NaiveDate),
) -> Result<Vec<Implements>, Fault> {
    in_lists(ids, |ids| {
        Sql::new("SELECT r.from_id AS \"from\", COALESCE(d.number, d.type_name) AS number FROM directive_relations r ")
            .code("JOIN directives d ON d.id = r.to_id WHERE r.kind = 'implements' AND r.until > ")
            .day(stage.to)
            .code(" AND (r.since IS NULL OR r.since <= ")
            .day(stage.to)
            .code(") AND r.from_id IN (")
            .texts(ids.iter().copied())
            .code(") AND ")
            .then(visible(reach, When::Now(today)))
            .code(" ORDER BY r.from_id, d.sorted_on, d.id")
            .rows(conn)
    })
}

#[derive(QueryableByName)]
struct ReportedRow {
    #[diesel(sql_type = Text)]
    kpi: KpiId,
    #[diesel(sql_type = Text)]
    period: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    percent: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    numerator: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    denominator: Option<i64>,
    #[diesel(sql_type = Text)]
    status: FigureStatus,
    #[diesel(sql_type = Nullable<Text>)]
    source: Option<String>,
}

/// What an organization states of some periods: KPI, name of the period, and the figure.
pub fn reported<'a>(
    conn: &mut Conn,
    id: OrganizationId,
    scheme: Scheme,
    periods: impl Iterator<Item = &'a Period>,
) -> Result<Vec<(KpiId, String, Figure)>, Fault> {
    let rows = Sql::new(
        "SELECT f.kpi_id AS kpi, f.period AS period, f.percent AS percent, f.numerator AS numerator, ",
    )
    .code("f.denominator AS denominator, f.status AS status, f.source AS source FROM reported_figures f ")
    .code("WHERE f.is_current = 1 AND f.organization_id = ")
    .number(id.0)
    .code(" AND f.scheme = ")
    .text(scheme.as_str())
    .code(" AND f.period IN (")
    .few_texts(periods.map(Period::as_str))
    .code(")")
    .rows::<ReportedRow>(conn)?;
    let figure = |row: ReportedRow| {
        let ReportedRow { numerator, denominator, status, source, .. } = row;
        let figure = Figure { percent: row.percent.map(Percent), numerator, denominator, status, source };
        (row.kpi, row.period, figure)
    };
    Ok(rows.into_iter().map(figure).collect())
}
