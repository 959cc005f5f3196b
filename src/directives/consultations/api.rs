//! Consultations and opinions over HTTP.

use actix_web::web::{self, Data};
use actix_web::{get, post, put};
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use super::actions::{self, NewKey, Shown, etag};
use super::bodies::{
    BlindSignature, ConsultationView, NewConsultation, NewOpinion, NewTicket, NewUnsignedOpinion,
    OpinionView, UnsignedReceipt,
};
use super::model::{Days, Stance};
use super::store::{self, Filter};
use super::ticket::{Blinded, written};
use crate::directives::register;
use crate::directives::register::model::DirectiveId;
use crate::organizations::Reach;
use crate::platform::digest::Vault;
use crate::platform::{
    Answer, Clock, Condition, Db, Fault, IdempotencyKey, Json, May, Nobody, Page, Paged, Paging, Path, Query,
    ReadDirectives, Reply, WriteDirectives,
};

/// Show the consultation on a directive.
///
/// With the key that signs its tickets, and how many tickets were given and opinions came. Compare the key's thumbprint with what
/// others see before you ask for a ticket: one key for all is what hides you among them.
#[utoipa::path(
    tag = "directives",
    params(("id" = DirectiveId, Path, description = "Id of the directive")),
    responses((status = 200, description = "The consultation", body = ConsultationView)),
    security(("bearer" = ["directives:read"]))
)]
#[get("/directives/{id}/consultation")]
pub async fn find_consultation(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadDirectives>,
    id: Path<DirectiveId>,
) -> Answer {
    let (reach, today) = (Reach::of(&who), clock.today());
    let found = db.snapshot(move |conn| actions::find(conn, &reach, &id, today)).await?;
    let etag = etag(&found, today);
    Ok(Reply::ok(&ConsultationView::of(found, today))?.tagged(&etag))
}

/// Open a consultation on a directive.
///
/// For who reaches the organization that issued or registered it. The key that signs tickets is made now and stands in the audit trail from
/// now on. The first day can be moved until it has come, the last one always; the key never changes.
#[utoipa::path(
    tag = "directives",
    params(("id" = DirectiveId, Path, description = "Id of the directive")),
    responses(
        (status = 200, description = "Changed, or as it was", body = ConsultationView),
        (status = 201, description = "Opened", body = ConsultationView)
    ),
    security(("bearer" = ["directives:write"]))
)]
#[put("/directives/{id}/consultation")]
pub async fn open_consultation(
    db: Data<Db>,
    (clock, vault): (Data<Clock>, Data<Vault>),
    who: May<WriteDirectives>,
    id: Path<DirectiveId>,
    condition: Condition,
    body: Json<NewConsultation>,
) -> Answer {
    let (reach, today, id) = (Reach::of(&who), clock.today(), id.into_inner());
    let days = Days::from(body.value);
    let (asked, within) = (id.clone(), reach.clone());
    let new = db.snapshot(move |conn| actions::is_new(conn, &within, &asked, today)).await?;
    let about = id.clone();
    let make = move || NewKey::make(&about, &vault);
    let key = if new { Some(web::block(make).await.map_err(Fault::broken)??) } else { None };
    let order = who.orders("consultation.open", id.as_str());
    db.write(order, move |work| {
        let (outcome, shown) = actions::open(work, &reach, &id, days, key.as_ref(), &condition)?;
        reply(outcome, shown, work.today(), &id)
    })
    .await
}

fn reply(outcome: crate::platform::Outcome, shown: Shown, today: NaiveDate, id: &DirectiveId) -> Answer {
    let etag = etag(&shown, today);
    let location = format!("/api/v1/directives/{id}/consultation");
    Ok(Reply::of(outcome, &ConsultationView::of(shown, today), location)?.tagged(&etag))
}

/// Have a ticket for an unsigned opinion signed.
///
/// Once for each person and consultation, until its last day. What is signed is blinded: the service does not see the ticket, and
/// keeps nothing but that you got one. Steps of the client, which are those of RFC 9474 (`@cloudflare/blindrsa-ts` and others have them):
///
/// 1. Read the consultation. Check that `suite` is one you know, and compare `key_thumbprint` with what others see.
/// 2. Make 32 random bytes; `Prepare` puts 32 random bytes before them: that is the ticket, `input_msg`.
/// 3. `Blind` it under the key: keep `input_msg` and `inv`, send `blinded_msg` here.
/// 4. `Finalize` the answer with `inv`: that gives `sig`, and fails if the signature is not the key's. Keep `input_msg` and `sig`, destroy `inv`.
/// 5. Later, best on another day and by another connection, send both with the opinion to `/opinions/unsigned`, without a token.
///
/// A ticket that is lost is a voice lost. Send an `Idempotency-Key`, so that an answer which did not arrive can be had again: for 48
/// hours the service then keeps it too, which tells it nothing more, since every blinded ticket fits every opinion.
#[utoipa::path(
    tag = "directives",
    params(("id" = DirectiveId, Path, description = "Id of the directive")),
    responses((status = 200, description = "The signature", body = BlindSignature)),
    extensions(("x-answered-once" = json!(true))),
    security(("bearer" = ["directives:write"]))
)]
#[post("/directives/{id}/consultation/tickets")]
pub async fn give_ticket(
    db: Data<Db>,
    vault: Data<Vault>,
    who: May<WriteDirectives>,
    key: IdempotencyKey,
    id: Path<DirectiveId>,
    body: Json<NewTicket>,
) -> Answer {
    let reach = Reach::of(&who);
    let NewTicket { organization, blinded_message } = body.value;
    let blinded = Blinded::read(&blinded_message)?;
    let order = who.orders("consultation.give-ticket", id.as_str()).once(key.0, &body.fingerprint);
    db.write(order, move |work| {
        let (signature, key) = actions::give(work, &reach, &id, (&organization, &blinded), &vault)?;
        let evidence = json!({ "organization": organization, "key_thumbprint": key.thumbprint() });
        let view = BlindSignature { blind_signature: written(&signature), key_thumbprint: key.thumbprint() };
        Reply::changed_to(&view)?.with_evidence(&evidence)
    })
    .await
}

