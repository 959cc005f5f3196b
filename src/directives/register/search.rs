//! Lists of directives: by what is said of them, or by words, those that fit best first.

use chrono::NaiveDate;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Date};

use super::identity::Numbered;
use super::model::DirectiveStatus;
use super::store::{COLUMNS, Row, Shown, standing};
use super::words::asked;
use crate::directives::reach::{party, visible};
use crate::organizations::{Reach, When};
use crate::platform::text::{folded, like_anywhere};
use crate::platform::{Conn, Fault, Sql};

/// How much more a text counts that holds the question as it was asked than one that only holds its words.
const AS_ASKED: i64 = 1_000;

/// Which directives.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// A number in any spelling.
    pub number: Option<String>,
    /// Year of the number, or of the day of issue.
    pub year: Option<i32>,
    /// Symbol or name of the type.
    pub kind: Option<String>,
    /// Code, abbreviation or part of the name of the body that issued it.
    pub issuer: Option<String>,
    /// Issued on this day or later.
    pub issued_from: Option<NaiveDate>,
    /// Issued on this day or earlier.
    pub issued_to: Option<NaiveDate>,
    /// What has become of it.
    pub status: Option<DirectiveStatus>,
    /// Code of an organization: what it or one below it issued, registered or was assigned.
    pub organization: Option<String>,
    /// Field.
    pub field: Option<String>,
    /// Words.
    pub q: Option<String>,
}

/// Where a page begins: how well it fits, the day, the id.
pub type Place = (i64, NaiveDate, String);

#[derive(QueryableByName)]
struct FoundRow {
    #[diesel(embed)]
    of: Row,
    #[diesel(sql_type = BigInt)]
    score: i64,
    #[diesel(sql_type = Date)]
    sorted_on: NaiveDate,
}

/// A directive with its place in the list.
pub struct Listed {
    /// The directive.
    pub shown: Shown,
    /// Its place.
    pub place: Place,
}

/// A page of directives: those that fit the words best first, then by day of issue, latest first.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    filter: &Filter,
    today: NaiveDate,
    (after, count): (Option<Place>, i64),
) -> Result<Vec<Listed>, Fault> {
    let inner = Sql::new("SELECT ")
        .code(COLUMNS)
        .then(standing(today))
        .code(" AS standing, d.sorted_on AS sorted_on, ");
    let inner = scored(inner, filter.q.as_deref()).then(visible(reach, When::Now(today)));
    let inner = narrowed(inner, filter, reach, today);
    let mut statement = Sql::new("SELECT * FROM (").then(inner).code(") f WHERE 1 = 1");
    if let Some(status) = filter.status {
        statement = statement.then(stands(status));
    }
    // Without words all fit alike, and the index by days gives the order.
    let by_words = filter.q.is_some();
    if let Some((score, day, id)) = after {
        statement = if by_words {
            statement.code(" AND (f.score, f.sorted_on, f.id) < (").number(score).code(", ")
        } else {
            statement.code(" AND (f.sorted_on, f.id) < (")
        };
        statement = statement.day(day).code(", ").text(id).code(")");
    }
    let best_first = if by_words { "f.score DESC, " } else { "" };
    let statement = statement.code(" ORDER BY ").code(best_first).code("f.sorted_on DESC, f.id DESC LIMIT ");
    let rows = statement.number(count).rows::<FoundRow>(conn)?;
    let listed = |found: FoundRow| {
        let (score, day) = (found.score, found.sorted_on);
        let shown = found.of.shown()?;
        let place = (score, day, shown.directive.id.to_string());
        Ok(Listed { shown, place })
    };
    rows.into_iter().map(listed).collect()
}

/// SQL that holds when directive `f` has this status on the day of its standing.
fn stands(status: DirectiveStatus) -> Sql {
    match status {
        DirectiveStatus::Draft => Sql::new(" AND f.series IS NULL"),
        other => Sql::new(" AND f.series IS NOT NULL AND f.standing = ").number(other.standing()),
    }
}

