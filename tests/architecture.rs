//! The rules of the house: which file may know which, how long a file may be, how it begins and what it is called.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic, and so may what it is made of"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// A line of source outside tests and comments, with whether it belongs to a `use`.
struct Line {
    number: usize,
    text: String,
    in_use: bool,
}

fn files_below(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no source below {folder}");
    found
}

/// A path as it reads from the root of the repository.
fn shown(path: &Path) -> String {
    path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().display().to_string()
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap()
}

/// The lines of a file up to its tests, which stand at its foot, without comments.
fn lines(path: &Path) -> Vec<Line> {
    let text = fs::read_to_string(path).unwrap();
    let mut in_use = false;
    let source = text.lines().enumerate().take_while(|(_, line)| !line.starts_with("#[cfg(test)]"));
    let read = source.map(|(index, line)| {
        let trimmed = line.trim_start();
        let text = if trimmed.starts_with("//") { String::new() } else { line.to_owned() };
        in_use |= trimmed.starts_with("use ") || trimmed.starts_with("pub use ");
        let read = Line { number: index + 1, in_use, text };
        in_use &= !line.ends_with(';');
        read
    });
    read.collect()
}

/// Where a word stands by itself in a line: what is before it and what is after it.
fn words<'a>(line: &'a str, word: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word)
        .map(move |(at, _)| (&line[..at], &line[at + word.len()..]))
        .filter(move |(before, after)| !before.ends_with(is_part) && !after.starts_with(is_part))
}

/// Whether a line names a module: as a part of a path, or in a `use`.
fn names_module(line: &Line, module: &str) -> bool {
    words(&line.text, module)
        .any(|(before, after)| line.in_use || before.ends_with("::") || after.starts_with("::"))
}

