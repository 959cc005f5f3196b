//! Feedback: what citizens and businesses say to an organization, and what becomes of it. Nothing here names a citizen, and
//! nothing holds what anybody said: days, counts and words of closed sets only.
//!
//! | room | what it holds |
//! |---|---|
//! | `limits` | time limits by law (thời hạn), each from a day on |
//! | `cases` | feedback and proposals (phản ánh, kiến nghị), complaints (khiếu nại), denunciations (tố cáo) |
//! | `letters` | letters (đơn) and cases (vụ việc) by the columns of form 01/XLD |
//! | `receptions` | receptions of citizens (tiếp công dân): registers, and their sums |
//! | `satisfaction` | ratings of single dossiers, and their summary (mức độ hài lòng) |
//! | `surveys` | surveys of satisfaction, as their organizers count them |
//! | `units` | the rows of their tables |

pub mod cases;
pub mod letters;
pub mod limits;
pub mod receptions;
pub mod satisfaction;
pub mod surveys;
pub mod topics;
pub mod units;

use crate::platform::Routes;
use crate::platform::fault::Kind;

/// The operations of this slice.
pub(crate) fn routes(cfg: &mut Routes<'_>) {
    cfg.configure(cases::routes)
        .configure(letters::routes)
        .configure(limits::routes)
        .configure(receptions::routes)
        .configure(satisfaction::routes)
        .configure(surveys::routes);
}

/// Why this slice refuses.
pub(crate) fn kinds() -> impl Iterator<Item = &'static &'static Kind> {
    [letters::model::Refusal::KINDS, receptions::model::Refusal::KINDS].into_iter().flatten()
}
