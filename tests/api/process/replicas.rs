//! Several processes on one database: whatever one acknowledged is in what another one answers right after.

use serde_json::{Value, json};

use super::on_each;
use crate::harness::Client;
use crate::harness::process::Site;
use crate::small_province::{but, dossier, one, procedure, push, reorganize, told};

/// A province of two departments.
fn begin(root: &Client) {
    for (code, parent) in [("H19", Value::Null), ("H19.06", json!("H19")), ("H19.09", json!("H19"))] {
        let body = json!({"name": code, "kind": "other", "parent": parent, "valid_from": "2015-01-01"});
        root.put(&format!("/api/v1/organizations/{code}"), &body).send().expect(201);
    }
}

/// A dossier of June 2020 that was due on the 19th.
fn due_on_the_19th(code: &str, organization: &str, settled: &str) -> Value {
    dossier(code, organization, ["2020-06-01", "2020-06-19", settled])
}

on_each! {
    fn figures_contain_what_another_process_acknowledged(backend) {
        let site = Site::new(backend);
        let processes = [site.serve(), site.serve()];
        let clients = processes.each_ref().map(|process| site.root(process));
        begin(&clients[0]);
        // Turn by turn one writes and the other one reads: n of n in time, then one late.
        for n in 0..20 {
            let (writer, reader) = (&clients[n % 2], &clients[(n + 1) % 2]);
            push(writer, "dossiers", &[due_on_the_19th(&format!("D{n}"), "H19.06", "2020-06-18")]);
            assert_eq!(one(reader, "kpi=on-time-dossiers&org=H19&period=2020"), json!([n + 1, n + 1, 100]), "round {n}");
        }
        // A correction: settled after its day; and then of another department.
        let late = due_on_the_19th("D0", "H19.06", "2020-06-22");
        clients[0].put("/api/v1/dossiers/D0", &late).if_match("*").send().expect(200);
        assert_eq!(one(&clients[1], "kpi=on-time-dossiers&org=H19&period=2020"), json!([19, 20, 95]));
        clients[1].put("/api/v1/dossiers/D0", &but(late, "organization", "H19.09")).if_match("*").send().expect(200);
        assert_eq!(told(&clients[0], "kpi=on-time-dossiers&org=H19&include=children&period=2020"), [
            json!(["H19.06", 19, 19, 100]), json!(["H19.09", 0, 1, 0]),
        ]);
    }

    fn a_figure_that_was_read_before_is_not_taken_for_the_new_one(backend) {
        let site = Site::new(backend);
        let processes = [site.serve(), site.serve()];
        let [writer, reader] = processes.each_ref().map(|process| site.root(process));
        begin(&writer);
        let path = "/api/v1/figures?kpi=on-time-dossiers&org=H19&period=2020";
        let before = reader.get(path).send().expect(200).etag();
        reader.get(path).header("if-none-match", &before).send().expect(304);
        push(&writer, "dossiers", &[due_on_the_19th("A", "H19.06", "2020-06-18")]);
        let after = reader.get(path).header("if-none-match", &before).send().expect(200);
        assert_eq!(after.json()["items"][0]["numerator"], 1);
        // The same answer has the same tag, whichever process gives it.
        writer.get(path).header("if-none-match", &after.etag()).send().expect(304);
    }

    fn every_kind_of_change_is_there_at_once(backend) {
        let site = Site::new(backend);
        let processes = [site.serve(), site.serve()];
        let [writer, reader] = processes.each_ref().map(|process| site.root(process));
        begin(&writer);
        push(&writer, "procedures", &[procedure("P1", &["H19.06"], "4"), procedure("P2", &["H19.06"], "2")]);
        assert_eq!(one(&reader, "kpi=online-service-level-4&org=H19&period=2020"), json!([1, 2, 50]));
        let document = |id: &str, medium: &str| json!({
            "id": id, "organization": "H19.06", "issued_on": "2020-06-04", "scope": ["internal"], "medium": medium
        });
        push(&writer, "document-exchanges", &[document("A", "electronic_signed"), document("B", "paper")]);
        assert_eq!(one(&reader, "kpi=internal-e-documents&org=H19&period=2020"), json!([1, 2, 50]));
        let target = json!({"percent": 50});
        writer.put("/api/v1/organizations/H19/targets/internal-e-documents/2020", &target).send().expect(201);
        let path = "/api/v1/figures?kpi=internal-e-documents&org=H19&period=2020";
        assert_eq!(reader.get(path).send().expect(200).json()["items"][0]["attainment"], "met");
        push(&writer, "dossiers", &[due_on_the_19th("D", "H19.06", "2020-06-18")]);
        let form = "/api/v1/reports/dossier-handling?org=H19&period=2020-06&by=procedure";
        assert_eq!(reader.get(form).send().expect(200).json()["total"]["c8"], 1);
        let explained = reader.get("/api/v1/figures/explain?kpi=on-time-dossiers&org=H19&period=2020").send().expect(200);
        assert_eq!(explained.each("code"), ["D"]);
        reorganize(&writer, "merge", "2021-07-01", &json!({"predecessors": ["H19.06", "H19.09"], "successors": [{"code": "H19.09"}]}));
        let ranking = reader.get("/api/v1/rankings?kpi=on-time-dossiers&org=H19&period=2020&basis=as_is").send().expect(200).json();
        assert_eq!((ranking["items"].as_array().unwrap().len(), &ranking["items"][0]["organization"]), (1, &json!("H19.09")));
        assert_eq!(told(&reader, "kpi=on-time-dossiers&org=H19&include=children&period=2020&basis=as_is"), [json!(["H19.09", 1, 1, 100])]);
    }
}
