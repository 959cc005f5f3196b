//! Refusals: each is a problem document that says what is wrong and where, in the caller's language.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::harness::Answer;
use crate::http::{DEPARTMENT, ORGANIZATIONS, named, raw, status};
use crate::on_both;

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut pairs: Vec<_> =
        list.iter().map(|(place, code)| ((*place).to_owned(), (*code).to_owned())).collect();
    pairs.sort();
    pairs
}

fn sorted(answer: Answer) -> Vec<(String, String)> {
    let mut faults = answer.faults();
    faults.sort();
    faults
}

/// What a problem says to a person who may not learn whether the record exists.
fn without_request(answer: Answer) -> Value {
    let mut problem = answer.problem(404, "not-found");
    for own in ["request_id", "instance"] {
        problem.as_object_mut().unwrap().remove(own);
    }
    problem
}

on_both! {
    fn every_refusal_is_a_problem_document(app) {
        app.province();
        let (root, reader) = (app.root(), app.caller("reader", "*", "organizations:read"));
        let put = |body: &Value| root.put(DEPARTMENT, body);
        let taken = json!({"name": "Sở", "kind": "department", "valid_from": "2015-01-01", "codes": [{"code": "H19.09"}]});
        for (answer, status, code) in [
            (put(&json!(null)).bytes("application/json", b"{\"name\"").send(), 400, "malformed-request"),
            (root.get("/api/v1/organizations?cursor=x").send(), 400, "invalid-cursor"),
            (app.anyone().get(ORGANIZATIONS).send(), 401, "unauthenticated"),
            (app.bearer("x").get(ORGANIZATIONS).send(), 401, "invalid-token"),
            (reader.put(DEPARTMENT, &named("Sở")).send(), 403, "insufficient-scope"),
            (root.get("/api/v1/organizations/H99").send(), 404, "not-found"),
            (root.get("/api/v1/nowhere").send(), 404, "not-found"),
            (root.get("/").send(), 404, "not-found"),
            (root.request("DELETE", DEPARTMENT).send(), 405, "method-not-allowed"),
            (root.get(DEPARTMENT).header("accept", "image/png").send(), 406, "not-acceptable"),
            (root.put("/api/v1/organizations/H19.77", &taken).send(), 409, "organization-code-taken"),
            (put(&named("Sở")).if_match("\"0\"").send(), 412, "version-mismatch"),
            (put(&named(&"a".repeat(300_000))).send(), 413, "body-too-large"),
            (put(&json!(null)).bytes("text/plain", b"{}").send(), 415, "unsupported-media-type"),
            (put(&json!({})).send(), 422, "invalid-request"),
            (put(&named("Sở")).send(), 428, "condition-required"),
        ] {
            let text = answer.text();
            let problem = answer.problem(status, code);
            assert!(problem["instance"].as_str().unwrap().starts_with('/'), "{text}");
            app.anyone().get(problem["type"].as_str().unwrap()).send().expect(200);
        }
    }

    fn the_list_of_problems_is_complete_and_each_has_its_page(app) {
        let list = app.anyone().get("/problems").send().expect(200).json();
        let problems = list["problems"].as_array().unwrap();
        let codes: HashSet<&str> = problems.iter().map(|kind| kind["code"].as_str().unwrap()).collect();
        assert_eq!(codes.len(), problems.len(), "a code stands twice");
        for kind in problems {
            let page = app.anyone().get(&format!("/problems/{}", kind["code"].as_str().unwrap())).send();
            assert_eq!(&page.expect(200).json(), kind);
            for title in ["title_en", "title_vi"] {
                assert!(!kind[title].as_str().unwrap().is_empty(), "{kind}");
            }
        }
        let faults = list["faults"].as_array().unwrap();
        let names: HashSet<&str> = faults.iter().map(|fault| fault["code"].as_str().unwrap()).collect();
        assert_eq!(names.len(), faults.len(), "a fault stands twice");
        app.anyone().get("/problems/no-such-problem").send().problem(404, "not-found");
    }

    fn a_problem_speaks_the_language_of_the_caller(app) {
        let asked = |language: &str| app.root().get("/api/v1/organizations/H99").header("accept-language", language);
        for (language, tag, title) in [
            ("vi", "vi", "Không có bản ghi này"),
            ("en", "en", "There is no such record"),
            ("en-GB, fr;q=0.9", "en", "There is no such record"),
            ("en;q=.5,vi", "vi", "Không có bản ghi này"),
            ("vi;q=0.1, en;q=0.2", "en", "There is no such record"),
            ("fr", "vi", "Không có bản ghi này"),
        ] {
            let answer = asked(language).send();
            assert_eq!(answer.header("content-language"), Some(tag), "{language}");
            assert!(answer.headers("vary").contains("Accept-Language"), "{language}");
            assert_eq!(answer.problem(404, "not-found")["title"], title, "{language}");
        }
        // A list in a header may stand on several lines (RFC 9110 §5.3).
        let lines = asked("fr").also("accept-language", "en").send();
        assert_eq!(lines.header("content-language"), Some("en"));
        let faults = app.root().put(DEPARTMENT, &json!({})).header("accept-language", "en").send();
        let first = faults.problem(422, "invalid-request")["errors"][0]["detail"].clone();
        assert!(first.as_str().unwrap().contains("is required"), "{first}");
    }

    fn every_fault_of_a_body_is_named_at_once(app) {
        let body = json!({
            "name": "a".repeat(301), "kind": "guild", "parent": 5, "valid_from": "2026-02-30", "nickname": "x",
            "codes": [{"code": "h19"}, {"cod": "H19"}, {"code": "H19", "valid_to": "soon"}],
        });
        assert_eq!(
            sorted(app.root().put(DEPARTMENT, &body).send()),
            pairs(&[
                ("/name", "wrong-length"), ("/kind", "not-in-set"), ("/parent", "wrong-type"),
                ("/valid_from", "date-invalid"), ("/nickname", "unknown-name"), ("/codes/0/code", "wrong-form"),
                ("/codes/1/cod", "unknown-name"), ("/codes/1/code", "required"), ("/codes/2/valid_to", "date-invalid"),
            ])
        );
        assert_eq!(
            sorted(app.root().put(DEPARTMENT, &json!({})).send()),
            pairs(&[("/kind", "required"), ("/name", "required"), ("/valid_from", "required")])
        );
        let odd = json!({"name": "Sở", "kind": "department", "valid_from": "2015-01-01", "a/b~c": "d\u{200b}"});
        assert_eq!(
            sorted(app.root().put(DEPARTMENT, &odd).send()),
            pairs(&[("/a~1b~0c", "invisible-character"), ("/a~1b~0c", "unknown-name")])
        );
        for (body, code) in [(json!([]), "wrong-type"), (json!("x"), "wrong-type"), (json!(null), "wrong-type")] {
            assert_eq!(sorted(app.root().put(DEPARTMENT, &body).send()), pairs(&[("", code)]), "{body}");
        }
    }

    fn a_problem_lists_at_most_a_hundred_faults_and_says_when_there_are_more(app) {
        app.province();
        let path = format!("{DEPARTMENT}/staffing/2020-12-31");
        let refused = |lines: &[Value]| {
            let body = json!({"quota": 1, "present": 1, "total": 1, "qualifications": lines});
            let problem = app.root().put(&path, &body).send().problem(422, "invalid-request");
            (problem["errors"].as_array().unwrap().len(), problem["errors_truncated"] == true)
        };
        let one = |count: usize| vec![json!({"name": "a", "count": -1}); count];
        assert_eq!(refused(&one(99)), (99, false));
        assert_eq!(refused(&one(100)), (100, false));
        assert_eq!(refused(&vec![json!({"name": "\u{200b}", "count": -1}); 100]), (100, true));
        assert_eq!(refused(&vec![json!({"name": 1, "count": -1}); 100]), (100, true));
    }

    fn an_unknown_name_is_answered_with_the_nearest_known_one(app) {
        let detail = |answer: Answer| {
            let problem = answer.problem(422, "invalid-request");
            let faults = problem["errors"].as_array().unwrap().clone();
            let unknown = faults.into_iter().find(|fault| fault["code"] == "unknown-name").unwrap();
            (unknown.get("pointer").or(unknown.get("parameter")).unwrap().clone(), unknown["detail"].to_string())
        };
        let mut body = named("Sở");
        body["shortname"] = json!("Sở");
        let (place, text) = detail(app.root().put(DEPARTMENT, &body).send());
        assert!(place == "/shortname" && text.contains("short_name"), "{place} {text}");
        let (place, text) = detail(app.root().get("/api/v1/organizations?witin=H19").send());
        assert!(place == "witin" && text.contains("within"), "{place} {text}");
    }

    fn a_query_parameter_is_known_and_stands_once(app) {
        app.province();
        let faults = |query: &str| sorted(app.root().get(&format!("{ORGANIZATIONS}?{query}")).send());
        assert_eq!(faults("colour=red"), pairs(&[("colour", "unknown-name")]));
        assert_eq!(faults("kind=department&kind=department"), pairs(&[("kind", "repeated")]));
        assert_eq!(faults("limit=1&limit=1"), pairs(&[("limit", "repeated")]));
        assert_eq!(faults("kind=guild&as_of=2026-02-30"), pairs(&[("kind", "not-in-set"), ("as_of", "date-invalid")]));
        assert_eq!(faults("KIND=department"), pairs(&[("KIND", "unknown-name")]));
        assert_eq!(faults("q=a%00b"), pairs(&[("q", "invisible-character")]));
        assert_eq!(faults("q=%FF"), pairs(&[("q", "invisible-character")]));
        for path in [DEPARTMENT, "/api/v1/organizations/H19.06/tree", "/api/v1/kpis", "/api/v1/audit-entries"] {
            let answer = app.root().get(&format!("{path}?colour=red")).send();
            assert_eq!(sorted(answer), pairs(&[("colour", "unknown-name")]), "{path}");
        }
        let scorecard = app.root().get(&format!("{DEPARTMENT}/scorecard")).send();
        assert_eq!(sorted(scorecard), pairs(&[("period", "required")]));
    }

    fn what_is_not_json_is_told_from_what_is_not_right(app) {
        let put = |body: &[u8]| app.root().put(DEPARTMENT, &json!(null)).bytes("application/json", body).send();
        let nested = format!("{}{}", "[".repeat(65), "]".repeat(65));
        let deep = format!("{}1{}", "{\"a\":".repeat(65), "}".repeat(65));
        let endless = "[".repeat(100_000);
        for body in [&b"{\"name\": \"S"[..], b"", b"{} {}", b"{'a': 1}", b"{\"a\": 01}", b"[1,]", b"NaN", b"\xff",
            b"{\"name\": \"\xc0\xaf\"}", br#"{"name": "\ud800"}"#, b"{\"a\": 1e999}", nested.as_bytes(),
            deep.as_bytes(), endless.as_bytes()] {
            let problem = put(body).problem(400, "malformed-request");
            let offset = problem["offset"].as_u64().unwrap();
            assert!(offset <= body.len() as u64, "{problem}");
        }
        assert_eq!(put(b"{\"name\": nil}").problem(400, "malformed-request")["offset"], 10);
        for body in [r#"{"name": "a", "name": "a"}"#, r#"{"codes": [{"code": "H19", "code": "H19"}]}"#,
            "{\"name\": 1, \"n\\u0061me\": 2}"] {
            put(body.as_bytes()).problem(400, "duplicate-key");
        }
    }

    fn a_record_out_of_reach_looks_like_one_that_does_not_exist(app) {
        app.province();
        let scopes = "organizations:read organizations:write kpis:read kpis:write";
        let narrow = app.caller("officer", "H19.06", scopes);
        let kpi = app.root().get("/api/v1/kpis?limit=1").send().each("id").remove(0);
        for rest in ["", "/tree", "/staffing", "/staffing/2020-12-31", "/scorecard?period=2020",
            &format!("/targets/{kpi}/2020"), &format!("/reported-figures/{kpi}/2020")] {
            let ask = |code: &str| without_request(narrow.get(&format!("{ORGANIZATIONS}/{code}{rest}")).send());
            assert_eq!(ask("H19.09"), ask("H19.98"), "{rest}");
        }
        let patch = |code: &str| narrow.patch(&format!("{ORGANIZATIONS}/{code}"), &json!({"name": "x"})).if_match("*").send();
        assert_eq!(without_request(patch("H19.09")), without_request(patch("H19.98")));
    }

    fn a_refusal_is_a_problem_document_whatever_the_caller_accepts(app) {
        for accept in ["text/html", "image/*", "application/json;q=0"] {
            let asked = |path: &str| app.root().get(path).header("accept", accept).send();
            asked("/problems/none").problem(404, "not-found");
            asked(DEPARTMENT).problem(406, "not-acceptable");
        }
        // A coding that we do not have leaves no way to answer either (RFC 9110 §12.5.3).
        let coded = app.root().get(ORGANIZATIONS).header("accept-encoding", "identity;q=0, br").send();
        coded.problem(406, "not-acceptable");
        // A document of a few bytes is sent as it is, and says so.
        let gzip = app.root().get("/api/v1/organizations/H99").header("accept-encoding", "gzip").send();
        assert_eq!(gzip.header("content-encoding"), None);
        gzip.problem(404, "not-found");
    }

    fn our_own_mistake_shows_nothing_of_the_inside(app) {
        app.province();
        app.database.execute("ALTER TABLE organization_states RENAME TO elsewhere");
        for answer in [app.root().get(DEPARTMENT).send(), app.root().get(ORGANIZATIONS).send(),
            app.root().put("/api/v1/organizations/H20", &named("Sở")).send()] {
            let text = answer.text().to_ascii_lowercase();
            answer.problem(500, "internal-error");
            for inside in ["organization_states", "select", "sql", "relation", "no such table", ".rs", "diesel", "panick"] {
                assert!(!text.contains(inside), "{inside} in {text}");
            }
        }
        app.anyone().get("/livez").send().expect(200);
    }

    fn headers_that_cannot_be_read_are_refused_and_not_a_failure(app) {
        for header in ["if-match: \u{1ec7}", "accept: \u{1ec7}", "accept-language: \u{1ec7}", "prefer: \u{1ec7}",
            "if-none-match: \"\u{1ec7}\"", "x-request-id: \u{1ec7}\u{1ec7}\u{1ec7}\u{1ec7}\u{1ec7}"] {
            let answer = raw(app, &format!("GET {ORGANIZATIONS} HTTP/1.1\r\n{header}"), b"");
            assert!(status(&answer) < 500, "{header}: {answer}");
        }
    }
}
