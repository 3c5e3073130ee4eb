//! What the attributes of functions say.
//!
//! Takes a function's declaration. Gives facts, as Clang prints them: libclang has names for few attributes. What
//! Clang knows of functions of the C library without an attribute, it does not print; of these only those that return
//! twice matter.

use clang_sys::CXCursor_UnexposedAttr;
use cmodel::{CAdvice, CEffects, CFacts};

use crate::ast::{Availability, Cursor, Visit};

/// One attribute: its name without a scope and without underscores around it, and what stands in its parentheses.
struct Attribute {
    name: String,
    args: String,
}

/// The attributes of a declaration, those of its first declaration too.
fn attributes(decl: Cursor<'_>) -> Vec<Attribute> {
    let first = decl.first_declaration().filter(|first| first.place() != decl.place());
    let declarations = [Some(decl), first].into_iter().flatten();
    declarations.flat_map(own_attributes).collect()
}

fn own_attributes(decl: Cursor<'_>) -> Vec<Attribute> {
    let mut found = false;
    decl.visit(|child| {
        // Those that libclang has a name for are printed as well.
        found |= child.is_attribute() || child.kind() == CXCursor_UnexposedAttr;
        if found { Visit::Stop } else { Visit::Next }
    });
    if found {
        printed_attributes(&decl.pretty_printed())
    } else {
        Vec::new()
    }
}

/// Those in a declaration as Clang prints it, up to its body.
fn printed_attributes(text: &str) -> Vec<Attribute> {
    const GNU: &str = "__attribute__((";
    const STANDARD: &str = "[[";
    let mut attributes = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['_', '[', '{']) {
        rest = &rest[at..];
        if rest.starts_with('{') {
            break;
        } else if let Some(inner) = rest.strip_prefix(GNU) {
            let list = &inner[..end_of_list(inner)];
            attributes.extend(read_attribute(list));
            rest = &inner[list.len()..];
        } else if let Some(inner) = rest.strip_prefix(STANDARD) {
            let list = &inner[..end_of_list(inner)];
            attributes.extend(read_attribute(list));
            rest = &inner[list.len()..];
        } else {
            rest = &rest[1..];
        }
    }
    attributes
}

