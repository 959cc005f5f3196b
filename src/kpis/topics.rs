//! What of this slice changes, for those who follow.

use crate::topics;

topics! {
    KPI = "kpi" ReadKpis "A KPI of the catalogue; key: its name.";
    CALENDAR_DAY = "calendar-day" ReadRecords "What a day is; key: the day.";
    DOSSIER = "dossier" ReadRecords "A dossier; key: its code.";
    PROCEDURE = "procedure" ReadRecords "An administrative procedure; key: its code.";
    DOCUMENT_EXCHANGE = "document-exchange" ReadRecords "A document that was issued, or the counts of a day; key: its id.";
    TALLY = "tally" ReadRecords "What an organization counts of its staff and divisions on a day; key: code of the organization, day.";
    CLOSING = "closing" ReadRecords "A period that is closed or reopened; key: code of the organization, period, scheme.";
    REPORTED_FIGURE = "reported-figure" ReadKpis "A figure that is stated; key: code of the organization, KPI, period, scheme.";
    TARGET = "target" ReadKpis "A target; key: code of the organization, KPI, period, scheme.";
}
