//! The demo: what the report of 2020 states, by the lines that the demo itself prints.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::acknowledgements::of;
use crate::directives_register::{directive, id_of};
use crate::harness::Client;
use crate::harness::process::{Process, danvan, lines_of};
use crate::kpis_catalog::TEN;
use crate::voter::ticket;

/// Every citation of the report, in words of our own.
const REPORT: &str = include_str!("../../../examples/dong-nai-2020/document-numbers/parse.json");

/// A demo, what it greeted with, and the folder of its temporary files.
fn demo(more: &[&str]) -> (Process, Vec<String>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let args: Vec<&str> = ["demo", "--port", "0"].iter().chain(more).copied().collect();
    let mut child = danvan(&args).env("TMPDIR", folder.path()).stderr(Stdio::null()).spawn().unwrap();
    let lines = lines_of(child.stdout.take().unwrap());
    let mut greeting = Vec::new();
    let mut process = Process::of(child, String::new(), lines);
    while !greeting.iter().any(|line: &String| line.contains("Ctrl-C")) {
        greeting.push(process.line(""));
    }
    let served = greeting.iter().find_map(|line| line.split_once("serving on ")).unwrap();
    served.1.clone_into(&mut process.base);
    (process, greeting, folder)
}

fn token(greeting: &[String]) -> String {
    greeting.iter().find_map(|line| line.strip_prefix("export TOKEN=")).unwrap().to_owned()
}

fn caller(process: &Process, greeting: &[String]) -> Client {
    Client::new(&process.base, Some(format!("Bearer {}", token(greeting))))
}

/// Does what a curl line of the greeting does.
fn curl(process: &Process, greeting: &[String], line: &str) -> Value {
    let quoted: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
    assert_eq!((quoted[0], quoted.len()), ("Authorization: Bearer $TOKEN", 2), "{line}");
    let path = quoted[1].strip_prefix(&process.base).expect("a URL of the demo");
    caller(process, greeting).get(path).send().expect(200).json()
}

#[test]
fn the_demo_answers_what_the_report_states() {
    let (process, greeting, _folder) = demo(&[]);
    let reader = caller(&process, &greeting);
    let card = reader.get("/api/v1/organizations/H19.06/scorecard?period=2020").send().expect(200).json();
    let items = card["items"].as_array().unwrap();
    let figures: Vec<_> = items
        .iter()
        .filter_map(|item| Some((item["kpi"].as_str().unwrap(), item["reported"]["percent"].as_i64()?)))
        .collect();
    let report = TEN.map(|kpi| (kpi, if kpi == "interagency-e-documents" { 90 } else { 100 }));
    assert_eq!(figures, report);
    let reported = || items.iter().filter(|item| item["reported"].is_object());
    for item in reported() {
        assert_eq!(
            (&item["reported"]["status"], &item["reported"]["denominator"]),
            (&json!("estimate"), &Value::Null)
        );
    }
    // What is counted from the example's records stands beside it.
    let computed = |kpi: &str| {
        let item = items.iter().find(|item| item["kpi"] == kpi).unwrap();
        (item["computed"]["numerator"].as_i64().unwrap(), item["computed"]["denominator"].as_i64().unwrap())
    };
    let (on_time, settled) = computed("on-time-dossiers");
    assert!(settled > 1_000 && on_time < settled && on_time * 10 > settled * 8, "{on_time} of {settled}");
    for whole in ["online-service-level-4", "procedures-published", "internal-e-documents"] {
        let (part, all) = computed(whole);
        assert!(part == all && all > 0, "{whole}: {part} of {all}");
    }
    assert_eq!(computed("interagency-e-documents"), (2_377, 2_664));
    let missed: Vec<_> = reported().filter(|item| item["attainment"] != "met").collect();
    assert!(missed.iter().any(|item| item["kpi"] == "interagency-e-documents"), "{missed:?}");
}

