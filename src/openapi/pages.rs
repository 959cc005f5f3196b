//! Pages of lists: `utoipa` names them `Page_KpiView` and writes their items out; here they are `KpiViewPage` of `KpiView`.

use serde_json::{Value, json};

const PREFIX: &str = "Page_";
const SCHEMAS: &str = "#/components/schemas/";

/// Gives pages a name, and their items the one that they have elsewhere.
pub(super) fn name(root: &mut Value) {
    let Some(schemas) = root.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else {
        return;
    };
    let pages: Vec<String> = schemas.keys().filter(|name| name.starts_with(PREFIX)).cloned().collect();
    for page in pages {
        let item = page.trim_start_matches(PREFIX).to_owned();
        let Some(mut schema) = schemas.remove(&page) else { continue };
        if let Some(items) = schema.pointer_mut("/properties/items/items") {
            let written_out = std::mem::replace(items, json!({ "$ref": format!("{SCHEMAS}{item}") }));
            schemas.entry(item.clone()).or_insert(written_out);
        }
        schemas.insert(format!("{item}Page"), schema);
    }
    refer(root);
}

/// Lets every reference to a page follow its name.
fn refer(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let page = members.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix(SCHEMAS));
            if let Some(item) = page.and_then(|page| page.strip_prefix(PREFIX)) {
                let to = format!("{SCHEMAS}{item}Page");
                members.insert("$ref".to_owned(), json!(to));
            }
            members.values_mut().for_each(refer);
        }
        Value::Array(items) => items.iter_mut().for_each(refer),
        _ => {}
    }
}
