//! Values: what a name means where a value stands.
//!
//! Takes the uses of names that a query made. Gives [`CValue`]s: constants with the type and value that Clang computed,
//! and the function or variable that a name stands for. Computes nothing itself.

use base::sym;
use clang_sys::{
    CXCursor_CStyleCastExpr, CXCursor_DeclRefExpr, CXCursor_EnumConstantDecl, CXCursor_FunctionDecl,
    CXCursor_ParenExpr, CXCursor_StringLiteral, CXCursor_UnaryOperator, CXCursor_UnexposedExpr, CXCursor_VarDecl,
    CXType_Complex, CXType_Enum, CXType_Float128, CXType_Int128, CXType_LongDouble, CXType_Pointer, CXType_Record,
    CXType_UInt128, CXType_Unexposed, CXType_Vector, CXTypeKind,
};
use cmodel::{CAdvice, CConstant, CConstantValue, CMacro, CType, CTypeName, CTypedef, CValue};
use target::CScalar;

use crate::ast::{Cursor, Evaluated, Type};
use crate::attributes::advice;
use crate::headers::QUERY_FILE;
use crate::names::MacroKind;
use crate::query::{Answer, Asked, EXPRESSION_FN, ValueForm, ValueUse, names_a_type};
use crate::translate::{Owner, Translator};

/// What a name turned out to be where a value stands.
pub(crate) enum Meaning {
    Value(Box<CValue>),
    NoValue,
    /// A macro that is no constant and names no declaration, or a variable without a symbol: it is asked what else it
    /// is.
    OtherMacro,
}

impl Meaning {
    fn of(value: CValue) -> Self {
        Self::Value(Box::new(value))
    }
}

impl<'u> Translator<'u> {
    /// The value of a name.
    pub(crate) fn value(&mut self, asked: Asked<'_>, answer: Answer<'u>) -> Meaning {
        let plain = match answer.value {
            Some(value) if value.form == ValueForm::Address => self.declared(asked, value),
            _ => None,
        };
        if !answer.macro_defined {
            let found = match answer.value {
                Some(value) if value.form == ValueForm::Expression => self.expression(asked, value),
                _ => plain,
            };
            return match found {
                Some(value) => Meaning::of(value),
                None if answer.value.is_some_and(names_static_variable) => Meaning::OtherMacro,
                None => Meaning::NoValue,
            };
        }
        match asked.kinds.macro_kind() {
            Some(MacroKind::Function { params, variadic }) => Meaning::of(CValue::Macro(CMacro {
                params: params.iter().map(|param| sym(param)).collect(),
                variadic: *variadic,
                function: match plain {
                    Some(CValue::Function(function)) => Some(function),
                    _ => None,
                },
                needs_no_header: false,
                doc: asked.index.doc_of(asked.kinds),
                loc: asked.index.loc_of(asked.kinds),
            })),
            Some(MacroKind::Unbalanced) => Meaning::of(no_value(
                asked,
                "a macro whose brackets do not match, so it can be no value",
            )),
            Some(MacroKind::Empty) => Meaning::of(no_value(asked, crate::print::NOTHING)),
            Some(MacroKind::Object) | None => answer
                .value
                .and_then(|value| self.expression(asked, value))
                .map_or(Meaning::OtherMacro, Meaning::of),
        }
    }

    /// A function or variable that the headers declare under this name.
    fn declared(&mut self, asked: Asked<'_>, value: ValueUse<'u>) -> Option<CValue> {
        let reference = referenced_by_address(value.variable?)?;
        self.declaration(asked, reference)
    }

    fn declaration(&mut self, asked: Asked<'_>, decl: Cursor<'u>) -> Option<CValue> {
        match decl.kind() {
            CXCursor_FunctionDecl => Some(CValue::Function(self.function(decl))),
            // One that is not to be used is asked nothing more.
            CXCursor_VarDecl if decl.is_own_variable() && advice(decl).unavailable.is_none() => {
                self.static_constant(decl)
            }
            CXCursor_VarDecl => Some(CValue::Global(self.global(decl))),
            CXCursor_EnumConstantDecl => Some(self.enum_constant(asked, decl)),
            _ => None,
        }
    }

    /// `static const int N = 3;` in a header is as good as a macro; one that is no constant has no symbol, and is
    /// reached as macros are.
    fn static_constant(&mut self, decl: Cursor<'u>) -> Option<CValue> {
        let ty = decl.type_of();
        let value = value_of(ty, decl, None).filter(|_| ty.canonical().is_const())?;
        let owner = Owner::named(&decl.name(), decl.name());
        Some(CValue::Constant(CConstant {
            ty: self.ty(ty, &owner),
            value,
            advice: advice(decl),
            doc: self.doc(decl),
            loc: self.loc(decl),
        }))
    }

