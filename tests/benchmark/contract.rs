//! Everything that the benchmark knows of the service: its addresses, its tables, its budgets. Nowhere else.

use serde_json::{Value, json};

/// The period in which everything is asked.
pub const YEAR: i32 = 2020;
/// The department that is looked at.
pub const DEPARTMENT: &str = "H19.06";
/// The organization above all.
pub const PROVINCE: &str = "H19";
/// Where bodies are pushed to.
pub const ORGANIZATIONS_BATCH: &str = "/api/v1/organizations/batch";
/// Procedures, in the same way.
pub const PROCEDURES_BATCH: &str = "/api/v1/procedures/batch";
/// Dossiers, as NDJSON; the answer lists failures only.
pub const DOSSIERS_BATCH: &str = "/api/v1/dossiers/batch?answer=failed";
/// Says 200 as soon as requests are taken.
pub const READY: &str = "/readyz";
/// Where records lie: what COPY copies, and by what a row is known.
pub const RECORDS: (&str, &str) = ("dossiers", "code");

/// All organizations of the generated province.
pub const ORGANIZATIONS: &str = "/api/v1/organizations?limit=500";
/// Directives, and where many are registered.
pub const DIRECTIVES: &str = "/api/v1/directives";
/// In one call.
pub const DIRECTIVES_BATCH: &str = "/api/v1/directives/batch?atomic=true&answer=failed";
/// Where something happens to a task.
pub const ASSIGNMENTS: &str = "/api/v1/assignments";
/// Tasks of each directive.
pub const TASKS: usize = 10;
/// Of so many tasks of a directive one is reported.
pub const TASKS_REPORTED: usize = 5;
/// A reader for each task, and an opinion for every tenth. It would take a person's token for each by the API.
pub const READERS: [&str; 3] = [
    "INSERT INTO acknowledgements (directive_id, subject, organization_id, delivered_at, delivered_on, opened_at, opened_on) \
     SELECT directive_id, id, organization_id, created_at, assigned_on, created_at, assigned_on FROM assignments",
    "INSERT INTO consultations (directive_id, version, opens_on, closes_on, modulus, sealed_key, created_at, updated_at) \
     SELECT id, 1, issued_on, issued_on, '', '', created_at, created_at FROM directives",
    "INSERT INTO signed_opinions (id, directive_id, subject, organization_id, given_at, given_on, stance, content) \
     SELECT id, directive_id, id, organization_id, created_at, assigned_on, 'agrees', 'A' FROM assignments WHERE id LIKE '%0'",
];

/// Something of no weight that can be changed.
pub const TARGET: &str = "/api/v1/organizations/H19.06/targets/on-time-dossiers/2011";

/// Where a KPI is defined.
pub const CATALOGUE: &str = "/api/v1/kpis";

/// The KPIs of the catalogue that are counted from records.
const KPIS: [&str; 14] = [
    "on-time-dossiers",
    "on-time-dossiers-all",
    "on-time-dossiers-766",
    "online-service-level-4",
    "online-service-level-3-4",
    "procedures-published",
    "procedures-with-online-dossiers",
    "online-dossier-ratio",
    "internal-e-documents",
    "internal-e-documents-signed",
    "internal-e-documents-any",
    "interagency-e-documents",
    "interagency-e-documents-signed",
    "interagency-e-documents-any",
];
/// Further ones that the benchmark defines, so that twenty are asked for: what counts, out of what.
const FURTHER: [(&str, &[&str], &[&str]); 6] = [
    ("benchmark-settled-early", &["dossiers-ended-early"], SETTLED),
    ("benchmark-settled-on-the-day", &["dossiers-ended-on-day"], SETTLED),
    ("benchmark-settled-late", &["dossiers-ended-late"], SETTLED),
    ("benchmark-open-past-due", &["dossiers-open-past"], &["dossiers-open-within", "dossiers-open-past"]),
    (
        "benchmark-not-online",
        &["dossiers-accepted-otherwise"],
        &["dossiers-accepted-online", "dossiers-accepted-otherwise"],
    ),
    (
        "benchmark-settled-766",
        &["dossiers-766-ended-on-time"],
        &["dossiers-766-ended-on-time", "dossiers-766-ended-overdue"],
    ),
];
const SETTLED: &[&str] = &["dossiers-ended-early", "dossiers-ended-on-day", "dossiers-ended-late"];

/// All that are asked for, with commas between them.
fn kpis() -> String {
    let further = FURTHER.into_iter().map(|(kpi, ..)| kpi);
    KPIS.into_iter().chain(further).collect::<Vec<_>>().join(",")
}

/// The definitions of those that are not in the catalogue.
pub fn definitions() -> impl Iterator<Item = (&'static str, Value)> {
    let term = |counters: &[&str]| json!({"label": {"vi": "Hồ sơ", "en": "Dossiers"}, "counters": counters});
    FURTHER.into_iter().map(move |(kpi, numerator, denominator)| {
        let definition = json!({
            "name": {"vi": kpi, "en": kpi},
            "definition": {"vi": "Chỉ để đo tốc độ", "en": "Only to measure the speed"},
            "unit": "percent",
            "direction": "higher_is_better",
            "decimals": 2,
            "zero_policy": "unknown",
            "near": 5,
            "measured": "flow",
            "method": "a/b",
            "numerator": term(numerator),
            "denominator": term(denominator),
            "legal_basis": ["None"],
            "valid_from": "2015-01-01",
        });
        (kpi, definition)
    })
}

/// What is asked again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ask {
    /// One record.
    Organization,
    /// A department's year.
    Scorecard,
    /// One KPI of a department, month by month, three years.
    DepartmentMonths,
    /// All KPIs of every unit of the province, month by month, a year.
    ProvinceYear,
}

impl Ask {
    /// In the order of the table.
    pub const ALL: [Self; 4] =
        [Self::Organization, Self::Scorecard, Self::DepartmentMonths, Self::ProvinceYear];

    /// What the hand-written service answers too.
    pub const BY_HAND: [Self; 2] = [Self::Organization, Self::Scorecard];

    /// As the table and the other services name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Scorecard => "scorecard",
            Self::DepartmentMonths => "department-36-months",
            Self::ProvinceYear => "province-12-months",
        }
    }

    /// Where the service answers it.
    pub fn path(self) -> String {
        let figures = "/api/v1/figures?interval=month";
        match self {
            Self::Organization => format!("/api/v1/organizations/{DEPARTMENT}"),
            Self::Scorecard => format!("/api/v1/organizations/{DEPARTMENT}/scorecard?period={YEAR}"),
            Self::DepartmentMonths => {
                format!("{figures}&kpi={}&org={DEPARTMENT}&from={}-01-01&to={YEAR}-12-31", KPIS[0], YEAR - 2)
            }
            Self::ProvinceYear => format!(
                "{figures}&kpi={}&org={PROVINCE}&include=children&from={YEAR}-01-01&to={YEAR}-12-31",
                kpis()
            ),
        }
    }

    /// Clients at a time: an answer of megabytes is asked for by one, since its time is what matters.
    pub fn connections(self, many: usize) -> usize {
        if self == Self::ProvinceYear { 1 } else { many }
    }

    /// The budget of requests a second, in comparison with the base.
    pub fn budget(self) -> &'static str {
        match self {
            Self::Organization | Self::Scorecard => "≥ 0.8 × bare handler",
            Self::DepartmentMonths => "≥ 0.8 × pgbench",
            Self::ProvinceYear => "p95 ≤ 30 ms at 10 million, and ≤ 1.2 × that at 10 thousand",
        }
    }
}
