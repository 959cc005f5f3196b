//! The real binary as a process of its own, on a database of a test.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use super::client::Client;
use super::database::{Backend, Database};

/// More than anything here may take.
pub const LONG: Duration = Duration::from_mins(1);

/// The settings, keys and database that any number of processes share.
pub struct Site {
    pub folder: tempfile::TempDir,
    pub database: Database,
    settings: Vec<(String, String)>,
}

/// A process that is ended with the value.
pub struct Process {
    pub child: Child,
    pub base: String,
    lines: Receiver<String>,
}

/// The binary with no settings at all.
pub fn danvan(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_danvan"));
    command.args(args).env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What a command that must succeed printed.
#[track_caller]
pub fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What a command that must fail said.
#[track_caller]
pub fn refused(output: &Output) -> String {
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr.clone()).unwrap()
}

impl Site {
    /// A site with a key and a secret that the binary itself made.
    pub fn new(backend: Backend) -> Self {
        Self::on(Database::new(backend))
    }

    pub fn on(database: Database) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut site = Self { folder, database, settings: Vec::new() };
        let url = site.database.url();
        for (name, verb) in [("DANVAN_SIGNING_KEY_FILES", "key"), ("DANVAN_SECRET_FILE", "secret")] {
            let path = site.file(verb, printed(&danvan(&[verb]).output().unwrap()).as_bytes());
            site.set(name, &path);
        }
        for (name, value) in [
            ("DATABASE_URL", url.as_str()),
            ("DANVAN_ADDRESS", "127.0.0.1:0"),
            ("DANVAN_WORKERS", "2"),
            ("DANVAN_DRAIN_SECONDS", "0"),
            ("DANVAN_STOP_SECONDS", "20"),
        ] {
            site.set(name, value);
        }
        site
    }

    /// A file of this site. Answers its path.
    pub fn file(&self, name: &str, content: &[u8]) -> String {
        let path = self.folder.path().join(name);
        std::fs::File::create(&path).unwrap().write_all(content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Sets a setting, or takes it away by an empty value.
    pub fn set(&mut self, name: &str, value: &str) {
        self.settings.retain(|(known, _)| known != name);
        self.settings.push((name.to_owned(), value.to_owned()));
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = danvan(args);
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command.current_dir(self.folder.path());
        command
    }

    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// A caller with a token that the binary printed.
    pub fn caller(&self, process: &Process, org: &str, scope: &str) -> Client {
        let token = printed(&self.run(&["token", "--org", org, "--scope", scope]));
        Client::new(&process.base, Some(format!("Bearer {}", token.trim())))
    }

    /// A caller that reaches and may do everything.
    pub fn root(&self, process: &Process) -> Client {
        let all = danvan::platform::auth::SCOPES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" ");
        self.caller(process, "*", &all)
    }

    /// Serves, and is ready.
    #[track_caller]
    pub fn serve(&self) -> Process {
        let mut child = self.command(&["serve"]).stdout(Stdio::null()).spawn().unwrap();
        let lines = lines_of(child.stderr.take().unwrap());
        let mut process = Process { child, base: String::new(), lines };
        let line = process.line("listening on ");
        process.base = format!("http://{}", line.rsplit(' ').next().unwrap());
        process
    }
}

/// The lines of a stream as they come.
pub fn lines_of(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            // Whoever listened may have gone; the stream is read to its end all the same.
            let _ = sender.send(line);
        }
    });
    receiver
}

impl Process {
    /// Takes over a process whose lines somebody reads already.
    pub fn of(child: Child, base: String, lines: Receiver<String>) -> Self {
        Self { child, base, lines }
    }

    /// Waits for a line with a text.
    #[track_caller]
    pub fn line(&self, text: &str) -> String {
        let deadline = Instant::now() + LONG;
        let mut seen = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            if line.contains(text) {
                return line;
            }
            seen.push(line);
        }
        panic!("no line with {text:?} in {seen:#?}")
    }

    /// The lines that nobody waited for, once the process has ended.
    pub fn rest(&self) -> Vec<String> {
        self.lines.iter().collect()
    }

    /// A caller without a token.
    pub fn anyone(&self) -> Client {
        Client::new(&self.base, None)
    }

    /// Ends it at once, as a power cut does.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Tells it to stop.
    pub fn terminate(&self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success());
    }

    /// Waits until it has ended by itself, well.
    #[track_caller]
    pub fn ended(&mut self) {
        let deadline = Instant::now() + LONG;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                assert!(status.success(), "{status}");
                return;
            }
            assert!(Instant::now() < deadline, "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks again and again until the answer is as hoped for.
#[track_caller]
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + LONG;
    loop {
        if let Some(found) = ask() {
            return found;
        }
        assert!(Instant::now() < deadline, "never {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
