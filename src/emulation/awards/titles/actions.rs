//! Setting the rules of titles, and the catalogue that the service brings along.

use serde::Deserialize;

use super::model::{AwardTitleId, Rule};
use super::refusals::Refusal;
use super::store::{self, Title};
use crate::emulation::topics::AWARD_TITLE;
use crate::platform::input::wrong;
use crate::platform::{Change, Condition, Etag, Fault, Outcome, Reply, Work, Wrong};

/// Takes a rule under a condition: of a new title, from a day on, or as a correction of the last.
///
/// Refuses what is no rule, titles that there are not or that are for others, another recipient than before (422), a day before the last
/// rule's, and another judgement of years that were decided on (409).
pub fn define(
    work: &mut Work<'_>,
    id: &AwardTitleId,
    rule: &Rule,
    condition: &Condition,
) -> Result<(Outcome, Title), Fault> {
    let last = store::last(work, id)?;
    condition.admits_put(last.as_ref().map(|title| Etag::of(title.version)).as_ref())?;
    let mut wrongs = rule.wrongs();
    let named: Vec<&AwardTitleId> = rule.titles().map(|(_, title)| title).collect();
    let known = store::newest(work.conn, &named, rule.valid_from)?;
    let known: Vec<(AwardTitleId, Rule)> = known.into_iter().map(|title| (title.id, title.rule)).collect();
    wrongs.extend(rule.wrong_titles(id, &known));
    if last.as_ref().is_some_and(|title| title.rule.recipient != rule.recipient) {
        wrongs.push(Wrong::body("/recipient", wrong::MISMATCH));
    }
    if !wrongs.is_empty() {
        return Err(Fault::invalid(wrongs));
    }
    let outcome = match &last {
        None => Outcome::Created,
        Some(title) if title.rule == *rule => return Ok((Outcome::Unchanged, title.clone())),
        Some(title) if title.rule.valid_from > rule.valid_from => {
            return Err(Refusal::LaterRule { title: id.to_string(), day: title.rule.valid_from }.into());
        }
        Some(title) => {
            let year = store::decided_since(work.conn, id, rule.valid_from)?;
            if let Some(year) = year.filter(|_| rule.judges_otherwise(&title.rule)) {
                return Err(Refusal::RuleUsed { title: id.to_string(), year }.into());
            }
            Outcome::Updated
        }
    };
    work.tell(Change::of(&AWARD_TITLE, outcome, id.as_str()));
    Ok((outcome, store::save(work, id, rule, last.as_ref())?))
}

/// Titles of the laws of 2003 and 2022 as far as their texts could be read, as data.
const CATALOGUE: &str = include_str!("catalogue.json");

#[derive(Deserialize)]
struct Entry {
    id: AwardTitleId,
    rules: Vec<Rule>,
}

/// The catalogue that the service brings along.
pub fn brought_along() -> Result<Vec<(AwardTitleId, Vec<Rule>)>, Fault> {
    let entries: Vec<Entry> = serde_json::from_str(CATALOGUE).map_err(Fault::broken)?;
    Ok(entries.into_iter().map(|entry| (entry.id, entry.rules)).collect())
}

/// Puts in the titles that the service brings along and the database does not know. One that is known is left as it is.
pub fn load_catalogue(work: &mut Work<'_>) -> Result<Reply, Fault> {
    let mut added = Vec::new();
    for (id, rules) in brought_along()? {
        if store::last(work, &id)?.is_some() {
            continue;
        }
        let mut last = None;
        for rule in rules {
            last = Some(store::save(work, &id, &rule, last.as_ref())?);
        }
        work.tell(Change::of(&AWARD_TITLE, Outcome::Created, id.as_str()));
        added.push(id);
    }
    if added.is_empty() { Reply::ok(&added) } else { Reply::changed_to(&added) }
}
