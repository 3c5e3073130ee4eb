//! Expressions.

use base::Span;
use diag::Reported;
use syntax::ast::{self, AstNode};
use syntax::{Token, TokenKind};

use super::body::BodyLowering;
use super::name_of;
use super::scope::LocalName;
use super::types::mutability;
use crate::{
    Arg, BinaryOp, CastMode, Expr, ExprId, FieldInit, Mutability, PathSegment, TypeRefId, TypeRefKind, UnaryOp, errors,
};

/// How deep expressions stand in each other, at most. The parser refuses a file with more, and yet makes a tree of an
/// `else if` chain of any length.
const MAX_DEPTH: u32 = 1_100;

impl BodyLowering<'_, '_> {
    /// An expression that the grammar requires, `around` being the place of what it is a part of.
    pub(super) fn expr(&mut self, expr: Option<ast::Expr<'_>>, around: Span) -> ExprId {
        let Some(expr) = expr else { return self.missing(around) };
        if self.depth >= MAX_DEPTH {
            return self.missing(expr.span());
        }
        self.depth += 1;
        let id = self.expr_inside(expr);
        self.depth -= 1;
        id
    }

    fn expr_inside(&mut self, expr: ast::Expr<'_>) -> ExprId {
        let span = expr.span();
        let is_inside = std::mem::replace(&mut self.in_row, false);
        if !is_inside && has_link(expr) {
            let row = self.row_part(Some(expr), span);
            return self.push_expr(Expr::Chain(row), span);
        }
        let lowered = match expr {
            ast::Expr::Block(block) => return self.block_expr(block),
            ast::Expr::Paren(paren) => return self.expr(paren.inner(), span),
            ast::Expr::Literal(literal) => self.literal(literal),
            ast::Expr::FString(f_string) => self.f_string(f_string),
            ast::Expr::Name(name) => match name.name() {
                Some(token) => self.name(token),
                None => self.file.missing_expr(),
            },
            ast::Expr::Field(field) => self.field(field),
            ast::Expr::Index(index) => Expr::Index {
                base: self.row_part(index.receiver(), span),
                index: self.expr(index.index(), span),
            },
            ast::Expr::Call(call) => self.call(call),
            ast::Expr::Generic(generic) => Expr::Generic {
                base: self.row_part(generic.base(), span),
                args: match generic.type_args() {
                    Some(args) => self.file.generic_args(args),
                    None => Vec::new(),
                },
            },
            ast::Expr::Struct(literal) => self.struct_expr(literal),
            ast::Expr::Variant(variant) => match variant.name() {
                Some(token) => Expr::DotName {
                    name: name_of(token),
                    name_span: token.span(),
                },
                None => self.file.missing_expr(),
            },
            ast::Expr::Tuple(tuple) => Expr::Tuple(self.exprs(tuple.elements())),
            ast::Expr::Array(array) => Expr::Array(self.exprs(array.elements())),
            ast::Expr::Repeat(repeat) => Expr::Repeat {
                element: self.expr(repeat.element(), span),
                len: self.file.constant_body(repeat.len(), span),
            },
            ast::Expr::Prefix(prefix) => self.prefix(prefix),
            ast::Expr::Ref(reference) => self.reference(reference),
            ast::Expr::Cast(cast) => Expr::Cast {
                operand: self.expr(cast.operand(), span),
                ty: self.file.ty(cast.ty(), span),
                mode: match cast.percent_token() {
                    Some(_) => CastMode::Wrapping,
                    None => CastMode::Checked,
                },
            },
            ast::Expr::Binary(binary) => self.binary(binary),
            ast::Expr::Range(range) => Expr::Range {
                start: range.start().map(|start| self.expr(Some(start), span)),
                end: range.end().map(|end| self.expr(Some(end), span)),
                inclusive: range
                    .op_token()
                    .is_some_and(|token| token.kind() == TokenKind::DotDotEq),
            },
            ast::Expr::Assign(assign) => self.assign(assign),
            ast::Expr::Unsafe(expr) => Expr::Unsafe(self.expr(expr.operand(), span)),
            ast::Expr::Return(expr) => self.return_expr(expr),
            ast::Expr::Break(expr) => self.break_expr(expr),
            ast::Expr::Continue(expr) => self.continue_expr(expr),
            ast::Expr::If(expr) => self.if_expr(expr),
            ast::Expr::Match(expr) => self.match_expr(expr),
            ast::Expr::Loop(expr) => self.loop_expr(expr),
            ast::Expr::While(expr) => self.while_expr(expr),
            ast::Expr::For(expr) => self.for_expr(expr),
            ast::Expr::Catch(expr) => self.catch_expr(expr),
            ast::Expr::Try(expr) => self.try_expr(expr),
            ast::Expr::Throw(expr) => self.throw_expr(expr),
            ast::Expr::Closure(closure) => self.closure(closure),
            ast::Expr::Underscore(_) => Expr::Error(self.file.diagnostics.report(errors::underscore_as_value(span))),
            // The parser says where a `let` may stand.
            ast::Expr::Let(_) | ast::Expr::Error(_) => self.file.missing_expr(),
        };
        self.push_expr(lowered, span)
    }

