//! XML as text. Pure.

use std::fmt::Write as _;

use quick_xml::escape::escape;

/// The beginning of every part.
pub(super) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
/// What the elements of a text are named in.
pub(super) const WORDS: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
     xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";

/// A text as it stands in an element or an attribute, without what XML 1.0 has no place for.
pub(super) fn said(text: &str) -> String {
    let fit = |c: char| matches!(c, '\t' | '\n') || (c >= ' ' && !matches!(c, '\u{FFFE}' | '\u{FFFF}'));
    let text: String = text.chars().filter(|c| fit(*c)).collect();
    escape(text.as_str()).into_owned()
}

/// How letters look: bold, slanted, of a size in half points.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Look {
    pub(super) bold: bool,
    pub(super) italic: bool,
    pub(super) size: Option<u32>,
}

impl Look {
    pub(super) const PLAIN: Self = Self { bold: false, italic: false, size: None };
    pub(super) const BOLD: Self = Self { bold: true, ..Self::PLAIN };

    pub(super) const fn sized(self, size: u32) -> Self {
        Self { size: Some(size), ..self }
    }

    pub(super) const fn slanted(self) -> Self {
        Self { italic: true, ..self }
    }

    /// The elements, in the order that the schema wants.
    pub(super) fn elements(self) -> String {
        let mut all = String::new();
        if self.bold {
            all.push_str("<w:b/><w:bCs/>");
        }
        if self.italic {
            all.push_str("<w:i/><w:iCs/>");
        }
        if let Some(size) = self.size {
            // Writing to a String cannot fail.
            let _ = write!(all, "<w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/>");
        }
        all
    }
}

/// A run of text.
pub(super) fn run(text: &str, look: Look) -> String {
    let properties = look.elements();
    let properties = if properties.is_empty() { properties } else { format!("<w:rPr>{properties}</w:rPr>") };
    format!("<w:r>{properties}<w:t xml:space=\"preserve\">{}</w:t></w:r>", said(text))
}

/// A paragraph of a style, with further properties.
pub(super) fn paragraph(style: &str, more: &str, runs: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{more}</w:pPr>{runs}</w:p>")
}
