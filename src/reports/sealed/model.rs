//! What a seal says, how seals are chained, and what was restated since. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::kpis::periods::model::{Period, Scheme};
use crate::organizations::OrganizationCode;
use crate::platform::digest::sha256_hex;
use crate::{closed_set, refusals, uuid};

uuid! {
    /// Id of a sealed report.
    SealedReportId, "0199b2c4-5d6e-7f80-9123-456789abcdef"
}

closed_set! {
    /// A form in which the bytes of a report are kept.
    SealedForm, "not-in-set" {
        /// JSON.
        Json = "json",
        /// A document.
        Docx = "docx",
    }
}

refusals! {
    /// Why a report is not sealed, or not given.
    Refusal {
        /// There is no key.
        NoKey = Conflict "sealing-not-configured"
            ("No key seals reports here", "Chưa cấu hình khóa niêm phong báo cáo")
            ("Name a key in DANVAN_SEALING_KEY_FILES; tokens of an external issuer are signed with keys that are not ours.", "Hãy khai báo khóa ở DANVAN_SEALING_KEY_FILES; khóa ký mã truy cập của nhà phát hành bên ngoài không phải của hệ thống này."),
        /// The stored bytes are not those that were signed.
        Changed = Conflict "sealed-report-changed"
            ("The stored report is not the one that was sealed", "Báo cáo lưu trữ không còn đúng với bản đã niêm phong")
            ("The bytes in the database differ from those whose digest was signed; they are not given as the sealed report. Restore them from a backup.", "Dữ liệu trong cơ sở dữ liệu khác với bản đã ký số; hệ thống không trả dữ liệu này như báo cáo đã niêm phong. Hãy khôi phục từ bản sao lưu."),
    }
}

/// `typ` of the signature: what is signed is no token.
pub const TYP: &str = "danvan-sealed-report+json";

/// The digest of some bytes, and how many they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// SHA-256, as 64 hexadecimal digits.
    pub sha256: String,
    /// Bytes.
    pub bytes: usize,
}

impl Sum {
    /// Of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self { sha256: sha256_hex(bytes), bytes: bytes.len() }
    }
}

/// Where the audit trail ended when a report was read: everything up to there is in it, nothing after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SealedTrail)]
pub struct Trail {
    /// Number of the last entry.
    #[schema(minimum = 0, example = 4711)]
    pub seq: i64,
    /// Its hash.
    #[schema(example = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    pub hash: String,
}

/// What is signed of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Id.
    pub id: SealedReportId,
    /// 1, 2, 3 … of the organization.
    pub number: i64,
    /// Whose.
    pub organization: OrganizationCode,
    /// First day of the report.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// The period whose results it states.
    pub period: Period,
    /// How periods are cut.
    pub scheme: Scheme,
    /// When it was sealed.
    pub sealed_at: DateTime<Utc>,
    /// As of which entry of the audit trail it was read.
    pub trail: Trail,
    /// The JSON.
    pub json: Sum,
    /// The document.
    pub docx: Sum,
    /// SHA-256 of the signature before it; null for the first.
    pub previous: Option<String>,
}

/// What links a seal to the one before it.
pub fn link(jws: &str) -> String {
    sha256_hex(jws.as_bytes())
}

/// Whether the seals of an organization, from the first on, are a chain without a gap: each with its number and its signature, and
/// what it says of itself and of the one before, as far as its signature holds.
pub fn is_chain(seals: &[(i64, String, Option<Statement>)]) -> bool {
    let mut before: Option<String> = None;
    for ((number, jws, statement), place) in seals.iter().zip(1_i64..) {
        let Some(statement) = statement else { return false };
        if *number != place || statement.number != place || statement.previous != before {
            return false;
        }
        before = Some(link(jws));
    }
    true
}

/// A figure that has another value today.
#[derive(Clone, Debug, PartialEq)]
pub struct Restated {
    /// The figure's key.
    pub key: String,
    /// What it is.
    pub name: String,
    /// As it is sealed; null where nothing was known, or it was not in the report.
    pub sealed: Value,
    /// As it is today.
    pub today: Value,
}

