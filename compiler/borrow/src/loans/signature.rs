//! Where the references in a function's result come from, and where it keeps those that it is given.
//!
//! What `@borrows` and `@captures` say, what elision gives where they say nothing, and what follows from generic
//! parameters. Takes declarations and knows nothing of bodies.

use std::rc::Rc;

use base::{FxHashMap, FxHashSet};
use check::{Bounds, Callable, FnDecl, FnRef, Kept, LangItem, Origin, Signatures, TraitRef, Ty, TyKind, UnnamedRef};
use hir::{DefId, Mutability};

use super::leaving::{all_callables_in, callables_in};
use super::origins::Depth;
use super::within::{Mixing, mixes};

/// A parameter by position, and how far into it.
pub(crate) type Source = (u32, Depth);

/// How references flow through a function.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct Dependencies {
    /// Where those in the result come from.
    pub(crate) result: Vec<Source>,
    /// What may get references, and from where.
    pub(crate) kept: Vec<(Source, Vec<Source>)>,
    /// Parameters that hold a `&mut` to values of a generic parameter, and values of that beside it: these may get
    /// there.
    pub(crate) mixed: Vec<(u32, Mixing)>,
    /// Parameters of which values are passed to what is called, which may do that, and the parameters that are called.
    pub(crate) mixed_by: Vec<(u32, Vec<u32>)>,
    /// What may be put into a parameter of a generic type by what is called with both, and the parameters that are
    /// called.
    pub(crate) put_by: Vec<(Source, Vec<Source>, Vec<u32>)>,
    /// What must hold no references, but to what is never gone.
    pub(crate) owned: Vec<Source>,
    /// They are those of a callable by its type: of an argument, only what generic parameters stand for comes through.
    pub(crate) is_by_type: bool,
}

impl Dependencies {
    /// Whether the result may hold what this source says.
    pub(crate) fn gives(&self, source: Source) -> bool {
        covers(&self.result, source)
    }

    /// Whether something that a parameter comes with may be stored where another leads.
    pub(super) fn may_store(&self) -> bool {
        !(self.kept.is_empty() && self.mixed.is_empty() && self.mixed_by.is_empty() && self.put_by.is_empty())
    }

    /// Whether something is stored to what the parameter leads to, and not only by what is called for that.
    pub(super) fn stores_to(&self, param: u32) -> bool {
        let mut kept = self.kept.iter();
        kept.any(|((into, depth), from)| {
            let is_target = *into == param && matches!(depth, Depth::Outer | Depth::Inner);
            is_target && from.iter().any(|(_, depth)| *depth != Depth::Puts)
        })
    }

    /// What is called owns all that it holds: it keeps nothing that may be a reference.
    pub(super) fn keep_nothing(&mut self) {
        self.kept.retain(|((_, depth), _)| *depth != Depth::Keeps);
    }

    /// Whether the parameter may keep what the source says.
    pub(crate) fn keeps(&self, into: Source, from: Source) -> bool {
        let mut kept = self.kept.iter().filter(|(target, _)| target.0 == into.0);
        kept.any(|(_, sources)| covers(sources, from))
    }
}

/// What the references behind a reference point to lives at least as long as what that points to.
pub(crate) fn covers(sources: &[Source], (param, depth): Source) -> bool {
    sources
        .iter()
        .any(|(known, at)| *known == param && (*at != Depth::Inner || depth == Depth::Inner))
}

/// Of a function by its declaration; of an `impl`'s, by the trait's where it says nothing itself.
pub(crate) fn of_function(signatures: &Signatures, function: FnRef) -> Dependencies {
    let decl = signatures.function(function);
    let Some(of_trait) = trait_function(signatures, function) else {
        return of_declaration(signatures, decl);
    };
    let says = &decl.loans;
    let of_trait = of_declaration(signatures, signatures.function(of_trait));
    if says.borrows.is_none() && says.captures.is_empty() {
        return of_trait;
    }
    let mut own = of_declaration(signatures, decl);
    if says.borrows.is_none() {
        own.result = of_trait.result;
    }
    if says.captures.is_empty() {
        own.kept = of_trait.kept;
    }
    own
}

/// The function of a trait that an `impl`'s is.
pub(crate) fn trait_function(signatures: &Signatures, function: FnRef) -> Option<FnRef> {
    let FnRef::Lang(def) = function else { return None };
    signatures.implemented.get(&def).copied().map(FnRef::Lang)
}

