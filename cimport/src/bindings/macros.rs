//! Macros of bindings: inline C, with what Clang found it to be.

use base::{Span, sym};
use cmodel::{CAlias, CGetter, CGetterKind, CInitial, CInitializer, CMacro, CModel, CNeeds, CTag, CType, CValue};
use syntax::ast::{self, AstNode};

use super::BindingsError;
use super::facts::{Attributes, Facts, broken};
use super::items::{Reader, advice, doc, literal_text, named, param_name, span_of};
use crate::print::NOTHING;

/// What evaluating a macro can be, by the name that says it.
const GETTERS: [(&str, CGetterKind); 4] = [
    ("value", CGetterKind::Value),
    ("place", CGetterKind::Place { is_const: false }),
    ("const_place", CGetterKind::Place { is_const: true }),
    ("access", CGetterKind::Access),
];

impl Reader<'_> {
    pub(super) fn inline_c(&mut self, item: ast::FnItem<'_>) -> Result<(), BindingsError> {
        let span = item.span();
        let name = sym(named(item.name(), span)?);
        let text = literal_text(item.inline_c().and_then(ast::InlineC::text));
        let text = text.ok_or_else(|| broken(span, "a function of bindings is C's, or its body is C"))?;
        let list = item.params().ok_or_else(|| broken(span, "it has no parameters"))?;
        let (doc, loc) = (doc(&item.doc_comments()), self.loc(span_of(item.name(), span)));
        let facts = Attributes::read(item.attrs())?.c;
        let is_empty = text.is_empty();
        self.bodies.insert(name, text);
        let says = |what: &str| facts.iter().any(|one| one.is_said(what));
        if says("initial") {
            let value = CInitializer {
                records: self.initials(&facts)?,
                doc,
                loc,
            };
            self.module.values.insert(name, CValue::Initializer(value));
            return Ok(());
        }
        if says("member") {
            self.members.extend(facts.into_iter().map(|one| (name, one)));
            let role = "a macro that names a member, to be written after a value".to_owned();
            let alias = CAlias {
                doc: doc.clone(),
                loc: loc.clone(),
            };
            self.module.aliases.insert(name, alias);
            self.module
                .values
                .entry(name)
                .or_insert(CValue::NoValue { role, doc, loc });
            return Ok(());
        }
        let facts = only(facts, span)?;
        if let Some(key) = facts.text("alias") {
            self.aliases.push((name, key.to_owned(), facts.span));
            self.module.aliases.insert(name, CAlias { doc, loc });
            return Ok(());
        }
        let getter = GETTERS
            .iter()
            .find_map(|(kind, meant)| Some((facts.text(kind)?, *meant)));
        let value = match (getter, facts.text("role")) {
            (Some((ty, kind)), _) => CValue::Getter(CGetter {
                ty: self.types.of_text(ty, facts.span)?,
                kind,
                is_constant: facts.has("constant"),
                needs_no_header: false,
                needs: CNeeds {
                    features: facts.texts("features"),
                    builtins: facts.texts("builtins"),
                },
                bytes: match facts.text("bytes") {
                    Some(text) => Some(bytes_of(text, facts.span)?),
                    None => None,
                },
                advice: advice(&facts),
                doc,
                loc,
            }),
            (None, Some(role)) => CValue::NoValue {
                role: role.to_owned(),
                doc,
                loc,
            },
            (None, None) if is_empty && list.params().next().is_none() && !facts.has("call") => CValue::NoValue {
                role: NOTHING.to_owned(),
                doc,
                loc,
            },
            (None, None) => CValue::Macro(CMacro {
                params: list.params().filter_map(param_name).map(sym).collect(),
                variadic: list.variadic().is_some(),
                function: None,
                needs_no_header: false,
                doc,
                loc,
            }),
        };
        self.module.values.insert(name, value);
        Ok(())
    }

    fn initials(&self, facts: &[Facts]) -> Result<std::collections::BTreeMap<CTag, CInitial>, BindingsError> {
        let mut records = std::collections::BTreeMap::new();
        for one in facts {
            for name in one.words("initial") {
                let Some(CType::Record(tag)) = self.types.named(&name) else {
                    return Err(broken(one.span, "the file declares no such record"));
                };
                let bytes = match (one.word("bytes"), one.text("bytes")) {
                    (Some("zero"), _) => Some(Vec::new()),
                    (_, Some(text)) => Some(bytes_of(text, one.span)?),
                    _ => None,
                };
                let initial = CInitial {
                    is_constant: one.has("constant"),
                    bytes,
                };
                records.insert(tag, initial);
            }
        }
        Ok(records)
    }

    /// Once all records and functions are known.
    pub(super) fn settle_macros(&mut self) -> Result<(), BindingsError> {
        for (name, key, span) in std::mem::take(&mut self.aliases) {
            let key = sym(&key);
            let value = match () {
                () if self.model.functions.contains_key(&key) => CValue::Function(key),
                () if self.model.globals.contains_key(&key) => CValue::Global(key),
                () => return Err(broken(span, "the file declares no such function or variable")),
            };
            self.module.values.insert(name, value);
        }
        for (name, facts) in std::mem::take(&mut self.members) {
            let path = facts.text("member").unwrap_or_default();
            for record in facts.words("of") {
                let found = match self.types.named(&record) {
                    Some(CType::Record(tag)) => path_of(tag, path, &self.model).map(|path| (tag, path)),
                    Some(_) | None => None,
                };
                let Some((tag, path)) = found else {
                    return Err(broken(facts.span, "the file declares no such member"));
                };
                self.module.members.insert((tag, name), path);
            }
        }
        for value in self.module.values.values_mut() {
            let CValue::Initializer(found) = value else { continue };
            for (tag, initial) in &mut found.records {
                // All zero is written without saying how much that is.
                if let Some(bytes) = initial.bytes.as_mut().filter(|bytes| bytes.is_empty())
                    && let Some(layout) = self.model.records.get(tag).and_then(|record| record.layout.as_ref())
                {
                    bytes.resize(usize::try_from(layout.size).unwrap_or(0), 0);
                }
            }
        }
        Ok(())
    }
}

