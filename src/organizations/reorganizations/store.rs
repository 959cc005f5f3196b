//! Reorganizations in the database: recorded once, never changed.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{Date, Text};

use super::model::{Changed, Decision, ReorganizationKind, Succession};
use crate::on_backend;
use crate::organizations::reach::{Reach, When};
use crate::organizations::register::held::Register;
use crate::organizations::topics::REORGANIZATION;
use crate::platform::{Change, Conn, Fault, Outcome, Sql, Work};
use crate::schema::{reorganization_parties as parties, reorganizations, successions};

/// A reorganization that was carried out.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Id.
    pub id: String,
    /// Kind.
    pub kind: ReorganizationKind,
    /// The decision behind it.
    pub legal_basis: String,
    /// From this day on.
    pub effective_on: chrono::NaiveDate,
    /// What became of whom.
    pub changes: Vec<Changed>,
}

/// Records a reorganization with its parties and successions.
pub fn record(
    work: &mut Work<'_>,
    id: &str,
    decision: &Decision,
    register: &Register,
    changes: &[Changed],
    carried_on: &[Succession],
) -> Result<(), Fault> {
    let plan = &decision.reorganization;
    let row = (
        reorganizations::id.eq(id),
        reorganizations::kind.eq(plan.kind),
        reorganizations::legal_basis.eq(&decision.legal_basis),
        reorganizations::effective_on.eq(plan.effective_on),
        reorganizations::changes.eq(serde_json::to_string(changes).map_err(Fault::broken)?),
        reorganizations::recorded_at.eq(work.now.naive_utc()),
    );
    diesel::insert_into(reorganizations::table).values(row).execute(work.conn)?;
    let party = |id_of| (parties::reorganization_id.eq(id), parties::organization_id.eq(id_of));
    // Who goes on as it was, having given or taken records, is a party too.
    let carrying = carried_on.iter().flat_map(|succession| [succession.predecessor, succession.successor]);
    let touched: BTreeSet<_> =
        register.changed().map(|organization| organization.id).chain(carrying).collect();
    work.tell(Change::of(&REORGANIZATION, Outcome::Created, id).within(touched.iter().copied()));
    let touched: Vec<_> = touched.into_iter().map(party).collect();
    on_backend!(work.conn, c => diesel::insert_into(parties::table).values(&touched).execute(c))?;
    let succession = |succession: &Succession| {
        (
            successions::reorganization_id.eq(id),
            successions::predecessor_id.eq(succession.predecessor),
            successions::successor_id.eq(succession.successor),
            successions::weight.eq(i32::try_from(succession.weight).unwrap_or(100)),
        )
    };
    let rows: Vec<_> = carried_on.iter().map(succession).collect();
    if !rows.is_empty() {
        on_backend!(work.conn, c => diesel::insert_into(successions::table).values(&rows).execute(c))?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Text)]
    kind: ReorganizationKind,
    #[diesel(sql_type = Text)]
    legal_basis: String,
    #[diesel(sql_type = Date)]
    effective_on: chrono::NaiveDate,
    #[diesel(sql_type = Text)]
    changes: String,
}

/// A reorganization that touched an organization within reach.
pub fn find(conn: &mut Conn, reach: &Reach, id: &str, when: When) -> Result<Recorded, Fault> {
    let found = Sql::new("SELECT r.id AS id, r.kind AS kind, r.legal_basis AS legal_basis, ")
        .code("r.effective_on AS effective_on, r.changes AS changes FROM reorganizations r WHERE r.id = ")
        .text(id)
        .code(" AND EXISTS (SELECT 1 FROM reorganization_parties rp JOIN organizations o ON o.id = rp.organization_id ")
        .code("WHERE rp.reorganization_id = r.id AND ")
        .then(reach.holds(when))
        .code(")")
        .rows::<Row>(conn)?
        .pop()
        .ok_or_else(Fault::missing)?;
    let changes = serde_json::from_str(&found.changes).map_err(Fault::broken)?;
    let Row { id, kind, legal_basis, effective_on, .. } = found;
    Ok(Recorded { id, kind, legal_basis, effective_on, changes })
}
