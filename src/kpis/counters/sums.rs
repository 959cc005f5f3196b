//! Reading the ledger: sums over organizations and periods.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Text};

use super::members::Members;
use super::model::{Counter, Reading};
use super::series::{RootSums, Series};
use super::sightings;
use crate::kpis::periods::half::{HALVES, Half};
use crate::organizations::OrganizationId;
use crate::platform::{Conn, Fault, Sql};

/// Which counters, over which days.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The counters.
    pub counters: HashSet<Counter>,
    /// First day of all that is asked for; the first of a half month.
    pub first: NaiveDate,
    /// Last day of it.
    pub last: NaiveDate,
    /// The last day that can be known: of a period that is still running, stocks are those of this day.
    pub known: NaiveDate,
}

impl Wanted {
    fn read_as(&self, reading: Reading) -> Vec<Counter> {
        let mut found: Vec<_> = self.counters.iter().copied().filter(|c| c.reading() == reading).collect();
        found.sort_unstable();
        found
    }

    /// The half month of which only the first days are known, if stocks of it are asked for.
    fn broken_half(&self) -> Option<Half> {
        let broken = self.known < self.last && !Half::ends(self.known);
        (broken && !self.read_as(Reading::Stock).is_empty()).then(|| Half::of(self.known))
    }
}

/// Sums by root. They are in units of [`Members::scale`].
#[derive(Debug)]
pub struct Sums {
    roots: HashMap<OrganizationId, RootSums>,
    none: RootSums,
}

impl Sums {
    /// Reads what is wanted: one statement, one more when stocks of a running half month are asked for, and one more for
    /// counters of different things.
    pub fn read(conn: &mut Conn, members: &Members, wanted: &Wanted) -> Result<Self, Fault> {
        let none = RootSums::new(wanted.known);
        let mut sums = Self { roots: HashMap::new(), none };
        // A root's years come one after the other, in order.
        for row in years(members, wanted).tuples::<YearColumns, YearRow>(conn)? {
            sums.of(row.root, row.counter, (row.since, row.until)).append(row.year, &row.halves());
        }
        if let Some(half) = wanted.broken_half() {
            for row in days(members, wanted, half).rows::<DayRow>(conn)? {
                sums.of(row.root, row.counter, (row.since, row.until)).add_known_days(row.n);
            }
        }
        if !wanted.read_as(Reading::Distinct).is_empty() {
            for row in sightings::read(conn, members, (wanted.first, wanted.last))? {
                let (root, span) = (row.root, row.span);
                sums.of(root, Counter::ProceduresWithOnlineDossiers, span).see(row.seen);
            }
        }
        Ok(sums)
    }

    fn of(&mut self, root: OrganizationId, counter: Counter, span: (NaiveDate, NaiveDate)) -> &mut Series {
        let known = self.none.known();
        self.roots.entry(root).or_insert_with(|| RootSums::new(known)).of(counter, span)
    }

    /// The sums of a root.
    pub fn root(&self, root: OrganizationId) -> &RootSums {
        self.roots.get(&root).unwrap_or(&self.none)
    }
}

/// Counters, each with the first year that matters: of stocks, every year does.
fn wanted_counters(wanted: &Wanted, readings: &[Reading]) -> Sql {
    let mut rows: Vec<(&'static str, i32)> = Vec::new();
    for reading in readings {
        let since = if *reading == Reading::Stock { 0 } else { Half::of(wanted.first).year() };
        rows.extend(wanted.read_as(*reading).into_iter().map(|counter| (counter.as_str(), since)));
    }
    // Few lengths make few statements to keep prepared; a counter without a name is none.
    rows.resize(rows.len().max(1).next_power_of_two(), ("", 0));
    let mut sql = Sql::new("wanted (counter, since) AS (VALUES ");
    for (place, (counter, since)) in rows.into_iter().enumerate() {
        sql = sql.code(if place == 0 { "(" } else { ", (" }).text(counter);
        sql = sql.code(", ").number(i64::from(since)).code(")");
    }
    sql.code(")")
}

fn years(members: &Members, wanted: &Wanted) -> Sql {
    let sum = |list: String, place: usize| {
        let mut list = list;
        let _ = write!(list, ", {} AS h{:02}", members.sum(&format!("c.h{:02}", place + 1)), place + 1);
        list
    };
    let sums = (0..HALVES).fold(String::new(), sum);
    members
        .with((wanted.first, wanted.last))
        .code(", ")
        .then(wanted_counters(wanted, &[Reading::Flow, Reading::Stock]))
        .code(" SELECT m.root AS root, m.since AS since, m.until AS until, c.counter AS counter, c.year AS year")
        .built(sums)
        .code(" FROM members m CROSS JOIN wanted w JOIN counter_years c ON c.organization_id = m.unit ")
        .code("AND c.counter = w.counter AND c.year >= w.since AND c.year <= ")
        .number(i64::from(Half::of(wanted.last).year()))
        .code(" GROUP BY m.root, m.since, m.until, c.counter, c.year ORDER BY c.year")
}

fn days(members: &Members, wanted: &Wanted, half: Half) -> Sql {
    let known = (1..=Half::place_of(wanted.known) + 1).map(|place| format!("c.d{place:02}"));
    let sum = members.sum(&format!("({})", known.collect::<Vec<_>>().join(" + ")));
    members
        .with((wanted.first, wanted.last))
        .code(", ")
        .then(wanted_counters(wanted, &[Reading::Stock]))
        .code(" SELECT m.root AS root, m.since AS since, m.until AS until, c.counter AS counter, ")
        .built(sum)
        .code(" AS n FROM members m CROSS JOIN wanted w JOIN counter_days c ON c.organization_id = m.unit ")
        .code("AND c.counter = w.counter AND c.half = ")
        .day(half.first_day())
        .code(" GROUP BY m.root, m.since, m.until, c.counter")
}

#[derive(QueryableByName)]
struct DayRow {
    #[diesel(sql_type = BigInt)]
    root: OrganizationId,
    #[diesel(sql_type = Date)]
    since: NaiveDate,
    #[diesel(sql_type = Date)]
    until: NaiveDate,
    #[diesel(sql_type = Text)]
    counter: Counter,
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// A row of sums: root, span, counter, year, and a column for each half month.
macro_rules! year_row {
    ($($half:ident $kind:ty),*) => {
        type YearColumns = (BigInt, Date, Date, Text, Integer, $($kind),*);

        #[derive(Queryable)]
        struct YearRow {
            root: OrganizationId,
            since: NaiveDate,
            until: NaiveDate,
            counter: Counter,
            year: i32,
            $($half: i64,)*
        }

        impl YearRow {
            fn halves(&self) -> [i64; HALVES] {
                [$(self.$half),*]
            }
        }
    };
}
year_row!(
    h01 BigInt, h02 BigInt, h03 BigInt, h04 BigInt, h05 BigInt, h06 BigInt, h07 BigInt, h08 BigInt,
    h09 BigInt, h10 BigInt, h11 BigInt, h12 BigInt, h13 BigInt, h14 BigInt, h15 BigInt, h16 BigInt,
    h17 BigInt, h18 BigInt, h19 BigInt, h20 BigInt, h21 BigInt, h22 BigInt, h23 BigInt, h24 BigInt
);
