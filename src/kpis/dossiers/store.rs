//! Dossiers in the database.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamp};
use serde::{Deserialize, Serialize};

use super::due::{Clockwork, Promise};
use super::life::{Life, live};
use super::model::{Dossier, DossierCode, Lateness, Status};
use crate::kpis::calendar::model::Calendar;
use crate::kpis::counters::members::standing_below;
use crate::kpis::procedures::model::Rules;
use crate::organizations::{OrganizationId, Reach, When};
use crate::platform::sql::in_lists;
use crate::platform::{Bulk, Conn, Fault, OPEN_END, Sql, Values, Work};

/// A dossier as it is stored, with its life.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Version of the record.
    pub version: i64,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// The organization that settles it.
    pub organization: OrganizationId,
    /// What was pushed, events in order.
    pub dossier: Dossier,
    /// How its procedure counted when it was accepted; until then, when it was last pushed.
    pub rules: Rules,
    /// What was promised.
    pub promises: Vec<Promise>,
    /// Its life, unless it was never accepted.
    pub life: Option<Life>,
}

/// What a row keeps of a dossier beside what it is found by.
#[derive(Deserialize)]
struct Body {
    dossier: Dossier,
    rules: Rules,
    promises: Vec<Promise>,
}

/// The same, to be written.
#[derive(Serialize)]
struct Written<'a> {
    dossier: &'a Dossier,
    rules: &'a Rules,
    promises: &'a [Promise],
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    code: DossierCode,
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
    /// Every due date that the calendar decided is among the promises, so an empty calendar tells the same life.
    fn kept(self) -> Result<Kept, Fault> {
        let calendar = &Calendar::default();
        let Body { dossier, rules, promises } = serde_json::from_str(&self.body).map_err(Fault::broken)?;
        let mut clockwork = Clockwork { calendar, rules, known: &promises, kept: Vec::new() };
        let life = live(&dossier, &mut clockwork)?;
        let (organization, version) = (self.organization_id, self.version);
        let updated_at = self.updated_at.and_utc();
        Ok(Kept { version, updated_at, organization, dossier, rules, promises, life })
    }
}

const COLUMNS: &str = "d.code AS code, d.organization_id AS organization_id, d.version AS version, \
     d.updated_at AS updated_at, d.body AS body";

/// The dossiers of some codes.
pub fn load(conn: &mut Conn, codes: &[&str]) -> Result<HashMap<String, Kept>, Fault> {
    let rows = in_lists(codes, |codes| {
        Sql::new("SELECT ")
            .code(COLUMNS)
            .code(" FROM dossiers d WHERE d.code IN (")
            .texts(codes.iter().copied())
            .code(")")
            .rows::<Row>(conn)
    })?;
    rows.into_iter().map(|row| Ok((row.code.to_string(), row.kept()?))).collect()
}

/// A dossier of an organization within reach.
pub fn find(conn: &mut Conn, reach: &Reach, code: &DossierCode, when: When) -> Result<Kept, Fault> {
    let row = Sql::new("SELECT ")
        .code(COLUMNS)
        .code(" FROM dossiers d JOIN organizations o ON o.id = d.organization_id WHERE d.code = ")
        .text(code.as_str())
        .code(" AND ")
        .then(reach.holds(when))
        .rows::<Row>(conn)?
        .pop();
    row.ok_or_else(Fault::missing)?.kept()
}

/// Which dossiers a list is to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Code of an organization at or above.
    pub organization: Option<String>,
    /// The procedure.
    pub procedure: Option<String>,
    /// How they came in.
    pub channel: Option<&'static str>,
    /// State.
    pub state: Option<&'static str>,
    /// How they lie to their due day today.
    pub lateness: Option<Lateness>,
    /// Bounds of the days of acceptance, end and due, each included.
    pub days: Vec<(&'static str, &'static str, NaiveDate)>,
}

