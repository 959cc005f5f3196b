//! Who may give what: by the level of a title, by what its rule says, and bodies outside the register.

use serde_json::{Value, json};

use crate::awarding::{AWARDS, appraised, decide, propose, step};
use crate::on_both;

const ALL: &str = "emulation:read emulation:write emulation:persons";

fn of(title: &str) -> Value {
    json!({"title": title, "year": 2020, "organization": "H19.06", "on": "2020-12-01"})
}

fn by(title: &str, authority: &str) -> Value {
    let mut body = of(title);
    body["authority"] = json!(authority);
    body
}

fn outside(title: &str, level: &str) -> Value {
    let mut body = of(title);
    body["outside_authority"] = json!({"name": " Thủ tướng Chính phủ ", "level": level});
    body
}

fn pair(at: &str, code: &str) -> Vec<(String, String)> {
    vec![(at.to_owned(), code.to_owned())]
}

on_both! {
    fn a_department_gives_neither_what_a_province_gives_nor_what_the_state_gives(app) {
        app.province();
        let department = app.caller("department", "H19.06", ALL);
        let send = |body: &Value| department.post(AWARDS, body).send();
        for authority in ["H19.06", "H19"] {
            send(&by("government-emulation-flag", authority)).problem(422, "award-given-outside");
        }
        send(&of("government-emulation-flag")).problem(422, "award-given-outside");
        let told = send(&of("provincial-emulation-flag")).problem(422, "award-given-by-others");
        assert!(told["detail"].as_str().unwrap().contains("province, ministry, central_body"), "{told}");
        let english = department.post(AWARDS, &of("provincial-emulation-flag")).header("accept-language", "en").send();
        let told = english.problem(422, "award-given-by-others");
        assert_eq!(told["detail"], "provincial-emulation-flag is given by organizations of these kinds: province, ministry, central_body.");
        // The province gives its own flag, and the department that proposes it does not decide on it.
        let id = propose(&department, &by("provincial-emulation-flag", "H19"));
        let appraise = json!({"step": "appraise", "on": "2020-12-05", "basis": "1/BC"});
        step(&department, &id, &appraise).problem(403, "award-of-another");
        let province = app.caller("province", "H19", ALL);
        step(&province, &id, &appraise).expect(200);
        let given = decide(&province, &id, "2020-12-20").expect(200).json();
        assert_eq!((&given["authority"], &given["outside_authority"]), (&json!("H19"), &Value::Null));
        // What the department may give, it gives.
        let own = propose(&department, &of("advanced-collective"));
        step(&department, &own, &appraise).expect(200);
        decide(&department, &own, "2020-12-20").expect(200);
    }

    fn what_is_decided_outside_the_register_is_recorded_by_who_reaches_all(app) {
        app.province();
        let (root, department, province) = (app.root(), app.caller("department", "H19.06", ALL), app.caller("province", "H19", ALL));
        let flag = "government-emulation-flag";
        let send = |body: &Value| department.post(AWARDS, body).send();
        assert_eq!(send(&outside(flag, "province")).faults(), pair("/outside_authority/level", "mismatch"));
        let mut both = outside(flag, "national");
        both["authority"] = json!("H19");
        assert_eq!(send(&both).faults(), pair("/outside_authority", "mismatch"));
        assert_eq!(send(&outside("advanced-collective", "national")).faults(), pair("/outside_authority/level", "mismatch"));
        send(&outside("advanced-collective", "base")).problem(422, "award-given-inside");
        let id = propose(&department, &outside(flag, "national"));
        let shown = department.get(&format!("{AWARDS}/{id}")).send().expect(200).json();
        assert_eq!((&shown["authority"], &shown["outside_authority"]), (&Value::Null, &json!({"name": "Thủ tướng Chính phủ", "level": "national"})));
        let appraise = json!({"step": "appraise", "on": "2020-12-05", "basis": "1/BC"});
        for one in [&department, &province] {
            step(one, &id, &appraise).problem(403, "award-of-another");
        }
        step(&root, &id, &appraise).expect(200);
        decide(&province, &id, "2020-12-20").problem(403, "award-of-another");
        let given = decide(&root, &id, "2020-12-20").expect(200).json();
        assert_eq!((&given["state"], &given["decision"]), (&json!("awarded"), &json!("4410/QĐ-UBND")));
        let listed = province.get(&format!("{AWARDS}?title={flag}")).send().expect(200).json();
        assert_eq!(listed["items"][0]["outside_authority"]["level"], "national");
        // Who proposes takes back what is not decided.
        let mut second = outside(flag, "national");
        second["year"] = json!(2019);
        let open = propose(&department, &second);
        step(&department, &open, &json!({"step": "withdraw"})).expect(200);
    }

    fn the_rule_of_a_title_says_who_gives_it(app) {
        app.province();
        let root = app.root();
        let path = "/api/v1/award-titles/certificate";
        let rule = |kinds: Value| json!({
            "name": {"vi": "Bằng khen", "en": "Certificate"}, "form": "title", "level": "base", "recipient": "collective",
            "decided_by": kinds, "legal_basis": ["Quy chế thử nghiệm"], "valid_from": "2015-01-01"
        });
        let made = root.put(path, &rule(json!(["department"]))).send().expect(201);
        assert_eq!(made.json()["decided_by"], json!(["department"]));
        let division = json!({"title": "certificate", "year": 2020, "organization": "H19.06.02", "on": "2020-12-01"});
        root.post(AWARDS, &division).send().problem(422, "award-given-by-others");
        root.post(AWARDS, &by("certificate", "H19")).send().problem(422, "award-given-by-others");
        let mut above = division.clone();
        above["authority"] = json!("H19.06");
        decide(&root, &appraised(&root, above, "2020-12-01"), "2020-12-20").expect(200);
        // A proposal is judged by the rule as it is when it is decided.
        let other = "/api/v1/award-titles/letter";
        let made = root.put(other, &rule(json!(["department"]))).send().expect(201);
        let waits = appraised(&root, of("letter"), "2020-12-01");
        let changed = root.put(other, &rule(json!(["province"]))).if_match(&made.etag()).send().expect(200);
        decide(&root, &waits, "2020-12-20").problem(422, "award-given-by-others");
        root.put(other, &rule(json!([]))).if_match(&changed.etag()).send().expect(200);
        decide(&root, &waits, "2020-12-20").problem(422, "award-given-outside");
        assert_eq!(root.get(&format!("{AWARDS}/{waits}")).send().json()["state"], "appraised", "nothing half-done");
        let faults = root.put("/api/v1/award-titles/x", &rule(json!(["nobody"]))).send().faults();
        assert_eq!(faults, pair("/decided_by/0", "not-in-set"));
    }
}
