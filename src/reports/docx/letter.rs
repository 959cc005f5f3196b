//! What an administrative document consists of (NĐ 30/2020/NĐ-CP Art. 8): how it is written is said elsewhere. Pure.

use chrono::NaiveDate;

/// A document.
#[derive(Clone, Debug)]
pub struct Letter {
    /// What it is, for who looks at the file.
    pub title: String,
    /// What stands above the text.
    pub head: Head,
    /// The grounds (căn cứ), each a paragraph.
    pub bases: Vec<String>,
    /// Who says what follows to whom.
    pub opening: Vec<Run>,
    /// The text.
    pub blocks: Vec<Block>,
    /// What is said at its end.
    pub closing: String,
    /// Who receives it (nơi nhận).
    pub recipients: Vec<String>,
    /// Who signs it.
    pub signature: Signature,
}

/// What stands above the text.
#[derive(Clone, Debug)]
pub struct Head {
    /// The agency above (cơ quan chủ quản).
    pub above: Option<String>,
    /// The agency that issues it.
    pub agency: String,
    /// Number; room is left for one that is not given yet.
    pub number: Option<String>,
    /// Symbol (ký hiệu), such as `BC-SKHCN`.
    pub symbol: String,
    /// Place (địa danh).
    pub place: Option<String>,
    /// Day of issue; room is left for one that is not known yet.
    pub issued_on: Option<NaiveDate>,
    /// The year of a day that is not known yet.
    pub year: i32,
    /// What kind of document it is (tên loại).
    pub kind: String,
    /// What it is about (trích yếu).
    pub subject: String,
}

/// Who signs.
#[derive(Clone, Debug, Default)]
pub struct Signature {
    /// By which right and as what, line by line.
    pub lines: Vec<String>,
    /// Name.
    pub name: Option<String>,
}

/// A piece of the text.
#[derive(Clone, Debug)]
pub enum Block {
    /// A heading of several parts: which of them it is (Phần thứ nhất), and its title.
    Division(String, String),
    /// A heading that is numbered I, II, III …
    Part(String),
    /// A heading that is numbered 1, 2, 3 … in its part, or in its division where that has no parts.
    Section(String),
    /// A paragraph.
    Paragraph(Vec<Run>),
    /// A paragraph with a dash before it.
    Item(Vec<Run>),
    /// A table.
    Table(Grid),
}

/// A piece of a paragraph.
#[derive(Clone, Debug)]
pub enum Run {
    /// Text.
    Text(String),
    /// A footnote. One that says the same as another of the part is not printed again, but referred to.
    Note(Note),
}

/// A footnote: its pieces, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Note(pub Vec<NotePiece>);

/// A piece of a footnote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotePiece {
    /// Text.
    Text(String),
    /// Words that lead somewhere.
    Link {
        /// What is read.
        shown: String,
        /// The address.
        to: String,
    },
}

/// A table.
#[derive(Clone, Debug)]
pub struct Grid {
    /// What it shows.
    pub title: String,
    /// Its columns.
    pub columns: Vec<GridColumn>,
    /// Its rows, with a text for each column.
    pub rows: Vec<Vec<String>>,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub struct GridColumn {
    /// Its heading.
    pub heading: String,
    /// How wide it is beside the others.
    pub share: u32,
    /// Whether what stands in it is set in the middle, as numbers and days are.
    pub centred: bool,
}

impl GridColumn {
    /// A column whose width is not known yet.
    pub fn new(heading: &str, centred: bool) -> Self {
        Self { heading: heading.to_owned(), share: 0, centred }
    }
}
