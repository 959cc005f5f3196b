//! What is told of a case. Pure.
//!
//! No sender, no content, no attachment, of no kind: what a citizen wrote may name anybody, and figures need none of it. Of a
//! denunciation no more than its kind, unit, days and result: whoever denounces is secret (Luật Tố cáo 2018, Điều 9 and 56),
//! and channel, numbers and links lead to them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kpis::records::held::Told;
use crate::organizations::OrganizationCode;
use crate::platform::Moment;
use crate::platform::input::{maybe_day, strict_day};
use crate::platform::text::is_name;
use crate::{closed_set, code};

code! {
    /// The code of a case in the system that pushes it, such as `PAKN.20200812.0012`; that of a denunciation is a UUID drawn
    /// at random, in small letters. It must be different in every system.
    CaseCode, "code-invalid", "^[A-Za-z0-9][A-Za-z0-9._-]*$", 64, "PAKN.20200812.0012", |text| {
        text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    }
}

impl CaseCode {
    /// Whether it says nothing: 32 hexadecimal digits in the groups of a UUID, of the version that is random.
    pub fn is_opaque(&self) -> bool {
        let groups: Vec<&str> = self.as_str().split('-').collect();
        let lengths = groups.iter().map(|group| group.len());
        let digits = |group: &&str| group.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        lengths.eq([8, 4, 4, 4, 12])
            && groups.iter().all(digits)
            && groups.get(2).is_some_and(|group| group.starts_with('4'))
    }
}

closed_set! {
    /// What it is.
    CaseKind, "not-in-set" {
        /// Phản ánh: something is not as it should be.
        Feedback = "feedback",
        /// Kiến nghị: something should be otherwise.
        Proposal = "proposal",
        /// Khiếu nại: a decision or an act is contested.
        Complaint = "complaint",
        /// Tố cáo: somebody broke the law.
        Denunciation = "denunciation",
    }
}

impl CaseKind {
    /// Phản ánh, kiến nghị together (NĐ 20/2008/NĐ-CP, which complaints and denunciations are outside of).
    pub fn is_opinion(self) -> bool {
        matches!(self, Self::Feedback | Self::Proposal)
    }
}

closed_set! {
    /// How it came in.
    CaseChannel, "not-in-set" {
        /// Đường dây nóng.
        Hotline = "hotline",
        /// Hòm thư góp ý, or by post.
        Mailbox = "mailbox",
        /// Thư điện tử.
        Email = "email",
        /// Cổng thông tin.
        Portal = "portal",
        /// Trực tiếp.
        InPerson = "in_person",
    }
}

closed_set! {
    /// How it ended.
    CaseResult, "not-in-set" {
        /// Đã giải quyết, đã trả lời.
        Settled = "settled",
        /// Từ chối: not taken up, since what the law asks of it is not met.
        Refused = "refused",
        /// Hướng dẫn: another is competent, to whom the sender was guided.
        Guided = "guided",
        /// Chuyển: another is competent, to whom it was passed on.
        Transferred = "transferred",
        /// Đôn đốc: another is competent, and was urged to settle it.
        Urged = "urged",
        /// Rút: the sender took it back.
        Withdrawn = "withdrawn",
        /// Đình chỉ: ended for another reason.
        Discontinued = "discontinued",
    }
}

closed_set! {
    /// Which time a complaint is settled.
    Instance, "not-in-set" {
        /// Lần đầu.
        First = "first",
        /// Lần hai.
        Second = "second",
    }
}

closed_set! {
    /// How far a case is, by its days.
    CaseState, "not-in-set" {
        /// Chờ tiếp nhận: received.
        Waiting = "waiting",
        /// Đang xử lý: accepted.
        InProgress = "in_progress",
        /// Đã xử lý: ended.
        Handled = "handled",
        /// Đã công khai: ended, and its answer is published.
        Published = "published",
    }
}

