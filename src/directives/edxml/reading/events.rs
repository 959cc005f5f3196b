//! The marks and texts of a message one by one, well formed, of the right namespace and within bounds. Pure.
//!
//! No document type, no entity but XML's own, no inclusion, no processing instruction: nothing of a message can make us read
//! anything but the message. Namespaces are resolved here and not by the parser, so that what they cost is bounded.

use std::io::{BufRead, Read};

use quick_xml::Reader;
use quick_xml::errors::Error;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};

use super::source::{Cut, Source};
use super::{Failure, Limits};
use crate::directives::edxml::refusals::{Refusal, Refused};
use crate::directives::edxml::secrecy;
use crate::directives::edxml::steps;

/// The namespace of QCVN 102:2016/BTTTT.
pub(in crate::directives::edxml) const QCVN: &str = "http://www.mic.gov.vn/TBT/QCVN_102_2016";
const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const INCLUDE: &str = "http://www.w3.org/2001/XInclude";

/// Bytes of one tag, text or comment.
const PIECE: usize = 64 * 1024;
/// Elements within each other: the standard's own go nine deep, a signature a few deeper.
const DEPTH: usize = 16;
/// Attributes of one element.
const ATTRIBUTES: usize = 16;
/// Bytes of a name; the standard's longest has 28.
const NAME: usize = 128;

/// What a namespace is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    /// That of the standard.
    Standard,
    /// That of XML signatures.
    Dsig,
    /// Any other within a signature.
    Other,
    None,
    Include,
}

impl Space {
    fn of(uri: &str) -> Self {
        match uri {
            QCVN => Self::Standard,
            DSIG => Self::Dsig,
            INCLUDE => Self::Include,
            "" => Self::None,
            _ => Self::Other,
        }
    }
}

/// The next of a message.
pub(super) enum Token {
    /// An element begins.
    Open {
        /// Its local name.
        name: String,
        /// Whether it belongs to the namespace of XML signatures.
        is_dsig: bool,
        /// Its attribute `Algorithm`.
        algorithm: Option<String>,
        /// Whether an attribute says that the document is secret.
        is_secret: bool,
    },
    /// Text in the element that is open.
    Text(String),
    /// The element ends.
    Close,
    /// The message ends.
    End,
}

/// What the attributes of an element say.
#[derive(Default)]
struct Attributes {
    /// Namespaces, by prefix; the empty prefix is none.
    declared: Vec<(String, Space)>,
    algorithm: Option<String>,
    is_secret: bool,
}

/// An element that is open.
struct Frame {
    name: String,
    /// Namespaces that it declares.
    declared: Vec<(String, Space)>,
}

/// The marks and texts of a message, from the first to the last.
pub(super) struct Events<R: Read> {
    reader: Reader<Source<R>>,
    buffer: Vec<u8>,
    frames: Vec<Frame>,
    /// Elements so far.
    elements: usize,
    most_elements: usize,
    most_bytes: u64,
    /// Whether the element that was opened last has no content, and closes by itself.
    is_empty: bool,
    /// Whether anything came yet.
    begun: bool,
    /// Whether the document element ended.
    complete: bool,
}

impl<R: Read> Events<R> {
    pub(super) fn new(inner: R, limits: &Limits) -> Self {
        let mut reader = Reader::from_reader(Source::new(inner, limits.bytes));
        reader.config_mut().enable_all_checks(true);
        Self {
            reader,
            buffer: Vec::new(),
            frames: Vec::new(),
            elements: 0,
            most_elements: limits.elements,
            most_bytes: limits.bytes,
            is_empty: false,
            begun: false,
            complete: false,
        }
    }

    /// Where we are: the names of the open elements.
    pub(super) fn place(&self) -> String {
        self.frames.iter().fold(String::new(), |place, frame| place + "/" + &frame.name)
    }

    /// Bytes of the message so far, and their digest: of all of it, once its end was told.
    pub(super) fn sum(&self) -> (u64, String) {
        self.reader.get_ref().sum()
    }

    /// A refusal at the place where we are.
    pub(super) fn refused(&self, refusal: Refusal) -> Failure {
        let place = self.place();
        Refused::because(if place.is_empty() { "/".to_owned() } else { place }, refusal).into()
    }

