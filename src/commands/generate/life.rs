//! The life of a dossier, from its submission to the day its result is fetched.
//!
//! It is planned in office time without its waits; each wait then moves what comes after it by whole worked days, as the
//! law moves the due day. So a dossier that was planned to be late is late, whatever it waited for.

use super::chance::Draw;
use super::days::{Days, Moment, OFFICE_DAY};
use super::procedures::{Term, TermUnit};

/// What happens to a dossier. The names are those of the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Submitted,
    Accepted,
    RefusedAtIntake,
    InProgress,
    SupplementRequested,
    SupplementReceived,
    FinancialObligation,
    ObligationMet,
    Rescheduled,
    Withdrawn,
    Stopped,
    Completed,
    Returned,
}

impl Status {
    /// As records name it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Accepted => "accepted",
            Self::RefusedAtIntake => "refused_at_intake",
            Self::InProgress => "in_progress",
            Self::SupplementRequested => "supplement_requested",
            Self::SupplementReceived => "supplement_received",
            Self::FinancialObligation => "financial_obligation",
            Self::ObligationMet => "obligation_met",
            Self::Rescheduled => "rescheduled",
            Self::Withdrawn => "withdrawn",
            Self::Stopped => "stopped",
            Self::Completed => "completed",
            Self::Returned => "returned",
        }
    }
}

/// An event of a dossier.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    /// What.
    pub(super) status: Status,
    /// When.
    pub(super) at: Moment,
    /// The new day of a rescheduled one.
    pub(super) due_day: Option<usize>,
}

/// How a dossier came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channel {
    Online,
    Post,
    Direct,
}

impl Channel {
    /// As records name it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Post => "post",
            Self::Direct => "direct",
        }
    }
}

/// What is known of a dossier when it is accepted.
#[derive(Clone, Copy)]
pub(super) struct Intake {
    /// In office time.
    pub(super) accepted: usize,
    /// How it came in.
    pub(super) channel: Channel,
    /// How long it may take.
    pub(super) term: Term,
    /// How many of a thousand are late, here and in this year.
    pub(super) late_permille: usize,
}

/// What happens between acceptance and the end, planned without waits.
#[derive(Clone, Copy)]
enum Step {
    Begin,
    /// What was asked for, and the worked days until the answer.
    Wait(Status, usize),
    /// Asked for and never answered.
    Unanswered,
    /// A new due day, by its place among the worked days.
    Reschedule(usize),
    Complete,
    Leave(Status),
}

/// Makes lives; its room is used again for each.
pub(super) struct Lives<'a> {
    days: &'a Days,
    /// The last day on which anything has happened yet.
    last_day: usize,
    steps: Vec<(usize, Step)>,
    events: Vec<Event>,
}

impl<'a> Lives<'a> {
    /// Lives of which everything up to a day is known.
    pub(super) fn new(days: &'a Days, last_day: usize) -> Self {
        Self { days, last_day, steps: Vec::with_capacity(8), events: Vec::with_capacity(16) }
    }

    /// A life: its events in their order, never none.
    pub(super) fn live(&mut self, draw: &mut Draw, intake: &Intake) -> &[Event] {
        self.steps.clear();
        self.events.clear();
        // One in a hundred is refused at intake.
        let refused = draw.permille(10);
        if intake.channel == Channel::Online || refused {
            self.submit(draw, intake);
        }
        if refused {
            self.happen(Status::RefusedAtIntake, self.days.moment(intake.accepted));
        } else {
            self.happen(Status::Accepted, self.days.moment(intake.accepted));
            self.plan(draw, intake);
            self.steps.sort_by_key(|(at, _)| *at);
            self.walk(draw, intake.accepted);
        }
        &self.events
    }

    fn happen(&mut self, status: Status, at: Moment) {
        self.happen_with(status, at, None);
    }

    fn happen_with(&mut self, status: Status, at: Moment, due_day: Option<usize>) {
        if at.day <= self.last_day {
            self.events.push(Event { status, at, due_day });
        }
    }

    /// Online at any hour of the two days before, else at the counter a little earlier.
    fn submit(&mut self, draw: &mut Draw, intake: &Intake) {
        let at = self.days.moment(intake.accepted);
        let before = if intake.channel == Channel::Online { 2 * 86_400 } else { 900 };
        let second = at.day * 86_400 + at.second - draw.between(1, before);
        self.happen(Status::Submitted, Moment { day: second / 86_400, second: second % 86_400 });
    }

