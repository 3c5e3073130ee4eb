//! Sources that are nearly right: programs with a few pieces taken out, doubled, exchanged or put in.
//!
//! Takes texts and a generator of numbers; gives texts. Cuts them by sight, as an editor would, and knows nothing of
//! the language: what is cut wrongly is only another mutant.

use crate::random::Random;

/// A word, a number, a mark or white space.
pub type Piece<'a> = &'a str;

/// What a text consists of, in order, nothing left out.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    #[derive(PartialEq, Eq, Clone, Copy)]
    enum Class {
        Word,
        Blank,
        Mark,
    }
    let class = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' => Class::Word,
        c if c.is_whitespace() => Class::Blank,
        _ => Class::Mark,
    };
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut before = None;
    for (at, c) in text.char_indices() {
        let now = class(c);
        if before.is_some_and(|before| before != now || now == Class::Mark) {
            pieces.push(&text[start..at]);
            start = at;
        }
        before = Some(now);
    }
    if start < text.len() {
        pieces.push(&text[start..]);
    }
    pieces
}

/// A mutant of `text`, with pieces of its own and of `others`, which is not empty.
pub fn mutate(text: &str, others: &[Piece<'_>], random: &mut Random) -> Vec<u8> {
    let mut pieces = pieces(text);
    let n_changes = 1 + random.below(4);
    for _ in 0..n_changes {
        if pieces.is_empty() {
            break;
        }
        let at = random.below(pieces.len());
        let other = random.below(pieces.len());
        match random.below(100) {
            0..25 => _ = pieces.remove(at),
            25..40 => pieces.insert(at, pieces[other]),
            40..60 => pieces[at] = pieces[other],
            60..75 => pieces[at] = random.pick(others),
            75..85 => pieces.insert(at, random.pick(others)),
            85..92 => pieces.swap(at, other),
            92..96 => {
                let end = (at + random.below(30)).min(pieces.len());
                pieces.drain(at..end);
            }
            96..98 => {
                let end = (at + random.below(30)).min(pieces.len());
                let part = pieces[at..end].to_vec();
                pieces.splice(other..other, part);
            }
            _ => pieces.truncate(at),
        }
    }
    let mut bytes = pieces.concat().into_bytes();
    // Now and then some byte, which may make it no text at all.
    if random.chance(3) && !bytes.is_empty() {
        let at = random.below(bytes.len());
        bytes[at] = random.bits() as u8;
    }
    bytes
}
