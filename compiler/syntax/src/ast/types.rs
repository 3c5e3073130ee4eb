//! Views of types.
//!
//! Takes and gives what `ast` says, for types.

use super::{
    Bounds, Expr, ReturnType, VariadicParam, ast_enum, ast_nodes, child, child_after, children, own_token_where,
    own_tokens,
};
use crate::token::TokenKind;
use crate::tree::Token;

ast_nodes! {
    /// `a.b.C<T>`, `Self.Item`, `i32`
    PathType;
    /// `C<T>`, `Fn(A) -> R`: a name of a path with its arguments.
    PathSegment;
    /// `<A, B>`
    TypeArgs;
    /// `Item = T`
    AssocTypeArg;
    /// `4`, `{ n }`: an argument for a const parameter.
    ConstArg;
    /// `(A, B) -> R` after the name of a function trait.
    ParenTypeArgs;
    /// `&T`, `&mut T`, `&static T`
    RefType;
    /// `*T`, `*const T`
    PtrType;
    /// `[T]`
    SliceType;
    /// `[T; N]`
    ArrayType;
    /// `()`, `(A, B)`
    TupleType;
    /// `(T)`
    ParenType;
    /// `fn(A) -> R`, `extern fn(A, ...) -> R`, `own fn(A) -> R`
    FnType;
    /// `A`, `name: A`
    FnTypeParam;
    /// `?T`
    OptionalType;
    /// `!T`, `E!T`
    ResultType;
    /// `dyn Trait`
    DynType;
    /// `impl Trait`
    ImplType;
    /// `_`
    InferType;
    /// `any`, `place`, `type`: what a parameter of inline C takes.
    ParamKindType;
    /// Not a type; reported.
    ErrorType;
}

ast_enum! {
    /// A type.
    Type {
        Path(PathType),
        Ref(RefType),
        Ptr(PtrType),
        Slice(SliceType),
        Array(ArrayType),
        Tuple(TupleType),
        Paren(ParenType),
        Fn(FnType),
        Optional(OptionalType),
        Result(ResultType),
        Dyn(DynType),
        Impl(ImplType),
        Infer(InferType),
        ParamKind(ParamKindType),
        Error(ErrorType),
    }
}

ast_enum! {
    /// An argument between `<` and `>`.
    TypeArg {
        Type(Type),
        Assoc(AssocTypeArg),
        Const(ConstArg),
    }
}

impl<'t> PathType<'t> {
    pub fn segments(self) -> impl Iterator<Item = PathSegment<'t>> {
        children(self.0)
    }
}

impl<'t> PathSegment<'t> {
    /// The identifier, or `Self`.
    pub fn name(self) -> Option<Token<'t>> {
        own_token_where(self.0, |kind| matches!(kind, TokenKind::Ident | TokenKind::SelfTypeKw))
    }

    pub fn type_args(self) -> Option<TypeArgs<'t>> {
        child(self.0)
    }

    pub fn paren_args(self) -> Option<ParenTypeArgs<'t>> {
        child(self.0)
    }
}

impl<'t> TypeArgs<'t> {
    pub fn args(self) -> impl Iterator<Item = TypeArg<'t>> {
        children(self.0)
    }
}

impl<'t> AssocTypeArg<'t> {
    pub fn name(self) -> Option<Token<'t>> {
        self.0.own_token(TokenKind::Ident)
    }

    pub fn ty(self) -> Option<Type<'t>> {
        child(self.0)
    }
}

impl<'t> ConstArg<'t> {
    pub fn value(self) -> Option<Expr<'t>> {
        child(self.0)
    }
}

impl<'t> ParenTypeArgs<'t> {
    pub fn params(self) -> impl Iterator<Item = FnTypeParam<'t>> {
        children(self.0)
    }

    pub fn return_ty(self) -> Option<Type<'t>> {
        child::<ReturnType<'t>>(self.0).and_then(ReturnType::ty)
    }
}

own_tokens! { RefType { mut_token: MutKw, static_token: StaticKw, } }

impl<'t> RefType<'t> {
    pub fn target(self) -> Option<Type<'t>> {
        child(self.0)
    }
}

own_tokens! { PtrType { const_token: ConstKw, } }

impl<'t> PtrType<'t> {
    pub fn target(self) -> Option<Type<'t>> {
        child(self.0)
    }
}

impl<'t> SliceType<'t> {
    pub fn element(self) -> Option<Type<'t>> {
        child(self.0)
    }
}

impl<'t> ArrayType<'t> {
    pub fn element(self) -> Option<Type<'t>> {
        child(self.0)
    }

    pub fn len(self) -> Option<Expr<'t>> {
        child(self.0)
    }
}

impl<'t> TupleType<'t> {
    pub fn elements(self) -> impl Iterator<Item = Type<'t>> {
        children(self.0)
    }
}

impl<'t> ParenType<'t> {
    pub fn inner(self) -> Option<Type<'t>> {
        child(self.0)
    }
}

own_tokens! { FnType { unsafe_token: UnsafeKw, extern_token: ExternKw, own_token: OwnKw, } }

impl<'t> FnType<'t> {
    /// The string after `extern`.
    pub fn abi(self) -> Option<Token<'t>> {
        own_token_where(self.0, TokenKind::is_text_literal)
    }

    pub fn params(self) -> impl Iterator<Item = FnTypeParam<'t>> {
        children(self.0)
    }

    pub fn variadic(self) -> Option<VariadicParam<'t>> {
        child(self.0)
    }

    /// The type after `->`; none means `()`.
    pub fn return_ty(self) -> Option<Type<'t>> {
        child::<ReturnType<'t>>(self.0).and_then(ReturnType::ty)
    }
}

impl<'t> FnTypeParam<'t> {
    /// The name before `:`.
    pub fn name(self) -> Option<Token<'t>> {
        own_token_where(self.0, |kind| matches!(kind, TokenKind::Ident | TokenKind::Underscore))
    }

    pub fn ty(self) -> Option<Type<'t>> {
        child(self.0)
    }
}

impl<'t> OptionalType<'t> {
    pub fn inner(self) -> Option<Type<'t>> {
        child(self.0)
    }
}

impl<'t> ResultType<'t> {
    /// The type before `!`; none in `!T`.
    pub fn error(self) -> Option<Type<'t>> {
        super::child_before(self.0, |kind| kind == TokenKind::Bang)
    }

    /// The type after `!`.
    pub fn ok(self) -> Option<Type<'t>> {
        child_after(self.0, |kind| kind == TokenKind::Bang)
    }
}

impl<'t> DynType<'t> {
    pub fn bounds(self) -> Option<Bounds<'t>> {
        child(self.0)
    }
}

impl<'t> ImplType<'t> {
    pub fn bounds(self) -> Option<Bounds<'t>> {
        child(self.0)
    }
}

impl<'t> ParamKindType<'t> {
    /// `any`, `place` or `type`.
    pub fn kind_token(self) -> Option<Token<'t>> {
        self.0.own_tokens().next()
    }
}
