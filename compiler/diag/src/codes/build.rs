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
}
