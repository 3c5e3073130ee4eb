//! What Clang makes of uses of macros.
//!
//! Takes uses of one module's macros. Gives an instance for each, and the declarations that their types reach. A use is
//! tried as it is written first; where C does not take that, its references as the variables that they refer to and its
//! literals as tokens. All uses are asked about in one translation unit, and in one more what is not known then.

use cmodel::{
    CArg, CArgMode, CConstantValue, CExpansion, CInstance, CModel, CModuleId, CNeeds, CRefusal, CRefusalKind, CType,
    CUse, CUseResult, CUseValue, FILE_WORD, LINE_WORD,
};
use target::Target;

use crate::bytes::Scalars;
use crate::constants::value_of;
use crate::libclang::Clang;
use crate::macros::{self, Answer, LiteralText, Question};
use crate::merge::absorb;
use crate::names::{NameIndex, brackets_match};
use crate::query::push;
use crate::returns;
use crate::store::{Headers, Store};
use crate::texts;
use crate::thunks::{Spelling, Unnameable};
use crate::translate::{Owner, Translator};
use crate::uses::{Words, use_of_words, use_text};

/// How many ways of one use are tried beside the one that is written.
const MOST_WAYS: usize = 31;

pub(crate) struct Instances<'a> {
    pub(crate) store: &'a Store<'a>,
    pub(crate) clang: &'static Clang,
    pub(crate) headers: &'a Headers,
    pub(crate) index: &'a NameIndex,
    pub(crate) id: CModuleId,
    pub(crate) target: &'a Target,
    /// What the program has imported, for the spelling of types.
    pub(crate) model: &'a CModel,
}

/// One way of writing a use.
#[derive(Clone)]
struct Way<'u> {
    /// By position in the uses that are asked about.
    index: usize,
    of: &'u CUse,
    modes: Vec<CArgMode>,
    /// Known with the verdict.
    needs: CNeeds,
}

/// What is known of a use: the way that was taken, or the one that it is written in.
struct Found<'u> {
    way: Way<'u>,
    verdict: Verdict,
    expansion: Option<CExpansion>,
}

/// What Clang took a way for.
enum Verdict {
    Taken(CUseResult),
    /// A string literal of this length: what it says is another question.
    Text(CUseValue, u64),
    /// A statement that returns: what it returns is another question.
    Returns,
    Refused(CRefusal),
}

