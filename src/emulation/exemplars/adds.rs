//! What an exemplar adds to the ledger: one, on every day, to the stock of the state in which it stands. Pure.

use super::life::Entry;
use super::machine::ExemplarState as State;
use super::model::Exemplar;
use crate::kpis::counters::model::{Counter, Entry as Count, Stated};
use crate::platform::OPEN_END;

fn counter(state: State) -> Option<Counter> {
    match state {
        State::Registered => Some(Counter::ExemplarsRegistered),
        State::Implementing => Some(Counter::ExemplarsImplementing),
        State::Appraised => Some(Counter::ExemplarsAppraised),
        State::Recognised => Some(Counter::ExemplarsRecognised),
        State::Replicated => Some(Counter::ExemplarsReplicated),
        State::Lapsed => Some(Counter::ExemplarsLapsed),
        State::Withdrawn => None,
    }
}

/// What an exemplar with its whole history adds.
pub fn stated(exemplar: &Exemplar, history: &[Entry]) -> Stated {
    let mut entries = Vec::new();
    for (place, entry) in history.iter().enumerate() {
        let until = history.get(place + 1).map_or(OPEN_END, |next| next.happened_on);
        let Some(counter) = counter(entry.state).filter(|_| entry.happened_on < until) else { continue };
        for (day, n) in [(entry.happened_on, 1), (until, -1)] {
            if day < OPEN_END {
                entries.push(Count { organization: exemplar.organization, counter, day, n });
            }
        }
    }
    Stated { kind: "exemplar", code: exemplar.id.to_string(), entries }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Days, NaiveDate};
    use proptest::prelude::*;

    use super::*;
    use crate::emulation::exemplars::life::Happened;
    use crate::emulation::exemplars::machine::ExemplarEvent as Event;
    use crate::emulation::exemplars::model::{Content, ExemplarKind};
    use crate::emulation::movements::words::EmulationField;
    use crate::emulation::persons::Decision;
    use crate::organizations::OrganizationId;

    const EVENTS: [Event; 6] = [
        Event::Implement,
        Event::Appraise,
        Event::Recognise,
        Event::Replicate,
        Event::Lapse,
        Event::Withdraw,
    ];

    fn day(number: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2020, 1, 1).unwrap() + Days::new(number)
    }

    fn exemplar() -> Exemplar {
        let at = DateTime::from_timestamp(1_600_000_000, 0).unwrap();
        Exemplar {
            id: "0199b2c4-5d6e-7f80-9123-456789abcde0".parse().unwrap(),
            version: 1,
            created_at: at,
            updated_at: at,
            organization: OrganizationId(7),
            content: Content {
                movement: None,
                organization: "H19.06".parse().unwrap(),
                kind: ExemplarKind::Model,
                field: EmulationField::Economy,
                level: "base".parse().unwrap(),
                year: 2020,
                title: "Mô hình".into(),
                person: None,
                registered_on: day(0),
            },
            public: None,
            state: State::Registered,
            last_on: day(0),
            events: 1,
        }
    }

    proptest! {
        /// On every day the sums of the entries are one of the counter of the state of that day, read from the steps alone.
        #[test]
        fn an_exemplar_stands_in_one_stock_on_every_day(steps in prop::collection::vec((0..6_usize, 0..20_u64), 0..12)) {
            let mut one = exemplar();
            let mut history = vec![one.registered()];
            let mut states = vec![(0, "registered")];
            let mut number = 0;
            for (event, later) in steps {
                let event = EVENTS[event];
                let on = number + later;
                let happened = Happened {
                    event,
                    on: Some(day(on)),
                    decision: Some(Decision { number: "1/QĐ".into(), on: day(on), link: None }),
                    note: Some("Lý do".into()),
                    evidence: Vec::new(),
                    person: None,
                };
                let before = one.clone();
                match one.take(&happened, day(1_000), one.updated_at) {
                    Err(_) => prop_assert_eq!(&one, &before, "what is refused changes nothing"),
                    Ok(entry) => {
                        number = on;
                        states.push((on, entry.state.as_str()));
                        history.push(entry);
                    }
                }
            }
            let entries = stated(&one, &history).entries;
            for today in 0..300 {
                let mut sums = std::collections::BTreeMap::new();
                for entry in entries.iter().filter(|entry| entry.day <= day(today)) {
                    *sums.entry(entry.counter.as_str()).or_insert(0) += entry.n;
                }
                sums.retain(|_, n| *n != 0);
                let (_, state) = states.iter().rev().find(|(since, _)| *since <= today).unwrap();
                let name = format!("exemplars-{state}");
                let expected = if *state == "withdrawn" { vec![] } else { vec![(name.as_str(), 1)] };
                prop_assert_eq!(sums.into_iter().collect::<Vec<_>>(), expected, "day {}", today);
            }
        }
    }
}
