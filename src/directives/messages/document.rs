//! A document as a message tells it, and as the register tells it: each made of the other. Pure.

use chrono::{NaiveDate, NaiveDateTime};

use super::model::Refusal;
use crate::directives::edxml::package::{self, Act, Business, DocumentType, Other, Package, Party, Trace};
use crate::directives::register::change::{Change, IssuerChange, SignerChange};
use crate::directives::register::model::{Content, Directive, Issuer, Signer, SigningAuthority};
use crate::kpis::exchanges::held::{Content as Held, Exchange};
use crate::kpis::exchanges::model::{ExchangeId, ExchangeScope, IssuedDocument, Medium};
use crate::organizations::OrganizationCode;
use crate::platform::Fault;
use crate::platform::input::Patched;

/// How a message writes the rights to sign (NĐ 30/2020/NĐ-CP Art. 13).
const AUTHORITIES: [(&str, SigningAuthority); 5] = [
    ("TM.", SigningAuthority::Tm),
    ("KT.", SigningAuthority::Kt),
    ("TL.", SigningAuthority::Tl),
    ("TUQ.", SigningAuthority::Tuq),
    ("Q.", SigningAuthority::Q),
];

/// Characters of a number in the register.
pub const NUMBER: usize = 100;
/// Characters of other texts there; a message may have longer ones, of which it is warned.
const TYPE_NAME: usize = 100;
const ISSUER: usize = 300;
const TITLE: usize = 200;
const SIGNER: usize = 100;

/// The beginning of a text, as much as the register takes.
fn held(text: &str, most: usize) -> String {
    let begin: String = text.chars().take(most).collect();
    begin.trim_end().to_owned()
}

/// How the register names who issued a document.
pub fn issuer_name(package: &Package) -> String {
    held(&package.from.name, ISSUER)
}

/// What a document says of itself. Its issuer is the organization where the caller reaches that, and a named body otherwise.
pub fn content(package: &Package, issuer: Option<OrganizationCode>) -> Content {
    Content {
        number: Some(package.written_number()),
        term: None,
        type_name: Some(held(&package.kind.name, TYPE_NAME)),
        issuer: Issuer { organization: issuer, name: Some(issuer_name(package)) },
        registrar: None,
        signer: Some(signer(&package.signer)),
        subject: package.subject.clone(),
        issued_on: Some(package.issued_on),
        effective_on: None,
        expires_on: None,
        field: None,
        link: None,
        public: false,
    }
}

/// What an update changes of the directive; who keeps it and what only the register knows stays.
pub fn change(package: &Package) -> Change {
    let Signer { authority, title, name } = signer(&package.signer);
    let set = |text: Option<String>| text.map_or(Patched::Removed, Patched::Set);
    let signer = SignerChange { authority: Some(authority), title: set(title), name: set(name) };
    Change {
        number: Patched::Set(package.written_number()),
        term: Patched::Kept,
        type_name: Patched::Set(held(&package.kind.name, TYPE_NAME)),
        issuer: IssuerChange { organization: Patched::Kept, name: Patched::Kept },
        registrar: Patched::Kept,
        signer: Patched::Set(signer),
        subject: Some(package.subject.clone()),
        issued_on: Patched::Set(package.issued_on),
        effective_on: Patched::Kept,
        expires_on: Patched::Kept,
        field: Patched::Kept,
        link: Patched::Kept,
        public: None,
    }
}

/// Who signed: `KT. GIÁM ĐỐC` is the right, and whom it is signed for.
fn signer(signer: &package::Signer) -> Signer {
    let (mut authority, mut rest) = (Vec::new(), Vec::new());
    for word in signer.authority.as_deref().unwrap_or_default().split_whitespace() {
        match AUTHORITIES.iter().find(|(mark, _)| *mark == word) {
            Some((_, right)) if !authority.contains(right) => authority.push(*right),
            Some(_) => {}
            None => rest.push(word),
        }
    }
    // Whoever signs in his own right has nothing but a title.
    let title = signer.position.clone().or((!rest.is_empty()).then(|| rest.join(" ")));
    let title = title.map(|title| held(&title, TITLE));
    Signer { authority, title, name: Some(held(&signer.name, SIGNER)) }
}

/// The record by which a document counts among those that its sender issued. `Paper` says how many copies on paper follow;
/// signatures are not verified, so that none counts as signed.
pub fn exchange(package: &Package, id: ExchangeId, scope: Vec<ExchangeScope>) -> IssuedDocument {
    let on_paper = package.business.paper.is_some_and(|copies| copies > 0);
    IssuedDocument {
        id,
        organization: package.from.code.clone(),
        number: Some(package.written_number()),
        issued_on: package.issued_on,
        scope,
        medium: if on_paper { Medium::Parallel } else { Medium::ElectronicUnsigned },
        secret: false,
        recalled: false,
        updated_at: None,
    }
}

/// A record with the scopes of another, if it has not all of them: the same document may go to others by another message. What
/// else is recorded stays, such as what the issuer's own system said of it.
pub fn joined(there: Exchange, said: IssuedDocument) -> Option<IssuedDocument> {
    let Held::Document { number, scope, medium, recalled } = there.content else { return None };
    let more: Vec<ExchangeScope> = said.scope.into_iter().filter(|one| !scope.contains(one)).collect();
    (!more.is_empty()).then(|| IssuedDocument {
        id: there.id,
        organization: there.organization,
        number,
        issued_on: there.issued_on,
        scope: scope.into_iter().chain(more).collect(),
        medium,
        secret: false,
        recalled,
        updated_at: there.updated_at,
    })
}

