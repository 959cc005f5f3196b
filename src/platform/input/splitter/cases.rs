//! What the splitter says of bodies that were thought of, and what holds of those that were not.

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use proptest::prelude::*;

    use serde_json::{Value, json};

    use crate::platform::fault::{Fault, Place};
    use crate::platform::input::splitter::{Form, MOST_BYTES, MOST_ITEMS, Splitter};
    use crate::platform::input::value::read;

    type Cut = (Vec<Vec<u8>>, Option<Fault>);

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
        (splitter.take(usize::MAX), fault)
    }

    fn texts(items: &[Vec<u8>]) -> Vec<&str> {
        items.iter().map(|item| std::str::from_utf8(item).unwrap()).collect()
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
        assert_eq!(texts(&items), expected);
        let (items, fault) = lines("\n {\"a\": 1} \r\n\r\n\t\n[2]\n\n3");
        assert!(fault.is_none(), "{fault:?}");
        assert_eq!(texts(&items), ["{\"a\": 1}", "[2]", "3"]);
    }

    #[test]
    fn one_mark_before_lines_is_no_part_of_the_first() {
        for pieces in [&[1][..], &[2, 1], &[100]] {
            let (items, fault) = cut(Form::Lines, "\u{feff}{\"a\":1}\n[2]".as_bytes(), pieces);
            assert!(fault.is_none(), "{fault:?}");
            assert_eq!(texts(&items), ["{\"a\":1}", "[2]"]);
        }
        assert_eq!(texts(&lines("\u{feff}\n1").0), ["1"]);
        assert_eq!(
            texts(&lines("\u{feff}\u{feff}1\n\u{feff}2").0),
            ["\u{feff}1", "\u{feff}2"],
            "only one, and only there"
        );
        assert_eq!(code(lines("\u{feff}")), code(lines("")));
    }

    #[test]
    fn a_broken_item_is_its_own_fault_as_long_as_its_end_is_clear() {
        assert_eq!(
            texts(&array(r#"{"items":[nope,{"a" 1},{"a":1}]}"#).0),
            ["nope", r#"{"a" 1}"#, r#"{"a":1}"#]
        );
        assert_eq!(texts(&lines("{\"a\n]\n1 2").0), ["{\"a", "]", "1 2"]);
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
            assert_eq!(texts(&items)[..2], ["1", "2"]);
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
        assert_eq!(texts(&array(&body).0), ["1", "2"]);
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
                if self.turn.is_multiple_of(3) || c < ' ' || c == '"' || c == '\\' {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        let _ = write!(self.text, "\\u{unit:04x}");
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
        items.iter().map(|item| read(item).ok()).collect()
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
            prop_assert_eq!(texts(&found), &each[..]);
            // A line is one item, so no line may end in one.
            let blanks: Vec<String> = blanks.iter().map(|blank| blank.replace('\n', "")).collect();
            let (body, each) = written(Form::Lines, &items, &blanks);
            for body in [body.clone(), body.replace('\n', "\r\n\r\n") + "\n"] {
                let (found, fault) = cut(Form::Lines, body.as_bytes(), &pieces);
                prop_assert!(fault.is_none(), "{body}: {fault:?}");
                prop_assert_eq!(texts(&found), &each[..]);
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
