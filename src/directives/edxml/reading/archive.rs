//! How large an archive becomes when it is unpacked, found out without keeping anything of it. Pure.
//!
//! A ZIP file is walked through once from its beginning, part by part as it comes: each file in it is unpacked into nothing and
//! counted. The directory at its end is added up too, since it may name the same bytes many times over. What cannot be
//! counted (encrypted, packed in another way, broken) is refused: nobody could say what it becomes.

use flate2::{Decompress, FlushDecompress, Status};

use crate::directives::edxml::steps;

/// Bytes that are unpacked at once, and thrown away.
const ROOM: usize = 32 * 1024;
/// An archive may become so many times as large as it is; texts and scanned pages stay far below it.
const RATIO: u64 = 200;
/// Up to so many bytes the ratio does not count.
const SMALL: u64 = 16 * 1024 * 1024;
/// Headers in an archive: each file has one before itself and one in the directory.
const ENTRIES: u64 = 20_000;
/// Bytes that may stand between the end of a packed file and the next header: its checksum and sizes, of the larger kind.
const BETWEEN: usize = 24;

/// What is wrong with an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    TooLarge,
    Unreadable,
}

/// What comes next.
enum Expected {
    /// A header, or after a packed file so many bytes that say how long it was.
    Header { skipped: usize },
    /// What a header of a file says after its first 30 bytes: its name, and more.
    Names(usize),
    /// A file that is packed.
    Packed,
    /// So many bytes that are of no interest, and what then.
    Skipped(u64, bool),
    /// The last header was read: only a remark of so many bytes may follow.
    Remark(usize),
}

/// An archive as it comes.
pub(super) struct Archive {
    expected: Expected,
    /// Unpacks one file after the other, into the same room.
    unpacker: Decompress,
    room: Box<[u8]>,
    /// What was read of the header at hand.
    header: Vec<u8>,
    /// Bytes that came, bytes that they became, and bytes that the directory speaks of.
    came: u64,
    became: u64,
    promised: u64,
    entries: u64,
    most: u64,
    wrong: Option<Wrong>,
}

fn short(bytes: &[u8], at: usize) -> usize {
    bytes
        .get(at..at + 2)
        .and_then(|two| two.try_into().ok())
        .map_or(0, |two| usize::from(u16::from_le_bytes(two)))
}

fn long(bytes: &[u8], at: usize) -> u64 {
    bytes
        .get(at..at + 4)
        .and_then(|four| four.try_into().ok())
        .map_or(0, |four| u64::from(u32::from_le_bytes(four)))
}

impl Archive {
    pub(super) fn new(most: u64) -> Self {
        Self {
            expected: Expected::Header { skipped: BETWEEN },
            unpacker: Decompress::new(false),
            room: vec![0; ROOM].into_boxed_slice(),
            header: Vec::new(),
            came: 0,
            became: 0,
            promised: 0,
            entries: 0,
            most,
            wrong: None,
        }
    }

    /// Looks at the next part.
    pub(super) fn add(&mut self, mut part: &[u8]) {
        while self.wrong.is_none() && !part.is_empty() {
            let left = self.step(part);
            let taken = part.len().saturating_sub(left.len());
            self.came += u64::try_from(taken).unwrap_or_default();
            part = left;
            let is_bomb = self.became > SMALL && self.became / RATIO > self.came;
            let sum = self.became.max(self.promised);
            if is_bomb || sum > self.most || self.entries > ENTRIES {
                self.wrong = Some(Wrong::TooLarge);
            }
        }
    }

    /// What is wrong with it, once all of it came.
    pub(super) fn wrong(&self) -> Option<Wrong> {
        let is_complete = matches!(self.expected, Expected::Remark(_));
        self.wrong.or((!is_complete).then_some(Wrong::Unreadable))
    }

