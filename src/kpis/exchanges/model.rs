//! What is told of documents that an organization issued (văn bản đi). Pure.
//!
//! Either of one document, or of how many a day brought, from systems that know no more.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kpis::records::held::Told;
use crate::organizations::OrganizationCode;
use crate::platform::Moment;
use crate::platform::input::{given, given_objects, strict_day, wrong};
use crate::platform::text::is_name;
use crate::{closed_set, code};

code! {
    /// The id of a document, or of a day's counts, in the system that pushes it; it must be different in every system.
    ExchangeId, "code-invalid", "^[A-Za-z0-9][A-Za-z0-9._-]*$", 100, "H19.06-2020-0123", |text| {
        text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    }
}

closed_set! {
    /// To whom a document goes. One that goes to both counts once in each.
    ExchangeScope, "not-in-set" {
        /// Within the agency: its rooms and subordinate units.
        Internal = "internal",
        /// To at least one other agency.
        InterAgency = "inter_agency",
    }
}

closed_set! {
    /// How a document goes to the receivers of a scope.
    Medium, "not-in-set" {
        /// Electronically to all, signed by the agency, and not on paper: replaces paper (QĐ 28/2018/QĐ-TTg).
        ElectronicSigned = "electronic_signed",
        /// Electronically to all, not signed, and not on paper.
        ElectronicUnsigned = "electronic_unsigned",
        /// Electronically and on paper.
        Parallel = "parallel",
        /// To some on paper only.
        Mixed = "mixed",
        /// On paper only.
        Paper = "paper",
    }
}

/// One document that was issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "id": "H19.06-2020-0123", "organization": "H19.06", "number": "123/SKHCN-VP", "issued_on": "2020-06-04",
    "scope": ["internal", "inter_agency"], "medium": "electronic_signed", "secret": false, "recalled": false
}))]
pub struct IssuedDocument {
    /// Its id in its own system.
    pub id: ExchangeId,
    /// Any code of the organization that issued it.
    pub organization: OrganizationCode,
    /// Number and symbol. Of a secret document it is not kept.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "123/SKHCN-VP")]
    pub number: Option<String>,
    /// The day of issue, today at the latest.
    #[schema(format = Date, example = "2020-06-04")]
    pub issued_on: NaiveDate,
    /// To whom it goes, each once. Of a secret document it is not kept.
    #[schema(min_items = 1, max_items = 2, value_type = std::collections::BTreeSet<ExchangeScope>)]
    pub scope: Vec<ExchangeScope>,
    /// How it goes there. Of a secret document it is not kept.
    pub medium: Medium,
    /// Mật, tối mật or tuyệt mật: counts nowhere.
    #[serde(default)]
    pub secret: bool,
    /// Recalled before anybody received it: counts nowhere.
    #[serde(default)]
    pub recalled: bool,
    /// When its own system last changed it. A state older than the one that is known changes nothing.
    #[serde(default)]
    pub updated_at: Option<Moment>,
}

/// How many documents went one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentCount {
    /// To whom they went. What goes to both is counted in each.
    pub scope: ExchangeScope,
    /// How.
    pub medium: Medium,
    /// How many.
    #[schema(minimum = 0, maximum = 10_000, example = 12)]
    pub count: u32,
}

/// What a day brought, from a system that does not tell single documents. Secret and recalled documents are left out. What is
/// told here is not told by document as well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DailyDocumentCounts, example = json!({
    "id": "H19.06-2020-06-04", "organization": "H19.06", "issued_on": "2020-06-04",
    "counts": [
        { "scope": "internal", "medium": "electronic_unsigned", "count": 12 },
        { "scope": "inter_agency", "medium": "electronic_signed", "count": 9 },
        { "scope": "inter_agency", "medium": "paper", "count": 1 }
    ]
}))]
pub struct DailyCounts {
    /// Its id in its own system.
    pub id: ExchangeId,
    /// Any code of the organization that issued them.
    pub organization: OrganizationCode,
    /// The day of issue, today at the latest.
    #[schema(format = Date, example = "2020-06-04")]
    pub issued_on: NaiveDate,
    /// How many, once for each scope and medium; what is not told is none.
    #[schema(min_items = 1, max_items = 10)]
    pub counts: Vec<DocumentCount>,
    /// When its own system last changed it. A state older than the one that is known changes nothing.
    #[serde(default)]
    pub updated_at: Option<Moment>,
}

/// A document, or with `counts` what a day brought.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(untagged, try_from = "Fields")]
#[schema(as = DocumentExchange)]
pub enum Pushed {
    /// One document.
    Document(IssuedDocument),
    /// A day's counts.
    Day(DailyCounts),
}

