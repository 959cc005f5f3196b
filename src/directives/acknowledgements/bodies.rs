//! What callers send and get of acknowledgements and checks.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::check::{Answers, Attempt, Check, Choice, Kept, Question};
use super::model::{Acknowledgement, Said, Step};
use super::store::Progress;
use crate::organizations::OrganizationCode;
use crate::platform::Body;
use crate::platform::text::stored;

/// Answers to a check.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckAnswers {
    /// Which version of the check was shown.
    #[schema(minimum = 1, example = 1)]
    version: i64,
    /// For each question, in order, the numbers of the options that are chosen; the first is 1.
    #[schema(min_items = 1, max_items = 5, example = json!([[2], [1, 3]]))]
    answers: Vec<Vec<i32>>,
}

/// How far you came with a directive.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "step": "read", "organization": "H19.06", "seconds": 95 }))]
pub struct NewAcknowledgement {
    /// The step; it implies those before it.
    step: Step,
    /// Code of your organization.
    organization: OrganizationCode,
    /// For how many seconds you read, with `read` and `understood`.
    #[schema(minimum = 0, maximum = 86_400, example = 95)]
    seconds: Option<i32>,
    /// Your answers, with `understood`, where the directive has a check.
    check: Option<CheckAnswers>,
}

impl Body for NewAcknowledgement {}

impl From<NewAcknowledgement> for Said {
    fn from(new: NewAcknowledgement) -> Self {
        let answers = new.check.map(|check| Answers { version: check.version, chosen: check.answers });
        Self { step: new.step, organization: new.organization, seconds: new.seconds, answers }
    }
}

/// How far a person came with a directive.
#[derive(Debug, Serialize, ToSchema)]
pub struct AcknowledgementView {
    /// The subject of the person's token.
    #[schema(example = "c2f7a1d0")]
    subject: String,
    /// Code of the person's organization.
    organization: OrganizationCode,
    /// How far it came.
    step: Step,
    /// When it was delivered.
    delivered_at: DateTime<Utc>,
    /// When it was opened.
    #[schema(required = true)]
    opened_at: Option<DateTime<Utc>>,
    /// When it was read.
    #[schema(required = true)]
    read_at: Option<DateTime<Utc>>,
    /// For how many seconds, as the client said.
    #[schema(required = true, minimum = 0, example = 95)]
    read_seconds: Option<i32>,
    /// When it was understood.
    #[schema(required = true)]
    understood_at: Option<DateTime<Utc>>,
    /// By passing which version of the check.
    #[schema(required = true, minimum = 1, example = 1)]
    check_version: Option<i64>,
}

impl From<Acknowledgement> for AcknowledgementView {
    fn from(one: Acknowledgement) -> Self {
        Self {
            step: one.step(),
            subject: one.subject,
            organization: one.organization,
            delivered_at: one.delivered_at,
            opened_at: one.opened_at,
            read_at: one.read_at,
            read_seconds: one.read_seconds,
            understood_at: one.understood_at,
            check_version: one.check_version,
        }
    }
}

/// A try at a check.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckTry {
    /// Which version of the check.
    #[schema(minimum = 1, example = 1)]
    check_version: i64,
    /// When.
    made_at: DateTime<Utc>,
    /// How many questions were answered right.
    #[schema(minimum = 0, maximum = 5, example = 2)]
    score: i32,
    /// Of how many.
    #[schema(minimum = 1, maximum = 5, example = 3)]
    questions: i32,
    /// Whether that was enough.
    passed: bool,
}

/// How far you came with a directive.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnAcknowledgement {
    #[serde(flatten)]
    acknowledgement: AcknowledgementView,
    /// Your last try at the check.
    #[schema(required = true)]
    last_try: Option<CheckTry>,
}

impl From<(Acknowledgement, Option<Attempt>)> for OwnAcknowledgement {
    fn from((one, last): (Acknowledgement, Option<Attempt>)) -> Self {
        let tried = |attempt: Attempt| CheckTry {
            check_version: attempt.check_version,
            made_at: attempt.made_at,
            score: attempt.score,
            questions: attempt.questions,
            passed: attempt.passed,
        };
        Self { acknowledgement: one.into(), last_try: last.map(tried) }
    }
}

