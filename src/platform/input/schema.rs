//! A schema of the document, compiled, and what it finds wrong with a value.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use chrono::NaiveDate;
use jsonschema::error::ValidationErrorKind as Found;
use jsonschema::{Draft, PatternOptions, ValidationError, Validator};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, schema::Schema as DocumentSchema};

use crate::platform::clock::OPEN_END;
use crate::platform::fault::{Fault, Place, Wrong};
use crate::platform::problem::MOST_ERRORS;
use crate::platform::text::Text;

/// One more than a problem document lists: it says when there are more.
const MOST_WRONGS: usize = MOST_ERRORS + 1;

macro_rules! wrongs {
    ($($name:ident = $code:literal $en:literal $vi:literal;)*) => {
        /// The codes of single faults, with what they mean in both languages.
        pub const WRONGS: &[(&str, &str, &str)] = &[$(($code, $en, $vi)),*];
        /// The codes by name.
        pub mod wrong {
            $(#[doc = $en] pub const $name: &str = $code;)*
        }
    };
}

wrongs! {
    REQUIRED = "required" "is required" "là bắt buộc";
    UNKNOWN = "unknown-name" "is not known here" "không có trong định nghĩa";
    TYPE = "wrong-type" "has the wrong type" "sai kiểu dữ liệu";
    WORD = "not-in-set" "is not one of the allowed values" "không thuộc các giá trị cho phép";
    LENGTH = "wrong-length" "is too short or too long" "quá ngắn hoặc quá dài";
    RANGE = "out-of-range" "is too small or too large" "quá nhỏ hoặc quá lớn";
    PATTERN = "wrong-form" "does not have the stated form" "không đúng dạng quy định";
    DATE = "date-invalid" "is not a day of the calendar, YYYY-MM-DD" "không phải là ngày có thật, dạng YYYY-MM-DD";
    ITEMS = "wrong-number-of-items" "has too few or too many items" "có quá ít hoặc quá nhiều phần tử";
    REPEATED = "repeated" "stands more than once" "xuất hiện nhiều lần";
    INVISIBLE = "invisible-character" "holds a control or zero-width character" "chứa ký tự điều khiển hoặc ký tự không nhìn thấy";
    RULE = "invalid-value" "is not valid" "không hợp lệ";
    CODE = "code-invalid" "is not a code of the stated form" "không phải là mã đúng dạng";
    PERIOD = "period-invalid" "is not a period such as 2020, 2020-H1, 2020-9M, 2020-Q2 or 2020-06" "không phải là kỳ hợp lệ như 2020, 2020-H1, 2020-9M, 2020-Q2 hoặc 2020-06";
    DECIMALS = "too-many-decimals" "has more than 6 decimals" "có quá 6 chữ số thập phân";
    SUM = "wrong-sum" "does not add up" "cộng lại không khớp";
    MOMENT = "moment-invalid" "is not a moment with an offset (RFC 3339) between the years 1900 and 9000" "không phải là thời điểm có múi giờ (RFC 3339) trong khoảng năm 1900 đến 9000";
    MISSING = "not-found" "names nothing that is known here" "không tìm thấy";
    FUTURE = "in-the-future" "lies in the future" "nằm trong tương lai";
    ORDER = "out-of-order" "does not come after the one before it" "không đứng sau phần tử trước đó";
    OVERLAP = "overlaps" "overlaps another span of the same organization" "trùng thời gian với một giai đoạn khác của cùng tổ chức";
    DENUNCIATION = "not-of-a-denunciation" "is not taken of a denunciation: of one only kind, unit, dates and result are" "không được nhận đối với tố cáo: chỉ nhận loại, đơn vị, ngày và kết quả";
    MISMATCH = "mismatch" "contradicts another field" "mâu thuẫn với một trường khác";
}

/// A fault with the standard text of its code.
pub(super) fn said(place: Place, code: &'static str, more: Option<Text>) -> Wrong {
    let (_, en, vi) =
        WRONGS.iter().find(|(known, _, _)| *known == code).unwrap_or(&("", "is not valid", "không hợp lệ"));
    let name = match &place {
        Place::Body(pointer) if pointer.is_empty() => "body",
        Place::Body(pointer) | Place::Parameter(pointer) => pointer,
    };
    let more = more.unwrap_or_else(|| Text::new("", ""));
    let detail = Text::new(format!("{name} {en}{}", more.en), format!("{name} {vi}{}", more.vi));
    Wrong { place, code, detail }
}

impl Wrong {
    /// A fault at a JSON Pointer, with the standard text of its code.
    pub fn body(pointer: impl Into<String>, code: &'static str) -> Self {
        said(Place::Body(pointer.into()), code, None)
    }

    /// A fault of a parameter, with the standard text of its code.
    pub fn parameter(name: impl Into<String>, code: &'static str) -> Self {
        said(Place::Parameter(name.into()), code, None)
    }
}

/// The code that a value's own parser gave as its message, if it is one of ours.
pub(super) fn code_in(message: &str) -> &'static str {
    WRONGS.iter().map(|(code, _, _)| *code).find(|code| message.contains(code)).unwrap_or(wrong::RULE)
}

