//! What a movement is, its rounds and groups. Pure.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::machine::MovementState;
use super::refusals::Refusal;
use super::words::{EmulationField, EmulationLevel, GroupCode, MovementCode};
use crate::directives::register::model::DirectiveId;
use crate::kpis::percent::Percent;
use crate::kpis::periods::model::{Interval, Period, Scheme};
use crate::organizations::{OrganizationCode, OrganizationId};
use crate::platform::input::wrong;
use crate::platform::moment::is_likely;
use crate::platform::text::{folded, stored};
use crate::platform::{Fault, OPEN_END, Wrong};

/// Who launched a movement: an organization of the register, a body that is none, or both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LaunchingBody {
    /// Any code of the organization.
    pub organization: Option<OrganizationCode>,
    /// Its name at that time, as the document has it.
    #[schema(min_length = 1, max_length = 300, pattern = r"\S", example = "Ban Thường vụ Tỉnh ủy Đồng Nai")]
    pub name: Option<String>,
}

/// A group of a movement (khối): a face is elected in each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MovementGroup {
    /// Its code.
    pub code: GroupCode,
    /// Its name.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "Khối Quản lý nhà nước")]
    pub name: String,
}

/// A level at which exemplars of a movement are recognised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MovementLevel {
    /// Its word.
    pub code: EmulationLevel,
    /// Its name.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "Cấp cơ sở")]
    pub name: String,
}

/// A criterion of a movement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MovementCriterion {
    /// What is judged.
    #[schema(min_length = 1, max_length = 500, pattern = r"\S", example = "Chấp hành kỷ cương, kỷ luật")]
    pub name: String,
    /// Most points for it.
    #[schema(minimum = 0, maximum = 1_000, example = 40)]
    pub points: i32,
    /// Only for this group.
    pub group: Option<GroupCode>,
}

/// What is said of a movement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Its name.
    pub name: String,
    /// Code of the organization in which it runs, with all below it.
    pub organization: OrganizationCode,
    /// Who launched it.
    pub launched_by: LaunchingBody,
    /// When.
    pub launched_on: NaiveDate,
    /// The directives on which it rests.
    pub legal_basis: Vec<DirectiveId>,
    /// First day of its stage.
    pub starts_on: NaiveDate,
    /// Last day of it; none while it is not known.
    pub ends_on: Option<NaiveDate>,
    /// How long a round is.
    pub rounds: Interval,
    /// Its fields; none stands for all.
    pub fields: Vec<EmulationField>,
    /// The levels at which exemplars are recognised; none stands for any.
    pub levels: Vec<MovementLevel>,
    /// Its groups.
    pub groups: Vec<MovementGroup>,
    /// Its criteria.
    pub criteria: Vec<MovementCriterion>,
    /// The least share of all members of a council by which a face is elected; none if most votes suffice.
    pub vote_percent: Option<Percent>,
}

impl Content {
    /// Its texts in the form that is stored.
    #[must_use]
    pub fn stored(mut self) -> Self {
        self.name = stored(&self.name);
        self.launched_by.name = self.launched_by.name.as_deref().map(stored);
        for name in self.groups.iter_mut().map(|group| &mut group.name) {
            *name = stored(name);
        }
        for name in self.levels.iter_mut().map(|level| &mut level.name) {
            *name = stored(name);
        }
        for name in self.criteria.iter_mut().map(|criterion| &mut criterion.name) {
            *name = stored(name);
        }
        self
    }

    /// The last day of its stage, or the open end.
    pub fn end(&self) -> NaiveDate {
        self.ends_on.unwrap_or(OPEN_END)
    }

    /// By what it is found.
    pub fn search_text(&self, code: &MovementCode) -> String {
        let by = self.launched_by.name.as_deref().unwrap_or_default();
        folded(&format!("{code} {} {by}", self.name))
    }

    /// What contradicts itself or cannot be.
    pub fn wrongs(&self, today: NaiveDate) -> Vec<Wrong> {
        let mut wrongs = Vec::new();
        let mut wrong = |at: String, code| wrongs.push(Wrong::body(at, code));
        let days = [("/launched_on", Some(self.launched_on)), ("/starts_on", Some(self.starts_on))];
        for (at, day) in days.into_iter().chain([("/ends_on", self.ends_on)]) {
            if day.is_some_and(|day| !is_likely(day)) {
                wrong(at.to_owned(), wrong::RANGE);
            }
        }
        if self.launched_on > today {
            wrong("/launched_on".to_owned(), wrong::FUTURE);
        }
        if self.ends_on.is_some_and(|end| end < self.starts_on) {
            wrong("/ends_on".to_owned(), wrong::ORDER);
        }
        if self.launched_by.organization.is_none() && self.launched_by.name.is_none() {
            wrong("/launched_by/name".to_owned(), wrong::REQUIRED);
        }
        for (list, places) in [
            ("legal_basis", repeated(self.legal_basis.iter())),
            ("fields", repeated(self.fields.iter())),
            ("levels", repeated(self.levels.iter().map(|level| &level.code))),
            ("groups", repeated(self.groups.iter().map(|group| &group.code))),
        ] {
            for place in places {
                wrong(format!("/{list}/{place}"), wrong::REPEATED);
            }
        }
        for (place, criterion) in self.criteria.iter().enumerate() {
            if criterion.group.as_ref().is_some_and(|group| self.group(group).is_none()) {
                wrong(format!("/criteria/{place}/group"), wrong::MISSING);
            }
        }
        wrongs
    }

