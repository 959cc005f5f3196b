//! The procedures that dossiers are about: five for each department, fifty for communes. The same for every seed.

use serde_json::{Value, json};

use super::days::{Days, OFFICE_DAY};
use super::names::{ACTS, COMMUNE_FIELDS, DEPARTMENTS};
use super::world::{Organization, Unit};

/// What a term is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TermUnit {
    /// Ngày làm việc.
    WorkingDay,
    /// Ngày.
    CalendarDay,
    /// Giờ làm việc.
    WorkingHour,
    /// Tháng.
    Month,
}

/// How long a procedure may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Term {
    /// How many.
    pub(super) amount: usize,
    /// Of what.
    pub(super) unit: TermUnit,
}

impl TermUnit {
    /// As records name it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::WorkingDay => "working_day",
            Self::CalendarDay => "calendar_day",
            Self::WorkingHour => "working_hour",
            Self::Month => "month",
        }
    }
}

impl Term {
    /// When a dossier is due that was accepted at a point of office time: a term in hours at that very point, another
    /// one with the last second of a day. The first day does not count, and a last day off moves to the next worked day.
    pub(super) fn due(self, days: &Days, accepted: usize) -> usize {
        let index = accepted / OFFICE_DAY;
        let last = |index: usize| index * OFFICE_DAY + OFFICE_DAY - 1;
        match self.unit {
            TermUnit::WorkingHour => accepted + self.amount * 3600,
            TermUnit::WorkingDay => last(index + self.amount),
            TermUnit::CalendarDay => last(days.index(days.nth(index) + self.amount)),
            TermUnit::Month => last(days.index(days.months_after(days.nth(index), self.amount))),
        }
    }
}

/// A procedure (thủ tục hành chính).
#[derive(Clone, Debug)]
pub(super) struct Procedure {
    /// Such as `1.001612`; made up.
    pub(super) code: String,
    name: String,
    field: &'static str,
    /// The department that handles it; without one, every commune does.
    department: Option<usize>,
    /// How long it may take.
    pub(super) term: Term,
    place: usize,
}

/// Procedures of a department.
const PER_DEPARTMENT: usize = 5;

/// Terms of departments, each beginning at a place of its own.
const TERMS: [Term; 14] = [
    days(15),
    days(5),
    days(10),
    Term { amount: 30, unit: TermUnit::CalendarDay },
    days(20),
    days(3),
    days(30),
    days(7),
    Term { amount: 1, unit: TermUnit::Month },
    days(12),
    Term { amount: 8, unit: TermUnit::WorkingHour },
    days(25),
    days(2),
    Term { amount: 45, unit: TermUnit::CalendarDay },
];
/// Terms of communes.
const COMMUNE_TERMS: [Term; 9] = [
    days(3),
    Term { amount: 4, unit: TermUnit::WorkingHour },
    days(1),
    days(5),
    days(10),
    days(2),
    Term { amount: 15, unit: TermUnit::CalendarDay },
    days(7),
    days(12),
];

const fn days(amount: usize) -> Term {
    Term { amount, unit: TermUnit::WorkingDay }
}

/// Every procedure: those of the departments in their order, then those of communes.
pub(super) fn procedures() -> Vec<Procedure> {
    let of_departments = DEPARTMENTS.iter().enumerate().flat_map(|(department, names)| {
        (0..PER_DEPARTMENT).map(move |at| {
            let place = department * PER_DEPARTMENT + at;
            (place, Some(department), pick(&names.fields, at), TERMS.get(place % TERMS.len()).copied())
        })
    });
    let first = DEPARTMENTS.len() * PER_DEPARTMENT;
    let of_communes = (0..COMMUNE_FIELDS.len() * PER_DEPARTMENT).map(move |at| {
        let term = COMMUNE_TERMS.get(at % COMMUNE_TERMS.len()).copied();
        (first + at, None, pick(&COMMUNE_FIELDS, at), term)
    });
    let made = of_departments.chain(of_communes).map(|(place, department, field, term)| Procedure {
        code: format!("{}.{:06}", 1 + place % 3, 1501 + place * 37),
        name: format!("{} trong lĩnh vực {field}", pick(&ACTS, place * 7 + place / 10)),
        field,
        department,
        term: term.unwrap_or(days(15)),
        place,
    });
    made.collect()
}

