//! Where slices register their operations: once in a process to describe them, and in every worker to serve them. A description is
//! made of thousands of pieces, so what serves does not make it again.

use actix_web::dev::HttpServiceFactory;
use actix_web::web;
use utoipa::openapi::path::Paths;
use utoipa::openapi::{Components, Info, OpenApi, RefOr, Schema};
use utoipa_actix_web::OpenApiFactory;

/// What becomes of the operations that a slice registers.
pub enum Routes<'a> {
    /// They are served.
    Served(&'a mut web::ServiceConfig),
    /// They are described.
    Described(&'a mut Described),
}

/// The descriptions of operations, below one address.
#[derive(Default)]
pub struct Described {
    base: &'static str,
    paths: Paths,
    schemas: Vec<(String, RefOr<Schema>)>,
}

impl Routes<'_> {
    /// Registers an operation.
    pub fn service(&mut self, operation: impl HttpServiceFactory + OpenApiFactory + 'static) -> &mut Self {
        match self {
            Self::Served(served) => {
                served.service(operation);
            }
            Self::Described(described) => described.add(&operation),
        }
        self
    }

    /// Registers what a slice, or a part of one, registers.
    pub fn configure(&mut self, register: impl FnOnce(&mut Routes<'_>)) -> &mut Self {
        register(self);
        self
    }
}

impl Described {
    /// Describes what is registered, below an address.
    pub fn of(base: &'static str, register: impl FnOnce(&mut Routes<'_>)) -> Self {
        let mut described = Self { base, ..Self::default() };
        register(&mut Routes::Described(&mut described));
        described
    }

    fn add(&mut self, operation: &dyn OpenApiFactory) {
        let mut paths = operation.paths();
        let described = std::mem::take(&mut paths.paths);
        paths.paths =
            described.into_iter().map(|(path, item)| (format!("{}{path}", self.base), item)).collect();
        self.paths.merge(paths);
        operation.schemas(&mut self.schemas);
    }

    /// One document of both.
    pub fn and(mut self, other: Self) -> OpenApi {
        self.paths.merge(other.paths);
        let mut components = Components::new();
        components.schemas.extend(self.schemas.into_iter().chain(other.schemas));
        let mut document = OpenApi::new(Info::new("", ""), self.paths);
        document.components = Some(components);
        document
    }
}
