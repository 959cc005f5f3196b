//! The document of the API: what is committed under `openapi/` is what the code says, and it says everything.

#![expect(clippy::unwrap_used, reason = "a test may panic, and so may what it is made of")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use danvan::platform::auth::SCOPES;
use danvan::{platform, routes};
use serde_json::{Value, json};

fn document() -> Value {
    routes::document().clone()
}

/// Every operation: method, path and what the document says of it.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let of = |(path, item): (&String, &Value)| {
        let methods = item.as_object().unwrap().clone().into_iter();
        let path = path.clone();
        methods
            .map(move |(method, operation)| (method.to_uppercase(), path.clone(), operation))
            .collect::<Vec<_>>()
    };
    paths.iter().flat_map(of).collect()
}

/// Compares a committed file, or writes it when `DANVAN_ACCEPT` is set.
#[track_caller]
fn golden(file: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("DANVAN_ACCEPT").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, expected).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = kept.lines().zip(expected.lines()).position(|(kept, said)| kept != said);
    let line = differs.unwrap_or_else(|| kept.lines().count().min(expected.lines().count())) + 1;
    assert!(
        kept == expected,
        "{file}:{line} is not what the code says. If the change is meant, write it anew:\n\n    DANVAN_ACCEPT=1 cargo test --test document\n"
    );
}

#[test]
fn the_committed_document_is_what_the_code_says() {
    golden(
        "openapi/openapi.json",
        &format!("{}\n", serde_json::to_string_pretty(routes::document()).unwrap()),
    );
}

#[test]
fn the_committed_list_of_routes_is_what_the_code_says() {
    let document = document();
    let row = |(method, path, operation): &(String, String, Value)| {
        let scope = operation.pointer("/security/0/bearer/0").and_then(Value::as_str).unwrap_or("-");
        let id = operation["operationId"].as_str().unwrap();
        [id.to_owned(), method.clone(), path.clone(), scope.to_owned()]
    };
    let rows: Vec<[String; 4]> = operations(&document).iter().map(row).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap();
    let mut text = String::new();
    for [id, method, path, scope] in &rows {
        writeln!(text, "{id:0$}  {method:1$}  {path:2$}  {scope}", width(0), width(1), width(2)).unwrap();
    }
    golden("openapi/routes.txt", &text);
}

#[test]
fn the_committed_list_of_problems_is_what_the_code_says() {
    let kinds = routes::problem_kinds();
    let codes: BTreeMap<&str, u16> =
        kinds.iter().map(|kind| (kind.code, platform::problem::status_of(kind))).collect();
    let width = codes.keys().map(|code| code.len()).max().unwrap();
    let rows = codes.iter().map(|(code, status)| format!("{code:width$}  {status}\n"));
    golden("openapi/problems.txt", &rows.collect::<String>());
}

#[test]
fn the_committed_example_of_the_settings_is_what_the_code_says() {
    golden("docker/env.example", &platform::config::example());
}

#[test]
fn every_operation_says_what_it_does_and_what_it_needs() {
    let document = document();
    let mut ids = BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        let name = format!("{method} {path}");
        let id = operation["operationId"].as_str().unwrap_or_else(|| panic!("{name} has no operation id"));
        assert!(ids.insert(id.to_owned()), "{name}: {id} is the id of another operation");
        let summary = operation["summary"].as_str().unwrap_or_default();
        assert!(summary.ends_with('.'), "{name}: the summary is no sentence: {summary:?}");
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{name} has no tag");
        match operation["security"].as_array().map(Vec::as_slice) {
            Some([open]) if *open == json!({}) => {}
            Some([bearer]) => {
                let scope = bearer["bearer"][0].as_str().unwrap_or_default();
                assert!(
                    SCOPES.iter().any(|(known, _)| *known == scope),
                    "{name}: no scope is called {scope:?}"
                );
                assert!(path.starts_with(routes::BASE), "{name} is secured, yet outside the API");
            }
            other => panic!("{name} says neither a scope nor that it needs none: {other:?}"),
        }
    }
}

#[test]
fn every_operation_says_which_problems_it_answers() {
    for (method, path, operation) in operations(&document()) {
        let secured = operation["security"][0]["bearer"].is_array();
        let mut expected = vec!["500", "default"];
        expected.extend(if secured { &["400", "401", "403", "406", "422"][..] } else { &[] });
        expected.extend(path.contains('{').then_some("404"));
        expected.extend(
            (method == "PUT" || method == "PATCH").then_some(["409", "412", "428"]).into_iter().flatten(),
        );
        expected.extend(operation["requestBody"].is_object().then_some(["413", "415"]).into_iter().flatten());
        for status in expected {
            let answer = operation["responses"][status]["$ref"].as_str();
            assert_eq!(answer, Some("#/components/responses/Problem"), "{method} {path} {status}");
        }
    }
}

