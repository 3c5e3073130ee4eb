//! The interpreter's memory: a stack of variables, and constants that are only read.

use std::sync::Arc;

use base::{FxHashMap, Symbol};
use check::{ConstValue, Ty};

use crate::value::Value;

/// Names a whole variable or constant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum AllocationId {
    /// A variable of a call: its position, and which of the variables that were there it is.
    Variable { index: u32, generation: u64 },
    /// Never written.
    Constant(u32),
}

/// A variable.
#[derive(Debug)]
pub(crate) struct Variable {
    generation: u64,
    pub(crate) ty: Ty,
    pub(crate) value: Value,
    /// Declared in the source, and not a temporary.
    pub(crate) is_named: bool,
    /// Its scope ended.
    pub(crate) is_gone: bool,
}

#[derive(Debug)]
struct Constant {
    ty: Ty,
    value: Value,
    /// What the key's address belongs to, kept so that nothing else gets it.
    _source: Option<ConstValue>,
}

/// What a constant is known again by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum ConstantKey {
    Text(Symbol),
    CText(Symbol),
    /// The address of shared data.
    Shared(usize),
}

#[derive(Debug, Default)]
pub(crate) struct Memory {
    variables: Vec<Variable>,
    constants: Vec<Constant>,
    known: FxHashMap<ConstantKey, u32>,
    generation: u64,
}

impl ConstantKey {
    pub(crate) fn of_value(value: &Arc<ConstValue>) -> Self {
        Self::Shared(Arc::as_ptr(value) as usize)
    }

    pub(crate) fn of_bytes(bytes: &Arc<[u8]>) -> Self {
        Self::Shared(Arc::as_ptr(bytes).cast::<u8>() as usize)
    }
}

impl Memory {
    /// Where the variables of the next call begin.
    pub(crate) fn top(&self) -> usize {
        self.variables.len()
    }

    pub(crate) fn push(&mut self, ty: Ty, is_named: bool) {
        self.generation += 1;
        self.variables.push(Variable {
            generation: self.generation,
            ty,
            value: Value::Uninit,
            is_named,
            is_gone: false,
        });
    }

    /// Forgets the variables from `start` on.
    pub(crate) fn pop_to(&mut self, start: usize) {
        self.variables.truncate(start);
    }

    pub(crate) fn variable(&self, index: usize) -> &Variable {
        &self.variables[index]
    }

    pub(crate) fn variable_mut(&mut self, index: usize) -> &mut Variable {
        &mut self.variables[index]
    }

    pub(crate) fn id(&self, index: usize) -> AllocationId {
        AllocationId::Variable {
            index: u32::try_from(index).expect("the depth of calls is limited"),
            generation: self.variables[index].generation,
        }
    }

    /// The variable, if it is still there.
    pub(crate) fn find(&self, id: AllocationId) -> Option<&Variable> {
        let AllocationId::Variable { index, generation } = id else {
            return None;
        };
        let variable = self.variables.get(index as usize)?;
        (variable.generation == generation).then_some(variable)
    }

    /// The whole of an allocation, and its type. A variable whose scope ended is not there.
    pub(crate) fn whole(&self, id: AllocationId) -> Option<(&Value, Ty)> {
        match id {
            AllocationId::Variable { .. } => {
                let variable = self.find(id).filter(|variable| !variable.is_gone)?;
                Some((&variable.value, variable.ty))
            }
            AllocationId::Constant(index) => {
                let constant = &self.constants[index as usize];
                Some((&constant.value, constant.ty))
            }
        }
    }

    /// A variable, to be changed.
    pub(crate) fn whole_mut(&mut self, id: AllocationId) -> Option<&mut Variable> {
        let AllocationId::Variable { index, generation } = id else {
            return None;
        };
        let variable = self.variables.get_mut(index as usize)?;
        (variable.generation == generation && !variable.is_gone).then_some(variable)
    }

    pub(crate) fn known(&self, key: ConstantKey) -> Option<AllocationId> {
        self.known.get(&key).copied().map(AllocationId::Constant)
    }

    pub(crate) fn add_constant(
        &mut self,
        key: Option<ConstantKey>,
        value: Value,
        ty: Ty,
        source: Option<ConstValue>,
    ) -> AllocationId {
        let index = u32::try_from(self.constants.len()).expect("the steps of an evaluation are limited");
        self.constants.push(Constant {
            ty,
            value,
            _source: source,
        });
        if let Some(key) = key {
            self.known.insert(key, index);
        }
        AllocationId::Constant(index)
    }
}
