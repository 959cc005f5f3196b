//! Writing a message in the form that the axis accepts: prefixes, order and spelling as in all samples of it. Pure.
//!
//! A message becomes a tree, the tree is read again as if it had come in, and only what reads back to the same message is
//! written. So nothing goes out that would be refused on the way in. Contents of files are written as they are read.

use std::io::{self, Read, Write};

use base64::engine::general_purpose::STANDARD;
use base64::write::EncoderWriter;
use chrono::{NaiveDate, NaiveDateTime};
use quick_xml::escape::partial_escape;

use super::package::{Act, Answered, Attachment, Business, Message, Other, Package, Party, Staff};
use super::reading::events::QCVN;
use super::reading::reread;
use super::refusals::{Refusal, Refused};
use super::status::StatusMessage;
use super::tree::Element;
use crate::platform::digest::Sha256;

/// Why a message was not written.
#[derive(Debug)]
pub enum Unwritten {
    /// It is not right; nothing was written.
    Refused(Refused),
    /// It could not be written, or a content could not be read.
    Broken(io::Error),
}

impl From<io::Error> for Unwritten {
    fn from(error: io::Error) -> Self {
        Self::Broken(error)
    }
}

/// Gives the content of a file, by its index among the attachments.
pub trait Contents {
    /// The content, from its beginning.
    fn content(&mut self, file: usize) -> io::Result<Box<dyn Read + '_>>;
}

