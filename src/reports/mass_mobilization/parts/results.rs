//! KPIs with target, stated and counted: of the report's period, and of the years before.

use std::collections::BTreeSet;

use crate::kpis::catalog::model::{Attainment, KpiId};
use crate::kpis::catalog::store as catalog;
use crate::kpis::counters::model::{Basis, Counter, Include, Reading, RecordKind};
use crate::kpis::figures::actions::{self as figures, Figures};
use crate::kpis::figures::model::{Defined, Shown};
use crate::kpis::percent::{Percent, Points};
use crate::kpis::periods::spans::Span;
use crate::kpis::reported::model::{Figure as Stated, FigureStatus};
use crate::platform::table::columns;
use crate::platform::text::Text;
use crate::platform::{Cell, ColumnKind, Conn, Fault, Table};
use crate::reports::mass_mobilization::actions::Scene;
use crate::reports::mass_mobilization::model::{Figure, Part, Piece, TableKey, Value, grouped};
use crate::reports::mass_mobilization::store;
use crate::reports::model::{PartKey, said_period};

/// A KPI of a period, with whatever is known of it.
struct Line<'a> {
    defined: &'a Defined,
    span: &'a Span,
    stated: Option<(FigureStatus, Option<Percent>)>,
    counted: Option<Shown>,
    target: Option<Percent>,
    attainment: Attainment,
}

/// The results of the period, and those of the years before.
pub fn parts(conn: &mut Conn, scene: &Scene<'_>) -> Result<(Part, Part), Fault> {
    let stage = scene.stage();
    let span = stage.span();
    let known = catalog::list(conn, span.last, -1, i64::MAX)?;
    let kpis: Vec<KpiId> = known.into_iter().map(|kpi| kpi.id).collect();
    let years = stage.years.iter().map(|year| Span::of(year.clone(), stage.scheme));
    let asked = figures::Asked {
        reach: scene.own.clone(),
        organization: scene.code.clone(),
        include: Include::Subtree,
        basis: Basis::AsWas,
        kpis,
        scheme: stage.scheme,
        spans: years.chain([span.clone()]).collect(),
        least: scene.asked.least,
    };
    let all = figures::read(conn, asked, scene.asked.today)?;
    let periods = stage.years.iter().chain([&stage.period]);
    let stated = store::reported(conn, scene.id, stage.scheme, periods)?;
    let lines = lines(&all, &stated);
    let (now, before): (Vec<Line<'_>>, Vec<Line<'_>>) =
        lines.into_iter().partition(|line| line.span.name == span.name);
    Ok((results(scene, &now), other_periods(scene, &before)))
}

/// The kind of records that some counters count, if it is one.
fn kind(counters: &[Counter]) -> Option<RecordKind> {
    let mut kinds = counters.iter().map(|counter| counter.record_kind());
    let first = kinds.next()?;
    kinds.all(|kind| kind == first).then_some(first)
}

/// In which periods records of which kind are counted.
fn recorded(all: &Figures) -> BTreeSet<(&str, RecordKind)> {
    let found = all.all().flat_map(|figure| {
        let formula = figure.defined.formula.as_ref();
        let (numerator, denominator) = (figure.shown.numerator, figure.shown.denominator);
        let terms =
            formula.map(|formula| [(&formula.numerator, numerator), (&formula.denominator, denominator)]);
        let counted = terms.into_iter().flatten().filter(|(_, sum)| sum.unwrap_or(0) != 0);
        let name = figure.span.name.as_str();
        counted.filter_map(move |(counters, _)| Some((name, kind(counters)?))).collect::<Vec<_>>()
    });
    found.collect()
}

/// Whether a figure is one of its period. Nothing of nothing is none. A share of what there is, such as procedures, in which something
/// happened is none where no record says what happened in the period: that nobody filed a dossier online is only known where dossiers
/// are.
fn is_of_its_period(figure: &figures::Figure<'_>, recorded: &BTreeSet<(&str, RecordKind)>) -> bool {
    let (numerator, denominator) =
        (figure.shown.numerator.unwrap_or(0), figure.shown.denominator.unwrap_or(0));
    if numerator != 0 || denominator == 0 {
        return numerator != 0;
    }
    let happened = figure.defined.formula.iter().flat_map(|formula| &formula.numerator);
    let mut happened = happened.filter(|counter| counter.reading() != Reading::Stock).peekable();
    let name = figure.span.name.as_str();
    happened.peek().is_none() || happened.any(|counter| recorded.contains(&(name, counter.record_kind())))
}

