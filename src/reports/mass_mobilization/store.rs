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

/// Which directives a report knows of.
pub struct Known<'a> {
    /// Who may know of them: the organization itself, so that its report is the same whoever reads it.
    pub reach: &'a Reach,
    /// Today.
    pub today: NaiveDate,
    /// The organization whose report it is.
    pub top: OrganizationId,
    /// The days of the report.
    pub stage: &'a Stage,
    /// The last of them of which something is known.
    pub last: NaiveDate,
}

impl Known<'_> {
    /// SQL that holds when the organization may know of directive `d`.
    fn visible(&self) -> Sql {
        visible(self.reach, When::Now(self.today))
    }

    /// SQL of the directives that were in force in the stage and of which the organization, or one that stood below it on the last day,
    /// is a party; drafts are none.
    fn of_stage(&self) -> Sql {
        let below = Sql::new(
            "EXISTS (SELECT 1 FROM organization_ties bt WHERE bt.descendant_id = o.id AND bt.ancestor_id = ",
        )
        .number(self.top.0)
        .code(" AND ")
        .then(When::On(self.last).ties("bt"))
        .code(")");
        Sql::new(" FROM directives d WHERE d.series IS NOT NULL AND ")
            .then(party(below))
            .code(" AND ")
            .then(self.visible())
            .code(" AND (d.issued_on IS NULL OR d.issued_on <= ")
            .day(self.stage.to)
            .code(") AND (d.expires_on IS NULL OR d.expires_on > ")
            .day(self.stage.from)
            .code(")")
    }

    /// SQL of what directives put into practice which others, at the end of the stage.
    fn relations(&self) -> Sql {
        Sql::new(" FROM directive_relations r JOIN directives d ON d.id = r.to_id WHERE r.kind = 'implements' AND r.until > ")
            .day(self.stage.to)
            .code(" AND (r.since IS NULL OR r.since <= ")
            .day(self.stage.to)
            .code(") AND ")
            .then(self.visible())
    }
}

/// The directives of a stage, the latest so many, latest first.
pub fn directives(conn: &mut Conn, known: &Known<'_>, most: i64) -> Result<Vec<Directive>, Fault> {
    Sql::new("SELECT d.id AS id, d.number AS number, d.type_name AS type_name, d.subject AS subject, d.issued_on AS issued_on, ")
        .code("COALESCE(d.issuer_name, d.issuer_code, '') AS issuer")
        .then(known.of_stage())
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
pub fn issuers(conn: &mut Conn, known: &Known<'_>) -> Result<Vec<Issued>, Fault> {
    Sql::default()
        .built(format!("SELECT {ISSUER_KEY} AS key, MIN({ISSUER_NAME}) AS issuer, COUNT(*) AS count"))
        .then(known.of_stage())
        .code(" GROUP BY ")
        .code(ISSUER_KEY)
        .rows(conn)
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// How many directives of a stage put others into practice.
pub fn implementing(conn: &mut Conn, known: &Known<'_>) -> Result<i64, Fault> {
    let rows = Sql::new("SELECT COUNT(*) AS n")
        .then(known.of_stage())
        .code(" AND d.id IN (SELECT r.from_id")
        .then(known.relations())
        .code(")")
        .rows::<Count>(conn)?;
    Ok(rows.first().map_or(0, |row| row.n))
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

/// What some directives put into practice at the end of a stage, as far as the organization may know of it.
pub fn implements(conn: &mut Conn, known: &Known<'_>, ids: &[&str]) -> Result<Vec<Implements>, Fault> {
    in_lists(ids, |ids| {
        Sql::new("SELECT r.from_id AS \"from\", COALESCE(d.number, d.type_name) AS number")
            .then(known.relations())
            .code(" AND r.from_id IN (")
            .texts(ids.iter().copied())
            .code(") ORDER BY r.from_id, d.sorted_on, d.id")
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
