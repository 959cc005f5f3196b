//! Dossiers made by hand, and the worked example of the three on-time rates.

use chrono::{NaiveDate, NaiveDateTime};

use super::dossier::{Channel, Dossier, Event, Status, Term, TermUnit};
use super::periods::{Period, Scheme};
use super::records::{Level, Procedure, Records};

/// A day, or a moment: `2020-06-04` or `2020-06-04 08:30`.
pub fn at(text: &str) -> NaiveDateTime {
    let (day, time) = text.split_once(' ').unwrap_or((text, "08:00"));
    day.parse::<NaiveDate>().unwrap().and_time(time.parse().unwrap())
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub const FIFTEEN_DAYS: Term = Term { amount: 15, unit: TermUnit::WorkingDay };

/// A procedure that everybody named handles.
pub fn procedure(code: &str, organizations: &[&str]) -> Procedure {
    Procedure {
        code: code.to_owned(),
        field: "Khoa học và công nghệ".to_owned(),
        term: FIFTEEN_DAYS,
        organizations: organizations.iter().map(|code| (*code).to_owned()).collect(),
        standing: vec![(day("2015-01-01"), Level::Four, true)],
    }
}

/// A dossier with such events; a rescheduled one says to when.
pub fn dossier(code: &str, organization: &str, events: &[(Status, &str)]) -> Dossier {
    let event = |(status, text): &(Status, &str)| match text.split_once(" to ") {
        None => Event { at: at(text), status: *status, due_at: None },
        Some((text, due)) => Event { at: at(text), status: *status, due_at: Some(at(due)) },
    };
    Dossier {
        code: code.to_owned(),
        organization: organization.to_owned(),
        procedure: "1.001612".to_owned(),
        channel: Channel::Direct,
        term: None,
        due_at: None,
        events: events.iter().map(event).collect(),
        updated_at: None,
    }
}

/// The month of the worked example.
pub fn june() -> Period {
    Period::month(Scheme::Calendar, 2020, 6)
}

/// `reference/kpis.md` §1.4 in June 2020: A = 20 carried over, N = 100 new; E = 60, O = 25, L = 5, W = 27, V = 3.
/// The rates are 85/90 = 94.44 and twice 112/120 = 93.33.
pub fn worked_example(organization: &str) -> Vec<Dossier> {
    let mut dossiers = Vec::new();
    for (count, carried, due, ended) in [
        (60, 8, "2020-06-19", Some("2020-06-18")),
        (25, 5, "2020-06-19", Some("2020-06-19")),
        (5, 2, "2020-06-19", Some("2020-06-22")),
        (27, 4, "2020-07-03", None),
        (3, 1, "2020-06-29", None),
    ] {
        for n in 0..count {
            let accepted = if n < carried { "2020-05-29" } else { "2020-06-01" };
            let mut events = vec![(Status::Accepted, accepted)];
            events.extend(ended.map(|ended| (Status::Completed, ended)));
            let code = format!("000.00.06.H19-200601-{:04}", dossiers.len() + 1);
            let mut made = dossier(&code, organization, &events);
            made.due_at = Some(at(due));
            dossiers.push(made);
        }
    }
    dossiers
}

/// Records of a single organization.
pub fn records(dossiers: Vec<Dossier>) -> Records {
    let mut records = Records::default();
    records.tree.add("H19", "province", day("2015-01-01"), None);
    let procedure = procedure("1.001612", &["H19"]);
    records.procedures.insert(procedure.code.clone(), procedure);
    for dossier in dossiers {
        records.push_dossier(&dossier);
    }
    records
}
