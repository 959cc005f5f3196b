//! Explanations over HTTP.

use std::borrow::Cow;

use actix_web::get;
use actix_web::web::{Data, ReqData};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actions::{self, Asked, CounterSums, Explained, Unit};
use super::sources::Source;
use crate::kpis::catalog::model::{Bilingual, KpiId, LegalBasis};
use crate::kpis::counters::model::Counter;
use crate::kpis::percent::Percent;
use crate::kpis::periods::model::{Period, Scheme};
use crate::kpis::periods::spans::Span;
use crate::organizations::{OrganizationCode, Reach};
use crate::platform::config::Publishing;
use crate::platform::edge::Facts;
use crate::platform::problem::Language;
use crate::platform::{Answer, Clock, Db, May, Paged, Paging, Query, ReadKpis};

/// Which figure.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExplanationQuery {
    /// The KPI.
    #[param(inline)]
    kpi: KpiId,
    /// Any code of the organization.
    #[param(inline)]
    org: OrganizationCode,
    /// The period.
    #[param(inline)]
    period: Period,
    /// How the period is cut; without it, by the calendar.
    #[param(inline)]
    #[serde(default)]
    scheme: Scheme,
}

/// A counter of a figure.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExplainedCounter {
    /// The counter.
    counter: Counter,
    /// Its sum over the period; of a stock, its state at the end. Null when it is what few people said.
    #[schema(required = true)]
    sum: Option<i64>,
}

/// One side of the formula.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExplainedTerm {
    /// What is counted.
    #[schema(example = "Hồ sơ đã giải quyết")]
    label: String,
    /// The sum of its counters; null when it is what few people said.
    #[schema(required = true)]
    sum: Option<i64>,
    /// Each counter with its sum.
    counters: Vec<ExplainedCounter>,
}

/// An organization that adds to a figure.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExplainedUnit {
    /// Its code.
    organization: OrganizationCode,
    /// Its name.
    #[schema(example = "Phòng Quản lý khoa học")]
    name: String,
    /// What it adds to the numerator by itself; null when it is what few people said.
    #[schema(required = true)]
    numerator: Option<i64>,
    /// What it adds to the denominator by itself.
    denominator: i64,
}

/// What a record adds to one counter.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExplainedPart {
    /// The counter.
    counter: Counter,
    /// How much.
    n: i64,
    /// On which day; of a stock, since which.
    day: NaiveDate,
}

/// A record that adds to a figure.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExplainedRecord {
    /// What kind of record.
    #[schema(value_type = String, example = "dossier")]
    kind: Cow<'static, str>,
    /// Under what it is found.
    #[schema(example = "000.00.06.H19-200604-0001")]
    code: String,
    /// Its organization; null for a procedure, which several may handle.
    #[schema(required = true)]
    organization: Option<OrganizationCode>,
    /// What it adds.
    adds: Vec<ExplainedPart>,
}

/// A figure, down to its records.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExplanationView {
    /// The KPI.
    kpi: KpiId,
    /// Its name.
    #[schema(example = "Tỷ lệ hồ sơ giải quyết trước hạn và đúng hạn")]
    name: String,
    /// The organization.
    organization: OrganizationCode,
    /// The period.
    period: Period,
    /// How it is cut.
    scheme: Scheme,
    /// Its first day.
    from: NaiveDate,
    /// Its last day.
    to: NaiveDate,
    /// The method's short name.
    #[schema(example = "II.06a-(8+9)/7")]
    method: String,
    /// What the KPI measures, in words.
    definition: String,
    /// Since when it is defined so.
    valid_from: NaiveDate,
    /// Articles of law, forms and decisions.
    legal_basis: Vec<LegalBasis>,
    /// What counts.
    numerator: ExplainedTerm,
    /// Out of what.
    denominator: ExplainedTerm,
    /// In percent, rounded to the KPI's decimals.
    #[schema(required = true)]
    percent: Option<Percent>,
    /// The organizations that add to it, each by itself.
    units: Vec<ExplainedUnit>,
    /// Records that add to it: of those that this page looks at. Follow `next` for all.
    items: Vec<ExplainedRecord>,
    /// Cursor of the next page of records; null on the last.
    #[schema(required = true)]
    next: Option<String>,
}

