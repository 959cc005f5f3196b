//! Which organizations a caller may know of: those below the one that its token names, on the day that is asked about.
//!
//! Who asks about a day is held to the tree of that day. Who asks about now is held to the tree of today; an
//! organization that is no more, or not yet, stands where it stood last, or will stand first.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;

use super::register::model::{OrganizationCode, OrganizationId};
use crate::platform::auth::EVERYWHERE;
use crate::platform::sql::in_lists;
use crate::platform::{Caller, Conn, Fault, Sql};

/// A caller's subtree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    root: String,
}

/// Of which day an answer is to speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum When {
    /// Today; an organization without a state today is shown as it was last, or will be first.
    Now(NaiveDate),
    /// That day and no other.
    On(NaiveDate),
}

impl When {
    /// The day asked for, or today.
    pub fn of(as_of: Option<NaiveDate>, today: NaiveDate) -> Self {
        as_of.map_or(Self::Now(today), Self::On)
    }

    fn day(self) -> NaiveDate {
        match self {
            Self::Now(day) | Self::On(day) => day,
        }
    }

    /// SQL that holds when `state` of organization `o` is the one of this day. `o` must be in the statement.
    pub fn holds(self, state: &str) -> Sql {
        let last = Sql::new(" OR (o.closed_on <= ").day(self.day());
        let last = last.built(format!(" AND {state}.valid_to = o.closed_on)"));
        self.or_now(state, last)
    }

    /// SQL that holds when `tie` to those above organization `o` is one of this day; ties of what is closed go on.
    pub fn ties(self, tie: &str) -> Sql {
        self.or_now(tie, Sql::default())
    }

    /// SQL that holds when row `span` is one of this day, or who asks about now may see the first there will be, or another.
    fn or_now(self, span: &str, other: Sql) -> Sql {
        let day = self.day();
        let on_day = Sql::default()
            .built(format!("({span}.valid_from <= "))
            .day(day)
            .built(format!(" AND {span}.valid_to > "))
            .day(day);
        match self {
            Self::On(_) => on_day.code(")"),
            Self::Now(_) => on_day
                .then(other)
                .code(" OR (o.opened_on > ")
                .day(day)
                .built(format!(" AND {span}.valid_from = o.opened_on))")),
        }
    }

    /// SQL that holds when organization `o` stands at or below the one of a code on this day.
    pub fn below(self, code: &str) -> Sql {
        Sql::new("EXISTS (SELECT 1 FROM organization_codes wc JOIN organization_ties wt ON wt.ancestor_id = wc.organization_id ")
            .code("WHERE wt.descendant_id = o.id AND wc.code = ")
            .text(code)
            .code(" AND ")
            .then(self.ties("wt"))
            .code(")")
    }
}

impl Reach {
    /// What a caller's token allows.
    pub fn of(caller: &Caller) -> Self {
        Self { root: caller.org().to_owned() }
    }

    /// What a code at its root allows, or [`EVERYWHERE`]: for what goes on without its caller.
    pub fn at(root: impl Into<String>) -> Self {
        Self { root: root.into() }
    }

    /// The code at the root, unless there is no bound.
    pub fn root(&self) -> Option<&str> {
        (self.root != EVERYWHERE).then_some(self.root.as_str())
    }

    /// SQL that holds when organization `o` is within reach.
    pub fn holds(&self, when: When) -> Sql {
        match self.root() {
            None => Sql::new("1 = 1"),
            Some(root) => when.below(root),
        }
    }

