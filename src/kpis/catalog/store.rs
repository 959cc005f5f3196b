//! The catalogue in the database.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Text, Timestamp};

use super::model::{Definition, KpiId};
use crate::on_backend;
use crate::platform::{Conn, Fault, OPEN_END, Sql, Work};
use crate::schema::{kpi_definitions as definitions, kpis};

/// A KPI with the definition of a day.
#[derive(Clone, Debug)]
pub struct Kpi {
    /// Name in requests.
    pub id: KpiId,
    /// Version of the record.
    pub version: i64,
    /// Place in the catalogue.
    pub position: i64,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// The definition.
    pub definition: Definition,
    /// First day after it.
    pub valid_to: NaiveDate,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    id: KpiId,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = BigInt)]
    position: i64,
    #[diesel(sql_type = Timestamp)]
    updated_at: NaiveDateTime,
    #[diesel(sql_type = Text)]
    definition: String,
    #[diesel(sql_type = Date)]
    valid_to: NaiveDate,
}

impl Row {
    fn kpi(self) -> Result<Kpi, Fault> {
        let definition = serde_json::from_str(&self.definition).map_err(Fault::broken)?;
        let Self { id, version, position, updated_at, valid_to, .. } = self;
        Ok(Kpi { id, version, position, updated_at: updated_at.and_utc(), definition, valid_to })
    }
}

fn on_day(day: NaiveDate) -> Sql {
    Sql::new("SELECT k.id AS id, k.version AS version, k.position AS position, k.updated_at AS updated_at, ")
        .code("d.definition AS definition, d.valid_to AS valid_to FROM kpis k ")
        .code("JOIN kpi_definitions d ON d.kpi_id = k.id WHERE d.valid_from <= ")
        .day(day)
        .code(" AND d.valid_to > ")
        .day(day)
}

/// A KPI as it is defined on a day.
pub fn find(conn: &mut Conn, id: &KpiId, day: NaiveDate) -> Result<Kpi, Fault> {
    let statement = on_day(day).code(" AND k.id = ").text(id.as_str());
    statement.rows::<Row>(conn)?.pop().ok_or_else(Fault::missing)?.kpi()
}

/// KPIs as they are defined on a day, in the order of the catalogue, after a place.
pub fn list(conn: &mut Conn, day: NaiveDate, after: i64, count: i64) -> Result<Vec<Kpi>, Fault> {
    let statement = on_day(day).code(" AND k.position > ").number(after);
    let rows = statement.code(" ORDER BY k.position LIMIT ").number(count).rows::<Row>(conn)?;
    rows.into_iter().map(Row::kpi).collect()
}

/// The last definition of a KPI, whatever its day; nobody else changes the catalogue until the transaction ends.
pub fn last(work: &mut Work<'_>, id: &KpiId) -> Result<Option<Kpi>, Fault> {
    work.numbers("kpis", 0)?;
    Sql::new("SELECT k.id AS id, k.version AS version, k.position AS position, k.updated_at AS updated_at, ")
        .code("d.definition AS definition, d.valid_to AS valid_to FROM kpis k ")
        .code("JOIN kpi_definitions d ON d.kpi_id = k.id WHERE k.id = ")
        .text(id.as_str())
        .code(" ORDER BY d.valid_from DESC LIMIT 1")
        .rows::<Row>(work.conn)?
        .pop()
        .map(Row::kpi)
        .transpose()
}

/// Whether the catalogue has a KPI, on whatever day.
pub fn exists(conn: &mut Conn, id: &KpiId) -> Result<bool, Fault> {
    Ok(diesel::select(diesel::dsl::exists(kpis::table.find(id))).get_result(conn)?)
}

/// Stores a definition. `last` is the one that it follows, or corrects on the same day.
pub fn save(
    work: &mut Work<'_>,
    id: &KpiId,
    definition: &Definition,
    last: Option<&Kpi>,
) -> Result<Kpi, Fault> {
    let version = last.map_or(0, |last| last.version) + 1;
    let position = match last {
        Some(last) => last.position,
        None => work.numbers("kpis", 1)?,
    };
    let now = work.now.naive_utc();
    let row =
        (kpis::id.eq(id), kpis::version.eq(version), kpis::position.eq(position), kpis::updated_at.eq(now));
    on_backend!(work.conn, c => diesel::insert_into(kpis::table)
        .values(&row)
        .on_conflict(kpis::id)
        .do_update()
        .set((kpis::version.eq(version), kpis::updated_at.eq(now)))
        .execute(c))?;
    let follows = last.is_some_and(|last| last.definition.valid_from < definition.valid_from);
    if let Some(last) = last {
        let held = definitions::table.find((id, last.definition.valid_from));
        if follows {
            diesel::update(held).set(definitions::valid_to.eq(definition.valid_from)).execute(work.conn)?;
        } else {
            diesel::delete(held).execute(work.conn)?;
        }
    }
    let text = serde_json::to_string(definition).map_err(Fault::broken)?;
    let row = (
        definitions::kpi_id.eq(id),
        definitions::valid_from.eq(definition.valid_from),
        definitions::valid_to.eq(OPEN_END),
        definitions::definition.eq(text),
    );
    diesel::insert_into(definitions::table).values(row).execute(work.conn)?;
    let (definition, updated_at) = (definition.clone(), work.now);
    Ok(Kpi { id: id.clone(), version, position, updated_at, definition, valid_to: OPEN_END })
}
