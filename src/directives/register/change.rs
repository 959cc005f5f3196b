//! What a caller changes of a directive; what it does not name stays as it is. Pure.

use chrono::NaiveDate;

use super::identity::{Numbered, PartyTerm};
use super::model::{Content, Issuer, Signer, SigningAuthority};
use crate::organizations::OrganizationCode;
use crate::platform::input::Patched;

/// What is changed of the body that issued it.
#[derive(Clone, Debug, Default)]
pub struct IssuerChange {
    /// The organization's code.
    pub organization: Patched<OrganizationCode>,
    /// How the document names the body.
    pub name: Patched<String>,
}

/// What is changed of who signed it.
#[derive(Clone, Debug, Default)]
pub struct SignerChange {
    /// By which right.
    pub authority: Option<Vec<SigningAuthority>>,
    /// Title.
    pub title: Patched<String>,
    /// Name.
    pub name: Patched<String>,
}

/// What is changed of a directive.
#[derive(Clone, Debug)]
pub struct Change {
    /// Number.
    pub number: Patched<String>,
    /// The committee's term.
    pub term: Patched<PartyTerm>,
    /// What it is called; removed, what its number says.
    pub type_name: Patched<String>,
    /// Who issued it.
    pub issuer: IssuerChange,
    /// Who keeps it.
    pub registrar: Patched<OrganizationCode>,
    /// Who signed it.
    pub signer: Patched<SignerChange>,
    /// What it is about.
    pub subject: Option<String>,
    /// Day of issue.
    pub issued_on: Patched<NaiveDate>,
    /// In force from.
    pub effective_on: Patched<NaiveDate>,
    /// In force until the day before.
    pub expires_on: Patched<NaiveDate>,
    /// Field.
    pub field: Patched<String>,
    /// Where the original is.
    pub link: Patched<String>,
    /// Whether everyone may know of it.
    pub public: Option<bool>,
}

impl Change {
    /// What is said after the change. A type that only the number told goes with the number.
    pub fn over(self, before: Content) -> Content {
        let told = Numbered::read(before.number.as_deref(), None).ok().and_then(|read| read.type_name);
        let renumbered = self.number.value().is_some();
        let type_name = before.type_name.filter(|name| !renumbered || told != Some(name.as_str()));
        let issuer = Issuer {
            organization: self.issuer.organization.over(before.issuer.organization),
            name: self.issuer.name.over(before.issuer.name),
        };
        Content {
            number: self.number.over(before.number),
            term: self.term.over(before.term),
            type_name: self.type_name.over(type_name),
            issuer,
            registrar: self.registrar.over(before.registrar),
            signer: signed(self.signer, before.signer),
            subject: self.subject.unwrap_or(before.subject),
            issued_on: self.issued_on.over(before.issued_on),
            effective_on: self.effective_on.over(before.effective_on),
            expires_on: self.expires_on.over(before.expires_on),
            field: self.field.over(before.field),
            link: self.link.over(before.link),
            public: self.public.unwrap_or(before.public),
        }
    }
}

fn signed(change: Patched<SignerChange>, before: Option<Signer>) -> Option<Signer> {
    match change {
        Patched::Kept => before,
        Patched::Removed => None,
        Patched::Set(change) => {
            let before = before.unwrap_or(Signer { authority: Vec::new(), title: None, name: None });
            Some(Signer {
                authority: change.authority.unwrap_or(before.authority),
                title: change.title.over(before.title),
                name: change.name.over(before.name),
            })
        }
    }
}
