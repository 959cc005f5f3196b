//! Loading dossiers: through the service, and by COPY as the base.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use super::contract::{DOSSIERS_BATCH, RECORDS};
use super::harness::Client;
use super::harness::process::danvan;

/// Dossiers that are generated while they are read.
pub struct Dossiers {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Dossiers {
    /// So many by a seed.
    pub fn generate(count: u64, seed: u64) -> Self {
        let args =
            ["generate", "--dossiers", &count.to_string(), "--seed", &seed.to_string()].map(str::to_owned);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let mut child = danvan(&args).stderr(Stdio::inherit()).spawn().unwrap();
        let lines = BufReader::with_capacity(1 << 20, child.stdout.take().unwrap());
        Self { child, lines }
    }

    /// The next ones, as NDJSON, with how many they are.
    fn next(&mut self, most: u64) -> (u64, Vec<u8>) {
        let (mut count, mut batch) = (0, Vec::new());
        while count < most && self.lines.read_until(b'\n', &mut batch).unwrap() > 0 {
            count += 1;
        }
        (count, batch)
    }

    /// Pushes so many in batches. Answers how many they were and how long the service took; what is pushed must be new.
    pub fn push(&mut self, client: &Client, count: u64, batch: u64) -> Result<(u64, Duration), String> {
        let (mut pushed, mut took) = (0, Duration::ZERO);
        while pushed < count {
            let (rows, body) = self.next(batch.min(count - pushed));
            if rows == 0 {
                break;
            }
            let started = Instant::now();
            let request = client.request("POST", DOSSIERS_BATCH).bytes("application/x-ndjson", &body);
            let answer = request.try_send().map_err(|error| error.to_string())?;
            took += started.elapsed();
            let said: String = answer.text().chars().take(160).collect();
            if answer.status != 200 {
                return Err(format!("{} {said}", answer.status));
            }
            if answer.json()["summary"]["created"] != rows {
                return Err(format!("not all of {rows} were created: {said}"));
            }
            pushed += rows;
        }
        Ok((pushed, took))
    }
}

impl Drop for Dossiers {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// PostgreSQL's own program of a name, on the path or where packages put it.
pub fn postgres_program(name: &str) -> Result<Command, String> {
    let folders = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let packaged =
        folders.map(|folder| folder.path().join("bin").join(name)).filter(|path| path.exists()).max();
    let path = packaged.unwrap_or_else(|| name.into());
    let mut command = Command::new(&path);
    match command.arg("--version").output() {
        Ok(_) => Ok(Command::new(path)),
        Err(error) => Err(format!("{name}: {error}")),
    }
}

/// What psql prints for some commands of one session.
pub fn psql(url: &str, commands: &[&str]) -> Result<String, String> {
    let mut psql = postgres_program("psql")?;
    psql.args(["-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url]);
    for command in commands {
        psql.args(["-c", command]);
    }
    let output = psql.output().map_err(|error| error.to_string())?;
    let said = if output.status.success() { &output.stdout } else { &output.stderr };
    let said = String::from_utf8_lossy(said).into_owned();
    if output.status.success() { Ok(said) } else { Err(said.lines().next().unwrap_or_default().to_owned()) }
}

/// Copies what the service has stored since the last time into a table of the same columns and indexes. Answers how many
/// rows they were and how long COPY took, psql's start not counted.
pub fn copy(url: &str, folder: &std::path::Path) -> Result<(u64, Duration), String> {
    let (records, key) = RECORDS;
    let file = folder.join("rows");
    let file = file.to_str().unwrap();
    let new = format!(
        "SELECT * FROM {records} r WHERE NOT EXISTS (SELECT 1 FROM bare_{records} b WHERE b.{key} = r.{key})"
    );
    psql(
        url,
        &[
            "SET client_min_messages = warning",
            &format!("CREATE TABLE IF NOT EXISTS bare_{records} (LIKE {records} INCLUDING ALL)"),
            &format!("\\copy ({new}) TO '{file}'"),
        ],
    )?;
    let said = psql(url, &["\\timing on", &format!("\\copy bare_{records} FROM '{file}'")])?;
    let _ = std::fs::remove_file(file);
    let word = |after: &str| {
        said.lines().find_map(|line| line.strip_prefix(after)?.split_whitespace().next().map(str::to_owned))
    };
    let rows = word("COPY ").and_then(|word| word.parse().ok());
    let millis: Option<f64> = word("Time: ").and_then(|word| word.replace(',', ".").parse().ok());
    match (rows, millis) {
        (Some(rows), Some(millis)) => Ok((rows, Duration::from_secs_f64(millis / 1000.0))),
        _ => Err(format!("psql said {said:?}")),
    }
}
