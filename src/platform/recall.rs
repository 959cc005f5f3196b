//! Answers that were given before and still hold, so that a dashboard that a hundred people open at eight is counted once.
//!
//! Every change is one entry of the audit trail, numbered in the order of the commits. An answer that was made when the trail
//! ended at a number holds for whoever finds it still ending there: exactly, on every process, without a time to live. What
//! is written to the tables by hand is not seen.

use std::collections::HashMap;
use std::future::{Ready, ready};
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use chrono::NaiveDate;

use super::auth::Caller;
use super::edge::{Facts, listed};
use super::fault::Fault;
use super::reply::Reply;

/// What is asked: address, form and language. Who asks it, and when, must be told before it is looked up.
pub struct Question {
    address: String,
    accept: String,
    language: &'static str,
}

/// A question of somebody on a day: all that an answer depends on beside the database.
pub struct Asked {
    text: String,
    /// The part of the answer that is another each time.
    aside: Option<String>,
}

impl FromRequest for Question {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let facts = req.extensions().get::<Facts>().cloned().unwrap_or_default();
        ready(Ok(Self {
            // The path as it was asked for: `.csv` at its end is a form.
            address: format!("{}?{}", facts.path, req.query_string()),
            accept: listed(req.headers(), &header::ACCEPT).unwrap_or_default(),
            language: facts.language.tag(),
        }))
    }
}

impl Question {
    /// By whom, on which day.
    pub fn of(self, who: &Caller, today: NaiveDate) -> Asked {
        let Self { address, accept, language } = self;
        Asked { text: [&address, who.org(), &accept, language, &today.to_string()].join("\n"), aside: None }
    }
}

impl Asked {
    /// Says how the part is written now that answers leave aside ([`Reply::aside`]).
    #[must_use]
    pub fn aside(mut self, part: String) -> Self {
        self.aside = Some(part);
        self
    }
}

/// What a process keeps.
pub struct Answers {
    most: usize,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// Where the trail ended when all of these were made.
    seq: i64,
    size: usize,
    answers: HashMap<String, Arc<Reply>>,
}

impl Answers {
    /// Keeps so many bytes at most; none for 0.
    pub fn new(most: usize) -> Self {
        Self { most, kept: Mutex::default() }
    }

    /// Whether anything is ever kept.
    pub fn keeps(&self) -> bool {
        self.most > 0
    }

    /// The answer to a question, if it was given where the trail ends.
    pub fn given(&self, asked: &Asked, seq: i64) -> Option<Reply> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.answers.get(&asked.text).filter(|_| kept.seq == seq).cloned();
        drop(kept);
        Some(Reply::clone(&*found?).renewed(asked.aside.as_deref()))
    }

    /// Keeps an answer that was made where the trail ended; those of an earlier end hold no more.
    pub fn keep(&self, asked: Asked, seq: i64, reply: Reply) -> Reply {
        let reply = reply.sealed();
        let size = reply.size() + asked.text.len();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if size > self.most || seq < kept.seq {
            return reply;
        }
        if seq > kept.seq || kept.size + size > self.most {
            *kept = Kept { seq, ..Kept::default() };
        }
        if kept.answers.insert(asked.text, Arc::new(reply.clone())).is_none() {
            kept.size += size;
        }
        reply
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn asked(text: &str) -> Asked {
        Asked { text: text.to_owned(), aside: None }
    }

    fn reply(text: &str) -> Reply {
        Reply::ok(&json!(text)).unwrap()
    }

    #[test]
    fn an_answer_holds_until_the_trail_goes_on() {
        let answers = Answers::new(1_000);
        answers.keep(asked("a"), 5, reply("one"));
        assert!(answers.given(&asked("a"), 5).is_some());
        assert!(answers.given(&asked("b"), 5).is_none());
        assert!(answers.given(&asked("a"), 6).is_none(), "something was written");
        assert!(answers.given(&asked("a"), 4).is_none(), "an earlier snapshot must not see what came later");
        answers.keep(asked("c"), 6, reply("two"));
        assert!(answers.given(&asked("a"), 5).is_none(), "what holds no more is not kept");
        answers.keep(asked("a"), 5, reply("one"));
        assert!(answers.given(&asked("c"), 6).is_some(), "a slow reader takes nothing away");
    }

    #[test]
    fn no_more_is_kept_than_may_be() {
        let answers = Answers::new(100);
        answers.keep(asked("large"), 1, reply(&"x".repeat(200)));
        assert!(answers.given(&asked("large"), 1).is_none());
        for n in 0..50 {
            answers.keep(asked(&n.to_string()), 1, reply("0123456789"));
        }
        let kept = (0..50).filter(|n| answers.given(&asked(&n.to_string()), 1).is_some()).count();
        assert!((1..=8).contains(&kept), "{kept}");
        assert!(!Answers::new(0).keeps());
    }

    #[test]
    fn what_differs_each_time_is_written_anew() {
        let answers = Answers::new(1_000);
        let body = json!({"items": [1], "data_as_of": "2020-01-01T00:00:00Z"});
        let given = Reply::ok(&body).unwrap().aside("\"2020-01-01T00:00:00Z\"".to_owned());
        answers.keep(asked("a"), 1, given);
        let again = answers.given(&asked("a").aside("\"2021-02-03T04:05:06.7Z\"".to_owned()), 1).unwrap();
        let text = again.text();
        assert_eq!(text, r#"{"data_as_of":"2021-02-03T04:05:06.7Z","items":[1]}"#);
    }
}
