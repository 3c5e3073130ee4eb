//! Views of expressions.
//!
//! Takes and gives what `ast` says, for expressions.

use super::{
    AstNode, ParamList, Pat, ReturnType, Type, TypeArgs, ast_enum, ast_nodes, child, child_after, child_before,
    children, own_token_where, own_tokens,
};
use crate::token::TokenKind;
use crate::tree::{Element, Token};

ast_nodes! {
    /// `{ … }`, `'a: { … }`. Its parts are beside the statements.
    Block;
    /// One literal token, `true`, `false`, `none` and `null` included.
    Literal;
    /// `f"…{x:>8}…"`
    FString;
    /// `{x:>8}`, `{x=}` of an f-string.
    Interpolation;
    /// `x`, `self`, `Self`
    NameExpr;
    /// `a.b`, `t.0`, `a?.b`; a path too, as `.` is the only path separator.
    FieldExpr;
    /// `a[i]`
    IndexExpr;
    /// `f(a, b: c)`
    CallExpr;
    /// `(a, b: c)`
    ArgList;
    /// `a`, `b: c`
    Arg;
    /// `Vec<i32>`: type arguments in an expression.
    GenericExpr;
    /// `P { x: 1, y }`, `.{ x: 1 }`, `.Rect { w: 1 }`
    StructExpr;
    /// `x: 1`, `y`
    StructExprField;
    /// `..other`
    StructExprBase;
    /// `.Variant`
    VariantExpr;
    /// `()`, `(a,)`, `(a, b)`
    TupleExpr;
    /// `(a)`
    ParenExpr;
    /// `[a, b]`
    ArrayExpr;
    /// `[v; n]`
    RepeatExpr;
    /// `-a`, `!a`, `*a`
    PrefixExpr;
    /// `&a`, `&mut a`
    RefExpr;
    /// `a as T`, `a as% T`
    CastExpr;
    /// `a + b`, `a && b`, `a ?? b`
    BinaryExpr;
    /// `a..b`, `a..=b`, `..`
    RangeExpr;
    /// `a catch b`, `a catch |e| b`
    CatchExpr;
    /// `a = b`, `a += b`
    AssignExpr;
    /// `try a`
    TryExpr;
    /// `unsafe a`, `unsafe { … }`
    UnsafeExpr;
    /// `throw a`
    ThrowExpr;
    /// `return`, `return a`
    ReturnExpr;
    /// `break`, `break 'l a`
    BreakExpr;
    /// `continue`, `continue 'l`
    ContinueExpr;
    /// `if c { … } else { … }`
    IfExpr;
    /// `let p = e` in the condition of an `if` or a `while`.
    LetExpr;
    /// `match e { … }`
    MatchExpr;
    /// `p if g => e`
    MatchArm;
    /// `loop { … }`
    LoopExpr;
    /// `while c { … }`
    WhileExpr;
    /// `for p in e { … }`
    ForExpr;
    /// `|x| e`, `move |x: T| -> R { … }`
    ClosureExpr;
    /// `_`, the left side of an assignment that discards.
    UnderscoreExpr;
    /// Not an expression; reported.
    ErrorExpr;
}

ast_enum! {
    /// An expression.
    Expr {
        Block(Block),
        Literal(Literal),
        FString(FString),
        Name(NameExpr),
        Field(FieldExpr),
        Index(IndexExpr),
        Call(CallExpr),
        Generic(GenericExpr),
        Struct(StructExpr),
        Variant(VariantExpr),
        Tuple(TupleExpr),
        Paren(ParenExpr),
        Array(ArrayExpr),
        Repeat(RepeatExpr),
        Prefix(PrefixExpr),
        Ref(RefExpr),
        Cast(CastExpr),
        Binary(BinaryExpr),
        Range(RangeExpr),
        Catch(CatchExpr),
        Assign(AssignExpr),
        Try(TryExpr),
        Unsafe(UnsafeExpr),
        Throw(ThrowExpr),
        Return(ReturnExpr),
        Break(BreakExpr),
        Continue(ContinueExpr),
        If(IfExpr),
        Let(LetExpr),
        Match(MatchExpr),
        Loop(LoopExpr),
        While(WhileExpr),
        For(ForExpr),
        Closure(ClosureExpr),
        Underscore(UnderscoreExpr),
        Error(ErrorExpr),
    }
}

