//! What an assignment is and what an event does to it. Pure.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::machine::{AssignmentEvent as Event, AssignmentState as State, Leads};
use crate::directives::edxml::status::StatusCode;
use crate::directives::register::model::DirectiveId;
use crate::organizations::{OrganizationCode, OrganizationId};
use crate::platform::input::wrong;
use crate::platform::moment::is_likely;
use crate::platform::{Fault, OPEN_END, Wrong};
use crate::{closed_set, refusals, uuid};

uuid! {
    /// Id of an assignment.
    AssignmentId, "0199b2c4-5d6e-7f80-9123-456789abcdef"
}

closed_set! {
    /// What an organization is to a task.
    AssignmentRole, "not-in-set" {
        /// Chủ trì.
        Lead = "lead",
        /// Phối hợp.
        Cooperate = "cooperate",
        /// Theo dõi.
        Watch = "watch",
    }
}

refusals! {
    /// Why something may not happen to an assignment.
    Refusal {
        /// Not in this state.
        NotNow { event: Event, state: State } = Conflict "assignment-state"
            ("This may not happen in the state of the assignment", "Không thực hiện được ở trạng thái hiện tại của nhiệm vụ")
            ("{event} may not happen to an assignment that is {state}.", "Không thể {event} khi nhiệm vụ ở trạng thái {state}."),
        /// By the other side.
        NotYours { event: Event } = Forbidden "assignment-of-another"
            ("This is for the other side of the assignment", "Việc này thuộc bên kia của nhiệm vụ")
            ("{event} is for who reaches the organization on the other side of the assignment.", "{event} dành cho người có quyền với tổ chức ở phía bên kia của nhiệm vụ."),
        /// Nobody asked.
        NotAsked = Conflict "extension-not-requested"
            ("No extension is requested", "Không có yêu cầu gia hạn")
            ("There is no request for an extension to decide on.", "Không có yêu cầu gia hạn nào để quyết định."),
        /// Asked already.
        Asked { day: NaiveDate } = Conflict "extension-requested"
            ("An extension is requested already", "Đã có yêu cầu gia hạn")
            ("An extension until {day} was requested and is not decided yet.", "Đã có yêu cầu gia hạn đến ngày {day} chưa được quyết định."),
        /// Nothing to extend.
        NoDue = Conflict "assignment-without-due-date"
            ("The assignment has no due date", "Nhiệm vụ không có thời hạn")
            ("An assignment without a due date has nothing to extend.", "Nhiệm vụ không có thời hạn nên không thể gia hạn."),
        /// A part of something that is not in hand.
        NotInHand { state: State } = Conflict "assignment-not-in-hand"
            ("Parts are handed on while an assignment is in hand", "Chỉ giao tiếp khi nhiệm vụ đang được thực hiện")
            ("The assignment above is {state}: parts of it are handed on once it was accepted and until it was reported.", "Nhiệm vụ cấp trên đang ở trạng thái {state}: chỉ giao tiếp sau khi tiếp nhận và trước khi báo cáo hoàn thành."),
    }
}

/// An assignment as a caller says it.
#[derive(Clone, Debug, Serialize)]
pub struct Said {
    /// Code of the organization that is to do it.
    pub organization: OrganizationCode,
    /// What it is to the task.
    pub role: AssignmentRole,
    /// What is to be done.
    pub content: String,
    /// Code of the organization that gives it; without it, the one that issued or registered the directive, or the caller's own.
    pub assigner: Option<OrganizationCode>,
    /// The assignment of which it is a part.
    pub parent: Option<AssignmentId>,
    /// Day on which it is given; without it, today.
    pub assigned_on: Option<NaiveDate>,
    /// Last day.
    pub due_on: Option<NaiveDate>,
    /// Working days from the day on which it is given.
    pub working_days: Option<u32>,
}

impl Said {
    /// The day on which it is given and the last day, as far as they are told. Refuses what cannot be.
    pub fn days(&self, today: NaiveDate) -> Result<NaiveDate, Fault> {
        let mut wrongs = Vec::new();
        let assigned_on = self.assigned_on.unwrap_or(today);
        for (at, day) in [("/assigned_on", self.assigned_on), ("/due_on", self.due_on)] {
            if day.is_some_and(|day| !is_likely(day)) {
                wrongs.push(Wrong::body(at, wrong::RANGE));
            }
        }
        if assigned_on > today {
            wrongs.push(Wrong::body("/assigned_on", wrong::FUTURE));
        }
        if self.due_on.is_some_and(|due_on| due_on < assigned_on) {
            wrongs.push(Wrong::body("/due_on", wrong::ORDER));
        }
        if self.due_on.is_some() && self.working_days.is_some() {
            wrongs.push(Wrong::body("/working_days", wrong::MISMATCH));
        }
        if self.parent.is_some() && self.assigner.is_some() {
            // Who has the whole gives the part.
            wrongs.push(Wrong::body("/assigner", wrong::MISMATCH));
        }
        if wrongs.is_empty() { Ok(assigned_on) } else { Err(Fault::invalid(wrongs)) }
    }
}

