//! The floor everything stands on: typed ids, interned names, places in source files, hashing.
//!
//! Knows nothing of Lang. Every other crate may import it.

extern crate self as base;

mod foreign;
mod hash;
mod ids;
mod intern;
mod library;
mod source;
mod spelling;

pub use foreign::{
    c_scalar, fstring_of, is_nothing, is_word_of_c_scalar, member_of_other_languages, similar_header,
    type_of_other_languages, value_of_other_languages,
};
pub use hash::{ContentHash, Hasher, hash_bytes};
pub use ids::{Id, IndexVec};
pub use intern::{Symbol, sym};
pub use library::{IMPORTS, MODULES, import_of_library, module_of_library};
pub use rustc_hash::{FxHashMap, FxHashSet};
#[doc(hidden)]
pub use serde;
pub use source::{FileId, LineColumn, LineIndex, SourceFile, SourceMap, Span};
pub use spelling::edit_distance;
