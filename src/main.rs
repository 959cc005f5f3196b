//! The command line: see `danvan --help`.

use std::process::ExitCode;

use clap::Parser;
use danvan::commands::Command;

fn main() -> ExitCode {
    match Command::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("danvan: {fault}");
            ExitCode::FAILURE
        }
    }
}
