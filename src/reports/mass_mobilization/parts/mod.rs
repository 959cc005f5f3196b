//! The parts of the report, each put together by one function: what it says, the figures in it, its tables.

mod emulated;
mod guidance;
mod opinions;
mod recognised;
mod results;
mod situation;

use super::actions::Scene;
use super::model::Part;
use crate::platform::{Conn, Fault};
use crate::reports::model::PartKey;

/// All parts, with nothing that a department wrote.
pub(super) fn all(conn: &mut Conn, scene: &Scene<'_>) -> Result<Vec<Part>, Fault> {
    let (results, other_periods) = results::parts(conn, scene)?;
    Ok(vec![
        situation::part(conn, scene)?,
        guidance::part(conn, scene)?,
        results,
        opinions::part(conn, scene)?,
        emulated::part(conn, scene)?,
        other_periods,
        Part::new(PartKey::Assessment),
        Part::new(PartKey::Directions),
    ])
}
