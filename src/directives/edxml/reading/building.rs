//! The tree of a message: everything but the content of its files, which only goes by. Pure.

use std::io::Read;

use super::events::{Events, Token};
use super::payload::{Payload, Unwrapping};
use super::{Failure, Keep, Limits};
use crate::directives::edxml::refusals::Refusal;
use crate::directives::edxml::tree::Element;

/// Bytes of names and texts in the tree.
const HEADER: usize = 1024 * 1024;

/// A message as it was built.
pub(super) struct Built {
    pub(super) root: Element,
    /// The files, in their order.
    pub(super) payloads: Vec<Payload>,
    pub(super) sha256: String,
    pub(super) bytes: u64,
}

/// Reads a message to its end.
pub(super) fn build<R: Read>(from: R, limits: &Limits, keep: &mut impl Keep) -> Result<Built, Failure> {
    let mut events = Events::new(from, limits);
    let mut open: Vec<Element> = Vec::new();
    let mut payloads = Vec::new();
    let (mut root, mut held) = (None, 0);
    loop {
        match events.next()? {
            Token::Open { name, is_dsig, algorithm, is_secret } => {
                held += name.len();
                let mut element = Element { name, algorithm, is_secret, is_dsig, ..Element::default() };
                if is_content(&open, &element) {
                    if payloads.len() >= limits.attachments {
                        return Err(events.refused(Refusal::TooManyAttachments { most: limits.attachments }));
                    }
                    element.payload = Some(payloads.len());
                    let mut unwrapping = Unwrapping::new(payloads.len(), limits, keep);
                    events.stream(|part| unwrapping.add(part))?;
                    payloads.push(unwrapping.finish());
                }
                if open.is_empty() && element.name != "edXML" {
                    return Err(events.refused(Refusal::Root));
                }
                open.push(element);
            }
            Token::Text(text) => {
                if let Some(element) = open.last_mut() {
                    // A comment, a reference or a mark within base64.
                    if let Some(payload) = element.payload.and_then(|index| payloads.get_mut(index)) {
                        payload.refusal = Some(Refusal::Base64);
                    } else {
                        held += text.len();
                        element.text.push_str(&text);
                    }
                }
            }
            Token::Close => {
                let closed = open.pop();
                match (open.last_mut(), closed) {
                    (Some(parent), Some(element)) => parent.children.push(element),
                    (_, element) => root = element,
                }
            }
            Token::End => break,
        }
        if held > HEADER {
            return Err(events.refused(Refusal::TextTooLong { most: HEADER }));
        }
    }
    let (bytes, sha256) = events.sum();
    let root = root.ok_or_else(|| events.refused(Refusal::Malformed))?;
    Ok(Built { root, payloads, sha256, bytes })
}

/// Whether an element is the content of a file: `AttachmentEncoded/Attachment/ContentTransferEncoded`.
fn is_content(open: &[Element], element: &Element) -> bool {
    let names = open.iter().map(|element| element.name.as_str());
    element.name == "ContentTransferEncoded" && names.eq(["edXML", "AttachmentEncoded", "Attachment"])
}
