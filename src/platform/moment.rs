//! A moment as callers write it: RFC 3339 with an offset. It is shown in the time of Viet Nam.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike, Utc};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{KnownFormat, RefOr};

use super::clock::local_time;

/// A moment, to the microsecond: as exact as both databases keep it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Moment(DateTime<Utc>);

/// Earlier and later years are mistakes, and sums of days stay within what can be stored.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=9000;

/// Whether a day lies in a year that can be meant.
pub fn is_likely(day: NaiveDate) -> bool {
    YEARS.contains(&day.year())
}

impl Moment {
    /// The moment in UTC.
    pub fn utc(self) -> DateTime<Utc> {
        self.0
    }

    /// What a clock on a wall in Viet Nam shows.
    pub fn local(self) -> NaiveDateTime {
        local_time(self.0)
    }
}

impl From<DateTime<Utc>> for Moment {
    fn from(moment: DateTime<Utc>) -> Self {
        use chrono::SubsecRound;
        Self(moment.trunc_subsecs(6))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        // A NaiveDateTime shows itself so, with as much of a second as it has; a pattern would be read anew each time.
        to.collect_str(&format_args!("{:?}+07:00", self.local()))
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'_, str>::deserialize(from)?;
        // chrono also reads a space between day and time, a minus sign that is no hyphen, and leap seconds: none of them is
        // a form that the document knows everywhere.
        let known =
            text.is_ascii() && text.as_bytes().get(10).is_some_and(|byte| byte.eq_ignore_ascii_case(&b'T'));
        let moment = DateTime::parse_from_rfc3339(&text).ok().filter(|_| known);
        let moment = moment.filter(|moment| moment.nanosecond() < 1_000_000_000);
        let moment = moment.map(|moment| Self::from(moment.with_timezone(&Utc)));
        moment
            .filter(|moment| YEARS.contains(&moment.0.year()))
            .ok_or_else(|| D::Error::custom("moment-invalid"))
    }
}

impl utoipa::PartialSchema for Moment {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("A moment with its offset (RFC 3339)."))
            .examples(["2020-06-04T08:30:00+07:00"])
            .into()
    }
}

impl utoipa::ToSchema for Moment {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_shown_in_vietnam_whatever_its_offset() {
        for text in ["2020-12-14T17:00:00Z", "2020-12-15T00:00:00+07:00", "2020-12-14T12:00:00.0000001-05:00"]
        {
            let moment: Moment = serde_json::from_value(text.into()).unwrap();
            assert_eq!(serde_json::to_value(moment).unwrap(), "2020-12-15T00:00:00+07:00", "{text}");
        }
        let exact: Moment = serde_json::from_value("2020-12-14T17:00:00.25Z".into()).unwrap();
        assert_eq!(serde_json::to_value(exact).unwrap(), "2020-12-15T00:00:00.250+07:00");
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "2020-12-14",
            "2020-12-14T17:00:00",
            "2020-12-14 17:00:00+07:00",
            "2020-12-14T23:59:60Z",
            "2020-12-14T17:00:00\u{2212}07:00",
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
        ] {
            assert!(serde_json::from_value::<Moment>(text.into()).is_err(), "{text}");
        }
    }
}
