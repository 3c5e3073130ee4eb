//! Random functions, grown by one statement at a time at any place.
//!
//! What is inserted is well typed; what it does to what is lent is left to chance. A function that was accepted grows
//! into ones that are longer, of which some are still accepted: so programs are deep and about half of them refused.

use super::disagreements::leads_to_views;
use super::library::{Ending, library, read_ty};
use super::print::has_inner;
use super::program::{
    Block, Expr, FIRST_VAR, FUEL, Function, N_PARAM, Place, Power, Signature, Source, Step, Stmt, Ty, Var, visit,
};
use crate::random::Random;

/// Types of parameters and variables, more likely the more often they stand here.
pub(super) const TYPES: &[&str] = &[
    "&Item",
    "&Item",
    "&mut Item",
    "&mut Item",
    "&mut Item",
    "Item",
    "Item",
    "Pair",
    "Pair",
    "&Pair",
    "&mut Pair",
    "Vec<Item>",
    "&Vec<Item>",
    "&mut Vec<Item>",
    "View",
    "View",
    "&View",
    "&mut View",
    "&mut View",
    "Both",
    "&mut Both",
    "Wrap",
    "Hold",
    "Hold",
    "&mut Hold",
    "Duo",
    "Watch",
    "Guard",
    "&mut Guard",
    "Bag",
    "&mut Bag",
    "Vec<&Item>",
    "Vec<&Item>",
    "&mut Vec<&Item>",
    "?&Item",
    "?&mut Item",
    "&mut ?&Item",
    "&mut &Item",
    "&&Item",
    "&[Item]",
    "&mut [Item]",
    "Walk",
    "&mut Walk",
    "WalkMut",
    "&mut WalkMut",
    "Node",
    "&mut Node",
    "&mut Node",
    "Box<Pair>",
    "Box<Item>",
    "&mut Box<Pair>",
    "&i32",
    "&mut i32",
    "i32",
    "?Box<Node>",
    "?Item",
    "&mut &mut Item",
    "(Item, Item)",
    "(&Item, i32)",
    "(&mut Item, &Item)",
    "(View, Item)",
    "&mut (&Item, &Item)",
    "&(Item, Pair)",
    "?(&Item, i32)",
    "[Item; 2]",
    "[&Item; 2]",
    "[&Item; 2]",
    "[Hold; 2]",
    "&mut [&Item; 2]",
    "&[Item; 2]",
    "&mut [Item; 2]",
    "Crate",
    "&mut Crate",
    "Keeper",
];

pub(super) const RESULTS: &[&str] = &[
    "()",
    "()",
    "&Item",
    "&Item",
    "&mut Item",
    "&mut Item",
    "View",
    "Hold",
    "?&Item",
    "?&mut Item",
    "Vec<&Item>",
    "i32",
    "Item",
    "&i32",
    "&mut Node",
    "Watch",
    "&[Item]",
    "Bag",
    "(&Item, &Item)",
    "(&mut Item, i32)",
    "[&Item; 2]",
    "?&Item",
    "?(&Item, i32)",
];

/// What generic functions are called for.
pub(super) const ARGUMENTS: &[&str] = &[
    "Item",
    "&Item",
    "&mut Item",
    "View",
    "Hold",
    "Vec<&Item>",
    "?&Item",
    "?&mut Item",
    "Bag",
    "?Box<Node>",
    "Pair",
    "(&Item, i32)",
    "[&Item; 2]",
];

/// A variable that a statement may name.
#[derive(Clone)]
struct Named {
    var: Var,
    ty: Ty,
    /// Whether it may be assigned and lent as `&mut`.
    is_var: bool,
}

/// A place that a variable leads to, and what may be done with it.
#[derive(Clone)]
struct Reached {
    place: Place,
    ty: Ty,
    can_move: bool,
    can_change: bool,
    behind_share: bool,
}

