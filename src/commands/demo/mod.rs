//! `danvan demo`: the example of Đồng Nai 2020, loaded through the API itself.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::time::Duration;

use actix_web::rt::System;

use super::serve::stop_on_signal;
use crate::app::{self, StartFault};
use crate::platform::auth::EVERYWHERE;
use crate::platform::config::{Config, DatabaseUrl, Keys, environment};
use crate::platform::{Clock, auth, log as logging};

mod client;
mod files;
mod generated;
mod tasks;

/// Everything that the example's reader may do.
const SCOPE: &str = "organizations:read organizations:write kpis:read kpis:write records:read records:write \
     directives:read directives:write emulation:read emulation:write emulation:persons";
/// The department of the example.
const DEPARTMENT: &str = "H19.06";

/// Serves the example on this machine until it is told to stop.
pub(super) fn demo(port: u16, keep: Option<PathBuf>) -> Result<(), StartFault> {
    let place = Place::of(keep)?;
    let lookup = |name: &str| environment(name).filter(|_| name.starts_with("DANVAN_LOG"));
    let mut config = Config::read(&lookup)?;
    config.http.address = SocketAddr::from(([127, 0, 0, 1], port));
    config.http.drain = Duration::ZERO;
    config.http.public_url = format!("http://127.0.0.1:{port}");
    config.auth.issuer.clone_from(&config.http.public_url);
    config.database.url = DatabaseUrl::Sqlite(place.file.to_string_lossy().into_owned());
    config.auth.keys = Keys::Ephemeral;
    config.secret = place.secret()?;
    logging::start(config.log_format, &config.log);
    // The example's own requests are not what the reader wants to see first.
    log::set_max_level(log::LevelFilter::Warn);
    super::prepare(&config.database)?;
    let records = generated::Records::new()?;
    System::new().block_on(async {
        let service = app::bind(&config, Clock::system())?;
        let address = service.address;
        let loader = service.token("demo-loader", SCOPE, EVERYWHERE, 5)?;
        let token = service.token("demo", SCOPE, "H19", 24 * 60)?;
        let token_of = |one: &tasks::Reader| service.token(one.subject, SCOPE, one.organization, 5);
        let readers = tasks::READERS.iter().map(token_of).collect::<Result<Vec<String>, _>>()?;
        let stopper = service.stopper();
        stop_on_signal(stopper.clone());
        let load = actix_web::web::block(move || {
            let count = files::push(address, &loader)?;
            records.push(address, &loader)?;
            tasks::push(address, &loader, &readers)?;
            Ok(count)
        });
        actix_web::rt::spawn(async move {
            let pushed = load.await.map_err(|error| error.to_string()).and_then(|pushed| pushed);
            match pushed
                .and_then(|count| super::print(&greeting(address, &token, count)).map_err(|e| e.to_string()))
            {
                Ok(()) => log::set_max_level(log::LevelFilter::Info),
                Err(fault) => {
                    log::error!("the example could not be loaded: {fault}");
                    stopper.stop().await;
                }
            }
        });
        service.run().await?;
        Ok(())
    })
}

/// Where the demo's database is; a temporary place is removed with it.
struct Place {
    file: PathBuf,
    temporary: Option<PathBuf>,
}

impl Place {
    fn of(keep: Option<PathBuf>) -> Result<Self, StartFault> {
        if let Some(file) = keep {
            return Ok(Self { file, temporary: None });
        }
        let folder = std::env::temp_dir().join(format!("danvan-demo-{}", crate::platform::clock::new_id()));
        std::fs::create_dir(&folder)?;
        Ok(Self { file: folder.join("danvan.db"), temporary: Some(folder) })
    }

    /// What seals the keys in the database. It lies beside it, so that one that is kept can be opened again.
    fn secret(&self) -> Result<Vec<u8>, StartFault> {
        let mut beside = self.file.clone().into_os_string();
        beside.push(".secret");
        match std::fs::read(&beside) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            read => return Ok(read?),
        }
        let secret = auth::clients::new_secret()?.into_bytes();
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?.write_all(&secret)?;
        Ok(secret)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(folder) = &self.temporary {
            // Nothing is lost if it stays: it lies among the system's temporary files.
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

fn greeting(address: SocketAddr, token: &str, count: usize) -> String {
    let base = format!("http://{address}");
    format!(
        "\ndanvan demo: {count} files of Dong Nai 2020 loaded, serving on {base}\n\n\
         Documentation to try:  {base}/docs\n\n\
         Token for H19 and all below, good for 24 hours:\n{token}\n\n\
         Try, from another terminal:\n\n\
         export TOKEN={token}\n\
         curl -s -H \"Authorization: Bearer $TOKEN\" \"{base}/api/v1/organizations/{DEPARTMENT}/scorecard?period=2020\"\n\
         curl -s -H \"Authorization: Bearer $TOKEN\" \"{base}/api/v1/figures/explain?kpi=on-time-dossiers&org={DEPARTMENT}&period=2020\"\n\
         curl -s -H \"Authorization: Bearer $TOKEN\" \"{base}/api/v1/reports/dossier-handling?org={DEPARTMENT}&period=2020\"\n\
         curl -s -H \"Authorization: Bearer $TOKEN\" \"{base}/api/v1/directives/overview?org={DEPARTMENT}&as_of=2021-02-01\"\n\
         curl -s -H \"Authorization: Bearer $TOKEN\" \"{base}/api/v1/organizations?q=khoa%20hoc\"\n\
         curl -s -H \"Authorization: Bearer $TOKEN\" \"{base}/api/v1/organizations/H19/tree\"\n\n\
         Stop with Ctrl-C.\n"
    )
}
