//! What an administrative procedure (thủ tục hành chính) is. Pure.

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::organizations::{OrganizationCode, OrganizationId};
use crate::platform::fault::Wrong;
use crate::platform::input::{maybe_day, maybe_object, object, objects, strict_day, wrong};
use crate::platform::moment::is_likely;
use crate::platform::text::{folded, is_name, stored};
use crate::platform::{Moment, OPEN_END};
use crate::{closed_set, code};

code! {
    /// The national code of a procedure, such as `1.001612`.
    ProcedureCode, "code-invalid", "^[A-Za-z0-9][A-Za-z0-9._-]*$", 64, "1.001612", |text| {
        text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    }
}

closed_set! {
    /// In what a term is counted.
    TermUnit, "not-in-set" {
        /// Ngày làm việc.
        WorkingDay = "working_day",
        /// Ngày.
        CalendarDay = "calendar_day",
        /// Giờ làm việc.
        WorkingHour = "working_hour",
        /// Tháng.
        Month = "month",
    }
}

/// How long a procedure may take (thời hạn giải quyết).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProcedureTerm)]
pub struct Term {
    /// How many.
    #[schema(minimum = 0, maximum = 3650, example = 15)]
    pub amount: u32,
    /// Of what.
    pub unit: TermUnit,
}

impl Term {
    /// Whether it keeps the bounds that the document states.
    pub fn within_bounds(self) -> bool {
        self.amount <= 3650
    }
}

closed_set! {
    /// What a supplement does to the term. The law's text could not be read; QĐ 766 continues it.
    #[derive(Default)]
    AfterSupplement, "not-in-set" {
        /// The term goes on where it stopped.
        #[default]
        Resume = "resume",
        /// The term begins anew.
        Restart = "restart",
    }
}

/// How a procedure counts time, as far as a dossier does not say it itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// How long it may take.
    pub term: Option<Term>,
    /// What comes in at this time or later counts from the next working day: a rule of single procedures, not of all.
    pub cutoff: Option<NaiveTime>,
    /// What a supplement does to the term.
    #[serde(default)]
    pub after_supplement: AfterSupplement,
}

code! {
    /// A time of the day, to the minute.
    TimeOfDay, "wrong-form", "^([01][0-9]|2[0-3]):[0-5][0-9]$", 5, "15:00", |text| {
        text.len() == 5 && NaiveTime::parse_from_str(text, "%H:%M").is_ok()
    }
}

closed_set! {
    /// How far a procedure is online: level 1 to 4 of NĐ 43/2011/NĐ-CP, or one of the words of NĐ 42/2022/NĐ-CP, in force
    /// since 15 August 2022. The law gives no conversion from one to the other, so both are kept as they are said. Any may be
    /// said of any day: systems went on saying level 4 long after the decree, and nothing read so far forbids it.
    OnlineLevel, "not-in-set" {
        /// Mức độ 1: information.
        One = "1",
        /// Mức độ 2: forms to download.
        Two = "2",
        /// Mức độ 3: filed online.
        Three = "3",
        /// Mức độ 4: filed and paid for online.
        Four = "4",
        /// Toàn trình.
        Full = "full",
        /// Một phần.
        Partial = "partial",
        /// Not online.
        NotOnline = "none",
    }
}

/// The name of a procedure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProcedureName {
    /// Vietnamese.
    #[schema(
        min_length = 1,
        max_length = 1000,
        pattern = r"\S",
        example = "Cấp giấy chứng nhận đăng ký hoạt động khoa học và công nghệ"
    )]
    pub vi: String,
    /// English.
    #[serde(default)]
    #[schema(
        min_length = 1,
        max_length = 1000,
        pattern = r"\S",
        example = "Certificate of registration of scientific and technological activities"
    )]
    pub en: Option<String>,
}

/// Who handles a procedure, and how long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProcedureHandling)]
pub struct Handling {
    /// Any code of the organization.
    pub organization: OrganizationCode,
    /// The first day.
    #[serde(deserialize_with = "strict_day")]
    #[schema(format = Date, example = "2015-01-01")]
    pub from: NaiveDate,
    /// The first day on which it no longer does; none while it does.
    #[serde(default, deserialize_with = "maybe_day")]
    pub to: Option<NaiveDate>,
}

/// How a procedure is offered, from a day on until the next of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProcedureState {
    /// The first day.
    #[serde(deserialize_with = "strict_day")]
    #[schema(format = Date, example = "2020-01-01")]
    pub from: NaiveDate,
    /// How far it is online.
    pub level: OnlineLevel,
    /// Whether it is published (công khai).
    pub published: bool,
    /// Whether it is standardised (chuẩn hóa).
    pub standardised: bool,
}

