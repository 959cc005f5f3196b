//! Organization and staffing.

use chrono::{Days, NaiveDate};

use crate::organizations::When;
use crate::organizations::register::model::OrganizationKind;
use crate::organizations::register::store::Node;
use crate::organizations::staffing::model::Qualification;
use crate::organizations::staffing::store::{self as staffing, Stated};
use crate::platform::table::columns;
use crate::platform::text::{Text, folded};
use crate::platform::{Cell, ColumnKind, Conn, Fault, Table};
use crate::reports::mass_mobilization::actions::Scene;
use crate::reports::mass_mobilization::model::{Figure, Part, Piece, TableKey, Value};
use crate::reports::model::{PartKey, said_day};

/// What the organization consists of, and who works there.
pub fn part(conn: &mut Conn, scene: &Scene<'_>) -> Result<Part, Fault> {
    let mut part = Part::new(PartKey::Situation);
    units(&mut part, scene);
    let before = scene.stage().to.checked_add_days(Days::new(1));
    let when = When::Now(scene.asked.today);
    let stated = staffing::list(conn, &scene.own, scene.code.as_str(), when, (before, 1))?.pop();
    if let Some(stated) = stated {
        staff(&mut part, scene, &stated);
    }
    Ok(part)
}

/// What a kind of organization is called below another.
fn called(kind: OrganizationKind) -> &'static str {
    match kind {
        OrganizationKind::Province => "tỉnh, thành phố",
        OrganizationKind::Department => "sở, ngành",
        OrganizationKind::SubDepartment => "chi cục",
        OrganizationKind::Division => "phòng chuyên môn",
        OrganizationKind::ServiceUnit => "đơn vị sự nghiệp trực thuộc",
        OrganizationKind::Leadership => "ban lãnh đạo",
        OrganizationKind::District => "huyện",
        OrganizationKind::Commune => "xã, phường, đặc khu",
        OrganizationKind::PartyBody => "cơ quan đảng",
        OrganizationKind::MassOrganization => "đoàn thể",
        OrganizationKind::Ministry => "bộ, cơ quan ngang bộ",
        OrganizationKind::CentralBody => "cơ quan trung ương",
        OrganizationKind::Other => "đơn vị khác",
    }
}

fn units(part: &mut Part, scene: &Scene<'_>) {
    let (to, code) = (scene.known(), &scene.code);
    let below: Vec<_> = scene.nodes.iter().filter(|node| node.id != scene.id).collect();
    if below.is_empty() {
        return;
    }
    // In the order of their codes, as they stand in the register.
    let mut kinds: Vec<(OrganizationKind, i64)> = Vec::new();
    for node in &below {
        match kinds.iter_mut().find(|(kind, _)| *kind == node.kind) {
            Some((_, count)) => *count += 1,
            None => kinds.push((node.kind, 1)),
        }
    }
    let day = said_day(to);
    let mut pieces: Vec<Piece> = vec![format!("Về cơ cấu tổ chức, đến ngày {day} gồm: ").into()];
    for (place, (kind, count)) in kinds.into_iter().enumerate() {
        if place > 0 {
            pieces.push("; ".into());
        }
        pieces.push(part.figure(Figure {
            key: format!("situation.units.{kind}"),
            name: format!("Số {}", called(kind)),
            value: Some(Value::Count(count)),
            from: to,
            to,
            note: format!("Cây tổ chức ngày {day}."),
            source: format!("/api/v1/organizations/{code}/tree?depth=1&as_of={to}"),
        }));
        pieces.push(format!(" {}", called(kind)).into());
    }
    pieces.push(".".into());
    part.say(pieces);
    let row =
        |node: &&Node| vec![node.code.as_str().into(), node.name.as_str().into(), called(node.kind).into()];
    let text = ColumnKind::Text;
    let table = Table {
        title: Text::new("Units", "Đơn vị trực thuộc"),
        columns: columns(&[("Mã", text), ("Tên đơn vị", text), ("Loại", text)]),
        rows: below.iter().map(row).collect(),
    };
    part.table(TableKey::Units, table, &[0]);
}

fn staff(part: &mut Part, scene: &Scene<'_>, stated: &Stated) {
    let (day, staffing) = (stated.day, &stated.staffing);
    let said = said_day(day);
    let figure = |key: &str, name: &str, count: i32| Figure {
        key: format!("situation.staffing.{key}"),
        name: name.to_owned(),
        value: Some(Value::Count(i64::from(count))),
        from: day,
        to: day,
        note: format!("Số liệu biên chế, đội ngũ ngày {said}."),
        source: source(scene, day),
    };
    let quota = part.figure(figure("quota", "Biên chế được giao", staffing.quota));
    let present = part.figure(figure("present", "Biên chế có mặt", staffing.present));
    part.say(vec![
        "Tổng số biên chế được giao là ".into(),
        quota,
        ", biên chế có mặt là ".into(),
        present,
        format!(" (ngày {said}).").into(),
    ]);
    let total = part.figure(figure("total", "Công chức, viên chức và người lao động", staffing.total));
    let mut pieces = vec!["Tổng số công chức, viên chức và người lao động: ".into(), total, " người".into()];
    for of_which in [false, true] {
        let lines = staffing.qualifications.iter().filter(|line| line.of_which == of_which);
        for (place, line) in lines.enumerate() {
            pieces.push(match (place, of_which) {
                (0, false) => ", gồm: ".into(),
                // Counted in the lines before, and never added to them.
                (0, true) => "; trong đó có ".into(),
                _ => ", ".into(),
            });
            let name = &line.name;
            // By what it is, not by its rank: what is sealed is compared by these keys with what is stated later.
            let key = format!("qualification-{}", folded(name).replace(' ', "-"));
            pieces.push(part.figure(figure(&key, name, line.count)));
            pieces.push(format!(" {name}").into());
        }
    }
    pieces.push(".".into());
    part.say(pieces);
    part.table(TableKey::Qualifications, qualifications(stated), &[]);
}

fn qualifications(stated: &Stated) -> Table {
    let row = |line: &Qualification| {
        let aside = if line.of_which { "Trong đó, đã tính ở các dòng trên" } else { "" };
        vec![line.name.as_str().into(), Cell::Number(i64::from(line.count)), Cell::from(aside)]
    };
    let day = said_day(stated.day);
    Table {
        title: Text::new(
            "Qualifications",
            format!("Trình độ công chức, viên chức, người lao động ngày {day}"),
        ),
        columns: columns(&[
            ("Trình độ", ColumnKind::Text),
            ("Số người", ColumnKind::Number),
            ("Ghi chú", ColumnKind::Text),
        ]),
        rows: stated.staffing.qualifications.iter().map(row).collect(),
    }
}

fn source(scene: &Scene<'_>, day: NaiveDate) -> String {
    format!("/api/v1/organizations/{}/staffing/{day}", scene.code)
}