    /// A part of a row of members and calls, whose `?.`s are for the whole row.
    fn row_part(&mut self, expr: Option<ast::Expr<'_>>, around: Span) -> ExprId {
        self.in_row = true;
        let id = self.expr(expr, around);
        self.in_row = false;
        id
    }

    fn exprs<'t>(&mut self, exprs: impl Iterator<Item = ast::Expr<'t>>) -> Vec<ExprId> {
        exprs.map(|expr| self.expr(Some(expr), expr.span())).collect()
    }

    /// A name where a value stands: a local, else for `check` what the file and the program know it as.
    pub(super) fn name(&mut self, token: Token<'_>) -> Expr {
        let name = name_of(token);
        match self.scopes.lookup(name) {
            Some(LocalName::Local(local)) => Expr::Local(local),
            Some(LocalName::Item(key)) => Expr::Name(key),
            Some(LocalName::OtherParam(param)) => {
                let message = errors::param_in_default(token.span(), name, param);
                Expr::Error(self.file.diagnostics.report(message))
            }
            None if token.kind() == TokenKind::SelfKw => {
                Expr::Error(self.file.diagnostics.report(errors::misplaced_self(token.span())))
            }
            None => Expr::Name(self.file.key(name)),
        }
    }

    fn field(&mut self, field: ast::FieldExpr<'_>) -> Expr {
        let mut base = self.row_part(field.receiver(), field.span());
        if field.question_dot_token().is_some() {
            let span = self.body.expr_spans[base];
            base = self.push_expr(Expr::Link(base), span);
        }
        match field.name() {
            Some(token) => Expr::Field {
                base,
                name: name_of(token),
                name_span: token.span(),
                in_parentheses: false,
            },
            None => self.file.missing_expr(),
        }
    }

    fn call(&mut self, call: ast::CallExpr<'_>) -> Expr {
        let callee = self.row_part(call.callee(), call.span());
        if let (Some(ast::Expr::Paren(_)), Expr::Field { in_parentheses, .. }) =
            (call.callee(), &mut self.body.exprs[callee])
        {
            *in_parentheses = true;
        }
        let args = call
            .args()
            .map(|arg| Arg {
                name: arg.name().map(|token| (name_of(token), token.span())),
                value: self.expr(arg.value(), arg.span()),
            })
            .collect();
        Expr::Call { callee, args }
    }

    fn struct_expr(&mut self, literal: ast::StructExpr<'_>) -> Expr {
        let (ty, variant) = match literal.path() {
            None => (None, None),
            Some(ast::Expr::Variant(variant)) => match variant.name() {
                Some(token) => (None, Some((name_of(token), token.span()))),
                None => return self.file.missing_expr(),
            },
            Some(path) => match self.path_as_type(path) {
                Ok(ty) => (Some(ty), None),
                Err(reported) => return Expr::Error(reported),
            },
        };
        let mut fields: Vec<FieldInit> = Vec::new();
        for field in literal.fields() {
            let Some(token) = field.name() else { continue };
            let name = name_of(token);
            let value = match field.value() {
                Some(value) => self.expr(Some(value), field.span()),
                None => {
                    let value = self.name(token);
                    self.push_expr(value, token.span())
                }
            };
            fields.push(FieldInit {
                name,
                name_span: token.span(),
                value,
            });
        }
        let base = self.struct_base(literal);
        Expr::Struct {
            ty,
            variant,
            fields,
            base,
        }
    }

    /// `..other`, which stands once and last.
    fn struct_base(&mut self, literal: ast::StructExpr<'_>) -> Option<ExprId> {
        let mut bases = literal.bases();
        let base = bases.next()?;
        let span = base.span();
        let start = base.syntax().token_range().0;
        if let Some(second) = bases.next() {
            let message = errors::second_base(second.span(), span);
            self.file.diagnostics.report(message);
        } else if let Some(field) = literal.fields().find(|field| field.syntax().token_range().0 > start) {
            let message = errors::field_after_base(field.span(), span);
            self.file.diagnostics.report(message);
        }
        Some(self.expr(base.value(), span))
    }

    /// The path before the `{` of a literal.
    fn path_as_type(&mut self, path: ast::Expr<'_>) -> Result<TypeRefId, Reported> {
        let span = path.span();
        let mut segments = Vec::new();
        self.path_segments(path, &mut segments)?;
        Ok(self.file.push_type(TypeRefKind::Path(segments), span))
    }

    fn path_segments(&mut self, path: ast::Expr<'_>, segments: &mut Vec<PathSegment>) -> Result<(), Reported> {
        let token = match path {
            ast::Expr::Name(name) => name.name(),
            ast::Expr::Field(field) => {
                let Some(receiver) = field.receiver() else {
                    return Err(self.file.missing());
                };
                self.path_segments(receiver, segments)?;
                field.name()
            }
            ast::Expr::Generic(generic) => {
                let Some(base) = generic.base() else {
                    return Err(self.file.missing());
                };
                self.path_segments(base, segments)?;
                if let (Some(args), Some(last)) = (generic.type_args(), segments.last_mut()) {
                    last.args = self.file.generic_args(args);
                }
                return Ok(());
            }
            ast::Expr::Variant(variant) => {
                return Err(self.unsupported(variant.span(), "a path that goes on from a variant"));
            }
            _ => return Err(self.file.missing()),
        };
        let Some(token) = token else {
            return Err(self.file.missing());
        };
        let name = name_of(token);
        segments.push(PathSegment {
            name: if segments.is_empty() { self.file.key(name) } else { name },
            span: token.span(),
            args: Vec::new(),
        });
        Ok(())
    }

    fn prefix(&mut self, prefix: ast::PrefixExpr<'_>) -> Expr {
        let op = match prefix.op_token().map(Token::kind) {
            Some(TokenKind::Minus) => UnaryOp::Neg,
            Some(TokenKind::Bang) => UnaryOp::Not,
            Some(TokenKind::Star) => UnaryOp::Deref,
            Some(_) | None => return self.file.missing_expr(),
        };
        Expr::Unary {
            op,
            operand: self.expr(prefix.operand(), prefix.span()),
        }
    }

    /// `&&a` is a reference to a reference.
    fn reference(&mut self, reference: ast::RefExpr<'_>) -> Expr {
        let span = reference.span();
        let mutability = mutability(reference.mut_token());
        let operand = self.expr(reference.operand(), span);
        let lowered = Expr::Ref { mutability, operand };
        let n_amps = reference
            .syntax()
            .own_tokens()
            .filter(|token| token.kind() == TokenKind::Amp)
            .count();
        if n_amps < 2 {
            return lowered;
        }
        let inner_span = Span::new(span.file, span.start + 1, span.end);
        let operand = self.push_expr(lowered, inner_span);
        Expr::Ref {
            mutability: Mutability::Const,
            operand,
        }
    }

    fn binary(&mut self, binary: ast::BinaryExpr<'_>) -> Expr {
        let span = binary.span();
        // The parser says that comparisons do not chain.
        let chains = compares(binary) && matches!(binary.lhs(), Some(ast::Expr::Binary(left)) if compares(left));
        if let (true, Some(reported)) = (chains, self.file.tree.reported()) {
            return Expr::Error(reported);
        }
        let left = self.expr(binary.lhs(), span);
        let right = self.expr(binary.rhs(), span);
        let Some(token) = binary.op_token() else {
            return self.file.missing_expr();
        };
        match token.kind() {
            TokenKind::AmpAmp => Expr::And { left, right },
            TokenKind::PipePipe => Expr::Or { left, right },
            TokenKind::QuestionQuestion => Expr::Coalesce {
                value: left,
                otherwise: right,
            },
            kind => match binary_op(kind) {
                Some(op) => Expr::Binary {
                    op,
                    op_span: token.span(),
                    left,
                    right,
                },
                None => self.file.missing_expr(),
            },
        }
    }
}

