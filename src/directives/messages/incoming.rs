//! Documents that come in: each is found in the register or put there, given to its receivers, and counted.

use std::collections::{BTreeSet, HashMap};

use super::handing::{deed, give, is_new};
use super::model::{
    BUSINESS, Deeds, Exchanged, Fate, HEADER, Kept, MessageDirection, MessageKind, Receiver, RelationDeed,
    Subject,
};
use super::parties::Agencies;
use super::{document, outgoing, store};
use crate::directives::edxml::agencies::on_receipt;
use crate::directives::edxml::package::{Act, DocumentId, Package};
use crate::directives::edxml::reading::Received;
use crate::directives::edxml::refusals::{Refusal, Refused};
use crate::directives::edxml::status::check_again;
use crate::directives::reach::{Part, add_parties};
use crate::directives::register::model::{Directive, DirectiveId};
use crate::directives::register::{actions as register, store as directives};
use crate::directives::relations::actions::relate;
use crate::directives::relations::model::{Named, RelationKind, Said};
use crate::directives::told::tell_one;
use crate::directives::topics::EDXML_MESSAGE;
use crate::organizations::{self, OrganizationCode, OrganizationId, Reach, When};
use crate::platform::clock::new_id;
use crate::platform::input::wrong;
use crate::platform::moment::is_likely;
use crate::platform::{Condition, Fault, Outcome, Work, Wrong};

/// A document that is being taken.
pub(super) struct Coming<'a> {
    pub(super) reach: &'a Reach,
    pub(super) package: &'a Package,
    pub(super) subject: Subject,
    pub(super) agencies: Agencies,
    /// Documents of the same sender that it names, its own among them.
    known: HashMap<DocumentId, Exchanged>,
    /// Who received those.
    pub(super) receivers: Vec<Receiver>,
}

