//! Questions to Clang until every name has its answer.
//!
//! Takes the names that a program mentions and the headers have. Gives their model. Names are asked for as the headers
//! declare them first; macros that are no constants and name no declaration are then asked for in every role that C has
//! for them.

use std::collections::BTreeMap;

use cmodel::{
    CAdvice, CAlias, CConstant, CConstantValue, CInitial, CInitializer, CLinkage, CModel, CModule, CModuleId, CTag,
    CType, CTypeName, CValue,
};
use target::Target;

use crate::ast::TranslationUnit;
use crate::builtins;
use crate::bytes::Scalars;
use crate::constants::{Meaning, may_be_of_a_place, names_the_question, no_value};
use crate::fits::{self, Fit, Pair};
use crate::libclang::Clang;
use crate::macros::{self, Beginning, LiteralText, Role};
use crate::merge::absorb;
use crate::query::{self, Answer, Asked};
use crate::store::{Headers, Store};
use crate::texts;
use crate::translate::Translator;
use crate::undefined;
use crate::uses::UseText;

/// How many pairs of a macro and a record one question holds.
const MOST_TRIED: usize = 20_000;

/// How many bytes of expanded macros: Clang counts them all, and ends at two thousand million.
const MOST_EXPANDED: usize = 50_000_000;

pub(crate) struct Rounds<'a> {
    store: &'a Store<'a>,
    clang: &'static Clang,
    headers: &'a Headers,
    id: CModuleId,
    target: &'a Target,
    computes: Computes,
    model: CModel,
    module: CModule,
    /// Constants that may have another value elsewhere.
    of_a_place: Vec<base::Symbol>,
    /// Macros that are string literals of these lengths, their NUL included, for which no literal is written.
    texts: Vec<(base::Symbol, u64)>,
    /// Functions that are `static`, which may have no body.
    may_be_undefined: Vec<base::Symbol>,
    /// How macros begin that are neither values nor types, and how many bytes they are when expanded.
    beginnings: BTreeMap<String, (Beginning, usize)>,
}

/// Which values are computed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Computes {
    /// Those of scalars and strings: all that is printed.
    Scalars,
    /// Those of records and arrays too.
    Records,
}

/// What a round of questions is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Subject {
    /// Names as the headers declare them.
    Names,
    /// Macros in all roles.
    Macros,
}

impl<'a> Rounds<'a> {
    pub(crate) fn new(
        store: &'a Store<'a>,
        clang: &'static Clang,
        headers: &'a Headers,
        id: CModuleId,
        target: &'a Target,
        computes: Computes,
    ) -> Self {
        Self {
            store,
            clang,
            headers,
            id,
            target,
            computes,
            model: CModel::default(),
            module: CModule::default(),
            of_a_place: Vec::new(),
            texts: Vec::new(),
            may_be_undefined: Vec::new(),
            beginnings: BTreeMap::new(),
        }
    }

