//! A field of a merge patch (RFC 7396): absent, `null` and a value are three different things.

use serde::{Deserialize, Deserializer};

/// What a patch says of a field that may be removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Patched<T> {
    /// Nothing: it stays.
    #[default]
    Kept,
    /// `null`: it is removed.
    Removed,
    /// A new value.
    Set(T),
}

impl<T> Patched<T> {
    /// The field after the patch.
    pub fn over(self, current: Option<T>) -> Option<T> {
        match self {
            Self::Kept => current,
            Self::Removed => None,
            Self::Set(value) => Some(value),
        }
    }

    /// The value that is set, if one is.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Kept | Self::Removed => None,
        }
    }

    /// The same patch with its value turned into another.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Patched<U> {
        match self {
            Self::Kept => Patched::Kept,
            Self::Removed => Patched::Removed,
            Self::Set(value) => Patched::Set(f(value)),
        }
    }
}

/// Only called where the field is present; `#[serde(default)]` makes an absent one [`Patched::Kept`].
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patched<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(from)?.map_or(Self::Removed, Self::Set))
    }
}
