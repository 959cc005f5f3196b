//! Procedures in the database.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::Text;

use super::model::Rules;
use crate::platform::sql::in_lists;
use crate::platform::{Conn, Fault, Sql};

#[derive(QueryableByName)]
struct RulesRow {
    #[diesel(sql_type = Text)]
    code: String,
    #[diesel(sql_type = Text)]
    rules: String,
}

/// How some procedures count time; those that are not known are left out.
pub fn rules(conn: &mut Conn, codes: &[&str]) -> Result<HashMap<String, Rules>, Fault> {
    let rows = in_lists(codes, |codes| {
        Sql::new("SELECT code, rules FROM procedures WHERE code IN (")
            .texts(codes.iter().copied())
            .code(")")
            .rows::<RulesRow>(conn)
    })?;
    rows.into_iter()
        .map(|row| Ok((row.code, serde_json::from_str(&row.rules).map_err(Fault::broken)?)))
        .collect()
}
