//! What of this slice changes, for those who follow.

use crate::topics;

topics! {
    DIRECTIVE = "directive" ReadDirectives "A directive, or the check of it; key: its id.";
    DIRECTIVE_RELATION = "directive-relation" ReadDirectives "What one directive is to another; key: its id.";
    ASSIGNMENT = "assignment" ReadDirectives "A task of a directive; key: its id.";
    CONSULTATION = "consultation" ReadDirectives "A consultation; key: the directive's id.";
    OPINION = "opinion" ReadDirectives "A signed opinion, told to who reaches the issuer or the registrar of the directive; key: its id. Of unsigned ones nobody is told.";
    EDXML_MESSAGE = "edxml-message" ReadDirectives "A message of edXML that came in or is to be sent; key: its id.";
    ACKNOWLEDGEMENT = "acknowledgement" ReadAcknowledgements "How far a person came with a directive; key: the directive's id and the subject.";
}
