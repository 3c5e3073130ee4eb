//! Macros of bindings that need nothing of the headers: those whose text is made of their parameters, of C's own words,
//! of constants, of functions and variables that the file can declare, and of other such macros.
//!
//! Takes a module as its file says it. Marks these macros, and gives the C text that defines them, with declarations.
//! Where the text does not show that a word means the same without the headers, the macro is none of them.

use std::collections::BTreeMap;

use base::Symbol;
use cmodel::{CConstant, CConstantValue, CGetter, CGetterKind, CModel, CModule, CModuleId, CType, CTypeName, CValue};
use target::CScalar;

use super::declarations::{Declarations, Wanted};
use crate::print::{MacroBodies, tokens};
use crate::uses::literal;

/// C's words, with GNU's. What begins with one of [`CLANGS_OWN`] is Clang's as well.
const WORDS: &[&str] = &[
    "__FILE__",
    "__FUNCTION__",
    "__LINE__",
    "__PRETTY_FUNCTION__",
    "__VA_ARGS__",
    "__VA_OPT__",
    "__alignof__",
    "__asm__",
    "__auto_type",
    "__const",
    "__const__",
    "__extension__",
    "__func__",
    "__imag__",
    "__inline",
    "__inline__",
    "__int128",
    "__label__",
    "__real__",
    "__restrict",
    "__restrict__",
    "__signed__",
    "__typeof",
    "__typeof__",
    "__volatile__",
    "_Alignas",
    "_Alignof",
    "_Atomic",
    "_BitInt",
    "_Bool",
    "_Complex",
    "_Float16",
    "_Generic",
    "_Noreturn",
    "_Static_assert",
    "_Thread_local",
    "asm",
    "auto",
    "break",
    "case",
    "char",
    "const",
    "continue",
    "default",
    "do",
    "double",
    "else",
    "float",
    "for",
    "goto",
    "if",
    "inline",
    "int",
    "long",
    "register",
    "restrict",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "switch",
    "typeof",
    "unsigned",
    "void",
    "volatile",
    "while",
];

const CLANGS_OWN: &[&str] = &[
    "__builtin_",
    "__sync_",
    "__atomic_",
    "__c11_atomic_",
    "__ATOMIC_",
    "__SIZEOF_",
];

/// What is known of one macro.
#[derive(Clone, Copy)]
enum Known {
    /// It is being looked at: what leads back to it is no macro there.
    Open,
    No,
    Yes {
        /// A constant is somewhere in it, by its value and not as its header writes it.
        has_constants: bool,
        /// It quotes something, or something in it does.
        quotes: bool,
        /// Pointers to records are in it, of which only the tag is declared.
        has_records: bool,
    },
}

/// What a text may have besides names and literals where it has such pointers: nothing that asks for what is behind.
const ASKS_FOR_NO_RECORD: &[&str] = &[
    "(", ")", "{", "}", ",", ";", "?", ":", "!", "==", "!=", "&&", "||", "=", "#",
];

/// Words that ask how large something is.
const ASKS_FOR_SIZES: &[&str] = &["sizeof", "_Alignof", "__alignof__", "__builtin_object_size"];

/// What makes a number one of another type.
const SUFFIXES: &[&str] = &["u", "U", "l", "L", "ul", "UL", "ll", "LL", "ull", "ULL", "f", "F"];

/// Marks the macros of a module that need no header. Gives the definitions of all of them, or nothing.
pub(super) fn mark_standalone(model: &mut CModel, id: CModuleId, bodies: &MacroBodies, whole: &CModule) -> String {
    let mut search = Search {
        model,
        module: whole,
        bodies,
        known: BTreeMap::new(),
        lines: BTreeMap::new(),
        declarations: Declarations::new(model),
    };
    let asked: Vec<Symbol> = match search.model.modules.get(&id) {
        Some(module) => module.values.keys().copied().collect(),
        None => return String::new(),
    };
    let is_known: Vec<Symbol> = asked.into_iter().filter(|name| search.is_standalone(*name)).collect();
    let (lines, declarations) = (search.lines, search.declarations.into_text());
    let mut found = false;
    if let Some(module) = model.modules.get_mut(&id) {
        for name in is_known {
            let mark = match module.values.get_mut(&name) {
                Some(CValue::Macro(found)) => &mut found.needs_no_header,
                Some(CValue::Getter(found)) => &mut found.needs_no_header,
                Some(
                    CValue::Function(_)
                    | CValue::Global(_)
                    | CValue::Constant(_)
                    | CValue::Initializer(_)
                    | CValue::NoValue { .. },
                )
                | None => continue,
            };
            *mark = true;
            found = true;
        }
    }
    match found {
        true => [declarations].into_iter().chain(lines.into_values()).collect(),
        false => String::new(),
    }
}

