//! What was counted, and how it is printed.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::items::{Item, Kind};
use super::macros::MacroClass;

/// What a library's headers have, and what of it Lang has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Census {
    pub library: String,
    pub n_headers: usize,
    /// Headers that do not go with the others, and why.
    pub left_out: Vec<String>,
    pub counts: BTreeMap<Kind, usize>,
    /// How many items were compiled to code.
    pub n_forced: usize,
    /// How many values, types, sizes and offsets were compared with Clang's.
    pub n_compared: usize,
    /// Object-like macros that are no value, by what they are instead.
    pub no_values: BTreeMap<String, usize>,
    /// Function-like macros by what they are.
    pub macros: BTreeMap<MacroClass, usize>,
    /// Those that Clang does not take, by its message without the names in it.
    pub macro_messages: BTreeMap<String, Vec<String>>,
    pub refusals: Vec<Refusal>,
    /// Where Clang says something else.
    pub differences: Vec<String>,
}

/// An item that a program cannot use.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    pub name: String,
    pub kind: Kind,
    /// The compiler's code and message.
    pub reason: String,
}

impl Refusal {
    /// Whether the compiler says in words that it is a limit, and which.
    pub fn is_explained(&self) -> bool {
        let reasons = ["not supported yet", "returns twice", "is not to be used"];
        reasons.iter().any(|reason| self.reason.contains(reason))
    }
}

impl Census {
    pub(crate) fn new(library: &str) -> Self {
        Self {
            library: library.to_owned(),
            n_headers: 0,
            left_out: Vec::new(),
            counts: BTreeMap::new(),
            n_forced: 0,
            n_compared: 0,
            no_values: BTreeMap::new(),
            macros: BTreeMap::new(),
            macro_messages: BTreeMap::new(),
            refusals: Vec::new(),
            differences: Vec::new(),
        }
    }

    pub(crate) fn refuse(&mut self, item: &Item<'_>, reason: String) {
        self.refusals.push(Refusal {
            name: item.name.to_string(),
            kind: item.kind,
            reason,
        });
    }
}

/// All libraries as a table, and below it what is refused and why.
pub fn table(all: &[Census]) -> String {
    let mut text = String::from("| library | headers |");
    for kind in Kind::ALL {
        let _ = write!(text, " {} |", kind.title());
    }
    text.push_str(" forced | refused | compared | different |\n|---|--:|");
    text.push_str(&"--:|".repeat(Kind::ALL.len() + 4));
    text.push('\n');
    for census in all {
        let _ = write!(text, "| {} | {} |", census.library, census.n_headers);
        for kind in Kind::ALL {
            let _ = write!(text, " {} |", census.counts.get(&kind).unwrap_or(&0));
        }
        let _ = writeln!(
            text,
            " {} | {} | {} | {} |",
            census.n_forced,
            census.refusals.len(),
            census.n_compared,
            census.differences.len()
        );
    }
    text.push_str("\n| function-like macros |");
    for class in MacroClass::ALL {
        let _ = write!(text, " {} |", class.title());
    }
    text.push_str("\n|---|");
    text.push_str(&"--:|".repeat(MacroClass::ALL.len()));
    text.push('\n');
    for census in all.iter().filter(|census| !census.macros.is_empty()) {
        let _ = write!(text, "| {} |", census.library);
        for class in MacroClass::ALL {
            let _ = write!(text, " {} |", census.macros.get(&class).unwrap_or(&0));
        }
        text.push('\n');
    }
    for census in all {
        let _ = writeln!(text, "\n{}:", census.library);
        for header in &census.left_out {
            let _ = writeln!(text, "  left out: {header}");
        }
        for (reason, count) in &census.no_values {
            let _ = writeln!(text, "  {count} {reason}");
        }
        for (message, names) in &census.macro_messages {
            let _ = writeln!(text, "  {} macros: {message}: {}", names.len(), names.join(" "));
        }
        for refusal in &census.refusals {
            let _ = writeln!(
                text,
                "  {} `{}`: {}",
                refusal.kind.title(),
                refusal.name,
                refusal.reason
            );
        }
        for difference in &census.differences {
            let _ = writeln!(text, "  {difference}");
        }
    }
    text
}
