//! Who may do what: tokens verified without the database, scopes as types, and our own issuer.

pub mod api;
pub mod clients;
mod issuer;
mod key_set;
mod keys;
mod may;
mod nobody;
mod scope;
mod token;
mod trial;

use std::sync::Arc;

pub use issuer::{Issuer, new_key_pem};
pub use keys::{Freshness, KeySource, KeysState};
pub use may::{Caller, EVERYWHERE, May};
pub use nobody::Nobody;
pub use scope::{
    Admin, ReadAcknowledgements, ReadChanges, ReadDirectives, ReadEmulation, ReadKpis, ReadOrganizations,
    ReadRecords, SCOPES, Scope, SeePersons, WriteChanges, WriteDirectives, WriteEmulation, WriteKpis,
    WriteOrganizations, WriteRecords,
};
pub use token::Claims;

use chrono::TimeDelta;
use keys::KeyRing;
use token::{Revocations, Rules, Verifier};
use trial::Trials;

use super::clock::{Clock, new_id};
use super::config::{AuthConfig, Keys};
use super::db::Db;
use super::fault::{Fault, kinds};
use super::text::Text;

/// The token's subject, left on the request for the log.
#[derive(Clone, Debug)]
pub struct Subject(pub String);

/// Verifies tokens, and makes them where the issuer is our own.
pub struct Auth {
    verifier: Verifier,
    ring: Arc<KeyRing>,
    issuer: Option<Arc<Issuer>>,
    revocations: Arc<Revocations>,
    trials: Trials,
    config: AuthConfig,
    clock: Clock,
}

impl Auth {
    /// Opens the keys. Refuses files that cannot be read or hold no fit key.
    pub fn open(config: &AuthConfig, clock: Clock) -> Result<Self, String> {
        let own = |issuer: Issuer| KeySource::Own(Arc::new(issuer));
        let source = match &config.keys {
            Keys::Own(files) => own(Issuer::from_pem_files(files).map_err(|fault| fault.to_string())?),
            Keys::Ephemeral => own(Issuer::ephemeral().map_err(|fault| fault.to_string())?),
            Keys::External(source) => source.clone(),
            Keys::Missing => return Err("no keys are configured".to_owned()),
        };
        let issuer = match &source {
            KeySource::Own(issuer) => Some(Arc::clone(issuer)),
            KeySource::File(_) | KeySource::Url { .. } => None,
        };
        let ring = Arc::new(KeyRing::open(source, config.freshness).map_err(|fault| fault.to_string())?);
        let revocations = Arc::new(Revocations::default());
        let rules = Rules {
            issuer: config.issuer.clone(),
            audience: config.audience.clone(),
            leeway: config.leeway,
            require_at_jwt: config.require_at_jwt,
        };
        let verifier = Verifier::new(rules, Arc::clone(&ring), Arc::clone(&revocations));
        Ok(Self {
            verifier,
            ring,
            issuer,
            revocations,
            trials: Trials::default(),
            config: config.clone(),
            clock,
        })
    }

    /// The claims of a good token; otherwise 401 with the check that failed, never the token.
    fn verify(&self, token: &str) -> Result<Arc<Claims>, Fault> {
        self.verifier.verify(token, self.clock.now()).map_err(|refusal| {
            let mut fault = Fault::new(
                &kinds::INVALID_TOKEN,
                Text::new(refusal.description(), "Mã truy cập không được chấp nhận."),
            );
            fault.hints.challenge = Some(format!(
                "Bearer realm=\"danvan\", error=\"invalid_token\", error_description=\"{}\"",
                refusal.description()
            ));
            fault.member("reason", refusal.code())
        })
    }

    /// A token of our own issuer. Refuses when the issuer is another's.
    pub fn issue(&self, subject: &str, scope: &str, org: &str, minutes: i64) -> Result<String, Fault> {
        let issuer = self.issuer.as_ref().ok_or_else(Fault::missing)?;
        let now = self.clock.now();
        let claims = Claims {
            iss: self.config.issuer.clone(),
            sub: subject.to_owned(),
            aud: vec![self.config.audience.clone()],
            exp: (now + TimeDelta::minutes(minutes)).timestamp(),
            iat: Some(now.timestamp()),
            nbf: None,
            jti: Some(new_id()),
            scope: scope.to_owned(),
            org: Some(org.to_owned()),
            client_id: Some(subject.to_owned()),
        };
        issuer.sign(&claims).map_err(Fault::broken)
    }

    /// How many keys there are and how old they are.
    pub fn keys_state(&self) -> KeysState {
        self.ring.state()
    }

    /// Reads what is revoked, so that it is refused from now on. Called every few seconds.
    pub async fn refresh_revocations(&self, db: &Db) -> Result<(), Fault> {
        self.revocations.replace(db.read(clients::revoked).await?);
        Ok(())
    }
}
