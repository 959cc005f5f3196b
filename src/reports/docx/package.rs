//! The parts of a document in one file, without a clock: the same letter has the same bytes. Pure.

use std::io::{Cursor, Write};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::body::Body;
use super::letter::Letter;
use super::styles;
use super::xml::{HEAD, said};

const TYPES: &str = "http://schemas.openxmlformats.org/package/2006/content-types";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";

/// A letter as a DOCX file.
pub fn written(letter: &Letter) -> Result<Vec<u8>, ZipError> {
    let body = Body::of(letter);
    let parts = [
        ("[Content_Types].xml", content_types()),
        ("_rels/.rels", packaged()),
        ("docProps/core.xml", properties(letter)),
        ("word/document.xml", body.document()),
        ("word/_rels/document.xml.rels", referred()),
        ("word/styles.xml", styles::styles(body.headings)),
        ("word/numbering.xml", styles::numbering(body.headings)),
        ("word/settings.xml", styles::settings()),
        ("word/header1.xml", styles::page_number()),
        ("word/footnotes.xml", body.footnotes()),
        ("word/_rels/footnotes.xml.rels", linked(&body)),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // The epoch of the format, and the rights of no system.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    for (name, text) in parts {
        zip.start_file(name, options)?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

fn content_types() -> String {
    let parts = [
        ("document", "document.main"),
        ("styles", "styles"),
        ("numbering", "numbering"),
        ("settings", "settings"),
        ("header1", "header"),
        ("footnotes", "footnotes"),
    ];
    let part = |(name, kind): (&str, &str)| {
        format!("<Override PartName=\"/word/{name}.xml\" ContentType=\"{WORD}.{kind}+xml\"/>")
    };
    let parts: String = parts.into_iter().map(part).collect();
    format!(
        "{HEAD}<Types xmlns=\"{TYPES}\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/docProps/core.xml\" \
         ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>{parts}</Types>"
    )
}

fn relations(all: impl Iterator<Item = String>) -> String {
    format!("{HEAD}<Relationships xmlns=\"{RELATIONS}\">{}</Relationships>", all.collect::<String>())
}

fn packaged() -> String {
    let core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties";
    let document =
        format!("<Relationship Id=\"rId1\" Type=\"{OFFICE}/officeDocument\" Target=\"word/document.xml\"/>");
    let properties = format!("<Relationship Id=\"rId2\" Type=\"{core}\" Target=\"docProps/core.xml\"/>");
    relations([document, properties].into_iter())
}

fn referred() -> String {
    let parts = [
        ("styles", "styles"),
        ("numbering", "numbering"),
        ("settings", "settings"),
        ("header", "header1"),
        ("footnotes", "footnotes"),
    ];
    relations((1..).zip(parts).map(|(id, (kind, part))| {
        format!("<Relationship Id=\"rId{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{part}.xml\"/>")
    }))
}

fn linked(body: &Body) -> String {
    relations((1..).zip(body.links()).map(|(id, target): (usize, &str)| {
        let target = said(target);
        format!("<Relationship Id=\"rId{id}\" Type=\"{OFFICE}/hyperlink\" Target=\"{target}\" TargetMode=\"External\"/>")
    }))
}

fn properties(letter: &Letter) -> String {
    format!(
        "{HEAD}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title><dc:creator>{}</dc:creator><dc:language>vi-VN</dc:language>\
         </cp:coreProperties>",
        said(&letter.title),
        said(&letter.head.agency)
    )
}
