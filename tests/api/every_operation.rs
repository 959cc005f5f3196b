//! Every operation of the document, for who may use it and who may not. What is tested is read from the document itself.

use std::collections::BTreeSet;

use danvan::platform::auth::SCOPES;
use serde_json::Value;

use crate::harness::{Answer, Client, Request, TestApp};
use crate::on_both;

/// An operation as the document describes it.
pub struct Operation {
    pub id: String,
    pub method: String,
    pub path: String,
    pub scope: Option<String>,
    /// With others that it needs beside it.
    scopes: Vec<String>,
    body: Option<(String, Value)>,
}

impl Operation {
    /// The path, with the parameters of an organization of this code; of a record, with the key that its body names.
    pub fn of(&self, code: &str) -> String {
        if self.is_of_a_record() {
            let body = self.body.as_ref().map(|(_, body)| body);
            let key = body.and_then(|body| body["code"].as_str().or(body["id"].as_str()));
            return self.at(key.unwrap_or("absent"));
        }
        let filled = [
            ("{code}", code),
            ("{kpi}", "on-time-dossiers"),
            ("{period}", "2020"),
            ("{date}", "2020-06-30"),
            ("{initiative}", "SK-2020-01"),
            ("{limit}", "opinion-settlement"),
            ("{movement}", "dan-van-kheo-2015"),
            ("{staff}", "CB-0017"),
            ("{title}", "advanced-collective"),
            ("{year}", "2020"),
            ("{id}", "0197f0c0-0000-7000-8000-000000000000"),
            ("{part}", "assessment"),
            ("{table}", "results"),
        ];
        let path = filled.iter().fold(self.path.clone(), |path, (name, value)| path.replace(name, value));
        assert!(!path.contains('{'), "{path}: a parameter that this test cannot fill");
        with_query(path)
    }

    /// Whether it is of one record that an organization pushed.
    fn is_of_a_record(&self) -> bool {
        RECORDS.iter().any(|records| self.path.starts_with(&format!("/api/v1/{records}/{{")))
    }

    /// The path of a record.
    fn at(&self, key: &str) -> String {
        self.path.replace("{code}", key).replace("{id}", key)
    }

    fn send(&self, client: &Client, path: &str) -> Answer {
        self.request(client, path).send()
    }

    fn request(&self, client: &Client, path: &str) -> Request {
        let request = client.request(&self.method, path);
        match &self.body {
            // An example of XML is a text as it is sent, not a text of JSON.
            Some((kind, Value::String(text))) if kind == "application/xml" => {
                request.bytes(kind, text.as_bytes())
            }
            Some((kind, body)) => request.bytes(kind, body.to_string().as_bytes()),
            None => request,
        }
    }

    /// Sends it under the condition that it needs if the record is there.
    pub fn send_to_whatever_is_there(&self, client: &Client, path: &str) -> Answer {
        let answer = self.send(client, path);
        if answer.status == 428 { self.request(client, path).if_match("*").send() } else { answer }
    }
}

/// A path with the query parameters that its operation cannot do without.
pub fn with_query(path: String) -> String {
    if path.contains("/mass-mobilization") {
        return format!("{path}?org=H19&from=2020-01-01&to=2020-12-31");
    }
    match path.rsplit('/').next() {
        Some("figures" | "explain" | "rankings") => {
            format!("{path}?kpi=on-time-dossiers&org=H19&period=2020")
        }
        Some("eligibility") => format!("{path}?subject=H19.06&title=advanced-collective&year=2020"),
        Some("participation" | "faces") => format!("{path}?org=H19&period=2020"),
        Some("overview" | "funnel") => format!("{path}?org=H19"),
        Some("dossier-handling" | "receptions" | "satisfaction") if path.contains("/reports/") => {
            format!("{path}?org=H19&period=2020")
        }
        Some("letter-handling") => format!("{path}?org=H19&period=2020&audience=internal"),
        Some("scorecard") => format!("{path}?period=2020"),
        Some(last) if last.split_once(".edxml").is_some_and(|(_, rest)| rest.is_empty()) => {
            format!("{path}?to=H19.09")
        }
        Some("due-date") => format!("{path}?from=2020-06-04&working_days=15"),
        Some("parse") => format!("{path}?text=30-CT/TU"),
        Some("days") => format!("{path}?from=2020-06-01&to=2020-06-30"),
        _ => path,
    }
}

/// Every operation, from the document that the service gives out.
pub fn operations(app: &TestApp) -> Vec<Operation> {
    let document = app.anyone().get("/openapi.json").send().expect(200).json();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let content = operation.pointer("/requestBody/content").and_then(Value::as_object);
            let body = content.and_then(|kinds| kinds.iter().next());
            let bearer = operation.pointer("/security/0/bearer").and_then(Value::as_array);
            let scopes: Vec<String> =
                bearer.into_iter().flatten().map(|scope| scope.as_str().unwrap().to_owned()).collect();
            found.push(Operation {
                id: operation["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase(),
                path: path.clone(),
                scope: scopes.first().cloned(),
                scopes,
                body: body.map(|(kind, content)| (kind.clone(), content["example"].clone())),
            });
        }
    }
    found
}

