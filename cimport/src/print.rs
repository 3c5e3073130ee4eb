//! A module as Lang source: what `lang cimport` prints, and what committed bindings are.
//!
//! Takes a model with all names of its headers. Gives the text of a module with the same declarations, in the order of
//! the headers, with their comments. What C says of an item and Lang has no words for stands in its `@c(…)`, so that
//! `bindings` reads the same model from the text. Names that C reserves for the implementation are left out unless
//! something else needs them.

mod bodies;
mod facts;
mod layout;
mod macros;
mod reach;
mod types;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use cmodel::{
    CAdvice, CConstant, CConstantValue, CEffects, CEnum, CEnumConstant, CFacts, CField, CFunction, CGlobal, CLayout,
    CLinkage, CLoc, CModel, CModuleId, CNature, CRecord, CRecordKind, CType, CTypedef, CValue,
};
use target::{CScalar, Target};

use facts::{Facts, c_string};

use reach::{Reach, Shown};
use types::Names;

pub(crate) use bodies::{MacroBodies, macro_bodies};
pub(crate) use facts::{quoted, spelling_of};
pub(crate) use layout::of_type;
use layout::{Departure, departure};
pub(crate) use macros::tokens;
pub(crate) use reach::narrow;

/// What of a module is printed, with what that needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Selection {
    /// Every name that C leaves to programs.
    Public,
    /// Every name of the model, which holds those that were asked for.
    Asked,
}

/// Where the items of a printed module come from.
pub(crate) enum Origin<'a> {
    /// Headers: those that were asked for come first, then those beside them, then the system's, not by where the
    /// project happens to lie.
    Headers,
    /// A text that was printed before: the lines on which it says what header follows.
    Printed(&'a [(u32, String)]),
}

impl Origin<'_> {
    fn rank(&self, loc: &CLoc, spec: Option<&cmodel::CModuleSpec>) -> u32 {
        let spec = match (self, spec) {
            (Self::Headers, Some(spec)) => spec,
            (Self::Headers, None) => return 2,
            // What stands nowhere is Clang's.
            (Self::Printed(headings), _) if loc.line == 0 => {
                let mut all = headings.iter();
                return all
                    .find(|(_, heading)| heading == CLANG_ITSELF)
                    .map_or(0, |(line, _)| line + 1);
            }
            (Self::Printed(_), _) => return loc.line,
        };
        let path = Path::new(&loc.path);
        if spec.headers.iter().any(|header| path.ends_with(header)) {
            return 0;
        }
        let is_beside = spec.include_dirs.iter().any(|folder| path.starts_with(folder));
        if is_beside { 1 } else { 2 }
    }

    /// Where an item stands: headers below an include folder as they are included, so that it is the same on each
    /// machine.
    fn heading<'s>(&'s self, loc: &'s CLoc, spec: Option<&cmodel::CModuleSpec>) -> &'s str {
        match self {
            Self::Headers if loc.path.is_empty() => CLANG_ITSELF,
            Self::Headers => {
                let folders = spec.into_iter().flat_map(|spec| &spec.include_dirs);
                let below = |folder: &String| Path::new(&loc.path).strip_prefix(folder).ok()?.to_str();
                folders
                    .filter_map(below)
                    .min_by_key(|shown| shown.len())
                    .unwrap_or(&loc.path)
            }
            Self::Printed(_) if loc.line == 0 => CLANG_ITSELF,
            Self::Printed(headings) => {
                let after = headings.partition_point(|(line, _)| *line < loc.line);
                after.checked_sub(1).map_or(CLANG_ITSELF, |index| &headings[index].1)
            }
        }
    }
}

/// The name of the `import c` of a printed module's own headers.
pub(crate) const HEADERS: &str = "c_headers";

/// What a macro without a body is.
pub(crate) const NOTHING: &str = "a macro that stands for nothing";

/// What heads the types that no header declares.
const CLANG_ITSELF: &str = "Clang itself";

/// The items of module `id` as source text, without a head.
pub fn print_module(model: &CModel, id: CModuleId, target: &Target, selection: Selection) -> String {
    let bodies = macro_bodies(model, id);
    print_items(model, id, target, selection, &bodies, &Origin::Headers)
}

