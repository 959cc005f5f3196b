//! Which directives a caller may know of: those that an organization within its reach issued, registered or was assigned,
//! also by way of the one above it, and those that are public.

use diesel::prelude::*;

use super::register::model::DirectiveId;
use crate::closed_set;
use crate::on_backend;
use crate::organizations::{OrganizationId, Reach, When};
use crate::platform::sql::in_lists;
use crate::platform::{Fault, Sql, Work};
use crate::schema::directive_parties as parties;

closed_set! {
    /// What a directive is to an organization.
    Part, "not-in-set" {
        /// It issued it.
        Issuer = "issuer",
        /// It keeps it in its register.
        Registrar = "registrar",
        /// It is to do something about it, or had to.
        Assignee = "assignee",
    }
}

/// SQL that holds when the caller may know of directive `d`. The one place where that is decided.
pub fn visible(reach: &Reach, when: When) -> Sql {
    if reach.root().is_none() {
        return Sql::new("1 = 1");
    }
    Sql::new("(d.is_public = 1 OR ").then(party(reach.holds(when))).code(")")
}

/// SQL that holds when directive `d` is one of an organization `o` of which something holds.
pub fn party(of: Sql) -> Sql {
    Sql::new("EXISTS (SELECT 1 FROM directive_parties dp JOIN organizations o ON o.id = dp.organization_id ")
        .code("WHERE dp.directive_id = d.id AND ")
        .then(of)
        .code(")")
}

/// SQL that holds when the caller reaches the organization that issued or registered directive `d`.
pub fn owned(reach: &Reach, when: When) -> Sql {
    if reach.root().is_none() {
        return Sql::new("1 = 1");
    }
    party(reach.holds(when).code(" AND dp.part IN ('issuer', 'registrar')"))
}

/// SQL that holds when directive `d` concerns the people of organization `o`: it is one of it, of one above it or of one below it, or
/// public. Of two that stand beside each other one has nothing to do with what is the other's.
pub fn concerns(when: When) -> Sql {
    Sql::new("(d.is_public = 1 OR EXISTS (SELECT 1 FROM directive_parties cp JOIN organization_ties ct ")
        .code("ON ct.ancestor_id = cp.organization_id AND ct.descendant_id = o.id ")
        .code("OR ct.ancestor_id = o.id AND ct.descendant_id = cp.organization_id WHERE cp.directive_id = d.id AND ")
        .then(when.ties("ct"))
        .code("))")
}

/// Lets whoever reaches these organizations know of these directives. Said twice, it is so all the same.
/// Answers how much of it is new.
pub(in crate::directives) fn add_parties(
    work: &mut Work<'_>,
    all: &[(&DirectiveId, OrganizationId, Part)],
) -> Result<usize, Fault> {
    let mut new = 0;
    for chunk in all.chunks(5_000) {
        let row = |(directive, organization, part): &(&DirectiveId, OrganizationId, Part)| {
            (
                parties::directive_id.eq((*directive).clone()),
                parties::organization_id.eq(*organization),
                parties::part.eq(*part),
            )
        };
        let rows: Vec<_> = chunk.iter().map(row).collect();
        new += on_backend!(&mut *work.conn, c => diesel::insert_into(parties::table)
            .values(&rows)
            .on_conflict_do_nothing()
            .execute(c))?;
    }
    Ok(new)
}

/// Takes issuers and registrars away from directives, before they are said anew.
pub(in crate::directives) fn drop_owners(work: &mut Work<'_>, ids: &[&str]) -> Result<(), Fault> {
    in_lists(ids, |ids| {
        Sql::new("DELETE FROM directive_parties WHERE directive_id IN (")
            .texts(ids.iter().copied())
            .code(") AND part IN (")
            .texts([Part::Issuer.as_str(), Part::Registrar.as_str()])
            .code(")")
            .run(work.conn)
            .map(|_| Vec::<()>::new())
    })?;
    Ok(())
}
