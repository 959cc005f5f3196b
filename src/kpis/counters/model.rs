//! What records add to, and what one record adds. Pure.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::closed_set;
use crate::organizations::OrganizationId;

closed_set! {
    /// A counter.
    Counter, "not-in-set" {
        /// Dossiers accepted that were filed online.
        AcceptedOnline = "dossiers-accepted-online",
        /// Dossiers accepted that came by hand or by post.
        AcceptedOtherwise = "dossiers-accepted-otherwise",
        /// Dossiers that ended before their due day.
        EndedEarly = "dossiers-ended-early",
        /// Dossiers that ended on their due day.
        EndedOnDay = "dossiers-ended-on-day",
        /// Dossiers that ended after their due day.
        EndedLate = "dossiers-ended-late",
        /// Dossiers open and not past their due day, or waiting for the citizen.
        OpenWithin = "dossiers-open-within",
        /// Dossiers open and past their due day.
        OpenPast = "dossiers-open-past",
        /// Dossiers that ended on time by the rules of QĐ 766.
        Ended766OnTime = "dossiers-766-ended-on-time",
        /// Dossiers that ended overdue by the rules of QĐ 766.
        Ended766Overdue = "dossiers-766-ended-overdue",
        /// Dossiers open and on time by the rules of QĐ 766.
        Open766OnTime = "dossiers-766-open-on-time",
        /// Dossiers open and overdue by the rules of QĐ 766.
        Open766Overdue = "dossiers-766-open-overdue",
        /// Procedures in force, once for each organization that handles them.
        Procedures = "procedures-all",
        /// Of these, standardised and published.
        ProceduresPublished = "procedures-published",
        /// Of these, online at level 3 (NĐ 43/2011).
        ProceduresLevel3 = "procedures-level-3",
        /// Of these, online at level 4 (NĐ 43/2011).
        ProceduresLevel4 = "procedures-level-4",
        /// Of these, online in full (toàn trình, NĐ 42/2022).
        ProceduresFull = "procedures-full",
        /// Of these, online in part (một phần, NĐ 42/2022).
        ProceduresPartial = "procedures-partial",
        /// Procedures that are online, with at least one dossier filed online in the period.
        ProceduresWithOnlineDossiers = "procedures-with-online-dossiers",
        /// Internal documents sent electronically and signed by the agency.
        InternalSigned = "documents-internal-electronic-signed",
        /// Internal documents sent electronically without a signature.
        InternalUnsigned = "documents-internal-electronic-unsigned",
        /// Internal documents sent electronically and on paper.
        InternalParallel = "documents-internal-parallel",
        /// Internal documents that some receivers got on paper only.
        InternalMixed = "documents-internal-mixed",
        /// Internal documents on paper.
        InternalPaper = "documents-internal-paper",
        /// Documents between agencies sent electronically and signed by the agency.
        InteragencySigned = "documents-interagency-electronic-signed",
        /// Documents between agencies sent electronically without a signature.
        InteragencyUnsigned = "documents-interagency-electronic-unsigned",
        /// Documents between agencies sent electronically and on paper.
        InteragencyParallel = "documents-interagency-parallel",
        /// Documents between agencies that some receivers got on paper only.
        InteragencyMixed = "documents-interagency-mixed",
        /// Documents between agencies on paper.
        InteragencyPaper = "documents-interagency-paper",
        /// Tasks of directives that were completed in time.
        DirectivesDoneOnTime = "directives-done-on-time",
        /// Tasks of directives that were completed after their last day.
        DirectivesDoneLate = "directives-done-late",
        /// Tasks of directives that are open and not past their last day, or have none.
        DirectivesOpenWithin = "directives-open-within",
        /// Tasks of directives that are open and past their last day.
        DirectivesOpenPast = "directives-open-past",
        /// Persons to whom a directive was delivered, once for each directive.
        DirectivesDelivered = "directives-delivered",
        /// Of these, persons who read it.
        DirectivesRead = "directives-read",
        /// Of these, persons who understood it.
        DirectivesUnderstood = "directives-understood",
        /// Initiatives that were recognised for the first time.
        InitiativesRecognised = "initiatives-recognised",
        /// Initiatives that were not recognised.
        InitiativesDeclined = "initiatives-declined",
        /// Members of organizations in the rounds of movements, once for each round.
        MovementMembers = "movement-members",
        /// Of these, members who took part.
        MovementMembersTakingPart = "movement-members-taking-part",
        /// Exemplars that are registered and no more.
        ExemplarsRegistered = "exemplars-registered",
        /// Exemplars that are being put into practice.
        ExemplarsImplementing = "exemplars-implementing",
        /// Exemplars that were appraised.
        ExemplarsAppraised = "exemplars-appraised",
        /// Exemplars that are recognised.
        ExemplarsRecognised = "exemplars-recognised",
        /// Exemplars that are recognised and replicated.
        ExemplarsReplicated = "exemplars-replicated",
        /// Exemplars that were not kept up.
        ExemplarsLapsed = "exemplars-lapsed",
        /// Feedback and proposals that were answered.
        FeedbackHandled = "feedback-handled",
        /// Of these, those whose answer was published; on the day of the answer.
        FeedbackPublished = "feedback-answers-published",
        /// Feedback and proposals that ended within their limit.
        FeedbackOnTime = "feedback-ended-on-time",
        /// Feedback and proposals that ended after it.
        FeedbackLate = "feedback-ended-late",
        /// Feedback and proposals open and not past their limit.
        FeedbackOpenWithin = "feedback-open-within",
        /// Feedback and proposals open and past it.
        FeedbackOpenPast = "feedback-open-past",
        /// Ratings of how a dossier was handled.
        RatingsAll = "ratings-all",
        /// Of these, those that say satisfied or very satisfied.
        RatingsSatisfied = "ratings-satisfied",
        /// Answers to surveys.
        SurveyAnswers = "survey-answers-all",
        /// Of these, those that say satisfied or very satisfied.
        SurveySatisfied = "survey-answers-satisfied",
        /// Staff.
        StaffAll = "staff-all",
        /// Of these, those who meet the standards of their title.
        StaffMeetingStandards = "staff-meeting-standards",
        /// Of these, those with an active mailbox of the province.
        StaffOnMailbox = "staff-on-mailbox",
        /// Divisions that handle procedures.
        DivisionsWithProcedures = "divisions-with-procedures",
        /// Of these, those inspected since the first day of the year.
        DivisionsInspected = "divisions-inspected-this-year",
    }
}

