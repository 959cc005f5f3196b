//! How persons are named: by an opaque reference, and by name and position only together with the decision that makes them public
//! (Law 91/2025/QH15 Art. 16: publishing needs a basis). Pure.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::code;
use crate::platform::input::wrong;
use crate::platform::moment::is_likely;
use crate::platform::text::stored;
use crate::platform::{Fault, Wrong};

code! {
    /// What the staff system calls a person: no name, and no number that is known elsewhere.
    StaffReference, "wrong-form", r"^[A-Za-z0-9][A-Za-z0-9._:-]*$", 64, "cb-7f3a91d204", |text| {
        text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._:-".contains(&b))
    }
}

/// Whom of the staff a column names. It is empty where the organization itself is meant, which no reference is.
pub fn staff_of(column: &str) -> Result<Option<StaffReference>, Fault> {
    if column.is_empty() { Ok(None) } else { column.parse().map(Some).map_err(Fault::broken) }
}

/// A decision (quyết định).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EmulationDecision)]
pub struct Decision {
    /// Its number, as it is written.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S", example = "45/QĐ-SKHCN")]
    pub number: String,
    /// Its day.
    #[schema(format = Date, example = "2020-07-02")]
    pub on: NaiveDate,
    /// Where it can be read.
    #[schema(
        max_length = 2_000,
        pattern = r"^https?://[^\s]+$",
        example = "https://ioffice.example.vn/45-QD-SKHCN"
    )]
    pub link: Option<String>,
}

impl Decision {
    /// Its texts in the form that is stored.
    #[must_use]
    pub fn stored(self) -> Self {
        Self { number: stored(&self.number), on: self.on, link: self.link.as_deref().map(stored) }
    }

    /// What is wrong with its day. It is the act: not before what it is about began, and not after what is done by it, the one
    /// `since` and the other `until` that day.
    pub fn wrongs(&self, at: &str, (since, until): (NaiveDate, NaiveDate), today: NaiveDate) -> Vec<Wrong> {
        let at = format!("{at}/on");
        match self.on {
            day if !is_likely(day) => vec![Wrong::body(at, wrong::RANGE)],
            day if day > today => vec![Wrong::body(at, wrong::FUTURE)],
            day if day < since || day > until => vec![Wrong::body(at, wrong::ORDER)],
            _ => Vec::new(),
        }
    }
}

/// A person as a decision makes it public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublicPerson {
    /// Name.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "Nguyễn Văn A")]
    pub name: String,
    /// Position (chức vụ, chức danh).
    #[schema(min_length = 1, max_length = 300, pattern = r"\S", example = "Chuyên viên")]
    pub position: String,
}

impl PublicPerson {
    /// Its texts in the form that is stored.
    #[must_use]
    pub fn stored(self) -> Self {
        Self { name: stored(&self.name), position: stored(&self.position) }
    }

    /// From what is kept of both.
    pub fn of(name: Option<String>, position: Option<String>) -> Option<Self> {
        Some(Self { name: name?, position: position? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_that_names_nobody_is_the_organization_and_one_that_cannot_be_read_is_broken() {
        assert_eq!(staff_of("").unwrap(), None);
        assert_eq!(staff_of("CB-1").unwrap(), Some("CB-1".parse().unwrap()));
        assert!(staff_of("Nguyễn Văn A").is_err() && staff_of(" ").is_err());
    }
}
