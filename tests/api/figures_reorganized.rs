//! Figures across reorganizations: as the tree was on a period's last day, and as it is today, when what is closed has passed
//! its records on to its successors.

use serde_json::{Value, json};

use crate::handling::{form, total};
use crate::harness::{Client, TestApp};
use crate::on_both;
use crate::organizations::dissolve;
use crate::reorganizations::{DAY, new};
use crate::small_province::{dossier, filed_online, one, procedure, push, reorganize, settled, told};

/// The on-time rate in the tree of today.
fn today(client: &Client, query: &str) -> Value {
    one(client, &format!("kpi=on-time-dossiers&basis=as_is&{query}"))
}

/// The on-time rates of those below in the tree of today.
fn below_today(client: &Client, query: &str) -> Vec<Value> {
    told(client, &format!("kpi=on-time-dossiers&basis=as_is&{query}"))
}

/// What was settled in June 2020: H19.06 5 of 10, H19.06.02 2 of 2, H19.09 1 of 4; and in May 2019 H19.06 1 of 3.
fn settle(client: &Client) {
    for (organization, month, on_time, late) in [
        ("H19.06", "2020-06", 5, 5),
        ("H19.06.02", "2020-06", 2, 0),
        ("H19.09", "2020-06", 1, 3),
        ("H19.06", "2019-05", 1, 2),
    ] {
        push(client, "dossiers", &settled(organization, month, on_time, late));
    }
}

/// H19.06 becomes H19.21, with its division, and H19.22: 60 to 40.
fn split(client: &Client) {
    let successors = json!([
        new("H19.21", &json!({"weight": 60, "children": ["H19.06.02"]})),
        new("H19.22", &json!({"weight": 40}))
    ]);
    reorganize(client, "split", DAY, &json!({"predecessors": ["H19.06"], "successors": successors}));
}

/// H19.06.02 goes from H19.06 to H19.09, and with it a unit that was closed before. What they settled in June 2020: 1 of 1, 0 of
/// 1, 2 of 2, and the closed unit 3 of 4, which has another one that is open to this day, due on 10 June 2020.
fn moved_with_a_closed_unit(app: &TestApp) -> Client {
    app.province();
    app.organization("H19.06.02.01", "division", Some("H19.06.02"));
    let root = app.root();
    for (organization, on_time, late) in
        [("H19.06", 0, 1), ("H19.06.02", 1, 0), ("H19.06.02.01", 3, 1), ("H19.09", 2, 0)]
    {
        push(&root, "dossiers", &settled(organization, "2020-06", on_time, late));
    }
    push(&root, "dossiers", &[dossier("OPEN", "H19.06.02.01", ["2020-06-01", "2020-06-10", ""])]);
    dissolve(app, "H19.06.02.01", "2020-07-01");
    reorganize(&root, "transfer", DAY, &json!({"predecessors": ["H19.06.02"], "parent": "H19.09"}));
    root
}

