//! The name that was probably meant.

use base::Symbol;

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
        .map(|candidate| (distance(name.as_str(), candidate.as_str()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// The restricted Damerau-Levenshtein distance in characters; another case of letters is no change.
fn distance(a: &str, b: &str) -> usize {
    if a.to_lowercase() == b.to_lowercase() {
        return 0;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut two_above = vec![0; b.len() + 1];
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let changed = above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = changed.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(two_above[j - 2] + 1);
            }
        }
        two_above = std::mem::replace(&mut above, row);
    }
    above[b.len()]
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
