//! What macros stand for, as their headers write it.
//!
//! Takes the places of a module's macros. Gives the text behind each name and its parameters, on one line and without
//! comments: the body of inline C. A header that cannot be read gives none.

use std::collections::BTreeMap;

use base::Symbol;
use cmodel::{CLoc, CModel, CModuleId, CValue};

/// By the macro's name.
pub(crate) type MacroBodies = BTreeMap<Symbol, String>;

/// The bodies of the macros of a module that are no constants.
pub(crate) fn macro_bodies(model: &CModel, id: CModuleId) -> MacroBodies {
    let mut texts: BTreeMap<&str, Option<String>> = BTreeMap::new();
    let mut bodies = MacroBodies::new();
    let Some(module) = model.modules.get(&id) else {
        return bodies;
    };
    for (name, value) in &module.values {
        let loc = match value {
            CValue::Getter(found) => &found.loc,
            CValue::Initializer(found) => &found.loc,
            CValue::Macro(found) => &found.loc,
            CValue::NoValue { loc, .. } => loc,
            CValue::Function(_) | CValue::Global(_) | CValue::Constant(_) => continue,
        };
        let text = texts
            .entry(&loc.path)
            .or_insert_with(|| Some(String::from_utf8_lossy(&std::fs::read(&loc.path).ok()?).into_owned()));
        if let Some(body) = text.as_deref().and_then(|text| body_at(text, name.as_str(), loc)) {
            bodies.insert(*name, body);
        }
    }
    bodies
}

/// The body of the macro whose name stands at `loc`; of what is no macro there is none.
fn body_at(text: &str, name: &str, loc: &CLoc) -> Option<String> {
    let line = (loc.line as usize).checked_sub(1)?;
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let at = start + (loc.column as usize).checked_sub(1)?;
    let before = text
        .get(..at)?
        .trim_end_matches(|c: char| c.is_whitespace() || c == '\\');
    if !before.ends_with("define") {
        return None;
    }
    let plain = definition(text.get(at..)?);
    let rest = plain.strip_prefix(name)?;
    let body = match rest.strip_prefix('(') {
        Some(rest) => rest.split_once(')')?.1,
        None => rest,
    };
    let body = body.trim().to_owned();
    (!body.contains('\0') && !body.contains('\u{fffd}')).then_some(body)
}

/// What a directive's line is after its splices. Each comment, and all that is empty, is one space; literals are left
/// alone.
fn definition(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let mut len = c.len_utf8();
        match c {
            '\n' => break,
            '\\' if rest[1..].trim_start_matches([' ', '\t', '\r']).starts_with('\n') => {
                len = rest.find('\n').map_or(rest.len(), |newline| newline + 1);
            }
            '/' if rest.starts_with("//") => break,
            '/' if rest.starts_with("/*") => {
                len = rest[2..].find("*/").map_or(rest.len(), |end| end + 4);
                push_space(&mut plain);
            }
            '"' | '\'' => {
                let literal = &rest[..super::macros::literal_len(rest, c)];
                // One that nothing ends on its line is no literal: `don't`.
                if literal.len() > 1 && literal.ends_with(c) && !literal.replace("\\\n", "").contains('\n') {
                    len = literal.len();
                }
                plain.push_str(&rest[..len]);
            }
            c if c.is_whitespace() => push_space(&mut plain),
            c => plain.push(c),
        }
        rest = &rest[len..];
    }
    plain
}

fn push_space(plain: &mut String) {
    if !plain.ends_with(' ') {
        plain.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use cmodel::CLoc;

    use super::body_at;

    #[test]
    fn a_body_is_read_through_comments_and_splices() {
        let text =
            "#define MAX(a, \\\n  b) ((a) /* the\n larger */ > (b) \\\n ? (a) : (b)) // done\n#define S \"/* \"\n";
        let at = |line, column| CLoc {
            path: String::new(),
            line,
            column,
        };
        assert_eq!(
            body_at(text, "MAX", &at(1, 9)).as_deref(),
            Some("((a) > (b) ? (a) : (b))")
        );
        assert_eq!(body_at(text, "S", &at(5, 9)).as_deref(), Some("\"/* \""));
        assert_eq!(
            body_at("#define M don't\n#define Q 'x'\n", "M", &at(1, 9)).as_deref(),
            Some("don't")
        );
        assert_eq!(body_at(text, "S", &at(50, 9)), None);
        assert_eq!(body_at("static int n = 3;\n", "n", &at(1, 12)), None);
        assert_eq!(body_at("# define \\\n N 3\n", "N", &at(2, 2)).as_deref(), Some("3"));
    }
}
