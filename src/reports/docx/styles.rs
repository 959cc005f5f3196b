//! How the parts of a document look, and how they are numbered. Pure.
//!
//! Paper, margins, fonts and sizes are those that offices use by NĐ 30/2020/NĐ-CP, phụ lục I: A4, 20 mm above and below, 30 mm on
//! the left, 15 mm on the right, Times New Roman of 13 and 14 points, page numbers in the middle above from the second page on.
//! The annex itself could not be read when this was written; whoever corrects something finds all of it here and in `body.rs`.

use super::xml::{HEAD, WORDS};

/// Widths and heights are in twentieths of a point.
const PAGE: (u32, u32) = (11_906, 16_838);
const MARGINS: (u32, u32, u32) = (1_134, 1_701, 851);
/// Between the margins.
pub(super) const TEXT_WIDTH: u32 = PAGE.0 - MARGINS.1 - MARGINS.2;
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

/// Id, name, what it is based on and followed by, properties of the paragraph and of its letters.
type Style = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

const STYLES: [Style; 13] = [
    (
        "BodyText",
        "Body Text",
        "Normal",
        "BodyText",
        "<w:spacing w:before=\"60\" w:after=\"60\" w:line=\"264\" w:lineRule=\"auto\"/><w:ind w:firstLine=\"720\"/><w:jc w:val=\"both\"/>",
        "",
    ),
    (
        "Heading1",
        "heading 1",
        "Normal",
        "BodyText",
        "<w:keepNext/><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr><w:spacing w:before=\"200\" w:after=\"80\"/><w:ind w:left=\"0\" w:firstLine=\"720\"/><w:outlineLvl w:val=\"0\"/>",
        "<w:b/><w:bCs/>",
    ),
    (
        "Heading2",
        "heading 2",
        "Normal",
        "BodyText",
        "<w:keepNext/><w:numPr><w:ilvl w:val=\"1\"/><w:numId w:val=\"1\"/></w:numPr><w:spacing w:before=\"120\" w:after=\"60\"/><w:ind w:left=\"0\" w:firstLine=\"720\"/><w:outlineLvl w:val=\"1\"/>",
        "<w:b/><w:bCs/>",
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

/// `styles.xml`.
pub(super) fn styles() -> String {
    let style = |(id, name, based, next, paragraph, letters): &Style| {
        format!(
            "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:basedOn w:val=\"{based}\"/>\
             <w:next w:val=\"{next}\"/><w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{letters}</w:rPr></w:style>"
        )
    };
    let paragraphs: String = STYLES.iter().map(style).collect();
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

/// `numbering.xml`: parts are I, II, III, sections 1, 2, 3; items have a dash.
pub(super) fn numbering() -> String {
    let level = |level: u32, format: &str, style: &str, text: &str| {
        format!(
            "<w:lvl w:ilvl=\"{level}\"><w:start w:val=\"1\"/><w:numFmt w:val=\"{format}\"/><w:pStyle w:val=\"{style}\"/>\
             <w:suff w:val=\"space\"/><w:lvlText w:val=\"{text}\"/><w:lvlJc w:val=\"left\"/><w:pPr><w:ind w:left=\"0\" \
             w:firstLine=\"720\"/></w:pPr></w:lvl>"
        )
    };
    let headings = level(0, "upperRoman", "Heading1", "%1.") + &level(1, "decimal", "Heading2", "%2.");
    let items = level(0, "bullet", "ListBullet", "-");
    format!(
        "{HEAD}<w:numbering {WORDS}><w:abstractNum w:abstractNumId=\"0\"><w:multiLevelType w:val=\"multilevel\"/>{headings}</w:abstractNum>\
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
