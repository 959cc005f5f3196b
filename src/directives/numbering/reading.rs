//! What a symbol and the words before it say together: family, type, issuers. Pure.

use super::cue::{Cue, Lead};
use super::model::{DocumentFamily, DocumentNumber, NumberWarning, YearSource};
use super::symbol::{Symbol, is_abbreviation};
use super::types::{self, Kind, LETTER, Side};

/// A document number but for the number itself, which several may share a symbol with.
#[derive(Clone)]
pub(super) struct Reading {
    pub(super) number: DocumentNumber,
    pub(super) warnings: Vec<NumberWarning>,
}

/// From this year on the Prime Minister's directives are no legal normative documents (Luật 17/2008/QH12 Art. 2, in force on
/// 1 January 2009) and carry no year.
const DIRECTIVES_WITHOUT_YEAR: i32 = 2009;

/// Reads a symbol; none if it is no document's.
pub(super) fn read(symbol: &Symbol, cue: &Cue) -> Option<Reading> {
    if cue.lead == Lead::Form {
        return None;
    }
    let (first, rest) = symbol.tokens.split_first()?;
    match (symbol.side, rest.first()) {
        (_, Some(second)) if symbol.is_uniform => uniform(first, second, rest, symbol.year, cue),
        (Side::State, None) => alone(first, symbol.year, cue),
        (Side::State, Some(second)) => state(first, second, rest, symbol.year, cue),
        (Side::Party, Some(second)) => party(first, second, rest, cue),
        (Side::Party, None) => None,
    }
}

/// `/TYPE-ISSUER`, `/ISSUER-UNIT`, and `/TYPE-ISSUER` of the Party, whose separators are the other way round.
fn state(first: &str, second: &str, rest: &[String], year: Option<i32>, cue: &Cue) -> Option<Reading> {
    let known = types::symbol(Side::State, first);
    let party = types::symbol(Side::Party, first).or(known).filter(|_| types::is_party_body(second));
    if let Some(symbol) = party {
        let reading = Reading::typed(Side::Party, symbol, rest, year, cue);
        return Some(reading.warned(NumberWarning::MiswrittenSeparators));
    }
    let is_office =
        cue.kind == Some(&LETTER) && known.is_some_and(|known| types::ALSO_OFFICES.contains(&known));
    match known {
        // The President's orders have a type of one letter, which anything else could begin with.
        Some("L") if second != "CTN" => None,
        Some(symbol) if !(is_office && year.is_none()) => {
            is_abbreviation(second).then(|| Reading::typed(Side::State, symbol, rest, year, cue))
        }
        _ if !is_abbreviation(first) || !is_office_or_unit(second) => None,
        _ => Some(untyped(first, rest, year, cue)),
    }
}

/// A symbol whose first part is no type that we know.
///
/// The word before outranks the dictionary: `Báo cáo thẩm định số 18/BCTĐ-STP` is a report, of a type that begins as reports do.
fn untyped(first: &str, rest: &[String], year: Option<i32>, cue: &Cue) -> Reading {
    let named = cue.loosely.filter(|kind| **kind != LETTER);
    let fits = |kind: &Kind| kind.symbols(Side::State).iter().any(|symbol| first.starts_with(symbol));
    if named.is_some_and(fits) || year.is_some() {
        let (issuers, unit) = bodies(first, rest, false);
        let family = if year.is_some() { DocumentFamily::Normative } else { DocumentFamily::State };
        let kind = cue.loosely.filter(|kind| fits(kind));
        let reading = Reading::of(family, Side::State, year, issuers, unit).symbol(first).kind(kind);
        return if kind.is_some() { reading } else { reading.warned(NumberWarning::TypeAmbiguous) };
    }
    let issuers = vec![types::body(first).to_owned()];
    let unit = Some(rest.join("-"));
    match cue.kind.filter(|kind| **kind != LETTER) {
        // Named one thing, numbered as another: both are kept.
        Some(kind) => Reading::of(DocumentFamily::State, Side::State, None, issuers, unit)
            .kind(Some(kind))
            .warned(NumberWarning::CueConflict),
        None => Reading::of(DocumentFamily::Letter, Side::State, None, issuers, unit).kind(Some(&LETTER)),
    }
}

/// One group alone: the Assembly's with the year, otherwise rare (`45/BC`, `12/CP`) and only read where words lead up to it.
fn alone(token: &str, year: Option<i32>, cue: &Cue) -> Option<Reading> {
    let issuers = vec![types::body(token).to_owned()];
    if year.is_some() {
        let reading = Reading::of(DocumentFamily::Assembly, Side::State, year, issuers, None);
        return types::is_of_assembly(token).then(|| reading.kind(cue.kind));
    }
    let known = types::symbol(Side::State, token).or_else(|| types::symbol(Side::Party, token));
    let is_body = is_abbreviation(token) && !token.contains(|c: char| c.is_ascii_digit());
    match (known, cue.kind) {
        (Some("L"), _) => None,
        (Some(symbol), _) if cue.is_numbered() || cue.kind.is_some() => {
            Some(Reading::typed(Side::State, symbol, &[], None, cue))
        }
        (None, Some(kind)) if is_body && *kind != LETTER => {
            Some(Reading::of(DocumentFamily::State, Side::State, None, issuers, None).kind(Some(kind)))
        }
        (None, letter) if is_body => {
            let led = letter.is_some()
                || cue.lead == Lead::Head
                || cue.is_numbered() && types::is_state_body(token);
            led.then(|| {
                Reading::of(DocumentFamily::Letter, Side::State, None, issuers, None).kind(Some(&LETTER))
            })
        }
        _ => None,
    }
}

