//! The register of directives: each document once, found by any spelling of its number, by what is said of it and by words;
//! who may know of it and who may change it.

use std::slice::from_ref;
use std::sync::Barrier;

use serde_json::{Value, json};

use crate::harness::{Answer, Client, TestApp, Token};
use crate::http::escaped;
use crate::on_both;

pub const BASE: &str = "/api/v1/directives";
pub const SCOPES: &str = "directives:read directives:write";

/// A directive of a body that is only named.
pub fn directive(number: &str, issuer: &str, subject: &str, issued_on: Option<&str>) -> Value {
    json!({"number": number, "issuer": {"name": issuer}, "subject": subject, "issued_on": issued_on})
}

/// A caller whose token lasts for two months.
pub fn lasting(app: &TestApp, subject: &str, org: &str) -> Client {
    let mut token = Token::new(subject, org, SCOPES);
    token.0.exp += 60 * 24 * 3600;
    app.bearer(&token.signed())
}

pub fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

#[track_caller]
pub fn register(client: &Client, body: &Value) -> Answer {
    client.post(BASE, body).send().expect(201)
}

/// The id of a directive that is registered here.
#[track_caller]
pub fn id_of(client: &Client, body: &Value) -> String {
    register(client, body).json()["id"].as_str().unwrap().to_owned()
}

#[track_caller]
pub fn listed(client: &Client, query: &str, field: &str) -> Vec<String> {
    client.get(&format!("{BASE}?{query}")).send().expect(200).each(field)
}

fn by_number(client: &Client, number: &str, more: &str) -> Vec<String> {
    listed(client, &format!("number={}{more}", escaped(number)), "id")
}

const THE_PRIME_MINISTER: &str = "Thủ tướng Chính phủ";
const CIVIL_MASS_MOBILIZATION: &str =
    "Tăng cường và đổi mới công tác dân vận trong cơ quan hành chính nhà nước";

fn sixteen() -> Value {
    directive("16/CT-TTg", THE_PRIME_MINISTER, CIVIL_MASS_MOBILIZATION, Some("2016-05-16"))
}

