//! Who receives a document, and from whom it takes back another.

use std::collections::{BTreeMap, BTreeSet};

use super::handing::recall;
use super::incoming::Coming;
use super::model::{Receiver, TaskDeed};
use crate::directives::assignments::model::{Assignment, AssignmentId};
use crate::directives::assignments::store as assignments;
use crate::directives::edxml::package::{Act, DocumentId};
use crate::organizations::{self, OrganizationCode, Reach, When};
use crate::platform::auth::EVERYWHERE;
use crate::platform::{Fault, Work};

impl Coming<'_> {
    /// Who receives the document now, each with the task that it has by this document already.
    pub(super) fn receivers_now(&self) -> Vec<Receiver> {
        let Act::Update { document, changes, .. } = &self.package.business.act else {
            return self.package.to.iter().map(|to| self.addressed(&to.code, &to.name)).collect();
        };
        let before = self.receivers.iter().filter(|one| one.subject.document == *document);
        let stay = before.filter(|one| !self.moves(&one.code, false));
        let mut now: Vec<Receiver> = stay.map(|one| self.addressed(&one.code, &one.name)).collect();
        for change in changes.iter().filter(|change| change.added) {
            if now.iter().all(|one| one.code != change.code) {
                let to = self.package.to.iter().find(|to| to.code == change.code);
                now.push(
                    self.addressed(&change.code, to.map_or(change.code.as_str(), |to| to.name.as_str())),
                );
            }
        }
        now
    }

    fn addressed(&self, code: &OrganizationCode, name: &str) -> Receiver {
        let own = self.receivers.iter().find(|one| one.subject == self.subject && one.code == *code);
        let changed = self.changes().and_then(|of| self.receiver(of, code));
        let before = own.or(changed).and_then(|before| before.organization);
        Receiver {
            subject: self.subject.clone(),
            code: code.clone(),
            name: name.to_owned(),
            organization: self.agencies.of(code).map(|agency| agency.id).or(before),
            assignment: own.and_then(|own| own.assignment.clone()),
        }
    }

    /// Whether an update adds an agency, or takes it away.
    fn moves(&self, code: &OrganizationCode, added: bool) -> bool {
        let Act::Update { changes, .. } = &self.package.business.act else { return false };
        changes.iter().any(|change| change.added == added && self.agencies.are_one(&change.code, code))
    }

    /// Notes with the receivers what tasks they have by the document that this one changes: what becomes of them is told of
    /// this one from then on. So only who reaches the sender or a side of the task does that. Who is added again after the task
    /// came to its end has none.
    pub(super) fn carry(&self, work: &mut Work<'_>, receivers: &mut [Receiver]) -> Result<(), Fault> {
        let of = |receiver: &Receiver| {
            let before = || self.changes().and_then(|of| self.receiver(of, &receiver.code));
            receiver.assignment.clone().or_else(|| before()?.assignment.clone())
        };
        let ids: Vec<Option<AssignmentId>> = receivers.iter().map(of).collect();
        let named: BTreeSet<&str> = ids.iter().flatten().map(AssignmentId::as_str).collect();
        if self.changes().is_none() || named.is_empty() {
            return Ok(());
        }
        let tasks = assignments::find_all(work.conn, &Reach::at(EVERYWHERE), &named, work.today())?;
        let tasks: BTreeMap<AssignmentId, Assignment> =
            tasks.into_iter().map(|task| (task.id.clone(), task)).collect();
        let sides = tasks.values().flat_map(|task| [Some(task.organization), task.assigner]).flatten();
        let sides = organizations::reached(work.conn, self.reach, &sides.collect(), When::Now(work.today()))?;
        let may = |task: &Assignment| {
            let side = sides.contains(&task.organization);
            self.vouches() || side || task.assigner.is_some_and(|assigner| sides.contains(&assigner))
        };
        for (receiver, id) in receivers.iter_mut().zip(ids) {
            let Some(task) = id.and_then(|id| tasks.get(&id)) else { continue };
            let own = receiver.assignment.is_some();
            let over = task.state.is_end() && self.moves(&receiver.code, true);
            receiver.assignment = ((own || may(task)) && !over).then(|| task.id.clone());
        }
        Ok(())
    }

    /// Who received a document under a code, or another code of the same organization.
    fn receiver(&self, of: &DocumentId, code: &OrganizationCode) -> Option<&Receiver> {
        let known = self.agencies.of(code).map(|agency| agency.id);
        let is = |one: &&Receiver| one.code == *code || known.is_some() && one.organization == known;
        self.receivers.iter().filter(|one| one.subject.document == *of).find(is)
    }

    /// Wants back what is revoked or replaced, of all receivers that are named or else of all, and what an update takes away;
    /// but for some tasks.
    pub(super) fn take_back(
        &self,
        work: &mut Work<'_>,
        but: &BTreeSet<AssignmentId>,
    ) -> Result<Vec<TaskDeed>, Fault> {
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
        of.retain(|receiver| receiver.assignment.as_ref().is_none_or(|task| !but.contains(task)));
        let number = self.package.written_number();
        recall(work, self.reach, &of, self.package.business.reason.as_deref().unwrap_or(&number))
    }
}
