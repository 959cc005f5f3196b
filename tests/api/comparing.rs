//! The service's figures, rankings and forms against the recomputation.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::harness::Client;
use crate::oracle::counts::lives;
use crate::oracle::figures::{Basis, Columns, Include, KPIS, Oracle, Ratio, columns, ranking, ratio};
use crate::oracle::periods::{Period, Scheme};
use crate::oracle::records::Records;

pub const INCLUDES: [Include; 4] =
    [Include::Itself, Include::Subtree, Include::Children, Include::Descendants];
pub const BASES: [Basis; 2] = [Basis::AsWas, Basis::AsIs];

fn include_name(include: Include) -> &'static str {
    match include {
        Include::Itself => "self",
        Include::Subtree => "subtree",
        Include::Children => "children",
        Include::Descendants => "descendants",
    }
}

fn basis_name(basis: Basis) -> &'static str {
    if basis == Basis::AsWas { "as_was" } else { "as_is" }
}

#[track_caller]
fn asked(client: &Client, path: &str) -> Value {
    client.get(path).send().expect(200).json()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// Numerator, denominator and percent of an item.
#[track_caller]
fn expect_ratio(item: &Value, expected: Ratio, why: &str) {
    let shown = (item["numerator"].as_i64(), item["denominator"].as_i64(), item["percent"].as_f64());
    assert_eq!(shown, (Some(expected.0), Some(expected.1), expected.percent()), "{why}: {item}");
    assert!(item["percent"].is_number() || item["percent"].is_null(), "{why}: {item}");
}

/// How a period, or an unbroken run of periods of one length, is asked for.
fn when(periods: &[&Period]) -> String {
    let (first, last) = (periods[0], periods[periods.len() - 1]);
    let scheme = first.scheme.name();
    match (periods.len(), first.interval()) {
        (1, _) | (_, None) => format!("scheme={scheme}&period={}", first.name),
        (_, Some(interval)) => {
            format!("scheme={scheme}&from={}&to={}&interval={interval}", first.first, last.last)
        }
    }
}

fn columns_of(row: &Value) -> Columns {
    let column =
        |n: usize| row[format!("c{}", n + 3)].as_i64().unwrap_or_else(|| panic!("no c{} in {row}", n + 3));
    std::array::from_fn(column)
}

/// What the form says of itself: 3 = 4 + 5 + 6, 7 = 8 + 9 + 10, 11 = 12 + 13, 3 = 7 + 11.
#[track_caller]
fn expect_identities(c: &Columns, path: &str) {
    let sums = [c[1] + c[2] + c[3], c[5] + c[6] + c[7], c[9] + c[10], c[4] + c[8]];
    assert_eq!(sums, [c[0], c[4], c[8], c[0]], "{c:?} in {path}");
}

/// A service, and what it should say.
pub struct Comparison<'a> {
    pub client: &'a Client,
    pub oracle: &'a Oracle<'a>,
}

