//! Initiatives in the database.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text, Timestamp};

use super::model::{
    Author, Decided, Initiative, InitiativeCode, InitiativeScope, InitiativeState, Recognition,
};
use crate::emulation::persons::StaffReference;
use crate::kpis::percent::Percent;
use crate::on_backend;
use crate::organizations::{OrganizationCode, OrganizationId, Reach, When};
use crate::platform::sql::in_lists;
use crate::platform::{Conn, Fault, OPEN_END, Sql, Work};
use crate::schema::{
    initiative_authors as authors, initiative_recognitions as recognitions, initiatives as table,
};

/// An initiative as it is stored.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its row.
    pub id: i64,
    /// Whose it is.
    pub organization_id: OrganizationId,
    /// The same, by its own code.
    pub organization: OrganizationCode,
    /// Its code there.
    pub code: InitiativeCode,
    /// Under what the ledger knows it.
    pub counted_as: String,
    /// Version of the record.
    pub version: i64,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// What is said of it.
    pub initiative: Initiative,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = BigInt)]
    organization_id: OrganizationId,
    #[diesel(sql_type = Text)]
    organization: OrganizationCode,
    #[diesel(sql_type = Text)]
    code: InitiativeCode,
    #[diesel(sql_type = Text)]
    counted_as: String,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Timestamp)]
    updated_at: NaiveDateTime,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Nullable<Text>)]
    field: Option<String>,
    #[diesel(sql_type = Date)]
    submitted_on: NaiveDate,
    #[diesel(sql_type = Nullable<Date>)]
    applied_on: Option<NaiveDate>,
    #[diesel(sql_type = Date)]
    declined_on: NaiveDate,
    #[diesel(sql_type = Nullable<Text>)]
    decline_decision: Option<String>,
}

impl From<Row> for Kept {
    fn from(row: Row) -> Self {
        let decision = row.decline_decision.unwrap_or_default();
        let declined = (row.declined_on != OPEN_END).then_some(Decided { on: row.declined_on, decision });
        Self {
            id: row.id,
            organization_id: row.organization_id,
            organization: row.organization,
            code: row.code,
            counted_as: row.counted_as,
            version: row.version,
            updated_at: row.updated_at.and_utc(),
            initiative: Initiative {
                title: row.title,
                field: row.field,
                submitted_on: row.submitted_on,
                applied_on: row.applied_on,
                authors: Vec::new(),
                recognitions: Vec::new(),
                declined,
            },
        }
    }
}

const COLUMNS: &str = "SELECT i.id AS id, i.organization_id AS organization_id, o.code AS organization, i.code AS code, \
     i.counted_as AS counted_as, i.version AS version, i.updated_at AS updated_at, i.title AS title, i.field AS field, \
     i.submitted_on AS submitted_on, i.applied_on AS applied_on, i.declined_on AS declined_on, \
     i.decline_decision AS decline_decision FROM initiatives i JOIN organizations o ON o.id = i.organization_id WHERE ";

/// An initiative of an organization, for whoever holds the organization.
pub fn current(
    conn: &mut Conn,
    organization: OrganizationId,
    code: &InitiativeCode,
) -> Result<Option<Kept>, Fault> {
    let statement = Sql::new(COLUMNS).code("i.organization_id = ").number(organization.0);
    let rows = statement.code(" AND i.code = ").text(code.as_str()).rows::<Row>(conn)?;
    Ok(whole(conn, rows)?.pop())
}

/// Which initiatives a list is to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Code of an organization: its own and those of all below it.
    pub organization: Option<OrganizationCode>,
    /// How they stand.
    pub state: Option<InitiativeState>,
    /// With a recognition in force of this scope or a wider one.
    pub scope: Option<InitiativeScope>,
    /// By this author.
    pub author: Option<StaffReference>,
    /// Submitted on this day or later.
    pub from: Option<NaiveDate>,
    /// Submitted on this day or earlier.
    pub to: Option<NaiveDate>,
}

