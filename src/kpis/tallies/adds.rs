//! What tallies add to stocks: what is counted on a day holds until it is counted again. Pure.

use chrono::{Datelike, NaiveDate};

use super::model::{Kept, Tally};
use crate::kpis::counters::model::{Counter, Entry, Stated};

impl Tally {
    /// The counters of each part; none of one that is not counted.
    fn counts(&self) -> [Option<Vec<(Counter, i32)>>; 2] {
        let staff = self.staff.map(|staff| {
            vec![
                (Counter::StaffAll, staff.all),
                (Counter::StaffMeetingStandards, staff.meeting_standards),
                (Counter::StaffOnMailbox, staff.on_mailbox),
            ]
        });
        let divisions = self.divisions.map(|divisions| {
            vec![
                (Counter::DivisionsWithProcedures, divisions.with_procedures),
                (Counter::DivisionsInspected, divisions.inspected),
            ]
        });
        [staff, divisions]
    }
}

/// The first day on which a count no longer holds by itself: who was inspected is counted anew each year.
fn ends(counter: Counter, day: NaiveDate) -> Option<NaiveDate> {
    let next_year = || NaiveDate::from_ymd_opt(day.year() + 1, 1, 1);
    (counter == Counter::DivisionsInspected).then(next_year).flatten()
}

/// What all tallies of an organization add, in the order of their days.
pub fn stated(all: &[Kept]) -> Vec<Stated> {
    let stated = all.iter().enumerate().map(|(place, kept)| {
        let later = all.get(place + 1..).unwrap_or_default();
        let mut entries = Vec::new();
        for (part, counts) in kept.tally.counts().into_iter().enumerate() {
            let again =
                later.iter().find(|later| later.tally.counts().get(part).is_some_and(Option::is_some));
            for (counter, n) in counts.into_iter().flatten().filter(|(_, n)| *n != 0) {
                let entry = |day, n| Entry { organization: kept.organization, counter, day, n };
                entries.push(entry(kept.day, n));
                let until =
                    [again.map(|again| again.day), ends(counter, kept.day)].into_iter().flatten().min();
                entries.extend(until.map(|until| entry(until, -n)));
            }
        }
        Stated { kind: "tally", code: kept.key(), entries }
    });
    stated.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kpis::tallies::model::{Divisions, Staff};
    use crate::organizations::OrganizationId;

    fn kept(day: &str, staff: Option<i32>, inspected: Option<i32>) -> Kept {
        Kept {
            organization: OrganizationId(1),
            code: "H19.06".parse().unwrap(),
            day: day.parse().unwrap(),
            version: 1,
            updated_at: chrono::DateTime::UNIX_EPOCH,
            tally: Tally {
                staff: staff.map(|all| Staff { all, meeting_standards: all, on_mailbox: 0 }),
                divisions: inspected.map(|inspected| Divisions { with_procedures: 5, inspected }),
            },
        }
    }

    /// What a counter stands at on a day.
    fn at(all: &[Kept], counter: Counter, day: &str) -> i32 {
        let day: NaiveDate = day.parse().unwrap();
        let entries = stated(all).into_iter().flat_map(|stated| stated.entries);
        entries.filter(|entry| entry.counter == counter && entry.day <= day).map(|entry| entry.n).sum()
    }

    #[test]
    fn a_count_holds_until_it_is_counted_again_and_inspections_until_the_year_ends() {
        let all = [
            kept("2020-03-31", Some(47), Some(2)),
            kept("2020-06-30", None, Some(5)),
            kept("2020-09-30", Some(50), None),
        ];
        for (day, staff, with_procedures, inspected) in [
            ("2020-03-30", 0, 0, 0),
            ("2020-03-31", 47, 5, 2),
            ("2020-06-30", 47, 5, 5),
            ("2020-09-29", 47, 5, 5),
            ("2020-09-30", 50, 5, 5),
            ("2020-12-31", 50, 5, 5),
            ("2021-01-01", 50, 5, 0),
        ] {
            let counters = [Counter::StaffAll, Counter::DivisionsWithProcedures, Counter::DivisionsInspected];
            assert_eq!(
                counters.map(|counter| at(&all, counter, day)),
                [staff, with_procedures, inspected],
                "{day}"
            );
        }
        assert_eq!(at(&all, Counter::StaffOnMailbox, "2021-01-01"), 0);
    }
}
