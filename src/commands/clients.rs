//! `danvan client add · list · disable`.

use clap::Subcommand;

use super::tokens::check_scope;
use crate::app::StartFault;
use crate::platform::auth::clients;
use crate::platform::config::{Config, environment};
use crate::platform::db;

#[derive(Debug, Subcommand)]
pub(super) enum ClientVerb {
    /// Add a client and print its secret, which is shown this once.
    Add {
        /// Its name: letters, digits, hyphens.
        id: String,
        /// Scopes that it may have, space separated.
        #[arg(long)]
        scope: String,
        /// Code of the organization at the root of what it reaches; `*` for all.
        #[arg(long)]
        org: String,
    },
    /// List the clients.
    List,
    /// Disable a client and refuse its tokens.
    Disable {
        /// Its name.
        id: String,
    },
}

impl ClientVerb {
    pub(super) fn run(self) -> Result<(), StartFault> {
        let config = Config::read(&environment)?;
        let mut conn = db::connect(&config.database.url)?;
        match self {
            Self::Add { id, scope, org } => {
                check_scope(&scope)?;
                if id.is_empty()
                    || id.len() > 100
                    || !id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                {
                    return Err("a client's name has letters, digits and hyphens, at most 100".into());
                }
                if clients::find(&mut conn, &id)?.is_some() {
                    return Err(format!("there is, or was, a client {id}").into());
                }
                let secret = clients::new_secret()?;
                super::alter(&mut conn, "client.add", &id, &|work| {
                    clients::add(work, &id, &secret, &scope, &org)
                })?;
                super::print(&format!("client_id={id}\nclient_secret={secret}\n"))
            }
            Self::List => {
                let line = |client: clients::Client| {
                    let state = client.disabled_at.map_or("active".to_owned(), |at| format!("disabled {at}"));
                    format!("{}\t{}\t{}\t{state}\n", client.id, client.org, client.scope)
                };
                let lines: String = clients::list(&mut conn)?.into_iter().map(line).collect();
                super::print(&lines)
            }
            Self::Disable { id } => {
                super::alter(&mut conn, "client.disable", &id, &|work| clients::disable(work, &id))?;
                super::print(&format!("{id} gets no more tokens; those it has are refused within seconds\n"))
            }
        }
    }
}
