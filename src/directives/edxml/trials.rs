//! What holds of every message: it is read or refused, in steps that grow with its length, and what is written reads back.
//!
//! The trials change the samples at random, by a seed, a million times where `DANVAN_TEST_CASES` says so and fewer otherwise.
//! That needs no other compiler than the tests do. For a longer search with coverage, cargo-fuzz (nightly) may call
//! [`read`](super::reading::read) on its bytes with `tests/samples/edxml` as its corpus; nothing but bytes goes in.

#[cfg(test)]
mod tests {
    use std::io::{self, Cursor, Read};

    use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
    use proptest::prelude::*;

    use crate::directives::edxml::package::{
        Act, Answered, Attachment, Business, DocumentType, Message, Other, Package, Party, Priority,
        ReceiverChange, Replaced, Signer, Staff, Steering, Trace,
    };
    use crate::directives::edxml::reading::{Failure, Limits, read};
    use crate::directives::edxml::status::{About, Added, Entry, History, StatusCode, StatusMessage};
    use crate::directives::edxml::steps;
    use crate::directives::edxml::writing::{Contents, write};
    use crate::platform::config::environment;
    use crate::platform::digest::sha256_hex;

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
        let cases: u64 = cases.unwrap_or(if cfg!(debug_assertions) { 12_000 } else { 1_000_000 });
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

    // Random messages.

    fn text(most: usize) -> impl Strategy<Value = String> {
        // Letters of Vietnamese, what XML escapes, blanks within; no blank at an end, which is taken off.
        let words = prop::sample::select(vec![
            "Sở",
            "Khoa học",
            "& Công nghệ",
            "<b>",
            "\"Dân vận khéo\"",
            "2015-2020",
            "ĐỒNG NAI",
            "]]>",
            "'",
            "a\nb",
            "x\ty",
            "😀",
            "30-CT/TU",
        ]);
        prop::collection::vec(words, 1..=most).prop_map(|words| words.join(" "))
    }

    fn maybe<T: std::fmt::Debug + Clone>(of: impl Strategy<Value = T>) -> impl Strategy<Value = Option<T>> {
        prop::option::of(of)
    }

    fn code() -> impl Strategy<Value = String> {
        prop_oneof!["[A-Z][0-9]{2}(\\.[0-9A-Z]{1,6}){0,3}", "[0-9]{3}\\.[0-9]{2}\\.[0-9]{2}\\.[A-Z][0-9]{2}"]
    }

    fn day() -> impl Strategy<Value = NaiveDate> {
        (0..29_000_i64).prop_map(|days| NaiveDate::from_ymd_opt(1945, 1, 1).unwrap() + TimeDelta::days(days))
    }

    fn moment() -> impl Strategy<Value = NaiveDateTime> {
        (day(), 0..86_400_i64)
            .prop_map(|(day, second)| day.and_hms_opt(0, 0, 0).unwrap() + TimeDelta::seconds(second))
    }

    fn document() -> impl Strategy<Value = String> {
        prop_oneof!["[0-9a-f]{8}-[0-9a-f]{4}", "H19\\.06,2020/06/20,[1-9][0-9]{0,2}/BC-SKHCN"]
    }

    prop_compose! {
        fn party()(code in code(), name in text(3), above in maybe(text(2)), address in maybe(text(2)),
            email in maybe("[a-z]{1,8}@[a-z]{1,8}\\.vn"), telephone in maybe("[0-9]{8,11}"), website in maybe("[a-z]{3,9}\\.vn"))
            -> Party {
            Party { above, address, email, telephone: telephone.clone(), fax: telephone, website, ..Party::new(code.parse().unwrap(), name) }
        }
    }

    prop_compose! {
        fn staff()(department in maybe(text(2)), name in maybe(text(1)), id in maybe("[a-z]{1,8}"), mobile in maybe("[0-9]{10}")) -> Staff {
            Staff { department, department_id: id.clone(), name, id, mobile, email: None }
        }
    }

    fn act() -> impl Strategy<Value = Act> {
        let change = (code(), any::<bool>())
            .prop_map(|(code, added)| ReceiverChange { code: code.parse().unwrap(), added });
        let replaced =
            (document(), prop::collection::vec(code(), 0..3)).prop_map(|(document, codes)| Replaced {
                document: document.parse().unwrap(),
                receivers: codes.iter().map(|code| code.parse().unwrap()).collect(),
            });
        prop_oneof![
            Just(Act::New),
            document().prop_map(|document| Act::Revocation { document: document.parse().unwrap() }),
            (document(), any::<bool>(), any::<bool>(), prop::collection::vec(change, 0..3)).prop_map(
                |(document, content, receivers, changes)| Act::Update {
                    document: document.parse().unwrap(),
                    content,
                    receivers,
                    changes
                }
            ),
            prop::collection::vec(replaced, 1..3).prop_map(|replaced| Act::Replacement { replaced }),
        ]
    }

