//! What of this slice changes, for those who follow.

use crate::topics;

topics! {
    REPORT_TEXT = "report-text" ReadReports "A part, or the cover, that a department writes; key: code of the organization, first day, last day, part.";
    SEALED_REPORT = "sealed-report" ReadReports "A report that is sealed; key: its id.";
}
