//! What a document is in the register, and to which directives it is related there.

use std::collections::BTreeSet;

use super::document;
use super::incoming::Coming;
use super::model::{BUSINESS, Deeds, Fate, RelationDeed};
use crate::directives::edxml::package::{Act, DocumentId};
use crate::directives::register::model::{Directive, DirectiveId};
use crate::directives::register::{actions as register, store as directives};
use crate::directives::relations::actions::relate;
use crate::directives::relations::model::{Named, RelationKind, Said};
use crate::directives::relations::store as relations;
use crate::organizations::{self, When};
use crate::platform::input::wrong;
use crate::platform::{Condition, Fault, Outcome, Work, Wrong};

impl Coming<'_> {
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
    pub(super) fn register(&self, work: &mut Work<'_>) -> Result<(DirectiveId, Deeds), Fault> {
        let mut deeds = Deeds::default();
        let (fate, id) = match &self.package.business.act {
            Act::Update { document, content, .. } => {
                let before = self.changed(work, document)?;
                let fate = if *content { self.change(work, &before)? } else { Fate::Found };
                (fate, before.id)
            }
            Act::Revocation { document } => {
                self.changed(work, document)?;
                self.find_or_register(work)?
            }
            Act::New | Act::Replacement { .. } => self.find_or_register(work)?,
        };
        deeds.directive = Some(fate);
        deeds.relations = self.relations(work, &id)?;
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

    /// Relates the directive to those that it replaces or revokes.
    pub(super) fn relations(
        &self,
        work: &mut Work<'_>,
        id: &DirectiveId,
    ) -> Result<Vec<RelationDeed>, Fault> {
        let (kind, others): (_, Vec<&DocumentId>) = match &self.package.business.act {
            Act::New | Act::Update { .. } => return Ok(Vec::new()),
            Act::Revocation { document } => (RelationKind::Revokes, vec![document]),
            Act::Replacement { replaced } => {
                (RelationKind::Replaces, replaced.iter().map(|one| &one.document).collect())
            }
        };
        let known = others.into_iter().filter_map(|other| self.known.get(other));
        self.relate(work, id, kind, known.map(|known| known.directive.clone()).collect())
    }

    /// Relates the directive to others, where both are the caller's. Since when those are related that are related already is not
    /// changed.
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
        let (from, to) = ([id.as_str()].into(), others.iter().map(DirectiveId::as_str).collect());
        let there = relations::between(work.conn, &from, &to)?;
        let is_new = |other: &&DirectiveId| there.iter().all(|one| one.kind != kind || one.to != **other);
        let said: Vec<(usize, Said)> = others.iter().filter(is_new).enumerate().map(said).collect();
        for outcome in relate(work, self.reach, &said)?.into_values() {
            outcome?;
        }
        Ok(others.into_iter().map(|directive| RelationDeed { kind, directive }).collect())
    }
}
