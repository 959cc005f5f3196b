//! The content of a file as it comes: base64 taken off, counted, digested, looked at, and nothing of it kept. Pure.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::archive::{Archive, Wrong};
use super::formats::{ENOUGH, Format};
use super::{Keep, Limits};
use crate::directives::edxml::refusals::Refusal;
use crate::platform::digest::Sha256;

/// Characters that are decoded at once: a multiple of four.
const BLOCK: usize = 8 * 1024;

/// A file whose content went by.
#[derive(Clone, Debug)]
pub(super) struct Payload {
    /// SHA-256, as 64 hexadecimal digits.
    pub(super) sha256: String,
    /// Bytes.
    pub(super) size: u64,
    /// What it is; none where only what is said of it is known.
    pub(super) format: Option<Format>,
    /// Why it is refused.
    pub(super) refusal: Option<Refusal>,
}

/// Takes the base64 off a file part by part.
pub(super) struct Unwrapping<'k, K: Keep> {
    /// Which file of the message, from 0.
    index: usize,
    keep: &'k mut K,
    block: Vec<u8>,
    head: Vec<u8>,
    archive: Option<Archive>,
    digest: Sha256,
    size: u64,
    most: u64,
    most_unpacked: u64,
    /// The characters that fill the last group up have come.
    is_over: bool,
    refusal: Option<Refusal>,
}

impl<'k, K: Keep> Unwrapping<'k, K> {
    pub(super) fn new(index: usize, limits: &Limits, keep: &'k mut K) -> Self {
        Self {
            index,
            keep,
            block: Vec::with_capacity(BLOCK),
            head: Vec::with_capacity(ENOUGH),
            archive: None,
            digest: Sha256::default(),
            size: 0,
            most: limits.attachment_bytes,
            most_unpacked: limits.unpacked_bytes,
            is_over: false,
            refusal: None,
        }
    }

    /// Takes a part of the base64; blanks and line ends do not count.
    pub(super) fn add(&mut self, text: &[u8]) {
        for byte in text.iter().filter(|byte| !byte.is_ascii_whitespace()) {
            if self.refusal.is_some() {
                return;
            }
            self.block.push(*byte);
            if self.block.len() == BLOCK {
                self.decode();
            }
        }
    }

    fn decode(&mut self) {
        let mut bytes = [0; BLOCK / 4 * 3];
        let decoded = STANDARD.decode_slice(&self.block, &mut bytes).ok();
        let decoded = decoded.filter(|_| !self.is_over).and_then(|length| bytes.get(..length));
        self.is_over = self.block.ends_with(b"=");
        self.block.clear();
        match decoded {
            Some(part) => self.take(part),
            None => self.refusal = Some(Refusal::Base64),
        }
    }

    fn take(&mut self, part: &[u8]) {
        let is_first = self.size == 0;
        self.size += u64::try_from(part.len()).unwrap_or_default();
        if self.size > self.most {
            self.refusal = Some(Refusal::AttachmentTooLarge { most: self.most });
            return;
        }
        let room = ENOUGH.saturating_sub(self.head.len()).min(part.len());
        self.head.extend_from_slice(part.get(..room).unwrap_or_default());
        if is_first && Format::of(&self.head) == Format::Zip {
            self.archive = Some(Archive::new(self.most_unpacked));
        }
        if let Some(archive) = &mut self.archive {
            archive.add(part);
        }
        self.digest.add(part);
        self.keep.part(self.index, part);
    }

    /// What it was, once all of it came.
    pub(super) fn finish(mut self) -> Payload {
        if self.refusal.is_none() && !self.block.is_empty() {
            self.decode();
        }
        let most = self.most_unpacked;
        let archive = self.archive.as_ref().and_then(Archive::wrong).map(|wrong| match wrong {
            Wrong::TooLarge => Refusal::ArchiveTooLarge { most },
            Wrong::Unreadable => Refusal::ArchiveUnreadable,
        });
        let empty = (self.size == 0).then_some(Refusal::AttachmentEmpty);
        Payload {
            sha256: self.digest.hex(),
            size: self.size,
            format: Some(Format::of(&self.head)),
            refusal: self.refusal.or(empty).or(archive),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::digest::sha256_hex;

    #[derive(Default)]
    struct Kept(Vec<u8>);

    impl Keep for Kept {
        fn part(&mut self, _: usize, part: &[u8]) {
            self.0.extend_from_slice(part);
        }
    }

    fn unwrapped(text: &str, length: usize) -> (Payload, Vec<u8>) {
        let mut kept = Kept::default();
        let mut unwrapping = Unwrapping::new(0, &Limits::default(), &mut kept);
        text.as_bytes().chunks(length).for_each(|part| unwrapping.add(part));
        (unwrapping.finish(), kept.0)
    }

    #[test]
    fn the_content_is_the_same_however_it_comes() {
        let content: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
        let mut text = STANDARD.encode(&content);
        (76..text.len()).step_by(78).for_each(|at| text.insert_str(at, "\r\n"));
        for length in [1, 3, 1_000, text.len()] {
            let (payload, kept) = unwrapped(&text, length);
            assert!(kept == content && payload.refusal.is_none());
            assert_eq!((payload.sha256, payload.size), (sha256_hex(&content), 400_000));
        }
    }

    #[test]
    fn what_is_not_base64_is_refused() {
        let block = "A".repeat(BLOCK);
        for (text, refusal) in [
            ("JVBERi0xLjQ=", None),
            ("JVBERi0xLjQ", Some(Refusal::Base64)),
            ("JVBERi0x*jQ=", Some(Refusal::Base64)),
            ("JVBE=i0xLjQ=", Some(Refusal::Base64)),
            ("JVBERi0xLjR=", Some(Refusal::Base64)),
            ("Zg==Zg==", Some(Refusal::Base64)),
            ("JVBERi0x&lt;", Some(Refusal::Base64)),
            ("JVBERi-_", Some(Refusal::Base64)),
            (" \r\n", Some(Refusal::AttachmentEmpty)),
            (&format!("{}g==A", "A".repeat(BLOCK - 3)), Some(Refusal::Base64)),
            (&format!("{block}AA=="), None),
        ] {
            assert_eq!(unwrapped(text, 5).0.refusal, refusal, "{text:.20}");
        }
    }
}
