//! JSON read strictly: no name twice in an object, no nesting beyond a bound.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::platform::fault::{Fault, kinds};
use crate::platform::text::Text;

/// How deep arrays and objects may nest.
const MAX_DEPTH: usize = 64;
const DUPLICATE: &str = "duplicate-key ";

/// Reads a JSON text.
///
/// Refuses (400) what is not JSON with the offset of the first byte that is wrong, and a name that stands twice.
pub(super) fn read(bytes: &[u8]) -> Result<Value, Fault> {
    read_after(0, bytes)
}

/// Reads a JSON text that stands after so many bytes of the body.
pub(super) fn read_after(before: usize, bytes: &[u8]) -> Result<Value, Fault> {
    let mut from = serde_json::Deserializer::from_slice(bytes);
    let read = Strict { depth: 0 }.deserialize(&mut from).and_then(|value| from.end().map(|()| value));
    read.map_err(|error| refused(before + offset(bytes, &error), &error))
}

fn refused(offset: usize, error: &serde_json::Error) -> Fault {
    let said = error.to_string();
    match said.strip_prefix(DUPLICATE) {
        None => not_json(offset, &said),
        Some(name) => twice(offset, name.split(" at line ").next().unwrap_or(name)),
    }
}

/// What is wrong at a byte that cannot stand there.
pub(super) fn not_json(offset: usize, said: &str) -> Fault {
    let text = Text::new(
        format!("The body is not JSON: at byte {offset}, {said}."),
        format!("Nội dung không phải JSON: sai tại byte {offset}."),
    );
    Fault::new(&kinds::MALFORMED, text).member("offset", offset)
}

/// What is wrong with a name, shown in its quotes, that stands twice.
pub(super) fn twice(offset: usize, name: &str) -> Fault {
    let text = Text::new(
        format!("The name {name} stands twice in one object, before byte {offset}."),
        format!("Tên {name} xuất hiện hai lần trong một đối tượng, trước byte {offset}."),
    );
    Fault::new(&kinds::DUPLICATE_KEY, text).member("offset", offset)
}

/// serde counts lines and columns; a client that made the bytes wants the byte.
fn offset(bytes: &[u8], error: &serde_json::Error) -> usize {
    let before: usize =
        bytes.split(|b| *b == b'\n').take(error.line().saturating_sub(1)).map(|line| line.len() + 1).sum();
    (before + error.column().saturating_sub(1)).min(bytes.len())
}

#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
}

impl Strict {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        if self.depth >= MAX_DEPTH {
            return Err(E::custom(format!("nested deeper than {MAX_DEPTH}")));
        }
        Ok(Self { depth: self.depth + 1 })
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }
    /// JSON Schema calls `2.0` an integer, and so do we.
    #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53: exact")]
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        let whole = value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0;
        Ok(if whole {
            Value::from(value as i64)
        } else {
            Number::from_f64(value).map_or(Value::Null, Value::Number)
        })
    }
    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }
    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let deeper = self.deeper()?;
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(deeper)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let deeper = self.deeper()?;
        let mut object = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(A::Error::custom(format!("{DUPLICATE}{name:?}")));
            }
            object.insert(name, entries.next_value_seed(deeper)?);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> &'static str {
        read(text.as_bytes()).unwrap_err().kind.code
    }

    #[test]
    fn what_is_not_json_names_the_byte() {
        let fault = read(b"{\n \"a\": nil}").unwrap_err();
        assert_eq!(fault.kind.code, "malformed-request");
        let (_, offset) = &fault.hints.members[0];
        assert!((8..=10).contains(&offset.as_u64().unwrap()), "{offset}");
        assert_eq!(code("{} x"), "malformed-request");
        assert_eq!(code(""), "malformed-request");
    }

    #[test]
    fn a_name_stands_once_in_an_object() {
        assert_eq!(code(r#"{"a": 1, "b": {"c": 1, "c": 2}}"#), "duplicate-key");
        assert!(read(br#"{"a": {"c": 1}, "b": {"c": 2}}"#).is_ok());
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(read(nested(64).as_bytes()).is_ok());
        assert_eq!(code(&nested(65)), "malformed-request");
    }

    #[test]
    fn a_whole_number_is_an_integer_however_written() {
        assert_eq!(read(b"-1982.0").unwrap(), Value::from(-1982));
        assert_eq!(read(b"1e3").unwrap(), Value::from(1000));
        assert!(read(b"0.5").unwrap().is_f64());
    }
}
