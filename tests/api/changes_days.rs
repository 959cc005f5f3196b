//! What time alone changes for those who follow: a move of a later day, and what is no longer kept.

use crate::acknowledgements::lasting;
use crate::changes::{CHANGES, DAYS, acts, all_scopes, begun, end, target, texts};
use crate::harness::TestApp;
use crate::harness::process::until;
use crate::on_both;
use crate::organizations::{described, put};
use crate::small_province::{dossier, push};

on_both! {
    fn a_move_of_a_later_day_is_told_on_its_day_to_who_loses_and_who_wins(app) {
        app.province();
        let root = app.lasting("*");
        let [from, to, above, beside] = ["H19.06", "H19.09", "H19", "H19.09.01"].map(|org| app.lasting(org));
        begun(app, "2026-01-05");
        push(&root, "dossiers", &[dossier("D1", "H19.06.02", DAYS)]);
        put(&root, "H19.06.02", &described("Phòng", "division", Some("H19.09"), "2026-01-07")).expect(200);
        let cursor = end(&root);
        // Nobody moves on the 6th: the day begins, and that is no change.
        app.clock.set("2026-01-05T17:01:00Z".parse().unwrap());
        begun(app, "2026-01-06");
        assert_eq!(acts(&root, &cursor), texts(&[]));
        from.get("/api/v1/organizations/H19.06.02").send().expect(200);
        app.clock.set("2026-01-06T17:00:59Z".parse().unwrap());
        assert_eq!(acts(&from, &cursor), texts(&[]), "what was decided just before midnight comes first");
        app.clock.set("2026-01-06T17:01:00Z".parse().unwrap());
        begun(app, "2026-01-07");
        // One change, however much goes along; the dossier of the division is known to the others now.
        for (caller, act) in [(&from, "deleted"), (&to, "updated"), (&above, "updated"), (&root, "updated")] {
            assert_eq!(acts(caller, &cursor), texts(&[["organization", "H19.06.02", act]]));
        }
        assert_eq!(acts(&beside, &cursor), texts(&[]));
        for (caller, status) in [(&from, 404), (&to, 200)] {
            caller.get("/api/v1/organizations/H19.06.02").send().expect(status);
            caller.get("/api/v1/dossiers/D1").send().expect(status);
        }
        let audited = "SELECT COUNT(*) AS n FROM audit_entries WHERE act = 'organization.move' AND actor = 'danvan'";
        assert_eq!(app.database.count(audited), 1);
        assert_eq!(told_later(app, &cursor).len(), 1, "once, also when the day goes on");
    }

    fn what_was_kept_long_enough_is_let_go_by_the_services_own_clock(app) {
        app.province();
        let root = lasting(app, "root", "*", &all_scopes());
        // The catalogue came with the database, by the system's own clock.
        app.database.execute("UPDATE change_sets SET at = '2026-01-01 00:00:00' WHERE at > '2026-06-01 00:00:00'");
        let cursor = end(&root);
        target(&root, "H19.06", 90).expect(201);
        let kept = || app.database.count("SELECT COUNT(*) AS n FROM change_sets");
        assert!(kept() > 1);
        // 90 days are kept, and every hour it is looked.
        app.clock.set("2026-04-05T01:00:01Z".parse().unwrap());
        until("swept", || (kept() == 0).then_some(()));
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM changes"), 0);
        root.get(&format!("{CHANGES}?after={cursor}")).send().problem(410, "changes-no-longer-kept");
    }
}

/// What is told after a cursor later on the same day, once something else was.
fn told_later(app: &TestApp, cursor: &str) -> Vec<[String; 3]> {
    app.clock.set("2026-01-07T10:00:00Z".parse().unwrap());
    let root = app.lasting("*");
    target(&root, "H19", 90).expect(201);
    acts(&root, cursor).into_iter().filter(|[kind, ..]| kind == "organization").collect()
}