/// How many persons of an organization came how far with a directive.
#[derive(Debug, Serialize, ToSchema)]
pub struct AcknowledgementCount {
    /// Code of the organization.
    organization: OrganizationCode,
    /// Persons to whom it was delivered.
    #[schema(minimum = 0, example = 40)]
    delivered: i64,
    /// Of these, who opened it.
    #[schema(minimum = 0, example = 35)]
    opened: i64,
    /// Of these, who read it.
    #[schema(minimum = 0, example = 30)]
    read: i64,
    /// Of these, who understood it.
    #[schema(minimum = 0, example = 28)]
    understood: i64,
}

impl From<Progress> for AcknowledgementCount {
    fn from(progress: Progress) -> Self {
        let Progress { organization, delivered, opened, read, understood } = progress;
        Self { organization, delivered, opened, read, understood }
    }
}

/// An answer to choose.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewChoice {
    /// What it says.
    #[schema(min_length = 1, max_length = 300, pattern = r"\S")]
    text: String,
    /// Whether it is right.
    #[serde(default)]
    right: bool,
}

/// A question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewQuestion {
    /// What is asked.
    #[schema(min_length = 1, max_length = 500, pattern = r"\S")]
    text: String,
    /// The answers to choose from; one or more are right.
    #[schema(min_items = 2, max_items = 8)]
    options: Vec<NewChoice>,
}

/// A check.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "questions": [{
        "text": "Ai chủ trì thực hiện Kế hoạch?",
        "options": [{ "text": "Sở Nội vụ", "right": true }, { "text": "Sở Khoa học và Công nghệ" }]
    }],
    "pass_mark": 1
}))]
pub struct NewCheck {
    /// One to five questions.
    #[schema(min_items = 1, max_items = 5)]
    questions: Vec<NewQuestion>,
    /// How many of them must be answered right.
    #[schema(minimum = 1, maximum = 5, example = 1)]
    pass_mark: i32,
}

impl Body for NewCheck {}

impl From<NewCheck> for Check {
    fn from(new: NewCheck) -> Self {
        let choice = |choice: NewChoice| Choice { text: stored(&choice.text), right: choice.right };
        let question = |question: NewQuestion| Question {
            text: stored(&question.text),
            options: question.options.into_iter().map(choice).collect(),
        };
        Self { questions: new.questions.into_iter().map(question).collect(), pass_mark: new.pass_mark }
    }
}

/// A question as it is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuestionView {
    /// What is asked.
    #[schema(example = "Ai chủ trì thực hiện Kế hoạch?")]
    text: String,
    /// The answers to choose from.
    #[schema(example = json!(["Sở Nội vụ", "Sở Khoa học và Công nghệ"]))]
    options: Vec<String>,
    /// Whether more than one of them is right.
    several: bool,
}

/// A check as it is shown: which answers are right, nobody is told.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckView {
    /// The version, which answers name.
    #[schema(minimum = 1, example = 1)]
    version: i64,
    /// The questions.
    questions: Vec<QuestionView>,
    /// How many of them must be answered right.
    #[schema(minimum = 1, maximum = 5, example = 1)]
    pass_mark: i32,
    /// Since when it is so.
    set_at: DateTime<Utc>,
}

impl From<Kept> for CheckView {
    fn from(kept: Kept) -> Self {
        let question = |question: Question| QuestionView {
            text: question.text,
            several: question.options.iter().filter(|option| option.right).count() > 1,
            options: question.options.into_iter().map(|option| option.text).collect(),
        };
        let questions = kept.check.questions.into_iter().map(question).collect();
        Self { version: kept.version, questions, pass_mark: kept.check.pass_mark, set_at: kept.set_at }
    }
}

/// As of which day.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CountFilter {
    /// As it was at the end of this day; today if not given.
    #[param(format = Date, example = "2020-06-30")]
    pub(super) as_of: Option<NaiveDate>,
}
