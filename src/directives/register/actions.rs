//! What can be done to the register, one unit of work each.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

use super::change::Change;
use super::model::{Content, Directive, DirectiveId, Refusal};
use super::store::{self, DraftsBy, Known, Shown};
use crate::directives::told::{Told, tell};
use crate::directives::topics::DIRECTIVE;
use crate::organizations::{self, OrganizationCode, OrganizationId, Reach, When};
use crate::platform::changes::EVERYBODY;
use crate::platform::clock::new_id;
use crate::platform::db::Conn;
use crate::platform::input::wrong;
use crate::platform::{Condition, Etag, Fault, Outcome, Work, Wrong};

/// The tag of a directive: its version, and what has become of it, which the day may change.
pub fn etag(shown: &Shown) -> Etag {
    Etag::variant(shown.directive.version, shown.status)
}

/// A directive as it was registered, or as it was there already.
pub type Registered = (Outcome, DirectiveId);

/// Registers directives, each with its place in the batch, and answers what became of each. One that is refused leaves the
/// others alone; one that is there just as it is said stays as it is.
///
/// A directive of which a caller does not say who keeps it is kept by the organization at the root of its own subtree.
pub fn register(
    work: &mut Work<'_>,
    reach: &Reach,
    said: &[(usize, Content)],
) -> Result<BTreeMap<usize, Result<Registered, Fault>>, Fault> {
    store::lock(work)?;
    let today = work.today();
    let root = reach.root().and_then(|root| root.parse().ok());
    let owned = |content: &Content| Content {
        registrar: content.registrar.clone().or(root.clone()),
        ..content.clone()
    };
    let said: Vec<(usize, Content)> = said.iter().map(|(index, content)| (*index, owned(content))).collect();
    let codes = codes(work, reach, said.iter().map(|(_, content)| content))?;
    let read = said.into_iter().map(|(index, content)| (index, made(work, &codes, content, None)));
    let read: Vec<(usize, Result<Directive, Fault>)> = read.collect();
    let good = || read.iter().filter_map(|(_, read)| read.as_ref().ok());
    let series: BTreeSet<&str> = good().filter_map(|read| read.numbered.series.as_deref()).collect();
    let drafts = good().filter(|read| read.is_draft());
    let subjects: BTreeSet<&str> = drafts.map(|draft| draft.content.subject.as_str()).collect();
    let mut known = store::of_series(work.conn, reach, &series, today)?;
    let drafts = store::drafts(work.conn, reach, DraftsBy::Subject, &subjects, today)?;
    known.extend(drafts.into_iter().map(|directive| Known { directive, visible: true }));
    let mut taking = Taking { known: Numbers::of(known), ..Taking::default() };
    let take = |(index, read): (usize, Result<Directive, Fault>)| {
        (index, read.and_then(|directive| taking.take(index, directive)))
    };
    let outcomes = read.into_iter().map(take).collect();
    let new: Vec<Directive> = taking.taken.into_iter().map(|(_, directive)| directive).collect();
    store::insert(work, &new)?;
    tell(work, &DIRECTIVE, new.iter().map(|new| Told::directive(Outcome::Created, &new.id)).collect())?;
    Ok(outcomes)
}

/// Registers a directive.
pub fn register_one(work: &mut Work<'_>, reach: &Reach, content: &Content) -> Result<Shown, Fault> {
    let mut outcomes = register(work, reach, &[(0, content.clone())])?;
    let (outcome, id) = outcomes.remove(&0).unwrap_or_else(|| Err(Fault::broken("a directive was lost")))?;
    let shown = store::find(work.conn, reach, &id, work.today())?;
    if outcome == Outcome::Unchanged {
        let number = shown.directive.shown_number().to_owned();
        return Err(registered(number, &id));
    }
    Ok(shown)
}

