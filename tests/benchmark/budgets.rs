//! Measures the budgets of the service side by side with what they are compared with, in one run, and prints one table.
//! `tests/benchmark/README.md` says how to run it and how to read it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark may panic, and so may what it is made of"
)]

mod bare;
mod changed;
mod contract;
mod directives;
mod fastapi;
#[expect(dead_code, unused_imports, reason = "the tests use more of it")]
#[path = "../api/harness/mod.rs"]
mod harness;
mod http;
mod load;
mod measure;
mod pgbench;
mod queries;
mod report;
mod site;

use clap::Parser;

use harness::Backend;

/// Measures the budgets.
#[derive(Parser)]
pub struct Options {
    /// How many dossiers, a table for each: 10000,1000000,10000000. 0 measures nothing of them.
    #[arg(long, value_delimiter = ',', default_value = "10000")]
    dossiers: Vec<u64>,
    /// How many directives, with ten tasks each. 0 measures nothing of them.
    #[arg(long, default_value_t = 3000)]
    directives: usize,
    /// On which databases: sqlite, postgres.
    #[arg(long, value_delimiter = ',', default_value = "sqlite,postgres")]
    databases: Vec<String>,
    /// How often each is measured, one after the other; the median counts.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds of a round.
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Clients at a time.
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// Dossiers of a batch.
    #[arg(long, default_value_t = 5000)]
    batch: u64,
    /// Of the generated dossiers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Be the bare service on this database: what the benchmark starts itself as.
    #[arg(long, hide = true)]
    bare: Option<String>,
    /// What `cargo bench` says to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let options = Options::parse();
    if let Some(url) = &options.bare {
        return bare::serve(url);
    }
    let backends: Vec<Backend> = options
        .databases
        .iter()
        .map(|name| match name.as_str() {
            "sqlite" => Backend::Sqlite,
            "postgres" => Backend::Postgres,
            other => panic!("--databases {other}: sqlite or postgres"),
        })
        .collect();
    let (mut rows, machine) = measure::all(&options, &backends);
    if options.directives > 0 {
        rows.extend(directives::all(&options, &backends));
    }
    println!("{machine}\n{}", report::table(&rows));
}