impl Instances<'_> {
    /// The instances of all uses, in their order, and the model that their types need. `None` when Clang failed.
    pub(crate) fn of(&self, uses: &[CUse]) -> Option<(Vec<CInstance>, CModel)> {
        let mut delta = CModel::default();
        let plain: Vec<Way<'_>> = uses
            .iter()
            .enumerate()
            .map(|(index, of)| Way::plain(index, of))
            .collect();
        let mut found: Vec<Option<Found<'_>>> = uses.iter().map(|_| None).collect();
        self.ask(&plain, &mut delta, &mut |way, verdict, expansion| {
            found[way.index] = Some(Found {
                way: way.clone(),
                verdict,
                expansion,
            });
        })?;
        let others: Vec<Way<'_>> = found.iter().flatten().flat_map(Found::others).collect();
        self.ask(&others, &mut delta, &mut |way, verdict, expansion| {
            if let Some(found) = &mut found[way.index] {
                found.improve(way, verdict, expansion);
            }
        })?;
        let returning: Vec<&Way<'_>> = found
            .iter()
            .flatten()
            .filter(|found| matches!(found.verdict, Verdict::Returns))
            .map(|found| &found.way)
            .collect();
        let mut returned = self.returned(&returning, &mut delta)?.into_iter();
        let lens = found.iter().flatten().filter_map(|found| match &found.verdict {
            Verdict::Text(_, len) => Some((&found.way, *len)),
            Verdict::Taken(_) | Verdict::Returns | Verdict::Refused(_) => None,
        });
        let mut texts = self.texts(&lens.collect::<Vec<_>>())?.into_iter();
        let mut instances = Vec::new();
        for found in found.into_iter().flatten() {
            let result = match found.verdict {
                Verdict::Taken(result) => result,
                Verdict::Text(value, _) => CUseResult::Value(CUseValue {
                    value: texts.next()?.map(CConstantValue::Str),
                    ..value
                }),
                Verdict::Returns => returned.next()?,
                Verdict::Refused(refusal) => CUseResult::Refused(refusal),
            };
            instances.push(CInstance {
                of: found.way.of.clone(),
                modes: found.way.modes,
                result,
                expansion: found.expansion,
                needs: found.way.needs,
            });
        }
        self.compute(&mut instances)?;
        Some((instances, delta))
    }

    /// Asks for the bytes of lists of initial values that are constant.
    fn compute(&self, instances: &mut [CInstance]) -> Option<()> {
        let spelling = self.spelling();
        let mut scalars = Scalars::new(self.model, self.target);
        let mut typedefs = String::new();
        let mut asked = Vec::new();
        for instance in instances {
            let of = &instance.of;
            let CUseResult::Initializer {
                is_constant: true,
                bytes,
            } = &mut instance.result
            else {
                continue;
            };
            // What only belongs to the one use, such as a record of Lang source, is left to it.
            let written = use_text(&spelling, of, &instance.modes).ok();
            let written = written.filter(|written| written.definition.is_empty() && written.n_params == 0);
            let ty = of.expected.as_ref();
            if let (Some(written), Some(ty)) = (written, ty)
                && let Ok(member) = spelling.declare(ty, "lang_m")
                // Of an array, Clang computes elements only where it is a member.
                && let list = written.expression
                && let Some(shape) = scalars.ask(&format!("((struct {{ {member}; }}){{ {list} }}).lang_m"), ty)
            {
                push(&mut typedefs, format_args!("{}\n", written.prologue));
                asked.push((bytes, shape));
            }
        }
        if asked.is_empty() {
            return Some(());
        }
        let text = typedefs + scalars.text();
        let unit = self.store.set.query(self.clang, self.headers.pch.as_deref(), &text)?;
        let values = scalars.read(&unit);
        for (bytes, shape) in asked {
            *bytes = shape.bytes(&values, self.target.endian);
        }
        Some(())
    }

    /// Asks about ways in one translation unit; a macro whose brackets do not match may swallow what follows it, so
    /// what Clang did not read to the end is asked again in two halves.
    fn ask<'u>(
        &self,
        ways: &[Way<'u>],
        delta: &mut CModel,
        answer: &mut dyn FnMut(&Way<'u>, Verdict, Option<CExpansion>),
    ) -> Option<()> {
        if ways.is_empty() {
            return Some(());
        }
        let spelling = self.spelling();
        let mut text = String::from(macros::TEXT_MACRO);
        let mut asked = Vec::new();
        for way in ways {
            let written = use_text(&spelling, way.of, &way.modes);
            let variable = way
                .of
                .expected
                .as_ref()
                .map(|ty| spelling.declare(ty, "lang_x"))
                .transpose();
            let (written, expected) = match (written, variable) {
                (Ok(written), Ok(_)) => (written, way.of.expected.clone()),
                (Err(Unnameable(ty)), _) | (_, Err(Unnameable(ty))) => {
                    let message = format!("C has no name for the type `{ty}`");
                    answer(
                        way,
                        Verdict::Refused(self.refusal(way.of, CRefusalKind::Error, message)),
                        None,
                    );
                    continue;
                }
            };
            let declare = |name: &str| {
                let ty = expected.as_ref().unwrap_or(&CType::Scalar(target::CScalar::Int));
                spelling.declare(ty, name).unwrap_or_default()
            };
            let question = Question {
                params: if written.params.is_empty() {
                    "void"
                } else {
                    &written.params
                },
                prologue: &written.prologue,
                expression: &written.expression,
                variable: expected.is_some().then_some(&declare),
            };
            text.push_str(&written.definition);
            question.write(asked.len(), &mut text);
            if way.of.expansion.is_none() {
                self.expand(&spelling, way, asked.len(), &mut text);
            }
            text.push_str(&written.end);
            macros::end(asked.len(), &mut text);
            asked.push(way);
        }
        let Some(unit) = self.store.set.query(self.clang, self.headers.pch.as_deref(), &text) else {
            // Without a precompiled header to blame it is a use that Clang does not survive, and only that fails.
            let (None, [first, rest @ ..]) = (&self.headers.pch, asked.as_slice()) else {
                return None;
            };
            if rest.is_empty() {
                let message = String::from("Clang itself failed");
                answer(
                    first,
                    Verdict::Refused(self.refusal(first.of, CRefusalKind::Error, message)),
                    None,
                );
                return Some(());
            }
            let asked: Vec<Way<'u>> = asked.into_iter().cloned().collect();
            let (first, second) = asked.split_at(asked.len() / 2);
            self.ask(first, delta, answer)?;
            return self.ask(second, delta, answer);
        };
        let answers = macros::read(&unit, asked.len());
        let mut cx = Translator::new(&unit, self.id, self.target, self.store.set.comments);
        let mut lost = Vec::new();
        for (way, found) in asked.into_iter().zip(answers) {
            match found.whole {
                true => {
                    let expansion = self.expansion(&found);
                    let known = Way {
                        needs: found.needs(),
                        ..way.clone()
                    };
                    answer(&known, self.verdict(&mut cx, way, &found), expansion);
                }
                false => lost.push(way.clone()),
            }
        }
        absorb(delta, cx.finish());
        match lost.as_slice() {
            [] => Some(()),
            [only] if ways.len() == 1 => {
                let message = String::from("its brackets do not match");
                answer(
                    only,
                    Verdict::Refused(self.refusal(only.of, CRefusalKind::Unbalanced, message)),
                    None,
                );
                Some(())
            }
            lost => {
                let (first, second) = lost.split_at(lost.len().div_ceil(2));
                self.ask(first, delta, answer)?;
                self.ask(second, delta, answer)
            }
        }
    }

    /// Writes what is read as [`Answer::expansion`].
    fn expand(&self, spelling: &Spelling<'_>, way: &Way<'_>, index: usize, text: &mut String) {
        for (variable, words) in [("lang_x", Words::OfAll), ("lang_y", Words::OfPassed)] {
            if let Ok(applied) = use_of_words(spelling, way.of, &way.modes, words) {
                text.push_str(&applied.definition);
                push(
                    text,
                    format_args!(
                        "#line {LINE_WORD} \"{FILE_WORD}\"\nconst char {variable}_{index}[] = LANG_TEXT({});\n",
                        applied.expression
                    ),
                );
            }
        }
    }

    /// With words for constants where the macro puts none of them together with others.
    fn expansion(&self, found: &Answer<'_>) -> Option<CExpansion> {
        [&found.expansion, &found.expansion_of_passed]
            .into_iter()
            .flatten()
            .map(|text| {
                let mut expansion = CExpansion {
                    text: text.clone(),
                    painted: Vec::new(),
                    shape: found.shape,
                };
                let is_macro = |name: &String| {
                    let kinds = self.index.names.get(name);
                    kinds.is_some_and(|kinds| kinds.macro_definition.is_some())
                };
                let names = expansion.names().into_iter().filter(is_macro);
                expansion.painted = names.map(|name| base::sym(&name)).collect();
                expansion
            })
            .find(|expansion| !expansion.has_pasted())
    }

    fn verdict<'u>(&self, cx: &mut Translator<'u>, way: &Way<'_>, found: &Answer<'u>) -> Verdict {
        if let Some(expansion) = &way.of.expansion
            && expansion.shape != found.shape
        {
            let message = String::from("its expansion is read as other tokens");
            return Verdict::Refused(self.refusal(way.of, CRefusalKind::Error, message));
        }
        if found.returns && found.error.is_none() {
            let message = String::from("it returns from its function and has a value besides");
            return Verdict::Refused(self.refusal(way.of, CRefusalKind::NeedsFrame, message));
        }
        if let Some(function) = found.frame {
            let message = format!("it calls `{function}`, which is about the function that it stands in");
            return Verdict::Refused(self.refusal(way.of, CRefusalKind::NeedsFrame, message));
        }
        let is_to_keep = |arg: &CArg| matches!(arg, CArg::Reference { is_const: true, .. });
        if found.drops_const
            && let Some(param) = (0..)
                .zip(&way.of.args)
                .find_map(|(at, arg)| is_to_keep(arg).then_some(at))
        {
            let message = String::from("what is behind a `const` pointer may be changed");
            return Verdict::Refused(self.refusal(way.of, CRefusalKind::NeedsPlace(param), message));
        }
        if let Some(error) = &found.prologue_error {
            let message = format!("a parameter has a name that none can have in C: {error}");
            return Verdict::Refused(self.refusal(way.of, CRefusalKind::Error, message));
        }
        if way.of.expected.is_some() && found.is_list() {
            return match (&found.initializer_error, found.is_initializer) {
                (None, true) => Verdict::Taken(CUseResult::Initializer {
                    is_constant: found.is_constant_initializer,
                    bytes: None,
                }),
                (error, _) => {
                    let message = error.clone().unwrap_or_else(|| first_message(found));
                    Verdict::Refused(self.refusal(way.of, CRefusalKind::NotOfType, message))
                }
            };
        }
        let name = way.of.name;
        let owner = Owner::unreachable(name.to_string());
        if let Some(value) = cx.expression_value(&owner, found) {
            let (text, len) = match value.text {
                Some(LiteralText::Bytes(bytes)) => (Some(CConstantValue::Str(bytes)), None),
                Some(LiteralText::OfLength(len)) => (None, Some(len).filter(|len| *len <= texts::LONGEST)),
                None => (None, None),
            };
            let computed = found.constant.filter(|_| value.is_constant);
            let computed = computed.and_then(|variable| value_of(variable.type_of(), variable, None));
            let value = CUseValue {
                ty: value.ty,
                kind: value.kind,
                is_constant: value.is_constant,
                value: text.or(computed),
            };
            return match len {
                Some(len) => Verdict::Text(value, len),
                None => Verdict::Taken(CUseResult::Value(value)),
            };
        }
        if way.of.expected.is_some() && found.is_initializer {
            let is_constant = found.is_constant_initializer;
            return Verdict::Taken(CUseResult::Initializer {
                is_constant,
                bytes: None,
            });
        }
        if found.is_statement && found.needs_body {
            let message = String::from("it is the head of a loop or an `if`, whose body would stand behind it");
            return Verdict::Refused(self.refusal(way.of, CRefusalKind::NeedsBody, message));
        }
        if found.returns {
            return Verdict::Returns;
        }
        if found.is_statement && !found.declares && !found.value_dangles {
            return Verdict::Taken(CUseResult::Value(CUseValue {
                ty: CType::Scalar(target::CScalar::Void),
                kind: cmodel::CGetterKind::Value,
                is_constant: false,
                value: None,
            }));
        }
        let (kind, message) = if found.declares && found.is_statement {
            (
                CRefusalKind::Declares,
                String::from("it declares something where it stands"),
            )
        } else if found.is_initializer && way.of.expected.is_none() {
            (CRefusalKind::NeedsType, String::from("it is a list of initial values"))
        } else if found.value_dangles {
            let message = "its value is the address of a literal, which lives only where the macro stands";
            (CRefusalKind::NeedsFrame, String::from(message))
        } else {
            let expansion = found.expansion_of_passed.as_deref();
            match expansion.is_some_and(|text| !brackets_match(text)) {
                true => (CRefusalKind::Unbalanced, String::from("its brackets do not match")),
                false => (CRefusalKind::Error, first_message(found)),
            }
        };
        Verdict::Refused(self.refusal(way.of, kind, message))
    }

    /// What uses return that return from their function.
    fn returned(&self, ways: &[&Way<'_>], delta: &mut CModel) -> Option<Vec<CUseResult>> {
        if ways.is_empty() {
            return Some(Vec::new());
        }
        let spelling = self.spelling();
        let texts = ways.iter().map(|way| use_text(&spelling, way.of, &way.modes).ok());
        let text = returns::text(texts);
        let unit = self.store.set.query(self.clang, self.headers.pch.as_deref(), &text)?;
        // Clang does not look for the ends of functions in a text with errors.
        let has_errors = unit
            .messages()
            .iter()
            .any(|message| message.severity >= clang_sys::CXDiagnostic_Error);
        if has_errors && ways.len() > 1 {
            let (first, second) = ways.split_at(ways.len() / 2);
            let mut results = self.returned(first, delta)?;
            results.extend(self.returned(second, delta)?);
            return Some(results);
        }
        let mut cx = Translator::new(&unit, self.id, self.target, self.store.set.comments);
        let mut results = Vec::new();
        for (way, returned) in ways.iter().zip(returns::read(&unit, ways.len())) {
            let owner = Owner::unreachable(way.of.name.to_string());
            results.push(match returned {
                Some(returned) => CUseResult::Return {
                    ty: returned.ty.map(|ty| cx.ty(ty, &owner)),
                    always: returned.always,
                },
                None => {
                    let message = String::from("what it returns is no number and no pointer");
                    CUseResult::Refused(self.refusal(way.of, CRefusalKind::NeedsFrame, message))
                }
            });
        }
        absorb(delta, cx.finish());
        Some(results)
    }

    /// What literals say, given their lengths.
    fn texts(&self, ways: &[(&Way<'_>, u64)]) -> Option<Vec<Option<Vec<u8>>>> {
        if ways.is_empty() {
            return Some(Vec::new());
        }
        let spelling = self.spelling();
        let written = ways
            .iter()
            .map(|(way, len)| (use_text(&spelling, way.of, &way.modes).ok(), *len));
        let text = texts::text(written);
        let unit = self.store.set.query(self.clang, self.headers.pch.as_deref(), &text)?;
        let lens: Vec<u64> = ways.iter().map(|(_, len)| *len).collect();
        Some(texts::read(&unit, &lens))
    }

    fn refusal(&self, of: &CUse, kind: CRefusalKind, message: String) -> CRefusal {
        let kinds = self.index.names.get(of.name.as_str()).filter(|_| of.inline.is_none());
        CRefusal {
            kind,
            message: of.with_own_names(&plain_message(&message)),
            loc: kinds.map(|kinds| self.index.loc_of(kinds)).unwrap_or_default(),
        }
    }

    fn spelling(&self) -> Spelling<'_> {
        Spelling {
            model: self.model,
            own: std::collections::BTreeSet::new(),
        }
    }
}

impl<'u> Found<'u> {
    /// What else is tried.
    fn others(&self) -> Vec<Way<'u>> {
        match self.verdict {
            Verdict::Refused(_) => self.way.others(),
            Verdict::Taken(_) | Verdict::Text(..) | Verdict::Returns => self
                .way
                .unquoted(&self.verdict, self.expansion.as_ref())
                .into_iter()
                .collect(),
        }
    }

    /// Takes what became of another way, where that is better.
    fn improve(&mut self, way: &Way<'u>, verdict: Verdict, expansion: Option<CExpansion>) {
        let is_quoted = || self.way.unquoted(&self.verdict, self.expansion.as_ref()).is_some();
        let is_open = matches!(self.verdict, Verdict::Refused(_)) || is_quoted();
        match verdict {
            Verdict::Refused(better) => {
                if let Verdict::Refused(known) = &mut self.verdict
                    && (known.kind, way.changed_value()) == (CRefusalKind::Error, None)
                    && (better.kind != CRefusalKind::Error || is_of_way(&known.message) && !is_of_way(&better.message))
                {
                    *known = better;
                    self.way.modes.clone_from(&way.modes);
                    self.expansion = expansion.or(self.expansion.take());
                }
            }
            Verdict::Taken(_) | Verdict::Text(..) | Verdict::Returns if !is_open => {}
            verdict @ (Verdict::Taken(_) | Verdict::Text(..) | Verdict::Returns) => {
                match (way.changed_value(), &mut self.verdict) {
                    // What is no reference was not given to be changed: the message is what is wanted.
                    (Some(param), Verdict::Refused(refusal)) => refusal.kind = CRefusalKind::NeedsPlace(param),
                    (Some(_), _) => {}
                    (None, _) => {
                        *self = Found {
                            way: way.clone(),
                            verdict,
                            expansion,
                        };
                    }
                }
            }
        }
    }
}

