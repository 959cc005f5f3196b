//! Giving assignments, and what happens to them; one unit of work each.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;

use super::machine::{AssignmentEvent, AssignmentState, Side};
use super::model::{Assignment, AssignmentId, AssignmentRole, Entry, Happened, Refusal, Said};
use super::{adds, history, store};
use crate::directives::messages::outgoing;
use crate::directives::reach::{Part, add_parties};
use crate::directives::register::model::{Directive, DirectiveId};
use crate::directives::register::store as directives;
use crate::directives::topics::ASSIGNMENT;
use crate::kpis::calendar;
use crate::kpis::calendar::model::Calendar;
use crate::kpis::counters::entries::state;
use crate::organizations::{self, OrganizationCode, OrganizationId, Reach, When};
use crate::platform::changes;
use crate::platform::clock::new_id;
use crate::platform::input::wrong;
use crate::platform::{Condition, Etag, Fault, OPEN_END, Outcome, Work, Wrong};

/// The tag of an assignment.
pub fn etag(assignment: &Assignment) -> Etag {
    Etag::of(assignment.version)
}

/// Gives a directive's tasks to organizations, each with its place in the batch, and answers what became of each. One that is
/// refused leaves the others alone.
///
/// Refuses a directive out of sight (404), organizations out of reach like unknown ones, and parts of what the caller has not in hand.
pub fn assign(
    work: &mut Work<'_>,
    reach: &Reach,
    directive: &DirectiveId,
    said: &[(usize, Said)],
) -> Result<BTreeMap<usize, Result<Assignment, Fault>>, Fault> {
    store::lock(work)?;
    let directive = directives::find(work.conn, reach, directive, work.today())?.directive;
    let mut giving = Giving::load(work, reach, directive, said)?;
    let mut outcomes = BTreeMap::new();
    for (index, said) in said {
        outcomes.insert(*index, giving.give(work, said));
    }
    let mut changed = count_given(work, &mut outcomes)?;
    let mut entries: Vec<Entry> = changed.iter().map(Assignment::given).collect();
    let parties = changed.iter().map(|given| (&given.directive, given.organization, Part::Assignee));
    add_parties(work, &parties.collect::<Vec<_>>())?;
    for given in &changed {
        tell(work, Outcome::Created, given);
    }
    for (parent, on) in handed_on(&changed) {
        let Some(mut parent) = giving.parents.remove(&parent) else { continue };
        let on = Some(on.max(parent.last_on));
        let happened = Happened { on, ..Happened::of(AssignmentEvent::Delegate) };
        entries.push(parent.take(&happened, work.today(), work.now)?);
        tell(work, Outcome::Updated, &parent);
        changed.push(parent);
    }
    store::save(work, &changed)?;
    history::append(work, &entries)?;
    outgoing::answer(work, &entries)?;
    Ok(outcomes)
}

/// The assignments of which these are parts, each with the day on which the first of them was given.
fn handed_on(given: &[Assignment]) -> BTreeMap<AssignmentId, NaiveDate> {
    let mut days = BTreeMap::new();
    for part in given {
        if let Some(parent) = &part.parent {
            let day = days.entry(parent.clone()).or_insert(part.assigned_on);
            *day = part.assigned_on.min(*day);
        }
    }
    days
}

/// Tells both sides of an assignment.
fn tell(work: &mut Work<'_>, outcome: Outcome, changed: &Assignment) {
    let sides = [Some(changed.organization), changed.assigner].into_iter().flatten();
    work.tell(changes::Change::of(&ASSIGNMENT, outcome, changed.id.as_str()).within(sides));
}

