//! Loads the part of the register that a change touches, and keeps what changed.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::held::Register;
use super::model::{CodeEntry, Organization, OrganizationCode, OrganizationId, Refusal, State};
use super::store::{STATE, StateRow, codes_of};
use super::tree::{Cycle, Tie};
use crate::on_backend;
use crate::organizations::topics::ORGANIZATION;
use crate::platform::sql::{LISTED, in_lists};
use crate::platform::{Change, Conn, Fault, Outcome, Sql, Work};
use crate::schema::{organization_codes, organization_states, organization_ties, organizations};

/// Rows of one statement: 5 to 8 columns each stay below the 32,766 parameters that `SQLite` takes.
const CHUNK: usize = 4_000;

/// The sequence, and the lock that makes one structural change at a time see the whole tree.
const SEQUENCE: &str = "organizations";

/// Locks the register and loads the organizations of some codes, all below those that will change, and all above
/// any of them. Until the transaction ends nobody else changes the tree.
pub fn load<'a>(
    work: &mut Work<'_>,
    changing: impl Iterator<Item = &'a OrganizationCode>,
    mentioned: impl Iterator<Item = &'a str>,
) -> Result<Register, Fault> {
    let next_id = work.numbers(SEQUENCE, 0)?;
    let changing = ids(work.conn, changing.map(OrganizationCode::as_str))?;
    let mentioned = ids(work.conn, mentioned)?;
    let below =
        tied(work.conn, "SELECT DISTINCT descendant_id AS organization_id", "ancestor_id", &changing)?;
    let wanted = below.union(&mentioned).copied().collect();
    let wanted = tied(work.conn, "SELECT DISTINCT ancestor_id AS organization_id", "descendant_id", &wanted)?;
    let wanted: Vec<i64> = wanted.into_iter().collect();
    let rows = in_lists(&wanted, |ids| {
        Sql::new("SELECT ")
            .code(STATE)
            .code(" FROM organizations o ")
            .code("JOIN organization_states s ON s.organization_id = o.id WHERE o.id IN (")
            .numbers(ids.iter().copied())
            .code(") ORDER BY o.id, s.valid_from")
            .rows::<StateRow>(work.conn)
    })?;
    let mut codes = codes_of(work.conn, rows.iter().map(|row| row.id.0).collect::<BTreeSet<_>>())?;
    let mut organizations: BTreeMap<OrganizationId, Organization> = BTreeMap::new();
    for row in rows {
        let state = row.state();
        let new = || Organization {
            id: row.id,
            code: row.code,
            version: row.version,
            states: Vec::new(),
            codes: codes.remove(&row.id).unwrap_or_default(),
        };
        organizations.entry(row.id).or_insert_with(new).states.push(state);
    }
    Ok(Register::new(organizations.into_values().collect(), next_id))
}

#[derive(QueryableByName)]
struct OwnerRow {
    #[diesel(sql_type = BigInt)]
    organization_id: i64,
}

/// Whose codes these are.
fn ids<'a>(conn: &mut Conn, codes: impl Iterator<Item = &'a str>) -> Result<BTreeSet<i64>, Fault> {
    let codes: Vec<&str> = codes.collect::<BTreeSet<_>>().into_iter().collect();
    let owners = in_lists(&codes, |codes| {
        Sql::new("SELECT DISTINCT organization_id FROM organization_codes WHERE code IN (")
            .texts(codes.iter().copied())
            .code(")")
            .rows::<OwnerRow>(conn)
    })?;
    Ok(owners.into_iter().map(|row| row.organization_id).collect())
}

/// Who stands at the other end of the ties of some organizations, themselves included.
fn tied(
    conn: &mut Conn,
    select: &'static str,
    column: &'static str,
    ids: &BTreeSet<i64>,
) -> Result<BTreeSet<i64>, Fault> {
    let ids: Vec<i64> = ids.iter().copied().collect();
    let rows = in_lists(&ids, |ids| {
        Sql::new(select)
            .code(" FROM organization_ties WHERE ")
            .code(column)
            .code(" IN (")
            .numbers(ids.iter().copied())
            .code(")")
            .rows::<OwnerRow>(conn)
    })?;
    Ok(rows.into_iter().map(|row| row.organization_id).collect())
}

/// Stores what changed in a register: a constant number of statements for each four thousand rows.
pub fn save(work: &mut Work<'_>, register: &Register) -> Result<(), Fault> {
    let mut changed: Vec<&Organization> = register.changed().collect();
    changed.sort_by_key(|organization| organization.id);
    work.numbers(SEQUENCE, register.ids_taken())?;
    save_heads(work, &changed)?;
    save_states(work.conn, &changed)?;
    save_codes(work.conn, &changed)?;
    save_ties(work.conn, register, &changed)?;
    for organization in changed {
        let outcome = if organization.version == 0 { Outcome::Created } else { Outcome::Updated };
        let change = Change::of(&ORGANIZATION, outcome, organization.code.as_str());
        work.tell(change.within([organization.id]).leaving(register.left(organization)));
    }
    Ok(())
}

