//! Macros in a printed module.
//!
//! Takes the macros of a module. Adds them as inline C whose text is what they stand for, and macros that are types as
//! aliases. What Clang found them to be stands in `@c(…)`.

use std::collections::{BTreeMap, BTreeSet};

use base::Symbol;
use cmodel::{
    CAlias, CGetter, CGetterKind, CInitializer, CMacro, CModel, CModule, CModuleId, CTag, CType, CTypeName, CValue,
};

use super::facts::{Facts, quoted};
use super::reach::{Reach, Shown};
use super::types::identifier;
use super::{Printer, doc};

/// The names of items that stand for values: no type is called by one of them.
pub(super) fn taken(model: &CModel, id: CModuleId, shown: &Shown) -> BTreeSet<String> {
    let Some(module) = model.modules.get(&id) else {
        return BTreeSet::new();
    };
    let is_item = |value: &CValue| match value {
        // In its enum.
        CValue::Constant(constant) => !matches!(constant.ty, CType::Enum(_)),
        CValue::Function(_)
        | CValue::Global(_)
        | CValue::Getter(_)
        | CValue::Initializer(_)
        | CValue::Macro(_)
        | CValue::NoValue { .. } => true,
    };
    let values = module
        .values
        .iter()
        .filter(|(_, value)| is_item(value))
        .map(|(name, _)| name);
    values
        .filter(|name| shown.has(**name))
        .map(|name| name.as_str().to_owned())
        .chain([super::HEADERS.to_owned()])
        .collect()
}

