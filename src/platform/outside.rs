//! Calling addresses that callers named: never into the network that the service stands in, whatever a name leads to.
//!
//! A name is looked up once for a call, every address that it leads to is judged, and the connection goes to one of those
//! that were judged: a name that leads elsewhere the next moment gains nothing. Redirects are not followed.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::str::FromStr;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use ureq::Agent;
use ureq::http::Uri;
use ureq::tls::{RootCerts, TlsConfig, TlsProvider};
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

/// Answers the addresses of `host:port`.
type Lookup = dyn Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync;

/// Who knows the addresses of names.
#[derive(Clone, Default)]
pub enum Names {
    /// The system.
    #[default]
    System,
    /// Whoever is asked instead.
    Told(Arc<Lookup>),
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::System => "System",
            Self::Told(_) => "Told",
        })
    }
}

impl Names {
    /// The addresses of `host:port`, within a time.
    fn of(&self, place: &str, time: Duration) -> io::Result<Vec<SocketAddr>> {
        if let Self::Told(lookup) = self {
            return lookup(place);
        }
        let (sender, receiver) = mpsc::sync_channel(1);
        let place = place.to_owned();
        // The system's own lookup cannot be broken off; who waits for it can.
        std::thread::spawn(move || sender.send(place.to_socket_addrs().map(Iterator::collect)).ok());
        receiver.recv_timeout(time).unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }
}

/// A network, as `10.20.0.0/16` or `fd00:20::/32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    first: u128,
    bits: u32,
}

/// An IPv4 address among those of IPv6.
fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let no = || format!("{text} is not a network such as 10.20.0.0/16");
        let (address, bits) = text.split_once('/').ok_or_else(no)?;
        let address: IpAddr = address.parse().map_err(|_| no())?;
        let bits: u32 = bits.parse().map_err(|_| no())?;
        let bits = if address.is_ipv4() { bits.checked_add(96).ok_or_else(no)? } else { bits };
        let network = Self { first: number(address), bits };
        if bits > 128 || network.first & !network.mask() != 0 { Err(no()) } else { Ok(network) }
    }
}

impl Network {
    fn mask(&self) -> u128 {
        u128::MAX.checked_shl(128 - self.bits).unwrap_or(0)
    }

    fn holds(&self, address: IpAddr) -> bool {
        number(address) & self.mask() == self.first
    }
}

/// What may be called.
#[derive(Clone, Debug)]
pub struct OutsideConfig {
    /// Also by `http`.
    pub plain: bool,
    /// Networks that may be called although they are not public.
    pub networks: Vec<Network>,
    /// How long a call may take, from the name to the answer.
    pub time: Duration,
    /// Who knows the addresses of names.
    pub names: Names,
}

/// Whether an address is anybody's on the internet: none of the special ones of RFC 6890 and its successors, and none at
/// which providers keep the credentials of their machines. Of IPv6 only what is given out is (RFC 4291), without what wraps
/// an IPv4 address.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or_else(|| is_public_v6(v6), is_public_v4),
    }
}

/// The networks of IPv4 that are not anybody's, with the bits of each.
const NOT_PUBLIC: &[(Ipv4Addr, u32)] = &[
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(168, 63, 129, 16), 32),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Multicast, what is kept for later, and broadcast.
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

fn is_public_v4(address: Ipv4Addr) -> bool {
    let within = |(first, bits): &(Ipv4Addr, u32)| (address.to_bits() ^ first.to_bits()) >> (32 - bits) == 0;
    !NOT_PUBLIC.iter().any(within)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let given_out = first & 0xe000 == 0x2000;
    // Special purposes with Teredo, documentation, 6to4, and documentation again.
    let special =
        (first == 0x2001 && (second < 0x200 || second == 0xdb8)) || first == 0x2002 || first == 0x3fff;
    given_out && !special
}

/// Why an address is not called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is no URL that could be called.
    #[error("it is not an https:// address with a host and without a user")]
    Malformed,
    /// It leads to an address that is not public.
    #[error("{0} is not a public address")]
    Inside(IpAddr),
}

/// The way out.
pub struct Outside {
    gate: Gate,
    agent: Agent,
}

/// What a target answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// The status.
    pub status: u16,
    /// `Retry-After`, as it stands there.
    pub retry_after: Option<String>,
}

