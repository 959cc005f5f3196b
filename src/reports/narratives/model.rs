//! What a department writes itself. Pure.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::reports::model::PartKey;

/// Under what a text is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The cover.
    Cover,
    /// A part.
    Part(PartKey),
}

impl Place {
    /// As it is stored, and told to those who follow.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cover => "cover",
            Self::Part(part) => part.as_str(),
        }
    }
}

/// Paragraphs of a part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paragraphs(pub Vec<String>);

/// What stands on the first page above the text, and on the last below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    /// The agency above.
    pub above: Option<String>,
    /// Number, once it is given.
    pub number: Option<String>,
    /// Symbol.
    pub symbol: String,
    /// Place.
    pub place: Option<String>,
    /// Day of issue.
    pub issued_on: Option<NaiveDate>,
    /// What the report is about.
    pub subject: String,
    /// The grounds.
    pub bases: Vec<String>,
    /// Who receives it.
    pub recipients: Vec<String>,
    /// By which right and as what it is signed, line by line.
    pub signature: Vec<String>,
    /// Who signs it.
    pub signer: Option<String>,
}
