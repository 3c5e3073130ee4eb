//! E05xx initialisation, moves and borrows.

use super::codes;

codes! {}
