//! Nominations and elections: votes over all members of the council, one face for each group and round however many ask at once.

use std::sync::Barrier;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::emulation_exemplars::id;
use crate::emulation_movements::{launch, monthly, with};
use crate::harness::process::LONG;
use crate::harness::{Answer, Client, TestApp};
use crate::on_both;

pub const NOMINATIONS: &str = "/api/v1/nominations";
pub const ELECTIONS: &str = "/api/v1/elections";
const PERSONS: &str = "emulation:read emulation:write emulation:persons";
const GROUP: &str = "state-management";

pub fn seeing(app: &TestApp, org: &str) -> Client {
    app.caller("seeing", org, PERSONS)
}

pub fn nominee(organization: &str, round: &str, group: &str, person: &str) -> Value {
    json!({"movement": "m", "round": round, "group": group, "organization": organization, "person": person})
}

pub fn nominate(client: &Client, number: usize, body: &Value) -> Answer {
    client.put(&format!("{NOMINATIONS}/{}", id(number)), body).send()
}

/// The votes of a council of nine for some nominations, and whom it names.
pub fn votes(round: &str, group: &str, votes: &[(usize, i64)], elected: usize) -> Value {
    let votes: Vec<Value> =
        votes.iter().map(|(number, votes)| json!({"nomination": id(*number), "votes": votes})).collect();
    json!({"movement": "m", "round": round, "group": group, "council_members": 9, "votes": votes, "elected": id(elected)})
}

pub fn elect(client: &Client, body: &Value) -> Answer {
    client.post(ELECTIONS, body).send()
}

fn decision(on: &str) -> Value {
    json!({"number": "45/QĐ-SKHCN", "on": on, "link": null})
}

/// A department with a movement, and two persons who stand in June 2020.
fn department(app: &TestApp) -> Client {
    app.province();
    let science = seeing(app, "H19.06");
    launch(&science, "m", &monthly("H19.06")).expect(201);
    nominate(&science, 1, &nominee("H19.06.02", "2020-06", GROUP, "cb-1")).expect(201);
    nominate(&science, 2, &nominee("H19.06", "2020-06", GROUP, "cb-2")).expect(201);
    science
}

