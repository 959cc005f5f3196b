//! Checks of understanding in the database, and the tries at them.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Text, Timestamp};

use super::check::{Attempt, Check, Kept};
use crate::directives::register::model::DirectiveId;
use crate::organizations::{Reach, When};
use crate::platform::{Conn, Fault, Sql, Work};
use crate::schema::{check_attempts, directive_checks};

#[derive(QueryableByName)]
struct Assigns {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Whether an organization within reach gave an assignment of a directive that is no part of another.
pub fn assigns(
    conn: &mut Conn,
    reach: &Reach,
    directive: &DirectiveId,
    today: NaiveDate,
) -> Result<bool, Fault> {
    let found =
        Sql::new("SELECT COUNT(*) AS count FROM assignments g JOIN organizations o ON o.id = g.assigner_id ")
            .code("WHERE g.parent_id IS NULL AND g.directive_id = ")
            .text(directive.as_str())
            .code(" AND ")
            .then(reach.holds(When::Now(today)))
            .rows::<Assigns>(conn)?
            .pop();
    Ok(found.is_some_and(|found| found.count > 0))
}

#[derive(QueryableByName)]
struct CheckRow {
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Integer)]
    pass_mark: i32,
    #[diesel(sql_type = Text)]
    questions: String,
    #[diesel(sql_type = Timestamp)]
    set_at: NaiveDateTime,
}

/// The check of a directive as it is now, if it has one.
pub fn check(conn: &mut Conn, directive: &DirectiveId) -> Result<Option<Kept>, Fault> {
    let row =
        Sql::new("SELECT version, pass_mark, questions, set_at FROM directive_checks WHERE directive_id = ")
            .text(directive.as_str())
            .code(" ORDER BY version DESC LIMIT 1")
            .rows::<CheckRow>(conn)?
            .pop();
    row.map(|row| {
        let questions = serde_json::from_str(&row.questions).map_err(Fault::broken)?;
        let check = Check { questions, pass_mark: row.pass_mark };
        Ok(Kept { version: row.version, set_at: row.set_at.and_utc(), check })
    })
    .transpose()
}

/// Stores the next version of a check.
pub fn set_check(work: &mut Work<'_>, directive: &DirectiveId, kept: &Kept) -> Result<(), Fault> {
    let questions = serde_json::to_string(&kept.check.questions).map_err(Fault::broken)?;
    let row = (
        directive_checks::directive_id.eq(directive.as_str()),
        directive_checks::version.eq(kept.version),
        directive_checks::pass_mark.eq(kept.check.pass_mark),
        directive_checks::questions.eq(questions),
        directive_checks::set_at.eq(kept.set_at.naive_utc()),
    );
    diesel::insert_into(directive_checks::table).values(row).execute(work.conn)?;
    Ok(())
}

#[derive(QueryableByName)]
struct AttemptRow {
    #[diesel(sql_type = Integer)]
    seq: i32,
    #[diesel(sql_type = BigInt)]
    check_version: i64,
    #[diesel(sql_type = Timestamp)]
    made_at: NaiveDateTime,
    #[diesel(sql_type = Date)]
    made_on: NaiveDate,
    #[diesel(sql_type = Integer)]
    score: i32,
    #[diesel(sql_type = Integer)]
    questions: i32,
    #[diesel(sql_type = Integer)]
    passed: i32,
}

/// A person's tries at a directive's check, the last first: as many as anybody asks about.
pub fn attempts(
    conn: &mut Conn,
    directive: &DirectiveId,
    subject: &str,
    most: i64,
) -> Result<Vec<Attempt>, Fault> {
    let rows = Sql::new(
        "SELECT seq, check_version, made_at, made_on, score, questions, passed FROM check_attempts ",
    )
    .code("WHERE directive_id = ")
    .text(directive.as_str())
    .code(" AND subject = ")
    .text(subject)
    .code(" ORDER BY seq DESC LIMIT ")
    .number(most)
    .rows::<AttemptRow>(conn)?;
    let attempt = |row: AttemptRow| Attempt {
        seq: row.seq,
        check_version: row.check_version,
        made_at: row.made_at.and_utc(),
        made_on: row.made_on,
        score: row.score,
        questions: row.questions,
        passed: row.passed == 1,
    };
    Ok(rows.into_iter().map(attempt).collect())
}

/// Adds a try of a person that is held.
pub fn try_check(
    work: &mut Work<'_>,
    directive: &DirectiveId,
    subject: &str,
    attempt: &Attempt,
) -> Result<(), Fault> {
    let row = (
        check_attempts::directive_id.eq(directive.as_str()),
        check_attempts::subject.eq(subject),
        check_attempts::seq.eq(attempt.seq),
        check_attempts::check_version.eq(attempt.check_version),
        check_attempts::made_at.eq(attempt.made_at.naive_utc()),
        check_attempts::made_on.eq(attempt.made_on),
        check_attempts::score.eq(attempt.score),
        check_attempts::questions.eq(attempt.questions),
        check_attempts::passed.eq(i32::from(attempt.passed)),
    );
    diesel::insert_into(check_attempts::table).values(row).execute(work.conn)?;
    Ok(())
}
