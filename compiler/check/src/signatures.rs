//! What every item says of itself: types, functions, constants, fully typed and without bodies.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use base::{FxHashMap, FxHashSet, Span, Symbol};
use cmodel::{CModel, CallingConvention};
use diag::Reported;
use hir::{DefId, Inlining, Mutability, StructKind, Visibility};

use crate::lang_items::{LangItem, LangItems};
use crate::looks_through::Lender;
use crate::{
    AdtRef, BodyRef, Bounds, ConstValue, FnRef, FnType, Generic, ImplDecl, Loans, OperatorFn, StaticRef, TraitDecl,
    TraitRef, Ty, TyKind, UnnamedDecl, UnnamedRef,
};

/// The signatures of a program. Read-only while bodies are checked.
#[derive(Debug, Default)]
pub struct Signatures {
    /// Something in them has been reported: what bodies rely on of them may not hold.
    pub has_errors: bool,
    pub adts: FxHashMap<AdtRef, AdtDecl>,
    pub fns: FxHashMap<FnRef, FnDecl>,
    pub statics: FxHashMap<StaticRef, StaticDecl>,
    pub consts: FxHashMap<DefId, ConstDecl>,
    /// Functions whose body is C text.
    pub inline_c: FxHashMap<DefId, Result<InlineCDecl, Reported>>,
    pub methods: Methods,
    pub traits: FxHashMap<DefId, TraitDecl>,
    /// By trait, in order of their places.
    pub impls: FxHashMap<DefId, Vec<ImplDecl>>,
    /// The trait that each `impl` of one is of.
    pub impl_traits: FxHashMap<DefId, TraitRef>,
    /// The function of a trait that each function of an `impl` is.
    pub implemented: FxHashMap<DefId, DefId>,
    /// The functions of traits, by name.
    pub trait_functions: FxHashMap<Symbol, Vec<DefId>>,
    /// The `drop` function of each type with `impl Drop`.
    pub drops: FxHashMap<AdtRef, FnRef>,
    /// The generic parameters, by position, whose values the `drop` function of a type does nothing with but drop them.
    pub may_dangle: FxHashMap<AdtRef, Vec<u32>>,
    /// The types whose values keep what they are given though they are shared, as functions of them say.
    pub keep_shared: FxHashSet<AdtRef>,
    /// The type that each `impl` block is for.
    pub impl_tys: FxHashMap<DefId, Ty>,
    /// The items of the library that the language itself speaks of.
    pub lang: LangItems,
    /// The `impl` types of functions' results.
    pub unnamed: FxHashMap<UnnamedRef, UnnamedDecl>,
    /// The types that lend what they hold.
    pub lenders: FxHashMap<AdtRef, Lender>,
    /// Whether some record of Lang source has bit-fields.
    pub has_bit_fields: bool,
    /// Imported C, all modules.
    pub c: CModel,
    /// Tests of the main package's files, in order of file and place.
    pub tests: Vec<TestDecl>,
    /// `fn main` of the root file.
    pub main: Option<DefId>,
}

/// Functions and constants of `impl` blocks, by the head of the type they are for.
#[derive(Debug, Default)]
pub struct Methods {
    pub functions: FxHashMap<(TypeHead, Symbol), DefId>,
    pub consts: FxHashMap<(TypeHead, Symbol), DefId>,
}

/// What a type is at its outermost, for method lookup.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TypeHead {
    Adt(AdtRef),
    /// A type without parts: `i32`, `str`, `c_int`.
    Plain(Ty),
    Slice,
    Array,
    Pointer,
    Optional,
}

impl TypeHead {
    /// Absent for types that have no methods: references (their targets have), functions, tuples, parameters.
    pub fn of(ty: Ty) -> Option<Self> {
        match ty.kind() {
            TyKind::Adt(adt, _) => Some(Self::Adt(*adt)),
            TyKind::Bool
            | TyKind::Char
            | TyKind::Int(_)
            | TyKind::Float(_)
            | TyKind::C(_)
            | TyKind::Str
            | TyKind::CStr => Some(Self::Plain(ty)),
            TyKind::Slice(_) => Some(Self::Slice),
            TyKind::Array(..) => Some(Self::Array),
            TyKind::Pointer(..) => Some(Self::Pointer),
            TyKind::Optional(_) => Some(Self::Optional),
            TyKind::Error(_)
            | TyKind::Never
            | TyKind::Ref(..)
            | TyKind::Tuple(_)
            | TyKind::FnItem(..)
            | TyKind::Closure(_)
            | TyKind::Dyn(_)
            | TyKind::FnPointer(_)
            | TyKind::ExternFn(_)
            | TyKind::Range { .. }
            | TyKind::Opaque { .. }
            | TyKind::Const(_)
            | TyKind::Param { .. }
            | TyKind::Assoc(_)
            | TyKind::Unnamed(_)
            | TyKind::Infer(_) => None,
        }
    }
}