pub struct Generator {
    random: Random,
    n_sites: usize,
    /// Whether what is made stands where the function may return `none`.
    may_try: bool,
    /// The signatures of the functions that the one that is made may call.
    others: Vec<Signature>,
}

impl Generator {
    pub fn new(seed: u64) -> Self {
        Self {
            random: Random::new(seed),
            n_sites: 0,
            may_try: false,
            others: Vec::new(),
        }
    }

    pub fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    /// So many functions: most are those given with a few statements more or less, the others new.
    pub fn generation(&mut self, from: &[Function], n_functions: usize) -> Vec<Function> {
        let mut grown = Vec::new();
        for at in 0..n_functions {
            let mut function = if at % 10 == 0 {
                self.seedling()
            } else {
                self.random.pick(from)
            };
            if self.random.chance(25)
                && let Some(pruned) = self.prune(&function)
            {
                function = pruned;
            }
            if function.others.len() < 2 && !from.is_empty() && self.random.chance(12) {
                let mut other = self.random.pick(from);
                other.others.retain(|_| false);
                if !other.calls_others() {
                    function.others.push(other);
                }
            }
            for _ in 0..1 + self.random.below(4) {
                function = self.grow(&function);
            }
            grown.push(function);
        }
        grown
    }

    /// A function with nothing in it but what it returns.
    pub fn seedling(&mut self) -> Function {
        loop {
            let signature = self.signature();
            let mut function = Function {
                signature,
                body: Vec::new(),
                others: Vec::new(),
            };
            self.others.clear();
            if function.signature.ret == Ty::Unit {
                return function;
            }
            let scope = params_of(&function);
            let ret = function.signature.ret.clone();
            if let Some(result) = self.expr(&scope, &ret, 3) {
                function.body.push(Stmt::Return(Some(result)));
                return function;
            }
        }
    }

    fn ty(&mut self) -> Ty {
        read_ty(self.random.pick(TYPES))
    }

    fn signature(&mut self) -> Signature {
        let n_params = 1 + self.random.below(4);
        let params: Vec<Ty> = (0..n_params).map(|_| self.ty()).collect();
        let mut sources = Vec::new();
        for (param, ty) in params.iter().enumerate() {
            if ty.is_view() {
                sources.push(Source { param, is_inner: false });
            }
            if has_inner(ty) {
                sources.push(Source { param, is_inner: true });
            }
        }
        let mut ret = read_ty(self.random.pick(RESULTS));
        if ret.is_view() && sources.is_empty() {
            ret = Ty::Unit;
        }
        let mut borrows: Vec<Source> = Vec::new();
        if ret.is_view() {
            let n_sources = 1 + self.random.below(sources.len().min(3));
            borrows.extend((0..n_sources).map(|_| self.random.pick(&sources)));
            borrows.sort_unstable();
            borrows.dedup();
        }
        let mut captures = Vec::new();
        for (into, ty) in params.iter().enumerate() {
            let may_keep = matches!(ty, Ty::Ref(Power::Exclude, inner) if inner.is_view());
            let others: Vec<Source> = sources.iter().copied().filter(|from| from.param != into).collect();
            // Two that go around would say that a parameter keeps itself.
            if may_keep && captures.is_empty() && !others.is_empty() && self.random.chance(50) {
                captures.push((into, self.random.pick(&others)));
            }
        }
        let mut signature = Signature {
            params,
            ret,
            borrows,
            captures,
        };
        signature.close();
        signature
    }

    /// The function with a new statement somewhere.
    pub fn grow(&mut self, function: &Function) -> Function {
        loop {
            let mut grown = function.clone();
            let mut next_var = grown.next_var();
            let ret = grown.signature.ret.clone();
            self.others = grown.others.iter().map(|other| other.signature.clone()).collect();
            let mut at = self.random.below(n_points(&grown.body));
            let mut scope = params_of(&grown);
            let mut cx = Context {
                ret: &ret,
                next_var: &mut next_var,
                in_loop: false,
                is_nested: false,
            };
            if self.insert(&mut grown.body, &mut scope, &mut at, &mut cx) {
                return grown;
            }
        }
    }