/// Counts those that are given. What a closed period does not let in is refused.
fn count_given(
    work: &mut Work<'_>,
    outcomes: &mut BTreeMap<usize, Result<Assignment, Fault>>,
) -> Result<Vec<Assignment>, Fault> {
    let good = |(index, given): (&usize, &Result<Assignment, Fault>)| {
        let given = given.as_ref().ok()?;
        Some((*index, adds::stated(given, &[given.given()])))
    };
    let (places, stated): (Vec<usize>, Vec<_>) = outcomes.iter().filter_map(good).unzip();
    for (index, counted) in places.into_iter().zip(state(work, &stated)?) {
        if let Err(refusal) = counted {
            outcomes.insert(index, Err(refusal.into()));
        }
    }
    Ok(outcomes.values().filter_map(|given| given.as_ref().ok().cloned()).collect())
}

/// Counts assignments anew after something happened to them. Refuses what would change a closed period.
fn count(work: &mut Work<'_>, changed: &[Assignment]) -> Result<(), Fault> {
    let ids: Vec<&str> = changed.iter().map(|changed| changed.id.as_str()).collect();
    let histories = history::histories(work.conn, &ids)?;
    let of = |changed: &Assignment| histories.get(&changed.id).map(Vec::as_slice).unwrap_or_default();
    let stated: Vec<_> = changed.iter().map(|changed| adds::stated(changed, of(changed))).collect();
    state(work, &stated)?.into_iter().collect::<Result<Vec<()>, _>>()?;
    Ok(())
}

/// Gives one assignment.
pub fn assign_one(
    work: &mut Work<'_>,
    reach: &Reach,
    directive: &DirectiveId,
    said: &Said,
) -> Result<Assignment, Fault> {
    let mut outcomes = assign(work, reach, directive, &[(0, said.clone())])?;
    outcomes.remove(&0).unwrap_or_else(|| Err(Fault::broken("an assignment was lost")))
}

/// What decides about assignments that are given.
struct Giving {
    directive: Directive,
    codes: HashMap<OrganizationCode, OrganizationId>,
    parents: HashMap<AssignmentId, Assignment>,
    /// Those that have a parent, issued or registered the directive, and are within reach.
    reached: HashSet<OrganizationId>,
    /// Loaded if working days are to be counted.
    calendar: Calendar,
    root: Option<OrganizationCode>,
}

impl Giving {
    fn load(
        work: &mut Work<'_>,
        reach: &Reach,
        directive: Directive,
        said: &[(usize, Said)],
    ) -> Result<Self, Fault> {
        let today = work.today();
        let root: Option<OrganizationCode> = reach.root().and_then(|root| root.parse().ok());
        let named =
            said.iter().flat_map(|(_, said)| std::iter::once(&said.organization).chain(&said.assigner));
        let named: BTreeSet<&OrganizationCode> = named.chain(&root).collect();
        let codes = organizations::find_all(work.conn, reach, &named, When::Now(today))?;
        let parents: BTreeSet<&str> =
            said.iter().filter_map(|(_, said)| Some(said.parent.as_ref()?.as_str())).collect();
        let parents = store::find_all(work.conn, reach, &parents, today)?;
        let holders = parents.iter().map(|parent| parent.organization).chain(directive.owners());
        let reached = organizations::reached(work.conn, reach, &holders.collect(), When::Now(today))?;
        let parents = parents.into_iter().map(|parent| (parent.id.clone(), parent)).collect();
        let by_term = said.iter().any(|(_, said)| said.working_days.is_some());
        let calendar = if by_term { calendar::store::load(work.conn)? } else { Calendar::default() };
        Ok(Self { directive, codes, parents, reached, calendar, root })
    }