/// `-TYPE/ISSUER`, and that of a State body, whose separators are the other way round.
fn party(first: &str, second: &str, rest: &[String], cue: &Cue) -> Option<Reading> {
    let state = types::symbol(Side::State, first);
    let known = types::symbol(Side::Party, first).or(state);
    match (known, state) {
        _ if !is_abbreviation(first) || !is_abbreviation(second) => None,
        (_, Some(symbol)) if types::is_state_body(types::body(second)) => {
            let reading = Reading::typed(Side::State, symbol, rest, None, cue);
            Some(reading.warned(NumberWarning::MiswrittenSeparators))
        }
        (Some(symbol), _) => Some(Reading::typed(Side::Party, symbol, rest, None, cue)),
        (None, _) if types::is_party_body(second) => {
            Some(Reading::typed(Side::Party, first, rest, None, cue))
        }
        _ => None,
    }
}

/// `30/CT/TU`, `30-CT-TU`, `772/QĐ/UBND`: read where both type and body are known, since codes have that form too.
fn uniform(first: &str, second: &str, rest: &[String], year: Option<i32>, cue: &Cue) -> Option<Reading> {
    let side = if types::is_party_body(second) { Side::Party } else { Side::State };
    let is_body = side == Side::Party || types::is_state_body(types::body(second));
    let symbol = types::symbol(side, first).filter(|_| is_body)?;
    Some(Reading::typed(side, symbol, rest, year, cue).warned(NumberWarning::MiswrittenSeparators))
}

/// The bodies behind a type. Those of the Party and of joint documents all issue it; otherwise the first does, and the rest is
/// the unit that drafted it.
fn bodies(symbol: &str, rest: &[String], of_party: bool) -> (Vec<String>, Option<String>) {
    let all = types::is_joint(symbol) || of_party && symbol != "CV";
    let (issuers, unit) = rest.split_at(if all { rest.len() } else { rest.len().min(1) });
    let issuers = issuers.iter().map(|token| types::body(token).to_owned()).collect();
    (issuers, (!unit.is_empty()).then(|| unit.join("-")))
}

/// A unit may have one capital and a number, `P5`.
fn is_office_or_unit(token: &str) -> bool {
    is_abbreviation(token) || token.len() > 1 && token.chars().skip(1).all(|c| c.is_ascii_digit())
}

impl Reading {
    fn of(
        family: DocumentFamily,
        side: Side,
        year: Option<i32>,
        issuers: Vec<String>,
        unit: Option<String>,
    ) -> Self {
        let year_from = year.map(|_| YearSource::Number);
        let number = DocumentNumber {
            family,
            side,
            number: None,
            year,
            year_from,
            symbol: None,
            kind: None,
            issuers,
            unit,
        };
        Self { number, warnings: Vec::new() }
    }

    /// A document whose number names its type.
    fn typed(side: Side, symbol: &str, rest: &[String], year: Option<i32>, cue: &Cue) -> Self {
        let (issuers, unit) = bodies(symbol, rest, side == Side::Party);
        let issuer = issuers.first().cloned().unwrap_or_default();
        let family = match side {
            Side::Party => DocumentFamily::Party,
            Side::State if year.is_some() && types::can_be_normative(symbol) => DocumentFamily::Normative,
            Side::State if symbol == "CV" => DocumentFamily::Letter,
            Side::State => DocumentFamily::State,
        };
        let mut reading = Self::of(family, side, year, issuers, unit).symbol(symbol);
        let told = cue.kind.or_else(|| types::meaning(side, symbol));
        reading.number.kind = told;
        if told.is_some_and(|kind| {
            types::symbol(side, symbol).is_some() && !kind.symbols(side).contains(&symbol)
        }) {
            reading = reading.warned(NumberWarning::CueConflict);
        }
        let late_directive =
            symbol == "CT" && issuer == "TTg" && year.is_some_and(|year| year >= DIRECTIVES_WITHOUT_YEAR);
        if year.is_some() && (family != DocumentFamily::Normative || late_directive) {
            reading = reading.warned(NumberWarning::YearUnexpected);
        }
        // Departments and bureaus begin with S and B (sở, bộ, ban), and committees are known.
        let is_office = types::ALSO_OFFICES.contains(&symbol) && side == Side::State && year.is_none();
        let is_plain = types::is_state_body(&issuer) || issuer.starts_with(['S', 'B']) || issuer.is_empty();
        if is_office && cue.kind.is_none() && !is_plain {
            reading = reading.warned(NumberWarning::TypeAmbiguous);
        }
        reading
    }

    fn symbol(mut self, symbol: &str) -> Self {
        self.number.symbol = Some(symbol.to_owned());
        self
    }

    fn kind(mut self, kind: Option<&'static Kind>) -> Self {
        self.number.kind = kind;
        self
    }

    fn warned(mut self, warning: NumberWarning) -> Self {
        self.warnings.push(warning);
        self
    }
}
