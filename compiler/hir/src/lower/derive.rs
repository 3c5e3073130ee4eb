//! `@derive`: the `impl`s that follow from a type's parts, written as source and lowered like any other.
//!
//! Takes the lowered struct or enum, gives items beside it. Every place in them is that of the name in `@derive(…)`, so
//! that what is wrong with a part is said there. Traits are named as the library's prelude hands them on for this
//! alone, whatever the module calls its own.

use std::fmt::Write;

use base::{Span, Symbol};
use syntax::ast::{self, AstNode};

use super::FileLowering;
use crate::{ItemId, ItemKind, Struct, StructKind, Variant, VariantKind, errors};

/// A struct or enum whose traits are derived.
struct Derived<'a> {
    plain_name: Symbol,
    name: String,
    /// `<T: Bound, const N: usize>` without the traits that are derived.
    params: Vec<Param>,
    /// ` where …`
    clause: String,
    shape: Shape<'a>,
    /// Its fields lie where no reference may lead, and are copied.
    is_packed: bool,
}

enum Param {
    /// The name, and its bounds.
    Type(String, String),
    /// The name, and its type.
    Const(String, String),
}

enum Shape<'a> {
    Struct(Parts),
    Enum(&'a [Variant]),
}

/// The parts of a struct or variant, as they are written after its name.
enum Parts {
    Unit,
    Tuple(usize),
    Named(Vec<String>),
}

impl FileLowering<'_> {
    /// The items that `@derive` on the item `id` stands for.
    pub(super) fn derived_items(
        &mut self,
        id: ItemId,
        generics: (Option<ast::GenericParams<'_>>, Option<ast::WhereClause<'_>>),
        parent: Option<ItemId>,
    ) -> Vec<ItemId> {
        let item = self.hir.items[id].clone();
        let (derives, shape, is_generic) = match &item.kind {
            ItemKind::Struct(decl) if !decl.derives.is_empty() => {
                if decl.kind == StructKind::ExternUnion {
                    self.refuse_union(&decl.derives);
                    return Vec::new();
                }
                (
                    &decl.derives,
                    Shape::Struct(parts_of_struct(decl)),
                    !decl.generics.is_empty(),
                )
            }
            ItemKind::Enum(decl) if !decl.derives.is_empty() && !decl.is_extern => {
                (&decl.derives, Shape::Enum(&decl.variants), !decl.generics.is_empty())
            }
            _ => return Vec::new(),
        };
        let derived = Derived {
            plain_name: item.name,
            name: quoted(item.name),
            params: params_of(generics.0),
            clause: generics
                .1
                .map_or(String::new(), |clause| format!(" {}", clause.syntax().text())),
            shape,
            is_packed: matches!(&item.kind, ItemKind::Struct(decl) if decl.packed),
        };
        let is_copy = derives.iter().any(|(name, _)| *name == "Copy");
        let mut ids = Vec::new();
        for (name, span) in derives {
            let text = match name.as_str() {
                // What is `Copy` is cloned by itself.
                "Clone" if is_copy && !is_generic => continue,
                "Clone" => derived.clone_impl(),
                "Eq" => derived.eq_impl(),
                "Ord" => derived.ord_impl(),
                "Hash" => derived.hash_impl(),
                "Debug" => derived.debug_impl(),
                "Default" => match derived.default_impl() {
                    Some(text) => text,
                    None => {
                        let is_empty = matches!(&derived.shape, Shape::Enum(variants) if variants.is_empty());
                        self.diagnostics
                            .report(errors::no_default_variant(*span, &derived.name, is_empty));
                        continue;
                    }
                },
                _ => continue,
            };
            ids.extend(self.generated_items(&text, *span, parent));
        }
        ids
    }

    fn refuse_union(&mut self, derives: &[(Symbol, Span)]) {
        for (name, span) in derives.iter().filter(|(name, _)| *name != "Copy" && *name != "Clone") {
            let problem = format!("a union says nothing of what is in it, which `{name}` would ask");
            self.diagnostics.report(errors::bad_attribute(*span, &problem));
        }
    }

    fn generated_items(&mut self, text: &str, span: Span, parent: Option<ItemId>) -> Vec<ItemId> {
        let (tree, errors) = syntax::parse(span.file, text);
        // Bounds and the `where` clause stand in it as they are written: where these are broken, it was said there.
        if errors.has_errors() {
            return Vec::new();
        }
        let tree = tree.standing_at(span);
        let file = ast::SourceFile::cast(tree.root()).expect("a tree's root is a file");
        let mut ids = Vec::new();
        for item in file.items() {
            self.item(item, parent, &mut ids);
        }
        ids
    }
}

