//! A report as an administrative document. Pure.

use chrono::Datelike;

use super::grids::grid;
use super::model::{Figure, Part, Report, Sentence, lower};
use crate::reports::docx::letter::{Block, Head, Letter, Note, NotePiece, Run, Signature};
use crate::reports::model::{PartKey, upper};
use crate::reports::narratives::model::Cover;

/// What stands in the symbol of a report whose department has not said what stands there.
const SYMBOL: &str = "BC-…";
/// Who receives a report whose department has not said who receives it: one copy is always filed.
const RECIPIENTS: [&str; 2] = ["…", "Lưu: VT"];
/// What was done; what is to be done has its own part.
const DONE: &str = "Đánh giá kết quả thực hiện";

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
    let parts: Vec<&Part> = report.parts.iter().filter(|part| !part.is_empty()).collect();
    let recipients = cover.map(|cover| cover.recipients.clone()).filter(|all| !all.is_empty());
    Letter {
        title: subject,
        head,
        bases: cover.map(|cover| cover.bases.clone()).unwrap_or_default(),
        opening: opening(report, public_url),
        blocks: divided(&parts, public_url),
        closing: format!("Trên đây là báo cáo kết quả {} của {}.", report.stage.said(), report.name),
        recipients: recipients.unwrap_or_else(|| RECIPIENTS.map(str::to_owned).to_vec()),
        signature: Signature {
            lines: cover.map(|cover| cover.signature.clone()).unwrap_or_default(),
            name: cover.and_then(|cover| cover.signer.clone()),
        },
    }
}

/// What the report says first, and where all that its footnotes name is found by who has it on paper.
fn opening(report: &Report, public_url: &str) -> Vec<Run> {
    let query = report.stage.query();
    let query = query.trim_end_matches("&scheme=calendar");
    let address =
        format!("{public_url}/api/v1/reports/mass-mobilization?org={}&{query}", report.organization);
    let says = "Số liệu có chú thích được tổng hợp từ cơ sở dữ liệu. Phần gạch chân trong chú thích dẫn đến giải trình của số liệu; \
                địa chỉ của tất cả có tại ";
    let link = NotePiece::Link { shown: address.clone(), to: address };
    vec![
        Run::Text(format!("{} báo cáo kết quả {} như sau:", report.name, report.stage.said())),
        Run::Note(Note(vec![NotePiece::Text(says.to_owned()), link, NotePiece::Text(".".to_owned())])),
    ]
}

/// The parts: in two divisions, as reports of several years have them, where what is to be done is said beside what was done.
fn divided(parts: &[&Part], public_url: &str) -> Vec<Block> {
    let (to_do, done): (Vec<&Part>, Vec<&Part>) =
        parts.iter().partition(|part| part.key == PartKey::Directions);
    let titled = |part: &&Part| {
        let title = Block::Part(part.key.title().to_uppercase());
        std::iter::once(title).chain(blocks(part, public_url)).collect::<Vec<_>>()
    };
    if to_do.is_empty() || done.is_empty() {
        return parts.iter().flat_map(titled).collect();
    }
    let division = |which: &str, title: &str| Block::Division(format!("PHẦN THỨ {which}"), title.to_owned());
    let mut all = vec![division("NHẤT", DONE)];
    all.extend(done.iter().flat_map(titled));
    all.push(division("HAI", PartKey::Directions.title()));
    all.extend(to_do.iter().flat_map(|part| blocks(part, public_url)));
    all
}

/// A part without its heading.
fn blocks(part: &Part, public_url: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
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

/// A sentence and, after it, the footnote that says where its figures come from.
fn runs(part: &Part, sentence: &Sentence, public_url: &str) -> Vec<Run> {
    let text = Run::Text(part.text(sentence));
    let note = note(&part.of(sentence).collect::<Vec<_>>(), public_url);
    std::iter::once(text).chain(note.map(Run::Note)).collect()
}

/// Where figures come from, each source once and as a link to its explanation. Of what days they speak is said once, where it is the
/// same of all. The addresses are not printed: each is in the report as JSON, whose own address is.
fn note(figures: &[&Figure], public_url: &str) -> Option<Note> {
    let mut sources: Vec<(&str, Vec<&Figure>)> = Vec::new();
    for figure in figures {
        let note = figure.note.trim_end_matches('.');
        match sources.iter_mut().find(|(other, _)| *other == note) {
            Some((_, all)) if all.iter().any(|other| other.source == figure.source) => {}
            Some((_, all)) => all.push(figure),
            None => sources.push((note, vec![figure])),
        }
    }
    let days = same_days(&sources);
    let mut pieces: Vec<NotePiece> =
        days.map(|days| NotePiece::Text(format!("{}: ", upper(days)))).into_iter().collect();
    for (place, (note, all)) in sources.into_iter().enumerate() {
        let said =
            days.and_then(|days| note.strip_suffix(days)).map_or(note, |note| note.trim_end_matches(", "));
        let said = if days.is_some() || place > 0 { lower(said) } else { said.to_owned() };
        if place > 0 {
            pieces.push(NotePiece::Text("; ".to_owned()));
        }
        pieces.extend(leading(said, &all, public_url));
    }
    let end = NotePiece::Text(".".to_owned());
    (!pieces.is_empty()).then(|| Note(pieces.into_iter().chain([end]).collect()))
}

/// The days that end every one of several notes, after a comma.
fn same_days<'a>(sources: &[(&'a str, Vec<&Figure>)]) -> Option<&'a str> {
    let mut days = sources.iter().map(|(note, _)| note.rsplit_once(", ").map(|(_, days)| days));
    let first = days.next().flatten()?;
    (sources.len() > 1 && days.all(|days| days == Some(first))).then_some(first)
}

