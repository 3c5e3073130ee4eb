//! E03xx and E04xx types, constants and calls.

use super::codes;

codes! {
    MISMATCHED_TYPES = "E0301", "mismatched types";
    UNKNOWN_NAME = "E0302", "unknown name";
    UNKNOWN_TYPE = "E0303", "unknown type";
    UNKNOWN_MEMBER = "E0304", "no such field, method or member";
    NOT_A_VALUE = "E0305", "a module or type where a value is needed";
    WRONG_ARGUMENT_COUNT = "E0306", "wrong number of arguments";
    NOT_CALLABLE = "E0307", "call of something that is no function";
    BAD_OPERAND = "E0308", "operator cannot be applied";
    NEEDS_UNSAFE = "E0309", "unsafe operation outside of `unsafe`";
    LITERAL_OUT_OF_RANGE = "E0310", "literal out of range";
    TYPE_UNKNOWN = "E0311", "type cannot be inferred";
    BAD_CAST = "E0312", "cast between types that have none";
    NOT_A_PLACE = "E0313", "assignment to something that is no place";
    BAD_FIELD_INIT = "E0314", "missing, unknown or repeated field";
    BAD_BREAK = "E0316", "`break` with a value where none can go";
    NOT_EXHAUSTIVE = "E0317", "match that does not cover every value";
    NOT_CONSTANT = "E0318", "expression that is not constant";
    CONSTANT_CYCLE = "E0319", "constant defined by itself";
    BAD_VARIADIC_ARGUMENT = "E0320", "argument that C's `...` cannot take";
    WRONG_GENERIC_COUNT = "E0321", "wrong number of type arguments";
    RECURSIVE_TYPE = "E0322", "type that contains itself";
    PRIVATE = "E0323", "private item or field";
    CANNOT_PRINT = "E0324", "value that cannot be printed";
    CANNOT_INDEX = "E0325", "value that cannot be indexed";
    CANNOT_ITERATE = "E0326", "value that cannot be iterated over";
    BAD_MAIN = "E0327", "`main` missing or with a wrong signature";
    UNSIZED = "E0328", "type without a size where a value stands";
    DUPLICATE = "E0329", "name defined twice";
    UNSUPPORTED_C = "E0330", "C declaration that cannot be used yet";
    CANNOT_DEREFERENCE = "E0331", "dereference of something that is no pointer";
    BAD_PATTERN = "E0332", "pattern that does not fit";
    CONSTANT_FAILS = "E0333", "constant whose evaluation fails";
    BAD_IMPL = "E0334", "`impl` that cannot stand";
    BAD_DERIVE = "E0335", "derive that cannot stand";
    UNNEEDED_UNSAFE = "E0336", "`unsafe` that nothing needs";
    READ_ONLY = "E0337", "change of something that can only be read";
    OPTIONAL_POINTER = "E0338", "optional of a raw pointer";
    BOUND_NOT_MET = "E0340", "type that does not implement a trait";
    NOT_A_TRAIT = "E0341", "bound that is no trait";
    AMBIGUOUS_METHOD = "E0342", "method of several traits";
    BAD_TRAIT_IMPL = "E0343", "`impl` that is not what its trait says";
    INCOHERENT_IMPL = "E0344", "`impl` in the way of another";
    UNREACHABLE_ARM = "E0345", "arm that nothing is left for";
    ENUM_FORM = "E0346", "enum that is half of C and half of Lang";
    UNDER_REFERENCE = "E0347", "`&` or `var` in a pattern that looks through a reference";
    TRAIT_CYCLE = "E0348", "trait that asks for itself";
    NO_C_TYPE = "E0350", "type that C does not have";
    RESERVED_EXPORT = "E0351", "exported name that is taken";
    MACRO_WITHOUT_VALUE = "E0352", "macro of C that is no value";
    NO_LANG_ITEM = "E0376", "`@lang_item` outside of the library";
    NOT_SUPPORTED_YET_CHECK = "E0399", "not supported yet";
    ENDLESS_INSTANTIATION = "E0490", "a generic function needs endless instances";
    TYPE_TOO_LARGE = "E0491", "a type is too large";
}
