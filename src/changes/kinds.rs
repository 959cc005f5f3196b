//! The kinds of things that change, and who may follow them: whoever may read them.

use std::str::FromStr;

use crate::platform::changes::Topic;
use crate::platform::input::wrong;
use crate::platform::{Caller, Fault};
use crate::{directives, emulation, kpis, organizations, text_column};

/// A kind of thing that changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangeKind(&'static Topic);

text_column!(ChangeKind);

impl ChangeKind {
    /// Every kind.
    pub fn all() -> impl Iterator<Item = Self> {
        let all = organizations::topics::TOPICS.iter().chain(kpis::topics::TOPICS);
        let all = all.chain(directives::topics::TOPICS).chain(emulation::topics::TOPICS);
        all.map(|topic| Self(topic))
    }

    /// Its name.
    pub fn as_str(&self) -> &'static str {
        self.0.word
    }

    /// What it is.
    pub fn about(self) -> &'static str {
        self.0.about
    }

    /// The kinds that a caller asks for, or all that it may follow.
    ///
    /// Refuses (403) a kind whose read scope its token lacks.
    pub fn allowed(who: &Caller, asked: Option<Vec<Self>>) -> Result<Vec<Self>, Fault> {
        let Some(asked) = asked else {
            return Ok(Self::all().filter(|kind| who.holds(kind.0.scope)).collect());
        };
        for kind in &asked {
            who.must_hold(kind.0.scope)?;
        }
        Ok(asked)
    }

    /// Kinds as one text, and back; a word that is no kind any more is left out.
    pub fn joined(kinds: &[Self]) -> String {
        kinds.iter().map(Self::as_str).collect::<Vec<_>>().join(" ")
    }

    /// The kinds of a text.
    pub fn split(text: &str) -> Vec<Self> {
        text.split_whitespace().filter_map(|word| word.parse().ok()).collect()
    }
}

impl FromStr for ChangeKind {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::all().find(|kind| kind.as_str() == text).ok_or(wrong::WORD)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_kinds_have_one_name() {
        let names: BTreeSet<&str> = ChangeKind::all().map(|kind| kind.as_str()).collect();
        assert_eq!(names.len(), ChangeKind::all().count());
        assert!(names.iter().all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')));
        let all: Vec<ChangeKind> = ChangeKind::all().collect();
        assert_eq!(ChangeKind::split(&ChangeKind::joined(&all)), all);
    }
}