/// What is said of a source, with what leads to its explanation; where there are several, each by the name of its figure.
fn leading(said: String, all: &[&Figure], public_url: &str) -> Vec<NotePiece> {
    let link = |shown: String, figure: &Figure| NotePiece::Link {
        shown,
        to: format!("{public_url}{}", figure.source),
    };
    if let [figure] = all {
        return vec![link(said, figure)];
    }
    let mut pieces = vec![NotePiece::Text(format!("{said}: "))];
    for (place, figure) in all.iter().enumerate() {
        if place > 0 {
            pieces.push(NotePiece::Text(", ".to_owned()));
        }
        pieces.push(link(lower(&figure.name), figure));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::mass_mobilization::model::Value;
    use crate::reports::model::PartKey;

    fn figure(name: &str, note: &str, source: &str) -> Figure {
        let (day, value) = (chrono::NaiveDate::MIN, Some(Value::Count(1)));
        let (note, source) = (note.to_owned(), source.to_owned());
        Figure { key: name.to_owned(), name: name.to_owned(), value, from: day, to: day, note, source }
    }

    fn said(figures: &[Figure]) -> (String, Vec<String>) {
        let Note(pieces) = note(&figures.iter().collect::<Vec<_>>(), "http://x").unwrap();
        let text = pieces.iter().map(|piece| match piece {
            NotePiece::Text(text) => text.clone(),
            NotePiece::Link { shown, .. } => format!("[{shown}]"),
        });
        let links = pieces.iter().filter_map(|piece| match piece {
            NotePiece::Link { to, .. } => Some(to.clone()),
            NotePiece::Text(_) => None,
        });
        (text.collect(), links.collect())
    }

    #[test]
    fn a_footnote_names_each_source_once() {
        assert_eq!(
            said(&[figure("A", "Sổ biên chế.", "/a"), figure("B", "Sổ biên chế.", "/a")]),
            ("[Sổ biên chế].".to_owned(), vec!["http://x/a".to_owned()])
        );
        assert_eq!(
            said(&[figure("A", "Báo cáo, năm 2020.", "/a"), figure("A", "Mục tiêu, năm 2020.", "/b")]),
            (
                "Năm 2020: [báo cáo]; [mục tiêu].".to_owned(),
                vec!["http://x/a".to_owned(), "http://x/b".to_owned()]
            )
        );
        assert_eq!(
            said(&[figure("A", "Báo cáo, năm 2020.", "/a"), figure("A", "Mục tiêu, năm 2019.", "/b")]).0,
            "[Báo cáo, năm 2020]; [mục tiêu, năm 2019]."
        );
        assert_eq!(
            said(&[figure("Văn bản", "Sổ.", "/a"), figure("Cơ quan", "Sổ.", "/b")]).0,
            "Sổ: [văn bản], [cơ quan]."
        );
        assert_eq!(note(&[], "http://x"), None);
    }

    fn report(keys: &[PartKey]) -> Vec<String> {
        let part = |key: &PartKey| {
            let mut part = Part::new(*key);
            part.say(vec!["Câu.".into()]);
            part
        };
        let blocks = divided(&keys.iter().map(part).collect::<Vec<_>>().iter().collect::<Vec<_>>(), "");
        blocks
            .into_iter()
            .filter_map(|block| match block {
                Block::Division(which, title) => Some(format!("{which}|{title}")),
                Block::Part(title) => Some(title),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn what_was_done_and_what_is_to_be_done_are_divided_where_both_are_said() {
        use PartKey::{Assessment, Directions, Situation};
        assert_eq!(
            report(&[Situation, Assessment, Directions]),
            [
                "PHẦN THỨ NHẤT|Đánh giá kết quả thực hiện",
                "KHÁI QUÁT TÌNH HÌNH, TỔ CHỨC BỘ MÁY VÀ ĐỘI NGŨ",
                "ĐÁNH GIÁ CHUNG",
                "PHẦN THỨ HAI|Phương hướng, nhiệm vụ và giải pháp trong thời gian tới",
            ]
        );
        assert_eq!(report(&[Situation]).len(), 1);
        assert_eq!(report(&[Directions]), ["PHƯƠNG HƯỚNG, NHIỆM VỤ VÀ GIẢI PHÁP TRONG THỜI GIAN TỚI"]);
    }
}
