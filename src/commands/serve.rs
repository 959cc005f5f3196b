//! `danvan serve` and `danvan health`.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use actix_web::rt::System;
use tokio::signal::unix::{SignalKind, signal};

use crate::app::{self, StartFault, Stopper};
use crate::platform::config::{Config, environment};
use crate::platform::{Clock, log as logging};

/// Serves by the settings in the environment, until SIGTERM or SIGINT.
pub(super) fn serve() -> Result<(), StartFault> {
    let config = Config::read(&environment)?.fit_to_serve()?;
    logging::start(config.log_format, &config.log);
    if config.database.migrate {
        super::prepare(&config.database)?;
    }
    System::new().block_on(async {
        let service = app::bind(&config, Clock::system())?;
        log::info!("listening on {}", service.address);
        stop_on_signal(service.stopper());
        Ok(service.run().await?)
    })
}

/// Stops the service when the process is told to.
pub(super) fn stop_on_signal(stopper: Stopper) {
    actix_web::rt::spawn(async move {
        let (Ok(mut term), Ok(mut int)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
        else {
            log::error!("signals cannot be heard");
            return;
        };
        tokio::select! { _ = term.recv() => {}, _ = int.recv() => {} }
        log::info!("told to stop");
        stopper.stop().await;
    });
}

/// Asks `/livez` of the service on this machine.
pub(super) fn health() -> Result<(), StartFault> {
    let config = Config::read(&environment)?;
    let SocketAddr::V4(address) = config.http.address else {
        return ask(config.http.address);
    };
    let anywhere = address.ip().is_unspecified();
    ask(SocketAddr::new(
        if anywhere { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { (*address.ip()).into() },
        address.port(),
    ))
}

fn ask(address: SocketAddr) -> Result<(), StartFault> {
    let agent: ureq::Agent =
        ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(3))).build().into();
    agent.get(format!("http://{address}/livez")).call()?;
    Ok(())
}