#[test]
fn the_demo_has_the_structure_and_the_staff_of_the_report() {
    let (process, greeting, _folder) = demo(&[]);
    let reader = caller(&process, &greeting);
    let tree = reader.get("/api/v1/organizations/H19/tree").send().expect(200).json();
    let department =
        tree["children"].as_array().unwrap().iter().find(|child| child["code"] == "H19.06").unwrap();
    let mut kinds: Vec<&str> = department["children"]
        .as_array()
        .unwrap()
        .iter()
        .map(|child| child["kind"].as_str().unwrap())
        .collect();
    kinds.sort_unstable();
    assert_eq!(
        kinds,
        [
            "division",
            "division",
            "division",
            "division",
            "leadership",
            "service_unit",
            "service_unit",
            "sub_department"
        ]
    );
    let staffing =
        reader.get("/api/v1/organizations/H19.06/staffing").send().expect(200).json()["items"][0].clone();
    assert_eq!(
        [&staffing["quota"], &staffing["present"], &staffing["total"]].map(|n| n.as_i64().unwrap()),
        [47, 47, 182]
    );
    let lines = staffing["qualifications"].as_array().unwrap();
    let count = |of_which: bool| -> Vec<i64> {
        lines
            .iter()
            .filter(|line| line["of_which"] == of_which)
            .map(|line| line["count"].as_i64().unwrap())
            .collect()
    };
    assert_eq!(count(false), [2, 70, 110]);
    assert!(count(true).contains(&7) && count(true).contains(&8));
    assert_eq!(staffing["qualified"], 182);
}

#[test]
fn the_demo_knows_every_document_that_the_report_cites_and_what_it_says_of_them() {
    let (process, greeting, _folder) = demo(&[]);
    let reader = caller(&process, &greeting);
    let list = reader.get("/api/v1/directives?organization=H19.06&limit=500").send().expect(200).json();
    let shown: BTreeSet<String> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["canonical"].as_str().unwrap().to_owned())
        .collect();
    // What the parser finds in the whole report is what is registered, no more and no less.
    let report: Value = serde_json::from_str(REPORT).unwrap();
    let parsed = reader.post("/api/v1/document-numbers/parse", &report).send().expect(200).each("canonical");
    assert_eq!((shown.len(), shown), (34, parsed.into_iter().collect()));
    let id_of = |query: &str| {
        let found = reader.get(&format!("/api/v1/directives?{query}")).send().expect(200).each("id");
        assert_eq!(found.len(), 1, "{query}");
        found[0].clone()
    };
    assert_eq!(id_of("number=16/CT-TTg&year=2016"), id_of("number=16/2016/CT-TTg"));
    let related = |number: &str, depth: usize| {
        let path =
            format!("/api/v1/directives/{}/relations?depth={depth}", id_of(&format!("number={number}")));
        reader.get(&path).send().expect(200).json()
    };
    // The report, the plan to sum up, and the directive itself: 363-KH/TU puts 30-CT/TU into practice, and the report both.
    let directive = related("30-CT/TU", 1);
    assert_eq!(directive["directives"].as_array().map(Vec::len), Some(3), "{directive}");
    let kinds: BTreeSet<&str> =
        directive["relations"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["cites", "implements"].into());
    let whole = related("30-CT/TU", 2);
    assert_eq!(whole["directives"].as_array().map(Vec::len), Some(34));
    assert_eq!(whole["relations"].as_array().map(Vec::len), Some(39));
}

