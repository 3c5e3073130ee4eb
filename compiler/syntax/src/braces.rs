//! Where a file with unbalanced braces lost or gained one, judged by its layout.
//!
//! Takes tokens, gives the places before which a `}` is missing and the `}` that are too many. A file whose
//! braces balance gets no hints: layout never changes the meaning of correct code. Knows only braces, lines and
//! the keywords that start items.

use crate::token::TokenKind;
use crate::tree::Tokens;

/// The places, as indices of tokens, in ascending order.
#[derive(Default)]
pub(crate) struct BraceHints {
    /// Tokens before which a `}` is missing; one that stands here twice lacks two.
    missing: Vec<u32>,
    /// Closing braces that close nothing, and were taken out of the significant tokens.
    pub(crate) extra: Vec<u32>,
}

/// A `{` that is open.
struct Open {
    /// The width of the white space that its line starts with.
    indent: usize,
}

impl BraceHints {
    /// Judges the file, and takes the extra braces out of `significant`.
    pub(crate) fn find(text: &str, tokens: &Tokens, significant: &mut Vec<u32>) -> Self {
        let count = |wanted| {
            significant
                .iter()
                .filter(|index| tokens.kinds[**index as usize] == wanted)
                .count()
        };
        let (n_open, n_close) = (count(TokenKind::LBrace), count(TokenKind::RBrace));
        let mut hints = Self::default();
        if n_open > n_close {
            hints.missing = missing(text, tokens, significant, n_open - n_close);
        } else if n_close > n_open {
            hints.extra = extra(text, tokens, significant, n_close - n_open);
            significant.retain(|index| hints.extra.binary_search(index).is_err());
        }
        hints
    }

    pub(crate) fn is_missing(&self, token: u32) -> bool {
        self.missing.binary_search(&token).is_ok()
    }

    pub(crate) fn take_missing(&mut self, token: u32) {
        if let Ok(place) = self.missing.binary_search(&token) {
            self.missing.remove(place);
        }
    }
}

/// The indent of the line that `offset` stands in.
fn indent_of(text: &str, offset: u32) -> usize {
    let line_start = text[..offset as usize].rfind('\n').map_or(0, |index| index + 1);
    text[line_start..]
        .bytes()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count()
}

fn is_first_on_line(text: &str, offset: u32) -> bool {
    let before = text[..offset as usize].bytes().rev();
    before
        .take_while(|byte| *byte != b'\n')
        .all(|byte| matches!(byte, b' ' | b'\t'))
}

fn starts_item(kind: TokenKind) -> bool {
    use TokenKind as T;
    matches!(
        kind,
        T::FnKw | T::PubKw | T::StructKw | T::EnumKw | T::TraitKw | T::ImplKw | T::ImportKw | T::ModKw | T::ExternKw
    )
}

/// A line that closes or starts something at a smaller indent than the block it would stand in ends that block.
fn missing(text: &str, tokens: &Tokens, significant: &[u32], n_missing: usize) -> Vec<u32> {
    let mut places = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    for &index in significant {
        let (kind, start) = (tokens.kinds[index as usize], tokens.starts[index as usize]);
        let closes = kind == TokenKind::RBrace;
        if (closes || starts_item(kind)) && is_first_on_line(text, start) {
            let indent = indent_of(text, start);
            let has_partner = !closes || open.iter().any(|outer| outer.indent == indent);
            let ends = |inner: &mut Open| {
                if closes {
                    inner.indent > indent
                } else {
                    inner.indent >= indent
                }
            };
            while has_partner && places.len() < n_missing && open.pop_if(ends).is_some() {
                places.push(index);
            }
        }
        match kind {
            TokenKind::LBrace => open.push(Open {
                indent: indent_of(text, start),
            }),
            TokenKind::RBrace => {
                open.pop();
            }
            _ => {}
        }
    }
    places
}

/// A closing brace that is alone at a greater indent than what it would close is the one too many.
fn extra(text: &str, tokens: &Tokens, significant: &[u32], n_extra: usize) -> Vec<u32> {
    let mut places = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    for &index in significant {
        let (kind, start) = (tokens.kinds[index as usize], tokens.starts[index as usize]);
        match kind {
            TokenKind::LBrace => open.push(Open {
                indent: indent_of(text, start),
            }),
            TokenKind::RBrace => {
                let is_deeper = open.last().is_none_or(|outer| indent_of(text, start) > outer.indent);
                if places.len() < n_extra && is_deeper && is_first_on_line(text, start) {
                    places.push(index);
                } else {
                    open.pop();
                }
            }
            _ => {}
        }
    }
    places
}
