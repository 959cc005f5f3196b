//! Where verification keys come from: our own issuer, a file or a URL; refreshed, and bounded in age.

use std::fmt::Display;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

use jsonwebtoken::{Algorithm, DecodingKey};

use super::issuer::Issuer;
use super::key_set::{PublicKey, agent, download, read_file, read_set};

/// Reads the whole key set once more.
type Fetch = Box<dyn FnMut() -> Result<Vec<u8>, KeyFault> + Send>;

/// Where the verification keys come from.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// The own issuer; its keys stay the same while the process runs.
    Own(Arc<Issuer>),
    /// A JSON Web Key Set in a file, which is read again at each refresh.
    File(PathBuf),
    /// A JSON Web Key Set at an http or https address.
    Url {
        /// The address; redirects are not followed.
        url: String,
        /// Authorities (PEM) to trust for this address in place of those of the system.
        ca_file: Option<PathBuf>,
    },
}

/// How old keys may grow and how often they are fetched. None may be zero.
#[derive(Clone, Copy, Debug)]
pub struct Freshness {
    /// Between two fetches in quiet times; a key that left the set is refused after this time.
    pub refresh: Duration,
    /// The least time between two fetches when a fetch failed or unknown keys turn up.
    pub cool_down: Duration,
    /// For how long the last good keys are used while fetches fail; never less than twice `refresh`.
    pub max_stale: Duration,
}

impl Default for Freshness {
    fn default() -> Self {
        let cool_down = Duration::from_secs(30);
        Self { refresh: Duration::from_mins(5), cool_down, max_stale: Duration::from_hours(24) }
    }
}

/// Why there are no keys, or no newer ones: says which file or address and what is wrong with it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct KeyFault(String);

impl KeyFault {
    pub(super) fn at(place: impl Display, reason: impl Display) -> Self {
        Self(format!("{place}: {reason}"))
    }
}

/// The state of a ring, for readiness and metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeysState {
    /// How many keys are held.
    pub keys: usize,
    /// Seconds since the last good fetch; 0 while there was none, and for the own issuer.
    pub age_seconds: u64,
    /// Whether the keys are too old or were never fetched, so that every token is refused.
    pub stale: bool,
}

/// The keys that verify tokens. Shared in an `Arc`; its thread ends soon after the ring is dropped.
pub(super) struct KeyRing {
    shared: Arc<Shared>,
}

impl KeyRing {
    /// Opens a source; a file or an address is fetched once before this returns, which takes up to 5 seconds.
    ///
    /// Refuses a file that is missing or has no usable key, since that is a mistake of whoever configured it.
    /// An address that does not answer is none: the ring starts stale and tries again after each cool-down.
    pub(super) fn open(source: KeySource, freshness: Freshness) -> Result<Self, KeyFault> {
        match source {
            KeySource::Own(issuer) => {
                let shared = Shared::new(freshness, true);
                let document = issuer.jwks().to_string().into_bytes();
                shared.accept(read_set(&document)?, document, Instant::now());
                Ok(Self { shared: Arc::new(shared) })
            }
            KeySource::File(path) => {
                if read_set(&read_file(&path)?)?.is_empty() {
                    return Err(KeyFault::at(path.display(), "no key in it could verify a token"));
                }
                Self::with_fetch(Box::new(move || read_file(&path)), freshness)
            }
            KeySource::Url { url, ca_file } => {
                let agent = agent(&url, ca_file.as_deref())?;
                Self::with_fetch(Box::new(move || download(&agent, &url)), freshness)
            }
        }
    }

    fn with_fetch(mut fetch: Fetch, freshness: Freshness) -> Result<Self, KeyFault> {
        let shared = Arc::new(Shared::new(freshness, false));
        shared.refresh(&mut fetch, Instant::now());
        let worker = Arc::clone(&shared);
        let keep_fresh = move || {
            while worker.wait_until_due() {
                worker.refresh(&mut fetch, Instant::now());
            }
        };
        let thread = std::thread::Builder::new().name("key-refresh".to_owned()).spawn(keep_fresh);
        thread.map_err(|fault| KeyFault::at("the thread that refreshes the keys", fault))?;
        Ok(Self { shared })
    }

