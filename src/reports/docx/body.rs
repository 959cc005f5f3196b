//! The text of a document and its footnotes. Pure.

use chrono::Datelike;

use super::letter::{Block, Grid, Head, Letter, Note, NotePiece, Run, Signature};
use super::styles::{HEAD_LINES, Heading, Headings, RECIPIENTS, TEXT_WIDTH, section};
use super::xml::{HEAD, Look, WORDS, paragraph, run, said};
use crate::reports::model::said_month;

/// The country (quốc hiệu) and the motto (tiêu ngữ): NĐ 30/2020/NĐ-CP, phụ lục I.
const COUNTRY: &str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
const MOTTO: &str = "Độc lập - Tự do - Hạnh phúc";
/// Widths of the two columns above and below the text.
const AGENCY: u32 = 3_900;
const NATION: u32 = TEXT_WIDTH - AGENCY;

/// A text with the footnotes that it refers to, in their order.
pub(super) struct Body {
    text: String,
    notes: Vec<Note>,
    /// How many footnotes came before the part.
    earlier: usize,
    /// Which headings it has.
    pub(super) headings: Headings,
}

impl Body {
    pub(super) fn of(letter: &Letter) -> Self {
        let divided = letter.blocks.iter().any(|block| matches!(block, Block::Division(..)));
        let headings = Headings { divided };
        let mut body = Self { text: String::new(), notes: Vec::new(), earlier: 0, headings };
        body.text.push_str(&head(&letter.head));
        body.title(&letter.head);
        for base in &letter.bases {
            body.text.push_str(&paragraph("BodyText", "", &run(base, Look::PLAIN.slanted())));
        }
        if !letter.opening.is_empty() {
            body.paragraph("BodyText", &letter.opening);
        }
        letter.blocks.iter().for_each(|block| body.block(block));
        // Who signs does not stand alone on a page.
        body.text.push_str(&paragraph("BodyText", "<w:keepNext/>", &run(&letter.closing, Look::PLAIN)));
        body.text.push_str(&foot(&letter.recipients, &letter.signature));
        body
    }

    /// What kind of document it is and what it is about, with the line below.
    fn title(&mut self, head: &Head) {
        self.text.push_str(&paragraph("Title", "", &run(&head.kind, Look::PLAIN)));
        self.text.push_str(&paragraph("Subtitle", "", &run(&head.subject, Look::PLAIN)));
        self.text.push_str(&line((TEXT_WIDTH - 2_200) / 2, 200));
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Division(which, title) => {
                let lines =
                    format!("{}<w:r><w:br/></w:r>{}", run(which, Look::PLAIN), run(title, Look::PLAIN));
                self.heading(Heading::Division, &lines);
            }
            Block::Part(title) => self.heading(Heading::Part, &run(title, Look::PLAIN)),
            Block::Section(title) => self.heading(Heading::Section, &run(title, Look::PLAIN)),
            Block::Paragraph(runs) => self.paragraph("BodyText", runs),
            Block::Item(runs) => self.paragraph("ListBullet", runs),
            Block::Table(grid) => self.text.push_str(&table(grid)),
        }
    }

    fn heading(&mut self, heading: Heading, runs: &str) {
        if heading != Heading::Section {
            self.earlier = self.notes.len();
        }
        self.text.push_str(&paragraph(&self.headings.style(heading), "", runs));
    }

    fn paragraph(&mut self, style: &str, runs: &[Run]) {
        let runs: String = runs.iter().map(|run| self.run(run)).collect();
        self.text.push_str(&paragraph(style, "", &runs));
    }

    fn run(&mut self, piece: &Run) -> String {
        match piece {
            Run::Text(text) => run(text, Look::PLAIN),
            Run::Note(note) => self.note(note),
        }
    }

    /// The mark of a footnote; of one that stands in the part already, a reference to it.
    fn note(&mut self, note: &Note) -> String {
        let same = self.notes.iter().skip(self.earlier).position(|other| other == note);
        if let Some(place) = same {
            let id = self.earlier + place + 1;
            return mark(&format!(
                "{}{}{}{}{}",
                field("<w:fldChar w:fldCharType=\"begin\"/>"),
                field(&format!(
                    "<w:instrText xml:space=\"preserve\"> NOTEREF _Note{id} \\f \\h </w:instrText>"
                )),
                field("<w:fldChar w:fldCharType=\"separate\"/>"),
                field(&format!("<w:t>{id}</w:t>")),
                field("<w:fldChar w:fldCharType=\"end\"/>"),
            ));
        }
        self.notes.push(note.clone());
        let id = self.notes.len();
        mark(&format!(
            "<w:bookmarkStart w:id=\"{id}\" w:name=\"_Note{id}\"/>{}<w:bookmarkEnd w:id=\"{id}\"/>",
            field(&format!("<w:footnoteReference w:id=\"{id}\"/>"))
        ))
    }

    /// `document.xml`.
    pub(super) fn document(&self) -> String {
        format!("{HEAD}<w:document {WORDS}><w:body>{}{}</w:body></w:document>", self.text, section())
    }

    /// `footnotes.xml`: the lines above footnotes, and the footnotes, each with its number.
    pub(super) fn footnotes(&self) -> String {
        let above = |kind: &str, id: i32, mark: &str| {
            format!(
                "<w:footnote w:type=\"{kind}\" w:id=\"{id}\"><w:p><w:r><w:{mark}/></w:r></w:p></w:footnote>"
            )
        };
        let lines =
            above("separator", -1, "separator") + &above("continuationSeparator", 0, "continuationSeparator");
        let mut linked = 0;
        let mut piece = |piece: &NotePiece| match piece {
            NotePiece::Text(text) => run(text, Look::PLAIN),
            NotePiece::Link { shown, .. } => {
                linked += 1;
                let letters = "<w:rPr><w:rStyle w:val=\"Hyperlink\"/></w:rPr>";
                let shown = said(shown);
                format!(
                    "<w:hyperlink r:id=\"rId{linked}\"><w:r>{letters}<w:t>{shown}</w:t></w:r></w:hyperlink>"
                )
            }
        };
        let note = |(id, Note(pieces)): (usize, &Note)| {
            let pieces: String = pieces.iter().map(&mut piece).collect();
            let runs = format!("{}{}{pieces}", field("<w:footnoteRef/>"), run(" ", Look::PLAIN));
            format!("<w:footnote w:id=\"{id}\">{}</w:footnote>", paragraph("FootnoteText", "", &runs))
        };
        let notes: String = (1..).zip(&self.notes).map(note).collect();
        format!("{HEAD}<w:footnotes {WORDS}>{lines}{notes}</w:footnotes>")
    }

    /// Where the links of the footnotes lead, in their order.
    pub(super) fn links(&self) -> impl Iterator<Item = &str> {
        self.notes.iter().flat_map(|Note(pieces)| pieces).filter_map(|piece| match piece {
            NotePiece::Link { to, .. } => Some(to.as_str()),
            NotePiece::Text(_) => None,
        })
    }
}