impl<'u> Way<'u> {
    fn plain(index: usize, of: &'u CUse) -> Self {
        Self {
            index,
            of,
            modes: vec![CArgMode::Plain; of.args.len()],
            needs: CNeeds::default(),
        }
    }

    /// The way with tokens for literals that the macro has put into quotes once more: `#x` of `"abc"`.
    fn unquoted(&self, verdict: &Verdict, expansion: Option<&CExpansion>) -> Option<Way<'u>> {
        let text: &[u8] = match verdict {
            Verdict::Taken(CUseResult::Value(CUseValue {
                value: Some(CConstantValue::Str(text)),
                ..
            })) => text,
            Verdict::Taken(_) | Verdict::Text(..) | Verdict::Returns | Verdict::Refused(_) => &[],
        };
        let expansion = expansion.map_or("", |expansion| expansion.text.as_str());
        let mut way = self.clone();
        for (arg, mode) in self.of.args.iter().zip(&mut way.modes) {
            if let CArg::Literal(bytes) = arg {
                let quoted = [b"\"", bytes.as_slice(), b"\""].concat();
                let in_expansion = [b"\\\"", bytes.as_slice(), b"\\\""].concat();
                let has = |text: &[u8], quoted: &[u8]| text.windows(quoted.len()).any(|part| part == quoted);
                let is_quoted = has(text, &quoted) || has(expansion.as_bytes(), &in_expansion);
                if is_quoted && *mode == CArgMode::Plain {
                    *mode = CArgMode::Tokens;
                }
            }
        }
        (way.modes != self.modes).then_some(way)
    }

    /// All others, those with the fewest changes first.
    fn others(&self) -> Vec<Way<'u>> {
        let can_change: Vec<(usize, CArgMode)> = self
            .of
            .args
            .iter()
            .enumerate()
            .filter_map(|(index, arg)| match arg {
                CArg::Value(_) | CArg::Reference { .. } => Some((index, CArgMode::Place)),
                CArg::Literal(_) => Some((index, CArgMode::Tokens)),
                CArg::Variable { .. } | CArg::Constant(_) | CArg::Tokens(_) | CArg::Type(_) => None,
            })
            .collect();
        let n = can_change.len().min(10);
        let mut sets: Vec<u32> = (1..1u32 << n).collect();
        sets.sort_by_key(|set| (self.n_values_in(*set, &can_change), set.count_ones(), *set));
        sets.truncate(MOST_WAYS);
        // A use with many arguments: all at once is the likeliest of what is left.
        sets.extend((n > 5).then_some((1u32 << n) - 1));
        sets.into_iter()
            .map(|set| {
                let mut way = self.clone();
                for (bit, (index, mode)) in can_change.iter().take(n).enumerate() {
                    if set >> bit & 1 == 1 {
                        way.modes[*index] = *mode;
                    }
                }
                way
            })
            .collect()
    }

    fn n_values_in(&self, set: u32, can_change: &[(usize, CArgMode)]) -> usize {
        let is_value = |(bit, (index, _)): &(usize, &(usize, CArgMode))| {
            set >> bit & 1 == 1 && matches!(self.of.args[*index], CArg::Value(_))
        };
        can_change.iter().enumerate().filter(is_value).count()
    }

    /// The first plain value that this way treats as a variable.
    fn changed_value(&self) -> Option<u32> {
        let args = self.of.args.iter().zip(&self.modes);
        let mut values = args.map(|(arg, mode)| matches!(arg, CArg::Value(_)) && *mode == CArgMode::Place);
        u32::try_from(values.position(|is_changed| is_changed)?).ok()
    }
}