impl Printer<'_> {
    /// A value that a macro is and no constant.
    pub(super) fn macro_value(&mut self, module: &CModule, name: Symbol, value: &CValue, shown: &Shown) {
        let mut facts = Facts::default();
        let (comment, loc, params) = match value {
            CValue::Function(meant) | CValue::Global(meant) => {
                let Some(CAlias { doc, loc }) = module.aliases.get(&name) else {
                    return;
                };
                facts.named_text("alias", meant.as_str());
                if !(shown.has(*meant) && module.values.contains_key(meant)) {
                    self.behind_alias(value);
                }
                (doc, loc, None)
            }
            CValue::Constant(_) => return,
            CValue::Getter(getter) => {
                self.getter(&mut facts, getter);
                (&getter.doc, &getter.loc, None)
            }
            CValue::Initializer(found) => {
                let lines = self.initials(found);
                let item = self.inline_c(name, None);
                let text = format!("{}{lines}{item}", doc(found.doc.as_deref()));
                self.add(&found.loc, name.as_str(), text, None);
                return;
            }
            CValue::Macro(found) => {
                if let Some(function) = found.function.and_then(|key| self.model.functions.get(&key)) {
                    let convention = function.signature.convention.lang_name().unwrap_or("C");
                    let text = self.function(function, Some(&params_text(found)));
                    self.add(&function.loc, name.as_str(), text, Some(convention));
                    return;
                }
                // Nothing else tells it from a macro that stands for nothing.
                if found.params.is_empty() && self.bodies.get(&name).is_some_and(String::is_empty) {
                    facts.flag("call");
                }
                (&found.doc, &found.loc, Some(found))
            }
            CValue::NoValue { role, doc, loc } => {
                let is_member = module.members.keys().any(|(_, member)| *member == name);
                if is_member && module.aliases.contains_key(&name) {
                    // Said by what it is a member of.
                    return;
                }
                if role != super::NOTHING {
                    facts.named_text("role", role);
                }
                (doc, loc, None)
            }
        };
        let item = match (value, self.bodies.get(&name)) {
            (CValue::Function(meant) | CValue::Global(meant), _) => text_item(name, "", meant.as_str()),
            (CValue::NoValue { role, .. }, _) if role == super::NOTHING => text_item(name, "", ""),
            _ => self.inline_c(name, params),
        };
        let text = format!("{}{}{item}", doc(comment.as_deref()), facts.line());
        self.add(loc, name.as_str(), text, None);
    }

    /// What an alias is of, where that is no name for programs.
    fn behind_alias(&mut self, value: &CValue) {
        match value {
            CValue::Function(key) => {
                if let Some(function) = self.model.functions.get(key) {
                    let convention = function.signature.convention.lang_name().unwrap_or("C");
                    self.add(
                        &function.loc,
                        key.as_str(),
                        self.function(function, None),
                        Some(convention),
                    );
                }
            }
            CValue::Global(key) => {
                if let Some(global) = self.model.globals.get(key) {
                    self.add(&global.loc, key.as_str(), self.global(global), Some("C"));
                }
            }
            CValue::Constant(_)
            | CValue::Getter(_)
            | CValue::Initializer(_)
            | CValue::Macro(_)
            | CValue::NoValue { .. } => {}
        }
    }

    /// `inline fn NAME(a: any) = c "…";`
    fn inline_c(&self, name: Symbol, found: Option<&CMacro>) -> String {
        let names: Vec<&str> = found.map_or(Vec::new(), |found| {
            found.params.iter().map(|param| param.as_str()).collect()
        });
        let body = self.bodies.get(&name).filter(|body| !body.starts_with('#'));
        let use_itself = match found {
            Some(_) => format!("{name}({})", names.join(", ")),
            None => name.to_string(),
        };
        let body = body.map_or(use_itself, Clone::clone);
        let mut params: Vec<String> = names
            .iter()
            .map(|param| format!("{}: {}", identifier(param), kind_of(param, &body)))
            .collect();
        if found.is_some_and(|found| found.variadic) {
            params.push("...".to_owned());
        }
        text_item(name, &params.join(", "), &body)
    }

    /// Macros that are other names of types.
    pub(super) fn macro_types(&mut self, module: &CModule, shown: &Shown) {
        for (name, ty) in module.types.iter().filter(|(name, _)| shown.has(**name)) {
            let Some(alias) = module.aliases.get(name) else {
                continue;
            };
            let meant = match ty {
                // The typedef that the macro made, or one of the header's own of the same name.
                CTypeName::Typedef(typedef) if typedef == name => continue,
                CTypeName::Typedef(typedef) => self.names.typedef(*typedef),
                CTypeName::Record(tag) | CTypeName::Enum(tag) => self.names.record(*tag),
            };
            let called = self.names.alias(*name);
            let mut facts = Facts::default();
            if called.trim_matches('`') != name.as_str() {
                facts.text(name.as_str());
            }
            facts.flag("alias");
            let text = format!(
                "{}{}type {called} = {meant};\n",
                doc(alias.doc.as_deref()),
                facts.line()
            );
            if meant != called {
                self.add(&alias.loc, &called, text, None);
            }
        }
    }

    /// Macros that are other names of members: a fact for each path, with all records that have it.
    pub(super) fn macro_members(&mut self, module: &CModule, shown: &Shown, reach: &Reach<'_>) {
        let mut members: BTreeMap<Symbol, BTreeMap<String, Vec<String>>> = BTreeMap::new();
        for ((tag, name), path) in &module.members {
            if shown.has(*name) && reach.records.contains(tag) {
                let of = members.entry(*name).or_default();
                let path = self.path_text(*tag, path);
                of.entry(path).or_default().push(self.names.record(*tag));
            }
        }
        for (name, paths) in members {
            let Some(alias) = module.aliases.get(&name) else {
                continue;
            };
            let mut text = doc(alias.doc.as_deref());
            for (path, records) in &paths {
                let mut facts = Facts::default();
                facts.named_text("member", path);
                facts.value("of", &format!("[{}]", records.join(", ")));
                text.push_str(&facts.line());
            }
            let first = paths.keys().next().map_or("", String::as_str);
            text.push_str(&text_item(name, "", first));
            self.add(&alias.loc, name.as_str(), text, None);
        }
    }

    /// The names of the fields that a path goes through; members without a name are not gone through in C.
    fn path_text(&self, tag: CTag, path: &[u32]) -> String {
        let mut names = Vec::new();
        let mut record = Some(tag);
        for index in path {
            let layout = record.and_then(|tag| self.model.records.get(&tag)?.layout.as_ref());
            let Some(field) = layout.and_then(|layout| layout.fields.get(*index as usize)) else {
                break;
            };
            names.extend(field.name.map(|name| name.to_string()));
            record = match self.names.resolved(&field.ty) {
                CType::Record(tag) => Some(*tag),
                CType::Scalar(_)
                | CType::Int128 { .. }
                | CType::Float16
                | CType::Pointer { .. }
                | CType::Array { .. }
                | CType::FlexibleArray { .. }
                | CType::FunctionPointer(_)
                | CType::Function(_)
                | CType::Enum(_)
                | CType::Typedef(_)
                | CType::Opaque { .. } => None,
            };
        }
        names.join(".")
    }

    fn getter(&self, facts: &mut Facts, getter: &CGetter) {
        let kind = match getter.kind {
            CGetterKind::Value => "value",
            CGetterKind::Place { is_const: true } => "const_place",
            CGetterKind::Place { is_const: false } => "place",
            CGetterKind::Access => "access",
        };
        facts.named_text(kind, &self.names.ty(&getter.ty));
        if getter.is_constant {
            facts.flag("constant");
        }
        facts.some_texts("features", &getter.needs.features);
        facts.some_texts("builtins", &getter.needs.builtins);
        if let Some(bytes) = &getter.bytes {
            facts.named_text("bytes", &hexadecimal(bytes));
        }
        super::advice_facts(&getter.advice, facts);
    }

    /// A line for all records that the macro makes all zero, one for those that it makes in the same way but not of
    /// known bytes, and one for each other.
    fn initials(&self, found: &CInitializer) -> String {
        let mut groups: BTreeMap<(bool, Option<String>), Vec<String>> = BTreeMap::new();
        for (tag, initial) in found.records.iter().filter(|(tag, _)| self.names.has(**tag)) {
            let bytes = initial
                .bytes
                .as_ref()
                .map(|bytes| match bytes.iter().all(|byte| *byte == 0) {
                    true => "zero".to_owned(),
                    false => quoted(&hexadecimal(bytes)),
                });
            let group = groups.entry((initial.is_constant, bytes)).or_default();
            group.push(self.names.record(*tag));
        }
        let mut lines = String::new();
        for ((is_constant, bytes), records) in groups {
            let mut facts = Facts::default();
            facts.value("initial", &format!("[{}]", records.join(", ")));
            if is_constant {
                facts.flag("constant");
            }
            if let Some(bytes) = bytes {
                facts.value("bytes", &bytes);
            }
            lines.push_str(&facts.line());
        }
        match lines.is_empty() {
            true => "@c(initial: [])\n".to_owned(),
            false => lines,
        }
    }
}

