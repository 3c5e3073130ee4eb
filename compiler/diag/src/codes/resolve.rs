//! E02xx lowering and name resolution.

use super::codes;

codes! {}
