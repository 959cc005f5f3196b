//! Surveys in the database.

use super::model::Pushed;
use crate::kpis::records::held::{Kept, Place};
use crate::kpis::records::store::{self as records, Stored};
use crate::organizations::{Reach, When};
use crate::platform::{Conn, Fault, Sql};

impl Stored for Pushed {
    const TABLE: &'static str = "satisfaction_surveys";
    const KEY: &'static str = "code";
    const DAY: &'static str = "ended_on";

    fn setting(_: &mut Conn) -> Result<(), Fault> {
        Ok(())
    }
}

/// A page by organization, last day and code; of an organization and all below it, if one is named.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    organization: Option<&str>,
    when: When,
    page: (Option<Place>, i64),
) -> Result<Vec<Kept<Pushed>>, Fault> {
    records::list(conn, reach, organization, Sql::default(), when, page)
}