closed_set! {
    /// Of whom a figure is to be: of an organization, or of each of those below it.
    #[derive(Default)]
    Include, "not-in-set" {
        /// Of the organization alone.
        Own = "self",
        /// One for the organization and all below it.
        #[default]
        Subtree = "subtree",
        /// One for each right below it, with all below that.
        Children = "children",
        /// One for each anywhere below it, with all below that.
        Descendants = "descendants",
    }
}

closed_set! {
    /// Through which tree the past is looked at.
    #[derive(Default)]
    Basis, "not-in-set" {
        /// The tree of the period's last day. What is closed by then stays where it stood last.
        #[default]
        AsWas = "as_was",
        /// The tree of today; what is closed has passed its records on to its successors, by weight.
        AsIs = "as_is",
    }
}

/// Which kind of record adds to a counter; in the order in which explanations list them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RecordKind {
    /// A dossier.
    Dossier,
    /// A procedure.
    Procedure,
    /// A document that was issued, or a day's counts.
    Exchange,
    /// A tally, or a record of a later slice: a task of a directive, an acknowledgement, an exemplar, a feedback case.
    Stated,
}

/// How a counter is read over a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// What happened in the period: the sum of its days.
    Flow,
    /// What there was on its last day: the sum of all days up to it.
    Stock,
    /// How many different things were seen in it.
    Distinct,
}

impl Counter {
    /// Whether it counts what people said of an organization: of few of them only how many they are may be told.
    pub fn is_of_opinions(self) -> bool {
        matches!(
            self,
            Self::RatingsAll | Self::RatingsSatisfied | Self::SurveyAnswers | Self::SurveySatisfied
        )
    }