    /// The function with a statement less, where there is one that can go.
    pub fn prune(&mut self, function: &Function) -> Option<Function> {
        let mut n_statements = 0;
        visit(&function.body, &mut |_| n_statements += 1);
        let mut pruned = function.clone();
        let mut at = self.random.below(n_statements.max(1));
        remove(&mut pruned.body, &mut at);
        let returns = pruned.signature.ret == Ty::Unit || pruned.body.last().is_some_and(Stmt::leaves);
        (returns && pruned != *function && pruned.is_well_scoped()).then_some(pruned)
    }

    /// Inserts a statement at the point that `at` counts down to; whether that has been met and a statement was found.
    fn insert(&mut self, block: &mut Block, scope: &mut Vec<Named>, at: &mut usize, cx: &mut Context<'_>) -> bool {
        let outside = scope.len();
        for index in 0..=block.len() {
            if index > 0 && block[index - 1].leaves() {
                break;
            }
            if *at == 0 {
                let statement = self.statement(scope, cx, 2);
                if let Some(statement) = statement {
                    block.insert(index, statement);
                    return true;
                }
                return false;
            }
            *at -= 1;
            let Some(statement) = block.get_mut(index) else { break };
            let is_in_loop = cx.in_loop;
            cx.in_loop |= statement.is_loop();
            let bound = statement.binds().map(|(var, ty)| Named {
                var,
                ty: ty.clone(),
                is_var: false,
            });
            for (inner_index, inner) in statement.blocks_mut().into_iter().enumerate() {
                let before = scope.len();
                scope.extend(bound.clone().filter(|_| inner_index == 0));
                let was = *at;
                let was_nested = std::mem::replace(&mut cx.is_nested, true);
                if self.insert(inner, scope, at, cx) {
                    return true;
                }
                cx.is_nested = was_nested;
                scope.truncate(before);
                if was < n_points(inner) {
                    return false;
                }
            }
            cx.in_loop = is_in_loop;
            if let Stmt::Let { var, ty, .. } = statement {
                scope.push(Named {
                    var: *var,
                    ty: ty.clone(),
                    is_var: true,
                });
            }
        }
        scope.truncate(outside);
        false
    }

    fn statement(&mut self, scope: &[Named], cx: &mut Context<'_>, depth: usize) -> Option<Stmt> {
        self.may_try = matches!(cx.ret, Ty::Optional(_));
        let statement = self.any_statement(scope, cx, depth);
        self.may_try = false;
        statement
    }

