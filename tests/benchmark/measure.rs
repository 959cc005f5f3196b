//! The order of a measurement: load and base in turn, then each question and its base in turn, at each size.

use std::collections::HashMap;
use std::time::Duration;

use super::contract::Ask;
use super::fastapi::{Installed, Served};
use super::harness::Backend;
use super::http::{self, Speed};
use super::load::{Dossiers, copy};
use super::report::{Row, machine, millis};
use super::site::Running;
use super::{Options, changed, pgbench, queries};

/// Parts of a load: after each, COPY takes the same rows.
const PARTS: u64 = 5;
/// The ninety-fifth percentile of the largest answer, at most.
const SLOWEST: Duration = Duration::from_millis(30);

/// Everything, and the machine that it was measured on.
pub fn all(options: &Options, backends: &[Backend]) -> (Vec<Row>, String) {
    let (mut rows, mut said, mut slowest) = (Vec::new(), machine(None), HashMap::new());
    let counts: Vec<&u64> = options.dossiers.iter().filter(|count| **count > 0).collect();
    let by_hand = (!counts.is_empty() && backends.contains(&Backend::Postgres)).then(Installed::new);
    for count in counts {
        let running: Vec<Running> = backends
            .iter()
            .map(|backend| Running::start(*backend).unwrap_or_else(|why| panic!("{backend:?}: {why}")))
            .collect();
        let postgres = running.iter().find(|one| one.backend == Backend::Postgres);
        said = machine(postgres.map(|one| one.site.database.url()).as_deref());
        rows.extend(load(options, *count, &running));
        for one in &running {
            one.analyze();
        }
        for ask in Ask::ALL {
            for one in &running {
                let (row, p95) = question(options, ask, one, *count);
                rows.push(row);
                if ask != Ask::Organization {
                    let limit = (ask == Ask::ProvinceYear).then_some(SLOWEST);
                    rows.push(changed::asked(ask.name(), &ask.path(), limit, one, place(one, *count)));
                }
                if let (Ask::ProvinceYear, Some(p95)) = (ask, p95) {
                    rows.extend(growth(&mut slowest, one, *count, p95));
                }
            }
        }
        if let Some((one, installed)) = postgres.zip(by_hand.as_ref()) {
            rows.extend(against_by_hand(options, one, *count, installed));
        }
        rows.extend(running.iter().flat_map(|one| process(one, *count)));
    }
    (rows, said)
}

fn place(one: &Running, count: u64) -> String {
    format!("{:?}, {count}", one.backend)
}

fn per_second(rows: u64, took: Duration) -> f64 {
    // A second of the largest load is far below what a u32 holds.
    f64::from(u32::try_from(rows).unwrap_or(u32::MAX)) / took.as_secs_f64().max(1e-9)
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(0.0)
}

/// Loads every database in parts, with COPY in between.
fn load(options: &Options, count: u64, running: &[Running]) -> Vec<Row> {
    let mut sources: Vec<Dossiers> =
        running.iter().map(|_| Dossiers::generate(count, options.seed)).collect();
    let mut ours: Vec<Result<Vec<f64>, String>> = running.iter().map(|_| Ok(Vec::new())).collect();
    let mut base = Ok(Vec::new());
    for part in 0..PARTS {
        let rows = count * (part + 1) / PARTS - count * part / PARTS;
        for ((one, source), speeds) in running.iter().zip(&mut sources).zip(&mut ours) {
            add(speeds, || source.push(&one.client, rows, options.batch));
            eprintln!("{}: part {} of {PARTS} pushed", place(one, count), part + 1);
            if one.backend == Backend::Postgres && speeds.is_ok() {
                add(&mut base, || copy(&one.site.database.url(), one.site.folder.path()));
            }
        }
    }
    let base = base.map(median);
    let row = |(one, speeds): (&Running, Result<Vec<f64>, String>)| {
        let ours = speeds.map(median);
        let ratio = ours.as_ref().ok().zip(base.as_ref().ok()).filter(|(_, base)| **base > 0.0);
        let ratio = ratio.map(|(ours, base)| ours / base);
        Row {
            what: format!("bulk dossiers, batches of {}", options.batch),
            place: place(one, count),
            ours: ours.map(|speed| format!("{speed:.0} rows/s")),
            base: base.as_ref().map_or_else(Clone::clone, |speed| format!("COPY {speed:.0} rows/s")),
            ratio,
            budget: "≥ 0.5 × COPY".to_owned(),
            kept: ratio.map(|ratio| ratio >= 0.5),
        }
    };
    running.iter().zip(ours).map(row).collect()
}

