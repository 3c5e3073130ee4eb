//! Programs that cross between C and Lang in random ways, with an oracle.
//!
//! Takes a seed and a number of functions. Gives a C header, its C source and a Lang program: each side checks every
//! scalar that it gets from the other, leaf by leaf, against a value that both compute from the same numbers, so that
//! a wrong register, offset or extension is a message that names the function and the argument. The same seed gives
//! the same texts. Knows C's declarations and Lang's syntax, and nothing of the compiler.

mod c;
mod description;
mod disagreements;
mod lang;
mod scalar;

pub use c::{header, source};
pub use description::{Description, Dialect, describe};
pub use lang::{Declarations, Program, program};