fn check(files: impl IntoIterator<Item = PathBuf>, refused: impl Fn(&Line) -> Option<String>) {
    let mut faults = Vec::new();
    for path in files {
        for line in lines(&path) {
            if let Some(why) = refused(&line) {
                faults.push(format!("{}:{}: {why}: {}", shown(&path), line.number, line.text.trim()));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

const PURE: &[&str] = &[
    "model.rs",
    "tree.rs",
    "held.rs",
    "plan.rs",
    "percent.rs",
    "persons.rs",
    "topics.rs",
    "kinds.rs",
    "message.rs",
    "series.rs",
    "hours.rs",
    "half.rs",
    "spans.rs",
    "adds.rs",
    "due.rs",
    "life.rs",
    "sequence.rs",
    "prose.rs",
    "scan.rs",
    "symbol.rs",
    "cue.rs",
    "dates.rs",
    "reading.rs",
    "types.rs",
    "documents.rs",
    "vectors.rs",
    "trials.rs",
    "identity.rs",
    "words.rs",
    "change.rs",
    "machine.rs",
    "check.rs",
    "ticket.rs",
    "package.rs",
    "status.rs",
    "refusals.rs",
    "warnings.rs",
    "secrecy.rs",
    "agencies.rs",
    "writing.rs",
    "samples.rs",
    "roundtrip.rs",
    "archive.rs",
    "attachments.rs",
    "building.rs",
    "business.rs",
    "events.rs",
    "fields.rs",
    "formats.rs",
    "header.rs",
    "payload.rs",
    "source.rs",
    "steps.rs",
    "document.rs",
    "suppression.rs",
    "letter.rs",
    "xml.rs",
    "body.rs",
    "styles.rs",
    "composing.rs",
    "grids.rs",
    "widths.rs",
];
const STORES: &[&str] = &[
    "store.rs",
    "keep.rs",
    "key.rs",
    "reach.rs",
    "ledger.rs",
    "members.rs",
    "sums.rs",
    "sightings.rs",
    "entries.rs",
    "told.rs",
    "history.rs",
    "search.rs",
    "checking.rs",
    "known.rs",
    "exchanged.rs",
    "contents.rs",
    "units.rs",
    "remembered.rs",
];
const ACTIONS: &[&str] = &[
    "actions.rs",
    "sources.rs",
    "incoming.rs",
    "receiving.rs",
    "registering.rs",
    "counting.rs",
    "handing.rs",
    "statuses.rs",
    "outgoing.rs",
    "sending.rs",
    "emulated.rs",
    "guidance.rs",
    "opinions.rs",
    "recognised.rs",
    "results.rs",
    "situation.rs",
];
const APIS: &[&str] =
    &["api.rs", "batch.rs", "pushing.rs", "subtree.rs", "bodies.rs", "patch.rs", "summary.rs"];
/// What goes on beside the requests.
const TASKS: &[&str] = &["pulse.rs", "sweep.rs", "courier.rs", "midnight.rs"];
/// The slices below the platform, in their order: each knows only those before it.
const SLICES: &[&str] =
    &["organizations", "kpis", "directives", "emulation", "feedback", "reports", "changes"];
/// What puts the slices together, which none of them knows.
const TOP: &[&str] = &["app", "commands", "openapi", "routes"];

fn of_slices(layer: &'static [&'static str]) -> impl Iterator<Item = PathBuf> {
    let all = SLICES.iter().flat_map(|slice| files_below(&format!("src/{slice}")));
    all.filter(move |path| layer.contains(&name(path)))
}

/// Refuses crates and types by word, modules by path.
fn layer(layer: &'static [&'static str], crates: &[&str], modules: &[&str]) {
    check(of_slices(layer), |line| {
        let by_word = crates.iter().find(|word| words(&line.text, word).next().is_some());
        let found = by_word.or_else(|| modules.iter().find(|module| names_module(line, module)))?;
        Some(format!("{} may not know {found}", layer[0]))
    });
}

#[test]
fn every_file_of_a_slice_belongs_to_a_layer() {
    for path in SLICES.iter().flat_map(|slice| files_below(&format!("src/{slice}"))) {
        let layers = [PURE, STORES, ACTIONS, APIS, TASKS, &["mod.rs"]];
        let known = layers.iter().any(|layer| layer.contains(&name(&path)));
        assert!(known, "{}:1: no layer of tests/architecture.rs has this file name", shown(&path));
    }
}

#[test]
fn a_model_is_pure() {
    layer(
        PURE,
        &["actix_web", "diesel", "Conn", "Db", "Work", "Sql"],
        &[
            "store",
            "actions",
            "api",
            "keep",
            "reach",
            "ledger",
            "members",
            "sums",
            "sightings",
            "entries",
            "sources",
        ],
    );
}

/// A definition of a KPI is data: it is stored, answered and taken as it is. To describe it a second time in `api.rs` would
/// make two truths of one, so a model may derive its schema. It may not use anything else of the document.
#[test]
fn a_model_knows_of_the_document_no_more_than_the_derived_schema() {
    check(of_slices(PURE), |line| {
        let more = words(&line.text, "utoipa").any(|(_, after)| !after.starts_with("::ToSchema"));
        more.then(|| "a model may only derive utoipa::ToSchema".to_owned())
    });
}

#[test]
fn a_store_knows_neither_http_nor_who_calls_it() {
    layer(STORES, &["actix_web", "utoipa"], &["actions", "api", "batch", "pushing", "subtree"]);
}

#[test]
fn actions_know_neither_http_nor_sql() {
    layer(ACTIONS, &["actix_web", "utoipa", "diesel"], &["api", "batch", "pushing", "subtree"]);
}

#[test]
fn a_task_knows_neither_requests_nor_sql() {
    layer(
        TASKS,
        &["utoipa", "diesel", "Sql", "Conn", "HttpRequest"],
        &["api", "batch", "pushing", "subtree"],
    );
}

#[test]
fn an_api_knows_no_sql() {
    layer(APIS, &["diesel", "Sql", "Conn"], &[]);
    check(of_slices(APIS), |line| {
        line.text.contains("crate::schema").then(|| "api.rs may not know the tables".to_owned())
    });
}

#[test]
fn the_platform_names_no_slice_and_a_slice_only_those_above_it() {
    for (index, folder) in std::iter::once(&"platform").chain(SLICES).enumerate() {
        let later: Vec<&str> = SLICES.iter().skip(index).chain(TOP).copied().collect();
        check(files_below(&format!("src/{folder}")), |line| {
            let names = |module: &&&str| line.text.contains(&format!("crate::{module}"));
            let found = later.iter().find(names).map(|module| format!("{folder} may not know {module}"));
            let climbs = line.text.contains("super::super");
            found.or_else(|| climbs.then(|| "write crate:: instead of climbing".to_owned()))
        });
    }
}

#[test]
fn no_file_is_longer_than_four_hundred_lines() {
    for path in files_below("src").into_iter().chain(files_below("tests")) {
        let count = fs::read_to_string(&path).unwrap().lines().count();
        let printed = path.ends_with("src/schema.rs");
        assert!(printed || count <= 400, "{}:{count}: longer than 400 lines", shown(&path));
    }
    let main = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/main.rs")).unwrap();
    assert!(main.lines().count() <= 60, "src/main.rs:{}: longer than 60 lines", main.lines().count());
}

#[test]
fn every_file_says_first_what_lives_in_it() {
    for path in files_below("src").into_iter().chain(files_below("tests")) {
        let text = fs::read_to_string(&path).unwrap();
        let printed = path.ends_with("src/schema.rs");
        assert!(printed || text.starts_with("//! "), "{}:1: the first line is no `//! …`", shown(&path));
    }
}

#[test]
fn no_file_has_a_name_that_says_nothing() {
    let nothing = [
        "utils", "util", "helpers", "helper", "common", "misc", "manager", "service", "data", "info",
        "handle",
    ];
    for path in files_below("src").into_iter().chain(files_below("tests")) {
        let relative = shown(&path);
        let empty = relative.trim_end_matches(".rs").split('/').find(|part| nothing.contains(part));
        assert_eq!(empty, None, "{relative}:1: a name that says nothing");
    }
}

#[test]
fn time_environment_and_ids_have_one_door_each() {
    let doors = [
        ("Utc::now", "src/platform/clock.rs"),
        ("now_v7", "src/platform/clock.rs"),
        ("env::var", "src/platform/config/mod.rs"),
    ];
    for (call, door) in doors {
        let others = files_below("src").into_iter().filter(|path| shown(path) != door);
        check(others, |line| line.text.contains(call).then(|| format!("only {door} may call {call}")));
    }
}

#[test]
fn nothing_outside_tests_panics_by_unwrap_or_expect() {
    check(files_below("src"), |line| {
        let panics = line.text.contains(".unwrap()") || line.text.contains(".expect(");
        panics.then(|| "answer a Fault instead".to_owned())
    });
}