/// What is known of each KPI and period, by KPI; those of which nothing is known are left out.
fn lines<'a>(all: &'a Figures, stated: &[(KpiId, String, Stated)]) -> Vec<Line<'a>> {
    let recorded = recorded(all);
    let line = |figure: figures::Figure<'a>| {
        let of = |(kpi, period, _): &&(KpiId, String, Stated)| {
            *kpi == figure.defined.kpi && *period == figure.span.name
        };
        let judgement = figure.defined.judgement();
        let found = stated.iter().find(of).map(|(_, _, stated)| stated);
        let exact = found.and_then(|stated| stated.exact(&judgement));
        let stated = found.map(|stated| (stated.status, exact.and_then(|value| judgement.shown(value))));
        let counted = Some(figure.shown).filter(|_| is_of_its_period(&figure, &recorded));
        let (target, span, defined) = (figure.target, figure.span, figure.defined);
        let value = counted.and_then(|shown| shown.value).or(exact);
        let attainment = judgement.attainment(value, target);
        (stated.is_some() || counted.is_some()).then_some(Line {
            defined,
            span,
            stated,
            counted,
            target,
            attainment,
        })
    };
    all.all().filter_map(line).collect()
}

impl Line<'_> {
    fn name(&self) -> &str {
        &self.defined.definition.name.vi
    }

    fn period(&self) -> String {
        self.span.period.as_ref().map_or_else(|| self.span.name.clone(), said_period)
    }

    /// From what is counted to what is stated.
    fn difference(&self) -> Option<Points> {
        let (counted, stated) = (self.counted?.percent?, self.stated?.1?);
        Some(Points::between(counted, stated))
    }

    fn figure(
        &self,
        part: PartKey,
        what: &str,
        percent: Option<Percent>,
        (note, source): (String, String),
    ) -> Figure {
        let (kpi, period) = (&self.defined.kpi, &self.span.name);
        let key = match part {
            PartKey::OtherPeriods => format!("{part}.{kpi}.{period}.{what}"),
            _ => format!("{part}.{kpi}.{what}"),
        };
        let (from, to) = self.span.days();
        Figure {
            key,
            name: self.name().to_owned(),
            value: percent.map(Value::Percent),
            from,
            to,
            note,
            source,
        }
    }

    fn stated(&self, scene: &Scene<'_>, part: &mut Part) -> Option<(Piece, FigureStatus)> {
        let (status, percent) = self.stated?;
        let (kpi, scheme, code) = (&self.defined.kpi, scene.stage().scheme, &scene.code);
        let source =
            format!("/api/v1/organizations/{code}/reported-figures/{kpi}/{}?scheme={scheme}", self.span.name);
        let note = format!("Số liệu đơn vị báo cáo ({}), {}.", status.vietnamese(), self.period());
        Some((part.figure(self.figure(part.key, "reported", percent, (note, source))), status))
    }

    fn counted(&self, scene: &Scene<'_>, part: &mut Part) -> Option<Piece> {
        let shown = self.counted?;
        let (kpi, scheme, code) = (&self.defined.kpi, scene.stage().scheme, &scene.code);
        let period = &self.span.name;
        let source = format!("/api/v1/figures/explain?kpi={kpi}&org={code}&period={period}&scheme={scheme}");
        let denominator = grouped(shown.denominator.unwrap_or(0));
        let sums = match shown.numerator {
            Some(numerator) => format!("{}/{denominator}", grouped(numerator)),
            None => format!("{denominator} ý kiến, ít hơn {}, không nêu kết quả", scene.asked.least),
        };
        let note = format!("Tính từ hồ sơ: {sums}, {}.", self.period());
        Some(part.figure(self.figure(part.key, "computed", shown.percent, (note, source))))
    }

    fn target(&self, scene: &Scene<'_>, part: &mut Part) -> Option<Piece> {
        let target = self.target?;
        let (kpi, scheme, code) = (&self.defined.kpi, scene.stage().scheme, &scene.code);
        let source = format!("/api/v1/organizations/{code}/targets/{kpi}/{}?scheme={scheme}", self.span.name);
        let note = format!("Mục tiêu được giao, {}.", self.period());
        Some(part.figure(self.figure(part.key, "target", Some(target), (note, source))))
    }

    /// What is said of it: stated, counted, and how it lies to the target.
    fn pieces(&self, scene: &Scene<'_>, part: &mut Part) -> Vec<Piece> {
        let mut pieces: Vec<Piece> = vec![format!("{}: ", self.name()).into()];
        let stated = self.stated(scene, part);
        let has_stated = stated.is_some();
        if let Some((figure, status)) = stated {
            pieces.extend(["đơn vị báo cáo ".into(), figure, format!(" ({})", status.vietnamese()).into()]);
        }
        if let Some(figure) = self.counted(scene, part) {
            pieces.push(if has_stated { ", tính từ hồ sơ " } else { "tính từ hồ sơ " }.into());
            // What few people said is known and not told, which is not that nothing is known.
            let is_told = self.counted.is_some_and(|shown| shown.numerator.is_some());
            pieces.push(if is_told { figure } else { "không nêu vì ít người trả lời".into() });
        }
        if let Some(figure) = self.target(scene, part) {
            let word = self.attainment.vietnamese().to_lowercase();
            pieces.extend(["; mục tiêu ".into(), figure, format!(": {word}").into()]);
        }
        pieces
    }

    fn cells(&self) -> Vec<Cell> {
        let percent =
            |percent: Option<Percent>| percent.map_or(Cell::Empty, |percent| Cell::Percent(percent.0));
        let status = self.stated.map_or(Cell::Empty, |(status, _)| Cell::from(status.vietnamese()));
        vec![
            Cell::from(self.defined.kpi.as_str()),
            Cell::from(self.name()),
            Cell::from(self.span.name.as_str()),
            percent(self.target),
            percent(self.stated.and_then(|(_, percent)| percent)),
            status,
            percent(self.counted.and_then(|shown| shown.percent)),
            Cell::from(self.counted.and_then(|shown| shown.numerator)),
            Cell::from(self.counted.and_then(|shown| shown.denominator)),
            self.difference().map_or(Cell::Empty, |points| Cell::Percent(points.0)),
            Cell::from(self.attainment.vietnamese()),
        ]
    }
}