#[derive(Clone, Debug)]
pub struct AdtDecl {
    /// As messages and debuggers show it.
    pub name: Symbol,
    pub kind: AdtKind,
    pub generics: Vec<Generic>,
    /// What must hold of `generics`.
    pub bounds: Bounds,
    /// In order; of an enum those of all its variants, one variant after the other.
    pub fields: Vec<FieldDecl>,
    /// Of an enum.
    pub variants: Vec<VariantDecl>,
    /// Clang's sizes and offsets, for records of headers.
    pub layout: Option<cmodel::CLayout>,
    /// Values are copied, not moved.
    pub is_copy: bool,
    /// `view`: it says that it holds references.
    pub is_view: bool,
    /// Of an `extern enum`: its type and constants.
    pub underlying: Option<Ty>,
    pub constants: Vec<(Symbol, i128)>,
    /// Other names of fields, of the header's macros, with the way to the field through records, by index.
    pub aliases: Vec<(Symbol, Vec<u32>)>,
    pub packed: bool,
    pub align: Option<u64>,
    pub span: Option<Span>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AdtKind {
    Record(StructKind),
    /// A Lang enum: one of its variants, each with fields of its own.
    Enum,
    /// Open: any value of the integer type is one.
    ExternEnum,
    /// A C record that no header defines: only behind pointers.
    OpaqueRecord,
}

/// A variant of an enum.
#[derive(Clone, Debug)]
pub struct VariantDecl {
    pub name: Symbol,
    pub shape: VariantShape,
    /// Which of the enum's fields are its own.
    pub fields: Range<u32>,
    pub span: Span,
}

impl VariantDecl {
    pub fn n_fields(&self) -> usize {
        self.fields.len()
    }
}

/// How a variant is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VariantShape {
    /// `Empty`
    Unit,
    /// `Circle(f64)`
    Tuple,
    /// `Rect { w: f64 }`
    Struct,
}

impl AdtDecl {
    /// The variant of this name, by number.
    pub fn variant_named(&self, name: Symbol) -> Option<u32> {
        let index = self.variants.iter().position(|variant| variant.name == name)?;
        u32::try_from(index).ok()
    }

    /// The variant that a field of an enum belongs to.
    pub fn variant_of_field(&self, field: u32) -> Option<u32> {
        let index = self
            .variants
            .iter()
            .position(|variant| variant.fields.contains(&field))?;
        u32::try_from(index).ok()
    }
}

#[derive(Clone, Debug)]
pub struct FieldDecl {
    /// Absent for an anonymous C member, whose own fields are reached directly.
    pub name: Option<Symbol>,
    pub ty: Ty,
    pub visibility: Visibility,
    /// All its references are `&static`.
    pub is_static: bool,
    /// A bit-field, or the value of an `_Atomic`: it has no address.
    pub is_bit_field: bool,
    /// A flexible array, which has elements after the record: `T x[]`, and at the end of a record GNU's `T x[0]`.
    pub is_flexible: bool,
    /// What a literal that leaves the field out gives it: the default, evaluated.
    pub default_value: Option<Arc<ConstValue>>,
}

#[derive(Clone, Debug)]
pub struct FnDecl {
    /// `geometry.Point.length`, `sqlite3_open`.
    pub path: String,
    pub name: Symbol,
    /// Those of the `impl` first.
    pub generics: Vec<Generic>,
    /// What must hold of `generics`.
    pub bounds: Bounds,
    /// The trait that it is declared in, whose generics are the first of `generics`.
    pub of_trait: Option<DefId>,
    /// `self` first.
    pub params: Vec<ParamDecl>,
    pub ret: Ty,
    pub variadic: bool,
    pub is_unsafe: bool,
    /// How C calls it; of a function that is not of C, the default.
    pub convention: CallingConvention,
    pub receiver: Option<Receiver>,
    pub kind: FnKind,
    /// The type of the `impl` it stands in.
    pub self_ty: Option<Ty>,
    pub inlining: Inlining,
    /// What the processor has to have where it runs; absent for what runs wherever the program does. Of C, only of what
    /// is always inlined.
    pub features: Option<Arc<Features>>,
    pub is_const: bool,
    /// An associated constant: it is called wherever it is named.
    pub is_assoc_const: bool,
    pub loans: Loans,
    pub span: Option<Span>,
}

/// What a function wants of the processor, by LLVM's names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Features {
    /// As its source names them.
    pub names: Vec<Symbol>,
    /// These, what they imply, and what the build's processor has; empty for C's.
    pub all: BTreeSet<String>,
}

impl FnDecl {
    /// What the function itself takes for granted. Of a trait's function also that `Self` has a size: an `impl` for a
    /// type without one is asked about where it stands.
    pub(crate) fn own_bounds(&self, signatures: &Signatures) -> Bounds {
        let mut bounds = self.bounds.clone();
        if let (Some(_), Some(self_ty), Some(def)) = (self.of_trait, self.self_ty, signatures.lang.get(LangItem::Sized))
        {
            let args = [self_ty].into();
            bounds.traits.push(TraitRef { def, args });
        }
        bounds
    }

