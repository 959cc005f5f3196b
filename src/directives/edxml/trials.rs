//! What holds of every message: it is read or refused, in steps that grow with its length, and what is written reads back.
//!
//! The trials change the samples at random, by a seed, a million times where `DANVAN_TEST_CASES` says so and fewer otherwise.
//! That needs no other compiler than the tests do. For a longer search with coverage, cargo-fuzz (nightly) may call
//! [`read`](super::reading::read) on its bytes with `tests/samples/edxml` as its corpus; nothing but bytes goes in.

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
    use proptest::prelude::*;

    use crate::directives::edxml::reading::{Failure, Limits, read};
    use crate::directives::edxml::status::{Added, Entry, History, StatusCode};
    use crate::directives::edxml::steps;
    use crate::platform::config::environment;

    const NOW: NaiveDateTime = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap().and_hms_opt(10, 0, 0).unwrap();
    const THREADS: u64 = 4;

    /// Pieces that messages are made of, and some that have no business there.
    const PIECES: &[&str] = &[
        "<",
        ">",
        "</",
        "/>",
        "\"",
        "'",
        "&",
        ";",
        "&amp;",
        "&#x0;",
        "&#",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<!DOCTYPE a [",
        "]>",
        "<?xml",
        "?>",
        "xmlns=\"\"",
        " xmlns:a=\"b\"",
        "edXML:",
        "<edXML:To>",
        "</edXML:To>",
        "<edXML:OrganId>",
        "H19.06",
        "..",
        "2020/06/20",
        "20/06/2020",
        "0",
        "-1",
        "99999999999",
        "Mật",
        "=",
        "====",
        "\u{0}",
        "\u{FEFF}",
        "\u{300}",
        "\u{200B}",
        "\u{FFFF}",
        " ",
        "\n",
        "\r",
        "PK\u{3}\u{4}",
        "<Signature>",
        "<Attachment>",
        "</AttachmentEncoded>",
        "cid:",
        "13",
        "03",
    ];

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
    }

    fn samples() -> Vec<Vec<u8>> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples/edxml");
        let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
        paths.sort();
        let small = |bytes: &Vec<u8>| !bytes.is_empty() && bytes.len() < 8_000;
        let is_message = |path: &std::path::PathBuf| path.extension().is_some_and(|kind| kind == "edxml");
        paths.into_iter().filter(is_message).map(|path| std::fs::read(path).unwrap()).filter(small).collect()
    }

    /// Reads whatever it is, in steps that are enough for its length. Whether it was read.
    fn check(bytes: &[u8]) -> bool {
        steps::counted();
        let outcome = read(bytes, &Limits::default(), NOW, &mut ());
        let taken = steps::counted();
        // Some for each byte, since an element has seven at least and is looked for by some thirty names.
        assert!(taken <= 1_000 + 20 * bytes.len(), "{taken} steps for {} bytes", bytes.len());
        match outcome {
            Ok(_) => true,
            Err(Failure::Refused(refused)) => {
                assert!((1..=100).contains(&refused.findings.len()));
                false
            }
            Err(Failure::Broken(error)) => panic!("{error}"),
        }
    }

    fn change(bytes: &mut Vec<u8>, others: &[Vec<u8>], chance: &mut Chance) {
        let from = chance.below(bytes.len() + 1);
        let to = (from + chance.below(40)).min(bytes.len());
        match chance.below(6) {
            0 => bytes.truncate(from),
            1 => drop(bytes.drain(from..to)),
            2 => {
                let piece = PIECES[chance.below(PIECES.len())];
                bytes.splice(from..to, piece.bytes());
            }
            3 => {
                let piece = PIECES[chance.below(PIECES.len())];
                bytes.splice(from..from, piece.bytes());
            }
            4 if from < bytes.len() => bytes[from] ^= 1 << chance.below(8),
            _ => {
                let other = &others[chance.below(others.len())];
                let begin = chance.below(other.len());
                let end = (begin + chance.below(400)).min(other.len());
                bytes.splice(from..to, other[begin..end].iter().copied());
            }
        }
    }

    #[test]
    fn whatever_becomes_of_a_message_it_is_read_or_refused() {
        let cases = environment("DANVAN_TEST_CASES").and_then(|cases| cases.parse().ok());
        let cases: u64 = cases.unwrap_or(if cfg!(debug_assertions) { 3_000 } else { 1_000_000 });
        let samples = &samples();
        let read = std::thread::scope(|scope| {
            let threads: Vec<_> = (1..=THREADS)
                .map(|seed| {
                    scope.spawn(move || {
                        let mut chance = Chance(seed);
                        let mut read = 0_u64;
                        for _ in 0..cases / THREADS {
                            let mut bytes = samples[chance.below(samples.len())].clone();
                            (0..=chance.below(3)).for_each(|_| change(&mut bytes, samples, &mut chance));
                            read += u64::from(check(&bytes));
                        }
                        read
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum::<u64>()
        });
        // Neither all broken nor all well.
        assert!((cases / 200..cases / 2).contains(&read), "{read} of {cases}");
    }

    #[test]
    fn no_piece_makes_reading_slower_than_it_is_long() {
        let new = String::from_utf8(
            std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/samples/edxml/new.edxml")).unwrap(),
        )
        .unwrap();
        let places = [
            "<edXML:Subject>",
            "</edXML:From>",
            "<AttachmentEncoded>",
            "</edXML:TraceHeader>",
            "<edXML:edXMLManifest version=\"1.0\">",
        ];
        let pieces = [
            "<edXML:A/>",
            "<edXML:To/>",
            "<edXML:ResponseFor><edXML:OrganId>H19</edXML:OrganId></edXML:ResponseFor>",
            "a",
            "&amp;",
            "<!---->",
            "<![CDATA[a]]>",
            "<edXML:TraceHeader/>",
            "<Attachment/>",
            "<Attachment><ContentId>1</ContentId></Attachment>",
            "<edXML:Reference/>",
            "<edXML:A xmlns:a=\"b\" xmlns:c=\"d\" e=\"f\"/>",
            "Mật",
            "(",
            "\u{300}",
            "\u{200B}",
            "<Signature><A Algorithm=\"sha1\"/></Signature>",
        ];
        for place in places {
            for piece in pieces {
                let steps = |times: usize| {
                    let text = new.replacen(place, &format!("{place}{}", piece.repeat(times)), 1);
                    check(text.as_bytes());
                    steps::counted();
                    let _ = read(text.as_bytes(), &Limits::default(), NOW, &mut ());
                    steps::counted()
                };
                let (once, twice, often) = (steps(200), steps(400), steps(1_600));
                assert!(
                    twice <= 2 * once + 100 && often <= 8 * once + 400,
                    "{place}{piece}: {once}, {twice}, {often}"
                );
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..500)) {
            check(&bytes);
        }

        #[test]
        fn the_state_does_not_depend_on_the_order_of_receipt(
            statuses in prop::collection::vec(prop::sample::select(StatusCode::ALL.to_vec()), 0..10), seed in 1..u64::MAX,
        ) {
            let entry = |(minute, status): (i64, &StatusCode)| Entry {
                status: *status,
                at: NOW + TimeDelta::minutes(minute),
                by: "H19.09".parse().unwrap(),
            };
            let mut entries: Vec<Entry> = (0..).zip(&statuses).map(entry).collect();
            let expected = History::of(entries.clone()).current();
            let mut chance = Chance(seed);
            for last in (1..entries.len()).rev() {
                entries.swap(last, chance.below(last + 1));
            }
            let mut history = History::default();
            for entry in &entries {
                prop_assert_ne!(history.add(entry.clone(), false), Added::Again);
                prop_assert_eq!(history.add(entry.clone(), false), Added::Again);
            }
            prop_assert_eq!((history.current(), history.entries()), (expected, entries.as_slice()));
        }
    }
}
