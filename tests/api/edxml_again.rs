//! Messages that come once more: from who reaches more, on another way, about what was said before.

use serde_json::json;

use crate::directives_register::BASE;
use crate::edxml_life::{Cast, DOCUMENT, codes, outgoing, rows, state, status, taken, task, xml};
use crate::edxml_samples::{MESSAGES, numbered, post, province, text};
use crate::edxml_trust::to_both;
use crate::harness::TestApp;
use crate::on_both;

const ASSIGNMENTS: &str = "/api/v1/assignments";
const OLD: &str = "H19.06,2014/02/30,811/BC-SKHCN";

on_both! {
    fn a_status_moves_the_task_once_somebody_posts_it_who_may(app) {
        let cast = Cast::new(app);
        let task = task(&taken(&cast.province, &text("new.edxml")));
        let accepted = status("03", DOCUMENT);
        let heard = taken(&cast.science, &accepted);
        assert_eq!(state(&cast.home, &task), "arrived");
        let moved = post(&cast.home, accepted.as_bytes()).expect(200).json();
        assert_eq!((&moved["id"], moved["did"]["assignments"][0]["state"].as_str()), (&heard["id"], Some("accepted")));
        assert_eq!(state(&cast.home, &task), "accepted");
        assert_eq!(post(&cast.home, accepted.as_bytes()).expect(200).json(), moved);
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM edxml_statuses WHERE status_code = '03' AND moved = 0"), 0);
    }

    fn a_revocation_takes_back_and_relates_once_somebody_posts_it_who_may(app) {
        let cast = Cast::new(app);
        let first = taken(&cast.province, &numbered("811", OLD));
        let revocation = text("revocation.edxml");
        let posted = taken(&cast.home, &revocation);
        let id = posted["id"].as_str().unwrap();
        assert_eq!(state(&cast.home, &task(&first)), "arrived");
        let again = post(&cast.province, revocation.as_bytes()).expect(200).json();
        assert_eq!((&again["id"], again["did"]["assignments"][0]["state"].as_str()), (&posted["id"], Some("recall_requested")));
        // The receiver declines; the same bytes do not ask again.
        taken(&cast.home, &status("16", DOCUMENT));
        post(&cast.province, revocation.as_bytes()).expect(200);
        assert_eq!(state(&cast.home, &task(&first)), "arrived");
        cast.home.get(&format!("{MESSAGES}/{id}")).send().expect(200);
    }

    fn who_posts_what_another_posted_before_sees_what_it_is_told_of(app) {
        let cast = Cast::new(app);
        taken(&cast.province, &numbered("811", OLD));
        let sent = taken(&cast.science, &text("revocation.edxml"));
        let path = format!("{MESSAGES}/{}", sent["id"].as_str().unwrap());
        cast.home.get(&path).send().problem(404, "not-found");
        let got = post(&cast.home, text("revocation.edxml").as_bytes()).expect(200).json();
        assert_eq!(got["id"], sent["id"]);
        cast.home.get(&path).send().expect(200);
    }

    fn the_same_document_on_another_way_is_the_same(app) {
        let cast = Cast::new(app);
        let sent = taken(&cast.science, &text("new.edxml"));
        let passed = text("new.edxml").replace("</edXML:TraceHeader>", "</edXML:TraceHeader><edXML:TraceHeader><edXML:OrganId>H19</edXML:OrganId><edXML:Timestamp>2020/06/20 08:31:00</edXML:Timestamp></edXML:TraceHeader>");
        let got = post(&cast.home, passed.as_bytes()).expect(200).json();
        assert_eq!((&got["id"], got["did"]["assignments"][0]["organization"].as_str()), (&sent["id"], Some("H19.09")));
    }

    fn a_replacement_under_the_same_number_keeps_the_task_that_it_finds(app) {
        let cast = Cast::new(app);
        let (a, b) = ("H19.06,2020/06/18,810/BC-SKHCN", "H19.06,2020/06/19,811/BC-SKHCN");
        let first = taken(&cast.province, &numbered("812", a));
        taken(&cast.province, &numbered("821", b));
        let replaced = taken(&cast.province, &text("replacement.edxml"));
        assert_eq!(task(&replaced), task(&first));
        assert_eq!(state(&cast.home, &task(&first)), "arrived");
    }

    fn a_receiver_that_is_added_again_gets_a_task_again(app) {
        let cast = Cast::new(app);
        let old = "H19.06,2020/06/19,811/BC-SKHCN";
        let first = taken(&cast.province, &numbered("811", old));
        taken(&cast.province, &text("update-receivers.edxml"));
        taken(&cast.home, &status("15", old));
        assert_eq!(state(&cast.home, &task(&first)), "withdrawn");
        // The next one says it the other way round.
        let back = text("update-receivers.edxml").replace(DOCUMENT, "H19.06,2020/06/22,812/BC-SKHCN")
            .replace("ReceiverType>0<", "ReceiverType>x<").replace("ReceiverType>1<", "ReceiverType>0<").replace("ReceiverType>x<", "ReceiverType>1<");
        let added = taken(&cast.province, &back);
        let given = added["did"]["assignments"].as_array().unwrap().iter().find(|one| one["organization"] == "H19.09").unwrap().clone();
        assert_eq!((&given["fate"], &given["state"]), (&json!("created"), &json!("arrived")));
        assert_ne!(given["id"], task(&first));
    }

    fn an_agency_that_is_opened_later_gets_its_task_when_the_message_comes_again(app) {
        let cast = Cast::new(app);
        let message = text("new.edxml").replace("H19.09", "H19.33").replace("812", "833");
        let first = taken(&cast.province, &message);
        assert_eq!((&first["warnings"][0]["code"], &first["did"]["assignments"]), (&json!("agency_unknown"), &json!([])));
        app.organization("H19.33", "department", Some("H19"));
        let again = post(&cast.province, message.as_bytes()).expect(200).json();
        assert_eq!(again["did"]["assignments"][0]["organization"], "H19.33");
        let unknown = again["warnings"].as_array().unwrap().iter().any(|one| one["code"] == "agency_unknown");
        assert!(!unknown, "{again}");
    }

    fn a_relation_that_is_there_since_another_day_stays(app) {
        let cast = Cast::new(app);
        let first = taken(&cast.province, &numbered("811", OLD));
        let second = taken(&cast.province, &numbered("812", "H19.06,2020/06/20,own"));
        let of = format!("{BASE}/{}/relations", second["directive"].as_str().unwrap());
        let related = cast.province.post(&of, &json!({"kind": "revokes", "to": {"id": first["directive"]}, "since": "2020-07-01"})).send();
        assert_eq!(related.status, 201, "{}", related.text());
        let revoked = taken(&cast.province, &text("revocation.edxml"));
        assert_eq!(revoked["did"]["relations"], json!([{"kind": "revokes", "directive": first["directive"]}]));
        assert_eq!(rows(app, "directive_relations"), 1);
    }

    fn a_task_that_is_in_hand_already_is_told_of_the_new_document(app) {
        let cast = Cast::new(app);
        let first = taken(&cast.province, &text("new.edxml"));
        cast.home.post(&format!("{ASSIGNMENTS}/{}/events", task(&first)), &json!({"event": "accept"})).send().expect(200);
        let again = "H19.06,2020/06/20,again";
        let found = taken(&cast.province, &numbered("812", again));
        assert_eq!(found["did"]["assignments"][0]["fate"], "found");
        assert_eq!(codes(&cast.home, None), ["01", "03", "01", "03"]);
        assert!(outgoing(&cast.home, None)[2..].iter().all(|(_, _, document)| document == again));
    }

    fn a_record_keeps_what_is_there_and_gets_more_scopes(app) {
        let cast = Cast::new(app);
        taken(&cast.province, &text("new.edxml").replace("<edXML:Paper>0<", "<edXML:Paper>2<"));
        app.organization("H19.06.01", "division", Some("H19.06"));
        let own = numbered("812", "H19.06,2020/06/20,own").replacen("<edXML:OrganId>H19.09</edXML:OrganId>", "<edXML:OrganId>H19.06.01</edXML:OrganId>", 1);
        taken(&cast.province, &own);
        assert_eq!(rows(app, "document_exchanges"), 1);
        let kept = cast.province.get("/api/v1/document-exchanges").send().expect(200).json()["items"][0].clone();
        assert_eq!((&kept["medium"], &kept["scope"]), (&json!("parallel"), &json!(["internal", "inter_agency"])), "{kept}");
    }

    fn a_staying_receiver_keeps_its_organization_and_is_told_by_its_own_code(app) {
        let cast = Cast::new(app);
        taken(&cast.province, &to_both());
        let update = text("update.edxml").replace(DOCUMENT, "H19.06,2020/06/21,812/BC-SKHCN").replace("H19.06,2020/06/19,811/BC-SKHCN", DOCUMENT);
        taken(&cast.province, &update);
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM edxml_receivers WHERE organization_id IS NOT NULL AND assignment_id IS NOT NULL"), 4);
    }

    fn contents_that_are_missing_are_kept_when_the_message_comes_again(app) {
        let keeping = TestApp::start_with(app.backend, |config| config.edxml.keep = true);
        province(&keeping);
        let root = keeping.root();
        let message = text("new-multi-receiver.edxml");
        let id = taken(&root, &message)["id"].as_str().unwrap().to_owned();
        keeping.database.execute("DELETE FROM edxml_contents");
        xml(&root, &id).problem(410, "edxml-contents-not-kept");
        post(&root, message.as_bytes()).expect(200);
        xml(&root, &id).expect(200);
    }

    fn a_document_with_long_texts_is_held_to_the_bounds_of_the_register(app) {
        let cast = Cast::new(app);
        let long = |text: &str, most: usize| text.repeat(most / text.chars().count() + 1);
        let message = text("new.edxml").replace(">Nguyễn Văn A<", &format!(">{}<", long("Nguyễn Văn A", 500))).replace(">Báo cáo<", &format!(">{}<", long("Báo cáo", 500)));
        let came = taken(&cast.province, &message);
        let shown = cast.province.get(&format!("{BASE}/{}", came["directive"].as_str().unwrap())).send().expect(200).json();
        let length = |value: &serde_json::Value| value.as_str().unwrap().chars().count();
        assert!(length(&shown["signer"]["name"]) <= 100 && length(&shown["type_name"]) <= 100, "{shown}");
        let number = text("new.edxml").replace(">BC-SKHCN<", &format!(">{}<", long("BC-SKHCN", 3_000))).replace(DOCUMENT, "H19.06,2020/06/20,long");
        post(&cast.province, number.as_bytes()).problem(422, "edxml-text-too-long");
    }
}