    fn any_statement(&mut self, scope: &[Named], cx: &mut Context<'_>, depth: usize) -> Option<Stmt> {
        let kind = self.random.below(100);
        Some(match kind {
            0..26 => {
                let ty = self.ty();
                let init = self.expr(scope, &ty, 3)?;
                let var = cx.new_var();
                Stmt::Let {
                    var,
                    ty,
                    init: Some(init),
                }
            }
            26..28 => Stmt::Let {
                ty: self.ty(),
                var: cx.new_var(),
                init: None,
            },
            28..46 => {
                let places = reached_by_all(scope);
                let places: Vec<&Reached> = (places.iter())
                    .filter(|reached| {
                        // Rust's version needs a new variable, which a block does not give to what is around it.
                        let is_variable = reached.place.steps.is_empty();
                        reached.can_change && !(cx.is_nested && is_variable && leads_to_views(&reached.ty))
                    })
                    .collect();
                let to = (*self.some(&places)?).clone();
                Stmt::Assign(to.place, self.expr(scope, &to.ty, 2)?)
            }
            46..64 => {
                let places = reached_by_all(scope);
                let places: Vec<&Reached> = places.iter().filter(|reached| reached.ty == Ty::Int).collect();
                Stmt::Show(self.some(&places)?.place.clone())
            }
            64..78 => {
                if !self.others.is_empty() && self.random.chance(40) {
                    let other = self.random.below(self.others.len());
                    return Some(Stmt::Do(self.call_other(scope, other, 2)?));
                }
                let helper = self.random.below(library().helpers.len());
                Stmt::Do(self.call(scope, helper, None, 2)?)
            }
            78..81 => {
                let owned: Vec<&Named> = scope.iter().filter(|named| named.var >= FIRST_VAR).collect();
                Stmt::Drop(self.some(&owned)?.var)
            }
            81..85 => {
                let block = self.short_block(scope, cx, depth);
                let otherwise = if self.random.chance(40) {
                    self.short_block(scope, cx, depth)
                } else {
                    Vec::new()
                };
                Stmt::If(self.site(), block, otherwise)
            }
            85..89 => {
                let result = if *cx.ret == Ty::Unit {
                    None
                } else {
                    Some(self.expr(scope, cx.ret, 3)?)
                };
                Stmt::If(self.site(), vec![Stmt::Return(result)], Vec::new())
            }
            89..92 => {
                let (of, ty) = self.optional(scope)?;
                let var = cx.new_var();
                let mut inside = scope.to_vec();
                inside.push(Named {
                    var,
                    ty: ty.clone(),
                    is_var: false,
                });
                if self.random.chance(30) {
                    return self.guarded(&inside, cx, depth, of);
                }
                let body = self.short_block(&inside, cx, depth);
                if self.random.chance(30) {
                    Stmt::WhileSome { var, ty, of, body }
                } else {
                    Stmt::IfSome {
                        var,
                        ty,
                        of,
                        then: body,
                        otherwise: Vec::new(),
                    }
                }
            }
            92..95 => {
                let was = std::mem::replace(&mut cx.in_loop, true);
                let body = self.short_block(scope, cx, depth);
                cx.in_loop = was;
                Stmt::While(body)
            }
            95..97 => {
                let power = self.power();
                let places = reached_by_all(scope);
                let vecs = places.iter().filter_map(|reached| {
                    let Ty::Vec(element) = &reached.ty else { return None };
                    (power == Power::Share || reached.can_change).then_some((reached, element))
                });
                let vecs: Vec<(&Reached, &Box<Ty>)> = vecs.collect();
                let (of, element) = self.some(&vecs)?;
                let (of, ty) = (Expr::Borrow(power, of.place.clone()), Ty::Ref(power, element.clone()));
                let var = cx.new_var();
                let mut inside = scope.to_vec();
                inside.push(Named {
                    var,
                    ty: ty.clone(),
                    is_var: false,
                });
                let body = self.short_block(&inside, cx, depth);
                Stmt::For { var, ty, of, body }
            }
            97..98 => Stmt::Block(self.short_block(scope, cx, depth)),
            _ if cx.in_loop => {
                let leave = if self.random.chance(60) {
                    Stmt::Break
                } else {
                    Stmt::Continue
                };
                Stmt::If(self.site(), vec![leave], Vec::new())
            }
            _ => return None,
        })
    }

    /// A `match` of an optional with a guard, the last of the variables being what is in it.
    fn guarded(&mut self, inside: &[Named], cx: &mut Context<'_>, depth: usize, of: Expr) -> Option<Stmt> {
        let (Named { var, ty, .. }, scope) = inside.split_last()?;
        // What a guard names of what is bound it may only read.
        let mut seen = scope.to_vec();
        if let Ty::Ref(_, target) = ty {
            let ty = Ty::Ref(Power::Share, target.clone());
            seen.push(Named {
                var: *var,
                ty,
                is_var: false,
            });
        }
        let asked = self.expr(&seen, &Ty::Int, 2)?;
        let is_it = |place: &Place| place.var == *var && place.steps.is_empty();
        let is_passed_on = |expr: &Expr| matches!(expr, Expr::Take(place) | Expr::Moved(place) if is_it(place));
        if any_part(&asked, &is_passed_on) {
            return None;
        }
        let guard = (asked, self.site());
        let then = self.short_block(inside, cx, depth);
        let otherwise = if self.random.chance(40) {
            self.short_block(scope, cx, depth)
        } else {
            Vec::new()
        };
        Some(Stmt::Match {
            var: *var,
            ty: ty.clone(),
            of,
            guard,
            then,
            otherwise,
        })
    }