/// Where a page of dossiers begins: organization, day of acceptance, code.
pub type Place = (i64, NaiveDate, String);

/// A page of dossiers by organization, day of acceptance and code.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    filter: &Filter,
    today: NaiveDate,
    (after, count): (Option<Place>, i64),
) -> Result<Vec<Kept>, Fault> {
    let when = When::Now(today);
    let mut statement = Sql::new("SELECT ")
        .code(COLUMNS)
        .code(" FROM organizations o JOIN dossiers d ON d.organization_id = o.id WHERE ")
        .then(reach.holds(when));
    if let Some(code) = &filter.organization {
        statement = statement.code(" AND ").then(when.below(code));
    }
    let words =
        [("procedure", filter.procedure.as_deref()), ("channel", filter.channel), ("state", filter.state)];
    for (column, word) in words {
        if let Some(word) = word {
            statement = statement.built(format!(" AND d.{column} = ")).text(word);
        }
    }
    for (column, operator, day) in &filter.days {
        statement = statement.built(format!(" AND d.{column} {operator} ")).day(*day);
        // The open end is no day that a dossier has.
        statement = statement.built(format!(" AND d.{column} < ")).day(OPEN_END);
    }
    match filter.lateness {
        None => {}
        Some(Lateness::Within) => {
            statement = statement.code(" AND d.outcome = 'open' AND d.overdue_from > ").day(today);
        }
        Some(Lateness::Overdue) => {
            statement = statement.code(" AND d.outcome = 'open' AND d.overdue_from <= ").day(today);
        }
        Some(ended) => statement = statement.code(" AND d.outcome = ").text(ended.as_str()),
    }
    let order = " ORDER BY d.organization_id, d.accepted_on, d.code LIMIT ";
    let rows = after_place(statement, after).code(order).number(count).rows::<Row>(conn)?;
    rows.into_iter().map(Row::kept).collect()
}

/// Dossiers of an organization and all below it, as it stood on the last day, that may have added to a figure of a period:
/// those that lived in it, or only those that ended in it.
pub fn contributing(
    conn: &mut Conn,
    top: OrganizationId,
    (first, last): (NaiveDate, NaiveDate),
    ended: bool,
    (after, count): (Option<Place>, i64),
) -> Result<Vec<Kept>, Fault> {
    let mut statement = Sql::new("SELECT ")
        .code(COLUMNS)
        .code(" FROM dossiers d WHERE d.organization_id IN (SELECT t.descendant_id ")
        .then(standing_below(top, last))
        .code(") AND d.accepted_on <= ")
        .day(last)
        .code(" AND d.ended_on >= ")
        .day(first);
    if ended {
        statement = statement.code(" AND d.ended_on <= ").day(last);
    }
    let rows = after_place(statement, after)
        .code(" ORDER BY d.organization_id, d.accepted_on, d.code LIMIT ")
        .number(count)
        .rows::<Row>(conn)?;
    rows.into_iter().map(Row::kept).collect()
}

fn after_place(statement: Sql, after: Option<Place>) -> Sql {
    let Some((organization, day, code)) = after else { return statement };
    statement
        .code(" AND (d.organization_id, d.accepted_on, d.code) > (")
        .number(organization)
        .code(", ")
        .day(day)
        .code(", ")
        .text(code)
        .code(")")
}

impl Kept {
    /// The day of acceptance; none while it is not accepted.
    pub fn accepted_on(&self) -> NaiveDate {
        self.life.as_ref().map_or(OPEN_END, |life| life.accepted.date())
    }

    /// Where it stands in a list.
    pub fn place(&self) -> Place {
        (self.organization.0, self.accepted_on(), self.dossier.code.to_string())
    }

    /// The first day at whose end it is overdue if nothing more happens.
    fn overdue_from(&self) -> NaiveDate {
        let open = self.life.as_ref().filter(|life| life.ended.is_none());
        open.and_then(|life| life.by_due.stretches.last()).map_or(OPEN_END, |last| last.late_from)
    }