/// A day as callers write it, `YYYY-MM-DD` and no other way. 31 December 9999 is none: it stands for an open end.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    // Years before 0 and after 9999 have a sign; the document knows none.
    (text.len() == 10 && day.to_string() == text && day < OPEN_END).then_some(day)
}

/// A compiled schema with its source, which knows the names that would have been right.
pub struct Schema {
    source: Value,
    validator: Validator,
}

impl Schema {
    /// The schema of a body, from its type; compiled once for each type.
    pub fn of<T: ToSchema + 'static>() -> Result<Arc<Self>, Fault> {
        compiled_once(TypeId::of::<T>(), || {
            let mut named = Vec::new();
            T::schemas(&mut named);
            let components: Map<String, Value> = named
                .into_iter()
                .map(|(name, schema)| Ok((name, serde_json::to_value(schema)?)))
                .collect::<serde_json::Result<_>>()?;
            let mut root = serde_json::to_value(T::schema())?;
            if let Some(root) = root.as_object_mut() {
                root.insert("components".to_owned(), json!({ "schemas": components }));
            }
            Ok(root)
        })
    }

    /// The schema of a set of parameters, as if they were an object.
    pub(super) fn of_parameters(
        key: TypeId,
        parameters: impl FnOnce() -> Vec<(String, bool, Option<RefOr<DocumentSchema>>)>,
    ) -> Result<Arc<Self>, Fault> {
        compiled_once(key, || {
            let mut properties = Map::new();
            let mut required = Vec::new();
            for (name, needed, schema) in parameters() {
                properties.insert(name.clone(), serde_json::to_value(schema)?);
                required.extend(needed.then_some(name));
            }
            Ok(
                json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false }),
            )
        })
    }

    fn compile(source: Value) -> Result<Self, Fault> {
        let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
        let options = options.with_pattern_options(PatternOptions::regex());
        let options = options.with_format("date", |text: &str| day(text).is_some());
        let validator = options.build(&source).map_err(|error| Fault::broken(error.to_string()))?;
        Ok(Self { source, validator })
    }

    /// Everything that is wrong with a value, up to a bound; `place` turns a pointer into a place.
    pub(super) fn wrongs(&self, value: &Value, place: &dyn Fn(String) -> Place) -> Vec<Wrong> {
        let mut wrongs = Vec::new();
        for error in self.validator.iter_errors(value) {
            self.collect(&error, place, &mut wrongs);
            if wrongs.len() >= MOST_WRONGS {
                break;
            }
        }
        wrongs.truncate(MOST_WRONGS);
        wrongs
    }

    /// The schema of a named property, for reading a parameter's text by its type.
    pub(super) fn property(&self, name: &str) -> Option<&Value> {
        self.source.get("properties")?.get(name)
    }

    /// Whether a named property is prose: a text that is only read, and may therefore hold what nobody can see.
    pub(super) fn is_prose(&self, name: &str) -> bool {
        self.property(name)
            .and_then(|property| property.get("format"))
            .is_some_and(|format| format == "prose")
    }

    fn collect(&self, error: &ValidationError<'_>, place: &dyn Fn(String) -> Place, wrongs: &mut Vec<Wrong>) {
        let at = error.instance_path().to_string();
        let mut push = |at: String, code, more| wrongs.push(said(place(at), code, more));
        match error.kind() {
            Found::Required { property } => {
                push(format!("{at}/{}", escaped(property.as_str().unwrap_or(""))), wrong::REQUIRED, None);
            }
            Found::AdditionalProperties { unexpected } | Found::UnevaluatedProperties { unexpected } => {
                for name in unexpected {
                    push(format!("{at}/{}", escaped(name)), wrong::UNKNOWN, self.nearest(error, name));
                }
            }
            Found::OneOfNotValid { context } | Found::AnyOf { context } => {
                let branches = context.iter().filter(|branch| !branch.iter().any(is_null_branch));
                // The form that was meant is the one that knows the names; of equals in that, the one with fewer faults.
                match branches.min_by_key(|branch| {
                    let unknown: usize = branch.iter().map(unknown_names).sum();
                    (unknown, if unknown == 0 { 0 } else { branch.len() })
                }) {
                    Some(branch) if !branch.is_empty() => {
                        for error in branch {
                            self.collect(error, place, wrongs);
                        }
                    }
                    _ => push(at, wrong::RULE, None),
                }
            }
            Found::Enum { options } => push(at, wrong::WORD, Some(allowed(options))),
            kind => push(at, code_of(kind), limit_of(kind)),
        }
    }

    /// The known name that an unknown one is closest to.
    fn nearest(&self, error: &ValidationError<'_>, name: &str) -> Option<Text> {
        let path = error.schema_path().to_string();
        let known = self.source.pointer(path.rsplit_once('/')?.0)?.get("properties")?.as_object()?;
        let close = |candidate: &str| strsim::jaro_winkler(candidate, name);
        let best = known.keys().max_by(|a, b| close(a).total_cmp(&close(b)))?;
        (close(best) > 0.6)
            .then(|| Text::new(format!("; did you mean {best}?"), format!("; có phải là {best}?")))
    }
}

