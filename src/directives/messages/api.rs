//! Messages over HTTP.

use std::collections::BTreeSet;
use std::future::{Ready, ready};
use std::io::Read;

use actix_web::dev::Payload;
use actix_web::web::{Data, ReqData};
use actix_web::{FromRequest, HttpRequest, get, post};
use chrono::NaiveDateTime;
use serde::Deserialize;
use utoipa::IntoParams;

use super::actions::{self, etag, xml_etag};
use super::bodies::{EdxmlMessageView, Xml};
use super::contents::Aside;
use super::model::{Kept, MessageDirection, MessageId, MessageKind};
use super::sending;
use super::store::Filter;
use crate::directives::edxml::reading::{self, Failure, Limits, Received};
use crate::directives::register::model::DirectiveId;
use crate::organizations::{OrganizationCode, Reach};
use crate::platform::auth::Scope;
use crate::platform::clock::local_time;
use crate::platform::config::EdxmlConfig;
use crate::platform::edge::Facts;
use crate::platform::input::{Flow, PrefersXml, wrong};
use crate::platform::{
    Answer, Clock, Condition, Db, Etag, Fault, IdempotencyKey, May, Page, Paged, Paging, Path, Query,
    ReadDirectives, Reply, WriteDirectives, WriteRecords, Wrong,
};

/// The media type of a message.
const MEDIA: &str = "application/xml";
/// Bytes that may arrive beyond those that are taken, so that it is the reader of messages who says that there are too many.
const BEYOND: usize = 64 * 1024;

/// A message that is posted, not read yet.
pub struct Posted {
    flow: Flow,
    limits: Limits,
    keep: bool,
}

impl FromRequest for Posted {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Self::of(req, payload))
    }
}

impl Posted {
    fn of(req: &HttpRequest, payload: &mut Payload) -> Result<Self, Fault> {
        let config =
            req.app_data::<Data<EdxmlConfig>>().ok_or_else(|| Fault::broken("no limits configured"))?;
        let EdxmlConfig { keep, bytes, attachments, attachment_bytes, elements } = ***config;
        let limits = Limits { bytes, attachments, attachment_bytes, elements, ..Limits::default() };
        let most = usize::try_from(bytes).unwrap_or(usize::MAX).saturating_add(BEYOND);
        Ok(Self { flow: Flow::of(req, payload, &[MEDIA, "text/xml"], most)?, limits, keep })
    }

    /// Reads the message while it arrives; the contents of its files are put aside where they are to be kept.
    async fn read(self, now: NaiveDateTime) -> Result<(Received, Option<Aside>), Fault> {
        let (limits, keep) = (self.limits, self.keep);
        self.flow.read(move |from| read(from, &limits, now, keep)).await?
    }
}

fn read(
    from: &mut dyn Read,
    limits: &Limits,
    now: NaiveDateTime,
    keep: bool,
) -> Result<(Received, Option<Aside>), Fault> {
    let refused = |failure| match failure {
        Failure::Refused(refused) => Fault::from(refused),
        Failure::Broken(error) => Fault::broken(error),
    };
    if !keep {
        return Ok((reading::read(from, limits, now, &mut ()).map_err(refused)?, None));
    }
    let mut aside = Aside::new().map_err(Fault::broken)?;
    let received = reading::read(from, limits, now, &mut aside).map_err(refused)?;
    Ok((received, Some(aside.whole().map_err(Fault::broken)?)))
}

