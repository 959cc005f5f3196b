//! What holds of every text: there is an answer, it says what stands there, and it took steps as the text is long.

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::directives::numbering::documents::documents;
    use crate::directives::numbering::model::Position;
    use crate::directives::numbering::prose::Prose;
    use crate::directives::numbering::scan::{Found, only, scanned};

    /// Pieces that numbers, dates and the words around them are made of, and some that have no business there.
    const PIECES: &[&str] = &[
        "0",
        "7",
        "12",
        "30c",
        "217",
        "2015",
        "2020",
        "1234567",
        "/",
        "/",
        "-",
        "-",
        " - ",
        " – ",
        ", ",
        ",",
        " và ",
        ".",
        ":",
        ";",
        "(",
        ")",
        " ",
        " ",
        "\n",
        "\r\n",
        "\t",
        "&",
        "…",
        "QĐ",
        "Q\u{D0}",
        "CT",
        "TTr",
        "KH",
        "BC",
        "TB",
        "TTg",
        "UBND",
        "TU",
        "TW",
        "BCSĐCP",
        "QH13",
        "SNV",
        "KH&CN",
        "Số ",
        "số",
        "Sở ",
        "Chỉ thị ",
        "Báo cáo thẩm định ",
        "văn bản",
        "Mẫu ",
        "ngày ",
        "ngày ngày ",
        " tháng ",
        " năm ",
        "vào ",
        "của Chủ tịch",
        "14/2/2015",
        "30-CT/TU",
        "16/2016/CT-TTg",
        "Đồng Nai, ",
        "\u{300}",
        "\u{323}",
        "\u{200B}",
        "\u{AD}",
        "\u{FEFF}",
        "\0",
        "\u{1F600}",
        "ệ",
        "đ",
        "a",
        "Z",
        "\u{10FFFF}",
        "\u{FFFD}",
        "٣",
        "Ⅷ",
        "ﬁ",
        "İ",
    ];
    const WHOLE: &[&str] = &[
        "Quyết định số 217, 218-QĐ/TW ngày 14/2/2015",
        "Số /BC-SKHCN",
        "số 2055/SNV-TCCQ",
        "16/2016/CT-TTg",
    ];
    const TEXTS: u64 = 1_000_000;
    const THREADS: u64 = 4;

    /// Numbers without rhyme but with repetition (xorshift64*).
    struct Chance(u64);

    impl Chance {
        fn below(&mut self, most: usize) -> usize {
            self.0 ^= self.0 >> 12;
            self.0 ^= self.0 << 25;
            self.0 ^= self.0 >> 27;
            let drawn = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
            usize::try_from(drawn).unwrap() % most
        }

        fn of<'a>(&mut self, pieces: &[&'a str]) -> &'a str {
            pieces[self.below(pieces.len())]
        }

        /// Any character, mostly one of the first pages.
        fn char(&mut self) -> char {
            let most = [0x80, 0x80, 0x300, 0x2100, 0x11_0000][self.below(5)];
            u32::try_from(self.below(most)).ok().and_then(char::from_u32).unwrap_or('-')
        }
    }

    /// What was found, and how often a character was looked at.
    fn counted(text: &str) -> (Found, usize) {
        let prose = Prose::of(text);
        let found = scanned(&prose, text);
        (found, prose.steps.get())
    }

    /// Steps that are enough for a text: some for each character, and some for a number at its end.
    fn enough(text: &str) -> usize {
        100 + 40 * text.chars().count()
    }

    fn check(text: &str) {
        let (found, steps) = counted(text);
        assert!(steps <= enough(text), "{steps} steps for {text:?}");
        for mention in &found.mentions {
            let Position { offset, length } = mention.position;
            let piece: String = text.chars().skip(offset).take(length).collect();
            assert_eq!(piece, mention.as_written, "{text:?}");
            assert!(mention.number.canonical().len() > 3, "{text:?}: {:?}", mention.number);
        }
        if !found.mentions.is_empty() {
            let count = found.mentions.len();
            let all = documents(found.mentions);
            assert_eq!(all.iter().map(|one| one.mentions.len()).sum::<usize>(), count);
        }
    }

    #[test]
    fn a_million_texts_get_an_answer_in_linear_time() {
        std::thread::scope(|scope| {
            for seed in 1..=THREADS {
                scope.spawn(move || try_texts(Chance(seed)));
            }
        });
    }

    /// A share of the million. Of ten texts, four are put together of pieces, five of any characters, one is a number with a
    /// fault in it.
    fn try_texts(mut chance: Chance) {
        let mut text = String::new();
        let mut read = 0;
        for round in 0..TEXTS / THREADS {
            text.clear();
            match round % 10 {
                0..4 => (0..=chance.below(5)).for_each(|_| text.push_str(chance.of(PIECES))),
                4..9 => (0..=chance.below(7)).for_each(|_| text.push(chance.char())),
                _ => {
                    text.push_str(chance.of(WHOLE));
                    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
                    let at = places[chance.below(places.len())];
                    if chance.below(2) == 0 {
                        text.remove(at);
                    } else {
                        text.insert_str(at, chance.of(PIECES));
                    }
                }
            }
            check(&text);
            read += usize::from(round % 50 == 9 && only(&text).is_some());
        }
        assert!(read > 0);
    }

    #[test]
    fn no_text_makes_the_scan_go_back() {
        let pieces = [
            "1",
            "1 ",
            "1,",
            "1, ",
            "số ",
            "Số",
            "Số /",
            "số.....",
            "1/A-",
            "1/QĐ-",
            "1-A/",
            "1/QĐ-A ",
            "1/QĐ-UBND",
            "1-QĐ/TW",
            " ",
            "\n",
            "Quyết định ",
            "Quyết định số 1, ",
            "ngày ",
            "1/QĐ-UBND ngày ",
            "1/2015/",
            "\u{300}",
            "a\u{300}",
            "A1-",
            "1 - ",
            "số 1/QĐ-UBND\n\n",
            "Số: 1/QĐ-UBND   A",
            "1/AAAAAAAAAAAAAAAAAAAAAAAA-",
            "1/QĐ-UBND ngày … tháng … ",
            "12/QĐ-UBND của Chủ tịch ",
        ];
        for piece in pieces {
            let steps = |times: usize| counted(&piece.repeat(times)).1;
            let (once, twice, often) = (steps(200), steps(400), steps(1_600));
            assert!(
                twice <= 2 * once + 500 && often <= 8 * once + 4_000,
                "{piece:?}: {once}, {twice}, {often}"
            );
            check(&piece.repeat(400));
        }
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(text in any::<String>()) {
            check(&text);
        }

        #[test]
        fn any_number_of_the_grammar_is_read_as_it_is(
            digits in 1_u32..999_999, suffix in "[a-dđ]?", year in prop::option::of(1950_i32..2050),
            symbol in prop::sample::select(vec!["QĐ", "NQ", "TTLT", "KH", "TTr"]),
            issuers in prop::collection::vec(prop::sample::select(vec!["UBND", "BNV", "SKHCN", "HĐND", "BGDĐT"]), 1..3),
        ) {
            let number = format!("{digits:02}{suffix}");
            let carried = year.map(|year| format!("/{year}")).unwrap_or_default();
            let text = format!("{number}{carried}/{symbol}-{}", issuers.join("-"));
            let read = only(&text).expect(&text);
            prop_assert_eq!(read.number.canonical(), text.clone());
            prop_assert_eq!((read.number.number.as_deref(), read.number.year), (Some(number.as_str()), year));
            prop_assert_eq!(read.number.issuers.len(), if symbol == "TTLT" { issuers.len() } else { 1 });
            let party = format!("{number}-{symbol}/BTCTW-TU");
            let read = only(&party).expect(&party);
            prop_assert_eq!(read.number.canonical(), party.clone());
            prop_assert_eq!(read.number.issuers, ["BTCTW", "TU"]);
        }
    }
}
