//! Surveys in the database.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamp};

use super::model::{Kept, SurveyCode};
use crate::organizations::{OrganizationId, Reach, When};
use crate::platform::sql::in_lists;
use crate::platform::{Bulk, Conn, Fault, Sql, Values, Work};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    code: String,
    #[diesel(sql_type = BigInt)]
    organization_id: OrganizationId,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Timestamp)]
    updated_at: NaiveDateTime,
    #[diesel(sql_type = Text)]
    body: String,
}

impl Row {
    fn kept(self) -> Result<Kept, Fault> {
        let survey = serde_json::from_str(&self.body).map_err(Fault::broken)?;
        let (organization, version) = (self.organization_id, self.version);
        Ok(Kept { version, updated_at: self.updated_at.and_utc(), organization, survey })
    }
}

const SELECT: &str = "SELECT v.code AS code, v.organization_id AS organization_id, v.version AS version, \
     v.updated_at AS updated_at, v.body AS body FROM ";

/// Those of some codes.
pub fn load(conn: &mut Conn, codes: &[&str]) -> Result<HashMap<String, Kept>, Fault> {
    let rows = in_lists(codes, |codes| {
        let statement = Sql::new(SELECT).code("satisfaction_surveys v WHERE v.code IN (");
        statement.texts(codes.iter().copied()).code(")").rows::<Row>(conn)
    })?;
    rows.into_iter().map(|row| Ok((row.code.clone(), row.kept()?))).collect()
}

/// One of an organization within reach.
pub fn find(conn: &mut Conn, reach: &Reach, code: &SurveyCode, when: When) -> Result<Kept, Fault> {
    Sql::new(SELECT)
        .code("satisfaction_surveys v JOIN organizations o ON o.id = v.organization_id WHERE v.code = ")
        .text(code.as_str())
        .code(" AND ")
        .then(reach.holds(when))
        .rows::<Row>(conn)?
        .pop()
        .ok_or_else(Fault::missing)?
        .kept()
}

/// Where a page begins: organization, last day, code.
pub type Place = (i64, NaiveDate, String);

/// Where a survey stands in a list.
pub fn place(kept: &Kept) -> Place {
    (kept.organization.0, kept.survey.ended_on, kept.survey.code.to_string())
}

/// A page by organization, last day and code; of an organization and all below it, if one is named.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    organization: Option<&str>,
    when: When,
    (after, count): (Option<Place>, i64),
) -> Result<Vec<Kept>, Fault> {
    let mut statement = Sql::new(SELECT)
        .code("organizations o JOIN satisfaction_surveys v ON v.organization_id = o.id WHERE ")
        .then(reach.holds(when));
    if let Some(code) = organization {
        statement = statement.code(" AND ").then(when.below(code));
    }
    if let Some((organization, day, code)) = after {
        statement = statement
            .code(" AND (v.organization_id, v.ended_on, v.code) > (")
            .number(organization)
            .code(", ")
            .day(day)
            .code(", ")
            .text(code)
            .code(")");
    }
    let order = " ORDER BY v.organization_id, v.ended_on, v.code LIMIT ";
    statement.code(order).number(count).rows::<Row>(conn)?.into_iter().map(Row::kept).collect()
}

/// Stores some in place of those of the same codes.
pub fn save(work: &mut Work<'_>, kept: &[Kept]) -> Result<(), Fault> {
    let body = |kept: &Kept| serde_json::to_string(&kept.survey).map_err(Fault::broken);
    Bulk::new("satisfaction_surveys")
        .column("code", Values::Words(kept.iter().map(|kept| kept.survey.code.to_string()).collect()))
        .column("organization_id", Values::Number(kept.iter().map(|kept| kept.organization.0).collect()))
        .column("ended_on", Values::Day(kept.iter().map(|kept| kept.survey.ended_on).collect()))
        .column("body", Values::Words(kept.iter().map(body).collect::<Result<_, _>>()?))
        .column("version", Values::Number(kept.iter().map(|kept| kept.version).collect()))
        .column("updated_at", Values::Moment(kept.iter().map(|kept| kept.updated_at.naive_utc()).collect()))
        .replacing("code")
        .run(work.conn)
}
