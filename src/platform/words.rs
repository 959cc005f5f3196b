//! How a slice declares its vocabulary: ids, codes, closed sets and refusals.
//!
//! The only place where vocabulary meets serde, diesel and utoipa, so that a `model.rs` stays plain. A value that
//! does not parse says so with the code of its fault, which `input` translates for the caller.

/// A value of text in a column of text, on every backend: from `as_str` and `FromStr`.
#[macro_export]
macro_rules! text_column {
    ($name:ident) => {
        impl<DB> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for $name
        where
            DB: diesel::backend::Backend,
            str: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, DB>,
            ) -> diesel::serialize::Result {
                <str as diesel::serialize::ToSql<diesel::sql_types::Text, DB>>::to_sql(self.as_str(), out)
            }
        }
        impl<DB> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for $name
        where
            DB: diesel::backend::Backend,
            String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
        {
            fn from_sql(raw: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                let text =
                    <String as diesel::deserialize::FromSql<diesel::sql_types::Text, DB>>::from_sql(raw)?;
                text.parse().map_err(|fault: &'static str| fault.into())
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                <String as serde::Deserialize>::deserialize(from)?.parse().map_err(serde::de::Error::custom)
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }
    };
}

/// The schema of a value of text with a stated form.
#[macro_export]
macro_rules! text_schema {
    ($name:ident, $pattern:expr, $least:expr, $most:expr, $example:expr, $about:expr) => {
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .pattern(Some($pattern))
                    .min_length(Some($least))
                    .max_length(Some($most))
                    .description(Some($about))
                    .examples([$example])
                    .into()
            }
        }
        impl utoipa::ToSchema for $name {}
    };
}

/// A number that identifies a row; never shown to a caller.
#[macro_export]
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord,
            diesel::expression::AsExpression, diesel::deserialize::FromSqlRow,
        )]
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        pub struct $name(pub i64);

        impl From<$name> for i64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl<DB> diesel::serialize::ToSql<diesel::sql_types::BigInt, DB> for $name
        where
            DB: diesel::backend::Backend,
            i64: diesel::serialize::ToSql<diesel::sql_types::BigInt, DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, DB>,
            ) -> diesel::serialize::Result {
                <i64 as diesel::serialize::ToSql<diesel::sql_types::BigInt, DB>>::to_sql(&self.0, out)
            }
        }
        impl<DB> diesel::deserialize::FromSql<diesel::sql_types::BigInt, DB> for $name
        where
            DB: diesel::backend::Backend,
            i64: diesel::deserialize::FromSql<diesel::sql_types::BigInt, DB>,
        {
            fn from_sql(raw: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                <i64 as diesel::deserialize::FromSql<diesel::sql_types::BigInt, DB>>::from_sql(raw).map(Self)
            }
        }
    };
}

/// A structure with one text, which stands for it in requests, answers and the database: it has `as_str` and `FromStr`.
#[macro_export]
macro_rules! text_struct {
    ($(#[$meta:meta])* pub struct $name:ident $fields:tt) => {
        $(#[$meta])*
        #[derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub struct $name $fields

        $crate::text_column!($name);
    };
}

/// A code that callers write: text of a stated form. `$check` refuses what the pattern alone cannot.
#[macro_export]
macro_rules! code {
    ($(#[doc = $about:literal])* $name:ident, $fault:literal, $pattern:literal, $max:literal, $example:literal, $check:expr) => {
        $(#[doc = $about])*
        #[derive(
            Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord,
            diesel::expression::AsExpression, diesel::deserialize::FromSqlRow,
        )]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub struct $name(String);

        $crate::text_schema!($name, $pattern, 1, $max, $example, concat!($($about, "\n"),*).trim());

        impl $name {
            /// The code as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl std::str::FromStr for $name {
            type Err = &'static str;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let check: fn(&str) -> bool = $check;
                if text.len() <= $max && check(text) { Ok(Self(text.to_owned())) } else { Err($fault) }
            }
        }
        $crate::text_column!($name);
    };
}

/// The id of a record: a UUID, in the one form in which it is written.
#[macro_export]
macro_rules! uuid {
    ($(#[doc = $about:literal])* $name:ident, $example:literal) => {
        $crate::code! {
            $(#[doc = $about])*
            $name, "wrong-form", r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", 36, $example,
            $crate::platform::words::is_uuid
        }
    };
}

/// One of a closed set of words.
#[macro_export]
macro_rules! closed_set {
    ($(#[$doc:meta])* $name:ident, $fault:literal { $($(#[$item_doc:meta])* $item:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, utoipa::ToSchema,
            diesel::expression::AsExpression, diesel::deserialize::FromSqlRow,
        )]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub enum $name { $($(#[$item_doc])* #[schema(rename = $word)] $item),* }

        impl $name {
            /// The word that stands in requests, answers and the database.
            pub fn as_str(&self) -> &'static str {
                match self { $(Self::$item => $word),* }
            }
        }
        impl std::str::FromStr for $name {
            type Err = &'static str;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $($word => Ok(Self::$item),)* _ => Err($fault) }
            }
        }
        $crate::text_column!($name);
    };
}

/// Why a slice's rules refuse a request: one table, with the text in both languages.
///
/// Makes the enum, its kinds of problem (`Refusal::KINDS`) and `From<Refusal> for Fault`.
#[macro_export]
macro_rules! refusals {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$item_doc:meta])* $item:ident $({ $($field:ident : $kind:ty),* $(,)? })? =
            $class:ident $code:literal ($title_en:literal, $title_vi:literal) ($en:literal, $vi:literal)),* $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$item_doc])* $item $({ $(#[doc = "Stands in the text."] $field: $kind),* })?),* }

        impl $name {
            /// The kinds of problem of this table, for `/problems`.
            pub const KINDS: &'static [&'static $crate::platform::fault::Kind] = &[$(
                &$crate::platform::fault::Kind::new(
                    $code, $crate::platform::fault::Class::$class, $title_en, $title_vi,
                )
            ),*];

            /// The kind of problem and what is said to the caller.
            fn said(&self) -> (&'static str, $crate::platform::text::Text) {
                match self { $(Self::$item $({ $($field),* })? => (
                    $code, $crate::platform::text::Text::new(format!($en), format!($vi)),
                )),* }
            }
        }
        impl From<$name> for $crate::platform::fault::Fault {
            fn from(refusal: $name) -> Self {
                let (code, text) = refusal.said();
                match $name::KINDS.iter().find(|kind| kind.code == code) {
                    Some(kind) => Self::new(kind, text),
                    None => Self::broken(text.en),
                }
            }
        }
    };
}

/// Whether a text is a UUID in lower case, the form in which the service gives ids out.
pub fn is_uuid(text: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) && parts.into_iter().all(digits)
}