/// Take a message of edXML.
///
/// A package of QCVN 102:2016: a new document, an update, a revocation, a replacement, or one of the nine statuses. For who reaches the
/// sender or a receiver of the document (of a status: who sends it, or who sent the document); others are told that the agencies are
/// not known. It finds or registers the directive, gives its task to the receivers within your reach, moves tasks by statuses, and records
/// the document among those that its sender issued: a system that posts its messages here need not push these documents to
/// `/document-exchanges` as well. That changes records, so that it needs `records:write` too; without it a warning says that the document was
/// not counted. What a receiver answers is fetched as messages that go `out`. What the document calls by an unknown or
/// closed code, and a status out of its order, is taken with a warning.
///
/// The same document may be sent any number of times, also on another way: the answer is that of the first (200, the same id), with what is new
/// since the caller reaches more. Another document under the id of one that came before is refused (409), unless only the other was sent by who
/// does not reach its sender.
#[utoipa::path(
    tag = "directives",
    request_body(content = Xml, content_type = "application/xml"),
    responses(
        (status = 201, description = "Taken, with what it did", body = EdxmlMessageView),
        (status = 200, description = "It was taken before", body = EdxmlMessageView)
    ),
    security(("bearer" = ["directives:write"]))
)]
#[post("/edxml/messages")]
pub async fn receive_edxml_message(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<WriteDirectives>,
    key: IdempotencyKey,
    facts: ReqData<Facts>,
    posted: Posted,
) -> Answer {
    let (reach, counts, language) = (Reach::of(&who), who.holds(WriteRecords::NAME), facts.language);
    let (received, files) = posted.read(local_time(clock.now())).await?;
    let sender = received.message.from().code.to_string();
    let order = who.orders("edxml.receive", sender).once(key.0, &received.sha256);
    db.write(order, move |work| {
        let (outcome, kept) = actions::receive(work, (&reach, counts), &received, files.as_ref())?;
        let (etag, location) = (etag(&kept), format!("/api/v1/edxml/messages/{}", kept.id));
        // Not whom it names: persons are not for the trail.
        let evidence = serde_json::json!([kept.id, kept.sha256, kept.directive, kept.deeds]);
        let reply = Reply::of(outcome, &EdxmlMessageView::of(kept, language), location)?;
        reply.tagged(&etag).in_language(language).with_evidence(&evidence)
    })
    .await
}

/// Which messages.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EdxmlMessageFilter {
    /// Id of a directive.
    #[param(inline)]
    directive: Option<DirectiveId>,
    /// Which way they go.
    #[param(inline)]
    direction: Option<MessageDirection>,
    /// What they are.
    #[param(inline)]
    kind: Option<MessageKind>,
    /// Code of who sends them, as it stands in the message.
    #[param(inline)]
    sender: Option<OrganizationCode>,
    /// Id of a message: those that came after it. Who fetches what is to be sent goes on behind the last that it got.
    #[param(inline)]
    after: Option<MessageId>,
}

/// List messages of edXML.
///
/// Those of directives that you may know of, from or to agencies within your reach, in the order in which they were taken or made; none ever comes
/// in between. A status is for its sender, the document's sender and the receiver that it is about. `direction=out` are the statuses that are to be sent, each as XML by its id.
#[utoipa::path(
    tag = "directives",
    params(Paged<EdxmlMessageFilter>),
    responses((status = 200, description = "A page of messages", body = Page<EdxmlMessageView>)),
    security(("bearer" = ["directives:read"]))
)]
#[get("/edxml/messages")]
pub async fn list_edxml_messages(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadDirectives>,
    facts: ReqData<Facts>,
    query: Query<Paged<EdxmlMessageFilter>>,
    paging: Paging,
) -> Answer {
    let (reach, today, language) = (Reach::of(&who), clock.today(), facts.language);
    let EdxmlMessageFilter { directive, direction, kind, sender, after } = query.0.filter;
    let filter = Filter { directive, direction, kind, sender };
    let (cursor, count) = (paging.after::<i64>(who.subject())?, paging.fetch());
    let found = db.snapshot(move |conn| {
        let from = match (cursor, after) {
            (Some(seq), _) => seq,
            (None, Some(id)) => actions::find(conn, &reach, &id, today).map_err(unknown)?.seq,
            (None, None) => 0,
        };
        actions::list(conn, &reach, &filter, today, (from, count))
    });
    let page = paging.page(found.await?, who.subject(), |kept: &Kept| kept.seq)?;
    Ok(page.map(|kept| EdxmlMessageView::listed(kept, language)).reply()?.in_language(language))
}

