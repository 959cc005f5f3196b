//! The statements of the base: what the service asks of the database for the same answer, in one statement each.
//!
//! Copied from `store.rs` of the register and of the scorecard, and from `counters/members.rs` and `sums.rs`, as they ask for who
//! reaches everything: change them together. A value stands for each `{}`, so that the services can bind it and pgbench can
//! write it.

use danvan::platform::Sql;

use super::contract::{Ask, DEPARTMENT, PROVINCE, YEAR};

/// A statement in pieces, with a value between any two.
pub struct Statement {
    pieces: Vec<String>,
    values: Vec<String>,
}

impl Statement {
    fn new(text: &str, values: &[&str]) -> Self {
        let pieces: Vec<String> = text.split("{}").map(str::to_owned).collect();
        assert_eq!(pieces.len(), values.len() + 1, "{text}");
        Self { pieces, values: values.iter().map(|value| (*value).to_owned()).collect() }
    }

    /// For the bare service: values are bound, days as days.
    pub fn sql(&self) -> Sql {
        let mut pieces = self.pieces.iter();
        let first = pieces.next().cloned().unwrap_or_default();
        self.values.iter().zip(pieces).fold(Sql::default().built(first), |sql, (value, piece)| {
            let bound = match value.parse() {
                Ok(day) => sql.day(day),
                Err(_) => sql.text(value.clone()),
            };
            bound.built(piece.clone())
        })
    }

    /// For psycopg: `%s` stands for each value.
    pub fn marked(&self) -> (String, &[String]) {
        let pieces: Vec<String> = self.pieces.iter().map(|piece| piece.replace('%', "%%")).collect();
        (pieces.join("%s"), &self.values)
    }

    /// For pgbench: values are written.
    pub fn script(&self) -> String {
        let values = self.values.iter().map(|value| format!("'{value}'")).chain([";\n".to_owned()]);
        let parts = self.pieces.iter().zip(values).map(|(piece, value)| format!("{piece}{value}"));
        parts.collect::<String>().replace('\n', " ") + "\n"
    }
}

/// The statement of a question.
pub fn statement(ask: Ask) -> Statement {
    let today = format!("{YEAR}-12-31");
    let year = YEAR.to_string();
    match ask {
        Ask::Organization => Statement::new(ORGANIZATION, &[DEPARTMENT, &today, &today, &today, &today]),
        Ask::Scorecard => {
            Statement::new(SCORECARD, &[&today, &today, "calendar", &year, "calendar", &year, DEPARTMENT])
        }
        Ask::DepartmentMonths => sums(DEPARTMENT, 0, YEAR - 2, &[&FLOWS[2..5]].concat(), &[]),
        Ask::ProvinceYear => sums(PROVINCE, 1, YEAR, FLOWS, STOCKS),
    }
}

const ORGANIZATION: &str = "SELECT o.id AS id, o.code AS code, o.version AS version, s.valid_from AS valid_from, \
     s.valid_to AS valid_to, s.name AS name, s.short_name AS short_name, s.kind AS kind, s.parent_id AS parent_id, \
     o.updated_at AS updated_at, p.code AS parent, c.code AS other_code, c.valid_from AS code_from, c.valid_to AS code_to \
     FROM organization_codes k JOIN organizations o ON o.id = k.organization_id \
     JOIN organization_states s ON s.organization_id = o.id LEFT JOIN organizations p ON p.id = s.parent_id \
     JOIN organization_codes c ON c.organization_id = o.id WHERE k.code = {} \
     AND (s.valid_from <= {} AND s.valid_to > {} OR (o.closed_on <= {} AND s.valid_to = o.closed_on) \
     OR (o.opened_on > {} AND s.valid_from = o.opened_on)) AND 1 = 1 ORDER BY c.code";

const SCORECARD: &str = "SELECT o.id AS id, o.code AS organization, d.kpi_id AS kpi, d.definition AS definition, \
     d.valid_to AS valid_to, f.percent AS percent, f.numerator AS numerator, f.denominator AS denominator, \
     f.status AS status, t.percent AS target FROM organization_codes k JOIN organizations o ON o.id = k.organization_id \
     LEFT JOIN kpi_definitions d ON d.valid_from <= {} AND d.valid_to > {} LEFT JOIN kpis i ON i.id = d.kpi_id \
     LEFT JOIN reported_figures f ON f.organization_id = o.id AND f.kpi_id = d.kpi_id AND f.is_current = 1 \
     AND f.scheme = {} AND f.period = {} LEFT JOIN targets t ON t.organization_id = o.id AND t.kpi_id = d.kpi_id \
     AND t.scheme = {} AND t.period = {} WHERE k.code = {} AND 1 = 1 ORDER BY i.position";

