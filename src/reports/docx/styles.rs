//! How the parts of a document look, and how they are numbered. Pure.
//!
//! Paper, margins, fonts and sizes are those that offices use by NĐ 30/2020/NĐ-CP, phụ lục I: A4, 20 mm above and below, 30 mm on
//! the left, 15 mm on the right, Times New Roman of 13 and 14 points, page numbers in the middle above from the second page on.
//! The annex itself could not be read when this was written; whoever corrects something finds all of it here and in `body.rs`.

use super::xml::{HEAD, WORDS};

/// Widths and heights are in twentieths of a point.
const PAGE: (u32, u32) = (11_906, 16_838);
const MARGINS: (u32, u32, u32) = (1_134, 1_701, 851);
/// Between the margins, in twentieths of a point.
pub const TEXT_WIDTH: u32 = PAGE.0 - MARGINS.1 - MARGINS.2;
/// Sizes of letters, in half points.
pub(super) const BODY: u32 = 28;
pub(super) const HEAD_LINES: u32 = 26;
pub(super) const RECIPIENTS: u32 = 22;

/// The last element of a text: its paper.
pub(super) fn section() -> String {
    let ((width, height), (above, left, right)) = (PAGE, MARGINS);
    format!(
        "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId4\"/><w:pgSz w:w=\"{width}\" w:h=\"{height}\"/>\
         <w:pgMar w:top=\"{above}\" w:right=\"{right}\" w:bottom=\"{above}\" w:left=\"{left}\" w:header=\"567\" w:footer=\"567\" \
         w:gutter=\"0\"/><w:titlePg/></w:sectPr>"
    )
}

/// The page number.
pub(super) fn page_number() -> String {
    format!(
        "{HEAD}<w:hdr {WORDS}><w:p><w:pPr><w:pStyle w:val=\"Header\"/></w:pPr>\
         <w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r>\
         <w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>2</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>\
         </w:p></w:hdr>"
    )
}

/// What a heading stands above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heading {
    /// Several parts (phần thứ nhất, phần thứ hai).
    Division,
    /// A part: I, II, III.
    Part,
    /// A section: 1, 2, 3.
    Section,
}

/// Which headings a document has: with divisions or without. The highest are of the first level either way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Headings {
    pub(super) divided: bool,
}

impl Headings {
    fn all(self) -> impl Iterator<Item = Heading> {
        let skipped = usize::from(!self.divided);
        [Heading::Division, Heading::Part, Heading::Section].into_iter().skip(skipped)
    }

    /// The style of a heading.
    pub(super) fn style(self, heading: Heading) -> String {
        format!("Heading{}", self.all().position(|one| one == heading).unwrap_or(0) + 1)
    }

    fn styles(self) -> String {
        let style = |(outline, heading): (u32, Heading)| {
            let (level, look) = match heading {
                Heading::Division => {
                    (0, "<w:spacing w:before=\"240\" w:after=\"0\"/><w:jc w:val=\"center\"/>")
                }
                Heading::Part => (
                    1,
                    "<w:spacing w:before=\"200\" w:after=\"80\"/><w:ind w:left=\"0\" w:firstLine=\"720\"/>",
                ),
                Heading::Section => (
                    2,
                    "<w:spacing w:before=\"120\" w:after=\"60\"/><w:ind w:left=\"0\" w:firstLine=\"720\"/>",
                ),
            };
            let paragraph = format!(
                "<w:keepNext/><w:keepLines/><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"1\"/></w:numPr>{look}\
                 <w:outlineLvl w:val=\"{outline}\"/>"
            );
            let (id, name) = (format!("Heading{}", outline + 1), format!("heading {}", outline + 1));
            style(&(&id, &name, "Normal", "BodyText", &paragraph, "<w:b/><w:bCs/>"))
        };
        (0..).zip(self.all()).map(style).collect()
    }

