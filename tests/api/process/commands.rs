//! The operator's commands, as an operator runs them.

use serde_json::json;

use super::on_each;
use crate::harness::process::{Site, danvan, printed, refused, until};
use crate::harness::{Backend, Client, Database};
use crate::kpis_catalog::brought_along;

#[test]
fn serve_does_not_start_with_a_weak_secret_or_without_keys_and_says_why() {
    let mut site = Site::new(Backend::Sqlite);
    let good = site.folder.path().join("secret").to_str().unwrap().to_owned();
    let weak = [
        site.file("short", b"only 31 characters, so too weak"),
        site.file("same", b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        site.file("empty", b"\n"),
        String::new(),
        site.folder.path().join("nowhere").to_str().unwrap().to_owned(),
    ];
    for path in weak {
        site.set("DANVAN_SECRET_FILE", &path);
        let said = refused(&site.run(&["serve"]));
        assert!(said.contains("DANVAN_SECRET_FILE"), "{path:?}: {said}");
        refused(&site.run(&["check-config"]));
    }
    site.set("DANVAN_SECRET_FILE", &good);
    site.set("DANVAN_SIGNING_KEY_FILES", "");
    let said = refused(&site.run(&["serve"]));
    assert!(said.contains("DANVAN_SIGNING_KEY_FILES") && said.contains("DANVAN_JWKS_URL"), "{said}");
    let bad = site.file("bad", b"-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n");
    site.set("DANVAN_SIGNING_KEY_FILES", &bad);
    assert!(refused(&site.run(&["serve"])).contains("bad"));
    // Everything that is wrong at once.
    site.set("DANVAN_SIGNING_KEY_FILES", "");
    site.set("DANVAN_SECRET_FILE", "");
    let said = refused(&site.run(&["serve"]));
    assert!(said.contains("DANVAN_SECRET_FILE") && said.contains("DANVAN_SIGNING_KEY_FILES"), "{said}");
}

#[test]
fn check_config_prints_every_setting_and_no_password() {
    let mut site = Site::new(Backend::Sqlite);
    for url in [
        "postgres://danvan:s3same@db.example.vn:5432/danvan?sslmode=verify-full",
        "postgres://danvan:s3same@part@db.example.vn/danvan",
        "postgres://db.example.vn/danvan?user=danvan&password=s3same&sslmode=require",
        "postgres://db.example.vn/danvan?sslkey=/etc/key&sslpassword=s3same",
    ] {
        site.set("DATABASE_URL", url);
        let shown = printed(&site.run(&["check-config"]));
        assert!(!shown.contains("s3same") && shown.contains("db.example.vn"), "{shown}");
        let example = printed(&danvan(&["check-config", "--example"]).output().unwrap());
        for name in example
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(name, _)| name)
            .filter(|name| !name.starts_with('#'))
        {
            assert!(shown.contains(&format!("{name}=")), "{name} in {shown}");
        }
    }
    let secret = std::fs::read_to_string(site.folder.path().join("secret")).unwrap();
    assert!(!printed(&site.run(&["check-config"])).contains(secret.trim()));
}

#[test]
fn a_token_needs_keys_and_known_scopes() {
    let mut site = Site::new(Backend::Sqlite);
    let said = refused(&site.run(&["token", "--org", "H19", "--scope", "kpis:raed"]));
    assert!(said.contains("kpis:raed") && said.contains("kpis:read"), "{said}");
    site.set("DANVAN_SIGNING_KEY_FILES", "");
    refused(&site.run(&["token", "--org", "H19", "--scope", "kpis:read"]));
}

