//! Ratings in the database.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer};

use super::model::Pushed;
use crate::feedback::units::standing;
use crate::kpis::records::held::Kept;
use crate::kpis::records::store::{Stored, clear_parts};
use crate::organizations::OrganizationId;
use crate::platform::{Bulk, Conn, Fault, Sql, Values};

impl Stored for Pushed {
    const TABLE: &'static str = "satisfaction_ratings";
    const KEY: &'static str = "id";
    const DAY: &'static str = "rated_on";

    fn setting(_: &mut Conn) -> Result<(), Fault> {
        Ok(())
    }

    fn save_parts(conn: &mut Conn, kept: &[Kept<Self>]) -> Result<(), Fault> {
        clear_parts(conn, "satisfaction_scores", "rating_id", kept)?;
        let answers =
            || kept.iter().flat_map(|kept| kept.body.answers().map(|answer| (&kept.body.id, answer)));
        Bulk::new("satisfaction_scores")
            .column("rating_id", Values::Words(answers().map(|(id, _)| id.to_string()).collect()))
            .column("question", Values::Count(answers().map(|(_, (question, _))| question).collect()))
            .column("score", Values::Count(answers().map(|(_, (_, score))| score).collect()))
            .run(conn)
    }
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
