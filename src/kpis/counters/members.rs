//! Who counts under whom, as SQL.

use chrono::NaiveDate;

use super::model::{Basis, Include};
use super::sums::Wanted;
use crate::organizations::OrganizationId;
use crate::platform::{OPEN_END, Sql};

/// Millionths: in what weights of successors are kept. Three splits in a row are exact.
const WHOLE: i64 = 1_000_000;

/// Of whom sums are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Roots {
    /// What a caller asks for.
    Of(Include),
    /// Of the organization and each anywhere below it, each alone.
    EachAlone,
}

/// The organizations whose counters make up some figures.
#[derive(Clone, Copy, Debug)]
pub struct Members {
    /// Where to begin.
    pub top: OrganizationId,
    /// Of whom the figures are.
    pub roots: Roots,
    /// Through which tree.
    pub basis: Basis,
    /// Today: whose tree [`Basis::AsIs`] takes.
    pub today: NaiveDate,
}

/// SQL: the last day of a tie, where a closed organization stays for ever where it stood last.
pub fn until(tie: &str, organization: &str) -> String {
    format!("CASE WHEN {tie}.valid_to = {organization}.closed_on THEN '9999-12-31' ELSE {tie}.valid_to END")
}

/// SQL: `FROM … WHERE …` of the organizations `u` that stand at or below one on a day.
pub fn standing_below(top: OrganizationId, day: NaiveDate) -> Sql {
    Sql::new("FROM organization_ties t JOIN organizations u ON u.id = t.descendant_id WHERE t.ancestor_id = ")
        .number(top.0)
        .code(" AND t.valid_from <= ")
        .day(day)
        .built(format!(" AND {} > ", until("t", "u")))
        .day(day)
}

impl Members {
    /// In what unit sums are: 1, or millionths where successors share.
    pub fn scale(&self) -> i64 {
        match self.basis {
            Basis::AsWas => 1,
            Basis::AsIs => WHOLE,
        }
    }

    /// SQL: the sum of a column over members `m`.
    pub(super) fn sum(&self, column: &str) -> String {
        match self.basis {
            Basis::AsWas => format!("CAST(SUM({column}) AS BIGINT)"),
            Basis::AsIs => format!("CAST(SUM({column} * m.weight) AS BIGINT)"),
        }
    }

    /// SQL that defines `members (root, unit, weight, since, until)`: unit counts under root for periods whose last day
    /// lies in [since, until). Where all of them lie in it, it is said in one way, so that sums stay together.
    pub(super) fn with(&self, wanted: &Wanted) -> Sql {
        match self.basis {
            Basis::AsWas => self.as_was(wanted),
            Basis::AsIs => self.as_is(wanted),
        }
    }

    /// SQL that defines `g` and `r`: the ties from the top to each root, and the roots.
    pub fn ties_to_roots(&self) -> Sql {
        Sql::new("organization_ties g JOIN organizations r ON r.id = g.descendant_id WHERE g.ancestor_id = ")
            .number(self.top.0)
            .code(" AND g.depth >= ")
            .code(self.depth())
    }

    fn depth(&self) -> &'static str {
        match self.roots {
            Roots::Of(Include::Own | Include::Subtree) => "0 AND g.depth = 0",
            Roots::Of(Include::Children) => "1 AND g.depth = 1",
            Roots::Of(Include::Descendants) => "1",
            Roots::EachAlone => "0",
        }
    }

    /// SQL: `FROM … WHERE …` of the ties `g` from the top to each root and `t` from a root to those below it.
    fn ties(&self) -> Sql {
        let alone = matches!(self.roots, Roots::Of(Include::Own) | Roots::EachAlone);
        let own = if alone { " AND t.depth = 0" } else { "" };
        Sql::new("FROM organization_ties g JOIN organizations r ON r.id = g.descendant_id ")
            .code("JOIN organization_ties t ON t.ancestor_id = g.descendant_id ")
            .code("JOIN organizations u ON u.id = t.descendant_id WHERE g.ancestor_id = ")
            .number(self.top.0)
            .code(" AND g.depth >= ")
            .code(self.depth())
            .code(own)
    }

    fn as_was(&self, wanted: &Wanted) -> Sql {
        let Wanted { first, last, .. } = *wanted;
        Sql::new("WITH spans AS (SELECT g.descendant_id AS root, t.descendant_id AS unit, ")
            .code("CASE WHEN g.valid_from > t.valid_from THEN g.valid_from ELSE t.valid_from END AS since, ")
            .built(format!("{} AS until_root, {} AS until_unit ", until("g", "r"), until("t", "u")))
            .then(self.ties())
            .code("), members AS (SELECT root, unit, CAST(1 AS BIGINT) AS weight, CASE WHEN since < ")
            .day(first)
            .code(" THEN ")
            .day(first)
            .code(" ELSE since END AS since, CASE WHEN until_root > ")
            .day(last)
            .code(" AND until_unit > ")
            .day(last)
            .code(" THEN ")
            .day(OPEN_END)
            .code(" WHEN until_root < until_unit THEN until_root ELSE until_unit END AS until FROM spans ")
            .code("WHERE since <= ")
            .day(last)
            .code(" AND since < until_root AND since < until_unit AND until_root > ")
            .day(first)
            .code(" AND until_unit > ")
            .day(first)
            .code(")")
    }

    fn as_is(&self, wanted: &Wanted) -> Sql {
        let stands = |statement: Sql, tie: &'static str, organization: &'static str| {
            let from = statement.built(format!(" AND {tie}.valid_from <= ")).day(self.today);
            let open = from.built(format!(" AND ({tie}.valid_to > ")).day(self.today);
            open.built(format!(" OR {tie}.valid_to = {organization}.closed_on)"))
        };
        let standing = stands(stands(self.ties(), "g", "r"), "t", "u");
        Sql::new("WITH RECURSIVE heirs (root, unit, weight) AS (")
            .built(format!("SELECT g.descendant_id, t.descendant_id, CAST({WHOLE} AS BIGINT) "))
            .then(standing)
            .code(" AND (u.closed_on > ")
            .day(self.today)
            .code(" OR NOT EXISTS (SELECT 1 FROM successions s WHERE s.predecessor_id = u.id AND s.successor_id <> u.id)) ")
            .code("UNION ALL SELECT h.root, s.predecessor_id, h.weight * s.weight / 100 FROM heirs h ")
            .code("JOIN successions s ON s.successor_id = h.unit AND s.predecessor_id <> h.unit ")
            .code("JOIN organizations p ON p.id = s.predecessor_id AND p.closed_on <= ")
            .day(self.today)
            .code("), members AS (SELECT root, unit, weight, ")
            .day(wanted.first)
            .code(" AS since, ")
            .day(OPEN_END)
            .code(" AS until FROM heirs)")
    }
}
