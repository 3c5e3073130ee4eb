//! The head of a file of bindings: what it was made of, for which target, and whether it is still what was made.

use base::Span;
use cmodel::CModuleSpec;
use syntax::ast::{self, AstNode};
use syntax::literal;

use super::BindingsError;
use super::facts::{Facts, broken};
use crate::print::{HEADERS, quoted};

/// What bindings were made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    /// As asked for: headers, macros and packages by name, folders as they were written.
    pub spec: CModuleSpec,
    /// The target's triple.
    pub target: String,
}

/// The hash that a file says, and where it stands.
pub(super) struct WrittenHash {
    pub(super) text: String,
    pub(super) span: Span,
}

const MADE: &str = "\
//! Made by `lang cimport`, and made again by it when the headers change: nothing is changed by hand.

";

/// As many digits as tell one file from another.
const HASH_DIGITS: usize = 32;

impl Head {
    /// The whole file: the head, and these items.
    pub(super) fn with_items(&self, items: &str) -> String {
        let without_hash = self.text(&"0".repeat(HASH_DIGITS));
        let hash = hash_of(&format!("{without_hash}{items}"), &"0".repeat(HASH_DIGITS));
        format!("{}{items}", self.text(&hash))
    }

    fn text(&self, hash: &str) -> String {
        let Self { spec, target } = self;
        let mut text = format!("//! `{}` for {target}, as Lang sees it.\n", spec.headers.join("`, `"));
        text.push_str("//!\n");
        text.push_str(MADE);
        let facts = [format!("target: {}", quoted(target)), format!("hash: {}", quoted(hash))];
        text.push_str(&format!("@c({})\n", facts.join(", ")));
        let standard: Vec<String> = spec.standard.iter().cloned().collect();
        for (attribute, values) in [
            ("std", &standard),
            ("define", &spec.defines),
            ("pkg", &spec.pkg_config),
            ("include", &spec.include_dirs),
        ] {
            if !values.is_empty() {
                text.push_str(&format!("@{attribute}({})\n", list(values)));
            }
        }
        let headers = match spec.headers.as_slice() {
            [only] => quoted(only),
            several => format!("{{ {} }}", list(several)),
        };
        text.push_str(&format!("import c {headers} as {HEADERS};\n"));
        text
    }
}

fn list(texts: &[String]) -> String {
    texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ")
}

/// Of all of the text but the hash that it says itself and what a formatter may change: what is empty, and commas
/// behind which nothing follows.
pub(super) fn hash_of(text: &str, said: &str) -> String {
    let zeros = "0".repeat(HASH_DIGITS);
    let plain: String = text
        .replacen(said, &zeros, 1)
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let plain = plain.replace(",)", ")").replace(",]", "]").replace(",}", "}");
    base::hash_bytes(plain.as_bytes()).to_string()[..HASH_DIGITS].to_owned()
}

/// The head of a file, and the hash in it.
pub(super) fn read(source: ast::SourceFile<'_>, whole: Span) -> Result<(Head, WrittenHash), BindingsError> {
    let no_head = || broken(whole, "it does not say what headers it was made of");
    let Some(ast::Item::CImport(import)) = source.items().next() else {
        return Err(no_head());
    };
    let mut spec = CModuleSpec {
        headers: import.headers().map(literal::string_text).collect(),
        ..CModuleSpec::default()
    };
    let (mut target, mut hash) = (None, None);
    for attr in import.attrs() {
        if attr.is("c") {
            let facts = Facts::read(attr)?;
            target = facts.text("target").map(str::to_owned);
            hash = facts.text("hash").map(|text| WrittenHash {
                text: text.to_owned(),
                span: facts.span,
            });
        } else if attr.is("std") {
            spec.standard = strings(attr).into_iter().next();
        } else if attr.is("include") {
            spec.include_dirs.extend(strings(attr));
        } else if attr.is("define") {
            spec.defines.extend(strings(attr));
        } else if attr.is("pkg") {
            spec.pkg_config.extend(strings(attr));
        } else {
            return Err(broken(attr.span(), "the head of bindings has no such attribute"));
        }
    }
    let (Some(target), Some(hash)) = (target, hash) else {
        return Err(no_head());
    };
    if hash.text.len() != HASH_DIGITS {
        return Err(BindingsError::Changed { span: hash.span });
    }
    Ok((Head { spec, target }, hash))
}

fn strings(attr: ast::Attr<'_>) -> Vec<String> {
    attr.args()
        .filter_map(|arg| match arg.value()? {
            ast::Expr::Literal(literal) => literal.token().map(literal::string_text),
            _ => None,
        })
        .collect()
}

/// The lines that are a comment by themselves, one-based, without the slashes: each says where what follows stands.
pub(super) fn headings(text: &str) -> Vec<(u32, String)> {
    let lines = text.lines().zip(1..);
    lines
        .filter_map(|(line, number)| Some((number, line.strip_prefix("// ")?.to_owned())))
        .collect()
}
