//! What a title is and which rules hold for it. Pure.

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize};

use crate::emulation::awards::ratings::model::Rating;
use crate::emulation::initiatives::model::InitiativeScope;
use crate::kpis::catalog::model::{Bilingual, LegalBasis};
use crate::kpis::percent::Percent;
use crate::organizations::register::model::OrganizationKind;
use crate::platform::Wrong;
use crate::platform::input::wrong;
use crate::platform::moment::is_likely;
use crate::platform::text::stored;
use crate::{closed_set, code};

code! {
    /// The name of a title or form of commendation in requests: small letters, digits and hyphens.
    AwardTitleId, "code-invalid", "^[a-z0-9]+(-[a-z0-9]+)*$", 64, "advanced-collective", |text| {
        let fits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase());
        text.split('-').all(fits)
    }
}

closed_set! {
    /// What is given.
    AwardForm, "not-in-set" {
        /// Danh hiệu thi đua: for a year, once.
        Title = "title",
        /// Hình thức khen thưởng: for an achievement, once.
        Commendation = "commendation",
    }
}

closed_set! {
    /// At which level.
    AwardLevel, "not-in-set" {
        /// Khu dân cư, xã, phường, thị trấn.
        Community = "community",
        /// Cấp cơ sở.
        Base = "base",
        /// Bộ, ban, ngành, tỉnh.
        Province = "province",
        /// Nhà nước, Chính phủ.
        National = "national",
    }
}

closed_set! {
    /// To whom.
    AwardRecipient, "not-in-set" {
        /// Cá nhân: to one of the staff.
        Individual = "individual",
        /// Tập thể: to an organization.
        Collective = "collective",
    }
}

closed_set! {
    /// What a requirement asks for.
    RequirementKind, "not-in-set" {
        /// A title that was given.
        Title = "title",
        /// A rating, or a better one.
        Rating = "rating",
        /// An initiative recognised for so far, or wider.
        Initiative = "initiative",
    }
}

/// The year for which something is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[schema(value_type = i32, minimum = 1945, maximum = 2999, example = 2020)]
pub struct AwardYear(pub i32);

impl AwardYear {
    /// Its first day, before which nothing is given for it.
    pub fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.0, 1, 1).unwrap_or(NaiveDate::MIN)
    }

    /// Its last day, by which the rules that hold for it are told.
    pub fn last_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.0, 12, 31).unwrap_or(NaiveDate::MAX)
    }
}

impl std::fmt::Display for AwardYear {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for AwardYear {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let year = i32::deserialize(from)?;
        let known = (1945..=2999).contains(&year);
        if known { Ok(Self(year)) } else { Err(serde::de::Error::custom(wrong::RANGE)) }
    }
}

fn once() -> i32 {
    1
}

/// Something that is asked for, in one year or in several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AwardRequirement, example = json!({ "kind": "title", "title": "base-emulation-fighter", "times": 3 }))]
pub struct Requirement {
    /// What.
    pub kind: RequirementKind,
    /// Which title, of a title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<AwardTitleId>,
    /// At least which rating, of a rating.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<Rating>,
    /// At least which scope, of an initiative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<InitiativeScope>,
    /// In how many years, one after the other.
    #[serde(default = "once")]
    #[schema(minimum = 1, maximum = 10, example = 3)]
    pub times: i32,
    /// Within how many years of the one before; 1: consecutive years. The last within as many years of the year in question.
    #[serde(default = "once")]
    #[schema(minimum = 1, maximum = 10, example = 1)]
    pub within: i32,
    /// Whether the last must be before the year in question, instead of in it.
    #[serde(default)]
    pub before: bool,
}

/// A condition: at least one of what it lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AwardCondition)]
pub struct Condition {
    /// What meets it, each by itself.
    #[schema(min_items = 1, max_items = 10)]
    pub any_of: Vec<Requirement>,
}

/// What a vote of the council must reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoteRule {
    /// Votes for it, in percent of all members of the council, also those who are absent.
    #[schema(value_type = f64, minimum = 0, maximum = 100, example = 90)]
    pub percent: Percent,
    /// Whether it is secret.
    #[serde(default)]
    pub secret: bool,
}

/// How many of it a proposing unit may be given in a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CapRule {
    /// At most so many percent…
    #[schema(value_type = f64, minimum = 0, maximum = 100, example = 15)]
    pub percent: Percent,
    /// … of those who were given this title on the proposal of the same unit for the same year: another one, for the same recipients.
    pub of: AwardTitleId,
}

/// What of the law could not be read, and is therefore not in the rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(
    min_length = 1,
    max_length = 500,
    pattern = r"\S",
    example = "Tỷ lệ phiếu theo NĐ 98/2023/NĐ-CP chưa xác nhận"
)]
pub struct OpenPoint(pub String);

