//! E06xx C headers.

use super::codes;

codes! {
    HEADER_NOT_FOUND = "E0601", "a header is not found";
    HEADER_HAS_ERRORS = "E0602", "a header has errors";
    LIBCLANG_MISSING = "E0603", "libclang is not installed";
    LIBCLANG_UNUSABLE = "E0604", "libclang cannot be used";
    NO_HEADERS_FOR_TARGET = "E0605", "no C headers for the target";
    C_CONFLICT = "E0606", "two headers define one name differently";
    NO_LAYOUT = "E0607", "Clang gives no layout for a record";
}