fn said(text: &Bilingual, language: Language) -> String {
    match language {
        Language::Vi => text.vi.clone(),
        Language::En => text.en.clone(),
    }
}

fn term(label: &Bilingual, sums: CounterSums, language: Language) -> ExplainedTerm {
    let sum = sums.iter().map(|(_, sum)| *sum).sum();
    let counters = sums.into_iter().map(|(counter, sum)| ExplainedCounter { counter, sum }).collect();
    ExplainedTerm { label: said(label, language), sum, counters }
}

impl From<Unit> for ExplainedUnit {
    fn from(unit: Unit) -> Self {
        let Unit { code: organization, name, shown } = unit;
        let denominator = shown.denominator.unwrap_or(0);
        Self { organization, name, numerator: shown.numerator, denominator }
    }
}

impl From<Source> for ExplainedRecord {
    fn from(source: Source) -> Self {
        let Source { kind, code, organization, parts } = source;
        let part =
            |part: super::model::Part| ExplainedPart { counter: part.counter, n: part.n, day: part.day };
        Self { kind, code, organization, adds: parts.into_iter().map(part).collect() }
    }
}

fn view(
    query: ExplanationQuery,
    span: &Span,
    explained: Explained,
    next: Option<String>,
    language: Language,
) -> ExplanationView {
    let definition = explained.defined.definition;
    let (numerator, denominator) = explained.sums;
    ExplanationView {
        kpi: query.kpi,
        name: said(&definition.name, language),
        organization: query.org,
        period: query.period,
        scheme: query.scheme,
        from: span.first,
        to: span.last,
        method: definition.method,
        definition: said(&definition.definition, language),
        valid_from: definition.valid_from,
        legal_basis: definition.legal_basis,
        numerator: term(&definition.numerator.label, numerator, language),
        denominator: term(&definition.denominator.label, denominator, language),
        percent: explained.shown.percent,
        units: explained.units.into_iter().map(ExplainedUnit::from).collect(),
        items: explained.sources.into_iter().map(ExplainedRecord::from).collect(),
        next,
    }
}

/// Explain a figure.
///
/// Formula and legal basis as they were on the period's last day, each counter with its sum, the organizations that
/// contribute, and the records, page by page, with what each added. Adding up what the records of all pages added gives the
/// sums; of a counter of different things, each record that saw one is listed. Of ratings and surveys only is told that
/// they count, not what they say; of an organization of which few said something, only how many they are, and of so many others that it is
/// not found by subtraction.
#[utoipa::path(
    tag = "figures",
    params(Paged<ExplanationQuery>),
    responses((status = 200, description = "The explanation", body = ExplanationView)),
    security(("bearer" = ["kpis:read"]))
)]
#[get("/figures/explain")]
pub async fn explain_figure(
    db: Data<Db>,
    (clock, publishing): (Data<Clock>, Data<Publishing>),
    who: May<ReadKpis>,
    query: Query<Paged<ExplanationQuery>>,
    paging: Paging,
    facts: ReqData<Facts>,
) -> Answer {
    let query = query.0.filter;
    let (today, language) = (clock.today(), facts.language);
    let span = Span::of(query.period.clone(), query.scheme);
    let asked = Asked {
        reach: Reach::of(&who),
        organization: query.org.clone(),
        kpi: query.kpi.clone(),
        span: span.clone(),
        page: (paging.after(who.subject())?, paging.fetch()),
        least: publishing.least,
    };
    let explained = db.snapshot(move |conn| actions::explain(conn, &asked, today)).await?;
    let next = explained.next.as_ref().map(|place| paging.cursor_at(place, who.subject())).transpose()?;
    let view = view(query, &span, explained, next.clone(), language);
    Ok(crate::platform::Reply::ok(&view)?.in_language(language).with_next(next))
}
