//! What is measured: a service and a bare one beside it on a fresh database, each a process of its own.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::contract::{CATALOGUE, ORGANIZATIONS_BATCH, PROCEDURES_BATCH, READY, definitions};
use super::harness::process::{Process, Site, danvan, lines_of, printed};
use super::harness::{Backend, Client, Database};
use super::http::Connection;

/// A database with a service and a bare service on it.
pub struct Running {
    /// Which database.
    pub backend: Backend,
    /// The service.
    pub service: Process,
    /// The bare one.
    pub bare: Process,
    /// Who pushes.
    pub client: Client,
    /// Who asks.
    pub token: String,
    /// From the start of the process to the first answer that it is ready: on an empty database, and on one that is up to
    /// date.
    pub ready: [Duration; 2],
    /// Memory before the first request.
    pub idle: u64,
    /// Where the database is; dropped last.
    pub site: Site,
}

impl Running {
    /// Starts both, and defines further KPIs and the organizations and procedures of the generated province.
    pub fn start(backend: Backend) -> Result<Self, String> {
        let mut site = Site::on(Database::empty(backend));
        // As many workers as a service that was told nothing has; only what is remarkable in the log.
        site.set("DANVAN_WORKERS", "");
        site.set("DANVAN_LOG", "warn,danvan::commands=info");
        let (first, on_empty) = serve(&site);
        drop(first);
        let (service, ready) = serve(&site);
        std::thread::sleep(Duration::from_secs(2));
        let idle = memory(&service, "VmRSS");
        let bare = bare(&site.database.url());
        let scopes: Vec<&str> = danvan::platform::auth::SCOPES.iter().map(|(name, _)| *name).collect();
        let token =
            printed(&site.run(&["token", "--org", "*", "--minutes", "1440", "--scope", &scopes.join(" ")]));
        let token = token.trim().to_owned();
        let client = Client::new(&service.base, Some(format!("Bearer {token}")));
        let running = Self { backend, service, bare, client, token, ready: [on_empty, ready], idle, site };
        for (kpi, definition) in definitions() {
            let answer = running.client.put(&format!("{CATALOGUE}/{kpi}"), &definition).try_send();
            let answer = answer.map_err(|error| error.to_string())?;
            if answer.status != 201 {
                return Err(format!("{kpi}: {} {}", answer.status, answer.text()));
            }
        }
        running.define("--organizations", ORGANIZATIONS_BATCH)?;
        if let Err(why) = running.define("--procedures", PROCEDURES_BATCH) {
            eprintln!("procedures: {why}");
        }
        Ok(running)
    }

    fn define(&self, what: &str, path: &str) -> Result<(), String> {
        let body: Value =
            serde_json::from_str(&printed(&danvan(&["generate", what]).output().unwrap())).unwrap();
        let answer = self.client.post(path, &body).try_send().map_err(|error| error.to_string())?;
        let said: String = answer.text().chars().take(160).collect();
        let taken = answer.status == 200 && answer.json()["summary"]["failed"] == 0;
        if taken { Ok(()) } else { Err(format!("{} {said}", answer.status)) }
    }

    /// Brings the statistics of the database up to date, as it does by itself in time.
    pub fn analyze(&self) {
        self.site.database.execute("ANALYZE");
    }

    /// The largest memory that the service has had, in KiB.
    pub fn peak(&self) -> u64 {
        memory(&self.service, "VmHWM")
    }
}

fn serve(site: &Site) -> (Process, Duration) {
    let started = Instant::now();
    let process = site.serve();
    let ready = || Connection::open(&process.base, READY, None).and_then(|mut connection| connection.ask());
    while !ready().is_ok_and(|status| status == 200) {
        assert!(started.elapsed() < Duration::from_mins(1), "never ready");
        std::thread::sleep(Duration::from_millis(1));
    }
    (process, started.elapsed())
}

/// This very program, told to be the bare service.
fn bare(url: &str) -> Process {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--bare", url]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let lines = lines_of(child.stderr.take().unwrap());
    let mut process = Process::of(child, String::new(), lines);
    process.base = format!("http://{}", process.line("listening on ").rsplit(' ').next().unwrap());
    process
}

/// A figure of a process's memory, in KiB.
fn memory(process: &Process, field: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.child.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
