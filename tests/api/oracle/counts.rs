//! What records count in a period: every record is looked at anew for every period.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::dossier::{Channel, Dossier, Lateness, Life};
use super::periods::Period;
use super::records::{Exchange, Level, Medium, Records, Scope};

/// How many of each in one period; stocks as of its last day, or of today if that comes first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub online: i64,
    pub otherwise: i64,
    /// Open on the day before the first.
    pub carried_over: i64,
    pub early: i64,
    pub on_day: i64,
    pub late: i64,
    pub within: i64,
    pub past: i64,
    /// QĐ 766: ended and open, on time.
    pub on_time_766: i64,
    pub procedures: i64,
    pub published: i64,
    pub level_3: i64,
    pub level_4: i64,
    pub full: i64,
    pub partial: i64,
    /// Procedures that an organization offers online, and of which it or somebody below it accepted a dossier online.
    pub used_online: i64,
    pub internal: Documents,
    pub inter_agency: Documents,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Documents {
    pub signed: i64,
    pub unsigned: i64,
    pub parallel: i64,
    pub other: i64,
}

impl Counts {
    /// All of them, in the order of the declaration.
    fn each(&mut self) -> [&mut i64; 24] {
        let Self { internal: i, inter_agency: a, .. } = self;
        [
            &mut self.online,
            &mut self.otherwise,
            &mut self.carried_over,
            &mut self.early,
            &mut self.on_day,
            &mut self.late,
            &mut self.within,
            &mut self.past,
            &mut self.on_time_766,
            &mut self.procedures,
            &mut self.published,
            &mut self.level_3,
            &mut self.level_4,
            &mut self.full,
            &mut self.partial,
            &mut self.used_online,
            &mut i.signed,
            &mut i.unsigned,
            &mut i.parallel,
            &mut i.other,
            &mut a.signed,
            &mut a.unsigned,
            &mut a.parallel,
            &mut a.other,
        ]
    }

    pub fn add(&mut self, other: &Self) {
        let mut other = other.clone();
        for (sum, more) in self.each().into_iter().zip(other.each()) {
            *sum += *more;
        }
    }

    fn count_dossier(&mut self, dossier: &Dossier, life: &Life, period: &Period, as_of: NaiveDate) {
        let within = |day: NaiveDate| period.first <= day && day <= period.last;
        if within(life.accepted_on()) {
            *(if dossier.channel == Channel::Online { &mut self.online } else { &mut self.otherwise }) += 1;
        }
        self.carried_over += i64::from(life.is_open(period.first.pred_opt().unwrap()));
        let ended = life.ended_on().filter(|ended| within(*ended));
        if ended.is_some() {
            match life.lateness().unwrap() {
                Lateness::Early => self.early += 1,
                Lateness::OnDay => self.on_day += 1,
                Lateness::Late => self.late += 1,
            }
        }
        let open = life.is_open(as_of);
        if open {
            *(if life.is_past(as_of) { &mut self.past } else { &mut self.within }) += 1;
        }
        if let Some(day) = ended.or(open.then_some(as_of)) {
            self.on_time_766 += i64::from(life.is_on_time_766(day));
        }
    }

    fn count_exchange(&mut self, exchange: &Exchange, period: &Period) {
        let issued = period.first <= exchange.issued_on && exchange.issued_on <= period.last;
        if !issued || exchange.secret || exchange.recalled {
            return;
        }
        for scope in &exchange.scopes {
            let documents = match scope {
                Scope::Internal => &mut self.internal,
                Scope::InterAgency => &mut self.inter_agency,
            };
            *(match exchange.medium {
                Medium::ElectronicSigned => &mut documents.signed,
                Medium::ElectronicUnsigned => &mut documents.unsigned,
                Medium::Parallel => &mut documents.parallel,
                Medium::Mixed | Medium::Paper => &mut documents.other,
            }) += 1;
        }
    }

    fn count_procedure(&mut self, (level, published): (Level, bool)) {
        self.procedures += 1;
        self.published += i64::from(published);
        match level {
            Level::Three => self.level_3 += 1,
            Level::Four => self.level_4 += 1,
            Level::Full => self.full += 1,
            Level::Partial => self.partial += 1,
            Level::One | Level::Two | Level::None => {}
        }
    }
}

/// The dossiers that count, with their lives.
pub type Lives<'a> = Vec<(&'a Dossier, Life)>;

pub fn lives(records: &Records) -> Lives<'_> {
    let life = |dossier| Life::of(dossier, records.procedures[&dossier.procedure].term);
    records.dossiers.values().filter_map(|dossier: &Dossier| Some((dossier, life(dossier)?))).collect()
}

/// What some dossiers count, by whatever key.
pub fn of_dossiers<'a, K: Ord>(
    lives: impl Iterator<Item = &'a (&'a Dossier, Life)>,
    period: &Period,
    today: NaiveDate,
    key: impl Fn(&'a Dossier) -> K,
) -> BTreeMap<K, Counts> {
    let mut counts: BTreeMap<K, Counts> = BTreeMap::new();
    for (dossier, life) in lives {
        let counts = counts.entry(key(dossier)).or_default();
        counts.count_dossier(dossier, life, period, period.last.min(today));
    }
    counts
}

/// What all records count, each for its own organization.
pub fn by_organization<'a>(
    records: &'a Records,
    lives: &'a Lives<'a>,
    period: &Period,
    today: NaiveDate,
) -> BTreeMap<&'a str, Counts> {
    let mut counts = of_dossiers(lives.iter(), period, today, |dossier| dossier.organization.as_str());
    let mut filed: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (dossier, life) in lives {
        let accepted = life.accepted_on();
        if dossier.channel == Channel::Online && period.first <= accepted && accepted <= period.last {
            filed.insert((&dossier.procedure, &dossier.organization));
        }
    }
    let day = period.last.min(today);
    for procedure in records.procedures.values() {
        let Some(standing) = procedure.on(day) else { continue };
        let online = matches!(standing.0, Level::Three | Level::Four | Level::Full | Level::Partial);
        for organization in &procedure.organizations {
            let count = counts.entry(organization).or_default();
            count.count_procedure(standing);
            let mut of_it = filed.iter().filter(|(code, _)| *code == procedure.code);
            let used = of_it.any(|(_, who)| records.tree.stands_under(who, organization, day));
            count.used_online += i64::from(online && used);
        }
    }
    for exchange in records.exchanges.values() {
        counts.entry(&exchange.organization).or_default().count_exchange(exchange, period);
    }
    counts
}
