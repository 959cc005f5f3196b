//! Counting tasks as they stood on a day.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::model::{Bounds, OverviewBy, Readings, TaskBuckets};
use crate::directives::acknowledgements::store::progress;
use crate::directives::assignments::machine::AssignmentState;
use crate::directives::assignments::model::AssignmentRole;
use crate::directives::consultations::store::opinions;
use crate::directives::register::search::issued_by;
use crate::organizations::{OrganizationId, When};
use crate::platform::{Conn, Fault, OPEN_END, Sql};

/// Tasks of one organization, issuer or type.
#[derive(QueryableByName)]
pub struct Row {
    /// Code of the organization or issuer; the issuer's name where it has no code, the name of the type.
    #[diesel(sql_type = Text)]
    pub key: String,
    /// Its name.
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = BigInt)]
    not_due: i64,
    #[diesel(sql_type = BigInt)]
    due_in_7: i64,
    #[diesel(sql_type = BigInt)]
    due_in_3: i64,
    #[diesel(sql_type = BigInt)]
    due_in_1: i64,
    #[diesel(sql_type = BigInt)]
    overdue: i64,
    #[diesel(sql_type = BigInt)]
    done_on_time: i64,
    #[diesel(sql_type = BigInt)]
    done_late: i64,
    #[diesel(sql_type = BigInt)]
    cancelled: i64,
}

impl Row {
    /// How many stand how.
    pub fn buckets(&self) -> TaskBuckets {
        TaskBuckets {
            not_due: self.not_due,
            due_in_7: self.due_in_7,
            due_in_3: self.due_in_3,
            due_in_1: self.due_in_1,
            overdue: self.overdue,
            done_on_time: self.done_on_time,
            done_late: self.done_late,
            cancelled: self.cancelled,
        }
    }
}

const BUCKETS: [&str; 8] =
    ["not_due", "due_in_7", "due_in_3", "due_in_1", "overdue", "done_on_time", "done_late", "cancelled"];

const STEPS: [&str; 4] = ["delivered", "opened", "read", "understood"];

/// The tasks of an organization and all below it on a day, told apart by something.
pub fn count(
    conn: &mut Conn,
    top: OrganizationId,
    (bounds, when): (&Bounds, When),
    by: OverviewBy,
    issuer: Option<&str>,
) -> Result<Vec<Row>, Fault> {
    told_apart((by, when), &BUCKETS, counted(top, (bounds, when), part(by), issuer)).rows::<Row>(conn)
}

/// By which column what is told apart is counted: by what has few values before names are looked up.
fn part(by: OverviewBy) -> &'static str {
    match by {
        OverviewBy::Organization => "organization_id",
        OverviewBy::Issuer | OverviewBy::Type => "directive_id",
    }
}

/// SQL that gives what was counted by `part` the names of its rows.
fn told_apart((by, when): (OverviewBy, When), columns: &[&str], counted: Sql) -> Sql {
    let (key, name) = match by {
        OverviewBy::Organization => {
            let columns: Vec<String> =
                columns.iter().map(|column| format!("c.{column} AS {column}")).collect();
            return Sql::new("SELECT o.code AS key, COALESCE(s.name, o.code) AS name, ")
                .built(columns.join(", "))
                .code(" FROM (")
                .then(counted)
                .code(") c JOIN organizations o ON o.id = c.part ")
                .code("LEFT JOIN organization_states s ON s.organization_id = o.id AND ")
                .then(when.holds("s"));
        }
        OverviewBy::Issuer => {
            ("COALESCE(d.issuer_code, d.issuer_name, '')", "COALESCE(d.issuer_name, d.issuer_code, '')")
        }
        OverviewBy::Type => ("d.type_name", "d.type_name"),
    };
    let sums: Vec<String> =
        columns.iter().map(|column| format!("CAST(SUM(c.{column}) AS BIGINT) AS {column}")).collect();
    Sql::default()
        .built(format!("SELECT {key} AS key, MIN({name}) AS name, {} FROM (", sums.join(", ")))
        .then(counted)
        .built(format!(") c JOIN directives d ON d.id = c.part GROUP BY {key}"))
}