/// The fields of both, of which the schema says which go together.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    id: ExchangeId,
    organization: OrganizationCode,
    #[serde(default)]
    number: Option<String>,
    #[serde(deserialize_with = "strict_day")]
    issued_on: NaiveDate,
    #[serde(default, deserialize_with = "given")]
    scope: Option<Vec<ExchangeScope>>,
    #[serde(default, deserialize_with = "given")]
    medium: Option<Medium>,
    #[serde(default, deserialize_with = "given")]
    secret: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    recalled: Option<bool>,
    #[serde(default, deserialize_with = "given_objects")]
    counts: Option<Vec<DocumentCount>>,
    #[serde(default)]
    updated_at: Option<Moment>,
}

impl TryFrom<Fields> for Pushed {
    type Error = &'static str;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        let Fields {
            id,
            organization,
            number,
            issued_on,
            scope,
            medium,
            secret,
            recalled,
            counts,
            updated_at,
        } = fields;
        match (counts, scope, medium) {
            (None, Some(scope), Some(medium)) => {
                if matches!(scope.as_slice(), [one, other] if one == other) {
                    return Err(wrong::REPEATED);
                }
                let (secret, recalled) = (secret.unwrap_or_default(), recalled.unwrap_or_default());
                Ok(Self::Document(IssuedDocument {
                    id,
                    organization,
                    number,
                    issued_on,
                    scope,
                    medium,
                    secret,
                    recalled,
                    updated_at,
                }))
            }
            (Some(counts), None, None) if number.is_none() && secret.is_none() && recalled.is_none() => {
                Ok(Self::Day(DailyCounts { id, organization, issued_on, counts, updated_at }))
            }
            (Some(_), ..) => Err(wrong::MISMATCH),
            (None, ..) => Err(wrong::REQUIRED),
        }
    }
}

impl Told for Pushed {
    fn key(&self) -> &str {
        self.id().as_str()
    }

    fn organization(&self) -> &OrganizationCode {
        match self {
            Self::Document(document) => &document.organization,
            Self::Day(day) => &day.organization,
        }
    }

    fn updated_at(&self) -> Option<Moment> {
        match self {
            Self::Document(document) => document.updated_at,
            Self::Day(day) => day.updated_at,
        }
    }
}

impl Pushed {
    /// Its id.
    pub fn id(&self) -> &ExchangeId {
        match self {
            Self::Document(document) => &document.id,
            Self::Day(day) => &day.id,
        }
    }

    /// Whether it keeps the bounds that the document states of numbers and lengths.
    pub fn within_bounds(&self) -> bool {
        match self {
            Self::Document(document) => {
                let number = document.number.as_ref();
                number.is_none_or(|number| is_name(number, 200)) && (1..=2).contains(&document.scope.len())
            }
            Self::Day(day) => {
                (1..=10).contains(&day.counts.len()) && day.counts.iter().all(|line| line.count <= 10_000)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(value: Value) -> Result<Pushed, String> {
        serde_json::from_value(value).map_err(|error| error.to_string())
    }

    fn document(more: &Value) -> Value {
        let mut document = json!({
            "id": "1", "organization": "H19.06", "issued_on": "2020-06-04", "scope": ["inter_agency", "internal"],
            "medium": "parallel"
        });
        for (name, value) in more.as_object().unwrap() {
            document[name] = value.clone();
        }
        document
    }

    #[test]
    fn one_thing_is_told_or_the_other() {
        assert!(matches!(read(document(&json!({}))), Ok(Pushed::Document(_))));
        let counts = json!([{"scope": "internal", "medium": "paper", "count": 2}]);
        let day = json!({"id": "1", "organization": "H19.06", "issued_on": "2020-06-04", "counts": counts});
        assert!(matches!(read(day.clone()), Ok(Pushed::Day(_))));
        assert_eq!(read(document(&json!({"counts": counts}))).unwrap_err(), "mismatch");
        for (name, value) in [("secret", json!(false)), ("recalled", json!(true)), ("number", json!("1"))] {
            let mut both = day.clone();
            both[name] = value;
            assert_eq!(read(both).unwrap_err(), "mismatch", "{name}");
        }
        assert_eq!(
            read(json!({"id": "1", "organization": "H19.06", "issued_on": "2020-06-04"})).unwrap_err(),
            "required"
        );
        for name in ["scope", "medium", "secret", "recalled", "counts"] {
            let mut null = document(&json!({}));
            null[name] = Value::Null;
            assert!(read(null).is_err(), "{name}");
        }
        assert_eq!(read(document(&json!({"scope": ["internal", "internal"]}))).unwrap_err(), "repeated");
        assert!(read(document(&json!({"issued_on": "2020-6-4"}))).unwrap_err().contains("date-invalid"));
    }
}
