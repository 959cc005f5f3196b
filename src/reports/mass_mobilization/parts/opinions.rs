//! Feedback and reception: letters and cases, who was received, of the report's period and of the year before.
//!
//! Denunciations are not counted in it. A report is made of any unit and any period, so that whatever it tells can be subtracted from
//! another one; who handles letters has their own table.

use chrono::NaiveDate;

use crate::feedback::letters::actions as letters;
use crate::feedback::letters::model::Columns;
use crate::feedback::receptions::actions as receptions;
use crate::feedback::receptions::model::Sum;
use crate::kpis::periods::spans::Span;
use crate::platform::table::columns;
use crate::platform::text::Text;
use crate::platform::{Cell, ColumnKind, Conn, Fault, Table};
use crate::reports::mass_mobilization::actions::Scene;
use crate::reports::mass_mobilization::model::{Figure, Part, TableKey, Value};
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
        part.table(TableKey::Receptions, receptions_table(&received), &[]);
    }
    let total = letters::but_denunciations(conn, &scene.own, &scene.code, &span, scene.asked.today)?;
    letters_said(&mut part, scene, &span, total);
    Ok(part)
}

/// What is read in a register over HTTP: its path, with what else must be asked for, and its name.
const RECEPTIONS: (&str, &str) = ("receptions?", "Sổ tiếp công dân, không kể tố cáo");
const LETTERS: (&str, &str) = ("letter-handling?audience=internal&", "Xử lý đơn, vụ việc, không kể tố cáo");

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
    if sum.days == 0 {
        // Nothing is stated, which is not zero.
        return;
    }
    let counts = sum.counts;
    let mut told = |what: &str, name: &str, value: i64| {
        let key = format!("feedback.receptions.{}.{what}", span.name);
        part.figure(figure(scene, (key, name), value, (span, RECEPTIONS)))
    };
    let visits = told("visits", "Lượt tiếp công dân, không kể tố cáo", counts.complaints + counts.opinions);
    let complaints = told("complaints", "Lượt khiếu nại", counts.complaints);
    let opinions = told("opinions", "Lượt phản ánh, kiến nghị", counts.opinions);
    part.say(vec![
        format!("Trong {}, số lượt tiếp công dân (không kể tố cáo): ", scene.period(span)).into(),
        visits,
        "; khiếu nại: ".into(),
        complaints,
        ", phản ánh, kiến nghị: ".into(),
        opinions,
        ".".into(),
    ]);
}

fn receptions_table(received: &[(&Span, Sum)]) -> Table {
    let row = |(span, sum): &(&Span, Sum)| {
        let counts = sum.counts;
        let all = [counts.complaints + counts.opinions, counts.complaints, counts.opinions];
        [Cell::from(span.name.as_str())].into_iter().chain(all.map(Cell::Number)).collect()
    };
    let number = ColumnKind::Number;
    Table {
        title: Text::new("Receptions", "Tiếp công dân (không kể tố cáo)"),
        columns: columns(&[
            ("Kỳ", ColumnKind::Text),
            ("Lượt tiếp", number),
            ("Khiếu nại", number),
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
    let mut told = |what: &str, name: &str, value: i64| {
        let key = format!("feedback.letters.{what}");
        part.figure(figure(scene, (key, name), value, (span, LETTERS)))
    };
    let letters = told("received", "Đơn phải xử lý, không kể tố cáo", total.c1);
    let processed = told("processed", "Đơn đã xử lý", total.c8);
    let cases = told("cases", "Vụ việc đủ điều kiện xử lý", total.c10);
    let settled = told("settled", "Đơn đã giải quyết", total.c14);
    let period = scene.period(span);
    part.say(vec![
        format!("Trong {period}, số đơn khiếu nại, kiến nghị, phản ánh phải xử lý: ").into(),
        letters,
        ", đã xử lý: ".into(),
        processed,
        " (".into(),
        cases,
        " vụ việc đủ điều kiện), đã giải quyết: ".into(),
        settled,
        ".".into(),
    ]);
    let rows = [
        ("Đơn phải xử lý", total.c1),
        ("Khiếu nại", total.c2 + total.c5),
        ("Phản ánh, kiến nghị", total.c4 + total.c7),
        ("Đơn đã xử lý", total.c8),
        ("Vụ việc đủ điều kiện xử lý", total.c10),
        ("Đơn đã giải quyết", total.c14),
        ("Đơn đang giải quyết", total.c15),
    ];
    let table = Table {
        title: Text::new("Letters and cases", format!("Đơn và vụ việc {period} (không kể tố cáo)")),
        columns: columns(&[("Nội dung", ColumnKind::Text), ("Số lượng", ColumnKind::Number)]),
        rows: rows.map(|(name, count)| vec![Cell::from(name), Cell::Number(count)]).to_vec(),
    };
    part.table(TableKey::Letters, table, &[]);
}
