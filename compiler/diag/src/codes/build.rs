//! E07xx files, tools, packages and linking.

use super::codes;

codes! {}
