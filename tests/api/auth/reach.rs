//! How far a caller sees: its subtree on the day that is asked about.

use serde_json::json;

use crate::harness::{Client, TestApp, Token};
use crate::on_both;

const ALL: &str = "organizations:read organizations:write kpis:read kpis:write";

/// A caller of an organization, for years.
fn of(app: &TestApp, org: &str) -> Client {
    let mut token = Token::new(&format!("officer of {org}"), org, ALL);
    token.0.exp += 10 * 365 * 24 * 3600;
    app.bearer(&token.signed())
}

fn reorganize(app: &TestApp, kind: &str, code: &str, parent: Option<&str>, day: &str) {
    let mut body =
        json!({ "kind": kind, "legal_basis": "1/QĐ-UBND", "effective_on": day, "predecessors": [code] });
    body["parent"] = json!(parent);
    app.root().post("/api/v1/reorganizations", &body).send().expect(201);
}

fn status(client: &Client, path: &str) -> u16 {
    client.get(&format!("/api/v1/organizations/{path}")).send().status
}

on_both! {
    fn auth_a_moved_organization_is_seen_today_from_where_it_is_and_then_from_where_it_was(app) {
        app.province();
        reorganize(app, "transfer", "H19.06.02", Some("H19.09"), "2026-01-01");
        let (before, after) = (of(app, "H19.06"), of(app, "H19.09"));
        for (path, from_before, from_after) in [
            ("H19.06.02", 404, 200),
            ("H19.06.02?as_of=2026-01-01", 404, 200),
            ("H19.06.02?as_of=2025-12-31", 200, 404),
            ("H19.06.02/tree?as_of=2025-12-31", 200, 404),
            ("H19.06.02/staffing", 404, 200),
        ] {
            assert_eq!((status(&before, path), status(&after, path)), (from_before, from_after), "{path}");
        }
        let list = |client: &Client, query: &str| {
            client.get(&format!("/api/v1/organizations?{query}")).send().expect(200).each("code")
        };
        assert_eq!(list(&before, ""), ["H19.06"]);
        assert_eq!(list(&after, ""), ["H19.06.02", "H19.09", "H19.09.01"]);
        assert_eq!(list(&before, "as_of=2025-12-31"), ["H19.06", "H19.06.02"]);
        assert_eq!(list(&after, "within=H19.06"), [""; 0]);
        let change = json!({ "name": "Phòng của sở cũ", "valid_from": "2026-01-02" });
        before.patch("/api/v1/organizations/H19.06.02", &change).if_match("\"1\"").send().problem(404, "not-found");
    }

    fn auth_a_move_that_is_decided_counts_from_its_day_on(app) {
        app.province();
        reorganize(app, "transfer", "H19.06.02", Some("H19.09"), "2026-02-01");
        let (before, after) = (of(app, "H19.06"), of(app, "H19.09"));
        assert_eq!((status(&before, "H19.06.02"), status(&after, "H19.06.02")), (200, 404));
        // Midnight in Viet Nam is 17:00 UTC.
        app.clock.set("2026-01-31T16:59:59Z".parse().unwrap());
        assert_eq!((status(&before, "H19.06.02"), status(&after, "H19.06.02")), (200, 404));
        app.clock.set("2026-01-31T17:00:00Z".parse().unwrap());
        assert_eq!((status(&before, "H19.06.02"), status(&after, "H19.06.02")), (404, 200));
    }

    fn auth_an_organization_that_is_no_more_stays_with_those_above_it(app) {
        app.province();
        reorganize(app, "dissolve", "H19.09.01", None, "2026-01-02");
        let (above, foreign) = (of(app, "H19.09"), of(app, "H19.06"));
        for (path, from_above) in [
            ("H19.09.01", 200),
            ("H19.09.01?as_of=2026-01-01", 200),
            ("H19.09.01?as_of=2026-01-02", 404),
            ("H19.09.01?as_of=2014-12-31", 404),
        ] {
            assert_eq!((status(&above, path), status(&foreign, path)), (from_above, 404), "{path}");
            assert_eq!(status(&app.root(), path), from_above, "{path}");
        }
    }

    fn auth_a_token_that_names_no_organization_reaches_nothing(app) {
        app.province();
        for org in ["", "H77", "h19", "H19%"] {
            let nobody = of(app, org);
            let list = nobody.get("/api/v1/organizations").send().expect(200);
            assert_eq!(list.json()["items"], json!([]), "{org:?}");
            assert_eq!(status(&nobody, "H19"), 404, "{org:?}");
        }
    }

    fn auth_what_the_service_decides_cannot_be_set_by_a_caller(app) {
        app.province();
        let body = json!({ "name": "Phòng", "kind": "division", "parent": "H19.06", "valid_from": "2020-01-01" });
        for name in ["id", "version", "updated_at", "closed_on", "code", "scope"] {
            let mut body = body.clone();
            body[name] = json!("1");
            let faults = app.root().put("/api/v1/organizations/H19.06.03", &body).send().faults();
            assert_eq!(faults[0].0, format!("/{name}"));
        }
        assert_eq!(status(&app.root(), "H19.06.03"), 404);
    }

    fn auth_a_cursor_and_an_idempotency_key_are_of_use_to_their_owner_only(app) {
        app.province();
        let (owner, other) = (of(app, "H19.06"), of(app, "H19.09"));
        let page = owner.get("/api/v1/organizations?limit=1").send().expect(200).json();
        let next = format!("/api/v1/organizations?limit=1&cursor={}", page["next"].as_str().unwrap());
        owner.get(&next).send().expect(200);
        other.get(&next).send().problem(400, "invalid-cursor");
        let batch = |client: &Client, code: &str, parent: &str| {
            let item = json!({ "code": code, "name": "P", "kind": "division", "parent": parent, "valid_from": "2020-01-01" });
            let request = client.post("/api/v1/organizations/batch", &json!({ "items": [item] }));
            request.header("idempotency-key", "the-same-key").send()
        };
        batch(&owner, "H19.06.05", "H19.06").expect(200);
        let answer = batch(&other, "H19.09.05", "H19.09").expect(200);
        assert_eq!(answer.header("idempotent-replayed"), None);
        assert_eq!(status(&other, "H19.09.05"), 200);
    }
}