fn only(facts: Vec<Facts>, span: Span) -> Result<Facts, BindingsError> {
    Attributes {
        c: facts,
        ..Attributes::default()
    }
    .only(span)
}

/// `00ff`
fn bytes_of(text: &str, span: Span) -> Result<Vec<u8>, BindingsError> {
    let wrong = || broken(span, "bytes are two hexadecimal digits each");
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0).ok_or_else(wrong)?;
    Ok(digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// The fields that a path of names goes through, members without a name included.
fn path_of(tag: CTag, path: &str, model: &CModel) -> Option<Vec<u32>> {
    let mut found = Vec::new();
    let mut record = Some(tag);
    for name in path.split('.') {
        let (way, ty) = field_of(record?, name, model)?;
        found.extend(way);
        record = match ty.resolved(&model.typedefs) {
            CType::Record(tag) => Some(*tag),
            _ => None,
        };
    }
    Some(found)
}

/// The way to a field of this name, and its type.
fn field_of<'m>(tag: CTag, name: &str, model: &'m CModel) -> Option<(Vec<u32>, &'m CType)> {
    let layout = model.records.get(&tag)?.layout.as_ref()?;
    for (index, field) in (0..).zip(&layout.fields) {
        if field.name.is_some_and(|own| own.as_str() == name) {
            return Some((vec![index], &field.ty));
        }
        if field.name.is_none()
            && field.bit_width.is_none()
            && let CType::Record(inner) = field.ty.resolved(&model.typedefs)
            && let Some((way, ty)) = field_of(*inner, name, model)
        {
            return Some(([index].into_iter().chain(way).collect(), ty));
        }
    }
    None
}
