//! Pages of a list by authenticated keyset cursors: a page costs the same wherever it lies, and rows that come or go
//! between two pages neither repeat nor hide the others.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::web::{self, Data};
use actix_web::{FromRequest, HttpRequest};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use super::digest::Seal;
use super::fault::{Fault, kinds};

/// Items of a page when the caller names no number, or zero.
const USUAL: i64 = 50;
/// Most items of a page; a larger number is taken as this one.
pub const MOST: i64 = 500;

/// A page of a list.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// The records, in the order of the list.
    pub items: Vec<T>,
    /// Cursor of the next page; `null` on the last. The `Link` header holds the whole URL.
    #[schema(required = true, example = "IkgxOS4wNiI.7Jv0m2Yc4kzq1nXb8dR5tQ")]
    pub next: Option<String>,
}

/// A list's filter with the parameters that every list has. [`Paging`] reads those two.
#[derive(Debug, Deserialize)]
pub struct Paged<F> {
    /// The list's own parameters.
    #[serde(flatten)]
    pub filter: F,
}

/// A list that knows no filter.
#[derive(Debug, Deserialize, IntoParams)]
pub struct NoFilter {}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its parameters are used")]
struct PageParameters {
    /// Items of a page; 0 means the usual 50, more than 500 means 500.
    #[param(minimum = 0, maximum = 2_147_483_647, example = 100)]
    limit: Option<i64>,
    /// Cursor of the page, from `next`.
    #[param(max_length = 2000)]
    cursor: Option<String>,
}

impl<F: IntoParams> IntoParams for Paged<F> {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut parameters = F::into_params(&place);
        parameters.extend(PageParameters::into_params(place));
        parameters
    }
}

/// Where in a list the caller is, and how much it wants: from `limit` and `cursor`.
pub struct Paging {
    size: i64,
    cursor: Option<String>,
    /// What a cursor is good for: this list with these filters.
    context: String,
    seal: Seal,
}

impl FromRequest for Paging {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(seal) = req.app_data::<Data<Seal>>() else {
            return ready(Err(Fault::broken("no seal configured")));
        };
        let mut filters: Vec<String> = Vec::new();
        let mut paging =
            Self { size: USUAL, cursor: None, context: String::new(), seal: seal.get_ref().clone() };
        // Decoded as `Query` decodes them; what cannot be is refused there.
        for (name, value) in pairs(req.query_string()) {
            match name.as_str() {
                "cursor" => paging.cursor = Some(value),
                "limit" => paging.size = size(value.parse().ok()),
                _ => filters.push(format!("{name}={value}")),
            }
        }
        filters.sort_unstable();
        paging.context = format!("1\n{}\n{}", req.path(), filters.join("&"));
        ready(Ok(paging))
    }
}

fn pairs(query: &str) -> Vec<(String, String)> {
    web::Query::<Vec<(String, String)>>::from_query(query).map(web::Query::into_inner).unwrap_or_default()
}

/// Whether a part of a query string is the cursor, however it is written.
pub(super) fn is_cursor(part: &str) -> bool {
    pairs(part).iter().any(|(name, _)| name == "cursor")
}

/// How many items are meant by a number that a caller names.
pub fn size(limit: Option<i64>) -> i64 {
    match limit {
        None | Some(0) => USUAL,
        Some(named @ 1..=MOST) => named,
        Some(_) => MOST,
    }
}

impl Paging {
    /// How many rows to ask the database for: one more than the page, which tells whether another page follows.
    pub fn fetch(&self) -> i64 {
        self.size + 1
    }

    /// The position after which the page begins, or none for the first page.
    ///
    /// Refuses (400) a cursor that is not ours, or was given for another list, other filters or another caller.
    pub fn after<P: DeserializeOwned>(&self, caller: &str) -> Result<Option<P>, Fault> {
        let Some(cursor) = &self.cursor else { return Ok(None) };
        self.opened(cursor, caller).map(Some).ok_or_else(|| Fault::of(&kinds::INVALID_CURSOR))
    }

