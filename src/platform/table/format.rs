//! In which form a table is answered: by the end of the path, or by `Accept`.

use std::collections::HashMap;
use std::future::{Ready, ready};

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::uri::{PathAndQuery, Uri};
use actix_web::http::{Method, header};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use serde_json::Value;

use super::{Table, disposition};
use crate::platform::edge::listed;
use crate::platform::fault::{Fault, kinds};
use crate::platform::input::{acceptable, preferred};
use crate::platform::problem::PROBLEM_JSON;
use crate::platform::reply::Reply;
use crate::platform::text::Text;

const JSON: &str = "application/json";
/// The media type of CSV.
pub const CSV: &str = "text/csv";
/// The media type of XLSX.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The media type of DOCX.
pub const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// The form of an answer that is a table, or a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// When nothing else is asked for.
    Json,
    /// Text with commas.
    Csv,
    /// A spreadsheet.
    Xlsx,
    /// A text document.
    Docx,
}

impl Format {
    const ALL: [Self; 4] = [Self::Json, Self::Csv, Self::Xlsx, Self::Docx];

    /// How a path, and the name of a file, ends.
    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::Json => ".json",
            Self::Csv => ".csv",
            Self::Xlsx => ".xlsx",
            Self::Docx => ".docx",
        }
    }

    fn media(self) -> &'static str {
        match self {
            Self::Json => JSON,
            Self::Csv => CSV,
            Self::Xlsx => XLSX,
            Self::Docx => DOCX,
        }
    }

    /// The form that an `Accept` header likes best, of those that are promised.
    fn of(accept: Option<&str>, promised: &[String]) -> Option<Self> {
        let known =
            Self::ALL.into_iter().filter(|format| promised.iter().any(|media| media == format.media()));
        let formats: Vec<Self> = known.collect();
        let media: Vec<&str> = formats.iter().map(|format| format.media()).collect();
        match preferred(accept, &media) {
            Some(index) => formats.get(index).copied(),
            // Who takes problems only is answered as everywhere.
            None => acceptable(accept, &[PROBLEM_JSON]).then_some(Self::Json),
        }
    }

    /// The operation's own JSON, or its table as a file; only the one that is asked for is made.
    pub fn answer(
        self,
        json: impl FnOnce() -> Result<Reply, Fault>,
        table: impl FnOnce() -> Result<Table, Fault>,
    ) -> Result<Reply, Fault> {
        match self {
            Self::Json => Ok(json()?.negotiated()),
            Self::Csv | Self::Xlsx => table()?.reply(self),
            Self::Docx => Err(Fault::broken("a table is no text document")),
        }
    }

    /// The operation's own JSON, or its text document as a file with a title; only the one that is asked for is made.
    pub fn document(
        self,
        json: impl FnOnce() -> Result<Reply, Fault>,
        document: impl FnOnce() -> Result<(Text, Vec<u8>), Fault>,
    ) -> Result<Reply, Fault> {
        match self {
            Self::Json => Ok(json()?.negotiated()),
            Self::Docx => {
                let (title, bytes) = document()?;
                Ok(Reply::file(bytes, DOCX, disposition(&title, self.ending())).negotiated())
            }
            Self::Csv | Self::Xlsx => Err(Fault::broken("a text document is no table")),
        }
    }
}

impl FromRequest for Format {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        if let Some(Named(format)) = req.extensions().get() {
            return ready(Ok(*format));
        }
        let accept = listed(req.headers(), &header::ACCEPT);
        let forms = req.app_data::<Data<Forms>>();
        let promised = req.match_pattern().and_then(|pattern| forms?.0.get(&pattern));
        let promised = promised.map_or(&[] as &[String], Vec::as_slice);
        ready(
            Self::of(accept.as_deref(), promised)
                .ok_or_else(|| unacceptable(&promised.iter().map(String::as_str).collect::<Vec<_>>())),
        )
    }
}

/// The form that the path named.
#[derive(Clone, Copy)]
struct Named(Format);

fn unacceptable(available: &[&str]) -> Fault {
    Fault::of(&kinds::NOT_ACCEPTABLE).member("available", available)
}

