//! What the tests stand on: a service of their own on a database of their own, callers, answers.

mod answer;
mod app;
mod client;
mod database;
pub mod process;
mod proxy;
mod receiver;
mod token;

pub use answer::Answer;
pub use app::TestApp;
pub use client::{Client, Request};
pub use database::{Backend, Database};
pub use proxy::Proxy;
pub use receiver::{Reaction, Receiver, told};
pub use token::{NOW, Token, foreign_key_token};

/// Each test twice: on SQLite and on PostgreSQL.
#[macro_export]
macro_rules! on_both {
    ($($(#[$meta:meta])* fn $name:ident($app:ident) $body:block)*) => { $(
        $(#[$meta])*
        fn $name($app: &$crate::harness::TestApp) $body

        mod $name {
            #[test]
            fn sqlite() {
                super::$name(&$crate::harness::TestApp::start($crate::harness::Backend::Sqlite));
            }

            #[test]
            fn postgres() {
                super::$name(&$crate::harness::TestApp::start($crate::harness::Backend::Postgres));
            }
        }
    )* };
}
