//! Subscriptions over HTTP.

use actix_web::web::{self, Data};
use actix_web::{get, patch, post};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::actions::{self, Change, New, etag};
use super::model::{DisabledReason, Refusal, Subscription, SubscriptionStatus};
use super::store;
use crate::changes::feed::api::position;
use crate::changes::feed::model::{CURSOR, Position};
use crate::changes::kinds::ChangeKind;
use crate::organizations::{OrganizationCode, Reach, When};
use crate::platform::digest::{Seal, Vault};
use crate::platform::input::Patched;
use crate::platform::outside::Outside;
use crate::platform::page::{NoFilter, sealed};
use crate::platform::text::stored;
use crate::platform::{
    Answer, Body, Clock, Condition, Db, Fault, IdempotencyKey, Json, May, MergePatch, Page, Paged, Paging,
    Path, Query, ReadChanges, Reply, WriteChanges,
};

/// What is to be told to whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "url": "https://hooks.example.vn/danvan", "description": "I-Office" }))]
pub struct NewWebhookSubscription {
    /// The target: an https address that is not of a private network.
    #[schema(
        pattern = "^https?://[^/]",
        min_length = 8,
        max_length = 2000,
        example = "https://hooks.example.vn/danvan"
    )]
    url: String,
    /// What is told; without it, all that the token may read now.
    #[schema(min_items = 1, max_items = 100, nullable = false)]
    kinds: Option<Vec<ChangeKind>>,
    /// From where: a cursor of `GET /changes`, or `end`, which is what is taken without it.
    #[schema(min_length = 1, max_length = 2000, nullable = false, example = "end")]
    after: Option<String>,
    /// What it is for.
    #[schema(min_length = 1, max_length = 300, pattern = r"\S", nullable = false, example = "I-Office")]
    description: Option<String>,
}

impl Body for NewWebhookSubscription {}

/// What changes; a field that is absent stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "status": "disabled" }))]
pub struct WebhookSubscriptionChange {
    /// The target.
    #[schema(
        pattern = "^https?://[^/]",
        min_length = 8,
        max_length = 2000,
        nullable = false,
        example = "https://hooks.example.vn/danvan"
    )]
    url: Option<String>,
    /// What is told.
    #[schema(min_items = 1, max_items = 100, nullable = false)]
    kinds: Option<Vec<ChangeKind>>,
    /// What it is for; `null` removes it.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 300, pattern = r"\S", example = "I-Office")]
    description: Patched<String>,
    /// `disabled` ends the delivery; `active` lets it go on where it ended.
    #[schema(nullable = false)]
    status: Option<SubscriptionStatus>,
    /// From where it goes on: a cursor of `GET /changes`, or `end`.
    #[schema(min_length = 1, max_length = 2000, nullable = false, example = "end")]
    after: Option<String>,
}

impl Body for WebhookSubscriptionChange {}

/// How the delivery goes.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookDeliveryView {
    /// Cursor of what comes next; good for `GET /changes` too.
    #[schema(example = "eyJzZXEiOjE4LCJwbGFjZSI6MH0.7Jv0m2Yc4kzq1nXb8dR5tQ")]
    next: String,
    /// Calls so far.
    #[schema(minimum = 0, example = 12)]
    tries: i64,
    /// Calls that failed since the last one that did not.
    #[schema(minimum = 0, example = 0)]
    failures: i32,
    /// Since when every call fails.
    #[schema(required = true)]
    failing_since: Option<DateTime<Utc>>,
    /// When the next call is due, if there is something to tell.
    due_at: DateTime<Utc>,
    /// When something was last delivered.
    #[schema(required = true)]
    delivered_at: Option<DateTime<Utc>>,
    /// What the target answered last.
    #[schema(required = true, example = 204)]
    last_status: Option<i32>,
    /// Why the last call failed.
    #[schema(required = true, example = "the target answered 500")]
    last_error: Option<String>,
}

/// A subscription and how its delivery goes.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookSubscriptionView {
    /// Id.
    #[schema(example = "0199b2c4-5d6e-7f80-9123-456789abcdef")]
    id: String,
    /// Code of the organization at the root of what is told; `null` for all.
    #[schema(required = true)]
    organization: Option<OrganizationCode>,
    /// The target.
    #[schema(example = "https://hooks.example.vn/danvan")]
    url: String,
    /// What is told.
    kinds: Vec<ChangeKind>,
    /// What it is for.
    #[schema(required = true, example = "I-Office")]
    description: Option<String>,
    /// Whether anything is delivered.
    status: SubscriptionStatus,
    /// Why not.
    #[schema(required = true)]
    reason: Option<DisabledReason>,
    /// The secret that signs; shown only when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        required = false,
        nullable = false,
        example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="
    )]
    secret: Option<String>,
    /// Until when the secret before it signs too.
    #[schema(required = true)]
    earlier_secret_until: Option<DateTime<Utc>>,
    /// Since when.
    created_at: DateTime<Utc>,
    /// How the delivery goes.
    delivery: WebhookDeliveryView,
}

