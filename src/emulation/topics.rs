//! What of this slice changes, for those who follow. No key names a person.

use crate::topics;

topics! {
    MOVEMENT = "movement" ReadEmulation "A movement, or what happened to it; key: its code.";
    PARTICIPATION = "participation" ReadEmulation "Who takes part in a round; key: code of the organization, of the movement, round.";
    EXEMPLAR = "exemplar" ReadEmulation "An exemplar; key: its id.";
    NOMINATION = "nomination" ReadEmulation "A nomination, or the votes for it; key: its id.";
    ELECTION = "election" ReadEmulation "An election; key: its id.";
}
