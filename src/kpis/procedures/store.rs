//! Procedures in the database.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamp};
use serde::{Deserialize, Serialize};

use super::model::{OnlineLevel, Procedure, ProcedureCode, Rules};
use crate::kpis::counters::members::standing_below;
use crate::organizations::{OrganizationId, Reach, When, reached};
use crate::platform::sql::in_lists;
use crate::platform::text::{folded, like_anywhere, stored};
use crate::platform::{Bulk, Conn, Fault, Sql, Values, Work};

/// A procedure as it is stored.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Version of the record.
    pub version: i64,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// What was pushed.
    pub procedure: Procedure,
    /// The organizations that handle it, one for each span.
    pub owners: Vec<OrganizationId>,
}

/// What a row keeps of a procedure beside what it is found by.
#[derive(Deserialize)]
struct Body {
    procedure: Procedure,
    owners: Vec<i64>,
}

/// The same, to be written.
#[derive(Serialize)]
struct Written<'a> {
    procedure: &'a Procedure,
    owners: Vec<i64>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    code: ProcedureCode,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Timestamp)]
    updated_at: NaiveDateTime,
    #[diesel(sql_type = Text)]
    body: String,
}

impl Row {
    fn kept(self) -> Result<Kept, Fault> {
        let Body { procedure, owners } = serde_json::from_str(&self.body).map_err(Fault::broken)?;
        let owners = owners.into_iter().map(OrganizationId).collect();
        Ok(Kept { version: self.version, updated_at: self.updated_at.and_utc(), procedure, owners })
    }
}

const SELECT: &str = "SELECT p.code AS code, p.version AS version, p.updated_at AS updated_at, p.body AS body FROM procedures p ";

#[derive(QueryableByName)]
struct RulesRow {
    #[diesel(sql_type = Text)]
    code: String,
    #[diesel(sql_type = Text)]
    rules: String,
}

/// How some procedures count time; those that are not known are left out.
pub fn rules(conn: &mut Conn, codes: &[&str]) -> Result<HashMap<String, Rules>, Fault> {
    let rows = in_lists(codes, |codes| {
        Sql::new("SELECT code, rules FROM procedures WHERE code IN (")
            .texts(codes.iter().copied())
            .code(")")
            .rows::<RulesRow>(conn)
    })?;
    rows.into_iter()
        .map(|row| Ok((row.code, serde_json::from_str(&row.rules).map_err(Fault::broken)?)))
        .collect()
}

/// The procedures of some codes.
pub fn load(conn: &mut Conn, codes: &[&str]) -> Result<HashMap<String, Kept>, Fault> {
    let rows = in_lists(codes, |codes| {
        Sql::new(SELECT).code("WHERE p.code IN (").texts(codes.iter().copied()).code(")").rows::<Row>(conn)
    })?;
    rows.into_iter().map(|row| Ok((row.code.to_string(), row.kept()?))).collect()
}

/// Procedures as they are shown to somebody: with the organizations that it reaches.
pub struct Shown {
    /// The procedures.
    pub procedures: Vec<Kept>,
    /// Of the organizations that handle them, those within reach.
    pub reached: HashSet<OrganizationId>,
}

/// A procedure that an organization within reach handles or did; two statements.
pub fn find(conn: &mut Conn, reach: &Reach, code: &ProcedureCode, when: When) -> Result<Shown, Fault> {
    let statement = within_reach(Sql::new(SELECT).code("WHERE p.code = ").text(code.as_str()), reach, when);
    let kept = statement.rows::<Row>(conn)?.pop().ok_or_else(Fault::missing)?.kept()?;
    shown(conn, reach, when, vec![kept])
}

/// Which procedures a list is to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Part of a code or name, without regard to diacritics and case.
    pub q: Option<String>,
    /// The field.
    pub field: Option<String>,
    /// Code of an organization at or above one that handles it on the day.
    pub organization: Option<String>,
    /// How far it is online on the day.
    pub level: Option<OnlineLevel>,
    /// Whether it is published on the day.
    pub published: Option<bool>,
    /// Whether it is standardised on the day.
    pub standardised: Option<bool>,
    /// Only those that somebody handles on the day.
    pub handled: bool,
}