/// A message after which nothing can be told, since it is not there.
fn unknown(fault: Fault) -> Fault {
    let missing = fault.kind == Fault::missing().kind;
    if missing { Fault::invalid(vec![Wrong::parameter("after", wrong::MISSING)]) } else { fault }
}

/// Show a message of edXML.
///
/// As JSON; with `Accept: application/xml` in the form that the national document axis accepts. Of a message that came in
/// what was read is written anew, so that its bytes are others; its signature and what is not known in QCVN 102 are left out. If it has files
/// whose contents were not kept (`DANVAN_EDXML_CONTENTS`), there is no XML of it (410).
#[utoipa::path(
    tag = "directives",
    params(("id" = MessageId, Path, description = "Its id")),
    responses((status = 200, description = "The message", content(
        (EdxmlMessageView = "application/json"), (Xml = "application/xml")
    ))),
    security(("bearer" = ["directives:read"]))
)]
#[get("/edxml/messages/{id}")]
pub async fn find_edxml_message(
    (db, clock): (Data<Db>, Data<Clock>),
    who: May<ReadDirectives>,
    facts: ReqData<Facts>,
    id: Path<MessageId>,
    form: PrefersXml,
    condition: Condition,
) -> Answer {
    let (reach, now, language) = (Reach::of(&who), clock.now(), facts.language);
    if form.0 {
        let (kept, spool) =
            db.snapshot(move |conn| actions::as_xml(conn, &reach, &id, &condition, now)).await?;
        let (etag, name) = (xml_etag(&kept), attached(kept.id.as_str()));
        return Ok(Reply::spooled(spool, &etag, MEDIA, name).modified(kept.recorded_at).negotiated());
    }
    let kept = db.snapshot(move |conn| actions::find(conn, &reach, &id, clock.today())).await?;
    let etag = Etag::variant(kept.version, language.tag());
    let reply = Reply::ok(&EdxmlMessageView::of(kept, language))?.tagged(&etag);
    Ok(reply.in_language(language).negotiated())
}

fn attached(name: &str) -> String {
    format!("attachment; filename=\"{name}.edxml\"")
}

/// To whom a directive goes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Addressed {
    /// Codes of the agencies that receive it, with commas between them.
    #[param(pattern = r"^[0-9A-Z.]+(,[0-9A-Z.]+)*$", min_length = 1, max_length = 4_000, example = "H19.09")]
    to: String,
}

impl Addressed {
    /// The codes, each once.
    fn codes(&self) -> Result<Vec<OrganizationCode>, Fault> {
        let wrong = |code| Fault::invalid(vec![Wrong::parameter("to", code)]);
        let mut seen = BTreeSet::new();
        let codes: Vec<OrganizationCode> =
            self.to.split(',').map(|code| code.parse().map_err(wrong)).collect::<Result<_, _>>()?;
        Ok(codes.into_iter().filter(|code| seen.insert(code.clone())).collect())
    }
}

/// Write a directive as a message of edXML.
///
/// The package of a new document, from the organization that issued it to some agencies, in the form that the national document axis accepts; for who
/// reaches the organization that issued or registered the directive. It has no files, since the register holds none. Agencies that are not
/// known, or were closed on the day of issue, are refused, and so is a directive of which the register does not know what a message must tell.
/// Nothing is recorded: who sends it posts the same bytes to `/edxml/messages`, so that the statuses that come back are known.
#[utoipa::path(
    tag = "directives",
    params(("id" = DirectiveId, Path, description = "Id of the directive"), Addressed),
    responses((status = 200, description = "The message", body = Xml, content_type = "application/xml")),
    security(("bearer" = ["directives:read"]))
)]
#[get("/directives/{id}.edxml")]
pub async fn write_edxml_message(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadDirectives>,
    id: Path<DirectiveId>,
    query: Query<Addressed>,
) -> Answer {
    let (reach, now, to) = (Reach::of(&who), clock.now(), query.0.codes()?);
    let name = attached(id.as_str());
    let written = db.snapshot(move |conn| sending::package(conn, &reach, &id, &to, now)).await?;
    Ok(Reply::file(written, MEDIA, name))
}
