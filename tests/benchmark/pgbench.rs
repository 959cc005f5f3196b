//! The base of figures: pgbench, which asks the same statement of the same database with nothing in between.

use std::path::Path;
use std::time::Duration;

use super::load::postgres_program;
use super::queries::Statement;

/// Statements a second.
pub fn round(
    url: &str,
    statement: &Statement,
    folder: &Path,
    connections: usize,
    lasts: Duration,
) -> Result<f64, String> {
    let file = folder.join("statement.sql");
    std::fs::write(&file, statement.script()).map_err(|error| error.to_string())?;
    let mut pgbench = postgres_program("pgbench")?;
    let (clients, seconds) = (connections.to_string(), lasts.as_secs().max(1).to_string());
    pgbench
        .args(["-n", "-M", "prepared", "-c", &clients, "-j", "2", "-T", &seconds, "-f"])
        .arg(&file)
        .arg(url);
    let output = pgbench.output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let tps =
        said.lines().find_map(|line| line.strip_prefix("tps = ")?.split_whitespace().next()?.parse().ok());
    tps.ok_or_else(|| {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        said.lines().find(|line| line.contains("ERROR")).unwrap_or("pgbench failed").to_owned()
    })
}