    pub(super) fn next(&mut self) -> Result<Token, Failure> {
        if std::mem::take(&mut self.is_empty) {
            return Ok(self.close());
        }
        loop {
            let mut buffer = std::mem::take(&mut self.buffer);
            buffer.clear();
            self.reader.get_mut().allow(PIECE);
            steps::count(1);
            let event = match self.reader.read_event_into(&mut buffer) {
                Ok(event) => Ok(self.token(event)),
                Err(error) => Err(error),
            };
            let token = match event {
                Ok(token) => token,
                Err(error) => Err(self.failure(&error, &buffer)),
            };
            self.buffer = buffer;
            self.begun = true;
            if let Some(token) = token? {
                return Ok(token);
            }
        }
    }

    /// What an event means to us; none if nothing.
    fn token(&mut self, event: Event<'_>) -> Result<Option<Token>, Failure> {
        match event {
            Event::Start(tag) => self.open(&tag).map(Some),
            Event::Empty(tag) => {
                let token = self.open(&tag)?;
                self.is_empty = true;
                Ok(Some(token))
            }
            Event::End(_) => Ok(Some(self.close())),
            Event::Text(text) => self.text(&text.xml10_content(), false),
            Event::CData(text) => self.text(&text.xml10_content(), true),
            Event::GeneralRef(name) => self.reference(&name).map(Some),
            Event::Comment(_) => Ok(None),
            Event::Decl(declaration) => self.declaration(&declaration),
            Event::PI(_) => Err(self.refused(Refusal::Inclusion)),
            Event::DocType(_) => Err(self.refused(Refusal::Doctype)),
            Event::Eof if self.complete => Ok(Some(Token::End)),
            Event::Eof => Err(self.refused(Refusal::Malformed)),
        }
    }

    fn open(&mut self, tag: &BytesStart<'_>) -> Result<Token, Failure> {
        self.elements += 1;
        if self.complete {
            return Err(self.refused(Refusal::Malformed));
        }
        if self.frames.len() >= DEPTH {
            return Err(self.refused(Refusal::TooDeep { most: DEPTH }));
        }
        if self.elements > self.most_elements {
            return Err(self.refused(Refusal::TooMany { most: self.most_elements }));
        }
        let Attributes { declared, algorithm, is_secret } = self.attributes(tag)?;
        let (name, prefix) = tag.name().decompose();
        let name = name.as_ref().to_owned();
        let prefix = prefix.map(|prefix| prefix.as_ref().to_owned()).unwrap_or_default();
        let within_signature = self.frames.iter().any(|frame| frame.name == "Signature");
        if tag.name().as_ref().len() > NAME {
            return Err(self.refused(Refusal::TextTooLong { most: NAME }));
        }
        self.frames.push(Frame { name: name.clone(), declared });
        let known = |frame: &Frame| {
            steps::count(1 + frame.declared.len());
            frame.declared.iter().find(|(known, _)| *known == prefix).map(|(_, space)| *space)
        };
        let space = self.frames.iter().rev().find_map(known).unwrap_or(Space::None);
        match space {
            Space::Include => Err(self.refused(Refusal::Inclusion)),
            Space::Standard => Ok(()),
            Space::Dsig if within_signature || name == "Signature" => Ok(()),
            // A signature may have extensions in it, which are not read.
            Space::Other if within_signature => Ok(()),
            _ => Err(self.refused(Refusal::Namespace)),
        }?;
        Ok(Token::Open { name, is_dsig: space == Space::Dsig, algorithm, is_secret })
    }

