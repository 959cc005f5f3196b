//! Everything that a scorecard shows beside what is counted, in one statement.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text};

use crate::kpis::catalog::model::KpiId;
use crate::kpis::figures::model::Defined;
use crate::kpis::percent::Percent;
use crate::kpis::periods::model::{Period, Scheme};
use crate::kpis::reported::model::{Figure, FigureStatus};
use crate::organizations::{OrganizationCode, OrganizationId, Reach, When};
use crate::platform::{Conn, Fault, Sql};

/// A KPI of an organization: what is stated, what is to be reached.
#[derive(Clone, Debug)]
pub struct Line {
    /// The KPI as it was defined on the period's last day.
    pub defined: Defined,
    /// What is stated.
    pub reported: Option<Figure>,
    /// What is to be reached.
    pub target: Option<Percent>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    id: OrganizationId,
    #[diesel(sql_type = Nullable<Text>)]
    definition: Option<String>,
    #[diesel(sql_type = Text)]
    organization: OrganizationCode,
    #[diesel(sql_type = Nullable<Text>)]
    kpi: Option<KpiId>,
    #[diesel(sql_type = Nullable<Date>)]
    valid_to: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<BigInt>)]
    percent: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    numerator: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    denominator: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    status: Option<FigureStatus>,
    #[diesel(sql_type = Nullable<BigInt>)]
    target: Option<i64>,
}

impl Row {
    /// The line, unless the catalogue had no KPI on that day.
    fn line(self) -> Result<Option<Line>, Fault> {
        let (Some(kpi), Some(text), Some(valid_to)) = (self.kpi, self.definition, self.valid_to) else {
            return Ok(None);
        };
        let defined = Defined::new(kpi, serde_json::from_str(&text).map_err(Fault::broken)?, valid_to);
        let Self { numerator, denominator, .. } = self;
        let percent = self.percent.map(Percent);
        let reported =
            self.status.map(|status| Figure { percent, numerator, denominator, status, source: None });
        Ok(Some(Line { defined, reported, target: self.target.map(Percent) }))
    }
}

/// The organization, its own code and its lines, in the order of the catalogue as it was on the period's last day.
pub fn lines(
    conn: &mut Conn,
    reach: &Reach,
    code: &str,
    (period, scheme): (&Period, Scheme),
    when: When,
) -> Result<(OrganizationId, OrganizationCode, Vec<Line>), Fault> {
    let rows = statement(reach, code, period, scheme, when).rows::<Row>(conn)?;
    let first = rows.first().map(|row| (row.id, row.organization.clone()));
    let (id, organization) = first.ok_or_else(Fault::missing)?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        lines.extend(row.line()?);
    }
    Ok((id, organization, lines))
}

fn statement(reach: &Reach, code: &str, period: &Period, scheme: Scheme, when: When) -> Sql {
    let day: NaiveDate = period.last_day(scheme);
    let of_period = |statement: Sql, alias: &str| {
        statement
            .built(format!(" AND {alias}.scheme = "))
            .text(scheme.as_str())
            .built(format!(" AND {alias}.period = "))
            .text(period.as_str())
    };
    let statement = Sql::new("SELECT o.id AS id, o.code AS organization, d.kpi_id AS kpi, d.definition AS definition, ")
        .code("d.valid_to AS valid_to, f.percent AS percent, f.numerator AS numerator, f.denominator AS denominator, ")
        .code("f.status AS status, t.percent AS target ")
        .code("FROM organization_codes k JOIN organizations o ON o.id = k.organization_id ")
        .code("LEFT JOIN kpi_definitions d ON d.valid_from <= ")
        .day(day)
        .code(" AND d.valid_to > ")
        .day(day)
        .code(" LEFT JOIN kpis i ON i.id = d.kpi_id LEFT JOIN reported_figures f ")
        .code("ON f.organization_id = o.id AND f.kpi_id = d.kpi_id AND f.is_current = 1");
    let statement = of_period(statement, "f");
    let statement =
        statement.code(" LEFT JOIN targets t ON t.organization_id = o.id AND t.kpi_id = d.kpi_id");
    of_period(statement, "t")
        .code(" WHERE k.code = ")
        .text(code)
        .code(" AND ")
        .then(reach.holds(when))
        .code(" ORDER BY i.position")
}