/// The forms in which paths are answered to GET, as the document promises them. All others answer JSON.
#[derive(Debug, Default)]
pub struct Forms(HashMap<String, Vec<String>>);

impl Forms {
    /// What a document says.
    pub fn of(document: &Value) -> Self {
        let paths = document.get("paths").and_then(Value::as_object);
        let promised = paths.into_iter().flatten().filter_map(|(path, item)| {
            let content = item.pointer("/get/responses/200/content")?.as_object()?;
            let other = content.keys().any(|form| form != JSON);
            other.then(|| (path.clone(), content.keys().cloned().collect()))
        });
        Self(promised.collect())
    }

    fn at(&self, req: &ServiceRequest, path: &str) -> Option<&Vec<String>> {
        self.0.get(&req.resource_map().match_pattern(path)?)
    }

    /// Lets a request in that can be answered in a form that its caller takes; refuses (406) another.
    ///
    /// `/figures.csv` is `/figures`, whatever `Accept` says: what is typed into a browser or a spreadsheet program has
    /// no headers.
    pub(in crate::platform) fn admit(&self, req: &mut ServiceRequest) -> Result<(), Fault> {
        let path = req.path().to_owned();
        let read = req.method() == Method::GET;
        for format in [Format::Csv, Format::Xlsx, Format::Docx] {
            let Some(plain) = path.strip_suffix(format.ending()).filter(|_| read) else { continue };
            if self.at(req, plain).is_some_and(|forms| forms.iter().any(|form| form == format.media())) {
                redirect(req, plain)?;
                req.extensions_mut().insert(Named(format));
                return Ok(());
            }
        }
        let promised = self.at(req, &path).filter(|_| read);
        let forms = promised.map_or_else(|| vec![JSON], |forms| forms.iter().map(String::as_str).collect());
        let accept = listed(req.headers(), &header::ACCEPT);
        let taken = acceptable(accept.as_deref(), &forms) || acceptable(accept.as_deref(), &[PROBLEM_JSON]);
        if taken { Ok(()) } else { Err(unacceptable(&forms)) }
    }
}

/// Gives a request another path.
fn redirect(req: &mut ServiceRequest, path: &str) -> Result<(), Fault> {
    let mut parts = req.uri().clone().into_parts();
    let whole = match req.uri().query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    parts.path_and_query = Some(PathAndQuery::try_from(whole).map_err(Fault::broken)?);
    let uri = Uri::from_parts(parts).map_err(Fault::broken)?;
    req.match_info_mut().get_mut().update(&uri);
    req.head_mut().uri = uri;
    Ok(())
}

