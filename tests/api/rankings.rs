//! Rankings: places, shares, who is ranked, and how everybody moved since the period before and since the year before.

use serde_json::{Value, json};

use crate::harness::{Client, TestApp};
use crate::kpis_catalog::{define, definition};
use crate::on_both;
use crate::small_province::{push, reorganize, settled};

/// Four departments and a commune, one department with a division.
///
/// | in time of all            | June 2021 | May 2021 | June 2020 |
/// |----------------------------|-----------|----------|-----------|
/// | H19.01, with its division  | 9 of 10   | 1 of 2   | 1 of 1    |
/// | the division, H19.01.01    | 5 of 5    |          |           |
/// | H19.02                     | 3 of 4    | 4 of 5   |           |
/// | H19.03, the commune        | 6 of 8    |          | 1 of 2    |
/// | H19.04                     | 1 of 2    | 1 of 4   | 1 of 2    |
/// | H19.05                     |           |          |           |
fn ranked_province(app: &TestApp) -> Client {
    app.organization("H19", "province", None);
    for (code, kind, parent) in [
        ("H19.01", "department", "H19"),
        ("H19.02", "department", "H19"),
        ("H19.03", "commune", "H19"),
        ("H19.04", "department", "H19"),
        ("H19.05", "department", "H19"),
        ("H19.01.01", "division", "H19.01"),
    ] {
        app.organization(code, kind, Some(parent));
    }
    let root = app.root();
    for (organization, month, on_time, late) in [
        ("H19.01", "2021-06", 4, 1),
        ("H19.01.01", "2021-06", 5, 0),
        ("H19.02", "2021-06", 3, 1),
        ("H19.03", "2021-06", 6, 2),
        ("H19.04", "2021-06", 1, 1),
        ("H19.01", "2021-05", 1, 1),
        ("H19.02", "2021-05", 4, 1),
        ("H19.04", "2021-05", 1, 3),
        ("H19.01", "2020-06", 1, 0),
        ("H19.03", "2020-06", 1, 1),
        ("H19.04", "2020-06", 1, 1),
    ] {
        push(&root, "dossiers", &settled(organization, month, on_time, late));
    }
    root
}

#[track_caller]
fn ranking(client: &Client, query: &str) -> Value {
    client.get(&format!("/api/v1/rankings?{query}")).send().expect(200).json()
}

/// Who stands where, with which share of the others behind it.
#[track_caller]
fn places(client: &Client, query: &str) -> Vec<Value> {
    let place = |item: &Value| json!([item["organization"], item["rank"], item["percentile"]]);
    ranking(client, query)["items"].as_array().unwrap().iter().map(place).collect()
}

fn item<'a>(ranking: &'a Value, organization: &str) -> &'a Value {
    let mut items = ranking["items"].as_array().unwrap().iter();
    items.find(|item| item["organization"] == organization).unwrap_or_else(|| panic!("no {organization}"))
}

const JUNE: &str = "kpi=on-time-dossiers&org=H19&period=2021-06";