/// An assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Id.
    pub id: AssignmentId,
    /// Grows with each change.
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// The directive.
    pub directive: DirectiveId,
    /// The assignment of which it is a part.
    pub parent: Option<AssignmentId>,
    /// Who is to do it.
    pub organization: OrganizationId,
    /// The same, by the code that was given.
    pub organization_code: OrganizationCode,
    /// Who gave it; nobody of the register, if whoever reaches all did.
    pub assigner: Option<OrganizationId>,
    /// The same, by code.
    pub assigner_code: Option<OrganizationCode>,
    /// What the organization is to the task.
    pub role: AssignmentRole,
    /// What is to be done.
    pub content: String,
    /// Day on which it was given.
    pub assigned_on: NaiveDate,
    /// Working days of the term, if it was told so.
    pub working_days: Option<u32>,
    /// Last day as it was at first; the open end if there is none.
    pub due_on_original: NaiveDate,
    /// Last day as it is now.
    pub due_on: NaiveDate,
    /// Until when an extension is requested.
    pub asked_due_on: Option<NaiveDate>,
    /// How it stands.
    pub state: State,
    /// How it stood before a recall was requested.
    pub state_before: Option<State>,
    /// How far it is, as it was said last.
    pub percent: i32,
    /// Day on which it was completed, as the doer reports; the open end if it was not.
    pub completed_on: NaiveDate,
    /// Day on which that was confirmed; the open end if it was not.
    pub confirmed_on: NaiveDate,
    /// Day of the last event.
    pub last_on: NaiveDate,
    /// How many events there were.
    pub events: i32,
}

/// What is said of an event.
#[derive(Clone, Debug, Serialize)]
pub struct Happened {
    /// What.
    pub event: Event,
    /// On which day; without it, today.
    pub on: Option<NaiveDate>,
    /// A note, or the reason.
    pub note: Option<String>,
    /// Where the evidence is.
    pub link: Option<String>,
    /// How far it is.
    pub percent: Option<i32>,
    /// Until when, of an extension.
    pub due_on: Option<NaiveDate>,
}

impl Happened {
    /// An event of today of which nothing more is said.
    pub fn of(event: Event) -> Self {
        Self { event, on: None, note: None, link: None, percent: None, due_on: None }
    }
}

/// An event as it is kept, with how the assignment was afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Of which assignment.
    pub assignment: AssignmentId,
    /// Of which directive.
    pub directive: DirectiveId,
    /// Who has it.
    pub organization: OrganizationId,
    /// What that is to the task.
    pub role: AssignmentRole,
    /// Its number, from 1.
    pub seq: i32,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// The day on which it happened.
    pub happened_on: NaiveDate,
    /// What.
    pub event: Event,
    /// What the other system is told.
    pub code: Option<StatusCode>,
    /// How it stood then.
    pub state: State,
    /// Last day as it was then.
    pub due_on: NaiveDate,
    /// Day of completion as it was then.
    pub completed_on: NaiveDate,
    /// How far it was then.
    pub percent: i32,
    /// A note, or the reason.
    pub note: Option<String>,
    /// Where the evidence is.
    pub link: Option<String>,
}

impl Assignment {
    /// The first entry: it was given.
    pub fn given(&self) -> Entry {
        self.entry(Event::Assign, Some(StatusCode::Arrived), None, None)
    }

