//! Whether patterns cover every value, and if not, a value that none covers; and whether one pattern matches anything
//! that those before it leave.
//!
//! Takes patterns, reduced to [`Pattern`], and the type they match. Gives the text of the least uncovered value. Knows
//! no expressions and reports nothing.
//!
//! The algorithm is the usual one on a matrix of patterns, a row for each arm and a column for each part still to be
//! looked at (Maranget, "Warnings for pattern matching", section 3): the first column's type is split into the cases
//! that its patterns tell apart, and for each the rest is looked at with the rows that are left. Integers are split
//! into the ranges between the patterns' ends, slices into the lengths that the patterns tell apart.

use base::Symbol;
use target::Target;

use crate::{AdtKind, AdtRef, ConstValue, Ty, TyKind, TypeEnv, VariantShape, numbers};

/// A pattern, as far as it decides what matches.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Pattern {
    /// Matches every value.
    Any,
    /// Integers, `bool`, `char` and open enums: both ends included.
    Range(i128, i128),
    Text(Symbol),
    /// A float, by its bits.
    Bits(u64),
    /// What has a constant's value: an error of this code.
    Constant(ConstValue),
    /// Matches some value that nothing else here speaks of.
    Other,
    /// A variant of an enum or optional, with a pattern for each of its fields.
    Variant(u32, Vec<Pattern>),
    /// A tuple, a struct, or what a reference points to: one pattern for each part.
    Parts(Vec<Pattern>),
    /// An array or slice: its first and last elements, and whether others may stand between them.
    Slice {
        before: Vec<Pattern>,
        after: Vec<Pattern>,
        has_rest: bool,
    },
    Or(Vec<Pattern>),
}

/// A value that is not covered, as far as it matters.
#[derive(Clone, PartialEq, Debug)]
enum Example {
    Any,
    Int(i128, Ty),
    Variant(u32, Vec<Example>, Ty),
    Parts(Vec<Example>, Ty),
    /// Elements, and where among them more may stand.
    Slice(Vec<Example>, Option<usize>),
}

/// What a match may cost before it counts as not covered: rows looked at.
const MAX_STEPS: u32 = 200_000;

/// A value of the type that none of the patterns matches, as Lang source would spell its pattern.
pub(crate) fn uncovered(patterns: &[Pattern], ty: Ty, env: TypeEnv<'_>, target: &Target) -> Option<String> {
    let mut search = Search { env, target, steps: 0 };
    if search.is_empty(ty) {
        return None;
    }
    let rows = patterns.iter().map(|pattern| vec![pattern.clone()]).collect();
    let example = search.missing(rows, &[Pattern::Any], &[ty])?;
    let first = example.into_iter().next().unwrap_or(Example::Any);
    Some(search.text(&first))
}

/// Whether a pattern matches some value that none of those before it does.
pub(crate) fn is_reached(before: &[Pattern], pattern: &Pattern, ty: Ty, env: TypeEnv<'_>, target: &Target) -> bool {
    let mut search = Search { env, target, steps: 0 };
    let rows = before.iter().map(|pattern| vec![pattern.clone()]).collect();
    search.missing(rows, std::slice::from_ref(pattern), &[ty]).is_some()
}

struct Search<'a> {
    env: TypeEnv<'a>,
    target: &'a Target,
    steps: u32,
}

type Row = Vec<Pattern>;