impl Derived<'_> {
    /// `impl<T: Trait> Trait for Name<T> { body }`
    fn implement(&self, of_trait: &str, body: &str) -> String {
        let mut text = String::from("impl");
        let mut args = String::new();
        if !self.params.is_empty() {
            let params = self.params.iter().map(|param| match param {
                Param::Type(name, bounds) if bounds.is_empty() => format!("{name}: {of_trait}"),
                Param::Type(name, bounds) => format!("{name}: {bounds} + {of_trait}"),
                Param::Const(name, ty) => format!("const {name}: {ty}"),
            });
            write_to(&mut text, format_args!("<{}>", params.collect::<Vec<_>>().join(", ")));
            let names: Vec<&str> = self.params.iter().map(Param::name).collect();
            args = format!("<{}>", names.join(", "));
        }
        let (name, clause) = (&self.name, &self.clause);
        write_to(
            &mut text,
            format_args!(" {of_trait} for {name}{args}{clause} {{ {body} }}"),
        );
        text
    }

    /// The field of a struct as what is lent.
    fn field(&self, of: &str, name: &str) -> String {
        match self.is_packed {
            true => format!("({{ {of}.{name} }})"),
            false => format!("{of}.{name}"),
        }
    }

    fn clone_impl(&self) -> String {
        // By the trait's name: as a method it would be that of what a reference leads to.
        let copy = |parts: &Parts, path: &str, part: &dyn Fn(&str, usize) -> String| match parts {
            Parts::Unit => path.to_owned(),
            Parts::Tuple(n) => {
                let values = (0..*n).map(|at| format!("derived_Clone.clone({})", part(&at.to_string(), at)));
                format!("{path}({})", values.collect::<Vec<_>>().join(", "))
            }
            Parts::Named(names) => {
                let values = (0..)
                    .zip(names)
                    .map(|(at, name)| format!("{name}: derived_Clone.clone({})", part(name, at)));
                format!("{path} {{ {} }}", values.collect::<Vec<_>>().join(", "))
            }
        };
        let value = match &self.shape {
            Shape::Struct(parts) => copy(parts, &self.name, &|field, _| format!("&{}", self.field("self", field))),
            Shape::Enum(variants) => self.match_of(variants, |variant, parts| {
                let path = format!(".{}", quoted(variant.name));
                copy(parts, &path, &|_, at| format!("own_{at}"))
            }),
        };
        self.implement("derived_Clone", &format!("fn clone(&self) -> Self {{ {value} }}"))
    }

    fn eq_impl(&self) -> String {
        let value = match &self.shape {
            Shape::Struct(parts) => {
                let compared =
                    |field: String| format!("{} == {}", self.field("self", &field), self.field("other", &field));
                all(parts.fields().map(compared))
            }
            Shape::Enum(variants) => self.match_of_two(variants, "false", |parts| {
                all((0..parts.len()).map(|at| format!("own_{at} == other_{at}")))
            }),
        };
        self.implement(
            "derived_Eq",
            &format!("fn eq(&self, other: &Self) -> bool {{ {value} }}"),
        )
    }

    fn ord_impl(&self) -> String {
        let ordered = |pairs: Vec<(String, String)>| {
            let mut text = String::new();
            for (own, other) in pairs {
                write_to(
                    &mut text,
                    format_args!("let order = {own}.cmp({other}); if !order.is_eq() {{ return order; }} "),
                );
            }
            format!("{text}.Equal")
        };
        let value = match &self.shape {
            Shape::Struct(parts) => ordered(
                parts
                    .fields()
                    .map(|field| (self.field("self", &field), format!("&{}", self.field("other", &field))))
                    .collect(),
            ),
            Shape::Enum(variants) => {
                let same = self.match_of_two(variants, ".Equal", |parts| {
                    let pairs = (0..parts.len()).map(|at| (format!("own_{at}"), format!("other_{at}")));
                    format!("{{ {} }}", ordered(pairs.collect()))
                });
                let (own, other) = (self.rank(variants, "self"), self.rank(variants, "other"));
                let ranks = format!("let own: u32 = {own}; let other_rank: u32 = {other};");
                format!("{ranks} if own != other_rank {{ return own.cmp(&other_rank); }} {same}")
            }
        };
        let body = format!("fn cmp(&self, other: &Self) -> derived_Ordering {{ {value} }}");
        self.implement("derived_Ord", &body)
    }

    fn hash_impl(&self) -> String {
        let value = match &self.shape {
            Shape::Struct(parts) => parts
                .fields()
                .map(|field| format!("{}.hash(state); ", self.field("self", &field)))
                .collect(),
            Shape::Enum(variants) => {
                let rank = self.rank(variants, "self");
                let parts = self.match_of(variants, |_, parts| {
                    let hashes: String = (0..parts.len()).map(|at| format!("own_{at}.hash(state); ")).collect();
                    format!("{{ {hashes} }}")
                });
                format!("let rank: u32 = {rank}; rank.hash(state); {parts}")
            }
        };
        let body = format!("fn hash<H: derived_Hasher>(&self, state: &mut H) {{ {value} }}");
        self.implement("derived_Hash", &body)
    }

    fn debug_impl(&self) -> String {
        let shown = |name: Symbol, parts: &Parts, part: &dyn Fn(&str, usize) -> String| match parts {
            Parts::Unit => format!("f.write_str(\"{name}\")"),
            Parts::Tuple(n) => {
                let fields: String = (0..*n)
                    .map(|at| format!(".field({})", part(&at.to_string(), at)))
                    .collect();
                format!("f.debug_tuple(\"{name}\"){fields}.finish()")
            }
            Parts::Named(names) => {
                let fields: String = (0..)
                    .zip(names)
                    .map(|(at, field)| format!(".field(\"{}\", {})", field.trim_matches('`'), part(field, at)))
                    .collect();
                format!("f.debug_struct(\"{name}\"){fields}.finish()")
            }
        };
        let value = match &self.shape {
            Shape::Struct(parts) => shown(self.plain_name, parts, &|field, _| {
                format!("&{}", self.field("self", field))
            }),
            Shape::Enum(variants) => self.match_of(variants, |variant, parts| {
                shown(variant.name, parts, &|_, at| format!("own_{at}"))
            }),
        };
        let body = format!("fn fmt(&self, f: &mut derived_Formatter) {{ {value} }}");
        self.implement("derived_Debug", &body)
    }

    /// Absent for an enum whose first variant is no plain name.
    fn default_impl(&self) -> Option<String> {
        let value = match &self.shape {
            Shape::Struct(Parts::Unit) => self.name.clone(),
            Shape::Struct(Parts::Tuple(n)) => {
                format!("{}({})", self.name, vec!["derived_Default.default()"; *n].join(", "))
            }
            Shape::Struct(Parts::Named(names)) => {
                let values = names.iter().map(|name| format!("{name}: derived_Default.default()"));
                format!("{} {{ {} }}", self.name, values.collect::<Vec<_>>().join(", "))
            }
            Shape::Enum(variants) => match variants.first() {
                Some(Variant {
                    name,
                    kind: VariantKind::Unit,
                    ..
                }) => format!(".{}", quoted(*name)),
                _ => return None,
            },
        };
        let body = format!("fn default() -> Self {{ {value} }}");
        Some(self.implement("derived_Default", &body))
    }

    /// `match self { .A(own_0) => …, }`
    fn match_of(&self, variants: &[Variant], arm: impl Fn(&Variant, &Parts) -> String) -> String {
        if variants.is_empty() {
            return String::from("match *self {}");
        }
        let mut text = String::from("match self { ");
        for variant in variants {
            let parts = parts_of_variant(variant);
            let pattern = pattern(variant, &parts, "own");
            write_to(&mut text, format_args!("{pattern} => {}, ", arm(variant, &parts)));
        }
        text.push('}');
        text
    }

    /// `match (self, other) { (.A(own_0), .A(other_0)) => …, _ => otherwise }`
    fn match_of_two(&self, variants: &[Variant], otherwise: &str, arm: impl Fn(&Parts) -> String) -> String {
        if variants.is_empty() {
            return String::from("match *self {}");
        }
        let mut text = String::from("match (self, other) { ");
        for variant in variants {
            let parts = parts_of_variant(variant);
            let (own, other) = (pattern(variant, &parts, "own"), pattern(variant, &parts, "other"));
            write_to(&mut text, format_args!("({own}, {other}) => {}, ", arm(&parts)));
        }
        if variants.len() > 1 {
            write_to(&mut text, format_args!("_ => {otherwise}, "));
        }
        text.push('}');
        text
    }

    /// The position of the variant that a value is.
    fn rank(&self, variants: &[Variant], value: &str) -> String {
        if variants.is_empty() {
            return format!("match *{value} {{}}");
        }
        let mut text = format!("match {value} {{ ");
        for (at, variant) in variants.iter().enumerate() {
            let rest = match variant.kind {
                VariantKind::Unit => "",
                VariantKind::Tuple(_) => "(..)",
                VariantKind::Struct(_) => " { .. }",
            };
            write_to(&mut text, format_args!(".{}{rest} => {at}, ", quoted(variant.name)));
        }
        text.push('}');
        text
    }
}