/// SQL that counts tasks by a column of the events that hold on the day, as `part`.
fn counted(
    top: OrganizationId,
    (bounds, when): (&Bounds, When),
    part: &'static str,
    issuer: Option<&str>,
) -> Sql {
    let [one, three, seven] = bounds.soon;
    let cancelled = || {
        Sql::new("e.state IN (")
            .few_texts([AssignmentState::Refused.as_str(), AssignmentState::Withdrawn.as_str()])
            .code(")")
    };
    let done = || Sql::new("e.completed_on < ").day(OPEN_END);
    // The first that fits counts, so no task is in two.
    let bucket = Sql::new("CASE WHEN ")
        .then(cancelled())
        .code(" THEN 7 WHEN ")
        .then(done())
        .code(" AND e.completed_on > e.due_on THEN 6 WHEN ")
        .then(done())
        .code(" THEN 5 WHEN e.due_on < ")
        .day(bounds.day)
        .code(" THEN 4 WHEN e.due_on <= ")
        .day(one)
        .code(" THEN 3 WHEN e.due_on <= ")
        .day(three)
        .code(" THEN 2 WHEN e.due_on <= ")
        .day(seven)
        .code(" THEN 1 ELSE 0 END");
    let sums = BUCKETS
        .iter()
        .enumerate()
        .map(|(place, bucket)| format!("COUNT(CASE WHEN b.bucket = {place} THEN 1 END) AS {bucket}"));
    let statement = Sql::new("SELECT b.part AS part, ")
        .built(sums.collect::<Vec<_>>().join(", "))
        .built(format!(" FROM (SELECT e.{part} AS part, "))
        .then(bucket)
        .code(" AS bucket FROM assignment_events e WHERE e.organization_id IN (")
        .then(subtree(top, when))
        .code(") AND e.happened_on <= ")
        .day(bounds.day)
        .code(" AND e.held_until > ")
        .day(bounds.day)
        .code(" AND e.role <> ")
        .text(AssignmentRole::Watch.as_str());
    let statement = match issuer {
        None => statement,
        Some(issuer) => statement.code(" AND ").then(of_issuer("e.directive_id", issuer)),
    };
    statement.code(") b GROUP BY b.part")
}

/// How far persons came, of one organization, issuer or type.
#[derive(QueryableByName)]
pub struct ReadingsRow {
    /// As of the tasks.
    #[diesel(sql_type = Text)]
    pub key: String,
    /// Its name.
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = BigInt)]
    delivered: i64,
    #[diesel(sql_type = BigInt)]
    opened: i64,
    #[diesel(sql_type = BigInt)]
    read: i64,
    #[diesel(sql_type = BigInt)]
    understood: i64,
}

impl ReadingsRow {
    /// How far persons came.
    pub fn readings(&self) -> Readings {
        let Self { delivered, opened, read, understood, .. } = *self;
        Readings { delivered, opened, read, understood }
    }
}

/// How far the persons of an organization and all below it had come with directives by a day.
pub fn readings(
    conn: &mut Conn,
    top: OrganizationId,
    (bounds, when): (&Bounds, When),
    by: OverviewBy,
    issuer: Option<&str>,
) -> Result<Vec<ReadingsRow>, Fault> {
    let statement = Sql::default()
        .built(format!("SELECT a.{} AS part, ", part(by)))
        .then(progress(bounds.day))
        .code(" FROM acknowledgements a WHERE a.delivered_on <= ")
        .day(bounds.day)
        .code(" AND a.organization_id IN (")
        .then(subtree(top, when))
        .code(")");
    let statement = match issuer {
        None => statement,
        Some(issuer) => statement.code(" AND ").then(of_issuer("a.directive_id", issuer)),
    };
    let counted = statement.built(format!(" GROUP BY a.{}", part(by)));
    told_apart((by, when), &STEPS, counted).rows(conn)
}

#[derive(QueryableByName)]
struct Opinions {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// How many opinions had been given by a day on the directives of which an organization, or one below it, is a party.
pub fn opinions_on(
    conn: &mut Conn,
    top: OrganizationId,
    (bounds, when, today): (&Bounds, When, NaiveDate),
    issuer: Option<&str>,
) -> Result<i64, Fault> {
    let statement = Sql::new("SELECT COUNT(*) AS n FROM directives d JOIN (")
        .then(opinions(bounds.day, today))
        .code(") q ON q.directive_id = d.id WHERE d.id IN (SELECT dp.directive_id FROM directive_parties dp ")
        .code("WHERE dp.organization_id IN (")
        .then(subtree(top, when))
        .code("))");
    let statement = match issuer {
        None => statement,
        Some(issuer) => statement.code(" AND ").then(issued_by(issuer)),
    };
    Ok(statement.rows::<Opinions>(conn)?.first().map_or(0, |row| row.n))
}

/// SQL that holds when the directive of a column is of an issuer.
fn of_issuer(column: &'static str, issuer: &str) -> Sql {
    Sql::new(column).code(" IN (SELECT d.id FROM directives d WHERE ").then(issued_by(issuer)).code(")")
}

/// SQL of the organizations at and below one.
fn subtree(top: OrganizationId, when: When) -> Sql {
    Sql::new("SELECT o.id FROM organization_ties t JOIN organizations o ON o.id = t.descendant_id WHERE t.ancestor_id = ")
        .number(top.0)
        .code(" AND ")
        .then(when.ties("t"))
}
