//! Judging somebody by what is stored.

use chrono::NaiveDate;

use super::model::{Capped, Eligibility, Evidence, judge};
use super::store::{self, Subject};
use crate::emulation::awards::titles::model::{AwardRecipient, AwardTitleId, AwardYear, RequirementKind};
use crate::emulation::awards::titles::store::{self as titles, Title};
use crate::organizations::{OrganizationCode, OrganizationId, Reach, When, find_at};
use crate::platform::input::wrong;
use crate::platform::{Conn, Fault, Wrong};

/// What is asked of whom.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What the caller may know of.
    pub reach: Reach,
    /// Who.
    pub subject: Subject,
    /// For which year.
    pub year: AwardYear,
    /// As it stood at the end of which day.
    pub day: NaiveDate,
    /// On whose proposal, if that is told.
    pub unit: Option<OrganizationId>,
}

/// Judges somebody by the rules of a title.
pub fn weigh(conn: &mut Conn, asked: &Asked, title: &Title, today: NaiveDate) -> Result<Eligibility, Fault> {
    let Asked { reach, subject, year, day, unit } = asked;
    let known = (reach, When::Now(today));
    let asks = |kind| title.rule.requirements().any(|(_, one)| one.kind == kind);
    let required = title.rule.requirements().filter_map(|(_, one)| one.title.as_ref());
    let named: Vec<&AwardTitleId> = required.chain([&title.id]).collect();
    let mut evidence =
        Evidence { awards: store::awards(conn, known, subject, &named, *year)?, ..Evidence::default() };
    if asks(RequirementKind::Rating) {
        evidence.ratings = store::ratings(conn, known, subject, *year)?;
    }
    if asks(RequirementKind::Initiative) {
        evidence.initiatives = store::initiatives(conn, known, subject, *year)?;
    }
    let cap = match (unit, &title.rule.cap) {
        (Some(unit), Some(rule)) => {
            let [base, given] = store::given(conn, *unit, [&rule.of, &title.id], *year, *day)?;
            Some(Capped::of(rule.clone(), base, given))
        }
        _ => None,
    };
    Ok(judge((&title.id, &title.rule), *year, *day, &evidence, cap))
}

/// A question as it comes: by names.
#[derive(Clone, Debug)]
pub struct Named {
    /// What the caller may know of.
    pub reach: Reach,
    /// Whether it may know of persons.
    pub persons: bool,
    /// A staff reference or the code of an organization, as the title is for.
    pub subject: String,
    /// Which title.
    pub title: AwardTitleId,
    /// For which year.
    pub year: AwardYear,
    /// As it stood at the end of which day.
    pub day: NaiveDate,
    /// On whose proposal.
    pub unit: Option<OrganizationCode>,
}

/// What is answered to a question.
pub struct Answered {
    /// The title with the rules of the year.
    pub title: Title,
    /// Whether it may be given; none if it is about a person, of whom the caller may not know.
    pub eligibility: Option<Eligibility>,
    /// Whether there is any record of the subject within reach.
    pub known: bool,
}

/// Answers a question. Refuses (422) a title without rules in that year, what is no name of a subject, a year and a day ahead, and (404)
/// organizations out of reach.
pub fn answer(conn: &mut Conn, named: &Named, today: NaiveDate) -> Result<Answered, Fault> {
    let wrong = |name: &str, code| Fault::invalid(vec![Wrong::parameter(name, code)]);
    if named.year.first_day() > today {
        return Err(wrong("year", wrong::FUTURE));
    }
    if named.day > today {
        return Err(wrong("as_of", wrong::FUTURE));
    }
    let title = titles::on(conn, &named.title, named.year.last_day())?;
    let title = title.ok_or_else(|| wrong("title", wrong::MISSING))?;
    let when = When::Now(today);
    let at = |conn: &mut Conn, code: &OrganizationCode| find_at(conn, &named.reach, code.as_str(), when);
    let subject = match title.rule.recipient {
        AwardRecipient::Individual if !named.persons => {
            return Ok(Answered { title, eligibility: None, known: false });
        }
        AwardRecipient::Individual => {
            Subject::Staff(named.subject.parse().map_err(|code| wrong("subject", code))?)
        }
        AwardRecipient::Collective => {
            let code = named.subject.parse().map_err(|code| wrong("subject", code))?;
            Subject::Organization(at(conn, &code)?)
        }
    };
    let unit = named.unit.as_ref().map(|code| at(conn, code)).transpose()?;
    let asked = Asked { reach: named.reach.clone(), subject, year: named.year, day: named.day, unit };
    let eligibility = Some(weigh(conn, &asked, &title, today)?);
    let known = store::is_known(conn, (&named.reach, when), &asked.subject)?;
    Ok(Answered { title, eligibility, known })
}