    /// An enum constant has its enum's type here; one of an enum without a name has the type that C gives it.
    fn enum_constant(&mut self, asked: Asked<'_>, decl: Cursor<'u>) -> CValue {
        let owner = Owner::unreachable(format!("{{{}}}", asked.name));
        let parent = decl.parent();
        let ty = match parent {
            Some(parent) if !parent.is_unnamed() => self.ty(parent.type_of(), &owner),
            _ => self.ty(decl.type_of(), &owner),
        };
        let signed = match parent {
            Some(parent) => is_signed(parent.enum_integer_type().canonical().kind()),
            None => true,
        };
        CValue::Constant(CConstant {
            ty,
            value: CConstantValue::Int(decl.enum_value(signed)),
            advice: match parent {
                Some(parent) => advice(decl).or(&advice(parent)).clone(),
                None => advice(decl),
            },
            doc: self.doc(decl),
            loc: self.loc(decl),
        })
    }

    /// A constant, or the declaration that an expression names; absent for what is neither.
    fn expression(&mut self, asked: Asked<'_>, value: ValueUse<'u>) -> Option<CValue> {
        let variable = value.variable?;
        let initializer = variable.initializer()?;
        let inner = peel(initializer, false);
        if inner.kind() == CXCursor_DeclRefExpr
            && let Some(decl) = inner.referenced()
            && let Some(mut value) = self.declaration(asked, decl)
        {
            if let (CValue::Constant(constant), true) = (&mut value, asked.kinds.macro_definition.is_some()) {
                constant.doc = asked.index.doc_of(asked.kinds);
                constant.loc = asked.index.loc_of(asked.kinds);
            }
            return Some(value);
        }
        let loc = asked.index.loc_of(asked.kinds);
        let ty = initializer.type_of();
        let owner = Owner::named(asked.name, asked.name.to_owned());
        let literal = peel(initializer, true);
        let value = match literal.kind() == CXCursor_StringLiteral && ty.canonical().kind() == CXType_Pointer {
            true => CConstantValue::Str(string_bytes(&literal.name())?),
            false => value_of(ty, variable, Some(value))?,
        };
        let ty = match &value {
            CConstantValue::Str(_) => const_chars(self.ty(ty, &owner), literal),
            CConstantValue::Int(_) | CConstantValue::Float(_) => self.ty(ty, &owner),
        };
        Some(CValue::Constant(CConstant {
            ty,
            value,
            advice: CAdvice::default(),
            doc: asked.index.doc_of(asked.kinds),
            loc,
        }))
    }
}

impl<'u> Translator<'u> {
    /// What a name means where a type stands. `typedef` is the query's `typedef NAME lang_t;`. A macro that declares a
    /// type at each use (`struct { int val[2]; }`) names none.
    pub(crate) fn type_name(&mut self, asked: Asked<'_>, typedef: Cursor<'u>) -> Option<CTypeName> {
        if !names_a_type(typedef) {
            return None;
        }
        let owner = Owner::named(asked.name, format!("*({} *)0", asked.name));
        Some(match self.ty(typedef.typedef_underlying(), &owner) {
            CType::Typedef(name) => CTypeName::Typedef(name),
            CType::Record(tag) => CTypeName::Record(tag),
            CType::Enum(tag) => CTypeName::Enum(tag),
            // A macro that names a type without a name of its own: `#define uInt unsigned int`.
            ty @ (CType::Scalar(_)
            | CType::Int128 { .. }
            | CType::Float16
            | CType::Pointer { .. }
            | CType::Array { .. }
            | CType::FlexibleArray { .. }
            | CType::FunctionPointer(_)
            | CType::Function(_)
            | CType::Opaque { .. }) => {
                let name = sym(asked.name);
                let loc = asked.index.loc_of(asked.kinds);
                self.model.typedefs.insert(
                    name,
                    CTypedef {
                        name,
                        ty,
                        advice: CAdvice::default(),
                        module: self.module,
                        doc: asked.index.doc_of(asked.kinds),
                        loc,
                    },
                );
                CTypeName::Typedef(name)
            }
        })
    }
}

/// A macro that is `role`, and no value.
pub(crate) fn no_value(asked: Asked<'_>, role: &str) -> CValue {
    CValue::NoValue {
        role: role.to_owned(),
        doc: asked.index.doc_of(asked.kinds),
        loc: asked.index.loc_of(asked.kinds),
    }
}

/// Whether a constant is the line, the file or the function of the question that it is the answer to.
pub(crate) fn may_be_of_a_place(value: &CValue, answer: Answer<'_>) -> bool {
    let CValue::Constant(constant) = value else {
        return false;
    };
    match &constant.value {
        CConstantValue::Int(value) => {
            let variable = answer.value.and_then(|value| value.variable);
            variable.is_some_and(|variable| i128::from(variable.location().line) == *value)
        }
        CConstantValue::Str(bytes) => names_the_question(bytes),
        CConstantValue::Float(_) => false,
    }
}

/// Whether a text holds the name of a question's file or of a function in it.
pub(crate) fn names_the_question(bytes: &[u8]) -> bool {
    let holds = |part: &str| bytes.windows(part.len()).any(|window| window == part.as_bytes());
    holds(QUERY_FILE) || holds(EXPRESSION_FN)
}

