//! Answers that were given before and still hold: what is asked again before anything changed is not counted again.
//!
//! Every change is one entry of the audit trail, chained to the one before it. An answer that was made at an end of the trail
//! holds for whoever finds the trail ending there: exactly, on every process, without a time to live. Repetitions of a change
//! are another matter ([`super::idempotency`]). What changes rows and leaves no entry is not seen: a statement by hand, a
//! migration beside a running process, and what [`Db::tend`](super::Db::tend) changes. That may show in no answer that is
//! recalled, or not before the next day, which is another question: so do unsigned opinions.

use std::collections::HashMap;
use std::future::{Ready, ready};
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use chrono::NaiveDate;

use super::audit::End;
use super::auth::Caller;
use super::edge::{Facts, listed};
use super::fault::Fault;
use super::problem::Language;
use super::reply::Reply;

/// What is asked: address, form and language. Who asks it, and when, must be told before it is looked up.
pub struct Question {
    address: String,
    accept: String,
    language: Language,
}

/// A question of somebody on a day: all that an answer depends on beside the database.
pub struct Posed {
    text: String,
    /// How the part of the answer is written that is another each time.
    aside: Option<String>,
}

impl FromRequest for Question {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        // Without its path one question would be taken for another.
        let Some(facts) = req.extensions().get::<Facts>().cloned() else {
            return ready(Err(Fault::broken("a request without its facts")));
        };
        ready(Ok(Self {
            // The path as it was asked for: `.csv` at its end is a form.
            address: format!("{}?{}", facts.path, req.query_string()),
            accept: listed(req.headers(), &header::ACCEPT).unwrap_or_default(),
            language: facts.language,
        }))
    }
}

impl Question {
    /// In which language it is to be answered.
    pub fn language(&self) -> Language {
        self.language
    }

    /// By whom, on which day. Not for pages: their cursors are good for one subject only, and any that reaches the same is
    /// given the same answer.
    pub fn of(self, who: &Caller, today: NaiveDate) -> Posed {
        let Self { address, accept, language } = self;
        let day = today.to_string();
        Posed { text: [&address, who.org(), &accept, language.tag(), &day].join("\n"), aside: None }
    }
}

impl Posed {
    /// Says how the part is written now that is another each time ([`Reply::aside`]).
    #[must_use]
    pub fn aside(mut self, part: String) -> Self {
        self.aside = Some(part);
        self
    }
}

/// What a process keeps of its answers.
pub struct Answers {
    most: usize,
    memory: Mutex<Memory>,
}

/// All of one end of the trail.
#[derive(Default)]
struct Memory {
    end: Option<End>,
    size: usize,
    answers: HashMap<String, Arc<Reply>>,
}

/// What an answer takes beside its text, about.
const OVERHEAD: usize = 500;

impl Answers {
    /// Keeps so many bytes at most; none for 0.
    pub fn new(most: usize) -> Self {
        Self { most, memory: Mutex::default() }
    }

    /// Whether anything is ever kept.
    pub fn keeps(&self) -> bool {
        self.most > 0
    }

    /// The answer to a question, if it was given at this end of the trail.
    pub fn given(&self, posed: &Posed, end: &End) -> Option<Reply> {
        let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let found = memory.answers.get(&posed.text).filter(|_| memory.end.as_ref() == Some(end)).cloned();
        drop(memory);
        Some(Reply::clone(&*found?).renewed(posed.aside.as_deref()))
    }

    /// Keeps an answer that was made at an end of the trail; those of another end hold no more.
    pub fn keep(&self, posed: Posed, end: End, reply: Reply) -> Reply {
        let reply = match posed.aside {
            Some(part) => reply.aside(part).sealed(),
            None => reply.sealed(),
        };
        let size = reply.size() + posed.text.len() + OVERHEAD;
        if size > self.most {
            return reply;
        }
        let kept = Arc::new(reply.clone());
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let mut gone = Memory::default();
        if memory.end.as_ref() != Some(&end) || memory.size + size > self.most {
            gone = std::mem::replace(&mut *memory, Memory { end: Some(end), ..Memory::default() });
        }
        if memory.answers.insert(posed.text, kept).is_none() {
            memory.size += size;
        }
        // Nobody waits until all of it is given back.
        drop(memory);
        drop(gone);
        reply
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn posed(text: &str) -> Posed {
        Posed { text: text.to_owned(), aside: None }
    }

    fn reply(text: &str) -> Reply {
        Reply::ok(&json!(text)).unwrap()
    }

    fn end(seq: i64) -> End {
        End { seq, hash: seq.to_string() }
    }

    #[test]
    fn an_answer_holds_until_the_trail_goes_on() {
        let answers = Answers::new(10_000);
        answers.keep(posed("a"), end(5), reply("one"));
        assert!(answers.given(&posed("a"), &end(5)).is_some());
        assert!(answers.given(&posed("b"), &end(5)).is_none());
        assert!(answers.given(&posed("a"), &end(6)).is_none(), "something was written");
        assert!(
            answers.given(&posed("a"), &end(4)).is_none(),
            "an earlier snapshot must not see what came later"
        );
        let other = End { seq: 5, hash: "of another history".into() };
        assert!(answers.given(&posed("a"), &other).is_none(), "a restored database");
        answers.keep(posed("c"), end(6), reply("two"));
        assert!(answers.given(&posed("a"), &end(5)).is_none(), "what holds no more is not kept");
    }

    #[test]
    fn no_more_is_kept_than_may_be() {
        let answers = Answers::new(4_000);
        answers.keep(posed("large"), end(1), reply(&"x".repeat(4_000)));
        assert!(answers.given(&posed("large"), &end(1)).is_none());
        for n in 0..50 {
            answers.keep(posed(&n.to_string()), end(1), reply("0123456789"));
        }
        let kept = (0..50).filter(|n| answers.given(&posed(&n.to_string()), &end(1)).is_some()).count();
        assert!((1..=7).contains(&kept), "{kept}");
        assert!(!Answers::new(0).keeps());
    }

    #[test]
    fn what_differs_each_time_is_written_anew() {
        let answers = Answers::new(10_000);
        let body = json!({"items": [1], "data_as_of": "2020-01-01T00:00:00Z"});
        let first = posed("a").aside("2020-01-01T00:00:00Z".to_owned());
        answers.keep(first, end(1), Reply::ok(&body).unwrap());
        let again = posed("a").aside("2021-02-03T04:05:06.7Z".to_owned());
        let again = answers.given(&again, &end(1)).unwrap();
        let again: serde_json::Value = serde_json::from_str(again.text()).unwrap();
        assert_eq!(again, json!({"items": [1], "data_as_of": "2021-02-03T04:05:06.7Z"}));
    }
}
