//! Dossiers as lines of NDJSON, in the form in which they are pushed. Written by hand: a generic writer takes most of
//! the time.

use std::io::{self, Write};

use super::arrivals;
use super::chance::Draw;
use super::days::{Days, Moment, OFFICE_DAY};
use super::desks::{Desk, Desks};
use super::life::{Channel, Event, Intake, Lives};
use super::procedures::{Procedure, Term, TermUnit};
use chrono::Datelike;

/// How much is gathered before it is written out.
const CHUNK: usize = 256 * 1024;

/// Everything that dossiers are made of.
pub(super) struct Source<'a> {
    /// The days of the span.
    pub(super) days: &'a Days,
    /// Who takes them.
    pub(super) desks: &'a Desks,
    /// What they are about.
    pub(super) procedures: &'a [Procedure],
    /// The last day on which anything has happened yet.
    pub(super) last_day: usize,
    /// The seed.
    pub(super) seed: u64,
}

/// Writes the dossiers of some days, each with how many come on it, in the order of their acceptance.
pub(super) fn write(source: &Source<'_>, spread: &[(usize, usize)], out: &mut dyn Write) -> io::Result<()> {
    let mut lives = Lives::new(source.days, source.last_day);
    let (mut seconds, mut chunk) = (Vec::new(), Vec::with_capacity(CHUNK + 8192));
    let mut numbers = vec![0_usize; source.desks.count()];
    for (day, count) in spread {
        // A stream for each day: what comes on one day does not depend on the days before.
        let mut draw = Draw::new(source.seed, *day as u64);
        let opening = source.days.index(*day) * OFFICE_DAY;
        arrivals::seconds(&mut draw, *count, &mut seconds);
        numbers.fill(0);
        for second in &seconds {
            let Some((place, desk)) = source.desks.draw(&mut draw) else { continue };
            let Some(number) = numbers.get_mut(place) else { continue };
            *number += 1;
            let dossier = Dossier { day: *day, number: *number, accepted: opening + second, desk };
            dossier.write(source, &mut draw, &mut lives, &mut chunk);
            if chunk.len() >= CHUNK {
                out.write_all(&chunk)?;
                chunk.clear();
            }
        }
    }
    out.write_all(&chunk)?;
    out.flush()
}

/// A dossier that has just come.
struct Dossier<'a> {
    day: usize,
    number: usize,
    accepted: usize,
    desk: &'a Desk,
}

impl Dossier<'_> {
    fn write(&self, source: &Source<'_>, draw: &mut Draw, lives: &mut Lives<'_>, line: &mut Vec<u8>) {
        let Some(procedure) = source.procedures.get(self.desk.procedure(draw)) else { return };
        let channel = channel(source.days, self.day, draw);
        let (term, said) = term(procedure.term, draw);
        let due_said = draw.permille(40);
        let years = improvement(source.days, self.day);
        let late_permille = self.desk.late_permille * years / 100;
        let intake = Intake { accepted: self.accepted, channel, term, late_permille };
        let events = lives.live(draw, &intake);

        line.extend_from_slice(&self.desk.opening);
        date_of_code(source.days.text(self.day), line);
        line.push(b'-');
        number(self.number, 4, line);
        line.extend_from_slice(&self.desk.middle);
        line.extend_from_slice(procedure.code.as_bytes());
        line.extend_from_slice(br#"","channel":""#);
        line.extend_from_slice(channel.name().as_bytes());
        if said {
            line.extend_from_slice(br#"","term":{"amount":"#);
            number(term.amount, 1, line);
            line.extend_from_slice(br#","unit":""#);
            line.extend_from_slice(term.unit.name().as_bytes());
            line.extend_from_slice(br#""},"due_at":"#);
        } else {
            line.extend_from_slice(br#"","term":null,"due_at":"#);
        }
        if due_said {
            let due = source.days.moment(term.due(source.days, self.accepted));
            moment(source.days, if term.unit == TermUnit::WorkingHour { due } else { end_of(due.day) }, line);
        } else {
            line.extend_from_slice(b"null");
        }
        line.extend_from_slice(br#","events":["#);
        self.write_events(source.days, events, line);
    }

    fn write_events(&self, days: &Days, events: &[Event], line: &mut Vec<u8>) {
        for (at, event) in events.iter().enumerate() {
            line.extend_from_slice(if at == 0 { br#"{"status":""# } else { br#",{"status":""# });
            line.extend_from_slice(event.status.name().as_bytes());
            line.extend_from_slice(br#"","at":"#);
            moment(days, event.at, line);
            if let Some(day) = event.due_day {
                line.extend_from_slice(br#","due_at":"#);
                moment(days, end_of(day), line);
            }
            line.push(b'}');
        }
        line.extend_from_slice(br#"],"updated_at":"#);
        let accepted = days.moment(self.accepted);
        moment(days, events.last().map_or(accepted, |event| event.at), line);
        line.extend_from_slice(b"}\n");
    }
}

/// From 25 in a hundred online in 2016 to 70 at the end of 2020; ten by post.
fn channel(days: &Days, day: usize, draw: &mut Draw) -> Channel {
    let date = days.date(day);
    let passed = (usize::try_from(date.year()).unwrap_or(0) * 365 + date.ordinal() as usize)
        .saturating_sub(2016 * 365);
    let online = (250 + 450 * passed / (5 * 365)).min(700);
    match draw.below(1000) {
        at if at < online => Channel::Online,
        at if at < online + 100 => Channel::Post,
        _ => Channel::Direct,
    }
}

/// The late ones of a year in a hundred of those of 2018: fewer every year.
fn improvement(days: &Days, day: usize) -> usize {
    let year = usize::try_from(days.date(day).year()).unwrap_or(0);
    140_usize.saturating_sub(20 * year.saturating_sub(2016)).max(30)
}

/// The term, and whether the record says it: three in ten do, a few of them one that differs from the procedure's.
fn term(of_procedure: Term, draw: &mut Draw) -> (Term, bool) {
    match draw.below(1000) {
        0..50 => (Term { amount: of_procedure.amount + 2, ..of_procedure }, true),
        50..300 => (of_procedure, true),
        _ => (of_procedure, false),
    }
}

/// The end of office hours, which a due day is written as.
fn end_of(day: usize) -> Moment {
    Moment { day, second: 17 * 3600 }
}

/// `200604` of `2020-06-04`.
fn date_of_code(text: &[u8], line: &mut Vec<u8>) {
    line.extend(text.iter().skip(2).filter(|byte| **byte != b'-'));
}

/// A number of at least so many digits.
fn number(number: usize, least: usize, line: &mut Vec<u8>) {
    let mut digits = [b'0'; 20];
    let (mut rest, mut used) = (number, 0);
    for place in digits.iter_mut().rev() {
        if rest == 0 && used >= least {
            break;
        }
        *place += u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
        used += 1;
    }
    line.extend_from_slice(digits.get(20 - used..).unwrap_or_default());
}

/// `"2020-06-04T08:30:00+07:00"`, in quotes.
fn moment(days: &Days, at: Moment, line: &mut Vec<u8>) {
    let digit = |n: usize| b'0' + u8::try_from(n % 10).unwrap_or(0);
    let (hour, minute, second) = (at.second / 3600, at.second / 60 % 60, at.second % 60);
    line.push(b'"');
    line.extend_from_slice(days.text(at.day));
    line.extend_from_slice(&[
        b'T',
        digit(hour / 10),
        digit(hour),
        b':',
        digit(minute / 10),
        digit(minute),
        b':',
        digit(second / 10),
        digit(second),
    ]);
    line.extend_from_slice(b"+07:00\"");
}