/// Where the title stands of which a cap is a percentage.
const CAP_OF: &str = "/cap/of";

/// A title or form of commendation as it is from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AwardTitleRule, example = json!({
    "name": { "vi": "Tập thể lao động tiên tiến", "en": "Advanced collective" },
    "form": "title", "level": "base", "recipient": "collective",
    "conditions": [{ "any_of": [{ "kind": "rating", "rating": "good" }] }],
    "cap": { "percent": 50, "of": "excellent-collective" }, "vote": { "percent": 80, "secret": true },
    "legal_basis": ["Quy chế thi đua, khen thưởng của tỉnh"], "valid_from": "2024-01-01"
}))]
pub struct Rule {
    /// Name.
    pub name: Bilingual,
    /// What it is.
    pub form: AwardForm,
    /// At which level it is given.
    pub level: AwardLevel,
    /// To whom.
    pub recipient: AwardRecipient,
    /// By organizations of which kinds it is given; an empty list: by a body outside the register (the Prime Minister, the President).
    /// Without a list, as its level says: at national level by a body outside, at provincial level by a province, a ministry or
    /// another central body, at others by whichever organization.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub decided_by: Option<Vec<OrganizationKind>>,
    /// What must hold of who is given it: all of these.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub conditions: Vec<Condition>,
    /// What the council's vote must reach; without it, none is needed.
    #[serde(default)]
    pub vote: Option<VoteRule>,
    /// How many there may be.
    #[serde(default)]
    pub cap: Option<CapRule>,
    /// Articles of law.
    #[schema(min_items = 1, max_items = 20)]
    pub legal_basis: Vec<LegalBasis>,
    /// What is not confirmed, and left to who administers.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub open: Vec<OpenPoint>,
    /// From this day on: it holds for the years that end on this day or later.
    #[schema(format = Date, example = "2024-01-01")]
    pub valid_from: NaiveDate,
}

impl Rule {
    /// Its texts in the form that is stored.
    #[must_use]
    pub fn stored(mut self) -> Self {
        self.name = Bilingual { vi: stored(&self.name.vi), en: stored(&self.name.en) };
        self.legal_basis.iter_mut().for_each(|basis| basis.0 = stored(&basis.0));
        self.open.iter_mut().for_each(|point| point.0 = stored(&point.0));
        self
    }

    /// By organizations of which kinds it is given; none if a body outside gives it. Without a list, any may: at the base and in
    /// communities, who decides is not confirmed.
    pub fn deciders(&self) -> Option<&[OrganizationKind]> {
        use OrganizationKind::{CentralBody, Ministry, Province};
        match (&self.decided_by, self.level) {
            (Some(kinds), _) => Some(kinds),
            (None, AwardLevel::National) => Some(&[]),
            // Law 06/2022/QH15 Art. 19, 20: titles of ministries, sectors and provinces.
            (None, AwardLevel::Province) => Some(&[Province, Ministry, CentralBody]),
            (None, AwardLevel::Base | AwardLevel::Community) => None,
        }
    }

    /// Whether it judges otherwise than another. Its name, the articles of law and what is open about it may be corrected.
    pub fn judges_otherwise(&self, other: &Self) -> bool {
        let judged_by = |one: &Self| Self {
            name: self.name.clone(),
            legal_basis: Vec::new(),
            open: Vec::new(),
            valid_from: self.valid_from,
            ..one.clone()
        };
        judged_by(self) != judged_by(other)
    }

    /// Every requirement with where it stands.
    pub fn requirements(&self) -> impl Iterator<Item = (String, &Requirement)> {
        let conditions = self.conditions.iter().enumerate();
        conditions.flat_map(|(at, condition)| {
            let all = condition.any_of.iter().enumerate();
            all.map(move |(place, one)| (format!("/conditions/{at}/any_of/{place}"), one))
        })
    }

    /// The titles that it speaks of, with where.
    pub fn titles(&self) -> impl Iterator<Item = (String, &AwardTitleId)> {
        let cap = self.cap.iter().map(|cap| (CAP_OF.to_owned(), &cap.of));
        let required =
            self.requirements().filter_map(|(at, one)| Some((format!("{at}/title"), one.title.as_ref()?)));
        cap.chain(required)
    }

