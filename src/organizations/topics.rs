//! What of this slice changes, for those who follow.

use crate::topics;

topics! {
    ORGANIZATION = "organization" ReadOrganizations "An organization, with all that stands below it; key: its code.";
    REORGANIZATION = "reorganization" ReadOrganizations "A reorganization; key: its id. Each organization that it changed is told of beside it.";
    STAFFING = "staffing" ReadOrganizations "The staffing of a day; key: code of the organization, day.";
}