fn unknown_names(error: &ValidationError<'_>) -> usize {
    match error.kind() {
        Found::AdditionalProperties { unexpected } => unexpected.len(),
        _ => 0,
    }
}

fn is_null_branch(error: &ValidationError<'_>) -> bool {
    matches!(error.kind(), Found::Type { kind } if format!("{kind:?}").contains("Null"))
}

fn code_of(kind: &Found) -> &'static str {
    match kind {
        Found::Type { .. } => wrong::TYPE,
        Found::MaxLength { .. } | Found::MinLength { .. } => wrong::LENGTH,
        Found::Maximum { .. }
        | Found::Minimum { .. }
        | Found::ExclusiveMaximum { .. }
        | Found::ExclusiveMinimum { .. } => wrong::RANGE,
        Found::Pattern { .. } => wrong::PATTERN,
        Found::Format { format } if format == "date" => wrong::DATE,
        Found::MaxItems { .. } | Found::MinItems { .. } => wrong::ITEMS,
        Found::UniqueItems => wrong::REPEATED,
        _ => wrong::RULE,
    }
}

fn limit_of(kind: &Found) -> Option<Text> {
    let both = |text: String| Some(Text::new(format!(" ({text})"), format!(" ({text})")));
    match kind {
        Found::MaxLength { limit } | Found::MaxItems { limit } => both(format!("<= {limit}")),
        Found::MinLength { limit } | Found::MinItems { limit } => both(format!(">= {limit}")),
        Found::Maximum { limit } => both(format!("<= {limit}")),
        Found::Minimum { limit } => both(format!(">= {limit}")),
        Found::Pattern { pattern } => both(pattern.clone()),
        _ => None,
    }
}

fn allowed(options: &Value) -> Text {
    let words: Vec<&str> = options.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let list = words.join(", ");
    Text::new(format!(" ({list})"), format!(" ({list})"))
}

/// One segment of a JSON Pointer (RFC 6901 §3).
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

type Compiled = RwLock<HashMap<TypeId, Arc<Schema>>>;

fn compiled_once(
    key: TypeId,
    source: impl FnOnce() -> serde_json::Result<Value>,
) -> Result<Arc<Schema>, Fault> {
    static COMPILED: OnceLock<Compiled> = OnceLock::new();
    let all = COMPILED.get_or_init(Compiled::default);
    if let Some(schema) = all.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return Ok(Arc::clone(schema));
    }
    let schema = Arc::new(Schema::compile(source().map_err(Fault::broken)?)?);
    all.write().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&schema));
    Ok(schema)
}