    /// Takes an event. Answers the entry that is kept of it. Refuses what may not happen now, and what contradicts what was before.
    pub fn take(
        &mut self,
        happened: &Happened,
        today: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<Entry, Fault> {
        let step = happened.event.step(self.state)?;
        let on = happened.on.unwrap_or(today);
        self.admit(happened, on, today)?;
        self.extend(happened)?;
        match happened.event {
            Event::Progress => self.percent = happened.percent.unwrap_or(self.percent),
            Event::Report => self.completed_on = on,
            Event::Return => self.completed_on = OPEN_END,
            Event::Confirm => self.confirmed_on = on,
            Event::Recall => self.state_before = Some(self.state),
            _ => {}
        }
        self.state = match step.leads {
            Leads::To(state) => state,
            Leads::Nowhere => self.state,
            Leads::Back => self.state_before.unwrap_or(State::Accepted),
        };
        if self.state != State::RecallRequested {
            self.state_before = None;
        }
        if self.state.is_end() {
            self.asked_due_on = None;
        }
        Ok(self.go_on(step.event, step.code, happened, on, now))
    }

    /// It is taken back because what it is a part of was.
    pub fn cancel(&mut self, today: NaiveDate, now: DateTime<Utc>) -> Entry {
        let happened = Happened::of(Event::Cancel);
        (self.state, self.state_before, self.asked_due_on) = (State::Withdrawn, None, None);
        self.go_on(Event::Cancel, None, &happened, today.max(self.last_on), now)
    }

    fn go_on(
        &mut self,
        event: Event,
        code: Option<StatusCode>,
        happened: &Happened,
        on: NaiveDate,
        now: DateTime<Utc>,
    ) -> Entry {
        (self.events, self.version) = (self.events + 1, self.version + 1);
        (self.last_on, self.updated_at) = (on, now);
        self.entry(event, code, happened.note.clone(), happened.link.clone())
    }

    fn entry(
        &self,
        event: Event,
        code: Option<StatusCode>,
        note: Option<String>,
        link: Option<String>,
    ) -> Entry {
        Entry {
            assignment: self.id.clone(),
            directive: self.directive.clone(),
            organization: self.organization,
            role: self.role,
            seq: self.events,
            recorded_at: self.updated_at,
            happened_on: self.last_on,
            event,
            code,
            state: self.state,
            due_on: self.due_on,
            completed_on: self.completed_on,
            percent: self.percent,
            note,
            link,
        }
    }

    /// Refuses a day that cannot be, and an event without what it needs.
    fn admit(&self, happened: &Happened, on: NaiveDate, today: NaiveDate) -> Result<(), Fault> {
        let event = happened.event;
        let mut wrongs = Vec::new();
        if on > today {
            wrongs.push(Wrong::body("/on", wrong::FUTURE));
        }
        if on < self.last_on {
            wrongs.push(Wrong::body("/on", wrong::ORDER));
        }
        if event.needs_reason() && happened.note.is_none() {
            wrongs.push(Wrong::body("/note", wrong::REQUIRED));
        }
        if event == Event::Progress && happened.percent.is_none() && happened.note.is_none() {
            wrongs.push(Wrong::body("/percent", wrong::REQUIRED));
        }
        if event != Event::Progress && happened.percent.is_some() {
            wrongs.push(Wrong::body("/percent", wrong::MISMATCH));
        }
        if happened.due_on.is_some() && !matches!(event, Event::RequestExtension | Event::GrantExtension) {
            wrongs.push(Wrong::body("/due_on", wrong::MISMATCH));
        }
        if wrongs.is_empty() { Ok(()) } else { Err(Fault::invalid(wrongs)) }
    }

    /// Requests an extension, or decides on one.
    fn extend(&mut self, happened: &Happened) -> Result<(), Fault> {
        let later = |day: NaiveDate| {
            let fault = |code| Err(Fault::invalid(vec![Wrong::body("/due_on", code)]));
            match is_likely(day) {
                false => fault(wrong::RANGE),
                true if day <= self.due_on => fault(wrong::ORDER),
                true => Ok(day),
            }
        };
        match (happened.event, self.asked_due_on) {
            (Event::RequestExtension, _) if self.due_on == OPEN_END => return Err(Refusal::NoDue.into()),
            (Event::RequestExtension, Some(day)) => return Err(Refusal::Asked { day }.into()),
            (Event::RequestExtension, None) => {
                let required = || Fault::invalid(vec![Wrong::body("/due_on", wrong::REQUIRED)]);
                self.asked_due_on = Some(later(happened.due_on.ok_or_else(required)?)?);
            }
            (Event::GrantExtension | Event::DeclineExtension, None) => return Err(Refusal::NotAsked.into()),
            (Event::GrantExtension, Some(asked)) => {
                self.due_on = later(happened.due_on.unwrap_or(asked))?;
                self.asked_due_on = None;
            }
            (Event::DeclineExtension, Some(_)) => self.asked_due_on = None,
            _ => {}
        }
        Ok(())
    }

    /// Where it stands in a list.
    pub fn place(&self) -> (NaiveDate, String) {
        (self.due_on, self.id.to_string())
    }

    /// How far it is: what is reported is all done, whatever was said before.
    pub fn shown_percent(&self) -> i32 {
        if matches!(self.state, State::Reported | State::Done) { 100 } else { self.percent }
    }
}
