//! A report as an administrative document. Pure.

use chrono::Datelike;

use super::model::{Figure, Part, PartTable, Piece, Report, Sentence, decimal, grouped};
use crate::platform::{Cell, ColumnKind};
use crate::reports::docx::letter::{Block, Grid, GridColumn, Head, Letter, Note, Run, Signature};
use crate::reports::model::said_day;
use crate::reports::narratives::model::Cover;

/// What stands in the symbol of a report whose department has not said what stands there.
const SYMBOL: &str = "BC-…";

/// A report as a document. Links lead to `public_url`.
pub fn letter(report: &Report, cover: Option<&Cover>, public_url: &str) -> Letter {
    let subject = cover.map_or_else(|| report.subject(), |cover| cover.subject.clone());
    let head = Head {
        above: cover.and_then(|cover| cover.above.clone()).or_else(|| report.above.clone()),
        agency: report.name.clone(),
        number: cover.and_then(|cover| cover.number.clone()),
        symbol: cover.map_or(SYMBOL.to_owned(), |cover| cover.symbol.clone()),
        place: cover.and_then(|cover| cover.place.clone()),
        issued_on: cover.and_then(|cover| cover.issued_on),
        year: report.stage.to.year(),
        kind: "BÁO CÁO".to_owned(),
        subject: subject.clone(),
    };
    let parts = report.parts.iter().filter(|part| !part.is_empty());
    Letter {
        title: subject,
        head,
        bases: cover.map(|cover| cover.bases.clone()).unwrap_or_default(),
        opening: format!("{} báo cáo kết quả {} như sau:", report.name, report.stage.said()),
        blocks: parts.flat_map(|part| blocks(part, public_url)).collect(),
        recipients: cover.map(|cover| cover.recipients.clone()).unwrap_or_default(),
        signature: Signature {
            lines: cover.map(|cover| cover.signature.clone()).unwrap_or_default(),
            name: cover.and_then(|cover| cover.signer.clone()),
        },
    }
}

fn blocks(part: &Part, public_url: &str) -> Vec<Block> {
    let mut blocks = vec![Block::Part(part.key.title().to_uppercase())];
    let written = part.written.iter().flat_map(|written| &written.paragraphs);
    // A line break within a paragraph begins another.
    let lines = written.flat_map(|text| text.split('\n')).map(str::trim).filter(|line| !line.is_empty());
    blocks.extend(lines.map(line));
    for sentence in &part.sentences {
        let runs = runs(part, sentence, public_url);
        blocks.push(if sentence.item { Block::Item(runs) } else { Block::Paragraph(runs) });
    }
    let filled = part.tables.iter().filter(|table| !table.table.rows.is_empty());
    blocks.extend(filled.map(|table| Block::Table(grid(table))));
    blocks
}

/// A line that a department wrote: a heading, an item of a list, or a paragraph.
fn line(line: &str) -> Block {
    let text = |text: &str| vec![Run::Text(text.trim().to_owned())];
    match (line.strip_prefix("# "), line.strip_prefix("- ")) {
        (Some(heading), _) => Block::Section(heading.trim().to_owned()),
        (_, Some(item)) => Block::Item(text(item)),
        _ => Block::Paragraph(text(line)),
    }
}

/// A sentence with its footnotes. Of figures that stand behind each other and are explained in one place, the last has the footnote.
fn runs(part: &Part, sentence: &Sentence, public_url: &str) -> Vec<Run> {
    let mut figures = part.of(sentence).peekable();
    let mut runs = Vec::new();
    for piece in &sentence.pieces {
        match piece {
            Piece::Text(text) => runs.push(Run::Text(text.clone())),
            Piece::Figure(place) => {
                runs.push(Run::Text(part.said(*place)));
                let Some(figure) = figures.next() else { continue };
                let same = |next: &&Figure| next.source == figure.source && next.note == figure.note;
                if !figures.peek().is_some_and(same) {
                    runs.push(Run::Note(note(figure, public_url)));
                }
            }
        }
    }
    runs
}

fn note(figure: &Figure, public_url: &str) -> Note {
    // What is read need not say where the service is; what is followed must.
    let shown = figure.source.trim_start_matches("/api/v1").to_owned();
    Note {
        text: format!("{} Giải trình: ", figure.note),
        link: Some((shown, format!("{public_url}{}", figure.source))),
    }
}

fn grid(of: &PartTable) -> Grid {
    let printed = || of.table.columns.iter().enumerate().filter(|(place, _)| !of.unprinted.contains(place));
    let column = |(place, column): (usize, &crate::platform::Column)| {
        let longest =
            of.table.rows.iter().filter_map(|row| row.get(place)).map(|cell| shown(cell).chars().count());
        let words = column.heading.split(' ').map(|word| word.chars().count()).max().unwrap_or(1);
        let text = column.kind == ColumnKind::Text;
        let wide = longest.max().unwrap_or(1).clamp(words.max(5), if text { 44 } else { 12 });
        // Two letters more than the longest: the room between text and line.
        GridColumn {
            heading: column.heading.clone(),
            share: u32::try_from(wide + 2).unwrap_or(10),
            centred: !text,
        }
    };
    let numbered = GridColumn { heading: "TT".to_owned(), share: 5, centred: true };
    let row = |(number, row): (usize, &Vec<Cell>)| {
        let cells = row.iter().enumerate().filter(|(place, _)| !of.unprinted.contains(place));
        std::iter::once(number.to_string()).chain(cells.map(|(_, cell)| shown(cell))).collect()
    };
    Grid {
        title: of.table.title.vi.clone(),
        columns: std::iter::once(numbered).chain(printed().map(column)).collect(),
        rows: (1..).zip(&of.table.rows).map(row).collect(),
    }
}

/// A cell as it is read in a Vietnamese table.
fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => grouped(*number),
        Cell::Percent(millionths) => decimal(*millionths),
        Cell::Day(day) => said_day(*day),
        Cell::Empty => String::new(),
    }
}
