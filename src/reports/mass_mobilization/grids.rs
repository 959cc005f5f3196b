//! How the tables of a report are printed: which columns, in which order, and how wide. Pure.
//!
//! A printed table has less room than a file: what a program reads in two columns stands in one, and a column in which nothing stands
//! is left out.

use super::model::{PartTable, TableKey, decimal, grouped};
use crate::kpis::periods::model::Period;
use crate::platform::{Cell, ColumnKind};
use crate::reports::docx::TEXT_WIDTH;
use crate::reports::docx::letter::{Grid, GridColumn};
use crate::reports::docx::widths::{MARGINS, bold, longest, width};
use crate::reports::model::{said_day, short_period};

/// A column as it is printed.
#[derive(Clone, Copy, Debug)]
enum Printed {
    /// A column as it is.
    One(usize),
    /// A column of periods by their names, `2020-05`.
    Period(usize),
    /// Several columns in one: its heading, and each with what stands before it.
    Joined(&'static str, &'static [(&'static str, usize)]),
}

impl Printed {
    fn places(self) -> Vec<usize> {
        match self {
            Self::One(place) | Self::Period(place) => vec![place],
            Self::Joined(_, all) => all.iter().map(|(_, place)| *place).collect(),
        }
    }

    fn heading(self, of: &PartTable) -> String {
        match self {
            Self::One(place) | Self::Period(place) => {
                of.table.columns.get(place).map_or_else(String::new, |column| column.heading.clone())
            }
            Self::Joined(heading, _) => heading.to_owned(),
        }
    }

    fn cell(self, row: &[Cell]) -> String {
        let at = |place: usize| row.get(place).map_or_else(String::new, shown);
        match self {
            Self::One(place) => at(place),
            Self::Period(place) => {
                let name = at(place);
                name.parse().map_or(name, |period: Period| short_period(&period))
            }
            Self::Joined(_, all) => all.iter().fold(String::new(), |text, (before, place)| {
                let next = at(*place);
                let before = if text.is_empty() || next.is_empty() { "" } else { before };
                text + before + &next
            }),
        }
    }
}

/// The columns of a table in the order in which they are printed: as they stand, where nothing else is said.
fn arranged(of: &PartTable) -> Vec<Printed> {
    use Printed::{Joined, One, Period};
    const COUNTED: Printed = Joined("Tính từ hồ sơ: %, tử số/mẫu số", &[("", 6), ("\n", 7), ("/", 8)]);
    match of.key {
        // As a register of documents has them (NĐ 30/2020/NĐ-CP, phụ lục IV): number and day, kind and subject.
        TableKey::Directives => vec![
            Joined("Số, ký hiệu; ngày ban hành", &[("", 2), ("\n", 3)]),
            Joined("Tên loại và trích yếu", &[("", 1), (": ", 4)]),
            One(0),
            One(5),
        ],
        TableKey::Results => vec![One(1), One(3), One(4), COUNTED, One(9), One(10)],
        TableKey::OtherPeriods => vec![One(1), Period(2), One(3), One(4), COUNTED],
        TableKey::Receptions | TableKey::Faces => {
            std::iter::once(Period(0)).chain((1..of.table.columns.len()).map(One)).collect()
        }
        _ => (0..of.table.columns.len()).filter(|place| !of.unprinted.contains(place)).map(One).collect(),
    }
}

/// A table as it is printed, its rows numbered.
pub fn grid(of: &PartTable) -> Grid {
    let rows = &of.table.rows;
    let filled =
        |place: usize| rows.iter().any(|row| row.get(place).is_some_and(|cell| !shown(cell).is_empty()));
    let printed = arranged(of).into_iter().filter(|column| column.places().into_iter().any(filled));
    let printed: Vec<Printed> = printed.collect();
    let is_text =
        |place: usize| of.table.columns.get(place).is_none_or(|column| column.kind == ColumnKind::Text);
    let mut columns = vec![(Size::of_numbers(rows.len()), GridColumn::new("TT", true))];
    for column in &printed {
        let cells: Vec<String> = rows.iter().map(|row| column.cell(row)).collect();
        let heading = column.heading(of);
        columns.push((
            Size::of(&heading, &cells),
            GridColumn::new(&heading, !column.places().into_iter().any(is_text)),
        ));
    }
    let (sizes, mut columns): (Vec<Size>, Vec<GridColumn>) = columns.into_iter().unzip();
    for (column, share) in columns.iter_mut().zip(shares(&sizes, TEXT_WIDTH)) {
        column.share = share;
    }
    let row = |(number, row): (usize, &Vec<Cell>)| {
        std::iter::once(number.to_string()).chain(printed.iter().map(|column| column.cell(row))).collect()
    };
    Grid { title: of.table.title.vi.clone(), columns, rows: (1..).zip(rows).map(row).collect() }
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

/// How wide a column would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Size {
    /// So that no word is broken.
    need: u32,
    /// So that nearly no line is.
    want: u32,
    /// How much stands in it: the width of a row's text on average.
    says: u32,
}

impl Size {
    fn of_numbers(rows: usize) -> Self {
        let need = bold("TT").max(width(&rows.to_string())) + MARGINS;
        Self { need, want: need, says: 0 }
    }

    fn of(heading: &str, cells: &[String]) -> Self {
        let filled: Vec<&String> = cells.iter().filter(|cell| !cell.is_empty()).collect();
        let words = filled.iter().map(|cell| longest(cell, width)).max().unwrap_or(0);
        let need = longest(heading, bold).max(words) + MARGINS;
        let line = |cell: &&String| cell.lines().map(width).max().unwrap_or(0) + MARGINS;
        let mut lines: Vec<u32> = filled.iter().map(line).collect();
        lines.sort_unstable();
        // One cell in ten may be broken, so that a single long one does not take the room of the others.
        let most = lines.get((lines.len() * 9).div_ceil(10).saturating_sub(1)).copied().unwrap_or(need);
        let count = u32::try_from(lines.len()).unwrap_or(u32::MAX).max(1);
        let says = lines.iter().fold(0_u32, |sum, line| sum.saturating_add(*line)) / count;
        // A heading in three lines: a little more than a third of it.
        let heading = bold(heading) * 3 / 8 + MARGINS;
        Self { need, want: most.max(heading).max(need), says: says.min(4 * TEXT_WIDTH) }
    }
}

/// How wide columns are in a line: those that want little have it, and the others share what is left by what they have to say, each
/// with what it needs. In units of the line; where it is too short for all needs, only beside each other.
fn shares(sizes: &[Size], line: u32) -> Vec<u32> {
    let level = level(sizes, line);
    let given = |size: &Size| if size.want <= level { size.want } else { size.need };
    let left = line.saturating_sub(sizes.iter().map(given).sum());
    let all_have = sizes.iter().all(|size| size.want <= level);
    let weight = |size: &Size| if all_have || size.want > level { u64::from(size.says) } else { 0 };
    let weights: u64 = sizes.iter().map(weight).sum();
    let more = |size: &Size| (u64::from(left) * weight(size)).checked_div(weights).unwrap_or(0);
    sizes.iter().map(|size| given(size) + u32::try_from(more(size)).unwrap_or(0)).collect()
}

/// The most that a column may want to have it: no more than its even part of what those that want less leave, and the others must
/// still have what they need.
fn level(sizes: &[Size], line: u32) -> u32 {
    let mut sorted: Vec<&Size> = sizes.iter().collect();
    sorted.sort_by_key(|size| size.want);
    let (mut left, mut level) = (line, 0);
    let mut needs: u32 = sizes.iter().map(|size| size.need).sum();
    for (open, size) in (1..=u32::try_from(sorted.len()).unwrap_or(u32::MAX)).rev().zip(sorted) {
        needs -= size.need;
        if size.want > left / open || left - size.want < needs {
            break;
        }
        (left, level) = (left - size.want, size.want);
    }
    level
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Table;
    use crate::platform::table::columns;
    use crate::platform::text::Text;

    fn size(need: u32, want: u32, says: u32) -> Size {
        Size { need, want, says }
    }

    #[test]
    fn columns_that_want_little_have_it_and_the_others_share_what_is_left() {
        // 50 and 200 are below the even parts of 1000 / 4 and 950 / 3. Of the 750 left, 100 and 150 are needed, and the other 500 are
        // shared by 300 to 700.
        let sizes = [size(50, 50, 0), size(100, 900, 300), size(150, 2_000, 700), size(120, 200, 180)];
        assert_eq!(shares(&sizes, 1_000), [50, 100 + 150, 150 + 350, 200]);
        // All have what they want: the 850 left go to where something stands, by 100 to 325.
        assert_eq!(shares(&[size(50, 50, 0), size(60, 100, 100)], 1_000), [50, 950]);
        // What is short gives way to what another needs.
        assert_eq!(shares(&[size(50, 400, 100), size(700, 900, 100)], 1_000), [50 + 125, 700 + 125]);
        assert_eq!(
            shares(&[size(800, 900, 1), size(700, 900, 1)], 1_000),
            [800, 700],
            "more than a line has"
        );
    }

    fn table(key: TableKey, kinds: &[(&str, ColumnKind)], rows: Vec<Vec<Cell>>) -> PartTable {
        let table = Table { title: Text::new("", "Bảng"), columns: columns(kinds), rows };
        PartTable { key, table, unprinted: &[] }
    }

    fn printed(grid: &Grid) -> (Vec<&str>, Vec<Vec<&str>>) {
        let headings = grid.columns.iter().map(|column| column.heading.as_str()).collect();
        (headings, grid.rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect())
    }

    #[test]
    fn a_directive_stands_under_its_number_and_day_with_its_kind_before_what_it_is_about() {
        let (text, day) = (ColumnKind::Text, ColumnKind::Day);
        let kinds = [
            ("Cơ quan", text),
            ("Loại", text),
            ("Số", text),
            ("Ngày", day),
            ("Trích yếu", text),
            ("Triển khai", text),
        ];
        let date = Cell::Day("2013-06-03".parse().unwrap());
        let rows = vec![
            vec!["Bộ".into(), "Chỉ thị".into(), "1-CT/TW".into(), date, "Việc A".into(), Cell::Empty],
            vec!["Bộ".into(), "Kế hoạch".into(), Cell::Empty, Cell::Empty, "Việc B".into(), "1-CT/TW".into()],
        ];
        let grid = grid(&table(TableKey::Directives, &kinds, rows));
        assert_eq!(
            printed(&grid),
            (
                vec!["TT", "Số, ký hiệu; ngày ban hành", "Tên loại và trích yếu", "Cơ quan", "Triển khai"],
                vec![
                    vec!["1", "1-CT/TW\n03/6/2013", "Chỉ thị: Việc A", "Bộ", ""],
                    vec!["2", "", "Kế hoạch: Việc B", "Bộ", "1-CT/TW"],
                ],
            )
        );
    }

    #[test]
    fn a_column_in_which_nothing_stands_is_not_printed_and_months_have_their_names() {
        let text = ColumnKind::Text;
        let kinds = [("Đợt", text), ("Đơn vị", text), ("Họ và tên", text)];
        let rows = vec![
            vec!["2020-05".into(), "A".into(), Cell::Empty],
            vec!["2020".into(), "B".into(), Cell::Empty],
        ];
        assert_eq!(
            printed(&grid(&table(TableKey::Faces, &kinds, rows.clone()))),
            (vec!["TT", "Đợt", "Đơn vị"], vec![vec!["1", "Tháng 5/2020", "A"], vec!["2", "Năm 2020", "B"]],)
        );
        let named = vec![rows.into_iter().next().unwrap().into_iter().take(2).chain(["X".into()]).collect()];
        assert_eq!(
            printed(&grid(&table(TableKey::Faces, &kinds, named))).1,
            [["1", "Tháng 5/2020", "A", "X"]]
        );
    }

    #[test]
    fn no_word_of_a_heading_is_broken() {
        let (text, number) = (ColumnKind::Text, ColumnKind::Number);
        let kinds = [
            ("Lĩnh vực", text),
            ("Đăng ký", number),
            ("Đang thực hiện", number),
            ("Đã thẩm định", number),
            ("Công nhận", number),
            ("Nhân rộng", number),
            ("Không duy trì", number),
            ("Đã rút", number),
            ("Tổng số", number),
        ];
        let row =
            std::iter::once("Xây dựng hệ thống chính trị".into()).chain((0..8).map(Cell::Number)).collect();
        let grid = grid(&table(TableKey::Funnel, &kinds, vec![row]));
        let whole: u32 = grid.columns.iter().map(|column| column.share).sum();
        assert!(whole <= TEXT_WIDTH, "{whole}");
        for column in &grid.columns {
            assert!(column.share >= longest(&column.heading, bold) + MARGINS, "{column:?}");
        }
    }
}