/// Adds how well a directive fits the words, and that it has all of them. A word stands for all that begin with it.
fn scored(statement: Sql, q: Option<&str>) -> Sql {
    let Some(q) = q else { return statement.code("CAST(0 AS BIGINT) AS score FROM directives d WHERE ") };
    let phrase = folded(q);
    let words = asked(&phrase);
    let count = i64::try_from(words.len()).unwrap_or(i64::MAX);
    let mut statement = statement
        .code("w.score + CASE WHEN d.search_text LIKE ")
        .text(like_anywhere(&phrase))
        .code(" ESCAPE '\\' THEN ")
        .number(AS_ASKED)
        .code(" ELSE 0 END AS score FROM (SELECT a.directive_id AS id, SUM(a.score) AS score FROM (");
    for (index, word) in words.into_iter().enumerate() {
        let joint = if index > 0 { " UNION ALL " } else { "" };
        // The whole word counts more than its beginning. No character sorts behind the one that ends the range.
        statement = statement
            .code(joint)
            .code("SELECT directive_id, MAX(CASE WHEN word = ")
            .text(word.clone())
            .code(" THEN weight * 2 ELSE weight END) AS score FROM directive_words WHERE word >= ")
            .text(word.clone())
            .code(" AND word < ")
            .text(format!("{word}\u{10FFFF}"))
            .code(" GROUP BY directive_id");
    }
    if count == 0 {
        statement = statement.code("SELECT directive_id, 0 AS score FROM directive_words WHERE 1 = 0");
    }
    statement
        .code(") a GROUP BY a.directive_id HAVING COUNT(*) = ")
        .number(count)
        .code(") w JOIN directives d ON d.id = w.id WHERE ")
}

/// SQL by which the bodies that issued directives `d` are told apart: the code, or the name where it has none.
pub const ISSUER_KEY: &str = "COALESCE(d.issuer_code, d.issuer_name, '')";
/// SQL of the name of the body that issued directive `d`.
pub const ISSUER_NAME: &str = "COALESCE(d.issuer_name, d.issuer_code, '')";

/// SQL that holds when directive `d` is of a body: by code, abbreviation or part of its name.
pub fn issued_by(issuer: &str) -> Sql {
    Sql::new("(d.issuer_id = (SELECT organization_id FROM organization_codes WHERE code = ")
        .text(issuer)
        .code(") OR d.issuer_folded LIKE ")
        .text(like_anywhere(&folded(issuer)))
        .code(" ESCAPE '\\')")
}

fn narrowed(mut statement: Sql, filter: &Filter, reach: &Reach, today: NaiveDate) -> Sql {
    if let Some(number) = &filter.number {
        statement = statement.then(numbered(number, filter));
    } else if let Some(year) = filter.year {
        statement = statement.code(" AND d.year = ").number(year.into());
    }
    if let Some(kind) = &filter.kind {
        statement = statement.code(" AND (d.symbol = ").text(kind.as_str()).code(" OR d.type_folded = ");
        statement = statement.text(folded(kind)).code(")");
    }
    if let Some(issuer) = &filter.issuer {
        statement = statement.code(" AND ").then(issued_by(issuer));
    }
    let days = [(" AND d.issued_on >= ", filter.issued_from), (" AND d.issued_on <= ", filter.issued_to)];
    for (bound, day) in days {
        if let Some(day) = day {
            statement = statement.code(bound).day(day);
        }
    }
    if let Some(field) = &filter.field {
        statement = statement.code(" AND d.field = ").text(field.as_str());
    }
    if let Some(code) = &filter.organization {
        let when = When::Now(today);
        statement =
            statement.code(" AND ").then(party(reach.holds(when).code(" AND ").then(when.below(code))));
    }
    statement
}

/// SQL that holds when directive `d` may be the one with a number, in whatever spelling. One whose year is not known may be
/// of any.
fn numbered(number: &str, filter: &Filter) -> Sql {
    let Ok(read) = Numbered::read(Some(number), filter.kind.as_deref()) else {
        return Sql::new(" AND 1 = 0");
    };
    let mut statement = match (&read.series, &read.canonical) {
        (Some(series), _) => Sql::new(" AND d.series = ").text(series.as_str()),
        (None, Some(canonical)) => {
            Sql::new(" AND d.series IS NULL AND d.canonical = ").text(canonical.as_str())
        }
        (None, None) => Sql::new(" AND 1 = 0"),
    };
    for year in [filter.year, read.year].into_iter().flatten() {
        statement = statement.code(" AND (d.year IS NULL OR d.year = ").number(year.into()).code(")");
    }
    statement
}
