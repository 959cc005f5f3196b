//! Form II.06a: every dossier in one column of each period, by unit, by procedure and by field alike.

use serde_json::{Value, json};

use crate::harness::{Backend, Client, TestApp};
use crate::on_both;
use crate::small_province::{but, dossier, filed_online, procedure, push};

/// Columns 3 to 13.
pub type Columns = [i64; 11];

/// A filled in form: its rows that hold anything, by their keys, and its total.
pub type Form = (Vec<(String, Columns)>, Columns);

#[track_caller]
fn columns(row: &Value) -> Columns {
    std::array::from_fn(|place| row[format!("c{}", place + 3)].as_i64().unwrap())
}

/// 3 = 4 + 5 + 6, 7 = 8 + 9 + 10, 11 = 12 + 13, 3 = 7 + 11.
#[track_caller]
fn expect_identities(c: Columns, query: &str) {
    let sums = [c[1] + c[2] + c[3], c[5] + c[6] + c[7], c[9] + c[10], c[4] + c[8]];
    assert_eq!(sums, [c[0], c[4], c[8], c[0]], "{c:?} in {query}");
}

fn answered(client: &Client, query: &str) -> Value {
    client.get(&format!("/api/v1/reports/dossier-handling?{query}")).send().expect(200).json()
}

/// The form, held to its own identities: each row, and the total, which is the sum of the rows.
#[track_caller]
pub fn form(client: &Client, query: &str) -> Form {
    let answer = answered(client, query);
    let (mut rows, mut sum) = (Vec::new(), [0; 11]);
    for row in answer["rows"].as_array().unwrap() {
        let of_row = columns(row);
        expect_identities(of_row, query);
        for (sum, column) in sum.iter_mut().zip(of_row) {
            *sum += column;
        }
        if of_row != [0; 11] {
            rows.push((row["key"].as_str().unwrap().to_owned(), of_row));
        }
    }
    let total = columns(&answer["total"]);
    expect_identities(total, query);
    assert_eq!(sum, total, "the total of {query} is the sum of its rows");
    (rows, total)
}

/// The total by unit, which is that by procedure and by field.
#[track_caller]
pub fn total(client: &Client, query: &str) -> Columns {
    let [unit, procedure, field] =
        ["unit", "procedure", "field"].map(|by| form(client, &format!("{query}&by={by}")).1);
    assert_eq!((procedure, field), (unit, unit), "by procedure and field as by unit: {query}");
    unit
}

fn row(key: &str, columns: Columns) -> (String, Columns) {
    (key.to_owned(), columns)
}

/// Dossiers of the first months of 2021. `P1` and `P2` are of different fields, `P9` is of none that is known.
///
/// One waits for a supplement from 22 February to 2 March: six working days, by which its due day moves from 24 February to
/// 4 March. One was refused at intake and one not yet accepted: they count nowhere.
fn first_quarter(client: &Client) {
    let field = |code: &str, field: &str| but(procedure(code, &["H19.06", "H19.09"], "4"), "field", field);
    push(client, "procedures", &[field("P1", "An toàn bức xạ"), field("P2", "Sở hữu trí tuệ")]);
    let of = |code: &str, organization: &str, procedure: &str, days: [&str; 3]| {
        but(dossier(code, organization, days), "procedure", procedure)
    };
    let by_post =
        but(of("C", "H19.06.02", "P2", ["2021-01-12", "2021-01-29", "2021-02-03"]), "channel", "post");
    let mut waiting = of("E", "H19.09.01", "P9", ["2021-02-08", "2021-02-24", "2021-03-05"]);
    let event = |status: &str, day: &str| json!({"status": status, "at": format!("{day}T10:00:00+07:00")});
    let events = waiting["events"].as_array_mut().unwrap();
    events.extend([event("supplement_requested", "2021-02-22"), event("supplement_received", "2021-03-02")]);
    let mut stopped = of("F", "H19.06", "P1", ["2021-02-01", "2021-02-15", "2021-02-05"]);
    stopped["events"][1]["status"] = json!("stopped");
    let (mut refused, mut submitted) = (
        of("G", "H19.06", "P1", ["2021-01-05", "2021-01-15", ""]),
        of("H", "H19.06", "P1", ["2021-01-05", "2021-01-15", ""]),
    );
    refused["events"][0]["status"] = json!("refused_at_intake");
    submitted["events"][0]["status"] = json!("submitted");
    let all = [
        filed_online("A", "H19.06", "P1", ["2021-01-05", "2021-01-15", "2021-01-14"]),
        of("B", "H19.06.02", "P1", ["2021-01-10", "2021-01-20", "2021-01-20"]),
        by_post,
        filed_online("D", "H19.09", "P2", ["2021-01-25", "2021-02-26", "2021-02-10"]),
        waiting,
        stopped,
        refused,
        submitted,
    ];
    push(client, "dossiers", &all);
}