    /// The group of a code.
    pub fn group(&self, code: &GroupCode) -> Option<&MovementGroup> {
        self.groups.iter().find(|group| group.code == *code)
    }

    /// Whether exemplars of a level can be of it.
    pub fn knows_level(&self, level: &EmulationLevel) -> bool {
        self.levels.is_empty() || self.levels.iter().any(|known| known.code == *level)
    }

    /// Whether exemplars of a field can be of it.
    pub fn knows_field(&self, field: EmulationField) -> bool {
        self.fields.is_empty() || self.fields.contains(&field)
    }

    /// Whether a period is one of its rounds: as long as they are, and not wholly outside its stage.
    pub fn has_round(&self, period: &Period) -> bool {
        let first = period.first_day(Scheme::Calendar);
        let last = period.last_day(Scheme::Calendar);
        Period::of(first, self.rounds, Scheme::Calendar) == *period
            && last >= self.starts_on
            && first <= self.end()
    }

    /// Whether a year lies in its stage, if only in part.
    pub fn has_year(&self, year: i32) -> bool {
        (self.starts_on.year()..=self.end().year()).contains(&year)
    }

    /// Refuses what leaves records without the group, the round, the field, the level or the year that they name.
    pub fn must_keep(&self, used: &Used) -> Result<(), Refusal> {
        for round in &used.rounds {
            if !self.has_round(round) {
                return Err(Refusal::RoundUsed { round: round.clone() });
            }
        }
        for group in &used.groups {
            if self.group(group).is_none() {
                return Err(Refusal::GroupUsed { group: group.clone() });
            }
        }
        for (field, level, year) in &used.exemplars {
            if !self.knows_field(*field) || !self.knows_level(level) || !self.has_year(*year) {
                let (field, level, year) = (*field, level.clone(), *year);
                return Err(Refusal::ExemplarsUsed { field, level, year });
            }
        }
        Ok(())
    }
}

/// What records name of a movement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Rounds: of nominations, and so of elections, and of participation.
    pub rounds: Vec<Period>,
    /// Groups of nominations, and so of elections.
    pub groups: BTreeSet<GroupCode>,
    /// Fields, levels and years of exemplars.
    pub exemplars: BTreeSet<(EmulationField, EmulationLevel, i32)>,
}

/// The places of what stood before.
fn repeated<T: Ord>(items: impl Iterator<Item = T>) -> Vec<usize> {
    let mut seen = BTreeSet::new();
    items.enumerate().filter_map(|(place, item)| (!seen.insert(item)).then_some(place)).collect()
}

/// A movement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// Code.
    pub code: MovementCode,
    /// Grows with each change.
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// Where it runs, with all below.
    pub organization: OrganizationId,
    /// What is said of it.
    pub content: Content,
    /// How far it is.
    pub state: MovementState,
    /// Day of the last event.
    pub last_on: NaiveDate,
    /// How many events there were.
    pub events: i32,
}

impl Movement {
    /// Refuses a movement that was closed before a round of which records speak.
    pub fn must_be_over(&self, used: &Used) -> Result<(), Refusal> {
        let closed = (self.state == MovementState::Closed).then_some(self.last_on);
        let later = |round: &&Period| closed.is_some_and(|day| round.first_day(Scheme::Calendar) > day);
        match used.rounds.iter().find(later) {
            Some(round) => Err(Refusal::RoundUsed { round: round.clone() }),
            None => Ok(()),
        }
    }

