//! What figures need beside the ledger: whose they are, how they are defined, what was to be reached.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text};

use super::model::Defined;
use crate::kpis::catalog::model::KpiId;
use crate::kpis::counters::members::{Members, Roots};
use crate::kpis::counters::model::{Basis, Include};
use crate::kpis::percent::Percent;
use crate::kpis::periods::model::Scheme;
use crate::kpis::periods::spans::Span;
use crate::organizations::{OrganizationCode, OrganizationId};
use crate::platform::{Conn, Fault, OPEN_END, Sql};

/// An organization of which figures are asked for.
#[derive(Clone, Debug)]
pub struct Root {
    /// Inside the service.
    pub id: OrganizationId,
    /// The code that answers show.
    pub code: OrganizationCode,
    /// Its name as it is last known of the time asked about.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// Its first day.
    pub opened_on: NaiveDate,
    /// First day on which it is no more.
    pub closed_on: NaiveDate,
    /// When it belongs to the answer: spans, the last day excluded.
    pub spans: Vec<(NaiveDate, NaiveDate)>,
}

impl Root {
    /// Whether it belongs to the answer for a period; one that was closed before, or not there yet, only if it counts
    /// something.
    pub fn stands_in(&self, span: &Span, counts: bool) -> bool {
        let within = self.spans.iter().any(|(since, until)| *since <= span.last && span.last < *until);
        within && (counts || (self.opened_on <= span.last && self.closed_on > span.first))
    }
}

#[derive(QueryableByName)]
struct RootRow {
    #[diesel(sql_type = BigInt)]
    id: OrganizationId,
    #[diesel(sql_type = Text)]
    code: OrganizationCode,
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    kind: Option<String>,
    #[diesel(sql_type = Date)]
    opened_on: NaiveDate,
    #[diesel(sql_type = Date)]
    closed_on: NaiveDate,
    #[diesel(sql_type = Date)]
    since: NaiveDate,
    #[diesel(sql_type = Date)]
    until: NaiveDate,
}

