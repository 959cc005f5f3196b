//! `danvan token` and `danvan revoke`.

use crate::app::StartFault;
use crate::platform::auth::{Auth, SCOPES, clients};
use crate::platform::config::{Config, environment};
use crate::platform::{Clock, db};

/// Prints a token of the configured issuer.
pub(super) fn print(subject: &str, scope: &str, org: &str, minutes: i64) -> Result<(), StartFault> {
    check_scope(scope)?;
    let config = Config::read(&environment)?;
    let auth = Auth::open(&config.auth, Clock::system())?;
    let token =
        auth.issue(subject, scope, org, minutes).map_err(|_| "tokens come from the external issuer")?;
    super::print(&format!("{token}\n"))
}

/// Refuses a scope that no operation knows.
pub(super) fn check_scope(scope: &str) -> Result<(), StartFault> {
    let known = |scope: &str| SCOPES.iter().any(|(name, _)| *name == scope);
    match scope.split_whitespace().find(|scope| !known(scope)) {
        None => Ok(()),
        Some(unknown) => {
            let names: Vec<&str> = SCOPES.iter().map(|(name, _)| *name).collect();
            Err(format!("there is no scope {unknown}; there are {}", names.join(", ")).into())
        }
    }
}

/// Refuses a token from now on.
pub(super) fn revoke(token_id: &str) -> Result<(), StartFault> {
    let config = Config::read(&environment)?;
    let mut conn = db::connect(&config.database.url)?;
    super::alter(&mut conn, "token.revoke", token_id, &|work| clients::revoke_token(work, token_id))?;
    super::print(&format!("the token {token_id} is refused within seconds\n"))
}
