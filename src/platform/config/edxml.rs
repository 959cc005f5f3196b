//! The settings of messages between agencies: how much of one is taken, and what is kept of its files.

use super::{DANVAN_EDXML_CONTENTS, DANVAN_EDXML_MIB, Reader};

/// How messages of edXML are taken.
#[derive(Clone, Copy, Debug)]
pub struct EdxmlConfig {
    /// Whether the content of attached files is kept, or only what tells it apart.
    pub keep: bool,
    /// Bytes of a message.
    pub bytes: u64,
    /// Attachments of a message.
    pub attachments: usize,
    /// Bytes of one attachment.
    pub attachment_bytes: u64,
    /// Elements of a message.
    pub elements: usize,
}

impl EdxmlConfig {
    /// Messages of so many MiB. A file takes a third more in base64, so it may have three quarters of them.
    pub fn of(mib: u64, keep: bool) -> Self {
        let bytes = mib * 1024 * 1024;
        Self { keep, bytes, attachments: 50, attachment_bytes: bytes / 4 * 3, elements: 20_000 }
    }
}

impl Reader<'_> {
    pub(super) fn edxml(&mut self) -> EdxmlConfig {
        let keep = match self.text(DANVAN_EDXML_CONTENTS).as_str() {
            "hash" => false,
            "keep" => true,
            _ => {
                self.faults.push(format!("{DANVAN_EDXML_CONTENTS}: must be hash or keep"));
                false
            }
        };
        EdxmlConfig::of(self.number(DANVAN_EDXML_MIB, 1, 512).unsigned_abs(), keep)
    }
}
