//! libclang, opened at run time by path.
//!
//! Takes the path of a shared library. Gives [`Clang`], the table of its functions, after checking that it is the one
//! version whose AST and precompiled headers the rest of the toolchain shares. Knows nothing of cursors and types.

use std::collections::BTreeMap;
use std::ffi::CStr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use clang_sys::{CXString, Functions};

use crate::crashes;
use crate::errors::ImportError;

/// With this in its environment libclang parses on the thread that asks, in place of one with a stack of 8 MiB.
pub const ON_CALLERS_THREADS: &str = "LIBCLANG_NOTHREADS";

/// The only major version that is accepted: `lang-codegen` reads precompiled headers with the same one.
pub const CLANG_MAJOR: u32 = 22;

/// An open libclang. Stays open until the process ends: Clang keeps state that outlives its indices.
pub(crate) struct Clang {
    table: Functions,
    /// Clang's own words: `Debian clang version 22.1.8`.
    pub(crate) version: String,
    _library: libloading::Library,
}

/// Calls a function of the table. Every function that is called is listed in `load_table!`, which fails to open a
/// libclang that lacks one.
macro_rules! call {
    ($clang:expr, $name:ident ( $($arg:expr),* $(,)? )) => {
        ($clang.table().$name.expect("opening libclang checked that it has every function"))($($arg),*)
    };
}
pub(crate) use call;

macro_rules! load_table {
    ($library:expr, $path:expr, [$($name:ident),* $(,)?]) => {{
        let mut table = Functions::default();
        $(
            // SAFETY: the declared type is clang-sys's for this function, which libclang keeps stable.
            match unsafe { $library.get(concat!(stringify!($name), "\0").as_bytes()) } {
                Ok(function) => table.$name = *function,
                Err(_) => return Err(ImportError::LibclangUnusable {
                    path: $path.to_owned(),
                    reason: concat!("it has no function `", stringify!($name), "`").to_owned(),
                }),
            }
        )*
        table
    }};
}

/// Opens the libclang at `path`, once per process.
pub(crate) fn open(path: &Path) -> Result<&'static Clang, ImportError> {
    static OPEN: Mutex<BTreeMap<PathBuf, &'static Clang>> = Mutex::new(BTreeMap::new());
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(clang) = open.get(path) {
        return Ok(clang);
    }
    let clang: &'static Clang = Box::leak(Box::new(load(path)?));
    open.insert(path.to_owned(), clang);
    Ok(clang)
}