/// Where a page begins: day of submission and row.
pub type Place = (NaiveDate, i64);

/// A page of initiatives within reach, by the day of their submission.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    filter: &Filter,
    today: NaiveDate,
    (after, count): (Option<Place>, i64),
) -> Result<Vec<Kept>, Fault> {
    let when = When::Now(today);
    let mut statement = Sql::new(COLUMNS).then(reach.holds(when));
    if let Some(code) = &filter.organization {
        statement = statement.code(" AND ").then(when.below(code.as_str()));
    }
    if let Some(state) = filter.state {
        statement = statement.code(" AND i.state = ").text(state.as_str());
    }
    if let Some(scope) = filter.scope {
        statement = statement
            .code(" AND EXISTS (SELECT 1 FROM initiative_recognitions r WHERE r.initiative_id = i.id AND r.revoked_on = ")
            .day(OPEN_END)
            .code(" AND r.scope IN (")
            .few_texts(at_least(scope))
            .code("))");
    }
    if let Some(author) = &filter.author {
        statement = statement
            .code(
                " AND EXISTS (SELECT 1 FROM initiative_authors u WHERE u.initiative_id = i.id AND u.staff = ",
            )
            .text(author.as_str())
            .code(")");
    }
    for (bound, day) in [(" AND i.submitted_on >= ", filter.from), (" AND i.submitted_on <= ", filter.to)] {
        if let Some(day) = day {
            statement = statement.code(bound).day(day);
        }
    }
    if let Some((day, id)) = after {
        statement =
            statement.code(" AND (i.submitted_on, i.id) > (").day(day).code(", ").number(id).code(")");
    }
    let rows = statement.code(" ORDER BY i.submitted_on, i.id LIMIT ").number(count).rows::<Row>(conn)?;
    whole(conn, rows)
}

/// The scopes that are not smaller than one.
pub fn at_least(scope: InitiativeScope) -> impl Iterator<Item = &'static str> {
    let all = [InitiativeScope::Base, InitiativeScope::Province, InitiativeScope::National];
    all.into_iter().filter(move |other| *other >= scope).map(|other| other.as_str())
}

#[derive(QueryableByName)]
struct AuthorRow {
    #[diesel(sql_type = BigInt)]
    initiative_id: i64,
    #[diesel(sql_type = Text)]
    staff: StaffReference,
    #[diesel(sql_type = BigInt)]
    share: i64,
}

#[derive(QueryableByName)]
struct RecognitionRow {
    #[diesel(sql_type = BigInt)]
    initiative_id: i64,
    #[diesel(sql_type = Text)]
    scope: InitiativeScope,
    #[diesel(sql_type = Date)]
    recognised_on: NaiveDate,
    #[diesel(sql_type = Text)]
    decision: String,
    #[diesel(sql_type = Date)]
    revoked_on: NaiveDate,
    #[diesel(sql_type = Nullable<Text>)]
    revocation: Option<String>,
}

impl From<RecognitionRow> for Recognition {
    fn from(row: RecognitionRow) -> Self {
        let decision = row.revocation.unwrap_or_default();
        Self {
            scope: row.scope,
            given: Decided { on: row.recognised_on, decision: row.decision },
            revoked: (row.revoked_on != OPEN_END).then_some(Decided { on: row.revoked_on, decision }),
        }
    }
}