on_both! {
    fn every_dossier_stands_in_one_column_of_each_month(app) {
        app.province();
        let root = app.root();
        first_quarter(&root);
        // Accepted A and D online, B and C otherwise; A early, B on the day; open are D, and C since 30 January past its day.
        let january = [4, 2, 2, 0, 2, 1, 1, 0, 2, 1, 1];
        // New E and F, carried over C and D; D and F early, C late; open is E, which waits.
        let february = [4, 0, 2, 2, 3, 2, 0, 1, 1, 1, 0];
        // E ended on 5 March, a day after its moved due day.
        let march = [1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0];
        let quarter = [6, 2, 4, 0, 6, 3, 1, 2, 0, 0, 0];
        for (period, expected) in [("2021-01", january), ("2021-02", february), ("2021-03", march), ("2021-Q1", quarter), ("2021-04", [0; 11])] {
            assert_eq!(total(&root, &format!("org=H19&period={period}")), expected, "{period}");
        }
        // By NĐ 09/2019, January ends on the 14th, with B and C open; February takes in the rest but the end of E.
        let january = [3, 1, 2, 0, 1, 1, 0, 0, 2, 2, 0];
        let february = [5, 1, 2, 2, 4, 2, 1, 1, 1, 1, 0];
        for (period, expected) in [("2021-01", january), ("2021-02", february), ("2021-03", march)] {
            assert_eq!(total(&root, &format!("org=H19&period={period}&scheme=nd09")), expected, "{period} by NĐ 09/2019");
        }
    }

    fn what_was_open_is_carried_over(app) {
        app.province();
        let root = app.root();
        first_quarter(&root);
        for scheme in ["calendar", "nd09"] {
            for org in ["H19", "H19.06", "H19.06.02", "H19.09"] {
                for by in ["unit", "procedure", "field"] {
                    let of = |period: &str| form(&root, &format!("org={org}&scheme={scheme}&by={by}&period={period}"));
                    for (before, after) in [("2020-12", "2021-01"), ("2021-01", "2021-02"), ("2021-02", "2021-03"), ("2021-03", "2021-04"), ("2020-Q4", "2021-Q1")] {
                        let open: Vec<_> = of(before).0.into_iter().map(|(key, c)| (key, c[8])).filter(|(_, n)| *n > 0).collect();
                        let carried: Vec<_> = of(after).0.into_iter().map(|(key, c)| (key, c[3])).filter(|(_, n)| *n > 0).collect();
                        assert_eq!(carried, open, "from {before} to {after} of {org} by {by}, {scheme}");
                    }
                }
            }
        }
    }

    fn rows_are_units_procedures_or_fields(app) {
        app.province();
        let root = app.root();
        first_quarter(&root);
        let rows = |query: &str| form(&root, &format!("period=2021-01&{query}")).0;
        // A, B and C; D.
        assert_eq!(rows("org=H19&by=unit"), [row("H19.06", [3, 1, 2, 0, 2, 1, 1, 0, 1, 0, 1]), row("H19.09", [1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0])]);
        assert_eq!(rows("org=H19"), rows("org=H19&by=unit"), "without a word, by unit");
        // Its own A first, then the unit below.
        assert_eq!(rows("org=H19.06&by=unit"), [row("H19.06", [1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0]), row("H19.06.02", [2, 0, 2, 0, 1, 0, 1, 0, 1, 0, 1])]);
        // A and B; C and D.
        let (first, second) = ([2, 1, 1, 0, 2, 1, 1, 0, 0, 0, 0], [2, 1, 1, 0, 0, 0, 0, 0, 2, 1, 1]);
        assert_eq!(rows("org=H19&by=procedure"), [row("P1", first), row("P2", second)]);
        assert_eq!(rows("org=H19&by=field"), [row("An toàn bức xạ", first), row("Sở hữu trí tuệ", second)]);
        // What is in no register has a key as far as one was pushed, and no name.
        let unknown = |by: &str| {
            let answer = answered(&root, &format!("org=H19.09&period=2021-02&by={by}"));
            let rows = answer["rows"].as_array().unwrap();
            let names = rows.iter().map(|row| (row["key"].as_str().unwrap().to_owned(), row["name"].clone()));
            names.collect::<Vec<_>>()
        };
        assert!(unknown("procedure").contains(&("P9".to_owned(), Value::Null)), "{:?}", unknown("procedure"));
        assert!(unknown("procedure").contains(&("P2".to_owned(), json!("Thủ tục P2"))), "{:?}", unknown("procedure"));
        assert!(unknown("field").contains(&(String::new(), Value::Null)), "{:?}", unknown("field"));
    }

    fn a_form_says_whose_it_is_and_of_which_days(app) {
        app.province();
        let root = app.root();
        let answer = answered(&root, "org=H19.06&period=2021-02&scheme=nd09");
        let said = ["organization", "period", "scheme", "from", "to"].map(|field| answer[field].clone());
        assert_eq!(said, ["H19.06", "2021-02", "nd09", "2021-01-15", "2021-02-14"].map(|text| json!(text)));
        assert_eq!(total(&root, "org=H19.06&period=2021-02"), [0; 11], "nothing was pushed");
        let faults = |query: &str| root.get(&format!("/api/v1/reports/dossier-handling?{query}")).send().faults();
        assert_eq!(faults("org=H19"), [("period".to_owned(), "required".to_owned())]);
        assert_eq!(faults("org=H19&period=2021&by=person"), [("by".to_owned(), "not-in-set".to_owned())]);
    }
}