impl Parts {
    fn len(&self) -> usize {
        match self {
            Self::Unit => 0,
            Self::Tuple(n) => *n,
            Self::Named(names) => names.len(),
        }
    }

    /// The names of the fields.
    fn fields(&self) -> impl Iterator<Item = String> {
        (0..self.len()).map(|at| match self {
            Self::Named(names) => names[at].clone(),
            Self::Unit | Self::Tuple(_) => at.to_string(),
        })
    }
}

fn parts_of_struct(decl: &Struct) -> Parts {
    match (decl.is_tuple, decl.fields.is_empty()) {
        (true, _) => Parts::Tuple(decl.fields.len()),
        (false, true) => Parts::Unit,
        (false, false) => Parts::Named(decl.fields.iter().map(|field| quoted(field.name)).collect()),
    }
}

fn parts_of_variant(variant: &Variant) -> Parts {
    match &variant.kind {
        VariantKind::Unit => Parts::Unit,
        VariantKind::Tuple(tys) => Parts::Tuple(tys.len()),
        VariantKind::Struct(fields) => Parts::Named(fields.iter().map(|field| quoted(field.name)).collect()),
    }
}

/// `.Rect { w: own_0, h: own_1 }`
fn pattern(variant: &Variant, parts: &Parts, prefix: &str) -> String {
    let name = quoted(variant.name);
    match parts {
        Parts::Unit => format!(".{name}"),
        Parts::Tuple(n) => {
            let bound = (0..*n).map(|at| format!("{prefix}_{at}"));
            format!(".{name}({})", bound.collect::<Vec<_>>().join(", "))
        }
        Parts::Named(names) => {
            let bound = (0..)
                .zip(names)
                .map(|(at, name): (usize, _)| format!("{name}: {prefix}_{at}"));
            format!(".{name} {{ {} }}", bound.collect::<Vec<_>>().join(", "))
        }
    }
}

