//! What of this slice changes, for those who follow.

use crate::topics;

topics! {
    FEEDBACK_CASE = "feedback-case" ReadFeedback "Feedback, a proposal, a complaint or a denunciation; key: its code.";
    FEEDBACK_LIMIT = "feedback-limit" ReadFeedback "A time limit; key: its name, the day from which it holds.";
    RECEPTION = "reception" ReadFeedback "What a register of receptions holds; key: code of the organization, last day.";
    SATISFACTION_RATING = "satisfaction-rating" ReadFeedback "A rating; key: its id.";
    SATISFACTION_SURVEY = "satisfaction-survey" ReadFeedback "A survey; key: its code.";
}
