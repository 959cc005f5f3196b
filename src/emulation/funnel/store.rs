//! Counting exemplars as they stood on a day.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::model::{FunnelBy, FunnelCounts};
use crate::emulation::movements::words::MovementCode;
use crate::organizations::{OrganizationId, When};
use crate::platform::{Conn, Fault, Sql};

/// Exemplars of one organization, field or level.
#[derive(QueryableByName)]
pub struct Row {
    /// Code of the organization, word of the field or level.
    #[diesel(sql_type = Text)]
    pub key: String,
    /// The name of an organization; of the others, the word.
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = BigInt)]
    registered: i64,
    #[diesel(sql_type = BigInt)]
    implementing: i64,
    #[diesel(sql_type = BigInt)]
    appraised: i64,
    #[diesel(sql_type = BigInt)]
    recognised: i64,
    #[diesel(sql_type = BigInt)]
    replicated: i64,
    #[diesel(sql_type = BigInt)]
    lapsed: i64,
    #[diesel(sql_type = BigInt)]
    withdrawn: i64,
}

impl Row {
    /// How many stand how.
    pub fn counts(&self) -> FunnelCounts {
        FunnelCounts {
            registered: self.registered,
            implementing: self.implementing,
            appraised: self.appraised,
            recognised: self.recognised,
            replicated: self.replicated,
            lapsed: self.lapsed,
            withdrawn: self.withdrawn,
        }
    }
}

/// Which exemplars are counted, beside whose.
#[derive(Clone, Debug, Default)]
pub struct Narrowed {
    /// Of this movement.
    pub movement: Option<MovementCode>,
    /// Registered for this year.
    pub year: Option<i64>,
}

const STATES: [&str; 7] =
    ["registered", "implementing", "appraised", "recognised", "replicated", "lapsed", "withdrawn"];

/// The exemplars of an organization and all below it at the end of a day, told apart by something; in the order of the keys.
pub fn count(
    conn: &mut Conn,
    (top, when): (OrganizationId, When),
    day: NaiveDate,
    narrowed: &Narrowed,
    by: FunnelBy,
) -> Result<Vec<Row>, Fault> {
    let (key, name) = match by {
        FunnelBy::Organization => ("o.code", "COALESCE(MIN(s.name), o.code)"),
        FunnelBy::Field => ("e.field", "e.field"),
        FunnelBy::Level => ("e.level", "e.level"),
    };
    let sums = STATES.map(|state| format!("COUNT(CASE WHEN h.state = '{state}' THEN 1 END) AS {state}"));
    let mut statement = Sql::default()
        .built(format!("SELECT {key} AS key, {name} AS name, {} ", sums.join(", ")))
        .code("FROM exemplars e JOIN exemplar_events h ON h.exemplar_id = e.id AND h.happened_on <= ")
        .day(day)
        .code(" AND h.held_until > ")
        .day(day)
        .code(" JOIN organizations o ON o.id = e.organization_id ")
        .code("JOIN organization_ties t ON t.descendant_id = o.id AND t.ancestor_id = ")
        .number(top.0)
        .code(" AND ")
        .then(when.ties("t"))
        .code(" LEFT JOIN organization_states s ON s.organization_id = o.id AND ")
        .then(when.holds("s"))
        .code(" WHERE 1 = 1");
    if let Some(movement) = &narrowed.movement {
        statement = statement.code(" AND e.movement = ").text(movement.as_str());
    }
    if let Some(year) = narrowed.year {
        statement = statement.code(" AND e.year = ").number(year);
    }
    statement.built(format!(" GROUP BY {key} ORDER BY 1")).rows(conn)
}
