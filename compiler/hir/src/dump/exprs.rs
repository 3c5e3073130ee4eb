//! Expressions, statements and patterns.

use base::{Span, Symbol};

use super::Printer;
use crate::{
    Block, Body, CastMode, ClosureId, DeferWhen, Expr, ExprId, FStringPart, FormatAlign, FormatKind, FormatSpec,
    LabelId, Literal, LocalId, Mutability, Pat, PatId, Stmt, TypeRefId, UnaryOp,
};

impl Printer<'_> {
    /// What stands before the `{` of a literal or pattern of a record or variant.
    fn record_head(&mut self, ty: Option<TypeRefId>, variant: Option<(Symbol, Span)>) {
        match (ty, variant) {
            (Some(ty), _) => self.ty(ty),
            (None, Some((name, _))) => self.push(&format!(".{name}")),
            (None, None) => self.push("."),
        }
    }

    fn closure(&mut self, body: &Body, id: ClosureId) {
        let closure = &body.closures[id];
        if closure.is_move {
            self.push("move ");
        }
        self.list("|", &closure.params, "|", |p, param| {
            p.pat(body, param.pat);
            if let Some(ty) = param.ty {
                p.push(": ");
                p.ty(ty);
            }
        });
        self.ret(closure.ret);
        self.prefixed(" ", body, closure.value);
    }

    pub(super) fn expr(&mut self, body: &Body, id: ExprId) {
        let hir = self.hir;
        match &body.exprs[id] {
            Expr::Error(_) => self.push("<error>"),
            Expr::Literal(literal) => self.literal(literal),
            Expr::FString(parts) => self.f_string(body, parts),
            Expr::Local(local) => self.local(body, *local),
            Expr::Name(name) => self.symbol(*name),
            Expr::DotName { name, .. } => self.push(&format!(".{name}")),
            Expr::Field { base, name, .. } => {
                self.expr(body, *base);
                self.push(&format!(".{name}"));
            }
            Expr::Generic { base, args } => {
                self.expr(body, *base);
                self.generic_args(args);
            }
            Expr::Type(ty) => self.ty(*ty),
            Expr::Call { callee, args } => {
                self.expr(body, *callee);
                self.list("(", args, ")", |p, arg| {
                    if let Some((name, _)) = arg.name {
                        p.push(&format!("{name}: "));
                    }
                    p.expr(body, arg.value);
                });
            }
            Expr::Index { base, index } => {
                self.expr(body, *base);
                self.push("[");
                self.expr(body, *index);
                self.push("]");
            }
            Expr::Unary { op, operand } => {
                let op = match op {
                    UnaryOp::Neg => "-",
                    UnaryOp::Not => "!",
                    UnaryOp::Deref => "*",
                };
                self.prefixed(op, body, *operand);
            }
            Expr::Ref { mutability, operand } => {
                let op = match mutability {
                    Mutability::Const => "&",
                    Mutability::Mut => "&mut ",
                };
                self.prefixed(op, body, *operand);
            }
            Expr::Binary { op, left, right, .. } => self.infix(body, *left, op.symbol(), *right),
            Expr::And { left, right } => self.infix(body, *left, "&&", *right),
            Expr::Or { left, right } => self.infix(body, *left, "||", *right),
            Expr::Closure(id) => self.closure(body, *id),
            Expr::Coalesce { value, otherwise } => self.infix(body, *value, "??", *otherwise),
            Expr::Assign { place, value } => self.infix(body, *place, "=", *value),
            Expr::AssignOp { op, place, value, .. } => {
                self.infix(body, *place, &format!("{}=", op.symbol()), *value);
            }
            Expr::Cast { operand, ty, mode } => {
                self.push("(");
                self.expr(body, *operand);
                self.push(match mode {
                    CastMode::Checked => " as ",
                    CastMode::Wrapping => " as% ",
                });
                self.ty(*ty);
                self.push(")");
            }
            Expr::Range { start, end, inclusive } => self.range(body, *start, *end, *inclusive),
            Expr::Tuple(elements) => self.list("(", elements, ")", |p, element| p.expr(body, *element)),
            Expr::Array(elements) => self.list("[", elements, "]", |p, element| p.expr(body, *element)),
            Expr::Repeat { element, len } => {
                self.push("[");
                self.expr(body, *element);
                self.push("; ");
                self.body_value(hir.body(*len));
                self.push("]");
            }
            Expr::Struct {
                ty,
                variant,
                fields,
                base,
            } => {
                self.record_head(*ty, *variant);
                self.list("{", fields, "", |p, field| {
                    p.push(&format!("{}: ", field.name));
                    p.expr(body, field.value);
                });
                if let Some(base) = base {
                    self.push("..");
                    self.expr(body, *base);
                }
                self.push("}");
            }
            Expr::Block { block, label } => {
                if let Some(label) = label {
                    self.label(body, *label);
                    self.push(": ");
                }
                self.block(body, block);
            }
            Expr::Unsafe(inner) => self.prefixed("unsafe ", body, *inner),
            Expr::If {
                condition,
                then,
                otherwise,
            } => {
                self.prefixed("if ", body, *condition);
                self.prefixed(" ", body, *then);
                if let Some(otherwise) = otherwise {
                    self.prefixed(" else ", body, *otherwise);
                }
            }
            Expr::Let { pat, value } => {
                self.push("let ");
                self.pat(body, *pat);
                self.prefixed(" = ", body, *value);
            }
            Expr::Loop { body: inner, label } => {
                self.label(body, *label);
                self.prefixed(": loop ", body, *inner);
            }
            Expr::While {
                condition,
                body: inner,
                label,
            } => {
                self.label(body, *label);
                self.prefixed(": while ", body, *condition);
                self.prefixed(" ", body, *inner);
            }
            Expr::For {
                pat,
                iter,
                body: inner,
                label,
            } => {
                self.label(body, *label);
                self.push(": for ");
                self.pat(body, *pat);
                self.prefixed(" in ", body, *iter);
                self.prefixed(" ", body, *inner);
            }
            Expr::Match { value, arms } => {
                self.prefixed("match ", body, *value);
                self.push(" ");
                self.lines(arms, |p, arm| {
                    p.pat(body, arm.pat);
                    if let Some(guard) = arm.guard {
                        p.prefixed(" if ", body, guard);
                    }
                    p.prefixed(" => ", body, arm.body);
                });
            }
            Expr::Break { label, value } => {
                self.jump("break", body, *label);
                if let Some(value) = value {
                    self.prefixed(" ", body, *value);
                }
            }
            Expr::Continue { label } => self.jump("continue", body, *label),
            Expr::Return(value) => {
                self.push("return");
                if let Some(value) = value {
                    self.prefixed(" ", body, *value);
                }
            }
            Expr::Try(operand) => self.prefixed("try ", body, *operand),
            Expr::Throw(operand) => self.prefixed("throw ", body, *operand),
            Expr::Catch { value, binder, handler } => {
                self.prefixed("(", body, *value);
                self.push(" catch ");
                if let Some(binder) = binder {
                    self.push("|");
                    self.pat(body, *binder);
                    self.push("| ");
                }
                self.expr(body, *handler);
                self.push(")");
            }
            Expr::Chain(inner) => {
                self.prefixed("chain(", body, *inner);
                self.push(")");
            }
            Expr::Link(operand) => {
                self.expr(body, *operand);
                self.push("?");
            }
            Expr::None => self.push("none"),
            Expr::Null => self.push("null"),
        }
    }

    fn prefixed(&mut self, prefix: &str, body: &Body, operand: ExprId) {
        self.push(prefix);
        self.expr(body, operand);
    }

    fn infix(&mut self, body: &Body, left: ExprId, op: &str, right: ExprId) {
        self.prefixed("(", body, left);
        self.push(&format!(" {op} "));
        self.expr(body, right);
        self.push(")");
    }

    fn range(&mut self, body: &Body, start: Option<ExprId>, end: Option<ExprId>, inclusive: bool) {
        self.push("(");
        if let Some(start) = start {
            self.expr(body, start);
        }
        self.push(if inclusive { "..=" } else { ".." });
        if let Some(end) = end {
            self.expr(body, end);
        }
        self.push(")");
    }

    fn jump(&mut self, keyword: &str, body: &Body, label: Option<LabelId>) {
        self.push(keyword);
        if let Some(label) = label {
            self.push(" ");
            self.label(body, label);
        }
    }

    fn local(&mut self, body: &Body, local: LocalId) {
        self.push(&format!("{}#{}", body.locals[local].name, local.0));
    }

    fn label(&mut self, body: &Body, label: LabelId) {
        let name = body.labels[label].name.map_or("", |name| name.as_str());
        self.push(&format!("'{name}#{}", label.0));
    }

    fn literal(&mut self, literal: &Literal) {
        let suffixed = |text: &str, suffix: &Option<base::Symbol>| match suffix {
            Some(suffix) => format!("{text}{suffix}"),
            None => text.to_owned(),
        };
        let text = match literal {
            Literal::Int { value, suffix } => suffixed(&value.to_string(), suffix),
            Literal::Float { text, suffix } => suffixed(text.as_str(), suffix),
            Literal::Bool(value) => value.to_string(),
            Literal::Char(c) => format!("{c:?}"),
            Literal::Byte(byte) => format!("b'{}'", byte.escape_ascii()),
            Literal::Str(text) => format!("{:?}", text.as_str()),
            Literal::ByteStr(bytes) => format!("b\"{}\"", bytes.escape_ascii()),
            Literal::CStr(bytes) => format!("c\"{}\"", bytes.escape_ascii()),
        };
        self.push(&text);
    }

    fn f_string(&mut self, body: &Body, parts: &[FStringPart]) {
        self.list("f[", parts, "]", |p, part| match part {
            FStringPart::Text(text) => p.push(&format!("{:?}", text.as_str())),
            FStringPart::Value { expr, spec } => {
                p.expr(body, *expr);
                p.push(&format_spec(spec));
            }
        });
    }

    fn block(&mut self, body: &Body, block: &Block) {
        let n_stmts = block.stmts.len();
        let entries: Vec<usize> = (0..n_stmts + usize::from(block.tail.is_some())).collect();
        self.lines(&entries, |p, index| match (block.stmts.get(*index), block.tail) {
            (Some(stmt), _) => p.stmt(body, stmt),
            (None, Some(tail)) => p.expr(body, tail),
            (None, None) => {}
        });
    }

    fn stmt(&mut self, body: &Body, stmt: &Stmt) {
        match stmt {
            Stmt::Let {
                pat,
                ty,
                init,
                otherwise,
                ..
            } => {
                self.push("let ");
                self.pat(body, *pat);
                if let Some(ty) = ty {
                    self.push(": ");
                    self.ty(*ty);
                }
                if let Some(init) = init {
                    self.prefixed(" = ", body, *init);
                }
                if let Some(otherwise) = otherwise {
                    self.prefixed(" else ", body, *otherwise);
                }
                self.push(";");
            }
            Stmt::Expr { expr, has_semicolon } => {
                self.expr(body, *expr);
                if *has_semicolon {
                    self.push(";");
                }
            }
            Stmt::Discard(expr) => {
                self.prefixed("_ = ", body, *expr);
                self.push(";");
            }
            Stmt::ConstAssert(assertion) => self.const_assert(assertion),
            Stmt::Defer { expr, when, .. } => {
                let keyword = match when {
                    DeferWhen::Always => "defer ",
                    DeferWhen::OnError => "errdefer ",
                };
                self.prefixed(keyword, body, *expr);
                self.push(";");
            }
        }
    }

    pub(super) fn pat(&mut self, body: &Body, id: PatId) {
        match &body.pats[id] {
            Pat::Error(_) => self.push("<error>"),
            Pat::Wild => self.push("_"),
            Pat::Bind { local, sub } => {
                if body.locals[*local].is_var {
                    self.push("var ");
                }
                self.local(body, *local);
                if let Some(sub) = sub {
                    self.push(" @ ");
                    self.pat(body, *sub);
                }
            }
            Pat::Value(value) => self.prefixed("== ", body, *value),
            Pat::Range { start, end, inclusive } => self.range(body, *start, *end, *inclusive),
            Pat::Tuple { elements, rest } => self.elements(body, elements, *rest),
            Pat::Struct {
                ty,
                variant,
                fields,
                has_rest,
            } => {
                self.record_head(*ty, *variant);
                self.list("{", fields, "", |p, field| {
                    p.push(&format!("{}: ", field.name));
                    p.pat(body, field.pat);
                });
                self.push(if *has_rest { " ..}" } else { "}" });
            }
            Pat::TupleVariant { path, elements, rest } => {
                self.expr(body, *path);
                self.elements(body, elements, *rest);
            }
            Pat::Slice { before, rest, after } => {
                self.list("[", before, "", |p, pat| p.pat(body, *pat));
                if let Some(bound) = rest {
                    self.push(" ..");
                    if let Some(bound) = bound {
                        self.pat(body, *bound);
                    }
                    self.push(" ");
                }
                self.list("", after, "]", |p, pat| p.pat(body, *pat));
            }
            Pat::Or(alternatives) => {
                for (index, pat) in alternatives.iter().enumerate() {
                    self.push(if index > 0 { " | " } else { "" });
                    self.pat(body, *pat);
                }
            }
            Pat::Ref { mutability, pat } => {
                self.push(match mutability {
                    Mutability::Const => "&",
                    Mutability::Mut => "&mut ",
                });
                self.pat(body, *pat);
            }
            Pat::None => self.push("none"),
        }
    }

    fn elements(&mut self, body: &Body, elements: &[PatId], rest: Option<usize>) {
        let split = rest.unwrap_or(elements.len());
        self.list("(", &elements[..split], "", |p, pat| p.pat(body, *pat));
        if rest.is_some() {
            self.push(" .. ");
        }
        self.list("", &elements[split..], ")", |p, pat| p.pat(body, *pat));
    }
}

/// Nothing for the format of `{x}`.
fn format_spec(spec: &FormatSpec) -> String {
    if *spec == FormatSpec::default() {
        return String::new();
    }
    let mut text = String::from(":");
    let align = match spec.align {
        FormatAlign::Default => "",
        FormatAlign::Left => "<",
        FormatAlign::Center => "^",
        FormatAlign::Right => ">",
    };
    if !align.is_empty() {
        text.push(spec.fill);
        text.push_str(align);
    }
    let flags = [(spec.plus, '+'), (spec.alternate, '#'), (spec.zero, '0')];
    text.extend(flags.iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| *flag));
    if let Some(width) = spec.width {
        text.push_str(&width.to_string());
    }
    if let Some(precision) = spec.precision {
        text.push_str(&format!(".{precision}"));
    }
    text.push_str(match spec.kind {
        FormatKind::Display => "",
        FormatKind::Debug => "?",
        FormatKind::LowerHex => "x",
        FormatKind::UpperHex => "X",
        FormatKind::Octal => "o",
        FormatKind::Binary => "b",
        FormatKind::Exponent => "e",
    });
    text
}