/// The figures of a report as JSON: key, name and value, in the order of the keys.
fn figures(report: &Value) -> BTreeMap<&str, (&str, &Value)> {
    let parts = report.get("parts").and_then(Value::as_array).into_iter().flatten();
    let figures = parts.filter_map(|part| part.get("figures")?.as_array()).flatten();
    let told = figures.filter_map(|figure| {
        let (key, name) = (figure.get("key")?.as_str()?, figure.get("name")?.as_str()?);
        Some((key, (name, figure.get("value")?)))
    });
    told.collect()
}

/// The figures that differ between a sealed report and the same report today, by key.
pub fn restated(sealed: &Value, today: &Value) -> Vec<Restated> {
    let (then, now) = (figures(sealed), figures(today));
    let keys = then.keys().chain(now.keys()).collect::<BTreeSet<_>>();
    let differing = keys.into_iter().filter_map(|key| {
        let (before, after) = (then.get(key), now.get(key));
        let value =
            |figure: Option<&(&str, &Value)>| figure.map_or(Value::Null, |(_, value)| (*value).clone());
        let (sealed, today) = (value(before), value(after));
        let (name, _) = after.or(before)?;
        (sealed != today).then(|| Restated {
            key: (*key).to_owned(),
            name: (*name).to_owned(),
            sealed,
            today,
        })
    });
    differing.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn statement(number: i64, previous: Option<String>) -> Statement {
        let day = NaiveDate::from_ymd_opt(2020, 12, 31).unwrap();
        let sum = Sum::of(b"abc");
        Statement {
            id: "0199b2c4-5d6e-7f80-9123-456789abcdef".parse().unwrap(),
            number,
            organization: "H19.06".parse().unwrap(),
            from: day,
            to: day,
            period: "2020".parse().unwrap(),
            scheme: Scheme::Calendar,
            sealed_at: DateTime::UNIX_EPOCH,
            trail: Trail { seq: 1, hash: String::new() },
            json: sum.clone(),
            docx: sum,
            previous,
        }
    }

    #[test]
    fn a_chain_has_no_gap_and_no_stranger() {
        let first = (1, "a".to_owned(), Some(statement(1, None)));
        let second = (2, "b".to_owned(), Some(statement(2, Some(link("a")))));
        let third = (3, "c".to_owned(), Some(statement(3, Some(link("b")))));
        let all = [first.clone(), second.clone(), third.clone()];
        assert!(is_chain(&all) && is_chain(&[]));
        assert!(!is_chain(&[first.clone(), third.clone()]), "a gap");
        assert!(!is_chain(&[second.clone(), third.clone()]), "the first is missing");
        let changed = (2, "B".to_owned(), second.2.clone());
        assert!(!is_chain(&[first.clone(), changed, third]), "another signature");
        assert!(!is_chain(&[first, (2, "b".to_owned(), None)]), "a signature that does not hold");
    }

    #[test]
    fn the_sum_is_that_of_fips_180() {
        let sum = Sum::of(b"abc");
        assert_eq!(sum.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(sum.bytes, 3);
    }

    #[test]
    fn what_differs_is_restated() {
        let report = |figures: Value| json!({ "parts": [{ "figures": figures }, { "figures": [] }] });
        let figure =
            |key: &str, value: Value| json!({ "key": key, "name": key.to_uppercase(), "value": value });
        let then = report(json!([figure("a", json!(1)), figure("b", json!(2)), figure("c", Value::Null)]));
        let now = report(json!([figure("b", json!(3)), figure("c", Value::Null), figure("d", json!(4.5))]));
        let told = |key: &str, sealed: Value, today: Value| Restated {
            key: key.into(),
            name: key.to_uppercase(),
            sealed,
            today,
        };
        assert_eq!(
            restated(&then, &now),
            [
                told("a", json!(1), Value::Null),
                told("b", json!(2), json!(3)),
                told("d", Value::Null, json!(4.5))
            ]
        );
        assert_eq!(restated(&then, &then), []);
    }
}
