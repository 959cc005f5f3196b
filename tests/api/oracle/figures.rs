//! Figures, rankings and form II.06a from what records count, by the plainest sums.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

use chrono::NaiveDate;

use super::counts::{self, Counts, Documents, Lives};
use super::dossier::Dossier;
use super::periods::Period;
use super::records::Records;

pub const KPIS: [&str; 14] = [
    "on-time-dossiers",
    "on-time-dossiers-all",
    "on-time-dossiers-766",
    "online-service-level-4",
    "online-service-level-3-4",
    "procedures-published",
    "procedures-with-online-dossiers",
    "online-dossier-ratio",
    "internal-e-documents",
    "internal-e-documents-signed",
    "internal-e-documents-any",
    "interagency-e-documents",
    "interagency-e-documents-signed",
    "interagency-e-documents-any",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    AsWas,
    AsIs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Include {
    Itself,
    Subtree,
    Children,
    Descendants,
}

/// A numerator and a denominator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio(pub i64, pub i64);

impl Ratio {
    /// With two decimals, halves up; none when there is nothing to count.
    pub fn percent(self) -> Option<f64> {
        let Self(numerator, denominator) = self;
        (denominator > 0).then(|| {
            let thousandths = numerator * 100_000 / denominator;
            let hundredths = thousandths / 10 + i64::from(thousandths % 10 >= 5);
            format!("{}.{:02}", hundredths / 100, hundredths % 100).parse().unwrap()
        })
    }

    /// The larger share first; those without one last.
    fn better(self, other: Self) -> Ordering {
        match (self.1 > 0, other.1 > 0) {
            (true, true) => {
                (i128::from(other.0) * i128::from(self.1)).cmp(&(i128::from(self.0) * i128::from(other.1)))
            }
            (there, other) => other.cmp(&there),
        }
    }
}

/// The ratio of a KPI.
pub fn ratio(kpi: &str, c: &Counts) -> Ratio {
    let ended = c.early + c.on_day + c.late;
    let all = ended + c.within + c.past;
    let online = c.level_3 + c.level_4 + c.full + c.partial;
    let documents =
        |d: &Documents, counted: i64| Ratio(counted, d.signed + d.unsigned + d.parallel + d.other);
    let (internal, agencies) = (&c.internal, &c.inter_agency);
    match kpi {
        "on-time-dossiers" => Ratio(c.early + c.on_day, ended),
        "on-time-dossiers-all" => Ratio(c.early + c.on_day + c.within, all),
        "on-time-dossiers-766" => Ratio(c.on_time_766, all),
        "online-service-level-4" => Ratio(c.level_4 + c.full, c.procedures),
        "online-service-level-3-4" => Ratio(online, c.procedures),
        "procedures-published" => Ratio(c.published, c.procedures),
        "procedures-with-online-dossiers" => Ratio(c.used_online, online),
        "online-dossier-ratio" => Ratio(c.online, c.online + c.otherwise),
        "internal-e-documents" => documents(internal, internal.signed + internal.unsigned),
        "internal-e-documents-signed" => documents(internal, internal.signed),
        "internal-e-documents-any" => {
            documents(internal, internal.signed + internal.unsigned + internal.parallel)
        }
        "interagency-e-documents" => documents(agencies, agencies.signed + agencies.unsigned),
        "interagency-e-documents-signed" => documents(agencies, agencies.signed),
        "interagency-e-documents-any" => {
            documents(agencies, agencies.signed + agencies.unsigned + agencies.parallel)
        }
        other => panic!("no KPI {other}"),
    }
}

/// Columns 3 to 13 of form II.06a.
pub type Columns = [i64; 11];

pub fn columns(c: &Counts) -> Columns {
    let (ended, open) = (c.early + c.on_day + c.late, c.within + c.past);
    let received = c.online + c.otherwise + c.carried_over;
    [
        received,
        c.online,
        c.otherwise,
        c.carried_over,
        ended,
        c.early,
        c.on_day,
        c.late,
        open,
        c.within,
        c.past,
    ]
}

/// What is shown of an organization.
#[derive(Debug)]
pub struct Shown {
    pub organization: String,
    pub counts: Counts,
    /// One that is no more may be left out where it counted nothing.
    pub stands: bool,
}

/// A place in a ranking.
#[derive(Debug)]
pub struct Place {
    pub organization: String,
    pub rank: Option<usize>,
    pub ratio: Ratio,
    pub stands: bool,
}

/// The places of those that are shown: equals share one, and the next after two firsts is the third.
pub fn ranking(kpi: &str, shown: &[Shown]) -> Vec<Place> {
    let ratios: Vec<Ratio> = shown.iter().map(|shown| ratio(kpi, &shown.counts)).collect();
    let rank = |own: Ratio| {
        let ahead = ratios.iter().filter(|other| other.better(own) == Ordering::Less).count();
        (own.1 > 0).then_some(ahead + 1)
    };
    let place = |(shown, ratio): (&Shown, &Ratio)| Place {
        organization: shown.organization.clone(),
        rank: rank(*ratio),
        ratio: *ratio,
        stands: shown.stands,
    };
    shown.iter().zip(&ratios).map(place).collect()
}

type OfPeriod<'a> = Rc<BTreeMap<&'a str, Counts>>;

/// The records, and the day on which somebody asks.
pub struct Oracle<'a> {
    pub records: &'a Records,
    lives: &'a Lives<'a>,
    pub today: NaiveDate,
    counted: RefCell<BTreeMap<Period, OfPeriod<'a>>>,
}

