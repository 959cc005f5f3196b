//! Random messages, each of which goes out and comes in as the same.

#[cfg(test)]
mod tests {
    use std::io::{self, Cursor, Read};

    use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
    use proptest::prelude::*;

    use crate::directives::edxml::package::{
        Act, Answered, Attachment, Business, DocumentType, Message, Other, Package, Party, Priority,
        ReceiverChange, Replaced, Signer, Staff, Steering, Trace,
    };
    use crate::directives::edxml::reading::{Limits, read};
    use crate::directives::edxml::status::{About, StatusCode, StatusMessage};
    use crate::directives::edxml::writing::{Contents, write};
    use crate::platform::digest::sha256_hex;

    const NOW: NaiveDateTime = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap().and_hms_opt(10, 0, 0).unwrap();

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
        fn party()(
            code in code(), name in text(3), above in maybe(text(2)), address in maybe(text(2)),
            email in maybe("[a-z]{1,8}@[a-z]{1,8}\\.vn"), telephone in maybe("[0-9]{8,11}"),
            website in maybe("[a-z]{3,9}\\.vn"),
        ) -> Party {
            let fax = telephone.clone();
            Party { above, address, email, telephone, fax, website, ..Party::new(code.parse().unwrap(), name) }
        }
    }

    prop_compose! {
        fn staff()(
            department in maybe(text(2)), name in maybe(text(1)), id in maybe("[a-z]{1,8}"),
            mobile in maybe("[0-9]{10}"),
        ) -> Staff {
            Staff { department, department_id: id.clone(), name, id, mobile, email: None }
        }
    }

    fn act() -> impl Strategy<Value = Act> {
        let change = (code(), any::<bool>())
            .prop_map(|(code, added)| ReceiverChange { code: code.parse().unwrap(), added });
        let update = (document(), any::<bool>(), any::<bool>(), prop::collection::vec(change, 0..3));
        let replaced = (document(), prop::collection::vec(code(), 0..3)).prop_map(|(document, codes)| {
            let receivers = codes.iter().map(|code| code.parse().unwrap()).collect();
            Replaced { document: document.parse().unwrap(), receivers }
        });
        prop_oneof![
            Just(Act::New),
            document().prop_map(|document| Act::Revocation { document: document.parse().unwrap() }),
            update.prop_map(|(document, content, receivers, changes)| {
                Act::Update { document: document.parse().unwrap(), content, receivers, changes }
            }),
            prop::collection::vec(replaced, 1..3).prop_map(|replaced| Act::Replacement { replaced }),
        ]
    }

    prop_compose! {
        fn other()(
            priority in maybe(prop::sample::select(Priority::ALL.to_vec())), sphere in maybe(text(2)),
            typist in maybe(text(1)), copies in maybe(0..999_999_999_u32), direction in maybe(any::<bool>()),
            reply_for in maybe(text(1)), appendixes in prop::collection::vec(text(2), 0..3),
        ) -> Other {
            let references = reply_for.clone();
            Other { priority, sphere, typist, copies, pages: copies, direction, reply_for, references, appendixes }
        }
    }

    /// Files of any content, named and called as what they are.
    fn files() -> impl Strategy<Value = Vec<(Vec<u8>, Attachment)>> {
        let kinds = prop::sample::select(vec![
            ("application/pdf", "pdf", &b"%PDF-1.4\n"[..]),
            ("image/png", "png", b"\x89PNG\r\n\x1A\n"),
            ("application/vnd.rar", "rar", b"Rar!\x1A\x07"),
        ]);
        let body = prop::collection::vec(any::<u8>(), 0..9_000);
        let file = (kinds, body, maybe(text(2))).prop_map(|((media, ending, head), body, description)| {
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
        });
        prop::collection::vec(file, 0..4).prop_map(|mut files| {
            let name =
                |(index, file): (usize, &mut (Vec<u8>, Attachment))| file.1.content_id = format!("{index}.a");
            files.iter_mut().enumerate().for_each(name);
            files
        })
    }

    prop_compose! {
        fn answered()(
            sender in code(), number in maybe(text(1)), issued_on in maybe(day()), document in maybe(document()),
        ) -> Answered {
            let document = document.map(|id| id.parse().unwrap());
            Answered { sender: sender.parse().unwrap(), number, issued_on, document }
        }
    }

    fn notation() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec!["BC-SKHCN", "CT/TU", "KH-SKHCN&CN", "QĐ-UBND", "2020/NĐ-CP"])
    }

    prop_compose! {
        fn package()(
            mut parties in prop::collection::vec(party(), 2..6), document in document(),
            number in "[1-9][0-9]{0,3}[a-z]?", notation in notation(),
            texts in (maybe(text(2)), text(6), maybe(text(4)), text(2)), days in (day(), maybe(day())),
            kind in (0..40_u32, maybe(0..9_u32)), to_places in prop::collection::vec(text(2), 0..3),
            other in other(), answers in prop::collection::vec(answered(), 0..3),
            steering in maybe(prop::sample::select(Steering::ALL.to_vec())),
            traces in prop::collection::vec((code(), moment()), 0..3), act in act(), staff in maybe(staff()),
            files in files(),
        ) -> (Package, Vec<Vec<u8>>) {
            for (index, party) in parties.iter_mut().enumerate() {
                party.code = format!("H19.{index:02}").parse().unwrap();
            }
            let from = parties.remove(0);
            let (place, subject, summary, name) = texts;
            let (contents, attachments) = files.into_iter().unzip();
            let trace = |(code, at): (String, NaiveDateTime)| Trace { code: code.parse().unwrap(), at };
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
                traces: traces.into_iter().map(trace).collect(),
                business: Business { act, reason: place.clone(), paper: kind.1, staff },
                place,
                attachments,
            };
            (package, contents)
        }
    }

    prop_compose! {
        fn status()(
            from in party(), sender in code(), number in maybe(text(1)), issued_on in maybe(day()),
            document in document(), staff in maybe(staff()),
            status in prop::sample::select(StatusCode::ALL.to_vec()), description in text(4), at in moment(),
        ) -> StatusMessage {
            let document = document.parse().unwrap();
            let about = About { sender: sender.parse().unwrap(), number, issued_on, document };
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
    }
}
