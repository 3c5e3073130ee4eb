//! Random functions that borrow, in Lang and in Rust, with rustc as the oracle.
//!
//! Takes a seed and gives functions which both languages can write, statement for statement: what Lang says by
//! `@borrows` and `@captures`, Rust says by lifetimes. They are well typed by construction, so that both compilers
//! speak of moves, loans and values that are missing, and of nothing else. Knows nothing of either compiler.

mod calls;
mod disagreements;
mod drivers;
mod generate;
mod judge;
mod library;
mod print;
mod program;
mod shrink;

pub use calls::{Runnable, runnable};
pub use disagreements::Class;
pub use generate::Generator;
pub use judge::{Verdict, Verdicts, judge, judge_lang, judge_rust, run_both};
pub use print::{Language, Text, print};
pub use program::Function;
pub use shrink::smaller;