impl Outside {
    /// A way out with these bounds.
    pub fn new(config: OutsideConfig) -> Self {
        let tls =
            TlsConfig::builder().provider(TlsProvider::NativeTls).root_certs(RootCerts::PlatformVerifier);
        let settings = Agent::config_builder()
            .timeout_global(Some(config.time))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_idle_connections(0)
            .https_only(!config.plain)
            // What a proxy resolves nobody judges.
            .proxy(None)
            .user_agent(concat!("danvan/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls.build())
            .build();
        let gate = Gate { config };
        Self { agent: Agent::with_parts(settings, DefaultConnector::default(), gate.clone()), gate }
    }

    /// How long a call may take.
    pub fn time(&self) -> Duration {
        self.gate.config.time
    }

    /// Whether an address could be called now. One whose name leads nowhere now is let through: each call looks anew.
    pub fn admits(&self, url: &str) -> Result<(), Refused> {
        let uri: Uri = url.parse().map_err(|_| Refused::Malformed)?;
        let place = self.gate.place(&uri).ok_or(Refused::Malformed)?;
        self.gate.judged(&self.gate.config.names.of(&place, self.time()).unwrap_or_default())
    }

    /// Posts a body. Answers what the target said, or why it said nothing.
    pub fn post(&self, url: &str, headers: &[(&str, String)], body: &[u8]) -> Result<Posted, String> {
        let request =
            headers.iter().fold(self.agent.post(url), |request, (name, value)| request.header(*name, value));
        let answer = request.send(body).map_err(|error| error.to_string())?;
        let retry_after = answer.headers().get("retry-after").and_then(|value| value.to_str().ok());
        Ok(Posted { status: answer.status().as_u16(), retry_after: retry_after.map(ToOwned::to_owned) })
    }
}

/// Judges where a call leads.
#[derive(Clone, Debug)]
struct Gate {
    config: OutsideConfig,
}

impl Gate {
    /// `host:port` of a URL that may be called.
    fn place(&self, uri: &Uri) -> Option<String> {
        let port = match uri.scheme_str() {
            Some("https") => 443,
            Some("http") if self.config.plain => 80,
            _ => return None,
        };
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
        let host = Some(authority.host()).filter(|host| !host.is_empty())?;
        Some(format!("{host}:{}", authority.port_u16().unwrap_or(port)))
    }

    /// Refuses if one of the addresses is not to be called.
    fn judged(&self, found: &[SocketAddr]) -> Result<(), Refused> {
        let may = |address: IpAddr| {
            is_public(address) || self.config.networks.iter().any(|network| network.holds(address))
        };
        let refused = found.iter().map(SocketAddr::ip).find(|address| !may(*address));
        refused.map_or(Ok(()), |address| Err(Refused::Inside(address)))
    }
}

impl Resolver for Gate {
    fn resolve(
        &self,
        uri: &Uri,
        _: &ureq::config::Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let place = self.place(uri).ok_or_else(|| ureq::Error::Other(Box::new(Refused::Malformed)))?;
        let found = self.config.names.of(&place, self.config.time)?;
        self.judged(&found).map_err(|refused| ureq::Error::Other(Box::new(refused)))?;
        let mut resolved = self.empty();
        for address in found.into_iter().take(16) {
            resolved.push(address);
        }
        if resolved.is_empty() { Err(ureq::Error::HostNotFound) } else { Ok(resolved) }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn outside(networks: &[&str], names: Names) -> Outside {
        let networks = networks.iter().map(|text| text.parse().unwrap()).collect();
        Outside::new(OutsideConfig { plain: true, networks, time: Duration::from_secs(5), names })
    }

    #[test]
    fn only_public_addresses_are_public() {
        let no = "0.0.0.0 10.1.2.3 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 \
             168.63.129.16 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.192 192.0.2.1 \
             192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.7 224.0.0.1 \
             239.255.255.255 240.0.0.1 255.255.255.255 :: ::1 ::ffff:127.0.0.1 \
             ::ffff:10.0.0.1 ::127.0.0.1 64:ff9b::a00:1 fc00::1 fd00:ec2::254 fe80::1 fec0::1 \
             ff02::1 2001::1 2001:db8::1 2002:7f00:1:: 100::1 3fff::1";
        for address in no.split_whitespace() {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        let yes = "8.8.8.8 100.63.255.255 100.128.0.1 172.15.255.255 172.32.0.1 198.20.0.1 \
             223.255.255.255 ::ffff:8.8.8.8 2001:4860:4860::8888 2400:cb00::1 2606:4700::1111";
        for address in yes.split_whitespace() {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn a_network_holds_its_own_addresses_only() {
        let network: Network = "10.20.0.0/16".parse().unwrap();
        for (address, held) in
            [("10.20.0.0", true), ("10.20.255.255", true), ("10.21.0.0", false), ("::ffff:10.20.1.1", true)]
        {
            assert_eq!(network.holds(address.parse().unwrap()), held, "{address}");
        }
        for wrong in ["10.20.0.0", "10.20.0.1/16", "10.20.0.0/33", "fd00::/129", "x/8", "10.20.0.0/-1"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
        assert!("0.0.0.0/0".parse::<Network>().unwrap().holds("9.9.9.9".parse().unwrap()));
        assert!("::/0".parse::<Network>().unwrap().holds("fd00::1".parse().unwrap()));
    }

    #[test]
    fn an_address_is_judged_however_it_is_written() {
        let outside = outside(&[], Names::System);
        for url in [
            "http://127.0.0.1/x",
            "http://127.1:8080/",
            "http://2130706433/",
            "http://[::1]/",
            "http://0x7f.0.0.1/",
        ] {
            assert!(matches!(outside.admits(url), Err(Refused::Inside(_))), "{url}");
        }
        for url in
            ["", "hooks", "/hooks", "ftp://8.8.8.8/", "http://user@8.8.8.8/", "http://", "file:///etc/passwd"]
        {
            assert_eq!(outside.admits(url), Err(Refused::Malformed), "{url}");
        }
        assert_eq!(outside.admits("http://8.8.8.8/hooks"), Ok(()));
        let encrypted = Outside::new(OutsideConfig { plain: false, ..outside.gate.config });
        assert_eq!(encrypted.admits("http://8.8.8.8/hooks"), Err(Refused::Malformed));
        assert_eq!(encrypted.admits("https://8.8.8.8/hooks"), Ok(()));
    }

    #[test]
    fn a_name_that_leads_elsewhere_the_next_time_is_judged_anew() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let inside = listener.local_addr().unwrap();
        let asked = AtomicUsize::new(0);
        let turning = move |_: &str| {
            let public = SocketAddr::from(([8, 8, 8, 8], 443));
            Ok(vec![if asked.fetch_add(1, Ordering::Relaxed) == 0 { public } else { inside }])
        };
        let outside = outside(&[], Names::Told(Arc::new(turning)));
        assert_eq!(outside.admits("http://hooks.example.vn/"), Ok(()));
        let refused = outside.post("http://hooks.example.vn/", &[], b"{}").unwrap_err();
        assert!(refused.contains("127.0.0.1 is not a public address"), "{refused}");
        listener.set_nonblocking(true).unwrap();
        assert!(listener.accept().is_err(), "nobody called");
    }

    #[test]
    fn one_address_inside_among_others_is_enough() {
        let both =
            |_: &str| Ok(vec![SocketAddr::from(([8, 8, 8, 8], 80)), SocketAddr::from(([10, 0, 0, 1], 80))]);
        let outside = outside(&[], Names::Told(Arc::new(both)));
        assert_eq!(outside.admits("http://x.vn/"), Err(Refused::Inside("10.0.0.1".parse().unwrap())));
    }

    #[test]
    fn the_call_goes_to_the_address_that_was_judged_and_a_redirect_is_an_answer() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let place = listener.local_addr().unwrap();
        let names = Names::Told(Arc::new(move |asked: &str| {
            assert_eq!(asked, "hooks.example.vn:80");
            Ok(vec![place])
        }));
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = [0; 4096];
            let length = stream.read(&mut head).unwrap();
            stream
                .write_all(b"HTTP/1.1 302 Found\r\nlocation: http://10.0.0.1/\r\nretry-after: 9\r\ncontent-length: 0\r\n\r\n")
                .unwrap();
            String::from_utf8_lossy(&head[..length]).into_owned()
        });
        let outside = outside(&["127.0.0.0/8"], names);
        let answer = outside.post("http://hooks.example.vn/a", &[("webhook-id", "1".to_owned())], b"{}");
        assert_eq!(answer, Ok(Posted { status: 302, retry_after: Some("9".to_owned()) }));
        let head = server.join().unwrap();
        assert!(head.starts_with("POST /a HTTP/1.1\r\n") && head.contains("webhook-id: 1"), "{head}");
    }
}
