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

use super::body::{Body, typed};
use super::schema::{said, wrong};
use super::value::{not_json, read_after, twice};
use crate::platform::fault::{Fault, Place, kinds};
use crate::platform::text::Text;

/// Most items of a body.
pub const MOST_ITEMS: usize = 50_000;
/// Most bytes of an item, as of a body that is one record.
pub(super) const MOST_BYTES: usize = 256 * 1024;

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
struct AnyItems {
    #[schema(value_type = Vec<Value>, min_items = 1)]
    items: Vec<IgnoredAny>,
}

impl Body for AnyItems {}

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
            Some(None) => return Err(self.unexpected("invalid name")),
            Some(Some(name)) if name == "items" => At::Colon,
            Some(Some(name)) => self.odd(json!({ "items": [null], name: null })),
        };
        Ok(())
    }

    /// A second name is wrong in any case.
    fn other_name(&mut self, byte: u8, escaped: bool) -> Result<(), Fault> {
        match self.name(byte, false, escaped)? {
            None => Ok(()),
            Some(None) => Err(self.unexpected("invalid name")),
            Some(Some(name)) if name == "items" => Err(twice(self.offset, "\"items\"")),
            Some(Some(name)) => Err(refused(json!({ "items": [null], name: null }))),
        }
    }

    /// The name when it is complete, if it is one.
    fn name(&mut self, byte: u8, first: bool, escaped: bool) -> Result<Option<Option<String>>, Fault> {
        self.keep(byte)?;
        if byte == b'"' && !escaped {
            let name = serde_json::from_slice(&self.item).ok();
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
            }
        }
        Ok(())
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
    typed::<AnyItems>(shape).err().unwrap_or_else(|| Fault::of(&kinds::INVALID))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::platform::input::value::read;

    type Cut = (Vec<String>, Option<Fault>);

    /// The items of a body that comes in pieces of these lengths, over and over, and what is wrong with it.
    fn cut(form: Form, body: &[u8], pieces: &[usize]) -> Cut {
        let mut splitter = Splitter::new(form);
        let (mut rest, mut turn) = (body, 0);
        let fault = loop {
            if rest.is_empty() {
                break splitter.finish().err();
            }
            let (piece, later) = rest.split_at(pieces[turn % pieces.len()].clamp(1, rest.len()));
            if let Err(fault) = splitter.push(piece) {
                break Some(fault);
            }
            (rest, turn) = (later, turn + 1);
        };
        let items = splitter.take(usize::MAX).into_iter();
        (items.map(|item| String::from_utf8_lossy(&item).into_owned()).collect(), fault)
    }

    fn array(body: &str) -> Cut {
        cut(Form::Array, body.as_bytes(), &[body.len()])
    }

    fn lines(body: &str) -> Cut {
        cut(Form::Lines, body.as_bytes(), &[body.len()])
    }

    fn code(cut: Cut) -> String {
        let Some(fault) = cut.1 else { return "ok".into() };
        let wrong = fault.wrongs.iter().map(|wrong| match &wrong.place {
            Place::Body(at) | Place::Parameter(at) => format!(" {at}:{}", wrong.code),
        });
        fault.kind.code.to_owned() + &wrong.collect::<String>()
    }

    #[test]
    fn items_are_cut_where_they_end() {
        let body = r#" { "\u0069tems" : [ {"a": "]},\"{\\"} ,[1,[2]],"x,y" , -1.5e3,true,null ] } "#;
        let (items, fault) = array(body);
        assert!(fault.is_none(), "{fault:?}");
        let expected = [r#"{"a": "]},\"{\\"}"#, "[1,[2]]", r#""x,y""#, "-1.5e3", "true", "null"];
        assert_eq!(items, expected);
        let (items, fault) = lines("\n {\"a\": 1} \r\n\r\n\t\n[2]\n\n3");
        assert!(fault.is_none(), "{fault:?}");
        assert_eq!(items, ["{\"a\": 1}", "[2]", "3"]);
    }

    #[test]
    fn a_broken_item_is_its_own_fault_as_long_as_its_end_is_clear() {
        assert_eq!(array(r#"{"items":[nope,{"a" 1},{"a":1}]}"#).0, ["nope", r#"{"a" 1}"#, r#"{"a":1}"#]);
        assert_eq!(lines("{\"a\n]\n1 2").0, ["{\"a", "]", "1 2"]);
    }

    #[test]
    fn what_is_wrong_around_the_items_is_a_fault_of_the_body() {
        for (body, expected) in [
            ("", "malformed-request"),
            ("nope", "malformed-request"),
            ("{\"items\":[1]", "malformed-request"),
            ("{\"items\":[1}]}", "malformed-request"),
            ("{\"items\":[{\"a\":1]}]}", "malformed-request"),
            ("{\"items\":[1,]}", "malformed-request"),
            ("{\"items\":[,1]}", "malformed-request"),
            ("{\"items\":[1 2]}", "malformed-request"),
            ("{\"items\":[{} {}]}", "malformed-request"),
            ("{\"items\":[1]} x", "malformed-request"),
            ("{\"items\":[1],}", "malformed-request"),
            ("{\"items\" [1]}", "malformed-request"),
            ("{items:[1]}", "malformed-request"),
            ("{\"ite\\ms\":[1]}", "malformed-request"),
            ("{\"other\":nope}", "malformed-request"),
            ("{\"items\":[1],\"items\":[2]}", "duplicate-key"),
            ("[1]", "invalid-request :wrong-type"),
            ("null", "invalid-request :wrong-type"),
            ("{}", "invalid-request /items:required"),
            ("{\"items\":{}}", "invalid-request /items:wrong-type"),
            ("{\"items\":[]}", "invalid-request /items:wrong-number-of-items"),
            ("{\"items\":[1],\"a/b\":2}", "invalid-request /a~1b:unknown-name"),
            ("{\"other\":1,\"items\":[1]}", "invalid-request /other:unknown-name"),
        ] {
            assert_eq!(code(array(body)), expected, "{body}");
        }
        let said = array(r#"{"itms":[]}"#).1.unwrap();
        assert!(said.wrongs.iter().any(|wrong| wrong.detail.en.contains("did you mean items?")), "{said:?}");
        assert_eq!(code(lines(" \r\n")), "invalid-request :wrong-number-of-items");
    }

    #[test]
    fn a_fault_names_its_byte_and_leaves_the_items_before_it() {
        for body in ["{\"items\":[1,2,{\"a\":1]}", "  {\"items\":[1,2,3,    ]}"] {
            let (items, fault) = array(body);
            assert_eq!(items[..2], ["1", "2"]);
            assert_eq!(fault.unwrap().hints.members, [("offset", json!(body.rfind(']').unwrap()))]);
        }
        assert_eq!(array("\n nope").1.unwrap().hints.members, [("offset", json!(3))]);
    }

    #[test]
    fn items_are_bounded_in_size_and_number() {
        let item = |length: usize| format!("\"{}\"", "a".repeat(length - 2));
        for (length, expected) in [(MOST_BYTES, "ok"), (MOST_BYTES + 1, "body-too-large")] {
            assert_eq!(code(array(&format!("{{\"items\":[1,{}]}}", item(length)))), expected);
            assert_eq!(code(lines(&format!("1\n{}\n", item(length)))), expected);
        }
        let fault = lines(&format!("1\n{}\n", item(MOST_BYTES + 1))).1.unwrap();
        assert_eq!(fault.hints.members, [("limit", json!(MOST_BYTES)), ("index", json!(1))]);
        for (count, (in_array, in_lines)) in [
            (MOST_ITEMS, ("ok", "ok")),
            (
                MOST_ITEMS + 1,
                ("invalid-request /items:wrong-number-of-items", "invalid-request :wrong-number-of-items"),
            ),
        ] {
            let ones = vec!["1"; count];
            assert_eq!(code(array(&format!("{{\"items\":[{}]}}", ones.join(",")))), in_array);
            assert_eq!(code(lines(&ones.join("\n"))), in_lines);
        }
    }

    #[test]
    fn blanks_are_not_counted_and_another_shape_is_not_kept_for_ever() {
        let blanks = " ".repeat(MOST_BYTES);
        let body =
            format!("{blanks}{{{blanks}\"items\"{blanks}:{blanks}[1{blanks},{blanks}2{blanks}]}}{blanks}");
        assert_eq!(array(&body).0, ["1", "2"]);
        assert_eq!(code(array(&body)), "ok");
        let long = |head: &str| code(array(&format!("{head}{blanks}{blanks}")));
        assert_eq!(long("{}"), "invalid-request /items:required");
        assert_eq!(long("{\"other\":"), "invalid-request /other:unknown-name");
        assert_eq!(code(array(&format!("{{{blanks}}}"))), "invalid-request /items:required");
    }

    fn value() -> impl Strategy<Value = Value> {
        let text = "[a-z\"\\\\{}\\[\\],:ệ\u{1}\n 😀]{0,8}";
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::from),
            (-1e9..1e9_f64).prop_map(Value::from),
            text.prop_map(Value::String),
        ];
        leaf.prop_recursive(4, 24, 5, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
                prop::collection::vec((text, inner), 0..5)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    /// Writes JSON with blanks wherever they may stand, and characters escaped that need not be.
    struct Writer<'a> {
        blanks: &'a [String],
        turn: usize,
        text: String,
    }

    impl Writer<'_> {
        fn blank(&mut self) {
            self.turn += 1;
            self.text.push_str(&self.blanks[self.turn % self.blanks.len()]);
        }
        fn token(&mut self, token: &str) {
            self.blank();
            self.text.push_str(token);
            self.blank();
        }
        fn string(&mut self, text: &str) {
            self.text.push('"');
            for c in text.chars() {
                self.turn += 1;
                if self.turn % 3 == 0 || c < ' ' || c == '"' || c == '\\' {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        self.text.push_str(&format!("\\u{unit:04x}"));
                    }
                } else {
                    self.text.push(c);
                }
            }
            self.text.push('"');
        }
        fn value(&mut self, value: &Value) {
            match value {
                Value::String(text) => self.string(text),
                Value::Array(items) => {
                    self.text.push('[');
                    for (index, item) in items.iter().enumerate() {
                        self.token(if index == 0 { "" } else { "," });
                        self.value(item);
                    }
                    self.token("");
                    self.text.push(']');
                }
                Value::Object(members) => {
                    self.text.push('{');
                    for (index, (name, member)) in members.iter().enumerate() {
                        self.token(if index == 0 { "" } else { "," });
                        self.string(name);
                        self.token(":");
                        self.value(member);
                    }
                    self.token("");
                    self.text.push('}');
                }
                plain => self.text.push_str(&plain.to_string()),
            }
        }
    }

    /// A body of these items, and each item as it is written in it.
    fn written(form: Form, items: &[Value], blanks: &[String]) -> (String, Vec<String>) {
        let mut writer = Writer { blanks, turn: 0, text: String::new() };
        let mut each = Vec::new();
        if form == Form::Array {
            for token in ["{", "\"items\"", ":", "["] {
                writer.token(token);
            }
        }
        for (index, item) in items.iter().enumerate() {
            match form {
                Form::Array => writer.token(if index == 0 { "" } else { "," }),
                Form::Lines => writer.text.push_str(if index == 0 { "" } else { "\n" }),
            }
            writer.blank();
            let from = writer.text.len();
            writer.value(item);
            each.push(writer.text[from..].to_owned());
            writer.blank();
        }
        if form == Form::Array {
            writer.token("]");
            writer.token("}");
        }
        (writer.text, each)
    }

    fn pieces() -> impl Strategy<Value = Vec<usize>> {
        prop::collection::vec(1..40_usize, 1..6)
    }

    /// What the splitter and the reader of items say together of a body.
    fn taken(body: &[u8]) -> Option<Vec<Value>> {
        let (items, fault) = cut(Form::Array, body, &[7]);
        if fault.is_some() {
            return None;
        }
        items.iter().map(|item| read(item.as_bytes()).ok()).collect()
    }

    proptest! {
        #[test]
        fn every_item_comes_out_as_it_was_written(
            items in prop::collection::vec(value(), 1..6),
            blanks in prop::collection::vec("[ \t\r\n]{0,3}", 1..7),
            pieces in pieces(),
        ) {
            let (body, each) = written(Form::Array, &items, &blanks);
            let (found, fault) = cut(Form::Array, body.as_bytes(), &pieces);
            prop_assert!(fault.is_none(), "{body}: {fault:?}");
            prop_assert_eq!(&found, &each);
            // A line is one item, so no line may end in one.
            let blanks: Vec<String> = blanks.iter().map(|blank| blank.replace('\n', "")).collect();
            let (body, each) = written(Form::Lines, &items, &blanks);
            for body in [body.clone(), body.replace('\n', "\r\n\r\n") + "\n"] {
                let (found, fault) = cut(Form::Lines, body.as_bytes(), &pieces);
                prop_assert!(fault.is_none(), "{body}: {fault:?}");
                prop_assert_eq!(&found, &each);
            }
        }

        /// A body that was damaged is taken just when it still is JSON of this shape, however it arrives.
        #[test]
        fn a_body_is_taken_when_the_whole_of_it_is_json(
            items in prop::collection::vec(value(), 1..4),
            blanks in prop::collection::vec("[ \n]{0,1}", 1..4),
            damage in prop::collection::vec((any::<prop::sample::Index>(), 0..3_u8, "[{}\\[\\]\",:\\\\ 1eitms]"), 0..3),
            pieces in pieces(),
        ) {
            let mut body = written(Form::Array, &items, &blanks).0.into_bytes();
            for (at, how, what) in damage {
                let at = at.index(body.len());
                match how {
                    0 => { body.remove(at); }
                    1 => body[at] = what.as_bytes()[0],
                    _ => body.insert(at, what.as_bytes()[0]),
                }
            }
            let whole = read(&body).ok().filter(|whole| whole.as_object().is_some_and(|members| members.len() == 1));
            let expected = whole.and_then(|whole| whole["items"].as_array().cloned()).filter(|items| !items.is_empty());
            prop_assert_eq!(taken(&body), expected, "{}", String::from_utf8_lossy(&body));
            let (one, other) = (cut(Form::Array, &body, &[body.len()]), cut(Form::Array, &body, &pieces));
            prop_assert_eq!(&one.0, &other.0);
            prop_assert_eq!(one.1.map(|f| (f.detail, f.hints.members)), other.1.map(|f| (f.detail, f.hints.members)));
        }

        #[test]
        fn nothing_that_arrives_makes_it_panic(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
            signs in "[{}\\[\\]\",:\\\\ \n1eitmsnul]{0,60}",
            pieces in pieces(),
        ) {
            for form in [Form::Array, Form::Lines] {
                for body in [bytes.clone(), signs.clone().into_bytes(), format!("{{\"items\":[{signs}").into_bytes()] {
                    let _ = cut(form, &body, &pieces);
                }
            }
        }
    }
}