fn save_heads(work: &mut Work<'_>, changed: &[&Organization]) -> Result<(), Fault> {
    use organizations as o;
    let now = work.now.naive_utc();
    let row = |organization: &&Organization| {
        (
            o::id.eq(organization.id),
            o::code.eq(organization.code.clone()),
            o::version.eq(organization.version + 1),
            o::opened_on.eq(organization.opened_on()),
            o::closed_on.eq(organization.closed_on()),
            o::updated_at.eq(now),
        )
    };
    for chunk in changed.chunks(CHUNK) {
        let rows: Vec<_> = chunk.iter().map(row).collect();
        on_backend!(work.conn, c => diesel::insert_into(o::table)
            .values(&rows)
            .on_conflict(o::id)
            .do_update()
            .set((
                o::version.eq(diesel::upsert::excluded(o::version)),
                o::opened_on.eq(diesel::upsert::excluded(o::opened_on)),
                o::closed_on.eq(diesel::upsert::excluded(o::closed_on)),
                o::updated_at.eq(diesel::upsert::excluded(o::updated_at)),
            ))
            .execute(c))?;
    }
    Ok(())
}

fn save_states(conn: &mut Conn, changed: &[&Organization]) -> Result<(), Fault> {
    use organization_states as s;
    for chunk in changed.chunks(LISTED) {
        Sql::new("DELETE FROM organization_states WHERE organization_id IN (")
            .numbers(chunk.iter().map(|organization| organization.id.0))
            .code(")")
            .run(conn)?;
    }
    let row = |(organization, state): (&&Organization, &State)| {
        (
            s::organization_id.eq(organization.id),
            s::valid_from.eq(state.from),
            s::valid_to.eq(state.to),
            s::name.eq(state.name.clone()),
            s::short_name.eq(state.short_name.clone()),
            s::kind.eq(state.kind),
            s::parent_id.eq(state.parent),
            s::search_text.eq(organization.search_text(state)),
        )
    };
    let rows: Vec<_> =
        changed.iter().flat_map(|o| o.states.iter().map(move |state| (o, state))).map(row).collect();
    for chunk in rows.chunks(CHUNK) {
        on_backend!(conn, c => diesel::insert_into(s::table).values(chunk).execute(c))?;
    }
    Ok(())
}

fn save_codes(conn: &mut Conn, changed: &[&Organization]) -> Result<(), Fault> {
    use organization_codes as k;
    let row = |(organization, entry): (&&Organization, &CodeEntry)| {
        (
            k::code.eq(entry.code.clone()),
            k::organization_id.eq(organization.id),
            k::scheme.eq(entry.code.scheme()),
            k::valid_from.eq(entry.from),
            k::valid_to.eq(entry.to),
        )
    };
    let rows: Vec<_> =
        changed.iter().flat_map(|o| o.codes.iter().map(move |entry| (o, entry))).map(row).collect();
    for chunk in rows.chunks(CHUNK) {
        on_backend!(conn, c => diesel::insert_into(k::table)
            .values(chunk)
            .on_conflict(k::code)
            .do_update()
            .set((
                k::valid_from.eq(diesel::upsert::excluded(k::valid_from)),
                k::valid_to.eq(diesel::upsert::excluded(k::valid_to)),
            ))
            .execute(c))?;
    }
    Ok(())
}

/// Writes anew the ties of what changed and of all below it, on any day.
fn save_ties(conn: &mut Conn, register: &Register, changed: &[&Organization]) -> Result<(), Fault> {
    use organization_ties as t;
    let moved: HashSet<OrganizationId> = changed.iter().map(|organization| organization.id).collect();
    let mut below: Vec<(OrganizationId, Vec<Tie>)> = Vec::new();
    for organization in register.all() {
        // Whoever moved was checked; only one below it can now hang from a chain that is too long.
        let too_deep = |Cycle| Refusal::Cycle { code: organization.code.to_string() };
        let ties = register.ties_of(organization.id).map_err(too_deep)?;
        if ties.iter().any(|tie| moved.contains(&tie.ancestor)) {
            below.push((organization.id, ties));
        }
    }
    below.sort_by_key(|(id, _)| *id);
    for chunk in below.chunks(LISTED) {
        Sql::new("DELETE FROM organization_ties WHERE descendant_id IN (")
            .numbers(chunk.iter().map(|(id, _)| id.0))
            .code(")")
            .run(conn)?;
    }
    let row = |tie: &Tie| {
        (
            t::ancestor_id.eq(tie.ancestor),
            t::descendant_id.eq(tie.descendant),
            t::depth.eq(tie.depth),
            t::valid_from.eq(tie.from),
            t::valid_to.eq(tie.to),
        )
    };
    let rows: Vec<_> = below.iter().flat_map(|(_, ties)| ties).map(row).collect();
    for chunk in rows.chunks(CHUNK) {
        on_backend!(conn, c => diesel::insert_into(t::table).values(chunk).execute(c))?;
    }
    Ok(())
}
