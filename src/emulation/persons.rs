//! How persons are named: by an opaque reference, and by name and position only together with the decision that makes them public
//! (Law 91/2025/QH15 Art. 16: publishing needs a basis). Pure.

use crate::code;

code! {
    /// What the staff system calls a person: no name, and no number that is known elsewhere.
    StaffReference, "wrong-form", r"^[A-Za-z0-9][A-Za-z0-9._:-]*$", 64, "cb-7f3a91d204", |text| {
        text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._:-".contains(&b))
    }
}
