//! The agencies that a message names, as the register knows them.
//!
//! Whether a code is known and open is told of every agency: QĐ 20/2020/QĐ-TTg makes the codes a public list. The names of those
//! out of reach are not.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Text};

use crate::directives::edxml::agencies::Standing;
use crate::organizations::register::model::OrganizationKind;
use crate::organizations::{OrganizationCode, OrganizationId, Reach, When};
use crate::platform::sql::in_lists;
use crate::platform::{Conn, Fault, Sql};

/// An agency that has a code, or had it.
#[derive(Clone, Debug)]
pub struct Agency {
    /// Inside the service.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// What sort of organization it is.
    pub kind: OrganizationKind,
    /// Whether the caller reaches it.
    pub reached: bool,
    from: NaiveDate,
    to: NaiveDate,
}

/// The agencies that some codes belong to.
#[derive(Clone, Debug, Default)]
pub struct Agencies(HashMap<OrganizationCode, Agency>);

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    code: OrganizationCode,
    #[diesel(sql_type = BigInt)]
    id: OrganizationId,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: OrganizationKind,
    #[diesel(sql_type = Integer)]
    reached: i32,
    #[diesel(sql_type = Date)]
    valid_from: NaiveDate,
    #[diesel(sql_type = Date)]
    valid_to: NaiveDate,
}

impl Agencies {
    /// Looks codes up.
    pub fn load(
        conn: &mut Conn,
        reach: &Reach,
        codes: &BTreeSet<&OrganizationCode>,
        today: NaiveDate,
    ) -> Result<Self, Fault> {
        let when = When::Now(today);
        let codes: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
        let rows = in_lists(&codes, |codes| {
            Sql::new("SELECT k.code AS code, o.id AS id, s.name AS name, s.kind AS kind, CASE WHEN ")
            .then(reach.holds(when))
            .code(" THEN 1 ELSE 0 END AS reached, k.valid_from AS valid_from, k.valid_to AS valid_to FROM organization_codes k ")
            .code("JOIN organizations o ON o.id = k.organization_id ")
            .code("JOIN organization_states s ON s.organization_id = o.id WHERE k.code IN (")
            .few_texts(codes.iter().copied())
            .code(") AND ")
            .then(when.holds("s"))
            .rows::<Row>(conn)
        })?;
        let agency = |row: Row| {
            let Row { code, id, name, kind, reached, valid_from: from, valid_to: to } = row;
            (code, Agency { id, name, kind, reached: reached == 1, from, to })
        };
        Ok(Self(rows.into_iter().map(agency).collect()))
    }

    /// Whose code this is.
    pub fn of(&self, code: &OrganizationCode) -> Option<&Agency> {
        self.0.get(code)
    }

    /// Whose code this is, if the caller reaches it.
    pub fn reached(&self, code: &OrganizationCode) -> Option<&Agency> {
        self.of(code).filter(|agency| agency.reached)
    }

    /// Whether two codes are of one agency, whichever of its codes each is.
    pub fn are_one(&self, a: &OrganizationCode, b: &OrganizationCode) -> bool {
        a == b || self.of(a).zip(self.of(b)).is_some_and(|(a, b)| a.id == b.id)
    }

    /// Whether an agency is known by a code on a day.
    pub fn standing(&self, code: &OrganizationCode, day: NaiveDate) -> Standing {
        match self.of(code) {
            None => Standing::Unknown,
            Some(agency) if agency.from <= day && day < agency.to => Standing::Known,
            Some(_) => Standing::Closed,
        }
    }
}

#[derive(QueryableByName)]
struct Below {
    #[diesel(sql_type = BigInt)]
    id: OrganizationId,
}

/// Which of some organizations stand below one.
pub fn below(
    conn: &mut Conn,
    top: OrganizationId,
    ids: &BTreeSet<OrganizationId>,
    today: NaiveDate,
) -> Result<BTreeSet<OrganizationId>, Fault> {
    let rows = Sql::new("SELECT o.id AS id FROM organizations o JOIN organization_ties t ON t.descendant_id = o.id WHERE t.ancestor_id = ")
        .number(top.0)
        .code(" AND o.id IN (")
        .numbers(ids.iter().map(|id| id.0))
        .code(") AND ")
        .then(When::Now(today).ties("t"))
        .rows::<Below>(conn)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
