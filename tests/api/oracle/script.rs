//! From the plan of a random province to everything that is pushed, in the order in which it is pushed.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};

use super::dossier::{Channel, Dossier, Event, Life, Status, Term, TermUnit};
use super::organizations::{Decision, Tree};
use super::plans::{Case, DossierPlan, Ending, ExchangePlan, Gap, Part, ProcedurePlan, TreePlan, Version};
use super::records::{Exchange, Level, Medium, Procedure, Records, Scope};

/// What is pushed at once.
pub enum Step {
    Decide(Decision),
    Dossiers(Vec<Dossier>),
    Exchanges(Vec<Exchange>),
}

/// What is there before anything is pushed, then what is pushed.
pub struct Script {
    pub beginning: Records,
    pub steps: Vec<Step>,
}

/// The first day of all that happens.
pub fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 9, 1).unwrap()
}

/// The moment before which everything happened: the day before the tests' today.
fn last_moment() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 1, 4).unwrap().and_hms_opt(23, 59, 0).unwrap()
}

fn day(n: u16) -> NaiveDate {
    first_day() + Days::new(n.into())
}

fn clock(minute: u16, by_hour: bool) -> NaiveTime {
    // Of a term in hours, whole hours: nothing then depends on which minutes are cut off.
    let minute = if by_hour { minute / 60 * 60 } else { minute };
    NaiveTime::MIN + TimeDelta::minutes(minute.into())
}

/// Random numbers out of a seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap()
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for place in (1..items.len()).rev() {
            items.swap(place, self.below(place + 1));
        }
    }
}

fn tree(plan: &TreePlan) -> Tree {
    let opened = NaiveDate::from_ymd_opt(2015, 1, 1).unwrap();
    let mut tree = Tree::default();
    tree.add("H19", "province", opened, None);
    let mut departments: Vec<String> = Vec::new();
    for (n, (kind, above)) in plan.units.iter().enumerate() {
        let code = format!("H19.{:02}", n + 1);
        let (kind, parent) = match kind % 5 {
            0 | 1 if !departments.is_empty() => {
                ("division", departments[usize::from(*above) % departments.len()].clone())
            }
            2 => ("commune", "H19".to_owned()),
            _ => ("department", "H19".to_owned()),
        };
        tree.add(&code, kind, opened, Some(&parent));
        if kind == "department" {
            departments.push(code);
        }
    }
    tree
}

/// The merge and the transfer, as far as the tree allows them, by their days.
fn decisions(plan: &TreePlan, tree: &Tree) -> Vec<Decision> {
    let codes: Vec<&String> = tree.0.keys().skip(1).collect();
    let pick = |n: u8| codes[usize::from(n) % codes.len()].clone();
    let (one, other, heir, on) = plan.merge;
    let on = day(on);
    let parties = [pick(one), pick(other)];
    let heir = match heir % 3 {
        0 => parties[0].clone(),
        1 => parties[1].clone(),
        _ => "H19.99".to_owned(),
    };
    let mut wanted = vec![(on, Decision::Merge { on, parties, heir })];
    if let Some((who, parent, on)) = plan.transfer {
        wanted.push((day(on), Decision::Transfer { on: day(on), who: pick(who), parent: pick(parent) }));
    }
    wanted.sort_by_key(|(on, _)| *on);
    wanted.dedup_by_key(|(on, _)| *on);
    let mut then = tree.clone();
    wanted.retain(|(on, decision)| {
        let apart = |a: &str, b: &str| !then.stands_under(a, b, *on) && !then.stands_under(b, a, *on);
        let there = |code: &str| then.is_there(code, *on);
        let fits = match decision {
            Decision::Merge { parties: [a, b], .. } => apart(a, b),
            Decision::Transfer { who, parent, .. } => {
                let moves = then.parent(who, *on) != Some(parent) && !then.stands_under(parent, who, *on);
                moves && there(who) && there(parent)
            }
        };
        if fits {
            then.decide(decision);
        }
        fits
    });
    wanted.into_iter().map(|(_, decision)| decision).collect()
}

