//! Whether the arms of a match cover every value, and if not, a value that none covers.
//!
//! Takes the patterns of the arms without a guard, reduced to [`Pattern`], and the type they match. Gives the text of
//! the least uncovered value. Knows no expressions and reports nothing.
//!
//! The algorithm is the usual one on a matrix of patterns, a row for each arm and a column for each part still to be
//! looked at (Maranget, "Warnings for pattern matching", section 3): the first column's type is split into the cases
//! that its patterns tell apart, and for each the rest is looked at with the rows that are left. Integers are split
//! into the ranges between the patterns' ends.

use base::Symbol;
use target::Target;

use crate::{AdtKind, Signatures, Ty, TyKind, numbers};

/// A pattern, as far as it decides what matches.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Pattern {
    /// Matches every value.
    Any,
    /// Integers, `bool`, `char` and enums: both ends included.
    Range(i128, i128),
    /// Matches some value that nothing else here speaks of: text, a float.
    Other,
    None,
    /// `.Some(p)`
    Some(Box<Pattern>),
    /// A tuple, a struct, or what a reference points to: one pattern for each part.
    Parts(Vec<Pattern>),
    Or(Vec<Pattern>),
}

/// A value that is not covered, as far as it matters.
#[derive(Clone, PartialEq, Debug)]
enum Example {
    Any,
    Int(i128, Ty),
    None,
    Some(Box<Example>),
    Parts(Vec<Example>, Ty),
}

/// What a match may cost before it counts as not covered: rows looked at.
const MAX_STEPS: u32 = 200_000;

/// A value of the type that none of the patterns matches, as Lang source would spell its pattern.
pub(crate) fn uncovered(patterns: Vec<Pattern>, ty: Ty, signatures: &Signatures, target: &Target) -> Option<String> {
    if ty.is_never() {
        return None;
    }
    let mut search = Search {
        signatures,
        target,
        steps: 0,
    };
    let rows = patterns.into_iter().map(|pattern| vec![pattern]).collect();
    let example = search.missing(rows, &[ty])?;
    let first = example.into_iter().next().unwrap_or(Example::Any);
    Some(search.text(&first))
}

struct Search<'a> {
    signatures: &'a Signatures,
    target: &'a Target,
    steps: u32,
}

type Row = Vec<Pattern>;