fn text_item(name: Symbol, params: &str, body: &str) -> String {
    format!(
        "inline fn {}({params}) = c {};\n",
        identifier(name.as_str()),
        quoted(body)
    )
}

/// `a, b, ...`
fn params_text(found: &CMacro) -> String {
    let params = found.params.iter().map(|param| param.as_str());
    params
        .chain(found.variadic.then_some("..."))
        .collect::<Vec<_>>()
        .join(", ")
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a parameter takes, as far as the text around it shows: what is a member's name or a part of a word is a name,
/// what pointers are made of is a type, what is assigned to or has its address taken is a place.
fn kind_of(param: &str, body: &str) -> &'static str {
    let tokens = tokens(body);
    let mut kind = "any";
    for (index, _) in tokens.iter().enumerate().filter(|(_, token)| **token == param) {
        let (mut first, mut last) = (index, index);
        // `(x)` is what `x` is.
        while first > 0 && tokens[first - 1] == "(" && tokens.get(last + 1) == Some(&")") {
            (first, last) = (first - 1, last + 1);
        }
        let token = |index: Option<usize>| index.and_then(|index| tokens.get(index)).copied().unwrap_or("");
        let (before, after) = (token(index.checked_sub(1)), token(Some(index + 1)));
        let (outside, behind) = (token(first.checked_sub(1)), token(Some(last + 1)));
        let is_operand = |token: &str| token.ends_with(|c: char| c.is_alphanumeric() || "_)]".contains(c));
        if matches!(before, "#" | "##" | "." | "->") || after == "##" {
            return "name";
        }
        if after == "*" && token(Some(index + 2)) == ")" {
            kind = "type";
        }
        let is_changed = matches!(
            behind,
            "=" | "++" | "--" | "+=" | "-=" | "*=" | "/=" | "%=" | "&=" | "|=" | "^=" | "<<=" | ">>="
        );
        let is_pointed_to = outside == "&" && !is_operand(token(first.checked_sub(2)));
        if kind == "any" && (is_changed || is_pointed_to || matches!(outside, "++" | "--")) {
            kind = "place";
        }
    }
    kind
}

/// C's tokens; literals are whole.
pub(crate) fn tokens(text: &str) -> Vec<&str> {
    const LONG: [&str; 19] = [
        "<<=", ">>=", "...", "##", "->", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "==", "!=", "<=",
        ">=",
    ];
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(c) = rest.chars().next() {
        let len = match c {
            '"' | '\'' => literal_len(rest, c),
            c if c.is_alphanumeric() || c == '_' => rest
                .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                .unwrap_or(rest.len()),
            _ => LONG
                .iter()
                .find(|long| rest.starts_with(**long))
                .map_or(c.len_utf8(), |long| long.len()),
        };
        found.push(&rest[..len]);
        rest = rest[len..].trim_start();
    }
    found
}

/// How long the literal is that `text` begins with.
pub(super) fn literal_len(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::kind_of;

    #[test]
    fn the_text_shows_what_a_parameter_takes() {
        assert_eq!(kind_of("a", "((a) > (b) ? (a) : (b))"), "any");
        assert_eq!(kind_of("a", "do { t = (a); (a) = (b); } while (0)"), "place");
        assert_eq!(kind_of("a", "f(&(a))"), "place");
        assert_eq!(kind_of("a", "x & (a)"), "any");
        assert_eq!(kind_of("t", "((t *)(p))"), "type");
        assert_eq!(kind_of("m", "(p)->m"), "name");
        assert_eq!(kind_of("x", "PRE_##x"), "name");
        assert_eq!(kind_of("x", "\"x\""), "any");
    }
}