    /// Levels of the numbering: a division says itself which it is, and parts and sections begin anew after it.
    fn levels(self) -> String {
        let level = |place: u32, heading: Heading, format: &str, text: &str| {
            let style = match heading {
                Heading::Division if !self.divided => String::new(),
                _ => format!("<w:pStyle w:val=\"{}\"/>", self.style(heading)),
            };
            let (gap, indent) = if text.is_empty() { ("nothing", 0) } else { ("space", 720) };
            level(place, (format, &style, gap, text), indent)
        };
        level(0, Heading::Division, "none", "")
            + &level(1, Heading::Part, "upperRoman", "%2.")
            + &level(2, Heading::Section, "decimal", "%3.")
    }
}

/// Id, name, what it is based on and followed by, properties of the paragraph and of its letters.
type Style<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str, &'a str);

const STYLES: [Style<'static>; 11] = [
    (
        "BodyText",
        "Body Text",
        "Normal",
        "BodyText",
        "<w:spacing w:before=\"60\" w:after=\"60\" w:line=\"264\" w:lineRule=\"auto\"/><w:ind w:firstLine=\"720\"/><w:jc w:val=\"both\"/>",
        "",
    ),
    (
        "ListBullet",
        "List Bullet",
        "BodyText",
        "ListBullet",
        "<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"2\"/></w:numPr>",
        "",
    ),
    (
        "Title",
        "Title",
        "Normal",
        "Subtitle",
        "<w:keepNext/><w:spacing w:before=\"240\" w:after=\"0\"/><w:jc w:val=\"center\"/>",
        "<w:b/><w:bCs/>",
    ),
    ("Subtitle", "Subtitle", "Normal", "BodyText", "<w:keepNext/><w:jc w:val=\"center\"/>", "<w:b/><w:bCs/>"),
    ("Centred", "Centred", "Normal", "Centred", "<w:jc w:val=\"center\"/>", ""),
    (
        "Caption",
        "caption",
        "Normal",
        "BodyText",
        "<w:keepNext/><w:spacing w:before=\"160\" w:after=\"80\"/><w:jc w:val=\"center\"/>",
        "<w:b/><w:bCs/><w:sz w:val=\"26\"/><w:szCs w:val=\"26\"/>",
    ),
    (
        "TableHead",
        "Table Heading",
        "Normal",
        "TableText",
        "<w:keepNext/><w:spacing w:before=\"40\" w:after=\"40\"/><w:jc w:val=\"center\"/>",
        "<w:b/><w:bCs/><w:sz w:val=\"24\"/><w:szCs w:val=\"24\"/>",
    ),
    (
        "TableText",
        "Table Text",
        "Normal",
        "TableText",
        "<w:spacing w:before=\"20\" w:after=\"20\"/>",
        "<w:sz w:val=\"24\"/><w:szCs w:val=\"24\"/>",
    ),
    ("TableNumber", "Table Number", "TableText", "TableNumber", "<w:jc w:val=\"center\"/>", ""),
    (
        "FootnoteText",
        "footnote text",
        "Normal",
        "FootnoteText",
        "",
        "<w:sz w:val=\"20\"/><w:szCs w:val=\"20\"/>",
    ),
    ("Header", "header", "Normal", "Header", "<w:jc w:val=\"center\"/>", ""),
];

/// A style of paragraphs.
fn style((id, name, based, next, paragraph, letters): &Style<'_>) -> String {
    format!(
        "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:basedOn w:val=\"{based}\"/>\
         <w:next w:val=\"{next}\"/><w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{letters}</w:rPr></w:style>"
    )
}