/// A run in the style of the marks of footnotes.
fn field(inner: &str) -> String {
    format!("<w:r><w:rPr><w:rStyle w:val=\"FootnoteReference\"/></w:rPr>{inner}</w:r>")
}

/// The mark of a footnote in the text: in brackets, so that it is not read as a part of a number, and on the line of what it stands
/// behind, since no line is broken at the blank before it.
fn mark(number: &str) -> String {
    let open = field("<w:t xml:space=\"preserve\">\u{a0}(</w:t>");
    format!("{open}{number}{}", field("<w:t>)</w:t>"))
}

/// A line between two indents.
fn line(indent: u32, after: u32) -> String {
    let more = format!(
        "<w:pBdr><w:top w:val=\"single\" w:sz=\"6\" w:space=\"1\" w:color=\"000000\"/></w:pBdr>\
         <w:spacing w:before=\"50\" w:after=\"{after}\" w:line=\"120\" w:lineRule=\"exact\"/><w:ind w:left=\"{indent}\" w:right=\"{indent}\"/>"
    );
    paragraph("Centred", &more, "")
}

/// Rows of two cells without lines.
fn columns(rows: &[(String, String)], (left_width, right_width): (u32, u32)) -> String {
    let cell = |text: &str, width: u32| {
        format!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr>{text}</w:tc>")
    };
    let row = |(left, right): &(String, String)| {
        let cells = cell(left, left_width) + &cell(right, right_width);
        format!("<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>")
    };
    let rows: String = rows.iter().map(row).collect();
    format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{TEXT_WIDTH}\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/><w:tblCellMar>\
         <w:left w:w=\"0\" w:type=\"dxa\"/><w:right w:w=\"0\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>\
         <w:gridCol w:w=\"{left_width}\"/><w:gridCol w:w=\"{right_width}\"/></w:tblGrid>{rows}</w:tbl>"
    )
}