on_each! {
    fn sixteen_processes_bring_an_empty_database_up_to_date_at_once(backend) {
        let site = Site::on(Database::empty(backend));
        let running: Vec<_> = (0..16).map(|_| site.command(&["migrate"]).spawn().unwrap()).collect();
        for child in running {
            printed(&child.wait_with_output().unwrap());
        }
        assert_eq!(site.database.count("SELECT COUNT(*) AS n FROM kpis"), 23);
        assert_eq!(site.database.count("SELECT COUNT(*) AS n FROM calendar_days"), 179);
        assert_eq!(site.database.count("SELECT COUNT(*) AS n FROM audit_entries"), 3, "the catalogues and the calendar, once");
        assert!(printed(&site.run(&["audit"])).contains("whole: 3 entries"));
    }

    fn a_token_of_the_key_that_the_binary_made_opens_what_it_says(backend) {
        let site = Site::new(backend);
        let process = site.serve();
        let root = site.root(&process);
        for (code, parent) in [("H19", None), ("H19.06", Some("H19"))] {
            let body = json!({"name": code, "kind": "other", "parent": parent, "valid_from": "2015-01-01"});
            root.put(&format!("/api/v1/organizations/{code}"), &body).send().expect(201);
        }
        let officer = site.caller(&process, "H19.06", "organizations:read");
        officer.get("/api/v1/organizations/H19.06").send().expect(200);
        officer.get("/api/v1/organizations/H19").send().problem(404, "not-found");
        officer.get("/api/v1/kpis").send().problem(403, "insufficient-scope");
        let other = Site::new(Backend::Sqlite);
        let stranger = other.caller(&process, "*", "organizations:read");
        stranger.get("/api/v1/organizations/H19").send().problem(401, "invalid-token");
        assert_eq!(root.get("/api/v1/kpis").send().expect(200).each("id"), brought_along());
    }

    fn a_client_is_added_listed_and_disabled(backend) {
        let site = Site::new(backend);
        let process = site.serve();
        let add = ["client", "add", "one-stop", "--scope", "kpis:read kpis:write", "--org", "H19"];
        let added = printed(&site.run(&add));
        let secret = added.lines().find_map(|line| line.strip_prefix("client_secret=")).unwrap().to_owned();
        assert!(added.contains("client_id=one-stop\n"));
        refused(&site.run(&add));
        refused(&site.run(&["client", "add", "other", "--scope", "kpis:all", "--org", "H19"]));
        refused(&site.run(&["client", "add", "not a name", "--scope", "kpis:read", "--org", "H19"]));
        let listed = printed(&site.run(&["client", "list"]));
        assert!(listed.contains("one-stop\tH19\tkpis:read kpis:write\tactive") && !listed.contains(&secret), "{listed}");
        let form = |secret: &str| {
            let body = format!("grant_type=client_credentials&client_id=one-stop&client_secret={secret}&scope=kpis:read");
            process.anyone().request("POST", "/oauth/token").bytes("application/x-www-form-urlencoded", body.as_bytes()).send()
        };
        let given = form(&secret).expect(200).json();
        assert_eq!((&given["token_type"], &given["scope"]), (&json!("Bearer"), &json!("kpis:read")));
        let client = Client::new(&process.base, Some(format!("Bearer {}", given["access_token"].as_str().unwrap())));
        client.get("/api/v1/kpis").send().expect(200);
        form("not-the-secret").problem(401, "invalid-client");
        refused(&site.run(&["client", "disable", "nobody"]));
        printed(&site.run(&["client", "disable", "one-stop"]));
        assert!(printed(&site.run(&["client", "list"])).contains("one-stop\tH19\tkpis:read kpis:write\tdisabled"));
        form(&secret).problem(401, "invalid-client");
        until("refused its token", || (client.get("/api/v1/kpis").send().status == 401).then_some(()));
        assert_eq!(site.database.count("SELECT COUNT(*) AS n FROM audit_entries WHERE act LIKE 'client.%'"), 2);
    }

    fn the_trail_is_verified_by_a_command(backend) {
        let site = Site::new(backend);
        let process = site.serve();
        let body = json!({"name": "Tỉnh", "kind": "province", "valid_from": "2015-01-01"});
        site.root(&process).put("/api/v1/organizations/H19", &body).send().expect(201);
        let count = site.database.count("SELECT COUNT(*) AS n FROM audit_entries");
        assert!(printed(&site.run(&["audit"])).contains(&format!("whole: {count} entries")));
        site.database.execute("UPDATE audit_entries SET actor = 'somebody else' WHERE seq = 1");
        assert!(refused(&site.run(&["audit"])).contains("entry 1 was changed"));
    }
}