/// A page of procedures by code, with what is within reach: two statements, whatever it holds.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    filter: &Filter,
    (when, day): (When, NaiveDate),
    (after, count): (Option<String>, i64),
) -> Result<Shown, Fault> {
    let mut statement = within_reach(Sql::new(SELECT).code("WHERE 1 = 1"), reach, when);
    if filter.handled || filter.organization.is_some() {
        statement = handled(statement, filter.organization.as_deref(), when, day);
    }
    if let Some(q) = &filter.q {
        let like = " AND p.search_text LIKE ";
        statement = statement.code(like).text(like_anywhere(&folded(q))).code(" ESCAPE '\\'");
    }
    if let Some(field) = &filter.field {
        statement = statement.code(" AND p.field = ").text(stored(field));
    }
    if let Some(level) = filter.level {
        let of = Sql::new(" AND s.level = ").text(level.as_str());
        statement = in_state(statement, true, day, of);
    }
    let flags =
        [(" AND s.published = 1", filter.published), (" AND s.standardised = 1", filter.standardised)];
    for (flag, wanted) in flags {
        if let Some(wanted) = wanted {
            statement = in_state(statement, wanted, day, Sql::new(flag));
        }
    }
    if let Some(code) = after {
        statement = statement.code(" AND p.code > ").text(code);
    }
    let rows = statement.code(" ORDER BY p.code LIMIT ").number(count).rows::<Row>(conn)?;
    shown(conn, reach, when, rows.into_iter().map(Row::kept).collect::<Result<_, _>>()?)
}

#[derive(QueryableByName)]
struct MemberRow {
    #[diesel(sql_type = BigInt)]
    id: OrganizationId,
}

/// Procedures that were handled by an organization or any below it, as it stood on the last day, after a code; and who
/// stood there.
pub fn contributing(
    conn: &mut Conn,
    top: OrganizationId,
    last: NaiveDate,
    (after, count): (Option<String>, i64),
) -> Result<(Vec<Kept>, HashSet<OrganizationId>), Fault> {
    let mut statement = Sql::new(SELECT)
        .code("WHERE EXISTS (SELECT 1 FROM procedure_handlers h WHERE h.procedure_code = p.code ")
        .code("AND h.organization_id IN (SELECT t.descendant_id ")
        .then(standing_below(top, last))
        .code("))");
    if let Some(code) = after {
        statement = statement.code(" AND p.code > ").text(code);
    }
    let rows = statement.code(" ORDER BY p.code LIMIT ").number(count).rows::<Row>(conn)?;
    let members =
        Sql::new("SELECT t.descendant_id AS id ").then(standing_below(top, last)).rows::<MemberRow>(conn)?;
    let members = members.into_iter().map(|row| row.id).collect();
    Ok((rows.into_iter().map(Row::kept).collect::<Result<_, _>>()?, members))
}

/// Adds that an organization within reach handles the procedure or did.
fn within_reach(statement: Sql, reach: &Reach, when: When) -> Sql {
    if reach.root().is_none() {
        return statement;
    }
    statement
        .code(" AND EXISTS (SELECT 1 FROM procedure_handlers h JOIN organizations o ON o.id = h.organization_id ")
        .code("WHERE h.procedure_code = p.code AND ")
        .then(reach.holds(when))
        .code(")")
}

/// Adds that somebody handles the procedure on a day, or somebody at or below an organization.
fn handled(statement: Sql, organization: Option<&str>, when: When, day: NaiveDate) -> Sql {
    let statement = statement
        .code(" AND EXISTS (SELECT 1 FROM procedure_handlers h JOIN organizations o ON o.id = h.organization_id ")
        .code("WHERE h.procedure_code = p.code AND h.valid_from <= ")
        .day(day)
        .code(" AND h.valid_to > ")
        .day(day);
    let Some(organization) = organization else { return statement.code(")") };
    statement.code(" AND ").then(when.below(organization)).code(")")
}

/// Adds that the procedure has, or has not, a state of a kind on a day.
fn in_state(statement: Sql, wanted: bool, day: NaiveDate, kind: Sql) -> Sql {
    statement
        .code(if wanted { " AND EXISTS (" } else { " AND NOT EXISTS (" })
        .code("SELECT 1 FROM procedure_states s WHERE s.procedure_code = p.code AND s.valid_from <= ")
        .day(day)
        .code(" AND s.valid_to > ")
        .day(day)
        .then(kind)
        .code(")")
}