fn term((unit, amount): (u8, u8)) -> Term {
    let units = [TermUnit::WorkingDay, TermUnit::CalendarDay, TermUnit::WorkingHour, TermUnit::Month];
    Term { amount: amount.into(), unit: units[usize::from(unit)] }
}

fn procedure(n: usize, plan: &ProcedurePlan, codes: &[&String]) -> Procedure {
    let levels = [Level::One, Level::Two, Level::Three, Level::Four];
    let old = plan.old.map(|(level, published)| {
        (NaiveDate::from_ymd_opt(2020, 3, 1).unwrap(), levels[usize::from(level)], published)
    });
    let mut at = first_day() - Days::new(100);
    let new = plan.new.iter().map(|(after, level, published)| {
        at = at + Days::new((*after).into());
        (at, [Level::Full, Level::Partial, Level::None][usize::from(*level)], *published)
    });
    // At least one, so that nobody handles nothing.
    let handles = |(n, _): &(usize, &&String)| *n == 0 || plan.organizations >> n & 1 == 1;
    Procedure {
        code: format!("1.{:06}", 1612 + n),
        field: format!("Lĩnh vực {}", plan.field),
        term: term(plan.term),
        organizations: codes.iter().enumerate().filter(handles).map(|(_, code)| (**code).clone()).collect(),
        standing: old.into_iter().chain(new).collect(),
    }
}

/// Events one after the other, until the last moment.
struct Walk {
    at: NaiveDateTime,
    by_hour: bool,
    over: bool,
    events: Vec<Event>,
}

impl Walk {
    fn put(&mut self, status: Status, (days, minute): Gap) {
        let then = (self.at.date() + Days::new(days.into())).and_time(clock(minute, self.by_hour));
        let soon = if self.by_hour { TimeDelta::hours(1) } else { TimeDelta::minutes(1) };
        self.at = then.max(self.at + soon);
        self.over |= self.at > last_moment();
        if !self.over {
            self.events.push(Event { at: self.at, status, due_at: None });
        }
    }

    fn reschedule(&mut self, gap: Gap, days: u8) {
        if self.events.iter().any(|event| event.due_at.is_some()) {
            return;
        }
        self.put(Status::Rescheduled, gap);
        if let Some(event) = self.events.last_mut().filter(|event| event.status == Status::Rescheduled) {
            event.due_at = Some((event.at.date() + Days::new(days.into())).and_time(clock(17 * 60, true)));
        }
    }

    /// Answers whether it waits for ever.
    fn live(&mut self, gap: Gap, part: &Part) -> bool {
        let soon = |days: u8| (days, gap.1 / 2 + 300);
        let (asked, received) = (Status::SupplementRequested, Status::SupplementReceived);
        let (owed, met) = (Status::FinancialObligation, Status::ObligationMet);
        match part {
            Part::InProgress => self.put(Status::InProgress, gap),
            Part::Rescheduled { days } => self.reschedule(gap, *days),
            Part::Supplement { twice, came, again } => {
                self.put(asked, gap);
                if *twice {
                    self.put(asked, soon(1));
                }
                let Some(days) = came else { return true };
                self.put(received, soon(*days));
                if *again {
                    self.put(Status::Accepted, soon(0));
                }
            }
            Part::Obligation { met: days } => {
                self.put(owed, gap);
                let Some(days) = days else { return true };
                self.put(met, soon(*days));
            }
            Part::Both { days, supplement_first } => {
                self.put(asked, gap);
                self.put(owed, soon(days[0]));
                let order = if *supplement_first { [received, met] } else { [met, received] };
                self.put(order[0], soon(days[1]));
                self.put(order[1], soon(days[2]));
            }
        }
        false
    }