#[test]
fn every_parameter_in_a_path_is_declared_and_every_parameter_is_described() {
    for (method, path, operation) in operations(&document()) {
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let in_path = |parameter: &&Value| parameter["in"] == "path";
        let declared: BTreeSet<&str> =
            parameters.iter().filter(in_path).map(|p| p["name"].as_str().unwrap()).collect();
        // What is asked of the calendar has no sense without its days, and a figure none without whose, which and when.
        let needed: &[&str] = match path.rsplit('/').next().unwrap() {
            "days" => &["from", "to"],
            "due-date" => &["from", "working_days"],
            "scorecard" => &["period"],
            "figures" => &["kpi", "org"],
            "rankings" | "explain" => &["kpi", "org", "period"],
            "eligibility" => &["subject", "title", "year"],
            "overview" | "funnel" => &["org"],
            "participation" | "faces" | "dossier-handling" | "letter-handling" => &["org", "period"],
            "receptions" | "satisfaction" if path.contains("/reports/") => &["org", "period"],
            "parse" => &["text"],
            "{id}.edxml" => &["to"],
            _ if path.contains("/mass-mobilization") => &["org", "from", "to"],
            _ => &[],
        };
        let named = path.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()).collect();
        assert_eq!(declared, named, "{method} {path}");
        let told: std::collections::HashSet<_> =
            parameters.iter().map(|one| format!("{} {}", one["in"], one["name"])).collect();
        assert_eq!(told.len(), parameters.len(), "{method} {path}: a parameter is told twice");
        for parameter in &parameters {
            let name = &parameter["name"];
            assert!(parameter["description"].is_string(), "{method} {path}: {name} is not described");
            assert!(parameter["schema"].is_object(), "{method} {path}: {name} has no schema");
            let needed = needed.contains(&name.as_str().unwrap());
            assert_eq!(parameter["required"] == json!(true), in_path(&parameter) || needed, "{path} {name}");
        }
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn walk(value: &Value, document: &Value) {
        match value {
            Value::Object(members) => {
                if let Some(to) = members.get("$ref").and_then(Value::as_str) {
                    let found = to.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
                    assert!(found.is_some(), "{to} leads nowhere");
                }
                members.values().for_each(|member| walk(member, document));
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, document)),
            _ => {}
        }
    }
    let document = document();
    walk(&document, &document);
}

#[test]
fn every_body_has_an_example_that_fits_its_schema() {
    let document = document();
    for (method, path, operation) in operations(&document) {
        let answers = ["200", "201"].into_iter().map(|status| (status, &operation["responses"][status]));
        for (place, body) in answers.chain([("request", &operation["requestBody"])]) {
            for (kind, content) in body["content"].as_object().into_iter().flatten() {
                let name = format!("{method} {path} {place} {kind}");
                let example = content.get("example").unwrap_or_else(|| panic!("{name} has no example"));
                let schema = json!({ "allOf": [content["schema"]], "components": document["components"] });
                let validator =
                    jsonschema::draft202012::options().should_validate_formats(true).build(&schema);
                let faults: Vec<String> = validator
                    .unwrap()
                    .iter_errors(example)
                    .map(|e| format!("{}: {e}", e.instance_path()))
                    .collect();
                assert!(faults.is_empty(), "{name}: {example}\n{}", faults.join("\n"));
            }
        }
    }
}

#[test]
fn every_field_is_described_and_every_object_is_a_schema_of_its_own() {
    for (name, schema) in document()["components"]["schemas"].as_object().unwrap() {
        assert!(!name.contains(['_', '<', '.']), "{name} is no name for a typed client");
        assert!(schema["description"].is_string(), "{name} is not described");
        for (field, of) in schema["properties"].as_object().into_iter().flatten() {
            let described =
                ["/description", "/oneOf/0/description"].iter().any(|at| of.pointer(at).is_some());
            assert!(described || of["$ref"].is_string(), "{name}.{field} is not described");
            let inner = of.get("items").unwrap_or(of);
            assert!(inner["properties"].is_null(), "{name}.{field} is written out instead of named");
        }
        let text = schema.to_string();
        assert!(!text.contains("[`") && !text.contains("::"), "{name} speaks of the code: {text}");
    }
}

/// Two structures of one name would silently overwrite each other in the document.
#[test]
fn no_two_structures_give_a_schema_of_the_same_name() {
    let mut places: BTreeMap<String, String> = BTreeMap::new();
    for path in sources() {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut derived = None;
        for (index, line) in text.lines().enumerate() {
            let place = format!("{}:{}", path.display(), index + 1);
            if line.contains("derive(") && line.contains("ToSchema") {
                derived = Some(None);
            }
            let renamed = line.split_once("#[schema(as = ").map(|(_, rest)| word(rest));
            if let (Some(_), Some(name)) = (&derived, renamed) {
                derived = Some(Some(name));
            }
            let item = line.trim_start().trim_start_matches("pub ");
            let own = ["struct ", "enum "].iter().find_map(|kind| item.strip_prefix(kind)).map(word);
            let by_macro = line.strip_prefix("    ").filter(|rest| {
                rest.starts_with(char::is_uppercase)
                    && rest.split_once(", \"").is_some_and(|(name, _)| name == word(name))
            });
            let name = match own {
                Some(own) => derived.take().map(|renamed| renamed.unwrap_or(own)),
                None => by_macro.map(word),
            };
            if let Some(first) = name.and_then(|name| places.insert(name, place.clone())) {
                panic!("{place}: a schema of this name stands at {first}");
            }
        }
    }
    for expected in ["NewOrganization", "KpiDefinition", "SingleFault", "OrganizationKind", "KpiId"] {
        assert!(places.contains_key(expected), "{expected} was not seen: the scan misses something");
    }
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric()).collect()
}

fn sources() -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.retain(|path| path.extension().is_some_and(|kind| kind == "rs"));
    found
}
