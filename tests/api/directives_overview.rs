//! The overview of what is due, late and done: against a plain account of what was done to each task, day by day.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde_json::{Value, json};

use crate::directives_register::{directive, id_of};
use crate::harness::TestApp;
use crate::on_both;

const BUCKETS: [&str; 8] =
    ["not_due", "due_in_7", "due_in_3", "due_in_1", "overdue", "done_on_time", "done_late", "cancelled"];
const ORGANIZATIONS: [&str; 4] = ["H19.06", "H19.06.02", "H19.09", "H19.09.01"];

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// There are no holidays between 1 June and 31 July 2020.
fn working_days_left(on: NaiveDate, due: NaiveDate) -> usize {
    let worked = |day: &NaiveDate| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    on.iter_days().skip(1).take_while(|day| *day <= due).filter(worked).count()
}

/// What is remembered of a task at the end of each day.
#[derive(Clone, Copy, Debug)]
struct Then {
    due: Option<NaiveDate>,
    done: Option<NaiveDate>,
    cancelled: bool,
}

impl Then {
    fn bucket(self, on: NaiveDate) -> usize {
        match self {
            Self { cancelled: true, .. } => 7,
            Self { done: Some(done), due, .. } => {
                if due.is_none_or(|due| done <= due) {
                    5
                } else {
                    6
                }
            }
            Self { due: None, .. } => 0,
            Self { due: Some(due), .. } if due < on => 4,
            Self { due: Some(due), .. } => match working_days_left(on, due) {
                0 | 1 => 3,
                2 | 3 => 2,
                4..=7 => 1,
                _ => 0,
            },
        }
    }
}

struct Task {
    id: String,
    organization: &'static str,
    state: &'static str,
    days: BTreeMap<NaiveDate, Then>,
}

impl Task {
    fn on(&self, day: NaiveDate) -> Option<Then> {
        self.days.range(..=day).next_back().map(|(_, then)| *then)
    }
}

/// A small generator of numbers, the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

fn set(app: &TestApp, today: NaiveDate) {
    app.clock.set(format!("{today}T05:00:00Z").parse().unwrap());
}

fn give(
    app: &TestApp,
    directive: &str,
    organization: &'static str,
    due: Option<NaiveDate>,
    role: &str,
) -> Task {
    let today = app.clock.today();
    let body = json!({"organization": organization, "role": role, "content": "Việc", "due_on": due});
    let path = format!("/api/v1/directives/{directive}/assignments");
    let id = app.root().post(&path, &body).send().expect(201).json()["id"].as_str().unwrap().to_owned();
    let then = Then { due, done: None, cancelled: false };
    Task { id, organization, state: "arrived", days: BTreeMap::from([(today, then)]) }
}