    /// How many of its generics are `impl` types of parameters, which a caller cannot give. They are the last.
    pub fn n_unnamed(&self) -> usize {
        let unnamed = self
            .generics
            .iter()
            .filter(|generic| hir::is_unnamed_generic(generic.name));
        unnamed.count()
    }

    pub fn fn_type(&self) -> FnType {
        FnType {
            params: self.params.iter().map(|param| param.ty).collect(),
            ret: self.ret,
            variadic: self.variadic,
            // As a value it could be called anywhere.
            is_unsafe: self.is_unsafe || self.features.is_some(),
            convention: self.convention,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Receiver {
    Value,
    Ref(Mutability),
    /// `self: Box<Self>`, or another owner of one value.
    Owner,
}

#[derive(Clone, Debug)]
pub struct ParamDecl {
    pub name: Option<Symbol>,
    pub ty: Ty,
    /// All its references are `&static`.
    pub is_static: bool,
    /// A function of the same generics, without parameters, that gives what is passed where the argument is left out.
    pub default: Option<FnRef>,
}

#[derive(Clone, PartialEq, Debug)]
pub enum FnKind {
    /// `export`: C's ABI under the function's own name.
    Lang {
        body: BodyRef,
        /// The name that C calls it by.
        export: Option<Symbol>,
    },
    Intrinsic(hir::Intrinsic),
    /// Of a trait, without a body of its own.
    Required,
    /// A function that the linker finds, called as C calls it.
    Extern {
        symbol: String,
    },
    /// A header's inline function, which exists only through Clang.
    Header,
    /// [`FnRef::CMacro`] and [`FnRef::CInitializer`]: C text does it.
    Macro(cmodel::CMacroUse),
    /// [`FnRef::Variant`]: makes a value of the enum.
    Variant,
    /// [`FnRef::Operator`]: what the operator does to its parameters.
    Operator(OperatorFn),
}

#[derive(Clone, Debug)]
pub struct StaticDecl {
    pub name: Symbol,
    pub path: String,
    pub ty: Ty,
    pub is_var: bool,
    pub thread_local: bool,
    /// Absent for one that is defined elsewhere.
    pub value: Option<ConstValue>,
    /// Whether C sees it, under `symbol`.
    pub is_export: bool,
    /// The linker's name of one that is exported or defined elsewhere.
    pub symbol: Option<String>,
    pub span: Option<Span>,
}

/// A function whose body is C text.
#[derive(Clone, Debug)]
pub struct InlineCDecl {
    pub params: Vec<(Symbol, InlineCKind)>,
    /// Absent where C says what the result is; `void` for `()`.
    pub ret: Option<cmodel::CType>,
    pub text: Symbol,
    /// Whose header the text stands on.
    pub module: Option<cmodel::CModuleId>,
}

/// What a parameter of inline C takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InlineCKind {
    Typed(Ty),
    Any,
    Place,
    Type,
    Name,
}

#[derive(Clone, Debug)]
pub struct ConstDecl {
    /// The error type where the evaluation failed.
    pub ty: Ty,
    pub value: Arc<ConstValue>,
}

#[derive(Clone, Debug)]
pub struct TestDecl {
    pub title: String,
    pub body: BodyRef,
    pub span: Span,
}

impl Signatures {
    pub fn adt(&self, adt: AdtRef) -> &AdtDecl {
        &self.adts[&adt]
    }

    /// `T` and `E` of a `Result<T, E>`.
    pub fn result_parts(&self, ty: Ty) -> Option<(Ty, Ty)> {
        match ty.kind() {
            TyKind::Adt(AdtRef::Lang(def), args) if self.lang.is(*def, LangItem::Result) => match &**args {
                [ok, error] => Some((*ok, *error)),
                _ => None,
            },
            _ => None,
        }
    }

    /// `Result<T, E>`; absent in a program without the library.
    pub fn result_of(&self, ok: Ty, error: Ty) -> Option<Ty> {
        let def = self.lang.get(LangItem::Result)?;
        Some(Ty::new(TyKind::Adt(AdtRef::Lang(def), [ok, error].into())))
    }

    /// The library's `Error`.
    pub fn error_ty(&self) -> Option<Ty> {
        let def = self.lang.get(LangItem::Error)?;
        Some(Ty::new(TyKind::Adt(AdtRef::Lang(def), Box::default())))
    }

    /// `!()`, which tests give and `main` may; `()` in a program without the library.
    pub fn test_ret(&self) -> Ty {
        let result = self.error_ty().and_then(|error| self.result_of(Ty::unit(), error));
        result.unwrap_or_else(Ty::unit)
    }

    pub fn function(&self, function: FnRef) -> &FnDecl {
        &self.fns[&function]
    }
}
