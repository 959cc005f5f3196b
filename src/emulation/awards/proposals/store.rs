//! Proposals in the database.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamp};

use super::machine::AwardState;
use super::model::{Authority, Award, AwardId, OutsideAuthority};
use crate::emulation::awards::titles::model::{AwardTitleId, AwardYear};
use crate::emulation::persons::{StaffReference, staff_of};
use crate::on_backend;
use crate::organizations::register::model::OrganizationKind;
use crate::organizations::{OrganizationCode, OrganizationId, Reach, When};
use crate::platform::digest::sha256_hex;
use crate::platform::{Conn, Fault, Sql, Work};
use crate::schema::{award_claims as claims, awards};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    id: AwardId,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Timestamp)]
    created_at: NaiveDateTime,
    #[diesel(sql_type = Timestamp)]
    updated_at: NaiveDateTime,
    #[diesel(sql_type = Text)]
    title_id: AwardTitleId,
    #[diesel(sql_type = Integer)]
    year: i32,
    #[diesel(sql_type = BigInt)]
    organization_id: OrganizationId,
    #[diesel(sql_type = Text)]
    organization_code: OrganizationCode,
    #[diesel(sql_type = BigInt)]
    unit_id: OrganizationId,
    #[diesel(sql_type = Text)]
    unit_code: OrganizationCode,
    #[diesel(sql_type = BigInt)]
    authority_id: OrganizationId,
    #[diesel(sql_type = Text)]
    authority_code: OrganizationCode,
    #[diesel(sql_type = Nullable<Text>)]
    outside_authority: Option<String>,
    #[diesel(sql_type = Text)]
    staff: String,
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    position: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    achievement: Option<String>,
    #[diesel(sql_type = Text)]
    state: AwardState,
    #[diesel(sql_type = Date)]
    proposed_on: NaiveDate,
    #[diesel(sql_type = Date)]
    closed_on: NaiveDate,
    #[diesel(sql_type = Date)]
    decided_on: NaiveDate,
    #[diesel(sql_type = Date)]
    revoked_on: NaiveDate,
    #[diesel(sql_type = Date)]
    last_on: NaiveDate,
    #[diesel(sql_type = Nullable<Text>)]
    decision: Option<String>,
    #[diesel(sql_type = Integer)]
    events: i32,
}

const COLUMNS: &str = "SELECT a.id AS id, a.version AS version, a.created_at AS created_at, a.updated_at AS updated_at, \
     a.title_id AS title_id, a.year AS year, a.organization_id AS organization_id, a.organization_code AS organization_code, \
     a.unit_id AS unit_id, a.unit_code AS unit_code, a.authority_id AS authority_id, a.authority_code AS authority_code, \
     a.outside_authority AS outside_authority, \
     a.staff AS staff, a.name AS name, a.position AS position, a.achievement AS achievement, a.state AS state, \
     a.proposed_on AS proposed_on, a.closed_on AS closed_on, a.decided_on AS decided_on, a.revoked_on AS revoked_on, \
     a.last_on AS last_on, a.decision AS decision, a.events AS events FROM awards a WHERE ";

impl Row {
    fn award(self) -> Result<Award, Fault> {
        let row = self;
        let authority = match &row.outside_authority {
            None => Authority::Organization(row.authority_id, row.authority_code),
            Some(outside) => Authority::Outside(serde_json::from_str(outside).map_err(Fault::broken)?),
        };
        Ok(Award {
            id: row.id,
            version: row.version,
            created_at: row.created_at.and_utc(),
            updated_at: row.updated_at.and_utc(),
            title: row.title_id,
            year: AwardYear(row.year),
            organization: row.organization_id,
            organization_code: row.organization_code,
            unit: row.unit_id,
            unit_code: row.unit_code,
            authority,
            staff: staff_of(&row.staff)?,
            name: row.name,
            position: row.position,
            achievement: row.achievement,
            state: row.state,
            proposed_on: row.proposed_on,
            closed_on: row.closed_on,
            decided_on: row.decided_on,
            revoked_on: row.revoked_on,
            last_on: row.last_on,
            decision: row.decision,
            events: row.events,
        })
    }
}