#[cfg(test)]
mod tests {
    use actix_web::App;
    use actix_web::http::StatusCode;
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, call_service, init_service, read_body};
    use actix_web::web;
    use serde_json::json;

    use super::super::tests::hard;
    use super::*;
    use crate::platform::edge;

    #[test]
    fn the_form_is_what_the_caller_likes_best() {
        let (csv, xlsx, json) = (Some(Format::Csv), Some(Format::Xlsx), Some(Format::Json));
        let tables = [JSON, CSV, XLSX].map(str::to_owned);
        for (accept, format) in [
            (None, json),
            (Some(""), json),
            (Some("*/*"), json),
            (Some("application/*"), json),
            (Some("text/html,application/xhtml+xml,*/*;q=0.8"), json),
            (Some("text/csv"), csv),
            (Some("TEXT/CSV"), csv),
            (Some("text/*"), csv),
            (Some("text/csv, */*"), csv),
            (Some("text/csv;q=0.5, application/json;q=0.4"), csv),
            (Some("text/csv;q=0.5, application/json"), json),
            (Some("text/csv;q=0.1, */*"), json),
            (Some("application/json;q=0, application/*"), xlsx),
            (Some("application/json;Q=0.2, text/csv;header=present;q=0.3"), csv),
            (Some(XLSX), xlsx),
            (Some("application/problem+json"), json),
            (Some("text/html"), None),
            (Some("text/csv;q=0"), None),
        ] {
            assert_eq!(Format::of(accept, &tables), format, "{accept:?}");
        }
        let documents = [JSON, DOCX].map(str::to_owned);
        for (accept, format) in [
            ("*/*", json),
            (DOCX, Some(Format::Docx)),
            ("application/json;q=0, application/*", Some(Format::Docx)),
            (XLSX, None),
        ] {
            assert_eq!(Format::of(Some(accept), &documents), format, "{accept}");
        }
    }

    async fn show(format: Format, code: Option<web::Path<String>>) -> Result<Reply, Fault> {
        assert!(code.is_none_or(|code| code.as_str() == "H19.06"));
        format.answer(|| Reply::ok(&"own"), || Ok(hard()))
    }

    async fn only_json() -> Result<Reply, Fault> {
        Reply::ok(&"only")
    }

    #[actix_web::test]
    async fn a_path_is_answered_in_the_forms_that_the_document_promises() {
        let content = json!({ "application/json": {}, "text/csv": {}, XLSX: {} });
        let document = json!({ "paths": {
            "/api/v1/units/{code}/figures": { "get": { "responses": { "200": { "content": content } } } },
            "/api/v1/units/{code}": { "get": { "responses": { "200": { "content": { "application/json": {} } } } } },
        }});
        let app = App::new()
            .app_data(Data::new(Forms::of(&document)))
            .route("/api/v1/units/{code}/figures", web::get().to(show))
            .route("/api/v1/units/{code}/figures", web::post().to(only_json))
            .route("/api/v1/units/{code}", web::get().to(only_json))
            .wrap(from_fn(edge::screen));
        let app = init_service(app).await;
        let figures = "/api/v1/units/H19.06/figures";
        let named = |ending: &str| format!("{figures}{ending}?period=2020");
        for (method, path, accept, status, media) in [
            ("GET", figures, "*/*", 200, "application/json"),
            ("GET", figures, "text/csv", 200, "text/csv; charset=utf-8; header=present"),
            ("GET", figures, XLSX, 200, XLSX),
            ("GET", figures, "image/png", 406, ""),
            ("POST", figures, "text/csv", 406, ""),
            ("GET", &named(".csv"), "application/json", 200, "text/csv; charset=utf-8; header=present"),
            ("GET", &named(".xlsx"), "*/*", 200, XLSX),
            ("GET", &named(".pdf"), "*/*", 404, ""),
            ("POST", &named(".csv"), "*/*", 404, ""),
            ("GET", "/api/v1/units/H19.csv", "*/*", 200, "application/json"),
            ("GET", "/api/v1/units/H19", "text/csv", 406, ""),
        ] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let req = TestRequest::with_uri(path).method(method).insert_header(("accept", accept));
            let response = call_service(&app, req.to_request()).await;
            let name = format!("{path} as {accept}");
            assert_eq!(response.status(), StatusCode::from_u16(status).unwrap(), "{name}");
            if status == 200 {
                let headers = response.headers();
                assert_eq!(headers.get(header::CONTENT_TYPE).unwrap(), media, "{name}");
                assert_eq!(
                    headers.contains_key(header::CONTENT_DISPOSITION),
                    media != "application/json",
                    "{name}"
                );
                assert_eq!(headers.contains_key(header::VARY), path.contains("figures"), "{name}");
                assert!(headers.contains_key(header::ETAG), "{name}");
                assert!(!read_body(response).await.is_empty(), "{name}");
            }
        }
    }

    #[actix_web::test]
    async fn a_file_that_the_caller_has_already_is_not_sent_again() {
        let forms = Forms([("/api/f".into(), vec![JSON.into(), CSV.into()])].into());
        let app = App::new().app_data(Data::new(forms)).route("/api/f", web::get().to(show));
        let app = init_service(app.wrap(from_fn(edge::screen))).await;
        let ask = |accept: &'static str, tag: &str| {
            TestRequest::with_uri("/api/f")
                .insert_header(("accept", accept))
                .insert_header(("if-none-match", tag))
                .to_request()
        };
        let tag = call_service(&app, ask(CSV, "\"no\""))
            .await
            .headers()
            .get(header::ETAG)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        assert_eq!(call_service(&app, ask(CSV, &tag)).await.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(call_service(&app, ask(JSON, &tag)).await.status(), StatusCode::OK);
    }
}