    /// How it lies to its due day on a day; none if it was never accepted.
    pub fn lateness(&self, today: NaiveDate) -> Option<Lateness> {
        let life = self.life.as_ref()?;
        let open = if self.overdue_from() <= today { Lateness::Overdue } else { Lateness::Within };
        Some(life.by_due.ended.unwrap_or(open))
    }

    fn outcome(&self) -> &'static str {
        match &self.life {
            None => "none",
            Some(life) => life.by_due.ended.map_or("open", |how| how.as_str()),
        }
    }

    /// The state of the national bus.
    pub fn state(&self) -> Status {
        self.dossier.state()
    }
}

/// Stores dossiers in place of those of the same codes.
pub fn save(work: &mut Work<'_>, kept: &[Kept]) -> Result<(), Fault> {
    if kept.is_empty() {
        return Ok(());
    }
    take_delays_away(work, kept)?;
    let texts = |of: &dyn Fn(&Kept) -> String| Values::Words(kept.iter().map(of).collect());
    let days = |of: &dyn Fn(&Kept) -> NaiveDate| Values::Day(kept.iter().map(of).collect());
    let body = |kept: &Kept| {
        let Kept { dossier, rules, promises, .. } = kept;
        serde_json::to_string(&Written { dossier, rules, promises }).map_err(Fault::broken)
    };
    let bodies = kept.iter().map(body).collect::<Result<Vec<_>, Fault>>()?;
    Bulk::new("dossiers")
        .column("code", texts(&|kept| kept.dossier.code.to_string()))
        .column("organization_id", Values::Number(kept.iter().map(|kept| kept.organization.0).collect()))
        .column("procedure", texts(&|kept| kept.dossier.procedure.to_string()))
        .column("channel", texts(&|kept| kept.dossier.channel.to_string()))
        .column("state", texts(&|kept| kept.state().to_string()))
        .column("accepted_on", days(&Kept::accepted_on))
        .column("ended_on", days(&|kept| kept.life.as_ref().map_or(OPEN_END, Life::end_day)))
        .column("due_on", days(&|kept| kept.life.as_ref().map_or(OPEN_END, |life| life.due_current.date())))
        .column("overdue_from", days(&Kept::overdue_from))
        .column("outcome", texts(&|kept| kept.outcome().to_owned()))
        .column("body", Values::Words(bodies))
        .column("version", Values::Number(kept.iter().map(|kept| kept.version).collect()))
        .column("updated_at", Values::Moment(kept.iter().map(|kept| kept.updated_at.naive_utc()).collect()))
        .replacing("code")
        .run(work.conn)?;
    put_delays(work, kept)
}

/// Takes away the delays of dossiers that were known.
fn take_delays_away(work: &mut Work<'_>, kept: &[Kept]) -> Result<(), Fault> {
    let known: Vec<&str> =
        kept.iter().filter(|kept| kept.version > 1).map(|kept| kept.dossier.code.as_str()).collect();
    in_lists(&known, |codes| {
        Sql::new("DELETE FROM dossier_delays WHERE dossier_code IN (")
            .texts(codes.iter().copied())
            .code(")")
            .run(work.conn)
            .map(|_| Vec::<()>::new())
    })?;
    Ok(())
}

fn put_delays(work: &mut Work<'_>, kept: &[Kept]) -> Result<(), Fault> {
    let mut codes = Vec::new();
    let (mut from, mut to) = (Vec::new(), Vec::new());
    for kept in kept {
        let Some(life) = &kept.life else { continue };
        for (late_from, late_to) in life.late(&life.by_due) {
            codes.push(kept.dossier.code.to_string());
            from.push(late_from);
            to.push(late_to);
        }
    }
    Bulk::new("dossier_delays")
        .column("dossier_code", Values::Words(codes))
        .column("late_from", Values::Day(from))
        .column("late_to", Values::Day(to))
        .run(work.conn)
}