    /// The gap to so many days after the due day, where that is still to come; of a term in hours to its hour.
    fn aimed(&self, so_far: &Dossier, term: Term, aim: i64) -> Option<Gap> {
        let due = Life::of(so_far, term)?.current_due(last_moment().date());
        let days = (due.date() - self.at.date()).num_days() + aim;
        Some((u8::try_from(days).ok()?, u16::try_from(due.hour() * 60).ok()?))
    }

    fn end(&mut self, gap: Gap, ending: &Ending, waits: bool) {
        match ending {
            // Nobody settles what waits for the citizen; it can be given up.
            Ending::Stopped => self.put(Status::Stopped, gap),
            Ending::Withdrawn => self.put(Status::Withdrawn, gap),
            _ if waits => {}
            Ending::Completed => self.put(Status::Completed, gap),
            Ending::CompletedAndReturned(days) => {
                self.put(Status::Completed, gap);
                self.put(Status::Returned, (*days, gap.1));
            }
            Ending::Returned => self.put(Status::Returned, gap),
            _ => {}
        }
    }
}

/// What surrounds a dossier.
struct Province<'a> {
    tree: Tree,
    procedures: &'a [Procedure],
}

impl Province<'_> {
    fn organization(&self, n: u8, on: NaiveDate) -> String {
        let there: Vec<&String> = self.tree.0.keys().filter(|code| self.tree.is_there(code, on)).collect();
        there[usize::from(n) % there.len()].clone()
    }

    /// The versions of a dossier, the newest last. Each came by another channel, so that no two are the same.
    fn dossier(&self, n: usize, plan: &DossierPlan) -> Vec<Dossier> {
        let first = &plan.versions[0];
        let made = plan.versions.iter().enumerate().map(|(k, version)| {
            let promise = if version.keeps_promise { first } else { version };
            let mut dossier = self.version(version, promise);
            dossier.code = format!("000.00.06.H19-{}-{n:05}", day(first.accepted.0).format("%y%m%d"));
            dossier.channel =
                [Channel::Online, Channel::Direct, Channel::Post][(usize::from(plan.channel) + k) % 3];
            let changed = last_moment() + TimeDelta::minutes(i64::try_from(k).unwrap() + 1);
            dossier.updated_at = plan.dated.then_some(changed);
            dossier
        });
        made.collect()
    }

    fn version(&self, version: &Version, promise: &Version) -> Dossier {
        let procedure = &self.procedures[usize::from(promise.procedure) % self.procedures.len()];
        let given = promise.term.map(term);
        let by_hour = given.unwrap_or(procedure.term).unit == TermUnit::WorkingHour;
        let (on, minute) = promise.accepted;
        let accepted = day(on).and_time(clock(minute, by_hour));
        let due = promise
            .due
            .map(|(days, minute)| (day(on) + Days::new(days.into())).and_time(clock(minute, by_hour)));
        let mut dossier = Dossier {
            code: String::new(),
            organization: self.organization(version.organization, day(on)),
            procedure: procedure.code.clone(),
            channel: Channel::Direct,
            term: given,
            due_at: due,
            events: Vec::new(),
            updated_at: None,
        };
        let mut walk = Walk { at: accepted, by_hour, over: false, events: Vec::new() };
        let (gap, ending) = &version.ending;
        let early =
            matches!(ending, Ending::OnlySubmitted | Ending::Refused | Ending::WithdrawnBeforeAcceptance);
        let status = if early { Status::Submitted } else { Status::Accepted };
        walk.events.push(Event { at: accepted, status, due_at: None });
        match ending {
            Ending::OnlySubmitted => {}
            Ending::Refused => walk.put(Status::RefusedAtIntake, *gap),
            Ending::WithdrawnBeforeAcceptance => walk.put(Status::Withdrawn, *gap),
            _ => {
                let waits = version.parts.iter().any(|(gap, part)| walk.live(*gap, part));
                dossier.events.clone_from(&walk.events);
                let aimed = version.aim.and_then(|aim| walk.aimed(&dossier, procedure.term, aim));
                walk.end(aimed.unwrap_or(*gap), ending, waits);
            }
        }
        dossier.events = walk.events;
        if version.repeated {
            dossier.events.push(dossier.events[dossier.events.len() / 2].clone());
        }
        Dice(version.order).shuffle(&mut dossier.events);
        dossier
    }

    fn exchange(&self, n: usize, plan: &ExchangePlan) -> Vec<Exchange> {
        let media = [
            Medium::ElectronicSigned,
            Medium::ElectronicUnsigned,
            Medium::Parallel,
            Medium::Mixed,
            Medium::Paper,
        ];
        let scopes: [&[Scope]; 3] =
            [&[Scope::Internal], &[Scope::InterAgency], &[Scope::Internal, Scope::InterAgency]];
        let first = Exchange {
            id: format!("VB-{n:05}"),
            organization: self.organization(plan.organization, day(plan.day)),
            issued_on: day(plan.day),
            scopes: scopes[usize::from(plan.scope)].to_vec(),
            medium: media[usize::from(plan.medium)],
            secret: plan.secret,
            recalled: plan.recalled,
        };
        let again = plan.corrected.map(|(medium, recalled)| {
            let medium = media[usize::from(medium)];
            Exchange { medium, recalled, ..first.clone() }
        });
        std::iter::once(first).chain(again).collect()
    }
}