    /// One statement, or nothing.
    fn short_block(&mut self, scope: &[Named], cx: &mut Context<'_>, depth: usize) -> Block {
        if depth == 0 {
            return Vec::new();
        }
        let was_nested = std::mem::replace(&mut cx.is_nested, true);
        let statement = self.statement(scope, cx, depth - 1);
        cx.is_nested = was_nested;
        statement.into_iter().collect()
    }

    fn site(&mut self) -> usize {
        self.n_sites += 1;
        self.n_sites % 97
    }

    fn power(&mut self) -> Power {
        self.random.pick(&[Power::Share, Power::Exclude])
    }

    fn some<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        (!of.is_empty()).then(|| self.random.pick(of))
    }

    /// An expression of an optional type to match, and the type of what is in it.
    fn optional(&mut self, scope: &[Named]) -> Option<(Expr, Ty)> {
        if self.random.chance(40) {
            let kinds = ["?&Item", "?&mut Item", "?&mut Node"];
            let Ty::Optional(inner) = read_ty(self.random.pick(&kinds)) else {
                return None;
            };
            let of = self.expr(scope, &Ty::Optional(inner.clone()), 2)?;
            return of.says_its_type().then_some((of, *inner));
        }
        let power = self.power();
        let places = reached_by_all(scope);
        let optionals = places.iter().filter_map(|reached| {
            let Ty::Optional(inner) = &reached.ty else { return None };
            (power == Power::Share || reached.can_change).then_some((reached, inner))
        });
        let optionals: Vec<(&Reached, &Box<Ty>)> = optionals.collect();
        let (of, inner) = self.some(&optionals)?;
        Some((Expr::Borrow(power, of.place.clone()), Ty::Ref(power, inner.clone())))
    }

    /// An expression of this type, if chance finds one.
    fn expr(&mut self, scope: &[Named], ty: &Ty, depth: usize) -> Option<Expr> {
        for _ in 0..4 {
            let found = match self.random.below(100) {
                0..35 => self.take(scope, ty),
                35..70 => self.borrow(scope, ty),
                70..82 if depth > 0 => self.call_for(scope, ty, depth),
                82..85 if depth > 0 && self.may_try => self.tried(scope, ty, depth),
                _ => None,
            };
            if found.is_some() {
                return found;
            }
        }
        if depth == 0 {
            return self.take(scope, ty);
        }
        self.construct(scope, ty, depth)
            .or_else(|| self.borrow(scope, ty))
            .or_else(|| self.take(scope, ty))
    }

    fn take(&mut self, scope: &[Named], ty: &Ty) -> Option<Expr> {
        let places = reached_by_all(scope);
        let fitting: Vec<&Reached> = places
            .iter()
            .filter(|reached| reached.ty == *ty && (ty.is_copy() || reached.can_move))
            .collect();
        let place = self.some(&fitting)?.place.clone();
        let moves = matches!(ty, Ty::Ref(Power::Exclude, _)) && self.random.chance(40);
        Some(if moves { Expr::Moved(place) } else { Expr::Take(place) })
    }

    fn borrow(&mut self, scope: &[Named], ty: &Ty) -> Option<Expr> {
        let Ty::Ref(power, target) = ty else { return None };
        let places = reached_by_all(scope);
        let fitting: Vec<&Reached> = places
            .iter()
            .filter(|reached| reached.ty == **target && (*power == Power::Share || reached.can_change))
            .collect();
        Some(Expr::Borrow(*power, self.some(&fitting)?.place.clone()))
    }

    /// What is in an optional.
    fn tried(&mut self, scope: &[Named], ty: &Ty, depth: usize) -> Option<Expr> {
        let optional = Ty::Optional(Box::new(ty.clone()));
        let of = self.call_for(scope, &optional, depth);
        let of = of.or_else(|| self.take(scope, &optional))?;
        Some(Expr::Try(Box::new(of)))
    }

    /// A call of something in the library that gives this type.
    fn call_for(&mut self, scope: &[Named], ty: &Ty, depth: usize) -> Option<Expr> {
        let helpers = &library().helpers;
        let fitting: Vec<(usize, Option<Ty>)> = (helpers.iter().enumerate())
            .filter_map(|(index, helper)| {
                let argument = matches(&helper.signature.ret, ty)?;
                Some((index, argument))
            })
            .collect();
        let others = self.others.iter().enumerate().filter(|(_, other)| other.ret == *ty);
        let others: Vec<usize> = others.map(|(index, _)| index).collect();
        if !others.is_empty() && self.random.chance(50) {
            let other = self.random.pick(&others);
            return self.call_other(scope, other, depth - 1);
        }
        let (helper, argument) = self.some(&fitting)?;
        self.call(scope, helper, argument, depth - 1)
    }

    fn call_other(&mut self, scope: &[Named], index: usize, depth: usize) -> Option<Expr> {
        let Signature { params, ret, .. } = self.others[index].clone();
        let args = params.iter().map(|ty| self.expr(scope, ty, depth));
        Some(Expr::CallOther(index, ret, args.collect::<Option<Vec<Expr>>>()?))
    }

    fn call(&mut self, scope: &[Named], index: usize, argument: Option<Ty>, depth: usize) -> Option<Expr> {
        let helper = &library().helpers[index];
        let argument = match argument {
            None if helper.is_generic => Some(read_ty(self.random.pick(helper.arguments))),
            argument => argument.filter(|_| helper.is_generic),
        };
        // A `&mut &mut V` may lead to other `V`s in Rust than in Lang.
        if argument.as_ref().is_some_and(leads_to_views) {
            return None;
        }
        let mut args = Vec::new();
        for param in &helper.signature.params {
            let ty = argument
                .as_ref()
                .map_or_else(|| param.clone(), |argument| param.with(argument));
            let mut arg = self.expr(scope, &ty, depth)?;
            // What a generic function is given must say its type.
            if helper.is_generic && !arg.says_its_type() {
                arg = self.take(scope, &ty).or_else(|| self.borrow(scope, &ty))?;
            }
            args.push(arg);
        }
        Some(Expr::Call(index, argument, args))
    }

    fn construct(&mut self, scope: &[Named], ty: &Ty, depth: usize) -> Option<Expr> {
        Some(match ty {
            Ty::Int => Expr::Int(i32::try_from(self.random.below(100)).expect("small")),
            Ty::Struct(index) => {
                let fields = &library().structs[*index].fields;
                let values = fields.iter().map(|(_, ty)| self.expr(scope, ty, depth - 1));
                Expr::New(*index, values.collect::<Option<Vec<Expr>>>()?)
            }
            Ty::Optional(inner) if self.random.chance(60) => {
                Expr::Some(Box::new(self.expr(scope, inner, depth - 1)?))
            }
            Ty::Optional(_) => Expr::None(ty.clone()),
            Ty::Box(inner) => Expr::NewBox(Box::new(self.expr(scope, inner, depth - 1)?)),
            // Others have two elements always, so that these can be indexed.
            Ty::Vec(inner) if inner.is_view() => Expr::NewVec(ty.clone()),
            Ty::Vec(_) => self.call_for(scope, ty, depth)?,
            Ty::Ref(..) => self.call_for(scope, ty, depth)?,
            Ty::Tuple(parts) => {
                let parts = parts.iter().map(|ty| self.expr(scope, ty, depth - 1));
                Expr::Tuple(parts.collect::<Option<Vec<Expr>>>()?, ty.clone())
            }
            Ty::Array(inner) => {
                let elements = (0..2).map(|_| self.expr(scope, inner, depth - 1));
                Expr::Array(elements.collect::<Option<Vec<Expr>>>()?)
            }
            Ty::Unit | Ty::Slice(_) | Ty::Param => return None,
        })
    }
}