/// Give a signed opinion on a directive.
///
/// While a consultation on it is open, as a member of an organization within your subtree that the directive concerns. Who issued or
/// registered it sees your subject with it. At most 20 of one person.
#[utoipa::path(
    tag = "directives",
    params(("id" = DirectiveId, Path, description = "Id of the directive")),
    responses((status = 201, description = "Given", body = OpinionView)),
    security(("bearer" = ["directives:write"]))
)]
#[post("/directives/{id}/opinions")]
pub async fn give_opinion(
    db: Data<Db>,
    who: May<WriteDirectives>,
    key: IdempotencyKey,
    id: Path<DirectiveId>,
    body: Json<NewOpinion>,
) -> Answer {
    let reach = Reach::of(&who);
    let (organization, said) = (body.value.organization.clone(), body.value.said());
    let order = who.orders("consultation.give-opinion", id.as_str()).once(key.0, &body.fingerprint);
    db.write(order, move |work| {
        let opinion = actions::sign(work, &reach, &id, &organization, &said)?;
        let location = format!("/api/v1/directives/{}/opinions", id.as_str());
        Reply::created(&OpinionView::from(opinion), location)
    })
    .await
}

/// Hand in an unsigned opinion on a directive.
///
/// Without a token, with a ticket that was signed blindly: nobody can tell whose it is, who runs this service included. A request with an
/// `Authorization` header is refused. A ticket is good for one opinion; the same once more is answered the same.
///
/// What is kept: the ticket with its signature, what is said, and the day. Not kept: subject, organization, request id, moment, order of
/// arrival; there is no audit entry, no change told to followers, no number in the metrics and no line in the log, unless something of
/// ours breaks: then one that says what, and nothing of the request. It is shown from the next day on.
///
/// What that costs: it cannot be withdrawn or changed. Who keeps the ticket can find the opinion by its id, so destroy it if you might be
/// made to show it. Small groups, your style, what only you can know, your network's address, or an `X-Request-Id` or `traceparent` that
/// you sent with the ticket too still give you away: use another connection, best another network, than for the ticket, and not right
/// after it.
#[utoipa::path(
    tag = "directives",
    params(("id" = DirectiveId, Path, description = "Id of the directive")),
    responses((status = 200, description = "Taken, now or before", body = UnsignedReceipt)),
    security(())
)]
#[post("/directives/{id}/opinions/unsigned")]
pub async fn hand_in_unsigned_opinion(
    _nobody: Nobody,
    db: Data<Db>,
    id: Path<DirectiveId>,
    body: Json<NewUnsignedOpinion>,
) -> Answer {
    let (ticket, said) = body.value.read()?;
    let (about, shown) = (id.clone(), ticket.clone());
    // Who has no ticket is turned away without a lock.
    db.untraced().read(move |conn| actions::admit(conn, &about, &shown)).await?;
    // No order, and so no audit entry: each would tell the moment.
    let taken = move |conn: &mut _, now| actions::hand_in(conn, now, &id, &ticket, &said);
    let opinion = db.untraced().tend(taken).await?;
    Reply::ok(&UnsignedReceipt::from(opinion))
}

/// Which opinions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OpinionFilter {
    /// What they say of the directive as a whole.
    #[param(inline)]
    stance: Option<Stance>,
    /// Signed, or unsigned.
    #[param(example = true)]
    signed: Option<bool>,
}

/// List the opinions on a directive.
///
/// All of them for who reaches the organization that issued or registered it, unsigned ones from the day after they were handed in; for
/// others what they signed themselves. By day, the latest first; those of one day in no order that tells anything.
#[utoipa::path(
    tag = "directives",
    params(("id" = DirectiveId, Path, description = "Id of the directive"), Paged<OpinionFilter>),
    responses((status = 200, description = "A page of opinions", body = Page<OpinionView>)),
    security(("bearer" = ["directives:read"]))
)]
#[get("/directives/{id}/opinions")]
pub async fn list_opinions(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadDirectives>,
    id: Path<DirectiveId>,
    query: Query<Paged<OpinionFilter>>,
    paging: Paging,
) -> Answer {
    let (reach, today, subject) = (Reach::of(&who), clock.today(), who.subject().to_owned());
    let OpinionFilter { stance, signed } = query.0.filter;
    let filter = Filter { stance, signed };
    let page = (paging.after(who.subject())?, paging.fetch());
    let found = db.snapshot(move |conn| {
        register::store::find(conn, &reach, &id, today)?;
        store::list(conn, (&reach, &subject), &id, &filter, today, page)
    });
    let page = paging.page(found.await?, who.subject(), |opinion| (opinion.given_on, opinion.id.clone()))?;
    page.map(OpinionView::from).reply()
}