impl Search<'_> {
    /// Values for all columns that no row matches.
    fn missing(&mut self, rows: Vec<Row>, tys: &[Ty]) -> Option<Vec<Example>> {
        let Some((ty, rest)) = tys.split_first() else {
            return rows.is_empty().then(Vec::new);
        };
        self.steps = self.steps.saturating_add(rows.len() as u32 + 1);
        if rows.is_empty() || self.steps > MAX_STEPS {
            return Some(vec![Example::Any; tys.len()]);
        }
        let rows = without_alternatives(rows);
        if rows.iter().all(|row| row[0] == Pattern::Any) {
            return self.missing_after(tails(&rows, |_| true), rest, Example::Any);
        }
        match ty.kind() {
            TyKind::Optional(inner) => self.missing_optional(&rows, *inner, rest),
            _ => match self.parts(*ty) {
                Some(parts) => self.missing_parts(&rows, *ty, &parts, rest),
                None => match self.domain(*ty) {
                    Some(domain) => self.missing_int(&rows, *ty, &domain, rest),
                    None => self.missing_after(tails(&rows, |pattern| *pattern == Pattern::Any), rest, Example::Any),
                },
            },
        }
    }

    fn missing_after(&mut self, rows: Vec<Row>, rest: &[Ty], first: Example) -> Option<Vec<Example>> {
        let mut found = self.missing(rows, rest)?;
        found.insert(0, first);
        Some(found)
    }

    fn missing_optional(&mut self, rows: &[Row], inner: Ty, rest: &[Ty]) -> Option<Vec<Example>> {
        let nones = tails(rows, |pattern| matches!(pattern, Pattern::None | Pattern::Any));
        if let Some(found) = self.missing_after(nones, rest, Example::None) {
            return Some(found);
        }
        let somes = rows.iter().filter_map(|row| {
            let inner = match &row[0] {
                Pattern::Some(inner) => inner.as_ref().clone(),
                Pattern::Any => Pattern::Any,
                _ => return None,
            };
            Some(with_parts(vec![inner], row))
        });
        let mut found = self.missing(somes.collect(), &columns(&[inner], rest))?;
        found[0] = Example::Some(Box::new(found[0].clone()));
        Some(found)
    }

    fn missing_parts(&mut self, rows: &[Row], ty: Ty, parts: &[Ty], rest: &[Ty]) -> Option<Vec<Example>> {
        let opened = rows.iter().filter_map(|row| {
            let inner = match &row[0] {
                Pattern::Parts(inner) if inner.len() == parts.len() => inner.clone(),
                Pattern::Any => vec![Pattern::Any; parts.len()],
                _ => return None,
            };
            Some(with_parts(inner, row))
        });
        let mut found = self.missing(opened.collect(), &columns(parts, rest))?;
        let after = found.split_off(parts.len());
        let mut all = vec![Example::Parts(found, ty)];
        all.extend(after);
        Some(all)
    }

    fn missing_int(&mut self, rows: &[Row], ty: Ty, domain: &[(i128, i128)], rest: &[Ty]) -> Option<Vec<Example>> {
        // Named constants make better examples than numbers.
        for value in self.named_values(ty) {
            let found = self.missing_after(covering(rows, value, value), rest, Example::Int(value, ty));
            if found.is_some() {
                return found;
            }
        }
        for (first, last) in split(rows, domain) {
            let example = if self.is_enum(ty) {
                Example::Any
            } else {
                Example::Int(first, ty)
            };
            let found = self.missing_after(covering(rows, first, last), rest, example);
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// The types of the parts of a tuple, a struct or a reference.
    fn parts(&self, ty: Ty) -> Option<Vec<Ty>> {
        match ty.kind() {
            TyKind::Tuple(elements) => Some(elements.to_vec()),
            TyKind::Ref(_, target) if !target.is_unsized() => Some(vec![*target]),
            TyKind::Adt(adt, args) => {
                let decl = self.signatures.adt(*adt);
                let is_struct = matches!(
                    decl.kind,
                    AdtKind::Record(hir::StructKind::Lang | hir::StructKind::ExternStruct)
                );
                is_struct.then(|| decl.fields.iter().map(|field| field.ty.substitute(args)).collect())
            }
            _ => None,
        }
    }

    /// The values of an integer, `bool`, `char` or enum, as ranges of what [`numbers::ordered`] gives.
    fn domain(&self, ty: Ty) -> Option<Vec<(i128, i128)>> {
        match ty.kind() {
            // The surrogates between are no characters.
            TyKind::Char => Some(vec![(0, 0xD7FF), (0xE000, 0x10_FFFF)]),
            TyKind::Adt(adt, _) => {
                let underlying = self.signatures.adt(*adt).underlying?;
                self.whole_domain(underlying)
            }
            _ => self.whole_domain(ty),
        }
    }

    fn whole_domain(&self, ty: Ty) -> Option<Vec<(i128, i128)>> {
        let (least, greatest) = numbers::limits(ty, self.target)?;
        let ordered = |value| numbers::ordered(value, ty);
        // The bits of the greatest value, for a `u128`.
        Some(vec![(ordered(least), ordered(greatest as i128))])
    }

    fn is_enum(&self, ty: Ty) -> bool {
        matches!(ty.kind(), TyKind::Adt(..))
    }

    fn named_values(&self, ty: Ty) -> Vec<i128> {
        match ty.kind() {
            TyKind::Adt(adt, _) => {
                let constants = &self.signatures.adt(*adt).constants;
                constants.iter().map(|(_, value)| *value).collect()
            }
            _ => Vec::new(),
        }
    }

    fn text(&self, example: &Example) -> String {
        match example {
            Example::Any => String::from("_"),
            Example::None => String::from("none"),
            Example::Some(inner) => format!(".Some({})", self.text(inner)),
            Example::Int(value, ty) => self.int_text(*value, *ty),
            Example::Parts(parts, ty) => self.parts_text(parts, *ty),
        }
    }

    fn int_text(&self, value: i128, ty: Ty) -> String {
        match ty.kind() {
            TyKind::Bool => String::from(if value == 0 { "false" } else { "true" }),
            TyKind::Char => {
                let character = u32::try_from(value).ok().and_then(char::from_u32);
                character.map_or(String::from("_"), |character| format!("{character:?}"))
            }
            TyKind::Adt(adt, _) => {
                let constants = &self.signatures.adt(*adt).constants;
                let named = constants.iter().find(|(_, known)| *known == value);
                named.map_or(String::from("_"), |(name, _)| format!(".{name}"))
            }
            _ if numbers::is_u128(ty) => (numbers::ordered(value, ty) as u128).to_string(),
            _ => value.to_string(),
        }
    }

    fn parts_text(&self, parts: &[Example], ty: Ty) -> String {
        let texts: Vec<String> = parts.iter().map(|part| self.text(part)).collect();
        match ty.kind() {
            TyKind::Ref(..) => format!("&{}", texts.join("")),
            TyKind::Adt(adt, _) => {
                let decl = self.signatures.adt(*adt);
                let names: Vec<Symbol> = decl.fields.iter().filter_map(|field| field.name).collect();
                let is_tuple = names.first().is_some_and(|name| *name == "0");
                if is_tuple {
                    return format!("{}({})", decl.name, texts.join(", "));
                }
                let told: Vec<String> = names
                    .iter()
                    .zip(parts.iter().zip(&texts))
                    .filter(|(_, (part, _))| **part != Example::Any)
                    .map(|(name, (_, text))| format!("{name}: {text}"))
                    .collect();
                match (told.is_empty(), told.len() < texts.len()) {
                    (true, _) => String::from("_"),
                    (false, true) => format!("{} {{ {}, .. }}", decl.name, told.join(", ")),
                    (false, false) => format!("{} {{ {} }}", decl.name, told.join(", ")),
                }
            }
            _ if texts.len() == 1 => format!("({},)", texts[0]),
            _ => format!("({})", texts.join(", ")),
        }
    }
}

/// Rows whose first pattern is no choice.
fn without_alternatives(rows: Vec<Row>) -> Vec<Row> {
    let mut flat = Vec::with_capacity(rows.len());
    for row in rows {
        if let Pattern::Or(alternatives) = &row[0] {
            let each = alternatives.iter().map(|alternative| {
                let mut row = row.clone();
                row[0] = alternative.clone();
                row
            });
            flat.extend(without_alternatives(each.collect()));
        } else {
            flat.push(row);
        }
    }
    flat
}

/// The rest of each row whose first pattern is wanted.
fn tails(rows: &[Row], wanted: impl Fn(&Pattern) -> bool) -> Vec<Row> {
    rows.iter()
        .filter(|row| wanted(&row[0]))
        .map(|row| row[1..].to_vec())
        .collect()
}

/// The rest of each row whose first pattern matches all of a range.
fn covering(rows: &[Row], first: i128, last: i128) -> Vec<Row> {
    tails(rows, |pattern| match pattern {
        Pattern::Any => true,
        Pattern::Range(low, high) => *low <= first && last <= *high,
        Pattern::Other | Pattern::None | Pattern::Some(_) | Pattern::Parts(_) | Pattern::Or(_) => false,
    })
}

/// The parts of a row's first pattern in its place.
fn with_parts(parts: Vec<Pattern>, row: &[Pattern]) -> Row {
    parts.into_iter().chain(row[1..].iter().cloned()).collect()
}

fn columns(parts: &[Ty], rest: &[Ty]) -> Vec<Ty> {
    parts.iter().chain(rest).copied().collect()
}

/// The domain, cut wherever a row's range begins or ends.
fn split(rows: &[Row], domain: &[(i128, i128)]) -> Vec<(i128, i128)> {
    let mut starts: Vec<i128> = Vec::new();
    for row in rows {
        if let Pattern::Range(first, last) = &row[0] {
            starts.push(*first);
            starts.extend(last.checked_add(1));
        }
    }
    starts.sort();
    starts.dedup();
    let mut pieces = Vec::new();
    for &(least, greatest) in domain {
        let mut first = least;
        for &start in starts.iter().filter(|start| **start > least && **start <= greatest) {
            pieces.push((first, start - 1));
            first = start;
        }
        pieces.push((first, greatest));
    }
    pieces
}
