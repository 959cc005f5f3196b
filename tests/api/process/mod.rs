//! The real binary: its commands, the demo, and what it does when it is killed, stopped or without its database.

mod commands;
mod crash;
mod demo;
mod following;
mod generate;
mod killed_pushing;
mod messages;
mod outage;
mod plans;
mod plenty;
mod plenty_directives;
mod replicas;
mod statements;
mod statements_awards;
mod statements_directives;
mod statements_more;

/// Each test twice: for a database of each kind.
macro_rules! on_each {
    ($($(#[$meta:meta])* fn $name:ident($backend:ident) $body:block)*) => { $(
        mod $name {
            use super::*;
            use $crate::harness::Backend;

            $(#[$meta])*
            fn run($backend: Backend) $body

            #[test]
            fn sqlite() {
                run(Backend::Sqlite);
            }

            #[test]
            fn postgres() {
                run(Backend::Postgres);
            }
        }
    )* };
}
use on_each;
