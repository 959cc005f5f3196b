//! What is held of a rating: what was pushed, its scores in the order of the questions. Pure.

use chrono::NaiveDate;

use super::adds::adds;
use super::model::Pushed;
use crate::feedback::topics::SATISFACTION_RATING;
use crate::kpis::counters::model::Entry;
use crate::kpis::records::held::{Told, Whole};
use crate::organizations::{OrganizationCode, OrganizationId};
use crate::platform::changes::Topic;
use crate::platform::input::wrong;
use crate::platform::moment::is_likely;
use crate::platform::{Moment, Wrong};

impl Told for Pushed {
    fn key(&self) -> &str {
        self.id.as_str()
    }

    fn organization(&self) -> &OrganizationCode {
        &self.organization
    }

    fn updated_at(&self) -> Option<Moment> {
        self.updated_at
    }
}

impl Whole for Pushed {
    type Pushed = Self;
    type Setting = ();

    const TOPIC: &'static Topic = &SATISFACTION_RATING;
    const STATED: Option<&'static str> = Some("satisfaction_rating");

    fn fits(pushed: &Self) -> bool {
        pushed.within_bounds()
    }

    fn of(pushed: &Self, _: Option<&Self>, (): &()) -> Self {
        let mut rating = pushed.clone();
        rating.scores.sort_unstable();
        rating
    }

    fn changed_at(self, moment: Option<Moment>) -> Self {
        Self { updated_at: moment, ..self }
    }

    fn wrongs(&self, pushed: &Self, today: NaiveDate) -> Vec<Wrong> {
        let mut wrongs = Vec::new();
        if pushed.rated_on > today {
            wrongs.push(Wrong::body("/rated_on", wrong::FUTURE));
        } else if !is_likely(pushed.rated_on) {
            wrongs.push(Wrong::body("/rated_on", wrong::RANGE));
        }
        for (place, score) in pushed.scores.iter().enumerate() {
            let mut before = pushed.scores.iter().take(place);
            if before.any(|other| other.question == score.question) {
                wrongs.push(Wrong::body(format!("/scores/{place}/question"), wrong::REPEATED));
            }
        }
        wrongs
    }

    fn day(&self) -> NaiveDate {
        self.rated_on
    }

    fn adds(&self, organization: OrganizationId) -> Vec<Entry> {
        adds(organization, self)
    }
}
