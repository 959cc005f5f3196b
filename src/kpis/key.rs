//! Under what an organization states a figure or is set a target: a KPI, a period and how the period is cut.

use super::catalog::model::KpiId;
use super::periods::model::{Period, Scheme};
use crate::organizations::OrganizationCode;
use crate::platform::Sql;

/// Of which KPI, for which period.
#[derive(Clone, Debug)]
pub struct FigureKey {
    /// The KPI.
    pub kpi: KpiId,
    /// The period.
    pub period: Period,
    /// How the period is cut.
    pub scheme: Scheme,
}

impl FigureKey {
    /// Adds to a statement that row `alias` stands under this key.
    pub fn holds(&self, statement: Sql, alias: &'static str) -> Sql {
        let column = |statement: Sql, name: &str| statement.built(format!(" AND {alias}.{name} = "));
        let statement = column(statement, "scheme").text(self.scheme.as_str());
        let statement = column(statement, "period").text(self.period.as_str());
        column(statement, "kpi_id").text(self.kpi.as_str())
    }

    /// What an organization has under this key, in one line.
    pub fn of(&self, code: &OrganizationCode) -> String {
        let Self { kpi, period, scheme } = self;
        format!("{code} {kpi} {period} {scheme}")
    }

    /// The URL of what an organization has under this key.
    pub fn location(&self, what: &str, code: &OrganizationCode) -> String {
        let Self { kpi, period, scheme } = self;
        format!("/api/v1/organizations/{code}/{what}/{kpi}/{period}?scheme={scheme}")
    }
}