/// Where the bracket closes that stands before the text.
fn end_of_list(text: &str) -> usize {
    let (mut depth, mut in_string, mut escaped) = (0, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            _ if in_string => {}
            '(' | '[' => depth += 1,
            ')' | ']' if depth == 0 => return at,
            ')' | ']' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// `gnu::deprecated("use other", "")`
fn read_attribute(text: &str) -> Option<Attribute> {
    let (path, args) = text.split_once('(').unwrap_or((text, ""));
    let name = path.rsplit("::").next()?.trim();
    let plain = name.strip_prefix("__").and_then(|inner| inner.strip_suffix("__"));
    Some(Attribute {
        name: plain.unwrap_or(name).to_owned(),
        args: args.strip_suffix(')').unwrap_or(args).to_owned(),
    })
}

impl Attribute {
    /// The first string among the arguments; empty where there is none.
    fn text(&self) -> String {
        let Some((_, rest)) = self.args.split_once('"') else {
            return String::new();
        };
        let (mut text, mut escaped) = (String::new(), false);
        for c in rest.chars() {
            match c {
                _ if std::mem::take(&mut escaped) => text.push(if c == 'n' { ' ' } else { c }),
                '\\' => escaped = true,
                '"' => break,
                _ => text.push(c),
            }
        }
        text
    }

    /// Parameters, which C counts from 1.
    fn positions(&self) -> Vec<u32> {
        let numbers = self
            .args
            .split(',')
            .filter_map(|number| number.trim().parse::<u32>().ok());
        numbers.filter_map(|number| number.checked_sub(1)).collect()
    }
}

/// What a function's attributes promise and ask for.
pub(crate) fn facts(decl: Cursor<'_>) -> CFacts {
    let mut facts = CFacts {
        returns_twice: cmodel::RETURN_TWICE.contains(&decl.name().as_str()),
        ..CFacts::default()
    };
    for attribute in attributes(decl) {
        match attribute.name.as_str() {
            "const" => facts.effects = CEffects::None,
            "pure" if facts.effects == CEffects::Any => facts.effects = CEffects::Reads,
            "returns_twice" => facts.returns_twice = true,
            "malloc" => facts.fresh_result = true,
            "alloc_size" => {
                let positions = attribute.positions();
                let first = positions.first().copied();
                facts.alloc_size = first.map(|first| (first, positions.get(1).copied()));
            }
            "returns_nonnull" => facts.nonnull_result = true,
            "nonnull" => {
                let positions = attribute.positions();
                let n_params = u32::try_from(decl.type_of().n_params()).unwrap_or(0);
                facts.nonnull = match positions.is_empty() {
                    true => (0..n_params).collect(),
                    false => positions,
                };
            }
            "warn_unused_result" | "nodiscard" => facts.must_use = Some(attribute.text()),
            "deprecated" => facts.advice.deprecated = Some(attribute.text()),
            "unavailable" | "error" => facts.advice.unavailable = Some(attribute.text()),
            _ => {}
        }
    }
    facts
}

/// What the attributes of a declaration that is no function say of whether to use it.
pub(crate) fn advice(decl: Cursor<'_>) -> CAdvice {
    let Availability {
        deprecated,
        unavailable,
    } = decl.availability();
    CAdvice {
        deprecated,
        unavailable,
    }
}

/// Whether GNU's rules for `inline` hold.
pub(crate) fn is_gnu_inline(decl: Cursor<'_>) -> bool {
    attributes(decl).iter().any(|attribute| attribute.name == "gnu_inline")
}

/// Whether C inlines it wherever it is called.
pub(crate) fn is_always_inline(decl: Cursor<'_>) -> bool {
    attributes(decl)
        .iter()
        .any(|attribute| attribute.name == "always_inline")
}

/// What the processor has to have of whoever calls the function: C inlines it, and refuses to do so elsewhere.
pub(crate) fn features(decl: Cursor<'_>) -> Vec<String> {
    if !decl.is_inline() {
        return Vec::new();
    }
    let attributes = attributes(decl);
    if !attributes.iter().any(|attribute| attribute.name == "always_inline") {
        return Vec::new();
    }
    let lists = attributes.iter().filter(|attribute| attribute.name == "target");
    let mut features: Vec<String> = lists
        .flat_map(|list| list.text().split(',').map(str::to_owned).collect::<Vec<_>>())
        .map(|word| {
            word.trim()
                .trim_start_matches("arch=")
                .trim_start_matches('+')
                .to_owned()
        })
        .filter(|word| !word.is_empty() && !word.starts_with("no-") && !word.contains('='))
        .collect();
    features.sort();
    features.dedup();
    features
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        let attributes = printed_attributes(text).into_iter();
        attributes
            .map(|attribute| (attribute.name.clone(), attribute.args))
            .collect()
    }

    #[test]
    fn attributes_are_read_up_to_the_body() {
        let text = "[[gnu::deprecated(\"use { other )\", \"\")]] __attribute__((alloc_size(1, 2))) int f(int a[2]) \
                    __attribute__((__pure__)) { int x __attribute__((const)); }";
        let pair = |name: &str, args: &str| (name.to_owned(), args.to_owned());
        assert_eq!(
            read(text),
            [
                pair("deprecated", "\"use { other )\", \"\""),
                pair("alloc_size", "1, 2"),
                pair("pure", ""),
            ]
        );
    }

    #[test]
    fn a_text_has_its_quotes() {
        let attribute = read_attribute(r#"deprecated("use \"new\"", "")"#).expect("it is one");
        assert_eq!(attribute.text(), "use \"new\"");
    }
}
