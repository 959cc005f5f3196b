//! Who is let in, and how far: tokens, key sets, our own issuer, reach.

mod forge;
mod key_sets;
mod own_issuer;
mod reach;
mod tokens;
