//! What C says of an item and Lang has no words for: the arguments of its `@c(…)`.
//!
//! Takes facts one by one, gives the line of the attribute. Literals are written as Lang reads them.

use cmodel::CTag;

/// The arguments, in the order in which they were given.
#[derive(Default)]
pub(super) struct Facts(Vec<String>);

impl Facts {
    pub(super) fn flag(&mut self, name: &str) {
        self.0.push(name.to_owned());
    }

    /// The one that needs no name: what C calls the item.
    pub(super) fn text(&mut self, text: &str) {
        self.0.push(quoted(text));
    }

    pub(super) fn named_text(&mut self, name: &str, text: &str) {
        self.0.push(format!("{name}: {}", quoted(text)));
    }

    pub(super) fn value(&mut self, name: &str, value: &str) {
        self.0.push(format!("{name}: {value}"));
    }

    pub(super) fn numbers(&mut self, name: &str, numbers: impl Iterator<Item = u64>) {
        let numbers: Vec<String> = numbers.map(|number| number.to_string()).collect();
        self.value(name, &format!("[{}]", numbers.join(", ")));
    }

    /// Nothing where there are none.
    pub(super) fn some_texts(&mut self, name: &str, texts: &[String]) {
        if !texts.is_empty() {
            let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
            self.value(name, &format!("[{}]", texts.join(", ")));
        }
    }

    /// Nothing where there are none.
    pub(super) fn some_numbers(&mut self, name: &str, numbers: impl Iterator<Item = u64>) {
        let mut numbers = numbers.peekable();
        if numbers.peek().is_some() {
            self.numbers(name, numbers);
        }
    }

    /// Empty without facts.
    pub(super) fn line(&self) -> String {
        match self.0.as_slice() {
            [] => String::new(),
            facts => format!("@c({})\n", facts.join(", ")),
        }
    }
}

/// What C text calls a type with this tag, unless it says otherwise.
pub(crate) fn spelling_of(tag: CTag) -> Option<String> {
    let tag = tag.0.as_str();
    match tag.split_once(' ') {
        Some(("typedef" | "aligned", name)) => Some(name.to_owned()),
        Some(("struct" | "union" | "enum", name)) if !name.contains('.') => Some(tag.to_owned()),
        Some(_) | None => None,
    }
}

/// A string literal.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

pub(super) fn c_string(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => format!("c{}", quoted(text)),
        Err(_) => format!("c\"{}\"", ascii(bytes)),
    }
}

fn escaped(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '"' | '\\' => format!("\\{c}"),
            '\n' => "\\n".to_owned(),
            '\r' => "\\r".to_owned(),
            '\t' => "\\t".to_owned(),
            c if c.is_control() && c.is_ascii() => format!("\\x{:02x}", u32::from(c)),
            c if c.is_control() => format!("\\u{{{:x}}}", u32::from(c)),
            c => c.to_string(),
        })
        .collect()
}

/// Bytes as a byte string has them between its quotes.
pub(super) fn ascii(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|byte| match byte {
            b'"' | b'\\' => format!("\\{}", char::from(*byte)),
            b' '..=b'~' => char::from(*byte).to_string(),
            byte => format!("\\x{byte:02x}"),
        })
        .collect()
}
