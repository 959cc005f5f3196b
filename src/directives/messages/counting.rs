//! How a document counts among those that its sender issued.

use super::document;
use super::incoming::Coming;
use super::known::{self, Agency};
use super::model::{Deeds, HEADER};
use crate::directives::edxml::package::Act;
use crate::directives::edxml::warnings::{EdxmlWarning, Warning};
use crate::directives::register::model::DirectiveId;
use crate::directives::register::store as directives;
use crate::kpis::exchanges::held::Exchange;
use crate::kpis::exchanges::model::{ExchangeId, ExchangeScope, Pushed};
use crate::kpis::records::actions::take as count;
use crate::kpis::records::held::Kept;
use crate::kpis::records::store::load;
use crate::organizations::OrganizationId;
use crate::organizations::register::model::OrganizationKind;
use crate::platform::{Fault, Work};

impl Coming<'_> {
    /// Records the document among those that its sender issued, where the sender is its issuer and within reach: once, however
    /// often and to how many it is sent. What was recorded before stays, and scopes are added to it. That changes records, so
    /// that a caller who may not do so is warned instead.
    pub(super) fn count(
        &self,
        work: &mut Work<'_>,
        id: &DirectiveId,
        deeds: &mut Deeds,
        warnings: &mut Vec<Warning>,
    ) -> Result<(), Fault> {
        let key: ExchangeId = format!("edxml-{id}").parse().map_err(|_| Fault::broken("an id is no id"))?;
        let counts = matches!(self.package.business.act, Act::New | Act::Replacement { .. });
        let sender = self.agencies.reached(&self.package.from.code).filter(|_| counts);
        let Some(sender) = sender.filter(|_| !deeds.exchanges.contains(&key)) else { return Ok(()) };
        if !self.is_issuer(work, sender, id)? {
            return Ok(());
        }
        let not_counted = Warning::at(format!("{HEADER}/From/OrganId"), EdxmlWarning::NotCounted);
        if !self.counts {
            if !warnings.contains(&not_counted) {
                warnings.push(not_counted);
            }
            return Ok(());
        }
        warnings.retain(|warning| *warning != not_counted);
        let said = document::exchange(self.package, key.clone(), self.scope(work, sender.id)?);
        let pushed = match load::<Exchange>(work.conn, &[key.as_str()])?.remove(key.as_str()) {
            None => Some(said),
            Some(there) => document::joined(there.body, said),
        };
        if let Some(pushed) = pushed.map(Pushed::Document) {
            for outcome in count::<Kept<Exchange>>(work, self.reach, &[&pushed])?.outcomes {
                outcome?;
            }
        }
        deeds.exchanges.push(key);
        Ok(())
    }

    fn is_issuer(&self, work: &mut Work<'_>, sender: &Agency, id: &DirectiveId) -> Result<bool, Fault> {
        let directive = directives::find(work.conn, self.reach, id, work.today())?.directive;
        let issuer = &directive.content.issuer;
        Ok(directive.issuer.map_or_else(
            || issuer.organization.is_none() && issuer.name == Some(document::issuer_name(self.package)),
            |issuer| issuer == sender.id,
        ))
    }

    /// To whom it goes: rooms and units below the sender are the agency itself, all others are other agencies.
    fn scope(&self, work: &mut Work<'_>, sender: OrganizationId) -> Result<Vec<ExchangeScope>, Fault> {
        const OWN: [OrganizationKind; 4] = [
            OrganizationKind::SubDepartment,
            OrganizationKind::Division,
            OrganizationKind::ServiceUnit,
            OrganizationKind::Leadership,
        ];
        let to = || self.package.to.iter().map(|to| self.agencies.of(&to.code));
        let units =
            to().flatten().filter(|agency| OWN.contains(&agency.kind)).map(|agency| agency.id).collect();
        let below = known::below(work.conn, sender, &units, work.today())?;
        let is_own = |agency: Option<&Agency>| agency.is_some_and(|agency| below.contains(&agency.id));
        let mut scope = Vec::new();
        if to().any(is_own) {
            scope.push(ExchangeScope::Internal);
        }
        if !to().all(is_own) {
            scope.push(ExchangeScope::InterAgency);
        }
        Ok(scope)
    }
}