/// The agency on the left, country and motto on the right; below them, on one line, number and symbol, and place and day.
fn head(head: &Head) -> String {
    let centred = |text: &str, look: Look| paragraph("Centred", "", &run(text, look));
    let above =
        head.above.as_deref().map(|above| centred(&above.to_uppercase(), Look::PLAIN.sized(HEAD_LINES)));
    let number = head.number.as_deref().unwrap_or("        ");
    let agency = above.unwrap_or_default()
        + &centred(&head.agency.to_uppercase(), Look::BOLD.sized(HEAD_LINES))
        + &line(1_250, 120);
    let number = centred(&format!("Số: {number}/{}", head.symbol), Look::PLAIN.sized(HEAD_LINES));
    let day = head.issued_on.map_or_else(
        || format!("ngày      tháng      năm {}", head.year),
        |day| format!("ngày {:02} tháng {} năm {}", day.day(), said_month(day.month()), day.year()),
    );
    let place = head.place.as_deref().unwrap_or("…");
    let nation = centred(COUNTRY, Look::BOLD.sized(24))
        + &centred(MOTTO, Look::BOLD.sized(HEAD_LINES))
        + &line(1_150, 120);
    let day = centred(&format!("{place}, {day}"), Look::PLAIN.slanted().sized(HEAD_LINES));
    columns(&[(agency, nation), (number, day)], (AGENCY, NATION))
}

/// Who receives it on the left, who signs it on the right.
fn foot(recipients: &[String], signature: &Signature) -> String {
    let count = recipients.len();
    let recipient = |(place, to): (usize, &String)| {
        let end = if place + 1 == count { "." } else { ";" };
        paragraph("Normal", "", &run(&format!("- {to}{end}"), Look::PLAIN.sized(RECIPIENTS)))
    };
    let left = paragraph("Normal", "", &run("Nơi nhận:", Look::BOLD.slanted().sized(24)))
        + &recipients.iter().enumerate().map(recipient).collect::<String>();
    let lines = signature.lines.iter().map(|text| paragraph("Centred", "", &run(text, Look::BOLD)));
    let room = paragraph("Centred", "", "").repeat(4);
    let name = signature.name.as_deref().unwrap_or_default();
    let right = lines.collect::<String>() + &room + &paragraph("Centred", "", &run(name, Look::BOLD));
    let space = paragraph("Normal", "<w:keepNext/><w:spacing w:before=\"120\"/>", "");
    space
        + &columns(&[(left, right)], (TEXT_WIDTH / 2, TEXT_WIDTH - TEXT_WIDTH / 2))
        // After a table something must stand; it is too low to begin a page of its own.
        + &paragraph("Normal", "<w:spacing w:before=\"0\" w:after=\"0\" w:line=\"20\" w:lineRule=\"exact\"/>", "")
}

/// A table with its heading, which stands on every page that it goes over.
fn table(grid: &Grid) -> String {
    let shares: u32 = grid.columns.iter().map(|column| column.share).sum::<u32>().max(1);
    let widths: Vec<u32> = grid.columns.iter().map(|column| TEXT_WIDTH * column.share / shares).collect();
    // No page ends with a heading, nor with a single row below it.
    let kept = "<w:keepNext/>";
    let cell = |width: u32, (style, more): (&str, &str), text: &str| {
        let lines = text.split('\n').map(|line| paragraph(style, more, &run(line, Look::PLAIN)));
        format!(
            "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/></w:tcPr>{}</w:tc>",
            lines.collect::<String>()
        )
    };
    let heading = widths
        .iter()
        .zip(&grid.columns)
        .map(|(width, column)| cell(*width, ("TableHead", kept), &column.heading));
    let heading = heading.collect::<String>();
    let row = |(place, row): (usize, &Vec<String>)| {
        let more = if place == 0 && grid.rows.len() > 1 { kept } else { "" };
        let style = |centred: bool| if centred { "TableNumber" } else { "TableText" };
        let cells = widths.iter().zip(&grid.columns).zip(row);
        let cells = cells.map(|((width, column), text)| cell(*width, (style(column.centred), more), text));
        format!("<w:tr><w:trPr><w:cantSplit/></w:trPr>{}</w:tr>", cells.collect::<String>())
    };
    let columns =
        widths.iter().fold(String::new(), |text, width| text + &format!("<w:gridCol w:w=\"{width}\"/>"));
    let rows: String = grid.rows.iter().enumerate().map(row).collect();
    format!(
        "{}<w:tbl><w:tblPr><w:tblStyle w:val=\"TableGrid\"/><w:tblW w:w=\"{TEXT_WIDTH}\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/>\
         <w:tblLook w:val=\"0020\" w:firstRow=\"1\"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/>\
         </w:trPr>{heading}</w:tr>{rows}</w:tbl>{}",
        paragraph("Caption", "", &run(&grid.title, Look::PLAIN)),
        paragraph("Normal", "<w:spacing w:after=\"60\" w:line=\"120\" w:lineRule=\"exact\"/>", "")
    )
}
