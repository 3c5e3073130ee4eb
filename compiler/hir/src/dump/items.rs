//! Imports and items.

use super::Printer;
use crate::{
    AttrValue, Attribute, CImport, ConstAssert, Enum, Field, Fn, FnBody, Import, InlineCParam, InlineCParamKind,
    Inlining, ItemId, ItemKind, Param, SelfParam, Static, Struct, StructKind, Variant, VariantKind, Visibility,
};

impl Printer<'_> {
    pub(super) fn file(&mut self) {
        let hir = self.hir;
        if let Some(doc) = &hir.doc {
            self.doc(doc, "//!");
        }
        for import in &hir.imports {
            self.import(import);
            self.newline();
        }
        for import in &hir.c_imports {
            self.c_import(import);
            self.newline();
        }
        if !hir.member_names.is_empty() {
            self.list("members ", &hir.member_names, "\n", |p, name| p.symbol(*name));
        }
        for (index, id) in hir.root.iter().enumerate() {
            if index > 0 || !self.out.is_empty() {
                self.newline();
            }
            self.item(*id);
            self.newline();
        }
    }

    fn doc(&mut self, doc: &str, mark: &str) {
        for line in doc.lines() {
            self.push(mark);
            if !line.is_empty() {
                self.push(" ");
                self.push(line);
            }
            self.newline();
        }
    }

    fn import(&mut self, import: &Import) {
        self.visibility(import.visibility);
        self.push("import ");
        for (index, (name, _)) in import.path.iter().enumerate() {
            if index > 0 {
                self.push(".");
            }
            self.symbol(*name);
        }
        self.push(" as ");
        self.symbol(import.alias);
    }

    fn c_import(&mut self, import: &CImport) {
        for define in &import.defines {
            self.push(&format!("@define({define:?}) "));
        }
        for (package, _) in &import.pkg_config {
            self.push(&format!("@pkg({package:?}) "));
        }
        for library in &import.link {
            self.push(&format!("@link({library:?}) "));
        }
        self.push("import c ");
        self.list("{", &import.headers, "} as ", |p, (header, _)| {
            p.push(&format!("{header:?}"))
        });
        self.symbol(import.alias);
    }

    fn visibility(&mut self, visibility: Visibility) {
        if visibility == Visibility::Public {
            self.push("pub ");
        }
    }

    fn attribute(&mut self, attribute: &Attribute) {
        self.push("@");
        self.symbol(attribute.name);
        if !attribute.args.is_empty() {
            self.list("(", &attribute.args, ")", |p, arg| {
                if let Some(name) = arg.name {
                    p.symbol(name);
                    p.push(": ");
                }
                match &arg.value {
                    AttrValue::Str(text) => p.push(&format!("{:?}", text.as_str())),
                    AttrValue::Int(value) => p.push(&value.to_string()),
                    AttrValue::Text(text) => p.symbol(*text),
                }
            });
        }
        self.newline();
    }

    fn item(&mut self, id: ItemId) {
        let hir = self.hir;
        let item = &hir.items[id];
        if let Some(doc) = &item.doc {
            self.doc(doc, "///");
        }
        for attribute in &item.attributes {
            self.attribute(attribute);
        }
        self.visibility(item.visibility);
        let name = item.name.as_str();
        match &item.kind {
            ItemKind::Fn(function) => self.function(name, function),
            ItemKind::ExternFn(function) => {
                self.push("extern fn ");
                self.push(name);
                self.list("(", &function.params, "", |p, param| p.param(param));
                self.variadic_end(function.variadic, function.params.is_empty());
                self.ret(function.ret);
                self.link(&function.link);
            }
            ItemKind::ExternStatic(item) => {
                self.push("extern ");
                self.static_item(name, item);
                self.link(&item.link);
            }
            ItemKind::InlineC(item) => {
                self.push("inline fn ");
                self.push(name);
                self.list("(", &item.params, "", |p, param| p.inline_c_param(param));
                self.push(")");
                self.ret(item.ret);
                self.push(&format!(" = c {:?};", item.text.as_str()));
            }
            ItemKind::Struct(item) => self.struct_item(name, item),
            ItemKind::Enum(item) => self.enum_item(name, item),
            ItemKind::Const(item) => {
                self.push(&format!("const {name}: "));
                self.ty(item.ty);
                self.push(" = ");
                self.body_value(hir.body(item.body));
            }
            ItemKind::Static(item) => self.static_item(name, item),
            ItemKind::TypeAlias(alias) => {
                self.push(&format!("type {name}"));
                self.generic_params(&alias.generics);
                self.push(" = ");
                self.ty(alias.ty);
            }
            ItemKind::AssocType(assoc) => {
                self.push(&format!("type {name}"));
                if !assoc.bounds.is_empty() {
                    self.push(": ");
                    self.bounds(&assoc.bounds);
                }
                self.relaxed(&assoc.relaxed);
                if let Some(ty) = assoc.ty {
                    self.push(" = ");
                    self.ty(ty);
                }
            }
            ItemKind::Trait(item) => {
                self.push(if item.is_unsafe { "unsafe " } else { "" });
                self.push(&format!("trait {name}"));
                self.generic_params(&item.generics);
                if !item.supertraits.is_empty() {
                    self.push(": ");
                    self.bounds(&item.supertraits);
                }
                self.predicates(&item.predicates);
                self.push(" ");
                self.lines(&item.items, |p, item| p.item(*item));
            }
            ItemKind::Impl(block) => {
                self.push(if block.is_unsafe { "unsafe impl" } else { "impl" });
                self.generic_params(&block.generics);
                self.push(" ");
                if let Some(trait_ref) = block.trait_ref {
                    self.ty(trait_ref);
                    self.push(" for ");
                }
                self.ty(block.self_ty);
                self.predicates(&block.predicates);
                self.push(" ");
                self.lines(&block.items, |p, item| p.item(*item));
            }
            ItemKind::Mod(module) => {
                self.push(&format!("mod {name} "));
                self.lines(&module.items, |p, item| p.item(*item));
            }
            ItemKind::ConstAssert(assertion) => self.const_assert(assertion),
            ItemKind::Test(test) => {
                self.push(&format!("test {:?} ", test.title));
                self.body_value(hir.body(test.body));
            }
            ItemKind::Error(_) => self.push(&format!("<error> {name}")),
        }
    }

    pub(super) fn const_assert(&mut self, assertion: &ConstAssert) {
        self.push("const assert ");
        self.body_value(self.hir.body(assertion.condition));
        if let Some(message) = assertion.message {
            self.push(&format!(", {:?}", message.as_str()));
        }
        self.push(";");
    }

    fn link(&mut self, libraries: &[String]) {
        for library in libraries {
            self.push(&format!(" @link({library:?})"));
        }
    }

    fn function(&mut self, name: &str, function: &Fn) {
        let flags = [
            (function.is_export, "export "),
            (function.is_const, "const "),
            (function.is_unsafe, "unsafe "),
            (function.inlining == Inlining::Wanted, "inline "),
        ];
        for (_, text) in flags.iter().filter(|(is_set, _)| *is_set) {
            self.push(text);
        }
        self.push("fn ");
        self.push(name);
        self.generic_params(&function.generics);
        self.push("(");
        if let Some(self_param) = function.self_param {
            match self_param {
                SelfParam::Value { is_var: false } => self.push("self"),
                SelfParam::Value { is_var: true } => self.push("var self"),
                SelfParam::Ref => self.push("&self"),
                SelfParam::RefMut => self.push("&mut self"),
                SelfParam::Typed(ty) => {
                    self.push("self: ");
                    self.ty(ty);
                }
            }
            if !function.params.is_empty() {
                self.push(", ");
            }
        }
        self.fn_params(function);
        self.push(")");
        self.ret(function.ret);
        self.predicates(&function.predicates);
        if let FnBody::Lang(body) = function.body {
            self.push(" ");
            self.body_value(self.hir.body(body));
        }
    }

    /// With the patterns of the body, where there is one.
    fn fn_params(&mut self, function: &Fn) {
        let hir = self.hir;
        let FnBody::Lang(body) = function.body else {
            self.list("", &function.params, "", |p, param| p.param(param));
            return;
        };
        let body = hir.body(body);
        let n_self = usize::from(function.self_param.is_some());
        let pairs: Vec<_> = body.params.iter().skip(n_self).zip(&function.params).collect();
        self.list("", &pairs, "", |p, (pat, param)| {
            p.pat(body, **pat);
            p.push(": ");
            p.param_type(param);
        });
    }

    fn inline_c_param(&mut self, param: &InlineCParam) {
        self.symbol(param.name);
        self.push(": ");
        match param.kind {
            InlineCParamKind::Typed(ty) => self.ty(ty),
            InlineCParamKind::Any => self.push("any"),
            InlineCParamKind::Place => self.push("place"),
            InlineCParamKind::Type => self.push("type"),
            InlineCParamKind::Name => self.push("name"),
        }
    }

    fn param(&mut self, param: &Param) {
        match param.name {
            Some(name) => self.symbol(name),
            None => self.push("_"),
        }
        self.push(": ");
        self.param_type(param);
    }

    fn param_type(&mut self, param: &Param) {
        self.ty(param.ty);
        if let Some(default) = param.default {
            self.push(" = ");
            if let ItemKind::Fn(Fn {
                body: FnBody::Default(body),
                ..
            }) = &self.hir.items[default].kind
            {
                self.body_value(self.hir.body(*body));
            }
        }
    }

    fn static_item(&mut self, name: &str, item: &Static) {
        if item.is_export {
            self.push("export ");
        }
        if item.thread_local {
            self.push("thread_local ");
        }
        self.push(if item.is_var { "static var " } else { "static " });
        self.push(name);
        self.push(": ");
        self.ty(item.ty);
        if let Some(body) = item.body {
            self.push(" = ");
            self.body_value(self.hir.body(body));
        }
    }

    fn struct_item(&mut self, name: &str, item: &Struct) {
        self.push(match item.kind {
            StructKind::Lang => "struct ",
            StructKind::ExternStruct => "extern struct ",
            StructKind::ExternUnion => "extern union ",
        });
        self.push(name);
        self.generic_params(&item.generics);
        self.predicates(&item.predicates);
        for (derive, _) in &item.derives {
            self.push(&format!(" +{derive}"));
        }
        if item.packed {
            self.push(" packed");
        }
        if let Some(align) = item.align {
            self.push(&format!(" align {align}"));
        }
        self.push(if item.is_tuple { " tuple " } else { " " });
        self.lines(&item.fields, Self::field);
    }

    fn field(&mut self, field: &Field) {
        let hir = self.hir;
        self.visibility(field.visibility);
        self.symbol(field.name);
        self.push(": ");
        self.ty(field.ty);
        if let Some(width) = field.bit_width {
            self.push(" : ");
            self.body_value(hir.body(width));
        }
        if let Some(default) = field.default {
            self.push(" = ");
            self.body_value(hir.body(default));
        }
    }

    fn enum_item(&mut self, name: &str, item: &Enum) {
        self.push(if item.is_extern { "extern enum " } else { "enum " });
        self.push(name);
        self.generic_params(&item.generics);
        if let Some(underlying) = item.underlying {
            self.push(": ");
            self.ty(underlying);
        }
        self.predicates(&item.predicates);
        for (derive, _) in &item.derives {
            self.push(&format!(" +{derive}"));
        }
        self.push(" ");
        self.lines(&item.variants, Self::variant);
    }

    fn variant(&mut self, variant: &Variant) {
        self.symbol(variant.name);
        match &variant.kind {
            VariantKind::Unit => {}
            VariantKind::Tuple(types) => self.list("(", types, ")", |p, ty| p.ty(*ty)),
            VariantKind::Struct(fields) => {
                self.push(" ");
                self.lines(fields, Self::field);
            }
        }
        if let Some(value) = variant.value {
            self.push(" = ");
            self.body_value(self.hir.body(value));
        }
    }
}
