//! Views of patterns.
//!
//! Takes and gives what `ast` says, for patterns.

use super::{Literal, ast_enum, ast_nodes, child, child_after, child_before, children, own_token_where, own_tokens};
use crate::token::TokenKind;
use crate::tree::Token;

ast_nodes! {
    /// `_`
    WildcardPat;
    /// `..` in a tuple, slice or struct pattern.
    RestPat;
    /// `1`, `-1`, `"a"`, `none`, `null`, `true`
    LiteralPat;
    /// `1..=5`, `1..`, `..5`
    RangePat;
    /// `x`, `var x`, `x @ p`. A lone name may turn out to be a constant.
    BindPat;
    /// `.Empty`, `Shape.Empty`, `io.NotFound`
    PathPat;
    /// `a.b` or `.b`: the path of a pattern.
    PatPath;
    /// `.Some(p)`, `Shape.Circle(p, ..)`
    TupleStructPat;
    /// `P { x, y: p, .. }`, `.Rect { w, .. }`, `.{ x, y }`
    StructPat;
    /// `x`, `x: p`, `var x`
    StructPatField;
    /// `(a, b)`, `()`
    TuplePat;
    /// `(p)`
    ParenPat;
    /// `[a, .., z]`
    SlicePat;
    /// `&p`, `&mut p`
    RefPat;
    /// `a | b`
    OrPat;
    /// Not a pattern; reported.
    ErrorPat;
}

ast_enum! {
    /// A pattern.
    Pat {
        Wildcard(WildcardPat),
        Rest(RestPat),
        Literal(LiteralPat),
        Range(RangePat),
        Bind(BindPat),
        Path(PathPat),
        TupleStruct(TupleStructPat),
        Struct(StructPat),
        Tuple(TuplePat),
        Paren(ParenPat),
        Slice(SlicePat),
        Ref(RefPat),
        Or(OrPat),
        Error(ErrorPat),
    }
}

ast_enum! {
    /// An end of a range pattern.
    RangePatEnd {
        Literal(LiteralPat),
        Path(PathPat),
    }
}

own_tokens! { LiteralPat { minus_token: Minus, } }

impl<'t> LiteralPat<'t> {
    pub fn literal(self) -> Option<Literal<'t>> {
        child(self.0)
    }
}

impl<'t> RangePat<'t> {
    /// `..` or `..=`.
    pub fn op_token(self) -> Option<Token<'t>> {
        own_token_where(self.0, is_range)
    }

    pub fn start(self) -> Option<RangePatEnd<'t>> {
        child_before(self.0, is_range)
    }

    pub fn end(self) -> Option<RangePatEnd<'t>> {
        child_after(self.0, is_range)
    }
}

fn is_range(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::DotDot | TokenKind::DotDotEq)
}

own_tokens! { BindPat { var_token: VarKw, name: Ident, at_token: At, } }

impl<'t> BindPat<'t> {
    /// The pattern after `@`.
    pub fn subpattern(self) -> Option<Pat<'t>> {
        child(self.0)
    }
}

impl<'t> PathPat<'t> {
    pub fn path(self) -> Option<PatPath<'t>> {
        child(self.0)
    }
}

own_tokens! { PatPath {
    /// `.` before the first name: the type is the expected one.
    dot_token: Dot,
} }

impl<'t> PatPath<'t> {
    /// Whether the path starts with a dot, as `.Some`.
    pub fn is_implicit(self) -> bool {
        self.0
            .own_tokens()
            .next()
            .is_some_and(|token| token.kind() == TokenKind::Dot)
    }

    /// The names, `Self` among them.
    pub fn segments(self) -> impl Iterator<Item = Token<'t>> {
        self.0
            .own_tokens()
            .filter(|t| matches!(t.kind(), TokenKind::Ident | TokenKind::SelfTypeKw))
    }
}

impl<'t> TupleStructPat<'t> {
    pub fn path(self) -> Option<PatPath<'t>> {
        child(self.0)
    }

    /// The patterns between the parentheses, at most one of them a `RestPat`.
    pub fn elements(self) -> impl Iterator<Item = Pat<'t>> {
        children(self.0)
    }
}

impl<'t> StructPat<'t> {
    /// None in `.{ … }`.
    pub fn path(self) -> Option<PatPath<'t>> {
        child(self.0)
    }

    pub fn fields(self) -> impl Iterator<Item = StructPatField<'t>> {
        children(self.0)
    }

    pub fn rest(self) -> Option<RestPat<'t>> {
        child(self.0)
    }
}

own_tokens! { StructPatField {
    /// The field. In the shorthand `x` it is the binding too.
    name: Ident,
    /// `var` of the shorthand `var x`.
    var_token: VarKw,
} }

impl<'t> StructPatField<'t> {
    /// The pattern after `:`; none in the shorthand.
    pub fn pat(self) -> Option<Pat<'t>> {
        child(self.0)
    }
}

impl<'t> TuplePat<'t> {
    pub fn elements(self) -> impl Iterator<Item = Pat<'t>> {
        children(self.0)
    }
}

impl<'t> ParenPat<'t> {
    pub fn inner(self) -> Option<Pat<'t>> {
        child(self.0)
    }
}

impl<'t> SlicePat<'t> {
    pub fn elements(self) -> impl Iterator<Item = Pat<'t>> {
        children(self.0)
    }
}

own_tokens! { RefPat { mut_token: MutKw, } }

impl<'t> RefPat<'t> {
    pub fn inner(self) -> Option<Pat<'t>> {
        child(self.0)
    }
}

impl<'t> OrPat<'t> {
    pub fn alternatives(self) -> impl Iterator<Item = Pat<'t>> {
        children(self.0)
    }
}
