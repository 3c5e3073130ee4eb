//! E01xx the lexer and the parser.

use super::codes;

codes! {
    UNKNOWN_CHARACTER = "E0101", "a character that starts no token";
    UNTERMINATED_LITERAL = "E0102", "a literal without its end";
    UNTERMINATED_COMMENT = "E0103", "a comment without its end";
    MALFORMED_NUMBER = "E0104", "a malformed number";
    BAD_ESCAPE = "E0105", "an unknown or unsuitable escape";
    MALFORMED_CHARACTER = "E0106", "not exactly one character in single quotes";
    FSTRING_BRACE = "E0107", "a stray or empty pair of braces in an f-string";
    MALFORMED_NAME = "E0108", "no name between backticks";
    EXPECTED = "E0110", "something else was expected here";
    UNCLOSED_DELIMITER = "E0111", "a bracket that is not closed";
    UNEXPECTED_CLOSE = "E0112", "a closing bracket that closes nothing";
    NESTING_TOO_DEEP = "E0113", "code nested too deep";
    CHAINED_OPERATORS = "E0114", "comparisons or ranges that chain";
    FOREIGN_SYNTAX = "E0115", "the syntax of another language";
    MISPLACED_MODIFIER = "E0116", "a modifier that does not belong here";
    KEYWORD_AS_NAME = "E0117", "a keyword where a name is needed";
    STRUCT_LITERAL_IN_HEADER = "E0118", "a struct literal in the header of a statement";
    MISPLACED_LET = "E0119", "`let` outside of a condition";
    POSITIONAL_AFTER_NAMED = "E0120", "an argument without a name after one with a name";
}