    /// What is wrong with the titles that it speaks of: there is none, it is for other recipients, or it would be a cap of itself.
    /// `known` are those that there are, each with one of its rules: none of them changes the recipient.
    pub fn wrong_titles(&self, own: &AwardTitleId, known: &[(AwardTitleId, Self)]) -> Vec<Wrong> {
        let mut wrongs = Vec::new();
        for (at, title) in self.titles() {
            let of_a_cap = at == CAP_OF;
            let other = known.iter().find(|(id, _)| id == title).map(|(_, rule)| rule);
            // A title may ask for itself in earlier years; of a percentage of itself there is never one.
            let code = match other {
                _ if title == own => of_a_cap.then_some(wrong::MISMATCH),
                None => Some(wrong::MISSING),
                Some(other) if other.recipient != self.recipient => Some(wrong::MISMATCH),
                Some(other) => {
                    let capped = other.cap.as_ref().is_some_and(|cap| cap.of == *own);
                    (of_a_cap && capped).then_some(wrong::MISMATCH)
                }
            };
            wrongs.extend(code.map(|code| Wrong::body(at, code)));
        }
        wrongs
    }

    /// What is wrong with it: a day that cannot be, a requirement that does not say what it asks for, or says something else beside it.
    pub fn wrongs(&self) -> Vec<Wrong> {
        let mut wrongs = Vec::new();
        if !is_likely(self.valid_from) {
            wrongs.push(Wrong::body("/valid_from", wrong::RANGE));
        }
        for (at, one) in self.requirements() {
            let said = [
                ("title", RequirementKind::Title, one.title.is_some()),
                ("rating", RequirementKind::Rating, one.rating.is_some()),
                ("scope", RequirementKind::Initiative, one.scope.is_some()),
            ];
            for (field, kind, given) in said {
                match (kind == one.kind, given) {
                    (true, false) => wrongs.push(Wrong::body(format!("{at}/{field}"), wrong::REQUIRED)),
                    (false, true) => wrongs.push(Wrong::body(format!("{at}/{field}"), wrong::MISMATCH)),
                    _ => {}
                }
            }
            if one.kind == RequirementKind::Initiative && self.recipient == AwardRecipient::Collective {
                // Persons have initiatives, organizations have authors.
                wrongs.push(Wrong::body(format!("{at}/kind"), wrong::MISMATCH));
            }
        }
        wrongs
    }
}

impl CapRule {
    /// How many there may be of so many of the other title: 15 % of 13 are 1.95, so 1.
    pub fn most(&self, of: i64) -> i64 {
        let exact = i128::from(self.percent.0) * i128::from(of.max(0)) / i128::from(Percent::FULL.0);
        i64::try_from(exact).unwrap_or(i64::MAX)
    }
}

impl VoteRule {
    /// Whether so many votes of so many members are enough.
    pub fn is_reached(&self, votes_for: i32, members_total: i32) -> bool {
        i128::from(votes_for) * i128::from(Percent::FULL.0)
            >= i128::from(self.percent.0) * i128::from(members_total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percent(text: &str) -> Percent {
        Percent::parse(text).unwrap()
    }

    #[test]
    fn a_cap_is_never_rounded_up() {
        let most = |text: &str, of| {
            CapRule { percent: percent(text), of: "advanced-worker".parse().unwrap() }.most(of)
        };
        assert_eq!(most("15", 13), 1, "1.95");
        assert_eq!(most("15", 6), 0, "0.9");
        assert_eq!(most("15", 20), 3, "exactly 3");
        assert_eq!(most("15", 19), 2, "2.85");
        assert_eq!(most("33.333333", 3), 0, "0.99999999");
        assert_eq!(most("100", 7), 7);
        assert_eq!(most("15", 0), 0);
    }

    #[test]
    fn a_vote_is_compared_with_all_members_exactly() {
        let reached = |text: &str, votes, members| {
            VoteRule { percent: percent(text), secret: true }.is_reached(votes, members)
        };
        assert!(reached("90", 9, 10) && reached("90", 10, 11), "90.9 %");
        assert!(!reached("90", 8, 9), "88.9 %");
        assert!(reached("66.666666", 2, 3) && !reached("66.666667", 2, 3));
    }

    #[test]
    fn the_catalogue_is_of_rules_that_say_what_they_ask_for() {
        let all = crate::emulation::awards::titles::actions::brought_along().unwrap();
        let first = |(id, rules): &(AwardTitleId, Vec<Rule>)| (id.clone(), rules[0].clone());
        let known: Vec<(AwardTitleId, Rule)> = all.iter().map(first).collect();
        for (id, rules) in &all {
            assert!(!rules.is_empty() && rules.is_sorted_by(|a, b| a.valid_from < b.valid_from), "{id}");
            for rule in rules {
                assert!(rule.wrongs().is_empty(), "{id}: {:?}", rule.wrongs());
                assert_eq!(rule.wrong_titles(id, &known), [], "{id}");
            }
        }
    }
}
