//! E05xx initialisation, moves and borrows.

use super::codes;

codes! {
    USE_OF_MOVED = "E0501", "use of a moved value";
    USE_WITHOUT_VALUE = "E0502", "use of a variable that may have no value";
    ASSIGN_TO_LET = "E0503", "assignment to a variable that is not `var`";
    BORROW_LET_MUT = "E0504", "`&mut` of a variable that is not `var`";
    MOVE_OUT_OF_REFERENCE = "E0505", "move out from behind a reference or pointer";
    MOVE_OUT_OF_DROP = "E0506", "move out of a value with a `Drop` impl";
    MOVE_OUT_OF_ELEMENT = "E0507", "move out of an array or slice";
}
