//! Patterns and the locals that they bind.

use base::{Span, Symbol};
use diag::Reported;
use syntax::ast::{self, AstNode};
use syntax::{Token, TokenKind};

use super::body::BodyLowering;
use super::scope::LocalName;
use super::types::mutability;
use super::{literals, name_of};
use crate::{Expr, ExprId, FieldPat, LocalId, Pat, PatId, PathSegment, TypeRefKind, UnaryOp, errors};

/// What the patterns that are lowered together have bound so far.
#[derive(Default)]
pub(super) struct Bindings {
    bound: Vec<Binding>,
    /// In an alternative after the first: what the alternatives before have bound, to be bound again.
    earlier: Vec<Binding>,
}

#[derive(Clone, Copy)]
struct Binding {
    name: Symbol,
    span: Span,
    local: LocalId,
}

impl BodyLowering<'_, '_> {
    /// A pattern whose names are seen from here on.
    pub(super) fn pat_in_scope(&mut self, pat: Option<ast::Pat<'_>>, around: Span, is_var: bool) -> PatId {
        let mut bindings = Bindings::default();
        let id = self.pat_into(pat, around, is_var, &mut bindings);
        self.declare(bindings);
        id
    }

    pub(super) fn declare(&mut self, bindings: Bindings) {
        for binding in bindings.bound {
            self.scopes.declare(binding.name, LocalName::Local(binding.local));
        }
    }

    /// A pattern whose names go to `bindings`; with `is_var`, all are variables.
    pub(super) fn pat_into(
        &mut self,
        pat: Option<ast::Pat<'_>>,
        around: Span,
        is_var: bool,
        bindings: &mut Bindings,
    ) -> PatId {
        let Some(pat) = pat else {
            let reported = self.file.missing();
            return self.push_pat(Pat::Error(reported), around);
        };
        if let ast::Pat::Paren(paren) = pat {
            return self.pat_into(paren.inner(), paren.span(), is_var, bindings);
        }
        let lowered = match self.pat_kind(pat, is_var, bindings) {
            Ok(lowered) => lowered,
            Err(reported) => Pat::Error(reported),
        };
        self.push_pat(lowered, pat.span())
    }

    fn pat_kind(&mut self, pat: ast::Pat<'_>, is_var: bool, bindings: &mut Bindings) -> Result<Pat, Reported> {
        match pat {
            ast::Pat::Wildcard(_) => Ok(Pat::Wild),
            ast::Pat::Rest(rest) => Err(self.file.diagnostics.report(errors::lone_rest(rest.span()))),
            ast::Pat::Literal(literal) => self.literal_pat(literal),
            ast::Pat::Range(range) => Ok(Pat::Range {
                start: range.start().map(|end| self.range_end(end)),
                end: range.end().map(|end| self.range_end(end)),
                inclusive: range
                    .op_token()
                    .is_some_and(|token| token.kind() == TokenKind::DotDotEq),
            }),
            ast::Pat::Bind(bind) => self.bind_pat(bind, is_var, bindings),
            ast::Pat::Path(path) => match path.path() {
                Some(path) => Ok(Pat::Value(self.pat_path(path))),
                None => Err(self.file.missing()),
            },
            ast::Pat::TupleStruct(pat) => {
                let Some(path) = pat.path() else {
                    return Err(self.file.missing());
                };
                let path = self.pat_path(path);
                let (elements, rest) = self.elements(pat.elements(), is_var, bindings);
                Ok(Pat::TupleVariant { path, elements, rest })
            }
            ast::Pat::Struct(pat) => self.struct_pat(pat, is_var, bindings),
            ast::Pat::Tuple(tuple) => {
                let (elements, rest) = self.elements(tuple.elements(), is_var, bindings);
                Ok(Pat::Tuple { elements, rest })
            }
            ast::Pat::Paren(_) => unreachable!("parentheses are taken off before"),
            ast::Pat::Slice(slice) => Ok(self.slice_pat(slice, is_var, bindings)),
            ast::Pat::Ref(reference) => Ok(Pat::Ref {
                mutability: mutability(reference.mut_token()),
                pat: self.pat_into(reference.inner(), reference.span(), is_var, bindings),
            }),
            ast::Pat::Or(or) => Ok(Pat::Or(self.alternatives(or, is_var, bindings))),
            ast::Pat::Error(_) => Err(self.file.missing()),
        }
    }

    fn literal_pat(&mut self, pat: ast::LiteralPat<'_>) -> Result<Pat, Reported> {
        if let Some(token) = pat.literal().and_then(ast::Literal::token)
            && token.kind() == TokenKind::NoneKw
        {
            return Ok(Pat::None);
        }
        Ok(Pat::Value(self.literal_pat_value(pat)))
    }