/// `styles.xml`.
pub(super) fn styles(headings: Headings) -> String {
    let paragraphs: String = STYLES.iter().map(style).chain([headings.styles()]).collect();
    let edge =
        |side: &str| format!("<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/>");
    let edges: String =
        ["top", "left", "bottom", "right", "insideH", "insideV"].into_iter().map(edge).collect();
    format!(
        "{HEAD}<w:styles {WORDS}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Times New Roman\" \
         w:hAnsi=\"Times New Roman\" w:eastAsia=\"Times New Roman\" w:cs=\"Times New Roman\"/><w:color w:val=\"000000\"/>\
         <w:sz w:val=\"{BODY}\"/><w:szCs w:val=\"{BODY}\"/><w:lang w:val=\"vi-VN\" w:eastAsia=\"vi-VN\" w:bidi=\"ar-SA\"/></w:rPr>\
         </w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after=\"0\" w:line=\"240\" w:lineRule=\"auto\"/></w:pPr></w:pPrDefault>\
         </w:docDefaults><w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/><w:qFormat/></w:style>\
         <w:style w:type=\"character\" w:default=\"1\" w:styleId=\"DefaultParagraphFont\"><w:name w:val=\"Default Paragraph Font\"/></w:style>\
         {paragraphs}<w:style w:type=\"character\" w:styleId=\"FootnoteReference\"><w:name w:val=\"footnote reference\"/>\
         <w:rPr><w:vertAlign w:val=\"superscript\"/></w:rPr></w:style><w:style w:type=\"character\" w:styleId=\"Hyperlink\">\
         <w:name w:val=\"Hyperlink\"/><w:rPr><w:u w:val=\"single\"/></w:rPr></w:style><w:style w:type=\"table\" w:default=\"1\" \
         w:styleId=\"TableNormal\"><w:name w:val=\"Normal Table\"/><w:tblPr><w:tblInd w:w=\"0\" w:type=\"dxa\"/><w:tblCellMar>\
         <w:left w:w=\"85\" w:type=\"dxa\"/><w:right w:w=\"85\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style>\
         <w:style w:type=\"table\" w:styleId=\"TableGrid\"><w:name w:val=\"Table Grid\"/><w:basedOn w:val=\"TableNormal\"/>\
         <w:tblPr><w:tblBorders>{edges}</w:tblBorders></w:tblPr></w:style></w:styles>"
    )
}

/// A level of a numbering: its format, its style, what stands between number and text, and the number.
fn level(place: u32, (format, style, gap, text): (&str, &str, &str, &str), indent: u32) -> String {
    format!(
        "<w:lvl w:ilvl=\"{place}\"><w:start w:val=\"1\"/><w:numFmt w:val=\"{format}\"/>{style}<w:suff w:val=\"{gap}\"/>\
         <w:lvlText w:val=\"{text}\"/><w:lvlJc w:val=\"left\"/><w:pPr><w:ind w:left=\"0\" w:firstLine=\"{indent}\"/></w:pPr></w:lvl>"
    )
}

/// `numbering.xml`: parts are I, II, III, sections 1, 2, 3; items have a dash.
pub(super) fn numbering(headings: Headings) -> String {
    let levels = headings.levels();
    let items = level(0, ("bullet", "<w:pStyle w:val=\"ListBullet\"/>", "space", "-"), 720);
    format!(
        "{HEAD}<w:numbering {WORDS}><w:abstractNum w:abstractNumId=\"0\"><w:multiLevelType w:val=\"multilevel\"/>{levels}</w:abstractNum>\
         <w:abstractNum w:abstractNumId=\"1\"><w:multiLevelType w:val=\"singleLevel\"/>{items}</w:abstractNum>\
         <w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num><w:num w:numId=\"2\"><w:abstractNumId w:val=\"1\"/></w:num></w:numbering>"
    )
}

/// `settings.xml`.
pub(super) fn settings() -> String {
    format!(
        "{HEAD}<w:settings {WORDS}><w:zoom w:percent=\"100\"/><w:defaultTabStop w:val=\"720\"/><w:footnotePr><w:footnote w:id=\"-1\"/>\
         <w:footnote w:id=\"0\"/></w:footnotePr><w:compat><w:compatSetting w:name=\"compatibilityMode\" \
         w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat></w:settings>"
    )
}
