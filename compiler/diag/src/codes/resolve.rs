//! E02xx lowering and name resolution.

use super::codes;

codes! {
    UNKNOWN_MODULE = "E0201", "an import names a module that does not exist";
    UNKNOWN_IMPORT = "E0202", "an import names an item that does not exist";
    PRIVATE_IMPORT = "E0203", "an import names a private item";
    DUPLICATE_NAME = "E0204", "a name is given twice";
    NOT_A_MODULE = "E0206", "an import goes through something that is no module";
    UNNAMED_C_IMPORT = "E0207", "a C import needs a name";
    NOT_AN_INTRINSIC = "E0208", "the compiler makes no such function";
    BAD_FORMAT = "E0215", "a format of an f-string is badly written";
    UNKNOWN_LABEL = "E0220", "a label is unknown";
    OUTSIDE_LOOP = "E0221", "`break` or `continue` stands in no loop";
    CONTINUE_OF_BLOCK = "E0222", "`continue` names a block";
    RETURN_OUTSIDE_FN = "E0223", "control leaves a function where none is";
    LEAVES_DEFER = "E0224", "control leaves a `defer`";
    BOUND_TWICE = "E0225", "a pattern binds a name twice";
    UNEQUAL_ALTERNATIVES = "E0226", "alternatives of a pattern bind different names";
    MISPLACED_SELF = "E0228", "`self` stands outside a method";
    MISPLACED_REST = "E0229", "`..` or `_` stands where it means nothing";
    UNKNOWN_ATTRIBUTE = "E0230", "an attribute is unknown";
    BAD_ATTRIBUTE = "E0231", "an attribute is misplaced or badly written";
    NO_BODY = "E0232", "a function has no body";
    NO_VALUE = "E0233", "a constant or static has no value";
    NOT_IN_C = "E0234", "C has no word for it";
    UNKNOWN_ABI = "E0235", "a calling convention is unknown";
    UNNEEDED_PARENTHESES = "E0236", "parentheses around a condition";
    DOUBLE_REFERENCE = "E0237", "a reference to a reference to text";
    PARAM_IN_DEFAULT = "E0238", "a default uses a parameter";
    PRIVATE_REEXPORT = "E0239", "a `pub` import of something private";
    UNKNOWN_FACT = "E0240", "`@if` asks for something that no build has";
    BAD_CONDITION = "E0241", "`@if` without a condition";
    BAD_ALIAS = "E0245", "a type name that cannot stand";
    BAD_RELAXATION = "E0246", "a promise taken back that nobody made";
    BAD_CONST_PARAM = "E0247", "a const parameter of a type that cannot be one's";
    BAD_INLINE_C = "E0248", "inline C that is written otherwise";
    NOT_SUPPORTED_YET = "E0299", "not supported yet";
}
