//! The table, and what it was measured on.

use std::fmt::Write;
use std::time::Duration;

use danvan::platform::Clock;

use super::load::psql;

/// A line of the table.
pub struct Row {
    /// What was measured.
    pub what: String,
    /// On which database, and with how many dossiers.
    pub place: String,
    /// What the service does.
    pub ours: Result<String, String>,
    /// What it is compared with.
    pub base: String,
    /// How the two lie to each other.
    pub ratio: Option<f64>,
    /// What was promised.
    pub budget: String,
    /// Whether it is kept; none where it cannot be said.
    pub kept: Option<bool>,
}

impl Row {
    fn line(&self) -> String {
        let Self { what, place, base, budget, .. } = self;
        let (ours, kept) = match (&self.ours, self.kept) {
            (Err(why), _) => (format!("not measured: {}", cell(why)), ""),
            (Ok(ours), Some(true)) => (ours.clone(), "yes"),
            (Ok(ours), Some(false)) => (ours.clone(), "**no**"),
            (Ok(ours), None) => (ours.clone(), ""),
        };
        let ratio = self.ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default();
        format!("| {what} | {place} | {ours} | {} | {ratio} | {budget} | {kept} |", cell(base))
    }
}

/// A text that cannot break the table.
fn cell(text: &str) -> String {
    text.replace('|', "/").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The table in Markdown.
pub fn table(rows: &[Row]) -> String {
    let head = "| what | database, dossiers | danvan | base | ratio | budget | kept |\n|---|---|---|---|---|---|---|\n";
    let lines = rows.iter().map(|row| row.line() + "\n");
    format!("{head}{}", lines.collect::<String>())
}

/// Date, machine and versions.
pub fn machine(postgres: Option<&str>) -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let field = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_once(':'))
            .map(|(_, value)| value.trim().to_owned())
            .unwrap_or_default()
    };
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let mut said = format!(
        "{}: danvan {}, {cores} cores ({}), {} of memory, Linux {}",
        Clock::system().today(),
        env!("CARGO_PKG_VERSION"),
        field(&read("/proc/cpuinfo"), "model name"),
        field(&read("/proc/meminfo"), "MemTotal"),
        read("/proc/sys/kernel/osrelease").trim(),
    );
    if let Some(url) = postgres {
        let settings = psql(
            url,
            &["SELECT 'PostgreSQL ' || current_setting('server_version') || ', shared_buffers ' || \
             current_setting('shared_buffers') || ', fsync ' || current_setting('fsync')"],
        );
        let _ = write!(said, ", {}", settings.unwrap_or_else(|why| why).trim());
    }
    said + "\n"
}

/// As milliseconds.
pub fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}
