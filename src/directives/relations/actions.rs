//! Relating directives, and changing since when and until when they are related.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::model::{Ladder, Named, Refusal, Relation, RelationId, RelationKind, Said, span};
use super::store;
use crate::directives::register::actions::must_own;
use crate::directives::register::identity::Numbered;
use crate::directives::register::model::{self as register, Directive, DirectiveId};
use crate::directives::register::store::{self as directives, DraftsBy};
use crate::directives::told::{Told, tell};
use crate::directives::topics::{DIRECTIVE, DIRECTIVE_RELATION};
use crate::organizations::{self, OrganizationId, Reach, When};
use crate::platform::clock::new_id;
use crate::platform::input::{Patched, wrong};
use crate::platform::{Condition, Etag, Fault, OPEN_END, Outcome, Work, Wrong};

/// The tag of a relation.
pub fn etag(relation: &Relation) -> Etag {
    Etag::of(relation.version)
}

fn told(outcome: Outcome, relation: &Relation) -> Told<'_> {
    Told { outcome, key: relation.id.to_string(), of: vec![&relation.from, &relation.to], left: Vec::new() }
}

/// Tells of relations, and of the directives whose status they move.
fn tell_of(work: &mut Work<'_>, outcome: Outcome, relations: &[Relation]) -> Result<(), Fault> {
    tell(work, &DIRECTIVE_RELATION, relations.iter().map(|relation| told(outcome, relation)).collect())?;
    let moving = relations.iter().filter(|relation| relation.kind.moves_status());
    let moved: BTreeSet<&DirectiveId> = moving.map(|relation| &relation.to).collect();
    tell(work, &DIRECTIVE, moved.into_iter().map(|id| Told::directive(Outcome::Updated, id)).collect())
}

/// What became of a relation, and how it is.
pub type Recorded = Result<(Outcome, Relation), Fault>;

