//! Records that hold another's fields: written as one object. `allOf` of an object that takes no further members, and the
//! further members, would be a schema that nothing fits.

use serde_json::{Map, Value, json};

/// Joins the parts of every schema that is put together.
pub(super) fn join(root: &mut Value) {
    let schemas = root.pointer("/components/schemas").cloned().unwrap_or_default();
    let all = root.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
    for schema in all.into_iter().flat_map(|all| all.values_mut()) {
        let Some(parts) = schema.get("allOf").and_then(Value::as_array) else { continue };
        let (mut properties, mut required, mut closed) = (Map::new(), Vec::new(), false);
        for part in parts {
            let name = part.get("$ref").and_then(Value::as_str).and_then(|to| to.rsplit('/').next());
            let part = name.and_then(|name| schemas.get(name)).unwrap_or(part);
            properties.extend(part.get("properties").and_then(Value::as_object).cloned().unwrap_or_default());
            closed |= part.get("additionalProperties") == Some(&Value::Bool(false));
            required.extend(part.get("required").and_then(Value::as_array).cloned().unwrap_or_default());
        }
        let description = schema.get("description").cloned().unwrap_or_default();
        *schema = json!({
            "type": "object", "description": description, "required": required, "properties": properties
        });
        if closed {
            schema["additionalProperties"] = json!(false);
        }
    }
}
