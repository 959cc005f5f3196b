//! A target of webhooks: a small HTTP server that keeps what it is sent and answers as it is told.

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver as Calls, Sender};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use super::process::LONG;

/// How a call is answered.
#[derive(Clone, Debug)]
pub enum Reaction {
    /// With a status.
    Status(u16),
    /// With 429, and after how many seconds to try again.
    Later(u32),
    /// With 302 to a place.
    Redirect(String),
    /// Not at all: the connection stays open.
    Silence,
}

/// A call as it came.
#[derive(Clone, Debug)]
pub struct Call {
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

/// A target that takes everything unless it is told otherwise.
pub struct Receiver {
    pub address: SocketAddr,
    calls: Calls<Call>,
    reactions: Arc<Mutex<VecDeque<Reaction>>>,
}

impl Receiver {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, calls) = mpsc::channel();
        let reactions: Arc<Mutex<VecDeque<Reaction>>> = Arc::default();
        let shared = Arc::clone(&reactions);
        std::thread::spawn(move || {
            let mut silent = Vec::new();
            for stream in listener.incoming().map_while(Result::ok) {
                silent.extend(serve(stream, &sender, &shared));
            }
        });
        Self { address, calls, reactions }
    }

    pub fn url(&self) -> String {
        format!("http://{}/hooks", self.address)
    }

    /// How the next calls are answered, one by one.
    pub fn react(&self, reactions: &[Reaction]) {
        self.reactions.lock().unwrap().extend(reactions.iter().cloned());
    }

    /// Waits for the next call.
    #[track_caller]
    pub fn call(&self) -> Call {
        self.calls.recv_timeout(LONG).expect("a call")
    }

    /// Whether a call came that nobody waited for.
    pub fn was_called(&self) -> bool {
        self.calls.try_recv().is_ok()
    }
}

/// Answers one call. Gives back the connection if there is to be no answer.
fn serve(
    stream: TcpStream,
    calls: &Sender<Call>,
    reactions: &Mutex<VecDeque<Reaction>>,
) -> Option<TcpStream> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let reaction = reactions.lock().unwrap().pop_front().unwrap_or(Reaction::Status(204));
    let head = match reaction {
        Reaction::Status(status) => format!("HTTP/1.1 {status} Said"),
        Reaction::Later(seconds) => format!("HTTP/1.1 429 Later\r\nretry-after: {seconds}"),
        Reaction::Redirect(place) => format!("HTTP/1.1 302 Found\r\nlocation: {place}"),
        Reaction::Silence => {
            calls.send(Call { headers, body }).ok()?;
            return Some(stream);
        }
    };
    let mut stream = stream;
    stream.write_all(format!("{head}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").as_bytes()).ok()?;
    calls.send(Call { headers, body }).ok()?;
    None
}

impl Call {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        &self.headers[name]
    }

    /// What it tells: kind, key and act of each change.
    pub fn told(&self) -> Vec<[String; 3]> {
        told(&self.json()["data"])
    }

    /// How many of its signatures are right under a secret as it was shown: by Standard Webhooks, written anew here.
    pub fn signed(&self, secret: &str) -> usize {
        let key = BASE64_STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let content = [
            self.header("webhook-id").as_bytes(),
            b".",
            self.header("webhook-timestamp").as_bytes(),
            b".",
            &self.body,
        ];
        let expected = format!("v1,{}", BASE64_STANDARD.encode(hmac(&key, &content.concat())));
        self.header("webhook-signature").split(' ').filter(|signature| *signature == expected).count()
    }
}

/// Kind, key and act of each change of a list.
pub fn told(list: &Value) -> Vec<[String; 3]> {
    let text = |item: &Value, field: &str| item[field].as_str().unwrap().to_owned();
    let items = list["items"].as_array().unwrap().iter();
    items.map(|item| ["kind", "key", "act"].map(|field| text(item, field))).collect()
}

/// HMAC (RFC 2104) with SHA-256.
fn hmac(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut block = if key.len() > 64 { sha256(key).to_vec() } else { key.to_vec() };
    block.resize(64, 0);
    let with = |pad: u8| block.iter().map(|byte| byte ^ pad).collect::<Vec<u8>>();
    let inner = sha256(&[with(0x36), text.to_vec()].concat());
    sha256(&[with(0x5c), inner.to_vec()].concat())
}

/// The first 64 bits of the fractional parts of a root, by integers: the largest `r` with `r^power <= n * 2^(32 * power)`.
fn fraction(n: u128, power: u32) -> u32 {
    let (mut low, mut high) = (0_u128, 1 << 41);
    while high - low > 1 {
        let middle = u128::midpoint(low, high);
        let fits = middle.checked_pow(power).is_some_and(|p| p <= n << (32 * power));
        if fits { low = middle } else { high = middle }
    }
    u32::try_from(low & 0xffff_ffff).unwrap()
}

fn primes() -> impl Iterator<Item = u128> {
    (2_u128..).filter(|n| (2..*n).all(|d| n % d != 0))
}

/// SHA-256 (FIPS 180-4); its constants are the roots of primes.
fn sha256(text: &[u8]) -> [u8; 32] {
    let k: Vec<u32> = primes().take(64).map(|prime| fraction(prime, 3)).collect();
    let mut state: Vec<u32> = primes().take(8).map(|prime| fraction(prime, 2)).collect();
    let mut padded = text.to_vec();
    padded.push(0x80);
    padded.resize(padded.len().next_multiple_of(64), 0);
    if padded.len() - text.len() < 9 {
        padded.resize(padded.len() + 64, 0);
    }
    let end = padded.len() - 8;
    padded[end..].copy_from_slice(&(text.len() as u64 * 8).to_be_bytes());
    for block in padded.chunks(64) {
        let mut w: Vec<u32> =
            block.chunks(4).map(|word| u32::from_be_bytes(word.try_into().unwrap())).collect();
        for t in 16..64 {
            let s0 = w[t - 15].rotate_right(7) ^ w[t - 15].rotate_right(18) ^ (w[t - 15] >> 3);
            let s1 = w[t - 2].rotate_right(17) ^ w[t - 2].rotate_right(19) ^ (w[t - 2] >> 10);
            w.push(w[t - 16].wrapping_add(s0).wrapping_add(w[t - 7]).wrapping_add(s1));
        }
        let mut v = state.clone();
        for t in 0..64 {
            let s1 = v[4].rotate_right(6) ^ v[4].rotate_right(11) ^ v[4].rotate_right(25);
            let choice = (v[4] & v[5]) ^ (!v[4] & v[6]);
            let first = v[7].wrapping_add(s1).wrapping_add(choice).wrapping_add(k[t]).wrapping_add(w[t]);
            let s0 = v[0].rotate_right(2) ^ v[0].rotate_right(13) ^ v[0].rotate_right(22);
            let majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
            let second = s0.wrapping_add(majority);
            v.rotate_right(1);
            v[4] = v[4].wrapping_add(first);
            v[0] = first.wrapping_add(second);
        }
        state = state.iter().zip(&v).map(|(a, b)| a.wrapping_add(*b)).collect();
    }
    state.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<u8>>().try_into().unwrap()
}

/// RFC 4231, case 2, and FIPS 180-4's "abc".
#[test]
fn the_independent_signature_is_right() {
    let hex = |bytes: [u8; 32]| bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    assert_eq!(hex(sha256(b"abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    let signed = hmac(b"Jefe", b"what do ya want for nothing?");
    assert_eq!(hex(signed), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}
