//! What is held of documents that were pushed. Pure.
//!
//! Of a secret document no more than that it is there: QĐ 28/2018/QĐ-TTg does not apply to state secrets (Điều 1), nothing is
//! counted of them, and what is not kept cannot be told.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::adds::adds;
use super::model::{DailyCounts, DocumentCount, ExchangeId, ExchangeScope, IssuedDocument, Medium, Pushed};
use crate::kpis::counters::model::Entry;
use crate::kpis::records::held::{Told, Whole};
use crate::kpis::topics::DOCUMENT_EXCHANGE;
use crate::organizations::{OrganizationCode, OrganizationId};
use crate::platform::changes::Topic;
use crate::platform::input::wrong;
use crate::platform::moment::is_likely;
use crate::platform::text::stored;
use crate::platform::{Moment, Wrong};

/// What is kept of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// A document.
    Document {
        /// Number and symbol.
        number: Option<String>,
        /// To whom it goes, in the order of [`ExchangeScope`].
        scope: Vec<ExchangeScope>,
        /// How.
        medium: Medium,
        /// Nobody received it.
        recalled: bool,
    },
    /// A secret document.
    Secret,
    /// A day's counts.
    Day(Vec<DocumentCount>),
}

/// A document, or what a day brought, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// Its id.
    pub id: ExchangeId,
    /// Who issued it, by the code that was pushed.
    pub organization: OrganizationCode,
    /// The day of issue.
    pub issued_on: NaiveDate,
    /// The rest.
    pub content: Content,
    /// When its own system last changed it.
    pub updated_at: Option<Moment>,
}

impl From<Pushed> for Exchange {
    fn from(pushed: Pushed) -> Self {
        match pushed {
            Pushed::Document(document) => {
                let IssuedDocument {
                    id,
                    organization,
                    issued_on,
                    mut scope,
                    medium,
                    recalled,
                    updated_at,
                    ..
                } = document;
                let content = if document.secret {
                    Content::Secret
                } else {
                    scope.sort_unstable();
                    Content::Document {
                        number: document.number.as_deref().map(stored),
                        scope,
                        medium,
                        recalled,
                    }
                };
                Self { id, organization, issued_on, content, updated_at }
            }
            Pushed::Day(day) => {
                let DailyCounts { id, organization, issued_on, counts, updated_at } = day;
                Self { id, organization, issued_on, content: Content::Day(counts), updated_at }
            }
        }
    }
}

impl Told for Exchange {
    fn key(&self) -> &str {
        self.id.as_str()
    }

    fn organization(&self) -> &OrganizationCode {
        &self.organization
    }

    fn updated_at(&self) -> Option<Moment> {
        self.updated_at
    }
}

impl Whole for Exchange {
    type Pushed = Pushed;
    type Setting = ();

    const TOPIC: &'static Topic = &DOCUMENT_EXCHANGE;

    fn fits(pushed: &Pushed) -> bool {
        pushed.within_bounds()
    }

    fn of(pushed: &Pushed, _: Option<&Self>, (): &()) -> Self {
        pushed.clone().into()
    }

    fn changed_at(self, moment: Option<Moment>) -> Self {
        Self { updated_at: moment, ..self }
    }

    fn wrongs(&self, _: &Pushed, today: NaiveDate) -> Vec<Wrong> {
        let mut wrongs = Vec::new();
        if self.issued_on > today {
            wrongs.push(Wrong::body("/issued_on", wrong::FUTURE));
        } else if !is_likely(self.issued_on) {
            wrongs.push(Wrong::body("/issued_on", wrong::RANGE));
        }
        let Content::Day(counts) = &self.content else { return wrongs };
        for (place, line) in counts.iter().enumerate() {
            let before = counts.get(..place).unwrap_or_default();
            if before.iter().any(|other| (other.scope, other.medium) == (line.scope, line.medium)) {
                wrongs.push(Wrong::body(format!("/counts/{place}"), wrong::REPEATED));
            }
        }
        wrongs
    }

    fn day(&self) -> NaiveDate {
        self.issued_on
    }

    fn adds(&self, organization: OrganizationId) -> Vec<Entry> {
        adds(organization, self)
    }
}

impl Exchange {
    /// How many documents it tells of, by scope and medium: none of a secret or recalled one.
    pub fn counted(&self) -> Vec<DocumentCount> {
        match &self.content {
            Content::Document { scope, medium, recalled: false, .. } => {
                scope.iter().map(|scope| DocumentCount { scope: *scope, medium: *medium, count: 1 }).collect()
            }
            Content::Document { .. } | Content::Secret => Vec::new(),
            Content::Day(counts) => counts.clone(),
        }
    }

    /// The scopes and media that it tells of, whether it counts or not.
    pub fn pairs(&self) -> Vec<(ExchangeScope, Medium)> {
        match &self.content {
            Content::Document { scope, medium, .. } => scope.iter().map(|scope| (*scope, *medium)).collect(),
            Content::Secret => Vec::new(),
            Content::Day(counts) => counts.iter().map(|line| (line.scope, line.medium)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn kept(more: &Value) -> Exchange {
        let mut document = json!({
            "id": "1", "organization": "H19.06", "issued_on": "2020-06-04", "scope": ["inter_agency", "internal"],
            "medium": "parallel"
        });
        for (name, value) in more.as_object().unwrap() {
            document[name] = value.clone();
        }
        serde_json::from_value::<Pushed>(document).unwrap().into()
    }

    #[test]
    fn of_a_secret_document_nothing_is_kept() {
        let secret = kept(&json!({"secret": true, "number": "12/MẬT"}));
        assert_eq!(secret.content, Content::Secret);
        assert!(!serde_json::to_string(&secret).unwrap().contains("12/"));
        assert_eq!((secret.counted(), secret.pairs()), (Vec::new(), Vec::new()));
        assert_eq!(kept(&json!({"recalled": true})).counted(), []);
        assert_eq!(kept(&json!({})).counted().len(), 2, "once in each scope");
    }
}