/// Initiatives with their authors and recognitions: two more statements for however many.
fn whole(conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<Kept>, Fault> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut by: BTreeMap<i64, Vec<Author>> = BTreeMap::new();
    let found = in_lists(&ids, |ids| {
        Sql::new("SELECT initiative_id, staff, share FROM initiative_authors WHERE initiative_id IN (")
            .numbers(ids.iter().copied())
            .code(") ORDER BY initiative_id, place")
            .rows::<AuthorRow>(conn)
    })?;
    for AuthorRow { initiative_id, staff, share } in found {
        by.entry(initiative_id).or_default().push(Author { staff, share: Percent(share) });
    }
    let mut given: BTreeMap<i64, Vec<Recognition>> = BTreeMap::new();
    let found = in_lists(&ids, |ids| {
        Sql::new("SELECT initiative_id, scope, recognised_on, decision, revoked_on, revocation ")
            .code("FROM initiative_recognitions WHERE initiative_id IN (")
            .numbers(ids.iter().copied())
            .code(") ORDER BY initiative_id, place")
            .rows::<RecognitionRow>(conn)
    })?;
    for row in found {
        given.entry(row.initiative_id).or_default().push(row.into());
    }
    let with = |row: Row| {
        let mut kept = Kept::from(row);
        kept.initiative.authors = by.remove(&kept.id).unwrap_or_default();
        kept.initiative.recognitions = given.remove(&kept.id).unwrap_or_default();
        kept
    };
    Ok(rows.into_iter().map(with).collect())
}

macro_rules! said {
    ($kept:expr) => {{
        let kept: &Kept = $kept;
        let one = &kept.initiative;
        (
            table::version.eq(kept.version),
            table::updated_at.eq(kept.updated_at.naive_utc()),
            table::title.eq(&one.title),
            table::field.eq(&one.field),
            table::submitted_on.eq(one.submitted_on),
            table::applied_on.eq(one.applied_on),
            table::state.eq(one.state()),
            table::declined_on.eq(one.declined.as_ref().map_or(OPEN_END, |declined| declined.on)),
            table::decline_decision.eq(one.declined.as_ref().map(|declined| &declined.decision)),
        )
    }};
}

/// Stores an initiative in place of what it was.
pub fn save(work: &mut Work<'_>, kept: &Kept) -> Result<(), Fault> {
    let row = (
        table::id.eq(kept.id),
        table::organization_id.eq(kept.organization_id),
        table::code.eq(kept.code.as_str()),
        table::counted_as.eq(&kept.counted_as),
        said!(kept),
    );
    on_backend!(&mut *work.conn, c => diesel::insert_into(table::table)
        .values(&row)
        .on_conflict(table::id)
        .do_update()
        .set(said!(kept))
        .execute(c))?;
    save_authors(work, kept)?;
    save_recognitions(work, kept)
}

fn save_authors(work: &mut Work<'_>, kept: &Kept) -> Result<(), Fault> {
    diesel::delete(authors::table.filter(authors::initiative_id.eq(kept.id))).execute(work.conn)?;
    let row = |(place, author): (i32, &Author)| {
        (
            authors::initiative_id.eq(kept.id),
            authors::place.eq(place),
            authors::staff.eq(author.staff.clone()),
            authors::share.eq(author.share.0),
        )
    };
    let rows: Vec<_> = (0..).zip(&kept.initiative.authors).map(row).collect();
    on_backend!(&mut *work.conn, c => diesel::insert_into(authors::table).values(&rows).execute(c))?;
    Ok(())
}

fn save_recognitions(work: &mut Work<'_>, kept: &Kept) -> Result<(), Fault> {
    diesel::delete(recognitions::table.filter(recognitions::initiative_id.eq(kept.id))).execute(work.conn)?;
    let row = |(place, one): (i32, &Recognition)| {
        (
            recognitions::initiative_id.eq(kept.id),
            recognitions::place.eq(place),
            recognitions::scope.eq(one.scope),
            recognitions::recognised_on.eq(one.given.on),
            recognitions::decision.eq(one.given.decision.clone()),
            recognitions::revoked_on.eq(one.revoked.as_ref().map_or(OPEN_END, |revoked| revoked.on)),
            recognitions::revocation.eq(one.revoked.as_ref().map(|revoked| revoked.decision.clone())),
        )
    };
    let rows: Vec<_> = (0..).zip(&kept.initiative.recognitions).map(row).collect();
    on_backend!(&mut *work.conn, c => diesel::insert_into(recognitions::table).values(&rows).execute(c))?;
    Ok(())
}
