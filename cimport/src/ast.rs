//! Clang's AST through libclang: translation units, cursors, types and source locations as borrowing values.
//!
//! Takes an open [`Clang`]. Gives safe reading of what it parsed: a [`Cursor`] or [`Type`] borrows the
//! [`TranslationUnit`] that it is part of. The only module besides `libclang` with `unsafe`; it knows C's grammar as
//! libclang shows it and nothing of the C model.

use std::cell::OnceCell;
use std::ffi::{CString, c_char, c_void};
use std::marker::PhantomData;
use std::path::Path;

use clang_sys::{
    CX_SC_Static, CXAvailability_Deprecated, CXAvailability_NotAvailable, CXChildVisit_Break, CXChildVisit_Continue,
    CXChildVisit_Recurse, CXChildVisitResult, CXClientData, CXCursor, CXCursor_VarDecl, CXCursorKind, CXEval_Float,
    CXEval_Int, CXFile, CXIndex, CXSourceLocation, CXString, CXTranslationUnit, CXTranslationUnit_Flags, CXType,
    CXTypeKind, CXUnsavedFile, CXVisit_Continue, CXVisitorResult,
};

use crate::libclang::{Clang, call};

/// A file that exists only for one parse.
pub(crate) struct VirtualFile<'a> {
    pub(crate) path: &'a str,
    pub(crate) text: &'a str,
}

/// One parsed translation unit. Diagnostics are kept, whatever their severity.
pub(crate) struct TranslationUnit {
    clang: &'static Clang,
    index: CXIndex,
    raw: CXTranslationUnit,
    /// There may be a hundred thousand, each of which libclang looks up its place for.
    messages: OnceCell<Vec<Message>>,
}

/// A declaration, expression, statement or preprocessing record.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'u> {
    raw: CXCursor,
    clang: &'static Clang,
    unit: PhantomData<&'u TranslationUnit>,
}

#[derive(Clone, Copy)]
pub(crate) struct Type<'u> {
    raw: CXType,
    clang: &'static Clang,
    unit: PhantomData<&'u TranslationUnit>,
}

/// The identity of a declaration in its translation unit; all its redeclarations share one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) struct DeclId(usize);

/// A file of the translation unit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct File(usize);

/// A place, after macro expansion, as the preprocessor's input has it. Line and column are one-based.
#[derive(Clone, Copy)]
pub(crate) struct Location {
    /// Absent for what Clang predefines.
    pub(crate) file: Option<File>,
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) offset: u32,
}

pub(crate) struct Message {
    pub(crate) severity: i32,
    pub(crate) text: String,
    /// The warning's flag, `-Wreturn-stack-address`; empty for errors.
    pub(crate) option: String,
    pub(crate) location: Location,
}

/// What Clang says of using a declaration: the words of its attributes, which may be none.
#[derive(Default)]
pub(crate) struct Availability {
    pub(crate) deprecated: Option<String>,
    pub(crate) unavailable: Option<String>,
}

/// A constant that Clang computed.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Evaluated {
    Int(i128),
    Float(f64),
}

/// What to do after a child was visited.
pub(crate) enum Visit {
    Next,
    Into,
    Stop,
}