    fn opened<P: DeserializeOwned>(&self, cursor: &str, caller: &str) -> Option<P> {
        opened(&self.seal, &self.sealed_for(caller), cursor)
    }

    fn sealed_for(&self, caller: &str) -> String {
        format!("{}\n{caller}", self.context)
    }

    /// The rows as a page; `position` says where a row stands in the list.
    pub fn page<T, P: Serialize>(
        &self,
        mut rows: Vec<T>,
        caller: &str,
        position: impl Fn(&T) -> P,
    ) -> Result<Page<T>, Fault> {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        let next = match rows.last().filter(|_| more) {
            None => None,
            Some(last) => Some(self.cursor_at(&position(last), caller)?),
        };
        Ok(Page { items: rows, next })
    }

    /// The cursor of what comes after a position.
    pub fn cursor_at<P: Serialize>(&self, position: &P, caller: &str) -> Result<String, Fault> {
        sealed(&self.seal, &self.sealed_for(caller), position)
    }
}

/// A position as a cursor that is good in one context only.
pub fn sealed<P: Serialize>(seal: &Seal, context: &str, position: &P) -> Result<String, Fault> {
    let position = BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(position).map_err(Fault::broken)?);
    let signature = BASE64_URL_SAFE_NO_PAD.encode(seal.sign(&format!("{context}\n{position}")));
    Ok(format!("{position}.{signature}"))
}

/// The position of a cursor that was made in this context.
pub fn opened<P: DeserializeOwned>(seal: &Seal, context: &str, cursor: &str) -> Option<P> {
    let (position, signature) = cursor.split_once('.')?;
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?;
    if !seal.is_ours(&format!("{context}\n{position}"), &signature) {
        return None;
    }
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(position).ok()?).ok()
}

impl<T> Page<T> {
    /// The same page with each item turned into its view.
    pub fn map<V>(self, view: impl FnMut(T) -> V) -> Page<V> {
        Page { items: self.items.into_iter().map(view).collect(), next: self.next }
    }
}

impl<T: Serialize> Page<T> {
    /// The page as an answer with its `Link`.
    pub fn reply(self) -> Result<super::reply::Reply, Fault> {
        Ok(super::reply::Reply::ok(&self)?.with_next(self.next.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paging(context: &str, cursor: Option<String>) -> Paging {
        Paging {
            size: 2,
            cursor,
            context: context.into(),
            seal: Seal::new(b"a secret of at least 32 characters"),
        }
    }

    #[test]
    fn a_full_last_page_has_no_successor() {
        let page = paging("list", None).page(vec![1, 2], "me", |n| *n).unwrap();
        assert_eq!((page.items.len(), page.next), (2, None));
    }

    #[test]
    fn a_cursor_is_good_for_its_list_filters_and_caller_only() {
        let next = paging("list", None).page(vec![1, 2, 3], "me", |n| *n).unwrap().next.unwrap();
        let opened = |context: &str, cursor: &str, caller: &str| {
            paging(context, Some(cursor.into())).after::<i32>(caller).map_err(|fault| fault.kind.code)
        };
        assert_eq!(opened("list", &next, "me"), Ok(Some(2)));
        assert_eq!(opened("other list", &next, "me"), Err("invalid-cursor"));
        assert_eq!(opened("list", &next, "you"), Err("invalid-cursor"));
        for position in 0..next.len() {
            let mut other = next.clone().into_bytes();
            other[position] = if other[position] == b'A' { b'B' } else { b'A' };
            // The last character of a base64 text may carry bits that mean nothing; decoding refuses those too.
            assert_eq!(
                opened("list", &String::from_utf8(other).unwrap(), "me"),
                Err("invalid-cursor"),
                "{position}"
            );
        }
    }

    #[test]
    fn sizes_are_coerced() {
        assert_eq!([None, Some(0), Some(7), Some(501), Some(99_999)].map(size), [50, 50, 7, 500, 500]);
    }
}
