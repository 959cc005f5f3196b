//! The scorecard over HTTP.

use actix_web::get;
use actix_web::web::Data;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actions::{self, Counted};
use crate::kpis::catalog::model::{Attainment, KpiId};
use crate::kpis::percent::{Percent, Points};
use crate::kpis::periods::model::{Period, Scheme};
use crate::kpis::reported::model::FigureStatus;
use crate::organizations::{OrganizationCode, Reach};
use crate::platform::config::Publishing;
use crate::platform::problem::Language;
use crate::platform::{Answer, Clock, Db, May, Path, Query, Question, ReadKpis, Reply};

/// Of which period.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ScorecardFilter {
    /// The period.
    #[param(inline)]
    period: Period,
    /// How the period is cut; without it, by the calendar.
    #[param(inline)]
    #[serde(default)]
    scheme: Scheme,
}

/// A figure that the department states.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportedView {
    /// In percent, rounded to the KPI's decimals.
    #[schema(required = true)]
    percent: Option<Percent>,
    /// What counts.
    #[schema(required = true)]
    numerator: Option<i64>,
    /// Out of what.
    #[schema(required = true)]
    denominator: Option<i64>,
    /// How sure it is.
    status: FigureStatus,
}

/// A figure that is counted from records.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComputedView {
    /// In percent, rounded to the KPI's decimals.
    #[schema(required = true)]
    percent: Option<Percent>,
    /// What counts; null when it is what few people said.
    #[schema(required = true)]
    numerator: Option<i64>,
    /// Out of what.
    #[schema(required = true)]
    denominator: Option<i64>,
}

/// What is to be reached.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScorecardTarget {
    /// In percent.
    percent: Percent,
}

/// One KPI of a scorecard.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScorecardItem {
    /// The KPI.
    kpi: KpiId,
    /// Its name, in the caller's language.
    #[schema(example = "Tỷ lệ hồ sơ giải quyết đúng hạn và trước hạn")]
    name: String,
    /// What the department states.
    #[schema(required = true)]
    reported: Option<ReportedView>,
    /// What is counted from records; null when there are none.
    #[schema(required = true)]
    computed: Option<ComputedView>,
    /// From what is computed to what is stated, in percentage points.
    #[schema(required = true)]
    difference: Option<Points>,
    /// What is to be reached.
    #[schema(required = true)]
    target: Option<ScorecardTarget>,
    /// How the computed figure, or without one the stated figure, lies to the target; compared exactly.
    attainment: Attainment,
}

/// An organization's KPIs of a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScorecardView {
    /// The organization.
    organization: OrganizationCode,
    /// The period.
    period: Period,
    /// How the period is cut.
    scheme: Scheme,
    /// The KPIs, in the order of the catalogue.
    items: Vec<ScorecardItem>,
}

fn item((line, counted): Counted, language: Language) -> ScorecardItem {
    let judgement = line.defined.judgement();
    let exact = line.reported.as_ref().and_then(|figure| figure.exact(&judgement));
    let reported = line.reported.as_ref().map(|figure| ReportedView {
        percent: exact.and_then(|value| judgement.shown(value)),
        numerator: figure.numerator,
        denominator: figure.denominator,
        status: figure.status,
    });
    let name = line.defined.definition.name;
    let name = match language {
        Language::Vi => name.vi,
        Language::En => name.en,
    };
    let target = line.target.map(|percent| ScorecardTarget { percent });
    let computed = counted.map(|shown| ComputedView {
        percent: shown.percent,
        numerator: shown.numerator,
        denominator: shown.denominator,
    });
    let percents = computed.as_ref().and_then(|c| c.percent).zip(reported.as_ref().and_then(|r| r.percent));
    let difference = percents.map(|(computed, reported)| Points::between(computed, reported));
    let value = counted.and_then(|shown| shown.value).or(exact);
    let attainment = judgement.attainment(value, line.target);
    ScorecardItem { kpi: line.defined.kpi, name, reported, computed, difference, target, attainment }
}

/// Show a scorecard.
///
/// Every KPI of the catalogue as it was on the period's last day: stated, computed, target, and how they lie to each
/// other.
#[utoipa::path(
    tag = "kpis",
    params(("code" = OrganizationCode, Path, description = "Any code of the organization"), ScorecardFilter),
    responses((status = 200, description = "The scorecard", body = ScorecardView)),
    security(("bearer" = ["kpis:read"]))
)]
#[get("/organizations/{code}/scorecard")]
pub async fn show_scorecard(
    db: Data<Db>,
    (clock, publishing): (Data<Clock>, Data<Publishing>),
    who: May<ReadKpis>,
    code: Path<OrganizationCode>,
    Query(filter): Query<ScorecardFilter>,
    question: Question,
) -> Answer {
    let (reach, today, least) = (Reach::of(&who), clock.today(), publishing.least);
    let ScorecardFilter { period, scheme } = filter;
    let language = question.language();
    db.recall(question.of(&who, today), move |conn| {
        let (organization, lines) = actions::read(conn, &reach, &code, (&period, scheme), (today, least))?;
        let items = lines.into_iter().map(|line| item(line, language)).collect();
        Ok(Reply::ok(&ScorecardView { organization, period, scheme, items })?.in_language(language))
    })
    .await
}
