//! The items of bindings, as declarations of C.
//!
//! Takes the items of a file in order. Gives the model: first what the types are called, then what they are, last
//! their layouts.

use std::collections::BTreeMap;

use base::{Span, Symbol, sym};
use cmodel::{
    CAdvice, CAlias, CConstant, CConstantValue, CEffects, CEnum, CEnumConstant, CFacts, CField, CFunction, CGlobal,
    CLayout, CLinkage, CLoc, CMacro, CModel, CModule, CModuleId, CNature, CParam, CRecord, CRecordKind, CTag, CType,
    CTypeName, CTypedef, CValue,
};
use syntax::ast::{self, AstNode};
use syntax::{Token, literal};
use target::{CScalar, Target};

use super::BindingsError;
use super::facts::{Attributes, Facts, broken};
use super::layouts::{self, Said};
use super::types::{Types, constant, length};
use crate::print::{MacroBodies, spelling_of};

pub(super) struct Reader<'a> {
    /// What declarations say they stand in.
    path: &'a str,
    /// Where each line begins.
    lines: Vec<u32>,
    id: CModuleId,
    target: &'a Target,
    pub(super) types: Types,
    pub(super) model: CModel,
    pub(super) module: CModule,
    pub(super) bodies: MacroBodies,
    layouts: BTreeMap<CTag, Said>,
    /// Macros whose meaning needs all records, or all functions.
    pub(super) members: Vec<(Symbol, Facts)>,
    pub(super) aliases: Vec<(Symbol, String, Span)>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(path: &'a str, text: &str, id: CModuleId, target: &'a Target) -> Self {
        let ends = text.bytes().zip(1..).filter(|(byte, _)| *byte == b'\n');
        Self {
            path,
            lines: [0].into_iter().chain(ends.map(|(_, next)| next)).collect(),
            id,
            target,
            types: Types::default(),
            model: CModel::default(),
            module: CModule::default(),
            bodies: MacroBodies::new(),
            layouts: BTreeMap::new(),
            members: Vec::new(),
            aliases: Vec::new(),
        }
    }

    /// All items behind the head.
    pub(super) fn items(&mut self, source: ast::SourceFile<'_>) -> Result<(), BindingsError> {
        for item in source.items() {
            self.name_type(item)?;
        }
        for item in source.items().skip(1) {
            match item {
                ast::Item::Struct(item) => {
                    let fields = match item.fields() {
                        Some(ast::Fields::Named(list)) => Some(list),
                        Some(ast::Fields::Tuple(_)) | None => None,
                    };
                    self.record(
                        (CRecordKind::Struct, item.span()),
                        item.name(),
                        item.attrs(),
                        &item.doc_comments(),
                        fields,
                    )?;
                }
                ast::Item::Union(item) => {
                    self.record(
                        (CRecordKind::Union, item.span()),
                        item.name(),
                        item.attrs(),
                        &item.doc_comments(),
                        item.fields(),
                    )?;
                }
                ast::Item::Enum(item) => self.enumeration(item)?,
                ast::Item::TypeAlias(item) => self.alias(item)?,
                ast::Item::Const(item) => self.constant(item)?,
                ast::Item::Extern(block) => {
                    for item in block.items() {
                        match item {
                            ast::Item::Fn(item) => self.function(item, block.abi())?,
                            ast::Item::Static(item) => self.global(item)?,
                            item => return Err(broken(item.span(), "bindings have no such item")),
                        }
                    }
                }
                ast::Item::Fn(item) => self.inline_c(item)?,
                item => return Err(broken(item.span(), "bindings have no such item")),
            }
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<(CModel, MacroBodies), BindingsError> {
        layouts::settle(&mut self.model, self.target, std::mem::take(&mut self.layouts))?;
        self.settle_macros()?;
        self.name_hidden_tags();
        self.model.modules.insert(self.id, self.module);
        Ok((self.model, self.bodies))
    }

    /// A tag whose name is a typedef's of another type goes by one of its own.
    fn name_hidden_tags(&mut self) {
        let records = self.model.records.keys().map(|tag| (*tag, CTypeName::Record(*tag)));
        let enums = self.model.enums.keys().map(|tag| (*tag, CTypeName::Enum(*tag)));
        for (tag, meant) in records.chain(enums) {
            if let Some(name) = self.model.name_beside_typedef(tag) {
                self.module.types.entry(name).or_insert(meant);
            }
        }
    }

    pub(super) fn loc(&self, span: Span) -> CLoc {
        let line = self.lines.partition_point(|start| *start <= span.start);
        let start = line.checked_sub(1).map_or(0, |index| self.lines[index]);
        CLoc {
            path: self.path.to_owned(),
            line: line as u32,
            column: span.start - start + 1,
        }
    }

    /// What the name of a type item means, so that types may be mentioned before they are declared.
    fn name_type(&mut self, item: ast::Item<'_>) -> Result<(), BindingsError> {
        let (name, attrs, keyword) = match item {
            ast::Item::Struct(item) => (item.name(), Attributes::read(item.attrs())?, "struct"),
            ast::Item::Union(item) => (item.name(), Attributes::read(item.attrs())?, "union"),
            ast::Item::Enum(item) => (item.name(), Attributes::read(item.attrs())?, "enum"),
            ast::Item::TypeAlias(item) => (item.name(), Attributes::read(item.attrs())?, "type"),
            _ => return Ok(()),
        };
        let name = named(name, item.span())?;
        let align = attrs.align;
        let facts = attrs.only(item.span())?;
        let ty = match keyword {
            "type" if facts.has("alias") => return Ok(()),
            "type" => CType::Typedef(sym(facts.own_text().unwrap_or(name))),
            _ if facts.word("is") == Some("opaque") => self.opaque(item, &facts, align)?,
            "enum" => CType::Enum(tag(keyword, name, &facts)),
            _ => CType::Record(tag(keyword, name, &facts)),
        };
        match self.types.names.insert(name.to_owned(), ty) {
            None => Ok(()),
            Some(_) => Err(broken(item.span(), "the name is given twice")),
        }
    }

    /// `@c("…", is: opaque) @align(a) extern struct x { bytes: [u8; n] }`
    fn opaque(&self, item: ast::Item<'_>, facts: &Facts, align: Option<u64>) -> Result<CType, BindingsError> {
        let size = match item {
            ast::Item::Struct(item) => match item.fields() {
                Some(ast::Fields::Named(list)) => list.fields().next().and_then(|field| match field.ty() {
                    Some(ast::Type::Array(array)) => array.len().and_then(length),
                    _ => None,
                }),
                Some(ast::Fields::Tuple(_)) | None => None,
            },
            _ => None,
        };
        match (size, align, facts.own_text()) {
            (Some(size), Some(align), Some(spelling)) => Ok(CType::Opaque {
                size,
                align,
                spelling: spelling.to_owned(),
            }),
            _ => Err(broken(item.span(), "this is no type that is bytes to Lang")),
        }
    }

    fn record<'t>(
        &mut self,
        (kind, span): (CRecordKind, Span),
        token: Option<Token<'t>>,
        attrs: impl Iterator<Item = ast::Attr<'t>>,
        docs: &[Token<'t>],
        fields: Option<ast::FieldList<'t>>,
    ) -> Result<(), BindingsError> {
        let name = named(token, span)?;
        let Some(CType::Record(tag)) = self.types.named(name) else {
            return Ok(());
        };
        let attrs = Attributes::read(attrs)?;
        let (is_packed, align) = (attrs.is_packed, attrs.align);
        let facts = attrs.only(span)?;
        let (unnamed, constants, flexible) = (
            facts.numbers("unnamed"),
            facts.numbers("constant"),
            facts.numbers("flexible"),
        );
        let nature = match facts.word("is") {
            None => CNature::Declared,
            Some("complex") => CNature::Complex,
            Some("vector") => CNature::Vector,
            Some("bit_int") => CNature::BitInt,
            Some("atomic") => CNature::Atomic,
            Some("aligned") => CNature::Aligned,
            Some(_) => return Err(broken(facts.span, "a record is nothing like this")),
        };
        let layout = match fields {
            None => None,
            Some(list) => {
                let mut fields = Vec::new();
                for (index, field) in (0..).zip(list.fields()) {
                    let own_name = sym(named(field.name(), field.span())?);
                    // In backticks it is a name.
                    let is_blank = field.name().is_some_and(|token| token.text() == "_");
                    let is_unnamed = unnamed.contains(&index) || is_blank;
                    let ty = field.ty().ok_or_else(|| broken(field.span(), "it has no type"))?;
                    let width = match field.bit_width() {
                        None => None,
                        Some(width) => Some(
                            length(width)
                                .and_then(|bits| u32::try_from(bits).ok())
                                .ok_or_else(|| broken(width.span(), "a width is a number"))?,
                        ),
                    };
                    fields.push(CField {
                        name: (!is_unnamed).then_some(own_name),
                        ty: as_flexible(self.types.ty(ty)?, flexible.contains(&index)),
                        offset_bits: 0,
                        bit_width: width,
                        is_const: constants.contains(&index),
                        advice: member_advice(field.attrs(), field.span())?,
                        in_clang: None,
                        doc: doc(&field.doc_comments()),
                    });
                }
                Some(CLayout {
                    size: 0,
                    align: 1,
                    fields,
                })
            }
        };
        if layout.is_some() {
            let exact = match (facts.number("size"), facts.number("align")) {
                (Some(size), Some(align)) if align.is_power_of_two() => Some((size, align, facts.numbers("bits"))),
                (None, None) => None,
                _ => return Err(broken(facts.span, "this is no layout")),
            };
            let said = Said {
                span,
                is_packed,
                align,
                exact,
            };
            self.layouts.insert(tag, said);
        }
        let c_name = c_name(tag);
        let record = CRecord {
            tag,
            name: c_name,
            c_spelling: spelling(tag, &facts),
            kind,
            nature,
            realigns: facts.text("realigns").map(|tag| CTag(sym(tag))),
            layout,
            advice: advice(&facts),
            module: self.id,
            doc: doc(docs),
            loc: self.loc(span_of(token, span)),
        };
        if (nature == CNature::Declared || is_realigned(tag)) && !c_name.as_str().contains('.') {
            self.module.types.entry(c_name).or_insert(CTypeName::Record(tag));
        }
        self.model.records.insert(tag, record);
        Ok(())
    }

    fn enumeration(&mut self, item: ast::EnumItem<'_>) -> Result<(), BindingsError> {
        let span = item.span();
        let name = named(item.name(), span)?;
        let Some(CType::Enum(tag)) = self.types.named(name) else {
            return Err(broken(span, "this is no enum"));
        };
        let facts = Attributes::read(item.attrs())?.only(span)?;
        let advice = advice(&facts);
        let repr = item.repr().ok_or_else(|| broken(span, "an enum of C says its type"))?;
        let mut constants = Vec::new();
        for variant in item.variants() {
            let of = variant.span();
            let Some(CConstantValue::Int(value)) = variant.discriminant().and_then(|value| constant(value, false))
            else {
                return Err(broken(of, "a constant of an enum is an integer"));
            };
            let name = sym(named(variant.name(), of)?);
            let doc = doc(&variant.doc_comments());
            let own_advice = member_advice(variant.attrs(), of)?;
            let found = CConstant {
                ty: CType::Enum(tag),
                value: CConstantValue::Int(value),
                advice: own_advice.or(&advice).clone(),
                doc: doc.clone(),
                loc: self.loc(span_of(variant.name(), of)),
            };
            self.module.values.entry(name).or_insert(CValue::Constant(found));
            constants.push(CEnumConstant {
                name,
                value,
                advice: own_advice,
                doc,
            });
        }
        let c_name = c_name(tag);
        let enumeration = CEnum {
            tag,
            name: c_name,
            c_spelling: spelling(tag, &facts),
            underlying: self.types.ty(repr)?,
            constants,
            advice,
            module: self.id,
            doc: doc(&item.doc_comments()),
            loc: self.loc(span_of(item.name(), span)),
        };
        if !c_name.as_str().contains('.') {
            self.module.types.entry(c_name).or_insert(CTypeName::Enum(tag));
        }
        self.model.enums.insert(tag, enumeration);
        Ok(())
    }

    /// A typedef, or a macro that is another name for a type.
    fn alias(&mut self, item: ast::TypeAliasItem<'_>) -> Result<(), BindingsError> {
        let span = item.span();
        let facts = Attributes::read(item.attrs())?.only(span)?;
        let name = sym(facts.own_text().unwrap_or(named(item.name(), span)?));
        let ty = self
            .types
            .ty(item.ty().ok_or_else(|| broken(span, "it has no type"))?)?;
        let (doc, loc) = (doc(&item.doc_comments()), self.loc(span_of(item.name(), span)));
        if facts.has("alias") {
            let meant = match ty {
                CType::Record(tag) => CTypeName::Record(tag),
                CType::Enum(tag) => CTypeName::Enum(tag),
                CType::Typedef(name) => CTypeName::Typedef(name),
                CType::Scalar(_)
                | CType::Int128 { .. }
                | CType::Float16
                | CType::Pointer { .. }
                | CType::Array { .. }
                | CType::FlexibleArray { .. }
                | CType::FunctionPointer(_)
                | CType::Function(_)
                | CType::Opaque { .. } => return Err(broken(span, "a macro stands for the name of a type")),
            };
            self.module.types.entry(name).or_insert(meant);
            self.module.aliases.insert(name, CAlias { doc, loc });
            return Ok(());
        }
        let typedef = CTypedef {
            name,
            ty,
            advice: advice(&facts),
            module: self.id,
            doc,
            loc,
        };
        // Of a tag and a typedef of one name, the typedef is meant.
        self.module.types.insert(name, CTypeName::Typedef(name));
        self.model.typedefs.insert(name, typedef);
        Ok(())
    }

    fn constant(&mut self, item: ast::ConstItem<'_>) -> Result<(), BindingsError> {
        let span = item.span();
        let name = sym(named(item.name(), span)?);
        let ty = match item.ty() {
            Some(ast::Type::Ref(_)) => CType::Pointer {
                pointee: Box::new(CType::Scalar(CScalar::Char)),
                is_const: true,
            },
            Some(ty) => self.types.ty(ty)?,
            None => return Err(broken(span, "it has no type")),
        };
        let is_single = *ty.resolved(&self.model.typedefs) == CType::Scalar(CScalar::Float);
        let value = item.value().and_then(|value| constant(value, is_single));
        let found = CConstant {
            value: value.ok_or_else(|| broken(span, "this is no constant of C"))?,
            ty,
            advice: advice(&Attributes::read(item.attrs())?.only(span)?),
            doc: doc(&item.doc_comments()),
            loc: self.loc(span_of(item.name(), span)),
        };
        self.module.values.insert(name, CValue::Constant(found));
        Ok(())
    }

    fn function(&mut self, item: ast::FnItem<'_>, abi: Option<Token<'_>>) -> Result<(), BindingsError> {
        let span = item.span();
        let name = sym(named(item.name(), span)?);
        let facts = Attributes::read(item.attrs())?.only(span)?;
        let list = item.params().ok_or_else(|| broken(span, "it has no parameters"))?;
        let mut params = Vec::new();
        for param in list.params() {
            let ty = param.ty().ok_or_else(|| broken(param.span(), "it has no type"))?;
            params.push(CParam {
                name: param_name(param).map(sym),
                ty: self.types.ty(ty)?,
            });
        }
        let function = CFunction {
            name,
            symbol: facts.text("symbol").unwrap_or(name.as_str()).to_owned(),
            signature: self
                .types
                .signature(params, item.return_ty(), list.variadic().is_some(), abi)?,
            linkage: match () {
                () if facts.has("header") => CLinkage::Header,
                () if facts.has("builtin") => CLinkage::Builtin,
                () if facts.has("undefined") => CLinkage::Undefined,
                () => CLinkage::External,
            },
            features: facts.texts("features"),
            facts: attribute_facts(&facts),
            module: self.id,
            doc: doc(&item.doc_comments()),
            loc: self.loc(span_of(item.name(), span)),
        };
        let value = match facts.text("macro") {
            None => CValue::Function(name),
            Some(params) => {
                if let Some(body) = facts.text("body") {
                    self.bodies.insert(name, body.to_owned());
                }
                let names = params.split(", ").filter(|param| !param.is_empty() && *param != "...");
                CValue::Macro(CMacro {
                    params: names.map(sym).collect(),
                    variadic: params.ends_with("..."),
                    function: Some(name),
                    needs_no_header: false,
                    doc: function.doc.clone(),
                    loc: function.loc.clone(),
                })
            }
        };
        self.module.values.insert(name, value);
        self.model.functions.insert(name, function);
        Ok(())
    }

    fn global(&mut self, item: ast::StaticItem<'_>) -> Result<(), BindingsError> {
        let span = item.span();
        let name = sym(named(item.name(), span)?);
        let attrs = Attributes::read(item.attrs())?;
        let thread_local = attrs.thread_local;
        let facts = attrs.only(span)?;
        let ty = self
            .types
            .ty(item.ty().ok_or_else(|| broken(span, "it has no type"))?)?;
        let global = CGlobal {
            name,
            symbol: facts.text("symbol").unwrap_or(name.as_str()).to_owned(),
            ty: as_flexible(ty, facts.has("flexible")),
            constant: item.var_token().is_none(),
            thread_local,
            advice: advice(&facts),
            module: self.id,
            doc: doc(&item.doc_comments()),
            loc: self.loc(span_of(item.name(), span)),
        };
        self.module.values.insert(name, CValue::Global(name));
        self.model.globals.insert(name, global);
        Ok(())
    }
}

fn as_flexible(ty: CType, is_flexible: bool) -> CType {
    match ty {
        CType::Array { element, .. } if is_flexible => CType::FlexibleArray { element },
        ty => ty,
    }
}

fn tag(keyword: &str, name: &str, facts: &Facts) -> CTag {
    let implied = || format!("{keyword} {name}");
    CTag(sym(&facts.own_text().map_or_else(implied, str::to_owned)))
}

/// Whether the tag is that of a typedef with an alignment of its own.
fn is_realigned(tag: CTag) -> bool {
    tag.0.as_str().starts_with("aligned ")
}

/// What Lang code calls a record or an enum with this tag.
fn c_name(tag: CTag) -> Symbol {
    let tag = tag.0.as_str();
    match tag.split_once(' ') {
        Some(("struct" | "union" | "enum" | "typedef" | "aligned", name)) => sym(name),
        Some(_) | None => sym(tag),
    }
}

fn spelling(tag: CTag, facts: &Facts) -> Option<String> {
    match facts.is_said("spelling") {
        true => facts.text("spelling").map(str::to_owned),
        false => spelling_of(tag),
    }
}

pub(super) fn named<'t>(token: Option<Token<'t>>, span: Span) -> Result<&'t str, BindingsError> {
    token.map(Token::name).ok_or_else(|| broken(span, "it has no name"))
}