/// The keys of every kind of row, of texts that databases like to put in orders of their own.
fn keys_in_order(backend: Backend) -> [Vec<String>; 3] {
    let app = TestApp::start(backend);
    app.province();
    for code in ["H19.1", "H191.A", "H19.A"] {
        app.organization(code, "department", Some("H19"));
    }
    let root = app.root();
    let fields = ["Y tế", "Ytế", "an toàn", "Đất đai", "Báo chí", "ánh sáng", "Ẩm thực"];
    let codes = ["1.10", "1.2", "1-1", "A.1", "a.1", "9", "1.1"];
    let known = codes.iter().zip(fields);
    let procedures: Vec<Value> =
        known.map(|(code, field)| but(procedure(code, &["H19.06"], "4"), "field", field)).collect();
    push(&root, "procedures", &procedures);
    let organizations = ["H19", "H19.06", "H19.09", "H19.1", "H191.A", "H19.A", "H19.06.02"];
    let days = ["2021-01-05", "2021-01-20", "2021-01-10"];
    let made = codes.iter().zip(organizations).chain([(&"unknown", "H19")]);
    let dossiers: Vec<Value> = made
        .map(|(code, organization)| but(dossier(&format!("D-{code}"), organization, days), "procedure", code))
        .collect();
    push(&root, "dossiers", &dossiers);
    ["unit", "procedure", "field"].map(|by| {
        let rows = form(&root, &format!("org=H19&period=2021&by={by}")).0;
        rows.into_iter().map(|(key, _)| key).collect()
    })
}

#[test]
fn rows_stand_in_one_order_on_both_databases() {
    let [on_sqlite, on_postgres] = [Backend::Sqlite, Backend::Postgres].map(keys_in_order);
    assert_eq!(on_sqlite, on_postgres);
    // H19 itself and five below it; seven procedures and one that is unknown; their fields, and none.
    assert_eq!(on_sqlite.each_ref().map(Vec::len), [6, 8, 8]);
}
