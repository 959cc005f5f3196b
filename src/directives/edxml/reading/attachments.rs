//! The files of a message: each in the manifest and among the attachments, once, and what it is said to be. Pure.

use std::collections::{HashMap, HashSet};

use super::fields::Findings;
use super::formats::{Verdict, verdict};
use super::payload::Payload;
use crate::directives::edxml::package::Attachment;
use crate::directives::edxml::refusals::Refusal;
use crate::directives::edxml::tree::Node;
use crate::directives::edxml::warnings::EdxmlWarning;

/// Characters of a file's name.
const NAME: usize = 200;

/// What the manifest says of a file.
pub(super) struct Listed {
    at: String,
    name: Option<String>,
    media: Option<String>,
}

/// An id without what some systems write before it.
fn bare(id: &str) -> String {
    id.strip_prefix("cid:").unwrap_or(id).to_owned()
}

/// The id of a file, once among its like.
fn id(node: &Node<'_>, is_taken: impl Fn(&str) -> bool, found: &mut Findings) -> Option<String> {
    let (id, at) = found.needed_at(node, "ContentId", 200)?;
    let id = bare(&id);
    if is_taken(&id) {
        found.refuse(at, Refusal::ContentIdRepeated);
        return None;
    }
    Some(id)
}

/// The files of the manifest by their ids.
pub(super) fn manifest(envelope: &Node<'_>, found: &mut Findings) -> HashMap<String, Listed> {
    let mut listed = HashMap::new();
    let Some(body) = found.one(envelope, "edXMLBody") else { return listed };
    found.known(&body, &["edXMLManifest"]);
    let Some(manifest) = found.one(&body, "edXMLManifest") else { return listed };
    found.known(&manifest, &["Reference"]);
    for node in manifest.all("Reference") {
        found.known(&node, &["ContentId", "ContentType", "Description", "AttachmentName"]);
        let (name, media) =
            (found.text(&node, "AttachmentName", NAME), found.text(&node, "ContentType", 100));
        if let Some(id) = id(&node, |id| listed.contains_key(id), found) {
            listed.insert(id, Listed { at: node.at, name, media });
        }
    }
    listed
}

/// The files themselves, each held against the manifest.
pub(super) fn attachments(
    root: &Node<'_>,
    listed: &HashMap<String, Listed>,
    payloads: &[Payload],
    found: &mut Findings,
) -> Vec<Attachment> {
    let mut seen: HashSet<String> = HashSet::new();
    let mut read = Vec::new();
    let encoded = found.one(root, "AttachmentEncoded");
    if let Some(encoded) = &encoded {
        found.known(encoded, &["Attachment"]);
    }
    for node in encoded.map(|encoded| encoded.all("Attachment")).unwrap_or_default() {
        let id = id(&node, |id| seen.contains(id), found);
        if let Some(id) = &id {
            seen.insert(id.clone());
            if !listed.contains_key(id) {
                found.refuse(format!("{}/ContentId", node.at), Refusal::Unpaired);
            }
        }
        let entry = id.as_ref().and_then(|id| listed.get(id));
        read.extend(attachment(&node, id, entry, payloads, found));
    }
    let mut alone: Vec<&Listed> =
        listed.iter().filter(|(id, _)| !seen.contains(*id)).map(|(_, listed)| listed).collect();
    alone.sort_by(|one, other| one.at.cmp(&other.at));
    for listed in alone {
        found.refuse(format!("{}/ContentId", listed.at), Refusal::Unpaired);
    }
    read
}

const ATTACHMENT: &[&str] =
    &["ContentId", "AttachmentName", "Description", "ContentType", "ContentTransferEncoded"];

fn attachment(
    node: &Node<'_>,
    content_id: Option<String>,
    listed: Option<&Listed>,
    payloads: &[Payload],
    found: &mut Findings,
) -> Option<Attachment> {
    found.known(node, ATTACHMENT);
    let name = name(node, found);
    let description = found.text(node, "Description", 500);
    let content_type = found.needed_text(node, "ContentType", 100);
    let content = found.needed(node, "ContentTransferEncoded");
    let payload = content.as_ref().and_then(|content| payloads.get(content.element.payload?))?;
    let (name, content_type) = (name?, content_type?);
    if let Some(refusal) = &payload.refusal {
        found.refuse(format!("{}/ContentTransferEncoded", node.at), refusal.clone());
        return None;
    }
    check_type(node, payload, &content_type, &name, found);
    if let Some(listed) = listed {
        let differs = |said: &Option<String>, own: &str| said.as_ref().is_some_and(|said| said != own);
        if differs(&listed.name, &name) || differs(&listed.media, &content_type) {
            found.warn(&listed.at, EdxmlWarning::AttachmentDiffers);
        }
    }
    let (sha256, size) = (payload.sha256.clone(), payload.size);
    Some(Attachment { content_id: content_id?, name, description, content_type, sha256, size })
}

/// A name that can be a file's and no path.
fn name(node: &Node<'_>, found: &mut Findings) -> Option<String> {
    let raw =
        node.element.child("AttachmentName").map(|name| name.text.trim().to_owned()).unwrap_or_default();
    let (name, at) = found.needed_at(node, "AttachmentName", usize::MAX)?;
    let is_bad = raw.contains("..") || raw.contains(['/', '\\']) || raw.chars().any(char::is_control);
    if is_bad || name.chars().count() > NAME {
        found.refuse(at, Refusal::AttachmentName);
        return None;
    }
    Some(name)
}

fn check_type(node: &Node<'_>, payload: &Payload, media: &str, name: &str, found: &mut Findings) {
    let Some(format) = payload.format else { return };
    match verdict(format, media, name) {
        Verdict::Right => {}
        Verdict::Unsaid => found.warn(&node.at, EdxmlWarning::AttachmentUnknown),
        Verdict::Wrong => {
            let declared = format!("{media} ({name})");
            found.refuse(&node.at, Refusal::AttachmentType { declared, found: format.name() });
        }
    }
}

/// Payloads of files that are said to be right.
pub(super) fn believed(files: &[Attachment]) -> Vec<Payload> {
    let payload = |file: &Attachment| {
        let refusal = (file.size == 0).then_some(Refusal::AttachmentEmpty);
        Payload { sha256: file.sha256.clone(), size: file.size, format: None, refusal }
    };
    files.iter().map(payload).collect()
}
