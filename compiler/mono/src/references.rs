//! What one body or initialiser refers to: the functions and globals named in it, as often as they stand there.

use unit::{
    Body, Callee, Const, FunctionId, GlobalId, GlobalInit, Operand, RelocationTarget, Rvalue, StatementKind,
    TerminatorKind,
};

/// Something that a unit defines or declares.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Referred {
    Function(FunctionId),
    Global(GlobalId),
}

/// In order of the body.
pub(crate) fn of_body(body: &Body) -> Vec<Referred> {
    let mut found = Vec::new();
    for block in &body.blocks {
        for statement in &block.statements {
            match &statement.kind {
                StatementKind::Assign(_, rvalue) => of_rvalue(rvalue, &mut found),
                StatementKind::StorageLive(_) | StatementKind::StorageDead(_) => {}
            }
        }
        match &block.terminator.kind {
            TerminatorKind::Switch { value, .. } => of_operand(value, &mut found),
            TerminatorKind::Call { callee, args, .. } => {
                match callee {
                    Callee::Function(function) => found.push(Referred::Function(*function)),
                    Callee::Pointer(pointer, _) => of_operand(pointer, &mut found),
                    Callee::Intrinsic(_) => {}
                }
                args.iter().for_each(|arg| of_operand(arg, &mut found));
            }
            TerminatorKind::Goto(_)
            | TerminatorKind::Return
            | TerminatorKind::Unreachable
            | TerminatorKind::Resume
            | TerminatorKind::CatchAll { .. } => {}
        }
    }
    found
}

/// In order of offset.
pub(crate) fn of_init(init: &GlobalInit) -> impl Iterator<Item = Referred> {
    init.relocations.iter().map(|relocation| match relocation.target {
        RelocationTarget::Function(function) => Referred::Function(function),
        RelocationTarget::Global(global) => Referred::Global(global),
    })
}

fn of_rvalue(rvalue: &Rvalue, found: &mut Vec<Referred>) {
    match rvalue {
        Rvalue::Use(operand) | Rvalue::Unary(_, operand) | Rvalue::Cast(_, operand, _) => of_operand(operand, found),
        Rvalue::Binary(_, left, right) | Rvalue::Checked { left, right, .. } | Rvalue::Pair(left, right) => {
            of_operand(left, found);
            of_operand(right, found);
        }
        Rvalue::Repeat { element, .. } => of_operand(element, found),
        Rvalue::PointerOffset { pointer, index, .. } => {
            of_operand(pointer, found);
            of_operand(index, found);
        }
        Rvalue::AddressOf(_) | Rvalue::PairSecond(_) => {}
    }
}

fn of_operand(operand: &Operand, found: &mut Vec<Referred>) {
    match operand {
        Operand::Copy(_) | Operand::Fixed(_) => {}
        Operand::Const(constant) => match constant {
            Const::Function { function, .. } => found.push(Referred::Function(*function)),
            Const::Global { global, .. } | Const::Slice { global, .. } => found.push(Referred::Global(*global)),
            Const::Int { .. }
            | Const::Float { .. }
            | Const::Null { .. }
            | Const::Unit { .. }
            | Const::Zero { .. }
            | Const::Undefined { .. } => {}
        },
    }
}
