//! Path parameters. A code that cannot exist is a record that does not exist; a day or a period that cannot exist is
//! a mistake worth naming.

use actix_web::web;
use chrono::NaiveDate;
use serde::{Deserialize, Deserializer};

use super::schema::{code_in, day, wrong};
use crate::platform::fault::{Fault, Wrong};

pub use actix_web::web::Path;

/// A day in a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day(pub NaiveDate);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        day(&text).map(Self).ok_or_else(|| serde::de::Error::custom(wrong::DATE))
    }
}

/// How path parameters that do not parse are answered.
pub fn path_config() -> web::PathConfig {
    web::PathConfig::default().error_handler(|error, _| {
        let fault = match code_in(&error.to_string()) {
            code @ wrong::DATE => Fault::invalid(vec![Wrong::parameter("date", code)]),
            code @ wrong::PERIOD => Fault::invalid(vec![Wrong::parameter("period", code)]),
            _ => Fault::missing(),
        };
        fault.into()
    })
}
