//! Webhooks: who is told what, how it is signed, and what happens when it is not taken.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use danvan::changes::deliveries::actions::{self, Found, Parcel};
use danvan::changes::deliveries::store::Lease;
use danvan::platform::auth::SCOPES;
use danvan::platform::outside::Names;
use serde_json::{Value, json};

use crate::harness::process::until;
use crate::harness::{Backend, Client, NOW, Reaction, Receiver, TestApp};
use crate::on_both;

pub const SUBSCRIPTIONS: &str = "/api/v1/webhook-subscriptions";

fn all_scopes() -> String {
    SCOPES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" ")
}

/// Subscribes. Answers the place of the subscription and its secret.
#[track_caller]
pub fn subscribe(client: &Client, body: &Value) -> (String, String) {
    let made = client.post(SUBSCRIPTIONS, body).send().expect(201);
    let place = made.header("location").unwrap().to_owned();
    (place, made.json()["secret"].as_str().unwrap().to_owned())
}

pub fn target(client: &Client, organization: &str, kpi: &str) {
    let path = format!("/api/v1/organizations/{organization}/targets/{kpi}/2020");
    client.put(&path, &json!({"percent": 90})).send().expect(201);
}

/// How the delivery goes, once it is so.
#[track_caller]
fn going(client: &Client, place: &str, what: &str, so: impl Fn(&Value) -> bool) -> Value {
    until(what, || Some(client.get(place).send().expect(200).json()).filter(|found| so(found)))
}

fn after(seconds: i64) -> DateTime<Utc> {
    NOW.parse::<DateTime<Utc>>().unwrap() + TimeDelta::seconds(seconds)
}

fn key(organization: &str, kpi: &str) -> [String; 3] {
    ["target".to_owned(), format!("{organization} {kpi} 2020 calendar"), "created".to_owned()]
}

