//! A census of the headers of real libraries: everything that they declare, imported and forced through code.
//!
//! Takes the libraries of `libraries.list`. Gives a [`Census`] of each: how many things of which kind its headers
//! declare, what of that cannot be used and why, and where Clang and Lang differ about a value or a layout. Nothing is
//! left out: what is not forced is refused, with a reason.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a question about one kind of type has the answer no for all others, new ones too"
)]

mod bindings;
mod compile;
mod items;
mod library;
mod macros;
mod program;
mod table;
mod values;

pub use bindings::{Printed, bindings};
pub use compile::{Surroundings, census};
pub use items::Kind;
pub use library::{Library, libraries};
pub use macros::MacroClass;
pub use table::{Census, Refusal, table};
