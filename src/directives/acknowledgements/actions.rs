//! Acknowledging, and setting a check.

use chrono::NaiveDate;

use super::check::{Answers, Attempt, Check, Kept, TRIES_A_DAY};
use super::model::{Acknowledgement, Refusal, Said, Step};
use super::{checking, store};
use crate::directives::register::actions::must_own;
use crate::directives::register::model::DirectiveId;
use crate::directives::register::store as directives;
use crate::directives::told::tell_one;
use crate::directives::topics::{ACKNOWLEDGEMENT, DIRECTIVE};
use crate::kpis::counters::entries;
use crate::kpis::counters::model::{Stated, difference};
use crate::organizations::{OrganizationCode, OrganizationId, Reach};
use crate::platform::{Change, Condition, Conn, Etag, Fault, Outcome, Work};

/// The tag of a record: how far the person came tells all its versions apart.
pub fn etag(one: &Acknowledgement, last: Option<&Attempt>) -> Etag {
    let step = match one.step() {
        Step::Delivered => 1,
        Step::Opened => 2,
        Step::Read => 3,
        Step::Understood => 4,
    };
    Etag::variant(step, last.map_or(0, |attempt| attempt.seq))
}

/// Records how far the caller itself came with a directive. A step that was taken stays as it is. Answers its record, and its last
/// try at the check.
///
/// Refuses a directive out of sight (404), an organization that it does not concern (403), and understanding without passing
/// the check, where there is one (409).
pub fn acknowledge(
    work: &mut Work<'_>,
    reach: &Reach,
    directive: &DirectiveId,
    said: &Said,
) -> Result<(Outcome, Acknowledgement, Option<Attempt>), Fault> {
    said.check()?;
    let (today, now, subject) = (work.today(), work.now, work.actor);
    directives::find(work.conn, reach, directive, today)?;
    let member = store::member_of(work.conn, reach, directive, &said.organization, today)?;
    let (new, mut one) = begun(work, directive, member)?;
    let before = one.clone();
    let mut last = None;
    if said.step == Step::Understood && one.understood_at.is_none() {
        match (checking::check(work.conn, directive)?, &said.answers) {
            (None, _) => one.take(Step::Understood, said.seconds, now),
            (Some(kept), None) => return Err(Refusal::CheckNeeded { version: kept.version }.into()),
            (Some(kept), Some(answers)) => {
                let attempt = tried(work, directive, &kept, answers)?;
                // Who answers has read it, right or wrong.
                one.take(if attempt.passed { Step::Understood } else { Step::Read }, said.seconds, now);
                one.check_version = attempt.passed.then_some(attempt.check_version);
                last = Some(attempt);
            }
        }
    }
    if said.step != Step::Understood {
        one.take(said.step, said.seconds, now);
    }
    if one != before {
        store::update(work, directive, &one)?;
    }
    let outcome = match (new, one == before && last.is_none()) {
        (true, _) => Outcome::Created,
        (false, true) => Outcome::Unchanged,
        (false, false) => Outcome::Updated,
    };
    let counted = if new { Vec::new() } else { before.adds() };
    // Of all persons together, so that explanations name none.
    let (kind, code) = ("acknowledgements", directive.to_string());
    entries::add(work, &Stated { kind, code, entries: difference(&counted, &one.adds()) })?;
    let key = format!("{directive} {subject}");
    work.tell(Change::of(&ACKNOWLEDGEMENT, outcome, key).within([one.organization_id]));
    let last = match last {
        Some(last) => Some(last),
        None => checking::attempts(work.conn, directive, subject, 1)?.pop(),
    };
    Ok((outcome, one, last))
}

/// The caller's record, held, and whether it is new. Refuses one of another organization.
fn begun(
    work: &mut Work<'_>,
    directive: &DirectiveId,
    member: (OrganizationId, OrganizationCode),
) -> Result<(bool, Acknowledgement), Fault> {
    let id = member.0;
    let one = Acknowledgement::delivered(work.actor, member, work.now);
    if store::insert(work, directive, &one)? {
        return Ok((true, one));
    }
    let one = store::hold(work, directive, work.actor)?;
    if one.organization_id != id {
        return Err(Refusal::ForAnother { organization: one.organization }.into());
    }
    Ok((false, one))
}

/// Tries the check. Refuses answers to another version and more tries than a day has.
fn tried(
    work: &mut Work<'_>,
    directive: &DirectiveId,
    kept: &Kept,
    answers: &Answers,
) -> Result<Attempt, Fault> {
    if answers.version != kept.version {
        return Err(Refusal::CheckChanged { version: kept.version }.into());
    }
    let score = kept.check.score(&answers.chosen)?;
    let earlier = checking::attempts(work.conn, directive, work.actor, TRIES_A_DAY)?;
    let today = work.today();
    // The last so many of today: none of another day is among them.
    let used = earlier.iter().filter(|attempt| attempt.made_on == today).count();
    if i64::try_from(used).is_ok_and(|used| used >= TRIES_A_DAY) {
        return Err(Refusal::TriesUsed { tries: TRIES_A_DAY }.into());
    }
    let attempt = Attempt {
        seq: earlier.first().map_or(0, |last| last.seq) + 1,
        check_version: kept.version,
        made_at: work.now,
        made_on: today,
        score,
        questions: kept.check.size(),
        passed: score >= kept.check.pass_mark,
    };
    checking::try_check(work, directive, work.actor, &attempt)?;
    Ok(attempt)
}

/// A caller's own record and its last try; missing if it has none, or may not know of the directive.
pub fn own(
    conn: &mut Conn,
    reach: &Reach,
    directive: &DirectiveId,
    subject: &str,
    today: NaiveDate,
) -> Result<(Acknowledgement, Option<Attempt>), Fault> {
    directives::find(conn, reach, directive, today)?;
    let one = store::own(conn, directive, subject)?;
    Ok((one, checking::attempts(conn, directive, subject, 1)?.pop()))
}

/// Attaches a check to a directive, or another version of it under a condition. Who understood before has understood.
///
/// A directive that nobody of the register issued or registered is for who assigns it. Refuses a directive out of sight (404) and one
/// of others (403).
pub fn set_check(
    work: &mut Work<'_>,
    reach: &Reach,
    directive: &DirectiveId,
    check: &Check,
    condition: &Condition,
) -> Result<(Outcome, Kept), Fault> {
    let wrongs = check.wrongs();
    if !wrongs.is_empty() {
        return Err(Fault::invalid(wrongs));
    }
    let shown = directives::find(work.conn, reach, directive, work.today())?;
    let unowned = shown.directive.owners().next().is_none();
    if !unowned || !checking::assigns(work.conn, reach, directive, work.today())? {
        must_own(work.conn, reach, &shown.directive, work.today())?;
    }
    directives::lock(work)?;
    let current = checking::check(work.conn, directive)?;
    condition.admits_put(current.as_ref().map(|kept| Etag::of(kept.version)).as_ref())?;
    let outcome = match current {
        Some(kept) if kept.check == *check => return Ok((Outcome::Unchanged, kept)),
        Some(_) => Outcome::Updated,
        None => Outcome::Created,
    };
    let version = current.map_or(0, |kept| kept.version) + 1;
    let kept = Kept { version, set_at: work.now, check: check.clone() };
    checking::set_check(work, directive, &kept)?;
    tell_one(work, &DIRECTIVE, Outcome::Updated, directive.as_str(), directive)?;
    Ok((outcome, kept))
}