/// The answer, once the service is not too busy to give one.
fn answered(send: impl Fn() -> Answer) -> Answer {
    let deadline = Instant::now() + LONG;
    loop {
        let answer = send();
        if answer.status != 503 || Instant::now() > deadline {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

on_both! {
    fn a_person_stands_once_in_a_group_and_round(app) {
        let science = department(app);
        let shown = science.get(&format!("{NOMINATIONS}/{}", id(1))).send().expect(200).json();
        assert_eq!(shown, json!({
            "id": id(1), "movement": "m", "round": "2020-06", "group": GROUP, "organization": "H19.06.02", "person": "cb-1",
            "withdrawn_on": null, "votes": null, "created_at": "2026-01-05T01:00:00Z", "updated_at": "2026-01-05T01:00:00Z",
        }));
        nominate(&science, 3, &nominee("H19.06", "2020-06", GROUP, "cb-1")).problem(409, "nominated-already");
        nominate(&science, 3, &nominee("H19.06", "2020-06", "service-units", "cb-1")).expect(201);
        nominate(&science, 4, &nominee("H19.06", "2020-07", GROUP, "cb-1")).expect(201);
        for (field, value, code) in [
            ("round", json!("2020"), "mismatch"), ("round", json!("2026-02"), "in-the-future"), ("group", json!("no-group"), "not-found"),
            ("movement", json!("none"), "not-found"), ("organization", json!("H19.09"), "not-found"),
        ] {
            let refused = nominate(&science, 5, &with(nominee("H19.06", "2020-06", GROUP, "cb-5"), field, value)).faults();
            assert_eq!(refused, [(format!("/{field}"), code.to_owned())]);
        }
        let above = seeing(app, "H19");
        let elsewhere = nominate(&above, 5, &nominee("H19.09", "2020-06", GROUP, "cb-5")).faults();
        assert_eq!(elsewhere, [("/organization".to_owned(), "mismatch".to_owned())], "the movement does not run there");
        let change = |body: &Value| science.put(&format!("{NOMINATIONS}/{}", id(1)), body).if_match("*").send();
        let same = nominee("H19.06.02", "2020-06", GROUP, "cb-1");
        assert_eq!(change(&with(same.clone(), "person", json!("cb-9"))).faults(), [("/person".to_owned(), "mismatch".to_owned())]);
        assert_eq!(change(&with(same.clone(), "withdrawn_on", json!("2020-05-31"))).faults(), [("/withdrawn_on".to_owned(), "out-of-order".to_owned())]);
        assert_eq!(change(&with(same.clone(), "withdrawn_on", json!("2020-06-20"))).expect(200).json()["withdrawn_on"], "2020-06-20");
        assert_eq!(elect(&science, &votes("2020-06", GROUP, &[(1, 5), (2, 3)], 1)).faults(), [("/votes/0/nomination".to_owned(), "mismatch".to_owned())]);
        change(&same).expect(200);
        elect(&science, &votes("2020-06", GROUP, &[(1, 5), (2, 3)], 1)).expect(201);
        change(&with(same, "withdrawn_on", json!("2020-06-20"))).problem(409, "nomination-voted");
        let listed = |client: &Client, query: &str| client.get(&format!("{NOMINATIONS}?{query}")).send().expect(200).each("id");
        assert_eq!(listed(&science, &format!("round=2020-06&group={GROUP}&movement=m")), [id(1), id(2)]);
        assert_eq!(listed(&seeing(app, "H19.06.02"), ""), [id(1)]);
        assert_eq!(listed(&seeing(app, "H19.09"), ""), [""; 0]);
        assert_eq!(listed(&above, "organization=H19.06.02"), [id(1)]);
        nominate(&seeing(app, "H19.09"), 1, &nominee("H19.09", "2020-06", GROUP, "cb-1")).problem(409, "nomination-of-another");
    }

    fn a_face_is_elected_made_public_and_revoked(app) {
        let science = department(app);
        let created = elect(&science, &with(votes("2020-06", GROUP, &[(1, 5), (2, 3)], 1), "held_on", json!("2020-06-25"))).expect(201);
        let at = created.header("location").unwrap().to_owned();
        let mut shown = json!({
            "id": at.rsplit('/').next(), "movement": "m", "round": "2020-06", "group": GROUP, "held_on": "2020-06-25", "council_members": 9, "blank": 0,
            "elected": id(1), "organization": "H19.06.02", "votes": 5, "percent": 55.56, "revoked_on": null,
            "created_at": "2026-01-05T01:00:00Z", "updated_at": "2026-01-05T01:00:00Z",
        });
        assert_eq!(created.json(), shown, "the answer tells no person");
        shown["person"] = json!("cb-1");
        let found = science.get(&at).send().expect(200);
        assert_eq!(found.json(), shown);
        let cast = |number: usize| science.get(&format!("{NOMINATIONS}/{}", id(number))).send().expect(200).json()["votes"].clone();
        assert_eq!((cast(1), cast(2)), (json!(5), json!(3)));
        elect(&science, &votes("2020-06", GROUP, &[(2, 9)], 2)).problem(409, "face-elected-already");
        let public = json!({"decision": decision("2020-07-02"), "person": {"name": " Trần Thị B ", "position": "Chuyên viên"}});
        let publish = |body: &Value| science.post(&format!("{at}/publication"), body).send();
        assert_eq!(publish(&with(public.clone(), "decision", decision("2020-06-24"))).faults(), [("/decision/on".to_owned(), "out-of-order".to_owned())]);
        let answer = publish(&public).expect(200);
        assert!(!answer.text().contains("Trần") && answer.etag() != found.etag());
        let now = science.get(&at).send().expect(200).json();
        assert_eq!((&now["public_person"], &now["decision"]), (&json!({"name": "Trần Thị B", "position": "Chuyên viên"}), &decision("2020-07-02")));
        assert_eq!(publish(&public).expect(200).etag(), answer.etag(), "it was so already");
        let revoke = |on: &str| science.post(&format!("{at}/revocation"), &json!({"on": on, "decision": decision("2020-08-03")})).send();
        // Before the election, and before it was decided to revoke it.
        let order = |at: &str| (at.to_owned(), "out-of-order".to_owned());
        assert_eq!(revoke("2020-06-24").faults(), [order("/decision/on"), order("/on")]);
        assert_eq!(revoke("2020-08-02").faults(), [order("/decision/on")]);
        revoke("2020-08-03").expect(200);
        let gone = science.get(&at).send().expect(200).json();
        assert_eq!((&gone["revoked_on"], &gone["public_person"]), (&json!("2020-08-03"), &Value::Null), "kept, and nobody is public any more");
        assert_eq!(gone["revoked_by"], decision("2020-08-03"), "told to who may see persons");
        assert_eq!((cast(1), cast(2)), (Value::Null, Value::Null));
        revoke("2020-08-03").problem(409, "election-revoked");
        publish(&public).problem(409, "election-revoked");
        let second = elect(&science, &votes("2020-06", GROUP, &[(1, 1), (2, 8)], 2)).expect(201).json();
        let listed = |query: &str| science.get(&format!("{ELECTIONS}?{query}")).send().expect(200).each("elected");
        assert_eq!((listed("revoked=false"), listed("revoked=true")), (vec![id(2)], vec![id(1)]));
        let again = format!("{ELECTIONS}/{}", second["id"].as_str().unwrap());
        // The second was held today: nothing that was decided before revokes it.
        let revoke = |day: &str| science.post(&format!("{again}/revocation"), &json!({"decision": decision(day)})).send();
        assert_eq!(revoke("2020-08-04").faults(), [("/decision/on".to_owned(), "out-of-order".to_owned())]);
        revoke("2026-01-05").expect(200);
        elect(&science, &votes("2020-06", GROUP, &[(1, 8), (2, 1)], 1)).expect(201);
    }

    fn votes_are_counted_over_all_members_of_the_council(app) {
        let science = department(app);
        science.put("/api/v1/movements/m", &with(monthly("H19.06"), "vote_percent", json!(66.6))).if_match("*").send().expect(200);
        let june = |cast: &[(usize, i64)], elected: usize| votes("2020-06", GROUP, cast, elected);
        // Nine members, of whom eight came: five are most of those, and 55.56 % of all.
        elect(&science, &june(&[(1, 5), (2, 3)], 1)).problem(422, "face-votes-too-few");
        elect(&science, &june(&[(1, 5), (2, 3)], 2)).problem(422, "face-without-most-votes");
        assert_eq!(elect(&science, &june(&[(1, 6), (2, 4)], 1)).faults(), [("/council_members".to_owned(), "wrong-sum".to_owned())]);
        assert_eq!(elect(&science, &with(june(&[(1, 6), (2, 3)], 1), "blank", json!(1))).faults(), [("/council_members".to_owned(), "wrong-sum".to_owned())]);
        assert_eq!(elect(&science, &june(&[(1, 6), (3, 1)], 1)).faults(), [("/votes/1/nomination".to_owned(), "not-found".to_owned())]);
        assert_eq!(elect(&science, &june(&[(1, 6), (1, 1)], 1)).faults(), [("/votes/1/nomination".to_owned(), "repeated".to_owned())]);
        assert_eq!(elect(&science, &june(&[(1, 6)], 2)).faults(), [("/elected".to_owned(), "not-found".to_owned())]);
        elect(&seeing(app, "H19.06.02"), &june(&[(1, 6)], 1)).problem(409, "movement-of-another");
        assert_eq!(elect(&seeing(app, "H19.09"), &june(&[(1, 6)], 1)).faults(), [("/movement".to_owned(), "not-found".to_owned())]);
        assert_eq!(elect(&science, &june(&[(1, 6), (2, 3)], 1)).expect(201).json()["percent"], json!(66.67));
    }

    fn a_tie_elects_nobody_and_another_vote_does(app) {
        let science = department(app);
        nominate(&science, 3, &nominee("H19.06", "2020-06", GROUP, "cb-3")).expect(201);
        let june = |cast: &[(usize, i64)], elected: usize| votes("2020-06", GROUP, cast, elected);
        for elected in [1, 2] {
            let told = elect(&science, &june(&[(1, 4), (2, 4)], elected)).problem(422, "face-tied");
            assert!(told["detail"].as_str().unwrap().contains("4 phiếu"), "{told}");
        }
        elect(&science, &june(&[(1, 3), (2, 3), (3, 3)], 3)).problem(422, "face-tied");
        elect(&science, &june(&[(1, 4), (2, 4), (3, 1)], 3)).problem(422, "face-without-most-votes");
        elect(&science, &june(&[(1, 0), (2, 0)], 1)).problem(422, "face-votes-too-few");
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM elections"), 0);
        // That others tie behind does not matter.
        assert_eq!(elect(&science, &june(&[(1, 5), (2, 2), (3, 2)], 1)).expect(201).json()["votes"], 5);
    }

    fn sixty_four_that_elect_at_once_leave_one_face_of_each_group_and_round(app) {
        app.province();
        let science = seeing(app, "H19.06");
        launch(&science, "m", &monthly("H19.06")).expect(201);
        let races = [("2020-06", GROUP), ("2020-06", "service-units"), ("2020-07", GROUP), ("2020-07", "service-units")];
        for number in 0..64 {
            let (round, group) = races[number % 4];
            nominate(&science, number, &nominee("H19.06", round, group, &format!("cb-{number}"))).expect(201);
        }
        let barrier = Barrier::new(64);
        let outcomes: Vec<(usize, u16)> = std::thread::scope(|scope| {
            let electors: Vec<_> = (0..64_usize).map(|number| {
                let (science, barrier) = (&science, &barrier);
                scope.spawn(move || {
                    let (round, group) = races[number % 4];
                    let body = votes(round, group, &[(number, 7)], number);
                    barrier.wait();
                    let answer = answered(|| elect(science, &body));
                    if answer.status == 201 {
                        return (number, 201);
                    }
                    answer.problem(409, "face-elected-already");
                    (number, 409)
                })
            }).collect();
            electors.into_iter().map(|elector| elector.join().unwrap()).collect()
        });
        for (race, (round, group)) in races.iter().enumerate() {
            let won: Vec<usize> = outcomes.iter().filter(|(number, status)| number % 4 == race && *status == 201).map(|(number, _)| *number).collect();
            assert_eq!(won.len(), 1, "{round} {group}: {won:?}");
            let list = science.get(&format!("{ELECTIONS}?movement=m&round={round}&group={group}")).send().expect(200);
            assert_eq!(list.each("elected"), [id(won[0])]);
        }
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM elections"), 4);
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM election_votes"), 4, "nothing half-done");
    }

    fn faces_are_shown_as_a_table_of_a_subtree(app) {
        let science = department(app);
        nominate(&science, 3, &nominee("H19.06", "2020-07", "service-units", "cb-3")).expect(201);
        elect(&science, &with(votes("2020-06", GROUP, &[(1, 5), (2, 3)], 1), "held_on", json!("2020-06-25"))).expect(201);
        let july = elect(&science, &with(votes("2020-07", "service-units", &[(3, 9)], 3), "held_on", json!("2020-07-24"))).expect(201);
        let public = json!({"decision": decision("2020-07-31"), "person": {"name": "Lê Văn C", "position": "Viên chức"}});
        science.post(&format!("{}/publication", july.header("location").unwrap()), &public).send().expect(200);
        let faces = |client: &Client, query: &str| client.get(&format!("/api/v1/emulation/faces?{query}")).send().expect(200);
        assert_eq!(faces(&science, "org=H19.06&period=2020").each("round"), ["2020-06", "2020-07"]);
        assert_eq!(faces(&science, "org=H19.06&period=2020-07").each("organization"), ["H19.06"]);
        assert_eq!(faces(&science, "org=H19.06.02&period=2020").each("round"), ["2020-06"]);
        assert_eq!(faces(&science, "org=H19.06&period=2020&movement=none").each("round"), [""; 0]);
        let csv = science.get("/api/v1/emulation/faces.csv?org=H19.06&period=2020").send().expect(200).text();
        let lines: Vec<&str> = csv.trim_start_matches('\u{feff}').lines().collect();
        let name = "Xây dựng cơ quan văn hóa – ngày làm việc 8 giờ";
        assert_eq!(lines[1], format!("2020-06,{name},Khối Quản lý nhà nước,2020-06-25,H19.06.02,Tổ chức H19.06.02,5,9,55.56,cb-1,,"));
        assert_eq!(lines[2], format!("2020-07,{name},Khối sự nghiệp,2020-07-24,H19.06,Tổ chức H19.06,9,9,100.00,cb-3,Lê Văn C,Viên chức"));
        let blind = app.caller("blind", "H19.06", "emulation:read");
        let csv = blind.get("/api/v1/emulation/faces.csv?org=H19.06&period=2020").send().expect(200).text();
        let lines: Vec<&str> = csv.trim_start_matches('\u{feff}').lines().collect();
        assert!(lines[0].ends_with("Tỷ lệ (%)"), "{csv}");
        assert_eq!(lines[2], format!("2020-07,{name},Khối sự nghiệp,2020-07-24,H19.06,Tổ chức H19.06,9,9,100.00"));
        seeing(app, "H19.09").get("/api/v1/emulation/faces?org=H19.06&period=2020").send().problem(404, "not-found");
    }
}
