//! The register in the database.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamp};

use super::held::Register;
use super::model::{CodeEntry, Organization, OrganizationCode, OrganizationId, OrganizationKind, State};
use crate::organizations::reach::{Reach, When};
use crate::platform::sql::in_lists;
use crate::platform::text::{folded, like_anywhere};
use crate::platform::{Conn, Fault, Sql};

/// An organization as it is on the day asked for.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Inside the service.
    pub id: OrganizationId,
    /// The code that answers show.
    pub code: OrganizationCode,
    /// Version of the record.
    pub version: i64,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// The state of the day; its parent is given by code.
    pub state: State,
    /// The code of the organization above.
    pub parent: Option<OrganizationCode>,
    /// All codes.
    pub codes: Vec<CodeEntry>,
}

/// A state with the organization that it is of; [`STATE`] names its columns.
#[derive(QueryableByName)]
pub(super) struct StateRow {
    #[diesel(sql_type = BigInt)]
    pub(super) id: OrganizationId,
    #[diesel(sql_type = Text)]
    pub(super) code: OrganizationCode,
    #[diesel(sql_type = BigInt)]
    pub(super) version: i64,
    #[diesel(sql_type = Date)]
    valid_from: NaiveDate,
    #[diesel(sql_type = Date)]
    valid_to: NaiveDate,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<Text>)]
    short_name: Option<String>,
    #[diesel(sql_type = Text)]
    kind: OrganizationKind,
    #[diesel(sql_type = Nullable<BigInt>)]
    parent_id: Option<OrganizationId>,
}

pub(super) const STATE: &str = "o.id AS id, o.code AS code, o.version AS version, s.valid_from AS valid_from, \
     s.valid_to AS valid_to, s.name AS name, s.short_name AS short_name, s.kind AS kind, s.parent_id AS parent_id";

impl StateRow {
    pub(super) fn state(&self) -> State {
        State {
            from: self.valid_from,
            to: self.valid_to,
            name: self.name.clone(),
            short_name: self.short_name.clone(),
            kind: self.kind,
            parent: self.parent_id,
        }
    }
}

#[derive(QueryableByName)]
struct ShownRow {
    #[diesel(embed)]
    of: StateRow,
    #[diesel(sql_type = Timestamp)]
    updated_at: NaiveDateTime,
    #[diesel(sql_type = Nullable<Text>)]
    parent: Option<OrganizationCode>,
}

#[derive(QueryableByName)]
struct CodeRow {
    #[diesel(sql_type = BigInt)]
    organization_id: OrganizationId,
    #[diesel(sql_type = Text)]
    code: OrganizationCode,
    #[diesel(sql_type = Date)]
    valid_from: NaiveDate,
    #[diesel(sql_type = Date)]
    valid_to: NaiveDate,
}

#[derive(QueryableByName)]
struct ShownWithCode {
    #[diesel(embed)]
    shown: ShownRow,
    #[diesel(sql_type = Text)]
    other_code: OrganizationCode,
    #[diesel(sql_type = Date)]
    code_from: NaiveDate,
    #[diesel(sql_type = Date)]
    code_to: NaiveDate,
}

impl From<ShownRow> for Shown {
    fn from(row: ShownRow) -> Self {
        let state = row.of.state();
        Self {
            id: row.of.id,
            code: row.of.code,
            version: row.of.version,
            updated_at: row.updated_at.and_utc(),
            state,
            parent: row.parent,
            codes: Vec::new(),
        }
    }
}

const SHOWN: &str = ", o.updated_at AS updated_at, p.code AS parent";
const FROM_STATES: &str = " JOIN organization_states s ON s.organization_id = o.id \
     LEFT JOIN organizations p ON p.id = s.parent_id ";

/// One organization by any of its codes, in one statement.
pub fn find(conn: &mut Conn, reach: &Reach, code: &str, when: When) -> Result<Shown, Fault> {
    let statement = Sql::new("SELECT ")
        .code(STATE)
        .code(SHOWN)
        .code(", c.code AS other_code, c.valid_from AS code_from, c.valid_to AS code_to FROM organization_codes k ")
        .code("JOIN organizations o ON o.id = k.organization_id ")
        .code(FROM_STATES)
        .code("JOIN organization_codes c ON c.organization_id = o.id WHERE k.code = ")
        .text(code)
        .code(" AND ")
        .then(when.holds("s"))
        .code(" AND ")
        .then(reach.holds(when))
        .code(" ORDER BY c.code");
    let mut found: Option<Shown> = None;
    for row in statement.rows::<ShownWithCode>(conn)? {
        let entry = CodeEntry { code: row.other_code, from: row.code_from, to: row.code_to };
        found.get_or_insert_with(|| row.shown.into()).codes.push(entry);
    }
    found.ok_or_else(Fault::missing)
}

/// Which organizations a list is to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Part of a name, short name or code, without regard to diacritics and case.
    pub q: Option<String>,
    /// Kind.
    pub kind: Option<OrganizationKind>,
    /// Code of the organization right above.
    pub parent: Option<OrganizationCode>,
    /// Code of an organization at or above.
    pub within: Option<OrganizationCode>,
}

