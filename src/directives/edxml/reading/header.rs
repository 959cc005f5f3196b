//! The tree of a message as what it says. Pure: elements in any order, each looked at, everything wrong told at once.

use chrono::{NaiveDate, TimeDelta};

use super::attachments::{attachments, manifest};
use super::business::{staff, way};
use super::fields::Findings;
use super::payload::Payload;
use crate::directives::edxml::package::{
    Answered, Attachment, DocumentType, Message, Other, Package, Party, Priority, Signer, Steering,
};
use crate::directives::edxml::refusals::Refusal;
use crate::directives::edxml::secrecy;
use crate::directives::edxml::status::{About, StatusCode, StatusMessage};
use crate::directives::edxml::tree::{Element, Node};
use crate::directives::edxml::warnings::EdxmlWarning;

/// Characters of a subject.
const SUBJECT: usize = 500;
/// How far another system's clock may be ahead, as for all records.
const AHEAD: TimeDelta = TimeDelta::minutes(5);
/// There are no documents of the State from before.
const FIRST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(1945, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// What a message says; none if something that is needed is not there, which was told then.
pub(super) fn message(root: &Element, payloads: &[Payload], found: &mut Findings) -> Option<Message> {
    secrets(root, found);
    let root = Node { element: root, at: format!("/{}", root.name) };
    found.known(&root, &["edXMLEnvelope", "AttachmentEncoded"]);
    let Some(envelope) = found.one(&root, "edXMLEnvelope") else {
        found.refuse(&root.at, Refusal::Root);
        return None;
    };
    found.known(&envelope, &["edXMLHeader", "edXMLBody"]);
    let header = found.needed(&envelope, "edXMLHeader")?;
    found.known(&header, &["MessageHeader", "TraceHeaderList", "Signature"]);
    signature(&header, found);
    let inner = found.needed(&header, "MessageHeader")?;
    if inner.element.child("StatusCode").is_some() {
        return status(&inner, found).map(|status| Message::Status(Box::new(status)));
    }
    let files = |found: &mut Findings| {
        let listed = manifest(&envelope, found);
        attachments(&root, &listed, payloads, found)
    };
    let package = package(&inner, &header, files, found)?;
    Some(Message::Package(Box::new(package)))
}

/// Refuses a message in which anything is marked as secret, in elements that are not read as well.
fn secrets(root: &Element, found: &mut Findings) {
    let mut places = Vec::new();
    root.visit("", &mut |at, element| {
        let is_skipped = at.contains("/Signature/");
        if !is_skipped && places.is_empty() && secrecy::is_marked(element) {
            places.push(at.chars().take(500).collect::<String>());
        }
    });
    for at in places {
        found.refuse(at, Refusal::Secret);
    }
}

/// A signature of the message is not verified, and counts for nothing; that is told.
fn signature(header: &Node<'_>, found: &mut Findings) {
    for signature in header.all("Signature") {
        let warning = if signature.element.is_dsig {
            EdxmlWarning::SignatureUnverified
        } else {
            EdxmlWarning::SignatureForeign
        };
        found.warn(&signature.at, warning);
        let mut is_obsolete = false;
        signature.element.visit("", &mut |_, element| {
            is_obsolete |= element.algorithm.as_deref().is_some_and(|name| name.ends_with("sha1"));
        });
        if is_obsolete {
            found.warn(&signature.at, EdxmlWarning::SignatureObsolete);
        }
    }
}

const PARTY: &[&str] =
    &["OrganId", "OrganizationInCharge", "OrganName", "OrganAdd", "Email", "Telephone", "Fax", "Website"];

fn party(node: &Node<'_>, found: &mut Findings) -> Option<Party> {
    found.known(node, PARTY);
    let (code, name) = (found.code(node), found.needed_text(node, "OrganName", 200));
    let above = found.text(node, "OrganizationInCharge", 200);
    let (address, email) = (found.text(node, "OrganAdd", 250), found.text(node, "Email", 100));
    let (telephone, fax) = (found.text(node, "Telephone", 20), found.text(node, "Fax", 20));
    let website = found.text(node, "Website", 100);
    Some(Party { code: code?, above, name: name?, address, email, telephone, fax, website })
}

/// Who receives a document: each once, and not only its sender.
fn receivers(node: &Node<'_>, from: Option<&Party>, found: &mut Findings) -> Vec<Party> {
    let all = node.all("To");
    if all.is_empty() {
        found.refuse(format!("{}/To", node.at), Refusal::Missing);
    }
    let mut to: Vec<Party> = Vec::with_capacity(all.len());
    let mut codes = std::collections::HashSet::new();
    for node in &all {
        let Some(party) = party(node, found) else { continue };
        if !codes.insert(party.code.clone()) {
            found.refuse(
                format!("{}/OrganId", node.at),
                Refusal::ReceiverRepeated { code: party.code.to_string() },
            );
        }
        to.push(party);
    }
    let only = to.first().filter(|_| all.len() == 1);
    if only.is_some_and(|only| from.is_some_and(|from| from.code == only.code)) {
        found.refuse(format!("{}/To/OrganId", node.at), Refusal::SenderIsReceiver);
    }
    to
}

const HEADER: &[&str] = &[
    "From",
    "To",
    "DocumentId",
    "Code",
    "PromulgationInfo",
    "DocumentType",
    "Subject",
    "Content",
    "SignerInfo",
    "DueDate",
    "ToPlaces",
    "OtherInfo",
    "ResponseFor",
    "SteeringType",
    "ResponseForTask",
    "ApplicationType",
];

fn package(
    node: &Node<'_>,
    header: &Node<'_>,
    files: impl FnOnce(&mut Findings) -> Vec<Attachment>,
    found: &mut Findings,
) -> Option<Package> {
    found.known(node, HEADER);
    let from = found.needed(node, "From").and_then(|from| party(&from, found));
    let to = receivers(node, from.as_ref(), found);
    let document = found.needed_document(node);
    let number = number(node, found);
    let issued = issued(node, found);
    let kind = found.needed(node, "DocumentType").and_then(|node| kind(&node, found));
    let subject = subject(node, found);
    let summary = found.text(node, "Content", 500);
    let signer = found.needed(node, "SignerInfo").and_then(|node| signer(&node, found));
    let due_on = found.day(node, "DueDate");
    let to_places = found.texts(node, "ToPlaces", "Place", 150);
    let other = found.one(node, "OtherInfo").map(|node| other(&node, found)).unwrap_or_default();
    let answers = node.all("ResponseFor").iter().filter_map(|node| answered(node, found)).collect();
    let steering = found.choice(node, "SteeringType", &Steering::ALL, "0, 1, 2, 3");
    let tasks = found.texts(node, "ResponseForTask", "TaskCode", 100);
    let application = found.text(node, "ApplicationType", 100);
    let (traces, business) = way(header, found);
    let attachments = files(found);
    let ((number, notation), (place, issued_on)) = (number?, issued?);
    let package = Package {
        from: from?,
        to,
        document: document?,
        number,
        notation,
        place,
        issued_on,
        kind: kind?,
        subject: subject?,
        summary,
        signer: signer?,
        due_on,
        to_places,
        other,
        answers,
        steering,
        tasks,
        application,
        traces,
        business: business?,
        attachments,
    };
    if package.document_number().is_none() {
        found.warn(format!("{}/Code", node.at), EdxmlWarning::NumberUnreadable);
    }
    Some(package)
}

/// Number and notation.
fn number(node: &Node<'_>, found: &mut Findings) -> Option<(String, String)> {
    let code = found.needed(node, "Code")?;
    found.known(&code, &["CodeNumber", "CodeNotation"]);
    let number = found.needed_text(&code, "CodeNumber", 11);
    let notation = found.needed_text(&code, "CodeNotation", 30);
    Some((number?, notation?))
}

/// Place and day of issue: a day that was, and not before there was a State.
fn issued(node: &Node<'_>, found: &mut Findings) -> Option<(Option<String>, NaiveDate)> {
    let node = found.needed(node, "PromulgationInfo")?;
    found.known(&node, &["Place", "PromulgationDate"]);
    let place = found.text(&node, "Place", 50);
    let at = format!("{}/PromulgationDate", node.at);
    let is_there = node.element.child("PromulgationDate").is_some_and(|day| !day.text.trim().is_empty());
    if !is_there {
        found.refuse(at, Refusal::Missing);
        return None;
    }
    let day = found.day(&node, "PromulgationDate")?;
    if day > found.now.date() {
        found.refuse(at, Refusal::DateToCome);
    } else if day < FIRST_DAY {
        found.refuse(at, Refusal::DateTooEarly);
    }
    Some((place, day))
}

fn kind(node: &Node<'_>, found: &mut Findings) -> Option<DocumentType> {
    found.known(node, &["Type", "TypeDetail", "TypeName"]);
    if node.element.child("Type").is_none() {
        found.refuse(format!("{}/Type", node.at), Refusal::Missing);
    }
    let (code, detail) = (found.number(node, "Type"), found.number(node, "TypeDetail"));
    let name = found.needed_text(node, "TypeName", 100);
    Some(DocumentType { code: code?, detail, name: name? })
}

fn subject(node: &Node<'_>, found: &mut Findings) -> Option<String> {
    let (subject, at) = found.needed_at(node, "Subject", usize::MAX)?;
    let length = subject.chars().count();
    if length > SUBJECT {
        found.refuse(at, Refusal::SubjectTooLong { length });
    }
    Some(subject)
}

fn signer(node: &Node<'_>, found: &mut Findings) -> Option<Signer> {
    found.known(node, &["Competence", "Position", "FullName"]);
    let (authority, position) = (found.text(node, "Competence", 100), found.text(node, "Position", 100));
    Some(Signer { authority, position, name: found.needed_text(node, "FullName", 50)? })
}

const OTHER: &[&str] = &[
    "Priority",
    "SphereOfPromulgation",
    "TyperNotation",
    "PromulgationAmount",
    "PageAmount",
    "Direction",
    "ReplyFors",
    "ReferenceCodes",
    "Appendixes",
];

fn other(node: &Node<'_>, found: &mut Findings) -> Other {
    found.known(node, OTHER);
    Other {
        priority: found.choice(node, "Priority", &Priority::ALL, "0, 1, 2, 3, 4"),
        sphere: found.text(node, "SphereOfPromulgation", 100),
        typist: found.text(node, "TyperNotation", 10),
        copies: found.number(node, "PromulgationAmount"),
        pages: found.number(node, "PageAmount"),
        direction: direction(node, found),
        reply_for: found.text(node, "ReplyFors", 500),
        references: found.text(node, "ReferenceCodes", 500),
        appendixes: found.texts(node, "Appendixes", "Appendix", 250),
    }
}

fn direction(node: &Node<'_>, found: &mut Findings) -> Option<bool> {
    let text = found.text(node, "Direction", 5)?;
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => {
            found.refuse(format!("{}/Direction", node.at), Refusal::NotInSet { allowed: "true, false" });
            None
        }
    }
}

