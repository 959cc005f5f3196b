//! What is held of a case, and what may be said of it. Pure.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::adds::adds;
use super::due::Deadlines;
use super::model::{CaseKind, CaseResult, CaseState, LetterDay, Pushed};
use crate::feedback::limits::model::Limits;
use crate::feedback::topics::FEEDBACK_CASE;
use crate::kpis::counters::model::Entry;
use crate::kpis::records::held::{Told, Whole};
use crate::organizations::{OrganizationCode, OrganizationId};
use crate::platform::changes::Topic;
use crate::platform::input::wrong;
use crate::platform::moment::is_likely;
use crate::platform::text::stored;
use crate::platform::{Moment, OPEN_END, Wrong};

/// What was pushed, and its last days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// What was pushed.
    pub case: Pushed,
    /// Its last days, as they were known when it was pushed.
    pub deadlines: Deadlines,
}

impl Told for Held {
    fn key(&self) -> &str {
        self.case.key()
    }

    fn organization(&self) -> &OrganizationCode {
        &self.case.organization
    }

    fn updated_at(&self) -> Option<Moment> {
        self.case.updated_at
    }
}

impl Whole for Held {
    type Pushed = Pushed;
    type Setting = Limits;

    const TOPIC: &'static Topic = &FEEDBACK_CASE;
    const STATED: Option<&'static str> = Some("feedback_case");

    fn fits(pushed: &Pushed) -> bool {
        pushed.within_bounds()
    }

    fn of(pushed: &Pushed, before: Option<&Self>, limits: &Limits) -> Self {
        let case = pushed.clone().stored();
        let deadlines = Deadlines::of(&case, before.map(|before| &before.deadlines), limits);
        Self { case, deadlines }
    }

    fn changed_at(self, moment: Option<Moment>) -> Self {
        Self { case: Pushed { updated_at: moment, ..self.case }, ..self }
    }

    fn wrongs(&self, pushed: &Pushed, today: NaiveDate) -> Vec<Wrong> {
        // As it was said: what is stored has its letters in order, and a fault is told at the place where the caller wrote it.
        pushed.wrongs(today)
    }

    fn day(&self) -> NaiveDate {
        self.case.received_on
    }

    fn adds(&self, organization: OrganizationId) -> Vec<Entry> {
        adds(organization, self)
    }
}

impl Pushed {
    /// In the form that is stored.
    #[must_use]
    pub fn stored(mut self) -> Self {
        self.further_letters_on.sort_unstable();
        self.answer_number = self.answer_number.as_deref().map(stored);
        self
    }

    /// How far it is.
    pub fn state(&self) -> CaseState {
        match (self.published_on, self.ended_on, self.accepted_on) {
            (Some(_), ..) => CaseState::Published,
            (None, Some(_), _) => CaseState::Handled,
            (None, None, Some(_)) => CaseState::InProgress,
            (None, None, None) => CaseState::Waiting,
        }
    }

    /// The day on which somebody first decided about it (xử lý đơn): accepted it, refused it, passed it on.
    pub fn processed_on(&self) -> NaiveDate {
        self.accepted_on.or(self.ended_on).unwrap_or(OPEN_END)
    }

    /// The days on which its letters came.
    pub fn letters_on(&self) -> impl Iterator<Item = NaiveDate> {
        std::iter::once(self.received_on).chain(self.further_letters_on.iter().map(|LetterDay(day)| *day))
    }

    /// Everything that cannot be: what its kind does not have, days out of their order or to come.
    pub fn wrongs(&self, today: NaiveDate) -> Vec<Wrong> {
        let mut wrongs = self.wrongs_of_kind();
        wrongs.extend(self.wrongs_of_end());
        wrongs.extend(self.wrongs_of_days(today));
        wrongs
    }

