//! Directives carried out: who issued them, what puts what into practice, and how the tasks stand.

use std::collections::HashMap;

use crate::directives::overview::actions as overview;
use crate::directives::overview::model::{OverviewBy, TaskBuckets};
use crate::directives::overview::remembered::Remembered;
use crate::platform::table::columns;
use crate::platform::text::{Text, folded};
use crate::platform::{Cell, ColumnKind, Conn, Fault, Table};
use crate::reports::mass_mobilization::actions::Scene;
use crate::reports::mass_mobilization::model::{Figure, Part, TableKey, Value};
use crate::reports::mass_mobilization::store::{self, Directive, Issued, Known};
use crate::reports::model::{PartKey, said_day};

/// Directives that the table names: the latest. There may be more; the text says how many there are.
const MOST_NAMED: i64 = 500;
/// Bodies that the text names; the figures are of all.
const MOST_SAID: usize = 15;

/// What was carried out.
pub fn part(conn: &mut Conn, scene: &Scene<'_>) -> Result<Part, Fault> {
    let mut part = Part::new(PartKey::Guidance);
    let (reach, today) = (&scene.own, scene.asked.today);
    let known = Known { reach, today, top: scene.id, stage: scene.stage(), last: scene.known() };
    let mut issued = store::issuers(conn, &known)?;
    issued.sort_by_cached_key(|issued| (-issued.count, folded(&issued.issuer)));
    let mut all = store::directives(conn, &known, MOST_NAMED)?;
    all.reverse();
    all.sort_by_cached_key(|directive| folded(&directive.issuer));
    let ids: Vec<&str> = all.iter().map(|directive| directive.id.as_str()).collect();
    let mut above: HashMap<String, Vec<String>> = HashMap::new();
    for step in store::implements(conn, &known, &ids)? {
        above.entry(step.from.to_string()).or_default().push(step.number);
    }
    said(&mut part, scene, &issued, store::implementing(conn, &known)?);
    part.table(TableKey::Issuers, by_issuer(&issued), &[]);
    part.table(TableKey::Directives, named(&all, &above), &[]);
    let asked = overview::Asked {
        reach: scene.own.clone(),
        organization: scene.code.clone(),
        as_of: Some(scene.known()),
        issuer: None,
        by: OverviewBy::Issuer,
    };
    let overview = overview::read(conn, &Remembered::new(None), &asked, scene.asked.today)?;
    if !issued.is_empty() || overview.total.0.total() > 0 {
        tasks(&mut part, scene, &overview);
    }
    Ok(part)
}

/// What is said of the directives, `implementing` of which put others into practice.
fn said(part: &mut Part, scene: &Scene<'_>, issued: &[Issued], implementing: i64) {
    let stage = scene.stage();
    let figure = |key: &str, name: &str, count: i64, table: TableKey| Figure {
        key: format!("guidance.{key}"),
        name: name.to_owned(),
        value: Some(Value::Count(count)),
        from: stage.from,
        to: stage.to,
        note: "Sổ văn bản chỉ đạo.".to_owned(),
        source: scene.table(table),
    };
    if issued.is_empty() {
        return;
    }
    let total: i64 = issued.iter().map(|issued| issued.count).sum();
    let bodies = i64::try_from(issued.len()).unwrap_or(i64::MAX);
    let total =
        part.figure(figure("directives", "Văn bản chỉ đạo đã triển khai", total, TableKey::Directives));
    let bodies = part.figure(figure("issuers", "Cơ quan ban hành", bodies, TableKey::Issuers));
    part.say(vec![
        "Đơn vị đã phổ biến, quán triệt và triển khai thực hiện ".into(),
        total,
        " văn bản chỉ đạo của ".into(),
        bodies,
        " cơ quan, trong đó:".into(),
    ]);
    for (place, issued) in issued.iter().enumerate() {
        // By who it is, not by its rank: what is sealed is compared by these keys with what is counted later.
        let key = format!("issuer-{}", folded(&issued.key).replace(' ', "-"));
        let count = part.figure(figure(
            &key,
            &format!("Văn bản của {}", issued.issuer),
            issued.count,
            TableKey::Issuers,
        ));
        if place < MOST_SAID {
            part.list(vec![format!("{}: ", issued.issuer).into(), count, " văn bản".into()]);
        }
    }
    let name = "Văn bản cụ thể hóa văn bản khác";
    let implementing = part.figure(figure("implementing", name, implementing, TableKey::Directives));
    part.say(vec![
        "Trong số văn bản nêu trên có ".into(),
        implementing,
        " văn bản được ban hành để triển khai thực hiện văn bản của cấp trên.".into(),
    ]);
}

