//! What is left of an unsigned opinion: nothing that tells whose it is.

use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl};
use num_bigint::BigUint;
use serde_json::json;

use crate::acknowledgements::{kept, lasting, of};
use crate::consultations::{ask, hand_in, opened};
use crate::directives_register::{BASE, SCOPES, directive, id_of};
use crate::dossiers::lasting_root;
use crate::harness::process::Site;
use crate::harness::{Backend, Client, TestApp};
use crate::on_both;
use crate::voter::{Blinded, Key, Ticket, encoded, number, random, text, ticket};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    a: String,
    #[diesel(sql_type = Text)]
    b: String,
}

/// Rows of two texts, behind the service's back.
fn rows(app: &TestApp, sql: &str) -> Vec<(String, String)> {
    let mut conn = danvan::platform::db::connect(&app.database.config.url).unwrap();
    let rows: Vec<Row> = diesel::sql_query(sql).load(&mut conn).unwrap();
    rows.into_iter().map(|row| (row.a, row.b)).collect()
}

const PEOPLE: [&str; 5] = ["ann.nguyen", "bob.tran", "cam.le", "dao.pham", "em.vo"];

on_both! {
    fn every_opinion_fits_every_person_that_got_a_ticket(app) {
        app.province();
        let id = kept(app);
        opened(app, &id);
        let mut transcripts = Vec::new();
        let mut tickets = Vec::new();
        for person in PEOPLE {
            let client = lasting(app, person, "H19.06", SCOPES);
            let blinded = Blinded::new(&Key::of(&client, &id));
            let signed = number(&ask(&client, &id, &blinded).expect(200).json()["blind_signature"]);
            transcripts.push((blinded.hidden.clone(), signed.clone()));
            tickets.push(blinded.finalized(&signed));
        }
        for ticket in tickets.iter().rev() {
            hand_in(app, &id, ticket, "Không đồng ý").expect(200);
        }
        let key = Key::of(&lasting(app, "clerk", "H19.06", SCOPES), &id);
        let kept = rows(app, "SELECT ticket AS a, signature AS b FROM unsigned_opinions");
        assert_eq!(kept.len(), 5);
        let mut factors = Vec::new();
        for (_, signature) in &kept {
            let signature = number(&json!(signature));
            for (blinded, blind_signature) in &transcripts {
                // The one factor under which this ticket would have been that blinded one.
                let factor: BigUint = blind_signature * signature.modinv(&key.n).unwrap() % &key.n;
                assert_eq!(key.opened(&signature) * key.opened(&factor) % &key.n, *blinded);
                factors.push(factor);
            }
        }
        factors.sort();
        factors.dedup();
        assert_eq!(factors.len(), 25, "each pair has a factor of its own, as likely as any other");
    }

    fn nothing_beside_an_opinion_tells_whose_it_is(app) {
        app.province();
        let id = kept(app);
        opened(app, &id);
        let mut tickets: Vec<Ticket> = PEOPLE.iter().map(|person| ticket(&lasting(app, person, "H19.06", SCOPES), &id, "H19.06")).collect();
        // They arrive in the order that is the opposite of the one in which they are kept.
        tickets.sort_by_key(|ticket| std::cmp::Reverse(text(&ticket.message)));
        let before: Vec<i64> = others(app);
        for (index, ticket) in tickets.iter().enumerate() {
            app.clock.set(format!("2026-01-05T0{}:17:33Z", index + 2).parse().unwrap());
            let answer = app.anyone().post(&of(&id, "opinions/unsigned"), &ticket.body("other", "Viết lại Điều 3")).header("x-request-id", "request-of-somebody").send();
            answer.expect(200);
        }
        assert_eq!(others(app), before, "no audit entry, no key, and no row but the opinion's");
        let columns = match app.backend {
            Backend::Sqlite => "SELECT name AS a, type AS b FROM pragma_table_info('unsigned_opinions') ORDER BY name",
            Backend::Postgres => "SELECT CAST(column_name AS TEXT) AS a, CAST(data_type AS TEXT) AS b FROM information_schema.columns WHERE table_name = 'unsigned_opinions' ORDER BY CAST(column_name AS TEXT)",
        };
        let names: Vec<String> = rows(app, columns).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["content", "directive_id", "given_on", "id", "signature", "stance", "ticket"]);
        let kept = rows(app, "SELECT ticket AS a, CAST(given_on AS TEXT) AS b FROM unsigned_opinions ORDER BY ticket");
        let mut handed_in: Vec<(String, String)> = tickets.iter().map(|ticket| (text(&ticket.message), "2026-01-05".to_owned())).collect();
        handed_in.sort();
        assert_eq!(kept, handed_in, "the ticket and the day");
        // Not even the database's own numbers of rows and transactions tell which came first.
        match app.backend {
            Backend::Sqlite => {
                let placed = rows(app, "SELECT ticket AS a, CAST(given_on AS TEXT) AS b FROM unsigned_opinions ORDER BY rowid");
                assert_eq!(placed, handed_in);
            }
            Backend::Postgres => {
                let numbers = "SELECT COUNT(DISTINCT CAST(xmin AS TEXT)) + COUNT(DISTINCT CAST(cmin AS TEXT)) AS n FROM unsigned_opinions";
                assert_eq!(app.database.count(numbers), 2);
            }
        }
        // What was signed for whom is known: that somebody got a ticket, and no more.
        let got = rows(app, "SELECT subject AS a, directive_id AS b FROM consultation_tickets ORDER BY subject");
        assert_eq!(got, PEOPLE.map(|person| (person.to_owned(), id.clone())));
        let trail = lasting_root(app).get("/api/v1/audit-entries?limit=500").send().expect(200).text();
        for secret in ["Viết lại Điều 3", "request-of-somebody", "blind_signature"].into_iter().chain(kept.iter().map(|(ticket, _)| ticket.as_str())) {
            assert!(!trail.contains(secret), "{secret}");
        }
        let metrics = app.anyone().get("/metrics").send().expect(200).text();
        assert!(metrics.contains("/directives/{id}/consultation/tickets") && !metrics.contains("unsigned"), "{metrics}");
    }

    fn the_key_that_signs_is_sealed_for_its_own_consultation(app) {
        app.province();
        let (id, other) = (kept(app), id_of(&lasting(app, "clerk", "H19.06", SCOPES), &directive("8/KH-UBND", "Ủy ban", "Khác", Some("2020-02-04"))));
        opened(app, &id);
        opened(app, &other);
        let sealed = rows(app, "SELECT sealed_key AS a, directive_id AS b FROM consultations");
        // A key that lies open begins with 0x30 0x82, which is MII in base64, and has more than 1,700 bytes.
        for (sealed, _) in &sealed {
            assert!(!sealed.starts_with("MII") && sealed.len() > 2_000, "{sealed}");
        }
        assert_ne!(sealed[0].0, sealed[1].0);
        // In the place of another's it opens for nobody: an operator cannot let one key sign two consultations.
        app.database.execute(&format!("UPDATE consultations SET sealed_key = (SELECT sealed_key FROM consultations WHERE directive_id = '{other}') WHERE directive_id = '{id}'"));
        let ann = lasting(app, "ann", "H19.06", SCOPES);
        ask(&ann, &id, &Blinded::new(&Key::of(&ann, &id))).problem(500, "internal-error");
        ticket(&ann, &other, "H19.06");
    }

    fn who_tells_who_it_is_is_not_heard(app) {
        app.province();
        let id = kept(app);
        opened(app, &id);
        let ann = lasting(app, "ann", "H19.06", SCOPES);
        let ticket = ticket(&ann, &id, "H19.06");
        for named in [&ann, &app.bearer("no token")] {
            named.post(&of(&id, "opinions/unsigned"), &ticket.body("other", "Có tên")).send().problem(400, "token-unwanted");
        }
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM unsigned_opinions"), 0);
        hand_in(app, &id, &ticket, "Không tên").expect(200);
    }
}

