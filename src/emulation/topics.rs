//! What of this slice changes, for those who follow.

use crate::topics;

topics! {
    AWARD = "award" ReadEmulation "A proposal of a title or commendation, and what became of it; key: its id.";
    AWARD_TITLE = "award-title" ReadEmulation "A title or form of commendation with its rules; key: its name in requests.";
    INITIATIVE = "initiative" ReadEmulation "An initiative; key: code of the organization, code of the initiative.";
    RATING = "rating" ReadEmulation "How an organization was rated for a year; key: code of the organization, year.";
    STAFF_RATING = "staff-rating" SeePersons "How one of the staff was rated for a year; key: code of the organization, staff reference, year.";
}
