//! What is done with a document (`Bussiness`), who did it, and which agencies it passed. Pure.

use super::fields::Findings;
use crate::directives::edxml::package::{Act, Business, ReceiverChange, Replaced, Staff, Trace};
use crate::directives::edxml::refusals::Refusal;
use crate::directives::edxml::tree::Node;

/// The agencies that a message passed, and what is done with its document.
pub(super) fn way(header: &Node<'_>, found: &mut Findings) -> (Vec<Trace>, Option<Business>) {
    let Some(list) = found.needed(header, "TraceHeaderList") else { return (Vec::new(), None) };
    (traces(&list, found), business(&list, found))
}

fn traces(list: &Node<'_>, found: &mut Findings) -> Vec<Trace> {
    found.known(list, &["TraceHeader", "Bussiness"]);
    let trace = |node: &Node<'_>, found: &mut Findings| {
        found.known(node, &["OrganId", "Timestamp"]);
        let (code, at) = (found.code(node), found.moment(node));
        Some(Trace { code: code?, at: at? })
    };
    list.all("TraceHeader").iter().filter_map(|node| trace(node, found)).collect()
}

const BUSINESS: &[&str] = &[
    "BussinessDocType",
    "BussinessDocReason",
    "Paper",
    "DocumentId",
    "StaffInfo",
    "BussinessDocumentInfo",
    "ReplacementInfoList",
];

/// What a number means.
#[derive(Clone, Copy)]
enum Kind {
    New,
    Revocation,
    Update,
    Replacement,
}

const KINDS: [Kind; 4] = [Kind::New, Kind::Revocation, Kind::Update, Kind::Replacement];

fn business(list: &Node<'_>, found: &mut Findings) -> Option<Business> {
    let node = found.needed(list, "Bussiness")?;
    found.known(&node, BUSINESS);
    if node.element.child("BussinessDocType").is_none() {
        found.refuse(format!("{}/BussinessDocType", node.at), Refusal::Missing);
    }
    let kind = found.choice(&node, "BussinessDocType", &KINDS, "0, 1, 2, 3");
    let act = kind.and_then(|kind| act(kind, &node, found));
    let reason = found.text(&node, "BussinessDocReason", 500);
    let paper = found.number(&node, "Paper");
    let staff = found.one(&node, "StaffInfo").map(|node| staff(&node, found));
    Some(Business { act: act?, reason, paper, staff })
}

fn act(kind: Kind, node: &Node<'_>, found: &mut Findings) -> Option<Act> {
    let at = format!("{}/DocumentId", node.at);
    let document = |found: &mut Findings| {
        let document = found.document(node);
        let is_there = node.element.child("DocumentId").is_some_and(|id| !id.text.trim().is_empty());
        if document.is_none() && !is_there {
            found.refuse(at.clone(), Refusal::BusinessDocument);
        }
        document
    };
    match kind {
        Kind::New => Some(Act::New),
        Kind::Revocation => document(found).map(|document| Act::Revocation { document }),
        Kind::Update => {
            let document = document(found);
            let Some(update) = found.one(node, "BussinessDocumentInfo") else {
                found.refuse(format!("{}/BussinessDocumentInfo", node.at), Refusal::UpdateMissing);
                return None;
            };
            found.known(&update, &["DocumentInfo", "DocumentReceiver", "ReceiverList"]);
            let content = flag(&update, "DocumentInfo", found);
            let receivers = flag(&update, "DocumentReceiver", found);
            let changes = changes(&update, found);
            Some(Act::Update { document: document?, content, receivers, changes })
        }
        Kind::Replacement => replacement(node, found),
    }
}

/// 0 or 1; what is not said is not so.
fn flag(node: &Node<'_>, name: &str, found: &mut Findings) -> bool {
    found.choice(node, name, &[false, true], "0, 1").unwrap_or_default()
}

fn changes(update: &Node<'_>, found: &mut Findings) -> Vec<ReceiverChange> {
    let Some(list) = found.one(update, "ReceiverList") else { return Vec::new() };
    found.known(&list, &["Receiver"]);
    let change = |node: &Node<'_>, found: &mut Findings| {
        found.known(node, &["OrganId", "ReceiverType"]);
        let code = found.code(node);
        if node.element.child("ReceiverType").is_none() {
            found.refuse(format!("{}/ReceiverType", node.at), Refusal::Missing);
        }
        let added = found.choice(node, "ReceiverType", &[false, true], "0, 1");
        Some(ReceiverChange { code: code?, added: added? })
    };
    list.all("Receiver").iter().filter_map(|node| change(node, found)).collect()
}

fn replacement(node: &Node<'_>, found: &mut Findings) -> Option<Act> {
    let list = found.one(node, "ReplacementInfoList");
    let all = list.as_ref().map(|list| list.all("ReplacementInfo")).unwrap_or_default();
    if all.is_empty() {
        found.refuse(format!("{}/ReplacementInfoList", node.at), Refusal::ReplacementMissing);
        return None;
    }
    let one = |node: &Node<'_>, found: &mut Findings| {
        found.known(node, &["DocumentId", "OrganIdList"]);
        let document = found.needed_document(node);
        let receivers = found.one(node, "OrganIdList").map(|list| found.codes(&list, "OrganId"));
        Some(Replaced { document: document?, receivers: receivers.unwrap_or_default() })
    };
    let replaced = all.iter().filter_map(|node| one(node, found)).collect();
    Some(Act::Replacement { replaced })
}

/// Who did something.
pub(super) fn staff(node: &Node<'_>, found: &mut Findings) -> Staff {
    found.known(node, &["Department", "DepartmentId", "Staff", "StaffId", "Mobile", "Email"]);
    Staff {
        department: found.text(node, "Department", 200),
        department_id: found.text(node, "DepartmentId", 100),
        name: found.text(node, "Staff", 100),
        id: found.text(node, "StaffId", 100),
        mobile: found.text(node, "Mobile", 20),
        email: found.text(node, "Email", 100),
    }
}
