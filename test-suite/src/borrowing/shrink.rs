//! Smaller functions than one of which something holds, of which it may still hold.

use super::program::{Block, Expr, FIRST_VAR, Function, Signature, Stmt, Ty, visit};

/// Every function that is a step smaller, and well typed: without a statement, with a block in the place of what it is
/// the block of, with less in an expression, without a parameter or something that its signature says.
pub fn smaller(function: &Function) -> Vec<Function> {
    let mut found = Vec::new();
    let mut n_statements = 0;
    visit(&function.body, &mut |_| n_statements += 1);
    // Long ones at first lose many statements at once.
    let n_outer = function.body.len();
    for length in [n_outer / 2, n_outer / 4].into_iter().filter(|length| *length > 1) {
        for from in (0..n_outer).step_by(length) {
            let mut changed = function.clone();
            changed.body.drain(from..n_outer.min(from + length));
            found.push(changed);
        }
    }
    for at in 0..n_statements {
        for way in 0.. {
            let mut changed = function.clone();
            let mut left = at;
            match change(&mut changed.body, &mut left, way) {
                Some(true) => found.push(changed),
                Some(false) => {}
                None => break,
            }
        }
    }
    for at in 0..function.signature.borrows.len() {
        let mut changed = function.clone();
        changed.signature.borrows.remove(at);
        changed.signature.close();
        found.push(changed);
    }
    for at in 0..function.signature.captures.len() {
        let mut changed = function.clone();
        changed.signature.captures.remove(at);
        changed.signature.close();
        found.push(changed);
    }
    for param in 0..function.signature.params.len() {
        found.extend(without_param(function, param));
    }
    for other in 0..function.others.len() {
        found.extend(without_other(function, other));
        for simpler in smaller(&function.others[other]) {
            if simpler.signature == function.others[other].signature {
                let mut changed = function.clone();
                changed.others[other] = simpler;
                found.push(changed);
            }
        }
    }
    found.retain(|changed| {
        let returns = changed.signature.ret == Ty::Unit || changed.body.last().is_some_and(Stmt::leaves);
        returns && changed.is_well_scoped() && says_its_types(&changed.body) && changed != function
    });
    found.sort_by_key(Function::size);
    found
}

/// Whether neither language has to guess a type.
fn says_its_types(block: &Block) -> bool {
    let mut says = true;
    visit(block, &mut |statement| {
        let expr = statement.expr();
        let is_said = match statement {
            Stmt::Do(expr) => matches!(expr, Expr::Call(..) | Expr::CallOther(..)),
            Stmt::IfSome { of, .. } | Stmt::Match { of, .. } | Stmt::WhileSome { of, .. } => of.says_its_type(),
            Stmt::For { of, .. } => matches!(of, Expr::Borrow(..)),
            Stmt::Let { .. }
            | Stmt::Assign(..)
            | Stmt::Show(_)
            | Stmt::Drop(_)
            | Stmt::If(..)
            | Stmt::While(_)
            | Stmt::Block(_)
            | Stmt::Break
            | Stmt::Continue
            | Stmt::Return(_) => true,
        };
        says &= is_said && expr.is_none_or(generics_are_said);
    });
    says
}

fn generics_are_said(expr: &Expr) -> bool {
    let is_said = if let Expr::Call(_, Some(_), args) = expr {
        args.iter().all(Expr::says_its_type)
    } else if let Expr::Try(of) = expr {
        of.says_its_type()
    } else {
        true
    };
    is_said && expr.parts().into_iter().all(generics_are_said)
}

/// Changes the statement that `at` counts down to, in one of the ways that there are; absent if there are no more.
fn change(block: &mut Block, at: &mut usize, way: usize) -> Option<bool> {
    for index in 0..block.len() {
        if *at > 0 {
            *at -= 1;
            for inner in block[index].blocks_mut() {
                let before = *at;
                let changed = change(inner, at, way);
                if changed.is_some() || (before > 0 && *at == 0 && changed.is_some()) {
                    return changed;
                }
                if *at == usize::MAX {
                    return None;
                }
            }
            continue;
        }
        *at = usize::MAX;
        let n_blocks = block[index].blocks().len();
        return match way {
            0 => {
                block.remove(index);
                Some(true)
            }
            way if way <= n_blocks => {
                let inner = std::mem::take(block[index].blocks_mut()[way - 1]);
                block.splice(index..=index, inner);
                Some(true)
            }
            way if way <= 2 * n_blocks => {
                let inner = block[index].blocks_mut().swap_remove(way - n_blocks - 1);
                let had = !inner.is_empty();
                inner.clear();
                Some(had)
            }
            way => {
                let expr = block[index].expr_mut()?;
                let simpler = simpler(expr);
                *expr = simpler.into_iter().nth(way - 2 * n_blocks - 1)?;
                Some(true)
            }
        };
    }
    None
}