fn pick(list: &[&'static str], at: usize) -> &'static str {
    list.get(at % list.len()).copied().unwrap_or_default()
}

impl Procedure {
    /// Whether a unit handles it.
    pub(super) fn is_for(&self, unit: Unit) -> bool {
        match unit {
            Unit::Department(place) => self.department == Some(place),
            Unit::Commune(_) => self.department.is_none(),
        }
    }

    /// The online level in time: by four levels until NĐ 42/2022/NĐ-CP (from 15 August 2022), then by `full`, `partial`
    /// and `none`. Most rise, one in seven never does; one in ten is published only from 2018 on.
    fn states(&self) -> Value {
        let (early, later, last) = match self.place % 7 {
            0 => ("2", "2", "none"),
            1 | 2 => ("2", "3", "partial"),
            3 => ("3", "3", "partial"),
            4 => ("3", "4", "full"),
            _ => ("2", "4", "full"),
        };
        let early_published = self.place % 10 != 9;
        json!([
            { "from": "2015-01-01", "level": early, "published": early_published, "standardised": false },
            { "from": "2018-07-01", "level": later, "published": true, "standardised": !self.place.is_multiple_of(3) },
            { "from": "2022-08-15", "level": last, "published": true, "standardised": true },
        ])
    }

    fn body(&self, organizations: &[Organization]) -> Value {
        let handles = |one: &&Organization| one.share > 0 && one.unit.is_some_and(|unit| self.is_for(unit));
        let entry = |one: &Organization| json!({ "organization": one.code, "from": "2015-01-01" });
        json!({
            "code": self.code,
            "name": { "vi": self.name },
            "field": self.field,
            "organizations": organizations.iter().filter(handles).map(entry).collect::<Vec<_>>(),
            "term": { "amount": self.term.amount, "unit": self.term.unit.name() },
            "fee": if self.place.is_multiple_of(4) { json!(self.place * 5000 + 8000) } else { Value::Null },
            "states": self.states(),
        })
    }
}

/// The body of `POST /procedures/batch` for what the units within an organization handle.
pub(super) fn batch(organizations: &[Organization], procedures: &[Procedure], only: &str) -> Value {
    let here = organizations.iter().filter(|one| one.is_within(only)).filter_map(|one| one.unit);
    let units: Vec<Unit> = here.collect();
    let kept = procedures.iter().filter(|procedure| units.iter().any(|unit| procedure.is_for(*unit)));
    json!({ "items": kept.map(|procedure| procedure.body(organizations)).collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::commands::generate::world::{PROVINCE, organizations};

    #[test]
    fn a_hundred_and_fifty_procedures_have_codes_names_and_terms() {
        let all = procedures();
        assert_eq!(all.len(), 150);
        let codes: HashSet<_> = all.iter().map(|one| &one.code).collect();
        let names: HashSet<_> = all.iter().map(|one| &one.name).collect();
        assert_eq!((codes.len(), names.len()), (150, 150));
        let units: HashSet<_> = all.iter().map(|one| one.term.unit.name()).collect();
        assert_eq!(units.len(), 4);
        let working = all.iter().filter(|one| one.term.unit == TermUnit::WorkingDay);
        assert!(working.clone().all(|one| (1..=30).contains(&one.term.amount)) && working.count() > 90);
    }

    #[test]
    fn a_batch_has_what_is_handled_within_and_who_handles_it() {
        let (organizations, procedures) = (organizations(), procedures());
        let items = |only: &str| -> Vec<Value> {
            batch(&organizations, &procedures, only)["items"].as_array().unwrap().clone()
        };
        assert_eq!(items(PROVINCE).len(), 150);
        for only in ["H19.06", "H19.06.03"] {
            let of_department = items(only);
            assert_eq!(of_department.len(), 5);
            let handlers = of_department.iter().flat_map(|item| item["organizations"].as_array().unwrap());
            let codes: Vec<_> = handlers.map(|handler| handler["organization"].as_str().unwrap()).collect();
            assert!(codes.len() >= 5 && codes.iter().all(|code| code.starts_with("H19.06")), "{codes:?}");
        }
        let of_commune = items("H19.21.01");
        assert_eq!(of_commune.len(), 50);
        assert!(of_commune[0]["organizations"].as_array().unwrap().len() >= 95);
    }

    #[test]
    fn terms_end_on_worked_days() {
        let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
        let calendar = Days::around(day("2020-01-01"), day("2020-12-31"));
        let accepted = |text: &str| calendar.index(calendar.number(day(text))) * OFFICE_DAY + 3600;
        for (unit, amount, from, due, hour) in [
            (TermUnit::WorkingDay, 15, "2020-06-04", "2020-06-25", 16),
            (TermUnit::CalendarDay, 16, "2020-06-04", "2020-06-22", 16),
            (TermUnit::CalendarDay, 4, "2020-06-04", "2020-06-08", 16),
            (TermUnit::Month, 1, "2020-01-31", "2020-03-02", 16),
            (TermUnit::WorkingHour, 8, "2020-06-05", "2020-06-08", 8),
        ] {
            let moment = calendar.moment(Term { amount, unit }.due(&calendar, accepted(from)));
            assert_eq!(
                (calendar.date(moment.day), moment.second / 3600),
                (day(due), hour),
                "{unit:?} {amount}"
            );
        }
    }
}
