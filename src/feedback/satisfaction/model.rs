//! What is told of a rating. Pure.
//!
//! No words: what somebody writes beside the scores may name anybody.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::code;
use crate::kpis::dossiers::model::DossierCode;
use crate::organizations::OrganizationCode;
use crate::platform::Moment;
use crate::platform::input::strict_day;

code! {
    /// The id of a rating in the system that pushes it; it must be different in every system.
    RatingId, "code-invalid", "^[A-Za-z0-9][A-Za-z0-9._-]*$", 100, "H19.06-2020-0123", |text| {
        text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    }
}

/// What stands for the overall answer among the questions.
pub const OVERALL: i32 = 0;
/// Questions of a ballot: TT 01/2018/TT-VPCP has 9, provinces more.
pub const MOST_QUESTIONS: i32 = 20;

/// A score of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionScore {
    /// Number of the question (chỉ số) in the ballot, such as 7 for the attitude.
    #[schema(minimum = 1, maximum = 20, example = 7)]
    pub question: i32,
    /// 2, 1 or 0 (TT 01/2018/TT-VPCP, Điều 13).
    #[schema(minimum = 0, maximum = 2, example = 2)]
    pub score: i32,
}

/// A rating of how a dossier was handled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SatisfactionRating, example = json!({
    "id": "H19.06-2020-0123", "organization": "H19.06", "dossier": "000.00.06.H19-200604-0001", "rated_on": "2020-06-22",
    "overall": 2, "scores": [{"question": 1, "score": 2}, {"question": 7, "score": 1}]
}))]
pub struct Pushed {
    /// Its id.
    pub id: RatingId,
    /// Any code of the organization that handled the dossier.
    pub organization: OrganizationCode,
    /// The dossier, if the ballot tells. It need not be known here.
    #[serde(default)]
    pub dossier: Option<DossierCode>,
    /// The day of the rating, today at the latest.
    #[serde(deserialize_with = "strict_day")]
    #[schema(format = Date, example = "2020-06-22")]
    pub rated_on: NaiveDate,
    /// The overall answer: 2 very satisfied (rất hài lòng), 1 satisfied (hài lòng), 0 not (không hài lòng).
    #[schema(minimum = 0, maximum = 2, example = 2)]
    pub overall: i32,
    /// The questions that were answered, each once.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub scores: Vec<QuestionScore>,
    /// When its own system last changed it. A state older than the one that is known changes nothing.
    #[serde(default)]
    pub updated_at: Option<Moment>,
}

impl Pushed {
    /// Whether it keeps the bounds that the document states of numbers and lengths.
    pub fn within_bounds(&self) -> bool {
        let fits = |score: &QuestionScore| {
            (1..=MOST_QUESTIONS).contains(&score.question) && (0..=2).contains(&score.score)
        };
        self.scores.len() <= 20 && (0..=2).contains(&self.overall) && self.scores.iter().all(fits)
    }

    /// All scores with their questions, the overall answer first.
    pub fn answers(&self) -> impl Iterator<Item = (i32, i32)> {
        let scores = self.scores.iter().map(|score| (score.question, score.score));
        std::iter::once((OVERALL, self.overall)).chain(scores)
    }
}

/// How a question was answered: how often by 0, by 1 and by 2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scores(pub [i64; 3]);

impl Scores {
    /// How often it was answered.
    pub fn n(self) -> i64 {
        self.0.iter().sum()
    }
}