    fn literal_pat_value(&mut self, pat: ast::LiteralPat<'_>) -> ExprId {
        let Some(literal) = pat.literal() else {
            return self.missing(pat.span());
        };
        let value = self.literal(literal);
        let value = self.push_expr(value, literal.span());
        match pat.minus_token() {
            Some(_) => self.push_expr(
                Expr::Unary {
                    op: UnaryOp::Neg,
                    operand: value,
                },
                pat.span(),
            ),
            None => value,
        }
    }

    fn range_end(&mut self, end: ast::RangePatEnd<'_>) -> ExprId {
        match end {
            ast::RangePatEnd::Literal(literal) => self.literal_pat_value(literal),
            ast::RangePatEnd::Path(path) => match path.path() {
                Some(inner) => self.pat_path(inner),
                None => self.missing(path.span()),
            },
        }
    }

    pub(super) fn literal(&mut self, literal: ast::Literal<'_>) -> Expr {
        let Some(token) = literal.token() else {
            return self.file.missing_expr();
        };
        match token.kind() {
            TokenKind::NoneKw => Expr::None,
            TokenKind::NullKw => Expr::Null,
            _ => literals::literal(token).map_or_else(|| self.file.missing_expr(), Expr::Literal),
        }
    }

    /// The path of a constant or variant, as an expression. A local is never meant.
    fn pat_path(&mut self, path: ast::PatPath<'_>) -> ExprId {
        let span = path.span();
        let mut value: Option<ExprId> = None;
        for token in path.segments() {
            let name = name_of(token);
            let expr = match value {
                Some(base) => Expr::Field {
                    base,
                    name,
                    name_span: token.span(),
                    in_parentheses: false,
                },
                None if path.is_implicit() => Expr::DotName {
                    name,
                    name_span: token.span(),
                },
                None => Expr::Name(self.file.key(name)),
            };
            let end = token.span();
            value = Some(self.push_expr(expr, Span::new(span.file, span.start, end.end)));
        }
        value.unwrap_or_else(|| self.missing(span))
    }

    fn bind_pat(&mut self, pat: ast::BindPat<'_>, is_var: bool, bindings: &mut Bindings) -> Result<Pat, Reported> {
        let Some(token) = pat.name() else {
            return Err(self.file.missing());
        };
        let is_plain = !is_var && pat.var_token().is_none() && pat.at_token().is_none();
        if is_plain && self.file.is_pattern_constant(name_of(token)) {
            let name = self.file.key(name_of(token));
            return Ok(Pat::Value(self.push_expr(Expr::Name(name), token.span())));
        }
        let local = self.bind(token, is_var || pat.var_token().is_some(), bindings);
        let has_sub = pat.at_token().is_some();
        let sub = has_sub.then(|| self.pat_into(pat.subpattern(), pat.span(), is_var, bindings));
        Ok(Pat::Bind { local, sub })
    }

    /// The local for a name that is bound: the one of the alternatives before, or a new one.
    fn bind(&mut self, token: Token<'_>, is_var: bool, bindings: &mut Bindings) -> LocalId {
        let (name, span) = (name_of(token), token.span());
        if let Some(first) = bindings.bound.iter().find(|binding| binding.name == name) {
            let message = errors::bound_twice(span, name, first.span);
            self.file.diagnostics.report(message);
        }
        let earlier = bindings.earlier.iter().find(|binding| binding.name == name);
        let local = match earlier {
            Some(binding) => binding.local,
            None => self.push_local(name, span, is_var),
        };
        bindings.bound.push(Binding { name, span, local });
        local
    }

    fn alternatives(&mut self, or: ast::OrPat<'_>, is_var: bool, bindings: &mut Bindings) -> Vec<PatId> {
        let start = bindings.bound.len();
        let n_earlier = bindings.earlier.len();
        let mut pats = Vec::new();
        let mut first: Option<(Vec<Binding>, Span)> = None;
        for alternative in or.alternatives() {
            pats.push(self.pat_into(Some(alternative), alternative.span(), is_var, bindings));
            let bound = bindings.bound.split_off(start);
            match &first {
                None => {
                    bindings.earlier.extend(&bound);
                    first = Some((bound, alternative.span()));
                }
                Some((expected, place)) => {
                    let unequal = self.compare_alternatives(expected, *place, &bound, alternative.span());
                    if let (Some(reported), Some(pat)) = (unequal, pats.last()) {
                        self.body.pats[*pat] = Pat::Error(reported);
                    }
                }
            }
        }
        bindings.earlier.truncate(n_earlier);
        bindings.bound.extend(first.into_iter().flat_map(|(bound, _)| bound));
        pats
    }

