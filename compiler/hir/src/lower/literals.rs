//! Literal tokens to their values.
//!
//! What is wrong inside a literal was said by the lexer. Suffixes are kept as written: whether the value fits is for
//! `check`.

use base::sym;
use syntax::{Token, TokenKind, literal};

use crate::Literal;

/// The value of a literal token. Nothing for `none`, `null` and what is no literal.
pub(super) fn literal(token: Token<'_>) -> Option<Literal> {
    match token.kind() {
        TokenKind::IntLit => Some(integer(token)),
        TokenKind::FloatLit => {
            let float = literal::float_value(token.text());
            Some(Literal::Float {
                text: sym(&float.digits),
                suffix: float.suffix.map(sym),
            })
        }
        TokenKind::TrueKw => Some(Literal::Bool(true)),
        TokenKind::FalseKw => Some(Literal::Bool(false)),
        TokenKind::CharLit => Some(Literal::Char(literal::char_value(token.text()))),
        TokenKind::ByteLit => Some(Literal::Byte(literal::byte_value(token.text()))),
        TokenKind::StrLit | TokenKind::RawStrLit => Some(Literal::Str(sym(&literal::string_text(token)))),
        TokenKind::ByteStrLit => Some(Literal::ByteStr(literal::string_bytes(token).into())),
        TokenKind::CStrLit => Some(Literal::CStr(literal::string_bytes(token).into())),
        _ => None,
    }
}

/// `1f32` is a float.
fn integer(token: Token<'_>) -> Literal {
    let int = literal::int_value(token.text());
    match int.suffix {
        Some(suffix @ ("f16" | "f32" | "f64")) => Literal::Float {
            text: sym(&int.value.to_string()),
            suffix: Some(sym(suffix)),
        },
        suffix => Literal::Int {
            value: int.value,
            suffix: suffix.map(sym),
        },
    }
}