/// Writes a message. `now` is the time in Viet Nam: nothing is sent from the future.
///
/// The content of each file must be the one whose digest the message gives; another breaks the writing.
pub fn write(
    message: &Message,
    contents: &mut impl Contents,
    now: NaiveDateTime,
    to: &mut impl Write,
) -> Result<(), Unwritten> {
    let (envelope, files) = match message {
        Message::Package(package) => (package_envelope(package), package.attachments.as_slice()),
        Message::Status(status) => (status_envelope(status), [].as_slice()),
    };
    check(message, &envelope, files, now).map_err(Unwritten::Refused)?;
    writeln!(to, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(to, r#"<edXML xmlns="{QCVN}">"#)?;
    print(&envelope, "edXML:", 1, to)?;
    if matches!(message, Message::Package(_)) {
        writeln!(to, "  <AttachmentEncoded>")?;
        for (index, file) in files.iter().enumerate() {
            attach(file, index, contents, to)?;
        }
        writeln!(to, "  </AttachmentEncoded>")?;
    }
    writeln!(to, "</edXML>")?;
    Ok(to.flush()?)
}

/// Refuses what would not be read as the same message.
fn check(
    message: &Message,
    envelope: &Element,
    files: &[Attachment],
    now: NaiveDateTime,
) -> Result<(), Refused> {
    let attachments = files.iter().enumerate().map(|(index, file)| {
        let mut attachment = attached(file);
        let content = Element { payload: Some(index), ..Element::new("ContentTransferEncoded", Vec::new()) };
        attachment.children.push(content);
        attachment
    });
    let encoded = Element::new("AttachmentEncoded", attachments.collect());
    let root = Element::new("edXML", vec![envelope.clone(), encoded]);
    let read = reread(&root, files, now)?;
    // A text with blanks at its end, or not composed, would come back another.
    if read == *message { Ok(()) } else { Err(Refused::because("/edXML", Refusal::Malformed)) }
}

/// Writes an element and all in it, indented; a text stands in its element without any blank.
fn print(element: &Element, prefix: &str, depth: usize, to: &mut impl Write) -> io::Result<()> {
    let (name, indent) = (&element.name, "  ".repeat(depth));
    let attribute = match name.as_str() {
        "edXMLEnvelope" => format!(r#" xmlns:edXML="{QCVN}""#),
        "edXMLManifest" => r#" version="1.0""#.to_owned(),
        _ => String::new(),
    };
    if element.children.is_empty() {
        let text = partial_escape(element.text.as_str());
        return writeln!(to, "{indent}<{prefix}{name}{attribute}>{text}</{prefix}{name}>");
    }
    writeln!(to, "{indent}<{prefix}{name}{attribute}>")?;
    for child in &element.children {
        print(child, prefix, depth + 1, to)?;
    }
    writeln!(to, "{indent}</{prefix}{name}>")
}

/// Writes a file with its content.
fn attach(
    file: &Attachment,
    index: usize,
    contents: &mut impl Contents,
    to: &mut impl Write,
) -> io::Result<()> {
    writeln!(to, "    <Attachment>")?;
    for child in &attached(file).children {
        print(child, "", 3, to)?;
    }
    write!(to, r#"      <edXML:ContentTransferEncoded xmlns:edXML="{QCVN}">"#)?;
    let mut content = contents.content(index)?;
    let mut encoder = EncoderWriter::new(&mut *to, &STANDARD);
    let (mut digest, mut size, mut part) = (Sha256::default(), 0_u64, vec![0; 16 * 1024]);
    loop {
        let read = match content.read(&mut part) {
            Ok(0) => break,
            Ok(read) => part.get(..read).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        digest.add(read);
        size += u64::try_from(read.len()).unwrap_or_default();
        encoder.write_all(read)?;
    }
    encoder.finish()?;
    drop(encoder);
    if (digest.hex(), size) != (file.sha256.clone(), file.size) {
        return Err(io::Error::other("the content is not that of the attachment"));
    }
    writeln!(to, "</edXML:ContentTransferEncoded>")?;
    writeln!(to, "    </Attachment>")
}

fn attached(file: &Attachment) -> Element {
    let mut children = vec![Element::leaf("ContentId", format!("cid:{}", file.content_id))];
    children.push(Element::leaf("AttachmentName", &file.name));
    children.extend(maybe("Description", file.description.as_ref()));
    children.push(Element::leaf("ContentType", &file.content_type));
    Element::new("Attachment", children)
}

fn maybe(name: &str, text: Option<&String>) -> Option<Element> {
    text.map(|text| Element::leaf(name, text))
}

fn counted(name: &str, number: Option<u32>) -> Option<Element> {
    number.map(|number| Element::leaf(name, number.to_string()))
}

fn day(name: &str, day: Option<NaiveDate>) -> Option<Element> {
    day.map(|day| Element::leaf(name, day.format("%Y/%m/%d").to_string()))
}

fn moment(at: NaiveDateTime) -> Element {
    Element::leaf("Timestamp", at.format("%Y/%m/%d %H:%M:%S").to_string())
}

fn number_of<T: PartialEq>(all: &[T], value: &T) -> String {
    all.iter().position(|known| known == value).unwrap_or_default().to_string()
}

fn flag(name: &str, value: bool) -> Element {
    Element::leaf(name, if value { "1" } else { "0" })
}

/// A list, unless nothing is in it.
fn list(name: &str, children: Vec<Element>) -> Option<Element> {
    (!children.is_empty()).then(|| Element::new(name, children))
}

fn package_envelope(package: &Package) -> Element {
    let header = Element::new("edXMLHeader", vec![message_header(package), trace_list(package)]);
    let reference = |file: &Attachment| {
        let mut children = vec![Element::leaf("ContentId", format!("cid:{}", file.content_id))];
        children.push(Element::leaf("ContentType", &file.content_type));
        children.extend(maybe("Description", file.description.as_ref()));
        children.push(Element::leaf("AttachmentName", &file.name));
        Element::new("Reference", children)
    };
    let manifest = Element::new("edXMLManifest", package.attachments.iter().map(reference).collect());
    Element::new("edXMLEnvelope", vec![header, Element::new("edXMLBody", vec![manifest])])
}

fn party(name: &str, party: &Party) -> Element {
    let mut children = vec![Element::leaf("OrganId", party.code.as_str())];
    children.extend(maybe("OrganizationInCharge", party.above.as_ref()));
    children.push(Element::leaf("OrganName", &party.name));
    children.extend(maybe("OrganAdd", party.address.as_ref()));
    children.extend(maybe("Email", party.email.as_ref()));
    children.extend(maybe("Telephone", party.telephone.as_ref()));
    children.extend(maybe("Fax", party.fax.as_ref()));
    children.extend(maybe("Website", party.website.as_ref()));
    Element::new(name, children)
}

fn message_header(package: &Package) -> Element {
    let mut children = vec![party("From", &package.from)];
    children.extend(package.to.iter().map(|to| party("To", to)));
    children.push(Element::leaf("DocumentId", package.document.as_str()));
    let code = [("CodeNumber", &package.number), ("CodeNotation", &package.notation)];
    children.push(Element::new("Code", code.map(|(name, text)| Element::leaf(name, text)).to_vec()));
    let issued = maybe("Place", package.place.as_ref()).into_iter();
    let issued = issued.chain(day("PromulgationDate", Some(package.issued_on)));
    children.push(Element::new("PromulgationInfo", issued.collect()));
    let mut kind = vec![Element::leaf("Type", package.kind.code.to_string())];
    kind.extend(counted("TypeDetail", package.kind.detail));
    kind.push(Element::leaf("TypeName", &package.kind.name));
    children.push(Element::new("DocumentType", kind));
    children.push(Element::leaf("Subject", &package.subject));
    children.extend(maybe("Content", package.summary.as_ref()));
    let mut signer = Vec::from_iter(maybe("Competence", package.signer.authority.as_ref()));
    signer.extend(maybe("Position", package.signer.position.as_ref()));
    signer.push(Element::leaf("FullName", &package.signer.name));
    children.push(Element::new("SignerInfo", signer));
    children.extend(day("DueDate", package.due_on));
    children.extend(other(&package.other));
    children.extend(package.answers.iter().map(answered));
    let steering = package.steering.map(|steering| number_of(&super::package::Steering::ALL, &steering));
    children.extend(maybe("SteeringType", steering.as_ref()));
    children.extend(list("ToPlaces", leaves("Place", &package.to_places)));
    children.extend(list("ResponseForTask", leaves("TaskCode", &package.tasks)));
    children.extend(maybe("ApplicationType", package.application.as_ref()));
    Element::new("MessageHeader", children)
}

fn leaves(name: &str, texts: &[String]) -> Vec<Element> {
    texts.iter().map(|text| Element::leaf(name, text)).collect()
}

fn other(other: &Other) -> Option<Element> {
    let priority = other.priority.map(|priority| number_of(&super::package::Priority::ALL, &priority));
    let mut children = Vec::from_iter(maybe("Priority", priority.as_ref()));
    children.extend(maybe("SphereOfPromulgation", other.sphere.as_ref()));
    children.extend(maybe("TyperNotation", other.typist.as_ref()));
    children.extend(counted("PromulgationAmount", other.copies));
    children.extend(counted("PageAmount", other.pages));
    let direction = other.direction.map(|direction| direction.to_string());
    children.extend(maybe("Direction", direction.as_ref()));
    children.extend(maybe("ReplyFors", other.reply_for.as_ref()));
    children.extend(maybe("ReferenceCodes", other.references.as_ref()));
    children.extend(list("Appendixes", leaves("Appendix", &other.appendixes)));
    list("OtherInfo", children)
}

fn answered(answered: &Answered) -> Element {
    let mut children = vec![Element::leaf("OrganId", answered.sender.as_str())];
    children.extend(maybe("Code", answered.number.as_ref()));
    children.extend(day("PromulgationDate", answered.issued_on));
    children.extend(answered.document.as_ref().map(|id| Element::leaf("DocumentId", id.as_str())));
    Element::new("ResponseFor", children)
}

fn trace_list(package: &Package) -> Element {
    let trace = |trace: &super::package::Trace| {
        Element::new("TraceHeader", vec![Element::leaf("OrganId", trace.code.as_str()), moment(trace.at)])
    };
    let mut children: Vec<Element> = package.traces.iter().map(trace).collect();
    children.push(business(&package.business));
    Element::new("TraceHeaderList", children)
}

fn business(business: &Business) -> Element {
    let (kind, document) = match &business.act {
        Act::New => ("0", None),
        Act::Revocation { document } => ("1", Some(document)),
        Act::Update { document, .. } => ("2", Some(document)),
        Act::Replacement { .. } => ("3", None),
    };
    let mut children = vec![Element::leaf("BussinessDocType", kind)];
    children.extend(maybe("BussinessDocReason", business.reason.as_ref()));
    children.extend(counted("Paper", business.paper));
    children.extend(document.map(|document| Element::leaf("DocumentId", document.as_str())));
    children.extend(business.staff.as_ref().map(staff));
    children.extend(changed(&business.act));
    Element::new("Bussiness", children)
}

/// What an update or a replacement changes.
fn changed(act: &Act) -> Option<Element> {
    let organ = |code: &crate::organizations::OrganizationCode| Element::leaf("OrganId", code.as_str());
    match act {
        Act::New | Act::Revocation { .. } => None,
        Act::Update { content, receivers, changes, .. } => {
            let changes = changes.iter().map(|change| {
                Element::new("Receiver", vec![organ(&change.code), flag("ReceiverType", change.added)])
            });
            let mut children = vec![flag("DocumentInfo", *content), flag("DocumentReceiver", *receivers)];
            children.extend(list("ReceiverList", changes.collect()));
            Some(Element::new("BussinessDocumentInfo", children))
        }
        Act::Replacement { replaced } => {
            let replaced = replaced.iter().map(|replaced| {
                let mut children = vec![Element::leaf("DocumentId", replaced.document.as_str())];
                children.extend(list("OrganIdList", replaced.receivers.iter().map(organ).collect()));
                Element::new("ReplacementInfo", children)
            });
            Some(Element::new("ReplacementInfoList", replaced.collect()))
        }
    }
}

fn staff(staff: &Staff) -> Element {
    let mut children = Vec::from_iter(maybe("Department", staff.department.as_ref()));
    children.extend(maybe("DepartmentId", staff.department_id.as_ref()));
    children.extend(maybe("Staff", staff.name.as_ref()));
    children.extend(maybe("StaffId", staff.id.as_ref()));
    children.extend(maybe("Mobile", staff.mobile.as_ref()));
    children.extend(maybe("Email", staff.email.as_ref()));
    Element::new("StaffInfo", children)
}

fn status_envelope(status: &StatusMessage) -> Element {
    let about = &status.about;
    let about = Answered {
        sender: about.sender.clone(),
        number: about.number.clone(),
        issued_on: about.issued_on,
        document: Some(about.document.clone()),
    };
    let mut children = vec![party("From", &status.from), answered(&about)];
    children.extend(status.staff.as_ref().map(staff));
    children.push(Element::leaf("StatusCode", status.status.as_str()));
    children.extend(maybe("Description", status.description.as_ref()));
    children.push(moment(status.at));
    let header = Element::new("edXMLHeader", vec![Element::new("MessageHeader", children)]);
    Element::new("edXMLEnvelope", vec![header])
}