    fn give(&self, work: &Work<'_>, said: &Said) -> Result<Assignment, Fault> {
        let assigned_on = said.days(work.today())?;
        let missing = |at: &str| Fault::invalid(vec![Wrong::body(at, wrong::MISSING)]);
        let of = |code: &OrganizationCode| self.codes.get(code).copied();
        let organization = of(&said.organization).ok_or_else(|| missing("/organization"))?;
        let parent = self.parent(said)?;
        let (assigner, assigner_code) = match (parent, &said.assigner) {
            (Some(parent), _) => (Some(parent.organization), Some(parent.organization_code.clone())),
            (None, Some(code)) => (Some(of(code).ok_or_else(|| missing("/assigner"))?), Some(code.clone())),
            (None, None) => self.usual_assigner(),
        };
        let by_term = said.working_days.map(|days| self.calendar.plus_working_days(assigned_on, days));
        let due_on = said.due_on.or(by_term).or(parent.map(|parent| parent.due_on)).unwrap_or(OPEN_END);
        Ok(Assignment {
            id: new_id().parse().map_err(|_| Fault::broken("a new id is no id"))?,
            version: 1,
            created_at: work.now,
            updated_at: work.now,
            directive: self.directive.id.clone(),
            parent: said.parent.clone(),
            organization,
            organization_code: said.organization.clone(),
            assigner,
            assigner_code,
            role: said.role,
            content: said.content.clone(),
            assigned_on,
            working_days: said.working_days,
            due_on_original: due_on,
            due_on,
            asked_due_on: None,
            state: AssignmentState::Arrived,
            state_before: None,
            percent: 0,
            completed_on: OPEN_END,
            confirmed_on: OPEN_END,
            last_on: assigned_on,
            events: 1,
        })
    }

    /// The assignment of which this is to be a part, if it is to be one.
    fn parent(&self, said: &Said) -> Result<Option<&Assignment>, Fault> {
        let Some(id) = &said.parent else { return Ok(None) };
        let missing = || Fault::invalid(vec![Wrong::body("/parent", wrong::MISSING)]);
        let parent = self.parents.get(id).filter(|parent| parent.directive == self.directive.id);
        let parent = parent.ok_or_else(missing)?;
        if !self.reached.contains(&parent.organization) {
            return Err(Refusal::NotYours { event: AssignmentEvent::Delegate }.into());
        }
        let in_hand = AssignmentEvent::Delegate.step(parent.state);
        in_hand.map_err(|_| Refusal::NotInHand { state: parent.state })?;
        Ok(Some(parent))
    }

    /// Who gives what nobody is said to give: who issued or registered the directive, else the root of the caller's subtree.
    fn usual_assigner(&self) -> (Option<OrganizationId>, Option<OrganizationCode>) {
        let content = &self.directive.content;
        let issuer = self.directive.issuer.zip(content.issuer.organization.as_ref());
        let registrar = self.directive.registrar.zip(content.registrar.as_ref());
        let owner = [issuer, registrar].into_iter().flatten().find(|(id, _)| self.reached.contains(id));
        let root = self.root.as_ref().and_then(|root| Some((*self.codes.get(root)?, root)));
        owner.or(root).map(|(id, code)| (id, code.clone())).unzip()
    }
}

/// Records what happened to an assignment, and how it stands now.
///
/// Refuses an assignment out of sight (404), an event of the other side (403), and what may not happen now (409).
pub fn record(
    work: &mut Work<'_>,
    reach: &Reach,
    id: &AssignmentId,
    happened: &Happened,
) -> Result<Assignment, Fault> {
    let recorded = record_all(work, reach, &[(id.clone(), happened.clone())])?.pop();
    recorded.ok_or_else(|| Fault::broken("an event was lost"))
}

