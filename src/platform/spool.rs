//! Bytes put aside in a file without a name: as many as there are, in the same memory. The file is gone with the value,
//! also when the process is killed.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// Bytes put aside.
#[derive(Debug)]
pub struct Spool {
    file: File,
    length: u64,
}

impl Spool {
    /// An empty one, among the system's temporary files.
    pub fn new() -> io::Result<Self> {
        Ok(Self { file: tempfile::tempfile()?, length: 0 })
    }

    /// How many bytes it holds.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Some of the bytes from a place on: as many as asked for, unless it ends before. One reader at a time.
    pub fn part(&self, from: u64, most: usize) -> io::Result<Vec<u8>> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(from))?;
        let mut part = Vec::with_capacity(most);
        file.take(u64::try_from(most).unwrap_or(u64::MAX)).read_to_end(&mut part)?;
        Ok(part)
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.length += u64::try_from(written).unwrap_or_default();
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_part_is_given_back_as_it_was() {
        let mut spool = Spool::new().unwrap();
        spool.write_all(b"0123456789").unwrap();
        assert_eq!((spool.length(), spool.part(3, 4).unwrap()), (10, b"3456".to_vec()));
        assert_eq!(spool.part(8, 100).unwrap(), b"89");
        assert_eq!(spool.part(10, 1).unwrap(), b"");
    }
}
