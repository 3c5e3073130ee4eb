//! Attributes and documentation.
//!
//! Takes the attributes of a node and where it stands, gives them as data, and says which are unknown, misplaced or
//! not built yet. What each means is read by those who lower the item.

use base::{Span, Symbol, sym};
use syntax::Token;
use syntax::ast::{self, AstNode};

use super::{FileLowering, literals, name_of};
use crate::{AttrArg, AttrValue, Attribute, Literal, errors, similar_name};

/// What an attribute may stand on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Target {
    Fn,
    ExternFn,
    ExternStatic,
    ExternBlock,
    Struct,
    ExternRecord,
    Enum,
    Trait,
    Impl,
    Static,
    TypeAlias,
    Const,
    /// A field or a variant, with a name.
    Member,
    CImport,
    /// A parameter, of a function or a generic one.
    Param,
    /// Where no attribute that is built has a meaning.
    Other,
}

/// Whether an attribute is built, and where it then stands.
enum Known {
    On(&'static [Target]),
    /// On all that may be left out, which has been decided where it stands.
    Condition,
    NotYet,
}

const KNOWN: &[(&str, Known)] = &[
    ("align", Known::On(&[Target::ExternRecord])),
    ("bindings", Known::On(&[Target::CImport])),
    ("borrows", Known::On(&[Target::Fn])),
    // What C says of an item of printed headers, in words of `cimport`'s.
    (
        "c",
        Known::On(&[
            Target::Fn,
            Target::ExternFn,
            Target::ExternStatic,
            Target::ExternRecord,
            Target::Enum,
            Target::TypeAlias,
            Target::Const,
            Target::Member,
            Target::CImport,
        ]),
    ),
    ("callback", Known::NotYet),
    ("captures", Known::On(&[Target::Fn])),
    ("cold", Known::On(&[Target::Fn])),
    ("consumes", Known::NotYet),
    ("define", Known::On(&[Target::CImport])),
    (
        "derive",
        Known::On(&[Target::Struct, Target::ExternRecord, Target::Enum]),
    ),
    ("error", Known::NotYet),
    ("ffi", Known::NotYet),
    ("handle", Known::NotYet),
    ("header", Known::On(&[Target::Fn])),
    ("if", Known::Condition),
    ("intrinsic", Known::On(&[Target::Fn])),
    ("include", Known::On(&[Target::CImport])),
    (
        "lang_item",
        Known::On(&[
            Target::Fn,
            Target::Struct,
            Target::ExternRecord,
            Target::Enum,
            Target::Trait,
        ]),
    ),
    (
        "link",
        Known::On(&[
            Target::CImport,
            Target::ExternBlock,
            Target::ExternFn,
            Target::ExternStatic,
        ]),
    ),
    ("may_dangle", Known::On(&[Target::Impl])),
    ("packed", Known::On(&[Target::ExternRecord])),
    ("panics", Known::NotYet),
    ("pkg", Known::On(&[Target::CImport])),
    ("python", Known::NotYet),
    ("returns_owned", Known::NotYet),
    ("std", Known::On(&[Target::CImport])),
    ("target_feature", Known::On(&[Target::Fn])),
    ("thread_local", Known::On(&[Target::Static, Target::ExternStatic])),
];

/// What `@derive` takes: traits of the library.
pub const DERIVED: [&str; 7] = ["Clone", "Copy", "Debug", "Default", "Eq", "Hash", "Ord"];

impl FileLowering<'_> {
    /// The attributes among `attrs` that mean something on `target`.
    pub(super) fn attributes<'t>(
        &mut self,
        attrs: impl Iterator<Item = ast::Attr<'t>>,
        target: Target,
    ) -> Vec<Attribute> {
        attrs.filter_map(|attr| self.attribute(attr, target)).collect()
    }

    fn attribute(&mut self, attr: ast::Attr<'_>, target: Target) -> Option<Attribute> {
        let span = attr.span();
        let path: Vec<&str> = attr.path().map(Token::name).collect();
        let first = *path.first()?;
        let Some((_, known)) = KNOWN.iter().find(|(name, _)| *name == first) else {
            let similar = similar_name(sym(first), KNOWN.iter().map(|(name, _)| sym(name)));
            self.diagnostics
                .report(errors::unknown_attribute(span, &path.join("."), similar));
            return None;
        };
        let targets = match known {
            Known::NotYet => {
                self.unsupported(span, &format!("the attribute `@{}`", path.join(".")));
                return None;
            }
            Known::Condition if path.len() == 1 && target != Target::Param => return None,
            Known::Condition => &[][..],
            Known::On(targets) => targets,
        };
        if path.len() > 1 || !targets.contains(&target) {
            let problem = format!("`@{}` means nothing here", path.join("."));
            self.diagnostics.report(errors::bad_attribute(span, &problem));
            return None;
        }
        let args = attr.args().filter_map(|arg| self.attribute_arg(arg)).collect();
        Some(Attribute {
            name: sym(first),
            args,
            span,
        })
    }

    fn attribute_arg(&mut self, arg: ast::AttrArg<'_>) -> Option<AttrArg> {
        let value = arg.value()?;
        Some(AttrArg {
            name: arg.name().map(name_of),
            value: self.attribute_value(value),
            span: value.span(),
        })
    }

    fn attribute_value(&self, value: ast::Expr<'_>) -> AttrValue {
        let text = AttrValue::Text(sym(value.syntax().text()));
        let ast::Expr::Literal(literal) = value else {
            return text;
        };
        let Some(token) = literal.token() else { return text };
        match literals::literal(token) {
            Some(Literal::Str(value)) => AttrValue::Str(value),
            Some(Literal::Int { value, suffix: None }) => AttrValue::Int(value),
            Some(_) | None => text,
        }
    }

    /// The string arguments of each attribute of this name, with their places.
    pub(super) fn attribute_strings(&mut self, attributes: &[Attribute], name: &str) -> Vec<(Symbol, Span)> {
        let mut strings = Vec::new();
        for attribute in attributes.iter().filter(|attribute| attribute.name == name) {
            if attribute.args.is_empty() {
                self.string_wanted(attribute.span, name);
            }
            for arg in &attribute.args {
                match (&arg.value, arg.name) {
                    (AttrValue::Str(text), None) => strings.push((*text, arg.span)),
                    (AttrValue::Str(_) | AttrValue::Int(_) | AttrValue::Text(_), _) => {
                        self.string_wanted(arg.span, name);
                    }
                }
            }
        }
        strings
    }

    fn string_wanted(&mut self, span: Span, name: &str) {
        let problem = format!("`@{name}` takes strings, as `@{name}(\"…\")`");
        self.diagnostics.report(errors::bad_attribute(span, &problem));
    }

    /// Whether an attribute of this name, which takes no arguments, is there.
    pub(super) fn attribute_flag(&mut self, attributes: &[Attribute], name: &str) -> bool {
        let found = attributes.iter().find(|attribute| attribute.name == name);
        if let Some(arg) = found.and_then(|attribute| attribute.args.first()) {
            let problem = format!("`@{name}` takes no arguments");
            self.diagnostics.report(errors::bad_attribute(arg.span, &problem));
        }
        found.is_some()
    }

    /// The names of `@derive(…)`.
    pub(super) fn derives(&mut self, attributes: &[Attribute]) -> Vec<(Symbol, Span)> {
        let mut derives = Vec::new();
        for arg in attributes
            .iter()
            .filter(|attribute| attribute.name == "derive")
            .flat_map(|attribute| &attribute.args)
        {
            match (&arg.value, arg.name) {
                (AttrValue::Text(name), None) if DERIVED.contains(&name.as_str()) => {
                    derives.push((*name, arg.span));
                }
                (AttrValue::Text(_) | AttrValue::Str(_) | AttrValue::Int(_), _) => {
                    let problem = format!("`@derive` takes any of `{}`", DERIVED.join("`, `"));
                    self.diagnostics.report(errors::bad_attribute(arg.span, &problem));
                }
            }
        }
        derives
    }

    /// `n` of `@align(n)`.
    pub(super) fn alignment(&mut self, attributes: &[Attribute]) -> Option<u64> {
        let attribute = attributes.iter().find(|attribute| attribute.name == "align")?;
        if let [arg] = attribute.args.as_slice()
            && let AttrValue::Int(value) = arg.value
            && let Ok(bytes) = u64::try_from(value)
            && bytes.is_power_of_two()
            && bytes <= 1 << 28
        {
            return Some(bytes);
        }
        let problem = "`@align` takes a power of two up to 2^28, as `@align(16)`";
        self.diagnostics.report(errors::bad_attribute(attribute.span, problem));
        None
    }
}

/// The text of documentation comments, without their slashes and the space after.
pub(super) fn doc_text<'t>(comments: impl IntoIterator<Item = Token<'t>>) -> Option<String> {
    let lines: Vec<&str> = comments
        .into_iter()
        .map(|token| {
            let text = token.text().trim_end();
            let text = text
                .strip_prefix("///")
                .or_else(|| text.strip_prefix("//!"))
                .unwrap_or(text);
            text.strip_prefix(' ').unwrap_or(text)
        })
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
