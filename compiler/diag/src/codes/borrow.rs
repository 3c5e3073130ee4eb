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
    LENT_TWICE = "E0508", "a place lent again while a reference to it is used";
    ASSIGNED_WHILE_LENT = "E0509", "assignment to what is lent";
    MOVED_WHILE_LENT = "E0510", "move of what is lent";
    USED_WHILE_LENT = "E0511", "use of what is lent as `&mut`";
    ENDS_WHILE_LENT = "E0512", "a value that does not live as long as a reference to it";
    RETURNS_LOCAL = "E0513", "a reference to what ends with the function";
    RESULT_NOT_DECLARED = "E0514", "a result that borrows what its signature does not say";
    KEPT_NOT_DECLARED = "E0515", "a reference kept in a parameter whose signature does not say so";
    NOT_STATIC = "E0516", "a reference that may end where a `&static` one is wanted";
    NOT_OWNED = "E0517", "a reference kept where only what owns may be";
    CHANGED_IN_GUARD = "E0518", "a guard that changes what is matched";
}
