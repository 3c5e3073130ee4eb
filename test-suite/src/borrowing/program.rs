//! What a random borrowing program consists of: functions of statements over places, and their types.
//!
//! Knows neither how Lang nor how Rust writes it. Every program that is made of these parts as `generate` does is well
//! typed in both languages, so that all that can be wrong with it is what moves and references may not do.

/// `&` or `&mut`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Power {
    Share,
    Exclude,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Ty {
    Unit,
    /// `i32`
    Int,
    /// The struct of the library with this index.
    Struct(usize),
    Box(Box<Ty>),
    Vec(Box<Ty>),
    Slice(Box<Ty>),
    Optional(Box<Ty>),
    Ref(Power, Box<Ty>),
    Tuple(Vec<Ty>),
    /// An array of two.
    Array(Box<Ty>),
    /// In the signature of a generic function of the library: its parameter.
    Param,
}

/// A local variable of a function, by a number that no other has.
pub(super) type Var = usize;

/// The variables that every function has: a number that decides its branches, and how many steps its loops have left.
pub(super) const N_PARAM: Var = 0;
pub(super) const FUEL: Var = 1;
/// The first of a function's own.
pub(super) const FIRST_VAR: Var = 2;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Step {
    /// Of this struct of the library, the field at this position.
    Field(usize, usize),
    /// Of a tuple, the part at this position.
    Part(usize),
    Deref,
    /// The element of a `Vec` with this index.
    Index(usize),
    /// The element of an array with this index.
    Element(usize),
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Place {
    pub(super) var: Var,
    pub(super) steps: Vec<Step>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Expr {
    Int(i32),
    /// The value of a place, moved or copied as its type says; a `&mut` as each language has it there.
    Take(Place),
    /// The same through a function that gives its argument back, which moves a `&mut` in both languages.
    Moved(Place),
    Borrow(Power, Place),
    /// A struct of the library with the values of its fields.
    New(usize, Vec<Expr>),
    Some(Box<Expr>),
    /// An absent value of this optional type.
    None(Ty),
    /// What is in an optional; the function returns where there is nothing.
    Try(Box<Expr>),
    /// With its type.
    Tuple(Vec<Expr>, Ty),
    Array(Vec<Expr>),
    NewBox(Box<Expr>),
    /// An empty `Vec` of this type.
    NewVec(Ty),
    /// A call of the library's function with this index; of a generic one, for this type.
    Call(usize, Option<Ty>, Vec<Expr>),
    /// A call of another random function, with what that gives.
    CallOther(usize, Ty, Vec<Expr>),
}

/// Where a condition is asked: what it is decided by, so that no two are alike.
pub(super) type Site = usize;

pub(super) type Block = Vec<Stmt>;

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Stmt {
    Let {
        var: Var,
        ty: Ty,
        init: Option<Expr>,
    },
    Assign(Place, Expr),
    /// For what it does; the result is dropped at once.
    Do(Expr),
    /// Prints an `i32`.
    Show(Place),
    Drop(Var),
    If(Site, Block, Block),
    /// `if let v = e { … } else { … }`
    IfSome {
        var: Var,
        ty: Ty,
        of: Expr,
        then: Block,
        otherwise: Block,
    },
    /// `match e { v if … => { … }, _ => { … } }`, where the site and a number that the guard asks for decide.
    Match {
        var: Var,
        ty: Ty,
        of: Expr,
        guard: (Expr, Site),
        then: Block,
        otherwise: Block,
    },
    /// A loop of a few rounds.
    While(Block),
    WhileSome {
        var: Var,
        ty: Ty,
        of: Expr,
        body: Block,
    },
    /// `for v in &vec { … }`
    For {
        var: Var,
        ty: Ty,
        of: Expr,
        body: Block,
    },
    Block(Block),
    Break,
    Continue,
    Return(Option<Expr>),
}

/// Where references of a result or of what is kept come from: a parameter by its position, and whether it is what the
/// references behind it refer to (`@borrows(*p)`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Source {
    pub(super) param: usize,
    pub(super) is_inner: bool,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Signature {
    pub(super) params: Vec<Ty>,
    pub(super) ret: Ty,
    pub(super) borrows: Vec<Source>,
    /// Into what this parameter, a `&mut`, refers to may go what comes from there.
    pub(super) captures: Vec<(usize, Source)>,
}

/// Its first parameter is `n`, which the signature does not list; the others are `FIRST_VAR` and on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Function {
    pub(super) signature: Signature,
    /// The last statement returns, where there is something to return.
    pub(super) body: Block,
    /// Random functions that it may call, which call none themselves.
    pub(super) others: Vec<Function>,
}

impl Signature {
    /// Says also what follows from what it says: what may go into what the result borrows may be in the result. Rust
    /// concludes it from the lifetimes; Lang wants it said.
    pub(super) fn close(&mut self) {
        loop {
            let mut more = Vec::new();
            for (into, from) in &self.captures {
                if self.borrows.iter().any(|source| source.param == *into) && !self.borrows.contains(from) {
                    more.push((None, *from));
                }
                for (other, kept) in &self.captures {
                    if kept.param == *into && from.param != *other && !self.captures.contains(&(*other, *from)) {
                        more.push((Some(*other), *from));
                    }
                }
            }
            let Some((into, from)) = more.pop() else { return };
            match into {
                Some(into) => self.captures.push((into, from)),
                None => self.borrows.push(from),
            }
        }
    }
}

impl Function {
    /// The number of a variable that the function does not have yet.
    pub(super) fn next_var(&self) -> Var {
        let mut next = FIRST_VAR + self.signature.params.len();
        visit(&self.body, &mut |statement| {
            if let Some((var, _)) = statement.binds() {
                next = next.max(var + 1);
            }
        });
        next
    }

    pub fn n_statements(&self) -> usize {
        let mut n_statements = 0;
        visit(&self.body, &mut |_| n_statements += 1);
        n_statements
    }

    pub(super) fn calls_others(&self) -> bool {
        let mut calls = false;
        visit(&self.body, &mut |statement| {
            calls |= statement.expr().is_some_and(Expr::calls_others);
            calls |= statement.guard().is_some_and(Expr::calls_others);
        });
        calls
    }

    /// How much there is to read.
    pub(super) fn size(&self) -> usize {
        let mut size = 2 * self.signature.params.len() + self.signature.borrows.len() + self.signature.captures.len();
        visit(&self.body, &mut |statement| {
            size += 4 + statement.expr().map_or(0, Expr::size)
        });
        size + self.others.iter().map(|other| 2 + other.size()).sum::<usize>()
    }

    /// Whether each variable is only named where it is there.
    pub(super) fn is_well_scoped(&self) -> bool {
        let params = FIRST_VAR + self.signature.params.len();
        let mut scope: Vec<Var> = (0..params).collect();
        is_block_well_scoped(&self.body, &mut scope, false)
    }
}

impl Stmt {
    /// The variable that the statement declares, and its type.
    pub(super) fn binds(&self) -> Option<(Var, &Ty)> {
        match self {
            Self::Let { var, ty, .. }
            | Self::IfSome { var, ty, .. }
            | Self::Match { var, ty, .. }
            | Self::WhileSome { var, ty, .. }
            | Self::For { var, ty, .. } => Some((*var, ty)),
            Self::Assign(..)
            | Self::Do(_)
            | Self::Show(_)
            | Self::Drop(_)
            | Self::If(..)
            | Self::While(_)
            | Self::Block(_)
            | Self::Break
            | Self::Continue
            | Self::Return(_) => None,
        }
    }

    pub(super) fn blocks(&self) -> Vec<&Block> {
        match self {
            Self::If(_, one, other)
            | Self::IfSome {
                then: one,
                otherwise: other,
                ..
            }
            | Self::Match {
                then: one,
                otherwise: other,
                ..
            } => vec![one, other],
            Self::While(body) | Self::WhileSome { body, .. } | Self::For { body, .. } | Self::Block(body) => vec![body],
            Self::Let { .. }
            | Self::Assign(..)
            | Self::Do(_)
            | Self::Show(_)
            | Self::Drop(_)
            | Self::Break
            | Self::Continue
            | Self::Return(_) => Vec::new(),
        }
    }

    pub(super) fn blocks_mut(&mut self) -> Vec<&mut Block> {
        match self {
            Self::If(_, one, other)
            | Self::IfSome {
                then: one,
                otherwise: other,
                ..
            }
            | Self::Match {
                then: one,
                otherwise: other,
                ..
            } => vec![one, other],
            Self::While(body) | Self::WhileSome { body, .. } | Self::For { body, .. } | Self::Block(body) => vec![body],
            Self::Let { .. }
            | Self::Assign(..)
            | Self::Do(_)
            | Self::Show(_)
            | Self::Drop(_)
            | Self::Break
            | Self::Continue
            | Self::Return(_) => Vec::new(),
        }
    }

    /// Calls for each variable that the statement itself names, and not the blocks in it.
    pub(super) fn each_var(&self, see: &mut impl FnMut(Var)) {
        if let Self::Assign(place, _) | Self::Show(place) = self {
            see(place.var);
        }
        if let Self::Drop(var) = self {
            see(*var);
        }
        if let Some(expr) = self.expr() {
            expr.each_var(see);
        }
        if let Some(guard) = self.guard() {
            guard.each_var(see);
        }
    }

    /// What a guard asks for, which may name what the statement binds.
    pub(super) fn guard(&self) -> Option<&Expr> {
        match self {
            Self::Match { guard, .. } => Some(&guard.0),
            Self::Let { .. }
            | Self::Assign(..)
            | Self::Do(_)
            | Self::Show(_)
            | Self::Drop(_)
            | Self::If(..)
            | Self::IfSome { .. }
            | Self::While(_)
            | Self::WhileSome { .. }
            | Self::For { .. }
            | Self::Block(_)
            | Self::Break
            | Self::Continue
            | Self::Return(_) => None,
        }
    }

    pub(super) fn guard_mut(&mut self) -> Option<&mut Expr> {
        if let Self::Match { guard, .. } = self {
            return Some(&mut guard.0);
        }
        None
    }

    pub(super) fn is_loop(&self) -> bool {
        matches!(self, Self::While(_) | Self::WhileSome { .. } | Self::For { .. })
    }

    /// Whether what follows it in its block is never reached.
    pub(super) fn leaves(&self) -> bool {
        matches!(self, Self::Break | Self::Continue | Self::Return(_))
    }

    /// The expression of the statement.
    pub(super) fn expr(&self) -> Option<&Expr> {
        match self {
            Self::Let { init, .. } => init.as_ref(),
            Self::Assign(_, expr) | Self::Do(expr) => Some(expr),
            Self::IfSome { of, .. } | Self::Match { of, .. } | Self::WhileSome { of, .. } | Self::For { of, .. } => {
                Some(of)
            }
            Self::Return(expr) => expr.as_ref(),
            Self::Show(_)
            | Self::Drop(_)
            | Self::If(..)
            | Self::While(_)
            | Self::Block(_)
            | Self::Break
            | Self::Continue => None,
        }
    }

    pub(super) fn expr_mut(&mut self) -> Option<&mut Expr> {
        match self {
            Self::Let { init, .. } => init.as_mut(),
            Self::Assign(_, expr) | Self::Do(expr) => Some(expr),
            Self::IfSome { of, .. } | Self::Match { of, .. } | Self::WhileSome { of, .. } | Self::For { of, .. } => {
                Some(of)
            }
            Self::Return(expr) => expr.as_mut(),
            Self::Show(_)
            | Self::Drop(_)
            | Self::If(..)
            | Self::While(_)
            | Self::Block(_)
            | Self::Break
            | Self::Continue => None,
        }
    }
}

impl Expr {
    /// The expressions that it consists of.
    pub(super) fn parts(&self) -> Vec<&Expr> {
        match self {
            Self::New(_, parts)
            | Self::Call(_, _, parts)
            | Self::CallOther(_, _, parts)
            | Self::Tuple(parts, _)
            | Self::Array(parts) => parts.iter().collect(),
            Self::Some(inner) | Self::NewBox(inner) | Self::Try(inner) => vec![inner],
            Self::Int(_) | Self::Take(_) | Self::Moved(_) | Self::Borrow(..) | Self::None(_) | Self::NewVec(_) => {
                Vec::new()
            }
        }
    }

    fn size(&self) -> usize {
        let steps = self.place().map_or(0, |place| place.steps.len());
        let is_moved = usize::from(matches!(self, Self::Moved(_)));
        1 + steps + is_moved + self.parts().into_iter().map(Self::size).sum::<usize>()
    }

    /// Whether it is a place or a number.
    pub(super) fn is_read(&self) -> bool {
        matches!(self, Self::Take(_) | Self::Int(_))
    }

    /// Whether it says its type by itself.
    pub(super) fn says_its_type(&self) -> bool {
        match self {
            Self::None(_) | Self::Some(_) => false,
            Self::Tuple(parts, _) | Self::Array(parts) => parts.iter().all(Self::says_its_type),
            Self::Int(_)
            | Self::Take(_)
            | Self::Moved(_)
            | Self::Borrow(..)
            | Self::New(..)
            | Self::NewBox(_)
            | Self::NewVec(_)
            | Self::Try(_)
            | Self::Call(..)
            | Self::CallOther(..) => true,
        }
    }

    fn calls_others(&self) -> bool {
        matches!(self, Self::CallOther(..)) || self.parts().into_iter().any(Self::calls_others)
    }

    /// Calls for each variable in it.
    pub(super) fn each_var(&self, see: &mut impl FnMut(Var)) {
        if let Some(place) = self.place() {
            see(place.var);
        }
        self.parts().into_iter().for_each(|part| part.each_var(see));
    }

    /// The place that it reads, lends or moves.
    pub(super) fn place(&self) -> Option<&Place> {
        match self {
            Self::Take(place) | Self::Moved(place) | Self::Borrow(_, place) => Some(place),
            Self::New(..)
            | Self::Call(..)
            | Self::CallOther(..)
            | Self::Some(_)
            | Self::Try(_)
            | Self::Tuple(..)
            | Self::Array(_)
            | Self::NewBox(_)
            | Self::Int(_)
            | Self::None(_)
            | Self::NewVec(_) => None,
        }
    }

    fn all_vars(&self, scope: &[Var]) -> bool {
        self.place().is_none_or(|place| scope.contains(&place.var))
            && self.parts().into_iter().all(|part| part.all_vars(scope))
    }
}

/// Every statement, each before those in it.
pub(super) fn visit<'s>(block: &'s [Stmt], see: &mut impl FnMut(&'s Stmt)) {
    for statement in block {
        see(statement);
        for inner in statement.blocks() {
            visit(inner, see);
        }
    }
}

fn is_block_well_scoped(block: &Block, scope: &mut Vec<Var>, in_loop: bool) -> bool {
    let outside = scope.len();
    for statement in block {
        let names = match statement {
            Stmt::Show(place) | Stmt::Assign(place, _) => scope.contains(&place.var),
            Stmt::Drop(var) => scope.contains(var),
            Stmt::Break | Stmt::Continue => in_loop,
            Stmt::Let { .. }
            | Stmt::Do(_)
            | Stmt::If(..)
            | Stmt::IfSome { .. }
            | Stmt::Match { .. }
            | Stmt::While(_)
            | Stmt::WhileSome { .. }
            | Stmt::For { .. }
            | Stmt::Block(_)
            | Stmt::Return(_) => true,
        };
        if !names || statement.expr().is_some_and(|expr| !expr.all_vars(scope)) {
            return false;
        }
        let in_loop = in_loop || statement.is_loop();
        // What an `if let` binds is not there in its `else`.
        for (index, inner) in statement.blocks().into_iter().enumerate() {
            let before = scope.len();
            if index == 0
                && let Some((var, _)) = statement.binds()
            {
                scope.push(var);
            }
            let names = index > 0 || statement.guard().is_none_or(|guard| guard.all_vars(scope));
            let is_well_scoped = names && is_block_well_scoped(inner, scope, in_loop);
            scope.truncate(before);
            if !is_well_scoped {
                return false;
            }
        }
        if let Stmt::Let { var, .. } = statement {
            scope.push(*var);
        }
    }
    scope.truncate(outside);
    true
}
