//! Document numbers over HTTP.

use actix_web::{get, post, web};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::documents::{Cited, documents};
use super::model::{DocumentFamily, Mention, NumberWarning, Position, YearSource};
use super::scan::{Found, mentions};
use crate::platform::{Answer, Body, Fault, Json, May, Query, ReadDirectives, Reply};

/// In which text.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TextFilter {
    /// Any text of at most 2,000 characters, as long as the URL stays within 8 KiB; longer ones by POST.
    #[param(max_length = 2_000, format = "prose", example = "Chỉ thị số 16/CT-TTg ngày 16/5/2016")]
    text: String,
}

/// A text to be searched for document numbers; the body has at most 1 MiB.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TextToParse {
    /// Any text. It is read and not kept, so it may hold any character.
    #[schema(format = "prose", example = "Chỉ thị số 16/CT-TTg ngày 16/5/2016 và Quyết định 217, 218-QĐ/TW")]
    text: String,
}

impl Body for TextToParse {
    const LIMIT: usize = 1024 * 1024;
}

/// Where something stands in the text that was sent, in characters: Unicode code points, neither bytes nor UTF-16 units.
#[derive(Debug, Serialize, ToSchema)]
pub struct PositionView {
    /// Characters before it.
    #[schema(minimum = 0, example = 11)]
    offset: usize,
    /// Characters of it.
    #[schema(minimum = 0, example = 9)]
    length: usize,
}

impl From<Position> for PositionView {
    fn from(Position { offset, length }: Position) -> Self {
        Self { offset, length }
    }
}

/// One citation of a document.
#[derive(Debug, Serialize, ToSchema)]
pub struct OccurrenceView {
    /// The piece of the text. Of a number that shares its symbol with others, the whole list.
    #[schema(example = "16/CT-TTg")]
    as_written: String,
    /// Where it stands.
    position: PositionView,
    /// The day right behind it.
    #[schema(required = true, example = "2016-05-16")]
    date: Option<NaiveDate>,
    /// What to look at twice.
    warnings: Vec<NumberWarning>,
}

impl From<Mention> for OccurrenceView {
    fn from(Mention { as_written, position, date, warnings, .. }: Mention) -> Self {
        Self { as_written, position: position.into(), date, warnings }
    }
}

/// A document that a text cites.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "family": "state", "number": "16", "year": 2016, "year_from": "date", "type": "CT", "type_name": "Chỉ thị",
    "issuers": ["TTg"], "unit": null, "canonical": "16/CT-TTg", "date": "2016-05-16", "as_written": "16/CT-TTg",
    "position": { "offset": 11, "length": 9 }, "warnings": [],
    "occurrences": [{
        "as_written": "16/CT-TTg", "position": { "offset": 11, "length": 9 }, "date": "2016-05-16", "warnings": []
    }]
}))]
pub struct DocumentNumberView {
    /// The form of its number.
    family: DocumentFamily,
    /// The number with its suffix, as written; `null` if it has none yet.
    #[schema(required = true)]
    number: Option<String>,
    /// The year, from the number if that carries one, else from the day right behind it.
    #[schema(required = true)]
    year: Option<i32>,
    /// Where the year is from.
    #[schema(required = true)]
    year_from: Option<YearSource>,
    /// The symbol of its type; a letter's is `CV`, a law has none.
    #[serde(rename = "type")]
    #[schema(required = true)]
    symbol: Option<String>,
    /// What it is called: by the word before the number, else by what the symbol stands for.
    #[schema(required = true)]
    type_name: Option<String>,
    /// Abbreviations of the bodies that issued it. One abbreviation can stand for many bodies, as `UBND` does.
    issuers: Vec<String>,
    /// The unit that drafted it.
    #[schema(required = true)]
    unit: Option<String>,
    /// The number in its one form: as usually spelled, two digits at least, separators of its own side.
    canonical: String,
    /// Its day, if all citations that give one agree.
    #[schema(required = true)]
    date: Option<NaiveDate>,
    /// The first citation.
    as_written: String,
    /// Where the first citation stands.
    position: PositionView,
    /// What to look at twice, of any citation.
    warnings: Vec<NumberWarning>,
    /// Every citation, in the order of the text.
    occurrences: Vec<OccurrenceView>,
}

impl DocumentNumberView {
    /// None of a document that is not cited, which there is not.
    fn of(Cited { number, canonical, date, mentions, warnings }: Cited) -> Option<Self> {
        let first = mentions.first()?;
        Some(Self {
            family: number.family,
            year: number.year,
            year_from: number.year_from,
            symbol: number.type_symbol().map(str::to_owned),
            type_name: number.kind.map(|kind| kind.name.to_owned()),
            number: number.number,
            issuers: number.issuers,
            unit: number.unit,
            canonical,
            date,
            as_written: first.as_written.clone(),
            position: first.position.into(),
            warnings,
            occurrences: mentions.into_iter().map(OccurrenceView::from).collect(),
        })
    }
}

/// The documents that a text cites.
#[derive(Debug, Serialize, ToSchema)]
pub struct ParsedNumbers {
    /// Each once, in the order of their first citations.
    items: Vec<DocumentNumberView>,
    /// Whether the text was read to its end: at most 5,000 citations are.
    #[schema(example = true)]
    complete: bool,
}

impl ParsedNumbers {
    fn of(text: &str) -> Self {
        let Found { mentions, complete } = mentions(text);
        let items = documents(mentions).into_iter().filter_map(DocumentNumberView::of).collect();
        Self { items, complete }
    }
}

/// Find document numbers in a text.
///
/// Every number of a document of the Party or the State, read by its grammar; dates and codes are none. Spellings of one
/// document are one item: `16/CT-TTg` of 2016 and `16/2016/CT-TTg`, while `30-CT/TU` and `30-CT/TW` are two, and
/// so are `25/2015/QĐ-UBND` and `25/QĐ-UBND`, which stand in two registers. A number without a year takes it from the day
/// right behind it (“ngày 14/2/2015”). Any text is answered.
#[utoipa::path(
    tag = "directives",
    params(TextFilter),
    responses((status = 200, description = "The documents", body = ParsedNumbers)),
    security(("bearer" = ["directives:read"]))
)]
#[get("/document-numbers/parse")]
pub async fn parse_document_numbers(
    _who: May<ReadDirectives>,
    Query(TextFilter { text }): Query<TextFilter>,
) -> Answer {
    Reply::ok(&ParsedNumbers::of(&text))
}

/// Find document numbers in a long text.
///
/// As GET does, of a whole report. Nothing is kept.
#[utoipa::path(
    tag = "directives",
    responses((status = 200, description = "The documents", body = ParsedNumbers)),
    security(("bearer" = ["directives:read"]))
)]
#[post("/document-numbers/parse")]
pub async fn parse_posted_document_numbers(_who: May<ReadDirectives>, body: Json<TextToParse>) -> Answer {
    // A text of 1 MiB takes longer than other requests should wait for.
    web::block(move || Reply::ok(&ParsedNumbers::of(&body.value.text))).await.map_err(Fault::broken)?
}