/// SQL that holds when the caller may know of proposal `a`: it reaches who is to be given it, or who proposes it.
pub fn visible(reach: &Reach, when: When) -> Sql {
    if reach.root().is_none() {
        return Sql::new("1 = 1");
    }
    Sql::new("EXISTS (SELECT 1 FROM organizations o WHERE o.id IN (a.organization_id, a.unit_id) AND ")
        .then(reach.holds(when))
        .code(")")
}

/// A proposal that the caller may know of; otherwise missing.
pub fn find(conn: &mut Conn, reach: &Reach, id: &AwardId, today: NaiveDate) -> Result<Award, Fault> {
    let statement = Sql::new(COLUMNS).code("a.id = ").text(id.as_str()).code(" AND ");
    let found = statement.then(visible(reach, When::Now(today))).rows::<Row>(conn)?.pop();
    found.ok_or_else(Fault::missing)?.award()
}

/// Which proposals a list is to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Code of an organization: what is for it, for its staff, and for all below it.
    pub organization: Option<OrganizationCode>,
    /// Code of the unit that proposes.
    pub unit: Option<OrganizationCode>,
    /// Title.
    pub title: Option<AwardTitleId>,
    /// Year.
    pub year: Option<AwardYear>,
    /// State.
    pub state: Option<AwardState>,
    /// For this one of the staff.
    pub staff: Option<StaffReference>,
}

/// Where a page begins: year and id.
pub type Place = (i32, String);

/// A page of proposals, by year.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    filter: &Filter,
    today: NaiveDate,
    (after, count): (Option<Place>, i64),
) -> Result<Vec<Award>, Fault> {
    let when = When::Now(today);
    let mut statement = Sql::new(COLUMNS).then(visible(reach, when));
    if let Some(code) = &filter.organization {
        statement = statement
            .code(" AND EXISTS (SELECT 1 FROM organizations o WHERE o.id = a.organization_id AND ")
            .then(when.below(code.as_str()))
            .code(")");
    }
    if let Some(code) = &filter.unit {
        let proposed = " AND a.unit_id = (SELECT organization_id FROM organization_codes WHERE code = ";
        statement = statement.code(proposed).text(code.as_str()).code(")");
    }
    for (column, text) in [
        (" AND a.title_id = ", filter.title.as_ref().map(AwardTitleId::as_str)),
        (" AND a.state = ", filter.state.as_ref().map(AwardState::as_str)),
        (" AND a.staff = ", filter.staff.as_ref().map(StaffReference::as_str)),
    ] {
        if let Some(text) = text {
            statement = statement.code(column).text(text);
        }
    }
    if let Some(year) = filter.year {
        statement = statement.code(" AND a.year = ").number(i64::from(year.0));
    }
    if let Some((year, id)) = after {
        statement =
            statement.code(" AND (a.year, a.id) > (").number(i64::from(year)).code(", ").text(id).code(")");
    }
    let rows = statement.code(" ORDER BY a.year, a.id LIMIT ").number(count).rows::<Row>(conn)?;
    rows.into_iter().map(Row::award).collect()
}

#[derive(QueryableByName)]
struct Above {
    #[diesel(sql_type = BigInt)]
    id: OrganizationId,
    #[diesel(sql_type = Text)]
    code: OrganizationCode,
}

/// The organization of a code, with its own code, if it stands at or above another, within the caller's reach or not.
pub fn above(
    conn: &mut Conn,
    lower: OrganizationId,
    code: &OrganizationCode,
    when: When,
) -> Result<Option<(OrganizationId, OrganizationCode)>, Fault> {
    let found = Sql::new("SELECT u.id AS id, u.code AS code FROM organization_codes k ")
        .code("JOIN organizations u ON u.id = k.organization_id JOIN organization_ties t ON t.ancestor_id = u.id ")
        .code("JOIN organizations o ON o.id = t.descendant_id WHERE k.code = ")
        .text(code.as_str())
        .code(" AND o.id = ")
        .number(lower.0)
        .code(" AND ")
        .then(when.ties("t"))
        .rows::<Above>(conn)?
        .pop();
    Ok(found.map(|above| (above.id, above.code)))
}

