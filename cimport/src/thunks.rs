//! Crossings to C text.
//!
//! Takes crossings of one module and the model they speak of. Gives one C text, to be read after the module's headers:
//! the contract is that of `unit::CText` and of `cmodel::Crossing`. A pure function; Clang is not asked. Every layout
//! of Lang's that the text relies on is asserted in it, so that drift is a compile error and not corruption.

mod bit_fields;
mod drift;

use std::collections::BTreeSet;
use std::fmt::Write;

use cmodel::{
    CCallee, CMacroUse, CModel, CParam, CRecordKind, CShape, CSignature, CTag, CType, CallbackReach, CallingConvention,
    Crossing, CrossingKind, CrossingRecord, VA_LIST,
};
use target::CScalar;

use crate::uses::{UseText, own_typedefs, use_text};

pub use drift::DRIFT;

/// Why a crossing cannot be written in C.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ThunkError {
    /// It passes a record or enum that no C text can name: one without a name that no expression reaches. `ty` is what
    /// the model calls it.
    Unnameable { crossing: String, ty: String },
    /// It calls through a pointer to a function of a calling convention that libclang has no name for.
    Convention { crossing: String },
}

/// The text of all `crossings`.
pub fn thunk_text(crossings: &[Crossing], model: &CModel) -> Result<String, ThunkError> {
    let mut text = String::from(PREFIX_MACRO);
    let (mut defined, mut asserted) = (BTreeSet::new(), BTreeSet::new());
    let spelling = Spelling {
        model,
        own: crossings
            .iter()
            .flat_map(|crossing| &crossing.records)
            .map(|own| own.shape.tag)
            .collect(),
    };
    for crossing in crossings {
        let unnameable = |Unnameable(ty)| ThunkError::Unnameable {
            crossing: crossing.name.clone(),
            ty,
        };
        for record in crossing
            .records
            .iter()
            .filter(|record| defined.insert(record.shape.tag))
        {
            spelling.define(record, &mut text).map_err(unnameable)?;
        }
        if crossing.signature.convention == CallingConvention::Other && !is_declared_by_header(&crossing.kind) {
            return Err(ThunkError::Convention {
                crossing: crossing.name.clone(),
            });
        }
        if let Some(bindings) = bindings_of(crossing, model) {
            spelling
                .assert_header(crossing, bindings, &mut asserted, &mut text)
                .map_err(unnameable)?;
        }
        // What is inlined into code for processors with more is for them, too.
        let features = crossing.features.join(",");
        if !features.is_empty() {
            let attribute = format!("__attribute__((target(\"{features}\")))");
            push(
                &mut text,
                format_args!("#pragma clang attribute push({attribute}, apply_to = function)\n"),
            );
        }
        spelling.thunk(crossing, &mut text).map_err(unnameable)?;
        if !features.is_empty() {
            text.push_str("#pragma clang attribute pop\n");
        }
    }
    Ok(text)
}

/// The file that says of a crossing what its header does.
fn bindings_of<'m>(crossing: &Crossing, model: &'m CModel) -> Option<&'m str> {
    let module = model.modules.get(&crossing.module?)?;
    module.spec.as_ref()?.bindings.as_deref()
}

/// Whether the header says how the function is called.
fn is_declared_by_header(kind: &CrossingKind) -> bool {
    match kind {
        CrossingKind::CallFunction {
            callee: CCallee::Header(_),
        }
        | CrossingKind::Macro { .. }
        | CrossingKind::Use { .. }
        | CrossingKind::BitField { .. }
        | CrossingKind::HeaderFunction => true,
        CrossingKind::CallFunction {
            callee: CCallee::Symbol(_),
        }
        | CrossingKind::CallPointer
        | CrossingKind::Callback { .. } => false,
    }
}

pub(crate) struct Unnameable(pub(crate) String);

/// How types are written.
pub(crate) struct Spelling<'a> {
    pub(crate) model: &'a CModel,
    /// The records of Lang source, whose tags are their spelling.
    pub(crate) own: BTreeSet<CTag>,
}

