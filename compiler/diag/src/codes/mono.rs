//! E0608 to E0612: what is wrong with code that the compiler made.

use super::codes;

codes! {
    WRONG_DROPS = "E0608", "a value does not end exactly once";
    WRONG_GLUE = "E0609", "a part of a value does not end exactly once";
}