    /// The key that may verify a token with this `kid` and algorithm, if there is one.
    ///
    /// Never waits for the network. A `kid` that nobody knows only *asks* the background thread to fetch, at
    /// most once per cool-down however many ask, and is answered with `None`; the client's retry succeeds if
    /// the key was new. Without a `kid` there must be exactly one key that fits the algorithm. Stale keys are
    /// not given out at all.
    pub(super) fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Option<Arc<DecodingKey>> {
        self.shared.find(kid, algorithm, Instant::now())
    }

    /// Grows whenever the set changes or goes stale; whoever remembers verified tokens then forgets them.
    pub(super) fn generation(&self) -> u64 {
        self.shared.generation(Instant::now())
    }

    /// How the ring is doing.
    pub(super) fn state(&self) -> KeysState {
        self.shared.state(Instant::now())
    }
}

impl Drop for KeyRing {
    fn drop(&mut self) {
        self.shared.plan().closed = true;
        self.shared.wake.notify_all();
    }
}

/// What the ring and its thread share. Takes the moment as an argument, so that tests need not wait.
struct Shared {
    book: RwLock<Book>,
    plan: Mutex<Plan>,
    wake: Condvar,
    freshness: Freshness,
    fixed: bool,
}

/// The keys as they are known now.
#[derive(Default)]
struct Book {
    keys: Vec<PublicKey>,
    document: Vec<u8>,
    generation: u64,
    fresh_at: Option<Instant>,
}

/// When to fetch next.
struct Plan {
    tried_at: Instant,
    failed: bool,
    asked: bool,
    closed: bool,
}

impl Plan {
    fn wait(&self, freshness: Freshness, now: Instant) -> Duration {
        let Freshness { refresh, cool_down, .. } = freshness;
        let pause = if self.failed || self.asked { cool_down.min(refresh) } else { refresh };
        pause.saturating_sub(now.saturating_duration_since(self.tried_at))
    }
}