fn secured(app: &TestApp) -> Vec<Operation> {
    let secured: Vec<_> = operations(app).into_iter().filter(|operation| operation.scope.is_some()).collect();
    assert!(!secured.is_empty());
    secured
}

fn audited(app: &TestApp) -> i64 {
    app.database.count("SELECT COUNT(*) AS n FROM audit_entries")
}

/// A problem without what names the single request.
fn anonymous(answer: &Answer) -> (u16, Value) {
    let mut problem = answer.json();
    let members = problem.as_object_mut().unwrap();
    members.retain(|name, _| name != "request_id" && name != "instance");
    (answer.status, problem)
}

/// What organizations push.
const RECORDS: [&str; 6] = [
    "document-exchanges",
    "dossiers",
    "feedback-cases",
    "procedures",
    "satisfaction-ratings",
    "satisfaction-surveys",
];
const OPEN: [&str; 9] = [
    "hand_in_unsigned_opinion",
    "issue_token",
    "list_problems",
    "show_issuer",
    "show_keys",
    "show_live",
    "show_problem",
    "show_ready",
    "show_sealing_keys",
];

on_both! {
    fn only_what_is_listed_here_is_open_to_anyone(app) {
        let open = operations(app).into_iter().filter(|operation| operation.scope.is_none());
        let open: BTreeSet<String> = open.map(|operation| operation.id).collect();
        assert_eq!(open, OPEN.map(str::to_owned).into());
    }

    fn without_a_token_every_secured_operation_asks_for_one(app) {
        app.province();
        let before = audited(app);
        for operation in secured(app) {
            let answer = operation.send(&app.anyone(), &operation.of("H19.06"));
            assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"danvan\""), "{}", operation.id);
            answer.problem(401, "unauthenticated");
        }
        assert_eq!(audited(app), before);
    }

    fn with_every_scope_but_its_own_an_operation_is_refused_and_names_its_own(app) {
        app.province();
        let before = audited(app);
        for operation in secured(app) {
            let own = operation.scope.as_deref().unwrap();
            let others = SCOPES.iter().map(|(name, _)| *name).filter(|name| *name != own);
            let client = app.caller("ann", "*", &others.collect::<Vec<_>>().join(" "));
            let answer = operation.send(&client, &operation.of("H19.06"));
            let challenge = format!("Bearer realm=\"danvan\", error=\"insufficient_scope\", scope=\"{own}\"");
            assert_eq!(answer.header("www-authenticate"), Some(challenge.as_str()), "{}", operation.id);
            assert_eq!(answer.problem(403, "insufficient-scope")["scope"], own);
        }
        assert_eq!(audited(app), before);
    }

    fn with_its_own_scopes_alone_an_operation_is_admitted(app) {
        app.province();
        for operation in secured(app) {
            let client = app.caller("ann", "*", &operation.scopes.join(" "));
            let answer = operation.send(&client, &operation.of("H19.06"));
            let status = answer.status;
            assert!(![400, 401, 403, 415].contains(&status) && status < 500, "{}: {}", operation.id, answer.text());
            // The example is taken, but for those whose parties are not in this province.
            let elsewhere = ["reorganize", "nominate", "elect_face"].contains(&operation.id.as_str());
            assert!(status != 422 || elsewhere, "{}: {}", operation.id, answer.text());
        }
    }

    fn a_record_of_a_foreign_subtree_is_as_missing_as_one_that_is_not_there(app) {
        app.province();
        let all = SCOPES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" ");
        let foreigner = app.caller("foreigner", "H19.09", &all);
        let before = audited(app);
        let of_one = secured(app).into_iter().filter(|operation| operation.path.contains("/organizations/{code}"));
        let mut tested = BTreeSet::new();
        for operation in of_one {
            // PUT makes an organization that is not there: only here the two cases must differ, yet not to the caller.
            let absent = if operation.id == "define_organization" { "H19.06.02" } else { "H19.77" };
            let foreign = anonymous(&operation.send(&foreigner, &operation.of("H19.06")));
            assert_eq!(foreign.0, 404, "{}: {}", operation.id, foreign.1);
            assert_eq!(foreign, anonymous(&operation.send(&foreigner, &operation.of(absent))), "{}", operation.id);
            tested.insert(operation.id);
        }
        assert_eq!(audited(app), before, "nothing was written");
        let ids = secured(app).into_iter().map(|operation| operation.id).filter(|id| !tested.contains(id));
        let elsewhere: BTreeSet<String> = ids.collect();
        // Lists, the catalogue and the calendar have no organization in their path; the tests of their slices hold them to the subtree.
        let expected = [
            "acknowledge_directive", "assign_directive", "assign_to_many", "change_assignment", "change_directive", "change_relation",
            "change_webhook_subscription", "count_acknowledgements", "create_webhook_subscription", "define_award_title", "define_exemplar",
            "define_kpi", "define_movement", "define_organizations", "elect_face", "explain_figure", "find_assignment", "find_award",
            "find_award_title", "find_calendar_day", "find_check", "find_consultation", "find_cover", "find_directive", "find_dossier",
            "find_due_date", "find_edxml_message", "find_election", "find_exchange", "find_exemplar", "find_feedback_case", "find_kpi",
            "find_limit", "find_movement", "find_narrative", "find_nomination", "find_own_acknowledgement", "find_procedure", "find_satisfaction_rating",
            "find_relation", "find_reorganization", "find_survey", "find_webhook_subscription", "give_opinion", "give_ticket",
            "list_acknowledgements", "list_assignment_events", "list_assignments", "list_audit_entries", "list_award_events",
            "list_award_titles", "list_awards", "list_calendar_days", "list_changes", "list_directive_assignments", "list_directives",
            "list_dossiers", "list_edxml_messages", "list_elections", "list_exchanges", "list_exemplar_events", "list_exemplars",
            "list_feedback_cases", "list_figures", "list_initiatives", "list_kpis", "list_limits", "list_movement_events", "list_movements",
            "list_nominations", "list_opinions", "list_organizations", "list_procedures", "list_ranking", "list_restatements",
            "list_sealed_reports", "list_surveys", "list_webhook_subscriptions", "nominate", "open_consultation", "parse_document_numbers",
            "parse_posted_document_numbers", "propose_award", "publish_face", "push_dossier", "push_dossiers", "push_exchange", "push_exchanges",
            "push_feedback_case", "push_feedback_cases", "push_procedure", "push_procedures", "push_rating", "push_ratings", "push_survey",
            "push_surveys", "receive_edxml_message", "record_assignment_event", "record_award_event", "record_exemplar_event",
            "record_movement_event", "register_directive", "register_directives", "relate_directive", "relate_directives", "reorganize",
            "report_handling", "report_letters", "report_receptions", "report_satisfaction", "revoke_election", "rotate_webhook_secret",
            "seal_report", "set_calendar_day", "set_check", "set_limit", "show_awards_overview", "show_directives_overview", "show_eligibility",
            "show_faces", "show_funnel", "show_initiatives_overview", "show_mass_mobilization_report", "show_participation", "show_relations",
            "show_report_table", "show_seal", "show_sealed_report", "verify_sealed_report", "write_cover", "write_edxml_message",
            "write_narrative",
        ];
        assert_eq!(elsewhere, expected.map(str::to_owned).into());
    }

    fn a_pushed_record_of_a_foreign_subtree_is_as_missing_as_one_that_is_not_there(app) {
        app.province();
        let root = app.root();
        let foreigner = app.caller("foreigner", "H19.09", "records:read records:write feedback:read feedback:write");
        for records in RECORDS {
            let of = |method: &str| {
                let found = secured(app).into_iter().find(|one| one.method == method && one.is_of_a_record() && one.path.contains(records));
                found.unwrap_or_else(|| panic!("no {method} of {records}"))
            };
            let (push, find) = (of("PUT"), of("GET"));
            let place = push.of("H19.06");
            push.send(&root, &place).expect(201);
            let before = audited(app);
            let foreign = anonymous(&foreigner.get(&place).send());
            assert_eq!((foreign.0, &foreign), (404, &anonymous(&foreigner.get(&find.at("absent")).send())), "{records}");
            let refused = push.send(&foreigner, &place);
            assert_eq!(refused.header("etag"), None, "{records}: nobody is told the version of another's record");
            refused.problem(409, "record-of-another");
            assert_eq!(audited(app), before);
        }
    }

    fn what_names_foreign_organizations_in_its_body_changes_nothing(app) {
        app.province();
        let foreigner = app.caller("foreigner", "H19.09", "organizations:read organizations:write admin");
        let before = audited(app);
        let merge = |other: &str| serde_json::json!({
            "kind": "merge", "legal_basis": "772/QĐ-UBND", "effective_on": "2026-02-01",
            "predecessors": ["H19.09", other], "successors": [{ "code": "H19.09" }]
        });
        let foreign = foreigner.post("/api/v1/reorganizations", &merge("H19.06")).send();
        let absent = foreigner.post("/api/v1/reorganizations", &merge("H19.77")).send();
        assert_eq!(foreign.status, 422);
        assert_eq!(foreign.text().matches("H19.06").count(), absent.text().matches("H19.77").count());
        let list = foreigner.get("/api/v1/organizations?limit=500").send().expect(200);
        assert_eq!(list.each("code"), ["H19.09", "H19.09.01"]);
        foreigner.get("/api/v1/audit-entries").send().problem(403, "out-of-reach");
        assert_eq!(audited(app), before);
    }
}