#[derive(QueryableByName)]
struct KindRow {
    #[diesel(sql_type = Text)]
    kind: OrganizationKind,
}

/// What sort of organization one is, within the caller's reach or not.
pub fn kind(conn: &mut Conn, id: OrganizationId, when: When) -> Result<OrganizationKind, Fault> {
    let found = Sql::new("SELECT s.kind AS kind FROM organizations o ")
        .code("JOIN organization_states s ON s.organization_id = o.id WHERE o.id = ")
        .number(id.0)
        .code(" AND ")
        .then(when.holds("s"))
        .rows::<KindRow>(conn)?
        .pop();
    found.map(|row| row.kind).ok_or_else(Fault::missing)
}

macro_rules! columns {
    ($one:expr) => {{
        let one: &Award = $one;
        (
            awards::version.eq(one.version),
            awards::updated_at.eq(one.updated_at.naive_utc()),
            awards::name.eq(one.name.clone()),
            awards::position.eq(one.position.clone()),
            awards::state.eq(one.state),
            awards::closed_on.eq(one.closed_on),
            awards::decided_on.eq(one.decided_on),
            awards::revoked_on.eq(one.revoked_on),
            awards::last_on.eq(one.last_on),
            awards::decision.eq(one.decision.clone()),
            awards::events.eq(one.events),
        )
    }};
}

/// Stores a new proposal.
pub fn insert(work: &mut Work<'_>, one: &Award) -> Result<(), Fault> {
    let (authority, code, outside): (_, _, Option<&OutsideAuthority>) = match &one.authority {
        Authority::Organization(id, code) => (*id, code, None),
        Authority::Outside(outside) => (one.unit, &one.unit_code, Some(outside)),
    };
    let outside = outside.map(serde_json::to_string).transpose().map_err(Fault::broken)?;
    let row = (
        awards::id.eq(one.id.as_str()),
        awards::created_at.eq(one.created_at.naive_utc()),
        awards::title_id.eq(one.title.as_str()),
        awards::year.eq(one.year.0),
        awards::organization_id.eq(one.organization),
        awards::organization_code.eq(one.organization_code.clone()),
        awards::unit_id.eq(one.unit),
        awards::unit_code.eq(one.unit_code.clone()),
        awards::authority_id.eq(authority),
        awards::authority_code.eq(code.clone()),
        awards::outside_authority.eq(outside),
        awards::staff.eq(one.staff.as_ref().map_or("", StaffReference::as_str)),
        awards::achievement.eq(one.achievement.clone()),
        awards::proposed_on.eq(one.proposed_on),
        columns!(one),
    );
    diesel::insert_into(awards::table).values(row).execute(work.conn)?;
    Ok(())
}

/// Stores a proposal in place of what it was.
pub fn update(work: &mut Work<'_>, one: &Award) -> Result<(), Fault> {
    diesel::update(awards::table.find(one.id.as_str())).set(columns!(one)).execute(work.conn)?;
    Ok(())
}

/// Claims what an award uses up. Answers who has it, if another was first; a transaction that is about to is waited for.
pub fn claim(work: &mut Work<'_>, one: &Award) -> Result<Option<AwardId>, Fault> {
    // Its digest: a key of PostgreSQL has no room for an achievement of 1,000 characters.
    let claim = sha256_hex(one.claim().as_bytes());
    let row = (claims::claim.eq(&claim), claims::award_id.eq(one.id.as_str()));
    loop {
        let stored = on_backend!(&mut *work.conn, c => diesel::insert_into(claims::table)
            .values(&row)
            .on_conflict_do_nothing()
            .execute(c))?;
        if stored == 1 {
            return Ok(None);
        }
        let holder = claims::table.find(&claim).select(claims::award_id).first::<AwardId>(work.conn);
        // Who had it may have given it back in between.
        if let Some(holder) = holder.optional()? {
            return Ok(Some(holder));
        }
    }
}

/// Gives back what an award used up.
pub fn release(work: &mut Work<'_>, id: &AwardId) -> Result<(), Fault> {
    diesel::delete(claims::table.filter(claims::award_id.eq(id.as_str()))).execute(work.conn)?;
    Ok(())
}