/// Adds a part's speed, unless something went wrong before.
fn add(speeds: &mut Result<Vec<f64>, String>, part: impl FnOnce() -> Result<(u64, Duration), String>) {
    if let Ok(known) = speeds {
        match part() {
            Ok((0, _)) => {}
            Ok((rows, took)) => known.push(per_second(rows, took)),
            Err(why) => *speeds = Err(why),
        }
    }
}

/// The median of each figure by itself.
fn typical(all: &[Speed]) -> Option<Speed> {
    let time = |of: fn(&Speed) -> Duration| {
        let mut times: Vec<Duration> = all.iter().map(of).collect();
        times.sort_unstable();
        times.get(times.len() / 2).copied()
    };
    let per_second = median(all.iter().map(|one| one.per_second).collect());
    Some(Speed { per_second, p50: time(|one| one.p50)?, p95: time(|one| one.p95)? })
}

/// Asks the service, the bare one and pgbench in turn.
fn question(options: &Options, ask: Ask, one: &Running, count: u64) -> (Row, Option<Duration>) {
    let (lasts, many) = (Duration::from_secs(options.seconds), ask.connections(options.connections));
    let figures = matches!(ask, Ask::DepartmentMonths | Ask::ProvinceYear);
    let by_pgbench = figures && one.backend == Backend::Postgres;
    let (mut ours, mut bare, mut direct) = (Ok(Vec::new()), Ok(Vec::new()), Ok(Vec::new()));
    let url = one.site.database.url();
    for _ in 0..options.rounds {
        again(&mut ours, || http::round(&one.service.base, &ask.path(), Some(&one.token), many, lasts));
        again(&mut bare, || http::round(&one.bare.base, &format!("/{}", ask.name()), None, many, lasts));
        if by_pgbench {
            let statement = queries::statement(ask);
            again(&mut direct, || pgbench::round(&url, &statement, one.site.folder.path(), many, lasts));
        }
    }
    eprintln!("{}: {} asked", place(one, count), ask.name());
    let ours = ours.map(|all| typical(&all));
    let bare = bare.map(|all| typical(&all).map_or(0.0, |speed| speed.per_second));
    let (compared, against) = match direct.map(median) {
        Ok(direct) if by_pgbench => (format!("pgbench {direct:.0}/s; {}", shown(&bare)), Some(direct)),
        Err(why) if by_pgbench => (format!("{why}; {}", shown(&bare)), bare.ok()),
        _ => (shown(&bare), bare.ok()),
    };
    let speed = ours.as_ref().ok().copied().flatten();
    let ratio = speed.zip(against).filter(|(_, base)| *base > 0.0).map(|(ours, base)| ours.per_second / base);
    let p95 = speed.map(|speed| speed.p95);
    let kept = match ask {
        Ask::ProvinceYear => p95.map(|p95| p95 <= SLOWEST),
        _ => ratio.map(|ratio| ratio >= 0.8),
    };
    let text = |speed: Speed| {
        format!("{:.0}/s, p50 {}, p95 {}", speed.per_second, millis(speed.p50), millis(speed.p95))
    };
    let row = Row {
        what: format!("{} ({many} connections)", ask.name()),
        place: place(one, count),
        ours: ours.map(|speed| speed.map(text).unwrap_or_default()),
        base: compared,
        ratio,
        budget: ask.budget().to_owned(),
        kept,
    };
    (row, p95)
}

fn shown(bare: &Result<f64, String>) -> String {
    bare.as_ref()
        .map_or_else(|why| format!("bare handler: {why}"), |bare| format!("bare handler {bare:.0}/s"))
}

