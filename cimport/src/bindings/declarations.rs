//! Declarations of C for texts that stand without the headers: of functions and variables that macros of bindings
//! mention, and of the typedefs in their types.
//!
//! Takes what a file of bindings says of them. Gives C text, or nothing where that would not be the same to C: where a
//! type is known in whole only to the header, or the linker's name is another.

use std::collections::BTreeSet;

use base::Symbol;
use cmodel::{CEffects, CFunction, CGlobal, CLinkage, CModel, CNature, CSignature, CType, OWN_TYPEDEFS, VA_LIST};

use crate::thunks::Spelling;

/// What has been declared, each after what it needs.
pub(super) struct Declarations<'a> {
    spelling: Spelling<'a>,
    text: String,
    /// Typedefs, tags, functions and variables, as C spells them.
    done: BTreeSet<String>,
    /// How often a record was come by, of which only the tag is declared.
    n_records: usize,
}

/// What of a type has to be known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Whole,
    /// It is behind a pointer: the tag of a record will do.
    Named,
}

impl<'a> Declarations<'a> {
    pub(super) fn new(model: &'a CModel) -> Self {
        Self {
            spelling: Spelling {
                model,
                own: BTreeSet::new(),
            },
            text: String::new(),
            done: BTreeSet::new(),
            n_records: 0,
        }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// What `declare` gives, and whether pointers to records came with it: of these the text knows only the tag.
    pub(super) fn noting_records<T>(&mut self, declare: impl FnOnce(&mut Self) -> Option<T>) -> Option<(T, bool)> {
        let before = self.n_records;
        let given = declare(self)?;
        Some((given, self.n_records > before))
    }

    fn model(&self) -> &'a CModel {
        self.spelling.model
    }

    pub(super) fn function(&mut self, key: Symbol) -> Option<()> {
        let function = self.model().functions.get(&key)?;
        let CFunction {
            symbol,
            signature,
            linkage,
            features,
            facts,
            ..
        } = function;
        let is_plain = *linkage == CLinkage::External
            && *symbol == key.as_str()
            && features.is_empty()
            && facts.advice.is_none()
            && !facts.returns_twice;
        if !is_plain {
            return None;
        }
        self.signature(signature)?;
        let effects = match facts.effects {
            CEffects::Any => "",
            CEffects::Reads => " __attribute__((pure))",
            CEffects::None => " __attribute__((const))",
        };
        let noreturn = if signature.noreturn {
            " __attribute__((noreturn))"
        } else {
            ""
        };
        let declared = self.declared(&CType::Function(Box::new(signature.clone())), key.as_str())?;
        self.add(key.as_str(), &format!("extern {declared}{effects}{noreturn};\n"))
    }

    pub(super) fn variable(&mut self, key: Symbol) -> Option<()> {
        let CGlobal {
            symbol,
            ty,
            constant,
            thread_local,
            advice,
            ..
        } = self.model().globals.get(&key)?;
        if *symbol != key.as_str() || !advice.is_none() {
            return None;
        }
        self.ty(ty, Wanted::Whole)?;
        let declared = match constant {
            true => self.spelling.declare_const(ty, key.as_str()).ok()?,
            false => self.declared(ty, key.as_str())?,
        };
        let storage = if *thread_local {
            "extern _Thread_local"
        } else {
            "extern"
        };
        self.add(key.as_str(), &format!("{storage} {declared};\n"))
    }

    /// Declares what a type is made of.
    pub(super) fn ty(&mut self, ty: &CType, wanted: Wanted) -> Option<()> {
        match ty {
            CType::Scalar(_) | CType::Int128 { .. } | CType::Float16 => Some(()),
            CType::Pointer { pointee, .. } => self.ty(pointee, Wanted::Named),
            CType::Array { element, .. } => self.ty(element, Wanted::Whole),
            CType::FlexibleArray { element } => self.ty(element, Wanted::Whole),
            CType::FunctionPointer(signature) | CType::Function(signature) => self.signature(signature),
            CType::Typedef(name) => self.typedef(*name, wanted),
            CType::Record(tag) => {
                let record = self.model().records.get(tag)?;
                let spelling = record.c_spelling.as_deref()?;
                if matches!(record.nature, CNature::Complex | CNature::BitInt) {
                    return Some(());
                }
                self.n_records += 1;
                let has_tag = spelling.starts_with("struct ") || spelling.starts_with("union ");
                if !has_tag || wanted == Wanted::Whole {
                    return None;
                }
                self.add(spelling, &format!("{spelling};\n"))
            }
            CType::Enum(_) => None,
            CType::Opaque { spelling, .. } => (spelling == VA_LIST).then_some(()),
        }
    }

    fn typedef(&mut self, name: Symbol, wanted: Wanted) -> Option<()> {
        let own = OWN_TYPEDEFS.iter().find(|(own, ..)| name == *own);
        if let Some((own, meaning, _)) = own {
            return self.add(own, &format!("typedef {meaning} {own};\n"));
        }
        let ty = &self.model().typedefs.get(&name)?.ty;
        self.ty(ty, wanted)?;
        let declared = self.declared(ty, name.as_str())?;
        self.add(name.as_str(), &format!("typedef {declared};\n"))
    }

    fn signature(&mut self, signature: &CSignature) -> Option<()> {
        let params = signature.params.iter().map(|param| &param.ty);
        for ty in params.chain([&signature.ret]) {
            self.ty(ty, Wanted::Whole)?;
        }
        (signature.convention.lang_name().is_some()).then_some(())
    }

    fn declared(&self, ty: &CType, name: &str) -> Option<String> {
        self.spelling.declare(ty, name).ok()
    }

    fn add(&mut self, name: &str, declaration: &str) -> Option<()> {
        if self.done.insert(name.to_owned()) {
            self.text.push_str(declaration);
        }
        Some(())
    }
}
