//! A way to the database server that can be cut and mended.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};

use super::database::Database;

/// Forwards connections to the server of a database.
pub struct Proxy {
    /// The database's URL by way of this proxy.
    pub url: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    cut: bool,
    open: Vec<TcpStream>,
}

/// One direction of a connection to the server.
trait Pipe: Read + Write + Send {
    fn again(&self) -> Box<dyn Pipe>;
}

impl Pipe for TcpStream {
    fn again(&self) -> Box<dyn Pipe> {
        Box::new(self.try_clone().unwrap())
    }
}

impl Pipe for UnixStream {
    fn again(&self) -> Box<dyn Pipe> {
        Box::new(self.try_clone().unwrap())
    }
}

/// Where the server of a libpq URL is: a folder of sockets in `host`, or an address.
struct Server {
    user: String,
    name: String,
    folder: Option<String>,
    address: String,
}

impl Server {
    fn of(url: &str) -> Self {
        let (_, rest) = url.split_once("://").unwrap();
        let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, name) = before.split_once('/').unwrap();
        let (user, address) = authority.rsplit_once('@').unwrap_or(("", authority));
        let parameter = |name: &str| {
            query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}="))).map(ToOwned::to_owned)
        };
        let port = parameter("port").unwrap_or("5432".to_owned());
        let address = if address.contains(':') { address.to_owned() } else { format!("{address}:{port}") };
        let folder = parameter("host")
            .filter(|host| host.starts_with('/'))
            .map(|host| format!("{host}/.s.PGSQL.{port}"));
        Self { user: user.to_owned(), name: name.to_owned(), folder, address }
    }

    fn connect(&self) -> std::io::Result<Box<dyn Pipe>> {
        match &self.folder {
            Some(path) => Ok(Box::new(UnixStream::connect(path)?)),
            None => Ok(Box::new(TcpStream::connect(&self.address)?)),
        }
    }
}

impl Proxy {
    pub fn to(database: &Database) -> Self {
        let server = Server::of(&database.url());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let url = format!("postgres://{}@127.0.0.1:{port}/{}", server.user, server.name);
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let mut state = shared.lock().unwrap();
                if !state.cut
                    && let Ok(upstream) = server.connect()
                {
                    state.open.push(client.try_clone().unwrap());
                    join(client, upstream);
                }
            }
        });
        Self { url, state }
    }

    /// The server is away: connections break, and new ones are closed at once.
    pub fn cut(&self) {
        let mut state = self.state.lock().unwrap();
        state.cut = true;
        for connection in state.open.drain(..) {
            // It may have ended by itself.
            let _ = connection.shutdown(Shutdown::Both);
        }
    }

    pub fn mend(&self) {
        self.state.lock().unwrap().cut = false;
    }
}

fn join(client: TcpStream, upstream: Box<dyn Pipe>) {
    let (mut from_client, mut to_client) = (client.try_clone().unwrap(), client);
    let (mut to_server, mut from_server) = (upstream.again(), upstream);
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut from_client, &mut to_server);
        // libpq's word for "terminate", so that the server does not keep the session.
        let _ = to_server.write_all(b"X\0\0\0\x04");
    });
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut from_server, &mut to_client);
        let _ = to_client.shutdown(Shutdown::Both);
    });
}