const ANSWERED: &[&str] = &["OrganId", "Code", "PromulgationDate", "DocumentId"];

fn answered(node: &Node<'_>, found: &mut Findings) -> Option<Answered> {
    found.known(node, ANSWERED);
    let (sender, number) = (found.code(node), found.text(node, "Code", 50));
    let (issued_on, document) = (found.day(node, "PromulgationDate"), found.document(node));
    Some(Answered { sender: sender?, number, issued_on, document })
}

fn status(node: &Node<'_>, found: &mut Findings) -> Option<StatusMessage> {
    found.known(node, &["From", "ResponseFor", "StaffInfo", "StatusCode", "Description", "Timestamp"]);
    let from = found.needed(node, "From").and_then(|from| party(&from, found));
    let about = found.needed(node, "ResponseFor").and_then(|about| {
        found.known(&about, ANSWERED);
        let (sender, number) = (found.code(&about), found.text(&about, "Code", 50));
        let (issued_on, document) = (found.day(&about, "PromulgationDate"), found.needed_document(&about));
        Some(About { sender: sender?, number, issued_on, document: document? })
    });
    let staff = found.one(node, "StaffInfo").map(|node| staff(&node, found));
    let status = code(node, found);
    let description = found.text(node, "Description", 500);
    if status.is_some_and(StatusCode::needs_reason) && description.is_none() {
        found.refuse(format!("{}/Description", node.at), Refusal::Missing);
    }
    let at = found.moment(node);
    if at.is_some_and(|at| at > found.now + AHEAD) {
        found.refuse(format!("{}/Timestamp", node.at), Refusal::TimestampToCome);
    }
    Some(StatusMessage { from: from?, about: about?, staff, status: status?, description, at: at? })
}

/// One of the nine, with both its digits.
fn code(node: &Node<'_>, found: &mut Findings) -> Option<StatusCode> {
    let child = found.one(node, "StatusCode")?;
    let code = child.element.text.trim().parse().ok();
    if code.is_none() {
        found.refuse(child.at, Refusal::StatusCode);
    }
    code
}