    /// Takes some bytes. Those that are left.
    fn step<'p>(&mut self, part: &'p [u8]) -> &'p [u8] {
        steps::count(1);
        match &mut self.expected {
            Expected::Header { .. } => self.header(part),
            Expected::Names(more) => {
                let (taken, left) = part.split_at(part.len().min(*more));
                self.header.extend_from_slice(taken);
                *more -= taken.len();
                if *more == 0 {
                    self.file();
                }
                left
            }
            Expected::Packed => self.unpack(part),
            Expected::Skipped(more, is_file) => {
                let length = part.len().min(usize::try_from(*more).unwrap_or(usize::MAX));
                *more -= u64::try_from(length).unwrap_or_default();
                if *more == 0 {
                    self.expected = Expected::Header { skipped: if *is_file { 0 } else { BETWEEN } };
                }
                part.get(length..).unwrap_or_default()
            }
            Expected::Remark(more) if part.len() > *more => {
                self.wrong = Some(Wrong::Unreadable);
                &[]
            }
            Expected::Remark(more) => {
                *more -= part.len();
                &[]
            }
        }
    }

    /// Reads a header byte by byte up to its signature, and then as much as it has.
    fn header<'p>(&mut self, part: &'p [u8]) -> &'p [u8] {
        let Some((byte, left)) = part.split_first() else { return part };
        self.header.push(*byte);
        let length = match self.header.get(..4) {
            None => return left,
            Some(b"PK\x03\x04") => 30,
            Some(b"PK\x01\x02") => 46,
            Some(b"PK\x05\x06") => 22,
            // Where the directory of a large archive is.
            Some(b"PK\x06\x06") => 56,
            Some(b"PK\x06\x07") => 20,
            Some(_) => return self.look_on(left),
        };
        let (more, left) = left.split_at(left.len().min(length - self.header.len().min(length)));
        self.header.extend_from_slice(more);
        if self.header.len() >= length {
            self.read(length);
        }
        left
    }

    /// No header here: perhaps a byte further on.
    fn look_on<'p>(&mut self, left: &'p [u8]) -> &'p [u8] {
        match &mut self.expected {
            Expected::Header { skipped } if *skipped < BETWEEN => {
                *skipped += 1;
                self.header.remove(0);
            }
            _ => self.wrong = Some(Wrong::Unreadable),
        }
        left
    }

    /// Understands a header that is complete.
    fn read(&mut self, length: usize) {
        let header = &self.header;
        let skip = |more: usize| Expected::Skipped(u64::try_from(more).unwrap_or_default(), false);
        self.expected = match length {
            30 => {
                self.entries += 1;
                let more = short(header, 26) + short(header, 28);
                if more > 0 {
                    self.expected = Expected::Names(more);
                    return;
                }
                return self.file();
            }
            46 => {
                self.promised = self.promised.saturating_add(long(header, 24));
                self.entries += 1;
                skip(short(header, 28) + short(header, 30) + short(header, 32))
            }
            22 => Expected::Remark(short(header, 20)),
            // The length that it gives counts from behind itself; 44 of it are read already.
            56 => skip(usize::try_from(long(header, 4).saturating_sub(44)).unwrap_or(usize::MAX)),
            _ => skip(0),
        };
        self.header.clear();
        self.start_at_once();
    }

    /// Nothing to be skipped: the next is a header.
    fn start_at_once(&mut self) {
        if matches!(self.expected, Expected::Skipped(0, _)) {
            self.expected = Expected::Header { skipped: BETWEEN };
        }
    }

    /// The header of a file with all its names: what follows is the file.
    fn file(&mut self) {
        let header = std::mem::take(&mut self.header);
        let is_encrypted = short(&header, 6) & 1 == 1;
        let size = Self::packed_size(&header);
        match (short(&header, 8), size) {
            (8, _) if !is_encrypted => {
                self.unpacker.reset(false);
                self.expected = Expected::Packed;
            }
            (0, Some(0)) if !is_encrypted => self.expected = Expected::Header { skipped: 0 },
            (0, Some(size)) if !is_encrypted => {
                self.became = self.became.saturating_add(size);
                self.expected = Expected::Skipped(size, true);
            }
            _ => self.wrong = Some(Wrong::Unreadable),
        }
    }

    /// How long a file is as it stands in the archive; a large archive says so behind the names.
    fn packed_size(header: &[u8]) -> Option<u64> {
        let size = long(header, 18);
        if size != u64::from(u32::MAX) {
            return Some(size);
        }
        let mut more = header.get(30 + short(header, 26)..)?;
        while more.len() >= 4 {
            let (id, length) = (short(more, 0), short(more, 2));
            if id == 1 {
                return more.get(12..20).and_then(|eight| eight.try_into().ok()).map(u64::from_le_bytes);
            }
            more = more.get(4 + length..)?;
        }
        None
    }

    fn unpack<'p>(&mut self, part: &'p [u8]) -> &'p [u8] {
        let unpacker = &mut self.unpacker;
        let (came, became) = (unpacker.total_in(), unpacker.total_out());
        let status = unpacker.decompress(part, &mut self.room, FlushDecompress::None);
        let taken = usize::try_from(unpacker.total_in() - came).unwrap_or(usize::MAX);
        let grown = unpacker.total_out() - became;
        self.became = self.became.saturating_add(grown);
        match status {
            Ok(Status::StreamEnd) => self.expected = Expected::Header { skipped: 0 },
            Ok(_) if taken > 0 || grown > 0 => {}
            _ => self.wrong = Some(Wrong::Unreadable),
        }
        part.get(taken..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::DeflateEncoder;

    use super::*;

    const MOST: u64 = 64 * 1024 * 1024;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn header(method: u16, flags: u16, packed: u32, unpacked: u32) -> Vec<u8> {
        let mut header = b"PK\x03\x04\x14\0".to_vec();
        header.extend(flags.to_le_bytes());
        header.extend(method.to_le_bytes());
        header.extend([0; 8]);
        header.extend(packed.to_le_bytes());
        header.extend(unpacked.to_le_bytes());
        header.extend([1, 0, 0, 0, b'a']);
        header
    }

    fn directory(unpacked: u32) -> Vec<u8> {
        let mut directory = b"PK\x01\x02".to_vec();
        directory.extend([0; 20]);
        directory.extend(unpacked.to_le_bytes());
        directory.extend([1, 0]);
        directory.extend([0; 16]);
        directory.push(b'a');
        directory
    }

    fn end() -> Vec<u8> {
        let mut end = b"PK\x05\x06".to_vec();
        end.extend([0; 18]);
        end
    }

    fn wrong(archive: &[u8]) -> Option<Wrong> {
        let by = |length: usize| {
            let mut walked = Archive::new(MOST);
            archive.chunks(length).for_each(|part| walked.add(part));
            walked.wrong()
        };
        let whole = by(archive.len().max(1));
        assert_eq!((whole, whole, whole), (by(1), by(7), by(4_096)), "however it comes");
        whole
    }

    #[test]
    fn an_archive_is_walked_through_to_its_end() {
        let content = packed("Sở Khoa học và Công nghệ".repeat(100).as_bytes());
        let length = u32::try_from(content.len()).unwrap();
        let plain = [header(8, 0, length, 2_800), content.clone(), directory(2_800), end()].concat();
        assert_eq!(wrong(&plain), None);
        for behind in [&b"PK\x07\x08aaaabbbbcccc"[..], b"aaaabbbbcccc", b"PK\x07\x08aaaabbbbbbbbcccccccc"] {
            let streamed = [
                &header(8, 8, 0, 0)[..],
                &content,
                behind,
                &header(0, 0, 3, 3),
                b"abc",
                &directory(3),
                &end(),
            ]
            .concat();
            assert_eq!(wrong(&streamed), None, "{behind:?}");
        }
        assert_eq!(wrong(&end()), None);
    }

    #[test]
    fn what_cannot_be_looked_into_is_unreadable() {
        let content = packed(b"abc");
        let archive =
            |header: Vec<u8>, content: &[u8]| [&header[..], content, &directory(3), &end()].concat();
        assert_eq!(wrong(&archive(header(8, 1, 5, 3), &content)), Some(Wrong::Unreadable), "encrypted");
        assert_eq!(wrong(&archive(header(14, 0, 5, 3), &content)), Some(Wrong::Unreadable), "LZMA");
        assert_eq!(wrong(&archive(header(8, 0, 5, 3), b"\xFF\xFF\xFF")), Some(Wrong::Unreadable));
        assert_eq!(wrong(&archive(header(8, 0, 5, 3), &content)[..40]), Some(Wrong::Unreadable), "cut");
        let more = [archive(header(8, 0, 5, 3), &content), b"more".to_vec()].concat();
        assert_eq!(wrong(&more), Some(Wrong::Unreadable));
    }

    #[test]
    fn a_bomb_is_noticed_before_it_is_unpacked() {
        let zeros = packed(&vec![0; 40 << 20]);
        let one = [header(8, 8, 0, 0), zeros.clone(), directory(0), end()].concat();
        assert_eq!(wrong(&one), Some(Wrong::TooLarge), "by its ratio");
        // Names the same bytes again and again.
        let many = [header(0, 0, 1, 1), b"a".to_vec(), directory(30 << 20).repeat(3), end()].concat();
        assert_eq!(wrong(&many), Some(Wrong::TooLarge), "by its directory");
    }
}