impl Comparison<'_> {
    /// Every KPI at once.
    #[track_caller]
    pub fn figures(&self, org: &str, include: Include, basis: Basis, periods: &[&Period]) {
        let path = format!(
            "/api/v1/figures?kpi={}&org={org}&include={}&basis={}&{}",
            KPIS.join(","),
            include_name(include),
            basis_name(basis),
            when(periods)
        );
        let answer = asked(self.client, &path);
        assert!(answer["data_as_of"].is_string(), "{path}: {}", answer["data_as_of"]);
        let mut found: BTreeMap<(String, String, String), Value> = BTreeMap::new();
        for item in answer["items"].as_array().unwrap() {
            let place = (text(&item["kpi"]), text(&item["organization"]), text(&item["period"]));
            let twice = found.insert(place, item.clone());
            assert_eq!(twice, None, "twice in {path}");
        }
        for period in periods {
            for shown in self.oracle.shown(org, include, basis, period) {
                for kpi in KPIS {
                    let expected = ratio(kpi, &shown.counts);
                    let place = (kpi.to_owned(), shown.organization.clone(), period.name.clone());
                    let why = format!("{kpi} of {} in {}, by {path}", shown.organization, period.name);
                    let Some(item) = found.remove(&place) else {
                        assert!(!shown.stands && expected == Ratio(0, 0), "missing: {why}: {expected:?}");
                        continue;
                    };
                    expect_ratio(&item, expected, &why);
                    let days = (&item["from"], &item["to"]);
                    assert_eq!(days, (&json!(period.first), &json!(period.last)), "{why}");
                    assert_eq!(
                        (&item["target"], &item["attainment"]),
                        (&Value::Null, &json!("unknown")),
                        "{why}"
                    );
                }
            }
        }
        assert!(found.is_empty(), "nobody expected {:?} in {path}", found.keys().collect::<Vec<_>>());
    }

    /// The ranking by one KPI, of one kind of organization or all.
    #[track_caller]
    pub fn ranking(&self, kpi: &str, org: &str, include: Include, period: &Period, kind: Option<&str>) {
        let mut path = format!(
            "/api/v1/rankings?kpi={kpi}&org={org}&include={}&{}",
            include_name(include),
            when(&[period])
        );
        if let Some(kind) = kind {
            path = format!("{path}&kind={kind}");
        }
        let answer = asked(self.client, &path);
        let items = answer["items"].as_array().unwrap();
        let mut shown = self.oracle.shown(org, include, Basis::AsWas, period);
        shown.retain(|shown| {
            kind.is_none_or(|kind| self.oracle.records.tree.0[&shown.organization].kind == kind)
        });
        let mut found: BTreeMap<String, &Value> = BTreeMap::new();
        for item in items {
            assert!(found.insert(text(&item["organization"]), item).is_none(), "twice in {path}: {item}");
        }
        for place in ranking(kpi, &shown) {
            let Some(item) = found.remove(&place.organization) else {
                assert!(!place.stands && place.ratio == Ratio(0, 0), "missing in {path}: {place:?}");
                continue;
            };
            assert_eq!(item["rank"], json!(place.rank), "{item} in {path}");
            expect_ratio(item, place.ratio, &path);
        }
        assert!(found.is_empty(), "nobody expected {:?} in {path}", found.keys().collect::<Vec<_>>());
        let ranks: Vec<u64> = items.iter().map(|item| item["rank"].as_u64().unwrap_or(u64::MAX)).collect();
        assert!(ranks.is_sorted(), "{ranks:?} in {path}");
    }

    /// Form II.06a by unit, procedure or field. A row of noughts may be there or not.
    #[track_caller]
    pub fn handling(&self, org: &str, by: &str, period: &Period) {
        let path = format!("/api/v1/reports/dossier-handling?org={org}&by={by}&{}", when(&[period]));
        let answer = asked(self.client, &path);
        let total = columns_of(&answer["total"]);
        expect_identities(&total, &path);
        assert_eq!(total, columns(&self.oracle.subtree(org, Basis::AsWas, period)), "total of {path}");
        let mut rows = BTreeMap::new();
        for row in answer["rows"].as_array().unwrap() {
            let columns = columns_of(row);
            expect_identities(&columns, &path);
            assert!(row["name"].is_string(), "{row} in {path}");
            if columns.iter().any(|count| *count != 0) {
                assert!(rows.insert(text(&row["key"]), columns).is_none(), "twice in {path}: {row}");
            }
        }
        assert_eq!(rows, self.oracle.handling(org, period, by), "rows of {path}");
    }

    /// Rankings of a period, as many as the turns give.
    fn rankings(&self, period: &Period, turns: &mut Turns) {
        let codes: Vec<&String> = self.oracle.records.tree.0.keys().collect();
        for (n, kpi) in KPIS.iter().enumerate() {
            for (include, kind) in [
                (Include::Children, None),
                (Include::Descendants, None),
                (Include::Descendants, Some("division")),
            ] {
                if turns.mine() {
                    // Most have nobody below them: every other time the whole province.
                    let org = if n % 2 == 0 { codes[0] } else { codes[n % codes.len()] };
                    self.ranking(kpi, org, include, period, kind);
                }
            }
        }
    }
}

/// Which of many questions are asked: about one in so many, others in every round.
pub struct Turns {
    every: u64,
    count: u64,
}

impl Turns {
    pub fn new(every: u32, round: u32) -> Self {
        Self { every: every.max(1).into(), count: u64::from(round) << 32 }
    }

    fn mine(&mut self) -> bool {
        self.count += 1;
        // Scattered, so that no loop has a step in common with it.
        (self.count.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32).is_multiple_of(self.every)
    }
}

/// The days whose periods are compared, and the day on which that is done.
#[derive(Clone, Copy)]
pub struct Span {
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub today: NaiveDate,
}

/// Periods that can be asked for in one request: series of one length, and each half year and nine months by itself.
fn requests(periods: &[Period]) -> Vec<Vec<&Period>> {
    let series = [1, 3, 12].map(|months| periods.iter().filter(|period| period.months == months).collect());
    let single = periods.iter().filter(|period| period.interval().is_none()).map(|period| vec![period]);
    series.into_iter().chain(single).collect()
}

/// Compares whatever can be asked of every organization in every period of some days: of all figures all those below the
/// first organization, and of what else there is as much as the turns give.
#[track_caller]
pub fn everything(client: &Client, records: &Records, span: Span, turns: &mut Turns) {
    let lives = lives(records);
    let oracle = Oracle::new(records, &lives, span.today);
    let comparison = Comparison { client, oracle: &oracle };
    let top = records.tree.0.keys().next().unwrap();
    for scheme in Scheme::BOTH {
        let periods = Period::touching(scheme, span.first, span.last);
        for request in requests(&periods) {
            for basis in BASES {
                comparison.figures(top, Include::Descendants, basis, &request);
                for org in records.tree.0.keys() {
                    for include in INCLUDES {
                        if turns.mine() {
                            comparison.figures(org, include, basis, &request);
                        }
                    }
                }
            }
        }
        for period in &periods {
            for org in records.tree.0.keys() {
                for by in ["unit", "procedure", "field"] {
                    if turns.mine() {
                        comparison.handling(org, by, period);
                    }
                }
            }
            comparison.rankings(period, turns);
        }
    }
}