#[test]
fn the_demo_has_tasks_that_no_figure_of_the_reports_year_counts() {
    let (process, greeting, _folder) = demo(&[]);
    let reader = caller(&process, &greeting);
    let overview = |query: &str| {
        let path = format!("/api/v1/directives/overview?org=H19.06{query}");
        reader.get(&path).send().expect(200).json()["total"].clone()
    };
    let total = overview("&as_of=2021-02-01");
    let buckets = [
        ("not_due", 1),
        ("due_in_7", 2),
        ("due_in_3", 1),
        ("due_in_1", 1),
        ("overdue", 1),
        ("done_on_time", 6),
        ("done_late", 1),
        ("cancelled", 1),
        ("total", 14),
    ];
    for (bucket, count) in buckets {
        assert_eq!(total[bucket], count, "{bucket}: {total}");
    }
    let readings = &overview("")["readings"];
    let steps = ["delivered", "opened", "read", "understood"].map(|step| readings[step].as_i64().unwrap());
    // Of seven times that a directive came to somebody, two were left at that and two at opening it.
    assert_eq!(steps, [7, 5, 3, 0]);
    let card = reader.get("/api/v1/organizations/H19.06/scorecard?period=2020").send().expect(200).json();
    let of_directives = |item: &&Value| item["kpi"].as_str().unwrap().starts_with("directives-");
    let counted: Vec<&Value> = card["items"].as_array().unwrap().iter().filter(of_directives).collect();
    assert_eq!(counted.len(), 3);
    for item in counted {
        assert_eq!(item["computed"]["denominator"].as_i64().unwrap_or(0), 0, "{item}");
    }
}

#[test]
fn every_line_of_the_greeting_works() {
    let (mut process, greeting, folder) = demo(&[]);
    assert!(greeting.contains(&token(&greeting)), "the token stands on a line of its own");
    let lines: Vec<&String> = greeting.iter().filter(|line| line.starts_with("curl ")).collect();
    assert_eq!(lines.len(), 6);
    assert_eq!(curl(&process, &greeting, lines[0])["items"].as_array().unwrap().len(), 23);
    assert_eq!(curl(&process, &greeting, lines[1])["items"][0]["kind"], "dossier");
    let form = curl(&process, &greeting, lines[2])["total"].clone();
    assert_eq!(form["c3"].as_i64().unwrap(), form["c7"].as_i64().unwrap() + form["c11"].as_i64().unwrap());
    assert_eq!(curl(&process, &greeting, lines[3])["as_of"], "2021-02-01");
    let found = curl(&process, &greeting, lines[4]);
    assert_eq!(found["items"][0]["code"], "H19.06", "{found}");
    assert_eq!(curl(&process, &greeting, lines[5])["code"], "H19");
    let docs = greeting.iter().find_map(|line| line.strip_prefix("Documentation to try:")).unwrap().trim();
    let docs = docs.strip_prefix(&process.base).unwrap();
    let answer = process.anyone().get(docs).send();
    assert!(matches!(answer.status, 200 | 301 | 302 | 307 | 308), "{}", answer.status);
    process.anyone().get("/docs/").send().expect(200);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    process.terminate();
    process.ended();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the temporary place is gone");
}

#[test]
fn a_kept_demo_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("demo.db");
    let keep = ["--keep", file.to_str().unwrap()];
    let (mut process, greeting, _temporary) = demo(&keep);
    let target = "/api/v1/organizations/H19.06/targets/satisfaction/2020";
    caller(&process, &greeting).put(target, &json!({"percent": 77})).if_match("*").send().expect(200);
    let id = id_of(
        &caller(&process, &greeting),
        &directive("7/KH-UBND", "Ủy ban", "Kế hoạch", Some("2020-02-03")),
    );
    let days = json!({"opens_on": "2020-01-01", "closes_on": "2999-12-31"});
    caller(&process, &greeting).put(&of(&id, "consultation"), &days).send().expect(201);
    process.terminate();
    process.ended();
    let (process, greeting, _temporary) = demo(&keep);
    let again = caller(&process, &greeting);
    assert_eq!(again.get(target).send().expect(200).json()["percent"], 77);
    // What was sealed is opened again: the secret lies beside the file, for its owner alone.
    ticket(&again, &id, "H19");
    let mode = std::fs::metadata(folder.path().join("demo.db.secret")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
