//! Messages as they are given out: a directive for other agencies, and what came in once more.

use chrono::NaiveDate;
use danvan::directives::edxml::reading::{Limits, read};
use serde_json::json;

use crate::directives_register::BASE;
use crate::edxml_life::{Cast, DOCUMENT, caller, rows, taken, xml};
use crate::edxml_samples::{MESSAGES, post, province, text};
use crate::harness::{Backend, TestApp};
use crate::on_both;

on_both! {
    fn what_is_not_known_of_a_directive_is_said_instead_of_written(app) {
        let cast = Cast::new(app);
        let body = json!({"number": "16/CT-TTg", "issuer": {"name": "Thủ tướng Chính phủ"}, "subject": "Dân vận", "issued_on": "2016-05-16"});
        let id = cast.province.post(BASE, &body).send().expect(201).json()["id"].as_str().unwrap().to_owned();
        let problem = cast.province.get(&format!("{BASE}/{id}.edxml?to=H19.09")).send().problem(409, "edxml-directive-incomplete");
        assert!(problem["detail"].as_str().unwrap().contains("issuer.organization, signer.name"), "{problem}");
        cast.province.get(&format!("{BASE}/{id}.edxml")).send().problem(422, "invalid-request");
        cast.province.get(&format!("{BASE}/{id}.edxml?to=h19")).send().problem(422, "invalid-request");
        cast.province.get(&format!("{BASE}/{id}.edxml?to=H19.09")).header("accept", "application/json").send().problem(406, "not-acceptable");
    }

    fn a_message_is_given_back_with_its_files_only_if_they_are_kept(app) {
        let cast = Cast::new(app);
        let came = taken(&cast.province, &text("new.edxml"));
        let id = came["id"].as_str().unwrap();
        xml(&cast.province, id).problem(410, "edxml-contents-not-kept");
        let shown = cast.province.get(&format!("{MESSAGES}/{id}")).send().expect(200);
        assert_eq!(shown.json(), came);
        assert_eq!(shown.json()["content"]["signer"]["name"], "Nguyễn Văn A");
        assert_eq!(rows(app, "edxml_contents"), 0);
        let keeping = TestApp::start_with(app.backend, |config| config.edxml.keep = true);
        province(&keeping);
        let root = keeping.root();
        for name in ["new.edxml", "new-multi-receiver.edxml"] {
            let message = text(name).replace(DOCUMENT, &format!("H19.06,2020/06/20,{name}"));
            let came = taken(&root, &message);
            let back = xml(&root, came["id"].as_str().unwrap()).expect(200);
            let now = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap().and_hms_opt(0, 0, 0).unwrap();
            let sent = read(message.as_bytes(), &Limits::default(), now, &mut ()).unwrap();
            assert_eq!(read(back.bytes(), &Limits::default(), now, &mut ()).unwrap().message, sent.message, "{name}");
            let head = root.request("HEAD", &format!("{MESSAGES}/{}", came["id"].as_str().unwrap())).header("accept", "application/xml").send();
            assert_eq!((head.status, head.header("etag")), (200, back.header("etag")));
            let kept = root.get(&format!("{MESSAGES}/{}", came["id"].as_str().unwrap())).header("accept", "application/xml").header("if-none-match", &back.etag()).send();
            assert_eq!(kept.status, 304);
        }
        // The same file in both messages is kept once.
        assert_eq!(rows(&keeping, "edxml_contents"), 3);
    }
}

#[test]
fn a_directive_goes_out_and_comes_into_another_database_as_the_same() {
    for (there, backend) in [(Backend::Sqlite, Backend::Postgres), (Backend::Postgres, Backend::Sqlite)] {
        let (from, to) = (TestApp::start(there), TestApp::start(backend));
        province(&from);
        province(&to);
        for (number, kind) in
            [("2583/KH-UBND", "Kế hoạch"), ("25/2015/QĐ-UBND", "Quyết định"), ("2055/SNV-TCCQ", "Công văn")]
        {
            let body = json!({
                "number": number, "type_name": kind, "subject": "Thực hiện công tác dân vận & thi đua", "issued_on": "2020-03-13",
                "issuer": {"organization": "H19", "name": "UBND tỉnh Đồng Nai"},
                "signer": {"authority": ["tm", "kt"], "title": "Phó Chủ tịch", "name": "Nguyễn Văn A"}
            });
            let sender = caller(&from, "sender", "H19");
            let original = sender.post(BASE, &body).send().expect(201).json();
            let path = format!("{BASE}/{}.edxml?to=H19.06,G06,H19.06", original["id"].as_str().unwrap());
            let written = sender.get(&path).send().expect(200);
            assert_eq!(written.header("content-type"), Some("application/xml"));
            assert_eq!(
                sender.get(&path).send().expect(200).bytes(),
                written.bytes(),
                "the same bytes each time"
            );
            let receiver = caller(&to, "receiver", "H19");
            let came = post(&receiver, written.bytes()).expect(201).json();
            let copy = receiver
                .get(&format!("{BASE}/{}", came["directive"].as_str().unwrap()))
                .send()
                .expect(200)
                .json();
            for field in [
                "number",
                "canonical",
                "year",
                "type",
                "type_name",
                "issuer",
                "signer",
                "subject",
                "issued_on",
            ] {
                assert_eq!(copy[field], original[field], "{number} {field}");
            }
            assert_eq!(came["did"]["assignments"][0]["organization"], "H19.06");
            // Posted where it came from, it is found, not registered again.
            assert_eq!(post(&sender, written.bytes()).expect(201).json()["did"]["directive"], "found");
        }
    }
}
