//! Everything that the benchmark knows of the service: its addresses, its tables, its budgets. Nowhere else.

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

/// KPIs that are counted from records.
pub const KPIS: [&str; 13] = [
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
    "interagency-e-documents",
    "interagency-e-documents-signed",
    "interagency-e-documents-any",
];

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

    /// As the table and the bare service name it.
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
                KPIS.join(",")
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
