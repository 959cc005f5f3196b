//! Contents of attached files in the database: each once, by its digest, in parts of base64, since a column of bytes is not
//! among the types that both databases share. Neither in nor out is more than a few parts held.

use std::collections::BTreeSet;
use std::io::{self, Cursor, Read};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::directives::edxml::package::Attachment;
use crate::directives::edxml::reading::Keep;
use crate::directives::edxml::writing::Contents;
use crate::platform::spool::Spool;
use crate::platform::sql::in_lists;
use crate::platform::{Bulk, Conn, Fault, Sql, Values, Work};

/// Bytes of a part: a multiple of three, so that parts of base64 need no padding between them.
const PART: usize = 48 * 1024;
/// Parts of one statement.
const AT_ONCE: i64 = 8;

/// The files of a message put aside as it is read, one behind the other.
#[derive(Debug)]
pub struct Aside {
    spool: Spool,
    /// Where each begins.
    begins: Vec<u64>,
    failure: Option<io::Error>,
}

impl Aside {
    /// None yet.
    pub fn new() -> io::Result<Self> {
        Ok(Self { spool: Spool::new()?, begins: Vec::new(), failure: None })
    }

    /// Itself, once all is there. Fails if something could not be put aside.
    pub fn whole(self) -> io::Result<Self> {
        match self.failure {
            Some(error) => Err(error),
            None => Ok(self),
        }
    }
}

impl Keep for Aside {
    fn part(&mut self, file: usize, part: &[u8]) {
        while self.begins.len() <= file {
            self.begins.push(self.spool.length());
        }
        if self.failure.is_none() {
            self.failure = io::Write::write_all(&mut self.spool, part).err();
        }
    }
}

#[derive(QueryableByName)]
struct Known {
    #[diesel(sql_type = Text)]
    sha256: String,
}

/// Which of some contents are kept.
pub fn known(conn: &mut Conn, files: &[Attachment]) -> Result<BTreeSet<String>, Fault> {
    let files: Vec<&str> = files.iter().map(|file| file.sha256.as_str()).collect();
    let rows = in_lists(&files, |files| {
        Sql::new("SELECT sha256 FROM edxml_contents WHERE part = 0 AND sha256 IN (")
            .few_texts(files.iter().copied())
            .code(")")
            .rows::<Known>(conn)
    })?;
    Ok(rows.into_iter().map(|row| row.sha256).collect())
}

/// Keeps contents that are not kept yet. Answers how many.
pub fn keep(work: &mut Work<'_>, files: &[Attachment], aside: &Aside) -> Result<usize, Fault> {
    let (mut known, mut kept) = (known(work.conn, files)?, 0);
    for (file, begin) in files.iter().zip(&aside.begins) {
        if known.insert(file.sha256.clone()) {
            keep_one(work, file, *begin, aside)?;
            kept += 1;
        }
    }
    Ok(kept)
}

fn keep_one(work: &mut Work<'_>, file: &Attachment, begin: u64, aside: &Aside) -> Result<(), Fault> {
    let (mut at, mut number) = (0_u64, 0_i64);
    while at < file.size {
        let (mut numbers, mut parts) = (Vec::new(), Vec::new());
        while at < file.size && numbers.len() < usize::try_from(AT_ONCE).unwrap_or(1) {
            let most = usize::try_from(file.size - at).unwrap_or(PART).min(PART);
            let part = aside.spool.part(begin + at, most).map_err(Fault::broken)?;
            if part.is_empty() {
                return Err(Fault::broken("a content ended early"));
            }
            at += u64::try_from(part.len()).unwrap_or_default();
            numbers.push(number);
            parts.push(STANDARD.encode(part));
            number += 1;
        }
        Bulk::new("edxml_contents")
            .column("sha256", Values::Words(vec![file.sha256.clone(); numbers.len()]))
            .column("part", Values::Number(numbers))
            .column("content", Values::Words(parts))
            // No lock is held: of two who keep the same file at once the second writes what is there.
            .replacing("sha256, part")
            .run(work.conn)?;
    }
    Ok(())
}

/// The contents of a message's files, from the database.
pub struct Stored<'a> {
    /// The database.
    pub conn: &'a mut Conn,
    /// The files.
    pub files: &'a [Attachment],
}

impl Contents for Stored<'_> {
    fn content(&mut self, file: usize) -> io::Result<Box<dyn Read + '_>> {
        let file = self.files.get(file).ok_or_else(|| io::Error::other("no such file"))?;
        let (sha256, held) = (file.sha256.clone(), Cursor::new(Vec::new()));
        Ok(Box::new(Parts { conn: self.conn, sha256, next: 0, held }))
    }
}

#[derive(QueryableByName)]
struct PartRow {
    #[diesel(sql_type = Text)]
    content: String,
}

/// A content that is read part by part.
struct Parts<'a> {
    conn: &'a mut Conn,
    sha256: String,
    next: i64,
    held: Cursor<Vec<u8>>,
}

impl Read for Parts<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.held.read(into)?;
        if read > 0 || into.is_empty() {
            return Ok(read);
        }
        let rows = Sql::new("SELECT content FROM edxml_contents WHERE sha256 = ")
            .text(self.sha256.as_str())
            .code(" AND part >= ")
            .number(self.next)
            .code(" AND part < ")
            .number(self.next + AT_ONCE)
            .code(" ORDER BY part")
            .rows::<PartRow>(self.conn)
            .map_err(io::Error::other)?;
        self.next += AT_ONCE;
        let mut bytes = Vec::new();
        for row in rows {
            STANDARD.decode_vec(row.content, &mut bytes).map_err(io::Error::other)?;
        }
        self.held = Cursor::new(bytes);
        self.held.read(into)
    }
}
