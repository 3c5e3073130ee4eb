//! Types and constants of bindings.
//!
//! Takes them as written, with the types that the file declares. Gives them as C's.

use std::collections::BTreeMap;

use base::sym;
use cmodel::{CConstantValue, CParam, CSignature, CType, CallingConvention};
use syntax::ast::{self, AstNode};
use syntax::{TokenKind, literal};
use target::CScalar;

use super::BindingsError;
use super::facts::broken;

/// What the names of types mean in a file.
#[derive(Default)]
pub(super) struct Types {
    pub(super) names: BTreeMap<String, CType>,
}

impl Types {
    pub(super) fn named(&self, name: &str) -> Option<CType> {
        if let Some(known) = self.names.get(name) {
            return Some(known.clone());
        }
        match name {
            "i128" => Some(CType::Int128 { signed: true }),
            "u128" => Some(CType::Int128 { signed: false }),
            "f16" => Some(CType::Float16),
            name => CScalar::from_lang_name(name).map(CType::Scalar),
        }
    }

    pub(super) fn ty(&self, ty: ast::Type<'_>) -> Result<CType, BindingsError> {
        let wrong = || broken(ty.span(), "this is no type of C");
        match ty {
            ast::Type::Path(path) => {
                let segment = path.segments().next().and_then(ast::PathSegment::name);
                let name = segment.ok_or_else(wrong)?;
                self.named(name.name())
                    .ok_or_else(|| broken(ty.span(), "the file declares no such type"))
            }
            ast::Type::Ptr(pointer) => Ok(CType::Pointer {
                pointee: Box::new(self.ty(pointer.target().ok_or_else(wrong)?)?),
                is_const: pointer.const_token().is_some(),
            }),
            ast::Type::Array(array) => Ok(CType::Array {
                element: Box::new(self.ty(array.element().ok_or_else(wrong)?)?),
                len: array.len().and_then(length).ok_or_else(wrong)?,
            }),
            ast::Type::Paren(paren) => self.ty(paren.inner().ok_or_else(wrong)?),
            ast::Type::Optional(optional) => match optional.inner() {
                Some(ast::Type::Fn(function)) => Ok(CType::FunctionPointer(Box::new(self.fn_type(function)?))),
                _ => Err(wrong()),
            },
            ast::Type::Fn(function) => Ok(CType::Function(Box::new(self.fn_type(function)?))),
            _ => Err(wrong()),
        }
    }

    /// The type in a text.
    pub(super) fn of_text(&self, text: &str, around: base::Span) -> Result<CType, BindingsError> {
        let (tree, _) = syntax::parse(around.file, &format!("type t = {text};"));
        let item = ast::SourceFile::cast(tree.root()).and_then(|file| file.items().next());
        let ty = match item {
            Some(ast::Item::TypeAlias(alias)) => alias.ty(),
            _ => None,
        };
        let found = ty.map(|ty| self.ty(ty));
        match found {
            Some(Ok(found)) => Ok(found),
            Some(Err(_)) | None => Err(broken(around, &format!("`{text}` is no type of C"))),
        }
    }

    fn fn_type(&self, function: ast::FnType<'_>) -> Result<CSignature, BindingsError> {
        let mut params = Vec::new();
        for param in function.params() {
            let Some(ty) = param.ty() else { continue };
            params.push(CParam {
                name: param.name().map(|token| sym(token.name())),
                ty: self.ty(ty)?,
            });
        }
        self.signature(
            params,
            function.return_ty(),
            function.variadic().is_some(),
            function.abi(),
        )
    }

    pub(super) fn signature(
        &self,
        params: Vec<CParam>,
        ret: Option<ast::Type<'_>>,
        has_dots: bool,
        abi: Option<syntax::Token<'_>>,
    ) -> Result<CSignature, BindingsError> {
        let is_never = ret.is_some_and(|ty| ty.syntax().text() == "never");
        let convention = match abi {
            Some(token) => CallingConvention::from_lang_name(&literal::string_text(token))
                .ok_or_else(|| broken(token.span(), "there is no such calling convention"))?,
            None => CallingConvention::Default,
        };
        Ok(CSignature {
            ret: match ret {
                Some(ty) if !is_never => self.ty(ty)?,
                Some(_) | None => CType::Scalar(CScalar::Void),
            },
            // C has no `f(...)`: it is one that says nothing of its parameters.
            without_prototype: has_dots && params.is_empty(),
            variadic: has_dots && !params.is_empty(),
            noreturn: is_never,
            convention,
            params,
        })
    }
}

/// An integer literal.
pub(super) fn length(expr: ast::Expr<'_>) -> Option<u64> {
    match constant(expr, false)? {
        CConstantValue::Int(value) => u64::try_from(value).ok(),
        CConstantValue::Float(_) | CConstantValue::Str(_) => None,
    }
}

/// A value as it is printed; `is_single` is of a `float`. Nothing for what is not printed so.
pub(super) fn constant(expr: ast::Expr<'_>, is_single: bool) -> Option<CConstantValue> {
    match expr {
        ast::Expr::Literal(literal) => {
            let token = literal.token()?;
            match token.kind() {
                // The largest are as wide as the type, whose sign is the type's.
                TokenKind::IntLit => Some(CConstantValue::Int(literal::int_value(token.text()).value as i128)),
                TokenKind::FloatLit => {
                    let digits = literal::float_value(token.text()).digits;
                    let value = match is_single {
                        true => f64::from(digits.parse::<f32>().ok()?),
                        false => digits.parse().ok()?,
                    };
                    Some(CConstantValue::Float(value.to_bits()))
                }
                TokenKind::TrueKw => Some(CConstantValue::Int(1)),
                TokenKind::FalseKw | TokenKind::NoneKw | TokenKind::NullKw => Some(CConstantValue::Int(0)),
                TokenKind::CStrLit | TokenKind::ByteStrLit => Some(CConstantValue::Str(literal::string_bytes(token))),
                _ => None,
            }
        }
        ast::Expr::Prefix(prefix) if prefix.op_token()?.kind() == TokenKind::Minus => {
            match constant(prefix.operand()?, is_single)? {
                CConstantValue::Int(value) => Some(CConstantValue::Int(value.wrapping_neg())),
                CConstantValue::Float(bits) => Some(CConstantValue::Float((-f64::from_bits(bits)).to_bits())),
                CConstantValue::Str(_) => None,
            }
        }
        ast::Expr::Cast(cast) => constant(cast.operand()?, is_single),
        // What is no number and what is infinite have no literals.
        ast::Expr::Binary(binary) if binary.op_token()?.kind() == TokenKind::Slash => {
            match constant(binary.lhs()?, is_single)? {
                CConstantValue::Float(bits) => {
                    let value = f64::from_bits(bits);
                    let found = if value == 0.0 {
                        f64::NAN
                    } else {
                        f64::INFINITY.copysign(value)
                    };
                    Some(CConstantValue::Float(found.to_bits()))
                }
                CConstantValue::Int(_) | CConstantValue::Str(_) => None,
            }
        }
        _ => None,
    }
}
