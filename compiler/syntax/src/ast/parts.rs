//! Views of the parts of items: attributes, generic parameters, parameters, fields, variants.
//!
//! Takes and gives what `ast` says, for the parts of items.

use super::{Expr, Pat, Type, ast_enum, ast_nodes, child, child_after, children, item_parts, named, own_tokens};
use crate::token::TokenKind;
use crate::tree::{Node, Token};

ast_nodes! {
    /// `@name(args)`
    Attr;
    /// `(args)` of an attribute.
    AttrArgs;
    /// `value` or `name: value` of an attribute.
    AttrArg;
    /// `<T: Bound, const N: usize>`
    GenericParams;
    /// `T: Bound = Default`
    TypeParam;
    /// `const N: usize = 1`
    ConstParam;
    /// `where T: Bound, …`
    WhereClause;
    /// `T: Bound`
    WherePredicate;
    /// `A + B`
    Bounds;
    /// `Ord`, `?view`
    Bound;
    /// `(a: A, …)` of a function, or the parameters between the bars of a closure.
    ParamList;
    /// `self`, `&self`, `&mut self`, `var self`, `self: T`
    SelfParam;
    /// `a: A = default`
    Param;
    /// `...` at the end of a C function's parameters.
    VariadicParam;
    /// `-> R`
    ReturnType;
    /// `{ x: T, … }` of a struct, union or variant.
    FieldList;
    /// `pub x: T : 3 = default`
    Field;
    /// `(T, …)` of a tuple struct or variant.
    TupleFieldList;
    /// `pub T`
    TupleField;
    /// `{ A, B(T) }` of an enum.
    VariantList;
    /// `A`, `B(T)`, `C { x: T }`, `D = 5`
    Variant;
}

ast_enum! {
    /// A generic parameter.
    GenericParam {
        Type(TypeParam),
        Const(ConstParam),
    }
}

ast_enum! {
    /// The fields of a struct or of a variant. A unit has none.
    Fields {
        Named(FieldList),
        Tuple(TupleFieldList),
    }
}

item_parts! { Field TupleField Variant }

named! { TypeParam ConstParam Field Variant }

/// The attributes that stand before or among the modifiers of a node.
pub fn attrs_of<'t>(node: Node<'t>) -> impl Iterator<Item = Attr<'t>> {
    children(node)
}

/// The documentation comments just before a node's first token, in order, as written.
pub fn doc_comments_of<'t>(node: Node<'t>) -> Vec<Token<'t>> {
    let tree = node.tree();
    let (first, _) = node.token_range();
    let mut docs: Vec<Token<'t>> = (0..first)
        .rev()
        .map(|index| tree.token(crate::tree::TokenId(index)))
        .take_while(|token| token.kind().is_trivia())
        .filter(|token| token.kind() == TokenKind::DocComment)
        .collect();
    docs.reverse();
    docs
}

impl<'t> Attr<'t> {
    /// The names of the path: `python`, `module` of `@python.module`.
    pub fn path(self) -> impl Iterator<Item = Token<'t>> {
        self.0.own_tokens().filter(|t| t.kind() == TokenKind::Ident)
    }

    /// Whether the path is the one name `name`.
    pub fn is(self, name: &str) -> bool {
        let mut path = self.path();
        path.next().is_some_and(|t| t.name() == name) && path.next().is_none()
    }

    pub fn arg_list(self) -> Option<AttrArgs<'t>> {
        child(self.0)
    }

    pub fn args(self) -> impl Iterator<Item = AttrArg<'t>> {
        self.arg_list().into_iter().flat_map(|list| children(list.0))
    }
}

impl<'t> AttrArg<'t> {
    /// The name before `:`.
    pub fn name(self) -> Option<Token<'t>> {
        self.0.own_token(TokenKind::Ident)
    }

    /// Names, paths, calls (`notified(destroy: p)`), literals, lists, tuples and conditions, all as expressions;
    /// a keyword that stands alone (`static`) is a `NameExpr`.
    pub fn value(self) -> Option<Expr<'t>> {
        child(self.0)
    }
}

impl<'t> GenericParams<'t> {
    pub fn params(self) -> impl Iterator<Item = GenericParam<'t>> {
        children(self.0)
    }
}