/// A directive as a new document from its issuer to some agencies, as of the moment at which it last changed.
///
/// Refuses one of which the register does not know what a message must tell.
pub fn package(
    directive: &Directive,
    from: Option<Party>,
    to: Vec<Party>,
    at: NaiveDateTime,
) -> Result<Package, Fault> {
    let content = &directive.content;
    let number = content.number.as_deref().filter(|_| !directive.is_draft()).and_then(parted);
    let signer = content.signer.as_ref().and_then(|signer| Some((signer, signer.name.clone()?)));
    let parts = (from, number, content.issued_on, content.type_name.clone(), signer);
    let (Some(from), Some((number, notation)), Some(issued_on), Some(type_name), Some((signer, name))) =
        parts
    else {
        return Err(Refusal::Incomplete { what: lacks(directive) }.into());
    };
    let written = format!("{number}/{notation}");
    let id = format!("{},{},{written}", from.code, issued_on.format("%Y/%m/%d"));
    let document = id.parse().map_err(|_| Refusal::Incomplete { what: "number".to_owned() })?;
    let rights =
        signer.authority.iter().filter_map(|right| AUTHORITIES.iter().find(|(_, known)| known == right));
    let rights: Vec<&str> = rights.map(|(mark, _)| *mark).collect();
    let authority = (!rights.is_empty()).then(|| rights.join(" "));
    Ok(Package {
        traces: vec![Trace { code: from.code.clone(), at }],
        from,
        to,
        document,
        number,
        notation,
        place: None,
        issued_on,
        // 2 is what the reference implementation writes where nothing is known.
        kind: DocumentType { code: 2, detail: None, name: type_name },
        subject: content.subject.clone(),
        summary: None,
        signer: package::Signer { authority, position: signer.title.clone(), name },
        due_on: None,
        to_places: Vec::new(),
        other: Other::default(),
        answers: Vec::new(),
        steering: None,
        tasks: Vec::new(),
        application: None,
        business: Business { act: Act::New, reason: None, paper: None, staff: None },
        attachments: Vec::new(),
    })
}

/// What the register does not know of a directive and a message must tell.
fn lacks(directive: &Directive) -> String {
    let content = &directive.content;
    let named = content.signer.as_ref().is_some_and(|signer| signer.name.is_some());
    let numbered = content.number.as_deref().is_some_and(|number| parted(number).is_some());
    let all = [
        ("issuer.organization", content.issuer.organization.is_none()),
        ("number", !numbered || directive.is_draft()),
        ("issued_on", content.issued_on.is_none()),
        ("type_name", content.type_name.is_none()),
        ("signer.name", !named),
    ];
    all.into_iter().filter(|(_, lacking)| *lacking).map(|(name, _)| name).collect::<Vec<_>>().join(", ")
}

/// Number and notation of a number as it is written: `812` and `BC-SKHCN`; of the Party's `30-CT/TU`, `30` and `CT/TU`.
fn parted(number: &str) -> Option<(String, String)> {
    let (before, after) = number.rsplit_once('/')?;
    let (number, notation) = if before.contains('-') { number.split_once('-')? } else { (before, after) };
    let (number, notation) = (number.trim(), notation.trim());
    (!number.is_empty() && !notation.is_empty()).then(|| (number.to_owned(), notation.to_owned()))
}

/// The day on which a task counts as given that came today: one whose last day is over was given by then.
pub fn given_on(today: NaiveDate, due_on: Option<NaiveDate>) -> NaiveDate {
    due_on.map_or(today, |due_on| today.min(due_on))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_parted_where_the_notation_begins() {
        for (number, parts) in [
            ("812/BC-SKHCN", Some(("812", "BC-SKHCN"))),
            ("25/2015/QĐ-UBND", Some(("25/2015", "QĐ-UBND"))),
            ("30-CT/TU", Some(("30", "CT/TU"))),
            ("2231/SNV-CCHC&PC", Some(("2231", "SNV-CCHC&PC"))),
            ("/BC-SKHCN", None),
            ("812", None),
        ] {
            let found = parted(number);
            assert_eq!(found.as_ref().map(|(a, b)| (a.as_str(), b.as_str())), parts, "{number}");
        }
    }

    #[test]
    fn the_right_to_sign_is_read_and_the_rest_is_the_title() {
        use SigningAuthority::{Kt, Tm, Tuq};

        let read = |authority: &str, position: Option<&str>| {
            let position = position.map(str::to_owned);
            let said = package::Signer { authority: Some(authority.to_owned()), position, name: "A".into() };
            let Signer { authority, title, .. } = signer(&said);
            (authority, title)
        };
        assert_eq!(read("KT. GIÁM ĐỐC", Some("PHÓ GIÁM ĐỐC")), (vec![Kt], Some("PHÓ GIÁM ĐỐC".into())));
        assert_eq!(read("TM. UBND TỈNH\nKT. CHỦ TỊCH", Some("P")).0, [Tm, Kt]);
        assert_eq!(read("TM. KT.", None), (vec![Tm, Kt], None));
        assert_eq!(read("TUQ. CHỦ TỊCH", None), (vec![Tuq], Some("CHỦ TỊCH".into())));
        assert_eq!(read("GIÁM ĐỐC", None), (Vec::new(), Some("GIÁM ĐỐC".into())));
    }

    #[test]
    fn what_is_late_already_was_given_on_its_last_day() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = day("2026-01-05");
        assert_eq!(given_on(today, None), today);
        assert_eq!(given_on(today, Some(day("2026-01-20"))), today);
        assert_eq!(given_on(today, Some(day("2020-07-10"))), day("2020-07-10"));
    }
}
