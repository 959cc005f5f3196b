//! The settings of what follows changes: how long they are kept, and where webhooks may go.

use std::time::Duration;

use chrono::TimeDelta;

use super::{
    DANVAN_CHANGES_KEPT_DAYS, DANVAN_WEBHOOK_FAILING_HOURS, DANVAN_WEBHOOK_HTTP, DANVAN_WEBHOOK_NETWORKS,
    DANVAN_WEBHOOK_TIMEOUT_SECONDS, Reader,
};
use crate::platform::outside::{Names, OutsideConfig};

/// How changes are followed.
#[derive(Clone, Debug)]
pub struct ChangesConfig {
    /// How long a change is kept.
    pub kept: TimeDelta,
    /// How long a webhook may fail before it is disabled.
    pub failing: TimeDelta,
    /// Where webhooks may go.
    pub outside: OutsideConfig,
}

impl Reader<'_> {
    pub(super) fn changes(&mut self) -> ChangesConfig {
        let networks = self.list(DANVAN_WEBHOOK_NETWORKS);
        let mut read = |network: String| {
            let parsed = network.parse();
            parsed.map_err(|fault| self.faults.push(format!("{DANVAN_WEBHOOK_NETWORKS}: {fault}"))).ok()
        };
        let networks = networks.into_iter().filter_map(&mut read).collect();
        let time = self.number(DANVAN_WEBHOOK_TIMEOUT_SECONDS, 1, 60).unsigned_abs();
        let config = ChangesConfig {
            kept: TimeDelta::days(self.number(DANVAN_CHANGES_KEPT_DAYS, 1, 3650)),
            failing: TimeDelta::hours(self.number(DANVAN_WEBHOOK_FAILING_HOURS, 1, 8760)),
            outside: OutsideConfig {
                plain: self.parsed(DANVAN_WEBHOOK_HTTP, false),
                networks,
                time: Duration::from_secs(time),
                names: Names::System,
            },
        };
        if config.failing >= config.kept {
            self.faults.push(format!(
                "{DANVAN_WEBHOOK_FAILING_HOURS}: must be less than the days of {DANVAN_CHANGES_KEPT_DAYS}"
            ));
        }
        config
    }
}
