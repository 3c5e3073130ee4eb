//! The back half.
