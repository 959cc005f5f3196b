//! Tasks that messages give, and take back.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::document::given_on;
use super::known::Agencies;
use super::model::{Fate, Receiver, TaskDeed};
use crate::directives::assignments::machine::{AssignmentEvent, AssignmentState, Side};
use crate::directives::assignments::model::{
    Assignment, AssignmentId, AssignmentRole, Entry, Happened, Said,
};
use crate::directives::assignments::{actions, store};
use crate::directives::edxml::package::Package;
use crate::directives::edxml::status::StatusCode;
use crate::directives::register::model::DirectiveId;
use crate::organizations::{self, OrganizationId, Reach, When};
use crate::platform::{Fault, Work};

/// Gives a document's task to those of its receivers that the caller reaches, and notes with each what task it has. Who has
/// the task already keeps it; who sent the document gives it, where the caller reaches that too.
pub(super) fn give(
    work: &mut Work<'_>,
    reach: &Reach,
    (package, directive): (&Package, &DirectiveId),
    agencies: &Agencies,
    receivers: &mut [Receiver],
) -> Result<Vec<(Fate, Assignment)>, Fault> {
    let waits = |receiver: &Receiver| {
        let reached = agencies.reached(&receiver.code).is_some();
        reached && receiver.assignment.is_none() && !agencies.are_one(&receiver.code, &package.from.code)
    };
    let waiting: BTreeSet<OrganizationId> = receivers
        .iter()
        .filter(|receiver| waits(receiver))
        .filter_map(|receiver| receiver.organization)
        .collect();
    if waiting.is_empty() {
        return Ok(Vec::new());
    }
    let there = store::wholes(work.conn, directive, &waiting)?;
    let mut has: BTreeMap<OrganizationId, (Fate, Assignment)> = BTreeMap::new();
    for task in there.into_iter().filter(|task| !task.state.is_end()) {
        has.insert(task.organization, (Fate::Found, task));
    }
    let mut said = Vec::new();
    for receiver in receivers.iter().filter(|receiver| waits(receiver)) {
        let id = receiver.organization.filter(|id| !has.contains_key(id));
        let asked = |(_, said): &(usize, (OrganizationId, Said))| Some(said.0) == id;
        if let Some(id) = id.filter(|_| !said.iter().any(asked)) {
            said.push((said.len(), (id, task(work.today(), package, agencies, receiver))));
        }
    }
    let said: Vec<(usize, Said)> = said.into_iter().map(|(place, (_, said))| (place, said)).collect();
    if !said.is_empty() {
        for given in actions::assign(work, reach, directive, &said)?.into_values() {
            let given = given?;
            has.insert(given.organization, (Fate::Created, given));
        }
    }
    for receiver in receivers.iter_mut().filter(|receiver| waits(receiver)) {
        let task = receiver.organization.and_then(|id| has.get(&id));
        receiver.assignment = task.map(|(_, task)| task.id.clone());
    }
    Ok(has.into_values().collect())
}

/// What a receiver is to do: what the document is about, by its due date.
fn task(today: NaiveDate, package: &Package, agencies: &Agencies, receiver: &Receiver) -> Said {
    let assigner = agencies.reached(&package.from.code).map(|_| package.from.code.clone());
    Said {
        organization: receiver.code.clone(),
        role: AssignmentRole::Lead,
        content: package.summary.clone().unwrap_or_else(|| package.subject.clone()),
        assigner,
        parent: None,
        assigned_on: Some(given_on(today, package.due_on)),
        due_on: package.due_on,
        working_days: None,
    }
}

/// Wants tasks back: those that are in hand by a recall, to which the receiver agrees or not; those that were refused at once.
pub(super) fn recall(
    work: &mut Work<'_>,
    reach: &Reach,
    of: &[&Receiver],
    reason: &str,
) -> Result<Vec<TaskDeed>, Fault> {
    let mut tasks = Tasks::load(work, reach, of)?;
    let mut events = Vec::new();
    for id in tasks.ids() {
        let mut ready = [AssignmentEvent::Recall, AssignmentEvent::Cancel].into_iter();
        if let Some(event) = ready.find(|event| tasks.ready(&id, *event).is_some()) {
            events.push((id, happened(event, work.today(), Some(reason.to_owned()))));
        }
    }
    let recorded = actions::record_all(work, reach, &events)?;
    Ok(recorded.iter().map(|task| deed(task, Fate::Updated)).collect())
}

/// What is told of tasks when a document comes: that they are there, and how far those are that were there before.
pub(super) fn told(tasks: &[(Fate, Assignment)]) -> Vec<Entry> {
    let mut told = Vec::new();
    for (_, task) in tasks {
        // A recall is about the document that brought the task.
        let recalled = task.state == AssignmentState::RecallRequested;
        let code = task.state_before.filter(|_| recalled).unwrap_or(task.state).code();
        let given = task.given();
        let now = (code != StatusCode::Arrived).then(|| Entry { code: Some(code), ..given.clone() });
        told.extend(std::iter::once(given).chain(now));
    }
    told
}

/// An event of a day, with its reason.
pub(super) fn happened(event: AssignmentEvent, on: NaiveDate, note: Option<String>) -> Happened {
    Happened { event, on: Some(on), note, link: None, percent: None, due_on: None }
}

/// What became of a task.
pub(super) fn deed(task: &Assignment, fate: Fate) -> TaskDeed {
    let (id, organization) = (task.id.clone(), task.organization_code.clone());
    TaskDeed { id, organization, fate, state: task.state }
}

/// The tasks that came of a document, with the sides that the caller reaches.
pub(super) struct Tasks {
    all: BTreeMap<AssignmentId, Assignment>,
    /// The organizations on either side within reach; none where all are.
    reached: Option<BTreeSet<OrganizationId>>,
}

impl Tasks {
    /// Those of some receivers that the caller may know of.
    pub(super) fn load(work: &mut Work<'_>, reach: &Reach, of: &[&Receiver]) -> Result<Self, Fault> {
        let ids: BTreeSet<&str> =
            of.iter().filter_map(|receiver| Some(receiver.assignment.as_ref()?.as_str())).collect();
        let found = store::find_all(work.conn, reach, &ids, work.today())?;
        let sides =
            found.iter().flat_map(|task| [Some(task.organization), task.assigner]).flatten().collect();
        let within = organizations::reached(work.conn, reach, &sides, When::Now(work.today()))?;
        let reached = reach.root().map(|_| within.into_iter().collect());
        Ok(Self { all: found.into_iter().map(|task| (task.id.clone(), task)).collect(), reached })
    }

    /// A task, if an event may happen to it now, and the caller reaches the side whose event it is. Each once.
    pub(super) fn ready(&mut self, id: &AssignmentId, event: AssignmentEvent) -> Option<Assignment> {
        let task = self.all.get(id).filter(|task| event.step(task.state).is_ok())?;
        let side = match event.by() {
            Side::Doer => Some(task.organization),
            Side::Assigner => task.assigner,
        };
        let is = self.reached.as_ref().is_none_or(|reached| side.is_some_and(|side| reached.contains(&side)));
        if is { self.all.remove(id) } else { None }
    }

    /// All of them.
    pub(super) fn ids(&self) -> Vec<AssignmentId> {
        self.all.keys().cloned().collect()
    }
}