pub(super) fn span_of(token: Option<Token<'_>>, around: Span) -> Span {
    token.map_or(around, Token::span)
}

pub(super) fn param_name<'t>(param: ast::Param<'t>) -> Option<&'t str> {
    match param.pat() {
        Some(ast::Pat::Bind(bind)) => bind.name().map(Token::name),
        _ => None,
    }
}

/// The text of documentation comments.
pub(super) fn doc(comments: &[Token<'_>]) -> Option<String> {
    let lines: Vec<&str> = comments
        .iter()
        .map(|token| {
            let text = token.text().trim_end();
            let text = text.strip_prefix("///").unwrap_or(text);
            text.strip_prefix(' ').unwrap_or(text)
        })
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

pub(super) fn literal_text(token: Option<Token<'_>>) -> Option<String> {
    token.map(literal::string_text)
}

/// What the attributes of a function say.
fn attribute_facts(facts: &Facts) -> CFacts {
    let positions = |name: &str| -> Vec<u32> {
        let numbers = facts.numbers(name).into_iter();
        numbers.filter_map(|number| u32::try_from(number).ok()).collect()
    };
    let text = |name: &str| facts.text(name).map(str::to_owned);
    let alloc_size = positions("alloc_size");
    CFacts {
        effects: match facts.text("effects") {
            Some("reads") => CEffects::Reads,
            Some("none") => CEffects::None,
            Some(_) | None => CEffects::Any,
        },
        returns_twice: facts.has("returns_twice"),
        fresh_result: facts.has("fresh_result"),
        alloc_size: alloc_size.first().map(|first| (*first, alloc_size.get(1).copied())),
        nonnull_result: facts.has("nonnull_result"),
        nonnull: positions("nonnull"),
        must_use: text("must_use"),
        advice: advice(facts),
    }
}

/// Whether to use something.
pub(super) fn advice(facts: &Facts) -> CAdvice {
    let text = |name: &str| facts.text(name).map(str::to_owned);
    CAdvice {
        deprecated: text("deprecated"),
        unavailable: text("unavailable"),
    }
}

/// The same, of a member of a record or an enum.
fn member_advice<'t>(attrs: impl Iterator<Item = ast::Attr<'t>>, span: Span) -> Result<CAdvice, BindingsError> {
    Ok(advice(&Attributes::read(attrs)?.only(span)?))
}