/// An administrative procedure: its whole state as its own system knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "code": "1.001612",
    "name": { "vi": "Cấp giấy chứng nhận đăng ký hoạt động khoa học và công nghệ", "en": null },
    "field": "Hoạt động khoa học và công nghệ", "term": { "amount": 15, "unit": "working_day" }, "fee": 3_000_000,
    "organizations": [{ "organization": "H19.06", "from": "2015-01-01" }],
    "states": [
        { "from": "2015-01-01", "level": "2", "published": true, "standardised": false },
        { "from": "2020-01-01", "level": "4", "published": true, "standardised": true }
    ]
}))]
pub struct Procedure {
    /// The national code.
    pub code: ProcedureCode,
    /// Its name.
    #[serde(deserialize_with = "object")]
    pub name: ProcedureName,
    /// The field (lĩnh vực) that it belongs to.
    #[schema(min_length = 1, max_length = 300, pattern = r"\S", example = "Hoạt động khoa học và công nghệ")]
    pub field: String,
    /// How long it may take, where a dossier does not say it.
    #[serde(default, deserialize_with = "maybe_object")]
    pub term: Option<Term>,
    /// What is accepted at this time or later counts from the next working day. A rule of single procedures, not of all.
    #[serde(default)]
    pub cutoff: Option<TimeOfDay>,
    /// What a supplement does to the term.
    #[serde(default)]
    pub after_supplement: AfterSupplement,
    /// The fee in đồng: 0 if there is none, null if it is not known or not fixed.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64, example = 3_000_000)]
    pub fee: Option<i64>,
    /// Who handles it, from when to when. One that handles it again later stands here again.
    #[serde(deserialize_with = "objects")]
    #[schema(min_items = 1, max_items = 2000)]
    pub organizations: Vec<Handling>,
    /// How it is offered, each from its day on until the next; in the order of their days.
    #[serde(default, deserialize_with = "objects")]
    #[schema(max_items = 200)]
    pub states: Vec<ProcedureState>,
    /// When its own system last changed it. A state older than the one that is known changes nothing.
    #[serde(default)]
    pub updated_at: Option<Moment>,
}

/// Most of a fee, in đồng.
const MOST_FEE: i64 = 1_000_000_000_000;

impl Handling {
    /// The first day after it.
    pub fn end(&self) -> NaiveDate {
        self.to.unwrap_or(OPEN_END)
    }
}

impl Procedure {
    /// Whether it keeps the bounds that the document states of numbers and lengths.
    pub fn within_bounds(&self) -> bool {
        is_name(&self.name.vi, 1000)
            && self.name.en.as_ref().is_none_or(|name| is_name(name, 1000))
            && is_name(&self.field, 300)
            && self.term.is_none_or(Term::within_bounds)
            && self.fee.is_none_or(|fee| (0..=MOST_FEE).contains(&fee))
            && (1..=2000).contains(&self.organizations.len())
            && self.states.len() <= 200
    }

    /// Its texts in the form that is stored.
    #[must_use]
    pub fn stored(mut self) -> Self {
        self.name = ProcedureName { vi: stored(&self.name.vi), en: self.name.en.as_deref().map(stored) };
        self.field = stored(&self.field);
        self
    }

    /// What it is found by: its code and names, folded.
    pub fn search_text(&self) -> String {
        folded(&format!("{} {} {}", self.code, self.name.vi, self.name.en.as_deref().unwrap_or_default()))
    }

    /// How it counts time.
    pub fn rules(&self) -> Rules {
        let time = |cutoff: &TimeOfDay| NaiveTime::parse_from_str(cutoff.as_str(), "%H:%M").ok();
        let cutoff = self.cutoff.as_ref().and_then(time);
        Rules { term: self.term, cutoff, after_supplement: self.after_supplement }
    }

