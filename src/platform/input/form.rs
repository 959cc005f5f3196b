//! Forms, as OAuth clients send them.

use actix_web::error::UrlencodedError;
use actix_web::web::FormConfig;

use super::body::too_large;
use crate::platform::fault::{Fault, kinds};

/// Most bytes of a form.
const LIMIT: usize = 16 * 1024;

/// How forms that cannot be read are answered.
pub fn form_config() -> FormConfig {
    FormConfig::default().limit(LIMIT).error_handler(|error, _| {
        let fault = match error {
            UrlencodedError::Overflow { .. } | UrlencodedError::UnknownLength => too_large(LIMIT),
            UrlencodedError::ContentType => {
                let mut fault = Fault::of(&kinds::UNSUPPORTED_MEDIA);
                fault.hints.accepted = Some(("accept-post", "application/x-www-form-urlencoded".into()));
                fault
            }
            _ => Fault::of(&kinds::MALFORMED),
        };
        fault.into()
    })
}