/// The same, with what the macros stand for.
pub(crate) fn print_items(
    model: &CModel,
    id: CModuleId,
    target: &Target,
    selection: Selection,
    bodies: &MacroBodies,
    origin: &Origin<'_>,
) -> String {
    let shown = Shown::new(model, id, selection, bodies);
    let reach = Reach::new(model, id, &shown);
    let mut printer = Printer {
        model,
        target,
        names: Names::new(model, &reach, macros::taken(model, id, &shown)),
        bodies,
        in_enums: BTreeSet::new(),
        items: BTreeMap::new(),
    };
    printer.collect(id, &shown, &reach);
    let spec = model.modules.get(&id).and_then(|module| module.spec.as_ref());
    let mut items: Vec<_> = printer.items.iter().collect();
    items.sort_by_key(|((loc, _), _)| origin.rank(loc, spec));
    let mut text = String::new();
    let mut heading = None;
    let mut block: Option<&str> = None;
    // Items of several lines stand apart.
    let (mut after_heading, mut after_long) = (true, false);
    for ((loc, _), item) in items {
        let shown = origin.heading(loc, spec);
        let found = Some(shown);
        if block.is_some() && (item.block != block || heading != found) {
            text.push_str("}\n");
            block = None;
            after_long = true;
        }
        if heading != found {
            push(&mut text, format_args!("\n// {shown}\n"));
            heading = found;
            after_heading = true;
        }
        let is_long = item.text.lines().nth(1).is_some();
        let opens = item.block.filter(|_| block.is_none());
        if (is_long || after_long) && !after_heading && opens.is_none() {
            text.push('\n');
        }
        if let Some(convention) = opens {
            push(&mut text, format_args!("\nextern \"{convention}\" {{\n"));
            block = Some(convention);
        }
        after_heading = false;
        after_long = is_long;
        let indent = if block.is_some() { "    " } else { "" };
        for line in item.text.lines() {
            push(&mut text, format_args!("{}\n", format!("{indent}{line}").trim_end()));
        }
    }
    if block.is_some() {
        text.push_str("}\n");
    }
    text
}

struct Item {
    text: String,
    /// The convention of the `extern` block that it stands in.
    block: Option<&'static str>,
}

struct Printer<'a> {
    model: &'a CModel,
    target: &'a Target,
    names: Names<'a>,
    bodies: &'a MacroBodies,
    /// The constants of the enums that are printed.
    in_enums: BTreeSet<&'a str>,
    /// By place, and by name where places are equal.
    items: BTreeMap<(CLoc, String), Item>,
}