struct Search<'a> {
    model: &'a CModel,
    /// With every name of the file.
    module: &'a CModule,
    bodies: &'a MacroBodies,
    known: BTreeMap<Symbol, Known>,
    /// A directive each.
    lines: BTreeMap<String, String>,
    /// Of what is no macro.
    declarations: Declarations<'a>,
}

impl<'a> Search<'a> {
    /// Whether a macro needs no header. Of what is no macro this is not asked.
    fn is_standalone(&mut self, name: Symbol) -> bool {
        let is_macro = matches!(
            self.module.values.get(&name),
            Some(CValue::Macro(_) | CValue::Getter(_) | CValue::NoValue { .. })
        );
        is_macro && matches!(self.look(name), Known::Yes { .. })
    }

    fn look(&mut self, name: Symbol) -> Known {
        if let Some(known) = self.known.get(&name) {
            return *known;
        }
        self.known.insert(name, Known::Open);
        let known = self.look_at(name).unwrap_or(Known::No);
        self.known.insert(name, known);
        known
    }

    /// `None` for what needs the header.
    fn look_at(&mut self, name: Symbol) -> Option<Known> {
        let (module, bodies) = (self.module, self.bodies);
        let value = module.values.get(&name)?;
        let (mut has_constants, mut quotes, mut has_records) = (false, false, false);
        let (params, variadic): (&'a [Symbol], bool) = match value {
            CValue::Constant(constant) => {
                let text = self.constant(constant)?;
                self.lines.insert(name.to_string(), format!("#define {name} {text}\n"));
                return Some(Known::Yes {
                    has_constants: true,
                    quotes: false,
                    has_records: false,
                });
            }
            CValue::Macro(found) => (&found.params, found.variadic),
            CValue::Getter(getter) => {
                has_records = self.result(getter)?;
                (&[], false)
            }
            CValue::NoValue { .. } => (&[], false),
            CValue::Function(key) | CValue::Global(key) => return self.declared(name, *key, value),
            CValue::Initializer(_) => return None,
        };
        let body = bodies.get(&name)?;
        let tokens = tokens(body);
        for (index, token) in tokens.iter().enumerate() {
            let before = index.checked_sub(1).map_or("", |before| tokens[before]);
            match *token {
                "#" => quotes = true,
                "##" => {
                    let after = tokens.get(index + 1).copied().unwrap_or_default();
                    let is_number = params.contains(&base::sym(before)) && SUFFIXES.contains(&after);
                    let is_optional = before == "," && after == "__VA_ARGS__";
                    // What comes of another may be any name.
                    if !(is_number || is_optional) {
                        return None;
                    }
                }
                _ if before == "##" && SUFFIXES.contains(token) => continue,
                _ => {}
            }
            if !token.starts_with(|c: char| c.is_alphabetic() || c == '_') {
                continue;
            }
            let word = base::sym(token);
            if params.contains(&word) {
                continue;
            }
            let is_prefix = matches!(*token, "L" | "u" | "U" | "u8");
            if is_prefix && tokens.get(index + 1).is_some_and(|next| next.starts_with(['"', '\''])) {
                continue;
            }
            if let (Some(CTypeName::Typedef(name)), None) = (module.types.get(&word), module.values.get(&word)) {
                let ty = CType::Typedef(*name);
                let declare = |found: &mut Declarations<'_>| found.ty(&ty, Wanted::Named);
                let ((), to_records) = self.declarations.noting_records(declare)?;
                if *name != word {
                    return None;
                }
                has_records |= to_records;
                continue;
            }
            if module.values.contains_key(&word) || module.types.contains_key(&word) {
                match self.look(word) {
                    Known::Yes {
                        has_constants: its_constants,
                        quotes: its_quotes,
                        has_records: its_records,
                    } => {
                        has_constants |= its_constants;
                        quotes |= its_quotes;
                        has_records |= its_records;
                    }
                    Known::Open | Known::No => return None,
                }
                continue;
            }
            let is_member = matches!(before, "." | "->") && !token.starts_with('_');
            let is_c = WORDS.contains(token) || CLANGS_OWN.iter().any(|start| token.starts_with(start));
            if !is_member && !is_c && !is_declared(token, &tokens) {
                return None;
            }
        }
        // A quoted constant is what its header writes, which the file does not say.
        if has_constants && quotes {
            return None;
        }
        let asks_for_none = |token: &&str| {
            let is_name_or_literal = token.starts_with(|c: char| c.is_alphanumeric() || "_\"'".contains(c));
            ASKS_FOR_NO_RECORD.contains(token) || is_name_or_literal && !ASKS_FOR_SIZES.contains(token)
        };
        if has_records && !tokens.iter().all(asks_for_none) {
            return None;
        }
        let names = params.iter().map(|param| param.as_str());
        let names: Vec<&str> = names.chain(variadic.then_some("...")).collect();
        let head = match value {
            CValue::Macro(_) => format!("{name}({})", names.join(", ")),
            CValue::Function(_)
            | CValue::Global(_)
            | CValue::Constant(_)
            | CValue::Getter(_)
            | CValue::Initializer(_)
            | CValue::NoValue { .. } => name.to_string(),
        };
        self.lines.insert(name.to_string(), format!("#define {head} {body}\n"));
        Some(Known::Yes {
            has_constants,
            quotes,
            has_records,
        })
    }

