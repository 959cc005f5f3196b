//! Who takes a dossier: the organizations of the world, by their size, with their procedures and how late they are.

use super::chance::Draw;
use super::names::DEPARTMENTS;
use super::procedures::Procedure;
use super::world::{COMMUNES, Organization, Unit};

/// An organization that takes dossiers.
pub(super) struct Desk {
    /// Beginning of a line: `{"code":"000.02.06.H19-`.
    pub(super) opening: Vec<u8>,
    /// What follows the number: `","organization":"H19.06.02","procedure":"`.
    pub(super) middle: Vec<u8>,
    /// Which procedures, the frequent ones first.
    pub(super) procedures: Vec<usize>,
    /// How many of a thousand are settled late, over the years.
    pub(super) late_permille: usize,
    /// Where its part of the whole ends.
    until: usize,
}

/// All desks, with what chance needs to choose among them.
pub(super) struct Desks {
    all: Vec<Desk>,
    whole: usize,
}

/// Sizes of units go down as those of towns do (Zipf), in an order that has nothing to do with their numbers.
fn size(unit: Unit) -> usize {
    // 37 has no divisor in common with the number of units, so every rank is given once.
    2_000_000 / ((number(unit) * 37 + 11) % units() + 4)
}

/// From 1 to 11 in a hundred, again in an order of its own.
fn late_permille(unit: Unit) -> usize {
    10 + (number(unit) * 53 + 7) % units() * 100 / units()
}

fn units() -> usize {
    DEPARTMENTS.len() + COMMUNES
}

fn number(unit: Unit) -> usize {
    match unit {
        Unit::Department(place) => place,
        Unit::Commune(place) => DEPARTMENTS.len() + place,
    }
}

impl Desks {
    /// The desks within an organization. None when nothing there takes dossiers.
    pub(super) fn within(
        organizations: &[Organization],
        procedures: &[Procedure],
        only: &str,
    ) -> Option<Self> {
        let mut desks = Self { all: Vec::new(), whole: 0 };
        for one in organizations.iter().filter(|one| one.is_within(only) && one.share > 0) {
            let Some(unit) = one.unit else { continue };
            let shares: usize =
                organizations.iter().filter(|other| other.unit == one.unit).map(|other| other.share).sum();
            desks.whole += size(unit) * one.share / shares.max(1);
            let handled = procedures.iter().enumerate().filter(|(_, procedure)| procedure.is_for(unit));
            desks.all.push(Desk {
                opening: format!(r#"{{"code":"{}-"#, one.national_code).into_bytes(),
                middle: format!(r#"","organization":"{}","procedure":""#, one.code).into_bytes(),
                procedures: handled.map(|(place, _)| place).collect(),
                late_permille: late_permille(unit),
                until: desks.whole,
            });
        }
        (desks.whole > 0).then_some(desks)
    }

    /// How many.
    pub(super) fn count(&self) -> usize {
        self.all.len()
    }

    /// One of them, with its place; the larger the more often.
    pub(super) fn draw(&self, draw: &mut Draw) -> Option<(usize, &Desk)> {
        let at = draw.below(self.whole);
        let place = self.all.partition_point(|desk| desk.until <= at);
        Some((place, self.all.get(place)?))
    }
}

impl Desk {
    /// One of its procedures; the first ones more often.
    pub(super) fn procedure(&self, draw: &mut Draw) -> usize {
        let count = self.procedures.len();
        let at = draw.below(count).min(draw.below(count));
        self.procedures.get(at).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::commands::generate::procedures::procedures;
    use crate::commands::generate::world::{PROVINCE, organizations};

    #[test]
    fn every_unit_has_a_rank_of_its_own_and_the_largest_is_many_times_the_smallest() {
        let all = (0..DEPARTMENTS.len()).map(Unit::Department).chain((0..COMMUNES).map(Unit::Commune));
        let sizes: Vec<usize> = all.map(size).collect();
        assert_eq!(sizes.iter().collect::<HashSet<_>>().len(), 115);
        assert!(sizes.iter().max().unwrap() / sizes.iter().min().unwrap() >= 20);
    }

    #[test]
    fn only_what_lies_within_takes_dossiers() {
        let (organizations, procedures) = (organizations(), procedures());
        let count = |only: &str| Desks::within(&organizations, &procedures, only).map(|desks| desks.count());
        assert_eq!(count("H19.06"), Some(5), "the department and its four divisions, not its leadership");
        assert_eq!(count("H19.06.02"), Some(1));
        assert_eq!(count("H19.06.01"), None);
        assert_eq!(count("H19.0"), None);
        assert!(count(PROVINCE).unwrap() > 95 * 3);
        assert_eq!(units() % 5, 0, "115 is five times 23");
    }
}
