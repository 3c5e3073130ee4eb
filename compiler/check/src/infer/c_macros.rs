//! Calls of function-like macros: as C takes them, for the types that the arguments have.
//!
//! All arguments are inferred first, without being told what to be. Then the use is looked up among those that Clang
//! has answered; one that is new is asked for, and the body is checked again when the answer is there.

use base::Symbol;
use cmodel::{
    CArg, CConstantValue, CGetterKind, CInstance, CLoc, CModuleId, CRefusal, CRefusalKind, CType, CUse, CUseResult,
    CValue, CallingConvention,
};
use hir::{Arg, Expr, ExprId, Literal, Mutability, UnaryOp};
use target::CScalar;

use super::c_names::RefusedList;
use super::{Checker, Expect, is_error};
use crate::c_spelling::{behind_pointer, c_type, integer_constant, is_without_headers, own_records, passed_ty};
use crate::c_types::{ty_of, ty_of_name};
use crate::paths::Entity;
use crate::{Adjust, AdtRef, Call, Callee, FnRef, InferVar, IntTy, Ty, TyKind, ValueRef, errors};

impl<'a> Checker<'a> {
    /// Whether calling the name is using a macro: it is one, and no function by another name.
    pub(super) fn is_macro(&self, module: CModuleId, name: Symbol) -> bool {
        let values = &self.signatures.c.modules[&module].values;
        matches!(values.get(&name), Some(CValue::Macro(_) | CValue::NoValue { .. }))
    }

    pub(super) fn c_macro_call(
        &mut self,
        expr: ExprId,
        callee: ExprId,
        (module, name): (CModuleId, Symbol),
        args: &[Arg],
        expect: Expect,
    ) -> Ty {
        self.mark_namespace(callee);
        let mut c_args = Vec::new();
        let mut broken = None;
        for arg in args {
            if let Some((_, span)) = arg.name {
                broken = Some(self.error_ty(errors::named_macro_argument(span, name)));
            }
            if let Some(tokens) = self.valueless_argument(arg.value, module) {
                c_args.push(tokens);
                continue;
            }
            match self.macro_arg(arg.value, name) {
                Ok(c_arg) => c_args.push(c_arg),
                Err(error) => broken = broken.or(Some(error)),
            }
        }
        if let Some(error) = broken {
            return error;
        }
        let of = CUse {
            module: Some(module),
            name,
            inline: None,
            // A macro without parameters stands for what is called, or for all of the call.
            is_bare: c_args.is_empty() && !self.has_parameters(module, name),
            args: c_args,
            expected: None,
            records: Vec::new(),
            expansion: None,
        };
        let of = match self.with_records(of, args) {
            Ok(of) => self.on_headers_or_without(of, args),
            Err(error) => return error,
        };
        let accepted = self.accepted(of, args, expect);
        match accepted.and_then(|(of, instance)| self.at_call(expr, of, instance, args)) {
            Some((of, instance)) => self.use_instance(expr, &of, instance, args),
            None => self.unanswered(expr, name),
        }
    }