fn again<T>(all: &mut Result<Vec<T>, String>, measure: impl FnOnce() -> Result<T, String>) {
    if let Ok(known) = all {
        match measure() {
            Ok(one) => known.push(one),
            Err(why) => *all = Err(why),
        }
    }
}

/// Asks the service and the hand-written one in turn.
fn against_by_hand(
    options: &Options,
    one: &Running,
    count: u64,
    installed: &Result<Installed, String>,
) -> Vec<Row> {
    let url = one.site.database.url();
    let served = installed.as_ref().map_err(Clone::clone).and_then(|by_hand| Served::start(by_hand, &url));
    let rows = Ask::BY_HAND.map(|ask| {
        let (lasts, many) = (Duration::from_secs(options.seconds), ask.connections(options.connections));
        let mut ours = Ok(Vec::new());
        let mut theirs = served.as_ref().map(|_| Vec::new()).map_err(Clone::clone);
        for served in (0..options.rounds).filter_map(|_| served.as_ref().ok()) {
            let path = format!("/{}", ask.name());
            again(&mut ours, || http::round(&one.service.base, &ask.path(), Some(&one.token), many, lasts));
            again(&mut theirs, || http::round(&served.base, &path, None, many, lasts));
        }
        eprintln!("{}: {} asked by hand", place(one, count), ask.name());
        let speed = |all: Vec<Speed>| median(all.iter().map(|one| one.per_second).collect());
        // Without the other one there is nothing to say of ours.
        let both = theirs.and_then(|theirs| Ok((speed(ours?), speed(theirs))));
        let ratio =
            both.as_ref().ok().filter(|(_, theirs)| *theirs > 0.0).map(|(ours, theirs)| ours / theirs);
        Row {
            what: format!("{} ({many} connections), against FastAPI + psycopg", ask.name()),
            place: place(one, count),
            base: both.as_ref().map_or(String::new(), |(_, theirs)| format!("FastAPI {theirs:.0}/s")),
            ours: both.map(|(ours, _)| format!("{ours:.0}/s")),
            ratio,
            budget: "≥ 10 ×".to_owned(),
            kept: ratio.map(|ratio| ratio >= 10.0),
        }
    });
    rows.into()
}

/// The largest answer in comparison with the same at the first size.
fn growth(first: &mut HashMap<String, Duration>, one: &Running, count: u64, p95: Duration) -> Option<Row> {
    let database = format!("{:?}", one.backend);
    let Some(before) = first.get(&database) else {
        first.insert(database, p95);
        return None;
    };
    let ratio = p95.as_secs_f64() / before.as_secs_f64();
    Some(Row {
        what: format!("{}, in comparison with the first size", Ask::ProvinceYear.name()),
        place: place(one, count),
        ours: Ok(format!("p95 {}", millis(p95))),
        base: format!("p95 {}", millis(*before)),
        ratio: Some(ratio),
        budget: "≤ 1.2 ×".to_owned(),
        kept: Some(ratio <= 1.2),
    })
}

/// What the process itself takes.
fn process(one: &Running, count: u64) -> Vec<Row> {
    let row = |what: &str, ours: String, budget: &str, kept: Option<bool>| Row {
        what: what.to_owned(),
        place: place(one, count),
        ours: Ok(ours),
        base: String::new(),
        ratio: None,
        budget: budget.to_owned(),
        kept,
    };
    let mib = |kib: u64| format!("{}.{} MiB", kib / 1024, kib % 1024 * 10 / 1024);
    let [on_empty, ready] = one.ready;
    let peak = one.peak();
    vec![
        row(
            "ready (on an empty database)",
            format!("{} ({})", millis(ready), millis(on_empty)),
            "≤ 200 ms on SQLite",
            (one.backend == Backend::Sqlite).then(|| ready.max(on_empty) <= Duration::from_millis(200)),
        ),
        row("memory when idle", mib(one.idle), "≤ 30 MiB", Some(one.idle <= 30 * 1024)),
        row("memory under load, at most", mib(peak), "≤ 150 MiB", Some(peak <= 150 * 1024)),
    ]
}
