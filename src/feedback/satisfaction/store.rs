//! Ratings in the database.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text, Timestamp};

use super::model::{Kept, RatingId};
use crate::feedback::units::standing;
use crate::organizations::{OrganizationId, Reach, When};
use crate::platform::sql::in_lists;
use crate::platform::{Bulk, Conn, Fault, Sql, Values, Work};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    id: String,
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
        let rating = serde_json::from_str(&self.body).map_err(Fault::broken)?;
        let (organization, version) = (self.organization_id, self.version);
        Ok(Kept { version, updated_at: self.updated_at.and_utc(), organization, rating })
    }
}

const SELECT: &str = "SELECT a.id AS id, a.organization_id AS organization_id, a.version AS version, \
     a.updated_at AS updated_at, a.body AS body FROM ";

/// Those of some ids.
pub fn load(conn: &mut Conn, ids: &[&str]) -> Result<HashMap<String, Kept>, Fault> {
    let rows = in_lists(ids, |ids| {
        let statement = Sql::new(SELECT).code("satisfaction_ratings a WHERE a.id IN (");
        statement.texts(ids.iter().copied()).code(")").rows::<Row>(conn)
    })?;
    rows.into_iter().map(|row| Ok((row.id.clone(), row.kept()?))).collect()
}

/// One of an organization within reach.
pub fn find(conn: &mut Conn, reach: &Reach, id: &RatingId, when: When) -> Result<Kept, Fault> {
    Sql::new(SELECT)
        .code("satisfaction_ratings a JOIN organizations o ON o.id = a.organization_id WHERE a.id = ")
        .text(id.as_str())
        .code(" AND ")
        .then(reach.holds(when))
        .rows::<Row>(conn)?
        .pop()
        .ok_or_else(Fault::missing)?
        .kept()
}

/// Stores some in place of those of the same ids, with their scores.
pub fn save(work: &mut Work<'_>, kept: &[Kept]) -> Result<(), Fault> {
    let known: Vec<&str> =
        kept.iter().filter(|kept| kept.version > 1).map(|kept| kept.rating.id.as_str()).collect();
    in_lists(&known, |ids| {
        Sql::new("DELETE FROM satisfaction_scores WHERE rating_id IN (")
            .texts(ids.iter().copied())
            .code(")")
            .run(work.conn)
            .map(|_| Vec::<()>::new())
    })?;
    let body = |kept: &Kept| serde_json::to_string(&kept.rating).map_err(Fault::broken);
    Bulk::new("satisfaction_ratings")
        .column("id", Values::Words(kept.iter().map(|kept| kept.rating.id.to_string()).collect()))
        .column("organization_id", Values::Number(kept.iter().map(|kept| kept.organization.0).collect()))
        .column("rated_on", Values::Day(kept.iter().map(|kept| kept.rating.rated_on).collect()))
        .column("body", Values::Words(kept.iter().map(body).collect::<Result<_, _>>()?))
        .column("version", Values::Number(kept.iter().map(|kept| kept.version).collect()))
        .column("updated_at", Values::Moment(kept.iter().map(|kept| kept.updated_at.naive_utc()).collect()))
        .replacing("id")
        .run(work.conn)?;
    let answers =
        || kept.iter().flat_map(|kept| kept.rating.answers().map(|answer| (&kept.rating.id, answer)));
    Bulk::new("satisfaction_scores")
        .column("rating_id", Values::Words(answers().map(|(id, _)| id.to_string()).collect()))
        .column("question", Values::Count(answers().map(|(_, (question, _))| question).collect()))
        .column("score", Values::Count(answers().map(|(_, (_, score))| score).collect()))
        .run(work.conn)
}

/// How often a question was answered by a score.
#[derive(QueryableByName)]
pub struct Answered {
    /// In which row.
    #[diesel(sql_type = BigInt)]
    pub root: OrganizationId,
    /// The question.
    #[diesel(sql_type = Integer)]
    pub question: i32,
    /// The score.
    #[diesel(sql_type = Integer)]
    pub score: i32,
    /// How often.
    #[diesel(sql_type = BigInt)]
    pub n: i64,
}

/// The ratings of a period by question and score, for an organization itself and each right below it with all below that.
pub fn answered(
    conn: &mut Conn,
    top: OrganizationId,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<Answered>, Fault> {
    Sql::new("SELECT u.root AS root, s.question AS question, s.score AS score, CAST(COUNT(*) AS BIGINT) AS n FROM ")
        .then(standing(top, last))
        .code(" u JOIN satisfaction_ratings a ON a.organization_id = u.unit ")
        .code("JOIN satisfaction_scores s ON s.rating_id = a.id WHERE a.rated_on >= ")
        .day(first)
        .code(" AND a.rated_on <= ")
        .day(last)
        .code(" GROUP BY u.root, s.question, s.score ORDER BY u.root, s.question, s.score")
        .rows::<Answered>(conn)
}