    fn plan(&mut self, draw: &mut Draw, intake: &Intake) {
        let accepted = intake.accepted;
        let mut due = intake.term.due(self.days, accepted);
        if draw.permille(600) {
            self.steps.push((accepted + draw.between(60, 7200), Step::Begin));
        }
        // One in a hundred gets a new day, once; most keep it.
        let mut kept = accepted;
        if intake.term.unit != TermUnit::WorkingHour && draw.permille(10) {
            // Said at the latest a day before.
            kept = accepted.max(due - OFFICE_DAY - draw.below(OFFICE_DAY));
            due += draw.between(2, 10) * OFFICE_DAY;
            self.steps.push((kept, Step::Reschedule(due / OFFICE_DAY)));
        }
        // Two in a hundred are withdrawn or stopped; another never ends.
        let fate = draw.below(1000);
        if fate < 20 {
            let status = if fate < 12 { Status::Withdrawn } else { Status::Stopped };
            let end = accepted + 600 + draw.below((due - accepted).saturating_sub(600));
            self.steps.push((end.max(kept + 60), Step::Leave(status)));
            return;
        }
        let end = end(draw, intake, kept, due);
        self.wait(draw, accepted, end);
        if fate >= 30 {
            self.steps.push((end, Step::Complete));
        }
    }

    /// Of a thousand, 120 are asked for a supplement: 20 of them twice and 10 in vain. 30 have a financial obligation.
    fn wait(&mut self, draw: &mut Draw, accepted: usize, end: usize) {
        let length = end - accepted;
        let asked = draw.below(1000);
        if asked < 120 {
            let first = accepted + draw.below(length / 2 + 1);
            if asked < 10 {
                self.steps.push((first, Step::Unanswered));
            } else {
                let answer = |draw: &mut Draw| 1 + draw.below(10).min(draw.below(30));
                self.steps.push((first, Step::Wait(Status::SupplementRequested, answer(draw))));
                if asked < 30 {
                    let second = first + draw.below(end - first);
                    self.steps.push((second, Step::Wait(Status::SupplementRequested, answer(draw))));
                }
            }
        }
        if draw.permille(30) {
            let at = accepted + length / 2 + draw.below(length / 2);
            self.steps.push((at, Step::Wait(Status::FinancialObligation, draw.between(1, 8))));
        }
    }

    /// Lets the plan happen: what comes after a wait comes so many days later.
    fn walk(&mut self, draw: &mut Draw, accepted: usize) {
        let (mut shift, mut last) = (0, accepted);
        for at in 0..self.steps.len() {
            let Some((planned, step)) = self.steps.get(at).copied() else { break };
            // A second at least between any two.
            let now = (planned + shift).max(last + 1);
            let moment = self.days.moment(now);
            last = now;
            match step {
                Step::Begin => self.happen(Status::InProgress, moment),
                Step::Wait(asked, days) => {
                    self.happen(asked, moment);
                    // At any time of the day of the answer up to that of the question.
                    last = now + days * OFFICE_DAY - draw.below(now % OFFICE_DAY + 1);
                    shift += days * OFFICE_DAY;
                    let answered = match asked {
                        Status::SupplementRequested => Status::SupplementReceived,
                        _ => Status::ObligationMet,
                    };
                    self.happen(answered, self.days.moment(last));
                }
                Step::Unanswered => {
                    self.happen(Status::SupplementRequested, moment);
                    // Six in ten are stopped after a month or three.
                    if draw.permille(600) {
                        let end = now + draw.between(20, 60) * OFFICE_DAY;
                        self.happen(Status::Stopped, self.days.moment(end));
                    }
                    break;
                }
                Step::Reschedule(due) => {
                    let due_day = Some(self.days.nth(due + shift / OFFICE_DAY));
                    self.happen_with(Status::Rescheduled, moment, due_day);
                }
                Step::Complete => {
                    self.happen(Status::Completed, moment);
                    self.fetch(draw, now);
                    break;
                }
                Step::Leave(status) => {
                    self.happen(status, moment);
                    break;
                }
            }
        }
    }

    /// The result is fetched on one of the ten days after, on a worked day; two in a hundred never fetch it.
    fn fetch(&mut self, draw: &mut Draw, completed: usize) {
        if draw.permille(20) {
            return;
        }
        let day = self.days.nth(completed / OFFICE_DAY) + draw.below(11).min(draw.below(11));
        let index = self.days.index_up_to(day).max(completed / OFFICE_DAY);
        let at = (index * OFFICE_DAY + draw.below(OFFICE_DAY)).max(completed + 60);
        self.happen(Status::Returned, self.days.moment(at));
    }
}

