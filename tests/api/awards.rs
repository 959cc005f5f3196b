//! Awards: the way of a proposal, votes over all members, caps, what is given once, revocation, and who may do what.

use serde_json::{Value, json};

use crate::awarding::{
    AWARDS, appraised, decide, define, eligibility, given, of_person, propose, revoke, step,
};
use crate::changes::{acts, end, texts};
use crate::on_both;

const FIGHTER: &str = "provincial-emulation-fighter";

fn vote(members: i32, votes: i32, against: i32, blank: i32, written: i32) -> Value {
    json!({"step": "vote", "on": "2019-12-10", "basis": "07/BB-HĐ", "vote": {
        "members_total": members, "votes_for": votes, "votes_against": against, "blank": blank, "written_opinions": written
    }})
}

on_both! {
    fn a_proposal_goes_from_appraisal_to_decision_and_revocation_and_keeps_every_step(app) {
        app.province();
        let root = app.root();
        let body = json!({"title": "excellent-collective", "year": 2020, "organization": "H19.06.02", "unit": "H19.06",
            "authority": "H19", "on": "2020-12-01", "basis": "85/TTr-SKHCN"});
        let made = root.post(AWARDS, &body).send().expect(201);
        let id = made.json()["id"].as_str().unwrap().to_owned();
        assert_eq!(made.header("location"), Some(format!("{AWARDS}/{id}").as_str()));
        step(&root, &id, &json!({"step": "appraise", "on": "2020-11-30", "basis": "1/BC"})).faults();
        step(&root, &id, &json!({"step": "appraise", "on": "2020-12-05", "basis": "1/BC"})).expect(200);
        let given = decide(&root, &id, "2020-12-20").expect(200).json();
        assert_eq!((&given["state"], &given["decided_on"], &given["decision"]), (&json!("awarded"), &json!("2020-12-20"), &json!("4410/QĐ-UBND")));
        assert_eq!(given.get("person"), None);
        decide(&root, &id, "2020-12-21").problem(409, "award-state");
        let faults = step(&root, &id, &json!({"step": "revoke", "on": "2021-03-01"})).faults();
        assert_eq!(faults, [("/basis".to_owned(), "required".to_owned()), ("/note".to_owned(), "required".to_owned())]);
        let revoked = revoke(&root, &id, "2021-03-01").expect(200).json();
        assert_eq!((&revoked["state"], &revoked["revoked_on"], &revoked["decided_on"]), (&json!("revoked"), &json!("2021-03-01"), &json!("2020-12-20")));
        let events = root.get(&format!("{AWARDS}/{id}/events")).send().expect(200);
        assert_eq!(events.each("step"), ["propose", "appraise", "decide", "revoke"]);
        assert_eq!(events.each("on"), ["2020-12-01", "2020-12-05", "2020-12-20", "2021-03-01"]);
        assert_eq!(events.each("basis"), ["85/TTr-SKHCN", "1/BC", "4410/QĐ-UBND", "12/QĐ-UBND"]);
        root.request("DELETE", &format!("{AWARDS}/{id}")).send().problem(405, "method-not-allowed");
    }

    fn a_vote_is_counted_over_all_members_of_the_council(app) {
        app.province();
        let root = app.root();
        define(&root, "fighter", &json!({"vote": {"percent": 90, "secret": true}}));
        // 9 of 10 present are 90 %, but 9 of 11 members are 81.8 %; with an opinion in writing 10 of 11 are 90.9 %.
        for (members, votes, enough) in [(10, 9, true), (11, 9, false), (11, 10, true), (9, 8, false), (20, 18, true), (21, 18, false)] {
            let id = appraised(&root, of_person("fighter", 2019, "H19.06", &format!("CB-{members}-{votes}")), "2019-12-01");
            decide(&root, &id, "2019-12-20").problem(409, "award-vote-needed");
            step(&root, &id, &vote(members, votes, 0, 0, i32::from(members == 11))).expect(200);
            let decided = decide(&root, &id, "2019-12-20");
            if enough { decided.expect(200); } else { decided.problem(409, "award-vote-short"); }
        }
        let id = appraised(&root, of_person("fighter", 2019, "H19.06", "CB-1"), "2019-12-01");
        let faults = |body: &Value| step(&root, &id, body).faults();
        let pair = |at: &str, code: &str| vec![(at.to_owned(), code.to_owned())];
        assert_eq!(faults(&vote(11, 9, 2, 1, 0)), pair("/vote/members_total", "wrong-sum"));
        assert_eq!(faults(&vote(11, 3, 2, 1, 7)), pair("/vote/written_opinions", "wrong-sum"));
        assert_eq!(faults(&json!({"step": "vote", "on": "2019-12-10", "basis": "07/BB-HĐ"})), pair("/vote", "required"));
    }

    fn the_old_law_asks_for_three_consecutive_years_and_ninety_percent(app) {
        app.province();
        let root = app.root();
        let rule = root.get(&format!("/api/v1/award-titles/{FIGHTER}?as_of=2019-12-31")).send().expect(200).json();
        assert_eq!(rule["vote"], json!({"percent": 90, "secret": true}));
        assert_eq!(rule["conditions"][0]["any_of"][0]["times"], 3);
        let new = root.get(&format!("/api/v1/award-titles/{FIGHTER}?as_of=2024-12-31")).send().expect(200).json();
        assert_eq!(new["vote"], Value::Null, "the shares of NĐ 98/2023 are not confirmed");
        assert!(!new["open"].as_array().unwrap().is_empty());
    }

    fn fifteen_percent_of_thirteen_is_one(app) {
        app.province();
        let root = app.root();
        define(&root, "lower", &json!({}));
        define(&root, "upper", &json!({"cap": {"percent": 15, "of": "lower"}}));
        let asked = |staff: &str| {
            let query = format!("subject={staff}&title=upper&year=2020&unit=H19.06");
            eligibility(&root, &query).expect(200).json()
        };
        let upper = |staff: &str| appraised(&root, of_person("upper", 2020, "H19.06", staff), "2020-12-02");
        // 6 of them: 0.9, so none.
        for n in 1..=6 {
            given(&root, of_person("lower", 2020, "H19.06", &format!("CB-{n}")), "2020-12-01");
        }
        assert_eq!((&asked("CB-1")["cap"]["most"], &asked("CB-1")["eligible"]), (&json!(0), &json!(false)));
        let problem = decide(&root, &upper("CB-1"), "2020-12-20").problem(409, "award-cap-reached");
        assert!(problem["detail"].as_str().unwrap().contains("tối đa 0"), "{problem}");
        // 13 of them: 1.95, so one. Another unit and another year do not count.
        for n in 7..=13 {
            given(&root, of_person("lower", 2020, "H19.06", &format!("CB-{n}")), "2020-12-01");
        }
        for n in 14..=40 {
            given(&root, of_person("lower", 2020, "H19.09", &format!("CB-{n}")), "2020-12-01");
            given(&root, of_person("lower", 2019, "H19.06", &format!("CB-{n}")), "2020-12-01");
        }
        let cap = asked("CB-1")["cap"].clone();
        assert_eq!(cap, json!({"percent": 15, "of": "lower", "base": 13, "most": 1, "given": 0, "met": true}));
        let first = upper("CB-1");
        decide(&root, &first, "2020-12-20").expect(200);
        let second = upper("CB-2");
        decide(&root, &second, "2020-12-20").problem(409, "award-cap-reached");
        // A decision that is said to be of an earlier day does not pass either.
        decide(&root, &second, "2020-12-10").problem(409, "award-cap-reached");
        // What is revoked makes place, from its day on.
        revoke(&root, &first, "2021-02-01").expect(200);
        decide(&root, &second, "2021-02-02").expect(200);
        assert_eq!(asked("CB-3")["cap"]["given"], 1);
    }

    fn a_title_is_given_once_a_year_and_an_achievement_commended_once(app) {
        app.province();
        let root = app.root();
        define(&root, "once", &json!({}));
        let first = given(&root, of_person("once", 2020, "H19.06", "CB-1"), "2020-12-01");
        // Also when another unit proposes it.
        let again = appraised(&root, of_person("once", 2020, "H19.06.02", "CB-1"), "2020-12-02");
        let problem = decide(&root, &again, "2020-12-20").problem(409, "award-given-already");
        assert!(problem["detail"].as_str().unwrap().contains(&first));
        given(&root, of_person("once", 2021, "H19.06", "CB-1"), "2021-12-01");
        revoke(&root, &first, "2021-12-31").expect(200);
        decide(&root, &again, "2022-01-05").expect(200);
        let commended = |title: &str, achievement: &str| {
            json!({"title": title, "year": 2020, "organization": "H19.06", "authority": "H19", "achievement": achievement})
        };
        given(&root, commended("merit-certificate-collective", "Xây dựng phần mềm một cửa"), "2020-12-01");
        let same = commended("commendation-letter-collective", "XAY DUNG  phần mềm một cửa");
        decide(&root, &appraised(&root, same, "2020-12-02"), "2020-12-03").problem(409, "award-given-already");
        given(&root, commended("merit-certificate-collective", "Phòng, chống dịch"), "2020-12-01");
        let pair = |at: &str, code: &str| vec![(at.to_owned(), code.to_owned())];
        let without = json!({"title": "merit-certificate-collective", "year": 2020, "organization": "H19.06"});
        assert_eq!(root.post(AWARDS, &without).send().faults(), pair("/achievement", "required"));
        let person = of_person("advanced-collective", 2020, "H19.06", "CB-1");
        assert_eq!(root.post(AWARDS, &person).send().faults(), pair("/staff", "mismatch"));
        let nobody = json!({"title": "once", "year": 2020, "organization": "H19.06"});
        assert_eq!(root.post(AWARDS, &nobody).send().faults(), pair("/staff", "required"));
        let at = |year: i32, on: &str| {
            let mut body = of_person("once", year, "H19.06", "CB-2");
            body["on"] = json!(on);
            root.post(AWARDS, &body).send().faults()
        };
        // Today is 5 January 2026: nothing is given for 2027, nor was anything for 2026 proposed before it began.
        assert_eq!(at(2027, "2026-01-05"), pair("/year", "in-the-future"));
        assert_eq!(at(2026, "2025-12-31"), pair("/on", "out-of-order"));
        let unknown = of_person("no-such-title", 2020, "H19.06", "CB-1");
        assert_eq!(root.post(AWARDS, &unknown).send().faults(), pair("/title", "not-found"));
    }

    fn an_achievement_of_the_greatest_length_is_commended_once(app) {
        app.province();
        let root = app.root();
        // A thousand characters, each once: 500 of three bytes in UTF-8 and 500 of four, 3,500 bytes.
        let characters = |n: u32| [char::from_u32(0x4E00 + 17 * n).unwrap(), char::from_u32(0x1F300 + n).unwrap()];
        let long: String = (0..500).flat_map(characters).collect();
        assert_eq!((long.chars().count(), long.len()), (1_000, 3_500));
        let other: String = long.chars().take(999).chain(['a']).collect();
        let commended = |achievement: &str| {
            json!({"title": "merit-certificate-collective", "year": 2020, "organization": "H19.06", "authority": "H19", "achievement": achievement})
        };
        let first = given(&root, commended(&long), "2020-12-01");
        let again = appraised(&root, commended(&long), "2020-12-02");
        let problem = decide(&root, &again, "2020-12-03").problem(409, "award-given-already");
        assert!(problem["detail"].as_str().unwrap().contains(&first));
        given(&root, commended(&other), "2020-12-01");
        revoke(&root, &first, "2021-01-04").expect(200);
        decide(&root, &again, "2021-01-05").expect(200);
    }

    fn who_proposes_and_who_decides_are_two_sides(app) {
        app.province();
        let all = "emulation:read emulation:write emulation:persons";
        let unit = app.caller("unit", "H19.06", all);
        let above = app.caller("above", "H19", all);
        let other = app.caller("other", "H19.09", all);
        let below = app.caller("below", "H19.06.02", all);
        let body = json!({"title": "advanced-collective", "year": 2020, "organization": "H19.06.02", "unit": "H19.06", "authority": "H19"});
        let pair = |at: &str, code: &str| vec![(at.to_owned(), code.to_owned())];
        // The unit that proposes is out of reach of the division, and of the other department everything is.
        assert_eq!(below.post(AWARDS, &body).send().faults(), pair("/unit", "not-found"));
        assert_eq!(other.post(AWARDS, &body).send().faults(), pair("/organization", "not-found"));
        let mut aside = body.clone();
        aside["authority"] = json!("H19.09");
        assert_eq!(unit.post(AWARDS, &aside).send().faults(), pair("/authority", "not-found"));
        let id = propose(&unit, &body);
        for one in [&unit, &below] {
            step(one, &id, &json!({"step": "appraise", "basis": "1/BC"})).problem(403, "award-of-another");
        }
        step(&below, &id, &json!({"step": "withdraw"})).problem(403, "award-of-another");
        step(&other, &id, &json!({"step": "appraise", "basis": "1/BC"})).problem(404, "not-found");
        other.get(&format!("{AWARDS}/{id}")).send().problem(404, "not-found");
        other.get(&format!("{AWARDS}/{id}/events")).send().problem(404, "not-found");
        assert_eq!(other.get(AWARDS).send().expect(200).each("id"), [""; 0]);
        assert_eq!(below.get(AWARDS).send().expect(200).each("id"), [id.as_str()]);
        step(&above, &id, &json!({"step": "appraise", "basis": "1/BC"})).expect(200);
        decide(&above, &id, "2026-01-05").expect(200);
        let withdrawn = propose(&unit, &json!({"title": "advanced-collective", "year": 2021, "organization": "H19.06", "authority": "H19"}));
        step(&above, &withdrawn, &json!({"step": "withdraw"})).expect(200);
    }

    fn who_may_not_know_of_persons_sees_organizations_and_counts(app) {
        app.province();
        let root = app.root();
        define(&root, "person-title", &json!({}));
        define(&root, "letter", &json!({"form": "commendation"}));
        let id = appraised(&root, of_person("person-title", 2020, "H19.06", "CB-0017"), "2020-12-01");
        let decision = json!({"step": "decide", "on": "2020-12-20", "basis": "4410/QĐ-UBND", "note": "Ông A", "name": "Trần Thị B", "position": "Trưởng phòng"});
        step(&root, &id, &decision).expect(200);
        let mut letter = of_person("letter", 2020, "H19.06", "CB-0017");
        letter["achievement"] = json!("Trần Thị B cứu người");
        let commended = given(&root, letter, "2020-12-01");
        let plain = app.caller("plain", "H19.06", "emulation:read");
        let clerk = app.caller("clerk", "H19.06", "emulation:read emulation:persons");
        let shown = clerk.get(&format!("{AWARDS}/{id}")).send().expect(200);
        assert_eq!(shown.json()["person"], json!({"staff": "CB-0017", "name": "Trần Thị B", "position": "Trưởng phòng"}));
        let hidden = plain.get(&format!("{AWARDS}/{id}")).send().expect(200);
        assert_eq!((&hidden.json()["organization"], hidden.json().get("person")), (&json!("H19.06"), None));
        assert_ne!(shown.etag(), hidden.etag());
        let paths = [AWARDS.to_owned(), format!("{AWARDS}/{id}"), format!("{AWARDS}/{id}/events"), format!("{AWARDS}/{commended}"),
            format!("{AWARDS}/{commended}/events"), format!("{AWARDS}/overview?org=H19.06&from=2020-01-01&to=2020-12-31")];
        for path in paths {
            let text = plain.get(&path).send().expect(200).text();
            for secret in ["CB-0017", "Trần", "Trưởng", "Ông A"] {
                assert!(!text.contains(secret), "{path}: {text}");
            }
        }
        plain.get(&format!("{AWARDS}?staff=CB-0017")).send().problem(403, "insufficient-scope");
        assert_eq!(clerk.get(&format!("{AWARDS}?staff=CB-0017&title=letter")).send().expect(200).each("id"), [commended.as_str()]);
        eligibility(&plain, "subject=CB-0017&title=person-title&year=2020").problem(403, "insufficient-scope");
        let known = eligibility(&clerk, "subject=CB-0017&title=person-title&year=2020").expect(200).json();
        assert_eq!((&known["eligible"], &known["given"]), (&json!(false), &json!([id])), "it was given already");
        let writer = app.caller("writer", "H19", "emulation:read emulation:write");
        writer.post(AWARDS, &of_person("person-title", 2021, "H19.06", "CB-0019")).send().problem(403, "insufficient-scope");
        revoke(&writer, &id, "2021-12-20").problem(403, "insufficient-scope");
        // Of an undecided proposal no name can be told.
        let open = propose(&root, &of_person("person-title", 2021, "H19.06", "CB-0018"));
        let named = json!({"step": "appraise", "basis": "1/BC", "name": "Lê C"});
        assert_eq!(step(&root, &open, &named).faults(), [("/name".to_owned(), "mismatch".to_owned())]);
    }

    fn what_was_given_is_counted_by_title_as_json_and_as_a_table(app) {
        app.province();
        let root = app.root();
        define(&root, "counted", &json!({}));
        for n in 1..=3 {
            given(&root, of_person("counted", 2020, "H19.06", &format!("CB-{n}")), "2020-12-01");
        }
        let gone = given(&root, of_person("counted", 2020, "H19.06.02", "CB-4"), "2020-12-01");
        revoke(&root, &gone, "2020-12-31").expect(200);
        given(&root, json!({"title": "advanced-collective", "year": 2020, "organization": "H19.06.02"}), "2020-12-15");
        given(&root, of_person("counted", 2020, "H19.09", "CB-5"), "2020-12-01");
        let counts = |proposed, awarded, revoked| json!({"proposed": proposed, "awarded": awarded, "closed": 0, "revoked": revoked});
        let view = root.get(&format!("{AWARDS}/overview?org=H19.06&from=2020-01-01&to=2020-12-31")).send().expect(200).json();
        assert_eq!(view["total"], counts(5, 4, 1));
        assert_eq!(view["items"].as_array().unwrap().len(), 2);
        assert_eq!((&view["items"][0]["title"], &view["items"][0]["awarded"]), (&json!("advanced-collective"), &json!(1)));
        assert_eq!((&view["items"][1]["title"], &view["items"][1]["awarded"], &view["items"][1]["revoked"]), (&json!("counted"), &json!(3), &json!(1)));
        // The day before, the one that was revoked still counts.
        let before = root.get(&format!("{AWARDS}/overview?org=H19.06&from=2020-01-01&to=2020-12-30")).send().expect(200).json();
        assert_eq!(before["total"], counts(5, 5, 0));
        let csv = root.get(&format!("{AWARDS}/overview.csv?org=H19.06&from=2020-01-01&to=2020-12-31")).send().expect(200);
        let lines: Vec<String> = csv.text().lines().map(str::to_owned).collect();
        assert_eq!(lines[1], "Tập thể lao động tiên tiến,Tập thể,1,1,0,0");
        assert_eq!(lines[2], "Danh hiệu counted,Cá nhân,4,3,0,1");
        assert_eq!(lines[3], "Tổng cộng,,5,4,0,1");
        let xlsx = root.get(&format!("{AWARDS}/overview.xlsx?org=H19.06")).send().expect(200);
        assert!(xlsx.bytes().starts_with(b"PK"));
        let other = app.caller("other", "H19.09", "emulation:read");
        other.get(&format!("{AWARDS}/overview?org=H19.06")).send().problem(404, "not-found");
    }

    fn what_becomes_of_an_award_is_told(app) {
        app.province();
        let root = app.root();
        let cursor = end(&root);
        let body = json!({"title": "advanced-collective", "year": 2020, "organization": "H19.06.02", "unit": "H19.06"});
        let id = appraised(&root, body, "2020-12-01");
        decide(&root, &id, "2020-12-20").expect(200);
        revoke(&root, &id, "2021-12-20").expect(200);
        let person = json!({"rating": "good", "decided_on": "2020-12-20"});
        root.put("/api/v1/organizations/H19.06.02/staff/CB-1/ratings/2020", &person).send().expect(201);
        let told = [["award", &id, "created"], ["award", &id, "updated"], ["award", &id, "updated"], ["award", &id, "updated"]];
        let rating = ["staff-rating", "H19.06.02 2020", "created"];
        assert_eq!(acts(&root, &cursor), texts(&told.iter().copied().chain([rating]).collect::<Vec<_>>()));
        // The division and the department that proposed are told; of persons only who may know of them.
        for org in ["H19.06.02", "H19.06"] {
            assert_eq!(acts(&app.caller("a", org, "changes:read emulation:read"), &cursor), texts(&told));
            assert_eq!(acts(&app.caller("b", org, "changes:read emulation:persons"), &cursor), texts(&[rating]));
        }
        assert_eq!(acts(&app.caller("c", "H19.09", "changes:read emulation:read emulation:persons"), &cursor), texts(&[]));
    }
}
