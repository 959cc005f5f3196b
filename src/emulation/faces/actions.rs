//! Reading the faces of a subtree.

use chrono::NaiveDate;

use super::store::{self, Face};
use crate::emulation::movements::words::MovementCode;
use crate::organizations::{OrganizationCode, Reach, When, find_at};
use crate::platform::{Conn, Fault};

/// Which faces.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Persons of an organization and all below it.
    pub organization: OrganizationCode,
    /// In one movement.
    pub movement: Option<MovementCode>,
    /// Of rounds that count on this day or later.
    pub from: NaiveDate,
    /// Of rounds that count on this day or earlier.
    pub to: NaiveDate,
}

/// Reads faces in the tree of a day. Refuses an organization that is out of reach then (404).
pub fn read(conn: &mut Conn, reach: &Reach, asked: &Asked, tree: NaiveDate) -> Result<Vec<Face>, Fault> {
    let when = When::On(tree);
    let top = find_at(conn, reach, asked.organization.as_str(), when)?;
    store::faces(conn, (top, when), asked.movement.as_ref(), (asked.from, asked.to))
}