impl Search<'_> {
    /// Values for all columns that the query matches and no row does.
    fn missing(&mut self, rows: Vec<Row>, query: &[Pattern], tys: &[Ty]) -> Option<Vec<Example>> {
        let Some((ty, rest)) = tys.split_first() else {
            return rows.is_empty().then(Vec::new);
        };
        self.steps = self.steps.saturating_add(rows.len() as u32 + 1);
        if rows.is_empty() || self.steps > MAX_STEPS {
            return Some(vec![Example::Any; tys.len()]);
        }
        if let Pattern::Or(alternatives) = &query[0] {
            return alternatives.iter().find_map(|alternative| {
                let query = with_parts(vec![alternative.clone()], query);
                self.missing(rows.clone(), &query, tys)
            });
        }
        let rows = without_alternatives(rows);
        if query[0] == Pattern::Any && rows.iter().all(|row| row[0] == Pattern::Any) {
            return self.missing_after(tails(&rows, |_| true), &query[1..], rest, Example::Any);
        }
        if let Some(n_variants) = self.n_variants(*ty) {
            return (0..n_variants).find_map(|variant| self.missing_variant(&rows, query, *ty, variant, rest));
        }
        match ty.kind() {
            TyKind::Array(element, len) => self.missing_slices(&rows, query, *element, len.known_len(), rest),
            TyKind::Slice(element) => self.missing_slices(&rows, query, *element, None, rest),
            _ => match (self.parts(*ty), self.domain(*ty)) {
                (Some(parts), _) => {
                    let found = self.missing_opened(&rows, query, &parts, rest, |pattern| match pattern {
                        Pattern::Parts(inner) if inner.len() == parts.len() => Some(inner.clone()),
                        Pattern::Any => Some(vec![Pattern::Any; parts.len()]),
                        _ => None,
                    })?;
                    Some(folded(found, parts.len(), |parts| Example::Parts(parts, *ty)))
                }
                (None, Some(domain)) => self.missing_int(&rows, query, *ty, &domain, rest),
                (None, None) => {
                    let wanted = &query[0];
                    let is_covered = |pattern: &Pattern| *pattern == Pattern::Any || pattern == wanted;
                    let rows = match wanted {
                        Pattern::Other => tails(&rows, |pattern| *pattern == Pattern::Any),
                        _ => tails(&rows, is_covered),
                    };
                    self.missing_after(rows, &query[1..], rest, Example::Any)
                }
            },
        }
    }

    fn missing_after(
        &mut self,
        rows: Vec<Row>,
        query: &[Pattern],
        rest: &[Ty],
        first: Example,
    ) -> Option<Vec<Example>> {
        let mut found = self.missing(rows, query, rest)?;
        found.insert(0, first);
        Some(found)
    }

    /// With the parts of the first column in its place. `open` gives those of a pattern, if it matches the case.
    fn missing_opened(
        &mut self,
        rows: &[Row],
        query: &[Pattern],
        parts: &[Ty],
        rest: &[Ty],
        open: impl Fn(&Pattern) -> Option<Vec<Pattern>>,
    ) -> Option<Vec<Example>> {
        let query = with_parts(open(&query[0])?, query);
        let rows = rows.iter().filter_map(|row| Some(with_parts(open(&row[0])?, row)));
        let tys: Vec<Ty> = parts.iter().chain(rest).copied().collect();
        self.missing(rows.collect(), &query, &tys)
    }

    fn missing_variant(
        &mut self,
        rows: &[Row],
        query: &[Pattern],
        ty: Ty,
        variant: u32,
        rest: &[Ty],
    ) -> Option<Vec<Example>> {
        let parts = self.variant_tys(ty, variant);
        if parts.iter().any(|part| self.is_empty(*part)) {
            return None;
        }
        let found = self.missing_opened(rows, query, &parts, rest, |pattern| match pattern {
            Pattern::Variant(own, inner) if *own == variant && inner.len() == parts.len() => Some(inner.clone()),
            Pattern::Any => Some(vec![Pattern::Any; parts.len()]),
            _ => None,
        })?;
        Some(folded(found, parts.len(), |parts| Example::Variant(variant, parts, ty)))
    }

    /// The lengths that the patterns tell apart, one after the other. `len` is that of an array.
    fn missing_slices(
        &mut self,
        rows: &[Row],
        query: &[Pattern],
        element: Ty,
        len: Option<u64>,
        rest: &[Ty],
    ) -> Option<Vec<Example>> {
        let (mut most_before, mut most_after, mut longest) = (0, 0, None);
        for pattern in rows.iter().map(|row| &row[0]).chain([&query[0]]) {
            if let Pattern::Slice {
                before,
                after,
                has_rest,
            } = pattern
            {
                if *has_rest {
                    most_before = most_before.max(before.len());
                    most_after = most_after.max(after.len());
                } else {
                    longest = longest.max(Some(before.len()));
                }
            }
        }
        let told_apart = most_before + most_after;
        let lengths = match (len, longest) {
            // Elements that no pattern speaks of need no column.
            (Some(len), None) => vec![told_apart.min(usize::try_from(len).unwrap_or(told_apart))],
            (Some(_), Some(longest)) => vec![longest],
            (None, None) => (0..=told_apart).collect(),
            (None, Some(longest)) => (0..=told_apart.max(longest + 1)).collect::<Vec<_>>(),
        };
        let last = lengths.last().copied();
        lengths.into_iter().find_map(|n| {
            let found =
                self.missing_opened(rows, query, &vec![element; n], rest, |pattern| opened_slice(pattern, n))?;
            // The last length stands for all that are longer too.
            let is_open = last == Some(n) && (len.is_none() || len != u64::try_from(n).ok());
            let more_at = is_open.then_some(n - most_after.min(n));
            Some(folded(found, n, |elements| Example::Slice(elements, more_at)))
        })
    }

    fn missing_int(
        &mut self,
        rows: &[Row],
        query: &[Pattern],
        ty: Ty,
        domain: &[(i128, i128)],
        rest: &[Ty],
    ) -> Option<Vec<Example>> {
        let is_wanted = |first: i128, last: i128| match &query[0] {
            Pattern::Any => true,
            Pattern::Range(low, high) => *low <= first && last <= *high,
            _ => false,
        };
        // Named constants make better examples than numbers.
        for value in self.named_values(ty) {
            if !is_wanted(value, value) {
                continue;
            }
            let example = Example::Int(value, ty);
            let found = self.missing_after(covering(rows, value, value), &query[1..], rest, example);
            if found.is_some() {
                return found;
            }
        }
        for (first, last) in split(rows, &query[0], domain) {
            if !is_wanted(first, last) {
                continue;
            }
            let example = if self.is_open_enum(ty) {
                Example::Any
            } else {
                Example::Int(first, ty)
            };
            let found = self.missing_after(covering(rows, first, last), &query[1..], rest, example);
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// Whether the type has no values.
    fn is_empty(&self, ty: Ty) -> bool {
        ty.is_never() || self.n_variants(ty) == Some(0)
    }

    fn n_variants(&self, ty: Ty) -> Option<u32> {
        match ty.kind() {
            TyKind::Optional(_) => Some(2),
            TyKind::Adt(adt, _) => {
                let decl = self.env.signatures.adt(*adt);
                (decl.kind == AdtKind::Enum).then_some(decl.variants.len() as u32)
            }
            _ => None,
        }
    }

    /// The types of the fields of a variant.
    fn variant_tys(&self, ty: Ty, variant: u32) -> Vec<Ty> {
        match ty.kind() {
            TyKind::Optional(inner) => (variant == 1).then_some(*inner).into_iter().collect(),
            TyKind::Adt(adt, args) => {
                let decl = self.env.signatures.adt(*adt);
                let fields = decl.variants[variant as usize].fields.clone();
                let own = &decl.fields[fields.start as usize..fields.end as usize];
                own.iter().map(|field| self.env.instantiate(field.ty, args)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The types of the parts of a tuple, a struct or a reference.
    fn parts(&self, ty: Ty) -> Option<Vec<Ty>> {
        match ty.kind() {
            TyKind::Tuple(elements) => Some(elements.to_vec()),
            TyKind::Ref(_, target) if !matches!(target.kind(), TyKind::Str | TyKind::CStr) => Some(vec![*target]),
            // Errors are told apart by their codes alone.
            TyKind::Adt(..) if Some(ty) == self.env.signatures.error_ty() => None,
            TyKind::Adt(adt, _) => {
                let decl = self.env.signatures.adt(*adt);
                let is_struct = matches!(
                    decl.kind,
                    AdtKind::Record(hir::StructKind::Lang | hir::StructKind::ExternStruct)
                );
                is_struct.then(|| self.env.field_tys(ty).collect())
            }
            _ => None,
        }
    }

    /// The values of an integer, `bool`, `char` or open enum, as ranges of what [`numbers::ordered`] gives.
    fn domain(&self, ty: Ty) -> Option<Vec<(i128, i128)>> {
        match ty.kind() {
            // The surrogates between are no characters.
            TyKind::Char => Some(vec![(0, 0xD7FF), (0xE000, 0x10_FFFF)]),
            TyKind::Adt(adt, _) => {
                let underlying = self.env.signatures.adt(*adt).underlying?;
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

    fn is_open_enum(&self, ty: Ty) -> bool {
        matches!(ty.kind(), TyKind::Adt(..))
    }

    fn named_values(&self, ty: Ty) -> Vec<i128> {
        match ty.kind() {
            TyKind::Adt(adt, _) => {
                let constants = &self.env.signatures.adt(*adt).constants;
                constants.iter().map(|(_, value)| *value).collect()
            }
            _ => Vec::new(),
        }
    }

    fn text(&self, example: &Example) -> String {
        match example {
            Example::Any => String::from("_"),
            Example::Int(value, ty) => self.int_text(*value, *ty),
            Example::Variant(variant, parts, ty) => self.variant_text(*variant, parts, *ty),
            Example::Parts(parts, ty) => self.parts_text(parts, *ty),
            Example::Slice(elements, more_at) => {
                let mut texts = self.texts(elements);
                if let Some(at) = more_at {
                    texts.insert(*at, String::from(".."));
                }
                format!("[{}]", texts.join(", "))
            }
        }
    }

    fn texts(&self, examples: &[Example]) -> Vec<String> {
        examples.iter().map(|example| self.text(example)).collect()
    }

    fn int_text(&self, value: i128, ty: Ty) -> String {
        match ty.kind() {
            TyKind::Bool => String::from(if value == 0 { "false" } else { "true" }),
            TyKind::Char => {
                let character = u32::try_from(value).ok().and_then(char::from_u32);
                character.map_or(String::from("_"), |character| format!("{character:?}"))
            }
            TyKind::Adt(adt, _) => {
                let constants = &self.env.signatures.adt(*adt).constants;
                let named = constants.iter().find(|(_, known)| *known == value);
                named.map_or(String::from("_"), |(name, _)| format!(".{name}"))
            }
            _ if numbers::is_u128(ty) => (numbers::ordered(value, ty) as u128).to_string(),
            _ => value.to_string(),
        }
    }

    fn variant_text(&self, variant: u32, parts: &[Example], ty: Ty) -> String {
        let TyKind::Adt(adt, _) = ty.kind() else {
            return match parts {
                [value] => format!(".Some({})", self.text(value)),
                _ => String::from("none"),
            };
        };
        let decl = self.env.signatures.adt(*adt);
        let variant = &decl.variants[variant as usize];
        let name = format!(".{}", variant.name);
        match variant.shape {
            VariantShape::Unit => name,
            VariantShape::Tuple => format!("{name}({})", self.texts(parts).join(", ")),
            VariantShape::Struct => {
                let fields = &decl.fields[variant.fields.start as usize..variant.fields.end as usize];
                let names: Vec<Symbol> = fields.iter().filter_map(|field| field.name).collect();
                format!("{name} {}", self.named_text(&names, parts))
            }
        }
    }

    /// `{ x: 1, .. }`, with the parts that matter.
    fn named_text(&self, names: &[Symbol], parts: &[Example]) -> String {
        let told: Vec<String> = names
            .iter()
            .zip(parts)
            .filter(|(_, part)| **part != Example::Any)
            .map(|(name, part)| format!("{name}: {}", self.text(part)))
            .collect();
        match (told.is_empty(), told.len() < parts.len()) {
            (true, true) => String::from("{ .. }"),
            (true, false) => String::from("{}"),
            (false, true) => format!("{{ {}, .. }}", told.join(", ")),
            (false, false) => format!("{{ {} }}", told.join(", ")),
        }
    }

    /// The fields of a record with names, those of its anonymous members among them.
    fn named_parts(&self, parts: &[Example], adt: AdtRef) -> (Vec<Symbol>, Vec<Example>) {
        let mut named = (Vec::new(), Vec::new());
        for (field, part) in self.env.signatures.adt(adt).fields.iter().zip(parts) {
            match (field.name, part, field.ty.kind()) {
                (Some(name), _, _) => {
                    named.0.push(name);
                    named.1.push(part.clone());
                }
                (None, Example::Parts(inner, _), TyKind::Adt(member, _)) => {
                    let (names, parts) = self.named_parts(inner, *member);
                    named.0.extend(names);
                    named.1.extend(parts);
                }
                (None, _, _) => {}
            }
        }
        named
    }

    fn parts_text(&self, parts: &[Example], ty: Ty) -> String {
        let texts = self.texts(parts);
        match ty.kind() {
            // Patterns look through references.
            TyKind::Ref(..) => texts.concat(),
            TyKind::Adt(adt, _) => {
                let decl = self.env.signatures.adt(*adt);
                let names: Vec<Symbol> = decl.fields.iter().filter_map(|field| field.name).collect();
                let is_tuple = names.first().is_some_and(|name| *name == "0");
                if is_tuple {
                    return format!("{}({})", decl.name, texts.join(", "));
                }
                if parts.iter().all(|part| *part == Example::Any) {
                    return String::from("_");
                }
                let (names, parts) = self.named_parts(parts, *adt);
                format!("{} {}", decl.name, self.named_text(&names, &parts))
            }
            _ if texts.len() == 1 => format!("({},)", texts[0]),
            _ => format!("({})", texts.join(", ")),
        }
    }
}

/// The patterns of `n` elements that a pattern stands for, if it matches so many.
fn opened_slice(pattern: &Pattern, n: usize) -> Option<Vec<Pattern>> {
    match pattern {
        Pattern::Any => Some(vec![Pattern::Any; n]),
        Pattern::Slice {
            before,
            after,
            has_rest,
        } => {
            let skipped = n.checked_sub(before.len() + after.len())?;
            if skipped > 0 && !has_rest {
                return None;
            }
            let between = vec![Pattern::Any; skipped];
            Some([before.as_slice(), &between, after].concat())
        }
        _ => None,
    }
}

/// The first `n` examples as one.
fn folded(mut found: Vec<Example>, n: usize, whole: impl FnOnce(Vec<Example>) -> Example) -> Vec<Example> {
    let after = found.split_off(n);
    let mut all = vec![whole(found)];
    all.extend(after);
    all
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
        Pattern::Text(_)
        | Pattern::Bits(_)
        | Pattern::Constant(_)
        | Pattern::Other
        | Pattern::Variant(..)
        | Pattern::Parts(_)
        | Pattern::Slice { .. }
        | Pattern::Or(_) => false,
    })
}

/// The parts of a row's first pattern in its place.
fn with_parts(parts: Vec<Pattern>, row: &[Pattern]) -> Row {
    parts.into_iter().chain(row[1..].iter().cloned()).collect()
}

/// The domain, cut wherever a row's range or the query's begins or ends.
fn split(rows: &[Row], query: &Pattern, domain: &[(i128, i128)]) -> Vec<(i128, i128)> {
    let mut starts: Vec<i128> = Vec::new();
    for pattern in rows.iter().map(|row| &row[0]).chain([query]) {
        if let Pattern::Range(first, last) = pattern {
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