    fn wrongs_of_kind(&self) -> Vec<Wrong> {
        let fields = |all: &[(bool, &'static str)], code: &'static str| {
            let given = all.iter().filter(|(given, _)| *given);
            given.map(|(_, place)| Wrong::body(*place, code)).collect::<Vec<_>>()
        };
        let of_complaints = [
            (self.instance.is_some(), "/instance"),
            (self.complex.is_some(), "/complex"),
            (self.remote.is_some(), "/remote"),
        ];
        if self.kind == CaseKind::Denunciation {
            let others = [
                (!self.code.is_opaque(), "/code"),
                (self.channel.is_some(), "/channel"),
                (self.answer_number.is_some(), "/answer_number"),
                (self.published_on.is_some(), "/published_on"),
                (self.publication_url.is_some(), "/publication_url"),
            ];
            return fields(&[of_complaints.as_slice(), others.as_slice()].concat(), wrong::DENUNCIATION);
        }
        let mut wrongs = fields(&[(self.channel.is_none(), "/channel")], wrong::REQUIRED);
        if self.kind != CaseKind::Complaint {
            wrongs.extend(fields(&of_complaints, wrong::MISMATCH));
        }
        wrongs
    }

    fn wrongs_of_end(&self) -> Vec<Wrong> {
        let settled = self.result == Some(CaseResult::Settled);
        let all = [
            (self.ended_on.is_none() && self.result.is_some(), "/ended_on", wrong::REQUIRED),
            (self.result.is_none() && self.ended_on.is_some(), "/result", wrong::REQUIRED),
            (self.published_on.is_some() && !settled, "/published_on", wrong::MISMATCH),
            (self.publication_url.is_some() && self.published_on.is_none(), "/published_on", wrong::REQUIRED),
            (self.answer_number.is_some() && self.ended_on.is_none(), "/answer_number", wrong::MISMATCH),
        ];
        all.into_iter().filter(|(is, ..)| *is).map(|(_, place, code)| Wrong::body(place, code)).collect()
    }

    fn wrongs_of_days(&self, today: NaiveDate) -> Vec<Wrong> {
        let mut wrongs = Vec::new();
        if self.received_on > today {
            wrongs.push(Wrong::body("/received_on", wrong::FUTURE));
        } else if !is_likely(self.received_on) {
            wrongs.push(Wrong::body("/received_on", wrong::RANGE));
        }
        let mut held = |place: String, day: NaiveDate, after: NaiveDate, until: NaiveDate| {
            if day > until {
                wrongs.push(Wrong::body(place, wrong::FUTURE));
            } else if day < after {
                wrongs.push(Wrong::body(place, wrong::ORDER));
            }
        };
        for (place, LetterDay(day)) in self.further_letters_on.iter().enumerate() {
            held(format!("/further_letters_on/{place}"), *day, self.received_on, today);
        }
        let accepted_on = self.accepted_on.unwrap_or(self.received_on);
        let ended_on = self.ended_on.unwrap_or(accepted_on);
        for (place, day, after, until) in [
            ("/accepted_on", self.accepted_on, self.received_on, today),
            ("/due_on", self.due_on, self.received_on, OPEN_END),
            ("/ended_on", self.ended_on, accepted_on, today),
            ("/published_on", self.published_on, ended_on, today),
        ] {
            if let Some(day) = day {
                held(place.to_owned(), day, after, until);
            }
        }
        wrongs
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn wrongs(more: &Value) -> Vec<(String, &'static str)> {
        let mut case = json!({"code": "A1", "organization": "H19.06", "kind": "feedback", "channel": "portal", "received_on": "2020-06-04"});
        for (name, value) in more.as_object().unwrap() {
            case[name] = value.clone();
        }
        let case: Pushed = serde_json::from_value(case).unwrap();
        let place = |wrong: Wrong| match wrong.place {
            crate::platform::fault::Place::Body(place) => (place, wrong.code),
            crate::platform::fault::Place::Parameter(name) => (name, wrong.code),
        };
        case.wrongs("2020-07-01".parse().unwrap()).into_iter().map(place).collect()
    }

    #[test]
    fn days_come_in_their_order() {
        let good = json!({"accepted_on": "2020-06-05", "ended_on": "2020-06-08", "result": "settled", "published_on": "2020-06-08"});
        assert_eq!(wrongs(&good), []);
        for (more, place, code) in [
            (json!({"received_on": "2020-07-02"}), "/received_on", "in-the-future"),
            (json!({"accepted_on": "2020-06-03"}), "/accepted_on", "out-of-order"),
            (
                json!({"further_letters_on": ["2020-06-05", "2020-06-03"]}),
                "/further_letters_on/1",
                "out-of-order",
            ),
            (
                json!({"accepted_on": "2020-06-09", "ended_on": "2020-06-08", "result": "settled"}),
                "/ended_on",
                "out-of-order",
            ),
            (json!({"ended_on": "2020-06-08"}), "/result", "required"),
            (json!({"result": "settled"}), "/ended_on", "required"),
            (
                json!({"ended_on": "2020-06-08", "result": "refused", "published_on": "2020-06-09"}),
                "/published_on",
                "mismatch",
            ),
            (json!({"channel": null}), "/channel", "required"),
            (json!({"complex": true}), "/complex", "mismatch"),
            (json!({"due_on": "2020-06-03"}), "/due_on", "out-of-order"),
        ] {
            assert_eq!(wrongs(&more), [(place.to_owned(), code)], "{more}");
        }
    }

    #[test]
    fn of_a_denunciation_every_other_field_is_refused() {
        let bare =
            json!({"kind": "denunciation", "channel": null, "code": "0b6f9a4e-52b1-4c0e-9d3f-0c2a7b1e5d64"});
        assert_eq!(wrongs(&bare), []);
        for (name, value) in [
            ("channel", json!("hotline")),
            ("instance", json!("first")),
            ("complex", json!(false)),
            ("remote", json!(false)),
            ("answer_number", json!("1/TB")),
            ("published_on", json!("2020-06-05")),
            ("publication_url", json!("https://a.vn/1")),
            ("code", json!("TC.1")),
        ] {
            let mut more = bare.clone();
            more["ended_on"] = json!("2020-06-05");
            more["result"] = json!("settled");
            more[name] = value;
            assert!(wrongs(&more).contains(&(format!("/{name}"), "not-of-a-denunciation")), "{name}");
        }
    }
}