    /// What contradicts itself. `owners` are the organizations that handle it, one for each span: the same one may be named by
    /// different codes.
    pub fn wrongs(&self, owners: &[OrganizationId]) -> Vec<Wrong> {
        let mut wrongs = Vec::new();
        let mut wrong = |pointer: String, code| wrongs.push(Wrong::body(pointer, code));
        for (place, span) in self.organizations.iter().enumerate() {
            let at = |field: &str| format!("/organizations/{place}/{field}");
            if !is_likely(span.from) {
                wrong(at("from"), wrong::RANGE);
            }
            if span.to.is_some_and(|to| to <= span.from || !is_likely(to)) {
                wrong(at("to"), wrong::RANGE);
            }
        }
        let spans = owners.iter().zip(&self.organizations).enumerate();
        let mut spans: Vec<_> =
            spans.map(|(place, (owner, span))| (*owner, span.from, span.end(), place)).collect();
        spans.sort_unstable();
        for pair in spans.windows(2) {
            if let [(before, _, end, _), (owner, from, _, place)] = pair
                && before == owner
                && end > from
            {
                wrong(format!("/organizations/{place}/from"), wrong::OVERLAP);
            }
        }
        let mut before = None;
        for (place, state) in self.states.iter().enumerate() {
            if !is_likely(state.from) {
                wrong(format!("/states/{place}/from"), wrong::RANGE);
            } else if before >= Some(state.from) {
                wrong(format!("/states/{place}/from"), wrong::ORDER);
            }
            before = Some(state.from);
        }
        wrongs
    }

    /// Its states with the first day after each.
    pub fn spans(&self) -> impl Iterator<Item = (&ProcedureState, NaiveDate)> {
        let ends = self.states.iter().skip(1).map(|next| next.from).chain([OPEN_END]);
        self.states.iter().zip(ends)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn faults(spans: &[(i64, &str, Option<&str>)], states: &[&str]) -> Vec<String> {
        let span = |(_, from, to): &(i64, &str, Option<&str>)| Handling {
            organization: "H19.06".parse().unwrap(),
            from: day(from),
            to: to.map(day),
        };
        let state = |from: &&str| ProcedureState {
            from: day(from),
            level: OnlineLevel::Four,
            published: true,
            standardised: true,
        };
        let procedure = Procedure {
            code: "1.001612".parse().unwrap(),
            name: ProcedureName { vi: "Cấp giấy".into(), en: None },
            field: "Lĩnh vực".into(),
            term: None,
            cutoff: Some("15:00".parse().unwrap()),
            after_supplement: AfterSupplement::Resume,
            fee: None,
            organizations: spans.iter().map(span).collect(),
            states: states.iter().map(state).collect(),
            updated_at: None,
        };
        assert_eq!(procedure.rules().cutoff, NaiveTime::from_hms_opt(15, 0, 0));
        let owners: Vec<OrganizationId> = spans.iter().map(|(id, _, _)| OrganizationId(*id)).collect();
        let shown = |wrong: Wrong| match wrong.place {
            crate::platform::fault::Place::Body(pointer) => format!("{pointer} {}", wrong.code),
            crate::platform::fault::Place::Parameter(name) => name,
        };
        procedure.wrongs(&owners).into_iter().map(shown).collect()
    }

    #[test]
    fn spans_of_one_organization_may_touch_but_not_overlap() {
        let none: [String; 0] = [];
        assert_eq!(
            faults(
                &[(1, "2015-01-01", Some("2016-01-01")), (1, "2016-01-01", None), (2, "2015-01-01", None)],
                &[]
            ),
            none
        );
        assert_eq!(
            faults(&[(1, "2015-06-01", None), (1, "2015-01-01", Some("2015-06-02"))], &[]),
            ["/organizations/0/from overlaps"]
        );
        assert_eq!(
            faults(&[(1, "2015-01-01", None), (1, "2019-01-01", None)], &[]),
            ["/organizations/1/from overlaps"]
        );
        assert_eq!(
            faults(&[(1, "2015-01-01", Some("2015-01-01"))], &[]),
            ["/organizations/0/to out-of-range"]
        );
        assert_eq!(
            faults(&[(1, "0201-01-01", None)], &["1899-12-31"]),
            ["/organizations/0/from out-of-range", "/states/0/from out-of-range"]
        );
    }

    #[test]
    fn states_stand_in_the_order_of_their_days() {
        let one = [(1, "2015-01-01", None)];
        assert_eq!(faults(&one, &["2015-01-01", "2020-01-01"]).len(), 0);
        assert_eq!(
            faults(&one, &["2015-01-01", "2015-01-01", "2014-01-01"]),
            ["/states/1/from out-of-order", "/states/2/from out-of-order"]
        );
    }

    #[test]
    fn a_time_of_the_day_is_one() {
        for (text, good) in [
            ("00:00", true),
            ("23:59", true),
            ("24:00", false),
            ("7:30", false),
            ("+7:30", false),
            ("15:0", false),
        ] {
            assert_eq!(text.parse::<TimeOfDay>().is_ok(), good, "{text}");
        }
    }
}