impl Spelling<'_> {
    fn thunk(&self, crossing: &Crossing, text: &mut String) -> Result<(), Unnameable> {
        let signature = &crossing.signature;
        match &crossing.kind {
            // In parentheses, so that a macro of the same name is not what is called.
            CrossingKind::CallFunction {
                callee: CCallee::Header(function),
            } => self.call(crossing, &format!("({function})"), None, text),
            CrossingKind::CallFunction {
                callee: CCallee::Symbol(symbol),
            } => {
                // Under a name of its own: C's built-in functions and what else declares the symbol do not matter.
                let callee = format!("{}_callee", crossing.name);
                let declaration = self.function(signature, &callee)?;
                // Of all conventions this one changes the name, wherever it is.
                let is_mangled = signature.convention == CallingConvention::RegCall;
                let mangling = if is_mangled { "__regcall3__" } else { "" };
                push(
                    text,
                    format_args!("extern {declaration} __asm__({LABEL_PREFIX} \"{mangling}{symbol}\");\n"),
                );
                self.call(crossing, &callee, None, text)
            }
            CrossingKind::CallPointer => {
                let ty = self.function(signature, "(*)")?;
                self.call(crossing, &format!("(({ty})lang_f)"), Some("void *lang_f"), text)
            }
            CrossingKind::Macro { name, usage } => {
                let written = UseText::of_object(name);
                self.macro_value(crossing, &written, *usage, text)
            }
            CrossingKind::Use { of, modes, usage } => {
                let written = use_text(self, of, modes)?;
                self.macro_value(crossing, &written, *usage, text)
            }
            CrossingKind::BitField {
                record,
                field,
                access,
                align,
            } => self.bit_field(crossing, (*record, field), *access, *align, text),
            CrossingKind::HeaderFunction => Ok(()),
            CrossingKind::Callback { target, reach } => self.callback(crossing, target, *reach, text),
        }
    }

    /// `callee(*lang_0, *lang_1)` with its result stored through `lang_r`.
    fn call(
        &self,
        crossing: &Crossing,
        callee: &str,
        first: Option<&str>,
        text: &mut String,
    ) -> Result<(), Unnameable> {
        let signature = &crossing.signature;
        let mut params: Vec<String> = first.map(str::to_owned).into_iter().collect();
        if !self.is_void(&signature.ret) {
            params.push(self.declare(&signature.ret, "*lang_r")?);
        }
        let types = signature
            .params
            .iter()
            .map(|param| &param.ty)
            .chain(&crossing.variadic_args);
        let mut args = Vec::new();
        for (index, ty) in types.enumerate() {
            params.push(self.declare(ty, &format!("*lang_{index}"))?);
            args.push(format!("*lang_{index}"));
        }
        let call = format!("{callee}({})", args.join(", "));
        let body = match &signature.ret {
            ret if self.is_void(ret) => format!("{call};"),
            // Initialised and not assigned: a record may have members that are `const`.
            ret if self.is_record(ret) => {
                let variable = self.declare(ret, "lang_v")?;
                format!("{variable} = {call}; __builtin_memcpy(lang_r, &lang_v, sizeof lang_v);")
            }
            _ => format!("*lang_r = {call};"),
        };
        push(
            text,
            format_args!(
                "static __inline__ __attribute__((always_inline)) void {}({}) {{ {body} }}\n",
                crossing.name,
                parameter_list(params),
            ),
        );
        Ok(())
    }

    /// `*lang_r = MACRO`, in Clang's type for it. An array's elements are copied, as nothing else can be done with it.
    fn macro_value(
        &self,
        crossing: &Crossing,
        written: &UseText,
        usage: CMacroUse,
        text: &mut String,
    ) -> Result<(), Unnameable> {
        let ret = &crossing.signature.ret;
        let returns = !self.is_void(ret);
        let spelled = |ty: &CType| self.declare(ty, "").ok();
        let signature_ret = spelled(ret);
        let signature_param = crossing.signature.params.first().and_then(|param| spelled(&param.ty));
        let (name, expression, prologue) = (&crossing.name, &written.expression, &written.prologue);
        text.push_str(&written.definition);
        let always_inline = "static __inline__ __attribute__((always_inline))";
        let body = match usage {
            // A statement, or an expression.
            CMacroUse::Value if !returns => format!("{expression};"),
            CMacroUse::Value if self.is_array(ret) => {
                format!("__builtin_memcpy(lang_r, ({expression}), sizeof({expression}));")
            }
            // Which a bit-field is, whose type `__auto_type` does not find.
            CMacroUse::Value if self.is_number(ret) => {
                let variable = self.declare(ret, "lang_v")?;
                format!("{variable} = ({expression}); __builtin_memcpy(lang_r, &lang_v, sizeof lang_v);")
            }
            CMacroUse::Value => {
                format!("__auto_type lang_v = ({expression}); __builtin_memcpy(lang_r, &lang_v, sizeof lang_v);")
            }
            CMacroUse::Address => format!("*(const volatile void **)lang_r = &({expression});"),
            CMacroUse::Initializer => {
                let variable = self.declare(ret, "lang_v")?;
                format!("{variable} = {expression}; __builtin_memcpy(lang_r, &lang_v, sizeof lang_v);")
            }
            CMacroUse::Load => {
                let variable = self.declare(ret, "lang_v")?;
                format!("{variable} = ({expression}); __builtin_memcpy(lang_r, &lang_v, sizeof lang_v);")
            }
            CMacroUse::Store => {
                let params = crossing.signature.params.iter();
                let mut declared = params.map(|param| self.declare(&param.ty, "*lang_v"));
                let pointer = declared.next().transpose()?.unwrap_or_default();
                format!("{pointer} = lang_s; ({expression}) = *lang_v;")
            }
            // What it returns, the function has no place for.
            CMacroUse::MayReturn => format!(
                "_Pragma(\"clang diagnostic push\") _Pragma(\"clang diagnostic ignored \\\"-Wreturn-mismatch\\\"\") \
                 *(_Bool *)lang_r = 1; {expression}; *(_Bool *)lang_r = 0; _Pragma(\"clang diagnostic pop\")"
            ),
            CMacroUse::Returned => {
                let typedefs = own_typedefs(signature_ret.iter().map(String::as_str), "");
                text.push_str(&typedefs);
                let inner = self.declare(ret, &format!("{name}_in({})", or_void(&written.params)))?;
                push(
                    text,
                    format_args!("{always_inline} {inner} {{ {prologue} {expression}; }}\n"),
                );
                let args: Vec<String> = (0..written.n_params).map(|index| format!("lang_{index}")).collect();
                let call = format!("{name}_in({})", args.join(", "));
                match returns {
                    true => format!("__auto_type lang_v = {call}; __builtin_memcpy(lang_r, &lang_v, sizeof lang_v);"),
                    false => format!("{call};"),
                }
            }
        };
        let declared = [&signature_ret, &signature_param].into_iter().flatten();
        // Of a function that returns, the inner one has it.
        let prologue = if usage == CMacroUse::Returned { "" } else { prologue };
        let typedefs = own_typedefs(declared.map(String::as_str), prologue);
        let result = returns.then_some("void *lang_r");
        let stored = (usage == CMacroUse::Store).then_some("void *lang_s");
        let params = Some(written.params.as_str()).filter(|params| !params.is_empty());
        let params: Vec<&str> = [result, params, stored].into_iter().flatten().collect();
        push(
            text,
            format_args!(
                "{always_inline} void {name}({}) {{ {typedefs}{prologue} {body} }}\n",
                or_void(&params.join(", "))
            ),
        );
        text.push_str(&written.end);
        Ok(())
    }

    fn callback(
        &self,
        crossing: &Crossing,
        target: &str,
        reach: CallbackReach,
        text: &mut String,
    ) -> Result<(), Unnameable> {
        let returns = !self.is_void(&crossing.signature.ret);
        let mut signature = crossing.signature.clone();
        let mut args = Vec::new();
        if returns {
            args.push("&lang_r".to_owned());
        }
        let mut copies = String::new();
        for (index, param) in signature.params.iter_mut().enumerate() {
            if self.is_va_list(&param.ty) {
                // Where it is an array, the parameter is a pointer.
                copies += &format!("{VA_LIST} lang_v{index}; __builtin_va_copy(lang_v{index}, lang_{index}); ");
                args.push(format!("&lang_v{index}"));
            } else {
                args.push(format!("&lang_{index}"));
            }
            *param = CParam {
                name: Some(base::sym(&format!("lang_{index}"))),
                ty: param.ty.clone(),
            };
        }
        let visibility = match reach {
            CallbackReach::Program => "__attribute__((visibility(\"hidden\"))) ",
            CallbackReach::Everyone => "",
        };
        let pointers = parameter_list(vec!["void *".to_owned(); args.len()]);
        push(text, format_args!("extern void {target}({pointers});\n"));
        let declaration = self.function(&signature, &crossing.name)?;
        if signature.convention != CallingConvention::Default {
            // Some conventions change a function's name, and Lang refers to it by this one.
            let name = &crossing.name;
            push(
                text,
                format_args!("extern {declaration} __asm__({LABEL_PREFIX} \"{name}\");\n"),
            );
        }
        push(text, format_args!("{visibility}{declaration} {{ "));
        if returns {
            push(text, format_args!("{}; ", self.declare(&signature.ret, "lang_r")?));
        }
        text.push_str(&copies);
        let casts: Vec<String> = args.iter().map(|arg| format!("(void *){arg}")).collect();
        push(text, format_args!("{target}({}); ", casts.join(", ")));
        text.push_str(if returns { "return lang_r; }\n" } else { "}\n" });
        Ok(())
    }

    fn resolved<'t>(&'t self, ty: &'t CType) -> &'t CType {
        ty.resolved(&self.model.typedefs)
    }

    fn is_va_list(&self, ty: &CType) -> bool {
        matches!(self.resolved(ty), CType::Opaque { spelling, .. } if spelling == VA_LIST)
    }

    fn is_void(&self, ty: &CType) -> bool {
        matches!(self.resolved(ty), CType::Scalar(CScalar::Void))
    }

    fn is_array(&self, ty: &CType) -> bool {
        matches!(self.resolved(ty), CType::Array { .. } | CType::FlexibleArray { .. })
    }

    fn is_number(&self, ty: &CType) -> bool {
        let is_scalar = matches!(
            self.resolved(ty),
            CType::Scalar(_) | CType::Int128 { .. } | CType::Float16 | CType::Enum(_)
        );
        is_scalar && !self.is_void(ty)
    }

    fn is_record(&self, ty: &CType) -> bool {
        matches!(self.resolved(ty), CType::Record(_))
    }

    /// A declaration of `inner` (a name, or a declarator around one) as of type `ty`.
    pub(crate) fn declare(&self, ty: &CType, inner: &str) -> Result<String, Unnameable> {
        Ok(match ty {
            CType::Scalar(scalar) => spaced(scalar.c_spelling(), inner),
            CType::Int128 { signed: true } => spaced("__int128", inner),
            CType::Int128 { signed: false } => spaced("unsigned __int128", inner),
            CType::Float16 => spaced("_Float16", inner),
            CType::Typedef(name) => spaced(name.as_str(), inner),
            CType::Opaque { spelling, .. } => spaced(spelling, inner),
            CType::Record(tag) => spaced(&self.record(*tag)?, inner),
            CType::Enum(tag) => match self.model.enums.get(tag) {
                Some(enumeration) => match &enumeration.c_spelling {
                    Some(spelling) => spaced(spelling, inner),
                    None => self.declare(&enumeration.underlying, inner)?,
                },
                None => return Err(Unnameable(tag.0.to_string())),
            },
            CType::Pointer {
                pointee,
                is_const: true,
            } => self.declare_const(pointee, &format!("*{inner}"))?,
            CType::Pointer {
                pointee,
                is_const: false,
            } => self.declare(pointee, &format!("*{inner}"))?,
            CType::Array { element, len } => self.declare(element, &format!("{}[{len}]", grouped(inner)))?,
            CType::FlexibleArray { element } => self.declare(element, &format!("{}[]", grouped(inner)))?,
            CType::FunctionPointer(signature) => self.function(signature, &format!("(*{inner})"))?,
            CType::Function(signature) => self.function(signature, &grouped(inner))?,
        })
    }

    /// The same of a `const` type: the word goes before a specifier and after a star.
    pub(crate) fn declare_const(&self, ty: &CType, inner: &str) -> Result<String, Unnameable> {
        match ty {
            CType::Pointer { .. } | CType::FunctionPointer(_) => self.declare(ty, &format!("const {inner}")),
            CType::Array { element, len } => self.declare_const(element, &format!("{}[{len}]", grouped(inner))),
            CType::FlexibleArray { element } => self.declare_const(element, &format!("{}[]", grouped(inner))),
            CType::Scalar(_)
            | CType::Int128 { .. }
            | CType::Float16
            | CType::Function(_)
            | CType::Record(_)
            | CType::Enum(_)
            | CType::Typedef(_)
            | CType::Opaque { .. } => Ok(format!("const {}", self.declare(ty, inner)?)),
        }
    }

    fn function(&self, signature: &CSignature, inner: &str) -> Result<String, Unnameable> {
        let inner = &match (signature.convention.c_attribute(), inner.strip_prefix('(')) {
            (Some(attribute), Some(rest)) => format!("(__attribute__(({attribute})) {rest}"),
            (Some(attribute), None) => format!("(__attribute__(({attribute})) {inner})"),
            (None, _) => inner.to_owned(),
        };
        if signature.without_prototype {
            return self.declare(&signature.ret, &format!("{inner}()"));
        }
        let mut params = Vec::new();
        for param in &signature.params {
            params.push(self.declare(&param.ty, param.name.map_or("", |name| name.as_str()))?);
        }
        if signature.variadic {
            params.push("...".to_owned());
        }
        self.declare(&signature.ret, &format!("{inner}({})", parameter_list(params)))
    }

    fn record(&self, tag: CTag) -> Result<String, Unnameable> {
        if self.own.contains(&tag) || cmodel::own_numbers(tag).is_some() {
            return Ok(tag.0.to_string());
        }
        let record = self.model.records.get(&tag);
        let spelling = record.and_then(|record| record.c_spelling.clone());
        spelling.ok_or_else(|| Unnameable(tag.0.to_string()))
    }

    /// Defines a record of Lang source, and asserts that Clang lays it out as Lang did.
    fn define(&self, record: &CrossingRecord, text: &mut String) -> Result<(), Unnameable> {
        self.define_shape(&record.shape, text)?;
        let spelling = record.shape.tag.0;
        push(
            text,
            format_args!("_Static_assert(sizeof({spelling}) == {}", record.size),
        );
        push(text, format_args!(" && _Alignof({spelling}) == {}", record.align_bytes));
        for (index, offset) in record.offsets.iter().enumerate() {
            if let Some(offset) = offset {
                let field = CShape::field_name(index);
                push(
                    text,
                    format_args!(" && __builtin_offsetof({spelling}, {field}) == {offset}"),
                );
            }
        }
        push(text, format_args!(", \"the layout of {spelling}\");\n"));
        Ok(())
    }

    /// Defines a record of Lang source.
    pub(crate) fn define_shape(&self, shape: &CShape, text: &mut String) -> Result<(), Unnameable> {
        let spelling = shape.tag.0;
        let keyword = match shape.kind {
            CRecordKind::Struct => "struct",
            CRecordKind::Union => "union",
        };
        debug_assert!(
            spelling.as_str().starts_with(keyword),
            "a record's tag begins with its keyword"
        );
        push(text, format_args!("{spelling} {{"));
        for (index, field) in shape.fields.iter().enumerate() {
            let name = match field.is_named {
                true => CShape::field_name(index),
                false => String::new(),
            };
            push(text, format_args!(" {}", self.declare(&field.ty, &name)?));
            if let Some(width) = field.bit_width {
                push(text, format_args!(" : {width}"));
            }
            text.push(';');
        }
        let packed = if shape.packed { " __attribute__((packed))" } else { "" };
        let aligned = shape
            .align
            .map_or(String::new(), |align| format!(" __attribute__((aligned({align})))"));
        push(text, format_args!(" }}{packed}{aligned};\n"));
        Ok(())
    }
}

