//! Initiatives and awards.

use crate::emulation::awards::overview::actions as awards;
use crate::emulation::initiatives::actions as initiatives;
use crate::emulation::initiatives::model::InitiativeCounts;
use crate::organizations::When;
use crate::platform::table::columns;
use crate::platform::text::Text;
use crate::platform::{Cell, ColumnKind, Conn, Fault, Table};
use crate::reports::mass_mobilization::actions::Scene;
use crate::reports::mass_mobilization::model::{Figure, Part, TableKey, Value};
use crate::reports::model::said_period;

/// A figure of the report's period, as far as it is over.
fn figure(scene: &Scene<'_>, (key, name): (&str, &str), value: i64, (note, source): (&str, &str)) -> Figure {
    let (from, to) = scene.stage().span().days();
    let note = format!("{note}, {}.", said_period(&scene.stage().period));
    let (key, value) = (format!("emulation.{key}"), Some(Value::Count(value)));
    Figure {
        key,
        name: name.to_owned(),
        value,
        from,
        to: to.min(scene.known()),
        note,
        source: source.to_owned(),
    }
}

/// What was thought of, and how much of it was recognised.
pub fn initiatives(conn: &mut Conn, part: &mut Part, scene: &Scene<'_>) -> Result<(), Fault> {
    let (from, to) = (scene.stage().span().first, scene.known());
    let found = initiatives::count(conn, &scene.own, &scene.code, (from, to), When::On(to))?;
    if found.lines.is_empty() {
        // Nothing is recorded, which is not zero.
        return Ok(());
    }
    let source = format!("/api/v1/initiatives/overview?org={}&from={from}&to={to}", scene.code);
    let mut told = |key: &str, name: &str, value: i64| {
        part.figure(figure(scene, (key, name), value, ("Sáng kiến", &source)))
    };
    let submitted = told("initiatives.submitted", "Sáng kiến đăng ký", found.total.submitted);
    let recognised = told("initiatives.recognised", "Sáng kiến được công nhận", found.total.recognised);
    let period = scene.period(&scene.stage().span());
    part.say(vec![
        format!("Trong {period}, số sáng kiến đăng ký: ").into(),
        submitted,
        ", được công nhận: ".into(),
        recognised,
        ".".into(),
    ]);
    let row = |(code, name, counts): &(String, String, InitiativeCounts)| {
        let InitiativeCounts { submitted, recognised, base, province, national, declined, revoked } = *counts;
        let all = [submitted, recognised, base, province, national, declined, revoked].map(Cell::Number);
        [Cell::from(code.as_str()), Cell::from(name.as_str())].into_iter().chain(all).collect()
    };
    let number = ColumnKind::Number;
    let table = Table {
        title: Text::new("Initiatives", format!("Sáng kiến {period}")),
        columns: columns(&[
            ("Mã", ColumnKind::Text),
            ("Đơn vị", ColumnKind::Text),
            ("Đăng ký", number),
            ("Công nhận", number),
            ("Cấp cơ sở", number),
            ("Cấp tỉnh", number),
            ("Toàn quốc", number),
            ("Không công nhận", number),
            ("Hủy công nhận", number),
        ]),
        rows: found.lines.iter().map(row).collect(),
    };
    part.table(TableKey::Initiatives, table, &[0]);
    Ok(())
}

/// What was proposed, and what was given.
pub fn awards(conn: &mut Conn, part: &mut Part, scene: &Scene<'_>) -> Result<(), Fault> {
    let (from, to) = (scene.stage().span().first, scene.known());
    let found = awards::read(conn, &scene.own, &scene.code, (from, to), When::On(to))?;
    if found.lines.is_empty() {
        // Nothing is recorded, which is not zero.
        return Ok(());
    }
    let source = format!("/api/v1/awards/overview?org={}&from={from}&to={to}", scene.code);
    let mut told = |key: &str, name: &str, value: i64| {
        part.figure(figure(scene, (key, name), value, ("Thi đua, khen thưởng", &source)))
    };
    let proposed = told("awards.proposed", "Đề nghị khen thưởng", found.total.proposed);
    let awarded = told("awards.awarded", "Được khen thưởng", found.total.awarded);
    let period = scene.period(&scene.stage().span());
    part.say(vec![
        format!("Trong {period}, số đề nghị khen thưởng: ").into(),
        proposed,
        ", số được tặng danh hiệu, hình thức khen thưởng: ".into(),
        awarded,
        ".".into(),
    ]);
    let number = ColumnKind::Number;
    let columns = columns(&[
        ("Danh hiệu, hình thức", ColumnKind::Text),
        ("Đề nghị", number),
        ("Được khen thưởng", number),
        ("Không khen thưởng, rút", number),
        ("Hủy bỏ", number),
    ]);
    let rows = found.lines.iter().map(|(title, counts)| {
        let all = [counts.proposed, counts.awarded, counts.closed, counts.revoked].map(Cell::Number);
        [Cell::from(title.rule.name.vi.as_str())].into_iter().chain(all).collect()
    });
    let title = Text::new("Awards", format!("Khen thưởng {period}"));
    part.table(TableKey::Awards, Table { title, columns, rows: rows.collect() }, &[]);
    Ok(())
}
