//! Consultations: who opens one and when, signed opinions, and unsigned ones by their tickets.

use std::sync::Barrier;

use serde_json::{Value, json};

use crate::acknowledgements::{kept, lasting, of};
use crate::directives_register::{BASE, SCOPES, with};
use crate::dossiers::lasting_root;
use crate::harness::{Client, TestApp};
use crate::on_both;
use crate::voter::{Blinded, Key, Ticket, number, ticket};

/// Opens a consultation until 20 January. Today is the 5th.
#[track_caller]
pub fn opened(app: &TestApp, id: &str) -> Value {
    let clerk = lasting(app, "clerk", "H19.06", SCOPES);
    let days = json!({"opens_on": "2026-01-05", "closes_on": "2026-01-20"});
    clerk.put(&of(id, "consultation"), &days).send().expect(201).json()
}

pub fn ask(client: &Client, id: &str, blinded: &Blinded) -> crate::harness::Answer {
    client.post(&of(id, "consultation/tickets"), &blinded.body("H19.06.02")).send()
}

pub fn hand_in(app: &TestApp, id: &str, ticket: &Ticket, said: &str) -> crate::harness::Answer {
    app.anyone().post(&of(id, "opinions/unsigned"), &ticket.body("disagrees", said)).send()
}

fn opinion(organization: &str, said: &str) -> Value {
    json!({"organization": organization, "stance": "agrees", "text": said})
}

fn set(app: &TestApp, moment: &str) {
    app.clock.set(moment.parse().unwrap());
}

#[track_caller]
fn texts(client: &Client, id: &str, query: &str) -> Vec<String> {
    client.get(&of(id, &format!("opinions{query}"))).send().expect(200).each("text")
}