/// What is stated or was to be reached is said; where nothing is, all that is counted. Of the others, such as other readings of the
/// same records, the table tells.
fn results(scene: &Scene<'_>, lines: &[Line<'_>]) -> Part {
    let mut part = Part::new(PartKey::Results);
    if lines.is_empty() {
        return part;
    }
    let is_asked = |line: &Line<'_>| line.stated.is_some() || line.target.is_some();
    let any = lines.iter().any(is_asked);
    part.say(vec![format!("Kết quả {} như sau:", scene.period(&scene.stage().span())).into()]);
    for line in lines {
        let pieces = line.pieces(scene, &mut part);
        if is_asked(line) || !any {
            part.list(pieces);
        }
    }
    let title = Text::new("Results", format!("Chỉ tiêu {}", said_period(&scene.stage().period)));
    part.table(TableKey::Results, table(title, lines), &[]);
    part
}

fn other_periods(scene: &Scene<'_>, lines: &[Line<'_>]) -> Part {
    let mut part = Part::new(PartKey::OtherPeriods);
    if lines.is_empty() {
        return part;
    }
    let title = Text::new("Other periods", "Chỉ tiêu của các năm trước trong giai đoạn");
    part.table(TableKey::OtherPeriods, table(title, lines), &[]);
    for line in lines {
        // They stand in the table; as figures they are found by their keys.
        line.stated(scene, &mut part);
        line.counted(scene, &mut part);
    }
    part
}

fn table(title: Text, lines: &[Line<'_>]) -> Table {
    let rows: Vec<Vec<Cell>> = lines.iter().map(Line::cells).collect();
    let (text, number) = (ColumnKind::Text, ColumnKind::Number);
    let exact = |place: usize| {
        let values = rows.iter().filter_map(|row| match row.get(place) {
            Some(Cell::Percent(millionths)) => Some(*millionths),
            _ => None,
        });
        ColumnKind::exact_percent(values.collect::<Vec<_>>().into_iter())
    };
    let columns = columns(&[
        ("Mã chỉ tiêu", text),
        ("Chỉ tiêu", text),
        ("Kỳ", text),
        ("Mục tiêu (%)", exact(3)),
        ("Đơn vị báo cáo (%)", exact(4)),
        ("Loại số liệu", text),
        ("Tính từ hồ sơ (%)", exact(6)),
        ("Tử số", number),
        ("Mẫu số", number),
        ("Chênh lệch (điểm %)", exact(9)),
        ("Đánh giá", text),
    ]);
    Table { title, columns, rows }
}