    /// Its place among all.
    pub fn place(self) -> usize {
        self as usize
    }

    /// Which kind of record adds to it.
    pub fn record_kind(self) -> RecordKind {
        match self {
            Self::AcceptedOnline
            | Self::AcceptedOtherwise
            | Self::EndedEarly
            | Self::EndedOnDay
            | Self::EndedLate
            | Self::OpenWithin
            | Self::OpenPast
            | Self::Ended766OnTime
            | Self::Ended766Overdue
            | Self::Open766OnTime
            | Self::Open766Overdue
            | Self::ProceduresWithOnlineDossiers => RecordKind::Dossier,
            Self::Procedures
            | Self::ProceduresPublished
            | Self::ProceduresLevel3
            | Self::ProceduresLevel4
            | Self::ProceduresFull
            | Self::ProceduresPartial => RecordKind::Procedure,
            Self::InternalSigned
            | Self::InternalUnsigned
            | Self::InternalParallel
            | Self::InternalMixed
            | Self::InternalPaper
            | Self::InteragencySigned
            | Self::InteragencyUnsigned
            | Self::InteragencyParallel
            | Self::InteragencyMixed
            | Self::InteragencyPaper => RecordKind::Exchange,
            _ => RecordKind::Stated,
        }
    }

    /// Whether only dossiers that ended in a period add to it.
    pub fn is_of_the_ended(self) -> bool {
        matches!(
            self,
            Self::EndedEarly
                | Self::EndedOnDay
                | Self::EndedLate
                | Self::Ended766OnTime
                | Self::Ended766Overdue
        )
    }

    /// How it is read.
    pub fn reading(self) -> Reading {
        match self {
            Self::OpenWithin
            | Self::OpenPast
            | Self::Open766OnTime
            | Self::Open766Overdue
            | Self::Procedures
            | Self::ProceduresPublished
            | Self::ProceduresLevel3
            | Self::ProceduresLevel4
            | Self::ProceduresFull
            | Self::ProceduresPartial
            | Self::DirectivesOpenWithin
            | Self::DirectivesOpenPast
            | Self::DirectivesDelivered
            | Self::DirectivesRead
            | Self::DirectivesUnderstood
            | Self::ExemplarsRegistered
            | Self::ExemplarsImplementing
            | Self::ExemplarsAppraised
            | Self::ExemplarsRecognised
            | Self::ExemplarsReplicated
            | Self::ExemplarsLapsed
            | Self::FeedbackOpenWithin
            | Self::FeedbackOpenPast
            | Self::StaffAll
            | Self::StaffMeetingStandards
            | Self::StaffOnMailbox
            | Self::DivisionsWithProcedures
            | Self::DivisionsInspected => Reading::Stock,
            Self::ProceduresWithOnlineDossiers => Reading::Distinct,
            _ => Reading::Flow,
        }
    }
}

/// What a record adds to a counter on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Whose counter.
    pub organization: OrganizationId,
    /// Which.
    pub counter: Counter,
    /// On which day.
    pub day: NaiveDate,
    /// How much.
    pub n: i32,
}

/// A record of a later slice with what it adds.
#[derive(Clone, Debug)]
pub struct Stated {
    /// What it is, as explanations call it.
    pub kind: &'static str,
    /// Under what it is found there.
    pub code: String,
    /// All that it adds now, or what it adds beside all that it said before.
    pub entries: Vec<Entry>,
}

/// What must be added so that what was added before becomes what is added now: nothing for what stays the same.
pub fn difference(before: &[Entry], now: &[Entry]) -> Vec<Entry> {
    let mut sums: BTreeMap<(OrganizationId, Counter, NaiveDate), i32> = BTreeMap::new();
    for (entries, sign) in [(before, -1), (now, 1)] {
        for entry in entries {
            *sums.entry((entry.organization, entry.counter, entry.day)).or_default() += sign * entry.n;
        }
    }
    let changed = sums.into_iter().filter(|(_, n)| *n != 0);
    changed.map(|((organization, counter, day), n)| Entry { organization, counter, day, n }).collect()
}
