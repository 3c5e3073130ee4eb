//! A use of a macro with all macros in it expanded, as Clang's preprocessor writes it.
//!
//! Taken from Clang by `cimport`, with words that stand for the arguments and for the place of the call; filled in by
//! `check`, which knows what stands there in Lang source; compiled and shown as what came of that. Pure functions of
//! text: what the tokens mean is Clang's to say.

use std::collections::BTreeSet;

use base::Symbol;
use serde::{Deserialize, Serialize};

/// The line that stands for the call's.
pub const LINE_WORD: &str = "912345671";
/// The file that stands for the call's.
pub const FILE_WORD: &str = "lang_f";
/// What C calls the function that something stands in.
const FUNCTION_WORDS: [&str; 3] = ["__func__", "__FUNCTION__", "__PRETTY_FUNCTION__"];
/// What a message has room for, in bytes: of the beginning of a text, and of its end.
const SHOWN: (usize, usize) = (140, 50);

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct CExpansion {
    /// [`argument_word`] stands for an argument, in string literals too.
    pub text: String,
    /// Names of macros that the text has and that are not to be expanded again: `f` of `#define f(x) (f)(x)`.
    pub painted: Vec<Symbol>,
    /// What Clang's tree for the use looks like: that of the text must look the same, as a text may be read as other
    /// tokens than those that were written to it.
    pub shape: u64,
}

/// A call as Lang source has it.
pub struct CCallPlace<'a> {
    /// The text of each argument.
    pub args: &'a [String],
    pub file: &'a str,
    pub line: u32,
    pub function: &'a str,
}

/// What stands for the argument of this position.
pub fn argument_word(index: usize) -> String {
    format!("lang_p{index}")
}

enum Part<'t> {
    /// A name or a number.
    Word(&'t str),
    /// A string literal without its prefix, in its quotes.
    Literal(&'t str),
    Other,
}

impl CExpansion {
    /// What the call's own text makes of the expansion, or nothing where it makes no difference: where no argument is
    /// quoted that C would spell otherwise, and no place is asked for. `in_c` is what stands for each argument in C if
    /// that is text of its own, a constant.
    pub fn at_call(&self, call: &CCallPlace<'_>, in_c: &[Option<&str>]) -> Option<CExpansion> {
        let quoted = |word: &str| match argument_at(word) {
            Some(index) => call.args.get(index).cloned(),
            None => (word == LINE_WORD).then(|| call.line.to_string()),
        };
        let spelled = |word: &str| in_c.get(argument_at(word)?)?.map(str::to_owned);
        let mut differs = false;
        let text = rewritten(&self.text, |part| match part {
            Part::Literal(literal) if &literal[1..literal.len() - 1] == FILE_WORD => {
                differs = true;
                Some(in_quotes(call.file))
            }
            Part::Literal(literal) => {
                let filled = with_words(literal, |word| quoted(word).map(|text| escaped(&text)));
                differs |= filled != with_words(literal, |word| spelled(word).map(|text| escaped(&text)));
                Some(filled)
            }
            Part::Word(word) if word == LINE_WORD => {
                differs = true;
                Some(call.line.to_string())
            }
            Part::Word(word) if FUNCTION_WORDS.contains(&word) => {
                differs = true;
                Some(in_quotes(call.function))
            }
            Part::Word(_) | Part::Other => None,
        });
        differs.then(|| CExpansion { text, ..self.clone() })
    }

    /// The text with C's text for the arguments, whose quotations have been filled in.
    pub fn with_arguments(&self, args: &[String]) -> String {
        rewritten(&self.text, |part| match part {
            Part::Word(word) => args.get(argument_at(word)?).cloned(),
            Part::Literal(_) | Part::Other => None,
        })
    }

    /// For a message: the arguments as Lang source has them. A long text is left out in the middle.
    pub fn shown(&self, call: &CCallPlace<'_>) -> String {
        let at_call = self.at_call(call, &[]);
        let text = at_call.as_ref().unwrap_or(self).with_arguments(call.args);
        let text = text.trim();
        let (begin, end) = SHOWN;
        if text.len() <= begin + end {
            return text.to_owned();
        }
        let (head, tail) = (boundary(text, begin), boundary(text, text.len() - end));
        format!("{} … {}", text[..head].trim_end(), text[tail..].trim_start())
    }

    /// The positions of the arguments that stand in string literals.
    pub fn quoted_arguments(&self) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        rewritten(&self.text, |part| {
            if let Part::Literal(literal) = part {
                with_words(literal, |word| {
                    found.extend(argument_at(word));
                    None
                });
            }
            None
        });
        found
    }

    /// The positions of the arguments that stand in the text by themselves. Another one is not used, or is only quoted,
    /// or has been put together with other tokens.
    pub fn whole_arguments(&self) -> BTreeSet<usize> {
        let names = self.names();
        names.iter().filter_map(|name| argument_at(name)).collect()
    }

    /// Whether words that stand for arguments have become parts of others: the macro has put tokens together.
    pub fn has_pasted(&self) -> bool {
        let is_pasted = |word: &str| word.contains("lang_p") && argument_at(word).is_none();
        let mut found = false;
        rewritten(&self.text, |part| {
            match part {
                Part::Word(word) => found |= is_pasted(word),
                Part::Literal(literal) => {
                    _ = with_words(literal, |word| {
                        found |= is_pasted(word);
                        None
                    })
                }
                Part::Other => {}
            }
            None
        });
        found
    }

    /// The names in the text, outside of literals, each once and sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names = BTreeSet::new();
        rewritten(&self.text, |part| {
            if let Part::Word(word) = part
                && !word.starts_with(|first: char| first.is_ascii_digit())
            {
                names.insert(word.to_owned());
            }
            None
        });
        names.into_iter().collect()
    }
}

