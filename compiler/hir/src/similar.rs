//! The name that was probably meant.

use base::{Symbol, edit_distance};

/// The one of `candidates` that `name` is most likely a misspelling of: the fewest letters changed, added, left out
/// or exchanged with the next, and at most a third of them (one of two). Of several, the first in order of their
/// text.
pub fn similar_name(name: Symbol, candidates: impl IntoIterator<Item = Symbol>) -> Option<Symbol> {
    let limit = match name.as_str().chars().count() {
        0 | 1 => 0,
        n => (n / 3).max(1),
    };
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name)
        .map(|candidate| (edit_distance(name.as_str(), candidate.as_str()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use base::sym;

    use super::*;

    fn similar(name: &str, candidates: &[&str]) -> Option<Symbol> {
        similar_name(sym(name), candidates.iter().map(|text| sym(text)))
    }

    #[test]
    fn the_nearest_name_is_meant() {
        assert_eq!(similar("lenght", &["length", "height", "len"]), Some(sym("length")));
        assert_eq!(similar("Point", &["point", "paint"]), Some(sym("point")));
        assert_eq!(similar("x", &["width", "height"]), None);
        assert_eq!(similar("x", &["z", "y"]), None);
        assert_eq!(similar("ab", &["aac", "ad", "ac"]), Some(sym("ac")));
    }
}