    /// Says what the one binds and the other does not.
    fn compare_alternatives(
        &mut self,
        first: &[Binding],
        first_span: Span,
        other: &[Binding],
        other_span: Span,
    ) -> Option<Reported> {
        let lacks = |list: &[Binding], binding: &Binding| list.iter().all(|known| known.name != binding.name);
        let mut reported = None;
        for binding in first.iter().filter(|binding| lacks(other, binding)) {
            let message = errors::unequal_alternatives(other_span, binding.name, binding.span);
            reported = Some(self.file.diagnostics.report(message));
        }
        for binding in other.iter().filter(|binding| lacks(first, binding)) {
            let message = errors::unequal_alternatives(first_span, binding.name, binding.span);
            reported = Some(self.file.diagnostics.report(message));
        }
        reported
    }

    /// The elements of a tuple pattern, and before which of them `..` stands.
    fn elements<'t>(
        &mut self,
        elements: impl Iterator<Item = ast::Pat<'t>>,
        is_var: bool,
        bindings: &mut Bindings,
    ) -> (Vec<PatId>, Option<usize>) {
        let mut pats = Vec::new();
        let mut rest: Option<(usize, Span)> = None;
        for element in elements {
            if let ast::Pat::Rest(pat) = element {
                match rest {
                    None => rest = Some((pats.len(), pat.span())),
                    Some((_, first)) => {
                        let message = errors::second_rest(pat.span(), first);
                        self.file.diagnostics.report(message);
                    }
                }
                continue;
            }
            pats.push(self.pat_into(Some(element), element.span(), is_var, bindings));
        }
        (pats, rest.map(|(index, _)| index))
    }

    fn slice_pat(&mut self, slice: ast::SlicePat<'_>, is_var: bool, bindings: &mut Bindings) -> Pat {
        let mut before = Vec::new();
        let mut after = Vec::new();
        let mut rest: Option<(Option<PatId>, Span)> = None;
        for element in slice.elements() {
            let span = element.span();
            let Some(binder) = rest_binder(element) else {
                let pat = self.pat_into(Some(element), span, is_var, bindings);
                if rest.is_some() {
                    after.push(pat)
                } else {
                    before.push(pat)
                }
                continue;
            };
            if let Some((_, first)) = rest {
                let message = errors::second_rest(span, first);
                self.file.diagnostics.report(message);
                continue;
            }
            let bound = binder.map(|(token, var_token)| {
                let local = self.bind(token, is_var || var_token.is_some(), bindings);
                self.push_pat(Pat::Bind { local, sub: None }, span)
            });
            rest = Some((bound, span));
        }
        Pat::Slice {
            before,
            rest: rest.map(|(bound, _)| bound),
            after,
        }
    }

    fn struct_pat(&mut self, pat: ast::StructPat<'_>, is_var: bool, bindings: &mut Bindings) -> Result<Pat, Reported> {
        let mut variant = None;
        let ty = match pat.path() {
            None => None,
            Some(path) if path.is_implicit() => {
                let token = path.segments().next();
                variant = Some(
                    token
                        .map(|token| (name_of(token), token.span()))
                        .ok_or_else(|| self.file.missing())?,
                );
                None
            }
            Some(path) => {
                let segments = path.segments().map(|token| PathSegment {
                    name: name_of(token),
                    span: token.span(),
                    args: Vec::new(),
                });
                let kind = TypeRefKind::Path(segments.collect());
                Some(self.file.push_type(kind, path.span()))
            }
        };
        let mut fields: Vec<FieldPat> = Vec::new();
        for field in pat.fields() {
            let Some(token) = field.name() else { continue };
            let name = name_of(token);
            if let Some(first) = fields.iter().find(|known| known.name == name) {
                let message = errors::bound_twice(token.span(), name, first.name_span);
                self.file.diagnostics.report(message);
                continue;
            }
            let inner = match field.pat() {
                Some(inner) => self.pat_into(Some(inner), field.span(), is_var, bindings),
                None => {
                    let local = self.bind(token, is_var || field.var_token().is_some(), bindings);
                    self.push_pat(Pat::Bind { local, sub: None }, token.span())
                }
            };
            fields.push(FieldPat {
                name,
                name_span: token.span(),
                pat: inner,
            });
        }
        Ok(Pat::Struct {
            ty,
            variant,
            fields,
            has_rest: pat.rest().is_some(),
        })
    }
}

/// The name and the `var` of `x @ ..`.
type RestBinder<'t> = (Token<'t>, Option<Token<'t>>);

/// Whether the element is `..` (then without a binder) or `x @ ..`.
fn rest_binder(element: ast::Pat<'_>) -> Option<Option<RestBinder<'_>>> {
    match element {
        ast::Pat::Rest(_) => Some(None),
        ast::Pat::Bind(bind) => match (bind.name(), bind.subpattern()) {
            (Some(name), Some(ast::Pat::Rest(_))) => Some(Some((name, bind.var_token()))),
            (_, _) => None,
        },
        _ => None,
    }
}

impl super::FileLowering<'_> {
    fn is_pattern_constant(&self, name: Symbol) -> bool {
        self.constants.iter().any(|names| names.contains(&name))
    }
}