impl<'a> Oracle<'a> {
    pub fn new(records: &'a Records, lives: &'a Lives<'a>, today: NaiveDate) -> Self {
        Self { records, lives, today, counted: RefCell::default() }
    }

    fn counted(&self, period: &Period) -> OfPeriod<'a> {
        let count = || Rc::new(counts::by_organization(self.records, self.lives, period, self.today));
        Rc::clone(self.counted.borrow_mut().entry(period.clone()).or_insert_with(count))
    }

    fn sum(&self, period: &Period, belongs: impl Fn(&str) -> bool) -> Counts {
        let mut sum = Counts::default();
        for (_, counts) in self.counted(period).iter().filter(|(code, _)| belongs(code)) {
            sum.add(counts);
        }
        sum
    }

    /// Whether the records of one belong to the subtree of another.
    fn belongs(&self, code: &str, top: &str, basis: Basis, period: &Period) -> bool {
        let tree = &self.records.tree;
        match basis {
            Basis::AsWas => code == top || tree.stands_under(code, top, period.last),
            Basis::AsIs => tree.stands_under(tree.heir(code), top, self.today),
        }
    }

    pub fn itself(&self, top: &str, basis: Basis, period: &Period) -> Counts {
        self.sum(period, |code| match basis {
            Basis::AsWas => code == top,
            Basis::AsIs => self.records.tree.heir(code) == top,
        })
    }

    pub fn subtree(&self, top: &str, basis: Basis, period: &Period) -> Counts {
        self.sum(period, |code| self.belongs(code, top, basis, period))
    }

    fn is_listed(&self, code: &str, top: &str, include: Include, day: NaiveDate) -> bool {
        let tree = &self.records.tree;
        match include {
            Include::Children => tree.0[code].opened <= day && tree.parent(code, day) == Some(top),
            _ => code != top && tree.stands_under(code, top, day),
        }
    }

    /// Who is shown, in the order of their codes.
    pub fn shown(&self, top: &str, include: Include, basis: Basis, period: &Period) -> Vec<Shown> {
        let show = |code: &str, counts| {
            let tree = &self.records.tree;
            let stands = match basis {
                Basis::AsWas => tree.was_there(code, period.first, period.last),
                Basis::AsIs => tree.is_there(code, self.today),
            };
            Shown { organization: code.to_owned(), counts, stands }
        };
        match include {
            Include::Itself => vec![Shown { stands: true, ..show(top, self.itself(top, basis, period)) }],
            Include::Subtree => vec![Shown { stands: true, ..show(top, self.subtree(top, basis, period)) }],
            Include::Children | Include::Descendants => {
                let day = if basis == Basis::AsWas { period.last } else { self.today };
                let codes = self.records.tree.0.keys();
                let listed = codes.filter(|code| self.is_listed(code, top, include, day));
                listed.map(|code| show(code, self.subtree(code, basis, period))).collect()
            }
        }
    }

    /// Form II.06a of an organization and all below it, as it was: one row for each unit, procedure or field that has
    /// anything in it.
    pub fn handling(&self, top: &str, period: &Period, by: &str) -> BTreeMap<String, Columns> {
        let below = |dossier: &Dossier| self.belongs(&dossier.organization, top, Basis::AsWas, period);
        let children: Vec<String> = self
            .shown(top, Include::Children, Basis::AsWas, period)
            .into_iter()
            .map(|c| c.organization)
            .collect();
        // A row for each child with all below it, and one for what the organization has itself.
        let unit = |dossier: &Dossier| {
            let holds = |child: &&String| self.belongs(&dossier.organization, child, Basis::AsWas, period);
            children.iter().find(holds).map_or(top, String::as_str).to_owned()
        };
        let key = |dossier: &'a Dossier| -> String {
            match by {
                "unit" => unit(dossier),
                "procedure" => dossier.procedure.clone(),
                _ => self.records.procedures[&dossier.procedure].field.clone(),
            }
        };
        let lives = self.lives.iter().filter(|(dossier, _)| below(dossier));
        let rows = counts::of_dossiers(lives, period, self.today, key);
        let rows = rows.iter().map(|(key, counts)| (key.clone(), columns(counts)));
        rows.filter(|(_, columns)| columns.iter().any(|count| *count != 0)).collect()
    }
}
