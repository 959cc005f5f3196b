//! Targets in the database.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamp};

use crate::kpis::key::FigureKey;
use crate::kpis::percent::Percent;
use crate::on_backend;
use crate::organizations::{OrganizationId, Reach, When};
use crate::platform::{Conn, Fault, Sql, Work};
use crate::schema::targets;

/// A target as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Version of the record.
    pub version: i64,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// What is to be reached.
    pub percent: Percent,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Timestamp)]
    updated_at: NaiveDateTime,
    #[diesel(sql_type = BigInt)]
    percent: i64,
}

impl From<Row> for Target {
    fn from(row: Row) -> Self {
        Self { version: row.version, updated_at: row.updated_at.and_utc(), percent: Percent(row.percent) }
    }
}

/// A target; missing if there is none, or the organization is out of reach.
pub fn find(
    conn: &mut Conn,
    reach: &Reach,
    code: &str,
    key: &FigureKey,
    when: When,
) -> Result<Target, Fault> {
    let statement =
        Sql::new("SELECT t.version AS version, t.updated_at AS updated_at, t.percent AS percent ")
            .code("FROM organization_codes k JOIN organizations o ON o.id = k.organization_id ")
            .code("JOIN targets t ON t.organization_id = o.id WHERE k.code = ")
            .text(code)
            .code(" AND ")
            .then(reach.holds(when));
    key.holds(statement, "t").rows::<Row>(conn)?.pop().map(Target::from).ok_or_else(Fault::missing)
}

/// A target, for whoever holds the organization.
pub fn current(conn: &mut Conn, id: OrganizationId, key: &FigureKey) -> Result<Option<Target>, Fault> {
    let statement = Sql::new("SELECT version, updated_at, percent FROM targets t WHERE t.organization_id = ")
        .number(id.0);
    Ok(key.holds(statement, "t").rows::<Row>(conn)?.pop().map(Target::from))
}

/// Stores a target under its version.
pub fn save(work: &mut Work<'_>, id: OrganizationId, key: &FigureKey, target: &Target) -> Result<(), Fault> {
    let row = (
        targets::organization_id.eq(id),
        targets::kpi_id.eq(&key.kpi),
        targets::scheme.eq(key.scheme),
        targets::period.eq(&key.period),
        targets::version.eq(target.version),
        targets::percent.eq(target.percent.0),
        targets::updated_at.eq(target.updated_at.naive_utc()),
    );
    let changes = (
        targets::version.eq(target.version),
        targets::percent.eq(target.percent.0),
        targets::updated_at.eq(target.updated_at.naive_utc()),
    );
    on_backend!(work.conn, c => diesel::insert_into(targets::table)
        .values(&row)
        .on_conflict((targets::organization_id, targets::scheme, targets::period, targets::kpi_id))
        .do_update()
        .set(changes)
        .execute(c))?;
    Ok(())
}
