//! Who receives a document, and from whom it takes back another.

use super::handing::recall;
use super::incoming::Coming;
use super::model::{Receiver, TaskDeed};
use crate::directives::edxml::package::{Act, DocumentId};
use crate::organizations::OrganizationCode;
use crate::platform::{Fault, Work};

impl Coming<'_> {
    /// Who receives the document now, each with the task that it has by what the document changes.
    pub(super) fn receivers_now(&self) -> Vec<Receiver> {
        let receiver = |code: &OrganizationCode, name: &str, of: Option<&DocumentId>| {
            let before = of.and_then(|of| self.receiver(of, code));
            Receiver {
                subject: self.subject.clone(),
                code: code.clone(),
                name: name.to_owned(),
                organization: self.agencies.of(code).map(|agency| agency.id),
                assignment: before.and_then(|before| before.assignment.clone()),
            }
        };
        let to = |of: Option<&DocumentId>| {
            self.package.to.iter().map(|to| receiver(&to.code, &to.name, of)).collect::<Vec<_>>()
        };
        match &self.package.business.act {
            Act::New | Act::Replacement { .. } => to(None),
            Act::Revocation { document } => to(Some(document)),
            Act::Update { document, changes, .. } => {
                let is = |code: &OrganizationCode, added: bool| {
                    changes
                        .iter()
                        .any(|change| change.added == added && self.agencies.are_one(&change.code, code))
                };
                let before = self.receivers.iter().filter(|one| one.subject.document == *document);
                let stay = before.filter(|one| !is(&one.code, false));
                let mut now: Vec<Receiver> =
                    stay.map(|one| receiver(&one.code, &one.name, Some(document))).collect();
                for change in changes.iter().filter(|change| change.added) {
                    let known = now.iter().any(|one| one.code == change.code);
                    let name =
                        self.package.to.iter().find(|to| to.code == change.code).map(|to| to.name.as_str());
                    if !known {
                        now.push(receiver(&change.code, name.unwrap_or(change.code.as_str()), None));
                    }
                }
                now
            }
        }
    }

    /// Who received a document under a code, or another code of the same organization.
    fn receiver(&self, of: &DocumentId, code: &OrganizationCode) -> Option<&Receiver> {
        let known = self.agencies.of(code).map(|agency| agency.id);
        let is = |one: &&Receiver| one.code == *code || known.is_some() && one.organization == known;
        self.receivers.iter().filter(|one| one.subject.document == *of).find(is)
    }

    /// Wants back what is revoked or replaced, of all receivers that are named or else of all, and what an update takes away.
    pub(super) fn take_back(&self, work: &mut Work<'_>) -> Result<Vec<TaskDeed>, Fault> {
        let mut of: Vec<&Receiver> = Vec::new();
        match &self.package.business.act {
            Act::New => {}
            Act::Revocation { document } => {
                of.extend(self.package.to.iter().filter_map(|to| self.receiver(document, &to.code)));
            }
            Act::Update { document, changes, .. } => {
                let removed = changes.iter().filter(|change| !change.added);
                of.extend(removed.filter_map(|change| self.receiver(document, &change.code)));
            }
            Act::Replacement { replaced } => {
                for one in replaced {
                    let all =
                        self.receivers.iter().filter(|receiver| receiver.subject.document == one.document);
                    let named = one.receivers.iter().filter_map(|code| self.receiver(&one.document, code));
                    if one.receivers.is_empty() { of.extend(all) } else { of.extend(named) }
                }
            }
        }
        let number = self.package.written_number();
        recall(work, self.reach, &of, self.package.business.reason.as_deref().unwrap_or(&number))
    }
}