/// How many rows there are where nothing may be added.
fn others(app: &TestApp) -> Vec<i64> {
    let tables = [
        "audit_entries",
        "idempotency_keys",
        "consultation_tickets",
        "signed_opinions",
        "acknowledgements",
        "sequences",
    ];
    tables.map(|table| app.database.count(&format!("SELECT COUNT(*) AS n FROM {table}"))).to_vec()
}

#[test]
fn an_encoding_differs_with_its_salt() {
    let message = random(64);
    assert_ne!(encoded(&message, &[1; 48], 3072), encoded(&message, &[2; 48], 3072));
}

fn the_log_says_nothing_of_unsigned_opinions(backend: Backend) {
    let mut site = Site::new(backend);
    site.set("DANVAN_LOG", "info");
    let process = site.serve();
    let root = site.root(&process);
    let id = id_of(&root, &directive("16/CT-TTg", "Thủ tướng", "Dân vận", Some("2016-05-16")));
    let organization = json!({"name": "Tỉnh", "kind": "province", "valid_from": "2015-01-01"});
    root.put("/api/v1/organizations/H19", &organization).send().expect(201);
    root.patch(&format!("{BASE}/{id}"), &json!({"public": true})).if_match("*").send().expect(200);
    root.put(&of(&id, "consultation"), &json!({"opens_on": "2020-01-01", "closes_on": "2999-12-31"}))
        .send()
        .expect(201);
    let ticket = ticket(&root, &id, "H19");
    let anyone: Client = process.anyone();
    let unsigned = of(&id, "opinions/unsigned");
    anyone.post(&unsigned, &ticket.body("other", "Không ai biết")).send().expect(200);
    anyone.post(&unsigned, &json!({})).send().expect(422);
    root.post(&unsigned, &ticket.body("other", "Có tên")).send().problem(400, "token-unwanted");
    root.get("/api/v1/kpis").send().expect(200);
    process.terminate();
    let lines = process.rest();
    assert!(lines.iter().any(|line| line.contains("/kpis")), "{lines:#?}");
    assert!(lines.iter().any(|line| line.contains("/consultation/tickets")), "{lines:#?}");
    assert_eq!(lines.iter().filter(|line| line.contains("/opinions")).count(), 0, "{lines:#?}");
    // What was asked with a token stands in its line, so that nothing else can be missed: registering, the organization, making public,
    // opening, reading the key, the ticket, the catalogue.
    assert_eq!(lines.iter().filter(|line| line.contains("request=")).count(), 7, "{lines:#?}");
}

mod the_log_says_nothing_of_unsigned_opinions {
    use super::Backend;

    #[test]
    fn sqlite() {
        super::the_log_says_nothing_of_unsigned_opinions(Backend::Sqlite);
    }

    #[test]
    fn postgres() {
        super::the_log_says_nothing_of_unsigned_opinions(Backend::Postgres);
    }
}