/// Whether all references of a parameter, by position, are `&static`. Of an `impl`'s function, the trait's has to say
/// it: who calls that goes by what it says.
pub(crate) fn takes_static(signatures: &Signatures, function: FnRef, index: usize) -> bool {
    let says = |function: FnRef| (signatures.function(function).params.get(index)).is_some_and(|param| param.is_static);
    says(function) && trait_function(signatures, function).is_none_or(says)
}

/// Of the function of a trait that this one is: a call through the trait goes by what that says.
pub(crate) fn of_trait_function(signatures: &Signatures, function: FnRef) -> Option<Dependencies> {
    let of_trait = trait_function(signatures, function)?;
    Some(of_declaration(signatures, signatures.function(of_trait)))
}

/// Of what a declaration says, or what elision gives.
pub(super) fn of_declaration(signatures: &Signatures, decl: &FnDecl) -> Dependencies {
    of_instance(signatures, decl, &Known::default())
}

/// The same for the types that its generic parameters stand for, as far as these are known.
pub(super) fn of_instance(signatures: &Signatures, decl: &FnDecl, known: &Known) -> Dependencies {
    let params: Vec<Ty> = decl.params.iter().map(|param| known.apart(decl, param.ty)).collect();
    let mut regions = Regions::of(signatures, decl, &params, known);
    let owned = regions.take_owned(signatures, decl);
    let origins = signatures.said_or_elided(decl);
    let mut result: Vec<Source> = origins.iter().filter_map(source).collect();
    if signatures.within(&decl.bounds).may_be_view(decl.ret) {
        result.extend(regions.of_ty(signatures, known.apart(decl, unsaid_result(decl))));
    }
    let mut kept: Vec<(Source, Vec<Source>)> = Vec::new();
    for (index, ty) in (0..).zip(&params) {
        let (target, inside) = if let TyKind::Ref(mutability, inside) = ty.kind() {
            if *mutability == Mutability::Const {
                continue;
            }
            ((index, Depth::Inner), *inside)
        } else if referent(*ty).is_some() {
            continue;
        } else if signatures.holds_references(*ty) || regions.may_be_written(signatures, *ty) {
            ((index, Depth::Outer), *ty)
        } else {
            continue;
        };
        let sources = regions.of_ty(signatures, inside);
        kept.push((target, sources));
    }
    kept.extend(regions.kept_by_calls(signatures, &params));
    let mut within = Vec::new();
    for Kept { into, from } in &decl.loans.captures {
        let Some(from) = source(from) else { continue };
        let ty = params[*into as usize];
        let is_reference = matches!(ty.kind(), TyKind::Ref(..));
        if from.0 != *into {
            kept.push(((*into, Depth::Inner), vec![from]));
        } else if is_reference || signatures.within(&decl.bounds).callable(ty).is_none() {
            let into = (*into, depth_of(ty));
            within.push((into, vec![from]));
        }
        // What is called puts what it holds into what it is called with, and that is the function's own.
    }
    for (target, sources) in &mut kept {
        sources.sort_unstable();
        sources.dedup();
        // What is behind the references of a parameter is there already.
        sources.retain(|source| {
            let is_behind = source.0 == target.0 && matches!(source.1, Depth::Behind { .. });
            source != target && !is_behind
        });
    }
    kept.retain(|(_, sources)| !sources.is_empty());
    kept.extend(within);
    result.sort_unstable();
    result.dedup();
    let numbered = (0..).zip(&params);
    let mixed = numbered.map(|(index, ty)| (index, mixes(signatures, decl, *ty)));
    let mixed_by = (0..)
        .zip(&params)
        .map(|(index, _)| (index, regions.mixing(signatures, index)));
    Dependencies {
        result,
        kept,
        mixed: mixed.filter(|(_, mixing)| mixing.is_any()).collect(),
        mixed_by: mixed_by.filter(|(_, by)| !by.is_empty()).collect(),
        put_by: regions.put_by(signatures, &params),
        owned,
        is_by_type: false,
    }
}

