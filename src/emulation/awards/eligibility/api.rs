//! Eligibility over HTTP.

use actix_web::get;
use actix_web::web::Data;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actions::{self, Named};
use super::model::{Capped, Eligibility, EvidenceMiss, Judged, Record, Source};
use crate::emulation::awards::proposals::model::AwardId;
use crate::emulation::awards::ratings::model::Rating;
use crate::emulation::awards::titles::model::{
    AwardTitleId, AwardYear, CapRule, OpenPoint, Requirement, RequirementKind, VoteRule,
};
use crate::emulation::awards::titles::store::Title;
use crate::emulation::initiatives::model::{InitiativeCode, InitiativeScope};
use crate::emulation::sees_persons;
use crate::kpis::catalog::model::LegalBasis;
use crate::organizations::{OrganizationCode, Reach};
use crate::platform::auth::Scope;
use crate::platform::{Answer, Clock, Db, Fault, May, Query, ReadEmulation, Reply, SeePersons};

/// Whom, for what, for which year.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EligibilityQuery {
    /// Who: the staff reference of a person or the code of an organization, as the title is for.
    #[param(min_length = 1, max_length = 64, pattern = r"^[A-Za-z0-9][A-Za-z0-9._:-]*$", example = "H19.06")]
    subject: String,
    /// Which title or form of commendation.
    #[param(inline)]
    title: AwardTitleId,
    /// For which year, not ahead; the rules of its last day hold.
    #[param(inline)]
    year: AwardYear,
    /// As it stood at the end of this day; without it, of today.
    #[param(format = Date, example = "2020-12-31")]
    as_of: Option<NaiveDate>,
    /// Code of the unit that proposes, for which the cap is counted; without it, no cap is.
    #[param(inline)]
    unit: Option<OrganizationCode>,
}

/// A record that was looked at.
#[derive(Debug, Serialize, ToSchema)]
pub struct EligibilityRecord {
    /// What it is.
    kind: RequirementKind,
    /// Id of the award, of a title.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    award: Option<AwardId>,
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    title: Option<AwardTitleId>,
    /// Code of the organization that rated, or whose initiative it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    organization: Option<OrganizationCode>,
    /// The rating.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    rating: Option<Rating>,
    /// Code of the initiative.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    initiative: Option<InitiativeCode>,
    /// How far it was recognised.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    scope: Option<InitiativeScope>,
    /// Of which year; of an initiative, the year in which it was recognised.
    #[schema(example = 2020)]
    year: i32,
    /// When it was decided.
    decided_on: NaiveDate,
    /// Whether it counts for the requirement.
    counts: bool,
    /// Why it does not.
    #[schema(required = true)]
    miss: Option<EvidenceMiss>,
}

impl From<Record> for EligibilityRecord {
    fn from(record: Record) -> Self {
        let Record { source, year, decided_on, miss } = record;
        let mut view = Self {
            kind: RequirementKind::Title,
            award: None,
            title: None,
            organization: None,
            rating: None,
            initiative: None,
            scope: None,
            year,
            decided_on,
            counts: miss.is_none(),
            miss,
        };
        match source {
            Source::Award(award, title) => (view.award, view.title) = (Some(award), Some(title)),
            Source::Rating(organization, rating) => {
                view.kind = RequirementKind::Rating;
                (view.organization, view.rating) = (Some(organization), Some(rating));
            }
            Source::Initiative(organization, initiative, scope) => {
                view.kind = RequirementKind::Initiative;
                (view.organization, view.initiative, view.scope) =
                    (Some(organization), Some(initiative), Some(scope));
            }
        }
        view
    }
}

/// A requirement, whether it is met, and by what.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequirementResult {
    #[serde(flatten)]
    requirement: Requirement,
    /// Whether it is met.
    met: bool,
    /// What was looked at, by year.
    records: Vec<EligibilityRecord>,
}

impl From<Judged> for RequirementResult {
    fn from(judged: Judged) -> Self {
        let Judged { requirement, met, records } = judged;
        Self { requirement, met, records: records.into_iter().map(EligibilityRecord::from).collect() }
    }
}

/// A condition, and whether one of its requirements is met.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConditionResult {
    /// Whether it is met.
    met: bool,
    /// Its requirements, of which one is enough.
    any_of: Vec<RequirementResult>,
}