fn params_of(params: Option<ast::GenericParams<'_>>) -> Vec<Param> {
    let params = params.into_iter().flat_map(ast::GenericParams::params);
    let texts = params.filter_map(|param| match param {
        ast::GenericParam::Type(param) => {
            let bounds = param.bounds().map_or("", |bounds| bounds.syntax().text());
            Some(Param::Type(param.name()?.text().to_owned(), bounds.to_owned()))
        }
        ast::GenericParam::Const(param) => {
            let ty = param.ty()?.syntax().text();
            Some(Param::Const(param.name()?.text().to_owned(), ty.to_owned()))
        }
    });
    texts.collect()
}

impl Param {
    fn name(&self) -> &str {
        match self {
            Self::Type(name, _) | Self::Const(name, _) => name,
        }
    }
}

fn all(conditions: impl Iterator<Item = String>) -> String {
    let conditions: Vec<String> = conditions.collect();
    match conditions.is_empty() {
        true => String::from("true"),
        false => conditions.join(" && "),
    }
}

/// A name as source writes it, whatever keyword it is.
fn quoted(name: Symbol) -> String {
    format!("`{name}`")
}

fn write_to(text: &mut String, more: std::fmt::Arguments<'_>) {
    text.write_fmt(more).expect("writing to a String cannot fail");
}
