//! The table of codes. One home: a code, its title and its page are added here, each phase in its own file.

mod borrow;
mod build;
mod check;
mod cimport;
mod mono;
mod resolve;
mod syntax;

use std::fmt;

/// A diagnostic code, such as `E0301`, with the title and the page that `lang explain` prints.
#[derive(Clone, Copy)]
pub struct Code {
    pub id: &'static str,
    pub title: &'static str,
    /// Markdown: what it means, the smallest example (which gives exactly this code), how to mend it.
    pub page: &'static str,
}

impl Code {
    /// Whether the lexer or the parser says it.
    pub fn is_of_syntax(self) -> bool {
        syntax::ALL.contains(&self)
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Code {}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

/// Declares the codes of one phase as associated constants of [`Code`], and the list of them.
macro_rules! codes {
    ($($name:ident = $id:literal, $title:literal;)*) => {
        impl $crate::Code {
            $(
                #[doc = $title]
                pub const $name: $crate::Code = $crate::Code {
                    id: $id,
                    title: $title,
                    page: include_str!(concat!("../../codes/", $id, ".md")),
                };
            )*
        }
        pub(super) const ALL: &[$crate::Code] = &[$($crate::Code::$name,)*];
    };
}
use codes;

/// Every code, in order of its id.
pub fn all_codes() -> impl Iterator<Item = Code> {
    [
        syntax::ALL,
        resolve::ALL,
        check::ALL,
        borrow::ALL,
        cimport::ALL,
        mono::ALL,
        build::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// The code named `id`, such as `E0301`.
pub fn code_by_id(id: &str) -> Option<Code> {
    all_codes().find(|code| code.id.eq_ignore_ascii_case(id))
}
