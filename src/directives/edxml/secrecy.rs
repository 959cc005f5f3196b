//! Whether a text marks a document as secret (mật, tối mật, tuyệt mật). Pure.
//!
//! QCVN 102 has no element for secrecy, since state secrets may not go this way at all (QĐ 28/2018/QĐ-TTg Art. 1.2). So the
//! mark is looked for wherever people might put it: as the whole of any text, in brackets, before or after a dash or a
//! colon, as a stamp in capitals at the beginning, in an element of a name that speaks of secrecy; with diacritics or
//! without, letters spaced or not. A text that only speaks of secrets (`Luật Bảo vệ bí mật nhà nước`, `danh mục bí mật nhà nước độ
//! Tối mật`) is no mark, and words that only look alike without diacritics (`mặt`, `mất`) are none with them.

use unicode_normalization::UnicodeNormalization;

use super::tree::Element;
use crate::platform::text::folded;

/// The words of a mark: how they are spelled, and how without diacritics.
const WORDS: &[(&str, &str)] = &[("mật", "mat"), ("tối", "toi"), ("tuyệt", "tuyet")];
/// The marks, without diacritics and blanks.
const MARKS: &[&str] = &["mat", "toimat", "tuyetmat"];
/// What may stand before a mark without making it anything else.
const BEFORE: &[&str] = &["vanban", "tailieu", "congvan", "dongdau", "domat", "mucdomat", "capdomat", "do"];
/// What asks for a degree; something else than a harmless word must not follow.
const ASKING: &[&str] = &["domat", "mucdomat", "capdomat", "dobaomat", "mucdobaomat"];
/// Degrees that mean none.
const HARMLESS: &[&str] = &[
    "",
    "0",
    "false",
    "no",
    "none",
    "khong",
    "khongmat",
    "thuong",
    "binhthuong",
    "normal",
    "public",
    "congkhai",
];
/// Parts of a name that speak of secrecy.
const SPEAKING: &[&str] =
    &["secret", "secrecy", "securit", "confidential", "domat", "bimat", "classification"];
const SPEAKING_WHOLE: &[&str] = &["mat", "toimat", "tuyetmat"];

/// Whether an element says that the document is secret: by its attributes, its name and text, or any text.
pub(super) fn is_marked(element: &Element) -> bool {
    let says = element.children.is_empty() && says(&element.name, &element.text);
    // In a notation hyphens part the words, `BC-MẬT`.
    let in_notation = element.name == "CodeNotation" && marks(&element.text.replace('-', "/"));
    element.is_secret || says || in_notation || marks(&element.text)
}

/// Whether an element or attribute of such a name and value says that the document is secret.
pub(super) fn says(name: &str, value: &str) -> bool {
    let name = squeezed(name);
    let speaks = SPEAKING.iter().any(|part| name.contains(part)) || SPEAKING_WHOLE.contains(&name.as_str());
    speaks && !name.contains("secretar") && !HARMLESS.contains(&squeezed(value).as_str())
}

/// Whether a text marks a document as secret.
pub(super) fn marks(text: &str) -> bool {
    let text: String = text.nfc().collect();
    let mut asked = false;
    for (piece, end) in pieces(&text) {
        let plain = squeezed(piece);
        if is_mark(piece) || (asked && !HARMLESS.contains(&plain.as_str())) {
            return true;
        }
        // `Độ mật:` and nothing behind it asks in vain.
        asked = end == Some(':') && ASKING.contains(&plain.as_str());
    }
    is_stamped(&text)
}

/// The pieces of a text between brackets, colons, strokes, lines, and dashes with blanks around them; with what ends each.
fn pieces(text: &str) -> impl Iterator<Item = (&str, Option<char>)> {
    let ends = |c: char| {
        matches!(
            c,
            '(' | ')'
                | '['
                | ']'
                | '{'
                | '}'
                | '<'
                | '>'
                | '|'
                | ';'
                | ':'
                | '*'
                | '/'
                | '\n'
                | '–'
                | '—'
                | '_'
                | '='
        )
    };
    text.split_inclusive(ends).flat_map(move |piece| {
        let end = piece.chars().next_back().filter(|c| ends(*c));
        let inside = piece.strip_suffix(ends).unwrap_or(piece);
        let last = inside.split(" - ").count();
        inside.split(" - ").enumerate().map(move |(index, part)| (part, end.filter(|_| index + 1 == last)))
    })
}