/// A page of organizations by code: two statements, whatever it holds.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    filter: &Filter,
    when: When,
    page: (Option<String>, i64),
) -> Result<Vec<Shown>, Fault> {
    let mut statement = Sql::new("SELECT ")
        .code(STATE)
        .code(SHOWN)
        .code(" FROM organizations o ")
        .code(FROM_STATES)
        .code("WHERE ")
        .then(when.holds("s"))
        .code(" AND ")
        .then(reach.holds(when));
    if let Some(q) = &filter.q {
        statement =
            statement.code(" AND s.search_text LIKE ").text(like_anywhere(&folded(q))).code(" ESCAPE '\\'");
    }
    if let Some(kind) = filter.kind {
        statement = statement.code(" AND s.kind = ").text(kind.as_str());
    }
    if let Some(parent) = &filter.parent {
        let owner = " AND s.parent_id = (SELECT organization_id FROM organization_codes WHERE code = ";
        statement = statement.code(owner).text(parent.as_str()).code(")");
    }
    if let Some(within) = &filter.within {
        statement = statement.code(" AND ").then(when.below(within.as_str()));
    }
    if let (Some(after), _) = page {
        statement = statement.code(" AND o.code > ").text(after);
    }
    let rows = statement.code(" ORDER BY o.code LIMIT ").number(page.1).rows::<ShownRow>(conn)?;
    with_codes(conn, rows.into_iter().map(Shown::from).collect())
}

fn with_codes(conn: &mut Conn, mut shown: Vec<Shown>) -> Result<Vec<Shown>, Fault> {
    let mut codes = codes_of(conn, shown.iter().map(|organization| organization.id.0))?;
    for organization in &mut shown {
        organization.codes = codes.remove(&organization.id).unwrap_or_default();
    }
    Ok(shown)
}

pub(super) fn codes_of(
    conn: &mut Conn,
    ids: impl IntoIterator<Item = i64>,
) -> Result<HashMap<OrganizationId, Vec<CodeEntry>>, Fault> {
    let ids: Vec<i64> = ids.into_iter().collect();
    let rows = in_lists(&ids, |ids| {
        Sql::new("SELECT organization_id, code, valid_from, valid_to FROM organization_codes ")
            .code("WHERE organization_id IN (")
            .numbers(ids.iter().copied())
            .code(") ORDER BY code")
            .rows::<CodeRow>(conn)
    })?;
    let mut codes: HashMap<OrganizationId, Vec<CodeEntry>> = HashMap::new();
    for row in rows {
        let entry = CodeEntry { code: row.code, from: row.valid_from, to: row.valid_to };
        codes.entry(row.organization_id).or_default().push(entry);
    }
    Ok(codes)
}

/// One organization of a tree.
#[derive(Clone, Debug, QueryableByName)]
pub struct Node {
    /// Inside the service.
    #[diesel(sql_type = BigInt)]
    pub id: OrganizationId,
    /// Inside the service, of the one above.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub parent_id: Option<OrganizationId>,
    /// Steps below the root of the answer.
    #[diesel(sql_type = Integer)]
    pub depth: i32,
    /// The code that answers show.
    #[diesel(sql_type = Text)]
    pub code: OrganizationCode,
    /// Name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// Short name.
    #[diesel(sql_type = Nullable<Text>)]
    pub short_name: Option<String>,
    /// Kind.
    #[diesel(sql_type = Text)]
    pub kind: OrganizationKind,
}

/// An organization and those below it down to a depth, by depth and code, at most `limit`.
pub fn tree(
    conn: &mut Conn,
    root: OrganizationId,
    depth: i64,
    day: NaiveDate,
    limit: i64,
) -> Result<Vec<Node>, Fault> {
    Sql::new(
        "SELECT o.id AS id, s.parent_id AS parent_id, t.depth AS depth, o.code AS code, s.name AS name, ",
    )
    .code("s.short_name AS short_name, s.kind AS kind FROM organization_ties t ")
    .code("JOIN organizations o ON o.id = t.descendant_id ")
    .code("JOIN organization_states s ON s.organization_id = o.id WHERE t.ancestor_id = ")
    .number(root.0)
    .code(" AND t.depth <= ")
    .number(depth)
    .code(" AND ")
    .then(When::On(day).ties("t"))
    .code(" AND ")
    .then(When::On(day).holds("s"))
    .code(" ORDER BY t.depth, o.code LIMIT ")
    .number(limit)
    .rows(conn)
}

/// How an organization reads after a change: what [`find`] would say of its last state.
pub fn shown(register: &Register, organization: &Organization, now: DateTime<Utc>) -> Option<Shown> {
    let state = organization.last()?.clone();
    let parent = state.parent.and_then(|id| register.get(id)).map(|parent| parent.code.clone());
    let mut codes = organization.codes.clone();
    codes.sort_by(|a, b| a.code.cmp(&b.code));
    let version = organization.version + 1;
    let code = organization.code.clone();
    Some(Shown { id: organization.id, code, version, updated_at: now, state, parent, codes })
}

/// An organization that stands below another one from a day on.
#[derive(Clone, Debug, QueryableByName)]
pub struct Move {
    /// Who.
    #[diesel(sql_type = BigInt)]
    pub id: OrganizationId,
    /// Its code.
    #[diesel(sql_type = Text)]
    pub code: OrganizationCode,
    /// Below whom it stood before.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub above: Option<OrganizationId>,
}

/// Who moved after a day and until another.
pub fn moves(conn: &mut Conn, after: NaiveDate, until: NaiveDate) -> Result<Vec<Move>, Fault> {
    Sql::new("SELECT o.id AS id, o.code AS code, b.parent_id AS above FROM organization_states s ")
        .code("JOIN organization_states b ON b.organization_id = s.organization_id AND b.valid_to = s.valid_from ")
        .code("JOIN organizations o ON o.id = s.organization_id WHERE s.valid_from > ")
        .day(after)
        .code(" AND s.valid_from <= ")
        .day(until)
        .code(" AND s.parent_id IS DISTINCT FROM b.parent_id ORDER BY s.valid_from, o.id")
        .rows(conn)
}
