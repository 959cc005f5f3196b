//! The records behind a figure, page by page: kind after kind, each in its own order.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::model::{Part, parts};
use crate::kpis::counters::model::{Counter, RecordKind};
use crate::kpis::counters::{entries, sightings};
use crate::kpis::figures::model::Formula;
use crate::kpis::periods::spans::Span;
use crate::kpis::records::actions::{Adds, Record};
use crate::kpis::records::held::Kept;
use crate::kpis::{dossiers, exchanges, procedures};
use crate::organizations::{OrganizationCode, OrganizationId};
use crate::platform::{Conn, Fault};

/// What a record adds to a figure.
pub struct Source {
    /// What kind of record.
    pub kind: Cow<'static, str>,
    /// Under what it is found.
    pub code: String,
    /// Of which organization, by the code that was pushed; none for what several share.
    pub organization: Option<OrganizationCode>,
    /// What it adds.
    pub parts: Vec<Part>,
}

impl Source {
    /// Leaves out what it adds to the numerator of what people said: who knows which rating it is knows whose, and what all others add
    /// tells what one does.
    pub fn withhold(&mut self, formula: &Formula) {
        self.parts.retain(|part| formula.denominator.contains(&part.counter));
    }
}

/// Where a page begins: in which kind, after which record of it, and of what sort that is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Place(RecordKind, After, Option<String>);

/// Which records are wanted.
pub struct Wanted<'a> {
    /// Of which organization and all below it.
    pub top: OrganizationId,
    /// The counters of the figure.
    pub counters: &'a [Counter],
    /// The period.
    pub span: &'a Span,
    /// The last day that can be known.
    pub known: NaiveDate,
}

/// A page of records that add something, of those of one kind that are looked at; and where the next begins.
pub fn page(
    conn: &mut Conn,
    wanted: &Wanted<'_>,
    after: Option<&Place>,
    count: i64,
) -> Result<(Vec<Source>, Option<Place>), Fault> {
    let kinds: BTreeSet<RecordKind> = wanted.counters.iter().copied().map(Counter::record_kind).collect();
    let first = || kinds.first().map(|kind| Place(*kind, None, None));
    let Some(Place(kind, after, sort)) = after.cloned().or_else(first) else {
        return Ok((Vec::new(), None));
    };
    let (sources, last) = match kind {
        RecordKind::Dossier => of_dossiers(conn, wanted, after, count)?,
        RecordKind::Procedure => of_procedures(conn, wanted, after, count)?,
        RecordKind::Exchange => of_exchanges(conn, wanted, after, count)?,
        RecordKind::Stated => return of_stated(conn, wanted, (after, sort), count),
    };
    let following = || kinds.range(kind..).nth(1).map(|kind| Place(*kind, None, None));
    let next = last.map(|last| Place(kind, Some(last), None)).or_else(following);
    Ok((sources, next))
}

type After = Option<(i64, NaiveDate, String)>;

/// The records of a page, and the place of its last one if there are more.
fn cut<T>(mut found: Vec<T>, count: i64, place: impl Fn(&T) -> (i64, NaiveDate, String)) -> (Vec<T>, After) {
    let most = usize::try_from(count - 1).unwrap_or(usize::MAX);
    let more = found.len() > most;
    found.truncate(most);
    let last = found.last().filter(|_| more).map(place);
    (found, last)
}

impl Wanted<'_> {
    fn parts(&self, adds: &Adds) -> Vec<Part> {
        let mut parts = parts(&adds.entries, self.counters, self.span, self.known);
        let within = |half: NaiveDate| self.span.first <= half && half <= self.span.last;
        for seen in &adds.sightings {
            let day = seen.half.first_day();
            if self.counters.contains(&seen.counter) && within(day) {
                parts.push(Part { counter: seen.counter, n: 1, day });
            }
        }
        parts
    }
}