/// When the work is done, without waits: early, on the day or late, and not before what happened already.
fn end(draw: &mut Draw, intake: &Intake, kept: usize, due: usize) -> usize {
    let accepted = intake.accepted;
    let late = draw.permille(intake.late_permille);
    let on_day = draw.permille(250);
    if intake.term.unit == TermUnit::WorkingHour {
        let most = due - accepted - 3600;
        return match (late, on_day) {
            (true, _) => due + draw.between(3600, 6 * 3600),
            (false, true) => due - draw.below(600),
            (false, false) => accepted + 300 + draw.below(most).max(draw.below(most)),
        };
    }
    let (first, last) = (accepted.max(kept) / OFFICE_DAY, due / OFFICE_DAY);
    let day = match (late, on_day) {
        (true, _) => last + delay(draw),
        (false, true) => last,
        (false, false) => first + draw.below(last - first).max(draw.below(last - first)),
    };
    let second = draw.below(OFFICE_DAY);
    let (earliest, latest) = (accepted.max(kept) + 60, day * OFFICE_DAY + OFFICE_DAY - 1);
    (day * OFFICE_DAY + second).max(earliest + draw.below(latest.saturating_sub(earliest).min(1800)))
}

/// Worked days of delay: mostly a few, sometimes a month, seldom most of a year.
fn delay(draw: &mut Draw) -> usize {
    match draw.below(100) {
        0..75 => draw.between(1, 4),
        75..97 => draw.between(3, 25),
        _ => draw.between(20, 200),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::generate::procedures::procedures;

    /// The due day in force at the end, told anew by the rule of the law: each wait moves it by the worked days in it.
    fn due_day(days: &Days, intake: &Intake, events: &[Event]) -> usize {
        let mut due = days.moment(intake.term.due(days, intake.accepted)).day;
        let mut asked = 0;
        for event in events {
            let today = days.index_up_to(event.at.day);
            match event.status {
                Status::SupplementRequested | Status::FinancialObligation => asked = today,
                Status::SupplementReceived | Status::ObligationMet => {
                    due = days.nth(days.index(due) + today - asked);
                }
                Status::Rescheduled => due = event.due_day.unwrap(),
                _ => {}
            }
        }
        due
    }

    /// How many of a thousand are early, on the day and late, of all that are completed.
    fn outcomes(term: Term, late_permille: usize, last_day: &str) -> [usize; 3] {
        let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
        let days = Days::around(day("2019-06-01"), day(last_day));
        let mut lives = Lives::new(&days, days.number(day(last_day)));
        let mut counts = [0, 0, 0];
        for stream in 0..5000 {
            let mut draw = Draw::new(9, stream);
            let first = days.index(days.number(day("2019-06-01"))) * OFFICE_DAY;
            let accepted = first + draw.below(60) * OFFICE_DAY + draw.below(OFFICE_DAY - 600);
            let intake = Intake { accepted, channel: Channel::Online, term, late_permille };
            let events = lives.live(&mut draw, &intake);
            let due = due_day(&days, &intake, events);
            if let Some(end) = events.iter().find(|event| event.status == Status::Completed) {
                let order = end.at.day.cmp(&due);
                *counts.get_mut(usize::try_from(order as i8 + 1).unwrap()).unwrap() += 1;
            }
        }
        counts.map(|count| count * 1000 / counts.iter().sum::<usize>().max(1))
    }

    #[test]
    fn a_life_that_is_planned_to_be_late_is_late_by_the_rule_of_the_law() {
        let mut terms: Vec<Term> = procedures().iter().map(|procedure| procedure.term).collect();
        terms.retain(|term| term.unit != TermUnit::WorkingHour);
        terms.sort_by_key(|term| (term.unit.name(), term.amount));
        terms.dedup();
        for term in terms {
            let [early, on_day, late] = outcomes(term, 60, "2020-12-31");
            assert!((40..=80).contains(&late), "{term:?}: {late}");
            assert!((180..=300).contains(&on_day) && early > 600, "{term:?}: {early} {on_day} {late}");
            assert_eq!(outcomes(term, 0, "2020-12-31")[2], 0, "{term:?}");
            assert_eq!(outcomes(term, 1000, "2020-12-31")[2], 1000, "{term:?}");
        }
    }
}
