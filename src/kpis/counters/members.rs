//! Who counts under whom, as SQL.

use chrono::NaiveDate;

use super::model::{Basis, Include};
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

/// SQL: `FROM … WHERE …` of the ties `t` of those that stand at or below an organization on a day.
pub fn standing_below(top: OrganizationId, day: NaiveDate) -> Sql {
    Sql::new("FROM organization_ties t WHERE t.ancestor_id = ")
        .number(top.0)
        .code(" AND t.valid_from <= ")
        .day(day)
        .code(" AND t.valid_to > ")
        .day(day)
}

/// SQL: the later of two days.
pub(super) fn later(one: &str, other: &str) -> String {
    format!("CASE WHEN {one} > {other} THEN {one} ELSE {other} END")
}

/// SQL: the earlier of two days.
pub(super) fn earlier(one: &str, other: &str) -> String {
    format!("CASE WHEN {one} < {other} THEN {one} ELSE {other} END")
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
    /// lies in [since, until). `days` are the first and the last day of all periods. Of a unit that is a member all the
    /// time since is the first of them and until the open end, so that its sums can be added to those of others.
    pub(super) fn with(&self, days: (NaiveDate, NaiveDate)) -> Sql {
        match self.basis {
            Basis::AsWas => self.as_was(days),
            Basis::AsIs => self.as_is(days.0),
        }
    }

    /// SQL that defines `g` and `r`: the ties from the top to each root, and the roots.
    pub fn ties_to_roots(&self) -> Sql {
        Sql::new("organization_ties g JOIN organizations r ON r.id = g.descendant_id WHERE g.ancestor_id = ")
            .number(self.top.0)
            .code(" AND ")
            .code(self.depth())
    }

    /// SQL: how far below the top a root stands.
    fn depth(&self) -> &'static str {
        match self.roots {
            Roots::Of(Include::Own | Include::Subtree) => "g.depth = 0",
            Roots::Of(Include::Children) => "g.depth = 1",
            Roots::Of(Include::Descendants) => "g.depth >= 1",
            Roots::EachAlone => "g.depth >= 0",
        }
    }

    /// SQL: `FROM … WHERE …` of the ties `g` from the top to each root and `t` from a root to those below it.
    fn ties(&self) -> Sql {
        let alone = matches!(self.roots, Roots::Of(Include::Own) | Roots::EachAlone);
        let own = if alone { " AND t.depth = 0" } else { "" };
        Sql::new("FROM organization_ties g JOIN organization_ties t ON t.ancestor_id = g.descendant_id ")
            .code("WHERE g.ancestor_id = ")
            .number(self.top.0)
            .code(" AND ")
            .code(self.depth())
            .code(own)
    }

    fn as_was(&self, (first, last): (NaiveDate, NaiveDate)) -> Sql {
        Sql::new("WITH spans AS (SELECT g.descendant_id AS root, t.descendant_id AS unit, ")
            .built(format!("{} AS since, ", later("g.valid_from", "t.valid_from")))
            .built(format!("{} AS until ", earlier("g.valid_to", "t.valid_to")))
            .then(self.ties())
            .code("), members AS (SELECT root, unit, CAST(1 AS BIGINT) AS weight, CASE WHEN since < ")
            .day(first)
            .code(" THEN ")
            .day(first)
            .code(" ELSE since END AS since, CASE WHEN until > ")
            .day(last)
            .code(" THEN ")
            .day(OPEN_END)
            .code(" ELSE until END AS until FROM spans WHERE since <= ")
            .day(last)
            .code(" AND since < until AND until > ")
            .day(first)
            .code(")")
    }

    /// What is closed has passed its records on by the reorganization that closed it; who survives a split keeps its own.
    /// Successors are closed later than those whom they succeed, so the way back comes to an end.
    fn as_is(&self, first: NaiveDate) -> Sql {
        let today = self.today;
        let stands = |statement: Sql, tie: &'static str| {
            let from = statement.built(format!(" AND {tie}.valid_from <= ")).day(today);
            from.built(format!(" AND {tie}.valid_to > ")).day(today)
        };
        let standing = stands(stands(self.ties(), "g"), "t");
        Sql::new("WITH RECURSIVE passed (predecessor, successor, weight) AS (")
            .code("SELECT s.predecessor_id, s.successor_id, s.weight FROM successions s ")
            .code("JOIN reorganizations z ON z.id = s.reorganization_id ")
            .code("JOIN organizations p ON p.id = s.predecessor_id AND p.closed_on = z.effective_on AND p.closed_on <= ")
            .day(today)
            .code(" WHERE s.successor_id <> s.predecessor_id), heirs (root, unit, weight) AS (")
            .built(format!("SELECT g.descendant_id, t.descendant_id, CAST({WHOLE} AS BIGINT) "))
            .then(standing)
            .code(" AND NOT EXISTS (SELECT 1 FROM passed x WHERE x.predecessor = t.descendant_id) ")
            .code("UNION ALL SELECT h.root, x.predecessor, h.weight * x.weight / 100 FROM heirs h ")
            .code("JOIN passed x ON x.successor = h.unit), members AS (")
            .code("SELECT root, unit, CAST(SUM(weight) AS BIGINT) AS weight, ")
            .day(first)
            .code(" AS since, ")
            .day(OPEN_END)
            .code(" AS until FROM heirs GROUP BY root, unit)")
    }
}