    /// The model of all names. `None` when Clang failed.
    pub(crate) fn model_of(mut self, asked: &[Asked<'_>]) -> Option<CModel> {
        let (mut macros, mut without_role) = (Vec::new(), Vec::new());
        self.ask(asked, Subject::Names, &mut macros)?;
        self.ask_elsewhere(asked)?;
        self.ask_builtins(asked)?;
        self.ask_undefined()?;
        self.ask(&macros, Subject::Macros, &mut without_role)?;
        self.ask_texts()?;
        self.fit(&without_role)?;
        if self.computes == Computes::Records {
            self.compute()?;
        }
        self.model.modules.insert(self.id, self.module);
        Some(self.model)
    }

    /// The model of names from their answers. `None` when these leave anything to ask.
    pub(crate) fn model_at_once(mut self, unit: &TranslationUnit, asked: &[(Asked<'_>, Answer<'_>)]) -> Option<CModel> {
        let mut left = Vec::new();
        let lost = self.names(unit, asked.iter().copied(), &mut left);
        let is_all =
            lost.is_empty() && left.is_empty() && self.of_a_place.is_empty() && self.may_be_undefined.is_empty();
        is_all.then(|| {
            self.model.modules.insert(self.id, self.module);
            self.model
        })
    }

    /// Asks for names in one translation unit; `left` gets those that have no answer yet. A macro that hides a bracket
    /// in the macros that it uses can swallow what follows it: what Clang did not read to the end is asked again in two
    /// halves, down to the culprit.
    fn ask<'n>(&mut self, asked: &[Asked<'n>], subject: Subject, left: &mut Vec<Asked<'n>>) -> Option<()> {
        if asked.is_empty() {
            return Some(());
        }
        let text = match subject {
            Subject::Names => query::text(asked),
            Subject::Macros => macros::text(asked),
        };
        let unit = self.store.set.query(self.clang, self.headers.pch.as_deref(), &text)?;
        let lost = match subject {
            Subject::Names => {
                let answers = query::read(&unit, asked.len());
                self.names(&unit, asked.iter().copied().zip(answers), left)
            }
            Subject::Macros => self.macros(&unit, asked, left),
        };
        match lost.as_slice() {
            [] => Some(()),
            [only] if asked.len() == 1 => {
                self.no_value(*only, "a macro whose brackets do not match, so it can be no value");
                Some(())
            }
            lost => {
                let (first, second) = lost.split_at(lost.len().div_ceil(2));
                self.ask(first, subject, left)?;
                self.ask(second, subject, left)
            }
        }
    }

    /// Constants that may be what they are because of where the question stands (`__LINE__`) are asked for again, in
    /// another place: those that have another value there are none.
    fn ask_elsewhere(&mut self, asked: &[Asked<'_>]) -> Option<()> {
        let suspects = std::mem::take(&mut self.of_a_place);
        if suspects.is_empty() {
            return Some(());
        }
        let suspects: Vec<Asked<'_>> = asked
            .iter()
            .filter(|asked| suspects.contains(&base::sym(asked.name)))
            .copied()
            .collect();
        // Neither the line nor the number in the function's name is one that they had.
        let text = format!(
            "#line {} \"elsewhere\"\n{}",
            10 * MOST_TRIED,
            query::text_from(&suspects, asked.len())
        );
        let unit = self.store.set.query(self.clang, self.headers.pch.as_deref(), &text)?;
        let mut cx = Translator::new(&unit, self.id, self.target, self.store.set.comments);
        let answers = query::read(&unit, asked.len() + suspects.len()).into_iter();
        for (asked, answer) in suspects.iter().zip(answers.skip(asked.len())) {
            let same = match (cx.value(*asked, answer), self.module.values.get(&base::sym(asked.name))) {
                (Meaning::Value(there), Some(CValue::Constant(here))) => {
                    !matches!(&*there, CValue::Constant(there) if there.value != here.value)
                }
                _ => true,
            };
            if !same {
                self.no_value(*asked, "a macro whose value depends on where in C text it stands");
            }
        }
        Some(())
    }

    /// Macros that are string literals are asked for their bytes.
    fn ask_texts(&mut self) -> Option<()> {
        let asked = std::mem::take(&mut self.texts);
        if asked.is_empty() {
            return Some(());
        }
        let lens: Vec<u64> = asked.iter().map(|(_, len)| *len).collect();
        let uses = asked
            .iter()
            .map(|(name, len)| (Some(UseText::of_object(name.as_str())), *len));
        let text = texts::text(uses);
        let unit = self.store.set.query(self.clang, self.headers.pch.as_deref(), &text)?;
        for ((name, _), bytes) in asked.into_iter().zip(texts::read(&unit, &lens)) {
            if let Some(bytes) = bytes {
                self.literal(name, bytes);
            }
        }
        Some(())
    }

    /// A macro whose value is a string literal of these bytes is that constant, wherever it stands.
    fn literal(&mut self, name: base::Symbol, bytes: Vec<u8>) {
        if names_the_question(&bytes) {
            return;
        }
        if let Some(value) = self.module.values.get_mut(&name)
            && let CValue::Getter(getter) = value
        {
            *value = CValue::Constant(CConstant {
                ty: getter.ty.clone(),
                value: CConstantValue::Str(bytes),
                advice: CAdvice::default(),
                doc: getter.doc.take(),
                loc: std::mem::take(&mut getter.loc),
            });
        }
    }

    /// What has no address, though the headers declare it.
    fn ask_builtins(&mut self, asked: &[Asked<'_>]) -> Option<()> {
        let has_no_value = |asked: &&Asked<'_>| {
            let kinds = asked.kinds;
            kinds.object && kinds.macro_definition.is_none() && !self.module.values.contains_key(&base::sym(asked.name))
        };
        let asked: Vec<Asked<'_>> = asked.iter().filter(has_no_value).copied().collect();
        if asked.is_empty() {
            return Some(());
        }
        let text = builtins::text(&asked);
        let unit = self.store.set.query(self.clang, self.headers.pch.as_deref(), &text)?;
        let mut cx = Translator::new(&unit, self.id, self.target, self.store.set.comments);
        for (asked, function) in asked.iter().zip(builtins::read(&unit, asked.len())) {
            if let Some(function) = function {
                let value = CValue::Function(cx.builtin(function));
                self.module.values.insert(base::sym(asked.name), value);
            }
        }
        absorb(&mut self.model, cx.finish());
        Some(())
    }

    /// Which `static` functions have no body.
    fn ask_undefined(&mut self) -> Option<()> {
        let names = std::mem::take(&mut self.may_be_undefined);
        if names.is_empty() {
            return Some(());
        }
        let text = undefined::text(&names);
        let unit = self.store.set.query(self.clang, self.headers.pch.as_deref(), &text)?;
        for (name, is_undefined) in names.iter().zip(undefined::read(&unit, names.len())) {
            if let Some(function) = self.model.functions.get_mut(name).filter(|_| is_undefined) {
                function.linkage = CLinkage::Undefined;
            }
        }
        Some(())
    }

    /// What names mean; gives those that Clang did not read.
    fn names<'n, 'u>(
        &mut self,
        unit: &'u TranslationUnit,
        answers: impl Iterator<Item = (Asked<'n>, Answer<'u>)>,
        left: &mut Vec<Asked<'n>>,
    ) -> Vec<Asked<'n>>
    where
        'a: 'u,
    {
        let mut cx = Translator::new(unit, self.id, self.target, self.store.set.comments);
        let mut lost = Vec::new();
        for (asked, answer) in answers {
            if !answer.whole {
                lost.push(asked);
                continue;
            }
            let name = base::sym(asked.name);
            match cx.value(asked, answer) {
                Meaning::Value(value) => {
                    if let CValue::Function(meant) | CValue::Global(meant) = &*value
                        && *meant != name
                    {
                        self.alias(asked);
                    }
                    if may_be_of_a_place(&value, answer) {
                        self.of_a_place.push(name);
                    }
                    self.module.values.insert(name, *value);
                }
                Meaning::NoValue => {}
                Meaning::OtherMacro => left.push(asked),
            }
            if let Some(ty) = answer.ty.and_then(|typedef| cx.type_name(asked, typedef)) {
                self.module.types.insert(name, ty);
            }
        }
        self.may_be_undefined.append(&mut cx.may_be_undefined);
        absorb(&mut self.model, cx.finish());
        lost
    }

    /// What macros are that are no constants; gives those that Clang did not read.
    /// `left` gets those that may make sense beside a record.
    fn macros<'n>(&mut self, unit: &TranslationUnit, asked: &[Asked<'n>], left: &mut Vec<Asked<'n>>) -> Vec<Asked<'n>> {
        let mut cx = Translator::new(unit, self.id, self.target, self.store.set.comments);
        let mut lost = Vec::new();
        for (asked, answer) in asked.iter().zip(macros::read(unit, asked.len())) {
            if !answer.whole {
                lost.push(*asked);
                continue;
            }
            let name = base::sym(asked.name);
            match cx.role(*asked, &answer) {
                Role::Value(value) => _ = self.module.values.insert(name, value),
                Role::Text(getter, text) => {
                    self.module.values.insert(name, CValue::Getter(getter));
                    match text {
                        LiteralText::Bytes(bytes) => self.literal(name, bytes),
                        LiteralText::OfLength(len) if len <= texts::LONGEST => self.texts.push((name, len)),
                        LiteralText::OfLength(_) => {}
                    }
                }
                Role::Type(ty) => {
                    self.alias(*asked);
                    self.add_type(name, ty);
                }
                // A macro that has a type's name beside may well be no value.
                Role::None(_) if self.module.types.contains_key(&name) => {}
                Role::None(role) => {
                    self.no_value(*asked, &role);
                    let expanded = (answer.beginning(), answer.n_expanded_bytes());
                    self.beginnings.insert(asked.name.to_owned(), expanded);
                    left.push(*asked);
                }
            }
        }
        absorb(&mut self.model, cx.finish());
        lost
    }

    /// Tries macros with the records of the model that they may go with, some at a time.
    fn fit(&mut self, asked: &[Asked<'_>]) -> Option<()> {
        // The model is not changed by this, but the questions borrow its spellings.
        let model = std::mem::take(&mut self.model);
        let subjects = fits::subjects(&model);
        let mut found = vec![Vec::new(); asked.len()];
        let mut pairs = Vec::new();
        let mut n_bytes = 0;
        for (index, asked_name) in asked.iter().enumerate() {
            let Some(&(beginning, n_expanded)) = self.beginnings.get(asked_name.name) else {
                continue;
            };
            for subject in fits::candidates(&model, &subjects, beginning) {
                pairs.push(Pair {
                    asked: index,
                    subject,
                    beginning,
                });
                n_bytes += n_expanded;
                if pairs.len() == MOST_TRIED || n_bytes > MOST_EXPANDED {
                    self.try_pairs(asked, &subjects, &std::mem::take(&mut pairs), &mut found)?;
                    n_bytes = 0;
                }
            }
        }
        self.try_pairs(asked, &subjects, &pairs, &mut found)?;
        for (asked, fits) in asked.iter().zip(found) {
            self.add_fits(*asked, fits);
        }
        self.model = model;
        Some(())
    }

    fn try_pairs(
        &self,
        asked: &[Asked<'_>],
        subjects: &[fits::Subject<'_>],
        pairs: &[Pair],
        found: &mut [Vec<(CTag, Fit)>],
    ) -> Option<()> {
        if pairs.is_empty() {
            return Some(());
        }
        let text = fits::text(asked, subjects, pairs);
        let unit = self.store.set.query(self.clang, self.headers.pch.as_deref(), &text)?;
        for (pair, fit) in pairs.iter().zip(fits::read(&unit, pairs.len())) {
            found[pair.asked].push((subjects[pair.subject].tag, fit));
        }
        Some(())
    }

    fn add_fits(&mut self, asked: Asked<'_>, fits: Vec<(CTag, Fit)>) {
        let name = base::sym(asked.name);
        let mut records = BTreeMap::new();
        let (mut is_member, mut is_in_member) = (false, false);
        for (tag, fit) in fits {
            match fit {
                Fit::None => {}
                Fit::InMember => is_in_member = true,
                Fit::Member(path) => {
                    is_member = true;
                    self.module.members.insert((tag, name), path);
                }
                Fit::Initializer { is_constant } => {
                    let initial = CInitial {
                        is_constant,
                        bytes: None,
                    };
                    records.insert(tag, initial);
                }
            }
        }
        if !records.is_empty() {
            let value = CValue::Initializer(CInitializer {
                records,
                doc: asked.index.doc_of(asked.kinds),
                loc: asked.index.loc_of(asked.kinds),
            });
            self.module.values.insert(name, value);
        } else if is_member {
            self.alias(asked);
            self.no_value(asked, "a macro that names a member, to be written after a value");
        } else if is_in_member {
            self.no_value(asked, "a macro for something in a member, such as one of its elements");
        }
    }

    /// Asks for the bytes of constant records and arrays.
    fn compute(&mut self) -> Option<()> {
        let mut scalars = Scalars::new(&self.model, self.target);
        let mut shapes = Vec::new();
        for (name, value) in &self.module.values {
            match value {
                CValue::Getter(getter) if getter.is_constant => {
                    let shape = scalars.ask(&format!("({name})"), &getter.ty);
                    shapes.extend(shape.map(|shape| (*name, None, shape)));
                }
                CValue::Initializer(found) => {
                    for tag in found
                        .records
                        .iter()
                        .filter(|(_, initial)| initial.is_constant)
                        .map(|(tag, _)| *tag)
                    {
                        let spelling = self
                            .model
                            .records
                            .get(&tag)
                            .and_then(|record| record.c_spelling.as_ref());
                        let shape = spelling
                            .and_then(|spelling| scalars.ask(&format!("(({spelling}){name})"), &CType::Record(tag)));
                        shapes.extend(shape.map(|shape| (*name, Some(tag), shape)));
                    }
                }
                CValue::Function(_)
                | CValue::Global(_)
                | CValue::Constant(_)
                | CValue::Getter(_)
                | CValue::Macro(_)
                | CValue::NoValue { .. } => {}
            }
        }
        if shapes.is_empty() {
            return Some(());
        }
        let set = &self.store.set;
        let unit = set.query(self.clang, self.headers.pch.as_deref(), scalars.text())?;
        let values = scalars.read(&unit);
        for (name, tag, shape) in shapes {
            let bytes = shape.bytes(&values, self.target.endian);
            match (self.module.values.get_mut(&name), tag) {
                (Some(CValue::Getter(getter)), None) => getter.bytes = bytes,
                (Some(CValue::Initializer(found)), Some(tag)) => {
                    if let Some(initial) = found.records.get_mut(&tag) {
                        initial.bytes = bytes;
                    }
                }
                _ => {}
            }
        }
        Some(())
    }

    /// A type of the same name that the headers declare wins.
    fn add_type(&mut self, name: base::Symbol, ty: CTypeName) {
        self.module.types.entry(name).or_insert(ty);
    }

    fn no_value(&mut self, asked: Asked<'_>, role: &str) {
        self.module.values.insert(base::sym(asked.name), no_value(asked, role));
    }

    fn alias(&mut self, asked: Asked<'_>) {
        let alias = CAlias {
            doc: asked.index.doc_of(asked.kinds),
            loc: asked.index.loc_of(asked.kinds),
        };
        self.module.aliases.insert(base::sym(asked.name), alias);
    }
}