impl<'t> Literal<'t> {
    /// The literal; its kind says which.
    pub fn token(self) -> Option<Token<'t>> {
        self.0.own_tokens().next()
    }
}

/// A piece of an f-string.
#[derive(Clone, Copy, Debug)]
pub enum FStringPiece<'t> {
    /// A `FStrText` token, as written.
    Text(Token<'t>),
    Interpolation(Interpolation<'t>),
}

impl<'t> FString<'t> {
    /// `f"` or `f"""`.
    pub fn start_token(self) -> Option<Token<'t>> {
        self.0.own_token(TokenKind::FStrStart)
    }

    pub fn pieces(self) -> impl Iterator<Item = FStringPiece<'t>> {
        self.0.elements().filter_map(|element| match element {
            Element::Token(token) if token.kind() == TokenKind::FStrText => Some(FStringPiece::Text(token)),
            Element::Token(_) => None,
            Element::Node(node) => Interpolation::cast(node).map(FStringPiece::Interpolation),
        })
    }
}

own_tokens! { Interpolation {
    /// `=` of `{x=}`: the source text of the expression is printed before its value.
    eq_token: Eq,
    /// The text after `:`.
    spec: FStrSpec,
} }

impl<'t> Interpolation<'t> {
    pub fn expr(self) -> Option<Expr<'t>> {
        child(self.0)
    }
}

impl<'t> NameExpr<'t> {
    /// The identifier, `self` or `Self`.
    pub fn name(self) -> Option<Token<'t>> {
        self.0.own_tokens().next()
    }
}

own_tokens! { FieldExpr {
    /// `?.`
    question_dot_token: QuestionDot,
} }

impl<'t> FieldExpr<'t> {
    pub fn receiver(self) -> Option<Expr<'t>> {
        child(self.0)
    }

    /// The identifier, or the number of a tuple's field.
    pub fn name(self) -> Option<Token<'t>> {
        own_token_where(self.0, |kind| matches!(kind, TokenKind::Ident | TokenKind::IntLit))
    }
}

impl<'t> IndexExpr<'t> {
    pub fn receiver(self) -> Option<Expr<'t>> {
        child(self.0)
    }

    pub fn index(self) -> Option<Expr<'t>> {
        child_after(self.0, |kind| kind == TokenKind::LBracket)
    }
}

impl<'t> CallExpr<'t> {
    pub fn callee(self) -> Option<Expr<'t>> {
        child(self.0)
    }

    pub fn arg_list(self) -> Option<ArgList<'t>> {
        child(self.0)
    }

    pub fn args(self) -> impl Iterator<Item = Arg<'t>> {
        self.arg_list().into_iter().flat_map(ArgList::args)
    }
}

impl<'t> ArgList<'t> {
    pub fn args(self) -> impl Iterator<Item = Arg<'t>> {
        children(self.0)
    }
}

own_tokens! { Arg {
    /// The name before `:`.
    name: Ident,
} }

impl<'t> Arg<'t> {
    pub fn value(self) -> Option<Expr<'t>> {
        child(self.0)
    }
}

impl<'t> GenericExpr<'t> {
    /// The name or path before the arguments.
    pub fn base(self) -> Option<Expr<'t>> {
        child(self.0)
    }

    pub fn type_args(self) -> Option<TypeArgs<'t>> {
        child(self.0)
    }
}

impl<'t> StructExpr<'t> {
    /// A name, path, generic path or `.Variant`; none in `.{ … }`.
    pub fn path(self) -> Option<Expr<'t>> {
        child(self.0)
    }

    pub fn fields(self) -> impl Iterator<Item = StructExprField<'t>> {
        children(self.0)
    }

    /// What gives the fields that are not named: one, and the last, where the literal is right.
    pub fn bases(self) -> impl Iterator<Item = StructExprBase<'t>> {
        children(self.0)
    }
}