/// The directive that is meant by what is said, if the caller may know of it; otherwise it is registered.
///
/// Refuses one that is registered out of sight, and what cannot be registered.
pub fn find_or_register(work: &mut Work<'_>, reach: &Reach, content: &Content) -> Result<Registered, Fault> {
    store::lock(work)?;
    let today = work.today();
    let numbered = content.clone().numbered(today)?;
    let issuer = codes(work, reach, std::iter::once(content))?;
    let issuer = content.issuer.organization.as_ref().and_then(|code| issuer.get(code).copied());
    if let Some(meant) = numbered.identity(content.term.clone(), issuer) {
        let series: BTreeSet<&str> = numbered.series.as_deref().into_iter().collect();
        let known = store::of_series(work.conn, reach, &series, today)?;
        let mut known = known.into_iter().filter(|known| known.visible).map(|known| known.directive);
        if let Some(there) = known.find(|one| one.identity().is_some_and(|one| one.may_be(&meant))) {
            return Ok((Outcome::Unchanged, there.id));
        }
    }
    let mut outcomes = register(work, reach, &[(0, content.clone())])?;
    outcomes.remove(&0).unwrap_or_else(|| Err(Fault::broken("a directive was lost")))
}

fn registered(number: String, id: &DirectiveId) -> Fault {
    Fault::from(Refusal::Registered { number, id: id.to_string() }).member("directive", id.to_string())
}

/// Directives being registered.
#[derive(Default)]
struct Taking {
    /// Those that are there.
    known: Numbers,
    /// Those that are new, each with its place in the batch.
    taken: Vec<(usize, Directive)>,
    /// Where among them those of a series stand.
    of_series: HashMap<String, Vec<usize>>,
}

impl Taking {
    fn take(&mut self, index: usize, directive: Directive) -> Result<Registered, Fault> {
        let series = directive.numbered.series.clone().unwrap_or_default();
        let same = self.of_series.get(&series).into_iter().flatten();
        let mut same = same.filter_map(|place| self.taken.get(*place));
        if let Some((first, _)) = same.find(|(_, other)| may_be(&directive, other)) {
            let number = directive.shown_number().to_owned();
            return Err(Fault::repeated(number, *first));
        }
        if let Some(there) = self.known.in_the_way_of(&directive) {
            let same = there.visible && there.directive.content == directive.content;
            let unchanged = (Outcome::Unchanged, there.directive.id.clone());
            return if same { Ok(unchanged) } else { Err(there.refuses(&directive)) };
        }
        let id = directive.id.clone();
        if !directive.is_draft() {
            self.of_series.entry(series).or_default().push(self.taken.len());
        }
        self.taken.push((index, directive));
        Ok((Outcome::Created, id))
    }
}

/// The directives that are there, by their series; drafts have none.
#[derive(Default)]
struct Numbers(HashMap<String, Vec<Known>>);

impl Numbers {
    fn of(all: Vec<Known>) -> Self {
        let mut by_series: HashMap<String, Vec<Known>> = HashMap::new();
        for known in all {
            let series = known.directive.numbered.series.clone().unwrap_or_default();
            by_series.entry(series).or_default().push(known);
        }
        Self(by_series)
    }

    /// The directive from which another cannot be told; one that the caller may know of before others.
    fn in_the_way_of(&self, directive: &Directive) -> Option<&Known> {
        let known = self.0.get(directive.numbered.series.as_deref().unwrap_or_default())?;
        if directive.is_draft() {
            // It has no number yet: it is there only if everything that is said of it is.
            return known.iter().find(|known| known.directive.content == directive.content);
        }
        let is_another = |known: &&Known| known.directive.id != directive.id;
        let same = || known.iter().filter(is_another).filter(|known| may_be(&known.directive, directive));
        same().find(|known| known.visible).or_else(|| same().next())
    }
}

impl Known {
    fn refuses(&self, other: &Directive) -> Fault {
        let number = other.shown_number().to_owned();
        if !self.visible {
            return Refusal::RegisteredElsewhere { number }.into();
        }
        registered(number, &self.directive.id)
    }
}

fn may_be(a: &Directive, b: &Directive) -> bool {
    a.identity().zip(b.identity()).is_some_and(|(a, b)| a.may_be(&b))
}

type Codes = HashMap<OrganizationCode, OrganizationId>;