/// Summed over a period.
const FLOWS: &[&str] = &[
    "dossiers-accepted-online",
    "dossiers-accepted-otherwise",
    "dossiers-ended-early",
    "dossiers-ended-on-day",
    "dossiers-ended-late",
    "dossiers-766-ended-on-time",
    "dossiers-766-ended-overdue",
    "documents-internal-electronic-signed",
    "documents-internal-electronic-unsigned",
    "documents-internal-parallel",
    "documents-internal-mixed",
    "documents-internal-paper",
    "documents-interagency-electronic-signed",
    "documents-interagency-electronic-unsigned",
    "documents-interagency-parallel",
    "documents-interagency-mixed",
    "documents-interagency-paper",
];
/// Summed from the beginning of time.
const STOCKS: &[&str] = &[
    "dossiers-open-within",
    "dossiers-open-past",
    "dossiers-766-open-on-time",
    "dossiers-766-open-overdue",
    "procedures-all",
    "procedures-published",
    "procedures-level-3",
    "procedures-level-4",
    "procedures-full",
    "procedures-partial",
];

/// Sums by half months of the roots at a depth below an organization, each with all below it; of stocks also the sums of all
/// years before, which the service asks for by themselves.
fn sums(top: &str, depth: u8, since: i32, flows: &[&str], stocks: &[&str]) -> Statement {
    let values = |counters: &[&str]| {
        counters.iter().map(|counter| format!("('{counter}')")).collect::<Vec<_>>().join(", ")
    };
    let halves = |sum: fn(u8) -> String| {
        (1..=24).map(|half| format!("{} AS h{half:02}", sum(half))).collect::<Vec<_>>().join(", ")
    };
    let asked = halves(|half| format!("CAST(SUM(c.h{half:02}) AS BIGINT)"));
    let before = halves(|half| format!("CAST({} AS BIGINT)", if half == 1 { "SUM(c.total)" } else { "0" }));
    let of_members = "SELECT m.root AS root, m.since AS since, m.until AS until, c.counter AS counter";
    let of_years = "JOIN counter_years c ON c.organization_id = m.unit AND c.counter = w.counter AND c.year";
    let earlier = if stocks.is_empty() {
        String::new()
    } else {
        format!(
            "{of_members}, CAST(MAX(c.year) AS INTEGER) AS year, {before} FROM members m CROSS JOIN stocks w {of_years} \
             < {since} GROUP BY m.root, m.since, m.until, c.counter UNION ALL "
        )
    };
    let text = format!(
        "WITH spans AS (SELECT g.descendant_id AS root, t.descendant_id AS unit, \
         CASE WHEN g.valid_from > t.valid_from THEN g.valid_from ELSE t.valid_from END AS since, \
         CASE WHEN g.valid_to < t.valid_to THEN g.valid_to ELSE t.valid_to END AS until \
         FROM organization_codes k JOIN organization_ties g ON g.ancestor_id = k.organization_id \
         JOIN organization_ties t ON t.ancestor_id = g.descendant_id WHERE k.code = {{}} \
         AND g.depth >= {depth} AND g.depth = {depth}), \
         members AS (SELECT root, unit, CAST(1 AS BIGINT) AS weight, CASE WHEN since < {{}} THEN {{}} ELSE since END AS since, \
         CASE WHEN until > {{}} THEN {{}} ELSE until END AS until FROM spans WHERE since <= {{}} AND since < until \
         AND until > {{}}), wanted (counter) AS (VALUES {}), stocks (counter) AS (VALUES {}) {earlier}{of_members}, \
         c.year AS year, {asked} FROM members m CROSS JOIN wanted w {of_years} >= {since} AND c.year <= {YEAR} \
         GROUP BY m.root, m.since, m.until, c.counter, c.year ORDER BY year",
        values(&[flows, stocks].concat()),
        if stocks.is_empty() { "('')".to_owned() } else { values(stocks) },
    );
    let (first, last) = (format!("{since}-01-01"), format!("{YEAR}-12-31"));
    Statement::new(&text, &[top, &first, &first, &last, "9999-12-31", &last, &first])
}
