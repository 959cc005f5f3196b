//! A message of fifty megabytes through a process of its own: in, kept, and out again, in memory that does not grow with it.

use serde_json::json;

use super::on_each;
use super::statements::cost;
use crate::edxml_samples::{MESSAGES, numbered, post, text};
use crate::harness::process::{Process, Site};

const MIB: usize = 1024 * 1024;

/// The most memory that a process ever had, in KiB.
fn peak(process: &Process) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.child.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// A package whose file has 50 MiB of base64 behind the head of a PDF.
fn package() -> Vec<u8> {
    let text = text("new.edxml");
    let (before, after) = text.split_once("JVBERi0xLjQK").unwrap();
    let after = after.split_once('<').unwrap().1;
    format!("{before}JVBERi0xLjQK{}<{after}", "A".repeat(50 * MIB)).into_bytes()
}

on_each! {
    fn memory_stays_flat_on_a_message_of_fifty_megabytes(backend) {
        let mut site = Site::new(backend);
        site.set("DANVAN_EDXML_CONTENTS", "keep");
        let mut process = site.serve();
        let root = site.root(&process);
        for (code, kind) in [("H19.06", "department"), ("H19.09", "department")] {
            let body = json!({"name": code, "kind": kind, "valid_from": "2015-01-01"});
            root.put(&format!("/api/v1/organizations/{code}"), &body).send().expect(201);
        }
        let before = peak(&process);
        let sent = package();
        let came = root.request("POST", MESSAGES).bytes("application/xml", &sent).send().expect(201).json();
        // 9 bytes for the 12 characters of the head, and 3 for each 4 after it.
        assert_eq!(came["content"]["attachments"][0]["size"], 9 + 50 * MIB / 4 * 3);
        let path = format!("{MESSAGES}/{}", came["id"].as_str().unwrap());
        let back = root.get(&path).header("accept", "application/xml").send().expect(200);
        let content = |bytes: &[u8]| bytes.iter().map(|byte| usize::from(*byte == b'A')).sum::<usize>();
        assert!(content(back.bytes()) >= 50 * MIB && back.bytes().len() < sent.len() + 4_096);
        let grown = peak(&process) - before;
        assert!(grown < 40 * 1024, "{grown} KiB more");
        process.terminate();
        process.ended();
    }
    fn messages_cost_the_same_for_few_and_for_many(backend) {
        let site = Site::new(backend);
        let process = site.serve();
        let root = site.root(&process);
        for (code, kind) in [("H19.06", "department"), ("H19.09", "department")] {
            let body = json!({"name": code, "kind": kind, "valid_from": "2015-01-01"});
            root.put(&format!("/api/v1/organizations/{code}"), &body).send().expect(201);
        }
        for number in 1..=40 {
            let id = format!("H19.06,2020/06/20,{number}/BC-SKHCN");
            post(&root, numbered(&number.to_string(), &id).as_bytes()).expect(201);
        }
        let (few, many) = (format!("{MESSAGES}?limit=1"), format!("{MESSAGES}?limit=500"));
        assert_eq!(root.get(&many).send().expect(200).each("id").len(), 80, "each with its status");
        let science = site.caller(&process, "H19.06", "directives:read");
        for client in [&root, &science] {
            assert_eq!(cost(&process, client, &few), cost(&process, client, &many));
        }
    }
}
