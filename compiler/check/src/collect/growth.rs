//! That no struct or enum holds ever larger instances of itself: `struct N<T> { next: ?Box<N<?T>> }`.
//!
//! Found on the declarations, without instances of them, as it is for generic classes of the CLI (ECMA-335, II.9.2):
//! between generic parameters there is an edge where one stands in an argument for the other, and it grows where there
//! is more around it. There is no last instance where an edge that grows is part of a cycle. What stands behind a raw
//! pointer, in a function's type or in a `dyn` type is no part of a value.

use base::Span;
use hir::DefId;

use super::Collector;
use crate::{AdtRef, Ty, TyKind, errors};

/// A generic parameter of a struct or enum.
type Param = (AdtRef, u32);

/// A field's type gives `to` an argument with `from` in it.
struct Edge {
    from: Param,
    to: Param,
    grows: bool,
    field: usize,
    /// The instance that has the argument.
    instance: Ty,
}

impl Collector<'_> {
    /// A field that leads to larger and larger instances becomes an error.
    pub(super) fn check_growth(&mut self) {
        let mut edges = Vec::new();
        self.each_own_adt(|collector, adt| collector.edges_of(adt, &mut edges));
        while let Some(at) = growing_cycle(&edges) {
            let Edge {
                from: (adt, _),
                field,
                instance,
                ..
            } = edges[at];
            edges.retain(|edge| edge.from.0 != adt || edge.field != field);
            self.report_growth(adt, field, instance);
        }
    }

    /// The structs and enums that are not known to be right. What the library declares holds none of them.
    fn each_own_adt(&mut self, mut visit: impl FnMut(&Self, AdtRef)) {
        let program = self.input.program;
        for module in program.modules.ids().filter(|module| !self.is_trusted(*module)) {
            for item in program.modules[module].hir.items.ids() {
                let adt = AdtRef::Lang(DefId { module, item });
                if self.signatures.adts.contains_key(&adt) {
                    visit(self, adt);
                }
            }
        }
    }

    fn edges_of(&self, adt: AdtRef, edges: &mut Vec<Edge>) {
        let decl = self.signatures.adt(adt);
        if decl.generics.is_empty() {
            return;
        }
        for (field, decl) in decl.fields.iter().enumerate() {
            each_instance(decl.ty, &mut |instance, other, args| {
                for (at, arg) in (0..).zip(args) {
                    let grows = !matches!(arg.kind(), TyKind::Param { .. });
                    each_param(*arg, &mut |param| {
                        edges.push(Edge {
                            from: (adt, param),
                            to: (other, at),
                            grows,
                            field,
                            instance,
                        });
                    });
                }
            });
        }
    }

    fn report_growth(&mut self, adt: AdtRef, field: usize, instance: Ty) {
        let AdtRef::Lang(def) = adt else { return };
        let decl = self.signatures.adt(adt);
        let Some(span) = decl.span else { return };
        let types: Vec<Ty> = decl.fields.iter().map(|field| field.ty).collect();
        let written: Vec<(Ty, Span)> = self.at_written(def, span, types);
        let text = crate::display_ty(instance, &self.signatures);
        let reported = self.report(errors::growing_type(written[field].1, decl.name, &text));
        if let Some(decl) = self.signatures.adts.get_mut(&adt) {
            decl.fields[field].ty = Ty::error(reported);
        }
    }
}

/// The first edge that grows and is part of a cycle.
fn growing_cycle(edges: &[Edge]) -> Option<usize> {
    edges
        .iter()
        .position(|edge| edge.grows && leads_to(edges, edge.to, edge.from))
}

fn leads_to(edges: &[Edge], from: Param, to: Param) -> bool {
    let mut reached = vec![from];
    let mut next = 0;
    while let Some(at) = reached.get(next).copied() {
        if at == to {
            return true;
        }
        next += 1;
        for edge in edges.iter().filter(|edge| edge.from == at) {
            if !reached.contains(&edge.to) {
                reached.push(edge.to);
            }
        }
    }
    false
}

/// The instances of structs and enums in a type of which values may be part of its values.
fn each_instance(ty: Ty, visit: &mut impl FnMut(Ty, AdtRef, &[Ty])) {
    ty.map(&mut |part| match part.kind() {
        TyKind::Adt(adt, args) => {
            visit(part, *adt, args);
            None
        }
        TyKind::Pointer(..)
        | TyKind::FnPointer(_)
        | TyKind::ExternFn(_)
        | TyKind::FnItem(..)
        | TyKind::Dyn(_)
        | TyKind::Assoc(_) => Some(part),
        _ => None,
    });
}

/// The generic parameters in a type. What is made of one by an associated type may be smaller.
fn each_param(ty: Ty, visit: &mut impl FnMut(u32)) {
    ty.map(&mut |part| match part.kind() {
        TyKind::Param { index, .. } => {
            visit(*index);
            None
        }
        TyKind::Assoc(_) => Some(part),
        _ => None,
    });
}
