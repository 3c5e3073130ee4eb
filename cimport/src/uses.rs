//! Uses of macros as C text: the same for the question that is asked of Clang and for the code that is generated.
//!
//! Takes a use and how the macro sees its arguments. Gives a function's parameters, the declarations that its body
//! begins with, and the expression that is the use. A pure function; Clang is not asked.

use std::fmt::Write;

use base::Symbol;
use cmodel::{CArg, CArgMode, CExpansion, COwnRecord, CType, CUse, OWN_TYPEDEFS, argument_word};
use target::CScalar;

use crate::thunks::{Spelling, Unnameable};

/// A use as C text. What is passed comes by pointer: first to the function's own purposes, then one for each argument
/// that is passed, named `lang_0`, `lang_1`, ….
pub(crate) struct UseText {
    /// What stands before the function, on lines of its own.
    pub(crate) definition: String,
    /// `void *lang_0, void *lang_1`, or nothing.
    pub(crate) params: String,
    /// Declarations, on one line.
    pub(crate) prologue: String,
    pub(crate) expression: String,
    /// What stands behind the function, on lines of its own.
    pub(crate) end: String,
    pub(crate) n_params: usize,
}

impl UseText {
    /// An object-like macro.
    pub(crate) fn of_object(name: &str) -> Self {
        Self {
            definition: String::new(),
            params: String::new(),
            prologue: String::new(),
            expression: name.to_owned(),
            end: String::new(),
            n_params: 0,
        }
    }
}

/// Writes a use.
pub(crate) fn use_text(spelling: &Spelling<'_>, of: &CUse, modes: &[CArgMode]) -> Result<UseText, Unnameable> {
    let (mut params, mut declarations, mut args) = (Vec::new(), String::new(), Vec::new());
    for (arg, mode) in of.args.iter().zip(modes) {
        let index = params.len();
        let variable = format!("lang_a{index}");
        let passed = match arg {
            CArg::Value(ty) => Some(ty.clone()),
            CArg::Reference { target, is_const } | CArg::Variable { ty: target, is_const } => Some(CType::Pointer {
                pointee: Box::new(target.clone()),
                is_const: *is_const,
            }),
            CArg::Constant(_) | CArg::Literal(_) | CArg::Tokens(_) | CArg::Type(_) => None,
        };
        if let Some(ty) = passed {
            params.push(format!("void *lang_{index}"));
            let declared = spelling.declare(&ty, &format!("*{variable}"))?;
            write!(declarations, " {declared} = lang_{index};").expect("writing to a string does not fail");
        }
        args.push(match (arg, mode) {
            // A value, so that nothing can be assigned to it.
            (CArg::Value(_) | CArg::Reference { .. }, CArgMode::Plain | CArgMode::Tokens) => {
                format!("((void)0, *{variable})")
            }
            (CArg::Value(_), CArgMode::Place) => format!("(*{variable})"),
            (CArg::Reference { .. }, CArgMode::Place) | (CArg::Variable { .. }, _) => format!("(**{variable})"),
            (CArg::Constant(text), _) => text.clone(),
            (CArg::Literal(bytes), CArgMode::Plain | CArgMode::Place) => literal(bytes),
            (CArg::Literal(bytes), CArgMode::Tokens) | (CArg::Tokens(bytes), _) => tokens(bytes),
            (CArg::Type(ty), _) => spelling.declare(ty, "")?,
        });
    }
    let result = of.inline.as_ref().and_then(|inline| inline.ret.as_ref());
    let result = result
        .map(|ret| spelling.declare(ret, ""))
        .transpose()?
        .unwrap_or_default();
    let expected = of.expected.as_ref().map(|ty| spelling.declare(ty, "")).transpose()?;
    let expected = expected.unwrap_or_default();
    let texts = [declarations.as_str(), result.as_str(), expected.as_str()].into_iter();
    let mut prologue = own_typedefs(texts.chain(args.iter().map(String::as_str)), "");
    prologue.push_str(declarations.trim_start());
    let n_params = params.len();
    let params = params.join(", ");
    let mut n_before = 0;
    for (index, arg) in of.args.iter().enumerate() {
        let value = format!("*lang_a{n_before}");
        let is_value = matches!(arg, CArg::Value(_) | CArg::Reference { .. });
        // Values are variables, as in a function of C.
        if let (true, Some(inline)) = (is_value, &of.inline) {
            let name = inline.params[index];
            write!(prologue, " __typeof__({value}) {name} = {value};").expect("writing to a string does not fail");
        }
        n_before += usize::from(is_value || matches!(arg, CArg::Variable { .. }));
    }
    let applied = match &of.expansion {
        Some(expansion) => expanded(expansion, &args),
        None => applied(of, &args),
    };
    let body = applied.expression;
    let mut definition = own_records(spelling, &of.records)?;
    definition.push_str(&applied.definition);
    Ok(UseText {
        definition,
        n_params,
        params,
        prologue,
        expression: match of.inline.as_ref().and_then(|inline| inline.ret.as_ref()) {
            Some(CType::Scalar(CScalar::Void)) | None => body,
            Some(ret) => format!("({{ {} = ({body}); lang_y; }})", spelling.declare(ret, "lang_y")?),
        },
        end: applied.end,
    })
}

