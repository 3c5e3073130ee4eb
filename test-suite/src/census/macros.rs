//! What function-like macros are.
//!
//! Takes a library's macros. Gives the class of each, as Clang takes it: every macro is called with arguments of a few
//! kinds until Clang takes a call, and what that was is its class. One that Clang takes with none of them has its
//! message as the reason.

use std::collections::BTreeMap;

use base::Symbol;
use cimport::Importer;
use cmodel::{CArg, CMacro, CModel, CModuleId, CModuleSpec, CRefusalKind, CType, CUse, CUseResult, CValue};
use target::{CScalar, Target};
use unit::Optimize;

use super::items::{Item, Meaning};

/// What a macro is when it is called.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MacroClass {
    Expression,
    /// Of type `void`.
    Statement,
    Initializer,
    Returns,
    Declares,
    Unbalanced,
    NeedsFrame,
    /// It takes none of the arguments that were tried.
    OtherArguments,
}

impl MacroClass {
    pub const ALL: [MacroClass; 8] = [
        MacroClass::Expression,
        MacroClass::Statement,
        MacroClass::Initializer,
        MacroClass::Returns,
        MacroClass::Declares,
        MacroClass::Unbalanced,
        MacroClass::NeedsFrame,
        MacroClass::OtherArguments,
    ];

    /// As the table's heading has it.
    pub fn title(self) -> &'static str {
        match self {
            MacroClass::Expression => "expressions",
            MacroClass::Statement => "statements",
            MacroClass::Initializer => "initial values",
            MacroClass::Returns => "return",
            MacroClass::Declares => "declare",
            MacroClass::Unbalanced => "unbalanced",
            MacroClass::NeedsFrame => "need the frame",
            MacroClass::OtherArguments => "other arguments",
        }
    }
}

/// A macro's class and, where it says more than the class, Clang's message.
pub(crate) type Classified = (MacroClass, Option<String>);

/// What a macro is tried with: one kind of argument for the first parameter, one for all others.
const TRIED: [(Tried, Tried); 9] = [
    (Tried::Number, Tried::Number),
    (Tried::Variable, Tried::Variable),
    (Tried::Pointer, Tried::Pointer),
    (Tried::Name, Tried::Name),
    (Tried::Type, Tried::Type),
    (Tried::Type, Tried::Number),
    (Tried::Variable, Tried::Number),
    (Tried::Number, Tried::Type),
    (Tried::Name, Tried::Number),
];

#[derive(Clone, Copy)]
enum Tried {
    Number,
    Variable,
    Pointer,
    /// A literal, or its tokens.
    Name,
    Type,
}

/// The class of each function-like macro among the items.
pub(crate) fn classes(
    importer: &Importer,
    (id, spec, target): (CModuleId, &CModuleSpec, &Target),
    model: &CModel,
    items: &[Item<'_>],
) -> Result<BTreeMap<Symbol, Classified>, String> {
    let mut left: Vec<(Symbol, &CMacro)> = items
        .iter()
        .filter_map(|item| match item.meaning {
            Meaning::Value(CValue::Macro(found)) => Some((item.name, found)),
            Meaning::Value(_) | Meaning::Type(_) | Meaning::Member(_) => None,
        })
        .collect();
    let mut classes = BTreeMap::new();
    for (first, others) in TRIED {
        let uses: Vec<CUse> = left
            .iter()
            .map(|(name, found)| CUse {
                module: Some(id),
                name: *name,
                inline: None,
                args: (0..found.params.len() + usize::from(found.variadic))
                    .map(|index| if index == 0 { first } else { others }.argument())
                    .collect(),
                is_bare: false,
                expected: None,
                records: Vec::new(),
                expansion: None,
            })
            .collect();
        let answers = importer.uses(id, spec, target, Optimize::None, model, &uses);
        let answers = answers.map_err(|error| format!("{error:?}"))?;
        for ((name, _), instance) in left.iter().zip(&answers.instances) {
            let (class, message) = class(model, &instance.result);
            let known = classes.get(name);
            // The first message is that of the plainest arguments.
            if class != MacroClass::OtherArguments || known.is_none() {
                classes.insert(*name, (class, message));
            }
        }
        left.retain(|(name, _)| {
            classes
                .get(name)
                .is_none_or(|(class, _): &Classified| *class == MacroClass::OtherArguments)
        });
        if left.is_empty() {
            break;
        }
    }
    Ok(classes)
}

impl Tried {
    fn argument(self) -> CArg {
        let int = CType::Scalar(CScalar::Int);
        match self {
            Tried::Number => CArg::Constant("1".to_owned()),
            Tried::Variable => CArg::Reference {
                target: int,
                is_const: false,
            },
            Tried::Pointer => CArg::Value(CType::Pointer {
                pointee: Box::new(CType::Scalar(CScalar::Void)),
                is_const: false,
            }),
            Tried::Name => CArg::Literal(b"census".to_vec()),
            Tried::Type => CArg::Type(int),
        }
    }
}

fn class(model: &CModel, result: &CUseResult) -> Classified {
    match result {
        CUseResult::Value(value) if *super::items::resolved(model, &value.ty) == CType::Scalar(CScalar::Void) => {
            (MacroClass::Statement, None)
        }
        CUseResult::Value(_) => (MacroClass::Expression, None),
        CUseResult::Initializer { .. } => (MacroClass::Initializer, None),
        CUseResult::Return { .. } => (MacroClass::Returns, None),
        CUseResult::Refused(refusal) => match refusal.kind {
            CRefusalKind::NeedsType | CRefusalKind::NotOfType => (MacroClass::Initializer, None),
            CRefusalKind::Declares => (MacroClass::Declares, None),
            CRefusalKind::Unbalanced | CRefusalKind::NeedsBody => (MacroClass::Unbalanced, None),
            CRefusalKind::NeedsFrame => (MacroClass::NeedsFrame, Some(refusal.message.clone())),
            CRefusalKind::Error | CRefusalKind::NeedsPlace(_) => {
                (MacroClass::OtherArguments, Some(refusal.message.clone()))
            }
        },
    }
}
