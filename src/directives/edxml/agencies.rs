//! Codes of agencies in messages: their form, and what to do with one that is not known. Pure.
//!
//! By QĐ 20/2020/QĐ-TTg Art. 4 a code has at most 35 characters and begins with the first level, `H19.06`; by QCVN
//! 102:2016/BTTTT it has 13 characters and ends with it, `000.00.06.H19`. Codes of the latter kind are also met with fewer
//! groups. How wide a group may be is our choice, that of [`OrganizationCode`].

use chrono::NaiveDate;

use super::package::Package;
use super::refusals::{Finding, Refusal, Refused};
use super::warnings::{EdxmlWarning, Warning};
use crate::organizations::OrganizationCode;
use crate::organizations::register::model::CodeScheme;

/// Whether an agency is known on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is.
    Known,
    /// It was, or will be.
    Closed,
    /// Nobody has that code.
    Unknown,
}

/// A code, and whether it has the short old form.
pub(super) fn read(text: &str) -> Option<(OrganizationCode, bool)> {
    let code: OrganizationCode = text.parse().ok()?;
    match code.scheme() {
        CodeScheme::Other => is_short(text).then_some((code, true)),
        _ => Some((code, false)),
    }
}

/// `28.22.H17`: one to three groups of two or three digits, and the first level.
fn is_short(text: &str) -> bool {
    let mut groups = text.rsplit('.');
    let level = groups.next().unwrap_or_default();
    let is_level = level.len() == 3
        && level.starts_with(|c: char| c.is_ascii_uppercase())
        && level.bytes().skip(1).all(|b| b.is_ascii_digit());
    let groups: Vec<&str> = groups.collect();
    let fits = |group: &&str| matches!(group.len(), 2 | 3) && group.bytes().all(|b| b.is_ascii_digit());
    is_level && (1..=3).contains(&groups.len()) && groups.iter().all(fits)
}

/// Where the codes of a document stand.
fn places(package: &Package) -> impl Iterator<Item = (String, &OrganizationCode)> {
    const HEADER: &str = "/edXML/edXMLEnvelope/edXMLHeader/MessageHeader";
    let many = package.to.len() > 1;
    package.codes().enumerate().map(move |(index, code)| match index {
        0 => (format!("{HEADER}/From/OrganId"), code),
        _ if many => (format!("{HEADER}/To[{index}]/OrganId"), code),
        _ => (format!("{HEADER}/To/OrganId"), code),
    })
}

/// What is to be looked at in a document that came in: agencies that are not known when it was issued.
pub fn on_receipt(
    package: &Package,
    standing: impl Fn(&OrganizationCode, NaiveDate) -> Standing,
) -> Vec<Warning> {
    let warning = |(at, code)| match standing(code, package.issued_on) {
        Standing::Known => None,
        Standing::Closed => Some(Warning::at(at, EdxmlWarning::AgencyClosed)),
        Standing::Unknown => Some(Warning::at(at, EdxmlWarning::AgencyUnknown)),
    };
    places(package).filter_map(warning).collect()
}

/// Refuses to send a document from or to an agency that is not known when it was issued.
pub fn on_sending(
    package: &Package,
    standing: impl Fn(&OrganizationCode, NaiveDate) -> Standing,
) -> Result<(), Refused> {
    let day = package.issued_on;
    let finding = |(at, code): (String, &OrganizationCode)| {
        let refusal = match standing(code, day) {
            Standing::Known => return None,
            Standing::Closed => Refusal::AgencyClosed { code: code.to_string(), day },
            Standing::Unknown => Refusal::AgencyUnknown { code: code.to_string() },
        };
        Some(Finding { at, refusal })
    };
    let findings: Vec<Finding> = places(package).filter_map(finding).collect();
    if findings.is_empty() { Ok(()) } else { Err(Refused { findings }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_both_schemes_are_read_and_short_ones_noticed() {
        for good in ["H19", "H19.06", "H37.02.02", "G12.01", "K57", "000.00.06.H53", "000.00.00.H19"] {
            assert_eq!(read(good).map(|(code, short)| (code.to_string(), short)), Some((good.into(), false)));
        }
        for short in ["28.22.H17", "06.H53", "000.00.H19"] {
            assert_eq!(read(short).map(|(_, short)| short), Some(true), "{short}");
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        let long = format!("H19{}", ".ABCDEF".repeat(5));
        for bad in [
            "h19.06",
            "H19..06",
            "H19.06.",
            "H19-06",
            "H１9",
            "H19 .06",
            "vxp.saas.02",
            "999.9999.H99",
            "JB2",
            "000.00.06",
            "0.0.H19",
            "",
            "H19.0000001",
            &long,
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