on_both! {
    fn a_directive_is_shown_as_it_was_registered(app) {
        app.province();
        let root = app.root();
        let mut body = with(sixteen(), "signer", json!({"authority": ["tm", "kt"], "title": "Phó Thủ tướng", "name": "Trương Hòa Bình"}));
        for (field, value) in [
            ("registered_by", json!("H19")), ("effective_on", json!("2016-05-16")), ("expires_on", json!("2027-01-01")),
            ("field", json!("Dân vận")), ("link", json!("https://example.vn/16")), ("public", json!(true)), ("confidentiality", json!("none")),
        ] {
            body[field] = value;
        }
        let answer = register(&root, &body);
        let shown = answer.json();
        let id = shown["id"].as_str().unwrap().to_owned();
        assert_eq!(answer.header("location"), Some(format!("{BASE}/{id}").as_str()));
        let expected = json!({
            "id": id, "number": "16/CT-TTg", "canonical": "16/CT-TTg", "year": 2016, "term": null, "type": "CT", "type_name": "Chỉ thị",
            "issuer": {"organization": null, "name": THE_PRIME_MINISTER}, "registered_by": "H19",
            "signer": {"authority": ["tm", "kt"], "title": "Phó Thủ tướng", "name": "Trương Hòa Bình"},
            "subject": CIVIL_MASS_MOBILIZATION, "issued_on": "2016-05-16", "effective_on": "2016-05-16", "expires_on": "2027-01-01",
            "field": "Dân vận", "link": "https://example.vn/16", "public": true, "status": "issued", "warnings": [],
            "created_at": "2026-01-05T01:00:00Z", "updated_at": "2026-01-05T01:00:00Z",
        });
        assert_eq!(shown, expected);
        let again = root.get(&format!("{BASE}/{id}")).send().expect(200);
        assert_eq!((again.json(), again.etag()), (shown, answer.etag()));
        root.get(&format!("{BASE}/{id}")).header("if-none-match", &answer.etag()).send().expect(304);
        root.get(&format!("{BASE}/0197f0c0-0000-7000-8000-000000000000")).send().problem(404, "not-found");
        root.get(&format!("{BASE}/16")).send().problem(404, "not-found");
    }

    fn a_document_is_registered_once_whatever_its_spelling(app) {
        let root = app.root();
        let id = id_of(&root, &sixteen());
        for spelling in ["16/CT-TTg", "016/CT-TTg", "16/2016/CT-TTg", "16 / CT - TTg", "16-CT/TTg"] {
            let again = with(sixteen(), "number", json!(spelling));
            let problem = root.post(BASE, &again).send().problem(409, "directive-registered");
            assert_eq!(problem["directive"], id, "{spelling}");
        }
        for (spelling, more) in [
            ("16/CT-TTg", ""), ("16/CT-TTg", "&year=2016"), ("16/2016/CT-TTg", ""), ("16/2016/CT-TTg", "&year=2016"),
            ("016/ct-ttg", "&type=CT"), ("16 – CT/TTg", ""),
        ] {
            assert_eq!(by_number(&root, spelling, more), from_ref(&id), "{spelling} {more}");
        }
        for (spelling, more) in [("16/CT-TTg", "&year=2017"), ("16/2015/CT-TTg", ""), ("16-CT/TW", ""), ("16/QĐ-TTg", ""), ("16", "")] {
            assert_eq!(by_number(&root, spelling, more), [""; 0], "{spelling} {more}");
        }
        // The year tells it from another; who does not say the year does not say which.
        let later = id_of(&root, &with(sixteen(), "issued_on", json!("2017-03-01")));
        assert_eq!(by_number(&root, "16/CT-TTg", ""), [later, id]);
        root.post(BASE, &with(sixteen(), "issued_on", Value::Null)).send().problem(409, "directive-registered");
    }

    fn issuer_type_register_and_term_tell_documents_apart(app) {
        app.province();
        let root = app.root();
        let province = id_of(&root, &directive("30-CT/TU", "Ban Thường vụ Tỉnh ủy", "Dân vận khéo", Some("2015-02-14")));
        let centre = id_of(&root, &directive("30-CT/TW", "Bộ Chính trị", "Quy chế dân chủ ở cơ sở", Some("1998-02-18")));
        assert_eq!(by_number(&root, "30-CT/TU", ""), [province]);
        assert_eq!(by_number(&root, "30-CT/TW", ""), [centre]);
        // Decisions with and without the year stand in two registers.
        register(&root, &directive("25/2015/QĐ-UBND", "Ủy ban nhân dân tỉnh", "Tổ chức", Some("2015-08-25")));
        register(&root, &directive("25/QĐ-UBND", "Ủy ban nhân dân tỉnh", "Khen thưởng", Some("2015-01-09")));
        // Committees of two organizations each have a 25th; one that is only named cannot be told from either.
        let of = |code: &str| json!({"number": "7/KH-UBND", "issuer": {"organization": code}, "subject": "Kế hoạch", "issued_on": "2020-02-03"});
        register(&root, &of("H19.06"));
        register(&root, &of("H19.09"));
        root.post(BASE, &of("H19.09")).send().problem(409, "directive-registered");
        root.post(BASE, &directive("07/KH-UBND", "Ủy ban", "Kế hoạch", Some("2020-02-03"))).send().problem(409, "directive-registered");
        // The Party counts anew in each term, and the congress lies in the middle of a year.
        let party = |term: &str, day: &str| with(directive("12-KH/TU", "Tỉnh ủy", "Kế hoạch", Some(day)), "term", json!(term));
        register(&root, &party("2010-2015", "2015-01-05"));
        register(&root, &party("2015-2020", "2015-12-20"));
        root.post(BASE, &party("2010-2015", "2013-01-01")).send().problem(409, "directive-registered");
    }

    fn of_clients_that_register_one_document_at_once_one_does(app) {
        let root = app.root();
        let start = Barrier::new(8);
        let spellings = ["16/CT-TTg", "16/2016/CT-TTg", "016/CT-TTg", "16-CT/TTg"];
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let all: Vec<_> = (0..8).map(|n| {
                let (root, start) = (&root, &start);
                scope.spawn(move || {
                    start.wait();
                    root.post(BASE, &with(sixteen(), "number", json!(spellings[n % 4]))).send().status
                })
            }).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 7, "{statuses:?}");
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM directives"), 1);
    }

    fn a_key_repeats_the_answer(app) {
        let root = app.root();
        let send = || root.post(BASE, &sixteen()).header("idempotency-key", "a").send().expect(201);
        let (first, second) = (send(), send());
        assert_eq!((first.json(), second.header("idempotent-replayed")), (second.json(), Some("true")));
    }

    fn a_draft_is_issued_by_its_number_and_day(app) {
        app.province();
        let root = app.root();
        let draft = json!({"number": "Số      /BC-SKHCN", "issuer": {"organization": "H19.06"}, "subject": "Tổng kết phong trào"});
        let answer = register(&root, &draft);
        let shown = answer.json();
        assert_eq!((&shown["status"], &shown["canonical"], &shown["type_name"]), (&json!("draft"), &json!("/BC-SKHCN"), &json!("Báo cáo")));
        let nameless = json!({"type_name": "báo cáo", "issuer": {"organization": "H19.06"}, "subject": "Báo cáo khác"});
        assert_eq!(register(&root, &nameless).json()["type"], "BC");
        let at = format!("{BASE}/{}", shown["id"].as_str().unwrap());
        let number = json!({"number": "812/BC-SKHCN", "issued_on": "2020-06-20", "signer": {"authority": ["kt"], "name": "A"}});
        root.patch(&at, &number).send().problem(428, "condition-required");
        let issued = root.patch(&at, &number).if_match(&answer.etag()).send().expect(200);
        let now = issued.json();
        assert_eq!((&now["status"], &now["number"], &now["year"]), (&json!("issued"), &json!("812/BC-SKHCN"), &json!(2020)));
        assert_eq!(now["signer"], json!({"authority": ["kt"], "title": null, "name": "A"}));
        root.patch(&at, &number).if_match(&answer.etag()).send().problem(412, "version-mismatch");
        assert_eq!(root.patch(&at, &number).if_match(&issued.etag()).send().expect(200).etag(), issued.etag(), "nothing changed");
        let titled = root.patch(&at, &json!({"signer": {"title": "Phó Giám đốc"}})).if_match("*").send().expect(200).json();
        assert_eq!(titled["signer"], json!({"authority": ["kt"], "title": "Phó Giám đốc", "name": "A"}));
        assert_eq!(root.patch(&at, &json!({"signer": null})).if_match("*").send().expect(200).json()["signer"], Value::Null);
        assert_eq!(listed(&root, "status=issued", "number"), ["812/BC-SKHCN"]);
        assert_eq!(listed(&root, "status=draft", "subject"), ["Báo cáo khác"]);
        let second = id_of(&root, &json!({"number": "813/BC-SKHCN", "issuer": {"organization": "H19.06"}, "subject": "B", "issued_on": "2020-06-21"}));
        let taken = root.patch(&format!("{BASE}/{second}"), &json!({"number": "812/BC-SKHCN"})).if_match("*").send();
        assert_eq!(taken.problem(409, "directive-registered")["directive"], shown["id"]);
    }

    fn what_is_wrong_is_named(app) {
        app.province();
        let root = app.root();
        let cases = [
            (with(sixteen(), "number", json!("217, 218-QĐ/TW")), "/number", "invalid-value"),
            (with(sixteen(), "number", json!(" ")), "/number", "wrong-form"),
            (with(sixteen(), "issued_on", json!("2026-01-06")), "/issued_on", "in-the-future"),
            (with(sixteen(), "issued_on", json!("0020-06-04")), "/issued_on", "out-of-range"),
            (with(sixteen(), "expires_on", json!("2016-05-16")), "/expires_on", "out-of-order"),
            (with(sixteen(), "issuer", json!({})), "/issuer/name", "required"),
            (with(sixteen(), "issuer", json!({"organization": "H19.77"})), "/issuer/organization", "not-found"),
            (with(sixteen(), "registered_by", json!("H19.77")), "/registered_by", "not-found"),
            (with(sixteen(), "term", json!("2015-2010")), "/term", "wrong-form"),
            (with(sixteen(), "link", json!("ftp://x")), "/link", "wrong-form"),
            (with(sixteen(), "subject", json!("")), "/subject", "wrong-length"),
            (with(sixteen(), "status", json!("issued")), "/status", "unknown-name"),
            (json!({"issuer": {"name": "A"}, "subject": "S", "issued_on": "2016-05-16", "type_name": "Chỉ thị"}), "/issued_on", "mismatch"),
            (json!({"issuer": {"name": "A"}, "subject": "S"}), "/type_name", "required"),
        ];
        for (body, place, code) in cases {
            let faults = root.post(BASE, &body).send().faults();
            assert!(faults.contains(&(place.to_owned(), code.to_owned())), "{body}: {faults:?}");
        }
        let before = app.database.count("SELECT COUNT(*) AS n FROM audit_entries");
        for degree in ["confidential", "secret", "top_secret"] {
            let secret = root.post(BASE, &with(sixteen(), "confidentiality", json!(degree))).send().problem(422, "secret-directive");
            assert!(!secret.to_string().contains("16/CT"));
        }
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM directives"), 0);
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM audit_entries"), before);
    }

    fn words_find_what_fits_best_first(app) {
        app.province();
        let root = app.root();
        let of = |number: &str, subject: &str, day: &str| directive(number, "Tỉnh ủy", subject, Some(day));
        for body in [
            of("1-KH/TU", "Vận động nhân dân khéo léo", "2020-03-01"),
            of("2-KH/TU", "Phong trào thi đua “Dân vận khéo”", "2015-02-14"),
            of("3-KH/TU", "Công tác dân vận", "2019-01-15"),
            of("4-KH/TU", "Ứng dụng công nghệ thông tin", "2018-01-01"),
            of("20-KH/TU", "Dân số 2020", "2018-01-01"),
        ] {
            register(&root, &body);
        }
        for (q, found) in [
            ("dan van kheo", &["2-KH/TU", "1-KH/TU"][..]), ("Dân Vận", &["3-KH/TU", "2-KH/TU", "1-KH/TU"]),
            ("dân vận khéo", &["2-KH/TU", "1-KH/TU"]), ("khe", &["1-KH/TU", "2-KH/TU"]), ("thong tin", &["4-KH/TU"]),
            ("2", &["2-KH/TU", "20-KH/TU"]), ("20-kh", &["20-KH/TU"]), ("khong co", &[]), ("%", &[]), ("'", &[]),
            ("tinh uy", &["1-KH/TU", "3-KH/TU", "20-KH/TU", "4-KH/TU", "2-KH/TU"]),
        ] {
            let nfd: String = unicode_normalization::UnicodeNormalization::nfd(q).collect();
            for q in [q, &nfd] {
                assert_eq!(listed(&root, &format!("q={}", escaped(q)), "number"), found, "{q}");
            }
        }
        for (query, found) in [
            ("q=dan&issued_from=2019-01-01", &["1-KH/TU", "3-KH/TU"][..]), ("issued_to=2015-12-31", &["2-KH/TU"]), ("year=2019", &["3-KH/TU"]),
            ("type=KH&issuer=tinh+uy&year=2020", &["1-KH/TU"]), ("type=K%E1%BA%BF+ho%E1%BA%A1ch&issuer=TU&year=2020", &["1-KH/TU"]),
            ("type=CT", &[]), ("issuer=TW", &[]), ("status=revoked", &[]), ("field=x", &[]), ("organization=H19", &[]),
        ] {
            assert_eq!(listed(&root, query, "number"), found, "{query}");
        }
        let (mut seen, mut query) = (Vec::new(), String::from("q=tinh+uy&limit=2"));
        loop {
            let page = root.get(&format!("{BASE}?{query}")).send().expect(200);
            seen.extend(page.each("number"));
            let Some(next) = page.json()["next"].as_str().map(ToOwned::to_owned) else { break };
            query = format!("q=tinh+uy&limit=2&cursor={next}");
        }
        assert_eq!(seen, ["1-KH/TU", "3-KH/TU", "20-KH/TU", "4-KH/TU", "2-KH/TU"]);
        // What is changed is found by its new words.
        let id = listed(&root, "number=4-KH/TU", "id").remove(0);
        root.patch(&format!("{BASE}/{id}"), &json!({"subject": "Chuyển đổi số"})).if_match("*").send().expect(200);
        assert_eq!((listed(&root, "q=thong+tin", "number"), listed(&root, "q=chuyen+doi", "number")), (vec![], vec!["4-KH/TU".to_owned()]));
        assert_eq!(root.get(&format!("{BASE}?status=lost")).send().faults()[0].0, "status");
    }

    fn without_words_the_latest_come_first_in_pages(app) {
        let root = app.root();
        let items: Vec<Value> = (1..=7).map(|n| directive(&format!("{n}/QĐ-TTg"), "TTg", "S", Some(&format!("2020-01-0{}", n / 2 + 1)))).collect();
        root.post(&format!("{BASE}/batch"), &json!({"items": items})).send().expect(200);
        register(&root, &json!({"type_name": "Chỉ thị", "issuer": {"name": "TTg"}, "subject": "Dự thảo"}));
        register(&root, &directive("9/QĐ-TTg", "TTg", "Không rõ ngày", None));
        let whole = listed(&root, "limit=500", "id");
        assert_eq!(whole.len(), 9);
        assert_eq!(listed(&root, "limit=1", "subject"), ["Dự thảo"]);
        let days: Vec<Value> = root.get(BASE).send().json()["items"].as_array().unwrap().iter().map(|item| item["issued_on"].clone()).collect();
        let expected = [Value::Null, json!("2020-01-04"), json!("2020-01-04"), json!("2020-01-03"), json!("2020-01-03"), json!("2020-01-02"), json!("2020-01-02"), json!("2020-01-01"), Value::Null];
        assert_eq!(days, expected);
        let (mut seen, mut query) = (Vec::new(), String::from("limit=4"));
        loop {
            let page = root.get(&format!("{BASE}?{query}")).send().expect(200);
            seen.extend(page.each("id"));
            let Some(next) = page.json()["next"].as_str().map(ToOwned::to_owned) else { break };
            query = format!("limit=4&cursor={next}");
        }
        assert_eq!(seen, whole);
    }

    fn a_caller_knows_of_its_own_and_of_public_ones_alone(app) {
        app.province();
        let (science, home) = (app.caller("science", "H19.06", SCOPES), app.caller("home", "H19.09", SCOPES));
        let division = app.caller("division", "H19.06.02", SCOPES);
        let own = id_of(&science, &sixteen());
        assert_eq!(science.get(&format!("{BASE}/{own}")).send().expect(200).json()["registered_by"], "H19.06");
        let at = format!("{BASE}/{own}");
        for stranger in [&home, &division] {
            stranger.get(&at).send().problem(404, "not-found");
            assert_eq!(listed(stranger, "", "id"), [""; 0]);
            assert_eq!(listed(stranger, "q=dan+van", "id"), [""; 0]);
            assert_eq!(by_number(stranger, "16/CT-TTg", ""), [""; 0]);
            stranger.patch(&at, &json!({"public": true})).if_match("*").send().problem(404, "not-found");
            let problem = stranger.post(BASE, &sixteen()).send().problem(409, "directive-registered");
            assert!(!problem.to_string().contains(&own), "{problem}");
        }
        let issued = json!({"number": "9/QĐ-SNV", "issuer": {"organization": "H19.09"}, "subject": "Quyết định", "issued_on": "2020-01-01"});
        assert_eq!(science.post(BASE, &issued).send().faults(), [("/issuer/organization".to_owned(), "not-found".to_owned())]);
        let theirs = id_of(&app.root(), &issued);
        assert_eq!((listed(&home, "", "id"), listed(&science, "", "id")), (vec![theirs.clone()], vec![own.clone()]));
        assert_eq!(listed(&app.caller("above", "H19", SCOPES), "organization=H19.09", "id"), from_ref(&theirs));
        // What is public, all know of; to change it is for its own alone.
        science.patch(&at, &json!({"public": true})).if_match("*").send().expect(200);
        assert_eq!(home.get(&at).send().expect(200).json()["public"], true);
        home.patch(&at, &json!({"subject": "Khác"})).if_match("*").send().problem(403, "directive-of-another");
        assert_eq!(home.post(BASE, &sixteen()).send().problem(409, "directive-registered")["directive"], own);
        assert_eq!(listed(&home, "organization=H19.06", "id"), [""; 0], "whose it is tells nobody of organizations out of reach");
        // Given to another, it belongs to that one; its issuer keeps its right.
        let at = format!("{BASE}/{theirs}");
        app.root().patch(&at, &json!({"registered_by": "H19.06"})).if_match("*").send().expect(200);
        assert_eq!((listed(&science, "", "id").len(), listed(&home, "", "id").len()), (2, 2));
        home.patch(&at, &json!({"field": "Nội vụ"})).if_match("*").send().expect(200);
        app.root().patch(&at, &json!({"registered_by": null})).if_match("*").send().expect(200);
        science.get(&at).send().problem(404, "not-found");
    }

    fn a_batch_meets_every_fate_and_can_be_sent_twice(app) {
        app.province();
        let root = app.root();
        register(&root, &sixteen());
        let items = json!({"items": [
            sixteen(), with(sixteen(), "subject", json!("Khác")), directive("1/QĐ-TTg", "TTg", "Một", Some("2020-01-01")),
            directive("01/QĐ-TTg", "TTg", "Một nữa", Some("2020-01-01")), with(sixteen(), "number", json!(7)),
            with(directive("2/QĐ-TTg", "TTg", "Hai", None), "confidentiality", json!("secret")),
            {"type_name": "Báo cáo", "issuer": {"organization": "H19.06"}, "subject": "Dự thảo"},
        ]});
        let send = |query: &str| root.post(&format!("{BASE}/batch{query}"), &items).send();
        send("?atomic=true").problem(422, "batch-refused");
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM directives"), 1);
        let dry = send("?validate_only=true").expect(200);
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM directives"), 1);
        let first = send("").expect(200);
        assert_eq!(dry.each("outcome"), first.each("outcome"));
        assert_eq!(first.each("outcome"), ["unchanged", "failed", "created", "failed", "failed", "failed", "created"]);
        let said = |index: usize| first.json()["items"][index]["problem"]["code"].clone();
        assert_eq!([1, 3, 4, 5].map(said), ["directive-registered", "repeated-in-batch", "invalid-request", "secret-directive"]);
        assert_eq!(first.json()["items"][5].get("code"), None, "nothing of a secret");
        let code = |index: usize| first.json()["items"][index]["code"].as_str().unwrap().to_owned();
        let found = root.get(&format!("{BASE}/{}", code(2))).send().expect(200);
        assert_eq!(found.json()["number"], "1/QĐ-TTg", "what is taken is known by its id");
        assert_eq!(code(3), "01/QĐ-TTg", "what is not has none");
        let again = send("").expect(200);
        assert_eq!(again.each("outcome"), ["unchanged", "failed", "unchanged", "failed", "failed", "failed", "unchanged"]);
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM directives"), 3);
    }
}