impl<'t> StructExprBase<'t> {
    pub fn value(self) -> Option<Expr<'t>> {
        child(self.0)
    }
}

own_tokens! { StructExprField { name: Ident, } }

impl<'t> StructExprField<'t> {
    /// None in the shorthand.
    pub fn value(self) -> Option<Expr<'t>> {
        child(self.0)
    }
}

own_tokens! { VariantExpr { name: Ident, } }

impl<'t> TupleExpr<'t> {
    pub fn elements(self) -> impl Iterator<Item = Expr<'t>> {
        children(self.0)
    }
}

impl<'t> ParenExpr<'t> {
    pub fn inner(self) -> Option<Expr<'t>> {
        child(self.0)
    }
}

impl<'t> ArrayExpr<'t> {
    pub fn elements(self) -> impl Iterator<Item = Expr<'t>> {
        children(self.0)
    }
}

impl<'t> RepeatExpr<'t> {
    pub fn element(self) -> Option<Expr<'t>> {
        child_before(self.0, |kind| kind == TokenKind::Semicolon)
    }

    pub fn len(self) -> Option<Expr<'t>> {
        child_after(self.0, |kind| kind == TokenKind::Semicolon)
    }
}

impl<'t> PrefixExpr<'t> {
    /// `-`, `!` or `*`.
    pub fn op_token(self) -> Option<Token<'t>> {
        self.0.own_tokens().next()
    }

    pub fn operand(self) -> Option<Expr<'t>> {
        child(self.0)
    }
}

own_tokens! { RefExpr { mut_token: MutKw, } }

impl<'t> RefExpr<'t> {
    pub fn operand(self) -> Option<Expr<'t>> {
        child(self.0)
    }
}

own_tokens! { CastExpr {
    /// `%` of `as%`: the cast wraps.
    percent_token: Percent,
} }

impl<'t> CastExpr<'t> {
    pub fn operand(self) -> Option<Expr<'t>> {
        child(self.0)
    }

    pub fn ty(self) -> Option<Type<'t>> {
        child(self.0)
    }
}

impl<'t> BinaryExpr<'t> {
    /// The operator: arithmetic, bits, shifts, comparisons, `&&`, `||`, `??`.
    pub fn op_token(self) -> Option<Token<'t>> {
        self.0.own_tokens().next()
    }

    pub fn lhs(self) -> Option<Expr<'t>> {
        children(self.0).next()
    }

    pub fn rhs(self) -> Option<Expr<'t>> {
        children(self.0).nth(1)
    }
}

impl<'t> RangeExpr<'t> {
    /// `..` or `..=`.
    pub fn op_token(self) -> Option<Token<'t>> {
        self.0.own_tokens().next()
    }

    pub fn start(self) -> Option<Expr<'t>> {
        child_before(self.0, is_range)
    }

    pub fn end(self) -> Option<Expr<'t>> {
        child_after(self.0, is_range)
    }
}

fn is_range(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::DotDot | TokenKind::DotDotEq)
}

impl<'t> CatchExpr<'t> {
    pub fn operand(self) -> Option<Expr<'t>> {
        children(self.0).next()
    }

    /// The pattern between the bars.
    pub fn binder(self) -> Option<Pat<'t>> {
        child(self.0)
    }

    pub fn handler(self) -> Option<Expr<'t>> {
        child_after(self.0, |kind| kind == TokenKind::CatchKw)
    }
}

impl<'t> AssignExpr<'t> {
    /// `=` or a compound assignment.
    pub fn op_token(self) -> Option<Token<'t>> {
        self.0.own_tokens().next()
    }

    pub fn place(self) -> Option<Expr<'t>> {
        children(self.0).next()
    }

    pub fn value(self) -> Option<Expr<'t>> {
        children(self.0).nth(1)
    }
}

