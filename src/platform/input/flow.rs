//! A body that is read while it arrives, by a reader that waits for its bytes: of whatever length, in the same memory.

use std::io::{self, Read};

use actix_web::dev::Payload;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, web};
use futures_util::future::join;
use tokio::sync::{Semaphore, mpsc};

use super::body::{Arriving, check_head};
use crate::platform::fault::Fault;

/// Bodies that are read at once in one process. Each holds a thread as long as its bytes take to come, and queries need those
/// threads too.
const AT_ONCE: usize = 16;
static PLACES: Semaphore = Semaphore::const_new(AT_ONCE);

/// Parts that may wait for the reader.
const WAITING: usize = 2;

/// A body that was not read yet.
pub struct Flow {
    arriving: Arriving,
}

impl Flow {
    /// The body of a request, if it is of one of these media types and not larger than the limit, as far as it says.
    pub fn of(
        req: &HttpRequest,
        payload: &mut Payload,
        media: &[&'static str],
        limit: usize,
    ) -> Result<Self, Fault> {
        check_head(req, media, "accept-post", limit)?;
        Ok(Self { arriving: Arriving::new(req, payload, limit) })
    }

    /// Gives the body to a reader, on a thread where it may wait. What comes after the reader is done is not asked for.
    ///
    /// Answers what the reader does. Refuses a body that is too large (413), too slow (408), or ends early (400), whatever the
    /// reader made of it; and any when too many are being read (503).
    pub async fn read<T: Send + 'static>(
        self,
        reader: impl FnOnce(&mut dyn Read) -> T + Send + 'static,
    ) -> Result<T, Fault> {
        let _place = PLACES.try_acquire().map_err(Fault::busy)?;
        let (to, from) = mpsc::channel(WAITING);
        let read = web::block(move || {
            let mut flowing = Flowing { from, part: Bytes::new(), is_over: false };
            reader(&mut flowing)
        });
        let (arrived, read) = join(pump(self.arriving, to), read).await;
        arrived?;
        read.map_err(Fault::broken)
    }
}

/// Hands on what arrives, as fast as it is taken.
async fn pump(mut arriving: Arriving, to: mpsc::Sender<Option<Bytes>>) -> Result<(), Fault> {
    while let Some(part) = arriving.next().await? {
        if to.send(Some(part)).await.is_err() {
            return Ok(());
        }
    }
    // Said, so that a body that broke off is not taken for one that ended.
    let _ = to.send(None).await;
    Ok(())
}

/// The reader's end.
struct Flowing {
    from: mpsc::Receiver<Option<Bytes>>,
    part: Bytes,
    is_over: bool,
}

impl Read for Flowing {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.part.is_empty() && !self.is_over {
            match self.from.blocking_recv() {
                Some(Some(part)) => self.part = part,
                Some(None) => self.is_over = true,
                None => return Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
            }
        }
        let length = self.part.len().min(into.len());
        let part = self.part.split_to(length);
        into.get_mut(..length).unwrap_or_default().copy_from_slice(&part);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use actix_web::error::PayloadError;
    use actix_web::test::TestRequest;
    use futures_util::stream;

    use super::*;
    use crate::platform::fault::kinds;

    const XML: &[&str] = &["application/xml", "text/xml"];
    const LIMIT: usize = 1_000;

    /// A body of so many parts of a hundred bytes, and how many of them were asked for; at the end it may break off.
    fn flow(media: &str, parts: usize, breaks: bool) -> (Result<Flow, Fault>, Rc<Cell<usize>>) {
        let asked = Rc::new(Cell::new(0));
        let counter = Rc::clone(&asked);
        let end = breaks.then_some(Err(PayloadError::Incomplete(None)));
        let parts = (0..parts).map(|_| Ok(Bytes::from(vec![b'a'; 100]))).chain(end);
        let parts = stream::iter(parts.inspect(move |_| counter.set(counter.get() + 1)));
        let mut payload: Payload = Payload::Stream { payload: Box::pin(parts) as _ };
        let req = TestRequest::post().insert_header(("content-type", media)).to_http_request();
        (Flow::of(&req, &mut payload, XML, LIMIT), asked)
    }

    fn all(from: &mut dyn Read) -> io::Result<usize> {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes)
    }

    #[actix_web::test]
    async fn a_reader_gets_the_whole_body() {
        let (flow, asked) = flow("application/xml; charset=utf-8", 10, false);
        assert_eq!(asked.get(), 0);
        assert_eq!(flow.unwrap().read(all).await.unwrap().unwrap(), 1_000);
    }

    #[actix_web::test]
    async fn a_reader_that_is_done_is_sent_no_more() {
        let (flow, asked) = flow("text/xml", 10, false);
        let read = flow.unwrap().read(|from| from.read(&mut [0; 10])).await;
        assert_eq!(read.unwrap().unwrap(), 10);
        assert!(asked.get() <= WAITING + 3, "{}", asked.get());
    }

    #[actix_web::test]
    async fn a_body_that_is_not_whole_is_refused_and_not_taken_for_a_short_one() {
        for (parts, breaks, code) in [(11, false, "body-too-large"), (3, true, "malformed-request")] {
            let (flow, _) = flow("text/xml", parts, breaks);
            let fault = flow.unwrap().read(|from| assert!(all(from).is_err())).await.unwrap_err();
            assert_eq!(fault.kind.code, code);
        }
        assert_eq!(flow("application/json", 1, false).0.err().unwrap().kind, &kinds::UNSUPPORTED_MEDIA);
    }
}
