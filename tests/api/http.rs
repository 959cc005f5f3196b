//! Methods, paths, headers and forms: what every operation does alike.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Barrier;
use std::time::Duration;

use serde_json::{Value, json};

use crate::every_operation::with_query;
use crate::harness::{Answer, Client, TestApp, Token};
use crate::on_both;

pub const ORGANIZATIONS: &str = "/api/v1/organizations";
pub const DEPARTMENT: &str = "/api/v1/organizations/H19.06";

/// A department's definition under a name.
pub fn named(name: &str) -> Value {
    json!({"name": name, "kind": "department", "valid_from": "2015-01-01"})
}

/// The bytes of one exchange, for requests that a proper client refuses to send.
pub fn raw(app: &TestApp, head: &str, body: &[u8]) -> String {
    let mut stream = TcpStream::connect(app.base.trim_start_matches("http://")).unwrap();
    let scopes = "organizations:read organizations:write kpis:read kpis:write admin";
    let token = Token::new("root", "*", scopes).signed();
    let head =
        format!("{head}\r\nhost: danvan\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\r\n");
    stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut answer = Vec::new();
    // Whoever announces a body and does not send it may be kept waiting for the end of the connection.
    while !complete(&answer) {
        let mut more = [0; 4096];
        let count = stream.read(&mut more).unwrap();
        answer.extend_from_slice(&more[..count]);
        if count == 0 {
            break;
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// Whether the bytes hold a whole answer of a stated length.
fn complete(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer).to_ascii_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    length.is_some_and(|length: usize| body.len() >= length)
}

/// A text as it may stand in any part of a URL.
pub fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat()
}

/// The status in the bytes of an answer.
pub fn status(raw: &str) -> u16 {
    raw.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{raw:?}"))
}

/// Sends one request from each of many threads, all let go at the same moment.
pub fn at_once<T: Send>(count: usize, send: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let barrier = Barrier::new(count);
    let one = &|n| {
        barrier.wait();
        send(n)
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..count).map(|n| scope.spawn(move || one(n))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// Every path of the document with records behind it, and the methods that the document gives it.
fn paths(app: &TestApp) -> Vec<(String, Vec<String>)> {
    let root = app.root();
    app.province();
    let kpi = root.get("/api/v1/kpis?limit=1").send().expect(200).each("id").remove(0);
    let staffing = json!({"quota": 1, "present": 1, "total": 1});
    let renamed = json!({"kind": "rename", "legal_basis": "Quyết định 1", "effective_on": "2026-01-01",
        "predecessors": ["H19.09"], "successors": [{"code": "H19.09", "name": "Tên mới"}]});
    root.put(&format!("{DEPARTMENT}/staffing/2020-12-31"), &staffing).send().expect(201);
    root.put(&format!("{DEPARTMENT}/targets/{kpi}/2020"), &json!({"percent": 95})).send().expect(201);
    let figure = json!({"percent": 95, "status": "final"});
    root.put(&format!("{DEPARTMENT}/reported-figures/{kpi}/2020"), &figure).send().expect(201);
    let reorganization = root.post("/api/v1/reorganizations", &renamed).send().expect(201).json();
    let document = app.anyone().get("/openapi.json").send().expect(200).json();
    let documented = document["paths"].as_object().unwrap().iter().map(|(path, item)| {
        let code = if path.starts_with("/problems") { "not-found" } else { "H19.06" };
        let path = path
            .replace("{code}", code)
            .replace("{kpi}", &kpi)
            .replace("{period}", "2020")
            .replace("{date}", "2020-12-31")
            .replace("{initiative}", "SK-2020-01")
            .replace("{staff}", "CB-0017")
            .replace("{title}", "advanced-collective")
            .replace("{year}", "2020")
            .replace("{id}", reorganization["id"].as_str().unwrap());
        let verbs = ["get", "post", "put", "patch", "delete"];
        let known = verbs.iter().filter(|verb| !item[**verb].is_null()).map(|verb| verb.to_uppercase());
        (path, known.collect())
    });
    let beside = ["/metrics", "/openapi.json"].map(|path| (path.to_owned(), vec!["GET".to_owned()]));
    documented.chain(beside).collect()
}

fn allow(known: &[String]) -> Vec<String> {
    let head = known.iter().filter(|verb| *verb == "GET").map(|_| "HEAD".to_owned());
    let mut all: Vec<String> = known.iter().cloned().chain(head).chain(["OPTIONS".to_owned()]).collect();
    all.sort();
    all
}

fn words(list: &str) -> Vec<String> {
    let mut words: Vec<String> = list.split(',').map(|word| word.trim().to_owned()).collect();
    words.sort();
    words
}

/// The headers in which an answer to HEAD could differ from one to GET.
fn described(answer: &Answer, but: &str) -> Vec<String> {
    let names = "content-type content-length etag last-modified cache-control link vary content-language";
    names.split(' ').filter(|name| *name != but).map(|name| answer.headers(name)).collect()
}

on_both! {
    fn a_path_answers_every_other_method_with_those_it_knows(app) {
        let root = app.root();
        for (path, known) in paths(app) {
            for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "BREW"] {
                if allow(&known).iter().any(|verb| verb == method) {
                    continue;
                }
                let answer = root.request(method, &path).send();
                assert_eq!(answer.status, 405, "{method} {path}");
                assert_eq!(words(&answer.headers("allow")), allow(&known), "{method} {path}");
                if method != "HEAD" {
                    answer.problem(405, "method-not-allowed");
                }
            }
        }
    }

    fn options_says_what_a_path_knows_and_nothing_else(app) {
        for (path, known) in paths(app) {
            let answer = app.anyone().request("OPTIONS", &path).send();
            assert_eq!((answer.status, answer.text().as_str()), (204, ""), "{path}");
            assert_eq!(words(&answer.headers("allow")), allow(&known), "{path}");
        }
        app.anyone().request("OPTIONS", "/api/v1/nowhere").send().problem(404, "not-found");
    }

    fn head_is_get_without_the_body(app) {
        let root = app.root();
        for (path, known) in paths(app) {
            if !known.contains(&"GET".to_owned()) {
                continue;
            }
            let path = with_query(path);
            let (get, head) = (root.get(&path).send(), root.request("HEAD", &path).send());
            // What the metrics count grows with each request, and with it their length.
            let but = if path == "/metrics" { "content-length" } else { "" };
            let records = [
                "/dossiers/", "/procedures/", "/document-exchanges/", "/closings/", "/directives/", "/directive-relations/", "/assignments/", "/webhook-subscriptions/", "/edxml/messages/", "/awards/", "/initiatives/", "/ratings/",
            ];
            let record = records.iter().any(|of| path.contains(of));
            assert!(get.status == 200 || !path.starts_with("/api/") || record && get.status == 404, "{path}: {}", get.text());
            assert_eq!((head.status, head.text().as_str()), (get.status, ""), "{path}");
            assert_eq!(described(&head, but), described(&get, but), "{path}");
        }
        let missing = root.request("HEAD", "/api/v1/organizations/H99").send().expect(404);
        assert_eq!(missing.header("content-type"), Some("application/problem+json"));
        assert_eq!(missing.text(), "");
    }

    fn only_a_listed_origin_may_read_from_a_browser(app) {
        let preflight = |origin: &str, method: &str| {
            let asked = app.anyone().request("OPTIONS", DEPARTMENT).header("origin", origin);
            asked
                .header("access-control-request-method", method)
                .header("access-control-request-headers", "authorization,content-type,if-match,idempotency-key")
                .send()
        };
        let ours = "https://dashboard.example.vn";
        for method in ["GET", "PUT", "PATCH"] {
            let allowed = preflight(ours, method).expect(204);
            assert_eq!(allowed.header("access-control-allow-origin"), Some(ours));
            assert!(words(&allowed.headers("access-control-allow-methods")).contains(&method.to_owned()));
            let headers = allowed.headers("access-control-allow-headers").to_ascii_lowercase();
            for header in ["authorization", "content-type", "if-match", "idempotency-key"] {
                assert!(words(&headers).contains(&header.to_owned()), "{header} in {headers}");
            }
            assert_eq!(allowed.header("access-control-allow-credentials"), None);
        }
        for origin in ["https://elsewhere.example", "null", "https://dashboard.example.vn.evil.example",
            "http://dashboard.example.vn"] {
            let refused = preflight(origin, "GET");
            assert!((400..500).contains(&refused.status), "{origin}");
            assert_eq!(refused.header("access-control-allow-origin"), None, "{origin}");
            assert_eq!(refused.header("content-type"), Some("application/problem+json"), "{origin}");
            let plain = app.root().get(ORGANIZATIONS).header("origin", origin).send();
            assert_eq!(plain.header("access-control-allow-origin"), None, "{origin}");
        }
        // A page must also be able to read why it was refused.
        for (path, expected) in [(ORGANIZATIONS, 200), ("/api/v1/organizations/H99", 404), ("/nowhere", 404)] {
            let answer = app.root().get(path).header("origin", ours).send().expect(expected);
            assert_eq!(answer.header("access-control-allow-origin"), Some(ours), "{path}");
            let exposed = words(&answer.headers("access-control-expose-headers").to_ascii_lowercase());
            assert!(exposed.contains(&"etag".to_owned()) && exposed.contains(&"link".to_owned()));
            assert!(answer.headers("vary").to_ascii_lowercase().contains("origin"), "{path}");
        }
    }

    fn an_answer_that_the_caller_cannot_take_is_refused(app) {
        let accepting = |accept: &str| app.root().get(ORGANIZATIONS).header("accept", accept).send();
        for taken in ["application/json", "*/*", "application/*;q=0.2", "text/html, application/json;q=0.9"] {
            accepting(taken).expect(200);
        }
        for refused in ["text/csv", "application/xml", "application/json;q=0"] {
            let problem = accepting(refused).problem(406, "not-acceptable");
            assert_eq!(problem["available"], json!(["application/json"]));
        }
        // A list in a header may stand on several lines (RFC 9110 §5.3).
        let lines = app.root().get(ORGANIZATIONS).header("accept", "text/csv").also("accept", "application/json");
        lines.send().expect(200);
    }

    fn a_url_beyond_the_bound_is_refused(app) {
        let long = |length: usize| format!("{ORGANIZATIONS}?q={}", "a".repeat(length));
        app.root().get(&long(9000)).send().problem(414, "uri-too-long");
        assert_eq!(app.root().get(&long(201)).send().faults(), [("q".to_owned(), "wrong-length".to_owned())]);
    }

    fn a_path_that_is_not_written_properly_finds_nothing(app) {
        app.province();
        for path in ["/api/v1/organizations/", "/api/v1//organizations", "//api/v1/organizations",
            "/api/v1/Organizations", "/API/v1/organizations", "/api/v1/organizations/h19.06",
            "/api/v1/organizations/H19.06/", "/api/v1/organizations//H19.06", "/api/v1/organizations/H19%2FH19.06",
            "/api/v1/organizations/H19.06%2Ftree", "/api/v1/organizations/%00", "/api/v1/organizations/H19.06%00",
            "/api/v1/organizations/H19.06%20", "/api/v1/organizations/%C0%AF", "/api/v1/organizations/%FF",
            "/api/v1/organizations/%C0%AE%C0%AE/tree", "/api/v1/organizations/H19.06;a=1", "/api/v1/organizations/%",
            "/api/v1/organizations/%zz", "/api/v1/kpis/%00", "/api/v1/reorganizations/%00",
            "/api/v1/reorganizations/%FF", "/problems/%00", "/problems/%C0%AF", "/api/v1/reorganizations/%E2%80%8B",
            "/api/v1/../v1/organizations", "/api/v1/organizations/H19.06/staffing/2020-12-31%00",
            "/api/v1/organizations/H19.06/targets/on-time-dossiers/%00", "/nowhere", "/docs/../metrics", "/%00"] {
            let answer = raw(app, &format!("GET {path} HTTP/1.1"), b"");
            assert!(matches!(status(&answer), 400 | 404 | 422), "{path}: {answer}");
            assert!(answer.contains("application/problem+json"), "{path}: {answer}");
        }
        let before = app.database.count("SELECT count(*) AS n FROM organization_codes");
        let body = named("Sở").to_string();
        for code in ["H19.06%00", "H19%2F7", "h19.07", "H19.07%20", "%C0%AF", "H19..07", ".H19"] {
            let head = format!(
                "PUT {ORGANIZATIONS}/{code} HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: {}", body.len());
            assert!(matches!(status(&raw(app, &head, body.as_bytes())), 400 | 404), "{code}");
        }
        assert_eq!(app.database.count("SELECT count(*) AS n FROM organization_codes"), before);
        // The same path in another spelling (RFC 3986 §6.2.2.2) is the same path.
        app.root().get("/api/v1/organizations/H19%2E06").send().expect(200);
    }

    fn a_proper_request_id_is_echoed_and_any_other_replaced(app) {
        let asked = |id: &str| {
            let answer = app.anyone().get("/livez").header("x-request-id", id).send().expect(200);
            answer.header("x-request-id").unwrap().to_owned()
        };
        let longest = "a".repeat(128);
        for proper in ["a1b2c3d4", "0190A0B1-C2D3-7E4F-8A9B-0C1D2E3F4A5B", &longest] {
            assert_eq!(asked(proper), proper);
        }
        let long = "a".repeat(129);
        for other in ["", "short", "has a blank", "a\"quoted\":1", "{\"a\":\"b\"}", "tab\tinside", "${jndi:ldap}", &long] {
            let given = asked(other);
            assert_ne!(given, other);
            let plain = given.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            assert!(plain && (8..=128).contains(&given.len()), "{given}");
        }
        let ids = [0; 3].map(|_| app.anyone().get("/livez").send().header("x-request-id").unwrap().to_owned());
        assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2], "{ids:?}");
    }

    fn labels_of_metrics_do_not_grow_with_what_callers_write(app) {
        let root = app.root();
        let stir = |from: u32, to: u32| {
            for n in from..to {
                let path = match n % 5 {
                    0 => format!("/ZQ{n}"),
                    1 => format!("/api/v1/ZQ{n}/x"),
                    2 => format!("/api/v1/organizations/ZQ{n}"),
                    3 => format!("/api/v1/organizations?zq={n}"),
                    _ => format!("/problems/ZQ{n}/"),
                };
                let method = if n % 7 == 0 { format!("ZQ{n}") } else { "GET".to_owned() };
                root.request(&method, &path).send();
            }
        };
        let lines = |root: &Client| root.get("/metrics").send().expect(200).text();
        stir(0, 200);
        lines(&root);
        let before = lines(&root);
        stir(200, 2000);
        let after = lines(&root);
        assert_eq!(after.lines().count(), before.lines().count());
        assert!(!after.contains("ZQ") && !after.contains("zq"), "{after}");
    }
}
