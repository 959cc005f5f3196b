//! The doors for the operator: one command each.

mod clients;
mod demo;
mod generate;
mod serve;
mod tokens;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::app::StartFault;
use crate::platform::clock::new_id;
use crate::platform::config::{self, Config, DatabaseConfig, environment};
use crate::platform::{Answer, Clock, Order, Work, audit, auth, db, migrate, work};
use crate::{emulation, kpis, routes};

/// The API on which Vietnamese provinces measure and steer their departments.
#[derive(Debug, Parser)]
#[command(version, about)]
pub struct Command {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Serve, by the settings in the environment.
    Serve,
    /// Serve the example of Đồng Nai 2020 from a fresh embedded database, on this machine only.
    Demo {
        /// Port; 0 takes a free one.
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// Keep the database in this file instead of a temporary place.
        #[arg(long, value_name = "FILE")]
        keep: Option<PathBuf>,
    },
    /// Print dossiers of a province that does not exist, to measure and to try the service with.
    Generate(generate::Options),
    /// Bring the database up to date.
    Migrate,
    /// Print a token of the configured key.
    Token {
        /// Code of the organization at the root of what the token reaches; `*` for all.
        #[arg(long)]
        org: String,
        /// Scopes, space separated.
        #[arg(long)]
        scope: String,
        /// How long it lasts.
        #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(i64).range(1..=525_600))]
        minutes: i64,
        /// Who the token speaks for.
        #[arg(long, default_value = "operator")]
        subject: String,
    },
    /// Refuse a token from now on, by its id (`jti`).
    Revoke {
        /// The token's id.
        token_id: String,
    },
    /// Manage the systems that may ask for tokens.
    #[command(subcommand)]
    Client(clients::ClientVerb),
    /// Print a new private key for DANVAN_SIGNING_KEY_FILES.
    Key,
    /// Print a new secret for DANVAN_SECRET_FILE.
    Secret,
    /// Print the OpenAPI document.
    Openapi,
    /// Check the settings and print them, secrets hidden.
    CheckConfig {
        /// Print a file to start from instead.
        #[arg(long)]
        example: bool,
    },
    /// Verify the audit trail from its first entry to its last.
    Audit,
    /// Ask the service of this machine whether it lives; for container health checks.
    Health,
}

impl Command {
    /// Runs the command. The error is for the terminal.
    pub fn run(self) -> Result<(), StartFault> {
        match self.verb {
            Verb::Serve => serve::serve(),
            Verb::Demo { port, keep } => demo::demo(port, keep),
            Verb::Generate(options) => generate::generate(&options),
            Verb::Migrate => {
                let config = Config::read(&environment)?;
                prepare(&config.database)?;
                Ok(())
            }
            Verb::Token { org, scope, minutes, subject } => tokens::print(&subject, &scope, &org, minutes),
            Verb::Revoke { token_id } => tokens::revoke(&token_id),
            Verb::Client(verb) => verb.run(),
            Verb::Key => print(&auth::new_key_pem()?),
            Verb::Secret => print(&format!("{}\n", auth::clients::new_secret()?)),
            Verb::Openapi => print(&format!("{}\n", serde_json::to_string_pretty(routes::document())?)),
            Verb::CheckConfig { example: true } => print(&config::example()),
            Verb::CheckConfig { example: false } => {
                print(&config::shown(&environment))?;
                Config::read(&environment)?.fit_to_serve()?;
                Ok(())
            }
            Verb::Audit => verify_trail(),
            Verb::Health => serve::health(),
        }
    }
}

fn print(text: &str) -> Result<(), StartFault> {
    use std::io::Write;
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}

/// Brings the database up to date and puts in the catalogue and the days off that the service brings along.
pub fn prepare(config: &DatabaseConfig) -> Result<(), StartFault> {
    let mut conn = db::connect(&config.url)?;
    let count = migrate::up(&mut conn)?;
    if count > 0 {
        log::info!("{count} migrations run");
    }
    alter(&mut conn, "kpi.load-catalogue", "catalogue", &kpis::catalog::actions::load_catalogue)?;
    alter(
        &mut conn,
        "award-title.load-catalogue",
        "award-titles",
        &emulation::awards::titles::actions::load_catalogue,
    )?;
    alter(&mut conn, "calendar.load-days", "calendar", &kpis::calendar::actions::load_holidays)?;
    Ok(())
}

/// Changes something from the command line, with the same transaction and audit entry as a request.
fn alter(
    conn: &mut crate::platform::Conn,
    act: &'static str,
    subject: &str,
    f: &dyn Fn(&mut Work<'_>) -> Answer,
) -> Result<(), StartFault> {
    let order = Order {
        actor: "danvan".to_owned(),
        reach: auth::EVERYWHERE.to_owned(),
        act,
        subject: subject.to_owned(),
        request_id: new_id(),
        key: None,
    };
    work::perform(conn, &order, &Clock::system(), f)?;
    Ok(())
}

fn verify_trail() -> Result<(), StartFault> {
    let config = Config::read(&environment)?;
    let mut conn = db::connect(&config.database.url)?;
    let entries = audit::verify(&mut conn)??;
    print(&format!("the audit trail is whole: {entries} entries\n"))
}
