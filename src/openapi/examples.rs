//! Examples of whole bodies, put together from the examples of their fields, so that no handler repeats them.

use serde_json::{Map, Value, json};

/// Adds an example to the request's and the answers' bodies.
pub(super) fn add(operation: &mut Value, schemas: &Value) {
    let bodies = operation.get_mut("requestBody").into_iter();
    add_to(bodies, schemas);
    let answers = operation.get_mut("responses").and_then(Value::as_object_mut);
    add_to(answers.into_iter().flat_map(|answers| answers.values_mut()), schemas);
}

fn add_to<'a>(bodies: impl Iterator<Item = &'a mut Value>, schemas: &Value) {
    for body in bodies {
        let contents = body.get_mut("content").and_then(Value::as_object_mut);
        for content in contents.into_iter().flat_map(|contents| contents.values_mut()) {
            if let Some(example) = content.get("schema").and_then(|schema| of(schema, schemas, 0)) {
                content["example"] = example;
            }
        }
    }
}

/// An example that fits a schema; none where nothing is known.
fn of(schema: &Value, schemas: &Value, depth: usize) -> Option<Value> {
    let given = schema
        .get("example")
        .or_else(|| schema.get("examples")?.get(0))
        .or_else(|| schema.get("enum")?.get(0));
    if let Some(given) = given {
        return Some(given.clone());
    }
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        return of(schemas.get(name.rsplit('/').next()?)?, schemas, depth);
    }
    if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
        let objects = parts.iter().filter_map(|part| Some(of(part, schemas, depth)?.as_object()?.clone()));
        return Some(Value::Object(objects.flatten().collect::<Map<_, _>>()));
    }
    let choices = schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Value::as_array);
    if let Some(choices) = choices {
        return choices
            .iter()
            .filter(|choice| choice["type"] != "null")
            .find_map(|choice| of(choice, schemas, depth));
    }
    // A schema without a type takes anything.
    let Some(kind) = kind(schema) else { return Some(json!({})) };
    match kind {
        "object" => Some(object(schema, schemas, depth)),
        "array" if depth < 6 => {
            Some(of(&schema["items"], schemas, depth + 1).map_or(json!([]), |item| json!([item])))
        }
        "array" => Some(json!([])),
        "boolean" => Some(json!(false)),
        "integer" | "number" => Some(schema.get("minimum").cloned().unwrap_or(json!(1))),
        "string" => Some(text(schema)),
        _ => None,
    }
}

fn object(schema: &Value, schemas: &Value, depth: usize) -> Value {
    let members = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let member = |(name, schema): (&String, &Value)| Some((name.clone(), of(schema, schemas, depth + 1)?));
    Value::Object(members.filter_map(member).collect())
}

/// The first type that is not `null`.
fn kind(schema: &Value) -> Option<&str> {
    match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
        kind => kind.as_str(),
    }
}

fn text(schema: &Value) -> Value {
    match schema["format"].as_str() {
        Some("date") => json!("2020-06-30"),
        Some("date-time") => json!("2020-06-30T08:30:00Z"),
        _ => json!("Văn bản"),
    }
}
