//! The life of a document that comes by a message: given, worked on, answered by statuses, changed, wanted back; who knows of it
//! and how it counts.

use chrono::NaiveDate;
use danvan::directives::edxml::package::Message;
use danvan::directives::edxml::reading::{Limits, read};
use serde_json::{Value, json};

use crate::directives_register::BASE;
use crate::edxml_samples::{MESSAGES, numbered, post, province, sample, text};
use crate::harness::{Answer, Client, TestApp};
use crate::http::at_once;
use crate::ledger::around;
use crate::on_both;

const ASSIGNMENTS: &str = "/api/v1/assignments";
pub const DOCUMENT: &str = "H19.06,2020/06/20,812/BC-SKHCN";

/// Who works with the messages of the samples: the province for all, and each department for itself.
pub struct Cast {
    pub province: Client,
    pub science: Client,
    pub home: Client,
    pub division: Client,
}

impl Cast {
    pub fn new(app: &TestApp) -> Self {
        province(app);
        let caller = |subject: &str, org: &str| caller(app, subject, org);
        Self {
            province: caller("province", "H19"),
            science: caller("science", "H19.06"),
            home: caller("home", "H19.09"),
            division: caller("division", "H19.09.01"),
        }
    }
}

pub fn caller(app: &TestApp, subject: &str, org: &str) -> Client {
    let scopes = "directives:read directives:write records:read records:write kpis:read";
    app.caller(subject, org, scopes)
}

pub fn taken(client: &Client, message: &str) -> Value {
    post(client, message.as_bytes()).expect(201).json()
}

pub fn task(message: &Value) -> String {
    message["did"]["assignments"][0]["id"].as_str().unwrap().to_owned()
}

fn event(client: &Client, id: &str, body: &Value) -> Answer {
    client.post(&format!("{ASSIGNMENTS}/{id}/events"), body).send()
}

pub fn state(client: &Client, id: &str) -> String {
    let shown = client.get(&format!("{ASSIGNMENTS}/{id}")).send().expect(200).json();
    shown["state"].as_str().unwrap().to_owned()
}

/// A status of a sample about another document, in other words.
pub fn status(code: &str, document: &str) -> String {
    text(&format!("status-{code}.edxml")).replace(DOCUMENT, document)
}

pub fn xml(client: &Client, id: &str) -> Answer {
    client.get(&format!("{MESSAGES}/{id}")).header("accept", "application/xml").send()
}

/// The text of an element, found without any parser.
fn between<'a>(xml: &'a str, name: &str) -> &'a str {
    let (_, rest) = xml.split_once(&format!("<edXML:{name}>")).unwrap();
    rest.split_once(&format!("</edXML:{name}>")).unwrap().0
}

/// The statuses that are to be sent after a message, read twice: by the reader of messages, and by looking for the elements.
pub fn outgoing(client: &Client, after: Option<&str>) -> Vec<(String, String, String)> {
    let after = after.map(|id| format!("&after={id}")).unwrap_or_default();
    let list = client.get(&format!("{MESSAGES}?direction=out{after}")).send().expect(200);
    let read_back = |id: &String| {
        let answer = xml(client, id).expect(200);
        assert_eq!(answer.header("content-type"), Some("application/xml"));
        let now = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap().and_hms_opt(0, 0, 0).unwrap();
        let received = read(answer.bytes(), &Limits::default(), now, &mut ()).unwrap();
        let Message::Status(status) = received.message else { panic!("no status: {}", answer.text()) };
        let text = answer.text();
        let found = [
            between(&text, "StatusCode"),
            between(between(&text, "From"), "OrganId"),
            between(&text, "DocumentId"),
        ];
        assert_eq!(
            found,
            [status.status.as_str(), status.from.code.as_str(), status.about.document.as_str()]
        );
        assert!(received.warnings.is_empty());
        let [code, from, document] = found.map(str::to_owned);
        (code, from, document)
    };
    list.each("id").iter().map(read_back).collect()
}

pub fn codes(client: &Client, after: Option<&str>) -> Vec<String> {
    outgoing(client, after).into_iter().map(|(code, ..)| code).collect()
}

pub fn rows(app: &TestApp, table: &str) -> i64 {
    app.database.count(&format!("SELECT COUNT(*) AS n FROM {table}"))
}

