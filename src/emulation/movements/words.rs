//! The words of movements: their codes, the fields and levels of exemplars. Pure.

use crate::{closed_set, code};

/// Whether a text is words of small letters and digits, joined by single characters of `joint`.
fn is_slug(text: &str, joint: char) -> bool {
    let word =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    text.split(joint).all(word)
}

code! {
    /// Code of a movement.
    MovementCode, "code-invalid", "^[a-z0-9]+(-[a-z0-9]+)*$", 64, "dan-van-kheo-2015", |text| is_slug(text, '-')
}

code! {
    /// Code of a group (khối) of a movement.
    GroupCode, "code-invalid", "^[a-z0-9]+(-[a-z0-9]+)*$", 64, "state-management", |text| is_slug(text, '-')
}

code! {
    /// A level at which exemplars are recognised. Which there are is said by movements: the law names no closed list, and there is
    /// no district since 1 July 2025.
    EmulationLevel, "code-invalid", "^[a-z0-9]+(_[a-z0-9]+)*$", 64, "base", |text| is_slug(text, '_')
}

closed_set! {
    /// The four fields of “Dân vận khéo”.
    EmulationField, "not-in-set" {
        /// Kinh tế.
        Economy = "economy",
        /// Văn hóa – xã hội.
        CultureSociety = "culture_society",
        /// Quốc phòng – an ninh.
        DefenceSecurity = "defence_security",
        /// Xây dựng hệ thống chính trị.
        PoliticalSystem = "political_system",
    }
}

impl EmulationField {
    /// Its Vietnamese name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Economy => "Kinh tế",
            Self::CultureSociety => "Văn hóa – xã hội",
            Self::DefenceSecurity => "Quốc phòng – an ninh",
            Self::PoliticalSystem => "Xây dựng hệ thống chính trị",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_words_of_small_letters() {
        for (text, good) in [
            ("dan-van-kheo", true),
            ("8-gio", true),
            ("Dan", false),
            ("a--b", false),
            ("-a", false),
            ("", false),
        ] {
            assert_eq!(text.parse::<MovementCode>().is_ok(), good, "{text}");
        }
        assert!(
            "to_dan_pho".parse::<EmulationLevel>().is_ok() && "to-dan".parse::<EmulationLevel>().is_err()
        );
    }
}
