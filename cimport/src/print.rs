//! A module as readable Lang source: what `lang cimport` prints.
//!
//! Takes a model with all names of its headers. Gives the text of a module with the same declarations, in the order of
//! the headers, with their comments; what Lang cannot say yet is a comment with the reason. Names that C reserves for
//! the implementation are left out unless something else needs them.

mod layout;
mod macros;
mod reach;
mod types;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use cmodel::{
    CConstant, CConstantValue, CEnum, CEnumConstant, CFunction, CGlobal, CLinkage, CLoc, CModel, CModuleId, CNature,
    CRecord, CRecordKind, CType, CTypedef, CValue,
};
use target::{CScalar, Target};

use layout::{Departure, departure};
use reach::Reach;
use types::Names;

/// What of a module is printed, with what that needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Selection {
    /// Every name that C leaves to programs.
    Public,
    /// Every name of the model, which holds those that were asked for.
    Asked,
}

/// The source text of module `id`.
pub fn print_module(model: &CModel, id: CModuleId, target: &Target, selection: Selection) -> String {
    let mut printer = Printer {
        model,
        target,
        names: Names::new(model),
        in_enums: BTreeSet::new(),
        items: BTreeMap::new(),
    };
    printer.collect(id, selection);
    let spec = model.modules.get(&id).and_then(|module| module.spec.as_ref());
    // The headers that were asked for come first, then those beside them, then the system's: not by where the project
    // happens to lie.
    let rank = |path: &str| match spec {
        Some(spec) if spec.headers.iter().any(|header| Path::new(path).ends_with(header)) => 0,
        Some(spec)
            if spec
                .include_dirs
                .iter()
                .any(|folder| Path::new(path).starts_with(folder)) =>
        {
            1
        }
        Some(_) | None => 2,
    };
    let mut items: Vec<_> = printer.items.iter().collect();
    items.sort_by_key(|((loc, _), _)| rank(&loc.path));
    let headers = spec.map_or(String::new(), |spec| spec.headers.join("`, `"));
    let mut text = format!("//! `{headers}` for {}, as Lang sees it.\n", target.name);
    let mut path = None;
    let mut block: Option<&str> = None;
    // Items of several lines stand apart.
    let (mut after_heading, mut after_long) = (true, false);
    for ((loc, _), item) in items {
        if block.is_some() && (item.block != block || path != Some(&loc.path)) {
            text.push_str("}\n");
            block = None;
            after_long = true;
        }
        if path != Some(&loc.path) {
            let shown = if loc.path.is_empty() { "Clang itself" } else { &loc.path };
            push(&mut text, format_args!("\n// {shown}\n"));
            path = Some(&loc.path);
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
    /// The constants of the enums that are printed.
    in_enums: BTreeSet<&'a str>,
    /// By place, and by name where places are equal.
    items: BTreeMap<(CLoc, String), Item>,
}

impl Printer<'_> {
    fn collect(&mut self, id: CModuleId, selection: Selection) {
        let model = self.model;
        let reach = Reach::new(model, id, selection);
        for record in model
            .records
            .values()
            .filter(|record| record.nature == CNature::Declared && reach.records.contains(&record.tag))
        {
            let text = self.record(record);
            self.add(&record.loc, record.name.as_str(), text, None);
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
        for (name, value) in module
            .values
            .iter()
            .filter(|(name, _)| reach::is_shown(**name, selection))
        {
            match value {
                CValue::Function(key) if key == name => {
                    if let Some(function) = model.functions.get(key) {
                        let convention = function.signature.convention.lang_name().unwrap_or("C");
                        self.add(&function.loc, name.as_str(), self.function(function), Some(convention));
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
                | CValue::NoValue { .. } => self.macro_value(module, *name, value),
            }
        }
        self.macro_types(module, selection);
        self.macro_members(module, selection);
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
        let Some(layout) = &record.layout else {
            push(&mut text, format_args!("extern {keyword} {name};\n"));
            return text;
        };
        match departure(self.model, self.target, record.kind, layout) {
            Departure::None => {}
            Departure::Packed => text.push_str("@packed\n"),
            Departure::Aligned(align) => push(&mut text, format_args!("@align({align})\n")),
            Departure::BitFields => {
                push(
                    &mut text,
                    format_args!("// size {}, alignment {}\n", layout.size, layout.align),
                );
            }
            Departure::Other => {
                let offsets: Vec<String> = layout.fields.iter().map(|f| (f.offset_bits / 8).to_string()).collect();
                let (size, align) = (layout.size, layout.align);
                let offsets = offsets.join(", ");
                push(
                    &mut text,
                    format_args!("// size {size}, alignment {align}, members at {offsets}\n"),
                );
            }
        }
        if layout.fields.is_empty() {
            push(&mut text, format_args!("extern {keyword} {name} {{}}\n"));
            return text;
        }
        push(&mut text, format_args!("extern {keyword} {name} {{\n"));
        for (index, field) in layout.fields.iter().enumerate() {
            doc(field.doc.as_deref())
                .lines()
                .for_each(|line| push(&mut text, format_args!("    {line}\n")));
            let ty = self.names.ty(&field.ty);
            match (field.name, field.bit_width) {
                (Some(name), None) => push(
                    &mut text,
                    format_args!("    {}: {ty},\n", types::identifier(name.as_str())),
                ),
                (Some(name), Some(width)) => {
                    push(
                        &mut text,
                        format_args!("    {}: {ty} : {width},\n", types::identifier(name.as_str())),
                    );
                }
                (None, Some(width)) => push(&mut text, format_args!("    // {width} bits without a name\n")),
                (None, None) => {
                    push(
                        &mut text,
                        format_args!("    anonymous_{index}: {ty}, // its fields are reached directly\n"),
                    );
                }
            }
        }
        text.push_str("}\n");
        text
    }

    fn enumeration(&self, enumeration: &CEnum) -> String {
        let mut text = doc(enumeration.doc.as_deref());
        let underlying = self.names.ty(&enumeration.underlying);
        let name = self.names.enumeration(enumeration.tag);
        let is_unnamed = enumeration.name.as_str().starts_with('{');
        if !is_unnamed {
            push(&mut text, format_args!("extern enum {name}: {underlying} {{\n"));
        }
        for CEnumConstant {
            name: constant,
            value,
            doc: comment,
        } in &enumeration.constants
        {
            let constant = types::identifier(constant.as_str());
            // Without a name, and with nothing of its type, only the constants matter.
            let (indent, line) = match is_unnamed {
                true => ("", format!("const {constant}: {underlying} = {value};")),
                false => ("    ", format!("{constant} = {value},")),
            };
            for line in doc(comment.as_deref()).lines().chain([line.as_str()]) {
                push(&mut text, format_args!("{indent}{line}\n"));
            }
        }
        if !is_unnamed {
            text.push_str("}\n");
        }
        text
    }

    /// Nothing for a typedef that gives a record the name that it has in Lang anyway.
    fn typedef(&self, typedef: &CTypedef) -> Option<String> {
        let name = types::identifier(typedef.name.as_str());
        let ty = self.names.ty(&typedef.ty);
        (name != ty).then(|| format!("{}type {name} = {ty};\n", doc(typedef.doc.as_deref())))
    }

    fn function(&self, function: &CFunction) -> String {
        let mut text = doc(function.doc.as_deref());
        if function.linkage == CLinkage::Header {
            text.push_str("// inline in the header\n");
        }
        if function.symbol != function.name.as_str() {
            push(
                &mut text,
                format_args!("// linked as `{}`\n", function.symbol.trim_start_matches('\u{1}')),
            );
        }
        let name = types::identifier(function.name.as_str());
        push(
            &mut text,
            format_args!("fn {name}{};\n", self.names.signature(&function.signature, true)),
        );
        text
    }

    fn global(&self, global: &CGlobal) -> String {
        let mut text = doc(global.doc.as_deref());
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
                format!("[u8; {}]", bytes.len()),
                format!("b\"{}\"", bytes.escape_ascii()),
            ),
            // Whatever the macro's own type, what it comes to is a string for Lang.
            CConstantValue::Str(bytes) => ("&CStr".to_owned(), c_string(bytes)),
        };
        let name = types::identifier(name);
        Some(format!(
            "{}const {name}: {ty} = {value};\n",
            doc(constant.doc.as_deref())
        ))
    }

    fn integer(&self, value: i128, ty: &CType, spelled: &str) -> String {
        match self.names.resolved(ty) {
            CType::Scalar(CScalar::Bool) => (value != 0).to_string(),
            CType::Pointer { .. } | CType::FunctionPointer(_) if value == 0 => "null".to_owned(),
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

    /// `inf` and `nan` have no literal.
    fn float(&self, value: f64, ty: &CType) -> String {
        let is_single = *self.names.resolved(ty) == CType::Scalar(CScalar::Float);
        match value {
            value if value.is_nan() => "0.0 / 0.0".to_owned(),
            value if value.is_infinite() && value > 0.0 => "1.0 / 0.0".to_owned(),
            value if value.is_infinite() => "-1.0 / 0.0".to_owned(),
            value if is_single => format!("{:?}", value as f32),
            value => format!("{value:?}"),
        }
    }
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

fn c_string(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            let escaped: String = text
                .chars()
                .map(|c| match c {
                    '"' | '\\' => format!("\\{c}"),
                    '\n' => "\\n".to_owned(),
                    '\r' => "\\r".to_owned(),
                    '\t' => "\\t".to_owned(),
                    c if c.is_control() && c.is_ascii() => format!("\\x{:02x}", u32::from(c)),
                    c => c.to_string(),
                })
                .collect();
            format!("c\"{escaped}\"")
        }
        Err(_) => format!("c\"{}\"", bytes.escape_ascii()),
    }
}