/// A case as its own system knows it. Of a denunciation `channel`, `instance`, `complex`, `remote`, `answer_number`,
/// `published_on` and `publication_url` are refused, and its code is a random UUID.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FeedbackCase, example = json!({
    "code": "PAKN.20200812.0012", "organization": "H19.06", "kind": "feedback", "channel": "portal",
    "received_on": "2020-08-12", "accepted_on": "2020-08-13", "ended_on": "2020-08-24", "result": "settled",
    "published_on": "2020-08-25"
}))]
pub struct Pushed {
    /// Its code.
    pub code: CaseCode,
    /// Any code of the organization that handles it.
    pub organization: OrganizationCode,
    /// What it is.
    pub kind: CaseKind,
    /// How it came in. Needed, but for a denunciation.
    #[serde(default)]
    pub channel: Option<CaseChannel>,
    /// The day on which its first letter, call or message came.
    #[serde(deserialize_with = "strict_day")]
    #[schema(format = Date, example = "2020-08-12")]
    pub received_on: NaiveDate,
    /// The days on which further letters (đơn) of the same case came, one for each letter.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub further_letters_on: Vec<LetterDay>,
    /// The day on which it was accepted (thụ lý, tiếp nhận).
    #[serde(default, deserialize_with = "maybe_day")]
    #[schema(format = Date, example = "2020-08-13")]
    pub accepted_on: Option<NaiveDate>,
    /// Its last day where its own system knows better than the limits: after an extension (gia hạn), or where no limit is known.
    #[serde(default, deserialize_with = "maybe_day")]
    #[schema(format = Date, example = "2020-09-03")]
    pub due_on: Option<NaiveDate>,
    /// The day on which it ended: of the answer, the decision, the refusal. Goes with `result`.
    #[serde(default, deserialize_with = "maybe_day")]
    #[schema(format = Date, example = "2020-08-24")]
    pub ended_on: Option<NaiveDate>,
    /// How it ended.
    #[serde(default)]
    pub result: Option<CaseResult>,
    /// Which time a complaint is settled; without it, the first.
    #[serde(default)]
    pub instance: Option<Instance>,
    /// Whether a complaint is complex (phức tạp), and has more time.
    #[serde(default)]
    pub complex: Option<bool>,
    /// Whether a complaint is settled in a remote area, and has more time.
    #[serde(default)]
    pub remote: Option<bool>,
    /// Number and symbol of the agency's answer.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 100, pattern = r"\S", example = "512/SKHCN-VP")]
    pub answer_number: Option<String>,
    /// The day on which the answer was published, of a case that was settled.
    #[serde(default, deserialize_with = "maybe_day")]
    #[schema(format = Date, example = "2020-08-25")]
    pub published_on: Option<NaiveDate>,
    /// Where it is published.
    #[serde(default)]
    #[schema(
        min_length = 8,
        max_length = 500,
        pattern = "^https?://[!-~]+$",
        example = "https://dost-dongnai.gov.vn/hoi-dap/12"
    )]
    pub publication_url: Option<String>,
    /// When its own system last changed it. A state older than the one that is known changes nothing.
    #[serde(default)]
    pub updated_at: Option<Moment>,
}

/// The day on which a letter came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[schema(value_type = String, format = Date, example = "2020-08-20")]
pub struct LetterDay(pub NaiveDate);

impl<'de> Deserialize<'de> for LetterDay {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        strict_day(from).map(Self)
    }
}

impl Told for Pushed {
    fn key(&self) -> &str {
        self.code.as_str()
    }

    fn organization(&self) -> &OrganizationCode {
        &self.organization
    }

    fn updated_at(&self) -> Option<Moment> {
        self.updated_at
    }
}

impl Pushed {
    /// Whether it keeps the bounds that the document states of numbers and lengths.
    pub fn within_bounds(&self) -> bool {
        let address = |url: &String| {
            let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
            url.len() <= 500
                && rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_graphic()))
        };
        self.further_letters_on.len() <= 200
            && self.answer_number.as_ref().is_none_or(|number| is_name(number, 100))
            && self.publication_url.as_ref().is_none_or(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_random_uuid_says_nothing() {
        for (code, opaque) in [
            ("0b6f9a4e-52b1-4c0e-9d3f-0c2a7b1e5d64", true),
            ("0B6F9A4E-52B1-4C0E-9D3F-0C2A7B1E5D64", false),
            ("0b6f9a4e-52b1-7c0e-9d3f-0c2a7b1e5d64", false),
            ("TC.20200812.0012", false),
            ("nguyen-van-a-0912345678", false),
            ("0b6f9a4e52b14c0e9d3f0c2a7b1e5d64", false),
        ] {
            assert_eq!(code.parse::<CaseCode>().unwrap().is_opaque(), opaque, "{code}");
        }
    }
}
