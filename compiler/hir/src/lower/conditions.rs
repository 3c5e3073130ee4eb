//! `@if(…)`: which items, fields, variants and imports are part of this build.
//!
//! Takes the attributes of a node and the facts of the build. What is left out is only parsed; what a condition asks
//! is checked whether or not it decides.

use base::{Span, Symbol, sym};
use diag::{Diagnostic, Reported};
use syntax::ast::{self, AstNode};
use syntax::{Token, TokenKind};

use super::body::item_name;
use super::{FileLowering, literals, name_of};
use crate::conditions::{Fact, FactValue};
use crate::{Literal, errors, similar_name};

impl FileLowering<'_> {
    /// Whether each `@if` of a node holds. One that is broken does.
    pub(super) fn is_active<'t>(&mut self, attrs: impl Iterator<Item = ast::Attr<'t>>) -> bool {
        let mut is_active = true;
        for attr in attrs {
            let mut path = attr.path().map(Token::name);
            if path.next() == Some("if") && path.next().is_none() {
                is_active &= self.condition_of(attr).unwrap_or(true);
            }
        }
        is_active
    }

    /// The items that are part of this build; the names of the others are noted.
    pub(super) fn active_items<'t>(&mut self, items: impl Iterator<Item = ast::Item<'t>>) -> Vec<ast::Item<'t>> {
        let mut active = Vec::new();
        for item in items {
            let is_left_out = matches!(item, ast::Item::Test(_)) && !self.conditions.compiles_tests();
            if self.is_active(ast::attrs_of(item.syntax())) && !is_left_out {
                active.push(item);
            } else if let Some(name) = item_name(item) {
                self.hir.left_out.push((name_of(name), name.span()));
            }
        }
        active
    }

    fn condition_of(&mut self, attr: ast::Attr<'_>) -> Result<bool, Reported> {
        let mut args = attr.args();
        match (args.next(), args.next()) {
            (Some(arg), None) if arg.name().is_none() => {
                let Some(value) = arg.value() else {
                    return Err(self.missing());
                };
                match self.condition_value(value)? {
                    FactValue::Flag(holds) => Ok(holds),
                    FactValue::Text(_) | FactValue::Number(_) => {
                        Err(self.report(errors::bad_condition(value.span(), "a condition is true or false")))
                    }
                }
            }
            (Some(_) | None, _) => Err(self.report(errors::bad_condition(attr.span(), "`@if` takes one condition"))),
        }
    }

    fn report(&mut self, diagnostic: Diagnostic) -> Reported {
        self.diagnostics.report(diagnostic)
    }

    fn condition_value(&mut self, expr: ast::Expr<'_>) -> Result<FactValue, Reported> {
        match expr {
            ast::Expr::Paren(paren) => match paren.inner() {
                Some(inner) => self.condition_value(inner),
                None => Err(self.missing()),
            },
            ast::Expr::Prefix(prefix) if prefix.op_token().map(Token::kind) == Some(TokenKind::Bang) => {
                let Some(operand) = prefix.operand() else {
                    return Err(self.missing());
                };
                Ok(FactValue::Flag(!self.condition_flag(operand)?))
            }
            ast::Expr::Binary(binary) => self.binary_condition(binary),
            ast::Expr::Literal(literal) => {
                let value = literal.token().and_then(literals::literal);
                match value {
                    Some(Literal::Str(text)) => Ok(FactValue::Text(text.to_string())),
                    Some(Literal::Int { value, suffix: None }) => Ok(FactValue::Number(value)),
                    Some(Literal::Bool(value)) => Ok(FactValue::Flag(value)),
                    _ => Err(self.no_condition(expr)),
                }
            }
            ast::Expr::Name(_) | ast::Expr::Field(_) => {
                let Some(fact) = self.fact(expr) else {
                    return Err(self.unknown_fact(expr));
                };
                Ok(fact.value.clone())
            }
            _ => Err(self.no_condition(expr)),
        }
    }

    fn condition_flag(&mut self, expr: ast::Expr<'_>) -> Result<bool, Reported> {
        match self.condition_value(expr)? {
            FactValue::Flag(value) => Ok(value),
            FactValue::Text(_) | FactValue::Number(_) => {
                Err(self.report(errors::bad_condition(expr.span(), "this is neither true nor false")))
            }
        }
    }

    fn binary_condition(&mut self, binary: ast::BinaryExpr<'_>) -> Result<FactValue, Reported> {
        let (Some(lhs), Some(rhs), Some(op)) = (binary.lhs(), binary.rhs(), binary.op_token()) else {
            return Err(self.missing());
        };
        let both_flags = |cx: &mut Self| {
            // Both are looked at, for what is wrong with them.
            let (lhs, rhs) = (cx.condition_flag(lhs), cx.condition_flag(rhs));
            Ok::<_, Reported>((lhs?, rhs?))
        };
        match op.kind() {
            TokenKind::AmpAmp => both_flags(self).map(|(lhs, rhs)| FactValue::Flag(lhs && rhs)),
            TokenKind::PipePipe => both_flags(self).map(|(lhs, rhs)| FactValue::Flag(lhs || rhs)),
            TokenKind::EqEq | TokenKind::BangEq => {
                let equal = self.compared(lhs, rhs, binary.span())?;
                Ok(FactValue::Flag(equal == (op.kind() == TokenKind::EqEq)))
            }
            _ => {
                let problem = format!("a condition has no `{}`", op.text());
                Err(self.report(errors::bad_condition(op.span(), &problem)))
            }
        }
    }

    fn compared(&mut self, lhs: ast::Expr<'_>, rhs: ast::Expr<'_>, span: Span) -> Result<bool, Reported> {
        let (left, right) = (self.condition_value(lhs), self.condition_value(rhs));
        let (left, right) = (left?, right?);
        let is_of_one_kind = std::mem::discriminant(&left) == std::mem::discriminant(&right);
        if !is_of_one_kind {
            return Err(self.report(errors::bad_condition(span, "these are never equal")));
        }
        // A text that no target has is a slip of the pen.
        for (fact, text, value) in [(lhs, rhs, &right), (rhs, lhs, &left)] {
            let FactValue::Text(value) = value else { continue };
            let Some(fact) = self.fact(fact) else { continue };
            if !fact.known.contains(value) && matches!(text, ast::Expr::Literal(_)) {
                let known: Vec<Symbol> = fact.known.iter().map(|known| sym(known)).collect();
                let key = fact.key.clone();
                return Err(self.report(errors::unknown_fact_value(text.span(), &key, value, &known)));
            }
        }
        Ok(left == right)
    }

    /// The fact that a name or dotted name stands for.
    fn fact(&self, expr: ast::Expr<'_>) -> Option<&Fact> {
        match expr {
            ast::Expr::Name(_) | ast::Expr::Field(_) => self.conditions.fact(expr.syntax().text().trim()),
            _ => None,
        }
    }

    fn unknown_fact(&mut self, expr: ast::Expr<'_>) -> Reported {
        let text = sym(expr.syntax().text());
        let keys: Vec<Symbol> = self.conditions.keys().map(sym).collect();
        let similar = similar_name(text, keys.iter().copied());
        self.report(errors::unknown_fact(expr.span(), text, similar, &keys))
    }

    fn no_condition(&mut self, expr: ast::Expr<'_>) -> Reported {
        let problem = "a condition is made of facts, literals, `==`, `!=`, `&&`, `||` and `!`";
        self.report(errors::bad_condition(expr.span(), problem))
    }
}