/// Some at once, in random order; a batch is sent twice now and then, at once or much later.
fn batches<T: Clone>(dice: &mut Dice, mut items: Vec<T>) -> Vec<Vec<T>> {
    dice.shuffle(&mut items);
    let most = items.len() / 8 + 1;
    let mut batches: Vec<Vec<T>> = Vec::new();
    while !items.is_empty() {
        let rest = items.split_off(items.len().min(1 + dice.below(most)));
        batches.push(std::mem::replace(&mut items, rest));
        if dice.below(4) == 0 {
            batches.push(batches[dice.below(batches.len())].clone());
        }
    }
    batches
}

impl Script {
    pub fn of(case: &Case) -> Self {
        let mut dice = Dice(case.seed);
        let mut beginning = Records { tree: tree(&case.tree), ..Records::default() };
        let decisions = decisions(&case.tree, &beginning.tree);
        let codes: Vec<&String> = beginning.tree.0.keys().collect();
        let made = case.procedures.iter().enumerate().map(|(n, plan)| procedure(n, plan, &codes));
        let procedures: Vec<Procedure> = made.collect();
        let mut province = Province { tree: beginning.tree.clone(), procedures: &procedures };
        for decision in &decisions {
            province.tree.decide(decision);
        }
        let known = |code: &str| beginning.tree.0.contains_key(code);
        let dossiers = case.dossiers[..case.size].iter().enumerate();
        let dossiers: Vec<Dossier> = dossiers.flat_map(|(n, plan)| province.dossier(n, plan)).collect();
        // Who does not exist yet can have nothing: a part is pushed before the decisions, the rest after.
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for dossier in dossiers {
            let early = known(&dossier.organization) && dice.below(5) < 2;
            if early { &mut before } else { &mut after }.push(dossier);
        }
        let exchanges =
            case.exchanges.iter().enumerate().flat_map(|(n, plan)| province.exchange(n, plan)).collect();
        let mut steps: Vec<Step> = batches(&mut dice, before).into_iter().map(Step::Dossiers).collect();
        steps.extend(decisions.into_iter().map(Step::Decide));
        steps.extend(batches(&mut dice, after).into_iter().map(Step::Dossiers));
        steps.extend(batches(&mut dice, exchanges).into_iter().map(Step::Exchanges));
        beginning.procedures = procedures.iter().map(|made| (made.code.clone(), made.clone())).collect();
        Self { beginning, steps }
    }
}
