//! A small HTTP client that keeps its connection, sends one request again and again, and measures.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// More than any answer may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// A connection with one request that it sends.
pub struct Connection {
    stream: BufReader<TcpStream>,
    request: Vec<u8>,
    body: Vec<u8>,
}

impl Connection {
    /// Connects to `http://address`.
    pub fn open(base: &str, path: &str, token: Option<&str>) -> std::io::Result<Self> {
        let address = base.trim_start_matches("http://");
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let token = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
        let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n{token}\r\n").into_bytes();
        Ok(Self { stream: BufReader::with_capacity(256 * 1024, stream), request, body: Vec::new() })
    }

    /// Sends the request and reads the answer whole. Answers its status; [`Connection::body`] has the rest.
    pub fn ask(&mut self) -> std::io::Result<u16> {
        self.stream.get_mut().write_all(&self.request)?;
        let status = self.line()?.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        let (mut length, mut chunked) = (0, false);
        loop {
            let line = self.line()?.to_ascii_lowercase();
            match line.split_once(':') {
                None => break,
                Some(("content-length", value)) => length = value.trim().parse().unwrap_or(0),
                Some(("transfer-encoding", value)) => chunked = value.contains("chunked"),
                Some(_) => {}
            }
        }
        self.body.clear();
        if chunked {
            while let size @ 1.. = usize::from_str_radix(&self.line()?, 16).unwrap_or(0) {
                self.read(size)?;
                self.line()?;
            }
            self.line()?;
        } else {
            self.read(length)?;
        }
        Ok(status)
    }

    /// The body of the last answer.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    fn line(&mut self) -> std::io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        line.truncate(line.trim_end().len());
        Ok(line)
    }

    fn read(&mut self, length: usize) -> std::io::Result<()> {
        let before = self.body.len();
        self.body.resize(before + length, 0);
        self.stream.read_exact(&mut self.body[before..])
    }
}

/// What a round, or the median of several, came to.
#[derive(Clone, Copy, Debug)]
pub struct Speed {
    /// Requests.
    pub per_second: f64,
    /// Half of the answers came within.
    pub p50: Duration,
    /// All but five in a hundred came within.
    pub p95: Duration,
}

/// Asks over some connections for a while. Says what is wrong with the first answer that is no 200.
pub fn round(
    base: &str,
    path: &str,
    token: Option<&str>,
    connections: usize,
    lasts: Duration,
) -> Result<Speed, String> {
    let started = Instant::now();
    let threads: Vec<_> = (0..connections)
        .map(|_| {
            let (base, path, token) = (base.to_owned(), path.to_owned(), token.map(str::to_owned));
            std::thread::spawn(move || times(&base, &path, token.as_deref(), started, lasts))
        })
        .collect();
    let mut times = Vec::new();
    for thread in threads {
        times.extend(thread.join().map_err(|_| "a client broke".to_owned())??);
    }
    let elapsed = started.elapsed();
    times.sort_unstable();
    let at = |percent: usize| times.get((times.len() * percent / 100).min(times.len().saturating_sub(1)));
    let count = u32::try_from(times.len()).unwrap_or(u32::MAX);
    Ok(Speed {
        per_second: f64::from(count) / elapsed.as_secs_f64(),
        p50: at(50).copied().unwrap_or_default(),
        p95: at(95).copied().unwrap_or_default(),
    })
}

fn times(
    base: &str,
    path: &str,
    token: Option<&str>,
    started: Instant,
    lasts: Duration,
) -> Result<Vec<Duration>, String> {
    let mut connection = Connection::open(base, path, token).map_err(|error| error.to_string())?;
    let mut times = Vec::new();
    loop {
        let asked = Instant::now();
        let status = connection.ask().map_err(|error| error.to_string())?;
        times.push(asked.elapsed());
        if status != 200 {
            let body: String = String::from_utf8_lossy(connection.body()).chars().take(120).collect();
            return Err(format!("{status} {body}"));
        }
        if started.elapsed() >= lasts {
            return Ok(times);
        }
    }
}