/// Takes a document.
///
/// Refuses one that concerns nobody within reach like one of unknown agencies, one that came before with other bytes, and
/// what changes a document that was not exchanged.
pub(super) fn take(
    work: &mut Work<'_>,
    reach: &Reach,
    received: &Received,
    package: &Package,
) -> Result<(Outcome, Kept), Fault> {
    let agencies = Agencies::load(work.conn, reach, &named(package), work.today())?;
    let parties = || std::iter::once(&package.from).chain(&package.to);
    if !parties().any(|party| agencies.reached(&party.code).is_some()) {
        return Err(out_of_sight(package));
    }
    let subject = Subject { origin: package.from.code.clone(), document: package.document.clone() };
    let ids = documents(package);
    let known = store::documents(work.conn, &subject.origin, &ids)?;
    let receivers = store::receivers(work.conn, &subject.origin, &ids)?;
    let coming = Coming { reach, package, subject, agencies, known, receivers };
    match store::by_digest(work.conn, &received.sha256)? {
        Some(kept) => coming.again(work, kept),
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
    tell_one(work, &EDXML_MESSAGE, outcome, kept.id.as_str(), &kept.directive)
}

impl Coming<'_> {
    fn take(self, work: &mut Work<'_>, received: &Received) -> Result<(Outcome, Kept), Fault> {
        self.check(&received.sha256)?;
        let (directive, mut deeds) = self.register(work)?;
        let mut receivers = self.receivers_now();
        self.admit(work, &directive, &receivers, None)?;
        let tasks = match self.package.business.act {
            Act::Revocation { .. } => Vec::new(),
            _ => give(work, self.reach, (self.package, &directive), &self.agencies, &mut receivers)?,
        };
        deeds.assignments.extend(tasks.iter().map(|(fate, task)| deed(task, *fate)));
        deeds.assignments.extend(self.take_back(work)?);
        self.count(work, &directive, &mut deeds)?;
        let mut kept = arrived(work, received, self.subject.clone(), directive.clone())?;
        kept.warnings.extend(on_receipt(self.package, |code, day| self.agencies.standing(code, day)));
        kept.deeds = deeds;
        store::insert(work, std::slice::from_ref(&kept))?;
        store::exchange(work, &self.exchanged(&kept))?;
        store::receive(work, &receivers)?;
        let new = tasks.iter().filter(|(_, task)| is_new(task));
        outgoing::answer(work, &new.map(|(_, task)| task.given()).collect::<Vec<_>>())?;
        tell_of(work, &kept)?;
        Ok((Outcome::Created, kept))
    }

    /// The same bytes once more. Who reaches receivers that nobody reached who sent it before gives them their task.
    fn again(self, work: &mut Work<'_>, mut kept: Kept) -> Result<(Outcome, Kept), Fault> {
        let own = |receiver: &&Receiver| receiver.subject == self.subject;
        let mut receivers: Vec<Receiver> = self.receivers.iter().filter(own).cloned().collect();
        let directive = kept.directive.clone();
        let sender = self.agencies.reached(&self.package.from.code).map(|agency| agency.id);
        self.admit(work, &directive, &receivers, sender)?;
        let tasks = match self.package.business.act {
            Act::Revocation { .. } => Vec::new(),
            _ => give(work, self.reach, (self.package, &directive), &self.agencies, &mut receivers)?,
        };
        let mut deeds = kept.deeds.clone();
        self.count(work, &directive, &mut deeds)?;
        deeds.assignments.extend(tasks.iter().map(|(fate, task)| deed(task, *fate)));
        if deeds == kept.deeds {
            return Ok((Outcome::Unchanged, kept));
        }
        (kept.deeds, kept.version) = (deeds, kept.version + 1);
        store::receive(work, &receivers)?;
        store::update(work, &kept)?;
        let new = tasks.iter().filter(|(_, task)| is_new(task));
        outgoing::answer(work, &new.map(|(_, task)| task.given()).collect::<Vec<_>>())?;
        tell_of(work, &kept)?;
        Ok((Outcome::Updated, kept))
    }

    /// Lets those within reach who hold the document know of what it is in the register: its receivers, and its sender, too.
    fn admit(
        &self,
        work: &mut Work<'_>,
        directive: &DirectiveId,
        receivers: &[Receiver],
        sender: Option<OrganizationId>,
    ) -> Result<(), Fault> {
        let reached = receivers.iter().filter(|receiver| self.agencies.reached(&receiver.code).is_some());
        let all = reached.filter_map(|receiver| receiver.organization).chain(sender);
        add_parties(work, &all.map(|id| (directive, id, Part::Assignee)).collect::<Vec<_>>())
    }

    /// Refuses what came before as something else, what changes nothing that is known, and a due date of another age.
    fn check(&self, sha256: &str) -> Result<(), Fault> {
        let missing = || Fault::invalid(vec![Wrong::body(format!("{BUSINESS}/DocumentId"), wrong::MISSING)]);
        let changed = match &self.package.business.act {
            Act::Revocation { document } | Act::Update { document, .. } => Some(document),
            Act::New | Act::Replacement { .. } => None,
        };
        if changed.is_some_and(|changed| !self.known.contains_key(changed)) {
            return Err(missing());
        }
        // What is changed may be sent again under its own id, as the change.
        let own = &self.package.document;
        if let Some(known) = self.known.get(own).filter(|_| changed != Some(own)) {
            let differs = |refusal| Refused::because(format!("{HEADER}/DocumentId"), refusal);
            check_again(own, &known.sha256, sha256).map_err(differs)?;
        }
        if self.package.due_on.is_some_and(|day| !is_likely(day)) {
            return Err(Refused::because(format!("{HEADER}/DueDate"), Refusal::Date).into());
        }
        Ok(())
    }

    /// What the register knows of the document that this one changes; missing if the caller may not know of it.
    fn changed(&self, work: &mut Work<'_>, document: &DocumentId) -> Result<Directive, Fault> {
        let missing = || Fault::invalid(vec![Wrong::body(format!("{BUSINESS}/DocumentId"), wrong::MISSING)]);
        let id = &self.known.get(document).ok_or_else(missing)?.directive;
        match directives::find(work.conn, self.reach, id, work.today()) {
            Ok(shown) => Ok(shown.directive),
            Err(fault) if fault.kind == Fault::missing().kind => Err(missing()),
            Err(fault) => Err(fault),
        }
    }

    /// Finds the directive, or registers it, or changes it; relates it to those that it replaces or revokes.
    fn register(&self, work: &mut Work<'_>) -> Result<(DirectiveId, Deeds), Fault> {
        let mut deeds = Deeds::default();
        let (fate, id, kind, others) = match &self.package.business.act {
            Act::Update { document, content, .. } => {
                let before = self.changed(work, document)?;
                let fate = if *content { self.change(work, &before)? } else { Fate::Found };
                (fate, before.id, None, Vec::new())
            }
            Act::New => {
                let (fate, id) = self.find_or_register(work)?;
                (fate, id, None, Vec::new())
            }
            Act::Revocation { document } => {
                let revoked = self.changed(work, document)?.id;
                let (fate, id) = self.find_or_register(work)?;
                (fate, id, Some(RelationKind::Revokes), vec![revoked])
            }
            Act::Replacement { replaced } => {
                let (fate, id) = self.find_or_register(work)?;
                let known = replaced.iter().filter_map(|one| self.known.get(&one.document));
                let others = known.map(|known| known.directive.clone()).collect();
                (fate, id, Some(RelationKind::Replaces), others)
            }
        };
        deeds.directive = Some(fate);
        if let Some(kind) = kind {
            deeds.relations = self.relate(work, &id, kind, others)?;
        }
        Ok((id, deeds))
    }

    fn find_or_register(&self, work: &mut Work<'_>) -> Result<(Fate, DirectiveId), Fault> {
        let issuer = self.agencies.reached(&self.package.from.code).map(|_| self.package.from.code.clone());
        let content = document::content(self.package, issuer);
        let (outcome, id) = register::find_or_register(work, self.reach, &content)?;
        Ok((if outcome == Outcome::Created { Fate::Created } else { Fate::Found }, id))
    }

    /// Changes what the register says, where it is the caller's to change.
    fn change(&self, work: &mut Work<'_>, before: &Directive) -> Result<Fate, Fault> {
        if !self.owns(work, before)? {
            return Ok(Fate::Found);
        }
        let change = document::change(self.package);
        let (outcome, _) = register::change(work, self.reach, &before.id, &change, &Condition::any())?;
        Ok(if outcome == Outcome::Updated { Fate::Updated } else { Fate::Found })
    }

    fn owns(&self, work: &mut Work<'_>, directive: &Directive) -> Result<bool, Fault> {
        let owners = directive.owners().collect();
        let reached = organizations::reached(work.conn, self.reach, &owners, When::Now(work.today()))?;
        Ok(self.reach.root().is_none() || !reached.is_empty())
    }

    /// Relates the directive to others, where both are the caller's.
    fn relate(
        &self,
        work: &mut Work<'_>,
        id: &DirectiveId,
        kind: RelationKind,
        others: Vec<DirectiveId>,
    ) -> Result<Vec<RelationDeed>, Fault> {
        let ids = others.iter().chain([id]).map(DirectiveId::as_str).collect();
        let shown = directives::find_all(work.conn, self.reach, &ids, work.today())?;
        let mut own = BTreeSet::new();
        for one in shown.into_iter().map(|shown| shown.directive) {
            if self.owns(work, &one)? {
                own.insert(one.id);
            }
        }
        let both = |other: &DirectiveId| other != id && own.contains(other) && own.contains(id);
        let others: BTreeSet<DirectiveId> = others.into_iter().filter(both).collect();
        let said = |(place, to): (usize, &DirectiveId)| {
            let (from, to) = (Named::Id(id.clone()), Named::Id(to.clone()));
            (place, Said { from, kind, to, since: Some(self.package.issued_on), until: None })
        };
        let said: Vec<(usize, Said)> = others.iter().enumerate().map(said).collect();
        for outcome in relate(work, self.reach, &said)?.into_values() {
            outcome?;
        }
        Ok(others.into_iter().map(|directive| RelationDeed { kind, directive }).collect())
    }

    /// A document that is taken back under its own id stays what it was; what is said of it goes on.
    fn exchanged(&self, kept: &Kept) -> Exchanged {
        let kind = MessageKind::of_act(&self.package.business.act);
        let before = self.known.get(&self.subject.document).filter(|_| kind == MessageKind::Revocation);
        Exchanged {
            subject: self.subject.clone(),
            origin_name: self.package.from.name.clone(),
            number: self.package.written_number(),
            issued_on: self.package.issued_on,
            kind: before.map_or(kind, |before| before.kind),
            message: kept.id.clone(),
            sha256: kept.sha256.clone(),
            directive: kept.directive.clone(),
        }
    }
}