struct Context<'f> {
    ret: &'f Ty,
    next_var: &'f mut Var,
    in_loop: bool,
    /// The statement goes into a block of another.
    is_nested: bool,
}

impl Context<'_> {
    fn new_var(&mut self) -> Var {
        *self.next_var += 1;
        *self.next_var - 1
    }
}

fn params_of(function: &Function) -> Vec<Named> {
    let n = Named {
        var: N_PARAM,
        ty: Ty::Int,
        is_var: false,
    };
    let fuel = Named { var: FUEL, ..n.clone() };
    let own = function.signature.params.iter().enumerate().map(|(index, ty)| Named {
        var: FIRST_VAR + index,
        ty: ty.clone(),
        is_var: true,
    });
    [n, fuel].into_iter().chain(own).collect()
}

/// The points of a block and the blocks in it where a statement can be.
fn n_points(block: &Block) -> usize {
    let mut n_points = 0;
    for statement in block {
        n_points += 1;
        n_points += statement.blocks().into_iter().map(n_points_of).sum::<usize>();
        if statement.leaves() {
            return n_points;
        }
    }
    n_points + 1
}

fn n_points_of(block: &Block) -> usize {
    n_points(block)
}

fn remove(block: &mut Block, at: &mut usize) -> bool {
    for index in 0..block.len() {
        if *at == 0 {
            block.remove(index);
            return true;
        }
        *at -= 1;
        for inner in block[index].blocks_mut() {
            if remove(inner, at) {
                return true;
            }
        }
    }
    false
}

