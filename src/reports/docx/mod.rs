//! Administrative documents as DOCX (ISO/IEC 29500, `WordprocessingML`), in the form of NĐ 30/2020/NĐ-CP: the same letter has the
//! same bytes whenever it is written.
//!
//! The few parts that such a document needs are written here. No library was found that marks the heading rows of tables, puts
//! links into footnotes and leaves the clock out.

mod body;
pub mod letter;
mod package;
mod styles;
pub mod widths;
mod xml;

pub use package::written;
pub use styles::TEXT_WIDTH;