/// Whether a piece is a mark and nothing else.
fn is_mark(piece: &str) -> bool {
    let plain = squeezed(piece);
    let mut rest = plain.as_str();
    while let Some(less) = BEFORE.iter().find_map(|before| rest.strip_prefix(before)) {
        rest = less;
    }
    MARKS.contains(&rest) && !ASKING.contains(&plain.as_str()) && spelled(piece)
}

/// Whether the words of a mark, as far as they have diacritics, have theirs: `mặt` is not `mật`.
fn spelled(piece: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).collect::<String>();
    let written = letters(&piece.to_lowercase());
    let plain = letters(&folded(piece));
    let mark =
        ["tuyetmat", "toimat", "mat"].into_iter().find(|mark| plain.ends_with(mark)).unwrap_or_default();
    let skipped = plain.chars().count() - mark.chars().count();
    let written: Vec<char> = written.chars().skip(skipped).collect();
    let mut from = 0;
    let mut words = WORDS.iter().filter(|(_, bare)| mark.contains(bare)).collect::<Vec<_>>();
    words.sort_by_key(|(_, bare)| mark.find(bare));
    words.iter().all(|(right, bare)| {
        let length = bare.chars().count();
        let part: String = written.iter().skip(from).take(length).collect();
        from += length;
        part == **bare || part == **right
    })
}

/// Whether a text begins with a mark in capitals, and goes on in another way: `MẬT Về việc …`, not `MẬT ONG RỪNG`.
fn is_stamped(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().take(3).collect();
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let capital = |word: &str| word.chars().any(char::is_alphabetic) && !word.chars().any(char::is_lowercase);
    let (mark, next) = match words.as_slice() {
        [first, second, rest @ ..] if is_mark(&bare(&format!("{first} {second}"))) => {
            (format!("{first} {second}"), rest.first())
        }
        [first, rest @ ..] if bare(first) == "MẬT" => ((*first).to_owned(), rest.first()),
        _ => return false,
    };
    capital(&mark) && next.is_none_or(|next| !capital(next))
}

/// The letters and digits, without diacritics and case.
fn squeezed(text: &str) -> String {
    folded(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_wherever_it_is_put() {
        for marked in [
            "Mật",
            "MẬT",
            "mat",
            "Tối mật",
            "toi mat",
            "TUYỆT MẬT",
            "Tuyet mat",
            "(Mật) Báo cáo tình hình",
            "[TỐI MẬT] Kế hoạch",
            "Báo cáo tình hình - Mật",
            "Báo cáo – Tuyệt mật",
            "Độ mật: Mật",
            "Độ mật: A",
            "Mức độ mật: 1",
            "MẬT Về việc điều động",
            "TỐI MẬT Kế hoạch phòng thủ",
            "M Ậ T",
            "T.U.Y.Ệ.T M.Ậ.T",
            "Văn bản mật",
            "Tài liệu tối mật",
            "Đóng dấu Mật",
            "Văn bản đóng dấu TỐI MẬT",
            "Công văn (mat)",
            "ma\u{0323}\u{0302}t",
            "BC/MẬT",
        ] {
            assert!(marks(marked), "{marked}");
        }
    }

    #[test]
    fn what_only_speaks_of_secrets_is_no_mark() {
        for open in [
            "",
            "Triển khai Luật Bảo vệ bí mật nhà nước",
            "Danh mục bí mật nhà nước độ Tối mật của ngành Khoa học",
            "Mật độ dân số",
            "MẬT ONG RỪNG",
            "Bề mặt",
            "Mặt",
            "(mặt trước)",
            "Họp mặt - Mặt trận Tổ quốc",
            "Độ mật: Thường",
            "Độ mật:",
            "Độ mật: 0",
            "mất",
            "Mắt",
            "Bản vẽ mặt cắt",
            "ban-ve-mat-cat.pdf",
            "BC-SKHCN",
            "Quản lý mật khẩu",
        ] {
            assert!(!marks(open), "{open}");
        }
    }

    #[test]
    fn an_element_may_say_it_by_its_name() {
        for (name, text, secret) in [
            ("SecurityLevel", "1", true),
            ("Secret", "true", true),
            ("DoMat", "A", true),
            ("Độ_mật", "B", true),
            ("SecurityLevel", "0", false),
            ("Secret", "", false),
            ("DoMat", "Thường", false),
            ("Mat", "1", true),
            ("Subject", "1", false),
            ("Secretary", "Nguyễn Văn A", false),
            ("Material", "1", false),
            ("Format", "A4", false),
            ("Staff", "Mật", true),
        ] {
            assert_eq!(is_marked(&Element::leaf(name, text)), secret, "{name} {text}");
        }
    }
}
