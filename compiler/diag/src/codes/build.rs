//! E07xx files, tools, packages and linking.

use super::codes;

codes! {
    UNREADABLE_FILE = "E0701", "a file cannot be read";
    NOT_UTF8 = "E0702", "a source file is not UTF-8";
    FILE_TOO_LARGE = "E0703", "a source file is too large";
    UNWRITABLE_FILE = "E0704", "a file cannot be written";
    TOOL_MISSING = "E0705", "a tool is missing";
    TOOL_VERSION = "E0706", "a tool has the wrong version";
    PKG_CONFIG = "E0707", "pkg-config does not know a package";
    BACK_END_FAILED = "E0709", "Lang's back end failed";
    UNKNOWN_TARGET = "E0710", "no target has this name";
    CANNOT_RUN = "E0711", "a program cannot be started";
    UNDEFINED_SYMBOL = "E0712", "no library defines a symbol";
    NO_LIBRARY = "E0713", "a library is not here";
    NO_C_LIBRARY = "E0714", "the target's C library is not here";
    LINK_FAILED = "E0715", "linking failed";
    NO_C_TEXT = "E0716", "a call that C text cannot say";
    NO_PACKAGE = "E0717", "there is no package here";
    NOT_TOML = "E0718", "`lang.toml` is not TOML";
    UNKNOWN_KEY = "E0719", "`lang.toml` has no such key";
    WRONG_VALUE = "E0720", "a value of `lang.toml` is wrong";
    MISSING_KEY = "E0721", "a key of `lang.toml` is missing";
    BAD_NAME = "E0722", "a package or module cannot have this name";
    NAME_TAKEN = "E0723", "two things of a package have one name";
    NO_DEPENDENCY = "E0724", "a dependency is not there";
    DEPENDENCY_CYCLE = "E0725", "packages depend on each other in a circle";
    NO_PROGRAM = "E0726", "a package has no program";
    ALREADY_THERE = "E0727", "a new package would replace something";
    C_SOURCE_FAILED = "E0728", "Clang does not compile a C source";
    C_SOURCE_WARNS = "E0729", "Clang warns about a C source";
    NOT_MADE_BY_LANG = "E0730", "Lang did not make what would be deleted";
    MISSING_FEATURE = "E0731", "C that needs another processor";
    NO_BINDINGS = "E0732", "there are no bindings where they are named";
    BINDINGS_OF_OTHER_TARGET = "E0733", "bindings are for another target";
    OUTDATED_BINDINGS = "E0734", "bindings are not what the headers give";
    BROKEN_BINDINGS = "E0735", "bindings are not what was written";
    BINDINGS_OF_OTHERS = "E0736", "bindings were made of something else";
    NEEDS_HEADER = "E0737", "bindings are not enough";
    UNKNOWN_PROCESSOR = "E0740", "the target has no such processor";
    DEPRECATED = "E0741", "what a header of C says not to use";
    RETURNS_TWICE = "E0742", "function of C that returns twice";
    NO_SANITIZER = "E0743", "the target has no such sanitizer";
    NO_SANITIZER_RUNTIME = "E0744", "a sanitizer's runtime is not here";
    BAD_ASSEMBLER_TEXT = "E0745", "assembler text that the target does not take";
}
