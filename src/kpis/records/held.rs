//! What is held of records that are kept whole: each of one organization and one day, as one JSON body. Pure.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::kpis::counters::model::Entry;
use crate::organizations::{OrganizationCode, OrganizationId};
use crate::platform::changes::Topic;
use crate::platform::{Moment, Wrong};

/// What a record tells of itself, as it is pushed and as it is kept.
pub trait Told {
    /// Under what it is found.
    fn key(&self) -> &str;

    /// Whose it is.
    fn organization(&self) -> &OrganizationCode;

    /// When its own system last changed it, if it says so.
    fn updated_at(&self) -> Option<Moment>;
}

/// What is kept of a kind of record.
pub trait Whole: Told + Clone + PartialEq + Serialize + DeserializeOwned {
    /// What a caller pushes.
    type Pushed: Told + Send + Sync;
    /// What is needed to decide about some records, read once for all of them.
    type Setting;

    /// As what followers are told of it.
    const TOPIC: &'static Topic;
    /// How explanations call it, if they do not know it themselves.
    const STATED: Option<&'static str> = None;

    /// Whether what could be read as its type also keeps the bounds that the document states of numbers and lengths.
    fn fits(pushed: &Self::Pushed) -> bool;

    /// What is kept of what is pushed, where something may have been kept before.
    fn of(pushed: &Self::Pushed, before: Option<&Self>, setting: &Self::Setting) -> Self;

    /// The same, last changed in its own system at another moment.
    #[must_use]
    fn changed_at(self, moment: Option<Moment>) -> Self;

    /// Everything that cannot be. What was pushed tells the places where the caller wrote it.
    fn wrongs(&self, pushed: &Self::Pushed, today: NaiveDate) -> Vec<Wrong>;

    /// The day by which lists order it.
    fn day(&self) -> NaiveDate;

    /// What it adds to the counters of its organization.
    fn adds(&self, organization: OrganizationId) -> Vec<Entry>;
}

/// A record as it is stored.
#[derive(Clone, Debug)]
pub struct Kept<B> {
    /// Version of the record.
    pub version: i64,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// Whose it is.
    pub organization: OrganizationId,
    /// What is kept.
    pub body: B,
}

/// Where a page of a list begins: organization, day, key.
pub type Place = (i64, NaiveDate, String);

impl<B: Whole> Kept<B> {
    /// Where it stands in a list.
    pub fn place(&self) -> Place {
        (self.organization.0, self.body.day(), self.body.key().to_owned())
    }
}