fn view(found: Subscription, seal: &Seal) -> Result<WebhookSubscriptionView, Fault> {
    let going = found.delivery;
    let delivery = WebhookDeliveryView {
        next: sealed(seal, CURSOR, &going.next)?,
        tries: going.tries,
        failures: going.failures,
        failing_since: going.failing_since,
        due_at: going.due_at,
        delivered_at: going.delivered_at,
        last_status: going.last_status,
        last_error: going.last_error,
    };
    Ok(WebhookSubscriptionView {
        id: found.id,
        organization: found.root.map(|(_, code)| code),
        url: found.url,
        kinds: found.kinds,
        description: found.description,
        status: found.status,
        reason: found.reason,
        secret: None,
        earlier_secret_until: found.earlier.map(|(_, until)| until),
        created_at: found.created_at,
        delivery,
    })
}

/// Adds to an answer what is shown this once.
fn with_secret(reply: Reply, view: WebhookSubscriptionView, secret: &[u8]) -> Answer {
    let secret = Some(format!("whsec_{}", BASE64_STANDARD.encode(secret)));
    reply.shown_once(&WebhookSubscriptionView { secret, ..view })
}

/// Refuses (422) a target that may not be called.
async fn admit(outside: &Data<Outside>, url: &str) -> Result<(), Fault> {
    let (outside, url) = (outside.clone(), url.to_owned());
    let admitted = web::block(move || outside.admits(&url)).await.map_err(Fault::broken)?;
    admitted.map_err(|refused| Refusal::from(refused).into())
}

/// Subscribe to changes.
///
/// What changes from now on within the caller's subtree, of the kinds that the token may read, is posted to the target as
/// `{"type": "changes", "timestamp", "data": {"items", "next"}}`, with items as of `GET /changes`, in their order, at most 200
/// in one call. Each call is signed by [Standard Webhooks](https://www.standardwebhooks.com): `webhook-id` is the same when a
/// call is repeated, `webhook-timestamp` is the time of the call, `webhook-signature` holds `v1,` and the HMAC-SHA256 of
/// `id.timestamp.body` in base64, twice with a blank between while two secrets are valid. Any status from 200 to 299 within
/// the time of the setting takes it; everything else, a redirect too, is tried again after at most 5 seconds, then each time
/// after at most twice as long, up to an hour; a `Retry-After` of the target that asks for a longer pause is heeded up to that
/// hour. A target that fails for the hours of the setting, or answers 410, is disabled. A call may come twice: the ids tell. The
/// subscription goes on without the token that made it, until it is disabled. The secret is shown in this answer and never
/// again, not even to a repetition with the same `Idempotency-Key`.
#[utoipa::path(
    tag = "changes",
    responses((status = 201, description = "Subscribed", body = WebhookSubscriptionView)),
    extensions(("x-answered-once" = json!(true))),
    security(("bearer" = ["changes:write"]))
)]
#[post("/webhook-subscriptions")]
pub async fn create_webhook_subscription(
    db: Data<Db>,
    (outside, seal, vault): (Data<Outside>, Data<Seal>, Data<Vault>),
    who: May<WriteChanges>,
    key: IdempotencyKey,
    body: Json<NewWebhookSubscription>,
) -> Answer {
    let given = body.value;
    let kinds = ChangeKind::allowed(&who, given.kinds)?;
    admit(&outside, &given.url).await?;
    let start = given.after.as_deref().map_or(Ok(Position::END), |after| position(&seal, after))?;
    let new = New { url: given.url, kinds, description: given.description.as_deref().map(stored), start };
    let reach = Reach::of(&who);
    let order = who.orders("webhook.subscribe", new.url.clone()).once(key.0, &body.fingerprint);
    db.write(order, move |work| {
        let (made, secret) = actions::subscribe(work, &reach, &new, &vault)?;
        let (etag, location) = (etag(&made), format!("/api/v1/webhook-subscriptions/{}", made.id));
        let view = view(made, &seal)?;
        with_secret(Reply::created(&view, location)?.tagged(&etag), view, &secret)
    })
    .await
}

