//! Cuts a bulk body into its items while it arrives. Holds no more than the item that is not complete, and what is
//! ready and was not taken yet.
//!
//! The text around the items is checked here. What is inside an item is only followed as far as is needed to find its
//! end: whether it is JSON is for whoever reads it, and its own fault.

use std::collections::VecDeque;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::platform::fault::{Fault, Place, kinds};
use crate::platform::input::body::{Body, typed};
use crate::platform::input::schema::{said, wrong};
use crate::platform::input::value::{not_json, read_after, twice};
use crate::platform::text::Text;

/// Most items of a body.
pub const MOST_ITEMS: usize = 50_000;
/// Most bytes of an item, as of a body that is one record.
pub(super) const MOST_BYTES: usize = 256 * 1024;

/// The byte order mark.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// How the items stand in the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `{"items": […]}`.
    Array,
    /// One on each line.
    Lines,
}

/// What is next in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// The object that holds the items.
    Object,
    /// Its first name, or its end.
    FirstName,
    /// A further name.
    OtherName,
    /// The rest of a name, whose next character may be escaped.
    Name {
        first: bool,
        escaped: bool,
    },
    Colon,
    /// The array of items.
    Array,
    /// An item, or the end of the array where it is empty.
    FirstItem,
    Item,
    /// The rest of a string, array or object, whose next character may be in a string, and there escaped.
    Inside {
        text: bool,
        escaped: bool,
    },
    /// The rest of a number or word.
    Bare,
    /// A comma, or the end of the array.
    ItemEnd,
    /// A further name, or the end of the object.
    ArrayEnd,
    /// Nothing more.
    End,
    /// The rest of a body of another shape, which is kept and judged as a whole.
    Odd,
    /// The rest of a line.
    Line,
}

/// The shape of a body of items, for what is said about one of another shape.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct ItemsShape {
    #[schema(value_type = Vec<Value>, min_items = 1)]
    items: Vec<IgnoredAny>,
}

impl Body for ItemsShape {}

/// A body that is being cut into items.
pub(super) struct Splitter {
    at: At,
    form: Form,
    /// How many bytes were read.
    offset: usize,
    /// What stands before the items, without the blanks before it, as long as all of it fits.
    head: Vec<u8>,
    /// What is wrong with the body's shape, as a small body that is wrong alike.
    shape: Value,
    /// The item, or name, that is not complete.
    item: Vec<u8>,
    /// The brackets that must close what is open in the item.
    open: Vec<u8>,
    items: usize,
    ready: VecDeque<Vec<u8>>,
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

impl Splitter {
    pub(super) fn new(form: Form) -> Self {
        let at = if form == Form::Array { At::Object } else { At::Line };
        let (head, item, open, ready) = (Vec::new(), Vec::new(), Vec::new(), VecDeque::new());
        Self { at, form, offset: 0, head, shape: Value::Null, item, open, items: 0, ready }
    }

    /// How many items can be taken.
    pub(super) fn ready(&self) -> usize {
        self.ready.len()
    }

    /// The next items, at most so many.
    pub(super) fn take(&mut self, most: usize) -> Vec<Vec<u8>> {
        self.ready.drain(..most.min(self.ready.len())).collect()
    }

