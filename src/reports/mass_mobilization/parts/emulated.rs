//! Emulation: movements and who takes part, the funnel of exemplars, faces, initiatives, awards.

use super::recognised;
use crate::emulation::faces::actions as faces;
use crate::emulation::faces::store::Face;
use crate::emulation::funnel::actions as funnel;
use crate::emulation::funnel::model::FunnelBy;
use crate::emulation::funnel::store::Narrowed;
use crate::emulation::movements::model::Movement;
use crate::emulation::movements::store::{self as movements, Filter};
use crate::emulation::participation::actions as participation;
use crate::emulation::participation::model::ParticipationBy;
use crate::kpis::percent::Ratio;
use crate::organizations::OrganizationCode;
use crate::platform::table::columns;
use crate::platform::text::Text;
use crate::platform::{Cell, ColumnKind, Conn, Fault, Table};
use crate::reports::mass_mobilization::actions::Scene;
use crate::reports::mass_mobilization::model::{Figure, Part, TableKey, Value, grouped};
use crate::reports::model::{PartKey, said_day, said_period};

/// What was done in movements, and what came of it.
pub fn part(conn: &mut Conn, scene: &Scene<'_>) -> Result<Part, Fault> {
    let mut part = Part::new(PartKey::Emulation);
    all_movements(conn, &mut part, scene)?;
    exemplars(conn, &mut part, scene)?;
    elected(conn, &mut part, scene)?;
    recognised::initiatives(conn, &mut part, scene)?;
    recognised::awards(conn, &mut part, scene)?;
    Ok(part)
}

/// A figure of the report's period.
fn figure(
    scene: &Scene<'_>,
    (key, name): (&str, &str),
    value: Option<Value>,
    (note, source): (&str, String),
) -> Figure {
    let (from, to) = scene.stage().span().days();
    let to = to.min(scene.known());
    let note = format!("{note}, {}.", said_period(&scene.stage().period));
    Figure { key: format!("emulation.{key}"), name: name.to_owned(), value, from, to, note, source }
}

/// What is under way in the stage where the organization stands, or below it, and how many took part in the period.
fn all_movements(conn: &mut Conn, part: &mut Part, scene: &Scene<'_>) -> Result<(), Fault> {
    let (stage, today) = (scene.stage(), scene.asked.today);
    // Those that the organization may know of are those that run in it, below it or above it.
    let filter = Filter { within: Some((stage.from, stage.to)), ..Filter::default() };
    let all = movements::list(conn, &scene.own, &filter, today, (None, i64::MAX))?;
    let (from, to) = stage.span().days();
    let by = ParticipationBy::Movement;
    let asked = participation::Asked { organization: scene.code.clone(), movement: None, from, to, by };
    let sums = participation::sums(conn, &scene.own, &asked, scene.known())?;
    if all.is_empty() && sums.is_empty() {
        return Ok(());
    }
    let name = "Phong trào thi đua";
    let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let total = part.figure(Figure {
        from: stage.from,
        to: stage.to,
        note: "Sổ phong trào thi đua.".to_owned(),
        ..figure(
            scene,
            ("movements", name),
            Some(Value::Count(total)),
            ("", scene.table(TableKey::Movements)),
        )
    });
    part.say(vec!["Số phong trào thi đua đơn vị tham gia trong giai đoạn: ".into(), total, ".".into()]);
    for line in &sums {
        let ratio = Ratio { numerator: line.taking_part, denominator: line.members };
        let value = ratio.rounded(2).map(Value::Percent);
        let key = format!("participation.{}", line.key);
        let source = format!(
            "/api/v1/emulation/participation?org={}&period={}&movement={}",
            scene.code, stage.period, line.key
        );
        let note =
            format!("Tham gia phong trào: {}/{} lượt", grouped(line.taking_part), grouped(line.members));
        let share = part.figure(figure(scene, (&key, &line.name), value, (&note, source)));
        part.list(vec![
            format!("{}: ", line.name).into(),
            share,
            " công chức, viên chức, người lao động tham gia".into(),
        ]);
    }
    part.table(TableKey::Movements, movements_table(&all), &[0]);
    Ok(())
}

fn movements_table(all: &[Movement]) -> Table {
    let row = |movement: &Movement| {
        let content = &movement.content;
        let launched = content.launched_by.name.as_deref();
        let launched = launched.or(content.launched_by.organization.as_ref().map(OrganizationCode::as_str));
        vec![
            Cell::from(movement.code.as_str()),
            Cell::from(content.name.as_str()),
            launched.map_or(Cell::Empty, Cell::from),
            Cell::Day(content.launched_on),
            Cell::Day(content.starts_on),
            content.ends_on.map_or(Cell::Empty, Cell::Day),
            Cell::from(
                content
                    .groups
                    .iter()
                    .map(|group| group.name.as_str())
                    .collect::<Vec<_>>()
                    .join("; ")
                    .as_str(),
            ),
        ]
    };
    let (text, day) = (ColumnKind::Text, ColumnKind::Day);
    Table {
        title: Text::new("Movements", "Phong trào thi đua"),
        columns: columns(&[
            ("Mã", text),
            ("Phong trào", text),
            ("Cơ quan phát động", text),
            ("Ngày phát động", day),
            ("Từ ngày", day),
            ("Đến ngày", day),
            ("Khối", text),
        ]),
        rows: all.iter().map(row).collect(),
    }
}