/// Defines records of Lang source, each once in a text.
fn own_records(spelling: &Spelling<'_>, records: &[COwnRecord]) -> Result<String, Unnameable> {
    let mut text = String::new();
    for record in records {
        writeln!(text, "{};", record.tag.0).expect("writing to a string does not fail");
    }
    for record in records {
        let tag = record.tag.0;
        let guard = tag.as_str().replace(' ', "_");
        let mut fields = String::new();
        for field in &record.fields {
            let name = field.name.map_or("", |name| name.as_str());
            let declared = spelling.declare(&field.ty, name)?;
            let width = field.bit_width.map_or(String::new(), |width| format!(" : {width}"));
            write!(fields, " {declared}{width};").expect("writing to a string does not fail");
        }
        let typedefs = own_typedefs([fields.as_str()].into_iter(), "");
        let packed = if record.packed { " __attribute__((packed))" } else { "" };
        let aligned = record
            .align
            .map_or(String::new(), |align| format!(" __attribute__((aligned({align})))"));
        writeln!(
            text,
            "#ifndef {guard}\n#define {guard}\n{typedefs}{tag} {{{fields} }}{packed}{aligned};\n#endif"
        )
        .expect("writing to a string does not fail");
    }
    Ok(text)
}

/// A use without what it is used for.
pub(crate) struct Applied {
    pub(crate) definition: String,
    pub(crate) expression: String,
    pub(crate) end: String,
}

/// A macro, or inline C, with its arguments.
fn applied(of: &CUse, args: &[String]) -> Applied {
    let Some(inline) = &of.inline else {
        return Applied {
            definition: String::new(),
            expression: match of.is_bare {
                true => of.name.to_string(),
                false => format!("{}({})", of.name, args.join(", ")),
            },
            end: String::new(),
        };
    };
    // What is no variable of the function is put into the text.
    let (mut names, mut given) = (Vec::new(), Vec::new());
    for ((arg, name), text) in of.args.iter().zip(&inline.params).zip(args) {
        if !matches!(arg, CArg::Value(_) | CArg::Reference { .. }) {
            names.push(name.to_string());
            given.push(text.as_str());
        }
    }
    let text = inline.text.trim().replace('\n', " ");
    let hash = base::hash_bytes(format!("{names:?} {text}").as_bytes()).to_string();
    let macro_name = format!("lang_i_{}", &hash[..16]);
    // A parameter is what the text means by its name, whatever macro of the header has it.
    let (hiding, end) = without_macros(&inline.params);
    Applied {
        definition: format!("#define {macro_name}({}) {text}\n{hiding}", names.join(", ")),
        expression: format!("{macro_name}({})", given.join(", ")),
        end,
    }
}