/// Expressions of the same type with less in them.
fn simpler(expr: &Expr) -> Vec<Expr> {
    let mut found = Vec::new();
    match expr {
        Expr::Moved(place) => found.push(Expr::Take(place.clone())),
        Expr::Call(helper, argument, args) => {
            for (at, arg) in args.iter().enumerate() {
                for inner in simpler(arg) {
                    let mut args = args.clone();
                    args[at] = inner;
                    found.push(Expr::Call(*helper, argument.clone(), args));
                }
            }
        }
        Expr::CallOther(other, ret, args) => {
            for (at, arg) in args.iter().enumerate() {
                for inner in simpler(arg) {
                    let mut args = args.clone();
                    args[at] = inner;
                    found.push(Expr::CallOther(*other, ret.clone(), args));
                }
            }
        }
        Expr::New(of, values) => {
            for (at, value) in values.iter().enumerate() {
                for inner in simpler(value) {
                    let mut values = values.clone();
                    values[at] = inner;
                    found.push(Expr::New(*of, values));
                }
            }
        }
        Expr::Tuple(parts, _) | Expr::Array(parts) => {
            for (at, part) in parts.iter().enumerate() {
                for inner in simpler(part) {
                    let mut parts = parts.clone();
                    parts[at] = inner;
                    found.push(if let Expr::Tuple(_, ty) = expr {
                        Expr::Tuple(parts, ty.clone())
                    } else {
                        Expr::Array(parts)
                    });
                }
            }
        }
        Expr::Try(of) => found.extend(simpler(of).into_iter().map(|inner| Expr::Try(Box::new(inner)))),
        Expr::Some(inner) => found.extend(simpler(inner).into_iter().map(|inner| Expr::Some(Box::new(inner)))),
        Expr::NewBox(inner) => found.extend(simpler(inner).into_iter().map(|inner| Expr::NewBox(Box::new(inner)))),
        Expr::Int(_) | Expr::Take(_) | Expr::Borrow(..) | Expr::None(_) | Expr::NewVec(_) => {}
    }
    // An argument of the same type as the result stands for the call.
    if let Some(ty) = super::generate::ty_of(expr) {
        let parts = expr.parts().into_iter();
        found.extend(
            parts
                .filter(|part| super::generate::ty_of(part).as_ref() == Some(&ty))
                .cloned(),
        );
        if ty == Ty::Int && !matches!(expr, Expr::Int(_)) {
            found.push(Expr::Int(0));
        }
        if let Some(simple) = super::generate::simplest(&ty)
            && simple != *expr
        {
            found.push(simple);
        }
    }
    found
}

/// Without a function that it may call, and does not.
fn without_other(function: &Function, index: usize) -> Option<Function> {
    let mut changed = function.clone();
    let mut is_called = false;
    each_expr(&mut changed.body, &mut |expr| {
        if let Expr::CallOther(other, ..) = expr {
            is_called |= *other == index;
            *other -= usize::from(*other > index);
        }
    });
    changed.others.remove(index);
    (!is_called).then_some(changed)
}

/// Calls for each expression, and those in it.
fn each_expr(block: &mut Block, each: &mut impl FnMut(&mut Expr)) {
    for statement in block {
        if let Some(expr) = statement.expr_mut() {
            each_within(expr, each);
        }
        if let Some(guard) = statement.guard_mut() {
            each_within(guard, each);
        }
        for inner in statement.blocks_mut() {
            each_expr(inner, each);
        }
    }
}

fn each_within(expr: &mut Expr, each: &mut impl FnMut(&mut Expr)) {
    each(expr);
    match expr {
        Expr::New(_, parts)
        | Expr::Call(_, _, parts)
        | Expr::CallOther(_, _, parts)
        | Expr::Tuple(parts, _)
        | Expr::Array(parts) => parts.iter_mut().for_each(|part| each_within(part, each)),
        Expr::Some(inner) | Expr::NewBox(inner) | Expr::Try(inner) => each_within(inner, each),
        Expr::Int(_) | Expr::Take(_) | Expr::Moved(_) | Expr::Borrow(..) | Expr::None(_) | Expr::NewVec(_) => {}
    }
}

/// Without a parameter, if the body does not name it.
fn without_param(function: &Function, param: usize) -> Option<Function> {
    let named = FIRST_VAR + param;
    let signature = &function.signature;
    let is_said = signature.borrows.iter().any(|from| from.param == param)
        || signature
            .captures
            .iter()
            .any(|(into, from)| *into == param || from.param == param);
    if is_said {
        return None;
    }
    let shift = |at: usize| if at > param { at - 1 } else { at };
    let signature = Signature {
        params: (signature.params.iter().enumerate())
            .filter(|(at, _)| *at != param)
            .map(|(_, ty)| ty.clone())
            .collect(),
        ret: signature.ret.clone(),
        borrows: (signature.borrows.iter().copied())
            .map(|mut from| {
                from.param = shift(from.param);
                from
            })
            .collect(),
        captures: (signature.captures.iter().copied())
            .map(|(into, mut from)| {
                from.param = shift(from.param);
                (shift(into), from)
            })
            .collect(),
    };
    let mut body = function.body.clone();
    let mut is_named = false;
    rename(&mut body, &mut |var| {
        is_named |= *var == named;
        if *var > named {
            *var -= 1;
        }
    });
    (!is_named).then_some(Function {
        signature,
        body,
        others: function.others.clone(),
    })
}

fn rename(block: &mut Block, each: &mut impl FnMut(&mut usize)) {
    for statement in block {
        match statement {
            Stmt::Let { var, .. }
            | Stmt::IfSome { var, .. }
            | Stmt::Match { var, .. }
            | Stmt::WhileSome { var, .. }
            | Stmt::For { var, .. }
            | Stmt::Drop(var) => each(var),
            Stmt::Assign(place, _) | Stmt::Show(place) => each(&mut place.var),
            Stmt::Do(_)
            | Stmt::If(..)
            | Stmt::While(_)
            | Stmt::Block(_)
            | Stmt::Break
            | Stmt::Continue
            | Stmt::Return(_) => {}
        }
        if let Some(expr) = statement.expr_mut() {
            rename_in(expr, each);
        }
        if let Some(guard) = statement.guard_mut() {
            rename_in(guard, each);
        }
        for inner in statement.blocks_mut() {
            rename(inner, each);
        }
    }
}

fn rename_in(expr: &mut Expr, each: &mut impl FnMut(&mut usize)) {
    each_within(expr, &mut |expr| {
        if let Expr::Take(place) | Expr::Moved(place) | Expr::Borrow(_, place) = expr {
            each(&mut place.var);
        }
    });
}
