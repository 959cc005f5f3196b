//! Everything that a scorecard shows beside what is counted, in one statement.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};

use crate::kpis::catalog::model::{Definition, Direction, Judgement, KpiId, ZeroPolicy};
use crate::kpis::figures::model::Formula;
use crate::kpis::percent::Percent;
use crate::kpis::periods::model::{Period, Scheme};
use crate::kpis::reported::model::{Figure, FigureStatus};
use crate::organizations::{OrganizationCode, OrganizationId, Reach, When};
use crate::platform::{Conn, Fault, Sql};

/// A KPI of an organization: how it is judged, what is stated, what is to be reached.
#[derive(Clone, Debug)]
pub struct Line {
    /// The KPI.
    pub kpi: KpiId,
    /// Vietnamese name.
    pub name_vi: String,
    /// English name.
    pub name_en: String,
    /// How it is judged.
    pub judgement: Judgement,
    /// What is stated.
    pub reported: Option<Figure>,
    /// What is to be reached.
    pub target: Option<Percent>,
    /// How it is counted from records, if it is.
    pub formula: Option<Formula>,
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
    #[diesel(sql_type = Nullable<Text>)]
    name_vi: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    name_en: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    direction: Option<Direction>,
    #[diesel(sql_type = Nullable<Integer>)]
    decimals: Option<i32>,
    #[diesel(sql_type = Nullable<BigInt>)]
    near: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    zero_policy: Option<ZeroPolicy>,
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
    fn line(self, formula: Option<Formula>) -> Option<Line> {
        let judgement = Judgement {
            direction: self.direction?,
            decimals: u32::try_from(self.decimals?).ok()?,
            zero_policy: self.zero_policy?,
            near: Percent(self.near?),
        };
        let Self { numerator, denominator, .. } = self;
        let percent = self.percent.map(Percent);
        let reported =
            self.status.map(|status| Figure { percent, numerator, denominator, status, source: None });
        let (name_vi, name_en) = (self.name_vi?, self.name_en?);
        let target = self.target.map(Percent);
        Some(Line { kpi: self.kpi?, name_vi, name_en, judgement, reported, target, formula })
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
        let definition = row.definition.as_deref().map(serde_json::from_str::<Definition>);
        let definition = definition.transpose().map_err(Fault::broken)?;
        lines.extend(row.line(definition.and_then(|definition| Formula::of(&definition))));
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
    let statement = Sql::new("SELECT o.id AS id, d.definition AS definition, o.code AS organization, d.kpi_id AS kpi, d.name_vi AS name_vi, ")
        .code("d.name_en AS name_en, d.direction AS direction, d.decimals AS decimals, d.near AS near, ")
        .code("d.zero_policy AS zero_policy, f.percent AS percent, f.numerator AS numerator, ")
        .code("f.denominator AS denominator, f.status AS status, t.percent AS target ")
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