impl<'t> TryExpr<'t> {
    pub fn operand(self) -> Option<Expr<'t>> {
        child(self.0)
    }
}

impl<'t> UnsafeExpr<'t> {
    /// A block, or any expression; an assignment in the statement `unsafe *p = 3;`.
    pub fn operand(self) -> Option<Expr<'t>> {
        child(self.0)
    }
}

impl<'t> ThrowExpr<'t> {
    pub fn operand(self) -> Option<Expr<'t>> {
        child(self.0)
    }
}

impl<'t> ReturnExpr<'t> {
    pub fn value(self) -> Option<Expr<'t>> {
        child(self.0)
    }
}

own_tokens! { BreakExpr { label: Label, } }

impl<'t> BreakExpr<'t> {
    pub fn value(self) -> Option<Expr<'t>> {
        child(self.0)
    }
}

own_tokens! { ContinueExpr { label: Label, } }

impl<'t> IfExpr<'t> {
    /// May hold `let` conditions, joined by `&&`.
    pub fn condition(self) -> Option<Expr<'t>> {
        children(self.0).next()
    }

    pub fn then_block(self) -> Option<Block<'t>> {
        children::<Expr<'t>>(self.0)
            .nth(1)
            .and_then(|expr| Block::cast(expr.syntax()))
    }

    /// A block, or another `if`.
    pub fn else_branch(self) -> Option<Expr<'t>> {
        child_after(self.0, |kind| kind == TokenKind::ElseKw)
    }
}

impl<'t> LetExpr<'t> {
    pub fn pat(self) -> Option<Pat<'t>> {
        child(self.0)
    }

    pub fn value(self) -> Option<Expr<'t>> {
        child(self.0)
    }
}

impl<'t> MatchExpr<'t> {
    pub fn scrutinee(self) -> Option<Expr<'t>> {
        child(self.0)
    }

    pub fn arms(self) -> impl Iterator<Item = MatchArm<'t>> {
        children(self.0)
    }
}

impl<'t> MatchArm<'t> {
    pub fn pat(self) -> Option<Pat<'t>> {
        child(self.0)
    }

    /// The condition after `if`.
    pub fn guard(self) -> Option<Expr<'t>> {
        child_before(self.0, |kind| kind == TokenKind::FatArrow)
    }

    pub fn body(self) -> Option<Expr<'t>> {
        child_after(self.0, |kind| kind == TokenKind::FatArrow)
    }
}

own_tokens! { LoopExpr { label: Label, } }

impl<'t> LoopExpr<'t> {
    pub fn body(self) -> Option<Block<'t>> {
        child(self.0)
    }
}

own_tokens! { WhileExpr { label: Label, } }

impl<'t> WhileExpr<'t> {
    /// May hold `let` conditions, joined by `&&`.
    pub fn condition(self) -> Option<Expr<'t>> {
        children(self.0).next()
    }

    pub fn body(self) -> Option<Block<'t>> {
        children::<Expr<'t>>(self.0)
            .nth(1)
            .and_then(|expr| Block::cast(expr.syntax()))
    }
}

own_tokens! { ForExpr { label: Label, } }

impl<'t> ForExpr<'t> {
    pub fn pat(self) -> Option<Pat<'t>> {
        child(self.0)
    }

    pub fn iterable(self) -> Option<Expr<'t>> {
        children(self.0).next()
    }

    pub fn body(self) -> Option<Block<'t>> {
        children::<Expr<'t>>(self.0)
            .nth(1)
            .and_then(|expr| Block::cast(expr.syntax()))
    }
}

own_tokens! { ClosureExpr { move_token: MoveKw, } }

impl<'t> ClosureExpr<'t> {
    /// Empty in `|| e`.
    pub fn param_list(self) -> Option<ParamList<'t>> {
        child(self.0)
    }

    pub fn return_ty(self) -> Option<Type<'t>> {
        child::<ReturnType<'t>>(self.0).and_then(ReturnType::ty)
    }

    pub fn body(self) -> Option<Expr<'t>> {
        child(self.0)
    }
}
