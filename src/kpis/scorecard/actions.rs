//! Reading a scorecard.

use chrono::NaiveDate;

use super::store::{self, Line};
use crate::kpis::counters::members::{Members, Roots};
use crate::kpis::counters::model::{Basis, Include};
use crate::kpis::counters::sums::{Sums, Wanted};
use crate::kpis::figures::model::{Formula, Shown, counters};
use crate::kpis::periods::model::{Period, Scheme};
use crate::kpis::periods::spans::Span;
use crate::organizations::{OrganizationCode, Reach, When};
use crate::platform::{Conn, Fault};

/// A line with what is counted from records; none when no record adds to it.
pub type Counted = (Line, Option<Shown>);

/// The organization's own code and its lines, without opinions of fewer than `least`: one statement, and those of [`Sums::read`].
pub fn read(
    conn: &mut Conn,
    reach: &Reach,
    code: &OrganizationCode,
    (period, scheme): (&Period, Scheme),
    (today, least): (NaiveDate, i64),
) -> Result<(OrganizationCode, Vec<Counted>), Fault> {
    let when = When::of(None, today);
    let (top, organization, lines) = store::lines(conn, reach, code.as_str(), (period, scheme), when)?;
    let span = Span::of(period.clone(), scheme);
    let counters = counters(lines.iter().map(|line| &line.defined));
    let members = Members { top, roots: Roots::Of(Include::Subtree), basis: Basis::AsWas, today };
    let wanted = Wanted { counters, first: span.first, last: span.last, known: today };
    let sums = Sums::read(conn, &members, &wanted)?;
    let count = |line: Line| {
        let counted = |formula: &Formula| {
            let counted = formula.over(sums.root(top), &span);
            let shown = Shown::new(Some(counted), members.scale(), &line.defined.judgement());
            (!counted.is_nothing()).then(|| shown.of_enough(formula, least))
        };
        let shown = line.defined.formula.as_ref().and_then(counted);
        (line, shown)
    };
    Ok((organization, lines.into_iter().map(count).collect()))
}
