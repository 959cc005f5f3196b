//! What is stated of a round, and on which day it counts. Pure.

use chrono::NaiveDate;

use crate::closed_set;
use crate::emulation::movements::words::MovementCode;
use crate::kpis::periods::model::{Period, Scheme};
use crate::organizations::OrganizationCode;
use crate::platform::Wrong;
use crate::platform::input::wrong;

closed_set! {
    /// By what participation is told apart.
    #[derive(Default)]
    ParticipationBy, "not-in-set" {
        /// By the organization whose members take part.
        #[default]
        Organization = "organization",
        /// By the round.
        Round = "round",
        /// By the movement.
        Movement = "movement",
    }
}

/// Of which organization, movement and round something is stated.
#[derive(Clone, Debug)]
pub struct RoundKey {
    /// The movement.
    pub movement: MovementCode,
    /// The round.
    pub round: Period,
}

impl RoundKey {
    /// What an organization has under this key, in one line.
    pub fn of(&self, code: &OrganizationCode) -> String {
        format!("{code} {} {}", self.movement, self.round)
    }

    /// The day on which a round counts: the last that it has in both ways of cutting periods, so that a period of either has the
    /// round of its own name.
    pub fn counted_on(&self) -> NaiveDate {
        self.round.last_day(Scheme::Nd09)
    }
}

/// Members of an organization, and those of them who take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Participation {
    /// All members: civil servants, public employees and labourers.
    pub members: i32,
    /// Those of them who take part.
    pub taking_part: i32,
}

impl Participation {
    /// What does not add up.
    pub fn wrongs(&self) -> Vec<Wrong> {
        if self.taking_part > self.members {
            return vec![Wrong::body("/taking_part", wrong::SUM)];
        }
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_counts_in_the_period_of_its_name_in_both_schemes() {
        for (round, day) in [
            ("2020", "2020-12-14"),
            ("2020-01", "2020-01-14"),
            ("2020-02", "2020-02-14"),
            ("2020-12", "2020-12-14"),
            ("2020-Q2", "2020-06-14"),
        ] {
            let key = RoundKey { movement: "m".parse().unwrap(), round: round.parse().unwrap() };
            assert_eq!(key.counted_on().to_string(), day, "{round}");
            for scheme in [Scheme::Calendar, Scheme::Nd09] {
                let (first, last) = (key.round.first_day(scheme), key.round.last_day(scheme));
                assert!((first..=last).contains(&key.counted_on()), "{round} {scheme}");
            }
        }
    }
}