impl TranslationUnit {
    /// Parses `main`, which is not read from disk. `None` when Clang itself failed (it crashed, or could not read a
    /// precompiled header): errors in the C are messages of the unit.
    pub(crate) fn parse(
        clang: &'static Clang,
        main: &VirtualFile<'_>,
        args: &[String],
        flags: CXTranslationUnit_Flags,
    ) -> Option<Self> {
        let path = CString::new(main.path).ok()?;
        let text = CString::new(main.text).ok()?;
        let args: Vec<CString> = args
            .iter()
            .map(|arg| CString::new(arg.as_str()))
            .collect::<Result<_, _>>()
            .ok()?;
        let arg_pointers: Vec<*const c_char> = args.iter().map(|arg| arg.as_ptr()).collect();
        let mut unsaved = CXUnsavedFile {
            Filename: path.as_ptr(),
            Contents: text.as_ptr(),
            Length: main.text.len() as _,
        };
        // SAFETY: all pointers live until the call returns; the index and the unit are disposed of in `drop`, the
        // unit first.
        unsafe {
            let index = call!(clang, clang_createIndex(1, 0));
            processes::handle_crashes_on_own_stack();
            let mut raw: CXTranslationUnit = std::ptr::null_mut();
            let outcome = call!(
                clang,
                clang_parseTranslationUnit2(
                    index,
                    path.as_ptr(),
                    arg_pointers.as_ptr(),
                    arg_pointers.len() as _,
                    &mut unsaved,
                    1,
                    flags,
                    &mut raw,
                )
            );
            if outcome != clang_sys::CXError_Success || raw.is_null() {
                call!(clang, clang_disposeIndex(index));
                return None;
            }
            Some(Self {
                clang,
                index,
                raw,
                messages: OnceCell::new(),
            })
        }
    }

    /// Writes the AST as a precompiled header. `false` when the file could not be written or the AST has errors.
    pub(crate) fn save(&self, path: &Path) -> bool {
        let Ok(path) = CString::new(path.as_os_str().as_encoded_bytes()) else {
            return false;
        };
        // SAFETY: the unit is alive and the path ends in NUL.
        let outcome = unsafe { call!(self.clang, clang_saveTranslationUnit(self.raw, path.as_ptr(), 0)) };
        outcome == clang_sys::CXSaveError_None
    }

    pub(crate) fn root(&self) -> Cursor<'_> {
        // SAFETY: the unit is alive.
        let raw = unsafe { call!(self.clang, clang_getTranslationUnitCursor(self.raw)) };
        Cursor {
            raw,
            clang: self.clang,
            unit: PhantomData,
        }
    }

    pub(crate) fn messages(&self) -> &[Message] {
        self.messages.get_or_init(|| self.read_messages())
    }

    fn read_messages(&self) -> Vec<Message> {
        // SAFETY: the unit is alive, the index is below the count, each message is disposed of once.
        unsafe {
            let count = call!(self.clang, clang_getNumDiagnostics(self.raw));
            let message = |index| {
                let raw = call!(self.clang, clang_getDiagnostic(self.raw, index));
                let text = self
                    .clang
                    .take_string(call!(self.clang, clang_getDiagnosticSpelling(raw)));
                let option = self
                    .clang
                    .take_string(call!(self.clang, clang_getDiagnosticOption(raw, std::ptr::null_mut())));
                let severity = call!(self.clang, clang_getDiagnosticSeverity(raw));
                let location = locate(self.clang, call!(self.clang, clang_getDiagnosticLocation(raw)));
                call!(self.clang, clang_disposeDiagnostic(raw));
                Message {
                    severity,
                    text,
                    option,
                    location,
                }
            };
            (0..count).map(message).collect()
        }
    }

    pub(crate) fn file_name(&self, file: File) -> String {
        // SAFETY: a `File` is a file of a unit that is alive.
        self.clang
            .take_string(unsafe { call!(self.clang, clang_getFileName(file.0 as CXFile)) })
    }

    /// The text of a file as it was parsed; absent when it is not UTF-8 or not in memory.
    pub(crate) fn file_text(&self, file: File) -> Option<&str> {
        std::str::from_utf8(self.file_bytes(file)?).ok()
    }

    pub(crate) fn file_bytes(&self, file: File) -> Option<&[u8]> {
        let mut size = 0;
        // SAFETY: the text belongs to the unit and lives as long.
        unsafe {
            let text = call!(self.clang, clang_getFileContents(self.raw, file.0 as CXFile, &mut size));
            (!text.is_null()).then(|| std::slice::from_raw_parts(text.cast(), size))
        }
    }

    /// Every file that was included, the main file first, in order of first inclusion.
    pub(crate) fn included_files(&self) -> Vec<File> {
        extern "C" fn visit(file: CXFile, _: *mut CXSourceLocation, _: u32, data: CXClientData) {
            // SAFETY: `data` is the vector below, which outlives the call and is used by nobody else meanwhile.
            unsafe { (*data.cast::<Vec<File>>()).push(File(file as usize)) };
        }
        let mut files: Vec<File> = Vec::new();
        // SAFETY: as in `visit`.
        unsafe {
            call!(
                self.clang,
                clang_getInclusions(self.raw, visit, (&raw mut files).cast())
            )
        };
        files
    }
}