fn by_issuer(issued: &[Issued]) -> Table {
    let row = |issued: &Issued| vec![Cell::from(issued.issuer.as_str()), Cell::Number(issued.count)];
    Table {
        title: Text::new("Directives by issuer", "Số văn bản theo cơ quan ban hành"),
        columns: columns(&[("Cơ quan ban hành", ColumnKind::Text), ("Số văn bản", ColumnKind::Number)]),
        rows: issued.iter().map(row).collect(),
    }
}

fn named(all: &[Directive], above: &HashMap<String, Vec<String>>) -> Table {
    let row = |directive: &Directive| {
        let implements = above.get(directive.id.as_str()).map(|numbers| numbers.join("\n"));
        vec![
            Cell::from(directive.issuer.as_str()),
            Cell::from(directive.type_name.as_str()),
            directive.number.as_deref().map_or(Cell::Empty, Cell::from),
            directive.issued_on.map_or(Cell::Empty, Cell::Day),
            Cell::from(directive.subject.as_str()),
            implements.as_deref().map_or(Cell::Empty, Cell::from),
        ]
    };
    let text = ColumnKind::Text;
    Table {
        title: Text::new("Directives carried out", "Văn bản chỉ đạo đã triển khai thực hiện"),
        columns: columns(&[
            ("Cơ quan ban hành", text),
            ("Loại", text),
            ("Số, ký hiệu", text),
            ("Ngày ban hành", ColumnKind::Day),
            ("Trích yếu", text),
            ("Triển khai văn bản", text),
        ]),
        rows: all.iter().map(row).collect(),
    }
}

fn tasks(part: &mut Part, scene: &Scene<'_>, overview: &overview::Overview) {
    let (tasks, day) = (overview.total.0, overview.day);
    let figure = |key: &str, name: &str, count: i64| Figure {
        key: format!("guidance.tasks.{key}"),
        name: name.to_owned(),
        value: Some(Value::Count(count)),
        from: scene.stage().from,
        to: day,
        note: format!("Tình hình thực hiện nhiệm vụ ngày {}.", said_day(day)),
        source: format!("/api/v1/directives/overview?org={}&as_of={day}&by=issuer", scene.code),
    };
    let open = tasks.not_due + tasks.due_in_7 + tasks.due_in_3 + tasks.due_in_1;
    let total = part.figure(figure("total", "Nhiệm vụ được giao", tasks.total()));
    if tasks.total() == 0 {
        part.say(vec!["Số nhiệm vụ được giao qua hệ thống: ".into(), total, ".".into()]);
        return;
    }
    let on_time = part.figure(figure("done-on-time", "Hoàn thành đúng hạn", tasks.done_on_time));
    let late = part.figure(figure("done-late", "Hoàn thành quá hạn", tasks.done_late));
    let open = part.figure(figure("open", "Đang thực hiện trong hạn", open));
    let overdue = part.figure(figure("overdue", "Đang thực hiện quá hạn", tasks.overdue));
    let cancelled = part.figure(figure("cancelled", "Đã hủy, từ chối", tasks.cancelled));
    part.say(vec![
        format!("Đến ngày {}, có ", said_day(day)).into(),
        total,
        " nhiệm vụ được giao: ".into(),
        on_time,
        " hoàn thành đúng hạn, ".into(),
        late,
        " hoàn thành quá hạn, ".into(),
        open,
        " đang thực hiện trong hạn, ".into(),
        overdue,
        " đang thực hiện quá hạn, ".into(),
        cancelled,
        " đã hủy hoặc từ chối.".into(),
    ]);
    part.table(TableKey::Tasks, by_task(overview), &[]);
}

fn by_task(overview: &overview::Overview) -> Table {
    let row = |line: &overview::Line| {
        let TaskBuckets { overdue, done_on_time, done_late, cancelled, .. } = line.tasks;
        let total = line.tasks.total();
        let open = total - done_on_time - done_late - overdue - cancelled;
        let counts = [done_on_time, done_late, open, overdue, cancelled, total].map(Cell::Number);
        [Cell::from(line.name.as_str())].into_iter().chain(counts).collect()
    };
    let number = ColumnKind::Number;
    Table {
        title: Text::new("Tasks", format!("Nhiệm vụ theo cơ quan giao, đến ngày {}", said_day(overview.day))),
        columns: columns(&[
            ("Cơ quan ban hành", ColumnKind::Text),
            ("Hoàn thành đúng hạn", number),
            ("Hoàn thành quá hạn", number),
            ("Đang thực hiện trong hạn", number),
            ("Quá hạn", number),
            ("Đã hủy, từ chối", number),
            ("Tổng số", number),
        ]),
        rows: overview.lines.iter().map(row).collect(),
    }
}