/// Records what happened to some assignments, each once, and answers how they stand now, in the same order. Refuses all as
/// [`record`] refuses one.
pub fn record_all(
    work: &mut Work<'_>,
    reach: &Reach,
    happened: &[(AssignmentId, Happened)],
) -> Result<Vec<Assignment>, Fault> {
    store::lock(work)?;
    let (today, now) = (work.today(), work.now);
    let mut changed = find_all(work, reach, happened)?;
    let mut entries = Vec::with_capacity(happened.len());
    for (id, happened) in happened {
        entries.push(changed.get_mut(id).ok_or_else(Fault::missing)?.take(happened, today, now)?);
    }
    let withdrawn = changed.values().filter(|one| one.state == AssignmentState::Withdrawn);
    let withdrawn: Vec<String> = withdrawn.map(|one| one.id.to_string()).collect();
    for part in store::open_below(work.conn, &withdrawn)? {
        let part = changed.entry(part.id.clone()).or_insert(part);
        // What was found twice is cancelled once.
        if !part.state.is_end() {
            entries.push(part.cancel(today, now));
        }
    }
    let recorded = happened.iter().filter_map(|(id, _)| changed.get(id).cloned()).collect();
    let changed: Vec<Assignment> = changed.into_values().collect();
    store::save(work, &changed)?;
    history::append(work, &entries)?;
    for changed in &changed {
        tell(work, Outcome::Updated, changed);
    }
    count(work, &changed)?;
    outgoing::answer(work, &entries)?;
    Ok(recorded)
}

/// The assignments to which something happened. Refuses them if one is out of sight, and who is not on the side whose event it is.
fn find_all(
    work: &mut Work<'_>,
    reach: &Reach,
    happened: &[(AssignmentId, Happened)],
) -> Result<BTreeMap<AssignmentId, Assignment>, Fault> {
    let ids = happened.iter().map(|(id, _)| id.as_str()).collect();
    let found = store::find_all(work.conn, reach, &ids, work.today())?;
    let found: BTreeMap<_, _> = found.into_iter().map(|one| (one.id.clone(), one)).collect();
    let mut events = Vec::with_capacity(happened.len());
    for (id, happened) in happened {
        events.push((found.get(id).ok_or_else(Fault::missing)?, happened.event));
    }
    must_be(work, reach, &events)?;
    Ok(found)
}

/// Refuses who is not on the side whose event it is. What nobody of the register gave is for who reaches all.
fn must_be(
    work: &mut Work<'_>,
    reach: &Reach,
    events: &[(&Assignment, AssignmentEvent)],
) -> Result<(), Fault> {
    let side = |(one, event): &(&Assignment, AssignmentEvent)| match event.by() {
        Side::Doer => Some(one.organization),
        Side::Assigner => one.assigner,
    };
    let sides = events.iter().filter_map(side).collect();
    let reached = organizations::reached(work.conn, reach, &sides, When::Now(work.today()))?;
    let is = |of| reach.root().is_none() || side(of).is_some_and(|side| reached.contains(&side));
    match events.iter().find(|of| !is(of)) {
        Some((_, event)) => Err(Refusal::NotYours { event: *event }.into()),
        None => Ok(()),
    }
}

/// What a caller changes of an assignment; `None` leaves as it is.
#[derive(Clone, Debug)]
pub struct Change {
    /// What the organization is to the task.
    pub role: Option<AssignmentRole>,
    /// What is to be done.
    pub content: Option<String>,
}

/// Changes what is to be done, under a condition. For who gave it.
pub fn change(
    work: &mut Work<'_>,
    reach: &Reach,
    id: &AssignmentId,
    change: &Change,
    condition: &Condition,
) -> Result<(Outcome, Assignment), Fault> {
    store::lock(work)?;
    let before = store::find(work.conn, reach, id, work.today())?;
    must_be(work, reach, &[(&before, AssignmentEvent::Assign)])?;
    condition.admits_change(&etag(&before))?;
    let mut after = before.clone();
    after.role = change.role.unwrap_or(before.role);
    after.content = change.content.clone().unwrap_or(before.content.clone());
    if after == before {
        return Ok((Outcome::Unchanged, before));
    }
    (after.version, after.updated_at) = (before.version + 1, work.now);
    store::save(work, std::slice::from_ref(&after))?;
    if after.role != before.role {
        history::change_role(work, &after)?;
        count(work, std::slice::from_ref(&after))?;
    }
    tell(work, Outcome::Updated, &after);
    Ok((Outcome::Updated, after))
}
