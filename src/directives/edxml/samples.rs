//! The packages of `tests/samples/edxml`, each with the answer that its `answers.json` states.

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::io::{self, Cursor, Read};
    use std::path::PathBuf;

    use chrono::{NaiveDate, NaiveDateTime};
    use serde_json::{Map, Value};

    use crate::directives::edxml::agencies::{self, Standing};
    use crate::directives::edxml::package::{Act, Message};
    use crate::directives::edxml::reading::{Failure, Keep, Limits, Received, read};
    use crate::directives::edxml::refusals::{Refusal, Refused};
    use crate::directives::edxml::status::{self, Added, Entry, History, Roles, StatusCode, StatusMessage};
    use crate::directives::edxml::warnings::{EdxmlWarning, Warning};
    use crate::directives::edxml::writing::{Contents, write};
    use crate::organizations::OrganizationCode;
    use crate::platform::fault::Fault;

    fn folder() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples/edxml")
    }

    fn answers() -> Vec<Map<String, Value>> {
        let text = std::fs::read_to_string(folder().join("answers.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    fn bytes(answer: &Map<String, Value>) -> Vec<u8> {
        std::fs::read(folder().join(answer["file"].as_str().unwrap())).unwrap()
    }

    /// Ten in the morning of 26 November 2026, in Viet Nam.
    fn now() -> NaiveDateTime {
        NaiveDate::from_ymd_opt(2026, 11, 26).unwrap().and_hms_opt(10, 0, 0).unwrap()
    }

    fn limits(answer: &Map<String, Value>) -> Limits {
        let said = |name: &str| answer.get("limits").and_then(|limits| limits[name].as_u64());
        let usual = Limits::default();
        let few = |name: &str, usual: usize| said(name).map_or(usual, |most| usize::try_from(most).unwrap());
        Limits {
            bytes: said("bytes").unwrap_or(usual.bytes),
            attachments: few("attachments", usual.attachments),
            attachment_bytes: said("attachment_bytes").unwrap_or(usual.attachment_bytes),
            elements: few("elements", usual.elements),
            ..usual
        }
    }

    /// The files of a message, as they went by.
    #[derive(Default)]
    struct Kept(Vec<Vec<u8>>);

    impl Keep for Kept {
        fn part(&mut self, file: usize, part: &[u8]) {
            self.0.resize(self.0.len().max(file + 1), Vec::new());
            self.0[file].extend_from_slice(part);
        }
    }

    impl Contents for Kept {
        fn content(&mut self, file: usize) -> io::Result<Box<dyn Read + '_>> {
            Ok(Box::new(Cursor::new(&self.0[file])))
        }
    }

    /// Gives no more than so many bytes at a time.
    struct Dripping<'b>(&'b [u8], usize);

    impl Read for Dripping<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let length = self.0.len().min(self.1).min(into.len());
            let (now, later) = self.0.split_at(length);
            into[..length].copy_from_slice(now);
            self.0 = later;
            Ok(length)
        }
    }

    fn refused(result: Result<Received, Failure>) -> Result<Received, Refused> {
        result.map_err(|failure| match failure {
            Failure::Refused(refused) => refused,
            Failure::Broken(error) => panic!("{error}"),
        })
    }

    /// A message as the register would take it, with what the answer says that the register knows.
    fn taken(answer: &Map<String, Value>) -> Result<(Message, Vec<Warning>), Refused> {
        let bytes = bytes(answer);
        let received = refused(read(&bytes[..], &limits(answer), now(), &mut ()))?;
        let Received { message, mut warnings, sha256, .. } = received;
        let sends = answer.get("sending").is_some();
        match &message {
            Message::Package(package) => {
                let standing = |code: &OrganizationCode, _| match answer.get("standing") {
                    Some(known) if known[code.as_str()] == "unknown" => Standing::Unknown,
                    Some(known) if known[code.as_str()] == "closed" => Standing::Closed,
                    _ => Standing::Known,
                };
                if sends {
                    agencies::on_sending(package, standing)?;
                } else {
                    warnings.extend(agencies::on_receipt(package, standing));
                }
                if let Some(kept) = answer.get("kept").and_then(Value::as_str) {
                    status::check_again(&package.document, kept, &sha256)
                        .map_err(|refusal| Refused::because(at("DocumentId"), refusal))?;
                }
            }
            Message::Status(status) => warnings.extend(check_status(status, answer, sends)?),
        }
        Ok((message, warnings))
    }

    fn at(name: &str) -> String {
        format!("/edXML/edXMLEnvelope/edXMLHeader/MessageHeader/{name}")
    }

    fn check_status(
        status: &StatusMessage,
        answer: &Map<String, Value>,
        sends: bool,
    ) -> Result<Option<Warning>, Refused> {
        let is = |roles: &Value, name: &str| roles[name].as_bool().unwrap();
        let roles = answer.get("roles").unwrap_or(&Value::Null);
        let roles = (!roles.is_null())
            .then(|| Roles { is_sender: is(roles, "sender"), is_receiver: is(roles, "receiver") });
        status.check(roles).map_err(|refusal| {
            let of_document = matches!(refusal, Refusal::StatusDocument { .. });
            Refused::because(at(if of_document { "ResponseFor/DocumentId" } else { "From/OrganId" }), refusal)
        })?;
        let Some(before) = answer.get("before").and_then(Value::as_str) else { return Ok(None) };
        let before: StatusCode = before.parse().unwrap();
        if sends {
            status::check_sending(status.status, Some(before), false)
                .map_err(|refusal| Refused::because(at("StatusCode"), refusal))?;
        }
        let entry = |status, at| Entry { status, at, by: "H19.09".parse().unwrap() };
        let mut history = History::of(vec![entry(before, status.at - chrono::TimeDelta::hours(1))]);
        let added = history.add(entry(status.status, status.at), false);
        assert_eq!(history.current(), Some(before));
        Ok((added == Added::OutOfOrder).then(|| Warning::at(at("StatusCode"), EdxmlWarning::StatusOrder)))
    }

    fn shown(message: &Message) -> String {
        match message {
            Message::Status(status) => format!("status {}", status.status),
            Message::Package(package) => match package.business.act {
                Act::New => "new",
                Act::Revocation { .. } => "revocation",
                Act::Update { .. } => "update",
                Act::Replacement { .. } => "replacement",
            }
            .to_owned(),
        }
    }

    fn pairs(of: Option<&Value>) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let pair = |pair: &Value| (text(&pair[0]), text(&pair[1]));
        of.map(|all| all.as_array().unwrap().iter().map(pair).collect()).unwrap_or_default()
    }

    #[test]
    fn each_gets_its_answer() {
        for answer in answers() {
            let file = answer["file"].as_str().unwrap();
            match taken(&answer) {
                Ok((message, warnings)) => {
                    assert_eq!(shown(&message), answer["answer"].as_str().unwrap(), "{file}");
                    let warned: Vec<_> = warnings
                        .iter()
                        .map(|warning| (warning.at.clone(), warning.warning.to_string()))
                        .collect();
                    assert_eq!(warned, pairs(answer.get("warnings")), "{file}");
                    let waits = warned.iter().any(|(_, code)| code.starts_with("agency_unknown"));
                    assert!(!waits || warnings.iter().any(Warning::quarantines), "{file}");
                }
                Err(refused) => {
                    assert_eq!(answer["answer"], "refused", "{file}: {refused}");
                    let mut expected = pairs(answer.get("findings"));
                    let mut found: Vec<_> = refused
                        .findings
                        .iter()
                        .map(|finding| (finding.at.clone(), finding.refusal.code().to_owned()))
                        .collect();
                    if answer.get("place").is_some() {
                        expected.iter_mut().chain(&mut found).for_each(|(at, _)| at.clear());
                    }
                    assert_eq!(found, expected, "{file}");
                    let fault = Fault::from(refused);
                    assert!(expected.iter().any(|(_, code)| code == fault.kind.code), "{file}: {fault}");
                }
            }
        }
    }

    #[test]
    fn there_is_a_sample_for_every_refusal_and_every_warning() {
        let all = answers();
        let of = |name: &str| -> BTreeSet<String> {
            all.iter().flat_map(|answer| pairs(answer.get(name))).map(|(_, code)| code).collect()
        };
        let refusals: BTreeSet<String> = Refusal::KINDS.iter().map(|kind| kind.code.to_owned()).collect();
        assert_eq!(of("findings"), refusals);
        // That a document does not count lies in who sends it, not in the message.
        let warnings = EdxmlWarning::all().filter(|warning| *warning != EdxmlWarning::NotCounted);
        let warnings: BTreeSet<String> = warnings.map(|warning| warning.as_str().to_owned()).collect();
        assert_eq!(of("warnings"), warnings);
        let files = std::fs::read_dir(folder()).unwrap();
        let files: BTreeSet<String> = files
            .map(|file| file.unwrap().path())
            .filter(|path| path.extension().is_some_and(|kind| kind == "edxml"))
            .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
            .collect();
        let told: BTreeSet<String> =
            all.iter().map(|answer| answer["file"].as_str().unwrap().to_owned()).collect();
        assert_eq!(files, told);
        assert!(warnings.iter().all(|code| {
            let text = code.parse::<EdxmlWarning>().unwrap().text();
            text.en.ends_with('.') && text.vi.ends_with('.')
        }));
    }

    #[test]
    fn an_answer_does_not_depend_on_how_the_bytes_arrive() {
        for answer in answers() {
            let (bytes, limits) = (bytes(&answer), limits(&answer));
            let whole = refused(read(&bytes[..], &limits, now(), &mut ()));
            for length in [1, 100, 4_096] {
                let dripped = refused(read(Dripping(&bytes, length), &limits, now(), &mut ()));
                assert_eq!(dripped, whole, "{} by {length}", answer["file"]);
            }
        }
    }

    #[test]
    fn what_is_written_reads_back_as_it_was() {
        let mut count = 0;
        for answer in answers() {
            let bytes = bytes(&answer);
            let mut kept = Kept::default();
            let Ok(received) = read(&bytes[..], &limits(&answer), now(), &mut kept) else { continue };
            let mut written = Vec::new();
            write(&received.message, &mut kept, now(), &mut written).unwrap();
            let again = read(&written[..], &Limits::default(), now(), &mut ()).unwrap();
            assert_eq!(again.message, received.message, "{}", answer["file"]);
            let mut twice = Vec::new();
            write(&again.message, &mut kept, now(), &mut twice).unwrap();
            assert_eq!(twice, written, "{}", answer["file"]);
            count += 1;
        }
        assert!(count > 35, "{count}");
    }

    #[test]
    fn no_part_of_a_message_is_taken_for_a_message() {
        let bytes = std::fs::read(folder().join("new.edxml")).unwrap();
        let end = bytes.iter().rposition(|byte| *byte == b'>').unwrap();
        for length in 0..=end {
            assert!(read(&bytes[..length], &Limits::default(), now(), &mut ()).is_err(), "{length}");
        }
    }

    #[test]
    fn the_files_are_those_that_were_attached() {
        for answer in answers() {
            let Some(files) = answer.get("files") else { continue };
            let received = read(&bytes(&answer)[..], &Limits::default(), now(), &mut ()).unwrap();
            let Message::Package(package) = received.message else { panic!("{}", answer["file"]) };
            let found: Vec<Value> = package
                .attachments
                .iter()
                .map(|file| serde_json::json!([file.name, file.size, file.sha256]))
                .collect();
            assert_eq!(&Value::Array(found), files, "{}", answer["file"]);
        }
    }
}