on_both! {
    fn a_change_is_posted_signed_to_who_subscribed(app) {
        app.province();
        let (root, receiver) = (app.lasting("*"), Receiver::start());
        let (place, secret) = subscribe(&root, &json!({"url": receiver.url()}));
        target(&root, "H19.06", "satisfaction");
        let call = receiver.call();
        assert_eq!(call.told(), [key("H19.06", "satisfaction")]);
        assert_eq!((call.signed(&secret), call.header("content-type")), (1, "application/json"));
        assert_eq!(call.header("webhook-timestamp"), after(0).timestamp().to_string());
        let body = call.json();
        assert_eq!((&body["type"], &body["timestamp"]), (&json!("changes"), &json!(NOW)));
        // It tells what the feed tells, and where that goes on.
        let next = body["data"]["next"].as_str().unwrap();
        let feed = root.get(&format!("/api/v1/changes?after={next}")).send().expect(200).json();
        assert_eq!(feed["items"], json!([]));
        let found = going(&root, &place, "delivered", |found| found["delivery"]["delivered_at"].is_string());
        let delivery = &found["delivery"];
        assert_eq!((&delivery["tries"], &delivery["failures"], &delivery["last_status"]), (&json!(1), &json!(0), &json!(204)));
        assert_eq!((&delivery["next"], &delivery["failing_since"]), (&body["data"]["next"], &Value::Null));
        // Nothing is told twice, and the next change comes alone.
        target(&root, "H19.09", "satisfaction");
        assert_eq!(receiver.call().told(), [key("H19.09", "satisfaction")]);
    }

    fn what_is_not_taken_is_told_again_the_same(app) {
        app.province();
        let (root, receiver) = (app.lasting("*"), Receiver::start());
        receiver.react(&[Reaction::Status(500), Reaction::Status(503)]);
        let (place, secret) = subscribe(&root, &json!({"url": receiver.url(), "kinds": ["target"]}));
        target(&root, "H19.06", "satisfaction");
        let first = receiver.call();
        let failed = |times: i64| move |found: &Value| found["delivery"]["failures"] == times;
        let found = going(&root, &place, "failed", failed(1));
        assert_eq!((&found["delivery"]["last_status"], &found["delivery"]["failing_since"]), (&json!(500), &json!(NOW)));
        let due: DateTime<Utc> = found["delivery"]["due_at"].as_str().unwrap().parse().unwrap();
        assert!(due > after(2) && due <= after(5), "{due}");
        // What changes meanwhile waits for its turn.
        target(&root, "H19.09", "satisfaction");
        app.clock.set(after(5));
        let second = receiver.call();
        going(&root, &place, "failed twice", failed(2));
        app.clock.set(after(15));
        let third = receiver.call();
        for again in [&second, &third] {
            assert_eq!((again.header("webhook-id"), &again.body), (first.header("webhook-id"), &first.body));
            assert_eq!(again.signed(&secret), 1);
        }
        assert_eq!(third.header("webhook-timestamp"), after(15).timestamp().to_string());
        let fourth = receiver.call();
        assert_eq!(fourth.told(), [key("H19.09", "satisfaction")]);
        assert_ne!(fourth.header("webhook-id"), first.header("webhook-id"));
        let found = going(&root, &place, "delivered", |found| found["delivery"]["tries"] == 4);
        assert_eq!((&found["delivery"]["failures"], &found["delivery"]["last_error"]), (&json!(0), &Value::Null));
    }

    fn a_target_that_asks_for_a_longer_pause_has_it(app) {
        app.province();
        let (root, receiver) = (app.lasting("*"), Receiver::start());
        receiver.react(&[Reaction::Later(600), Reaction::Later(86_400), Reaction::Later(0)]);
        let (place, _) = subscribe(&root, &json!({"url": receiver.url()}));
        target(&root, "H19.06", "satisfaction");
        let due = |failures: i64| -> DateTime<Utc> {
            let found = going(&root, &place, "failed", |found| found["delivery"]["failures"] == failures);
            assert_eq!(found["delivery"]["last_status"], 429);
            found["delivery"]["due_at"].as_str().unwrap().parse().unwrap()
        };
        let first = receiver.call();
        assert_eq!(due(1), after(600));
        app.clock.set(after(600));
        receiver.call();
        assert_eq!(due(2), after(600 + 3600), "never longer than an hour");
        app.clock.set(after(600 + 3600));
        assert_eq!(receiver.call().body, first.body);
        // Three failures: 20 seconds, up to half of it less by chance.
        let third = due(3);
        assert!(third > after(4200 + 9) && third <= after(4200 + 20), "{third}");
    }

    fn what_was_found_for_an_earlier_wish_is_not_told(app) {
        app.province();
        let (root, receiver) = (app.lasting("*"), Receiver::start());
        receiver.react(&[Reaction::Status(500)]);
        let (place, _) = subscribe(&root, &json!({"url": receiver.url(), "kinds": ["target", "organization"]}));
        target(&root, "H19.06", "satisfaction");
        receiver.call();
        going(&root, &place, "failed", |found| found["delivery"]["failures"] == 1);
        // Two deliveries are looked at before the wish changes, and taken after it.
        let id = place.rsplit('/').next().unwrap();
        let mut conn = danvan::platform::db::connect(&app.database.config.url).unwrap();
        let (now, length) = (after(60), TimeDelta::seconds(30));
        let Found::Parcel(before) = actions::look(&mut conn, id, now).unwrap() else { panic!("nothing found") };
        let lease = |holder: &str| Lease { subscription: id.to_owned(), holder: holder.to_owned(), length };
        root.patch(&place, &json!({"kinds": ["organization"]})).if_match("*").send().expect(200);
        assert!(!actions::take(&mut conn, now, &lease("a"), &before).unwrap());
        assert!(!receiver.was_called());
    }

    fn of_two_that_find_the_same_one_takes_it(app) {
        app.province();
        let root = app.lasting("*");
        // Nobody is called before its time: the clock stands still, and the subscription is due a minute later.
        let (place, _) = subscribe(&root, &json!({"url": "http://127.0.0.1:9/", "kinds": ["target"]}));
        app.database.execute("UPDATE webhook_deliveries SET due_at = '2026-01-05 01:01:00'");
        target(&root, "H19.06", "satisfaction");
        let id = place.rsplit('/').next().unwrap();
        let mut conn = danvan::platform::db::connect(&app.database.config.url).unwrap();
        let (now, length) = (after(60), TimeDelta::seconds(30));
        let mut look = || match actions::look(&mut conn, id, now).unwrap() {
            Found::Parcel(parcel) => parcel,
            _ => panic!("nothing found"),
        };
        let found = [look(), look()];
        assert_eq!(found[0].slice.items, found[1].slice.items);
        let lease = |holder: &str| Lease { subscription: id.to_owned(), holder: holder.to_owned(), length };
        let mut take = |holder: &str, now, parcel: &Parcel| actions::take(&mut conn, now, &lease(holder), parcel).unwrap();
        assert!(!take("early", after(59), &found[0]));
        assert_eq!([take("a", now, &found[0]), take("b", now, &found[1])], [true, false]);
        // Once the lease has run out, because its holder died, another takes it and tells the same.
        let later = now + length;
        assert!(!take("c", later - TimeDelta::seconds(1), &found[1]) && take("c", later, &found[1]));
    }

    fn a_redirect_is_not_followed(app) {
        app.province();
        let (root, receiver, elsewhere) = (app.root(), Receiver::start(), Receiver::start());
        receiver.react(&[Reaction::Redirect(elsewhere.url())]);
        let (place, _) = subscribe(&root, &json!({"url": receiver.url()}));
        target(&root, "H19.06", "satisfaction");
        receiver.call();
        let found = going(&root, &place, "failed", |found| found["delivery"]["failures"] == 1);
        assert_eq!((&found["delivery"]["last_status"], elsewhere.was_called()), (&json!(302), false));
    }

    fn who_fails_too_long_or_is_gone_is_disabled_and_may_go_on(app) {
        app.province();
        let (root, receiver) = (app.lasting("*"), Receiver::start());
        receiver.react(&[Reaction::Status(500), Reaction::Status(500)]);
        let (place, _) = subscribe(&root, &json!({"url": receiver.url()}));
        target(&root, "H19.06", "satisfaction");
        let first = receiver.call();
        going(&root, &place, "failed", |found| found["delivery"]["failures"] == 1);
        app.clock.set(after(72 * 3600));
        receiver.call();
        let found = going(&root, &place, "disabled", |found| found["status"] == "disabled");
        assert_eq!((&found["reason"], &found["delivery"]["failures"]), (&json!("failing"), &json!(2)));
        let disabled = "SELECT COUNT(*) AS n FROM audit_entries WHERE act = 'webhook.disable' AND actor = 'danvan'";
        assert_eq!(app.database.count(disabled), 1);
        // Mended and made active, it is told what it missed, and then says that it is no more.
        receiver.react(&[Reaction::Status(200), Reaction::Status(410)]);
        let tag = root.get(&place).send().expect(200).etag();
        let active = root.patch(&place, &json!({"status": "active"})).if_match(&tag).send().expect(200).json();
        assert_eq!((&active["reason"], &active["delivery"]["failures"]), (&Value::Null, &json!(0)));
        assert_eq!(receiver.call().told(), first.told());
        target(&root, "H19.09", "satisfaction");
        receiver.call();
        let found = going(&root, &place, "disabled", |found| found["status"] == "disabled");
        assert_eq!(found["reason"], "gone");
    }

    fn who_is_disabled_is_told_nothing_until_it_goes_on_from_where_it_says(app) {
        app.province();
        let (root, receiver) = (app.lasting("*"), Receiver::start());
        let (place, _) = subscribe(&root, &json!({"url": receiver.url(), "kinds": ["target"]}));
        let change = |body: Value| root.patch(&place, &body).if_match("*").send().expect(200).json();
        assert_eq!(change(json!({"status": "disabled"}))["reason"], "asked");
        target(&root, "H19.06", "satisfaction");
        target(&root, "H19.09", "satisfaction");
        change(json!({"status": "active", "after": "end", "description": "Ban chỉ đạo"}));
        target(&root, "H19", "satisfaction");
        assert_eq!(receiver.call().told(), [key("H19", "satisfaction")]);
        // From a cursor of the feed it is told everything after it once more.
        let first = root.get("/api/v1/changes?kind=target&limit=1").send().expect(200).json();
        change(json!({"after": first["next"]}));
        assert_eq!(receiver.call().told(), [key("H19.09", "satisfaction"), key("H19", "satisfaction")]);
        let unchanged = root.get(&place).send().expect(200);
        assert_eq!(unchanged.json()["description"], "Ban chỉ đạo");
    }

    fn a_new_secret_signs_at_once_and_the_old_one_for_another_day(app) {
        app.province();
        let (root, receiver) = (app.lasting("*"), Receiver::start());
        let (place, old) = subscribe(&root, &json!({"url": receiver.url()}));
        let rotated = root.post(&format!("{place}/secret"), &json!({})).send().expect(200).json();
        let new = rotated["secret"].as_str().unwrap();
        assert_ne!(new, old);
        assert_eq!(rotated["earlier_secret_until"], "2026-01-06T01:00:00Z");
        target(&root, "H19.06", "satisfaction");
        let call = receiver.call();
        assert_eq!((call.signed(new), call.signed(&old)), (1, 1));
        app.clock.set(after(86_400));
        target(&root, "H19.09", "satisfaction");
        let call = receiver.call();
        assert_eq!((call.signed(new), call.signed(&old)), (1, 0));
    }

    fn a_secret_is_shown_once_and_kept_sealed(app) {
        app.province();
        let (root, receiver) = (app.lasting("*"), Receiver::start());
        let body = json!({"url": receiver.url()});
        let send = || root.post(SUBSCRIPTIONS, &body).header("idempotency-key", "k-1").header("prefer", "return=minimal").send().expect(201);
        let first = send();
        let secret = first.json()["secret"].as_str().unwrap().to_owned();
        assert!(secret.starts_with("whsec_"));
        let again = root.post(SUBSCRIPTIONS, &body).header("idempotency-key", "k-1").send().expect(201);
        assert_eq!((again.json()["id"].clone(), again.json().get("secret")), (first.json()["id"].clone(), None));
        let place = first.header("location").unwrap();
        for path in [place, SUBSCRIPTIONS] {
            assert!(!root.get(path).send().expect(200).text().contains("secret\":\"whsec"), "{path}");
        }
        let bare = secret.strip_prefix("whsec_").unwrap().trim_end_matches('=');
        for (table, column) in [("audit_entries", "detail"), ("idempotency_keys", "answer"), ("webhook_subscriptions", "secret")] {
            let found = format!("SELECT COUNT(*) AS n FROM {table} WHERE {column} LIKE '%{bare}%'");
            assert_eq!(app.database.count(&found), 0, "{table}");
        }
    }

    fn nobody_tells_others_what_it_may_not_read_itself(app) {
        app.province();
        let root = app.root();
        let (all, url) = (all_scopes(), "https://hooks.example.vn/danvan");
        let department = app.caller("ann", "H19.06", &all);
        let (place, _) = subscribe(&department, &json!({"url": url, "kinds": ["target", "dossier"]}));
        let found = department.get(&place).send().expect(200).json();
        assert_eq!((&found["organization"], &found["kinds"]), (&json!("H19.06"), &json!(["target", "dossier"])));
        // Known above it, and nowhere else.
        for (org, count) in [("*", 1), ("H19", 1), ("H19.06.02", 0), ("H19.09", 0)] {
            let caller = app.caller("bob", org, &all);
            let list = caller.get(SUBSCRIPTIONS).send().expect(200).json();
            assert_eq!(list["items"].as_array().unwrap().len(), count, "{org}");
            if count == 0 {
                caller.get(&place).send().problem(404, "not-found");
                caller.patch(&place, &json!({"status": "disabled"})).if_match("*").send().problem(404, "not-found");
                caller.post(&format!("{place}/secret"), &json!({})).send().problem(404, "not-found");
            }
        }
        // Who lacks the right to one of its kinds could have all of it sent to itself.
        let some = app.caller("eve", "H19", "changes:read changes:write kpis:read");
        let refused = some.patch(&place, &json!({"url": "https://eve.example.vn"})).if_match("*").send();
        assert_eq!(refused.problem(403, "insufficient-scope")["scope"], "records:read");
        some.post(&format!("{place}/secret"), &json!({})).send().problem(403, "insufficient-scope");
        some.post(SUBSCRIPTIONS, &json!({"url": url, "kinds": ["dossier"]})).send().problem(403, "insufficient-scope");
        let own = some.post(SUBSCRIPTIONS, &json!({"url": url})).send().expect(201).json();
        assert_eq!(own["kinds"], json!(["kpi", "reported-figure", "target"]));
        app.caller("nobody", "H19.77", &all).post(SUBSCRIPTIONS, &json!({"url": url})).send().problem(404, "not-found");
        root.patch(&place, &json!({"kinds": []})).if_match("*").send().expect(422);
        root.patch(&place, &json!({"status": "disabled"})).send().problem(428, "condition-required");
        root.patch(&place, &json!({"status": "disabled"})).if_match("\"7\"").send().problem(412, "version-mismatch");
    }

    fn only_its_own_subtree_is_told(app) {
        app.province();
        let (root, receiver) = (app.lasting("*"), Receiver::start());
        subscribe(&app.caller("ann", "H19.06", &all_scopes()), &json!({"url": receiver.url(), "kinds": ["target"]}));
        target(&root, "H19.09", "satisfaction");
        target(&root, "H19.06.02", "satisfaction");
        assert_eq!(receiver.call().told(), [key("H19.06.02", "satisfaction")]);
    }

    fn a_target_inside_is_refused(app) {
        let root = app.root();
        for url in ["http://10.0.0.1/", "http://169.254.169.254/latest/meta-data", "http://[fd00::1]:8080/", "http://192.168.1.1/", "http://[::ffff:172.16.0.1]/"] {
            root.post(SUBSCRIPTIONS, &json!({"url": url})).send().problem(422, "webhook-target-refused");
        }
        for url in ["ftp://8.8.8.8/", "http://", "hooks.example.vn", "https://user:word@hooks.example.vn/"] {
            let answer = root.post(SUBSCRIPTIONS, &json!({"url": url})).send();
            assert_eq!(answer.status, 422, "{url}: {}", answer.text());
        }
        let (place, _) = subscribe(&root, &json!({"url": "https://hooks.example.vn/a"}));
        root.patch(&place, &json!({"url": "https://10.0.0.1/"})).if_match("*").send().problem(422, "webhook-target-refused");
    }
}