on_both! {
    fn an_unsigned_opinion_takes_a_ticket_and_is_shown_the_day_after(app) {
        app.province();
        let id = kept(app);
        opened(app, &id);
        let (clerk, ann) = (lasting(app, "clerk", "H19.06", SCOPES), lasting(app, "ann", "H19.06", SCOPES));
        let ticket = ticket(&ann, &id, "H19.06.02");
        let receipt = hand_in(app, &id, &ticket, "Chưa rõ ai chủ trì").expect(200).json();
        assert_eq!((&receipt["given_on"], &receipt["shown_from"]), (&json!("2026-01-05"), &json!("2026-01-06")));
        let shown = |client: &Client| client.get(&of(&id, "consultation")).send().expect(200).json();
        assert_eq!(texts(&clerk, &id, ""), [""; 0]);
        assert_eq!((&shown(&clerk)["tickets"], &shown(&clerk)["unsigned"]), (&json!(1), &json!(0)));
        let tag = clerk.get(&of(&id, "consultation")).send().etag();
        // The last moment of the 5th in Viet Nam, and the first of the 6th.
        set(app, "2026-01-05T16:59:59Z");
        assert_eq!(texts(&clerk, &id, ""), [""; 0]);
        set(app, "2026-01-05T17:00:00Z");
        let list = clerk.get(&of(&id, "opinions")).send().expect(200).json();
        assert_eq!(list["items"], json!([{
            "id": receipt["id"], "signed": false, "subject": null, "organization": null, "stance": "disagrees", "text": "Chưa rõ ai chủ trì",
            "given_on": "2026-01-05", "given_at": null,
        }]));
        assert_eq!((&shown(&ann)["unsigned"], &shown(&ann)["disagree"], &shown(&ann)["other"]), (&json!(1), &json!(1), &json!(0)));
        assert_ne!(clerk.get(&of(&id, "consultation")).send().etag(), tag);
        // The same once more is the same; another opinion needs another ticket.
        assert_eq!(hand_in(app, &id, &ticket, "Chưa rõ ai chủ trì").expect(200).json(), receipt);
        hand_in(app, &id, &ticket, "Khác").problem(409, "ticket-spent");
        let other = ticket.body("agrees", "Chưa rõ ai chủ trì");
        app.anyone().post(&of(&id, "opinions/unsigned"), &other).send().problem(409, "ticket-spent");
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM unsigned_opinions"), 1);
    }

    fn of_opinions_with_one_ticket_at_once_one_is_taken(app) {
        app.province();
        let id = kept(app);
        opened(app, &id);
        let ticket = ticket(&lasting(app, "ann", "H19.06", SCOPES), &id, "H19.06.02");
        let start = Barrier::new(8);
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let all: Vec<_> = (0..8).map(|n| {
                let (id, ticket, start) = (&id, &ticket, &start);
                scope.spawn(move || {
                    start.wait();
                    hand_in(app, id, ticket, &format!("Ý kiến {n}")).status
                })
            }).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 7, "{statuses:?}");
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM unsigned_opinions"), 1);
    }

    fn opinions_of_many_at_once_are_all_taken(app) {
        app.province();
        let id = kept(app);
        opened(app, &id);
        let people = (0..8).map(|n| ticket(&lasting(app, &format!("p{n}"), "H19.06", SCOPES), &id, "H19.06"));
        let tickets: Vec<Ticket> = people.collect();
        let start = Barrier::new(8);
        std::thread::scope(|scope| {
            for ticket in &tickets {
                let (id, start) = (&id, &start);
                scope.spawn(move || {
                    start.wait();
                    hand_in(app, id, ticket, "Không đồng ý").expect(200);
                });
            }
        });
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM unsigned_opinions"), 8);
    }

    fn a_person_gets_one_ticket(app) {
        app.province();
        let id = kept(app);
        opened(app, &id);
        let ann = lasting(app, "ann", "H19.06", SCOPES);
        let key = Key::of(&ann, &id);
        let start = Barrier::new(4);
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let all: Vec<_> = (0..4).map(|_| {
                let (id, ann, start, blinded) = (&id, &ann, &start, Blinded::new(&key));
                scope.spawn(move || {
                    start.wait();
                    ask(ann, id, &blinded).status
                })
            }).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        ask(&ann, &id, &Blinded::new(&key)).problem(409, "ticket-given");
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM consultation_tickets"), 1);
        // An answer that was lost is given again under its key.
        let bob = lasting(app, "bob", "H19.06", SCOPES);
        let blinded = Blinded::new(&key);
        let send = || bob.post(&of(&id, "consultation/tickets"), &blinded.body("H19.06")).header("idempotency-key", "1").send().expect(200);
        let (first, second) = (send(), send());
        assert_eq!((first.json(), second.header("idempotent-replayed")), (second.json(), Some("true")));
        let spendable = blinded.finalized(&number(&second.json()["blind_signature"]));
        hand_in(app, &id, &spendable, "Đã nhận lại").expect(200);
    }

    fn a_ticket_that_the_key_did_not_sign_is_refused(app) {
        app.province();
        let id = kept(app);
        opened(app, &id);
        let ann = lasting(app, "ann", "H19.06", SCOPES);
        let good = ticket(&ann, &id, "H19.06");
        let other_body = crate::directives_register::directive("8/KH-UBND", "Ủy ban", "Khác", Some("2020-02-04"));
        let other = crate::directives_register::id_of(&lasting(app, "clerk", "H19.06", SCOPES), &other_body);
        // No consultation, none of that directive, and no such directive are told in the same words.
        hand_in(app, &other, &good, "Khác").problem(403, "ticket-refused");
        hand_in(app, "0197f0c0-0000-7000-8000-000000000000", &good, "Khác").problem(403, "ticket-refused");
        opened(app, &other);
        hand_in(app, &other, &good, "Khác").problem(403, "ticket-refused");
        let forged = Ticket { signature: &good.signature + 1_u32, ..good.clone() };
        hand_in(app, &id, &forged, "Giả").problem(403, "ticket-refused");
        let mut changed = good.clone();
        changed.message[63] ^= 1;
        hand_in(app, &id, &changed, "Giả").problem(403, "ticket-refused");
        // A signature that is one of its own, on what nobody prepared.
        let raw = Ticket { signature: 1_u32.into(), ..good.clone() };
        hand_in(app, &id, &raw, "Giả").problem(403, "ticket-refused");
        let body = good.body("agrees", "Có");
        for (place, bad) in [("message", "x".repeat(86)), ("message", "A".repeat(85)), ("signature", "A".repeat(511))] {
            let mut body = body.clone();
            body["ticket"][place] = json!(bad);
            let fault = app.anyone().post(&of(&id, "opinions/unsigned"), &body).send().faults().remove(0);
            assert_eq!(fault, (format!("/ticket/{place}"), "wrong-form".to_owned()));
        }
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM unsigned_opinions"), 0);
        let beyond = json!({"organization": "H19.06", "blinded_message": "_".repeat(512)});
        let bob = lasting(app, "bob", "H19.06", SCOPES);
        assert_eq!(bob.post(&of(&id, "consultation/tickets"), &beyond).send().faults(), [("/blinded_message".to_owned(), "out-of-range".to_owned())]);
        hand_in(app, &id, &ticket(&bob, &id, "H19.06"), "Được").expect(200);
    }

    fn opinions_are_taken_from_the_first_day_to_the_last(app) {
        app.province();
        let id = kept(app);
        let clerk = lasting(app, "clerk", "H19.06", SCOPES);
        let (ann, bob, cam) = (lasting(app, "ann", "H19.06", SCOPES), lasting(app, "bob", "H19.06", SCOPES), lasting(app, "cam", "H19.06", SCOPES));
        ann.post(&of(&id, "opinions"), &opinion("H19.06", "Sớm")).send().problem(404, "not-found");
        clerk.put(&of(&id, "consultation"), &json!({"opens_on": "2026-01-06", "closes_on": "2026-01-07"})).send().expect(201);
        let (of_ann, of_bob) = (ticket(&ann, &id, "H19.06"), ticket(&bob, &id, "H19.06"));
        let early = hand_in(app, &id, &of_ann, "Sớm").problem(409, "consultation-not-open");
        assert!(early["detail"].as_str().unwrap().contains("2026-01-06"));
        ann.post(&of(&id, "opinions"), &opinion("H19.06", "Sớm")).send().problem(409, "consultation-not-open");
        let phase = |expected: &str| assert_eq!(ann.get(&of(&id, "consultation")).send().json()["phase"], expected);
        phase("planned");
        set(app, "2026-01-05T17:00:00Z");
        phase("open");
        hand_in(app, &id, &of_ann, "Đúng lúc").expect(200);
        set(app, "2026-01-07T16:59:59Z");
        ann.post(&of(&id, "opinions"), &opinion("H19.06", "Kịp")).send().expect(201);
        set(app, "2026-01-07T17:00:00Z");
        phase("closed");
        hand_in(app, &id, &of_bob, "Muộn").problem(409, "consultation-not-open");
        hand_in(app, &id, &of_ann, "Đúng lúc").expect(200);
        ask(&cam, &id, &Blinded::new(&Key::of(&cam, &id))).problem(409, "consultation-not-open");
        assert_eq!(texts(&clerk, &id, ""), ["Kịp", "Đúng lúc"]);
    }

    fn a_consultation_is_opened_by_whose_directive_it_is_and_has_one_key(app) {
        app.province();
        let id = kept(app);
        let at = of(&id, "consultation");
        lasting_root(app).patch(&format!("{BASE}/{id}"), &json!({"public": true})).if_match("*").send().expect(200);
        let (clerk, carl) = (lasting(app, "clerk", "H19.06", SCOPES), lasting(app, "carl", "H19.09", SCOPES));
        let days = json!({"opens_on": "2026-01-06", "closes_on": "2026-01-20"});
        carl.put(&at, &days).send().problem(403, "directive-of-another");
        carl.get(&at).send().problem(404, "not-found");
        for (body, place, code) in [
            (json!({"opens_on": "2026-01-06", "closes_on": "2026-01-05"}), "/closes_on", "out-of-order"),
            (json!({"opens_on": "2026-01-01", "closes_on": "2026-01-04"}), "/closes_on", "out-of-range"),
            (json!({"opens_on": "0026-01-01", "closes_on": "2026-01-06"}), "/opens_on", "out-of-range"),
        ] {
            assert_eq!(clerk.put(&at, &body).send().faults(), [(place.to_owned(), code.to_owned())]);
        }
        let first = clerk.put(&at, &days).send().expect(201);
        let key = |value: &Value| (value["public_key"].clone(), value["key_thumbprint"].clone());
        clerk.put(&at, &days).send().problem(428, "condition-required");
        assert_eq!(clerk.put(&at, &days).if_match(&first.etag()).send().expect(200).etag(), first.etag());
        let longer = clerk.put(&at, &with(days.clone(), "closes_on", json!("2026-01-31"))).if_match(&first.etag()).send().expect(200);
        assert_eq!((key(&longer.json()), &longer.json()["closes_on"]), (key(&first.json()), &json!("2026-01-31")));
        clerk.put(&at, &days).if_match(&first.etag()).send().problem(412, "version-mismatch");
        for client in [&carl, &lasting_root(app)] {
            assert_eq!(key(&client.get(&at).send().expect(200).json()), key(&first.json()), "one key for all");
        }
        // It stands in the trail, its secret part nowhere.
        let trail = lasting_root(app).get("/api/v1/audit-entries").send().text();
        assert!(trail.contains(first.json()["key_thumbprint"].as_str().unwrap()));
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM audit_entries WHERE detail LIKE '%private%'"), 0);
        set(app, "2026-01-06T01:00:00Z");
        let begun = json!({"opens_on": "2026-01-07", "closes_on": "2026-01-31"});
        clerk.put(&at, &begun).if_match(&longer.etag()).send().problem(409, "consultation-begun");
    }

    fn a_signed_opinion_is_seen_by_whose_directive_it_is_and_by_its_author(app) {
        app.province();
        let id = kept(app);
        lasting_root(app).patch(&format!("{BASE}/{id}"), &json!({"public": true})).if_match("*").send().expect(200);
        opened(app, &id);
        let (clerk, ann, carl) = (lasting(app, "clerk", "H19.06", SCOPES), lasting(app, "ann", "H19.06.02", SCOPES), lasting(app, "carl", "H19.09", SCOPES));
        let at = of(&id, "opinions");
        let given = ann.post(&at, &opinion("H19.06.02", "  Nhất trí  ")).send().expect(201).json();
        assert_eq!((&given["subject"], &given["organization"], &given["text"], &given["given_at"]), (&json!("ann"), &json!("H19.06.02"), &json!("Nhất trí"), &json!("2026-01-05T01:00:00Z")));
        carl.post(&at, &opinion("H19.06", "Khác")).send().expect(422);
        let other = with(opinion("H19.09", "Chưa rõ thời hạn"), "stance", json!("disagrees"));
        carl.post(&at, &other).send().expect(201);
        assert_eq!(texts(&clerk, &id, ""), ["Nhất trí", "Chưa rõ thời hạn"]);
        assert_eq!((texts(&ann, &id, ""), texts(&carl, &id, "")), (vec!["Nhất trí".to_owned()], vec!["Chưa rõ thời hạn".to_owned()]));
        assert_eq!(texts(&clerk, &id, "?stance=disagrees"), ["Chưa rõ thời hạn"]);
        hand_in(app, &id, &ticket(&ann, &id, "H19.06.02"), "Không tên").expect(200);
        set(app, "2026-01-06T01:00:00Z");
        carl.post(&at, &opinion("H19.09", "Thêm")).send().expect(201);
        assert_eq!(texts(&clerk, &id, "")[0], "Thêm", "the latest day first");
        assert_eq!(texts(&clerk, &id, "").len(), 4);
        assert_eq!(texts(&clerk, &id, "?signed=false"), ["Không tên"]);
        assert_eq!(texts(&clerk, &id, "?signed=true").len(), 3);
        assert_eq!(texts(&ann, &id, "?signed=false"), [""; 0]);
        let (mut seen, mut query) = (Vec::new(), "?limit=1".to_owned());
        loop {
            let page = clerk.get(&format!("{at}{query}")).send().expect(200);
            seen.extend(page.each("text"));
            let Some(next) = page.json()["next"].as_str().map(ToOwned::to_owned) else { break };
            query = format!("?limit=1&cursor={next}");
        }
        assert_eq!(seen, texts(&clerk, &id, ""));
        let shown = carl.get(&of(&id, "consultation")).send().expect(200).json();
        assert_eq!([&shown["tickets"], &shown["signed"], &shown["unsigned"], &shown["agree"], &shown["disagree"]], [1, 3, 1, 2, 2]);
        for n in 2..20 {
            carl.post(&at, &opinion("H19.09", &format!("Ý {n}"))).send().expect(201);
        }
        carl.post(&at, &opinion("H19.09", "Nữa")).send().problem(409, "opinions-too-many");
        lasting_root(app).patch(&format!("{BASE}/{id}"), &json!({"public": false})).if_match("*").send().expect(200);
        carl.get(&at).send().problem(404, "not-found");
        carl.post(&at, &opinion("H19.09", "Nữa")).send().problem(404, "not-found");
    }
}
