//! E03xx and E04xx types, constants and calls.

use super::codes;

codes! {}
