//! Which report is meant, as a caller says it.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

use super::model::Stage;
use crate::kpis::periods::model::Scheme;
use crate::organizations::OrganizationCode;
use crate::platform::Fault;

/// Which report.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReportQuery {
    /// Any code of the organization: its report, with all below it.
    #[param(inline)]
    pub org: OrganizationCode,
    /// First day of what it is about.
    #[param(format = Date, example = "2015-01-01")]
    pub from: NaiveDate,
    /// Last day. The results stated are those of the longest month, quarter, half year, nine months or year that ends on it and
    /// does not begin before `from`.
    #[param(format = Date, example = "2020-12-31")]
    pub to: NaiveDate,
    /// How periods are cut; without it, by the calendar.
    #[param(inline)]
    #[serde(default)]
    pub scheme: Scheme,
}

impl ReportQuery {
    /// The days. Refuses what is no stage.
    pub fn stage(&self) -> Result<Stage, Fault> {
        Stage::of(self.from, self.to, self.scheme)
    }
}
