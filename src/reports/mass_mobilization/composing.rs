//! A report as an administrative document. Pure.

use chrono::Datelike;

use super::model::{Figure, Part, PartTable, Piece, Report, Sentence, decimal, grouped};
use crate::platform::{Cell, Column, ColumnKind};
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
        closing: format!("Trên đây là báo cáo kết quả {} của {}.", report.stage.said(), report.name),
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
    // What is read need not say where the service is, nor what is usual; what is followed must.
    let shown = figure.source.trim_start_matches("/api/v1");
    let shown = shown.trim_end_matches("scheme=calendar").trim_end_matches(['?', '&']).to_owned();
    Note {
        text: format!("{} Giải trình: ", figure.note),
        link: Some((shown, format!("{public_url}{}", figure.source))),
    }
}

/// Letters of a table's size that stand beside each other on a line of the page.
const LINE: usize = 76;
/// The most letters of a line that a column wants for itself.
const WIDEST: usize = 44;

/// How wide columns are: each as wide as its longest word, and what is left of the line to those that have more to say. Of each column
/// what it needs and what it wants is told, in letters.
fn shares(columns: &[(usize, usize)]) -> Vec<usize> {
    let needed: usize = columns.iter().map(|(need, _)| need).sum();
    let wanted: usize = columns.iter().map(|(need, want)| want - need).sum();
    let left = LINE.saturating_sub(needed);
    columns
        .iter()
        .map(|(need, want)| need + ((want - need) * left).checked_div(wanted).unwrap_or(0))
        .collect()
}

fn grid(of: &PartTable) -> Grid {
    let printed = || of.table.columns.iter().enumerate().filter(|(place, _)| !of.unprinted.contains(place));
    let size = |(place, column): (usize, &Column)| {
        let cells = of.table.rows.iter().filter_map(|row| row.get(place)).map(shown);
        let texts: Vec<String> = cells.chain([column.heading.clone()]).collect();
        let words = texts.iter().flat_map(|text| text.split([' ', '-', '\n']));
        let need = words.map(|word| word.chars().count()).max().unwrap_or(1).min(WIDEST) + 2;
        let cells = texts.iter().take(texts.len() - 1);
        let want = cells.map(|text| text.chars().count() + 2).max().unwrap_or(need);
        (need, want.clamp(need, need.max(WIDEST)))
    };
    let numbered = (5, 5);
    let sizes: Vec<(usize, usize)> = std::iter::once(numbered).chain(printed().map(size)).collect();
    let headings = std::iter::once(("TT", true))
        .chain(printed().map(|(_, column)| (column.heading.as_str(), column.kind != ColumnKind::Text)));
    let column = |(share, (heading, centred)): (usize, (&str, bool))| GridColumn {
        heading: heading.to_owned(),
        share: u32::try_from(share).unwrap_or(1),
        centred,
    };
    let row = |(number, row): (usize, &Vec<Cell>)| {
        let cells = row.iter().enumerate().filter(|(place, _)| !of.unprinted.contains(place));
        std::iter::once(number.to_string()).chain(cells.map(|(_, cell)| shown(cell))).collect()
    };
    Grid {
        title: of.table.title.vi.clone(),
        columns: shares(&sizes).into_iter().zip(headings).map(column).collect(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_broken_while_there_is_room_and_long_texts_get_what_is_left() {
        // 5 + 12 + 10 of 76 letters are needed: 49 are left, of which the long text wants 34 and the short one 2.
        assert_eq!(shares(&[(5, 5), (12, 14), (10, 44)]), [5, 12 + 2 * 49 / 36, 10 + 34 * 49 / 36]);
        assert_eq!(shares(&[(5, 5), (12, 12)]), [5, 12]);
        assert_eq!(shares(&[(50, 60), (50, 50)]), [50, 50], "more than a line has");
    }
}