/// What a function's type parameter stands for if it gives this type; absent if it does not.
fn matches(ret: &Ty, wanted: &Ty) -> Option<Option<Ty>> {
    match (ret, wanted) {
        (Ty::Param, wanted) => Some(Some(wanted.clone())),
        (Ty::Optional(ret), Ty::Optional(wanted)) => matches(ret, wanted),
        (Ty::Ref(one, ret), Ty::Ref(other, wanted)) if one == other => matches(ret, wanted),
        (ret, wanted) if ret == wanted => Some(None),
        _ => None,
    }
}

/// The type of an expression that says it by itself.
pub(super) fn ty_of(expr: &Expr) -> Option<Ty> {
    match expr {
        Expr::Int(_) => Some(Ty::Int),
        Expr::New(index, _) => Some(Ty::Struct(*index)),
        Expr::None(ty) | Expr::NewVec(ty) => Some(ty.clone()),
        Expr::NewBox(inner) => Some(Ty::Box(Box::new(ty_of(inner)?))),
        Expr::Some(inner) => Some(Ty::Optional(Box::new(ty_of(inner)?))),
        Expr::Call(helper, argument, _) => {
            let ret = &library().helpers[*helper].signature.ret;
            Some(
                argument
                    .as_ref()
                    .map_or_else(|| ret.clone(), |argument| ret.with(argument)),
            )
        }
        Expr::Tuple(_, ty) | Expr::CallOther(_, ty, _) => Some(ty.clone()),
        Expr::Array(elements) => Some(Ty::Array(Box::new(ty_of(&elements[0])?))),
        Expr::Try(of) => {
            let Ty::Optional(inner) = ty_of(of)? else { return None };
            Some(*inner)
        }
        Expr::Take(_) | Expr::Moved(_) | Expr::Borrow(..) => None,
    }
}