    /// Whether something may be said of a round. `place` names where the caller said which round.
    ///
    /// Refuses a period that is no round of it, one that has not begun, and one that began after the movement was closed.
    pub fn admits_round(
        &self,
        round: &Period,
        today: NaiveDate,
        place: impl Fn(&'static str) -> Wrong,
    ) -> Result<(), Fault> {
        let first = round.first_day(Scheme::Calendar);
        if !self.content.has_round(round) {
            return Err(Fault::invalid(vec![place(wrong::MISMATCH)]));
        }
        if first > today {
            return Err(Fault::invalid(vec![place(wrong::FUTURE)]));
        }
        if self.state == MovementState::Closed && first > self.last_on {
            return Err(Refusal::Over { movement: self.code.to_string(), day: self.last_on }.into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn content() -> Content {
        Content {
            name: "Dân vận khéo".into(),
            organization: "H19".parse().unwrap(),
            launched_by: LaunchingBody {
                organization: None, name: Some("Ban Thường vụ Tỉnh ủy".into())
            },
            launched_on: day("2015-02-14"),
            legal_basis: Vec::new(),
            starts_on: day("2015-02-14"),
            ends_on: Some(day("2020-12-31")),
            rounds: Interval::Month,
            fields: Vec::new(),
            levels: Vec::new(),
            groups: Vec::new(),
            criteria: Vec::new(),
            vote_percent: None,
        }
    }

    #[test]
    fn rounds_are_as_long_as_the_movement_says_and_lie_in_its_stage() {
        let of = |rounds| Content { rounds, ..content() };
        for (rounds, period, is) in [
            (Interval::Month, "2015-02", true),
            (Interval::Month, "2015-01", false),
            (Interval::Month, "2020-12", true),
            (Interval::Month, "2021-01", false),
            (Interval::Month, "2020", false),
            (Interval::Month, "2020-Q1", false),
            (Interval::Quarter, "2020-Q1", true),
            (Interval::Quarter, "2020-03", false),
            (Interval::Year, "2015", true),
            (Interval::Year, "2014", false),
            (Interval::Year, "2020-H1", false),
            (Interval::Year, "2020-9M", false),
        ] {
            assert_eq!(of(rounds).has_round(&period.parse().unwrap()), is, "{rounds} {period}");
        }
        assert!(Content { ends_on: None, ..content() }.has_round(&"2090-05".parse().unwrap()));
    }

    #[test]
    fn what_records_name_stays() {
        let used = Used {
            rounds: vec!["2015-02".parse().unwrap(), "2020-06".parse().unwrap()],
            groups: BTreeSet::from(["g".parse().unwrap()]),
            exemplars: BTreeSet::from([(EmulationField::Economy, "base".parse().unwrap(), 2020)]),
        };
        let group = |code: &str| MovementGroup { code: code.parse().unwrap(), name: "Khối".into() };
        let base = MovementLevel { code: "base".parse().unwrap(), name: "Cấp cơ sở".into() };
        let kept = Content { groups: vec![group("g")], levels: vec![base], ..content() };
        assert_eq!(kept.must_keep(&used), Ok(()));
        assert_eq!(content().must_keep(&Used::default()), Ok(()));
        let refused = |change: fn(&mut Content)| {
            let mut changed = kept.clone();
            change(&mut changed);
            Fault::from(changed.must_keep(&used).unwrap_err()).kind.code
        };
        assert_eq!(refused(|one| one.groups.clear()), "movement-group-used");
        assert_eq!(refused(|one| one.rounds = Interval::Quarter), "movement-round-used");
        assert_eq!(refused(|one| one.ends_on = Some(day("2020-05-31"))), "movement-round-used");
        assert_eq!(refused(|one| one.starts_on = day("2015-03-01")), "movement-round-used");
        assert_eq!(
            refused(|one| one.fields = vec![EmulationField::CultureSociety]),
            "movement-exemplars-used"
        );
        assert_eq!(refused(|one| one.levels[0].code = "ward".parse().unwrap()), "movement-exemplars-used");
    }

    #[test]
    fn what_contradicts_itself_is_told_at_its_place() {
        let group = |code: &str| MovementGroup { code: code.parse().unwrap(), name: "Khối".into() };
        let criterion = |group: Option<&str>| MovementCriterion {
            name: "Kỷ cương".into(),
            points: 10,
            group: group.map(|code| code.parse().unwrap()),
        };
        let said = Content {
            launched_by: LaunchingBody { organization: None, name: None },
            launched_on: day("2026-01-06"),
            ends_on: Some(day("2015-02-13")),
            groups: vec![group("a"), group("b"), group("a")],
            criteria: vec![criterion(Some("b")), criterion(None), criterion(Some("c"))],
            ..content()
        };
        let told: Vec<Wrong> = said.wrongs(day("2026-01-05"));
        let expected = [
            Wrong::body("/launched_on", "in-the-future"),
            Wrong::body("/ends_on", "out-of-order"),
            Wrong::body("/launched_by/name", "required"),
            Wrong::body("/groups/2", "repeated"),
            Wrong::body("/criteria/2/group", "not-found"),
        ];
        assert_eq!(told, expected);
        assert!(content().wrongs(day("2026-01-05")).is_empty());
    }
}
