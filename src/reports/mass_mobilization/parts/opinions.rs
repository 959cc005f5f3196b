//! Feedback and reception: letters and cases, who was received, of the report's period and of the year before.
//!
//! A report is made of any unit and any period, so that whatever it tells can be subtracted from another one. It therefore never tells
//! denunciations apart from complaints, and tells kinds only where both together are none or not few.

use chrono::NaiveDate;

use crate::feedback::letters::actions::{self as letters, Asked};
use crate::feedback::letters::model::{Audience, Columns};
use crate::feedback::receptions::actions as receptions;
use crate::feedback::receptions::model::Sum;
use crate::kpis::periods::spans::Span;
use crate::kpis::suppression::is_small;
use crate::platform::table::columns;
use crate::platform::text::Text;
use crate::platform::{Cell, ColumnKind, Conn, Fault, Table};
use crate::reports::mass_mobilization::actions::Scene;
use crate::reports::mass_mobilization::model::{Figure, Part, Piece, TableKey, Value};
use crate::reports::model::{PartKey, said_period};

/// What came in, and what became of it.
pub fn part(conn: &mut Conn, scene: &Scene<'_>) -> Result<Part, Fault> {
    let mut part = Part::new(PartKey::Feedback);
    let stage = scene.stage();
    let span = stage.span();
    let before = stage.years.last().map(|year| Span::of(year.clone(), stage.scheme));
    let spans: Vec<Span> = before.into_iter().chain([span.clone()]).collect();
    let mut received = Vec::new();
    for span in &spans {
        let (_, sum) = receptions::add_up(conn, &scene.own, &scene.code, span, scene.asked.today)?;
        received.push((span, sum));
    }
    for (span, sum) in &received {
        receptions_said(&mut part, scene, span, sum);
    }
    if received.iter().any(|(_, sum)| sum.days > 0) {
        part.table(TableKey::Receptions, receptions_table(&received, scene.asked.least), &[]);
    }
    let asked = Asked {
        reach: scene.own.clone(),
        organization: scene.code.clone(),
        span: span.clone(),
        scheme: stage.scheme,
        audience: Audience::Internal,
        least: scene.asked.least,
    };
    let (_, total) = letters::table(conn, &asked, scene.asked.today)?;
    letters_said(&mut part, scene, &span, total.unwrap_or_default());
    Ok(part)
}

/// What is read in a register over HTTP: its path, with what else must be asked for, and its name.
const RECEPTIONS: (&str, &str) = ("receptions?", "Sổ tiếp công dân");
const LETTERS: (&str, &str) = ("letter-handling?audience=internal&", "Xử lý đơn, vụ việc");

fn figure(
    scene: &Scene<'_>,
    (key, name): (String, &str),
    value: i64,
    (span, (path, register)): (&Span, (&str, &str)),
) -> Figure {
    let (from, to): (NaiveDate, NaiveDate) = span.days();
    let period = span.period.as_ref().map_or_else(|| span.name.clone(), said_period);
    let (code, scheme) = (&scene.code, scene.stage().scheme);
    Figure {
        key,
        name: name.to_owned(),
        value: Some(Value::Count(value)),
        from,
        to,
        note: format!("{register}, {period}."),
        source: format!("/api/v1/reports/{path}org={code}&period={}&scheme={scheme}", span.name),
    }
}

fn receptions_said(part: &mut Part, scene: &Scene<'_>, span: &Span, sum: &Sum) {
    let period = span.period.as_ref().map_or_else(|| span.name.clone(), said_period);
    if sum.days == 0 {
        // Nothing is stated, which is not zero.
        return;
    }
    let counts = sum.counts;
    let kinds = Kinds::of(counts.complaints + counts.denunciations, counts.opinions, scene.asked.least);
    let mut told = |what: &str, name: &str, value: i64| {
        let key = format!("feedback.receptions.{}.{what}", span.name);
        part.figure(figure(scene, (key, name), value, (span, RECEPTIONS)))
    };
    let visits = told("visits", "Lượt tiếp công dân", counts.visits);
    let mut pieces: Vec<Piece> = vec![format!("Trong {period}, số lượt tiếp công dân: ").into(), visits];
    match kinds {
        Some(Kinds { complaints, opinions }) => pieces.extend([
            "; khiếu nại, tố cáo: ".into(),
            told("complaints", "Lượt khiếu nại, tố cáo", complaints),
            ", phản ánh, kiến nghị: ".into(),
            told("opinions", "Lượt phản ánh, kiến nghị", opinions),
        ]),
        None => pieces.push(left_out(scene)),
    }
    pieces.push(".".into());
    part.say(pieces);
}

