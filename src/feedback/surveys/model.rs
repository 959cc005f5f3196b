//! What is told of a survey. Pure.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::code;
use crate::organizations::OrganizationCode;
use crate::platform::Moment;
use crate::platform::input::strict_day;
use crate::platform::text::is_name;

code! {
    /// The code of a survey in the system that pushes it; it must be different in every system.
    SurveyCode, "code-invalid", "^[A-Za-z0-9][A-Za-z0-9._-]*$", 64, "H19.06-2020", |text| {
        text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    }
}

/// Answers to the question about everything together, such as that of SIPAS (QĐ 2640/QĐ-BNV, 2017).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SurveyAnswers {
    /// Rất hài lòng.
    #[schema(minimum = 0, maximum = 1_000_000, example = 40)]
    pub very_satisfied: u32,
    /// Hài lòng.
    #[schema(minimum = 0, maximum = 1_000_000, example = 75)]
    pub satisfied: u32,
    /// Bình thường.
    #[schema(minimum = 0, maximum = 1_000_000, example = 4)]
    pub neutral: u32,
    /// Không hài lòng, rất không hài lòng.
    #[schema(minimum = 0, maximum = 1_000_000, example = 1)]
    pub dissatisfied: u32,
}

impl SurveyAnswers {
    /// Everybody who answered.
    pub fn all(self) -> u32 {
        self.positive() + self.neutral + self.dissatisfied
    }

    /// Those who are satisfied or very satisfied.
    pub fn positive(self) -> u32 {
        self.very_satisfied + self.satisfied
    }
}

/// A survey, counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SatisfactionSurvey, example = json!({
    "code": "H19.06-2020", "organization": "H19.06", "name": "Khảo sát mức độ hài lòng năm 2020",
    "method": "Phiếu giấy tại bộ phận một cửa", "started_on": "2020-05-04", "ended_on": "2020-06-30", "asked": 150,
    "answers": {"very_satisfied": 40, "satisfied": 75, "neutral": 4, "dissatisfied": 1}
}))]
pub struct Pushed {
    /// Its code.
    pub code: SurveyCode,
    /// Any code of the organization that was asked about.
    pub organization: OrganizationCode,
    /// What it is called.
    #[schema(
        min_length = 1,
        max_length = 300,
        pattern = r"\S",
        example = "Khảo sát mức độ hài lòng năm 2020"
    )]
    pub name: String,
    /// How people were chosen and asked.
    #[schema(min_length = 1, max_length = 500, pattern = r"\S", example = "Phiếu giấy tại bộ phận một cửa")]
    pub method: String,
    /// First day.
    #[serde(deserialize_with = "strict_day")]
    #[schema(format = Date, example = "2020-05-04")]
    pub started_on: NaiveDate,
    /// Last day, today at the latest; the survey counts on it.
    #[serde(deserialize_with = "strict_day")]
    #[schema(format = Date, example = "2020-06-30")]
    pub ended_on: NaiveDate,
    /// How many were asked.
    #[schema(minimum = 0, maximum = 4_000_000, example = 150)]
    pub asked: u32,
    /// What they answered.
    pub answers: SurveyAnswers,
    /// When its own system last changed it. A state older than the one that is known changes nothing.
    #[serde(default)]
    pub updated_at: Option<Moment>,
}

impl Pushed {
    /// Whether it keeps the bounds that the document states of numbers and lengths.
    pub fn within_bounds(&self) -> bool {
        let SurveyAnswers { very_satisfied, satisfied, neutral, dissatisfied } = self.answers;
        let few = [very_satisfied, satisfied, neutral, dissatisfied].iter().all(|n| *n <= 1_000_000);
        few && self.asked <= 4_000_000 && is_name(&self.name, 300) && is_name(&self.method, 500)
    }
}