impl Printer<'_> {
    fn collect(&mut self, id: CModuleId, shown: &Shown, reach: &Reach<'_>) {
        let model = self.model;
        for record in model
            .records
            .values()
            .filter(|record| reach.records.contains(&record.tag))
        {
            let text = self.record(record);
            self.add(&record.loc, record.name.as_str(), text, None);
        }
        let opaques: Vec<(String, String)> = self
            .names
            .opaques()
            .map(|(of, name)| (name.clone(), opaque(of, name)))
            .collect();
        for (name, text) in opaques {
            // Before all that Clang has a name for.
            self.add(&CLoc::default(), &format!(" {name}"), text, None);
        }
        for enumeration in model
            .enums
            .values()
            .filter(|enumeration| reach.enums.contains(&enumeration.tag))
        {
            self.in_enums
                .extend(enumeration.constants.iter().map(|constant| constant.name.as_str()));
            let text = self.enumeration(enumeration);
            self.add(&enumeration.loc, enumeration.name.as_str(), text, None);
        }
        for typedef in model
            .typedefs
            .values()
            .filter(|typedef| reach.typedefs.contains(&typedef.name))
        {
            if let Some(text) = self.typedef(typedef) {
                self.add(&typedef.loc, typedef.name.as_str(), text, None);
            }
        }
        let Some(module) = model.modules.get(&id) else { return };
        for (name, value) in module.values.iter().filter(|(name, _)| shown.has(**name)) {
            match value {
                CValue::Function(key) if key == name => {
                    if let Some(function) = model.functions.get(key) {
                        let convention = function.signature.convention.lang_name().unwrap_or("C");
                        self.add(
                            &function.loc,
                            name.as_str(),
                            self.function(function, None),
                            Some(convention),
                        );
                    }
                }
                CValue::Global(key) if key == name => {
                    if let Some(global) = model.globals.get(key) {
                        self.add(&global.loc, name.as_str(), self.global(global), Some("C"));
                    }
                }
                CValue::Constant(constant) => {
                    if let Some(text) = self.constant(name.as_str(), constant) {
                        self.add(&constant.loc, name.as_str(), text, None);
                    }
                }
                CValue::Function(_)
                | CValue::Global(_)
                | CValue::Getter(_)
                | CValue::Initializer(_)
                | CValue::Macro(_)
                | CValue::NoValue { .. } => self.macro_value(module, *name, value, shown),
            }
        }
        self.macro_types(module, shown);
        self.macro_members(module, shown, reach);
    }

    fn add(&mut self, loc: &CLoc, name: &str, text: String, block: Option<&'static str>) {
        self.items.insert((loc.clone(), name.to_owned()), Item { text, block });
    }

    fn record(&self, record: &CRecord) -> String {
        let mut text = doc(record.doc.as_deref());
        let keyword = match record.kind {
            CRecordKind::Struct => "struct",
            CRecordKind::Union => "union",
        };
        let name = self.names.record(record.tag);
        let mut facts = Facts::default();
        if record.tag.0.as_str() != format!("{keyword} {}", name.trim_matches('`')) {
            facts.text(record.tag.0.as_str());
        }
        if record.c_spelling != spelling_of(record.tag) {
            match &record.c_spelling {
                Some(spelling) => facts.named_text("spelling", spelling),
                None => facts.value("spelling", "none"),
            }
        }
        match record.nature {
            CNature::Declared => {}
            CNature::Complex => facts.value("is", "complex"),
            CNature::Vector => facts.value("is", "vector"),
            CNature::BitInt => facts.value("is", "bit_int"),
            CNature::Atomic => facts.value("is", "atomic"),
            CNature::Aligned => facts.value("is", "aligned"),
        }
        advice_facts(&record.advice, &mut facts);
        if let Some(other) = record.realigns {
            facts.named_text("realigns", other.0.as_str());
        }
        let Some(layout) = &record.layout else {
            push(&mut text, format_args!("{}extern {keyword} {name};\n", facts.line()));
            return text;
        };
        let mut attributes = String::new();
        match departure(self.model, self.target, record.kind, layout) {
            Departure::None => {}
            Departure::Packed => attributes.push_str("@packed\n"),
            Departure::Aligned(align) => push(&mut attributes, format_args!("@align({align})\n")),
            found @ (Departure::BitFields | Departure::Other) => {
                if found == Departure::BitFields {
                    attributes.push_str(&self.around_bit_fields(layout));
                }
                facts.value("size", &layout.size.to_string());
                facts.value("align", &layout.align.to_string());
                facts.numbers("bits", layout.fields.iter().map(|field| field.offset_bits));
            }
        }
        let positions = |is: fn(&CField) -> bool| {
            let found = layout.fields.iter().enumerate().filter(move |(_, field)| is(field));
            found.map(|(index, _)| index as u64)
        };
        facts.some_numbers(
            "unnamed",
            positions(|field| field.name.is_none() && field.bit_width.is_none()),
        );
        facts.some_numbers("constant", positions(|field| field.is_const));
        facts.some_numbers(
            "flexible",
            positions(|field| matches!(field.ty, CType::FlexibleArray { .. })),
        );
        push(&mut text, format_args!("{}{attributes}", facts.line()));
        if layout.fields.is_empty() {
            push(&mut text, format_args!("extern {keyword} {name} {{}}\n"));
            return text;
        }
        push(&mut text, format_args!("extern {keyword} {name} {{\n"));
        for (index, field) in layout.fields.iter().enumerate() {
            doc(field.doc.as_deref())
                .lines()
                .for_each(|line| push(&mut text, format_args!("    {line}\n")));
            push_advice(&mut text, &field.advice);
            let ty = self.names.ty(&field.ty);
            let name = match (field.name, field.bit_width) {
                (Some(name), _) => types::identifier(name.as_str()),
                (None, Some(_)) => "_".to_owned(),
                (None, None) => format!("anonymous_{index}"),
            };
            match field.bit_width {
                Some(width) => push(&mut text, format_args!("    {name}: {ty} : {width},\n")),
                None => push(&mut text, format_args!("    {name}: {ty},\n")),
            }
        }
        text.push_str("}\n");
        text
    }

    /// What says the alignment of a record with bit-fields, where their types do not.
    fn around_bit_fields(&self, layout: &CLayout) -> String {
        let of_field = |field: &CField| of_type(self.model, self.target, &field.ty).map(|found| found.align_bytes);
        let natural = layout.fields.iter().filter_map(of_field).max().unwrap_or(1);
        match layout.align {
            1 if natural > 1 => "@packed\n".to_owned(),
            align if align > natural => format!("@align({align})\n"),
            _ => String::new(),
        }
    }

    fn enumeration(&self, enumeration: &CEnum) -> String {
        let mut text = doc(enumeration.doc.as_deref());
        let underlying = self.names.ty(&enumeration.underlying);
        let name = self.names.enumeration(enumeration.tag);
        let mut facts = Facts::default();
        if enumeration.tag.0.as_str() != format!("enum {}", name.trim_matches('`')) {
            facts.text(enumeration.tag.0.as_str());
        }
        if enumeration.c_spelling != spelling_of(enumeration.tag) {
            match &enumeration.c_spelling {
                Some(spelling) => facts.named_text("spelling", spelling),
                None => facts.value("spelling", "none"),
            }
        }
        advice_facts(&enumeration.advice, &mut facts);
        push(
            &mut text,
            format_args!("{}extern enum {name}: {underlying} {{\n", facts.line()),
        );
        for CEnumConstant {
            name: constant,
            value,
            advice,
            doc: comment,
        } in &enumeration.constants
        {
            for line in doc(comment.as_deref()).lines() {
                push(&mut text, format_args!("    {line}\n"));
            }
            push_advice(&mut text, advice);
            let name = types::identifier(constant.as_str());
            push(&mut text, format_args!("    {name} = {value},\n"));
        }
        text.push_str("}\n");
        text
    }

    /// Nothing for a typedef that gives a record the name that it has in Lang anyway.
    fn typedef(&self, typedef: &CTypedef) -> Option<String> {
        let name = self.names.typedef(typedef.name);
        let ty = self.names.ty(&typedef.ty);
        let mut facts = Facts::default();
        if name.trim_matches('`') != typedef.name.as_str() {
            facts.text(typedef.name.as_str());
        }
        advice_facts(&typedef.advice, &mut facts);
        let text = format!("{}{}type {name} = {ty};\n", doc(typedef.doc.as_deref()), facts.line());
        (name != ty).then_some(text)
    }

    fn function(&self, function: &CFunction, macro_params: Option<&str>) -> String {
        let mut text = doc(function.doc.as_deref());
        let mut facts = Facts::default();
        match function.linkage {
            CLinkage::External => {}
            CLinkage::Header => facts.flag("header"),
            CLinkage::Builtin => facts.flag("builtin"),
            CLinkage::Undefined => facts.flag("undefined"),
        }
        facts.some_texts("features", &function.features);
        attribute_facts(&function.facts, &mut facts);
        if function.symbol != function.name.as_str() {
            facts.named_text("symbol", &function.symbol);
        }
        if let Some(params) = macro_params {
            facts.named_text("macro", params);
            if let Some(body) = self.bodies.get(&function.name) {
                facts.named_text("body", body);
            }
        }
        let name = types::identifier(function.name.as_str());
        push(
            &mut text,
            format_args!(
                "{}fn {name}{};\n",
                facts.line(),
                self.names.signature(&function.signature, true)
            ),
        );
        text
    }

    fn global(&self, global: &CGlobal) -> String {
        let mut text = doc(global.doc.as_deref());
        let mut facts = Facts::default();
        if global.symbol != global.name.as_str() {
            facts.named_text("symbol", &global.symbol);
        }
        if matches!(global.ty, CType::FlexibleArray { .. }) {
            facts.flag("flexible");
        }
        advice_facts(&global.advice, &mut facts);
        text.push_str(&facts.line());
        if global.thread_local {
            text.push_str("@thread_local\n");
        }
        let keyword = if global.constant { "static" } else { "static var" };
        let ty = self.names.ty(&global.ty);
        push(
            &mut text,
            format_args!("{keyword} {}: {ty};\n", types::identifier(global.name.as_str())),
        );
        text
    }

    /// Nothing for an enum's constant, which stands in its enum.
    fn constant(&self, name: &str, constant: &CConstant) -> Option<String> {
        if self.in_enums.contains(name) {
            return None;
        }
        let ty = self.names.ty(&constant.ty);
        let (ty, value) = match &constant.value {
            CConstantValue::Int(value) => (ty.clone(), self.integer(*value, &constant.ty, &ty)),
            CConstantValue::Float(bits) => (ty, self.float(f64::from_bits(*bits), &constant.ty)),
            CConstantValue::Str(bytes) if bytes.contains(&0) => (
                format!("&[u8; {}]", bytes.len()),
                format!("b\"{}\"", facts::ascii(bytes)),
            ),
            // Whatever the macro's own type, what it comes to is a string for Lang.
            CConstantValue::Str(bytes) => ("&CStr".to_owned(), c_string(bytes)),
        };
        let name = types::identifier(name);
        let mut facts = Facts::default();
        advice_facts(&constant.advice, &mut facts);
        Some(format!(
            "{}{}const {name}: {ty} = {value};\n",
            doc(constant.doc.as_deref()),
            facts.line()
        ))
    }

    fn integer(&self, value: i128, ty: &CType, spelled: &str) -> String {
        match self.names.resolved(ty) {
            CType::Scalar(CScalar::Bool) => (value != 0).to_string(),
            CType::Pointer { .. } if value == 0 => "null".to_owned(),
            CType::FunctionPointer(_) if value == 0 => "none".to_owned(),
            CType::Pointer { .. } | CType::FunctionPointer(_) => format!("{value:#x}usize as {spelled}"),
            CType::Enum(_) => format!("{value} as {spelled}"),
            CType::Scalar(_)
            | CType::Int128 { .. }
            | CType::Float16
            | CType::Array { .. }
            | CType::FlexibleArray { .. }
            | CType::Function(_)
            | CType::Record(_)
            | CType::Typedef(_)
            | CType::Opaque { .. } => value.to_string(),
        }
    }

    /// `inf` and `nan` have no literal, but one is what a literal that is too large comes to.
    fn float(&self, value: f64, ty: &CType) -> String {
        let ty = self.names.resolved(ty);
        let is_single = *ty == CType::Scalar(CScalar::Float);
        // Of which Lang computes nothing, and no literal is too large.
        let is_long = *ty == CType::Scalar(CScalar::LongDouble);
        match value {
            value if value.is_nan() => "0.0 / 0.0".to_owned(),
            value if value.is_infinite() && is_long => (if value > 0.0 { "1e999" } else { "-1e999" }).to_owned(),
            value if value.is_infinite() && value > 0.0 => "1.0 / 0.0".to_owned(),
            value if value.is_infinite() => "-1.0 / 0.0".to_owned(),
            value if is_single => format!("{:?}", value as f32),
            value => format!("{value:?}"),
        }
    }
}