/// List the subscriptions.
///
/// Those for organizations within the caller's subtree, the oldest first.
#[utoipa::path(
    tag = "changes",
    params(Paged<NoFilter>),
    responses((status = 200, description = "A page of subscriptions", body = Page<WebhookSubscriptionView>)),
    security(("bearer" = ["changes:read"]))
)]
#[get("/webhook-subscriptions")]
pub async fn list_webhook_subscriptions(
    db: Data<Db>,
    clock: Data<Clock>,
    seal: Data<Seal>,
    who: May<ReadChanges>,
    _query: Query<Paged<NoFilter>>,
    paging: Paging,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::Now(clock.today()));
    let page = (paging.after::<String>(who.subject())?, paging.fetch());
    let found = db.read(move |conn| store::list(conn, &reach, when, page)).await?;
    let page = paging.page(found, who.subject(), |found| found.id.clone())?;
    let items: Result<Vec<_>, Fault> = page.items.into_iter().map(|found| view(found, &seal)).collect();
    Page { items: items?, next: page.next }.reply()
}

/// Show a subscription.
///
/// With how its delivery goes.
#[utoipa::path(
    tag = "changes",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The subscription", body = WebhookSubscriptionView)),
    security(("bearer" = ["changes:read"]))
)]
#[get("/webhook-subscriptions/{id}")]
pub async fn find_webhook_subscription(
    db: Data<Db>,
    clock: Data<Clock>,
    seal: Data<Seal>,
    who: May<ReadChanges>,
    id: Path<String>,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::Now(clock.today()));
    let found = db.read(move |conn| store::find(conn, &reach, &id, when)).await?;
    let etag = etag(&found);
    Ok(Reply::ok(&view(found, &seal)?)?.tagged(&etag))
}

/// Change a subscription, disable it or let it go on.
///
/// Needs the read scope of each kind that it tells. After a change, or with `after`, a failing one is tried anew at once; to say
/// only what holds already does nothing.
#[utoipa::path(
    tag = "changes",
    params(("id" = String, Path, description = "Its id")),
    request_body(content = WebhookSubscriptionChange, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed", body = WebhookSubscriptionView)),
    security(("bearer" = ["changes:write"]))
)]
#[patch("/webhook-subscriptions/{id}")]
pub async fn change_webhook_subscription(
    db: Data<Db>,
    (outside, seal): (Data<Outside>, Data<Seal>),
    who: May<WriteChanges>,
    id: Path<String>,
    condition: Condition,
    body: MergePatch<WebhookSubscriptionChange>,
) -> Answer {
    let given = body.value;
    let kinds = given.kinds.map(|kinds| ChangeKind::allowed(&who, Some(kinds))).transpose()?;
    if let Some(url) = &given.url {
        admit(&outside, url).await?;
    }
    let start = given.after.as_deref().map(|after| position(&seal, after)).transpose()?;
    let description = given.description.map(|text| stored(&text));
    let change = Change { url: given.url, kinds, description, status: given.status, start };
    let (reach, caller) = (Reach::of(&who), who.clone());
    let order = who.orders("webhook.change", id.as_str());
    db.write(order, move |work| {
        let (outcome, now) = actions::change(work, (&reach, &caller), &id, &change, &condition)?;
        let etag = etag(&now);
        Ok(Reply::of(outcome, &view(now, &seal)?, String::new())?.tagged(&etag))
    })
    .await
}

/// Give a subscription another secret.
///
/// The secret before it signs too for 24 hours. Needs the read scope of each kind that is told. The new one is shown in this
/// answer and never again.
#[utoipa::path(
    tag = "changes",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The subscription with its new secret", body = WebhookSubscriptionView)),
    extensions(("x-answered-once" = json!(true))),
    security(("bearer" = ["changes:write"]))
)]
#[post("/webhook-subscriptions/{id}/secret")]
pub async fn rotate_webhook_secret(
    db: Data<Db>,
    (seal, vault): (Data<Seal>, Data<Vault>),
    who: May<WriteChanges>,
    id: Path<String>,
    key: IdempotencyKey,
) -> Answer {
    let (reach, caller) = (Reach::of(&who), who.clone());
    let order = who.orders("webhook.rotate-secret", id.as_str()).once(key.0, "");
    db.write(order, move |work| {
        let (now, secret) = actions::rotate(work, (&reach, &caller), &id, &vault)?;
        let etag = etag(&now);
        let view = view(now, &seal)?;
        with_secret(Reply::changed_to(&view)?.tagged(&etag), view, &secret)
    })
    .await
}