/// The smallest expression of a type that needs nothing.
pub(super) fn simplest(ty: &Ty) -> Option<Expr> {
    match ty {
        Ty::Int => Some(Expr::Int(0)),
        Ty::Struct(index) => {
            let fields = library().structs[*index].fields.iter();
            let values = fields.map(|(_, ty)| simplest(ty));
            Some(Expr::New(*index, values.collect::<Option<Vec<Expr>>>()?))
        }
        Ty::Optional(_) => Some(Expr::None(ty.clone())),
        Ty::Vec(inner) if inner.is_view() => Some(Expr::NewVec(ty.clone())),
        Ty::Box(inner) => Some(Expr::NewBox(Box::new(simplest(inner)?))),
        Ty::Tuple(parts) => {
            let parts = parts.iter().map(simplest);
            Some(Expr::Tuple(parts.collect::<Option<Vec<Expr>>>()?, ty.clone()))
        }
        Ty::Array(inner) => Some(Expr::Array(vec![simplest(inner)?, simplest(inner)?])),
        Ty::Unit | Ty::Vec(_) | Ty::Slice(_) | Ty::Ref(..) | Ty::Param => None,
    }
}

/// Whether a part of an expression, or all of it, is so.
fn any_part(expr: &Expr, is_so: &impl Fn(&Expr) -> bool) -> bool {
    is_so(expr) || expr.parts().into_iter().any(|part| any_part(part, is_so))
}

/// Every place that the variables lead to.
fn reached_by_all(scope: &[Named]) -> Vec<Reached> {
    let mut all = Vec::new();
    for named in scope {
        let reached = Reached {
            place: Place {
                var: named.var,
                steps: Vec::new(),
            },
            ty: named.ty.clone(),
            can_move: true,
            can_change: named.is_var,
            behind_share: false,
        };
        reach(reached, 4, &mut all);
    }
    all
}

fn reach(from: Reached, depth: usize, all: &mut Vec<Reached>) {
    if depth > 0 {
        let step = |step: Step, ty: &Ty| {
            let mut next = from.clone();
            next.place.steps.push(step);
            next.ty = ty.clone();
            next
        };
        match &from.ty {
            Ty::Struct(index) => {
                let decl = &library().structs[*index];
                for (field, (_, ty)) in decl.fields.iter().enumerate() {
                    let mut next = step(Step::Field(*index, field), ty);
                    next.can_move &= decl.ending == Ending::Fields;
                    reach(next, depth - 1, all);
                }
            }
            Ty::Box(inner) => reach(step(Step::Deref, inner), depth - 1, all),
            Ty::Ref(power, inner) => {
                let mut next = step(Step::Deref, inner);
                next.can_move = false;
                next.behind_share |= *power == Power::Share;
                next.can_change = !next.behind_share;
                reach(next, depth - 1, all);
            }
            Ty::Vec(inner) if !inner.is_view() => {
                for index in 0..2 {
                    let mut next = step(Step::Index(index), inner);
                    next.can_move = false;
                    reach(next, depth - 1, all);
                }
            }
            Ty::Tuple(parts) => {
                for (index, ty) in parts.iter().enumerate() {
                    reach(step(Step::Part(index), ty), depth - 1, all);
                }
            }
            Ty::Array(inner) => {
                for index in 0..2 {
                    let mut next = step(Step::Element(index), inner);
                    next.can_move = false;
                    reach(next, depth - 1, all);
                }
            }
            Ty::Unit | Ty::Int | Ty::Vec(_) | Ty::Slice(_) | Ty::Optional(_) | Ty::Param => {}
        }
    }
    // A slice is only had by a reference.
    if !matches!(from.ty, Ty::Slice(_)) || !from.can_move {
        all.push(from);
    }
}