    /// The first form of a use that C takes, or the form that it is written in; absent while one is not answered.
    fn accepted(&self, of: CUse, args: &[Arg], expect: Expect) -> Option<(CUse, &'a CInstance)> {
        let instance = self.instance(&of)?;
        let refusal = match &instance.result {
            CUseResult::Refused(refusal) => refusal,
            // To Clang an empty list in parentheses is a statement expression.
            CUseResult::Value(value) if value.ty == CType::Scalar(CScalar::Void) => {
                return match self.as_list(&of, args, expect) {
                    Some(list) => match self.instance(&list)? {
                        found if is_taken(found) => Some((list, found)),
                        _ => Some((of, instance)),
                    },
                    None => Some((of, instance)),
                };
            }
            CUseResult::Value(_) | CUseResult::Initializer { .. } | CUseResult::Return { .. } => {
                return Some((of, instance));
            }
        };
        let called = of.is_bare.then(|| CUse {
            is_bare: false,
            ..of.clone()
        });
        // In C the place of a name says whether a type or a value is meant.
        let with_types = self.with_types(&of, args);
        for other in [called, with_types].into_iter().flatten() {
            let Some(other) = self.on_headers_or_without_of(other, args) else {
                continue;
            };
            let found = self.instance(&other)?;
            if is_taken(found) {
                return Some((other, found));
            }
        }
        let may_be_list = matches!(refusal.kind, CRefusalKind::NeedsType | CRefusalKind::Error);
        let list = may_be_list.then(|| self.as_list(&of, args, expect)).flatten();
        if let Some(list) = list {
            let found = self.instance(&list)?;
            let is_known_list = match &found.result {
                CUseResult::Refused(refusal) => refusal.kind == CRefusalKind::NotOfType,
                CUseResult::Value(_) | CUseResult::Initializer { .. } | CUseResult::Return { .. } => true,
            };
            if is_known_list {
                return Some((list, found));
            }
        }
        // What a literal names, only the headers know.
        if let Some(on_headers) = with_names(&of) {
            let found = self.instance(&on_headers)?;
            if is_taken(found) {
                return Some((on_headers, found));
            }
        }
        Some((of, instance))
    }

    /// The use as a list of initial values of the type that is expected, where C's values are values of that.
    fn as_list(&self, of: &CUse, args: &[Arg], expect: Expect) -> Option<CUse> {
        let (_, ty) = self.list_type(expect)?;
        let list = CUse {
            expected: Some(ty),
            ..of.clone()
        };
        self.on_headers_or_without_of(list, args)
    }

    /// A changed use with the records of Lang source that it is of now; absent where C cannot have one of them.
    fn on_headers_or_without_of(&self, of: CUse, args: &[Arg]) -> Option<CUse> {
        let records = own_records(of.types(), self.signatures).ok()?;
        Some(self.on_headers_or_without(CUse { records, ..of }, args))
    }

    /// A use that needs nothing of the headers is one without them: where a file stands for these, they need not be
    /// there.
    fn on_headers_or_without(&self, of: CUse, args: &[Arg]) -> CUse {
        let Some(module) = of.module.map(CModuleId::of_import) else {
            return of;
        };
        let values = &self.signatures.c.modules[&module].values;
        let of_macro = matches!(values.get(&of.name), Some(CValue::Macro(found)) if found.needs_no_header);
        let of_records = of.records.iter().flat_map(|record| &record.fields);
        let of_records = of_records.map(|field| &field.ty);
        // A constant is written with the type that it has.
        let numbered = args.iter().zip(&of.args);
        let constants = numbered.filter(|(_, of)| matches!(of, CArg::Constant(_)));
        let constants: Vec<CType> = constants
            .filter_map(|(arg, _)| c_type(self.table.resolve(self.typed.expr_tys[arg.value]), self.signatures))
            .collect();
        let mut types = of.types().chain(of_records).chain(&constants);
        let needs_none = of_macro && types.all(is_without_headers);
        drop(types);
        let module = match needs_none {
            true => module.without_headers(),
            false => module,
        };
        CUse {
            module: Some(module),
            ..of
        }
    }

    /// The use with the records of Lang source that its arguments are of.
    pub(super) fn with_records(&mut self, of: CUse, args: &[Arg]) -> Result<CUse, Ty> {
        match own_records(of.types(), self.signatures) {
            Ok(records) => Ok(CUse { records, ..of }),
            Err(ty) => {
                let is_of = |arg: &&Arg| self.table.resolve(self.typed.expr_tys[arg.value]) == ty;
                let arg = args.iter().find(is_of).or(args.first());
                let arg = arg.expect("a record comes with an argument");
                Err(self.no_c_type(arg.value, ty, of.name))
            }
        }
    }