/// Whether a message is about how an argument is written, which another way may write better: why it cannot be called
/// at all, and what is wrong with what it is called with, says more.
fn is_of_way(message: &str) -> bool {
    let of_ways = [
        "expected ",
        "expression is not assignable",
        "cannot take the address of an rvalue",
        "pasting formed",
    ];
    of_ways.iter().any(|known| message.starts_with(known))
}

/// Clang's message without what the question calls an argument: `'typeof (…)' (aka 'int')` is `'int'`.
fn plain_message(message: &str) -> String {
    let mut plain = String::new();
    let mut rest = message;
    while let Some((before, after)) = rest.split_once("'typeof (") {
        let Some((expression, named)) = after.split_once("' (aka '") else {
            break;
        };
        let Some((ty, behind)) = named.split_once("')") else {
            break;
        };
        plain.push_str(before);
        match expression.contains("lang_a") {
            true => plain.extend(["'", ty, "'"]),
            false => plain.extend(["'typeof (", expression, "' (aka '", ty, "')"]),
        }
        rest = behind;
    }
    plain + rest
}

/// Clang's first message about a use: as a value, or as a statement where it is not meant to be one.
fn first_message(found: &Answer<'_>) -> String {
    let is_no_expression = |text: &&String| text.starts_with("expected expression");
    let as_statement = found.statement_error.as_ref();
    let message = match found.error.as_ref().filter(is_no_expression) {
        Some(as_value) => as_statement.or(Some(as_value)),
        None => found.error.as_ref().or(as_statement),
    };
    message
        .cloned()
        .unwrap_or_else(|| String::from("it is no expression and no statement"))
}

#[cfg(test)]
mod tests {
    use super::plain_message;

    #[test]
    fn messages_do_not_say_what_the_question_calls_an_argument() {
        let message =
            "invalid operands ('typeof (3)' (aka 'int') and 'typeof (((void)0 , *lang_a0))' (aka 'struct s'))";
        assert_eq!(
            plain_message(message),
            "invalid operands ('typeof (3)' (aka 'int') and 'struct s')"
        );
    }
}