/// A name that leads to a public address when it is judged first, and inside when it is called.
fn rebound(backend: Backend) {
    let receiver = Receiver::start();
    let (inside, turned) = (receiver.address, Arc::new(AtomicBool::new(false)));
    let names = Arc::clone(&turned);
    let app = TestApp::start_with(backend, |config| {
        config.changes.outside.networks = Vec::new();
        config.changes.outside.names = Names::Told(Arc::new(move |_| {
            let public = SocketAddr::from(([8, 8, 8, 8], 80));
            Ok(vec![if names.load(Ordering::Relaxed) { inside } else { public }])
        }));
    });
    app.province();
    let root = app.root();
    let (place, _) = subscribe(&root, &json!({"url": "http://hooks.example.vn/"}));
    turned.store(true, Ordering::Relaxed);
    target(&root, "H19.06", "satisfaction");
    let found = going(&root, &place, "failed", |found| found["delivery"]["failures"] == 1);
    let error = found["delivery"]["last_error"].as_str().unwrap();
    assert!(error.contains("127.0.0.1 is not a public address"), "{error}");
    assert!(!receiver.was_called());
}

#[test]
fn a_name_that_leads_inside_later_is_not_called_on_sqlite() {
    rebound(Backend::Sqlite);
}

#[test]
fn a_name_that_leads_inside_later_is_not_called_on_postgresql() {
    rebound(Backend::Postgres);
}
