//! The hand-written service that the budgets compare with, `fastapi/service.py`: installed into a folder of its own, and served
//! on a database.

use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::contract::Ask;
use super::http::Connection;
use super::queries::statement;

/// Where the service and what it needs are said.
const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/benchmark/fastapi");
/// Processes that answer.
const WORKERS: &str = "2";
/// More than its start may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// More than its end may take.
const END: Duration = Duration::from_secs(5);

/// A Python with what the service needs; gone with the value.
pub struct Installed {
    folder: tempfile::TempDir,
}

impl Installed {
    /// Installs it from the package registry. Says why it cannot.
    pub fn new() -> Result<Self, String> {
        let installed = Self { folder: tempfile::tempdir().map_err(|error| error.to_string())? };
        run("python3 -m venv", Command::new("python3").args(["-m", "venv"]).arg(installed.folder.path()))?;
        let mut pip = installed.python();
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1"]);
        run("pip install", pip.args(["--requirement", &format!("{SOURCE}/requirements.txt")]))?;
        Ok(installed)
    }

    fn python(&self) -> Command {
        Command::new(self.folder.path().join("bin/python"))
    }
}

/// Runs a command to its end. Says the last that it said if it fails.
fn run(what: &str, command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{what}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it failed");
    Err(format!("{what}: {}", last.chars().take(160).collect::<String>()))
}

/// The service, running on a database; ended with the value.
pub struct Served {
    child: Child,
    /// Where it answers.
    pub base: String,
}

impl Served {
    /// Serves the statements of the base, and is ready.
    pub fn start(installed: &Installed, url: &str) -> Result<Self, String> {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = free.map_err(|error| error.to_string())?.port().to_string();
        let of = |ask: Ask| {
            let statement = statement(ask);
            let (sql, values) = statement.marked();
            (ask.name().to_owned(), json!({"sql": sql, "values": values}))
        };
        let statements: Map<String, Value> = Ask::BY_HAND.into_iter().map(of).collect();
        let mut command = installed.python();
        command.args(["-m", "uvicorn", "service:app", "--app-dir", SOURCE, "--host", "127.0.0.1"]);
        command.args(["--port", &port, "--workers", WORKERS, "--log-level", "warning", "--no-access-log"]);
        command.env("DATABASE_URL", url).env("STATEMENTS", Value::Object(statements).to_string());
        command.env("PYTHONDONTWRITEBYTECODE", "1").stdin(Stdio::null()).stdout(Stdio::null());
        // Its workers are processes of their own: a group, which is ended as one.
        let child = command.process_group(0).spawn().map_err(|error| format!("uvicorn: {error}"))?;
        let mut served = Self { child, base: format!("http://127.0.0.1:{port}") };
        served.wait()?;
        Ok(served)
    }

    /// Waits until it answers.
    fn wait(&mut self) -> Result<(), String> {
        let started = Instant::now();
        let path = format!("/{}", Ask::Organization.name());
        while started.elapsed() < PATIENCE {
            match Connection::open(&self.base, &path, None).and_then(|mut connection| connection.ask()) {
                Ok(200) => return Ok(()),
                Ok(status) => return Err(format!("uvicorn answers {status}")),
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("uvicorn ended: {status}"));
            }
        }
        Err("uvicorn is not ready in time".to_owned())
    }

    /// Sends a signal to all of its processes.
    fn signal(&self, signal: &str) {
        let group = format!("-{}", self.child.id());
        // Whoever has ended already cannot be told.
        let _ = Command::new("kill").args([signal, "--", &group]).stderr(Stdio::null()).status();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.signal("-TERM");
        let told = Instant::now();
        while told.elapsed() < END && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(20));
        }
        self.signal("-KILL");
        let _ = self.child.wait();
    }
}
