//! `danvan generate`: the load of a province that does not exist, to measure and to try the service with.
//!
//! What it prints depends on the options and the seed alone: on every machine, and in every later version, the same.

use std::io;

use chrono::NaiveDate;
use clap::Args;
use serde_json::Value;

use crate::app::StartFault;

mod arrivals;
mod chance;
mod days;
mod desks;
mod life;
mod names;
mod procedures;
mod world;
mod writing;

/// What to print.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// How many dossiers, as NDJSON for POST /api/v1/dossiers/batch, in the order of their acceptance.
    #[arg(long, value_name = "N", required_unless_present_any = ["organizations", "procedures"])]
    dossiers: Option<u64>,
    /// The same seed gives the same dossiers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// First day.
    #[arg(long, value_name = "DATE", default_value = "2016-01-01")]
    from: NaiveDate,
    /// Last day; what would happen later has not happened yet.
    #[arg(long, value_name = "DATE", default_value = "2020-12-31")]
    to: NaiveDate,
    /// Only of this organization and all below it.
    #[arg(long, value_name = "CODE", default_value = world::PROVINCE)]
    only: String,
    /// Print the body for POST /api/v1/organizations/batch instead.
    #[arg(long, conflicts_with_all = ["dossiers", "procedures"])]
    organizations: bool,
    /// Print the body for POST /api/v1/procedures/batch instead.
    #[arg(long, conflicts_with = "dossiers")]
    procedures: bool,
}

/// The days for which there are organizations and dates of four digits.
const POSSIBLE: std::ops::RangeInclusive<i32> = 2015..=2099;

/// Prints to standard output. A reader that has read enough, such as `head`, is no fault.
pub(super) fn generate(options: &Options) -> Result<(), StartFault> {
    let mut out = io::stdout().lock();
    match print(options, &mut out) {
        Err(Fault::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// A year of an organization: the body of its procedures, and so many dossiers as NDJSON.
pub(super) fn year(only: &str, year: i32, dossiers: u64) -> Result<(Vec<u8>, Vec<u8>), StartFault> {
    let day = |month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    let (from, to, only) = (day(1, 1), day(12, 31), only.to_owned());
    let mut options =
        Options { dossiers: Some(dossiers), seed: 1, from, to, only, organizations: false, procedures: true };
    let (mut procedures, mut lines) = (Vec::new(), Vec::new());
    print(&options, &mut procedures)?;
    options.procedures = false;
    print(&options, &mut lines)?;
    Ok((procedures, lines))
}

#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("standard output: {0}")]
    Output(#[from] io::Error),
    #[error("{0}: no organization of the generated province takes dossiers there; see --organizations")]
    Nobody(String),
    #[error(
        "--from {0} --to {1}: wanted are days from 2015 to 2099 in their order, with a working day among them"
    )]
    Span(NaiveDate, NaiveDate),
}

fn print(options: &Options, out: &mut dyn io::Write) -> Result<(), Fault> {
    let (organizations, procedures) = (world::organizations(), procedures::procedures());
    let nobody = || Fault::Nobody(options.only.clone());
    let desks = desks::Desks::within(&organizations, &procedures, &options.only).ok_or_else(nobody)?;
    if options.organizations {
        return print_body(&world::batch(&organizations, &options.only), out);
    }
    if options.procedures {
        return print_body(&procedures::batch(&organizations, &procedures, &options.only), out);
    }
    let (from, to) = (options.from, options.to);
    if [from, to].iter().any(|day| !POSSIBLE.contains(&chrono::Datelike::year(day))) {
        return Err(Fault::Span(from, to));
    }
    let days = days::Days::around(from, to);
    let spread = arrivals::spread(&days, from, to, options.dossiers.unwrap_or(0), options.seed);
    if spread.is_empty() {
        return Err(Fault::Span(from, to));
    }
    let source = writing::Source {
        days: &days,
        desks: &desks,
        procedures: &procedures,
        last_day: days.number(to),
        seed: options.seed,
    };
    Ok(writing::write(&source, &spread, out)?)
}

/// One item a line, so that two versions can be compared.
fn print_body(body: &Value, out: &mut dyn io::Write) -> Result<(), Fault> {
    let items: Vec<String> =
        body["items"].as_array().into_iter().flatten().map(|item| format!("  {item}")).collect();
    Ok(write!(out, "{{\"items\":[\n{}\n]}}\n", items.join(",\n"))?)
}