/// Whether a `?.` stands in the row of members, indices and calls that ends with the expression.
fn has_link(expr: ast::Expr<'_>) -> bool {
    let mut next = Some(expr);
    while let Some(expr) = next {
        next = match expr {
            ast::Expr::Field(field) if field.question_dot_token().is_some() => return true,
            ast::Expr::Field(field) => field.receiver(),
            ast::Expr::Call(call) => call.callee(),
            ast::Expr::Index(index) => index.receiver(),
            ast::Expr::Generic(generic) => generic.base(),
            _ => None,
        };
    }
    false
}

/// The operator of `a + b`, those that are no [`BinaryOp`] left out.
fn binary_op(kind: TokenKind) -> Option<BinaryOp> {
    Some(match kind {
        TokenKind::Plus => BinaryOp::Add,
        TokenKind::Minus => BinaryOp::Sub,
        TokenKind::Star => BinaryOp::Mul,
        TokenKind::Slash => BinaryOp::Div,
        TokenKind::Percent => BinaryOp::Rem,
        TokenKind::PlusPercent => BinaryOp::WrappingAdd,
        TokenKind::MinusPercent => BinaryOp::WrappingSub,
        TokenKind::StarPercent => BinaryOp::WrappingMul,
        TokenKind::PlusPipe => BinaryOp::SaturatingAdd,
        TokenKind::MinusPipe => BinaryOp::SaturatingSub,
        TokenKind::Amp => BinaryOp::BitAnd,
        TokenKind::Pipe => BinaryOp::BitOr,
        TokenKind::Caret => BinaryOp::BitXor,
        TokenKind::Shl => BinaryOp::Shl,
        TokenKind::Shr => BinaryOp::Shr,
        TokenKind::EqEq => BinaryOp::Eq,
        TokenKind::BangEq => BinaryOp::Ne,
        TokenKind::Lt => BinaryOp::Lt,
        TokenKind::LtEq => BinaryOp::Le,
        TokenKind::Gt => BinaryOp::Gt,
        TokenKind::GtEq => BinaryOp::Ge,
        _ => return None,
    })
}

fn compares(binary: ast::BinaryExpr<'_>) -> bool {
    let op = binary.op_token().and_then(|token| binary_op(token.kind()));
    op.is_some_and(|op| match op {
        BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => true,
        BinaryOp::Add
        | BinaryOp::Sub
        | BinaryOp::Mul
        | BinaryOp::Div
        | BinaryOp::Rem
        | BinaryOp::WrappingAdd
        | BinaryOp::WrappingSub
        | BinaryOp::WrappingMul
        | BinaryOp::SaturatingAdd
        | BinaryOp::SaturatingSub
        | BinaryOp::BitAnd
        | BinaryOp::BitOr
        | BinaryOp::BitXor
        | BinaryOp::Shl
        | BinaryOp::Shr => false,
    })
}