/// Records relations, each with its place in the batch, and answers what became of each. One that is refused leaves the others
/// alone; one that is there just as it is said stays as it is.
pub fn relate(
    work: &mut Work<'_>,
    reach: &Reach,
    said: &[(usize, Said)],
) -> Result<BTreeMap<usize, Recorded>, Fault> {
    directives::lock(work)?;
    let known = Known::load(work, reach, said)?;
    let pairs: Vec<(usize, &Said, Result<Pair<'_>, Fault>)> =
        said.iter().map(|(index, said)| (*index, said, known.pair(said))).collect();
    let good = || pairs.iter().filter_map(|(_, _, pair)| pair.as_ref().ok());
    let from: BTreeSet<&str> = good().map(|(from, _)| from.id.as_str()).collect();
    let to: BTreeSet<&str> = good().map(|(_, to)| to.id.as_str()).collect();
    let today = work.today();
    let mut taking = Taking {
        there: store::between(work.conn, &from, &to)?,
        ladder: Ladder::of(store::steps_above(work.conn, &to, today)?),
        new: Vec::new(),
    };
    let mut outcomes = BTreeMap::new();
    for (index, said, pair) in pairs {
        let outcome = pair.and_then(|pair| taking.take(work, &known, pair, said));
        outcomes.insert(index, outcome);
    }
    store::insert(work, &taking.new)?;
    tell_of(work, Outcome::Created, &taking.new)?;
    Ok(outcomes)
}

/// Records a relation of a directive, which is missing if the caller may not know of it.
pub fn relate_to(
    work: &mut Work<'_>,
    reach: &Reach,
    id: &DirectiveId,
    said: Said,
) -> Result<Relation, Fault> {
    let today = work.today();
    directives::find(work.conn, reach, id, today)?;
    let mut outcomes = relate(work, reach, &[(0, said)])?;
    match outcomes.remove(&0).unwrap_or_else(|| Err(Fault::broken("a relation was lost")))? {
        (Outcome::Unchanged, relation) => Err(Refusal::Related { id: relation.id.to_string() }.into()),
        (_, relation) => Ok(relation),
    }
}

/// The ids of directives that are named in a list at some place of a body.
///
/// Refuses one that the caller may not know of like one that is not there, and a number that several have.
pub fn resolve(
    work: &mut Work<'_>,
    reach: &Reach,
    named: &[Named],
    at: &str,
) -> Result<Vec<DirectiveId>, Fault> {
    let known = Known::of(work, reach, &named.iter().collect::<Vec<_>>())?;
    let id = |(place, named): (usize, &Named)| Ok(known.find(named, &format!("{at}/{place}"))?.id.clone());
    named.iter().enumerate().map(id).collect()
}

/// The directive that does something, and the one that it is done to.
type Pair<'a> = (&'a Directive, &'a Directive);

/// The directives that are named, as far as the caller may know of them, and which of them are its own.
struct Known {
    by_id: HashMap<DirectiveId, Directive>,
    by_number: HashMap<Meant, BTreeSet<DirectiveId>>,
    /// The organizations among their owners that the caller reaches; none where it reaches all.
    reached: Option<HashSet<OrganizationId>>,
}

impl Known {
    fn load(work: &mut Work<'_>, reach: &Reach, said: &[(usize, Said)]) -> Result<Self, Fault> {
        let today = work.today();
        let named: Vec<&Named> = said.iter().flat_map(|(_, said)| [&said.from, &said.to]).collect();
        let mut known = Self::of(work, reach, &named)?;
        if reach.root().is_some() {
            let owners: BTreeSet<OrganizationId> = known.by_id.values().flat_map(Directive::owners).collect();
            known.reached = Some(organizations::reached(work.conn, reach, &owners, When::Now(today))?);
        }
        Ok(known)
    }

    fn of(work: &mut Work<'_>, reach: &Reach, named: &[&Named]) -> Result<Self, Fault> {
        let today = work.today();
        let ids: BTreeSet<&str> = named.iter().filter_map(|named| named.id()).collect();
        let meant: BTreeSet<Meant> = named.iter().filter_map(|named| named.meant()).collect();
        let (mut series, mut drafts) = (BTreeSet::new(), BTreeSet::new());
        for meant in &meant {
            match meant {
                Meant::Numbered(one) => series.insert(one.as_str()),
                Meant::Draft(one) => drafts.insert(one.as_str()),
            };
        }
        let by_id = directives::find_all(work.conn, reach, &ids, today)?.into_iter();
        let numbered = directives::of_series(work.conn, reach, &series, today)?.into_iter();
        let numbered = numbered.filter(|known| known.visible).map(|known| known.directive);
        let drafts = directives::drafts(work.conn, reach, DraftsBy::Canonical, &drafts, today)?;
        let mut known = Self { by_id: HashMap::new(), by_number: HashMap::new(), reached: None };
        by_id.map(|shown| shown.directive).chain(numbered).chain(drafts).for_each(|one| known.add(one));
        Ok(known)
    }

    fn add(&mut self, directive: Directive) {
        if let Some(number) = Meant::of(&directive.numbered) {
            self.by_number.entry(number).or_default().insert(directive.id.clone());
        }
        self.by_id.insert(directive.id.clone(), directive);
    }

    fn pair(&self, said: &Said) -> Result<Pair<'_>, Fault> {
        Ok((self.find(&said.from, "/from")?, self.find(&said.to, "/to")?))
    }

    fn find(&self, named: &Named, at: &str) -> Result<&Directive, Fault> {
        let missing = |part: &str| Fault::invalid(vec![Wrong::body(format!("{at}/{part}"), wrong::MISSING)]);
        let (number, read) = match named {
            Named::Id(id) => return self.by_id.get(id).ok_or_else(|| missing("id")),
            Named::Number(number, read) => (number, read),
        };
        let meant = Meant::of(read).ok_or_else(|| missing("number"))?;
        let identity = read.identity(None, None);
        let same = |directive: &&Directive| match (&identity, directive.identity()) {
            (Some(asked), Some(one)) => one.may_be(asked),
            (asked, one) => asked.is_none() && one.is_none(),
        };
        let ids = self.by_number.get(&meant).into_iter().flatten();
        let mut found = ids.filter_map(|id| self.by_id.get(id)).filter(same);
        match (found.next(), found.next()) {
            (Some(one), None) => Ok(one),
            (None, _) => Err(missing("number")),
            _ => Err(Refusal::Several { number: number.clone() }.into()),
        }
    }

    fn owns(&self, directive: &Directive) -> bool {
        let reached = self.reached.as_ref();
        reached.is_none_or(|reached| directive.owners().any(|owner| reached.contains(&owner)))
    }
}

impl Named {
    fn id(&self) -> Option<&str> {
        match self {
            Self::Id(id) => Some(id.as_str()),
            Self::Number(..) => None,
        }
    }