/// The result, without what the `@borrows` of a trait's function says all of: a type of the trait, as the `Output` of
/// an `Index<&str>`, brings nothing of the trait's parameters by itself then.
fn unsaid_result(decl: &FnDecl) -> Ty {
    if decl.of_trait.is_none() || decl.loans.borrows.is_none() {
        return decl.ret;
    }
    decl.ret
        .map(&mut |part| matches!(part.kind(), TyKind::Assoc(_)).then(Ty::unit))
}

fn source(origin: &Origin) -> Option<Source> {
    match origin {
        Origin::Static => None,
        Origin::Param(index) => Some((*index, Depth::Outer)),
        Origin::Behind(index) => Some((*index, Depth::Inner)),
    }
}

/// For each generic parameter of a function, where references in its types come from.
pub(crate) fn generic_sources(signatures: &Signatures, function: FnRef) -> Vec<Vec<Source>> {
    let decl = signatures.function(function);
    let params: Vec<Ty> = decl.params.iter().map(|param| param.ty).collect();
    Regions::of(signatures, decl, &params, &Known::default()).sources
}

/// The generic parameters of whose types values may be made of references that do not come with them: by a trait of
/// references (`T: From<&str>`, `&str: Into<T>`), or one whose function says so
/// (`@borrows(text) fn of(text: &str) -> Self`), by an associated type that has such, and by what is made of those.
pub(crate) fn lent_generics(signatures: &Signatures, bounds: &Bounds) -> FxHashSet<usize> {
    let mut lent = FxHashSet::default();
    loop {
        let n_before = lent.len();
        for bound in &bounds.traits {
            lend(signatures, bounds, bound, &mut lent);
        }
        if lent.len() == n_before {
            return lent;
        }
    }
}

/// Adds what a bound makes of references, or of what is known to be made of them.
fn lend(signatures: &Signatures, bounds: &Bounds, bound: &TraitRef, lent: &mut FxHashSet<usize>) {
    let is_lent = |lent: &FxHashSet<usize>, ty: Ty| {
        signatures.holds_references(ty) || generics_in(signatures, ty).iter().any(|generic| lent.contains(generic))
    };
    if signatures.call_trait(bound.def).is_some() {
        // What a call lends by itself comes back only where the type of the result says so.
        if generics_in(signatures, bound.args[1])
            .iter()
            .any(|generic| lent.contains(generic))
        {
            lent.extend(generics_in(signatures, bound.args[2]));
        }
        return;
    }
    let of_trait = &signatures.traits[&bound.def];
    let makes_references = |bounds: &Bounds| {
        let mut traits = bounds.traits.iter();
        traits.any(|bound| {
            let mut others = bound.args[1..].iter();
            makes_self(signatures, bound.def)
                && (others.any(|ty| signatures.holds_references(*ty)) || lends_to_self(signatures, bound.def))
        })
    };
    if of_trait.assoc_types.iter().any(|assoc| makes_references(&assoc.bounds)) {
        lent.extend(generics_in(signatures, bound.self_ty()));
    }
    let equalities = || {
        bounds
            .equalities
            .iter()
            .filter(|equality| equality.assoc.args == bound.args)
    };
    let brings = bound.args.iter().any(|ty| is_lent(lent, *ty))
        || equalities().any(|equality| is_lent(lent, equality.ty))
        || lends_to_self(signatures, bound.def);
    if !brings {
        return;
    }
    for (index, arg) in bound.args.iter().enumerate() {
        if makes(signatures, bound.def, index) {
            lent.extend(generics_in(signatures, *arg));
        }
    }
    for equality in equalities() {
        lent.extend(generics_in(signatures, equality.ty));
    }
}

/// Whether a function of the trait makes values of the types that have it, and says what these borrow.
fn lends_to_self(signatures: &Signatures, of: DefId) -> bool {
    signatures.traits[&of].functions.iter().any(|(_, function)| {
        let decl = signatures.function(FnRef::Lang(*function));
        decl.loans
            .borrows
            .as_deref()
            .is_some_and(|origins| origins.iter().any(|origin| *origin != Origin::Static))
            && !signatures.holds_references(decl.ret)
            && generics_in(signatures, decl.ret).contains(&0)
    })
}

/// For each generic parameter of a function, the parameters that come with references of its types.
struct Regions {
    sources: Vec<Vec<Source>>,
    callables: Vec<CallableParam>,
    /// Those of which a value may be, or hold, a `&mut` that a trait's function or what is called stores to.
    written: FxHashSet<usize>,
}