/// What C's names begin with in symbols, as a string literal: `_` on Darwin, nothing elsewhere. An `asm` label takes
/// the linker's name.
const LABEL_PREFIX: &str = "LANG_PREFIX";

/// Defines [`LABEL_PREFIX`].
const PREFIX_MACRO: &str = "#define LANG_STRING_(x) #x\n\
    #define LANG_STRING(x) LANG_STRING_(x)\n\
    #define LANG_PREFIX LANG_STRING(__USER_LABEL_PREFIX__)\n";

fn push(text: &mut String, part: std::fmt::Arguments<'_>) {
    text.write_fmt(part).expect("writing to a string does not fail");
}

fn spaced(specifier: &str, inner: &str) -> String {
    if inner.is_empty() {
        specifier.to_owned()
    } else {
        format!("{specifier} {inner}")
    }
}

/// A declarator that something is written after: `*x` becomes `(*x)`.
fn grouped(inner: &str) -> String {
    if inner.starts_with('*') {
        format!("({inner})")
    } else {
        inner.to_owned()
    }
}

fn or_void(params: &str) -> &str {
    if params.is_empty() { "void" } else { params }
}

fn parameter_list(params: Vec<String>) -> String {
    if params.is_empty() {
        "void".to_owned()
    } else {
        params.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int() -> CType {
        CType::Scalar(CScalar::Int)
    }

    fn signature(params: Vec<CType>, ret: CType) -> CSignature {
        CSignature {
            params: params.into_iter().map(|ty| CParam { name: None, ty }).collect(),
            ret,
            variadic: false,
            without_prototype: false,
            noreturn: false,
            convention: CallingConvention::Default,
        }
    }

    fn declared(ty: &CType) -> String {
        let model = CModel::default();
        let spelling = Spelling {
            model: &model,
            own: BTreeSet::new(),
        };
        spelling.declare(ty, "x").unwrap_or_else(|Unnameable(name)| name)
    }

    #[test]
    fn declarators_nest_as_c_reads_them() {
        let pointer = |pointee, is_const| CType::Pointer {
            pointee: Box::new(pointee),
            is_const,
        };
        let array = |element, len| CType::Array {
            element: Box::new(element),
            len,
        };
        assert_eq!(declared(&pointer(int(), true)), "const int *x");
        assert_eq!(declared(&pointer(pointer(int(), true), false)), "const int **x");
        assert_eq!(declared(&pointer(pointer(int(), false), true)), "int *const *x");
        assert_eq!(declared(&array(pointer(int(), false), 3)), "int *x[3]");
        assert_eq!(declared(&pointer(array(int(), 3), false)), "int (*x)[3]");
        assert_eq!(declared(&array(array(int(), 3), 2)), "int x[2][3]");
        let callback = CType::FunctionPointer(Box::new(signature(vec![int()], CType::Scalar(CScalar::Void))));
        assert_eq!(declared(&callback), "void (*x)(int)");
        let returns = CType::FunctionPointer(Box::new(signature(vec![], callback.clone())));
        assert_eq!(declared(&returns), "void (*(*x)(void))(int)");
        assert_eq!(declared(&array(callback, 4)), "void (*x[4])(int)");
        assert_eq!(declared(&pointer(array(int(), 3), true)), "const int (*x)[3]");
        let unusual = CType::FunctionPointer(Box::new(CSignature {
            convention: CallingConvention::MsAbi,
            ..signature(vec![], int())
        }));
        assert_eq!(declared(&unusual), "int (__attribute__((ms_abi)) *x)(void)");
    }
}
