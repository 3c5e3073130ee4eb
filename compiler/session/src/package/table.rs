//! Tables of TOML with the places of their keys and values, read key by key.
//!
//! Every accessor takes the value that a key has, gives it in the type that the key has, and reports another type. A
//! key that none asked for is reported by [`Table::finish`].

use std::collections::BTreeSet;
use std::path::PathBuf;

use base::{FileId, Span, Symbol, sym};
use diag::Diagnostics;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Written;
use super::errors::{self, Found};

/// One table of a file.
pub(super) struct Table<'t> {
    /// As `lang.toml` names it, such as `c-modules.sdl`; empty for the whole file.
    path: String,
    file: FileId,
    /// Of the table, or of what stands for it.
    pub(super) span: Span,
    table: &'t DeTable<'t>,
    known: BTreeSet<&'static str>,
}

/// A key with what it has.
pub(super) struct Entry<'t> {
    pub(super) key: Written<String>,
    pub(super) value: &'t Spanned<DeValue<'t>>,
}

impl<'t> Table<'t> {
    pub(super) fn new(file: FileId, table: &'t Spanned<DeTable<'t>>) -> Self {
        Self {
            path: String::new(),
            file,
            span: span_of(file, table.span()),
            table: table.get_ref(),
            known: BTreeSet::new(),
        }
    }

    /// The table that `entry` has.
    pub(super) fn below(&self, entry: &Entry<'t>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let path = self.path_of(&entry.key.value);
        let DeValue::Table(table) = entry.value.get_ref() else {
            diagnostics.report(errors::wrong_type(
                self.value_span(entry),
                &path,
                "a table",
                &found_of(entry.value),
            ));
            return None;
        };
        Some(Self {
            path,
            file: self.file,
            span: entry.key.span,
            table,
            known: BTreeSet::new(),
        })
    }

    /// Every key with its value, in order of the keys: of a table whose keys are names.
    pub(super) fn entries(&self) -> Vec<Entry<'t>> {
        let entry = |(key, value): (&'t Spanned<std::borrow::Cow<'t, str>>, &'t Spanned<DeValue<'t>>)| Entry {
            key: Written {
                value: key.get_ref().to_string(),
                span: span_of(self.file, key.span()),
            },
            value,
        };
        self.table.iter().map(entry).collect()
    }

    pub(super) fn get(&mut self, key: &'static str) -> Option<Entry<'t>> {
        self.known.insert(key);
        self.entries().into_iter().find(|entry| entry.key.value == key)
    }

    pub(super) fn table(&mut self, key: &'static str, diagnostics: &mut Diagnostics) -> Option<Self> {
        let entry = self.get(key)?;
        self.below(&entry, diagnostics)
    }

    pub(super) fn bool(&mut self, key: &'static str, diagnostics: &mut Diagnostics) -> Option<bool> {
        let entry = self.get(key)?;
        let found = entry.value.get_ref().as_bool();
        if found.is_none() {
            let (span, path) = (self.value_span(&entry), self.path_of(key));
            let error = errors::wrong_type(span, &path, "`true` or `false`", &found_of(entry.value));
            diagnostics.report(error);
        }
        found
    }

    /// A whole number from 1 to `most`.
    pub(super) fn count(&mut self, key: &'static str, most: u32, diagnostics: &mut Diagnostics) -> Option<u32> {
        let entry = self.get(key)?;
        let written = entry.value.get_ref().as_integer();
        let number = written.and_then(|number| u32::from_str_radix(number.as_str(), number.radix()).ok());
        let found = number.filter(|number| (1..=most).contains(number));
        if found.is_none() {
            let (span, path) = (self.value_span(&entry), self.path_of(key));
            let expected = format!("a whole number from 1 to {most}");
            diagnostics.report(match written {
                Some(number) => {
                    let problem = format!("`{path}` is {number}, and has to be {expected}");
                    errors::wrong_value(span, &problem, &format!("write {expected}"))
                }
                None => errors::wrong_type(span, &path, &expected, &found_of(entry.value)),
            });
        }
        found
    }

    pub(super) fn string(&mut self, key: &'static str, diagnostics: &mut Diagnostics) -> Option<Written<String>> {
        let entry = self.get(key)?;
        self.string_of(&entry.key.value, entry.value, "a string", diagnostics)
    }

    /// A string, or a list of strings.
    pub(super) fn strings(&mut self, key: &'static str, diagnostics: &mut Diagnostics) -> Vec<Written<String>> {
        let Some(entry) = self.get(key) else { return Vec::new() };
        let expected = "a string or a list of strings";
        if let Some(array) = entry.value.get_ref().as_array() {
            let one = |value| self.string_of(key, value, "a list of strings", diagnostics);
            return array.iter().filter_map(one).collect();
        }
        let single = self.string_of(key, entry.value, expected, diagnostics);
        single.into_iter().collect()
    }

    pub(super) fn paths(&mut self, key: &'static str, diagnostics: &mut Diagnostics) -> Vec<Written<PathBuf>> {
        let path = |text: Written<String>| Written {
            value: PathBuf::from(text.value),
            span: text.span,
        };
        self.strings(key, diagnostics).into_iter().map(path).collect()
    }

    /// Reports the keys that no one asked for.
    pub(super) fn finish(self, diagnostics: &mut Diagnostics) {
        let unknown = self.entries().into_iter().map(|entry| entry.key);
        for key in unknown.filter(|key| !self.known.contains(key.value.as_str())) {
            let similar = hir::similar_name(sym(&key.value), self.known.iter().map(|known| sym(known)));
            let known: Vec<&str> = self.known.iter().copied().collect();
            diagnostics.report(errors::unknown_key(&key, &self.path, similar, &known));
        }
    }

    /// Reports a key that is not there.
    pub(super) fn missing(&self, key: &str, example: &str, diagnostics: &mut Diagnostics) {
        diagnostics.report(errors::missing_key(self.span, &self.path, key, example));
    }

    fn string_of(
        &self,
        key: &str,
        value: &Spanned<DeValue<'t>>,
        expected: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<Written<String>> {
        let span = span_of(self.file, value.span());
        let Some(text) = value.get_ref().as_str() else {
            let error = errors::wrong_type(span, &self.path_of(key), expected, &found_of(value));
            diagnostics.report(error);
            return None;
        };
        Some(Written {
            value: text.to_owned(),
            span,
        })
    }

    pub(super) fn value_span(&self, entry: &Entry<'t>) -> Span {
        span_of(self.file, entry.value.span())
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }
}

fn found_of(value: &Spanned<DeValue<'_>>) -> Found {
    let (what, scalar) = match value.get_ref() {
        DeValue::String(_) => ("a string", None),
        DeValue::Integer(number) => ("an integer", Some(number.to_string())),
        DeValue::Float(number) => ("a float", Some(number.to_string())),
        DeValue::Boolean(value) => ("a boolean", Some(value.to_string())),
        DeValue::Datetime(date) => ("a date", Some(date.to_string())),
        DeValue::Array(_) => ("a list", None),
        DeValue::Table(_) => ("a table", None),
    };
    Found { what, scalar }
}

/// A name that a key or a value gives.
pub(super) fn name_of(text: &Written<String>) -> Written<Symbol> {
    Written {
        value: sym(&text.value),
        span: text.span,
    }
}

pub(super) fn span_of(file: FileId, range: std::ops::Range<usize>) -> Span {
    let offset = |at: usize| u32::try_from(at).expect("sources are smaller than 4 GiB");
    Span::new(file, offset(range.start), offset(range.end))
}
