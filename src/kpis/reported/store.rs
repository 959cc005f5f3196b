//! Stated figures in the database: every revision stays.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};

use super::model::{Figure, FigureStatus};
use crate::kpis::key::FigureKey;
use crate::kpis::percent::Percent;
use crate::organizations::{OrganizationId, Reach, When};
use crate::platform::{Conn, Fault, Sql, Work};
use crate::schema::reported_figures as figures;

/// A figure as it was stated once.
#[derive(Clone, Debug)]
pub struct Revision {
    /// 1, 2, 3 …
    pub number: i64,
    /// When it was stated.
    pub recorded_at: DateTime<Utc>,
    /// What was stated.
    pub figure: Figure,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    revision: i64,
    #[diesel(sql_type = Timestamp)]
    recorded_at: NaiveDateTime,
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

impl From<Row> for Revision {
    fn from(row: Row) -> Self {
        let Row { numerator, denominator, status, source, .. } = row;
        let figure = Figure { percent: row.percent.map(Percent), numerator, denominator, status, source };
        Self { number: row.revision, recorded_at: row.recorded_at.and_utc(), figure }
    }
}

const COLUMNS: &str = "f.revision AS revision, f.recorded_at AS recorded_at, f.percent AS percent, \
     f.numerator AS numerator, f.denominator AS denominator, f.status AS status, f.source AS source";

/// Every revision of a figure, newest first; missing if there is none, or the organization is out of reach.
pub fn history(
    conn: &mut Conn,
    reach: &Reach,
    code: &str,
    key: &FigureKey,
    when: When,
) -> Result<Vec<Revision>, Fault> {
    let statement = Sql::new("SELECT ")
        .code(COLUMNS)
        .code(" FROM organization_codes k JOIN organizations o ON o.id = k.organization_id ")
        .code("JOIN reported_figures f ON f.organization_id = o.id WHERE k.code = ")
        .text(code)
        .code(" AND ")
        .then(reach.holds(when));
    let rows = key.holds(statement, "f").code(" ORDER BY f.revision DESC").rows::<Row>(conn)?;
    if rows.is_empty() { Err(Fault::missing()) } else { Ok(rows.into_iter().map(Revision::from).collect()) }
}

/// Every revision of a figure, newest first, for whoever holds the organization.
pub fn revisions(conn: &mut Conn, id: OrganizationId, key: &FigureKey) -> Result<Vec<Revision>, Fault> {
    let statement = Sql::new("SELECT ")
        .code(COLUMNS)
        .code(" FROM reported_figures f WHERE f.organization_id = ")
        .number(id.0);
    let rows = key.holds(statement, "f").code(" ORDER BY f.revision DESC").rows::<Row>(conn)?;
    Ok(rows.into_iter().map(Revision::from).collect())
}

/// Adds a revision; it is the current one from now on.
pub fn add(
    work: &mut Work<'_>,
    id: OrganizationId,
    key: &FigureKey,
    revision: &Revision,
) -> Result<(), Fault> {
    diesel::update(
        figures::table
            .filter(figures::organization_id.eq(id))
            .filter(figures::scheme.eq(key.scheme))
            .filter(figures::period.eq(&key.period))
            .filter(figures::kpi_id.eq(&key.kpi))
            .filter(figures::is_current.eq(1)),
    )
    .set(figures::is_current.eq(0))
    .execute(work.conn)?;
    let figure = &revision.figure;
    let row = (
        figures::organization_id.eq(id),
        figures::kpi_id.eq(&key.kpi),
        figures::scheme.eq(key.scheme),
        figures::period.eq(&key.period),
        figures::revision.eq(revision.number),
        figures::is_current.eq(1),
        figures::percent.eq(figure.percent.map(|percent| percent.0)),
        figures::numerator.eq(figure.numerator),
        figures::denominator.eq(figure.denominator),
        figures::status.eq(figure.status),
        figures::source.eq(&figure.source),
        figures::recorded_by.eq(work.actor),
        figures::recorded_at.eq(revision.recorded_at.naive_utc()),
    );
    diesel::insert_into(figures::table).values(row).execute(work.conn)?;
    Ok(())
}