/// The value of a variable of type `ty`, with what a query made beside it. libclang tells integers of up to 64 bits
/// and floats of up to a `double`; what is wider comes in parts.
pub(crate) fn value_of(ty: Type<'_>, variable: Cursor<'_>, parts: Option<ValueUse<'_>>) -> Option<CConstantValue> {
    let int = |cursor: Option<Cursor<'_>>| match cursor?.evaluate()? {
        Evaluated::Int(value) => Some(value),
        Evaluated::Float(_) => None,
    };
    match ty.canonical().kind() {
        CXType_Pointer => {
            let bits = ty.canonical().size()? * 8;
            int(parts?.address).map(|address| CConstantValue::Int(address & ((1 << bits) - 1)))
        }
        kind @ (CXType_Int128 | CXType_UInt128) => {
            let low = int(parts?.address)? as u64;
            let high = int(parts?.high)? as u64;
            let value = (u128::from(high) << 64 | u128::from(low)) as i128;
            (kind == CXType_Int128 || value >= 0).then_some(CConstantValue::Int(value))
        }
        CXType_LongDouble | CXType_Float128 if int(parts?.exact) != Some(1) => None,
        CXType_Record | CXType_Complex | CXType_Vector | CXType_Unexposed => None,
        _ => variable.evaluate().map(|value| match value {
            Evaluated::Int(value) => CConstantValue::Int(value),
            Evaluated::Float(value) => CConstantValue::Float(value.to_bits()),
        }),
    }
}

/// String literals have type `char *` in C, and are never written to.
pub(crate) fn const_chars(mut ty: CType, literal: Cursor<'_>) -> CType {
    if let CType::Pointer { is_const, pointee } = &mut ty {
        *is_const = true;
        // To Clang it is what `wchar_t` comes to, as C has no other word for that.
        if literal.name().starts_with("L\"") {
            **pointee = CType::Scalar(CScalar::WChar);
        }
    }
    ty
}

pub(crate) fn is_signed(kind: CXTypeKind) -> bool {
    use clang_sys::{CXType_Char_S, CXType_Int, CXType_Long, CXType_LongLong, CXType_SChar, CXType_Short};
    [
        CXType_Char_S,
        CXType_SChar,
        CXType_Short,
        CXType_Int,
        CXType_Long,
        CXType_LongLong,
        CXType_Int128,
    ]
    .contains(&kind)
        && kind != CXType_Enum
}

/// The expression below parentheses and conversions that C makes by itself, and below casts where asked for.
pub(crate) fn peel(expression: Cursor<'_>, casts: bool) -> Cursor<'_> {
    let looks_through = [CXCursor_ParenExpr, CXCursor_UnexposedExpr].contains(&expression.kind())
        || casts && expression.kind() == CXCursor_CStyleCastExpr;
    if !looks_through {
        return expression;
    }
    let children: Vec<_> = expression
        .children()
        .into_iter()
        .filter(|child| child.is_expression())
        .collect();
    match children.as_slice() {
        [only] => peel(*only, casts),
        _ => expression,
    }
}

fn names_static_variable(value: ValueUse<'_>) -> bool {
    let decl = value.variable.and_then(referenced_by_address);
    decl.is_some_and(Cursor::is_own_variable)
}

/// The declaration in `void *v = (void *)&NAME;`.
pub(crate) fn referenced_by_address(variable: Cursor<'_>) -> Option<Cursor<'_>> {
    let address = peel(variable.initializer()?, true);
    if address.kind() != CXCursor_UnaryOperator {
        return None;
    }
    let operand = peel(*address.children().first()?, false);
    if operand.kind() == CXCursor_DeclRefExpr {
        operand.referenced()
    } else {
        None
    }
}

/// The bytes of a literal as Clang prints it: in quotes, everything unprintable as octal escapes. Literals of wide
/// characters carry a prefix and are refused.
pub(crate) fn string_bytes(printed: &str) -> Option<Vec<u8>> {
    let body = printed
        .strip_prefix("u8")
        .unwrap_or(printed)
        .strip_prefix('"')?
        .strip_suffix('"')?;
    let mut bytes = Vec::with_capacity(body.len());
    let mut rest = body.bytes().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next()? {
            b'n' => bytes.push(b'\n'),
            b't' => bytes.push(b'\t'),
            b'r' => bytes.push(b'\r'),
            b'a' => bytes.push(7),
            b'b' => bytes.push(8),
            b'f' => bytes.push(12),
            b'v' => bytes.push(11),
            digit @ b'0'..=b'7' => {
                let mut value = u32::from(digit - b'0');
                for _ in 0..2 {
                    match rest.peek() {
                        Some(next @ b'0'..=b'7') => value = value * 8 + u32::from(next - b'0'),
                        _ => break,
                    }
                    rest.next();
                }
                bytes.push(u8::try_from(value).ok()?);
            }
            other => bytes.push(other),
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::string_bytes;

    #[test]
    fn literals_are_read_as_clang_prints_them() {
        assert_eq!(
            string_bytes(r#""a\000b\001\"\\\n\377""#).as_deref(),
            Some(&b"a\0b\x01\"\\\n\xff"[..])
        );
        assert_eq!(string_bytes("\"\"").as_deref(), Some(&b""[..]));
        assert_eq!(string_bytes(r#"L"ab""#), None);
    }
}
