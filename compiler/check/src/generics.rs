//! Generic parameters of items: types, and constants.

use base::Symbol;

use crate::{IntTy, Ty, TyKind};

/// A generic parameter as its item's signature has it, where its position says which it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Generic {
    pub name: Symbol,
    /// What a const parameter's values are of; absent for a type.
    pub const_ty: Option<Ty>,
}

impl Generic {
    /// A type.
    pub fn ty(name: Symbol) -> Self {
        Self { name, const_ty: None }
    }

    pub(crate) fn of(param: &hir::GenericParam) -> Self {
        Self {
            name: param.name,
            const_ty: param.const_ty.map(const_ty),
        }
    }

    pub(crate) fn all(params: &[hir::GenericParam]) -> impl Iterator<Item = Self> {
        params.iter().map(Self::of)
    }

    /// The parameter as an argument.
    pub fn param(self, index: usize) -> Ty {
        Ty::new(TyKind::Param {
            index: u32::try_from(index).expect("few generic parameters"),
            name: self.name,
            is_const: self.const_ty.is_some(),
        })
    }
}

/// The position of the parameter of this name.
pub(crate) fn position(generics: &[Generic], name: Symbol) -> Option<usize> {
    generics.iter().position(|generic| generic.name == name)
}

/// The parameters as arguments, `first` being the position of the first.
pub(crate) fn params(generics: &[Generic], first: usize) -> impl Iterator<Item = Ty> {
    let numbered = generics.iter().enumerate();
    numbered.map(move |(index, generic)| generic.param(first + index))
}

/// The types that the values of const parameters have, which lowering has made sure of.
fn const_ty(name: Symbol) -> Ty {
    match name.as_str() {
        "bool" => Ty::bool(),
        "char" => Ty::new(TyKind::Char),
        name => Ty::int(IntTy::from_name(name).expect("a const parameter is of a type that one can have")),
    }
}