/// The organizations of which figures are asked for, by code.
pub fn roots(
    conn: &mut Conn,
    members: &Members,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<Root>, Fault> {
    let (from, to) = match members.basis {
        Basis::AsWas => (first, last),
        Basis::AsIs => (members.today, members.today),
    };
    // Who is asked for by name is there before its first day too.
    let by_name = matches!(members.roots, Roots::Of(Include::Own | Include::Subtree));
    let rows = Sql::new("SELECT r.id AS id, r.code AS code, s.name AS name, s.kind AS kind, ")
        .code(
            "r.opened_on AS opened_on, r.closed_on AS closed_on, g.valid_from AS since, g.valid_to AS until ",
        )
        .code("FROM organization_states s, ")
        .then(members.ties_to_roots())
        // The state of the last day asked about, or the last there was, or the first there will be.
        .code(" AND s.organization_id = r.id AND ((s.valid_from <= ")
        .day(to)
        .code(" AND s.valid_to > ")
        .day(to)
        .code(") OR (r.closed_on <= ")
        .day(to)
        .code(" AND s.valid_to = r.closed_on) OR (r.opened_on > ")
        .day(to)
        .code(" AND s.valid_from = r.opened_on)) AND g.valid_from <= ")
        .day(if by_name { OPEN_END } else { to })
        .code(" AND g.valid_to > ")
        .day(from)
        .code(" ORDER BY r.code, g.valid_from")
        .rows::<RootRow>(conn)?;
    let mut roots: BTreeMap<OrganizationCode, Root> = BTreeMap::new();
    for row in rows {
        let RootRow { id, code, name, kind, opened_on, closed_on, since, until } = row;
        // In the tree of today, what is no more never was.
        let (span, closed_on) = match members.basis {
            Basis::AsWas => ((since, until), closed_on),
            Basis::AsIs if closed_on <= members.today => ((NaiveDate::MIN, NaiveDate::MAX), NaiveDate::MIN),
            Basis::AsIs => ((NaiveDate::MIN, NaiveDate::MAX), closed_on),
        };
        let new = || Root {
            id,
            code: code.clone(),
            name: name.unwrap_or_default(),
            kind: kind.unwrap_or_default(),
            opened_on,
            closed_on,
            spans: Vec::new(),
        };
        roots.entry(code.clone()).or_insert_with(new).spans.push(span);
    }
    Ok(roots.into_values().collect())
}

#[derive(QueryableByName)]
struct DefinitionRow {
    #[diesel(sql_type = Text)]
    kpi: KpiId,
    #[diesel(sql_type = Nullable<Text>)]
    definition: Option<String>,
    #[diesel(sql_type = Nullable<Date>)]
    valid_to: Option<NaiveDate>,
}

/// Some KPIs, in the order of the catalogue, and how they were defined on any day of a span: one that was not
/// defined then has no definition.
pub fn definitions(
    conn: &mut Conn,
    kpis: &[KpiId],
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<(KpiId, Vec<Defined>)>, Fault> {
    let statement = Sql::new("SELECT k.id AS kpi, d.definition AS definition, d.valid_to AS valid_to ")
        .code("FROM kpis k LEFT JOIN kpi_definitions d ON d.kpi_id = k.id AND d.valid_from <= ")
        .day(last)
        .code(" AND d.valid_to > ")
        .day(first)
        .code(" WHERE k.id IN (")
        .few_texts(kpis.iter().map(KpiId::as_str))
        .code(")");
    let mut found: Vec<(KpiId, Vec<Defined>)> = Vec::new();
    for row in statement.code(" ORDER BY k.position, d.valid_from").rows::<DefinitionRow>(conn)? {
        if found.last().is_none_or(|(kpi, _)| *kpi != row.kpi) {
            found.push((row.kpi.clone(), Vec::new()));
        }
        if let (Some((_, all)), Some(text), Some(valid_to)) = (found.last_mut(), row.definition, row.valid_to)
        {
            let definition = serde_json::from_str(&text).map_err(Fault::broken)?;
            all.push(Defined::new(row.kpi, definition, valid_to));
        }
    }
    Ok(found)
}

#[derive(QueryableByName)]
struct TargetRow {
    #[diesel(sql_type = BigInt)]
    organization: OrganizationId,
    #[diesel(sql_type = Text)]
    kpi: KpiId,
    #[diesel(sql_type = Text)]
    period: String,
    #[diesel(sql_type = BigInt)]
    percent: i64,
}

/// What was to be reached, by organization and by the places of the KPI and of the period in the question.
pub type Targets = HashMap<(OrganizationId, usize, usize), Percent>;

/// The targets of the organizations of an answer.
pub fn targets(
    conn: &mut Conn,
    members: &Members,
    scheme: Scheme,
    kpis: &[&KpiId],
    spans: &[Span],
) -> Result<Targets, Fault> {
    let periods = spans.iter().filter(|span| span.period.is_some()).map(|span| span.name.as_str());
    let rows =
        Sql::new("SELECT DISTINCT f.organization_id AS organization, f.kpi_id AS kpi, f.period AS period, ")
            .code("f.percent AS percent FROM targets f, ")
            .then(members.ties_to_roots())
            .code(" AND f.organization_id = r.id AND f.scheme = ")
            .text(scheme.as_str())
            .code(" AND f.kpi_id IN (")
            .few_texts(kpis.iter().map(|kpi| kpi.as_str()))
            .code(") AND f.period IN (")
            .few_texts(periods)
            .code(")")
            .rows::<TargetRow>(conn)?;
    let place = |row: TargetRow| {
        let kpi = kpis.iter().position(|kpi| **kpi == row.kpi)?;
        let span = spans.iter().position(|span| span.name == row.period)?;
        Some(((row.organization, kpi, span), Percent(row.percent)))
    };
    Ok(rows.into_iter().filter_map(place).collect())
}