fn shown(conn: &mut Conn, reach: &Reach, when: When, procedures: Vec<Kept>) -> Result<Shown, Fault> {
    let owners: BTreeSet<OrganizationId> =
        procedures.iter().flat_map(|kept| kept.owners.iter().copied()).collect();
    let reached = reached(conn, reach, &owners, when)?;
    Ok(Shown { procedures, reached })
}

/// Stores procedures in place of those of the same codes.
pub fn save(work: &mut Work<'_>, kept: &[Kept]) -> Result<(), Fault> {
    if kept.is_empty() {
        return Ok(());
    }
    forget_spans(work, kept)?;
    let body = |kept: &Kept| {
        let owners = kept.owners.iter().map(|id| id.0).collect();
        serde_json::to_string(&Written { procedure: &kept.procedure, owners }).map_err(Fault::broken)
    };
    let rules = |kept: &Kept| serde_json::to_string(&kept.procedure.rules()).map_err(Fault::broken);
    let texts = |of: &dyn Fn(&Procedure) -> String| {
        Values::Words(kept.iter().map(|kept| of(&kept.procedure)).collect())
    };
    Bulk::new("procedures")
        .column("code", texts(&|procedure| procedure.code.to_string()))
        .column("name", texts(&|procedure| procedure.name.vi.clone()))
        .column("field", texts(&|procedure| procedure.field.clone()))
        .column("search_text", texts(&Procedure::search_text))
        .column("rules", Values::Words(kept.iter().map(rules).collect::<Result<_, _>>()?))
        .column("body", Values::Words(kept.iter().map(body).collect::<Result<_, _>>()?))
        .column("version", Values::Number(kept.iter().map(|kept| kept.version).collect()))
        .column("updated_at", Values::Moment(kept.iter().map(|kept| kept.updated_at.naive_utc()).collect()))
        .replacing("code")
        .run(work.conn)?;
    save_handlers(work, kept)?;
    save_states(work, kept)
}

/// Takes away the spans of procedures that were known.
fn forget_spans(work: &mut Work<'_>, kept: &[Kept]) -> Result<(), Fault> {
    let known = kept.iter().filter(|kept| kept.version > 1);
    let known: Vec<&str> = known.map(|kept| kept.procedure.code.as_str()).collect();
    for table in ["DELETE FROM procedure_handlers ", "DELETE FROM procedure_states "] {
        in_lists(&known, |codes| {
            let statement = Sql::new(table).code("WHERE procedure_code IN (").texts(codes.iter().copied());
            statement.code(")").run(work.conn).map(|_| Vec::<()>::new())
        })?;
    }
    Ok(())
}

fn save_handlers(work: &mut Work<'_>, kept: &[Kept]) -> Result<(), Fault> {
    let (mut codes, mut owners) = (Vec::new(), Vec::new());
    let (mut from, mut to) = (Vec::new(), Vec::new());
    for Kept { procedure, owners: ids, .. } in kept {
        for (id, span) in ids.iter().zip(&procedure.organizations) {
            codes.push(procedure.code.to_string());
            owners.push(id.0);
            from.push(span.from);
            to.push(span.end());
        }
    }
    Bulk::new("procedure_handlers")
        .column("procedure_code", Values::Words(codes))
        .column("organization_id", Values::Number(owners))
        .column("valid_from", Values::Day(from))
        .column("valid_to", Values::Day(to))
        .run(work.conn)
}

fn save_states(work: &mut Work<'_>, kept: &[Kept]) -> Result<(), Fault> {
    let (mut codes, mut levels) = (Vec::new(), Vec::new());
    let (mut from, mut to) = (Vec::new(), Vec::new());
    let (mut published, mut standardised) = (Vec::new(), Vec::new());
    for Kept { procedure, .. } in kept {
        for (state, until) in procedure.spans() {
            codes.push(procedure.code.to_string());
            levels.push(state.level.to_string());
            from.push(state.from);
            to.push(until);
            published.push(i32::from(state.published));
            standardised.push(i32::from(state.standardised));
        }
    }
    Bulk::new("procedure_states")
        .column("procedure_code", Values::Words(codes))
        .column("valid_from", Values::Day(from))
        .column("valid_to", Values::Day(to))
        .column("level", Values::Words(levels))
        .column("published", Values::Count(published))
        .column("standardised", Values::Count(standardised))
        .run(work.conn)
}
