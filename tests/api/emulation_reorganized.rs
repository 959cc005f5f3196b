//! Emulation through reorganizations: what was then stays as it was, and what is planned shows nothing before its day.

use serde_json::{Value, json};

use crate::emulation_elections::{elect, nominate, nominee, seeing, votes};
use crate::emulation_exemplars::{model, register};
use crate::emulation_movements::{launch, monthly, with, yearly};
use crate::emulation_participation::states;
use crate::harness::Client;
use crate::on_both;
use crate::organizations::{described, put};

const GROUP: &str = "service-units";

fn told(client: &Client, what: &str, org: &str, period: &str) -> crate::harness::Answer {
    client.get(&format!("/api/v1/emulation/{what}?org={org}&period={period}")).send()
}

on_both! {
    fn a_movement_runs_where_it_ran_on_the_day_of_the_round(app) {
        app.province();
        let root = app.root();
        launch(&root, "m", &monthly("H19.06")).expect(201);
        launch(&root, "n", &monthly("H19.09")).expect(201);
        launch(&root, "y", &with(yearly("H19.06"), "ends_on", Value::Null)).expect(201);
        states(&root, ("H19.06.02", "m", "2021-06"), 9, 8).expect(201);
        put(&root, "H19.06.02", &described("Phòng", "division", Some("H19.09"), "2021-07-01")).expect(200);
        // June counts on its 14th, when the division stood below the first department.
        let june = "/api/v1/organizations/H19.06.02/participation/m/2021-06";
        root.put(june, &json!({"members": 9, "taking_part": 9})).if_match("*").send().expect(200);
        let mismatch = |at: &str| [(at.to_owned(), "mismatch".to_owned())];
        for (movement, round, runs) in [
            ("m", "2021-05", true), ("m", "2021-07", false), ("m", "2025-12", false), ("n", "2021-06", false), ("n", "2021-07", true),
        ] {
            let stated = states(&root, ("H19.06.02", movement, round), 9, 9);
            if runs { stated.expect(201); } else { assert_eq!(stated.faults(), mismatch("movement"), "{movement} {round}"); }
        }
        let stands = nominee("H19.06.02", "2021-06", GROUP, "cb-1");
        nominate(&root, 1, &stands).expect(201);
        let withdrawn = with(stands, "withdrawn_on", json!("2021-06-20"));
        root.put(&format!("/api/v1/nominations/{}", crate::emulation_exemplars::id(1)), &withdrawn).if_match("*").send().expect(200);
        assert_eq!(nominate(&root, 2, &nominee("H19.06.02", "2021-07", GROUP, "cb-1")).faults(), mismatch("/organization"));
        let of = |on: &str| with(with(with(model("H19.06.02"), "movement", json!("y")), "registered_on", json!(on)), "year", json!(2021));
        register(&root, 3, &of("2021-06-30")).expect(201);
        assert_eq!(register(&root, 4, &of("2021-07-01")).faults(), mismatch("/organization"));
        // A round whose day is to come goes by today, whatever is planned.
        put(&root, "H19.06.02", &described("Phòng", "division", Some("H19.06"), "2026-01-10")).expect(200);
        assert_eq!(states(&root, ("H19.06.02", "m", "2026-01"), 9, 9).faults(), mismatch("movement"));
        states(&root, ("H19.06.02", "n", "2026-01"), 9, 9).expect(201);
    }

    fn what_is_planned_shows_nothing_before_its_day(app) {
        app.province();
        let root = app.root();
        launch(&root, "m", &monthly("H19")).expect(201);
        states(&root, ("H19.09", "m", "2026-01"), 7, 6).expect(201);
        nominate(&root, 1, &nominee("H19.09", "2026-01", GROUP, "cb-1")).expect(201);
        elect(&root, &votes("2026-01", GROUP, &[(1, 9)], 1)).expect(201);
        register(&root, 2, &model("H19.09")).expect(201);
        put(&root, "H19.09", &described("Chi cục", "division", Some("H19.06"), "2026-01-20")).expect(200);
        let science = seeing(app, "H19.06");
        for (what, period) in ["participation", "faces", "funnel"].into_iter().flat_map(|what| ["2026-01", "2026", "2027"].map(|period| (what, period))) {
            told(&science, what, "H19.09", period).problem(404, "not-found");
            let own = told(&science, what, "H19.06", period).expect(200).json();
            assert_eq!(own["items"], json!([]), "{what} {period}");
        }
        // Who reaches it today is told.
        assert_eq!(told(&root, "participation", "H19", "2026").expect(200).json()["total"]["members"], 7);
        assert_eq!(told(&root, "faces", "H19", "2026").expect(200).each("organization"), ["H19.09"]);
        let funnel = told(&root, "funnel", "H19", "2027").expect(200).json();
        assert_eq!((&funnel["as_of"], &funnel["total"]["total"]), (&json!("2026-01-05"), &json!(1)));
        // On the day itself so is who stands above.
        app.clock.set("2026-01-20T01:00:00Z".parse().unwrap());
        let science = seeing(app, "H19.06");
        for period in ["2026-01", "2026", "2027"] {
            told(&science, "faces", "H19.09", period).expect(200);
            assert_eq!(told(&science, "funnel", "H19.06", period).expect(200).json()["total"]["total"], 1, "{period}");
        }
        assert_eq!(told(&science, "faces", "H19.06", "2026").expect(200).each("organization"), ["H19.09"]);
        assert_eq!(told(&science, "participation", "H19.06", "2026").expect(200).json()["total"]["members"], 7);
    }
}
