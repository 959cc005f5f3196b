//! Query parameters: known by name, each at most once, checked against the document.

use std::any::TypeId;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use utoipa::IntoParams;
use utoipa::openapi::Required;

use super::schema::{Schema, code_in, wrong};
use crate::platform::fault::{Fault, Place, Wrong, kinds};
use crate::platform::text::{Text, has_invisible};

/// The query parameters of an operation; an unknown one is refused, not ignored.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + IntoParams + 'static> FromRequest for Query<T> {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read::<T>(req.query_string()).map(Self))
    }
}

fn read<T: DeserializeOwned + IntoParams + 'static>(query: &str) -> Result<T, Fault> {
    let schema = Schema::of_parameters(TypeId::of::<T>(), || {
        let parameters = T::into_params(|| None).into_iter();
        parameters.map(|p| (p.name, p.required == Required::True, p.schema)).collect()
    })?;
    let (object, mut wrongs) = pairs(query, &schema)?;
    let value = Value::Object(object);
    let name = |pointer: String| Place::Parameter(pointer.trim_start_matches('/').to_owned());
    wrongs.extend(schema.wrongs(&value, &name));
    if !wrongs.is_empty() {
        return Err(Fault::invalid(wrongs));
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let code = code_in(&error.inner().to_string());
        Fault::invalid(vec![Wrong::parameter(error.path().to_string(), code)])
    })
}

fn pairs(query: &str, schema: &Schema) -> Result<(Map<String, Value>, Vec<Wrong>), Fault> {
    let unreadable = || {
        let text =
            Text::new("The query string is not valid UTF-8.", "Chuỗi truy vấn không phải UTF-8 hợp lệ.");
        Fault::new(&kinds::MALFORMED, text)
    };
    let pairs =
        web::Query::<Vec<(String, String)>>::from_query(query).map_err(|_| unreadable())?.into_inner();
    let mut object = Map::new();
    let mut wrongs = Vec::new();
    for (name, text) in pairs {
        if !schema.is_prose(&name) && (has_invisible(&text) || text.contains('\u{FFFD}')) {
            wrongs.push(Wrong::parameter(&name, wrong::INVISIBLE));
        }
        let value = by_type(schema.property(&name), text);
        if object.insert(name.clone(), value).is_some() {
            wrongs.push(Wrong::parameter(&name, wrong::REPEATED));
        }
    }
    Ok((object, wrongs))
}

/// All parameters arrive as text; the schema says what they are.
fn by_type(schema: Option<&Value>, text: String) -> Value {
    let of = |name: &str| {
        let kind = schema.and_then(|schema| schema.get("type"));
        kind.is_some_and(|kind| {
            kind == name || kind.as_array().is_some_and(|kinds| kinds.iter().any(|k| k == name))
        })
    };
    if of("integer") {
        return text.parse::<i64>().map_or_else(|_| Value::String(text), Value::from);
    }
    if of("boolean") {
        return match text.as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => Value::String(text),
        };
    }
    Value::String(text)
}