impl<'t> TypeParam<'t> {
    pub fn attrs(self) -> impl Iterator<Item = Attr<'t>> {
        attrs_of(self.0)
    }

    pub fn bounds(self) -> Option<Bounds<'t>> {
        child(self.0)
    }

    pub fn default(self) -> Option<Type<'t>> {
        child(self.0)
    }
}

impl<'t> ConstParam<'t> {
    pub fn ty(self) -> Option<Type<'t>> {
        child(self.0)
    }

    pub fn default(self) -> Option<Expr<'t>> {
        child(self.0)
    }
}

impl<'t> WhereClause<'t> {
    pub fn predicates(self) -> impl Iterator<Item = WherePredicate<'t>> {
        children(self.0)
    }
}

impl<'t> WherePredicate<'t> {
    pub fn ty(self) -> Option<Type<'t>> {
        child(self.0)
    }

    pub fn bounds(self) -> Option<Bounds<'t>> {
        child(self.0)
    }
}

impl<'t> Bounds<'t> {
    pub fn bounds(self) -> impl Iterator<Item = Bound<'t>> {
        children(self.0)
    }
}

own_tokens! { Bound {
    /// `?` of `?view` and `?Send`.
    question_token: Question,
} }

impl<'t> Bound<'t> {
    pub fn ty(self) -> Option<Type<'t>> {
        child(self.0)
    }
}

impl<'t> ParamList<'t> {
    pub fn self_param(self) -> Option<SelfParam<'t>> {
        child(self.0)
    }

    /// The parameters but `self` and `...`.
    pub fn params(self) -> impl Iterator<Item = Param<'t>> {
        children(self.0)
    }

    pub fn variadic(self) -> Option<VariadicParam<'t>> {
        child(self.0)
    }
}

own_tokens! { SelfParam { amp_token: Amp, mut_token: MutKw, var_token: VarKw, self_token: SelfKw, } }

impl<'t> SelfParam<'t> {
    pub fn attrs(self) -> impl Iterator<Item = Attr<'t>> {
        attrs_of(self.0)
    }

    pub fn ty(self) -> Option<Type<'t>> {
        child(self.0)
    }
}

impl<'t> Param<'t> {
    pub fn attrs(self) -> impl Iterator<Item = Attr<'t>> {
        attrs_of(self.0)
    }

    pub fn pat(self) -> Option<Pat<'t>> {
        child(self.0)
    }

    /// Absent in a closure whose parameter's type is inferred.
    pub fn ty(self) -> Option<Type<'t>> {
        child(self.0)
    }

    pub fn default(self) -> Option<Expr<'t>> {
        child(self.0)
    }
}

impl<'t> ReturnType<'t> {
    pub fn ty(self) -> Option<Type<'t>> {
        child(self.0)
    }
}

impl<'t> FieldList<'t> {
    pub fn fields(self) -> impl Iterator<Item = Field<'t>> {
        children(self.0)
    }
}

impl<'t> Field<'t> {
    pub fn ty(self) -> Option<Type<'t>> {
        child(self.0)
    }

    /// The width of a bit-field: the expression after the second `:`.
    pub fn bit_width(self) -> Option<Expr<'t>> {
        super::child_before(self.0, |kind| kind == TokenKind::Eq)
    }

    pub fn default(self) -> Option<Expr<'t>> {
        child_after(self.0, |kind| kind == TokenKind::Eq)
    }
}

impl<'t> TupleFieldList<'t> {
    pub fn fields(self) -> impl Iterator<Item = TupleField<'t>> {
        children(self.0)
    }
}

impl<'t> TupleField<'t> {
    pub fn ty(self) -> Option<Type<'t>> {
        child(self.0)
    }
}

impl<'t> VariantList<'t> {
    pub fn variants(self) -> impl Iterator<Item = Variant<'t>> {
        children(self.0)
    }
}

impl<'t> Variant<'t> {
    pub fn fields(self) -> Option<Fields<'t>> {
        child(self.0)
    }

    pub fn discriminant(self) -> Option<Expr<'t>> {
        child(self.0)
    }
}