/// The last boundary of a character that is no further than this.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn argument_at(word: &str) -> Option<usize> {
    word.strip_prefix("lang_p")?.parse().ok()
}

/// The text with parts of it replaced by what is given for them.
fn rewritten(text: &str, mut replace: impl FnMut(Part<'_>) -> Option<String>) -> String {
    let mut written = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let len = match first {
            '"' | '\'' => quoted_len(rest, first),
            first if is_of_word(first) => rest.find(|c| !is_of_word(c)).unwrap_or(rest.len()),
            first => first.len_utf8(),
        };
        let (token, after) = rest.split_at(len);
        let part = match first {
            '"' if len > 1 => Part::Literal(token),
            first if is_of_word(first) => Part::Word(token),
            _ => Part::Other,
        };
        match replace(part) {
            Some(other) => written.push_str(&other),
            None => written.push_str(token),
        }
        rest = after;
    }
    written
}

fn with_words(literal: &str, mut replace: impl FnMut(&str) -> Option<String>) -> String {
    let mut written = String::new();
    let mut rest = literal;
    while let Some(first) = rest.chars().next() {
        let len = match is_of_word(first) {
            true => rest.find(|c| !is_of_word(c)).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        // The letter of an escape is no beginning of a word.
        let len = if first == '\\' {
            len + rest[len..].chars().next().map_or(0, char::len_utf8)
        } else {
            len
        };
        let (token, after) = rest.split_at(len);
        match replace(token) {
            Some(other) => written.push_str(&other),
            None => written.push_str(token),
        }
        rest = after;
    }
    written
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// How long a literal in quotes is, with them; all of the text where it has no end.
fn quoted_len(text: &str, quote: char) -> usize {
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => _ = chars.next(),
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn in_quotes(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

fn escaped(text: &str) -> String {
    let mut written = String::new();
    for c in text.chars() {
        match c {
            '"' | '\\' => written.extend(['\\', c]),
            '\n' => written.push_str("\\n"),
            c if c.is_control() => written.push(' '),
            c => written.push(c),
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expansion(text: &str) -> CExpansion {
        CExpansion {
            text: text.to_owned(),
            painted: Vec::new(),
            shape: 0,
        }
    }

    fn call(args: &[String]) -> CCallPlace<'_> {
        CCallPlace {
            args,
            file: "a.lang",
            line: 7,
            function: "main",
        }
    }

    #[test]
    fn quoted_arguments_are_those_of_the_call() {
        let args = [String::from("s == \"a\""), String::from("B")];
        let found =
            expansion(r#"f(lang_p0, "lang_p0 \n" L"lang_p1", 'lang_p0')"#).at_call(&call(&args), &[None, Some("3")]);
        let text = found.map(|found| found.text);
        assert_eq!(text.as_deref(), Some(r#"f(lang_p0, "s == \"a\" \n" L"B", 'lang_p0')"#));
    }

    #[test]
    fn what_c_would_spell_so_makes_no_difference() {
        let args = [String::from("3")];
        assert_eq!(
            expansion(r#"lang_p0 + "lang_p0""#).at_call(&call(&args), &[Some("3")]),
            None
        );
        assert_eq!(expansion(r#"lang_p0 + "x""#).at_call(&call(&args), &[None]), None);
    }

    #[test]
    fn places_are_those_of_the_call() {
        let found = expansion("log(\"lang_f\", 912345671, \"912345671\", __func__)").at_call(&call(&[]), &[]);
        let text = found.map(|found| found.text);
        assert_eq!(text.as_deref(), Some("log(\"a.lang\", 7, \"7\", \"main\")"));
    }

    #[test]
    fn put_together_tokens_are_seen() {
        assert!(expansion("lang_p0ULL").has_pasted());
        assert!(expansion("\"x_lang_p1\"").has_pasted());
        assert!(!expansion("lang_p0 + lang_p1 \"lang_p0\"").has_pasted());
    }

    #[test]
    fn quoted_arguments_are_counted_from_0() {
        let found = expansion("f(lang_p0, \"is lang_p2\", \"lang_p1\\n\" 'lang_p3')").quoted_arguments();
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn long_texts_are_shortened() {
        let args = [String::from("x")];
        let shown = expansion(&"(lang_p0) + ".repeat(100)).shown(&call(&args));
        assert!(
            shown.starts_with("(x) + (x)") && shown.contains(" … ") && shown.len() < 200,
            "{shown}"
        );
    }
}