/// The organizations that are named, as far as the caller reaches them.
fn codes<'a>(
    work: &mut Work<'_>,
    reach: &Reach,
    said: impl Iterator<Item = &'a Content>,
) -> Result<Codes, Fault> {
    let named = said.flat_map(|content| content.issuer.organization.iter().chain(&content.registrar));
    let named: BTreeSet<&OrganizationCode> = named.collect();
    let when = When::Now(work.today());
    organizations::find_all(work.conn, reach, &named, when)
}

/// What is said as a directive: a new one, or another version of one. Refuses organizations out of reach like unknown ones,
/// unless they stood there before.
fn made(
    work: &Work<'_>,
    codes: &Codes,
    mut content: Content,
    before: Option<&Directive>,
) -> Result<Directive, Fault> {
    let numbered = content.numbered(work.today())?;
    let mut wrongs = Vec::new();
    let mut find =
        |code: &Option<OrganizationCode>, known: Option<(&Option<OrganizationCode>, _)>, at: &str| {
            let kept = known.filter(|(kept, _)| *kept == code).and_then(|(_, id)| id);
            let found = code.as_ref().and_then(|code| kept.or(codes.get(code).copied()));
            if code.is_some() && found.is_none() {
                wrongs.push(Wrong::body(at, wrong::MISSING));
            }
            found
        };
    let known = before.map(|before| (&before.content.issuer.organization, before.issuer));
    let issuer = find(&content.issuer.organization, known, "/issuer/organization");
    let known = before.map(|before| (&before.content.registrar, before.registrar));
    let registrar = find(&content.registrar, known, "/registered_by");
    if !wrongs.is_empty() {
        return Err(Fault::invalid(wrongs));
    }
    let id = match before {
        Some(before) => before.id.clone(),
        None => new_id().parse().map_err(|_| Fault::broken("a new id is no id"))?,
    };
    let version = before.map_or(0, |before| before.version) + 1;
    let created_at = before.map_or(work.now, |before| before.created_at);
    Ok(Directive { id, version, created_at, updated_at: work.now, content, numbered, issuer, registrar })
}

/// Changes what is said of a directive, under a condition.
///
/// Refuses one out of sight (404), one of others (403), and what would make it one with another (409).
pub fn change(
    work: &mut Work<'_>,
    reach: &Reach,
    id: &DirectiveId,
    change: &Change,
    condition: &Condition,
) -> Result<(Outcome, Shown), Fault> {
    store::lock(work)?;
    let today = work.today();
    let shown = store::find(work.conn, reach, id, today)?;
    let before = &shown.directive;
    must_own(work.conn, reach, before, today)?;
    condition.admits_change(&etag(&shown))?;
    let content = change.clone().over(before.content.clone());
    let codes = codes(work, reach, std::iter::once(&content))?;
    let after = made(work, &codes, content, Some(before))?;
    if after.content == before.content {
        return Ok((Outcome::Unchanged, shown));
    }
    let series: BTreeSet<&str> = after.numbered.series.as_deref().into_iter().collect();
    let known = Numbers::of(store::of_series(work.conn, reach, &series, today)?);
    if let Some(there) = known.in_the_way_of(&after) {
        return Err(there.refuses(&after));
    }
    store::update(work, &after)?;
    let told = Told { left: lost(before, &after), ..Told::directive(Outcome::Updated, id) };
    tell(work, &DIRECTIVE, vec![told])?;
    Ok((Outcome::Updated, store::find(work.conn, reach, id, today)?))
}

/// Who knew of a directive by way of what it no longer is.
fn lost(before: &Directive, after: &Directive) -> Vec<i64> {
    match (before.content.public, after.content.public) {
        (_, true) => Vec::new(),
        (true, false) => vec![EVERYBODY],
        (false, false) => before.owners().map(i64::from).collect(),
    }
}

/// Refuses a caller that reaches neither the issuer nor the registrar of a directive.
pub fn must_own(
    conn: &mut Conn,
    reach: &Reach,
    directive: &Directive,
    today: NaiveDate,
) -> Result<(), Fault> {
    let owners: BTreeSet<OrganizationId> = directive.owners().collect();
    let reached = organizations::reached(conn, reach, &owners, When::Now(today))?;
    if reach.root().is_none() || !reached.is_empty() { Ok(()) } else { Err(Refusal::Foreign.into()) }
}
