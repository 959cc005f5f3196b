//! How a report is shown.

use chrono::NaiveDate;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use super::model::{Figure, Part, PartTable, Report, Sentence, TableKey, Value};
use crate::kpis::periods::model::{Period, Scheme};
use crate::organizations::OrganizationCode;
use crate::platform::{Cell, Column};
use crate::reports::model::PartKey;
use crate::reports::narratives::api::ReportCover;
use crate::reports::narratives::model::Cover;
use crate::reports::narratives::store::Kept;

/// A value of a figure: a number, or null where nothing is known.
struct Number(Option<Value>);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            None => to.serialize_none(),
            Some(Value::Count(count)) => to.serialize_i64(count),
            Some(Value::Percent(percent)) => percent.serialize(to),
        }
    }
}

/// A figure of a report.
#[derive(Serialize, ToSchema)]
pub struct ReportFigure {
    /// By what it is found again, in every report of the organization.
    #[schema(example = "results.on-time-dossiers.reported")]
    key: String,
    /// What it is.
    #[schema(example = "Tỷ lệ hồ sơ giải quyết đúng hạn và trước hạn")]
    name: String,
    /// How many, or how many percent; null where nothing is known.
    #[schema(value_type = Option<f64>, required = true, example = 100)]
    value: Number,
    /// `count` or `percent`; null where nothing is known.
    #[schema(required = true, example = "percent")]
    unit: Option<&'static str>,
    /// First day that it speaks of.
    from: NaiveDate,
    /// Last day that it speaks of.
    to: NaiveDate,
    /// Where it comes from, in words.
    #[schema(example = "Số liệu đơn vị báo cáo (ước), năm 2020.")]
    note: String,
    /// Where it is explained.
    #[schema(
        example = "/api/v1/figures/explain?kpi=on-time-dossiers&org=H19.06&period=2020&scheme=calendar"
    )]
    source: String,
}

impl From<&Figure> for ReportFigure {
    fn from(figure: &Figure) -> Self {
        let Figure { key, name, value, from, to, note, source } = figure.clone();
        let unit = value.map(|value| match value {
            Value::Count(_) => "count",
            Value::Percent(_) => "percent",
        });
        Self { key, name, value: Number(value), unit, from, to, note, source }
    }
}

/// A sentence that is put together from figures.
#[derive(Serialize, ToSchema)]
pub struct ReportSentence {
    /// What it says.
    #[schema(example = "Tổng số biên chế được giao là 47.")]
    text: String,
    /// Keys of the figures in it, in their order.
    figures: Vec<String>,
}

/// A table.
#[derive(Serialize, ToSchema)]
pub struct ReportTable {
    /// By what it is asked for alone.
    table: TableKey,
    /// What it shows.
    #[schema(example = "Chỉ tiêu năm 2020")]
    title: String,
    /// Its columns.
    columns: Vec<Column>,
    /// Its rows: texts, numbers, days and null, one for each column.
    rows: Vec<Vec<Cell>>,
}

impl From<PartTable> for ReportTable {
    fn from(PartTable { key, table, .. }: PartTable) -> Self {
        Self { table: key, title: table.title.vi, columns: table.columns, rows: table.rows }
    }
}

/// What the department wrote.
#[derive(Serialize, ToSchema)]
pub struct WrittenPart {
    /// Version of what is written.
    version: i64,
    /// In their order.
    paragraphs: Vec<String>,
}

/// A part of a report.
#[derive(Serialize, ToSchema)]
pub struct ReportPart {
    /// Which.
    part: PartKey,
    /// Its heading.
    #[schema(example = "Kết quả thực hiện các chỉ tiêu cải cách hành chính")]
    title: String,
    /// What the department wrote; null if it wrote nothing.
    #[schema(required = true)]
    narrative: Option<WrittenPart>,
    /// What is said of records.
    sentences: Vec<ReportSentence>,
    /// Every figure of the part, those of its sentences too.
    figures: Vec<ReportFigure>,
    /// Its tables.
    tables: Vec<ReportTable>,
}

impl From<Part> for ReportPart {
    fn from(part: Part) -> Self {
        let sentence = |sentence: &Sentence| ReportSentence {
            text: part.text(sentence),
            figures: part.of(sentence).map(|figure| figure.key.clone()).collect(),
        };
        let sentences = part.sentences.iter().map(sentence).collect();
        let figures = part.figures.iter().map(ReportFigure::from).collect();
        let narrative = part.written.map(|written| {
            let super::model::Written { version, paragraphs } = written;
            WrittenPart { version, paragraphs }
        });
        Self {
            part: part.key,
            title: part.key.title().to_owned(),
            narrative,
            sentences,
            figures,
            tables: part.tables.into_iter().map(ReportTable::from).collect(),
        }
    }
}

/// A report.
#[derive(Serialize, ToSchema)]
pub struct MassMobilizationReport {
    /// Whose.
    organization: OrganizationCode,
    /// Its name on the last day.
    #[schema(example = "Sở Khoa học và Công nghệ tỉnh Đồng Nai")]
    name: String,
    /// First day.
    from: NaiveDate,
    /// Last day.
    to: NaiveDate,
    /// The period whose results are stated.
    period: Period,
    /// How periods are cut.
    scheme: Scheme,
    /// What it is about.
    #[schema(example = "Tổng kết thực hiện Chỉ thị số 30-CT/TU")]
    subject: String,
    /// The cover; null until the department writes one.
    #[schema(required = true)]
    cover: Option<ReportCover>,
    /// The parts, in order.
    parts: Vec<ReportPart>,
}

impl MassMobilizationReport {
    /// A report as it is shown.
    pub fn of(report: Report, cover: Option<Kept<Cover>>) -> Self {
        let subject = cover.as_ref().map_or_else(|| report.subject(), |cover| cover.content.subject.clone());
        let Report { organization, name, stage, parts, .. } = report;
        Self {
            organization,
            name,
            from: stage.from,
            to: stage.to,
            period: stage.period,
            scheme: stage.scheme,
            subject,
            cover: cover.map(|kept| ReportCover::from(kept.content)),
            parts: parts.into_iter().map(ReportPart::from).collect(),
        }
    }
}
