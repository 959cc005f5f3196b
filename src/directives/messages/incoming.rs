//! Documents that come in: each is found in the register or put there, given to its receivers, and counted.

use std::collections::{BTreeSet, HashMap};

use super::handing::{deed, give, told};
use super::known::Agencies;
use super::model::{
    BUSINESS, Deeds, Exchanged, Fate, HEADER, Kept, MessageDirection, MessageKind, Receiver, Subject,
};
use super::{document, exchanged, outgoing, reach, store};
use crate::directives::assignments::model::Assignment;
use crate::directives::edxml::agencies::on_receipt;
use crate::directives::edxml::package::{Act, DocumentId, Message, Package};
use crate::directives::edxml::reading::Received;
use crate::directives::edxml::refusals::{Refusal, Refused};
use crate::directives::edxml::status::check_again;
use crate::directives::edxml::warnings::{EdxmlWarning, Warning};
use crate::directives::reach::{Part, add_parties};
use crate::directives::register::model::DirectiveId;
use crate::organizations::{OrganizationCode, OrganizationId, Reach};
use crate::platform::clock::new_id;
use crate::platform::input::wrong;
use crate::platform::moment::is_likely;
use crate::platform::{Fault, Outcome, Work, Wrong};

/// A document that is being taken.
pub(super) struct Coming<'a> {
    pub(super) reach: &'a Reach,
    pub(super) package: &'a Package,
    /// Whether the caller may change records that count.
    pub(super) counts: bool,
    pub(super) subject: Subject,
    pub(super) agencies: Agencies,
    /// Documents of the same sender that it names, its own among them.
    pub(super) known: HashMap<DocumentId, Exchanged>,
    /// Who received those.
    pub(super) receivers: Vec<Receiver>,
}

/// Takes a document.
///
/// Refuses one that concerns nobody within reach like one of unknown agencies, one that came before with other bytes, and
/// what changes a document that was not exchanged.
pub(super) fn take(
    work: &mut Work<'_>,
    (reach, counts): (&Reach, bool),
    received: &Received,
    package: &Package,
) -> Result<(Outcome, Kept), Fault> {
    let subject = Subject { origin: package.from.code.clone(), document: package.document.clone() };
    let ids = documents(package);
    let known = exchanged::documents(work.conn, &subject.origin, &ids)?;
    let receivers = exchanged::receivers(work.conn, &subject.origin, &ids)?;
    let codes = named(package).into_iter().chain(receivers.iter().map(|receiver| &receiver.code)).collect();
    let agencies = Agencies::load(work.conn, reach, &codes, work.today())?;
    let parties = || std::iter::once(&package.from).chain(&package.to);
    if !parties().any(|party| agencies.reached(&party.code).is_some()) {
        return Err(out_of_sight(package));
    }
    let coming = Coming { reach, package, counts, subject, agencies, known, receivers };
    match coming.before(work, &received.sha256)? {
        Some(kept) => coming.again(work, &kept),
        None => coming.take(work, received),
    }
}

/// The codes that a document names.
fn named(package: &Package) -> BTreeSet<&OrganizationCode> {
    let mut named: BTreeSet<&OrganizationCode> = package.codes().collect();
    match &package.business.act {
        Act::Update { changes, .. } => named.extend(changes.iter().map(|change| &change.code)),
        Act::Replacement { replaced } => named.extend(replaced.iter().flat_map(|one| &one.receivers)),
        Act::New | Act::Revocation { .. } => {}
    }
    named
}

/// The ids of its sender's documents that it names.
fn documents(package: &Package) -> BTreeSet<&DocumentId> {
    let mut ids = BTreeSet::from([&package.document]);
    match &package.business.act {
        Act::New => {}
        Act::Revocation { document } | Act::Update { document, .. } => ids.extend([document]),
        Act::Replacement { replaced } => ids.extend(replaced.iter().map(|one| &one.document)),
    }
    ids
}

/// Of agencies out of reach nothing is told, not even that they are there.
fn out_of_sight(package: &Package) -> Fault {
    let many = package.to.len() > 1;
    let to = |(place, _)| {
        let number = if many { format!("[{place}]") } else { String::new() };
        Wrong::body(format!("{HEADER}/To{number}/OrganId"), wrong::MISSING)
    };
    let from = Wrong::body(format!("{HEADER}/From/OrganId"), wrong::MISSING);
    Fault::invalid(std::iter::once(from).chain((1..).zip(&package.to).map(to)).collect())
}

/// A message that came in, before it did anything.
pub(super) fn arrived(
    work: &mut Work<'_>,
    received: &Received,
    subject: Subject,
    directive: DirectiveId,
) -> Result<Kept, Fault> {
    Ok(Kept {
        id: new_id().parse().map_err(|_| Fault::broken("a new id is no id"))?,
        seq: work.numbers("edxml-messages", 1)?,
        version: 1,
        direction: MessageDirection::In,
        recorded_at: work.now,
        subject,
        sha256: received.sha256.clone(),
        bytes: received.bytes,
        directive,
        message: received.message.clone(),
        deeds: Deeds::default(),
        warnings: received.warnings.clone(),
    })
}

