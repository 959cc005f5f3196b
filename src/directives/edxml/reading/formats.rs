//! What a file is, by its first bytes, and what its name and type say that it is. Pure.

/// What the first bytes of a file tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Pdf,
    /// Older files of Word and Excel.
    Ole,
    /// Archives, and the newer files of offices, which are such.
    Zip,
    Rar,
    SevenZip,
    Rtf,
    Png,
    Jpeg,
    Gif,
    Tiff,
    Bmp,
    /// Something that runs.
    Program,
    Text,
    Unknown,
}

/// First bytes that are enough to tell.
pub(super) const ENOUGH: usize = 512;

const BEGINNINGS: &[(&[u8], Format)] = &[
    (b"%PDF-", Format::Pdf),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Format::Ole),
    (b"PK\x03\x04", Format::Zip),
    (b"PK\x05\x06", Format::Zip),
    (b"Rar!\x1A\x07", Format::Rar),
    (b"7z\xBC\xAF\x27\x1C", Format::SevenZip),
    (b"{\\rtf", Format::Rtf),
    (b"\x89PNG\r\n\x1A\n", Format::Png),
    (b"\xFF\xD8\xFF", Format::Jpeg),
    (b"GIF8", Format::Gif),
    (b"II*\0", Format::Tiff),
    (b"MM\0*", Format::Tiff),
    (b"BM", Format::Bmp),
    (b"MZ", Format::Program),
    (b"\x7FELF", Format::Program),
    (b"\xCA\xFE\xBA\xBE", Format::Program),
    (b"\xFE\xED\xFA", Format::Program),
    (b"#!", Format::Program),
];

impl Format {
    /// What a file is whose first bytes these are.
    pub(super) fn of(head: &[u8]) -> Self {
        let known = BEGINNINGS.iter().find(|(beginning, _)| head.starts_with(beginning));
        known.map_or_else(|| if is_text(head) { Self::Text } else { Self::Unknown }, |(_, format)| *format)
    }

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Pdf => "PDF",
            Self::Ole => "Office 97-2003",
            Self::Zip => "ZIP",
            Self::Rar => "RAR",
            Self::SevenZip => "7z",
            Self::Rtf => "RTF",
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::Gif => "GIF",
            Self::Tiff => "TIFF",
            Self::Bmp => "BMP",
            Self::Program => "EXE",
            Self::Text => "TEXT",
            Self::Unknown => "?",
        }
    }
}

/// UTF-8 up to a character that the end may cut, or UTF-16 that says so; and no zero byte in the former.
fn is_text(head: &[u8]) -> bool {
    let is_utf8 = match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    };
    head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") || (is_utf8 && !head.contains(&0))
}

type Kinds = (&'static [&'static str], &'static [&'static str], &'static [Format]);

/// Media types and endings of names, with the formats that they may have. Many systems call every file of Word `application/msword`.
const KINDS: &[Kinds] = &[
    (&["application/pdf"], &["pdf"], &[Format::Pdf]),
    (&["application/msword"], &["doc"], &[Format::Ole, Format::Rtf, Format::Zip]),
    (
        &["application/vnd.ms-excel", "application/vnd.ms-powerpoint"],
        &["xls", "ppt"],
        &[Format::Ole, Format::Zip],
    ),
    (
        &[
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            "application/vnd.oasis.opendocument.text",
            "application/vnd.oasis.opendocument.spreadsheet",
            "application/vnd.oasis.opendocument.presentation",
        ],
        &["docx", "xlsx", "pptx", "odt", "ods", "odp"],
        &[Format::Zip],
    ),
    (&["application/zip", "application/x-zip-compressed"], &["zip"], &[Format::Zip]),
    (&["application/vnd.rar", "application/x-rar-compressed"], &["rar"], &[Format::Rar]),
    (&["application/x-7z-compressed"], &["7z"], &[Format::SevenZip]),
    (&["application/rtf", "text/rtf"], &["rtf"], &[Format::Rtf]),
    (&["image/png"], &["png"], &[Format::Png]),
    (&["image/jpeg", "image/jpg"], &["jpg", "jpeg"], &[Format::Jpeg]),
    (&["image/gif"], &["gif"], &[Format::Gif]),
    (&["image/tiff"], &["tif", "tiff"], &[Format::Tiff]),
    (&["image/bmp"], &["bmp"], &[Format::Bmp]),
    (&["text/plain", "text/csv", "text/xml", "application/xml"], &["txt", "csv", "xml"], &[Format::Text]),
];

/// How a file stands to what is said of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is what is said.
    Right,
    /// Nothing that we know is said of it.
    Unsaid,
    /// It is something else.
    Wrong,
}

/// Whether a file may be of a media type, and have a name that ends as its own does.
pub(super) fn verdict(format: Format, media: &str, name: &str) -> Verdict {
    let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let by_media =
        KINDS.iter().find(|(types, ..)| types.contains(&media.as_str())).map(|(.., formats)| *formats);
    let by_name =
        KINDS.iter().find(|(_, endings, _)| endings.contains(&ending.as_str())).map(|(.., formats)| *formats);
    let is_zip = by_media.is_some_and(|formats| formats == [Format::Zip]) && format == Format::Zip;
    match (by_media, by_name) {
        _ if format == Format::Program => Verdict::Wrong,
        (Some(formats), _) if !formats.contains(&format) => Verdict::Wrong,
        // The reference implementation packs most files and calls them archives, under the name that they had.
        (Some(_), _) if is_zip => Verdict::Right,
        (_, Some(formats)) if !formats.contains(&format) => Verdict::Wrong,
        (None, None) => Verdict::Unsaid,
        _ => Verdict::Right,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_first_bytes() {
        for (head, format) in [
            (&b"%PDF-1.4\n"[..], Format::Pdf),
            (b"PK\x03\x04\x14\0", Format::Zip),
            (b"\xFF\xD8\xFF\xE0", Format::Jpeg),
            (b"MZ\x90\0", Format::Program),
            ("Sở".as_bytes(), Format::Text),
            (b"\xE1\xBB", Format::Text),
            (b"\xE1(", Format::Unknown),
            (b"a\0b", Format::Unknown),
            (b"\xFF\xFEa\0", Format::Text),
        ] {
            assert_eq!(Format::of(head), format, "{head:?}");
        }
    }

    #[test]
    fn name_and_type_are_held_against_it() {
        use Verdict::{Right, Unsaid, Wrong};
        for (format, media, name, expected) in [
            (Format::Pdf, "application/pdf", "a.pdf", Right),
            (Format::Pdf, "Application/PDF; x=1", "a.PDF", Right),
            (Format::Zip, "application/pdf", "a.pdf", Wrong),
            (Format::Pdf, "application/pdf", "a.docx", Wrong),
            (Format::Zip, "application/zip", "a.jpg", Right),
            (Format::Jpeg, "application/zip", "a.jpg", Wrong),
            (Format::Zip, "application/msword", "a.docx", Right),
            (Format::Zip, "application/octet-stream", "a.xlsx", Right),
            (Format::Text, "application/octet-stream", "a.pdf", Wrong),
            (Format::Unknown, "application/octet-stream", "a.dwg", Unsaid),
            (Format::Program, "application/octet-stream", "a.dwg", Wrong),
            (Format::Program, "application/octet-stream", "a", Wrong),
        ] {
            assert_eq!(verdict(format, media, name), expected, "{format:?} {media} {name}");
        }
    }
}