/// A type that Lang has no word for, as bytes.
fn opaque((spelling, size, align): &(String, u64, u64), name: &str) -> String {
    let mut facts = Facts::default();
    facts.text(spelling);
    facts.value("is", "opaque");
    format!(
        "{}@align({align})\nextern struct {name} {{\n    bytes: [u8; {size}],\n}}\n",
        facts.line()
    )
}

fn push(text: &mut String, part: std::fmt::Arguments<'_>) {
    text.write_fmt(part).expect("writing to a string does not fail");
}

/// A comment of the header as documentation.
fn doc(text: Option<&str>) -> String {
    let line = |line: &str| {
        if line.is_empty() {
            "///\n".to_owned()
        } else {
            format!("/// {line}\n")
        }
    };
    text.map_or(String::new(), |text| text.lines().map(line).collect())
}

/// What the attributes of a function say.
fn attribute_facts(of: &CFacts, facts: &mut Facts) {
    match of.effects {
        CEffects::Any => {}
        CEffects::Reads => facts.named_text("effects", "reads"),
        CEffects::None => facts.named_text("effects", "none"),
    }
    let flags = [
        ("returns_twice", of.returns_twice),
        ("fresh_result", of.fresh_result),
        ("nonnull_result", of.nonnull_result),
    ];
    for (name, _) in flags.into_iter().filter(|(_, is_set)| *is_set) {
        facts.flag(name);
    }
    let alloc_size = of
        .alloc_size
        .into_iter()
        .flat_map(|(first, second)| [Some(first), second]);
    facts.some_numbers("alloc_size", alloc_size.flatten().map(u64::from));
    facts.some_numbers("nonnull", of.nonnull.iter().copied().map(u64::from));
    if let Some(text) = &of.must_use {
        facts.named_text("must_use", text);
    }
    advice_facts(&of.advice, facts);
}

/// What attributes say of whether to use something.
fn advice_facts(of: &CAdvice, facts: &mut Facts) {
    for (name, text) in [("deprecated", &of.deprecated), ("unavailable", &of.unavailable)] {
        if let Some(text) = text {
            facts.named_text(name, text);
        }
    }
}

/// The same, on a line before a member.
fn push_advice(text: &mut String, of: &CAdvice) {
    let mut facts = Facts::default();
    advice_facts(of, &mut facts);
    if !of.is_none() {
        push(text, format_args!("    {}", facts.line()));
    }
}
