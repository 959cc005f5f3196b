//! How a document counts among those that its sender issued.

use super::document;
use super::incoming::Coming;
use super::model::Deeds;
use super::parties::{self, Agency};
use crate::directives::edxml::package::Act;
use crate::directives::register::model::DirectiveId;
use crate::directives::register::store as directives;
use crate::kpis::exchanges::model::ExchangeScope;
use crate::kpis::exchanges::store::Kept as Counted;
use crate::kpis::records::actions::take as count;
use crate::organizations::OrganizationId;
use crate::organizations::register::model::OrganizationKind;
use crate::platform::{Fault, Work};

impl Coming<'_> {
    /// Records the document among those that its sender issued, where the sender is its issuer and within reach: once, however
    /// often and to how many it is sent.
    pub(super) fn count(
        &self,
        work: &mut Work<'_>,
        id: &DirectiveId,
        deeds: &mut Deeds,
    ) -> Result<(), Fault> {
        let Some(sender) = self.agencies.reached(&self.package.from.code) else { return Ok(()) };
        let directive = directives::find(work.conn, self.reach, id, work.today())?.directive;
        let issuer = &directive.content.issuer;
        let is_issuer = directive.issuer.map_or_else(
            || issuer.organization.is_none() && issuer.name.as_ref() == Some(&self.package.from.name),
            |issuer| issuer == sender.id,
        );
        let counts = matches!(self.package.business.act, Act::New | Act::Replacement { .. });
        let key = format!("edxml-{id}").parse().map_err(|_| Fault::broken("an id is no id"))?;
        if !is_issuer || !counts || deeds.exchanges.contains(&key) {
            return Ok(());
        }
        let pushed = document::exchange(self.package, key.clone(), self.scope(work, sender.id)?);
        for outcome in count::<Counted>(work, self.reach, &[&pushed])?.outcomes {
            outcome?;
        }
        deeds.exchanges.push(key);
        Ok(())
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
        let below = parties::below(work.conn, sender, &units, work.today())?;
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
