//! What of this slice changes, for those who follow.

use crate::topics;

topics! {
    AWARD = "award" ReadEmulation "A proposal of a title or commendation, and what became of it; key: its id.";
    AWARD_TITLE = "award-title" ReadEmulation "A title or form of commendation with its rules; key: its name in requests.";
    INITIATIVE = "initiative" ReadEmulation "An initiative; key: code of the organization, code of the initiative.";
    RATING = "rating" ReadEmulation "How an organization was rated for a year; key: code of the organization, year.";
    STAFF_RATING = "staff-rating" SeePersons "How one of the staff was rated for a year; key: code of the organization, year. Who it is, the list of its staff's ratings tells.";
    MOVEMENT = "movement" ReadEmulation "A movement, or what happened to it; key: its code.";
    PARTICIPATION = "participation" ReadEmulation "Who takes part in a round; key: code of the organization, of the movement, round.";
    EXEMPLAR = "exemplar" ReadEmulation "An exemplar; key: its id.";
    NOMINATION = "nomination" ReadEmulation "A nomination, or the votes for it; key: its id.";
    ELECTION = "election" ReadEmulation "An election; key: its id.";
}
