//! How callers name a scheme.

use serde::Deserialize;
use utoipa::IntoParams;

use super::model::Scheme;

/// How the period is cut.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct InScheme {
    /// How the period is cut; without it, by the calendar.
    #[param(inline)]
    #[serde(default)]
    pub scheme: Scheme,
}
