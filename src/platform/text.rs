//! Vietnamese text: one form for storing, one for searching.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Something said to a caller in both languages of the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// English.
    pub en: String,
    /// Vietnamese.
    pub vi: String,
}

impl Text {
    /// Both languages, English first.
    pub fn new(en: impl Into<String>, vi: impl Into<String>) -> Self {
        Self { en: en.into(), vi: vi.into() }
    }
}

/// The form that is stored: NFC, without blanks at the ends. Other systems send NFD as well.
pub fn stored(text: &str) -> String {
    text.trim().nfc().collect()
}

/// The form that is searched: no diacritics, no case, `đ` as `d`, blanks joined into one.
///
/// `đ` does not decompose, so it needs a rule of its own; so does `Ð` (U+00D0), which stands for it in many texts.
pub fn folded(text: &str) -> String {
    let plain = text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).map(|c| match c {
        'đ' | 'ð' => 'd',
        other => other,
    });
    plain.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text holds a character that nobody can see and that a code or a name therefore must not hold:
/// control characters (PostgreSQL refuses U+0000), zero-width ones and marks of direction.
pub fn has_invisible(text: &str) -> bool {
    text.chars().any(|c| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
            // The rest of Default_Ignorable_Code_Point: soft hyphen, fillers, variation selectors, tags.
            || matches!(c, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}')
            || matches!(c, '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
    })
}

/// Whether a text is what the document says of every name: from 1 to so many characters, one of them no blank, none unseen.
pub fn is_name(text: &str, most: usize) -> bool {
    let seen = text.chars().any(|c| !c.is_whitespace());
    seen && text.chars().count() <= most && !has_invisible(text)
}

/// `LIKE` with the caller's own `%` and `_` meaning themselves; the escape is `\`.
pub fn like_anywhere(folded: &str) -> String {
    let escaped = folded.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_ignores_diacritics_case_and_form() {
        let nfc = "Đơn vị Dân  Vận Khéo";
        let nfd: String = nfc.nfd().collect();
        assert_eq!(folded(nfc), "don vi dan van kheo");
        assert_eq!(folded(&nfd), "don vi dan van kheo");
        assert_eq!(folded("Ðồng Nai"), "dong nai");
        assert_eq!(folded("hoà"), folded("hòa"));
    }

    #[test]
    fn storing_composes_and_trims() {
        let nfd: String = "Đồng Nai ".nfd().collect();
        assert_eq!(stored(&nfd), "Đồng Nai");
    }

    #[test]
    fn invisible_characters_are_seen() {
        for bad in ["a\u{0}b", "a\u{200b}b", "\u{feff}a", "a\u{202e}b"] {
            assert!(has_invisible(bad), "{bad:?}");
        }
        assert!(!has_invisible("Sở Khoa học\nvà Công nghệ"));
    }

    #[test]
    fn wildcards_of_the_caller_mean_themselves() {
        assert_eq!(like_anywhere("100%_a"), "%100\\%\\_a%");
    }
}