impl Shared {
    fn new(mut freshness: Freshness, fixed: bool) -> Self {
        // Else keys that are fetched in good time would go stale just before each refresh.
        freshness.max_stale = freshness.max_stale.max(freshness.refresh.saturating_mul(2));
        let plan = Plan { tried_at: Instant::now(), failed: false, asked: false, closed: false };
        Self { book: RwLock::default(), plan: Mutex::new(plan), wake: Condvar::new(), freshness, fixed }
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn book(&self) -> RwLockReadGuard<'_, Book> {
        self.book.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_stale(&self, book: &Book, now: Instant) -> bool {
        let too_old = |at| now.saturating_duration_since(at) > self.freshness.max_stale;
        !self.fixed && book.fresh_at.is_none_or(too_old)
    }

    fn find(&self, kid: Option<&str>, algorithm: Algorithm, now: Instant) -> Option<Arc<DecodingKey>> {
        let book = self.book();
        if self.is_stale(&book, now) {
            return None;
        }
        let named = |key: &&PublicKey| kid.is_none_or(|kid| key.kid.as_deref() == Some(kid));
        let mut fitting = book.keys.iter().filter(named).filter(|key| key.fits(algorithm));
        let found = fitting.next().map(|key| Arc::clone(&key.public));
        let alone = fitting.next().is_none();
        let unknown = kid.is_some() && !book.keys.iter().any(|key| named(&key));
        drop(book);
        if unknown && !std::mem::replace(&mut self.plan().asked, true) {
            self.wake.notify_all();
        }
        found.filter(|_| kid.is_some() || alone)
    }

    fn generation(&self, now: Instant) -> u64 {
        let book = self.book();
        book.generation + u64::from(self.is_stale(&book, now))
    }

    fn state(&self, now: Instant) -> KeysState {
        let book = self.book();
        let since = book.fresh_at.filter(|_| !self.fixed).unwrap_or(now);
        KeysState {
            keys: book.keys.len(),
            age_seconds: now.saturating_duration_since(since).as_secs(),
            stale: self.is_stale(&book, now),
        }
    }

    /// Sleeps until the next fetch is due; `false` says that the ring is gone.
    fn wait_until_due(&self) -> bool {
        let mut plan = self.plan();
        while !plan.closed {
            let wait = plan.wait(self.freshness, Instant::now());
            if wait.is_zero() {
                return true;
            }
            plan = self.wake.wait_timeout(plan, wait).unwrap_or_else(PoisonError::into_inner).0;
        }
        false
    }

    /// Fetches once. A failure leaves the keys as they are.
    fn refresh(&self, fetch: &mut Fetch, now: Instant) {
        let mut plan = self.plan();
        (plan.asked, plan.tried_at) = (false, now);
        drop(plan);
        let read = fetch().and_then(|document| Ok((read_set(&document)?, document)));
        self.plan().failed = read.is_err();
        match read {
            Ok((keys, document)) => self.accept(keys, document, now),
            Err(fault) => log::warn!("verification keys were not refreshed: {fault}"),
        }
    }

    fn accept(&self, keys: Vec<PublicKey>, document: Vec<u8>, now: Instant) {
        let mut book = self.book.write().unwrap_or_else(PoisonError::into_inner);
        if document != book.document || self.is_stale(&book, now) {
            log::info!("verification keys changed, {} in use", keys.len());
            // Two steps: the odd number between belongs to the same keys gone stale.
            book.generation += 2;
        }
        *book = Book { keys, document, generation: book.generation, fresh_at: Some(now) };
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
    use aws_lc_rs::{rand::SystemRandom, rsa, signature as sig};
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    use jsonwebtoken::{EncodingKey, crypto, jwk::Jwk};
    use serde_json::{Value, json};

    use super::super::issuer::tests::pem;
    use super::*;

    /// Gives these key sets in turn and fails where there is none.
    fn source(answers: &[Option<&Issuer>]) -> Fetch {
        let document = |issuer: &Issuer| issuer.jwks().to_string().into_bytes();
        let answers: Vec<_> = answers.iter().map(|issuer| issuer.map(document)).collect();
        let mut answers = answers.into_iter();
        Box::new(move || answers.next().flatten().ok_or_else(|| KeyFault::at("the test", "it is away")))
    }

    fn issuers() -> (Issuer, Issuer, Shared) {
        let shared = Shared::new(Freshness::default(), false);
        (Issuer::ephemeral().unwrap(), Issuer::ephemeral().unwrap(), shared)
    }

    fn kid(issuer: &Issuer) -> String {
        issuer.jwks().pointer("/keys/0/kid").and_then(Value::as_str).unwrap().to_owned()
    }

    fn knows(shared: &Shared, issuer: &Issuer, now: Instant) -> bool {
        shared.find(Some(&kid(issuer)), Algorithm::EdDSA, now).is_some()
    }

    #[test]
    fn a_thousand_unknown_kids_cause_one_fetch_per_cool_down() {
        let (a, _, shared) = issuers();
        let mut fetch = source(&[Some(&a), Some(&a)]);
        let (start, rules) = (Instant::now(), Freshness::default());
        shared.refresh(&mut fetch, start);
        assert!(knows(&shared, &a, start));
        assert_eq!(shared.plan().wait(rules, start), rules.refresh, "a known kid asks for nothing");
        for n in 0..1000 {
            assert!(shared.find(Some(&format!("unknown-{n}")), Algorithm::EdDSA, start).is_none());
        }
        assert_eq!(shared.plan().wait(rules, start), rules.cool_down);
        let later = start + rules.cool_down;
        assert!(shared.plan().wait(rules, later).is_zero());
        shared.refresh(&mut fetch, later);
        assert_eq!(shared.plan().wait(rules, later), rules.refresh);
    }

    #[test]
    fn failed_fetches_keep_the_keys_until_they_are_too_old() {
        let (a, _, shared) = issuers();
        let mut fetch = source(&[Some(&a), None, None, Some(&a)]);
        let (start, rules) = (Instant::now(), Freshness::default());
        assert!(shared.state(start).stale, "without keys nothing is verified");
        shared.refresh(&mut fetch, start);
        let fresh = shared.generation(start);
        let last = start + rules.max_stale;
        shared.refresh(&mut fetch, last);
        assert!(knows(&shared, &a, last), "the last good keys are kept");
        assert_eq!(shared.plan().wait(rules, last), rules.cool_down, "a failure is tried again sooner");
        let too_late = last + Duration::from_secs(1);
        shared.refresh(&mut fetch, too_late);
        assert!(!knows(&shared, &a, too_late), "stale keys fail closed");
        assert_eq!(shared.state(too_late), KeysState { keys: 1, age_seconds: 86_401, stale: true });
        let stale = shared.generation(too_late);
        shared.refresh(&mut fetch, too_late);
        assert!(knows(&shared, &a, too_late));
        assert!(fresh < stale && stale < shared.generation(too_late));
    }

    #[test]
    fn an_unknown_kid_makes_the_thread_fetch_and_a_key_that_left_is_refused() {
        let (a, b, _) = issuers();
        let fetch = source(&[Some(&a), Some(&b)]);
        let cool_down = Duration::from_millis(20);
        let ring = KeyRing::with_fetch(fetch, Freshness { cool_down, ..Freshness::default() }).unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        while ring.find(Some(&kid(&b)), Algorithm::EdDSA).is_none() {
            assert!(Instant::now() < deadline, "the new key never came");
            std::thread::sleep(Duration::from_millis(2));
        }
        assert!(ring.find(Some(&kid(&a)), Algorithm::EdDSA).is_none(), "it left the set");
        assert_eq!(ring.generation(), 4);
    }

    #[test]
    fn a_key_verifies_with_its_own_algorithm_only() {
        let random = SystemRandom::new();
        let ec = |curve| sig::EcdsaKeyPair::generate_pkcs8(curve, &random).unwrap();
        let ec = |curve| EncodingKey::from_ec_der(ec(curve).as_ref());
        let der: Pkcs8V1Der = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).unwrap().as_der().unwrap();
        let rsa = EncodingKey::from_rsa_pem(&pem(der.as_ref())).unwrap();
        for (alg, other, key) in [
            (Algorithm::ES256, Algorithm::ES384, ec(&sig::ECDSA_P256_SHA256_FIXED_SIGNING)),
            (Algorithm::ES384, Algorithm::EdDSA, ec(&sig::ECDSA_P384_SHA384_FIXED_SIGNING)),
            (Algorithm::RS256, Algorithm::PS256, rsa.clone()),
            (Algorithm::PS512, Algorithm::HS512, rsa),
        ] {
            let jwk = Jwk::from_encoding_key(&key, alg).unwrap();
            let found = read_set(json!({ "keys": [jwk] }).to_string().as_bytes()).unwrap();
            assert!(found[0].fits(alg) && !found[0].fits(other));
            let signature = crypto::sign(b"text", &key, alg).unwrap();
            assert!(crypto::verify(&signature, b"text", &found[0].public, alg).unwrap());
        }
    }

    #[test]
    fn what_is_no_strong_public_key_for_signatures_is_ignored() {
        let of = |length| URL_SAFE_NO_PAD.encode(vec![255_u8; length]);
        let (n, short) = (of(256), of(32));
        let taken = json!([{}, { "use": "sig" }, { "key_ops": ["verify"] }, { "alg": "PS384", "kid": 7 }]);
        let ignored = json!([
            { "kty": "oct", "k": n }, { "kty": "DSA" }, { "n": of(255) }, { "d": n }, { "use": "enc" },
            { "key_ops": ["sign"] }, { "alg": "ES256" }, { "alg": "HS256" }, { "alg": 7 }, { "use": 1 },
            { "kty": "OKP", "crv": "X25519", "x": short }, { "kty": "OKP", "crv": "Ed25519", "x": n },
            { "kty": "EC", "crv": "P-384", "x": short, "y": short },
        ]);
        for (count, changes) in [(1, taken), (0, ignored)] {
            for change in changes.as_array().unwrap() {
                let mut jwk = json!({ "kty": "RSA", "n": n, "e": "AQAB" });
                jwk.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
                let found = read_set(json!({ "keys": [jwk] }).to_string().as_bytes()).unwrap();
                assert_eq!(found.len(), count, "{change}");
            }
        }
    }
}