    fn attributes(&self, tag: &BytesStart<'_>) -> Result<Attributes, Failure> {
        let mut found = Attributes::default();
        for (index, attribute) in tag.attributes().enumerate() {
            if index >= ATTRIBUTES {
                return Err(self.refused(Refusal::TooMany { most: ATTRIBUTES }));
            }
            let attribute = attribute.map_err(|_| self.refused(Refusal::Malformed))?;
            let value = unescape(&attribute.value).map_err(|_| self.refused(Refusal::Entity))?;
            if attribute.value.contains('<') || !value.chars().all(is_character) {
                return Err(self.refused(Refusal::Malformed));
            }
            let key = attribute.key.as_ref();
            if key.len() > NAME {
                return Err(self.refused(Refusal::TextTooLong { most: NAME }));
            }
            if key == "xmlns" {
                found.declared.push((String::new(), Space::of(&value)));
            } else if let Some(prefix) = key.strip_prefix("xmlns:") {
                found.declared.push((prefix.to_owned(), Space::of(&value)));
            } else {
                found.is_secret |= secrecy::says(key, &value) || secrecy::marks(&value);
                if key == "Algorithm" {
                    found.algorithm = Some(value.into_owned());
                }
            }
        }
        Ok(found)
    }

    fn close(&mut self) -> Token {
        self.frames.pop();
        self.complete = self.frames.is_empty();
        Token::Close
    }

    fn text(&self, text: &str, is_marked: bool) -> Result<Option<Token>, Failure> {
        let is_blank = text.chars().all(|c| c.is_ascii_whitespace());
        if !text.chars().all(is_character) || (self.frames.is_empty() && (is_marked || !is_blank)) {
            return Err(self.refused(Refusal::Malformed));
        }
        Ok((!self.frames.is_empty()).then(|| Token::Text(text.to_owned())))
    }

    fn reference(&self, name: &BytesRef<'_>) -> Result<Token, Failure> {
        let malformed = || self.refused(Refusal::Malformed);
        if self.frames.is_empty() {
            return Err(malformed());
        }
        if let Some(c) = name.resolve_char_ref().map_err(|_| malformed())? {
            return if is_character(c) { Ok(Token::Text(c.to_string())) } else { Err(malformed()) };
        }
        let text = resolve_predefined_entity(name.as_ref());
        text.map(|text| Token::Text(text.to_owned())).ok_or_else(|| self.refused(Refusal::Entity))
    }

    /// A declaration stands at the beginning only, and says UTF-8 if anything.
    fn declaration(&self, declaration: &BytesDecl<'_>) -> Result<Option<Token>, Failure> {
        let version = declaration.version().ok();
        let encoding = declaration.encoding().map(Result::unwrap_or_default);
        let is_utf8 = encoding.is_none_or(|encoding| encoding.eq_ignore_ascii_case("utf-8"));
        let is_first = !self.begun && version.is_some_and(|version| version == "1.0");
        if is_first && is_utf8 { Ok(None) } else { Err(self.refused(Refusal::Malformed)) }
    }

    fn failure(&mut self, error: &Error, read: &[u8]) -> Failure {
        let is_doctype = read.get(..3).is_some_and(|begin| begin.eq_ignore_ascii_case(b"<!D"));
        match self.reader.get_mut().stopped() {
            Some((Cut::Broken, broken)) => {
                Failure::Broken(broken.unwrap_or_else(|| std::io::Error::other(error.to_string())))
            }
            Some((Cut::Total, _)) => self.refused(Refusal::TooLarge { most: self.most_bytes }),
            _ if is_doctype => self.refused(Refusal::Doctype),
            Some((Cut::Piece, _)) => self.refused(Refusal::TextTooLong { most: PIECE }),
            None => self.refused(Refusal::Malformed),
        }
    }

    /// Gives away the text of the element that was just opened, part by part, up to the next mark; however long it is.
    pub(super) fn stream(&mut self, mut taken: impl FnMut(&[u8])) -> Result<(), Failure> {
        if self.is_empty {
            return Ok(());
        }
        loop {
            self.reader.get_mut().allow(usize::MAX);
            let mut stream = self.reader.stream();
            let Ok(part) = stream.fill_buf() else { break };
            let end = part.iter().position(|byte| *byte == b'<');
            let text = part.get(..end.unwrap_or(part.len())).unwrap_or_default();
            taken(text);
            let length = text.len();
            let is_over = end.is_some() || length == 0;
            stream.consume(length);
            if is_over {
                return Ok(());
            }
        }
        Err(self.failure(&Error::Io(std::sync::Arc::new(std::io::Error::other("stopped"))), &[]))
    }
}

/// `Char` of XML 1.0.
fn is_character(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}