/// What is known of the types that a function's generic parameters stand for.
#[derive(Default)]
pub(super) struct Known {
    /// The types of its bounds that give nothing of what they are called with.
    pub(super) giving_own: Vec<Ty>,
    /// The associated types whose values bring nothing of what the type holds that has them. Each counts as a generic
    /// parameter of its own, after the others.
    pub(super) free: Vec<Ty>,
    /// Those whose values all come from behind references in the type that has them, as those of a `&mut I`. They count
    /// after the free ones.
    pub(super) behind: Vec<Ty>,
    /// The parameters, by position, that may hold values of associated types, which their types do not mention.
    pub(super) holders: Vec<u32>,
    /// The generic parameters, by position, that stand for what holds no references.
    pub(super) owning: Vec<usize>,
}

impl Known {
    /// The associated types that count as generic parameters of their own.
    fn all_apart(&self) -> impl Iterator<Item = &Ty> {
        self.free.iter().chain(&self.behind)
    }

    /// The type with a generic parameter for each of these.
    fn apart(&self, decl: &FnDecl, ty: Ty) -> Ty {
        if self.free.is_empty() && self.behind.is_empty() {
            return ty;
        }
        ty.map(&mut |part| {
            let position = self.all_apart().position(|apart| *apart == part)?;
            Some(Ty::new(TyKind::Param {
                index: u32::try_from(decl.generics.len() + position).expect("few generic parameters"),
                name: base::sym(""),
                is_const: false,
            }))
        })
    }
}

/// A parameter that is called.
struct CallableParam {
    holders: Vec<Source>,
    /// The parameter in which it lies, with other things.
    within: Option<u32>,
    params: Vec<Ty>,
    ret: Ty,
    /// It gives nothing of what it is called with.
    gives_own: bool,
}

impl CallableParam {
    /// The parameters that are called, by position.
    fn called(&self) -> impl Iterator<Item = u32> {
        self.holders.iter().map(|(holder, _)| *holder).chain(self.within)
    }

    /// The types of what it is called with that it may store to.
    fn lent(&self) -> impl Iterator<Item = Ty> {
        let params = self.params.iter().copied();
        params.filter(|ty| !matches!(ty.kind(), TyKind::Ref(Mutability::Const, _)))
    }
}