/// What came in, by kinds as far as a report tells them apart.
#[derive(Clone, Copy)]
struct Kinds {
    /// Complaints and denunciations together.
    complaints: i64,
    /// Feedback and proposals.
    opinions: i64,
}

impl Kinds {
    /// None where complaints and denunciations are few.
    fn of(complaints: i64, opinions: i64, least: i64) -> Option<Self> {
        (!is_small(complaints, least)).then_some(Self { complaints, opinions })
    }
}

/// That kinds are left out, and why.
fn left_out(scene: &Scene<'_>) -> Piece {
    let least = scene.asked.least;
    format!(" (không nêu theo loại vì số khiếu nại, tố cáo ít hơn {least})").into()
}

fn receptions_table(received: &[(&Span, Sum)], least: i64) -> Table {
    let row = |(span, sum): &(&Span, Sum)| {
        let counts = sum.counts;
        let kinds = Kinds::of(counts.complaints + counts.denunciations, counts.opinions, least);
        let all = [counts.visits, counts.people, counts.groups].map(Cell::Number);
        let kinds =
            [Cell::from(kinds.map(|kinds| kinds.complaints)), Cell::from(kinds.map(|kinds| kinds.opinions))];
        [Cell::from(span.name.as_str())].into_iter().chain(all).chain(kinds).collect()
    };
    let number = ColumnKind::Number;
    Table {
        title: Text::new("Receptions", "Tiếp công dân"),
        columns: columns(&[
            ("Kỳ", ColumnKind::Text),
            ("Lượt tiếp", number),
            ("Số người", number),
            ("Đoàn đông người", number),
            ("Khiếu nại, tố cáo", number),
            ("Phản ánh, kiến nghị", number),
        ]),
        rows: received.iter().filter(|(_, sum)| sum.days > 0).map(row).collect(),
    }
}

/// Letters and cases are counted apart.
fn letters_said(part: &mut Part, scene: &Scene<'_>, span: &Span, total: Columns) {
    if total.is_nothing() {
        return;
    }
    let period = span.period.as_ref().map_or_else(|| span.name.clone(), said_period);
    let mut told = |what: &str, name: &str, value: i64| {
        let key = format!("feedback.letters.{what}");
        part.figure(figure(scene, (key, name), value, (span, LETTERS)))
    };
    let letters = told("received", "Đơn phải xử lý", total.c1);
    let processed = told("processed", "Đơn đã xử lý", total.c8);
    let cases = told("cases", "Vụ việc đủ điều kiện xử lý", total.c10);
    let settled = told("settled", "Đơn đã giải quyết", total.c14);
    let kinds = Kinds::of(total.c2 + total.c3 + total.c5 + total.c6, total.c4 + total.c7, scene.asked.least);
    let mut pieces: Vec<Piece> = vec![
        format!("Trong {period}, số đơn phải xử lý: ").into(),
        letters,
        ", đã xử lý: ".into(),
        processed,
        " (".into(),
        cases,
        " vụ việc đủ điều kiện), đã giải quyết: ".into(),
        settled,
    ];
    if kinds.is_none() {
        pieces.push(left_out(scene));
    }
    pieces.push(".".into());
    part.say(pieces);
    let of_kinds = kinds.map(|Kinds { complaints, opinions }| {
        [("Khiếu nại, tố cáo", complaints), ("Phản ánh, kiến nghị", opinions)]
    });
    let rows = [("Đơn phải xử lý", total.c1)].into_iter().chain(of_kinds.into_iter().flatten()).chain([
        ("Đơn đã xử lý", total.c8),
        ("Vụ việc đủ điều kiện xử lý", total.c10),
        ("Đơn đã giải quyết", total.c14),
        ("Đơn đang giải quyết", total.c15),
    ]);
    let table = Table {
        title: Text::new("Letters and cases", format!("Đơn và vụ việc {period}")),
        columns: columns(&[("Nội dung", ColumnKind::Text), ("Số lượng", ColumnKind::Number)]),
        rows: rows.map(|(name, count)| vec![Cell::from(name), Cell::Number(count)]).collect(),
    };
    part.table(TableKey::Letters, table, &[]);
}
