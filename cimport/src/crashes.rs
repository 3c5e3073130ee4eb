//! What libclang itself says where Clang crashes.
//!
//! libclang lives through a crash of Clang, and prints how Clang was called to C's `stderr`, past whoever shows errors.
//! This process has no other user of C's `stderr`, so that it is made a text in memory, before libclang is opened.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod stream {
    use std::ffi::{c_char, c_int, c_void};
    use std::sync::OnceLock;

    unsafe extern "C" {
        static mut stderr: *mut c_void;
        fn open_memstream(text: *mut *mut c_char, len: *mut usize) -> *mut c_void;
        fn fflush(stream: *mut c_void) -> c_int;
        fn flockfile(stream: *mut c_void);
        fn funlockfile(stream: *mut c_void);
    }

    /// The stream, and where it keeps its text and how long that is. All live as long as the process.
    struct Kept {
        stream: *mut c_void,
        text: *mut *mut c_char,
        len: *mut usize,
    }

    // SAFETY: the stream has a lock, which whoever reads the text holds.
    unsafe impl Send for Kept {}
    // SAFETY: as above.
    unsafe impl Sync for Kept {}

    static KEPT: OnceLock<Option<Kept>> = OnceLock::new();

    pub(crate) fn keep() {
        KEPT.get_or_init(|| {
            let text = Box::into_raw(Box::new(std::ptr::null_mut()));
            let len = Box::into_raw(Box::new(0));
            // SAFETY: both are valid for as long as the stream is, which is never closed. `stderr` is a variable of the
            // C library's that programs may assign to; nothing in this process has used it yet.
            unsafe {
                let stream = open_memstream(text, len);
                if stream.is_null() {
                    return None;
                }
                stderr = stream;
                Some(Kept { stream, text, len })
            }
        });
    }

    pub(crate) fn said() -> String {
        let Some(Some(Kept { stream, text, len })) = KEPT.get() else {
            return String::new();
        };
        // SAFETY: after `fflush` the text has so many bytes, until the next write, for which the lock is needed.
        unsafe {
            flockfile(*stream);
            fflush(*stream);
            let bytes = match (**text).is_null() {
                true => &[][..],
                false => std::slice::from_raw_parts((**text).cast::<u8>(), **len),
            };
            let said = String::from_utf8_lossy(bytes).into_owned();
            funlockfile(*stream);
            said
        }
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
mod stream {
    pub(crate) fn keep() {}

    pub(crate) fn said() -> String {
        String::new()
    }
}

pub(crate) use stream::keep;

/// What libclang said at the first crash of this process: how Clang was called. Empty where there was none, or nothing
/// is known of it.
pub(crate) fn first_crash() -> String {
    let said = stream::said();
    let first = said.split_inclusive("\n}").next().unwrap_or("");
    first.trim().to_owned()
}