impl Drop for TranslationUnit {
    fn drop(&mut self) {
        // SAFETY: both are alive and nothing that borrows the unit can be left.
        unsafe {
            call!(self.clang, clang_disposeTranslationUnit(self.raw));
            call!(self.clang, clang_disposeIndex(self.index));
        }
    }
}

/// Defines methods that hand the raw value to one function of libclang.
macro_rules! readers {
    ($($(#[$doc:meta])* $name:ident: $function:ident -> $kind:ident;)*) => {
        $($(#[$doc])* pub(crate) fn $name(self) -> readers!(@ty $kind) {
            // SAFETY: the translation unit that `self` borrows is alive.
            let raw = unsafe { call!(self.clang, $function(self.raw)) };
            readers!(@wrap $kind self raw)
        })*
    };
    (@ty cursor) => { Option<Cursor<'u>> };
    (@ty ty) => { Type<'u> };
    (@ty text) => { String };
    (@ty flag) => { bool };
    (@ty number) => { i64 };
    (@wrap cursor $self:ident $raw:ident) => { $self.cursor($raw) };
    (@wrap ty $self:ident $raw:ident) => { $self.ty($raw) };
    (@wrap text $self:ident $raw:ident) => { $self.clang.take_string($raw) };
    (@wrap flag $self:ident $raw:ident) => { $raw != 0 };
    (@wrap number $self:ident $raw:ident) => { i64::from($raw) };
}

impl<'u> Cursor<'u> {
    fn ty(self, raw: CXType) -> Type<'u> {
        Type {
            raw,
            clang: self.clang,
            unit: PhantomData,
        }
    }

    fn cursor(self, raw: CXCursor) -> Option<Cursor<'u>> {
        // SAFETY: any cursor may be asked whether it is null, any kind whether it is invalid.
        let absent = unsafe {
            call!(self.clang, clang_Cursor_isNull(raw)) != 0 || call!(self.clang, clang_isInvalid(raw.kind)) != 0
        };
        (!absent).then_some(Cursor {
            raw,
            clang: self.clang,
            unit: PhantomData,
        })
    }

    pub(crate) fn kind(self) -> CXCursorKind {
        self.raw.kind
    }

    readers! {
        /// The name. Unnamed records and enums have a made-up one: ask `is_unnamed` first.
        name: clang_getCursorSpelling -> text;
        type_of: clang_getCursorType -> ty;
        /// Whether a record or enum has no name of its own and none by a typedef.
        is_unnamed: clang_Cursor_isAnonymous -> flag;
        /// Whether a record is an anonymous member: no name, and no member declared of it.
        is_anonymous_member: clang_Cursor_isAnonymousRecordDecl -> flag;
        is_invalid: clang_isInvalidDeclaration -> flag;
        is_bit_field: clang_Cursor_isBitField -> flag;
        /// The width of a bit-field.
        bit_width: clang_getFieldDeclBitWidth -> number;
        /// In bits from the start of the record that declares the field; negative without a layout.
        offset_bits: clang_Cursor_getOffsetOfField -> number;
        is_inline: clang_Cursor_isFunctionInlined -> flag;
        is_function_like_macro: clang_Cursor_isMacroFunctionLike -> flag;
        definition: clang_getCursorDefinition -> cursor;
        referenced: clang_getCursorReferenced -> cursor;
        /// The first of all declarations of the same thing.
        first_declaration: clang_getCanonicalCursor -> cursor;
        /// The enum of an enum constant.
        parent: clang_getCursorSemanticParent -> cursor;
        initializer: clang_Cursor_getVarDeclInitializer -> cursor;
        /// The linker's name, without a leading `\x01`.
        mangled: clang_Cursor_getMangling -> text;
        comment: clang_Cursor_getRawCommentText -> text;
        typedef_underlying: clang_getTypedefDeclUnderlyingType -> ty;
        enum_integer_type: clang_getEnumDeclIntegerType -> ty;
    }

    pub(crate) fn is_expression(self) -> bool {
        // SAFETY: any kind may be asked.
        unsafe { call!(self.clang, clang_isExpression(self.raw.kind)) != 0 }
    }

    pub(crate) fn id(self) -> DeclId {
        // SAFETY: the unit is alive. A declaration's first word of data is its address in the AST.
        let canonical = unsafe { call!(self.clang, clang_getCanonicalCursor(self.raw)) };
        DeclId(canonical.data[0] as usize)
    }

    pub(crate) fn storage_class(self) -> i32 {
        // SAFETY: the unit is alive.
        unsafe { call!(self.clang, clang_Cursor_getStorageClass(self.raw)) }
    }

    /// Whether it is a variable that each translation unit has for itself: `static`, or C23's `constexpr`.
    pub(crate) fn is_own_variable(self) -> bool {
        let is_constexpr = || self.pretty_printed().starts_with("constexpr ");
        self.kind() == CXCursor_VarDecl && (self.storage_class() == CX_SC_Static || is_constexpr())
    }

    pub(crate) fn is_thread_local(self) -> bool {
        // SAFETY: the unit is alive.
        unsafe { call!(self.clang, clang_getCursorTLSKind(self.raw)) != clang_sys::CXTLS_None }
    }

    pub(crate) fn argument(self, index: u32) -> Option<Cursor<'u>> {
        // SAFETY: the unit is alive; an index out of range gives a null cursor.
        self.cursor(unsafe { call!(self.clang, clang_Cursor_getArgument(self.raw, index)) })
    }

    /// The value of an enum constant, which `signed` says how to read.
    pub(crate) fn enum_value(self, signed: bool) -> i128 {
        // SAFETY: the unit is alive.
        unsafe {
            match signed {
                true => i128::from(call!(self.clang, clang_getEnumConstantDeclValue(self.raw))),
                false => i128::from(call!(self.clang, clang_getEnumConstantDeclUnsignedValue(self.raw))),
            }
        }
    }

    pub(crate) fn is_attribute(self) -> bool {
        // SAFETY: any kind may be asked.
        unsafe { call!(self.clang, clang_isAttribute(self.raw.kind)) != 0 }
    }

    /// Where it stands, comparable.
    pub(crate) fn place(self) -> (Option<File>, u32) {
        let location = self.location();
        (location.file, location.offset)
    }

    /// What the target's programs are told of using the declaration.
    pub(crate) fn availability(self) -> Availability {
        // SAFETY: the unit is alive.
        let kind = unsafe { call!(self.clang, clang_getCursorAvailability(self.raw)) };
        if kind != CXAvailability_Deprecated && kind != CXAvailability_NotAvailable {
            return Availability::default();
        }
        let (mut is_deprecated, mut is_unavailable) = (0, 0);
        let (mut deprecated, mut unavailable) = (CXString::default(), CXString::default());
        // SAFETY: the unit is alive; each of the four is written to, and no list of platforms is asked for.
        unsafe {
            call!(
                self.clang,
                clang_getCursorPlatformAvailability(
                    self.raw,
                    &raw mut is_deprecated,
                    &raw mut deprecated,
                    &raw mut is_unavailable,
                    &raw mut unavailable,
                    std::ptr::null_mut(),
                    0
                )
            );
        }
        let (deprecated, unavailable) = (self.clang.take_string(deprecated), self.clang.take_string(unavailable));
        Availability {
            deprecated: (kind == CXAvailability_Deprecated).then_some(deprecated),
            unavailable: (kind == CXAvailability_NotAvailable).then_some(unavailable),
        }
    }

    /// The declaration as Clang prints it, bodies included.
    pub(crate) fn pretty_printed(self) -> String {
        // SAFETY: the unit is alive; no policy means the language's own.
        let text = unsafe { call!(self.clang, clang_getCursorPrettyPrinted(self.raw, std::ptr::null_mut())) };
        self.clang.take_string(text)
    }

    pub(crate) fn location(self) -> Location {
        // SAFETY: the unit is alive.
        locate(self.clang, unsafe {
            call!(self.clang, clang_getCursorLocation(self.raw))
        })
    }

    /// Where the cursor's text starts and ends.
    pub(crate) fn extent(self) -> (Location, Location) {
        // SAFETY: the unit is alive.
        unsafe {
            let range = call!(self.clang, clang_getCursorExtent(self.raw));
            let start = call!(self.clang, clang_getRangeStart(range));
            let end = call!(self.clang, clang_getRangeEnd(range));
            (locate(self.clang, start), locate(self.clang, end))
        }
    }

    /// The value of a variable's initialiser, if Clang can compute it. The variable's type must be at most 64 bits
    /// wide when it is an integer: libclang has no way to say more.
    pub(crate) fn evaluate(self) -> Option<Evaluated> {
        // SAFETY: the unit is alive; the result is disposed of once.
        unsafe {
            let result = call!(self.clang, clang_Cursor_Evaluate(self.raw));
            if result.is_null() {
                return None;
            }
            let value = match call!(self.clang, clang_EvalResult_getKind(result)) {
                CXEval_Int if call!(self.clang, clang_EvalResult_isUnsignedInt(result)) != 0 => Some(Evaluated::Int(
                    i128::from(call!(self.clang, clang_EvalResult_getAsUnsigned(result))),
                )),
                CXEval_Int => Some(Evaluated::Int(i128::from(call!(
                    self.clang,
                    clang_EvalResult_getAsLongLong(result)
                )))),
                CXEval_Float => Some(Evaluated::Float(call!(
                    self.clang,
                    clang_EvalResult_getAsDouble(result)
                ))),
                _ => None,
            };
            call!(self.clang, clang_EvalResult_dispose(result));
            value
        }
    }

    /// Visits children in order, and theirs where `visitor` says so.
    pub(crate) fn visit(self, mut visitor: impl FnMut(Cursor<'u>) -> Visit) {
        struct Data<'a, 'u> {
            visitor: &'a mut dyn FnMut(Cursor<'u>) -> Visit,
            clang: &'static Clang,
        }
        extern "C" fn visit(raw: CXCursor, _: CXCursor, data: CXClientData) -> CXChildVisitResult {
            // SAFETY: `data` is the value below, which outlives the call and is used by nobody else meanwhile.
            let data = unsafe { &mut *data.cast::<Data<'_, '_>>() };
            match (data.visitor)(Cursor {
                raw,
                clang: data.clang,
                unit: PhantomData,
            }) {
                Visit::Next => CXChildVisit_Continue,
                Visit::Into => CXChildVisit_Recurse,
                Visit::Stop => CXChildVisit_Break,
            }
        }
        let mut data = Data {
            visitor: &mut visitor,
            clang: self.clang,
        };
        // SAFETY: as in `visit`; the unit is alive.
        unsafe { call!(self.clang, clang_visitChildren(self.raw, visit, (&raw mut data).cast())) };
    }

    pub(crate) fn children(self) -> Vec<Cursor<'u>> {
        let mut children = Vec::new();
        self.visit(|child| {
            children.push(child);
            Visit::Next
        });
        children
    }
}