on_both! {
    fn a_document_comes_is_accepted_handed_on_worked_on_and_completed(app) {
        let cast = Cast::new(app);
        let message = text("new.edxml").replace("</edXML:SignerInfo>", "</edXML:SignerInfo><edXML:DueDate>2026/12/10</edXML:DueDate>");
        let answer = post(&cast.province, message.as_bytes()).expect(201);
        let came = answer.json();
        let (id, task) = (came["id"].as_str().unwrap(), task(&came));
        assert_eq!(answer.header("location"), Some(format!("{MESSAGES}/{id}").as_str()));
        assert_eq!([&came["direction"], &came["kind"], &came["sender"], &came["document"]], [&json!("in"), &json!("new"), &json!("H19.06"), &json!(DOCUMENT)]);
        let directive = came["directive"].as_str().unwrap();
        let exchange = format!("edxml-{directive}");
        assert_eq!(came["did"], json!({
            "directive": "created", "assignments": [{"id": task, "organization": "H19.09", "fate": "created", "state": "arrived"}],
            "exchanges": [exchange], "relations": []
        }));
        let shown = cast.home.get(&format!("{BASE}/{directive}")).send().expect(200).json();
        assert_eq!([&shown["number"], &shown["issuer"]["organization"], &shown["issued_on"]], [&json!("812/BC-SKHCN"), &json!("H19.06"), &json!("2020-06-20")]);
        assert_eq!(shown["signer"], json!({"authority": ["kt"], "title": "PHÓ GIÁM ĐỐC", "name": "Nguyễn Văn A"}));
        let given = cast.home.get(&format!("{ASSIGNMENTS}/{task}")).send().expect(200).json();
        assert_eq!([&given["role"], &given["assigner"], &given["due_on"]], [&json!("lead"), &json!("H19.06"), &json!("2026-12-10")]);
        assert_eq!(codes(&cast.home, None), ["01"]);
        event(&cast.home, &task, &json!({"event": "accept"})).expect(200);
        let part = json!({"organization": "H19.09.01", "role": "lead", "content": "Soạn báo cáo", "parent": task});
        cast.home.post(&format!("{BASE}/{directive}/assignments"), &part).send().expect(201);
        event(&cast.home, &task, &json!({"event": "progress", "percent": 50})).expect(200);
        event(&cast.home, &task, &json!({"event": "progress", "percent": 80})).expect(200);
        event(&cast.home, &task, &json!({"event": "report", "note": "Đã gửi báo cáo"})).expect(200);
        let expected = ["01", "03", "04", "05", "06"].map(|code| (code.to_owned(), "H19.09".to_owned(), DOCUMENT.to_owned()));
        assert_eq!(outgoing(&cast.home, None), expected);
        // The sender fetches what it was answered, from where it stopped.
        let list = cast.science.get(&format!("{MESSAGES}?direction=out&directive={directive}&limit=2")).send().expect(200);
        let second = list.each("id").remove(1);
        assert_eq!(codes(&cast.science, Some(&second)), ["04", "05", "06"]);
        let answers = cast.science.get(&format!("{MESSAGES}?direction=out&sender=H19.09")).send().expect(200).json();
        assert_eq!(answers["items"][4]["status"]["description"], "Đã gửi báo cáo");
        // The part is nobody's message.
        assert_eq!(rows(app, "edxml_statuses"), 5);
        cast.division.get(&format!("{MESSAGES}/{id}")).send().problem(404, "not-found");
    }

    fn statuses_that_come_in_move_the_task_by_the_one_machine(app) {
        let cast = Cast::new(app);
        let task = task(&taken(&cast.province, &text("new.edxml")));
        for (code, expected) in [("01", "arrived"), ("03", "accepted"), ("04", "delegated"), ("05", "in_progress"), ("06", "reported")] {
            let came = taken(&cast.home, &status(code, DOCUMENT));
            assert_eq!((state(&cast.home, &task).as_str(), &came["warnings"]), (expected, &json!([])), "{code}: {came}");
            post(&cast.home, status(code, DOCUMENT).as_bytes()).expect(200);
        }
        assert_eq!(codes(&cast.home, None), ["01", "03", "04", "05", "06"]);
        // Another status in the same words is the same, and one that does not follow is kept and moves nothing.
        let again = post(&cast.home, status("06", DOCUMENT).replace("Lê Văn C", "Lê Văn D").as_bytes());
        again.expect(200);
        let late = taken(&cast.home, &status("05", DOCUMENT).replace("2020/06/22", "2020/06/23"));
        assert_eq!((state(&cast.home, &task).as_str(), late["warnings"][0]["code"].as_str()), ("reported", Some("status_order")));
        assert_eq!(late["did"]["assignments"], json!([]));
        assert_eq!(rows(app, "edxml_statuses"), 5 + 5 + 1);
    }

    fn a_recall_is_agreed_to_or_declined(app) {
        let cast = Cast::new(app);
        let mut tasks = Vec::new();
        for (number, answer, expected) in [("812", "15", "withdrawn"), ("813", "16", "accepted")] {
            let id = format!("H19.06,2020/06/20,{number}/BC-SKHCN");
            let task = task(&taken(&cast.province, &numbered(number, &id)));
            taken(&cast.home, &status("03", &id));
            let recalled = taken(&cast.province, &status("13", &id));
            assert_eq!(recalled["did"]["assignments"][0]["state"], "recall_requested");
            let before = cast.home.get(&format!("{MESSAGES}?direction=out&limit=500")).send().expect(200).each("id");
            let answered = taken(&cast.home, &status(answer, &id));
            assert_eq!((answered["did"]["assignments"][0]["state"].as_str(), answered["warnings"].clone()), (Some(expected), json!([])));
            assert_eq!(outgoing(&cast.home, before.last().map(String::as_str)), [(answer.to_owned(), "H19.09".to_owned(), id)]);
            tasks.push(task);
        }
        // By our own API the sender is answered just as well.
        event(&cast.province, &tasks[1], &json!({"event": "recall", "note": "Gửi nhầm"})).expect(200);
        event(&cast.home, &tasks[1], &json!({"event": "agree_recall"})).expect(200);
        let all = outgoing(&cast.home, None);
        let of: Vec<(&str, &str)> = all.iter().map(|(code, from, _)| (code.as_str(), from.as_str())).collect();
        assert_eq!(of[of.len() - 2..], [("13", "H19.06"), ("15", "H19.09")]);
    }

    fn an_update_changes_the_directive_and_its_receivers(app) {
        let cast = Cast::new(app);
        let old = "H19.06,2020/06/19,811/BC-SKHCN";
        let first = taken(&cast.province, &numbered("811", old));
        let changed = taken(&cast.province, &text("update.edxml"));
        assert_eq!((&changed["did"]["directive"], &changed["directive"]), (&json!("updated"), &first["directive"]));
        let directive = first["directive"].as_str().unwrap();
        assert_eq!(cast.home.get(&format!("{BASE}/{directive}")).send().expect(200).json()["number"], "812/BC-SKHCN");
        assert_eq!(state(&cast.home, &task(&first)), "arrived");
        let receivers = text("update-receivers.edxml").replace(DOCUMENT, "H19.06,2020/06/21,812/BC-SKHCN");
        let moved = taken(&cast.province, &receivers);
        let did: Vec<(&str, &str)> = moved["did"]["assignments"].as_array().unwrap().iter()
            .map(|one| (one["organization"].as_str().unwrap(), one["state"].as_str().unwrap())).collect();
        assert_eq!(did, [("H19.11", "arrived"), ("H19.09", "recall_requested")]);
        // The agreement may be about the document that takes it away.
        let agreed = taken(&cast.home, &status("15", DOCUMENT));
        assert_eq!(agreed["did"]["assignments"][0]["state"], "withdrawn");
        let unknown = text("update.edxml").replace(old, "H19.06,2020/06/19,999/BC-SKHCN").replace(DOCUMENT, "H19.06,2020/06/22,812/BC-SKHCN");
        let faults = post(&cast.province, unknown.as_bytes()).faults();
        assert_eq!(faults, [("/edXML/edXMLEnvelope/edXMLHeader/TraceHeaderList/Bussiness/DocumentId".to_owned(), "not-found".to_owned())]);
    }

    fn a_revocation_and_a_replacement_stand_in_the_register_and_want_the_tasks_back(app) {
        let cast = Cast::new(app);
        let status_of = |message: &Value| {
            let id = message["directive"].as_str().unwrap();
            cast.province.get(&format!("{BASE}/{id}")).send().expect(200).json()["status"].clone()
        };
        let revoked = taken(&cast.province, &numbered("811", "H19.06,2014/02/30,811/BC-SKHCN"));
        let revocation = taken(&cast.province, &text("revocation.edxml"));
        assert_eq!(revocation["did"]["relations"], json!([{"kind": "revokes", "directive": revoked["directive"]}]));
        assert_eq!((status_of(&revoked), status_of(&revocation)), (json!("revoked"), json!("issued")));
        assert_eq!(state(&cast.home, &task(&revoked)), "recall_requested");
        // The receiver answers the document that revokes.
        taken(&cast.home, &status("15", DOCUMENT));
        assert_eq!(state(&cast.home, &task(&revoked)), "withdrawn");
        let all = outgoing(&cast.home, None);
        assert_eq!(all.last().unwrap(), &("15".to_owned(), "H19.09".to_owned(), DOCUMENT.to_owned()));

        let (a, b) = ("H19.06,2020/06/18,810/BC-SKHCN", "H19.06,2020/06/19,811/BC-SKHCN");
        let (first, second) = (taken(&cast.province, &numbered("820", a)), taken(&cast.province, &numbered("821", b)));
        let new = text("replacement.edxml").replace(DOCUMENT, "H19.06,2020/06/20,822/BC-SKHCN").replace(">812<", ">822<");
        let replacement = taken(&cast.province, &new);
        assert_eq!(replacement["did"]["relations"].as_array().unwrap().len(), 2);
        assert_eq!((status_of(&first), status_of(&second), status_of(&replacement)), (json!("replaced"), json!("replaced"), json!("issued")));
        let states = [&first, &second, &replacement].map(|message| state(&cast.home, &task(message)));
        assert_eq!(states, ["recall_requested", "recall_requested", "arrived"]);
        taken(&cast.home, &status("16", a));
        assert_eq!(state(&cast.home, &task(&first)), "arrived");
    }

    fn the_same_bytes_are_taken_once_and_others_not_under_the_same_id(app) {
        let cast = Cast::new(app);
        let bytes = sample("new.edxml");
        let answers = at_once(8, |_| post(&cast.province, &bytes));
        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 200, 200, 200, 200, 200, 200, 201]);
        let first = answers[0].json();
        assert!(answers.iter().all(|answer| answer.json() == first));
        for (table, count) in [("directives", 1), ("assignments", 1), ("edxml_messages", 2), ("edxml_statuses", 1), ("document_exchanges", 1)] {
            assert_eq!(rows(app, table), count, "{table}");
        }
        let audited = rows(app, "audit_entries");
        let other = text("new.edxml").replace("Tổng kết thực hiện", "Sơ kết thực hiện");
        let problem = post(&cast.province, other.as_bytes()).problem(409, "edxml-resent-differently");
        assert_eq!(problem["errors"][0]["pointer"], "/edXML/edXMLEnvelope/edXMLHeader/MessageHeader/DocumentId");
        assert_eq!(rows(app, "audit_entries"), audited);
        // Under one key the answer is that of the first; another message under it is refused.
        let keyed = |body: &str| cast.province.request("POST", MESSAGES).bytes("application/xml", body.as_bytes()).header("idempotency-key", "k").send();
        let document = numbered("813", "H19.06,2020/06/20,813/BC-SKHCN");
        let once = keyed(&document).expect(201);
        let twice = keyed(&document).expect(201);
        assert_eq!((twice.header("idempotent-replayed"), twice.json()), (Some("true"), once.json()));
        keyed(&other).problem(422, "idempotency-key-reused");
    }

    fn a_foreigner_neither_sends_nor_sees_what_is_not_its_own(app) {
        let cast = Cast::new(app);
        let foreigner = caller(app, "foreigner", "H19.11");
        let faults = post(&foreigner, &sample("new.edxml")).faults();
        let at = |name: &str| (format!("/edXML/edXMLEnvelope/edXMLHeader/MessageHeader/{name}/OrganId"), "not-found".to_owned());
        assert_eq!(faults, [at("From"), at("To")]);
        let absent = text("new.edxml").replace("H19.06", "H77.06").replace("H19.09", "H77.09");
        assert_eq!(post(&foreigner, absent.as_bytes()).faults(), faults);
        assert_eq!(rows(app, "edxml_messages"), 0);
        let came = taken(&cast.province, &text("new.edxml"));
        let (id, directive) = (came["id"].as_str().unwrap(), came["directive"].as_str().unwrap());
        for path in [format!("{MESSAGES}/{id}"), format!("{BASE}/{directive}.edxml?to=H19.11")] {
            foreigner.get(&path).send().problem(404, "not-found");
        }
        xml(&foreigner, id).problem(404, "not-found");
        assert_eq!(foreigner.get(MESSAGES).send().expect(200).json()["items"], json!([]));
        assert_eq!(foreigner.get(&format!("{MESSAGES}?after={id}")).send().faults(), [("after".to_owned(), "not-found".to_owned())]);
        let refused = post(&foreigner, status("03", DOCUMENT).as_bytes()).problem(422, "edxml-status-document-unknown");
        let none = post(&foreigner, status("03", "H19.06,2020/06/20,1/BC-SKHCN").as_bytes()).problem(422, "edxml-status-document-unknown");
        assert_eq!(refused["title"], none["title"]);
        // The sender hears of a status, and its word does not move another's task.
        let heard = taken(&cast.science, &status("03", DOCUMENT));
        assert_eq!((state(&cast.home, &task(&came)).as_str(), heard["warnings"][0]["code"].as_str()), ("arrived", Some("status_order")));
        // The receiver may read the directive, but not send it on as its own.
        cast.home.get(&format!("{BASE}/{directive}.edxml?to=H19.11")).send().problem(403, "directive-of-another");
    }

    fn each_gives_tasks_to_its_own_receivers_by_the_same_bytes(app) {
        let cast = Cast::new(app);
        let sent = taken(&cast.science, &text("new.edxml"));
        assert_eq!((&sent["did"]["assignments"], sent["did"]["exchanges"].as_array().unwrap().len()), (&json!([]), 1));
        cast.home.get(&format!("{MESSAGES}/{}", sent["id"].as_str().unwrap())).send().problem(404, "not-found");
        let received = post(&cast.home, &sample("new.edxml")).expect(200).json();
        assert_eq!((&received["id"], &received["directive"]), (&sent["id"], &sent["directive"]));
        assert_eq!(received["did"]["assignments"][0]["organization"], "H19.09");
        let again = post(&cast.home, &sample("new.edxml")).expect(200).json();
        assert_eq!(again, received);
        assert_eq!([rows(app, "directives"), rows(app, "assignments"), rows(app, "document_exchanges")], [1, 1, 1]);
        assert_eq!(codes(&cast.science, None), ["01"]);
        // What the receiver does is not for the sender to see, but for the message.
        let seen = cast.science.get(&format!("{MESSAGES}/{}", sent["id"].as_str().unwrap())).send().expect(200).json();
        assert_eq!(seen["did"]["assignments"], json!([]));
    }

    fn a_document_that_is_sent_electronically_counts(app) {
        let cast = Cast::new(app);
        taken(&cast.province, &text("new.edxml"));
        let paper = numbered("813", "H19.06,2020/06/20,813/BC-SKHCN").replace("<edXML:Paper>0<", "<edXML:Paper>2<");
        taken(&cast.province, &paper);
        let got = |medium: &str| around(app, "H19.06", &format!("documents-interagency-{medium}"), "2020-06-20");
        assert_eq!([got("electronic-unsigned"), got("parallel"), got("paper")], [1, 1, 0]);
        let kpis = cast.province.get("/api/v1/kpis?limit=500").send().expect(200).json();
        let counts = |kpi: &&Value| kpi.to_string().contains("documents-interagency-electronic-unsigned") && kpi.to_string().contains("documents-interagency-paper");
        let kpi = kpis["items"].as_array().unwrap().iter().find(counts).unwrap()["id"].as_str().unwrap().to_owned();
        let figure = cast.province.get(&format!("/api/v1/figures?kpi={kpi}&org=H19.06&period=2020")).send().expect(200).json();
        assert_eq!([&figure["items"][0]["numerator"], &figure["items"][0]["denominator"]], [&json!(1), &json!(2)], "{figure}");
    }
    fn what_would_count_in_a_closed_period_is_refused_as_a_whole(app) {
        let cast = Cast::new(app);
        let closing = json!({"scheme": "calendar", "reason": "Chốt số liệu báo cáo"});
        app.root().put("/api/v1/organizations/H19.06/closings/2020", &closing).send().expect(201);
        post(&cast.province, &sample("new.edxml")).problem(409, "period-closed");
        for table in ["directives", "assignments", "edxml_messages", "edxml_receivers", "document_exchanges"] {
            assert_eq!(rows(app, table), 0, "{table}");
        }
        // The receiver's own books are open: it takes the document, and counts nothing for the sender.
        assert_eq!(taken(&cast.home, &text("new.edxml"))["did"]["exchanges"], json!([]));
    }
}