    /// A function or variable, and the macro that is another name of it.
    fn declared(&mut self, name: Symbol, key: Symbol, value: &CValue) -> Option<Known> {
        if name != key {
            // Not what the macro `key` makes of it.
            let same =
                matches!(self.module.values.get(&key), Some(CValue::Function(of) | CValue::Global(of)) if *of == key);
            if !same {
                return None;
            }
            self.lines.insert(name.to_string(), format!("#define {name} {key}\n"));
        }
        let is_function = matches!(value, CValue::Function(_));
        let ((), has_records) = self.declarations.noting_records(|declarations| match is_function {
            true => declarations.function(key),
            false => declarations.variable(key),
        })?;
        Some(Known::Yes {
            has_constants: false,
            quotes: false,
            has_records,
        })
    }

    /// Declares what the C text that evaluates a macro says of its type, which is nothing where C says it. Gives
    /// whether it leads to a record.
    fn result(&mut self, getter: &CGetter) -> Option<bool> {
        let wanted = match (getter.kind, getter.ty.resolved(&self.model.typedefs)) {
            (CGetterKind::Access, _) => Wanted::Whole,
            (
                CGetterKind::Value,
                CType::Scalar(_) | CType::Int128 { .. } | CType::Float16 | CType::Enum(_) | CType::Opaque { .. },
            ) => Wanted::Whole,
            (CGetterKind::Value | CGetterKind::Place { .. }, _) => return Some(false),
        };
        let declare = |found: &mut Declarations<'_>| found.ty(&getter.ty, wanted);
        self.declarations
            .noting_records(declare)
            .map(|((), has_records)| has_records)
    }

    /// A constant as C writes one of its type and value.
    fn constant(&self, constant: &CConstant) -> Option<String> {
        let ty = constant.ty.resolved(&self.model.typedefs);
        match (&constant.value, ty) {
            (CConstantValue::Str(bytes), _) => Some(literal(bytes)),
            (CConstantValue::Float(bits), CType::Scalar(scalar @ (CScalar::Double | CScalar::Float))) => {
                let value = f64::from_bits(*bits);
                let suffix = if *scalar == CScalar::Float { "f" } else { "" };
                value.is_finite().then(|| format!("({value:?}{suffix})"))
            }
            (CConstantValue::Int(0), CType::Pointer { pointee, .. }) => {
                (**pointee == CType::Scalar(CScalar::Void)).then(|| "((void *)0)".to_owned())
            }
            (CConstantValue::Int(value), CType::Scalar(scalar)) => {
                let suffix = match scalar {
                    CScalar::Int => "",
                    CScalar::UInt => "U",
                    CScalar::Long => "L",
                    CScalar::ULong => "UL",
                    CScalar::LongLong => "LL",
                    CScalar::ULongLong => "ULL",
                    _ => return None,
                };
                Some(match value {
                    // The least of a type is no literal.
                    value if *value < 0 => format!("({}{suffix} - 1)", value + 1),
                    value => format!("{value}{suffix}"),
                })
            }
            // An enum's constant is C's `int`.
            (CConstantValue::Int(value), CType::Enum(_)) => {
                let value = i32::try_from(*value).ok()?;
                Some(format!("({value})"))
            }
            (CConstantValue::Int(_) | CConstantValue::Float(_), _) => None,
        }
    }
}

/// Whether a macro's text declares the name itself: `__typeof__(a) t = (a);`.
fn is_declared(name: &str, tokens: &[&str]) -> bool {
    let starts = |token: &str| token.starts_with(|c: char| c.is_alphabetic() || c == '_');
    tokens.iter().enumerate().any(|(index, token)| {
        let before = index.checked_sub(1).map_or("", |before| tokens[before]);
        let after = tokens.get(index + 1).copied().unwrap_or("");
        let follows_type = match before {
            ")" | "*" => true,
            "return" | "goto" | "sizeof" | "else" | "do" | "case" => false,
            before => starts(before),
        };
        *token == name && follows_type && matches!(after, "=" | ";" | "[")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_text_declares_is_its_own() {
        let is_own = |name: &str, text: &str| is_declared(name, &tokens(text));
        assert!(is_own(
            "t",
            "do { __typeof__(a) t = (a); (a) = (b); (b) = t; } while (0)"
        ));
        assert!(is_own("i", "({ int i; for (i = 0; i < 3; i++) f; i; })"));
        assert!(!is_own("x", "((a) + x)"));
        assert!(!is_own("x", "return x;"));
        assert!(!is_own("x", "(x = (a))"));
    }
}
