//! A province with plenty of everything: records that are generated and records that are made up, pushed to the service, and
//! beside them what would take long to be said one by one.

use serde_json::{Value, json};

use super::plenty_directives::DIRECTIVES;
use crate::harness::process::{Site, danvan, printed};
use crate::harness::{Client, Request};

/// Targets, stated figures, closed periods, an audit trail, kept answers.
const THE_REST: &str = "
    INSERT INTO targets (organization_id, kpi_id, scheme, period, version, percent, updated_at)
    SELECT o.id, k.id, 'calendar', CAST(y AS TEXT), 1, 90000000, NOW()
    FROM organizations o CROSS JOIN kpis k CROSS JOIN generate_series(2017, 2020) y;
    INSERT INTO reported_figures (organization_id, kpi_id, scheme, period, revision, is_current, percent, status, recorded_by,
        recorded_at)
    SELECT o.id, k.id, 'calendar', CAST(y AS TEXT), 1, 1, 90000000, 'estimate', 'somebody', NOW()
    FROM organizations o CROSS JOIN kpis k CROSS JOIN generate_series(2017, 2020) y;
    INSERT INTO closings (organization_id, scheme, period, first_day, last_day, status, reason, said, version, updated_at)
    SELECT o.id, 'calendar', CAST(y AS TEXT), make_date(y, 1, 1), make_date(y, 12, 31), 'closed', 'It is over', 1, 1, NOW()
    FROM organizations o CROSS JOIN generate_series(2010, 2014) y;
    INSERT INTO audit_entries (seq, at, actor, act, subject, request_id, detail, previous, hash)
    SELECT 1000000 + n, NOW(), 'somebody', 'a.b', 'c', 'd', '', 'e', 'f' FROM generate_series(1, 3000) n;
    INSERT INTO idempotency_keys (owner, route, key, fingerprint, answer, created_at)
    SELECT 'somebody', 'a', CAST(n AS TEXT), 'b', '{}', NOW() FROM generate_series(1, 3000) n;";

/// How many procedures are made up.
const PROCEDURES: usize = 1_200;

/// The code of a made-up procedure.
pub fn procedure_code(n: usize) -> String {
    format!("9.{:06}", n % PROCEDURES)
}

fn procedure(n: usize, organization: &str) -> Value {
    let (level, published) = ((n % 4 + 1).to_string(), n.is_multiple_of(3));
    json!({
        "code": procedure_code(n), "name": {"vi": format!("Thủ tục số {n}")}, "field": format!("F{}", n % 40),
        "organizations": [{"organization": organization, "from": "2015-01-01"}],
        "states": [{"from": "2015-01-01", "level": level, "published": published, "standardised": true}]
    })
}

/// A dossier that was settled late: on a day of a month that is not January.
pub fn late_dossier(n: usize, organization: &str, day: u32) -> Value {
    let settled = format!("2020-{:02}-{day:02}T09:00:00+07:00", n % 11 + 2);
    json!({
        "code": format!("L{n}"), "organization": organization, "procedure": procedure_code(n), "channel": "online",
        "due_at": "2020-01-20T17:00:00+07:00",
        "events": [{"status": "accepted", "at": "2020-01-06T08:00:00+07:00"}, {"status": "completed", "at": settled}]
    })
}

/// A document of some day from 2016 to 2020.
pub fn document(n: usize, organization: &str, medium: &str) -> Value {
    let day = format!("{}-{:02}-{:02}", 2016 + n % 5, n % 12 + 1, n % 28 + 1);
    let scope = if n.is_multiple_of(2) { "internal" } else { "inter_agency" };
    json!({"id": format!("E{n}"), "organization": organization, "issued_on": day, "scope": [scope], "medium": medium})
}

/// A batch on its way.
pub fn batch(client: &Client, records: &str, items: &[Value]) -> Request {
    client.post(&format!("/api/v1/{records}/batch?answer=failed"), &json!({"items": items}))
}

/// Sends a batch of which everything must be taken.
#[track_caller]
pub fn taken(batch: Request) {
    let answer = batch.send().expect(200);
    assert_eq!(answer.json()["summary"]["failed"], 0, "{}", answer.text());
}

fn generated(args: &[&str]) -> String {
    printed(&danvan(&[&["generate"][..], args].concat()).output().unwrap())
}

/// Fills the tables. Answers the codes of the organizations: the `n`th made-up record of each kind is of the `n`th of them, and
/// so on in turn.
pub fn fill(site: &Site) -> Vec<String> {
    let mut process = site.serve();
    let root = site.root(&process);
    let mut codes = Vec::new();
    for records in ["organizations", "procedures"] {
        let body: Value = serde_json::from_str(&generated(&[format!("--{records}").as_str()])).unwrap();
        let items = body["items"].as_array().unwrap();
        if records == "organizations" {
            codes = items.iter().map(|item| item["code"].as_str().unwrap().to_owned()).collect();
        }
        taken(batch(&root, records, items));
    }
    let lines = generated(&["--dossiers", "5000", "--seed", "1"]);
    let request = root.request("POST", "/api/v1/dossiers/batch?answer=failed");
    taken(request.bytes("application/x-ndjson", lines.as_bytes()));
    let media = ["electronic_signed", "electronic_unsigned", "parallel", "mixed", "paper"];
    let in_turn = |count: usize, make: &dyn Fn(usize, &str) -> Value| {
        (0..count).map(|n| make(n, &codes[n % codes.len()])).collect::<Vec<_>>()
    };
    taken(batch(&root, "procedures", &in_turn(PROCEDURES, &procedure)));
    taken(batch(&root, "dossiers", &in_turn(1_200, &|n, code| late_dossier(n, code, 10))));
    taken(batch(&root, "document-exchanges", &in_turn(3_000, &|n, code| document(n, code, media[n % 5]))));
    process.terminate();
    process.ended();
    site.database.execute(THE_REST);
    site.database.execute(DIRECTIVES);
    site.database.execute("ANALYZE");
    codes
}