impl Regions {
    fn of(signatures: &Signatures, decl: &FnDecl, params: &[Ty], known: &Known) -> Self {
        let n_generics = decl.generics.len();
        let mut regions = Self {
            sources: vec![Vec::new(); n_generics + known.all_apart().count()],
            callables: Vec::new(),
            written: FxHashSet::default(),
        };
        for (index, ty) in (0..).zip(params) {
            if let TyKind::FnPointer(fn_type) = ty.kind() {
                regions.callables.push(CallableParam {
                    holders: vec![(index, Depth::Outer)],
                    within: None,
                    params: fn_type.params.to_vec(),
                    ret: fn_type.ret,
                    gives_own: false,
                });
                continue;
            }
            if let TyKind::Dyn(_) = ty.behind_reference().kind()
                && let Some(callable) = signatures.within(&decl.bounds).callable(ty.behind_reference())
            {
                regions.callables.push(CallableParam {
                    holders: vec![(index, Depth::Outer)],
                    within: None,
                    params: callable.params.to_vec(),
                    ret: callable.ret,
                    gives_own: false,
                });
                continue;
            }
            let source = (index, depth_of(*ty));
            let generics = generics_in(signatures, *ty);
            // What holds something that is called comes with its types as all values do.
            let within = match generics.is_empty() {
                true => Vec::new(),
                false => all_callables_in(signatures.within(&decl.bounds), *ty),
            };
            regions
                .callables
                .extend(within.into_iter().map(|callable| CallableParam {
                    holders: Vec::new(),
                    within: Some(index),
                    params: callable.params.to_vec(),
                    ret: callable.ret,
                    gives_own: false,
                }));
            for generic in &generics {
                regions.sources[*generic].push(source);
            }
            for (behind, assoc) in (n_generics + known.free.len()..).zip(&known.behind) {
                let mut of = generics_in(signatures, *assoc).into_iter();
                if of.any(|generic| generics.contains(&generic)) {
                    let by_reference = referent(*ty).is_some();
                    regions.sources[behind].push((index, Depth::Behind { by_reference }));
                }
            }
            if known.holders.contains(&index) {
                (regions.sources[n_generics..].iter_mut()).for_each(|sources| sources.push(source));
            }
        }
        let mut edges: Vec<(usize, usize)> = Vec::new();
        // What goes into a value goes where that does.
        for (apart, assoc) in (n_generics..).zip(known.all_apart()) {
            edges.extend(generics_in(signatures, *assoc).into_iter().map(|of| (apart, of)));
        }
        for said in &decl.bounds.traits {
            let bound = &TraitRef {
                def: said.def,
                args: said.args.iter().map(|ty| known.apart(decl, *ty)).collect(),
            };
            if signatures.call_trait(bound.def).is_some() {
                let TyKind::Tuple(called) = bound.args[1].kind() else {
                    continue;
                };
                let holders = if let TyKind::Param { index, .. } = bound.args[0].kind() {
                    regions.sources[*index as usize].clone()
                } else {
                    Vec::new()
                };
                regions.callables.push(CallableParam {
                    holders,
                    within: None,
                    params: called.to_vec(),
                    ret: bound.args[2],
                    gives_own: known.giving_own.contains(&bound.args[0]),
                });
            } else {
                if stores(signatures, bound.def) {
                    regions
                        .written
                        .extend(bound.args.iter().flat_map(|ty| generics_in(signatures, *ty)));
                }
                // What a trait's types have in common, its functions may pass from one to the other.
                let all: Vec<usize> = bound.args.iter().flat_map(|ty| generics_in(signatures, *ty)).collect();
                let one_way = !makes_self(signatures, bound.def);
                let of_self = generics_in(signatures, bound.args[0]);
                for from in &all {
                    for to in &all {
                        if from != to && (!one_way || of_self.contains(from)) {
                            edges.push((*from, *to));
                        }
                    }
                }
            }
        }
        for equality in &decl.bounds.equalities {
            let assoc = known.apart(decl, Ty::new(TyKind::Assoc(equality.assoc.clone())));
            let assoc = generics_in(signatures, assoc);
            for one in generics_in(signatures, known.apart(decl, equality.ty)) {
                for other in &assoc {
                    edges.extend([(one, *other), (*other, one)]);
                }
            }
        }
        if let Some(of) = decl.of_trait.filter(|of| signatures.call_trait(*of).is_none()) {
            let n_trait = signatures.traits[&of].generics.len();
            for one in 0..n_trait {
                edges.extend((0..n_trait).filter(|other| *other != one).map(|other| (one, other)));
            }
        }
        for callable in &regions.callables {
            let from = callable.params.iter().flat_map(|ty| generics_in(signatures, *ty));
            for from in from.filter(|_| !callable.gives_own) {
                edges.extend(generics_in(signatures, callable.ret).into_iter().map(|to| (from, to)));
            }
            for to in generics_in(signatures, callable.ret) {
                let given = callable.holders.iter().map(|(holder, _)| (*holder, Depth::Gives));
                regions.sources[to].extend(given);
            }
            let reached = callable
                .params
                .iter()
                .filter(|ty| !matches!(ty.kind(), TyKind::Ref(Mutability::Const, _)));
            let lent = (callable.params.iter()).filter(|ty| matches!(ty.kind(), TyKind::Ref(Mutability::Mut, _)));
            for to in lent.flat_map(|ty| generics_in(signatures, *ty)) {
                let from = callable.params.iter().flat_map(|ty| generics_in(signatures, *ty));
                edges.extend(from.filter(|from| *from != to).map(|from| (from, to)));
            }
            for to in reached.flat_map(|ty| generics_in(signatures, *ty)) {
                regions.written.insert(to);
                let put = callable.holders.iter().map(|(holder, _)| (*holder, Depth::Puts));
                regions.sources[to].extend(put);
            }
        }
        edges.retain(|(from, _)| !known.owning.contains(from));
        loop {
            let mut grew = false;
            for (from, to) in &edges {
                let more: Vec<Source> = (regions.sources[*from].iter().copied())
                    .filter(|source| !regions.sources[*to].contains(source))
                    .collect();
                grew |= !more.is_empty();
                regions.sources[*to].extend(more);
            }
            if !grew {
                return regions;
            }
        }
    }

