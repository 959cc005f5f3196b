//! Faces in the database: elections that stand.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::emulation::elections::model::Election;
use crate::emulation::elections::store::{COLUMNS, Row};
use crate::emulation::movements::model::Content;
use crate::emulation::movements::words::MovementCode;
use crate::organizations::{OrganizationId, When};
use crate::platform::{Conn, Fault, Sql};

/// A face with the names beside the codes.
#[derive(Clone, Debug)]
pub struct Face {
    /// The election.
    pub election: Election,
    /// Name of the movement.
    pub movement_name: String,
    /// Name of the group.
    pub group_name: String,
    /// Name of the organization of who is elected.
    pub organization_name: String,
}

#[derive(QueryableByName)]
struct FaceRow {
    #[diesel(embed)]
    of: Row,
    #[diesel(sql_type = Text)]
    movement_content: String,
    #[diesel(sql_type = Text)]
    organization_name: String,
}

/// The faces of an organization and all below it, elected in the rounds that count on some days: by round, movement and group.
pub fn faces(
    conn: &mut Conn,
    (top, when): (OrganizationId, When),
    movement: Option<&MovementCode>,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<Face>, Fault> {
    let mut statement = Sql::new("SELECT ")
        .code(COLUMNS)
        .code(", m.content AS movement_content, COALESCE(s.name, o.code) AS organization_name FROM elections e ")
        .code("JOIN nominations n ON n.id = e.nomination_id JOIN movements m ON m.code = e.movement ")
        .code("JOIN organizations o ON o.id = n.organization_id ")
        .code("JOIN organization_ties t ON t.descendant_id = o.id AND t.ancestor_id = ")
        .number(top.0)
        .code(" AND ")
        .then(when.ties("t"))
        .code(" LEFT JOIN organization_states s ON s.organization_id = o.id AND ")
        .then(when.holds("s"))
        .code(" WHERE e.place = 0 AND e.counted_on >= ")
        .day(from)
        .code(" AND e.counted_on <= ")
        .day(to);
    if let Some(movement) = movement {
        statement = statement.code(" AND e.movement = ").text(movement.as_str());
    }
    let rows = statement.code(" ORDER BY e.counted_on, e.movement, e.group_code").rows::<FaceRow>(conn)?;
    let face = |row: FaceRow| {
        let election = row.of.election()?;
        let content: Content = serde_json::from_str(&row.movement_content).map_err(Fault::broken)?;
        let group = content.group(&election.group);
        let group_name = group.map_or_else(|| election.group.to_string(), |group| group.name.clone());
        let organization_name = row.organization_name;
        Ok(Face { election, movement_name: content.name, group_name, organization_name })
    };
    rows.into_iter().map(face).collect()
}
