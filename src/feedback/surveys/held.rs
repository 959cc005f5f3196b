//! What is held of a survey: what was pushed, its texts in the form that is stored. Pure.

use chrono::NaiveDate;

use super::adds::adds;
use super::model::Pushed;
use crate::feedback::topics::SATISFACTION_SURVEY;
use crate::kpis::counters::model::Entry;
use crate::kpis::records::held::{Told, Whole};
use crate::organizations::{OrganizationCode, OrganizationId};
use crate::platform::changes::Topic;
use crate::platform::input::wrong;
use crate::platform::moment::is_likely;
use crate::platform::text::stored;
use crate::platform::{Moment, Wrong};

impl Told for Pushed {
    fn key(&self) -> &str {
        self.code.as_str()
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

    const TOPIC: &'static Topic = &SATISFACTION_SURVEY;
    const STATED: Option<&'static str> = Some("satisfaction_survey");

    fn fits(pushed: &Self) -> bool {
        pushed.within_bounds()
    }

    fn of(pushed: &Self, _: Option<&Self>, (): &()) -> Self {
        Self { name: stored(&pushed.name), method: stored(&pushed.method), ..pushed.clone() }
    }

    fn changed_at(self, moment: Option<Moment>) -> Self {
        Self { updated_at: moment, ..self }
    }

    fn wrongs(&self, _: &Self, today: NaiveDate) -> Vec<Wrong> {
        let mut wrongs = Vec::new();
        if self.ended_on > today {
            wrongs.push(Wrong::body("/ended_on", wrong::FUTURE));
        } else if self.ended_on < self.started_on {
            wrongs.push(Wrong::body("/ended_on", wrong::ORDER));
        } else if !is_likely(self.started_on) {
            wrongs.push(Wrong::body("/started_on", wrong::RANGE));
        }
        if self.answers.all() > self.asked {
            wrongs.push(Wrong::body("/asked", wrong::SUM));
        }
        wrongs
    }

    fn day(&self) -> NaiveDate {
        self.ended_on
    }

    fn adds(&self, organization: OrganizationId) -> Vec<Entry> {
        adds(organization, self)
    }
}