    /// Reads the next bytes. After a fault nothing more may be pushed; the items before it are ready.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        for byte in bytes {
            self.step(*byte)?;
            self.offset += 1;
        }
        Ok(())
    }

    /// The body is complete. Refuses one that ends in the middle, and one without items.
    pub(super) fn finish(&mut self) -> Result<(), Fault> {
        match self.at {
            At::Line => self.end_of_line(),
            At::End => {}
            At::Odd => return Err(self.judged()),
            _ => return Err(self.unexpected("the body ends too early")),
        }
        if self.items == 0 { Err(self.wrong_number(">= 1")) } else { Ok(()) }
    }

    fn step(&mut self, byte: u8) -> Result<(), Fault> {
        match self.at {
            At::Inside { text, escaped } => self.inside(byte, text, escaped),
            At::Line => self.line(byte),
            At::Bare => match byte {
                b',' | b']' => {
                    self.complete();
                    self.step(byte)
                }
                b'"' | b'[' | b'{' | b'}' => Err(self.unexpected("expected `,` or `]`")),
                _ if is_blank(byte) => {
                    self.complete();
                    Ok(())
                }
                _ => self.keep(byte),
            },
            At::FirstItem | At::Item | At::ItemEnd | At::ArrayEnd | At::OtherName | At::End => {
                if is_blank(byte) { Ok(()) } else { self.around(byte) }
            }
            At::Name { first: false, escaped } => self.other_name(byte, escaped),
            _ => self.before(byte),
        }
    }

    /// Reads what stands before the items.
    fn before(&mut self, byte: u8) -> Result<(), Fault> {
        if self.head.is_empty() && is_blank(byte) {
            return Ok(());
        }
        if self.head.len() < MOST_BYTES {
            self.head.push(byte);
        } else if self.at == At::Odd {
            return Err(self.judged());
        }
        let next = match (self.at, byte) {
            (At::Odd, _) => return Ok(()),
            (At::Name { escaped, .. }, _) => return self.first_name(byte, escaped),
            _ if is_blank(byte) => return Ok(()),
            (At::Object, b'{') => At::FirstName,
            (At::FirstName, b'"') => {
                self.item.push(byte);
                At::Name { first: true, escaped: false }
            }
            (At::Colon, b':') => At::Array,
            (At::Array, b'[') => {
                self.head = Vec::new();
                At::FirstItem
            }
            (At::Object, _) => self.odd(json!([])),
            (At::FirstName, b'}') => self.odd(json!({})),
            (At::Array, _) => self.odd(json!({ "items": null })),
            (At::FirstName, _) => return Err(self.unexpected("key must be a string")),
            _ => return Err(self.unexpected("expected `:`")),
        };
        self.at = next;
        Ok(())
    }

    fn odd(&mut self, shape: Value) -> At {
        self.shape = shape;
        At::Odd
    }

    fn first_name(&mut self, byte: u8, escaped: bool) -> Result<(), Fault> {
        self.at = match self.name(byte, true, escaped)? {
            None => return Ok(()),
            Some(name) if name == "items" => At::Colon,
            Some(name) => self.odd(json!({ "items": [null], name: null })),
        };
        Ok(())
    }

    /// A second name is wrong in any case.
    fn other_name(&mut self, byte: u8, escaped: bool) -> Result<(), Fault> {
        match self.name(byte, false, escaped)? {
            None => Ok(()),
            Some(name) if name == "items" => Err(twice(self.offset, "\"items\"")),
            Some(name) => Err(refused(json!({ "items": [null], name: null }))),
        }
    }

    /// The name, when it is complete.
    fn name(&mut self, byte: u8, first: bool, escaped: bool) -> Result<Option<String>, Fault> {
        self.keep(byte)?;
        if byte == b'"' && !escaped {
            let name = serde_json::from_slice(&self.item).map_err(|_| self.unexpected("invalid name"))?;
            self.item.clear();
            return Ok(Some(name));
        }
        self.at = At::Name { first, escaped: byte == b'\\' && !escaped };
        Ok(None)
    }

    /// Reads what stands between the items and after them.
    fn around(&mut self, byte: u8) -> Result<(), Fault> {
        self.at = match (self.at, byte) {
            (At::FirstItem | At::ItemEnd, b']') => At::ArrayEnd,
            (At::ItemEnd, b',') => At::Item,
            (At::FirstItem | At::Item, _) => return self.begin(byte),
            (At::ArrayEnd, b'}') => At::End,
            (At::ArrayEnd, b',') => At::OtherName,
            (At::OtherName, b'"') => {
                self.item.push(byte);
                At::Name { first: false, escaped: false }
            }
            (At::ItemEnd, _) => return Err(self.unexpected("expected `,` or `]`")),
            (At::ArrayEnd, _) => return Err(self.unexpected("expected `,` or `}`")),
            (At::OtherName, _) => return Err(self.unexpected("key must be a string")),
            _ => return Err(self.unexpected("trailing characters")),
        };
        Ok(())
    }

    fn begin(&mut self, byte: u8) -> Result<(), Fault> {
        self.at = match byte {
            b'"' => At::Inside { text: true, escaped: false },
            b'{' | b'[' => {
                self.open.push(closing(byte));
                At::Inside { text: false, escaped: false }
            }
            b',' | b']' | b'}' => return Err(self.unexpected("expected value")),
            _ => At::Bare,
        };
        self.count()?;
        self.keep(byte)
    }

    fn inside(&mut self, byte: u8, text: bool, escaped: bool) -> Result<(), Fault> {
        self.keep(byte)?;
        let mut still_text = text;
        match byte {
            _ if escaped => {}
            b'"' => still_text = !text,
            _ if text => {}
            b'{' | b'[' => self.open.push(closing(byte)),
            b'}' | b']' if self.open.pop() != Some(byte) => {
                return Err(self.unexpected("expected `,` or `}`"));
            }
            _ => {}
        }
        self.at = At::Inside { text: still_text, escaped: text && byte == b'\\' && !escaped };
        if !still_text && self.open.is_empty() {
            self.complete();
        }
        Ok(())
    }

    fn line(&mut self, byte: u8) -> Result<(), Fault> {
        match byte {
            b'\n' => self.end_of_line(),
            _ if self.item.is_empty() && is_blank(byte) => {}
            _ => {
                if self.item.is_empty() {
                    self.count()?;
                }
                self.keep(byte)?;
                self.unmark();
            }
        }
        Ok(())
    }

    /// Takes the mark off that some programs put before text (U+FEFF as UTF-8, RFC 3629 §6).
    fn unmark(&mut self) {
        if self.items == 1 && self.offset == MARK.len() - 1 && self.item == MARK {
            self.item.clear();
            self.items = 0;
        }
    }

    fn end_of_line(&mut self) {
        let length = self.item.iter().rposition(|byte| !is_blank(*byte)).map_or(0, |last| last + 1);
        self.item.truncate(length);
        if !self.item.is_empty() {
            self.complete();
            self.at = At::Line;
        }
    }

    fn complete(&mut self) {
        self.ready.push_back(std::mem::take(&mut self.item));
        self.at = At::ItemEnd;
    }

    fn count(&mut self) -> Result<(), Fault> {
        if self.items == MOST_ITEMS {
            return Err(self.wrong_number(&format!("<= {MOST_ITEMS}")));
        }
        self.items += 1;
        Ok(())
    }

    fn keep(&mut self, byte: u8) -> Result<(), Fault> {
        if self.item.len() == MOST_BYTES {
            let text = Text::new(
                format!("An item may have at most {MOST_BYTES} bytes."),
                format!("Mỗi phần tử được tối đa {MOST_BYTES} byte."),
            );
            let fault = Fault::new(&kinds::TOO_LARGE, text).member("limit", MOST_BYTES);
            return Err(fault.member("index", self.items.saturating_sub(1)));
        }
        self.item.push(byte);
        Ok(())
    }

    fn unexpected(&self, said: &str) -> Fault {
        not_json(self.offset, said)
    }

    fn wrong_number(&self, bound: &str) -> Fault {
        let place = if self.form == Form::Array { "/items" } else { "" };
        let bound = format!(" ({bound})");
        Fault::invalid(vec![said(Place::Body(place.into()), wrong::ITEMS, Some(Text::new(&bound, &bound)))])
    }

    /// What is wrong with a body of another shape: all of it, where it could be kept whole.
    fn judged(&mut self) -> Fault {
        if self.head.len() == MOST_BYTES {
            return refused(self.shape.take());
        }
        read_after(self.offset - self.head.len(), &self.head).map_or_else(|fault| fault, refused)
    }
}

fn closing(byte: u8) -> u8 {
    if byte == b'{' { b'}' } else { b']' }
}

/// What is wrong with a shape.
fn refused(shape: Value) -> Fault {
    typed::<ItemsShape>(shape).err().unwrap_or_else(|| Fault::of(&kinds::INVALID))
}

#[cfg(test)]
mod cases;
