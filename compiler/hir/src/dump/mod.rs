//! A lowered file as text, for `--emit hir` and for tests.
//!
//! Close to source, with all that lowering decides made visible: locals and labels carry their numbers (`x#0`),
//! operators their parentheses, literals their values, and what is broken is `<error>`. Nothing reads it back.

mod exprs;
mod items;
mod types;

use base::Symbol;

use crate::{Body, FileHir};

/// The file's imports and items, in order.
pub fn dump(hir: &FileHir) -> String {
    let mut printer = Printer {
        hir,
        out: String::new(),
        indent: 0,
    };
    printer.file();
    printer.out
}

struct Printer<'h> {
    hir: &'h FileHir,
    out: String,
    indent: usize,
}

impl Printer<'_> {
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn symbol(&mut self, name: Symbol) {
        self.out.push_str(name.as_str());
    }

    fn newline(&mut self) {
        self.out.push('\n');
        for _ in 0..self.indent {
            self.out.push_str("  ");
        }
    }

    /// `open`, the entries with commas between, `close`.
    fn list<T>(&mut self, open: &str, entries: &[T], close: &str, mut print: impl FnMut(&mut Self, &T)) {
        self.push(open);
        for (index, entry) in entries.iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            print(self, entry);
        }
        self.push(close);
    }

    /// `{`, an indented line for each entry, `}`.
    fn lines<T>(&mut self, entries: &[T], mut print: impl FnMut(&mut Self, &T)) {
        if entries.is_empty() {
            self.push("{}");
            return;
        }
        self.push("{");
        self.indent += 1;
        for entry in entries {
            self.newline();
            print(self, entry);
        }
        self.indent -= 1;
        self.newline();
        self.push("}");
    }

    fn body_value(&mut self, body: &Body) {
        match body.value {
            Some(value) => self.expr(body, value),
            None => self.push("<none>"),
        }
    }
}