/// Lets something happen to a task that may happen to it, and remembers what that means.
fn happen(app: &TestApp, task: &mut Task, dice: &mut Dice) {
    let today = app.clock.today();
    let mut then = task.on(today).unwrap();
    let say = |event: &str, more: Value| {
        let mut body = json!({"event": event, "note": "Lý do"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        app.root().post(&format!("/api/v1/assignments/{}/events", task.id), &body).send().expect(200);
    };
    match (task.state, dice.roll(4)) {
        ("arrived", 0) => {
            say("refuse", json!({}));
            (task.state, then.cancelled) = ("refused", true);
        }
        ("arrived", _) => {
            say("accept", json!({}));
            task.state = "accepted";
        }
        ("accepted", 0) if then.due.is_some() => {
            let later = then.due.unwrap().max(today) + Days::new(5);
            say("request_extension", json!({"due_on": later}));
            say("grant_extension", json!({}));
            then.due = Some(later);
        }
        ("accepted", 1) => {
            say("recall", json!({}));
            say("agree_recall", json!({}));
            (task.state, then.cancelled) = ("withdrawn", true);
        }
        ("accepted", _) => {
            say("report", json!({}));
            (task.state, then.done) = ("reported", Some(today));
        }
        ("reported", 0) => {
            say("return", json!({}));
            (task.state, then.done) = ("accepted", None);
        }
        ("reported", 1) => {
            say("confirm", json!({}));
            task.state = "done";
        }
        _ => return,
    }
    task.days.insert(today, then);
}

fn overview(app: &TestApp, query: &str) -> Value {
    app.root().get(&format!("/api/v1/directives/overview?{query}")).send().expect(200).json()
}

fn shown(row: &Value) -> [i64; 8] {
    let buckets = BUCKETS.map(|bucket| row[bucket].as_i64().unwrap());
    assert_eq!(row["total"], buckets.iter().sum::<i64>(), "they add up");
    buckets
}

fn counted<'a>(tasks: impl Iterator<Item = &'a Task>, on: NaiveDate) -> [i64; 8] {
    let mut buckets = [0; 8];
    for then in tasks.filter_map(|task| task.on(on)) {
        buckets[then.bucket(on)] += 1;
    }
    buckets
}

/// Two months in which tasks are given and worked on at random, each with the place of its directive; ends on 25 July 2020.
fn two_months(app: &TestApp) -> Vec<(usize, Task)> {
    let root = app.root();
    let directives = [
        id_of(&root, &directive("16/CT-TTg", "Thủ tướng Chính phủ", "Dân vận", Some("2016-05-16"))),
        id_of(&root, &directive("30-CT/TU", "Tỉnh ủy Đồng Nai", "Thi đua", Some("2015-02-14"))),
    ];
    let mut dice = Dice(7);
    let mut tasks: Vec<(usize, Task)> = Vec::new();
    for today in day("2020-06-01").iter_days().take_while(|today| *today < day("2020-07-20")) {
        set(app, today);
        for _ in 0..dice.roll(3) {
            let which = usize::try_from(dice.roll(2)).unwrap();
            let due = (dice.roll(5) > 0).then(|| today + Days::new(dice.roll(20)));
            let organization = ORGANIZATIONS[usize::try_from(dice.roll(4)).unwrap()];
            let role = if dice.roll(2) == 0 { "lead" } else { "cooperate" };
            tasks.push((which, give(app, &directives[which], organization, due, role)));
            // Who watches has nothing to do.
            give(app, &directives[which], organization, due, "watch");
        }
        for (_, task) in &mut tasks {
            if dice.roll(4) == 0 {
                happen(app, task, &mut dice);
            }
        }
    }
    set(app, day("2020-07-25"));
    tasks
}

fn all(tasks: &[(usize, Task)]) -> impl Iterator<Item = &Task> {
    tasks.iter().map(|(_, task)| task)
}

/// The figure of the catalogue counts the same: completed in the period, and what is late at its end. As is known on `now`: what was
/// returned after it was reported is not done.
fn assert_figure(
    app: &TestApp,
    tasks: &[(usize, Task)],
    period: &str,
    (since, until, now): (&str, &str, &str),
) {
    let path = format!("/api/v1/figures?kpi=directives-on-time&org=H19&period={period}");
    let item = app.root().get(&path).send().expect(200).json()["items"][0].clone();
    let (since, until) = (day(since), day(until));
    let done = all(tasks).filter_map(|task| {
        let then = task.on(day(now))?;
        (!then.cancelled).then_some((then.done?, then.due))
    });
    let done: Vec<_> = done.filter(|(done, _)| since <= *done && *done <= until).collect();
    let in_time = done.iter().filter(|(done, due)| due.is_none_or(|due| *done <= due)).count();
    let late = counted(all(tasks), until)[4];
    let out_of = i64::try_from(done.len()).unwrap() + late;
    assert_eq!((&item["numerator"], &item["denominator"]), (&json!(in_time), &json!(out_of)), "{period}");
}

/// What the listed tasks added gives the sums of the figure.
fn assert_explained(app: &TestApp, tasks: &[(usize, Task)]) {
    let path = "/api/v1/figures/explain?kpi=directives-on-time&org=H19&period=2020&limit=500";
    let explained = app.root().get(path).send().expect(200).json();
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    for record in explained["items"].as_array().unwrap() {
        assert_eq!(record["kind"], "assignment");
        assert!(all(tasks).any(|task| record["code"] == task.id));
        for part in record["adds"].as_array().unwrap() {
            *sums.entry(part["counter"].as_str().unwrap().to_owned()).or_default() +=
                part["n"].as_i64().unwrap();
        }
    }
    for counter in explained["denominator"]["counters"].as_array().unwrap() {
        let sum = sums.get(counter["counter"].as_str().unwrap()).copied().unwrap_or(0);
        assert_eq!(counter["sum"], sum, "{counter}");
    }
}

on_both! {
    fn every_day_of_two_months_is_as_it_was(app) {
        set(app, day("2020-06-01"));
        app.province();
        let tasks = two_months(app);
        let mut seen = [0; 8];
        for on in day("2020-05-31").iter_days().take_while(|on| *on <= day("2020-07-25")) {
            let answer = overview(app, &format!("org=H19&as_of={on}"));
            for row in answer["items"].as_array().unwrap() {
                let own = all(&tasks).filter(|task| task.organization == row["key"]);
                assert_eq!(shown(row), counted(own, on), "{on} {row}");
            }
            let sum = counted(all(&tasks), on);
            assert_eq!(shown(&answer["total"]), sum, "{on}");
            for (bucket, n) in sum.iter().enumerate() {
                seen[bucket] += n;
            }
        }
        assert!(seen.iter().all(|n| *n > 0), "{seen:?}: every state was there");
        // The same as of today, of one department, by issuer and by type.
        let now = day("2020-07-25");
        let below = all(&tasks).filter(|task| task.organization.starts_with("H19.06"));
        assert_eq!(shown(&overview(app, "org=H19.06")["total"]), counted(below, now));
        let of = |which: usize| counted(tasks.iter().filter(|task| task.0 == which).map(|(_, task)| task), now);
        let by_issuer = overview(app, "org=H19&by=issuer");
        let row = |key: &str| {
            let rows = by_issuer["items"].as_array().unwrap();
            shown(rows.iter().find(|row| row["key"] == key).unwrap_or_else(|| panic!("no {key} in {by_issuer}")))
        };
        assert_eq!((row("Thủ tướng Chính phủ"), row("Tỉnh ủy Đồng Nai")), (of(0), of(1)));
        assert_eq!(shown(&overview(app, "org=H19&issuer=dong%20nai")["total"]), of(1));
        assert_eq!(shown(&overview(app, "org=H19&by=type")["total"]), counted(all(&tasks), now));
        assert_figure(app, &tasks, "2020-06", ("2020-06-01", "2020-06-30", "2020-07-25"));
        assert_figure(app, &tasks, "2020-07", ("2020-07-01", "2020-07-25", "2020-07-25"));
        assert_explained(app, &tasks);
    }

    fn an_overview_is_of_what_the_caller_reaches(app) {
        app.province();
        let root = app.root();
        let id = id_of(&root, &directive("16/CT-TTg", "Thủ tướng Chính phủ", "Dân vận", Some("2016-05-16")));
        for organization in ORGANIZATIONS {
            give(app, &id, organization, None, "lead");
        }
        let mine = app.caller("a", "H19.06", "directives:read");
        let get = |query: &str| mine.get(&format!("/api/v1/directives/overview?{query}")).send();
        assert_eq!(get("org=H19.06").expect(200).json()["total"]["total"], 2);
        get("org=H19").problem(404, "not-found");
        get("org=H19.09").problem(404, "not-found");
        get("org=H19.06&as_of=2026-01-06").problem(422, "invalid-request");
        get("org=H19.06&by=color").problem(422, "invalid-request");
        app.caller("b", "H19.06", "kpis:read").get("/api/v1/directives/overview?org=H19.06").send().problem(403, "insufficient-scope");
    }

    fn who_read_what_is_counted_beside_the_tasks(app) {
        app.province();
        let root = app.root();
        let id = id_of(&root, &directive("16/CT-TTg", "Thủ tướng Chính phủ", "Dân vận", Some("2016-05-16")));
        give(app, &id, "H19.06", None, "lead");
        let say = |subject: &str, step: &str, organization: &str| {
            let body = json!({"organization": organization, "step": step});
            let caller = app.caller(subject, "H19.06", "directives:read directives:write");
            caller.post(&format!("/api/v1/directives/{id}/acknowledgements"), &body).send().expect(201);
        };
        // Of the department three, of its division one.
        for (subject, step, organization) in [("a", "delivered", "H19.06"), ("b", "read", "H19.06"), ("c", "understood", "H19.06"), ("d", "opened", "H19.06.02")] {
            say(subject, step, organization);
        }
        let answer = overview(app, "org=H19");
        let readings = |row: &Value| ["delivered", "opened", "read", "understood"].map(|step| row["readings"][step].as_i64().unwrap());
        let rows: Vec<_> = answer["items"].as_array().unwrap().iter().map(|row| (row["key"].as_str().unwrap(), readings(row), row["total"].as_i64().unwrap())).collect();
        assert_eq!(rows, [("H19.06", [3, 2, 2, 1], 1), ("H19.06.02", [1, 1, 0, 0], 0)]);
        let total = &answer["total"];
        assert_eq!((readings(total), &total["opinions"]), ([4, 3, 2, 1], &json!(0)));
        assert_eq!((&total["readings"]["opened_percent"], &total["readings"]["read_percent"]), (&json!(75), &json!(50)));
        assert_eq!(readings(&overview(app, "org=H19&by=type")["items"][0]), [4, 3, 2, 1]);
        assert_eq!(readings(&overview(app, "org=H19&as_of=2026-01-04")["total"]), [0; 4]);
        let figure = |kpi: &str, org: &str| {
            let item = root.get(&format!("/api/v1/figures?kpi={kpi}&org={org}&period=2026")).send().expect(200).json()["items"][0].clone();
            (item["numerator"].clone(), item["denominator"].clone())
        };
        assert_eq!((figure("directives-read", "H19"), figure("directives-understood", "H19.06.02")), ((json!(2), json!(4)), (json!(0), json!(1))));
        let explained = root.get("/api/v1/figures/explain?kpi=directives-read&org=H19&period=2026").send().expect(200);
        assert_eq!(explained.json()["items"][0]["code"], json!(id));
        assert!(!explained.text().contains("\"b\""), "it names directives, not persons");
    }

    fn a_closed_period_keeps_its_tasks(app) {
        app.province();
        let root = app.root();
        let id = id_of(&root, &directive("16/CT-TTg", "Thủ tướng Chính phủ", "Dân vận", Some("2016-05-16")));
        let path = format!("/api/v1/directives/{id}/assignments");
        root.put("/api/v1/organizations/H19.06/closings/2020", &json!({"scheme": "calendar", "reason": "Chốt số liệu"})).send().expect(201);
        let body = json!({"organization": "H19.06", "role": "lead", "content": "Việc", "assigned_on": "2020-06-01"});
        root.post(&path, &body).send().problem(409, "period-closed");
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM assignments"), 0, "nothing refused leaves a trace");
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM counter_entries"), 0);
        let items = json!({"items": [body, {"organization": "H19.06", "role": "lead", "content": "Việc"}]});
        let fates = root.post(&format!("{path}/batch"), &items).send().expect(200);
        assert_eq!(fates.each("outcome"), ["failed", "created"]);
    }
}