    /// Whether something may be stored to what a value of the type leads to, by what its generic parameters stand for.
    fn may_be_written(&self, signatures: &Signatures, ty: Ty) -> bool {
        let mut generics = generics_in(signatures, without_called(signatures, ty)).into_iter();
        generics.any(|generic| self.written.contains(&generic))
    }

    /// What is called with values of generic parameters may put those that come with one parameter into what another
    /// leads to, where that is given by value.
    fn put_by(&self, signatures: &Signatures, params: &[Ty]) -> Vec<(Source, Vec<Source>, Vec<u32>)> {
        let mut found = Vec::new();
        for callable in &self.callables {
            let by: Vec<u32> = callable.called().collect();
            for (index, ty) in (0..).zip(params) {
                if by.contains(&index) {
                    continue;
                }
                let own = generics_in(signatures, *ty);
                let is_lent = |ty: Ty| generics_in(signatures, ty).iter().any(|generic| own.contains(generic));
                if !callable.lent().any(is_lent) {
                    continue;
                }
                let passed = callable.params.iter().flat_map(|ty| self.of_ty(signatures, *ty));
                let others: Vec<Source> = passed
                    .filter(|(from, _)| *from != index && !by.contains(from))
                    .collect();
                if !others.is_empty() {
                    found.push(((index, depth_of(*ty)), others, by.clone()));
                }
            }
        }
        found
    }

    /// The parameters that are called with values of generic parameters, of which some come with this one: what is
    /// called may put one behind another.
    fn mixing(&self, signatures: &Signatures, param: u32) -> Vec<u32> {
        let comes_with = |generic: usize| {
            let mut sources = self.sources[generic].iter();
            sources.any(|(index, depth)| *index == param && matches!(depth, Depth::Outer | Depth::Inner))
        };
        let called = self.callables.iter().filter(|callable| {
            let mut passed = callable.lent().flat_map(|ty| generics_in(signatures, ty));
            passed.any(comes_with)
        });
        let mut by: Vec<u32> = called.flat_map(CallableParam::called).collect();
        by.sort_unstable();
        by.dedup();
        by
    }

