//! Records as JSON: the only place that knows how a record is written, and the way back.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use serde_json::{Value, json};

use super::dossier::{Channel, Dossier, Event, Status, Term, TermUnit};
use super::organizations::{Decision, Tree};
use super::records::{Exchange, Level, Medium, Procedure, Scope};

const STATUSES: [(Status, &str); 13] = [
    (Status::Submitted, "submitted"),
    (Status::Accepted, "accepted"),
    (Status::RefusedAtIntake, "refused_at_intake"),
    (Status::InProgress, "in_progress"),
    (Status::SupplementRequested, "supplement_requested"),
    (Status::SupplementReceived, "supplement_received"),
    (Status::FinancialObligation, "financial_obligation"),
    (Status::ObligationMet, "obligation_met"),
    (Status::Rescheduled, "rescheduled"),
    (Status::Withdrawn, "withdrawn"),
    (Status::Stopped, "stopped"),
    (Status::Completed, "completed"),
    (Status::Returned, "returned"),
];
const CHANNELS: [(Channel, &str); 3] =
    [(Channel::Online, "online"), (Channel::Direct, "direct"), (Channel::Post, "post")];
const UNITS: [(TermUnit, &str); 4] = [
    (TermUnit::WorkingDay, "working_day"),
    (TermUnit::CalendarDay, "calendar_day"),
    (TermUnit::WorkingHour, "working_hour"),
    (TermUnit::Month, "month"),
];
const MEDIA: [(Medium, &str); 5] = [
    (Medium::ElectronicSigned, "electronic_signed"),
    (Medium::ElectronicUnsigned, "electronic_unsigned"),
    (Medium::Parallel, "parallel"),
    (Medium::Mixed, "mixed"),
    (Medium::Paper, "paper"),
];
const SCOPES: [(Scope, &str); 2] = [(Scope::Internal, "internal"), (Scope::InterAgency, "inter_agency")];
const LEVELS: [(Level, &str); 7] = [
    (Level::One, "1"),
    (Level::Two, "2"),
    (Level::Three, "3"),
    (Level::Four, "4"),
    (Level::Full, "full"),
    (Level::Partial, "partial"),
    (Level::None, "none"),
];