    /// SQL that holds when the organization of column `id` is within reach today, or was on the day of column `day`: who
    /// follows what changes is told of what it knew of then.
    pub fn follows(&self, id: &str, day: &str, today: NaiveDate) -> Sql {
        let Some(root) = self.root() else { return Sql::new("1 = 1") };
        Sql::default()
            .built(format!("({id} IN (SELECT o.id FROM organization_codes wc "))
            .code("JOIN organization_ties wt ON wt.ancestor_id = wc.organization_id ")
            .code("JOIN organizations o ON o.id = wt.descendant_id WHERE wc.code = ")
            .text(root)
            .code(" AND ")
            .then(When::Now(today).ties("wt"))
            .code(") OR EXISTS (SELECT 1 FROM organization_codes hc ")
            .code("JOIN organization_ties ht ON ht.ancestor_id = hc.organization_id WHERE hc.code = ")
            .text(root)
            .built(format!(
                " AND ht.descendant_id = {id} AND ht.valid_from <= {day} AND ht.valid_to > {day}))"
            ))
    }
}

#[derive(diesel::QueryableByName)]
struct Found {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    id: OrganizationId,
}

/// The organization that has a code, if it is within reach; otherwise missing.
pub fn find_at(conn: &mut Conn, reach: &Reach, code: &str, when: When) -> Result<OrganizationId, Fault> {
    find_named(conn, reach, code, when).map(|(id, _)| id)
}

/// The organization that has a code, with the code by which answers name it, if it is within reach; otherwise missing.
pub fn find_named(
    conn: &mut Conn,
    reach: &Reach,
    code: &str,
    when: When,
) -> Result<(OrganizationId, OrganizationCode), Fault> {
    let statement = Sql::new("SELECT o.id AS id, o.code AS code FROM organization_codes k ")
        .code("JOIN organizations o ON o.id = k.organization_id WHERE k.code = ")
        .text(code)
        .code(" AND ")
        .then(reach.holds(when));
    let found = statement.rows::<Owner>(conn)?.pop().ok_or_else(Fault::missing)?;
    Ok((found.id, found.code))
}

#[derive(diesel::QueryableByName)]
struct Owner {
    #[diesel(sql_type = diesel::sql_types::Text)]
    code: OrganizationCode,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    id: OrganizationId,
}

/// Whose codes these are, as far as they are within reach.
pub fn find_all(
    conn: &mut Conn,
    reach: &Reach,
    codes: &BTreeSet<&OrganizationCode>,
    when: When,
) -> Result<HashMap<OrganizationCode, OrganizationId>, Fault> {
    let codes: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
    let owners = in_lists(&codes, |codes| {
        Sql::new("SELECT k.code AS code, o.id AS id FROM organization_codes k ")
            .code("JOIN organizations o ON o.id = k.organization_id WHERE k.code IN (")
            .texts(codes.iter().copied())
            .code(") AND ")
            .then(reach.holds(when))
            .rows::<Owner>(conn)
    })?;
    Ok(owners.into_iter().map(|owner| (owner.code, owner.id)).collect())
}

/// Which of some organizations are within reach.
pub fn reached(
    conn: &mut Conn,
    reach: &Reach,
    ids: &BTreeSet<OrganizationId>,
    when: When,
) -> Result<HashSet<OrganizationId>, Fault> {
    if reach.root().is_none() {
        return Ok(ids.iter().copied().collect());
    }
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let found = in_lists(&ids, |ids| {
        Sql::new("SELECT o.id AS id FROM organizations o WHERE o.id IN (")
            .numbers(ids.iter().copied())
            .code(") AND ")
            .then(reach.holds(when))
            .rows::<Found>(conn)
    })?;
    Ok(found.into_iter().map(|found| found.id).collect())
}

/// Holds an organization until the transaction ends, so that what it states changes one at a time. SQLite has one
/// writer anyway. Rows of others that name the organization are let in: who waits for them may hold what is waited for here.
pub fn lock(conn: &mut Conn, id: OrganizationId) -> Result<(), Fault> {
    use crate::schema::organizations;
    use diesel::{QueryDsl, RunQueryDsl};

    if let Conn::Postgres(conn) = conn {
        organizations::table
            .find(id)
            .select(organizations::id)
            .for_no_key_update()
            .first::<OrganizationId>(conn)?;
    }
    Ok(())
}
