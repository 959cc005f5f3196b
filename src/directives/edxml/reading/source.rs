//! The bytes of a message as they come: counted, digested, and no more at a time than is allowed. Pure.

use std::io::{self, BufRead, Read};

use crate::platform::digest::Sha256;

/// Bytes that are asked for at once.
const CHUNK: usize = 32 * 1024;

/// Why there are no more bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// The message is larger than it may be.
    Total,
    /// One piece of it is: a tag, a text, a comment.
    Piece,
    /// It could not be read.
    Broken,
}

/// What a message is read from.
pub(super) struct Source<R> {
    inner: R,
    buffer: Box<[u8]>,
    from: usize,
    to: usize,
    /// Bytes that came so far.
    total: u64,
    most: u64,
    /// Bytes that the piece at hand may still have.
    allowance: usize,
    at_end: bool,
    digest: Sha256,
    cut: Option<Cut>,
    /// What the one we read from said.
    broken: Option<io::Error>,
}

impl<R: Read> Source<R> {
    pub(super) fn new(inner: R, most: u64) -> Self {
        let buffer = vec![0; CHUNK].into_boxed_slice();
        let digest = Sha256::default();
        Self {
            inner,
            buffer,
            from: 0,
            to: 0,
            total: 0,
            most,
            allowance: 0,
            at_end: false,
            digest,
            cut: None,
            broken: None,
        }
    }

    /// Allows another piece of so many bytes.
    pub(super) fn allow(&mut self, bytes: usize) {
        self.allowance = bytes;
    }

    /// Why reading stopped, and what was said by the one we read from.
    pub(super) fn stopped(&mut self) -> Option<(Cut, Option<io::Error>)> {
        self.cut.take().map(|cut| (cut, self.broken.take()))
    }

    /// Bytes so far, and their digest.
    pub(super) fn sum(&self) -> (u64, String) {
        (self.total, self.digest.hex())
    }

    fn stop(&mut self, cut: Cut) -> io::Error {
        self.cut = Some(cut);
        io::Error::other("stopped")
    }

    /// Fills the empty buffer, completely unless the message ends: what is found at a seam must not depend on how the bytes
    /// happened to arrive.
    fn fill(&mut self) -> io::Result<()> {
        (self.from, self.to) = (0, 0);
        while !self.at_end {
            let room = self.buffer.get_mut(self.to..).unwrap_or_default();
            if room.is_empty() {
                break;
            }
            match self.inner.read(room) {
                Ok(0) => self.at_end = true,
                Ok(read) => self.to += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.broken = Some(error);
                    return Err(self.stop(Cut::Broken));
                }
            }
        }
        let came = self.buffer.get(..self.to).unwrap_or_default();
        self.total += u64::try_from(came.len()).unwrap_or(u64::MAX);
        self.digest.add(came);
        if self.total > self.most { Err(self.stop(Cut::Total)) } else { Ok(()) }
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: Read> BufRead for Source<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.from == self.to {
            self.fill()?;
        }
        let end = self.to.min(self.from.saturating_add(self.allowance));
        if end == self.from && self.from < self.to {
            return Err(self.stop(Cut::Piece));
        }
        Ok(self.buffer.get(self.from..end).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.from = self.to.min(self.from.saturating_add(amount));
        self.allowance = self.allowance.saturating_sub(amount);
    }
}