/// Tells of a message.
pub(super) fn tell_of(work: &mut Work<'_>, kept: &Kept) -> Result<(), Fault> {
    let outcome = if kept.version == 1 { Outcome::Created } else { Outcome::Updated };
    reach::tell(work, outcome, &[&kept.id])
}

impl Coming<'_> {
    /// Whether the caller reaches who sent the document, as far as one may believe it.
    pub(super) fn vouches(&self) -> bool {
        self.reach.root().is_none() || self.agencies.reached(&self.package.from.code).is_some()
    }

    /// The document that this one takes back or updates.
    pub(super) fn changes(&self) -> Option<&DocumentId> {
        match &self.package.business.act {
            Act::Revocation { document } | Act::Update { document, .. } => Some(document),
            Act::New | Act::Replacement { .. } => None,
        }
    }

    /// The message that brought the document before: with the same bytes, or with the same words on another way.
    fn before(&self, work: &mut Work<'_>, sha256: &str) -> Result<Option<Kept>, Fault> {
        if let Some(kept) = store::by_digest(work.conn, sha256)? {
            return Ok(Some(kept));
        }
        let Some(known) = self.known.get(&self.subject.document) else { return Ok(None) };
        let bare = |package: &Package| Package { traces: Vec::new(), ..package.clone() };
        let is_same = |kept: &Kept| match &kept.message {
            Message::Package(package) => bare(package) == bare(self.package),
            Message::Status(_) => false,
        };
        Ok(store::by_id(work.conn, &known.message)?.filter(is_same))
    }

    fn take(self, work: &mut Work<'_>, received: &Received) -> Result<(Outcome, Kept), Fault> {
        self.check(&received.sha256)?;
        self.take_over(work)?;
        let (directive, mut deeds) = self.register(work)?;
        let mut receivers = self.receivers_now();
        self.admit(work, &directive, &receivers, None)?;
        let tasks = self.hand_out(work, &directive, &mut receivers)?;
        deeds.assignments.extend(tasks.iter().map(|(fate, task)| deed(task, *fate)));
        let linked = tasks.iter().map(|(_, task)| task.id.clone()).collect();
        deeds.assignments.extend(self.take_back(work, &linked)?);
        let mut kept = arrived(work, received, self.subject.clone(), directive.clone())?;
        self.count(work, &directive, &mut deeds, &mut kept.warnings)?;
        kept.warnings.extend(self.standing());
        kept.deeds = deeds;
        store::insert(work, std::slice::from_ref(&kept))?;
        if self.overrides() {
            exchanged::forget_receivers(work, &self.subject)?;
        }
        exchanged::save_document(work, &self.exchanged(&kept))?;
        exchanged::save_receivers(work, &receivers)?;
        outgoing::answer(work, &told(&tasks))?;
        tell_of(work, &kept)?;
        Ok((Outcome::Created, kept))
    }

    /// The same document once more. Who reaches more than those who sent it before adds what that is worth: tasks of its receivers,
    /// tasks that are wanted back, relations of its directives, agencies that became known.
    fn again(self, work: &mut Work<'_>, before: &Kept) -> Result<(Outcome, Kept), Fault> {
        let own = |receiver: &&Receiver| receiver.subject == self.subject;
        let were: Vec<Receiver> = self.receivers.iter().filter(own).cloned().collect();
        let mut receivers = were.clone();
        for receiver in &mut receivers {
            let known = self.agencies.of(&receiver.code).map(|agency| agency.id);
            receiver.organization = receiver.organization.or(known);
        }
        let directive = before.directive.clone();
        let sender = self.agencies.reached(&self.package.from.code).map(|agency| agency.id);
        let admitted = self.admit(work, &directive, &receivers, sender)?;
        let tasks = self.hand_out(work, &directive, &mut receivers)?;
        let mut kept = before.clone();
        let done = before.deeds.assignments.iter().map(|task| &task.id);
        let done = done.chain(tasks.iter().map(|(_, task)| &task.id)).cloned().collect();
        kept.deeds.assignments.extend(tasks.iter().map(|(fate, task)| deed(task, *fate)));
        kept.deeds.assignments.extend(self.take_back(work, &done)?);
        for relation in self.relations(work, &directive)? {
            if !kept.deeds.relations.contains(&relation) {
                kept.deeds.relations.push(relation);
            }
        }
        self.count(work, &directive, &mut kept.deeds, &mut kept.warnings)?;
        let of_standing = [EdxmlWarning::AgencyUnknown, EdxmlWarning::AgencyClosed];
        kept.warnings.retain(|warning| !of_standing.contains(&warning.warning));
        kept.warnings.extend(self.standing());
        let known = self.known.get(&self.subject.document).filter(|known| known.message == kept.id);
        let vouched = known.filter(|known| self.vouches() && !known.vouched);
        if kept == *before && receivers == were && admitted == 0 && vouched.is_none() {
            return Ok((Outcome::Unchanged, kept));
        }
        kept.version += 1;
        if let Some(known) = vouched {
            exchanged::save_document(work, &Exchanged { vouched: true, ..known.clone() })?;
        }
        exchanged::save_receivers(work, &receivers)?;
        store::update(work, &kept)?;
        outgoing::answer(work, &told(&tasks))?;
        tell_of(work, &kept)?;
        Ok((Outcome::Updated, kept))
    }

    /// Gives the receivers their tasks, where they have none by what this document changes.
    fn hand_out(
        &self,
        work: &mut Work<'_>,
        directive: &DirectiveId,
        receivers: &mut [Receiver],
    ) -> Result<Vec<(Fate, Assignment)>, Fault> {
        self.carry(work, receivers)?;
        match self.package.business.act {
            Act::Revocation { .. } => Ok(Vec::new()),
            _ => give(work, self.reach, (self.package, directive), &self.agencies, receivers),
        }
    }

    /// Agencies of which one should know that they are not known, or closed.
    fn standing(&self) -> Vec<Warning> {
        on_receipt(self.package, |code, day| self.agencies.standing(code, day))
    }

    /// Whether another document took this one's id, and nobody vouched for it: who reaches the sender knows better.
    fn overrides(&self) -> bool {
        let own = &self.subject.document;
        self.vouches()
            && self.changes() != Some(own)
            && self.known.get(own).is_some_and(|known| !known.vouched)
    }

    /// Lets the sender know of the directive that somebody registered for this document before, so that it is found.
    fn take_over(&self, work: &mut Work<'_>) -> Result<(), Fault> {
        let number = self.package.written_number();
        let before = self.known.get(&self.subject.document).filter(|_| self.overrides());
        if let Some(before) = before.filter(|before| before.number == number) {
            let sender = self.agencies.reached(&self.package.from.code).map(|agency| agency.id);
            self.admit(work, &before.directive, &[], sender)?;
        }
        Ok(())
    }

    /// Lets those within reach who hold the document know of what it is in the register: its receivers, and its sender, too. Answers
    /// how many did not know of it.
    fn admit(
        &self,
        work: &mut Work<'_>,
        directive: &DirectiveId,
        receivers: &[Receiver],
        sender: Option<OrganizationId>,
    ) -> Result<usize, Fault> {
        let reached = receivers.iter().filter(|receiver| self.agencies.reached(&receiver.code).is_some());
        let all = reached.filter_map(|receiver| receiver.organization).chain(sender);
        add_parties(work, &all.map(|id| (directive, id, Part::Assignee)).collect::<Vec<_>>())
    }

    /// Refuses what came before as something else, what changes nothing that is known, a number longer than the register
    /// takes, and a due date of another age.
    fn check(&self, sha256: &str) -> Result<(), Fault> {
        let missing = || Fault::invalid(vec![Wrong::body(format!("{BUSINESS}/DocumentId"), wrong::MISSING)]);
        let changed = self.changes();
        if changed.is_some_and(|changed| !self.known.contains_key(changed)) {
            return Err(missing());
        }
        // What is changed may be sent again under its own id, as the change, by who has to do with it.
        let own = &self.package.document;
        if changed == Some(own) && !self.vouches() && !self.receives(own) {
            return Err(missing());
        }
        if let Some(known) = self.known.get(own).filter(|_| changed != Some(own) && !self.overrides()) {
            let differs = |refusal| Refused::because(format!("{HEADER}/DocumentId"), refusal);
            check_again(own, &known.sha256, sha256).map_err(differs)?;
        }
        if self.package.written_number().chars().count() > document::NUMBER {
            let refusal = Refusal::TextTooLong { most: document::NUMBER };
            return Err(Refused::because(format!("{HEADER}/Code"), refusal).into());
        }
        if self.package.due_on.is_some_and(|day| !is_likely(day)) {
            return Err(Refused::because(format!("{HEADER}/DueDate"), Refusal::Date).into());
        }
        Ok(())
    }

    /// Whether the caller reaches a receiver of a document.
    fn receives(&self, of: &DocumentId) -> bool {
        let mut receivers = self.receivers.iter().filter(|one| one.subject.document == *of);
        receivers.any(|one| self.agencies.reached(&one.code).is_some())
    }

    /// A document that is taken back under its own id stays what it was; what is said of it goes on.
    fn exchanged(&self, kept: &Kept) -> Exchanged {
        let kind = MessageKind::of_act(&self.package.business.act);
        let (message, sha256) = (kept.id.clone(), kept.sha256.clone());
        if let Some(before) = self.known.get(&self.subject.document) {
            // What somebody says who does not reach the sender takes no place of what somebody said who does.
            if before.vouched && !self.vouches() {
                return before.clone();
            }
            if kind == MessageKind::Revocation {
                return Exchanged { message, sha256, vouched: self.vouches(), ..before.clone() };
            }
        }
        Exchanged {
            subject: self.subject.clone(),
            origin_name: self.package.from.name.clone(),
            number: self.package.written_number(),
            issued_on: self.package.issued_on,
            kind,
            message,
            sha256,
            directive: kept.directive.clone(),
            vouched: self.vouches(),
        }
    }
}