impl<'u> Type<'u> {
    fn ty(self, raw: CXType) -> Type<'u> {
        Type {
            raw,
            clang: self.clang,
            unit: PhantomData,
        }
    }

    fn cursor(self, raw: CXCursor) -> Option<Cursor<'u>> {
        Cursor {
            raw,
            clang: self.clang,
            unit: PhantomData,
        }
        .cursor(raw)
    }

    pub(crate) fn kind(self) -> CXTypeKind {
        self.raw.kind
    }

    readers! {
        spelling: clang_getTypeSpelling -> text;
        canonical: clang_getCanonicalType -> ty;
        pointee: clang_getPointeeType -> ty;
        /// Without the attributes that the type was written with.
        modified: clang_Type_getModifiedType -> ty;
        named: clang_Type_getNamedType -> ty;
        element: clang_getArrayElementType -> ty;
        array_len: clang_getArraySize -> number;
        /// Of a vector or a complex number.
        lane: clang_getElementType -> ty;
        n_lanes: clang_getNumElements -> number;
        /// What an `_Atomic` holds.
        value: clang_Type_getValueType -> ty;
        result: clang_getResultType -> ty;
        /// Negative for what is no function with a prototype.
        n_params: clang_getNumArgTypes -> number;
        is_variadic: clang_isFunctionTypeVariadic -> flag;
        /// Written `const` at the outermost level; behind a typedef only after `canonical`.
        is_const: clang_isConstQualifiedType -> flag;
        /// As `is_const`.
        is_volatile: clang_isVolatileQualifiedType -> flag;
        declaration: clang_getTypeDeclaration -> cursor;
        typedef_name: clang_getTypedefName -> text;
    }

    pub(crate) fn param(self, index: u32) -> Type<'u> {
        // SAFETY: the unit is alive; an index out of range gives an invalid type.
        self.ty(unsafe { call!(self.clang, clang_getArgType(self.raw, index)) })
    }

    pub(crate) fn calling_convention(self) -> i32 {
        // SAFETY: the unit is alive.
        unsafe { call!(self.clang, clang_getFunctionTypeCallingConv(self.raw)) }
    }

    /// In bytes; `None` for an incomplete type.
    pub(crate) fn size(self) -> Option<u64> {
        // SAFETY: the unit is alive.
        u64::try_from(unsafe { call!(self.clang, clang_Type_getSizeOf(self.raw)) }).ok()
    }

    /// In bytes; `None` for an incomplete type.
    pub(crate) fn align(self) -> Option<u64> {
        // SAFETY: the unit is alive.
        u64::try_from(unsafe { call!(self.clang, clang_Type_getAlignOf(self.raw)) }).ok()
    }

    /// The fields of a record in order, with unnamed bit-fields and the unnamed fields that hold anonymous members.
    pub(crate) fn fields(self) -> Vec<Cursor<'u>> {
        struct Data<'u> {
            fields: Vec<Cursor<'u>>,
            clang: &'static Clang,
        }
        extern "C" fn visit(raw: CXCursor, data: CXClientData) -> CXVisitorResult {
            // SAFETY: `data` is the value below, which outlives the call and is used by nobody else meanwhile.
            let data = unsafe { &mut *data.cast::<Data<'_>>() };
            data.fields.push(Cursor {
                raw,
                clang: data.clang,
                unit: PhantomData,
            });
            CXVisit_Continue
        }
        let mut data = Data {
            fields: Vec::new(),
            clang: self.clang,
        };
        // SAFETY: as in `visit`; the unit is alive.
        unsafe {
            call!(
                self.clang,
                clang_Type_visitFields(self.raw, visit, (&raw mut data).cast::<c_void>())
            )
        };
        data.fields
    }
}

fn locate(clang: &'static Clang, raw: CXSourceLocation) -> Location {
    let mut file: CXFile = std::ptr::null_mut();
    let (mut line, mut column, mut offset) = (0, 0, 0);
    // SAFETY: the location's unit is alive and the four places are ours.
    unsafe {
        call!(
            clang,
            clang_getFileLocation(raw, &mut file, &mut line, &mut column, &mut offset)
        )
    };
    Location {
        file: (!file.is_null()).then_some(File(file as usize)),
        line,
        column,
        offset,
    }
}
