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
    /// Reads what is wanted: one statement, one more for stocks, one more when those of a running half month are asked for, and
    /// one more for counters of different things.
    pub fn read(conn: &mut Conn, members: &Members, wanted: &Wanted) -> Result<Self, Fault> {
        let none = RootSums::new(wanted.known);
        let mut sums = Self { roots: HashMap::new(), none };
        if !wanted.read_as(Reading::Stock).is_empty() {
            for row in years(members, wanted, Years::Before).tuples::<YearColumns, YearRow>(conn)? {
                sums.of(row.root, row.counter, (row.since, row.until)).append(row.year, &row.halves());
            }
        }
        // A root's years come one after the other, in order.
        for row in years(members, wanted, Years::Asked).tuples::<YearColumns, YearRow>(conn)? {
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

/// SQL that defines `wanted (counter)`.
fn wanted_counters(wanted: &Wanted, readings: &[Reading]) -> Sql {
    let counters = readings.iter().flat_map(|reading| wanted.read_as(*reading));
    let mut names: Vec<&'static str> = counters.map(|counter| counter.as_str()).collect();
    // Few lengths make few statements to keep prepared; a counter without a name is none.
    names.resize(names.len().max(1).next_power_of_two(), "");
    let mut sql = Sql::new("wanted (counter) AS (VALUES ");
    for (place, name) in names.into_iter().enumerate() {
        sql = sql.code(if place == 0 { "(" } else { ", (" }).text(name).code(")");
    }
    sql.code(")")
}

/// Which years of counters are read.
#[derive(Clone, Copy)]
enum Years {
    /// Those that are asked about, by half months.
    Asked,
    /// All before them: of stocks, every year matters, but only as a whole.
    Before,
}

fn years(members: &Members, wanted: &Wanted, years: Years) -> Sql {
    let sum = |list: String, place: usize| {
        let mut list = list;
        let _ = match (years, place) {
            (Years::Asked, _) => write!(list, ", {}", members.sum(&format!("c.h{:02}", place + 1))),
            (Years::Before, 0) => write!(list, ", {}", members.sum("c.total")),
            (Years::Before, _) => write!(list, ", CAST(0 AS BIGINT)"),
        };
        let _ = write!(list, " AS h{:02}", place + 1);
        list
    };
    let sums = (0..HALVES).fold(String::new(), sum);
    // What is not over is not behind us, though the days asked about are later still: it is needed by half months.
    let first = Half::of(wanted.first.min(wanted.known)).year();
    let last = Half::of(wanted.last).year();
    let (readings, year) = match years {
        Years::Asked => (&[Reading::Flow, Reading::Stock][..], "c.year"),
        Years::Before => (&[Reading::Stock][..], "CAST(MAX(c.year) AS INTEGER)"),
    };
    let statement = members
        .with((wanted.first, wanted.last))
        .code(", ")
        .then(wanted_counters(wanted, readings))
        .built(format!(
            " SELECT m.root AS root, m.since AS since, m.until AS until, c.counter AS counter, {year} AS year"
        ))
        .built(sums)
        .code(" FROM members m CROSS JOIN wanted w JOIN counter_years c ON c.organization_id = m.unit ")
        .code("AND c.counter = w.counter AND c.year ");
    let group = " GROUP BY m.root, m.since, m.until, c.counter";
    match years {
        Years::Asked => statement
            .code(">= ")
            .number(first.into())
            .code(" AND c.year <= ")
            .number(last.into())
            .code(group)
            .code(", c.year ORDER BY year"),
        Years::Before => statement.code("< ").number(first.into()).code(group),
    }
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