on_both! {
    fn equals_share_a_place_and_who_has_no_value_comes_last_without_one(app) {
        let root = ranked_province(app);
        // 90, 75 and 75, 50: the next after two seconds is the fourth. Behind them are 3, 1, 1 and 0 of 3 others.
        let (first, fourth) = (json!(["H19.01", 1, 100]), json!(["H19.04", 4, 0]));
        let seconds = [json!(["H19.02", 2, 33.33]), json!(["H19.03", 2, 33.33])];
        let last = json!(["H19.05", null, null]);
        let expected = [first, seconds[0].clone(), seconds[1].clone(), fourth, last.clone()];
        assert_eq!(places(&root, JUNE), expected);
        assert_eq!(places(&root, &format!("{JUNE}&order=desc&include=children")), expected, "as without a word");
        // From the other end, and still without a value last.
        let from_below = [json!(["H19.04", 1, 100]), seconds[0].clone(), seconds[1].clone(), json!(["H19.01", 4, 0]), last];
        assert_eq!(places(&root, &format!("{JUNE}&order=asc")), from_below);
        for (query, order) in [("", "desc"), ("&order=desc", "desc"), ("&order=asc", "asc")] {
            let whole = ranking(&root, &format!("{JUNE}{query}"));
            let said = ["kpi", "period", "from", "to", "order", "data_as_of"].map(|field| whole[field].clone());
            let expected = ["on-time-dossiers", "2021-06", "2021-06-01", "2021-06-30", order, "2026-01-05T01:00:00Z"];
            assert_eq!(said, expected.map(|text| json!(text)));
        }
    }

    fn a_kind_is_ranked_among_itself(app) {
        let root = ranked_province(app);
        assert_eq!(places(&root, &format!("{JUNE}&kind=department")), [
            json!(["H19.01", 1, 100]), json!(["H19.02", 2, 50]), json!(["H19.04", 3, 0]), json!(["H19.05", null, null]),
        ]);
        assert_eq!(places(&root, &format!("{JUNE}&kind=commune")), [json!(["H19.03", 1, 100])], "who stands alone is first");
        assert_eq!(places(&root, &format!("{JUNE}&kind=ministry")), Vec::<Value>::new());
        // The places of before are those among the kind too: in June 2020, 1 of 1 and 1 of 2.
        let departments = ranking(&root, &format!("{JUNE}&kind=department"));
        assert_eq!(item(&departments, "H19.04")["year_before"]["rank"], 2);
        let division = ranking(&root, &format!("{JUNE}&kind=division&include=descendants"));
        assert_eq!((division["items"].as_array().unwrap().len(), &item(&division, "H19.01.01")["kind"]), (1, &json!("division")));
    }

    fn all_below_may_be_ranked_together(app) {
        let root = ranked_province(app);
        // 100, 90, 75 and 75, 50: behind them are 4, 3, 1, 1 and 0 of 4 others.
        assert_eq!(places(&root, &format!("{JUNE}&include=descendants")), [
            json!(["H19.01.01", 1, 100]), json!(["H19.01", 2, 75]), json!(["H19.02", 3, 25]), json!(["H19.03", 3, 25]),
            json!(["H19.04", 5, 0]), json!(["H19.05", null, null]),
        ]);
        assert_eq!(places(&root, "kpi=on-time-dossiers&org=H19.01&period=2021-06"), [json!(["H19.01.01", 1, 100])]);
        assert_eq!(places(&root, "kpi=on-time-dossiers&org=H19.02&period=2021-06"), Vec::<Value>::new());
    }

    fn everybody_is_held_against_the_period_before_and_the_year_before(app) {
        let root = ranked_province(app);
        let target = json!({"percent": 70});
        root.put("/api/v1/organizations/H19.02/targets/on-time-dossiers/2021-06", &target).send().expect(201);
        let june = ranking(&root, JUNE);
        // Places of May: H19.02 (80), H19.01 (50), H19.04 (25). Of June 2020: H19.01 (100), then H19.03 and H19.04 (50).
        let moved = |period: &str, percent: Value, rank: Value, points: Value, places: Value| json!({
            "period": period, "percent": percent, "rank": rank, "percent_change": points, "rank_change": places
        });
        let nothing = |period: &str| moved(period, json!(null), json!(null), json!(null), json!(null));
        let may = |percent: i64, rank: i64, points: i64, places: i64| moved("2021-05", json!(percent), json!(rank), json!(points), json!(places));
        let year = |percent: i64, rank: i64, points: i64, places: i64| moved("2020-06", json!(percent), json!(rank), json!(points), json!(places));
        for (organization, previous, year_before) in [
            // From 50 to 90, from the second place to the first; from 100, the first then and now.
            ("H19.01", may(50, 2, 40, 1), year(100, 1, -10, 0)),
            // From 80 to 75, from the first place to the second.
            ("H19.02", may(80, 1, -5, -1), nothing("2020-06")),
            // From 50 to 75, the second then and now.
            ("H19.03", nothing("2021-05"), year(50, 2, 25, 0)),
            // From 25 to 50, from the third place to the fourth; 50 then and now, from the second to the fourth.
            ("H19.04", may(25, 3, 25, -1), year(50, 2, 0, -2)),
            ("H19.05", nothing("2021-05"), nothing("2020-06")),
        ] {
            let line = item(&june, organization);
            assert_eq!((&line["previous"], &line["year_before"]), (&previous, &year_before), "{organization}");
        }
        assert_eq!(item(&june, "H19.02"), &json!({
            "rank": 2, "percentile": 33.33, "organization": "H19.02", "name": "Tổ chức H19.02", "kind": "department",
            "numerator": 3, "denominator": 4, "percent": 75, "target": 70, "attainment": "met",
            "previous": may(80, 1, -5, -1), "year_before": nothing("2020-06")
        }));
        let empty = item(&june, "H19.05");
        let counted = json!([empty["numerator"], empty["denominator"], empty["percent"], empty["target"], empty["attainment"]]);
        assert_eq!(counted, json!([0, 0, null, null, "unknown"]));
    }

    fn who_was_there_before_and_is_no_more_takes_no_place_today(app) {
        let root = ranked_province(app);
        reorganize(&root, "dissolve", "2021-06-01", &json!({"predecessors": ["H19.04"]}));
        reorganize(&root, "dissolve", "2021-05-15", &json!({"predecessors": ["H19.05"]}));
        // What H19.04 settled after its end still counts; H19.05 counts nothing and was closed before June.
        let codes: Vec<Value> = places(&root, JUNE).iter().map(|place| place[0].clone()).collect();
        assert_eq!(codes, [json!("H19.01"), json!("H19.02"), json!("H19.03"), json!("H19.04")]);
        // In July nobody settled anything, and two are no more.
        let july = places(&root, "kpi=on-time-dossiers&org=H19&period=2021-07");
        assert_eq!(july, [json!(["H19.01", null, null]), json!(["H19.02", null, null]), json!(["H19.03", null, null])]);
    }

    fn the_compared_periods_are_of_the_same_length(app) {
        let root = ranked_province(app);
        for (period, previous, year_before) in [
            ("2021", "2020", "2020"), ("2021-H1", "2020-H2", "2020-H1"), ("2021-9M", "2020-9M", "2020-9M"),
            ("2021-Q1", "2020-Q4", "2020-Q1"), ("2021-01", "2020-12", "2020-01"),
            ("previous_quarter&now=2021-07-01T00:00:00Z", "2021-Q1", "2020-Q2"), ("this_year&scheme=nd09&now=2020-12-20T00:00:00Z", "2020", "2020"),
        ] {
            let whole = ranking(&root, &format!("kpi=on-time-dossiers&org=H19&period={period}"));
            let line = item(&whole, "H19.01");
            assert_eq!((&line["previous"]["period"], &line["year_before"]["period"]), (&json!(previous), &json!(year_before)), "{period}");
        }
        // By quarters H19.01 went from nothing at all to 10 of 12, and from 1 of 1 the year before.
        let quarter = ranking(&root, "kpi=on-time-dossiers&org=H19&period=2021-Q2");
        let line = item(&quarter, "H19.01");
        assert_eq!((&line["percent"], &line["previous"]["percent"]), (&json!(83.33), &Value::Null));
        assert_eq!(line["year_before"]["percent_change"], json!(-16.67));
    }

    fn where_less_is_better_the_least_comes_first(app) {
        let root = ranked_province(app);
        let mut late = definition("Tỷ lệ quá hạn", "2015-01-01");
        late["direction"] = json!("lower_is_better");
        late["numerator"]["counters"] = json!(["dossiers-ended-late"]);
        late["denominator"]["counters"] = json!(["dossiers-ended-early", "dossiers-ended-on-day", "dossiers-ended-late"]);
        define(&root, "late-dossiers", &late).expect(201);
        // Late are 10, 25, 25 and 50 in 100.
        let query = "kpi=late-dossiers&org=H19&period=2021-06";
        assert_eq!(ranking(&root, query)["order"], "asc");
        assert_eq!(places(&root, query), places(&root, JUNE), "the mirror of the on-time rate");
        assert_eq!(places(&root, &format!("{query}&order=desc"))[0], json!(["H19.04", 1, 100]));
    }

    fn what_looks_equal_when_rounded_is_ranked_exactly(app) {
        app.province();
        let root = app.root();
        let mut coarse = definition("Làm tròn", "2015-01-01");
        coarse["decimals"] = json!(0);
        coarse["numerator"]["counters"] = json!(["dossiers-ended-early"]);
        coarse["denominator"]["counters"] = json!(["dossiers-ended-early", "dossiers-ended-late"]);
        define(&root, "coarse", &coarse).expect(201);
        // 7 of 11 are 63.64, 9 of 14 are 64.29: both are shown as 64.
        push(&root, "dossiers", &settled("H19.06", "2021-06", 7, 4));
        push(&root, "dossiers", &settled("H19.09", "2021-06", 9, 5));
        let whole = ranking(&root, "kpi=coarse&org=H19&period=2021-06");
        let shown: Vec<Value> = whole["items"].as_array().unwrap().iter().map(|item| json!([item["organization"], item["rank"], item["percent"]])).collect();
        assert_eq!(shown, [json!(["H19.09", 1, 64]), json!(["H19.06", 2, 64])]);
    }

    fn a_kpi_without_records_ranks_nobody(app) {
        let root = ranked_province(app);
        define(&root, "by-hand", &definition("Đếm tay", "2015-01-01")).expect(201);
        let whole = ranking(&root, "kpi=by-hand&org=H19&period=2021-06");
        for line in whole["items"].as_array().unwrap() {
            assert_eq!(json!([line["rank"], line["percentile"], line["numerator"], line["percent"]]), json!([null, null, null, null]));
        }
    }

    fn a_ranking_is_of_one_kpi_and_one_period(app) {
        app.province();
        let faults = |query: &str| app.root().get(&format!("/api/v1/rankings?{query}")).send().faults();
        let one = |place: &str, code: &str| vec![(place.to_owned(), code.to_owned())];
        assert_eq!(faults("kpi=on-time-dossiers&org=H19&period=last_12_months"), one("period", "wrong-number-of-items"));
        assert_eq!(faults("kpi=on-time-dossiers&org=H19"), one("period", "required"));
        assert_eq!(faults("kpi=no-such-kpi&org=H19&period=2021"), one("kpi", "not-found"));
        for (query, place) in [
            ("kpi=on-time-dossiers,satisfaction&org=H19&period=2021", "kpi"), ("kpi=on-time-dossiers&org=H19&period=2021&include=self", "include"),
            ("kpi=on-time-dossiers&org=H19&period=2021&kind=so", "kind"), ("kpi=on-time-dossiers&org=H19&period=2021&order=up", "order"),
            ("kpi=on-time-dossiers&org=H19&period=2021&from=2021-01-01", "from"),
        ] {
            assert_eq!(faults(query)[0].0, place, "{query}");
        }
    }
}
