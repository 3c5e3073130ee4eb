//! Types: from the linked program and imported C to signatures and typed bodies.
//!
//! Takes [`hir::Program`] and [`cmodel::CModel`]. Gives [`Signatures`] (sequential, small) and a [`TypedBody`] for
//! each body (in parallel; a body never changes another's validity). Knows no layout but what constants need.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a question about one kind of type or expression has the answer no for all others, new ones too; what \
              must know every kind lists them"
)]

mod bodies;
mod c_advice;
mod c_shapes;
mod c_spelling;
mod c_types;
mod c_values;
mod callable;
mod collect;
mod const_args;
mod consteval;
mod consts;
mod display;
mod dynamic;
mod elision;
mod errors;
mod evaluator;
mod exhaustive;
mod generics;
mod infer;
mod lang_items;
mod loans;
mod looks_through;
mod numbers;
mod operator_fns;
mod paths;
mod ranges;
mod signatures;
mod solve;
mod thread_lacks;
mod threads;
mod trait_bounds;
mod traits;
mod ty;
mod type_env;
mod type_refs;
mod typed;
mod unnamed;
mod well_formed;

pub use bodies::{BodyKey, body_keys, check_one};
pub use c_shapes::CShapes;
pub use callable::Callable;
pub use collect::{CheckInput, collect, extend};
pub use consts::ConstValue;
pub use display::{display_ty, fn_path};
pub use elision::Elided;
pub use errors::{assertion_fails, constant_cycle, missing_main};
pub use evaluator::{ConstEvaluator, NoEvaluator, Unevaluated};
pub use generics::Generic;
pub use lang_items::{LangItem, LangItems};
pub use loans::{Kept, Loans, Origin};
pub use looks_through::{Lender, Through};
pub use operator_fns::OperatorFn;
pub use ranges::RangeShape;
pub use signatures::{
    AdtDecl, AdtKind, ConstDecl, Features, FieldDecl, FnDecl, FnKind, InlineCDecl, InlineCKind, Methods, ParamDecl,
    Receiver, Signatures, StaticDecl, TestDecl, TypeHead, VariantDecl, VariantShape,
};
pub use traits::{AssocDecl, AssocRef, Bounds, Equality, ImplDecl, Proof, TraitDecl, TraitRef};
pub use ty::{
    AdtRef, CallKind, ClosureRef, ClosureTy, ConstArg, DynAssoc, DynTy, Environment, FloatTy, FnRef, FnType, InferVar,
    IntTy, StaticRef, Ty, TyKind, UnnamedRef, UnnamedTy,
};
pub use type_env::{Reveal, TypeEnv};
pub use typed::{
    Adjust, Adjustment, ArgSource, BodyRef, BuiltinCall, Call, Callee, Capture, CaptureMode, CaptureStep,
    CheckedClosure, Iteration, OperatorCall, OperatorForm, PrintPart, Stream, TypedBody, ValueRef,
};
pub use unnamed::{UnnamedDecl, reveal};
