//! E01xx the lexer and the parser.

use super::codes;

codes! {}