on_both! {
    fn a_split_shares_out_by_weight_what_was_before_it(app) {
        app.province();
        let root = app.root();
        settle(&root);
        split(&root);
        // As it was: H19.06 with its division has 7 of 12.
        let then = told(&root, "kpi=on-time-dossiers&org=H19&include=children&period=2020");
        assert_eq!(then, [json!(["H19.06", 7, 12, 58.33]), json!(["H19.09", 1, 4, 25])]);
        // As it is: H19.21 has 60 in 100 of 5 of 10, and the division's 2 of 2; H19.22 has 40 in 100 of 5 of 10.
        assert_eq!(below_today(&root, "org=H19&include=children&period=2020"), [
            json!(["H19.09", 1, 4, 25]), json!(["H19.21", 5, 8, 62.5]), json!(["H19.22", 2, 4, 50]),
        ]);
        assert_eq!(below_today(&root, "org=H19&include=descendants&period=2020"), [
            json!(["H19.06.02", 2, 2, 100]), json!(["H19.09", 1, 4, 25]), json!(["H19.09.01", 0, 0, null]),
            json!(["H19.21", 5, 8, 62.5]), json!(["H19.22", 2, 4, 50]),
        ]);
        assert_eq!(today(&root, "org=H19.21&include=self&period=2020"), json!([3, 6, 50]));
        assert_eq!(today(&root, "org=H19.06&period=2020"), json!([0, 0, null]), "it has passed on everything");
        // Nothing is lost, and nothing counts twice: 5 + 2 + 1 of 10 + 2 + 4.
        for basis in ["as_was", "as_is"] {
            assert_eq!(one(&root, &format!("kpi=on-time-dossiers&org=H19&period=2020&basis={basis}")), json!([8, 16, 50]));
        }
        // 60 and 40 in 100 of 1 of 3 are 0.6 of 1.8 and 0.4 of 1.2: shown whole, and a third of each.
        assert_eq!(today(&root, "org=H19.21&period=2019"), json!([1, 2, 33.33]));
        assert_eq!(today(&root, "org=H19.22&period=2019"), json!([0, 1, 33.33]));
        assert_eq!(today(&root, "org=H19&period=2019"), json!([1, 3, 33.33]));
    }

    fn an_heir_that_is_merged_later_passes_on_what_it_inherited(app) {
        app.province();
        let root = app.root();
        settle(&root);
        split(&root);
        reorganize(&root, "merge", "2022-07-01", &json!({"predecessors": ["H19.21", "H19.09"], "successors": [new("H19.30", &json!({}))]}));
        // 3 of 6 by way of H19.21, 1 of 4 of H19.09, and 2 of 2 of the division that stands below now.
        assert_eq!(today(&root, "org=H19.30&include=self&period=2020"), json!([4, 10, 40]));
        assert_eq!(below_today(&root, "org=H19&include=children&period=2020"), [
            json!(["H19.22", 2, 4, 50]), json!(["H19.30", 6, 12, 50]),
        ]);
        assert_eq!(today(&root, "org=H19&period=2020"), json!([8, 16, 50]));
    }

    fn who_survives_a_split_keeps_its_own_until_it_ends(app) {
        app.province();
        let root = app.root();
        settle(&root);
        let halves = json!([{"code": "H19.06", "weight": 70}, new("H19.21", &json!({"weight": 30}))]);
        reorganize(&root, "split", DAY, &json!({"predecessors": ["H19.06"], "successors": halves}));
        push(&root, "dossiers", &settled("H19.21", "2021-10", 2, 0));
        assert_eq!(today(&root, "org=H19.06&include=self&period=2020"), json!([5, 10, 50]));
        assert_eq!(today(&root, "org=H19.21&period=2020"), json!([0, 0, null]));
        assert_eq!(today(&root, "org=H19.21&period=2021"), json!([2, 2, 100]));
        // Back together, and then away with another: the two were predecessor and successor of each other.
        reorganize(&root, "merge", "2022-07-01", &json!({"predecessors": ["H19.06", "H19.21"], "successors": [{"code": "H19.06"}]}));
        assert_eq!(today(&root, "org=H19.06&include=self&period=2020"), json!([5, 10, 50]));
        assert_eq!(today(&root, "org=H19.06&include=self&period=2021"), json!([2, 2, 100]));
        reorganize(&root, "merge", "2023-07-01", &json!({"predecessors": ["H19.06", "H19.09"], "successors": [new("H19.30", &json!({}))]}));
        // 5 of 10 and 1 of 4, each once; the division adds 2 of 2.
        assert_eq!(today(&root, "org=H19.30&include=self&period=2020"), json!([6, 14, 42.86]));
        assert_eq!(today(&root, "org=H19.30&include=self&period=2021"), json!([2, 2, 100]));
        assert_eq!(below_today(&root, "org=H19&include=children&period=2020"), [json!(["H19.30", 8, 16, 50])]);
        for code in ["H19.06", "H19.09", "H19.21"] {
            assert_eq!(today(&root, &format!("org={code}&include=self&period=2020")), json!([0, 0, null]), "{code}");
        }
        assert_eq!(today(&root, "org=H19&period=2020"), json!([8, 16, 50]));
    }

    fn what_ended_without_an_heir_stays_where_it_stood(app) {
        app.province();
        let root = app.root();
        settle(&root);
        push(&root, "dossiers", &settled("H19.09.01", "2020-06", 3, 1));
        dissolve(app, "H19.09.01", DAY);
        // 1 of 4 of its own and 3 of 4 of who is no more.
        for basis in ["as_was", "as_is"] {
            let query = format!("kpi=on-time-dossiers&period=2020&basis={basis}");
            assert_eq!(one(&root, &format!("{query}&org=H19.09")), json!([4, 8, 50]), "{basis}");
            assert_eq!(told(&root, &format!("{query}&org=H19.09&include=children")), [json!(["H19.09.01", 3, 4, 75])], "{basis}");
        }
        // In the tree of today it is listed as long as it counts something.
        assert_eq!(below_today(&root, "org=H19.09&include=children&period=2019"), Vec::<Value>::new());
        assert_eq!(below_today(&root, "org=H19&include=descendants&period=2019"), [
            json!(["H19.06", 1, 3, 33.33]), json!(["H19.06.02", 0, 0, null]), json!(["H19.09", 0, 0, null]),
        ]);
        // As it was, it stood there in 2019 and does no more in 2022.
        let then = |period: &str| told(&root, &format!("kpi=on-time-dossiers&org=H19.09&include=children&period={period}"));
        assert_eq!(then("2019"), [json!(["H19.09.01", 0, 0, null])]);
        assert_eq!(then("2022"), Vec::<Value>::new());
    }

    fn a_procedure_is_not_halved_by_a_split(app) {
        app.province();
        let root = app.root();
        push(&root, "procedures", &[procedure("P1", &["H19.06"], "4"), procedure("P2", &["H19.06"], "3")]);
        push(&root, "dossiers", &[filed_online("A", "H19.06", "P1", ["2020-03-02", "2020-03-20", "2020-03-10"])]);
        let halves = json!([new("H19.21", &json!({"weight": 50})), new("H19.22", &json!({"weight": 50, "children": ["H19.06.02"]}))]);
        reorganize(&root, "split", DAY, &json!({"predecessors": ["H19.06"], "successors": halves}));
        for basis in ["as_was", "as_is"] {
            let query = format!("kpi=procedures-with-online-dossiers&org=H19&period=2020&basis={basis}");
            assert_eq!(one(&root, &query), json!([1, 2, 50]), "{basis}");
        }
    }

    fn what_is_closed_moves_along_with_those_above_it(app) {
        let root = moved_with_a_closed_unit(app);
        let of = |query: &str| one(&root, &format!("kpi=on-time-dossiers&period=2020&{query}"));
        // As it was in 2020: 0 + 1 + 3 of 1 + 1 + 4 below H19.06; 2 of 2 below H19.09.
        assert_eq!((of("org=H19.06"), of("org=H19.09")), (json!([4, 6, 66.67]), json!([2, 2, 100])));
        // As it is: H19.06 has only its own left, H19.09 has 2 + 1 + 3 of 2 + 1 + 4.
        assert_eq!((of("org=H19.06&basis=as_is"), of("org=H19.09&basis=as_is")), (json!([0, 1, 0]), json!([6, 7, 85.71])));
        assert_eq!(below_today(&root, "org=H19.09&include=children&period=2020"), [
            json!(["H19.06.02", 4, 5, 80]), json!(["H19.09.01", 0, 0, null]),
        ], "with its own 2 of 2 they sum up to 6 of 7");
        assert_eq!(today(&root, "org=H19.09&include=self&period=2020"), json!([2, 2, 100]));
        assert_eq!(below_today(&root, "org=H19.06&include=children&period=2020"), Vec::<Value>::new());
        // Since the move, what the closed unit left open is late below H19.09 and nowhere else.
        let open = |query: &str| told(&root, &format!("kpi=on-time-dossiers-all&period=2022&{query}"));
        for basis in ["as_was", "as_is"] {
            assert_eq!(open(&format!("org=H19.09&basis={basis}")), [json!(["H19.09", 0, 1, 0])], "{basis}");
            assert_eq!(open(&format!("org=H19.06&basis={basis}")), [json!(["H19.06", 0, 0, null])], "{basis}");
            assert_eq!(open(&format!("org=H19.06.02&basis={basis}")), [json!(["H19.06.02", 0, 1, 0])], "{basis}");
            let children = open(&format!("org=H19.09&include=children&basis={basis}"));
            assert_eq!(children, [json!(["H19.06.02", 0, 1, 0]), json!(["H19.09.01", 0, 0, null])], "{basis}");
        }
    }

    fn the_form_counts_what_is_closed_where_it_moved_to(app) {
        let root = moved_with_a_closed_unit(app);
        // The open one is carried over, and late.
        let open = [1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1];
        for period in ["2021-07", "2021", "2022", "2022-03"] {
            assert_eq!(total(&root, &format!("org=H19.09&period={period}")), open, "{period}");
            assert_eq!(total(&root, &format!("org=H19.06&period={period}")), [0; 11], "{period}");
            assert_eq!(total(&root, &format!("org=H19&period={period}")), open, "{period}");
            let rows = form(&root, &format!("org=H19.09&by=unit&period={period}")).0;
            assert_eq!(rows, [("H19.06.02".to_owned(), open)], "{period}");
        }
        // Until the move it stood below H19.06.
        for (org, columns) in [("H19.06", open), ("H19.09", [0; 11])] {
            assert_eq!(total(&root, &format!("org={org}&period=2021-06")), columns, "{org}");
        }
        // June 2020: 1 + 1 + 4 settled (1 + 3 early, 1 + 1 late) and one open; its day, the 10th, is over.
        assert_eq!(total(&root, "org=H19.06&period=2020-06"), [7, 0, 7, 0, 6, 4, 0, 2, 1, 0, 1]);
        assert_eq!(total(&root, "org=H19.09&period=2020-06"), [2, 0, 2, 0, 2, 2, 0, 0, 0, 0, 0]);
        // The unit closed on 1 July, and what it left open was carried over all the same.
        assert_eq!(total(&root, "org=H19.06.02.01&period=2020-07"), open);
    }

    fn records_from_before_the_register_begins_stand_where_their_organization_stood_first(app) {
        let root = app.root();
        for (code, parent, since) in [("A1", None, "2019-01-01"), ("A1.1", Some("A1"), "2020-03-01"), ("A1.2", Some("A1"), "2020-03-01")] {
            let body = json!({"name": code, "kind": "department", "parent": parent, "valid_from": since});
            root.put(&format!("/api/v1/organizations/{code}"), &body).send().expect(201);
        }
        // 2 of 3 in 2018 and 1 of 1 in 2019, of a department that the register knows from 2020 on, and 1 of 2 of the root in 2018.
        for (organization, month, on_time, late) in [("A1.1", "2018-06", 2, 1), ("A1.1", "2019-06", 1, 0), ("A1", "2018-06", 1, 1)] {
            push(&root, "dossiers", &settled(organization, month, on_time, late));
        }
        let counted = |query: &str| {
            let figure = one(&root, &format!("kpi=on-time-dossiers&{query}"));
            (figure[0].clone(), figure[1].clone())
        };
        assert_eq!(counted("org=A1&period=2018"), (json!(3), json!(5)));
        assert_eq!(counted("org=A1&include=self&period=2018"), (json!(1), json!(2)));
        assert_eq!(counted("org=A1.1&period=2018"), (json!(2), json!(3)));
        assert_eq!(counted("org=A1&period=2019"), (json!(1), json!(1)));
        assert_eq!(counted("org=A1&period=2018&basis=as_is"), (json!(3), json!(5)));
        assert_eq!(total(&root, "org=A1&period=2018")[4], 5, "settled in all, in the form");
        // Who counts nothing and was not there yet is not listed.
        let listed = |period: &str| {
            let answer = root.get(&format!("/api/v1/figures?kpi=on-time-dossiers&org=A1&include=children&period={period}"));
            answer.send().expect(200).each("organization")
        };
        assert_eq!((listed("2018"), listed("2020")), (vec!["A1.1".to_owned()], vec!["A1.1".to_owned(), "A1.2".to_owned()]));
        root.get("/api/v1/organizations/A1.1?as_of=2018-06-01").send().problem(404, "not-found");
    }
}
