//! What is sent and answered about receptions.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{Counts, Reception, Sum};
use super::store::Stated;
use crate::kpis::figures::store::Root;
use crate::kpis::periods::model::{Period, Scheme};
use crate::organizations::OrganizationCode;
use crate::platform::Body;
use crate::platform::input::maybe_day;

/// Counts of receptions. Every reception is of one kind.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceptionCounts {
    /// Receptions.
    #[schema(minimum = 0, maximum = 1_000_000, example = 3)]
    visits: i64,
    /// People who came.
    #[schema(minimum = 0, maximum = 1_000_000, example = 8)]
    people: i64,
    /// Of the receptions, those of groups.
    #[schema(minimum = 0, maximum = 1_000_000, example = 1)]
    groups: i64,
    /// Of the receptions, about complaints.
    #[schema(minimum = 0, maximum = 1_000_000, example = 1)]
    complaints: i64,
    /// Of the receptions, about denunciations.
    #[schema(minimum = 0, maximum = 1_000_000, example = 0)]
    denunciations: i64,
    /// Of the receptions, about feedback and proposals.
    #[schema(minimum = 0, maximum = 1_000_000, example = 2)]
    opinions: i64,
    /// Of the receptions, those whose matter was accepted.
    #[schema(minimum = 0, maximum = 1_000_000, example = 2)]
    accepted: i64,
    /// Of the receptions, those guided to another.
    #[schema(minimum = 0, maximum = 1_000_000, example = 1)]
    guided: i64,
    /// Of the receptions, those whose letter was passed on.
    #[schema(minimum = 0, maximum = 1_000_000, example = 0)]
    transferred: i64,
}

impl From<Counts> for ReceptionCounts {
    fn from(counts: Counts) -> Self {
        let Counts {
            visits,
            people,
            groups,
            complaints,
            denunciations,
            opinions,
            accepted,
            guided,
            transferred,
        } = counts;
        Self { visits, people, groups, complaints, denunciations, opinions, accepted, guided, transferred }
    }
}

impl ReceptionCounts {
    /// In the order of the table's columns.
    pub(super) fn all(self) -> [i64; 9] {
        let Self {
            visits,
            people,
            groups,
            complaints,
            denunciations,
            opinions,
            accepted,
            guided,
            transferred,
        } = self;
        [visits, people, groups, complaints, denunciations, opinions, accepted, guided, transferred]
    }
}

/// What the register holds of a day, or of the days from `from` on.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReception {
    /// First day, if it tells of several days together.
    #[serde(default, deserialize_with = "maybe_day")]
    #[schema(format = Date, example = "2020-06-30")]
    from: Option<NaiveDate>,
    /// What is counted; all zero says that nobody came.
    counts: ReceptionCounts,
}

impl Body for NewReception {}

impl NewReception {
    pub(super) fn until(self, last: NaiveDate) -> Reception {
        let ReceptionCounts {
            visits,
            people,
            groups,
            complaints,
            denunciations,
            opinions,
            accepted,
            guided,
            transferred,
        } = self.counts;
        let counts = Counts {
            visits,
            people,
            groups,
            complaints,
            denunciations,
            opinions,
            accepted,
            guided,
            transferred,
        };
        Reception { first: self.from.unwrap_or(last), last, counts }
    }
}

/// What the register holds of a day, or of several together.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceptionView {
    /// First day.
    from: NaiveDate,
    /// Last day.
    date: NaiveDate,
    /// What is counted.
    counts: ReceptionCounts,
}

impl From<Stated> for ReceptionView {
    fn from(stated: Stated) -> Self {
        let Reception { first, last, counts } = stated.reception;
        Self { from: first, date: last, counts: counts.into() }
    }
}

/// The sums of a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceptionSum {
    /// What is counted.
    pub(super) counts: ReceptionCounts,
    /// Of how many days of organizations something is stated: without any, nothing is known, which is not zero.
    #[schema(minimum = 0)]
    pub(super) stated_days: i64,
    /// Statements that tell of days outside the period too, and are therefore left out.
    #[schema(minimum = 0)]
    straddling: i64,
}

impl From<Sum> for ReceptionSum {
    fn from(sum: Sum) -> Self {
        Self { counts: sum.counts.into(), stated_days: sum.days, straddling: sum.straddling }
    }
}

/// The receptions of an organization itself, or of one right below it with all below that.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceptionRow {
    /// The organization.
    pub(super) organization: OrganizationCode,
    /// Its name.
    #[schema(example = "Sở Khoa học và Công nghệ tỉnh Đồng Nai")]
    pub(super) name: String,
    /// Its sums.
    #[serde(flatten)]
    pub(super) sum: ReceptionSum,
}

impl From<(Root, Sum)> for ReceptionRow {
    fn from((root, sum): (Root, Sum)) -> Self {
        Self { organization: root.code, name: root.name, sum: sum.into() }
    }
}

/// The receptions of a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceptionsView {
    /// The organization.
    pub(super) organization: OrganizationCode,
    /// The period.
    pub(super) period: Period,
    /// How it is cut.
    pub(super) scheme: Scheme,
    /// Its first day.
    pub(super) from: NaiveDate,
    /// Its last day.
    pub(super) to: NaiveDate,
    /// The rows.
    pub(super) rows: Vec<ReceptionRow>,
    /// Their sum.
    pub(super) total: ReceptionSum,
}