fn load(path: &Path) -> Result<Clang, ImportError> {
    if !path.exists() {
        return Err(ImportError::LibclangMissing { path: path.to_owned() });
    }
    crashes::keep();
    // SAFETY: libclang's initialisers have no preconditions.
    let library = unsafe { libloading::Library::new(path) }.map_err(|error| ImportError::LibclangUnusable {
        path: path.to_owned(),
        reason: error.to_string(),
    })?;
    let table = load_table!(
        library,
        path,
        [
            clang_Cursor_Evaluate,
            clang_Cursor_getArgument,
            clang_Cursor_getMangling,
            clang_Cursor_getOffsetOfField,
            clang_Cursor_getRawCommentText,
            clang_Cursor_getStorageClass,
            clang_Cursor_getVarDeclInitializer,
            clang_Cursor_isAnonymous,
            clang_Cursor_isAnonymousRecordDecl,
            clang_Cursor_isBitField,
            clang_Cursor_isFunctionInlined,
            clang_Cursor_isMacroFunctionLike,
            clang_Cursor_isNull,
            clang_EvalResult_dispose,
            clang_EvalResult_getAsDouble,
            clang_EvalResult_getAsLongLong,
            clang_EvalResult_getAsUnsigned,
            clang_EvalResult_getKind,
            clang_EvalResult_isUnsignedInt,
            clang_Type_getAlignOf,
            clang_Type_getModifiedType,
            clang_Type_getNamedType,
            clang_Type_getSizeOf,
            clang_Type_getValueType,
            clang_Type_visitFields,
            clang_createIndex,
            clang_disposeDiagnostic,
            clang_disposeIndex,
            clang_disposeString,
            clang_disposeTranslationUnit,
            clang_getArgType,
            clang_getArrayElementType,
            clang_getArraySize,
            clang_getCString,
            clang_getCanonicalCursor,
            clang_getCanonicalType,
            clang_getClangVersion,
            clang_getCursorAvailability,
            clang_getCursorDefinition,
            clang_getCursorExtent,
            clang_getCursorKind,
            clang_getCursorLocation,
            clang_getCursorPlatformAvailability,
            clang_getCursorPrettyPrinted,
            clang_getCursorReferenced,
            clang_getCursorSemanticParent,
            clang_getCursorSpelling,
            clang_getCursorTLSKind,
            clang_getCursorType,
            clang_getDiagnostic,
            clang_getDiagnosticLocation,
            clang_getDiagnosticOption,
            clang_getDiagnosticSeverity,
            clang_getDiagnosticSpelling,
            clang_getElementType,
            clang_getEnumConstantDeclUnsignedValue,
            clang_getEnumConstantDeclValue,
            clang_getEnumDeclIntegerType,
            clang_getFieldDeclBitWidth,
            clang_getFile,
            clang_getFileContents,
            clang_getFileLocation,
            clang_getFileName,
            clang_getFunctionTypeCallingConv,
            clang_getInclusions,
            clang_getNumArgTypes,
            clang_getNumDiagnostics,
            clang_getNumElements,
            clang_getPointeeType,
            clang_getRangeEnd,
            clang_getRangeStart,
            clang_getResultType,
            clang_getTranslationUnitCursor,
            clang_getTypeDeclaration,
            clang_getTypeSpelling,
            clang_getTypedefDeclUnderlyingType,
            clang_getTypedefName,
            clang_isAttribute,
            clang_isConstQualifiedType,
            clang_isExpression,
            clang_isFunctionTypeVariadic,
            clang_isInvalid,
            clang_isInvalidDeclaration,
            clang_isVolatileQualifiedType,
            clang_parseTranslationUnit2,
            clang_saveTranslationUnit,
            clang_visitChildren,
        ]
    );
    let mut clang = Clang {
        table,
        version: String::new(),
        _library: library,
    };
    // SAFETY: takes nothing and gives a string that we own.
    let version = unsafe { call!(clang, clang_getClangVersion()) };
    clang.version = clang.take_string(version);
    if major_version(&clang.version) != Some(CLANG_MAJOR) {
        return Err(ImportError::LibclangVersion {
            path: path.to_owned(),
            found: clang.version,
        });
    }
    Ok(clang)
}

impl Clang {
    pub(crate) fn table(&self) -> &Functions {
        &self.table
    }

    /// The text of a string of libclang's, which is disposed of. Bytes that are not UTF-8 are replaced.
    pub(crate) fn take_string(&self, string: CXString) -> String {
        // SAFETY: `string` came from libclang just now and is disposed of here only; its C string lives until then.
        unsafe {
            let text = call!(self, clang_getCString(string));
            let owned = match text.is_null() {
                true => String::new(),
                false => CStr::from_ptr(text).to_string_lossy().into_owned(),
            };
            call!(self, clang_disposeString(string));
            owned
        }
    }
}

/// 22 in `Debian clang version 22.1.8 (1~deb12u1)`.
fn major_version(text: &str) -> Option<u32> {
    let after = text.split_once("version ")?.1;
    let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
    after[..digits].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major_version;

    #[test]
    fn the_major_version_is_read_from_every_vendors_text() {
        assert_eq!(major_version("Debian clang version 22.1.8 (1~deb12u1)"), Some(22));
        assert_eq!(major_version("clang version 9.0.0"), Some(9));
        assert_eq!(
            major_version("Apple clang version 17.0.0 (clang-1700.0.13.5)"),
            Some(17)
        );
        assert_eq!(major_version("clang"), None);
    }
}