/// Models and exemplars, as they stood at the end.
fn exemplars(conn: &mut Conn, part: &mut Part, scene: &Scene<'_>) -> Result<(), Fault> {
    let asked = funnel::Asked {
        reach: scene.own.clone(),
        organization: scene.code.clone(),
        as_of: Some(scene.known()),
        narrowed: Narrowed { movement: None, year: None },
        by: FunnelBy::Field,
    };
    let found = funnel::read(conn, &asked, scene.asked.today)?;
    if found.total.total() == 0 {
        return Ok(());
    }
    let day = said_day(found.day);
    let (period, scheme) = (&scene.stage().period, scene.stage().scheme);
    let source =
        format!("/api/v1/emulation/funnel?org={}&period={period}&scheme={scheme}&by=field", scene.code);
    let mut told = |key: &str, name: &str, value: i64| {
        let figure = figure(scene, (key, name), Some(Value::Count(value)), ("", source.clone()));
        part.figure(Figure {
            from: scene.stage().from,
            note: format!("Mô hình, điển hình đến ngày {day}."),
            ..figure
        })
    };
    let counts = found.total;
    let said = [
        ("registered", "Mới đăng ký", "; trong đó mới đăng ký: ", counts.registered),
        (
            "implementing",
            "Đang thực hiện",
            ", đang thực hiện hoặc đã thẩm định: ",
            counts.implementing + counts.appraised,
        ),
        ("recognised", "Được công nhận", ", được công nhận: ", counts.recognised),
        ("replicated", "Được nhân rộng", ", được công nhận và nhân rộng: ", counts.replicated),
        ("lapsed", "Không duy trì", ", không duy trì: ", counts.lapsed),
        ("withdrawn", "Đã rút", ", đã rút: ", counts.withdrawn),
    ];
    let total = told("exemplars.total", "Mô hình, điển hình đã đăng ký", counts.total());
    let mut pieces = vec![format!("Đến ngày {day}, số mô hình, điển hình đã đăng ký: ").into(), total];
    for (key, name, words, value) in said {
        pieces.extend([words.into(), told(&format!("exemplars.{key}"), name, value)]);
    }
    pieces.push(".".into());
    part.say(pieces);
    part.table(TableKey::Funnel, funnel_table(&found.lines, &day), &[]);
    Ok(())
}

fn funnel_table(lines: &[funnel::Line], day: &str) -> Table {
    let row = |line: &funnel::Line| {
        let counts = line.counts.all().into_iter().chain([line.counts.total()]).map(Cell::Number);
        [Cell::from(line.name.as_str())].into_iter().chain(counts).collect()
    };
    let number = ColumnKind::Number;
    Table {
        title: Text::new("Exemplars", format!("Mô hình, điển hình theo lĩnh vực, đến ngày {day}")),
        columns: columns(&[
            ("Lĩnh vực", ColumnKind::Text),
            ("Đăng ký", number),
            ("Đang thực hiện", number),
            ("Đã thẩm định", number),
            ("Công nhận", number),
            ("Nhân rộng", number),
            ("Không duy trì", number),
            ("Đã rút", number),
            ("Tổng số", number),
        ]),
        rows: lines.iter().map(row).collect(),
    }
}

/// Faces elected in the period; persons only for who may see them, and by name only where a decision made them public.
fn elected(conn: &mut Conn, part: &mut Part, scene: &Scene<'_>) -> Result<(), Fault> {
    let (from, to) = scene.stage().span().days();
    let asked = faces::Asked { organization: scene.code.clone(), movement: None, from, to };
    let all = faces::read(conn, &scene.own, &asked, scene.known())?;
    if all.is_empty() {
        return Ok(());
    }
    let source = format!("/api/v1/emulation/faces?org={}&period={}", scene.code, scene.stage().period);
    let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let total = part.figure(figure(
        scene,
        ("faces", "Gương mặt điển hình"),
        Some(Value::Count(total)),
        ("Bình chọn gương mặt điển hình tiên tiến", source),
    ));
    part.say(vec![
        format!(
            "Trong {}, số gương mặt điển hình tiên tiến được bình chọn: ",
            scene.period(&scene.stage().span())
        )
        .into(),
        total,
        ".".into(),
    ]);
    part.names_persons |= scene.asked.with_persons && all.iter().any(|face| face.election.public.is_some());
    part.table(TableKey::Faces, faces_table(&all, scene.asked.with_persons), &[]);
    Ok(())
}

fn faces_table(all: &[Face], with_persons: bool) -> Table {
    let row = |face: &Face| {
        let named = face.election.public.as_ref().filter(|_| with_persons);
        let votes = format!("{}/{}", face.election.votes, face.election.council_members);
        vec![
            Cell::from(face.election.round.as_str()),
            Cell::from(face.movement_name.as_str()),
            Cell::from(face.group_name.as_str()),
            Cell::from(face.organization_name.as_str()),
            Cell::from(votes.as_str()),
            named.map_or(Cell::Empty, |person| Cell::from(person.name.as_str())),
        ]
    };
    let text = ColumnKind::Text;
    Table {
        title: Text::new("Faces", "Gương mặt điển hình tiên tiến"),
        columns: columns(&[
            ("Đợt", text),
            ("Phong trào", text),
            ("Khối", text),
            ("Đơn vị", text),
            ("Số phiếu", text),
            ("Họ và tên", text),
        ]),
        rows: all.iter().map(row).collect(),
    }
}
