//! What reading a large message of edXML costs, in a process of its own.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::io::{Cursor, Read, repeat};

use chrono::NaiveDate;
use danvan::directives::edxml::package::Message;
use danvan::directives::edxml::reading::{Limits, read};

const MIB: u64 = 1024 * 1024;

/// The most memory that this process ever had, in KiB.
#[cfg(target_os = "linux")]
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// A package whose file has 51 MiB of base64: `AAAA` again and again behind the head of a PDF.
fn package() -> impl Read {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/samples/edxml/new.edxml");
    let text = std::fs::read_to_string(sample).unwrap();
    let (before, after) = text.split_once("JVBERi0xLjQK").unwrap();
    let after = after.split_once('<').unwrap().1.to_owned();
    let begin = Cursor::new(format!("{before}JVBERi0xLjQK"));
    begin.chain(repeat(b'A').take(51 * MIB)).chain(Cursor::new(format!("<{after}")))
}

#[cfg(target_os = "linux")]
#[test]
fn memory_stays_flat_on_a_package_of_fifty_megabytes() {
    let now = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap().and_hms_opt(10, 0, 0).unwrap();
    let before = peak();
    let received = read(package(), &Limits::default(), now, &mut ()).unwrap();
    let grown = peak() - before;
    assert!(received.bytes > 51 * MIB);
    let Message::Package(package) = received.message else { panic!("a package") };
    // 9 bytes for the 12 characters of the head, and 3 for each 4 after it.
    assert_eq!(package.attachments.first().unwrap().size, 9 + 51 * MIB / 4 * 3);
    assert!(grown < 4 * 1024, "{grown} KiB more");
}