    fn has_parameters(&self, module: CModuleId, name: Symbol) -> bool {
        let values = &self.signatures.c.modules[&module].values;
        matches!(values.get(&name), Some(CValue::Macro(_)))
    }

    /// The use with types for those arguments that name a value and a type.
    fn with_types(&self, of: &CUse, args: &[Arg]) -> Option<CUse> {
        let mut other = of.clone();
        for (arg, c_arg) in args.iter().zip(&mut other.args) {
            let Some(Entity::CValue(module, name)) = self.entity(arg.value) else {
                continue;
            };
            let types = &self.signatures.c.modules[&module].types;
            if let Some(ty) = types.get(&name) {
                let ty = ty_of_name(*ty, &self.signatures.c);
                *c_arg = CArg::Type(behind_pointer(ty, self.signatures));
            }
        }
        (other != *of).then_some(other)
    }

    pub(super) fn instance(&self, of: &CUse) -> Option<&'a CInstance> {
        let known = self.signatures.c.instances.get(&of.key());
        if known.is_none() {
            self.input.queries.want(of);
        }
        known
    }

    /// The answer comes before the program is done: what is said here is never seen.
    pub(super) fn unanswered(&mut self, expr: ExprId, name: Symbol) -> Ty {
        self.error_at(expr, |span| errors::macro_unanswered(span, name))
    }

    pub(super) fn use_instance(&mut self, expr: ExprId, of: &CUse, instance: &CInstance, args: &[Arg]) -> Ty {
        let name = of.name;
        let function = FnRef::CInstance(of.key());
        let value = match &instance.result {
            CUseResult::Refused(refusal) => {
                let expected = of.expected.as_ref().filter(|_| refusal.kind == CRefusalKind::NotOfType);
                if let Some(expected) = expected {
                    let ty = ty_of(expected, &self.signatures.c);
                    let reason = Some(refusal.message.as_str());
                    let loc = self.place_of_definition(of).unwrap_or(&refusal.loc);
                    return self.no_list(expr, name, &RefusedList { ty, reason }, loc);
                }
                let kind = kind_of_refusal(refusal, of);
                let arg = match kind {
                    CRefusalKind::NeedsPlace(index) => args.get(index as usize).map(|arg| self.span(arg.value)),
                    _ => None,
                };
                let expansion = self.shown_expansion(expr, instance, args);
                let refusal = &CRefusal {
                    kind,
                    loc: self.place_of_definition(of).unwrap_or(&refusal.loc).clone(),
                    ..refusal.clone()
                };
                return self.error_at(expr, |span| {
                    errors::macro_refused(arg.unwrap_or(span), name, refusal, expansion)
                });
            }
            CUseResult::Value(value) => Some(value),
            CUseResult::Initializer { bytes: Some(bytes), .. } => {
                self.in_memory(expr, bytes);
                return self.signatures.function(function).ret;
            }
            CUseResult::Initializer { bytes: None, .. } | CUseResult::Return { .. } => None,
        };
        let passed: Vec<(ExprId, &CArg)> = args
            .iter()
            .map(|arg| arg.value)
            .zip(&of.args)
            .filter(|(_, arg)| passed_ty(arg, &self.signatures.c).is_some())
            .collect();
        if let Some(value) = value
            && let Some(constant) = &value.value
            // C does not evaluate what it quotes, or asks for the type of.
            && (matches!(constant, CConstantValue::Str(_)) || passed.iter().all(|(arg, _)| self.has_no_effect(*arg)))
        {
            let (known, ty) = crate::collect::c_value_of(constant, ty_of(&value.ty, &self.signatures.c));
            self.c_constants.insert(expr);
            self.value_ref(expr, ValueRef::Const(known.into()));
            return ty;
        }
        let decl = self.signatures.function(function);
        if decl.is_unsafe {
            let span = self.span(expr);
            let what = if of.inline.is_some() { "inline C" } else { "C's macro" };
            self.require_unsafe(span, &format!("using {what} `{name}`"));
        }
        let span = self.span(expr);
        self.require_needs(span, name, of.inline.is_some(), &instance.needs);
        for ((arg, c_arg), param) in passed.iter().zip(&decl.params) {
            let found = self.shallow(self.typed.adjusted_ty(*arg));
            if let (CArg::Variable { is_const, .. }, TyKind::Array(..)) = (c_arg, found.kind()) {
                let mutability = if *is_const { Mutability::Const } else { Mutability::Mut };
                self.adjust(*arg, Adjust::Borrow(mutability), found.reference(mutability));
                self.adjust(*arg, Adjust::Reinterpret, param.ty);
            } else if found != param.ty {
                self.coerce(*arg, found, param.ty);
            }
        }
        self.call_as(
            expr,
            Call {
                callee: Callee::Fn(function, Box::default()),
                args: passed.into_iter().map(|(arg, _)| arg).collect(),
            },
        );
        let Some(value) = value else { return decl.ret };
        if value.kind != CGetterKind::Value {
            let getter = ValueRef::Getter {
                function,
                is_place: matches!(value.kind, CGetterKind::Place { .. }),
                store: (value.kind == CGetterKind::Access).then(|| FnRef::CInstanceStore(of.key())),
            };
            self.value_ref(expr, getter);
        }
        crate::collect::value_ty(&value.ty, &self.signatures.c)
    }

    /// Where the macro of a use without headers stands, which for Clang was in a text of ours.
    fn place_of_definition(&self, of: &CUse) -> Option<&'a CLoc> {
        let module = of.module?;
        let values = &self.signatures.c.modules.get(&module.of_import())?.values;
        match values.get(&of.name)? {
            CValue::Macro(found) if module == module.without_headers() => Some(&found.loc),
            _ => None,
        }
    }

    /// Whether leaving an expression out changes nothing.
    fn has_no_effect(&self, expr: ExprId) -> bool {
        match &self.body.exprs[expr] {
            Expr::Local(_) | Expr::Literal(_) | Expr::Name(_) => true,
            Expr::Field { base, .. } => self.has_no_effect(*base),
            Expr::Ref { operand, .. } => self.has_no_effect(*operand),
            _ => false,
        }
    }

    /// An argument as C gets it. The expression is inferred, with what it is when nothing says otherwise.
    pub(super) fn macro_arg(&mut self, arg: ExprId, name: Symbol) -> Result<CArg, Ty> {
        if let Some(ty) = self.type_argument(arg) {
            if let Some(error) = ty.error_inside() {
                return Err(Ty::error(error));
            }
            let ty = self.table.resolve(ty);
            return match ty.kind() {
                TyKind::C(CScalar::Void) => Ok(CArg::Type(CType::Scalar(CScalar::Void))),
                TyKind::Adt(AdtRef::C(_), _) => Ok(CArg::Type(behind_pointer(ty, self.signatures))),
                _ => match c_type(ty, self.signatures) {
                    Some(known) => Ok(CArg::Type(known)),
                    None => Err(self.no_c_type(arg, ty, name)),
                },
            };
        }
        match &self.body.exprs[arg] {
            Expr::Null => {
                self.infer(arg, Expect::Hint(Ty::c(CScalar::Void).pointer(Mutability::Mut)));
                return Ok(CArg::Constant(String::from("((void *)0)")));
            }
            Expr::None => {
                let pointer = Ty::c(CScalar::Void).reference(Mutability::Const).optional();
                self.infer(arg, Expect::Hint(pointer));
                return Ok(CArg::Constant(String::from("((void *)0)")));
            }
            _ => {}
        }
        let ty = self.infer(arg, Expect::Nothing);
        let mut ty = self.table.resolve(ty);
        if let Some(error) = ty.error_inside() {
            return Err(Ty::error(error));
        }
        if let Some(constant) = self.constant_argument(arg, ty) {
            self.widen_literal(arg, ty);
            return Ok(constant);
        }
        ty = self.settled(ty);
        if matches!(ty.kind(), TyKind::FnItem(..) | TyKind::Closure(_)) {
            let Some(pointer) = self.extern_fn_of(ty) else {
                return Err(self.no_c_type(arg, ty, name));
            };
            let found = self.coerce(arg, ty, pointer);
            if is_error(found) {
                return Err(found);
            }
            ty = pointer;
        }
        if let (Expr::Ref { .. }, TyKind::Ref(mutability, target)) = (&self.body.exprs[arg], ty.kind())
            && !target.has_fat_pointers()
        {
            return Ok(CArg::Reference {
                target: behind_pointer(*target, self.signatures),
                is_const: *mutability == Mutability::Const,
            });
        }
        if let (TyKind::Array(..), Some(known)) = (ty.kind(), c_type(ty, self.signatures)) {
            return Ok(CArg::Variable {
                ty: known,
                is_const: !self.is_variable(arg),
            });
        }
        match c_type(ty, self.signatures) {
            Some(known) => Ok(CArg::Value(known)),
            None => Err(self.no_c_type(arg, ty, name)),
        }
    }

    pub(super) fn no_c_type(&mut self, arg: ExprId, ty: Ty, name: Symbol) -> Ty {
        let text = self.display(ty);
        let hint = match ty.kind() {
            TyKind::Ref(_, target) if matches!(target.kind(), TyKind::Str) => {
                Some("C's text ends in NUL: pass a literal or a `&CStr`")
            }
            TyKind::Ref(_, target) if matches!(target.kind(), TyKind::Slice(_)) => {
                Some("pass its `.as_ptr()` and its `.len()`")
            }
            TyKind::Param { .. } | TyKind::Assoc(_) => {
                Some("a macro is made for types that are known where it is called")
            }
            TyKind::Adt(..) => Some("an `extern struct` of types that C has is passed as it is"),
            _ => None,
        };
        self.error_at(arg, |span| errors::no_c_argument(span, name, &text, hint))
    }

    /// The type that an argument names, where it is no value: `c_int`, `c.stat`, `*c_char`.
    pub(super) fn type_argument(&mut self, arg: ExprId) -> Option<Ty> {
        if let Expr::Unary {
            op: UnaryOp::Deref,
            operand,
        } = &self.body.exprs[arg]
        {
            let target = self.type_argument(*operand)?;
            self.typed.expr_tys[arg] = Ty::unit();
            self.value_ref(arg, ValueRef::Namespace);
            return Some(target.pointer(Mutability::Mut));
        }
        let is_path = matches!(
            self.body.exprs[arg],
            Expr::Type(_) | Expr::Name(_) | Expr::Field { .. } | Expr::Generic { .. }
        );
        let ty = is_path.then(|| self.type_named(arg))??;
        self.mark_namespace(arg);
        Some(ty)
    }

    /// An argument whose value is known: C gets the value itself.
    fn constant_argument(&self, arg: ExprId, ty: Ty) -> Option<CArg> {
        match &self.body.exprs[arg] {
            Expr::Literal(Literal::Str(text)) => return Some(CArg::Literal(text.as_str().as_bytes().to_vec())),
            Expr::Literal(Literal::CStr(bytes) | Literal::ByteStr(bytes)) => {
                return Some(CArg::Literal(bytes.to_vec()));
            }
            Expr::Literal(Literal::Bool(value)) => {
                return Some(CArg::Constant(format!("((_Bool){})", u8::from(*value))));
            }
            Expr::Literal(Literal::Char(value)) => {
                return integer_constant(i128::from(u32::from(*value)), ty, self.signatures).map(CArg::Constant);
            }
            Expr::Literal(Literal::Byte(value)) => {
                return integer_constant(i128::from(*value), ty, self.signatures).map(CArg::Constant);
            }
            Expr::Literal(Literal::Float { text, suffix }) => {
                let is_single = matches!(
                    ty.kind(),
                    TyKind::Float(crate::FloatTy::F32) | TyKind::C(CScalar::Float)
                );
                let is_double = suffix.is_none() || matches!(ty.kind(), TyKind::Float(crate::FloatTy::F64));
                return match (is_single, is_double) {
                    (true, _) => Some(CArg::Constant(format!("{text}f"))),
                    (false, true) => Some(CArg::Constant(text.to_string())),
                    (false, false) => None,
                };
            }
            _ => {}
        }
        let value = self.known_integer(arg)?;
        // One of no type yet is as C has it: computed in `int`, it may be another.
        let is_open = matches!(ty.kind(), TyKind::Infer(InferVar::Int(_)));
        if is_open && self.is_negated_literal(arg) {
            // C negates a literal, which is of a type that holds it without the sign.
            let is_long = i64::try_from(value).is_ok_and(|value| value != i64::MIN);
            return match is_long {
                true => Some(CArg::Constant(value.to_string())),
                false => integer_constant(value, ty, self.signatures).map(CArg::Constant),
            };
        }
        if is_open && let Some(text) = self.spelled_as_in_c(arg) {
            return u64::try_from(value).ok().map(|_| CArg::Constant(text.to_owned()));
        }
        if is_open && i32::try_from(value).is_err() {
            if !matches!(self.body.exprs[arg], Expr::Literal(_)) {
                return None;
            }
            if !self.is_decimal(arg) && u64::try_from(value).is_ok() {
                return Some(CArg::Constant(format!("{value:#x}")));
            }
        }
        integer_constant(value, ty, self.signatures).map(CArg::Constant)
    }

    /// Whether a literal is written without `0x`, `0o` or `0b`. C's type of a decimal one is never unsigned.
    fn is_decimal(&self, literal: ExprId) -> bool {
        let text = self.input.sources.text(self.span(literal)).as_bytes();
        !matches!(text, [b'0', b'x' | b'o' | b'b', ..])
    }

    /// The text of a hexadecimal or binary literal that C has the same spelling for. A macro may put it together with
    /// something else.
    fn spelled_as_in_c(&self, literal: ExprId) -> Option<&str> {
        let is_literal = matches!(self.body.exprs[literal], Expr::Literal(Literal::Int { .. }));
        let text = self.input.sources.text(self.span(literal));
        let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0b"))?;
        (is_literal && digits.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(text)
    }

    /// `-3`
    fn is_negated_literal(&self, expr: ExprId) -> bool {
        let Expr::Unary {
            op: UnaryOp::Neg,
            operand,
        } = &self.body.exprs[expr]
        else {
            return false;
        };
        matches!(self.body.exprs[*operand], Expr::Literal(_))
    }

    /// A literal that no `int` holds is of a type that does, as in C, where the sign is no part of it.
    fn widen_literal(&mut self, arg: ExprId, ty: Ty) {
        let is_open = matches!(ty.kind(), TyKind::Infer(InferVar::Int(_)));
        let is_int = match self.is_negated_literal(arg) {
            true => |value: i128| i32::try_from(-value).is_ok(),
            false => |value: i128| i32::try_from(value).is_ok(),
        };
        let value = self.known_integer(arg);
        if let Some(value) = value.filter(|value| is_open && !is_int(*value)) {
            let int = match i64::try_from(value) {
                Ok(_) if u32::try_from(value).is_ok() && !self.is_decimal(arg) => IntTy::U32,
                Ok(_) => IntTy::I64,
                Err(_) => IntTy::U64,
            };
            self.table.unify(ty, Ty::int(int));
        }
    }

    /// The type with what is still open in it decided as if nothing else were said.
    fn settled(&mut self, ty: Ty) -> Ty {
        match ty.kind() {
            TyKind::Infer(InferVar::Int(_)) => {
                let int = Ty::int(IntTy::I32);
                self.table.unify(ty, int);
                int
            }
            TyKind::Infer(InferVar::Float(_)) => {
                let float = Ty::float(crate::FloatTy::F64);
                self.table.unify(ty, float);
                float
            }
            TyKind::Ref(_, target) | TyKind::Pointer(_, target) | TyKind::Array(target, _) => {
                self.settled(*target);
                self.table.resolve(ty)
            }
            _ => ty,
        }
    }

    /// What a function or closure is for C.
    fn extern_fn_of(&mut self, ty: Ty) -> Option<Ty> {
        let fn_type = match ty.kind() {
            TyKind::FnItem(function, args) => {
                let own = self.signatures.function(*function).fn_type();
                crate::FnType {
                    params: own.params.iter().map(|ty| self.instantiate(*ty, args)).collect(),
                    ret: self.instantiate(own.ret, args),
                    is_unsafe: true,
                    ..own
                }
            }
            TyKind::Closure(closure) => crate::FnType {
                params: closure.params.iter().map(|ty| self.table.resolve(*ty)).collect(),
                ret: self.table.resolve(closure.ret),
                variadic: false,
                is_unsafe: true,
                convention: CallingConvention::Default,
            },
            _ => return None,
        };
        let pointer = Ty::new(TyKind::ExternFn(fn_type));
        c_type(pointer, self.signatures).map(|_| pointer)
    }

    /// Whether a place is, or is part of, a variable that may be written.
    fn is_variable(&self, place: ExprId) -> bool {
        match &self.body.exprs[place] {
            Expr::Local(local) => self.body.locals[*local].is_var,
            Expr::Field { base, .. } | Expr::Index { base, .. } if !self.typed.values.contains_key(&place) => {
                let steps = self.typed.adjustments.get(base);
                let has_deref = steps.is_some_and(|steps| steps.iter().any(|step| step.kind == Adjust::Deref));
                match has_deref {
                    true => self.is_written_through(*base),
                    false => self.is_variable(*base),
                }
            }
            Expr::Unary {
                op: UnaryOp::Deref,
                operand,
            } => self.is_written_through(*operand),
            _ => match self.typed.values.get(&place) {
                Some(ValueRef::Static(name)) => self.signatures.statics.get(name).is_some_and(|decl| decl.is_var),
                _ => false,
            },
        }
    }

    fn is_written_through(&self, pointer: ExprId) -> bool {
        let ty = self.shallow(self.typed.expr_tys[pointer]);
        matches!(
            ty.kind(),
            TyKind::Ref(Mutability::Mut, _) | TyKind::Pointer(Mutability::Mut, _)
        )
    }
}

fn is_taken(instance: &CInstance) -> bool {
    !matches!(instance.result, CUseResult::Refused(_))
}

/// The use over the headers, where it is without them and a literal of it may name something there.
fn with_names(of: &CUse) -> Option<CUse> {
    let module = of.module.filter(|module| *module != module.of_import())?;
    let is_of_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let may_name = |arg: &CArg| matches!(arg, CArg::Literal(bytes) if bytes.iter().all(is_of_word));
    of.args.iter().any(may_name).then(|| CUse {
        module: Some(module.of_import()),
        ..of.clone()
    })
}

/// C's message about a value that cannot be changed is about the argument that is lent as `&`.
fn kind_of_refusal(refusal: &CRefusal, of: &CUse) -> CRefusalKind {
    let is_of_const = refusal.kind == CRefusalKind::Error && refusal.message.starts_with("read-only variable");
    let lent = || {
        let is_lent = |arg: &CArg| matches!(arg, CArg::Reference { is_const: true, .. });
        of.args.iter().position(is_lent)
    };
    match lent().filter(|_| is_of_const) {
        Some(index) => CRefusalKind::NeedsPlace(index as u32),
        None => refusal.kind,
    }
}
