//! What is stated of an organization's staff, and what must add up. Pure.

use serde::{Deserialize, Serialize};

use crate::platform::fault::Wrong;
use crate::platform::input::wrong;

/// How many of the staff have something in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Qualification {
    /// What they have in common, such as `Thạc sĩ`.
    pub name: String,
    /// How many.
    pub count: i32,
    /// Counted in another line already (trong đó): `đang học Tiến sĩ` overlaps with `Thạc sĩ` and is never summed.
    pub of_which: bool,
}

/// An organization's staff on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staffing {
    /// Posts that were assigned (biên chế được giao).
    pub quota: i32,
    /// Posts that are filled (biên chế có mặt).
    pub present: i32,
    /// All staff: civil servants, public employees and labourers (công chức, viên chức và người lao động).
    pub total: i32,
    /// By qualification.
    pub qualifications: Vec<Qualification>,
}

impl Staffing {
    /// Everyone who is in one of the lines that do not overlap.
    pub fn qualified(&self) -> i64 {
        self.qualifications.iter().filter(|line| !line.of_which).map(|line| i64::from(line.count)).sum()
    }

    /// What does not add up: a name twice, more qualified staff than staff, more filled posts than staff.
    pub fn wrongs(&self) -> Vec<Wrong> {
        let mut wrongs = Vec::new();
        for (index, line) in self.qualifications.iter().enumerate() {
            if self.qualifications.iter().take(index).any(|earlier| earlier.name == line.name) {
                wrongs.push(Wrong::body(format!("/qualifications/{index}/name"), wrong::REPEATED));
            }
            if line.count > self.total {
                wrongs.push(Wrong::body(format!("/qualifications/{index}/count"), wrong::SUM));
            }
        }
        if self.qualified() > i64::from(self.total) {
            wrongs.push(Wrong::body("/qualifications", wrong::SUM));
        }
        if self.present > self.total {
            wrongs.push(Wrong::body("/present", wrong::SUM));
        }
        wrongs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn staffing(total: i32, lines: &[(&str, i32, bool)]) -> Staffing {
        let line = |(name, count, of_which): &(&str, i32, bool)| Qualification {
            name: (*name).into(),
            count: *count,
            of_which: *of_which,
        };
        Staffing { quota: 47, present: 47, total, qualifications: lines.iter().map(line).collect() }
    }

    #[test]
    fn sub_counts_are_never_summed() {
        let lines = [
            ("Tiến sĩ", 2, false),
            ("Thạc sĩ", 70, false),
            ("Đại học", 110, false),
            ("Đang học Tiến sĩ", 7, true),
        ];
        let report = staffing(182, &lines);
        assert_eq!(report.qualified(), 182);
        assert!(report.wrongs().is_empty());
        let mut summed = report;
        summed.qualifications[3].of_which = false;
        assert_eq!(summed.wrongs(), [Wrong::body("/qualifications", "wrong-sum")]);
    }

    #[test]
    fn a_name_stands_once() {
        let wrongs = staffing(182, &[("Thạc sĩ", 1, false), ("Thạc sĩ", 2, true)]).wrongs();
        assert_eq!(wrongs, [Wrong::body("/qualifications/1/name", "repeated")]);
    }
}
