//! Temporaries that outlive their statement: what the initialiser of a variable borrows lives as long as the variable.
//!
//! `let s: &[i32] = &[f(), 2];` keeps the array until the end of the block. The rule is syntactic, and Rust's: the
//! operand of a `&` that is the initialiser, or stands in a literal, a block's tail or a branch of it.

use hir::{Expr, ExprId, FStringPart, UnaryOp};

use super::builder::Builder;

impl Builder<'_> {
    /// Marks what an initialiser borrows as living as long as the scope at `depth`.
    pub(super) fn extend_temporaries(&mut self, init: ExprId, depth: usize) {
        let hir = self.hir;
        match &hir.exprs[init] {
            Expr::Ref { operand, .. } => {
                self.extend_operand(*operand, depth);
                self.extend_temporaries(*operand, depth);
            }
            // It refers to its values.
            Expr::FString(parts) => {
                for part in parts {
                    if let FStringPart::Value { expr, .. } = part {
                        self.extend_operand(*expr, depth);
                        self.extend_temporaries(*expr, depth);
                    }
                }
            }
            // One that becomes a `fn(..)` is borrowed by it.
            Expr::Closure(_) => {
                self.extended.insert(init, depth);
            }
            Expr::Tuple(elements) | Expr::Array(elements) => {
                for element in elements {
                    self.extend_temporaries(*element, depth);
                }
            }
            Expr::Struct { fields, .. } => {
                for field in fields {
                    self.extend_temporaries(field.value, depth);
                }
            }
            Expr::Call { args, .. } if self.makes_tuple_struct(init) => {
                for arg in args {
                    self.extend_temporaries(arg.value, depth);
                }
            }
            Expr::Cast { operand, .. } | Expr::Unsafe(operand) | Expr::Try(operand) => {
                self.extend_temporaries(*operand, depth);
            }
            Expr::Block { block, .. } => {
                if let Some(tail) = block.tail {
                    self.extend_temporaries(tail, depth);
                }
            }
            Expr::If { then, otherwise, .. } => {
                self.extend_temporaries(*then, depth);
                if let Some(otherwise) = otherwise {
                    self.extend_temporaries(*otherwise, depth);
                }
            }
            Expr::Error(_)
            | Expr::Literal(_)
            | Expr::Local(_)
            | Expr::Name(_)
            | Expr::DotName { .. }
            | Expr::Field { .. }
            | Expr::Generic { .. }
            | Expr::Type(_)
            | Expr::Call { .. }
            | Expr::Index { .. }
            | Expr::Unary { .. }
            | Expr::Binary { .. }
            | Expr::And { .. }
            | Expr::Or { .. }
            | Expr::Assign { .. }
            | Expr::AssignOp { .. }
            | Expr::Range { .. }
            | Expr::Repeat { .. }
            | Expr::Let { .. }
            | Expr::Loop { .. }
            | Expr::While { .. }
            | Expr::For { .. }
            | Expr::Match { .. }
            | Expr::Break { .. }
            | Expr::Continue { .. }
            | Expr::Return(_)
            | Expr::Coalesce { .. }
            | Expr::Throw(_)
            | Expr::Catch { .. }
            | Expr::Chain(_)
            | Expr::Link(_)
            | Expr::None
            | Expr::Null => {}
        }
    }

    /// Marks the value that a borrowed place is made from: `f()` of `&f().x[1]`.
    fn extend_operand(&mut self, operand: ExprId, depth: usize) {
        let hir = self.hir;
        let mut expr = operand;
        loop {
            self.extended.insert(expr, depth);
            match &hir.exprs[expr] {
                Expr::Field { base, .. } if self.typed.fields.contains_key(&expr) => expr = *base,
                Expr::Index { base, .. } => expr = *base,
                Expr::Unary {
                    op: UnaryOp::Deref,
                    operand,
                }
                | Expr::Unsafe(operand)
                | Expr::Try(operand)
                | Expr::Link(operand) => expr = *operand,
                Expr::Literal(_)
                | Expr::Local(_)
                | Expr::Name(_)
                | Expr::DotName { .. }
                | Expr::Field { .. }
                | Expr::Generic { .. }
                | Expr::Type(_)
                | Expr::Unary {
                    op: UnaryOp::Neg | UnaryOp::Not,
                    ..
                }
                | Expr::Ref { .. }
                | Expr::Binary { .. }
                | Expr::Cast { .. }
                | Expr::Range { .. }
                | Expr::Tuple(_)
                | Expr::Array(_)
                | Expr::Repeat { .. }
                | Expr::Struct { .. }
                | Expr::Error(_)
                | Expr::FString(_)
                | Expr::Call { .. }
                | Expr::And { .. }
                | Expr::Or { .. }
                | Expr::Assign { .. }
                | Expr::AssignOp { .. }
                | Expr::Block { .. }
                | Expr::If { .. }
                | Expr::Let { .. }
                | Expr::Loop { .. }
                | Expr::While { .. }
                | Expr::For { .. }
                | Expr::Match { .. }
                | Expr::Break { .. }
                | Expr::Continue { .. }
                | Expr::Return(_)
                | Expr::Closure(_)
                | Expr::Coalesce { .. }
                | Expr::Throw(_)
                | Expr::Catch { .. }
                | Expr::Chain(_)
                | Expr::None
                | Expr::Null => return,
            }
        }
    }
}
