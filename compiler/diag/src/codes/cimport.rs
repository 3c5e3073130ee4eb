//! E06xx C headers.

use super::codes;

codes! {}
