//! edXML: documents and their statuses as they go between agencies (QCVN 102:2016/BTTTT).
//!
//! [`reading`] makes a [`package::Message`] of bytes that come part by part, and [`writing`] the bytes of a message; what one
//! writes, the other reads as the same. [`refusals`] and [`warnings`] say what may be wrong or doubtful, and where it stands.
//! [`status`] knows the nine statuses and the history of a document, [`agencies`] the codes, `secrecy` what may not go this
//! way. All of it is pure; whether a code or a document is known is asked of whoever keeps them.

pub mod agencies;
pub mod package;
pub mod reading;
pub mod refusals;
#[cfg(test)]
mod roundtrip;
#[cfg(test)]
mod samples;
mod secrecy;
pub mod status;
mod steps;
mod tree;
#[cfg(test)]
mod trials;
pub mod warnings;
pub mod writing;