    prop_compose! {
        fn other()(priority in maybe(prop::sample::select(Priority::ALL.to_vec())), sphere in maybe(text(2)), typist in maybe(text(1)),
            copies in maybe(0..999_999_999_u32), direction in maybe(any::<bool>()), reply_for in maybe(text(1)),
            appendixes in prop::collection::vec(text(2), 0..3)) -> Other {
            Other { priority, sphere, typist, copies, pages: copies, direction, references: reply_for.clone(), reply_for, appendixes }
        }
    }

    /// Files of any content, named and called as what they are.
    fn files() -> impl Strategy<Value = Vec<(Vec<u8>, Attachment)>> {
        let kinds = prop::sample::select(vec![
            ("application/pdf", "pdf", &b"%PDF-1.4\n"[..]),
            ("image/png", "png", b"\x89PNG\r\n\x1A\n"),
            ("application/vnd.rar", "rar", b"Rar!\x1A\x07"),
        ]);
        let file = (kinds, prop::collection::vec(any::<u8>(), 0..9_000), maybe(text(2))).prop_map(
            |((media, ending, head), body, description)| {
                let content = [head, &body].concat();
                let file = Attachment {
                    content_id: String::new(),
                    name: format!("bao cao & so lieu.{ending}"),
                    description,
                    content_type: media.to_owned(),
                    sha256: sha256_hex(&content),
                    size: content.len() as u64,
                };
                (content, file)
            },
        );
        prop::collection::vec(file, 0..4).prop_map(|mut files| {
            files
                .iter_mut()
                .enumerate()
                .for_each(|(index, (_, file))| file.content_id = format!("{index}.a"));
            files
        })
    }

    prop_compose! {
        fn answered()(sender in code(), number in maybe(text(1)), issued_on in maybe(day()), document in maybe(document())) -> Answered {
            Answered { sender: sender.parse().unwrap(), number, issued_on, document: document.map(|id| id.parse().unwrap()) }
        }
    }

    prop_compose! {
        fn package()(
            parties in prop::collection::vec(party(), 2..6), document in document(), number in "[1-9][0-9]{0,3}[a-z]?",
            notation in prop::sample::select(vec!["BC-SKHCN", "CT/TU", "KH-SKHCN&CN", "QĐ-UBND", "2020/NĐ-CP"]),
            texts in (maybe(text(2)), text(6), maybe(text(4)), text(2)), days in (day(), maybe(day())), kind in (0..40_u32, maybe(0..9_u32)),
            to_places in prop::collection::vec(text(2), 0..3), other in other(), answers in prop::collection::vec(answered(), 0..3),
            steering in maybe(prop::sample::select(Steering::ALL.to_vec())), traces in prop::collection::vec((code(), moment()), 0..3),
            act in act(), staff in maybe(staff()), files in files(),
        ) -> (Package, Vec<Vec<u8>>) {
            let mut parties = parties;
            parties.iter_mut().enumerate().for_each(|(index, party)| party.code = format!("H19.{index:02}").parse().unwrap());
            let from = parties.remove(0);
            let (place, subject, summary, name) = texts;
            let (contents, attachments) = files.into_iter().unzip();
            let package = Package {
                from,
                to: parties,
                document: document.parse().unwrap(),
                number,
                notation: notation.to_owned(),
                issued_on: days.0,
                kind: DocumentType { code: kind.0, detail: kind.1, name: name.clone() },
                subject,
                signer: Signer { authority: place.clone(), position: summary.clone(), name },
                summary,
                due_on: days.1,
                tasks: to_places.clone(),
                to_places,
                other,
                answers,
                steering,
                application: place.clone(),
                traces: traces.into_iter().map(|(code, at)| Trace { code: code.parse().unwrap(), at }).collect(),
                business: Business { act, reason: place.clone(), paper: kind.1, staff },
                place,
                attachments,
            };
            (package, contents)
        }
    }

    prop_compose! {
        fn status()(from in party(), sender in code(), number in maybe(text(1)), issued_on in maybe(day()), document in document(),
            staff in maybe(staff()), status in prop::sample::select(StatusCode::ALL.to_vec()), description in text(4), at in moment())
            -> StatusMessage {
            let about = About { sender: sender.parse().unwrap(), number, issued_on, document: document.parse().unwrap() };
            StatusMessage { from, about, staff, status, description: Some(description), at }
        }
    }

    struct Files(Vec<Vec<u8>>);

    impl Contents for Files {
        fn content(&mut self, file: usize) -> io::Result<Box<dyn Read + '_>> {
            Ok(Box::new(Cursor::new(&self.0[file])))
        }
    }

    fn there_and_back(message: &Message, contents: Vec<Vec<u8>>) {
        let mut written = Vec::new();
        write(message, &mut Files(contents), NOW, &mut written).unwrap();
        let received = read(&written[..], &Limits::default(), NOW, &mut ()).unwrap();
        assert_eq!(&received.message, message);
        assert_eq!((received.sha256, received.bytes), (sha256_hex(&written), written.len() as u64));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_document_goes_out_and_comes_in_the_same((package, contents) in package()) {
            there_and_back(&Message::Package(Box::new(package)), contents);
        }

        #[test]
        fn every_status_goes_out_and_comes_in_the_same(status in status()) {
            there_and_back(&Message::Status(Box::new(status)), Vec::new());
        }

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