fn word<T: PartialEq>(words: &[(T, &'static str)], value: &T) -> &'static str {
    words.iter().find(|(known, _)| known == value).unwrap().1
}

fn meaning<T: Copy>(words: &[(T, &str)], text: &Value) -> T {
    words.iter().find(|(_, word)| text == word).unwrap_or_else(|| panic!("what is {text}?")).0
}

/// Viet Nam's clocks are seven hours ahead of UTC.
const AHEAD: TimeDelta = TimeDelta::hours(7);

/// A moment as a sender writes it: some write UTC.
pub fn moment(at: NaiveDateTime) -> String {
    if at.minute().is_multiple_of(3) {
        (at - AHEAD).format("%Y-%m-%dT%H:%M:%SZ").to_string()
    } else {
        at.format("%Y-%m-%dT%H:%M:%S+07:00").to_string()
    }
}

/// A moment, or the beginning of a day.
fn local(text: &Value) -> Option<NaiveDateTime> {
    let text = text.as_str()?;
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Some(day.and_time(NaiveTime::MIN));
    }
    let moment: DateTime<Utc> = text.parse().unwrap_or_else(|_| panic!("no moment: {text}"));
    Some(moment.naive_utc() + AHEAD)
}

fn term(term: Term) -> Value {
    json!({"amount": term.amount, "unit": word(&UNITS, &term.unit)})
}

/// As `POST /dossiers/batch` takes it.
pub fn dossier(dossier: &Dossier) -> Value {
    let event = |event: &Event| {
        let mut body = json!({"status": word(&STATUSES, &event.status), "at": moment(event.at)});
        if let Some(due) = event.due_at {
            body["due_at"] = json!(moment(due));
        }
        body
    };
    let mut body = json!({
        "code": dossier.code, "organization": dossier.organization, "procedure": dossier.procedure,
        "channel": word(&CHANNELS, &dossier.channel), "due_at": dossier.due_at.map(moment),
        "events": dossier.events.iter().map(event).collect::<Vec<_>>()
    });
    if let Some(given) = dossier.term {
        body["term"] = term(given);
    }
    if let Some(updated) = dossier.updated_at {
        body["updated_at"] = json!(moment(updated));
    }
    body
}

/// As `GET /dossiers/{code}` shows it.
pub fn shown_dossier(body: &Value) -> Dossier {
    let text =
        |field: &str| body[field].as_str().unwrap_or_else(|| panic!("no {field} in {body}")).to_owned();
    let event = |event: &Value| Event {
        at: local(&event["at"]).unwrap(),
        status: meaning(&STATUSES, &event["status"]),
        due_at: local(&event["due_at"]),
    };
    let term = |term: &Value| Term {
        amount: u32::try_from(term["amount"].as_u64().unwrap()).unwrap(),
        unit: meaning(&UNITS, &term["unit"]),
    };
    Dossier {
        code: text("code"),
        organization: text("organization"),
        procedure: text("procedure"),
        channel: meaning(&CHANNELS, &body["channel"]),
        term: body["term"].is_object().then(|| term(&body["term"])),
        due_at: local(&body["due_at"]),
        events: body["events"].as_array().unwrap().iter().map(event).collect(),
        updated_at: local(&body["updated_at"]),
    }
}

/// As `POST /document-exchanges/batch` takes it.
pub fn exchange(exchange: &Exchange) -> Value {
    let scope: Vec<&str> = exchange.scopes.iter().map(|scope| word(&SCOPES, scope)).collect();
    json!({
        "id": exchange.id, "organization": exchange.organization, "number": format!("{}/SKHCN-VP", exchange.id),
        "issued_on": exchange.issued_on, "scope": scope, "medium": word(&MEDIA, &exchange.medium),
        "secret": exchange.secret, "recalled": exchange.recalled
    })
}

/// As `POST /procedures/batch` takes it.
pub fn procedure(procedure: &Procedure) -> Value {
    let state = |(from, level, published): &(_, Level, bool)| json!({"from": from, "level": word(&LEVELS, level), "published": published, "standardised": published});
    let first = procedure.standing[0].0;
    let handler = |organization: &String| json!({"organization": organization, "from": first});
    json!({
        "code": procedure.code, "name": {"vi": format!("Thủ tục {}", procedure.code), "en": procedure.code},
        "field": procedure.field, "term": term(procedure.term),
        "organizations": procedure.organizations.iter().map(handler).collect::<Vec<_>>(),
        "states": procedure.standing.iter().map(state).collect::<Vec<_>>()
    })
}

/// As `POST /organizations/batch` takes those that were there from the beginning, parents first.
pub fn organizations(tree: &Tree) -> Vec<Value> {
    let body = |(code, organization): (&String, &super::organizations::Organization)| {
        json!({
            "code": code, "name": format!("Tổ chức {code}"), "kind": organization.kind,
            "parent": organization.parents[0].1, "valid_from": organization.opened
        })
    };
    tree.0.iter().map(body).collect()
}

/// As `POST /reorganizations` takes it.
pub fn decision(decision: &Decision, tree: &Tree) -> Value {
    match decision {
        Decision::Transfer { on, who, parent } => json!({
            "kind": "transfer", "legal_basis": "QĐ 1", "effective_on": on, "predecessors": [who], "parent": parent
        }),
        Decision::Merge { on, parties, heir } => {
            let mut successor = json!({"code": heir});
            if !tree.0.contains_key(heir) {
                successor["name"] = json!(format!("Tổ chức {heir}"));
                successor["kind"] = json!(tree.0[&parties[0]].kind);
                successor["parent"] = json!(tree.parent(&parties[0], *on));
            }
            json!({
                "kind": "merge", "legal_basis": "QĐ 2", "effective_on": on, "predecessors": parties,
                "successors": [successor]
            })
        }
    }
}
