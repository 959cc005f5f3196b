//! What the OpenAPI document says of every operation alike: problem answers, headers, examples, the scope.

#![expect(clippy::indexing_slicing, reason = "a JSON object makes the member that is assigned")]

mod examples;
mod flat;
mod pages;

use serde_json::{Value, json};
use utoipa::openapi::OpenApi;

use crate::platform::auth::SCOPES;

const ABOUT: &str = "The API on which Vietnamese provinces measure and steer their departments: every percentage can be \
     traced to the records, the formula and the article of law behind it.\n\nLists answer `{items, next}` and a `Link` \
     header. Changing a record that is there needs `If-Match` with its `ETag`. A POST with an `Idempotency-Key` may be sent \
     again: it is answered what the first one was answered, for 48 hours. Errors are problem documents (RFC 9457), listed at \
     `/problems`, in Vietnamese or English by `Accept-Language`.";

/// The document with what every operation has in common.
///
/// JSON from here on: utoipa's own types cannot hold all that OpenAPI 3.1 can say.
pub(crate) fn finished(document: &OpenApi) -> Value {
    let mut root = json!(document);
    describe(&mut root);
    pages::name(&mut root);
    flat::join(&mut root);
    let schemas = root.pointer("/components/schemas").cloned().unwrap_or_default();
    let paths = root.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            complete(path, method, operation, &schemas);
        }
    }
    root
}

fn describe(root: &mut Value) {
    root["info"] = json!({
        "title": "danvan", "version": env!("CARGO_PKG_VERSION"), "description": ABOUT,
        "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" }
    });
    root["servers"] = json!([{ "url": "/", "description": "This service" }]);
    root["tags"] = json!([
        { "name": "tokens", "description": "Access tokens, where danvan is its own issuer" },
        { "name": "organizations", "description": "The tree in time, reorganizations, staffing" },
        { "name": "kpis", "description": "The catalogue, the calendar, reported figures, targets, the scorecard" },
        { "name": "records", "description": "Dossiers, procedures, document exchanges, closings of periods" },
        { "name": "figures", "description": "Figures, rankings, explanations and form II.06a, counted from the records" },
        { "name": "directives", "description": "The register, relations, assignments and their overview, acknowledgements, consultations, document numbers in a text" },
        { "name": "emulation", "description": "Initiatives, titles and commendations, who may be given them" },
        { "name": "changes", "description": "What changed, to follow by cursor or by webhook" },
        { "name": "audit", "description": "Who did what when" },
        { "name": "service", "description": "Problems and health" },
    ]);
    let scopes = SCOPES.iter().map(|(name, about)| format!("`{name}`: {about}"));
    let about = format!(
        "A JWT of the configured issuer. Scopes: {} The claim `org` bounds every read and write to a subtree.",
        scopes.collect::<Vec<_>>().join(" ")
    );
    root["components"]["securitySchemes"] = json!({ "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": about } });
    root["components"]["responses"] = json!({ "Problem": {
        "description": "A problem document (RFC 9457); `code` is listed at /problems",
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } }
    }});
}

fn complete(path: &str, method: &str, operation: &mut Value, schemas: &Value) {
    let secured = operation.pointer("/security/0/bearer").is_some();
    let in_path = path.contains('{');
    let body = operation.get("requestBody").is_some();
    let change = matches!(method, "put" | "patch");
    let scope = operation.pointer("/security/0/bearer/0").and_then(Value::as_str).map(ToOwned::to_owned);
    // What is posted only to be read changes nothing, so there is nothing to repeat or to contradict.
    let reads = method == "post" && scope.as_deref().is_some_and(|scope| scope.ends_with(":read"));
    if let Some(scope) = scope {
        let about = operation["description"].as_str().unwrap_or("").to_owned();
        operation["description"] = json!(format!("{about}\n\nScope: `{scope}`.").trim());
    }
    let own_answers = path.starts_with("/api/") || path.starts_with("/oauth");
    let statuses = [
        ("400", own_answers),
        ("401", secured || path.starts_with("/oauth")),
        ("403", secured),
        ("404", in_path || path.starts_with("/.well-known") || path.starts_with("/oauth")),
        ("406", path.starts_with("/api/")),
        ("409", change || method == "post" && secured && !reads),
        ("412", change),
        ("413", body),
        ("415", body),
        ("422", own_answers),
        ("428", change),
        ("429", path.starts_with("/oauth")),
        ("500", true),
        ("503", true),
    ];
    for (status, _) in statuses.iter().filter(|(_, possible)| *possible) {
        operation["responses"][status] = json!({ "$ref": "#/components/responses/Problem" });
    }
    // What only some operations answer, they say themselves; its form is that of every problem.
    if let Some(gone) = operation.pointer_mut("/responses/410") {
        *gone = json!({ "$ref": "#/components/responses/Problem" });
    }
    operation["responses"]["default"] = json!({ "$ref": "#/components/responses/Problem" });
    // Said where such an operation stands: no GET gives its answer again, so it is never left out.
    let once =
        operation.as_object_mut().is_some_and(|operation| operation.remove("x-answered-once").is_some());
    if secured && !reads {
        headers(method, operation, once);
    }
    examples::add(operation, schemas);
}

fn headers(method: &str, operation: &mut Value, once: bool) {
    let header = |name: &str, about: &str, schema: Value| json!({ "name": name, "in": "header", "required": false, "description": about, "schema": schema });
    let tags = || json!({ "type": "string" });
    let mut parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    match method {
        "get" => {
            parameters.push(header(
                "If-None-Match",
                "ETag that the caller has; 304 if it is still right",
                tags(),
            ));
            operation["responses"]["304"] = json!({ "description": "The caller's copy is still right" });
        }
        "put" | "patch" => {
            parameters.push(header(
                "If-Match",
                "ETag of the version that is changed; needed if the record is there",
                tags(),
            ));
            if method == "put" {
                parameters.push(header("If-None-Match", "`*`: create only", tags()));
            }
        }
        _ => {
            let key =
                json!({ "type": "string", "pattern": "^[!-~]{1,255}$", "minLength": 1, "maxLength": 255 });
            let about = "A repetition with the same key and body is answered what the first was answered, for 48 hours";
            parameters.push(header("Idempotency-Key", about, key));
        }
    }
    if method != "get" && !once {
        let prefer = json!({ "type": "string", "examples": ["return=minimal"] });
        parameters.push(header("Prefer", "`return=minimal`: no body in the answer", prefer));
        operation["responses"]["204"] =
            json!({ "description": "Done, and no body was wanted; `Location` tells of what was created" });
    }
    operation["parameters"] = json!(parameters);
}