/// How many of a title a unit has, and may have.
#[derive(Debug, Serialize, ToSchema)]
pub struct CapResult {
    #[serde(flatten)]
    rule: CapRule,
    /// How many were given that title on the proposal of the unit for the year.
    #[schema(minimum = 0, example = 13)]
    base: i64,
    /// How many may be given this one.
    #[schema(minimum = 0, example = 1)]
    most: i64,
    /// How many were.
    #[schema(minimum = 0, example = 0)]
    given: i64,
    /// Whether there may be one more.
    met: bool,
}

impl From<Capped> for CapResult {
    fn from(capped: Capped) -> Self {
        let met = capped.is_free();
        let Capped { rule, base, most, given } = capped;
        Self { rule, base, most, given, met }
    }
}

/// Whether somebody meets the rules of a title.
#[derive(Debug, Serialize, ToSchema)]
pub struct EligibilityView {
    /// Who.
    #[schema(example = "H19.06")]
    subject: String,
    /// For what.
    title: AwardTitleId,
    /// For which year.
    year: AwardYear,
    /// As it stood at the end of which day.
    as_of: NaiveDate,
    /// Whether there is any record of the subject within your subtree: a proposal, a rating, an initiative, an exemplar, a nomination. If
    /// not, look whether the reference is the right one. An organization always is known.
    known: bool,
    /// Yes or no; `null` of a subject that is not known, of whom nothing can be said. The vote of the council is not in it.
    #[schema(required = true)]
    eligible: Option<bool>,
    /// The conditions, all of which must be met.
    conditions: Vec<ConditionResult>,
    /// Ids of awards by which the title was given for this year already.
    given: Vec<AwardId>,
    /// How many the unit may be given; `null` where no unit is named, or there is no cap.
    #[schema(required = true)]
    cap: Option<CapResult>,
    /// Which vote is needed to give it; `null` if none.
    #[schema(required = true)]
    vote: Option<VoteRule>,
    /// By which articles of law.
    legal_basis: Vec<LegalBasis>,
    /// What of the law is not confirmed, and therefore not asked for.
    open: Vec<OpenPoint>,
}

fn view(
    subject: String,
    (year, as_of): (AwardYear, NaiveDate),
    title: Title,
    (found, known): (Eligibility, bool),
) -> EligibilityView {
    let eligible = known.then(|| found.is_yes());
    let condition = |all: Vec<Judged>| ConditionResult {
        met: all.iter().any(|one| one.met),
        any_of: all.into_iter().map(RequirementResult::from).collect(),
    };
    EligibilityView {
        subject,
        title: title.id,
        year,
        as_of,
        known,
        eligible,
        conditions: found.conditions.into_iter().map(condition).collect(),
        given: found.given,
        cap: found.cap.map(CapResult::from),
        vote: title.rule.vote,
        legal_basis: title.rule.legal_basis,
        open: title.rule.open,
    }
}

/// Tell whether somebody may be given a title.
///
/// Yes or no, with each condition and the records that meet or miss it; of a person of whom there is no record, neither, and `known` is
/// false. What is revoked counts until the day before. Only records of
/// organizations within your subtree are looked at. About a person, it needs `emulation:persons`.
#[utoipa::path(
    tag = "emulation",
    params(EligibilityQuery),
    responses((status = 200, description = "Yes or no, and why", body = EligibilityView)),
    security(("bearer" = ["emulation:read"]))
)]
#[get("/emulation/eligibility")]
pub async fn show_eligibility(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadEmulation>,
    Query(query): Query<EligibilityQuery>,
) -> Answer {
    let today = clock.today();
    let EligibilityQuery { subject, title, year, as_of, unit } = query;
    let day = as_of.unwrap_or(today);
    let (reach, persons) = (Reach::of(&who), sees_persons(&who));
    let named = Named { reach, persons, subject: subject.clone(), title, year, day, unit };
    let found = db.snapshot(move |conn| actions::answer(conn, &named, today)).await?;
    let Some(eligibility) = found.eligibility else {
        who.must_hold(SeePersons::NAME)?;
        return Err(Fault::missing());
    };
    Reply::ok(&view(subject, (year, day), found.title, (eligibility, found.known)))
}