/// What has been expanded, which is not done again.
fn expanded(expansion: &CExpansion, args: &[String]) -> Applied {
    let (definition, end) = without_macros(&expansion.painted);
    Applied {
        definition,
        expression: expansion.with_arguments(args),
        end,
    }
}

/// What stands before a text in which these names are no macros, and what behind it.
fn without_macros(names: &[Symbol]) -> (String, String) {
    let (mut before, mut behind) = (String::new(), String::new());
    for name in names {
        writeln!(before, "#pragma push_macro(\"{name}\")\n#undef {name}").expect("writing to a string does not fail");
        writeln!(behind, "#pragma pop_macro(\"{name}\")").expect("writing to a string does not fail");
    }
    (before, behind)
}

/// Which arguments are words that stand for them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Words {
    /// Values, references and variables.
    OfPassed,
    /// Constants too.
    OfAll,
}

/// A use with words for its arguments, to be expanded.
pub(crate) fn use_of_words(
    spelling: &Spelling<'_>,
    of: &CUse,
    modes: &[CArgMode],
    words: Words,
) -> Result<Applied, Unnameable> {
    let mut args = Vec::new();
    for (index, (arg, mode)) in of.args.iter().zip(modes).enumerate() {
        args.push(match (arg, mode) {
            (CArg::Value(_) | CArg::Reference { .. } | CArg::Variable { .. }, _) => argument_word(index),
            (CArg::Constant(_), _) if words == Words::OfAll => argument_word(index),
            (CArg::Constant(text), _) => text.clone(),
            (CArg::Literal(bytes), CArgMode::Plain | CArgMode::Place) => literal(bytes),
            (CArg::Literal(bytes), CArgMode::Tokens) | (CArg::Tokens(bytes), _) => tokens(bytes),
            (CArg::Type(ty), _) => spelling.declare(ty, "")?,
        });
    }
    Ok(applied(of, &args))
}

/// Declares those of Lang's own types that C texts mention, but for what `declared` mentions already.
pub(crate) fn own_typedefs<'t>(texts: impl Iterator<Item = &'t str> + Clone, declared: &str) -> String {
    let mut typedefs = String::new();
    for (name, meaning, _) in OWN_TYPEDEFS {
        if texts.clone().any(|text| mentions(text, name)) && !mentions(declared, name) {
            write!(typedefs, "typedef {meaning} {name}; ").expect("writing to a string does not fail");
        }
    }
    typedefs
}

/// Whether a word stands in C text.
fn mentions(text: &str, word: &str) -> bool {
    let is_of_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(is_of_word) && !after.is_some_and(is_of_word)
    })
}

/// A string literal of these bytes. An octal escape has three digits, so that what follows is no part of it.
pub(crate) fn literal(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    for byte in bytes {
        match byte {
            b'"' | b'\\' => text.extend(['\\', char::from(*byte)]),
            b'\n' => text.push_str("\\n"),
            // `?` too, for trigraphs.
            b' '..=b'~' if *byte != b'?' => text.push(char::from(*byte)),
            _ => write!(text, "\\{byte:03o}").expect("writing to a string does not fail"),
        }
    }
    text.push('"');
    text
}

/// What stands in a string literal, as it is. Only on one line, and no directive.
fn tokens(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_keep_their_bytes() {
        assert_eq!(literal(b"a\"\\\n\x01" as &[u8]), r#""a\"\\\n\001""#);
        assert_eq!(literal("é?".as_bytes()), r#""\303\251\077""#);
    }

    #[test]
    fn words_are_found_whole() {
        assert!(mentions("int64_t *x", "int64_t"));
        assert!(!mentions("uint64_t *x", "int64_t"));
    }
}