    /// What comes with the generic parameters that are `Owned`. There are no references in these then.
    fn take_owned(&mut self, signatures: &Signatures, decl: &FnDecl) -> Vec<Source> {
        let mut found = Vec::new();
        for bound in &decl.bounds.traits {
            if !signatures.lang.is(bound.def, LangItem::Owned) {
                continue;
            }
            let is_itself = matches!(bound.self_ty().kind(), TyKind::Param { .. });
            for generic in generics_in(signatures, bound.self_ty()) {
                match is_itself {
                    true => found.append(&mut self.sources[generic]),
                    false => found.extend(&self.sources[generic]),
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Where references in a value of the type come from, as far as its generic parameters say.
    fn of_ty(&self, signatures: &Signatures, ty: Ty) -> Vec<Source> {
        let generics = generics_in(signatures, ty);
        generics
            .into_iter()
            .flat_map(|generic| self.sources[generic].iter().copied())
            .collect()
    }

    /// What is passed to a parameter that is called, that may keep.
    fn kept_by_calls(&self, signatures: &Signatures, params: &[Ty]) -> Vec<(Source, Vec<Source>)> {
        let mut kept = Vec::new();
        for callable in &self.callables {
            let passed: Vec<Source> = callable
                .params
                .iter()
                .flat_map(|ty| self.of_ty(signatures, *ty))
                .collect();
            for holder in &callable.holders {
                let is_itself = !matches!(params[holder.0 as usize].kind(), TyKind::Adt(..));
                if is_itself {
                    kept.push(((holder.0, Depth::Keeps), passed.clone()));
                }
                // What it gives by a `&mut` may be stored to, or by what a generic parameter stands for.
                if let TyKind::Ref(Mutability::Mut, inside) = callable.ret.kind() {
                    kept.push(((holder.0, Depth::Gives), self.of_ty(signatures, *inside)));
                } else if self.may_be_written(signatures, callable.ret) {
                    let others = self.of_ty(signatures, callable.ret);
                    let others = others.into_iter().filter(|(of, _)| *of != holder.0);
                    kept.push(((holder.0, Depth::Gives), others.collect()));
                }
            }
        }
        kept
    }
}

/// The type without those parts of it that are called and own what they hold, in which there is nothing of the types
/// that they are called with.
fn without_called(signatures: &Signatures, ty: Ty) -> Ty {
    let env = signatures.within(Bounds::NONE);
    ty.map(&mut |part| {
        let owns = matches!(part.kind(), TyKind::Dyn(dynamic) if !dynamic.is_view);
        let is_called = matches!(part.kind(), TyKind::FnPointer(_)) || owns && env.callable(part).is_some();
        is_called.then(Ty::unit)
    })
}

/// Whether a function of the trait may store one of its arguments to what another, a `&mut` or a value, leads to.
pub(super) fn stores(signatures: &Signatures, of: DefId) -> bool {
    signatures.traits[&of].functions.iter().any(|(_, function)| {
        let params = &signatures.function(FnRef::Lang(*function)).params;
        let is_target = |ty: Ty| !matches!(ty.kind(), TyKind::Ref(Mutability::Const, _));
        params.len() > 1 && params.iter().any(|param| is_target(param.ty))
    })
}

/// Whether functions of the trait, or of those that it asks for, take values of what its generic parameters and
/// associated types stand for, and give such: by what they return, or put into an argument or call one with.
pub(super) fn gives_and_takes(signatures: &Signatures, of: DefId) -> bool {
    let (mut gives, mut takes) = (false, false);
    for of in signatures.with_supertraits(of) {
        let n_generics = signatures.traits[&of].generics.len();
        let is_of_trait = |ty: Ty| {
            let is_self = |ty: &Ty| matches!(ty.kind(), TyKind::Param { index: 0, .. });
            ty.any(&mut |part| {
                matches!(part.kind(), TyKind::Param { index, .. } if (1..n_generics).contains(&(*index as usize)))
                    || matches!(part.kind(), TyKind::Assoc(assoc) if assoc.args.first().is_some_and(is_self))
            })
        };
        for (_, function) in &signatures.traits[&of].functions {
            let decl = signatures.function(FnRef::Lang(*function));
            let env = signatures.within(&decl.bounds);
            let is_place = |ty: Ty| matches!(ty.kind(), TyKind::Ref(Mutability::Mut, _));
            gives |= is_of_trait(decl.ret);
            takes |= is_place(decl.ret) && is_of_trait(decl.ret);
            for param in decl.params.iter().skip(1).map(|param| param.ty) {
                match env.callable(called_part(param)) {
                    Some(callable) => gives |= callable.params.iter().any(|ty| is_of_trait(*ty)),
                    None => {
                        takes |= is_of_trait(param);
                        gives |= is_place(param) && is_of_trait(param);
                    }
                }
            }
        }
    }
    gives && takes
}

/// Whether values of the types that have a trait may come from its functions, or be changed by them.
fn makes_self(signatures: &Signatures, of: DefId) -> bool {
    makes(signatures, of, 0)
}

/// The same of the types of a generic parameter of the trait.
fn makes(signatures: &Signatures, of: DefId, generic: usize) -> bool {
    signatures.traits[&of].functions.iter().any(|(_, function)| {
        let decl = signatures.function(FnRef::Lang(*function));
        let changes = decl
            .params
            .iter()
            .any(|param| matches!(param.ty.kind(), TyKind::Ref(Mutability::Mut, _)));
        changes || generics_in(signatures, decl.ret).contains(&generic)
    })
}

/// The generic parameters of which there may be references in a value of the type: not those that are `Owned` where
/// they stand.
pub(crate) fn generics_in(signatures: &Signatures, ty: Ty) -> Vec<usize> {
    let mut found = Vec::new();
    add_generics(signatures, ty, &mut found);
    found.sort_unstable();
    found.dedup();
    found
}

fn add_generics(signatures: &Signatures, ty: Ty, found: &mut Vec<usize>) {
    if !ty.has_param() {
        return;
    }
    ty.map(&mut |part| {
        if let TyKind::Adt(adt, args) = part.kind() {
            let numbered = args.iter().enumerate();
            numbered
                .filter(|(index, _)| !signatures.is_owned_param(*adt, *index))
                .for_each(|(_, arg)| add_generics(signatures, *arg, found));
            return Some(part);
        }
        if let TyKind::Param {
            index, is_const: false, ..
        } = part.kind()
        {
            found.push(*index as usize);
        }
        None
    });
}

/// Of a call of what has this type: the arguments are the parameters, and what is called comes after them.
pub(crate) fn of_callable(signatures: &Signatures, params: &[Ty], ret: Ty) -> Dependencies {
    let callee = u32::try_from(params.len()).expect("few parameters");
    let generic: Vec<Source> = (0..)
        .zip(params)
        .filter(|(_, ty)| !generics_in(signatures, **ty).is_empty())
        .map(|(index, ty)| (index, depth_of(*ty)))
        .collect();
    let mut result = Vec::new();
    if signatures.may_be_view(ret) {
        result.push((callee, Depth::Gives));
        if signatures.holds_references(ret) {
            result.extend((0..callee).map(|index| (index, Depth::Outer)));
        } else {
            result.extend(&generic);
        }
    }
    let mut kept = Vec::new();
    if !generic.is_empty() {
        kept.push(((callee, Depth::Keeps), generic.clone()));
    }
    for into in &generic {
        if matches!(params[into.0 as usize].kind(), TyKind::Ref(Mutability::Const, _)) {
            continue;
        }
        let others = generic.iter().filter(|other| *other != into).copied();
        kept.push((*into, others.chain([(callee, Depth::Puts)]).collect()));
    }
    Dependencies {
        result,
        kept,
        mixed: Vec::new(),
        mixed_by: Vec::new(),
        put_by: Vec::new(),
        owned: Vec::new(),
        is_by_type: true,
    }
}

/// Of what an `impl`'s function is given to call, by type: who calls that through the trait goes by what the trait
/// says, where a generic parameter may stand for what is `&str` in the `impl`.
pub(crate) fn asked_by_trait(signatures: &Signatures, function: FnRef) -> FxHashMap<Ty, Rc<Dependencies>> {
    let Some(of_trait) = trait_function(signatures, function) else {
        return FxHashMap::default();
    };
    let (of_trait, own) = (signatures.function(of_trait), signatures.function(function));
    let (of_trait_env, own_env) = (signatures.within(&of_trait.bounds), signatures.within(&own.bounds));
    let mut found = FxHashMap::default();
    for (asked, own) in of_trait.params.iter().zip(&own.params) {
        let mut add = |part: Ty, callable: &Callable| {
            let dependencies = of_callable(signatures, &callable.params, callable.ret);
            found.insert(part, Rc::new(dependencies));
        };
        if let Some(callable) = of_trait_env.callable(called_part(asked.ty)) {
            add(called_part(own.ty), &callable);
        }
        // Those in fields stand in the same order, as the types differ in their arguments alone.
        let within = callables_in(of_trait_env, asked.ty);
        for ((part, _), (_, callable)) in callables_in(own_env, own.ty).iter().zip(&within) {
            add(*part, callable);
        }
    }
    found
}

/// Of a parameter that is called or lends what is: that.
pub(crate) fn called_part(ty: Ty) -> Ty {
    let mut ty = ty;
    while let TyKind::Ref(_, inner) | TyKind::Optional(inner) = ty.kind() {
        ty = *inner;
    }
    ty
}

/// Of a call of what a function gives as an `impl` type: by what that says, where a generic parameter stands for what
/// may be kept, whatever it is.
pub(crate) fn of_unnamed(signatures: &Signatures, unnamed: UnnamedRef) -> Option<Dependencies> {
    let mut bounds = signatures.unnamed.get(&unnamed)?.bounds.traits.iter();
    let bound = bounds.find(|bound| signatures.call_trait(bound.def).is_some())?;
    let TyKind::Tuple(params) = bound.args[1].kind() else {
        return None;
    };
    Some(of_callable(signatures, params, bound.args[2]))
}

/// Where in a parameter of this type the references of its generic parameters are.
fn depth_of(ty: Ty) -> Depth {
    if referent(ty).is_some() {
        Depth::Inner
    } else {
        Depth::Outer
    }
}

/// What a reference leads to, or an optional one that is only read: there, a value has references of its own and those
/// behind them.
pub(crate) fn referent(ty: Ty) -> Option<Ty> {
    if let TyKind::Ref(_, target) = ty.kind() {
        return Some(*target);
    }
    let TyKind::Optional(inner) = ty.kind() else {
        return None;
    };
    if let TyKind::Ref(Mutability::Const, target) = inner.kind() {
        Some(*target)
    } else {
        None
    }
}