fn of_dossiers(
    conn: &mut Conn,
    wanted: &Wanted<'_>,
    after: After,
    count: i64,
) -> Result<(Vec<Source>, After), Fault> {
    let ended = wanted.counters.iter().all(|counter| counter.is_of_the_ended());
    let found = dossiers::store::contributing(conn, wanted.top, wanted.span.days(), ended, (after, count))?;
    let (found, last) = cut(found, count, dossiers::store::Kept::place);
    let counting = counting(conn, wanted, &found)?;
    let sources = found.into_iter().map(|kept| {
        let mut adds = kept.adds();
        adds.sightings.retain(|seen| counting.contains(&(seen.organization, seen.thing.clone())));
        Source {
            kind: "dossier".into(),
            parts: wanted.parts(&adds),
            code: kept.dossier.code.to_string(),
            organization: Some(kept.dossier.organization),
        }
    });
    Ok((sources.filter(|source| !source.parts.is_empty()).collect(), last))
}

/// Of the procedures that some dossiers are about, those that count for who accepted the dossier.
fn counting(
    conn: &mut Conn,
    wanted: &Wanted<'_>,
    found: &[dossiers::store::Kept],
) -> Result<HashSet<(OrganizationId, String)>, Fault> {
    if !wanted.counters.contains(&Counter::ProceduresWithOnlineDossiers) {
        return Ok(HashSet::new());
    }
    let units = found.iter().map(|kept| kept.organization).collect();
    let things = found.iter().map(|kept| kept.dossier.procedure.as_str()).collect();
    sightings::counting(conn, wanted.top, (&units, &things), wanted.span.last.min(wanted.known))
}

fn of_procedures(
    conn: &mut Conn,
    wanted: &Wanted<'_>,
    after: After,
    count: i64,
) -> Result<(Vec<Source>, After), Fault> {
    let after = after.map(|(_, _, code)| code);
    let (found, members) =
        procedures::store::contributing(conn, wanted.top, wanted.span.last, (after, count))?;
    let place = |kept: &procedures::store::Kept| (0, NaiveDate::MIN, kept.procedure.code.to_string());
    let (found, last) = cut(found, count, place);
    let sources = found.into_iter().map(|kept| {
        let mut adds = kept.adds();
        adds.entries.retain(|entry| members.contains(&entry.organization));
        let parts = wanted.parts(&adds);
        Source { kind: "procedure".into(), code: kept.procedure.code.to_string(), organization: None, parts }
    });
    Ok((sources.filter(|source| !source.parts.is_empty()).collect(), last))
}

fn of_exchanges(
    conn: &mut Conn,
    wanted: &Wanted<'_>,
    after: After,
    count: i64,
) -> Result<(Vec<Source>, After), Fault> {
    let found = exchanges::store::contributing(conn, wanted.top, wanted.span.days(), (after, count))?;
    let (found, last) = cut(found, count, Kept::place);
    let sources = found.into_iter().map(|kept| Source {
        kind: "document_exchange".into(),
        parts: wanted.parts(&kept.adds()),
        code: kept.body.id.to_string(),
        organization: Some(kept.body.organization),
    });
    Ok((sources.filter(|source| !source.parts.is_empty()).collect(), last))
}

/// The last kind: nothing follows its records.
fn of_stated(
    conn: &mut Conn,
    wanted: &Wanted<'_>,
    (after, sort): (After, Option<String>),
    count: i64,
) -> Result<(Vec<Source>, Option<Place>), Fault> {
    let after = after.map(|(organization, _, code)| (organization, code, sort.unwrap_or_default()));
    let counted = (wanted.counters, wanted.span.last.min(wanted.known));
    let found = entries::contributing(conn, wanted.top, counted, (after, count))?;
    let sorts: Vec<String> = found.iter().map(|found| found.kind.clone()).collect();
    let place = |found: &entries::Contributing| {
        let (organization, code, _) = found.place();
        (organization, NaiveDate::MIN, code)
    };
    let (found, last) = cut(found, count, place);
    let sort = found.len().checked_sub(1).and_then(|place| sorts.get(place).cloned());
    let next = last.map(|last| Place(RecordKind::Stated, Some(last), sort));
    let sources = found.into_iter().map(|found| Source {
        kind: found.kind.into(),
        code: found.code,
        organization: Some(found.organization),
        parts: parts(&found.entries, wanted.counters, wanted.span, wanted.known),
    });
    Ok((sources.filter(|source| !source.parts.is_empty()).collect(), next))
}