    fn meant(&self) -> Option<Meant> {
        match self {
            Self::Id(_) => None,
            Self::Number(_, read) => Meant::of(read),
        }
    }
}

/// Where a number leads to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Meant {
    /// To a series.
    Numbered(String),
    /// To drafts, by what there is of their numbers.
    Draft(String),
}

impl Meant {
    fn of(numbered: &Numbered) -> Option<Self> {
        let Numbered { series, canonical, .. } = numbered;
        series.clone().map(Self::Numbered).or_else(|| canonical.clone().map(Self::Draft))
    }
}

/// Relations being recorded.
struct Taking {
    there: Vec<Relation>,
    ladder: Ladder,
    new: Vec<Relation>,
}

impl Taking {
    fn take(
        &mut self,
        work: &Work<'_>,
        known: &Known,
        (from, to): Pair<'_>,
        said: &Said,
    ) -> Result<(Outcome, Relation), Fault> {
        if !known.owns(from) {
            return Err(register::Refusal::Foreign.into());
        }
        if said.kind.moves_status() && !known.owns(to) {
            return Err(Refusal::Foreign.into());
        }
        if from.id == to.id {
            return Err(Refusal::Itself.into());
        }
        let begins = said.since.or(from.content.effective_on).or(from.content.issued_on);
        let (since, until) = span(said.kind, begins, said.until)?;
        let same = |other: &&Relation| other.from == from.id && other.kind == said.kind && other.to == to.id;
        if let Some(there) = self.there.iter().chain(&self.new).find(same) {
            let unchanged = there.since == since && there.until == until;
            let refused = || Refusal::Related { id: there.id.to_string() }.into();
            return if unchanged { Ok((Outcome::Unchanged, there.clone())) } else { Err(refused()) };
        }
        if said.kind == RelationKind::Implements && until > work.today() {
            if self.ladder.leads(&to.id, &from.id) {
                return Err(Refusal::Cycle { number: from.shown_number().to_owned() }.into());
            }
            self.ladder.add(from.id.clone(), to.id.clone());
        }
        let id = new_id().parse().map_err(|_| Fault::broken("a new id is no id"))?;
        let (from, kind, to) = (from.id.clone(), said.kind, to.id.clone());
        let (recorded_at, updated_at) = (work.now, work.now);
        let relation = Relation { id, version: 1, from, kind, to, since, until, recorded_at, updated_at };
        self.new.push(relation.clone());
        Ok((Outcome::Created, relation))
    }
}

/// What a caller changes of a relation.
#[derive(Clone, Debug)]
pub struct Change {
    /// First day.
    pub since: Patched<chrono::NaiveDate>,
    /// First day after the last.
    pub until: Patched<chrono::NaiveDate>,
}

/// Changes the days of a relation, under a condition.
///
/// Refuses one between directives out of sight (404), and of others (403).
pub fn change(
    work: &mut Work<'_>,
    reach: &Reach,
    id: &RelationId,
    change: &Change,
    condition: &Condition,
) -> Result<(Outcome, Relation), Fault> {
    directives::lock(work)?;
    let today = work.today();
    let before = store::find(work.conn, reach, id, today)?;
    let from = directives::find(work.conn, reach, &before.from, today)?.directive;
    let to = directives::find(work.conn, reach, &before.to, today)?.directive;
    must_own(work.conn, reach, &from, today)?;
    if before.kind.moves_status() {
        must_own(work.conn, reach, &to, today)?;
    }
    condition.admits_change(&etag(&before))?;
    let open = Some(before.until).filter(|until| *until != OPEN_END);
    let since = change.since.clone().over(before.since);
    let (since, until) = span(before.kind, since, change.until.clone().over(open))?;
    if (since, until) == (before.since, before.until) {
        return Ok((Outcome::Unchanged, before));
    }
    let reopened = before.kind == RelationKind::Implements && before.until <= today && until > today;
    if reopened {
        let above = BTreeSet::from([to.id.as_str()]);
        let ladder = Ladder::of(store::steps_above(work.conn, &above, today)?);
        if ladder.leads(&to.id, &from.id) {
            return Err(Refusal::Cycle { number: from.shown_number().to_owned() }.into());
        }
    }
    let after = Relation { version: before.version + 1, updated_at: work.now, since, until, ..before };
    store::update(work, &after)?;
    tell_of(work, Outcome::Updated, std::slice::from_ref(&after))?;
    Ok((Outcome::Updated, after))
}
