//! Bodies as text, for `--emit mir` and goldens. The same body gives the same text.

use std::fmt::{self, Write};

use check::{AdtRef, CallKind, ConstValue, FnRef, Signatures, StaticRef, Ty, TyKind};
use hir::Mutability;

use crate::body::{
    AggregateKind, AssertKind, BinaryOp, BlockId, Body, BodyOwner, CallTarget, CastKind, Const, Local, Operand, Place,
    Projection, Rvalue, StatementKind, TerminatorKind, UnaryOp,
};

/// One body as text that ends in a newline.
pub fn print(body: &Body, signatures: &Signatures) -> String {
    let printer = Printer { body, signatures };
    let mut text = String::new();
    printer.body(&mut text).expect("a string takes everything");
    text
}

struct Printer<'p> {
    body: &'p Body,
    signatures: &'p Signatures,
}

impl Printer<'_> {
    fn body(&self, out: &mut String) -> fmt::Result {
        let name = match self.body.owner {
            BodyOwner::Fn(function) => self.function(function),
            BodyOwner::Const(_) => "const".to_owned(),
            BodyOwner::Closure(closure) => {
                let around = self.body.owner.function();
                let around = around.map_or_else(|| "test".to_owned(), |function| self.function(function));
                format!("{around}.closure{}", closure.closure.0)
            }
            BodyOwner::Test(owner) => {
                let test = self.signatures.tests.iter().find(|test| test.body == owner);
                format!("test {:?}", test.map_or("", |test| test.title.as_str()))
            }
        };
        let params: Vec<String> = (1..=self.body.n_params)
            .map(|local| format!("_{local}: {}", self.ty(self.body.locals[Local(local)].ty)))
            .collect();
        let ret = self.ty(self.body.locals[Local(0)].ty);
        writeln!(out, "fn {name}({}) -> {ret} {{", params.join(", "))?;
        for (local, decl) in self.body.locals.iter_enumerated() {
            let keyword = if decl.is_var { "var" } else { "let" };
            write!(out, "    {keyword} _{}: {};", local.0, self.ty(decl.ty))?;
            match decl.name {
                Some(name) => writeln!(out, " // {name}")?,
                None => writeln!(out)?,
            }
        }
        for (id, block) in self.body.blocks.iter_enumerated() {
            let cleanup = if block.is_cleanup { " (cleanup)" } else { "" };
            writeln!(out, "\n    bb{}{cleanup}: {{", id.0)?;
            for statement in &block.statements {
                writeln!(out, "        {};", self.statement(&statement.kind))?;
            }
            writeln!(out, "        {};", self.terminator(&block.terminator.kind))?;
            writeln!(out, "    }}")?;
        }
        writeln!(out, "}}")
    }

    fn statement(&self, statement: &StatementKind) -> String {
        match statement {
            StatementKind::Assign(place, rvalue) => format!("{} = {}", place_text(place), self.rvalue(rvalue)),
            StatementKind::StorageLive(local) => format!("live _{}", local.0),
            StatementKind::StorageDead(local) => format!("dead _{}", local.0),
        }
    }

    fn rvalue(&self, rvalue: &Rvalue) -> String {
        match rvalue {
            Rvalue::Use(operand) => self.operand(operand),
            Rvalue::Ref(mutability, place) => format!("&{}{}", mut_word(*mutability), place_text(place)),
            Rvalue::AddressOf(mutability, place) => {
                format!("address {}{}", mut_word(*mutability), place_text(place))
            }
            Rvalue::Unary(UnaryOp::Neg, operand) => format!("-{}", self.operand(operand)),
            Rvalue::Unary(UnaryOp::Not, operand) => format!("!{}", self.operand(operand)),
            Rvalue::Binary(op, left, right) => self.binary(*op, left, right),
            Rvalue::Checked(op, left, right) => format!("checked {}", self.binary(*op, left, right)),
            Rvalue::PointerOffset {
                pointer,
                offset,
                negate,
            } => {
                let sign = if *negate { "-" } else { "+" };
                format!("pointer {} {sign} {}", self.operand(pointer), self.operand(offset))
            }
            Rvalue::PointerDistance(left, right) => {
                format!("distance {} - {}", self.operand(left), self.operand(right))
            }
            Rvalue::Cast(kind, operand, ty) => {
                format!("{} as {} ({})", self.operand(operand), self.ty(*ty), cast_word(*kind))
            }
            Rvalue::Aggregate(kind, operands) => self.aggregate(kind, operands),
            Rvalue::Repeat(operand, count) => format!("[{}; {}]", self.operand(operand), self.ty(*count)),
            Rvalue::Len(place) => format!("len {}", place_text(place)),
            Rvalue::SliceFromParts { pointer, len, ty } => {
                let (pointer, len) = (self.operand(pointer), self.operand(len));
                format!("slice {pointer}, {len} as {}", self.ty(*ty))
            }
            Rvalue::Variant(place) => format!("variant {}", place_text(place)),
            Rvalue::IsNone(place) => format!("is_none {}", place_text(place)),
            Rvalue::StaticAddress(global) => format!("static {}", self.global(*global)),
        }
    }

    fn binary(&self, op: BinaryOp, left: &Operand, right: &Operand) -> String {
        format!("{} {} {}", self.operand(left), binary_symbol(op), self.operand(right))
    }

    fn aggregate(&self, kind: &AggregateKind, operands: &[Operand]) -> String {
        let operands: Vec<String> = operands.iter().map(|operand| self.operand(operand)).collect();
        match kind {
            AggregateKind::Closure(ty) => format!("{} [{}]", self.ty(*ty), operands.join(", ")),
            AggregateKind::Tuple => format!("({})", operands.join(", ")),
            AggregateKind::Array(_) => format!("[{}]", operands.join(", ")),
            AggregateKind::Adt { adt, args } => {
                format!("{}{} {{ {} }}", self.adt(*adt), self.args(args), operands.join(", "))
            }
            AggregateKind::Variant { adt, args, variant } => {
                let name = self.signatures.adt(*adt).variants[*variant as usize].name;
                format!("{}{}.{name}({})", self.adt(*adt), self.args(args), operands.join(", "))
            }
            AggregateKind::PartialAdt { adt, args, fields } => {
                let fields: Vec<String> = fields
                    .iter()
                    .zip(&operands)
                    .map(|(field, operand)| format!("{field}: {operand}"))
                    .collect();
                format!("{}{} {{ {}, .. }}", self.adt(*adt), self.args(args), fields.join(", "))
            }
            AggregateKind::Range { inclusive, .. } => operands.join(if *inclusive { "..=" } else { ".." }),
        }
    }

    fn operand(&self, operand: &Operand) -> String {
        match operand {
            Operand::Copy(place) => place_text(place),
            Operand::Move(place) => format!("move {}", place_text(place)),
            Operand::Const(constant) => self.constant(constant),
        }
    }

    fn constant(&self, constant: &Const) -> String {
        match (&constant.value, constant.ty.kind()) {
            (ConstValue::Int(value), TyKind::Bool) => (*value != 0).to_string(),
            (ConstValue::Int(value), TyKind::Char) => {
                let scalar = u32::try_from(*value).ok().and_then(char::from_u32);
                scalar.map_or_else(|| value.to_string(), |scalar| format!("{scalar:?}"))
            }
            (ConstValue::Int(value), _) => format!("{value}_{}", self.ty(constant.ty)),
            (value, _) => self.const_value(value),
        }
    }

    fn const_value(&self, value: &ConstValue) -> String {
        let list = |values: &[ConstValue]| -> String {
            let values: Vec<String> = values.iter().map(|value| self.const_value(value)).collect();
            values.join(", ")
        };
        match value {
            ConstValue::Int(value) => value.to_string(),
            ConstValue::Param(param) => self.ty(*param),
            ConstValue::Float(bits) => format!("{:?}", f64::from_bits(*bits)),
            ConstValue::Str(text) => format!("{:?}", text.as_str()),
            ConstValue::Bytes(bytes) => format!("b\"{}\"", bytes.escape_ascii()),
            ConstValue::CStr(bytes) => format!("c\"{}\"", bytes.escape_ascii()),
            ConstValue::Null => "null".to_owned(),
            ConstValue::Fn(function, args) => format!("{}{}", self.function(*function), self.args(args)),
            ConstValue::Closure(ty) => self.ty(*ty),
            ConstValue::Static(global) => format!("static {}", self.global(*global)),
            ConstValue::Ref(value, _) => format!("&{}", self.const_value(value)),
            ConstValue::Slice(value, _) => format!("slice {}", self.const_value(value)),
            ConstValue::Variant(variant, values) => format!("variant {variant} {{{}}}", list(values)),
            ConstValue::Aggregate(values) => format!("{{{}}}", list(values)),
            ConstValue::Union(field, value) => format!("union {field} {{{}}}", self.const_value(value)),
            ConstValue::Repeat(value, count) => format!("[{}; {count}]", self.const_value(value)),
            ConstValue::Zero => "zero".to_owned(),
            ConstValue::Memory(bytes) => format!("memory of {} bytes", bytes.len()),
        }
    }

    fn terminator(&self, terminator: &TerminatorKind) -> String {
        match terminator {
            TerminatorKind::Goto(target) => format!("goto bb{}", target.0),
            TerminatorKind::Switch {
                value,
                cases,
                otherwise,
            } => {
                let mut arms: Vec<String> = cases
                    .iter()
                    .map(|(case, target)| format!("{case} => bb{}", target.0))
                    .collect();
                arms.push(format!("_ => bb{}", otherwise.0));
                format!("switch {} [{}]", self.operand(value), arms.join(", "))
            }
            TerminatorKind::Return => "return".to_owned(),
            TerminatorKind::Unreachable => "unreachable".to_owned(),
            TerminatorKind::Resume => "resume".to_owned(),
            TerminatorKind::Call {
                callee,
                args,
                dest,
                target,
                unwind,
            } => {
                let args: Vec<String> = args.iter().map(|arg| self.operand(arg)).collect();
                let call = format!("{} = {}({})", place_text(dest), self.callee(callee), args.join(", "));
                format!("{call}{}", edges(*target, *unwind))
            }
            TerminatorKind::Drop { place, target, unwind } => {
                format!("drop {}{}", place_text(place), edges(Some(*target), *unwind))
            }
            TerminatorKind::Assert {
                condition,
                expected,
                kind,
                target,
                unwind,
            } => {
                let not = if *expected { "" } else { "!" };
                let kind = self.assert_kind(kind);
                let edges = edges(Some(*target), *unwind);
                format!("assert {not}{}, {kind}{edges}", self.operand(condition))
            }
        }
    }

    fn callee(&self, callee: &CallTarget) -> String {
        match callee {
            CallTarget::Fn(function, args) => format!("{}{}", self.function(*function), self.args(args)),
            CallTarget::Callable(kind, operand) => {
                let how = match kind {
                    CallKind::Shared => "",
                    CallKind::Exclusive => "mut ",
                    CallKind::Once => "move ",
                };
                format!("call {how}({})", self.operand(operand))
            }
            CallTarget::Value(operand) => format!("({})", self.operand(operand)),
            CallTarget::Runtime(function) => function.signature().symbol.to_owned(),
            CallTarget::Format(function, spec) if *spec == hir::FormatSpec::default() => {
                function.signature().symbol.to_owned()
            }
            CallTarget::Format(function, spec) => format!("{} {{{}}}", function.signature().symbol, spec_text(spec)),
        }
    }

    fn assert_kind(&self, kind: &AssertKind) -> String {
        match kind {
            AssertKind::Bounds { index, len } => format!("bounds {} of {}", self.operand(index), self.operand(len)),
            AssertKind::SliceRange { start, end, len } => {
                let (start, end, len) = (self.operand(start), self.operand(end), self.operand(len));
                format!("slice {start}..{end} of {len}")
            }
            AssertKind::Overflow(op) => format!("overflow {}", binary_symbol(*op)),
            AssertKind::NegOverflow => "overflow -".to_owned(),
            AssertKind::DivideByZero => "divide by zero".to_owned(),
            AssertKind::RemainderByZero => "remainder by zero".to_owned(),
            AssertKind::Shift => "shift".to_owned(),
            AssertKind::Cast => "cast".to_owned(),
        }
    }

    fn function(&self, function: FnRef) -> String {
        self.signatures.function(function).path.clone()
    }

    fn global(&self, global: StaticRef) -> String {
        self.signatures.statics[&global].path.clone()
    }

    fn adt(&self, adt: AdtRef) -> String {
        self.signatures.adt(adt).name.to_string()
    }

    fn args(&self, args: &[Ty]) -> String {
        if args.is_empty() {
            return String::new();
        }
        let args: Vec<String> = args.iter().map(|ty| self.ty(*ty)).collect();
        format!("<{}>", args.join(", "))
    }

    fn ty(&self, ty: Ty) -> String {
        check::display_ty(ty, self.signatures)
    }
}

fn edges(target: Option<BlockId>, unwind: Option<BlockId>) -> String {
    let mut text = target.map_or_else(|| " -> never".to_owned(), |target| format!(" -> bb{}", target.0));
    if let Some(unwind) = unwind {
        text.push_str(&format!(", unwind bb{}", unwind.0));
    }
    text
}

/// `(*_1).2[_3]`
fn place_text(place: &Place) -> String {
    let mut text = format!("_{}", place.local.0);
    for projection in &place.projections {
        text = match projection {
            Projection::Deref => format!("(*{text})"),
            Projection::Field(index, _) => format!("{text}.{index}"),
            Projection::Index(local) => format!("{text}[_{}]", local.0),
            Projection::ConstantIndex(index) => format!("{text}[{index}]"),
            Projection::SomeValue(_) => format!("{text}.some"),
        };
    }
    text
}

fn mut_word(mutability: Mutability) -> &'static str {
    match mutability {
        Mutability::Const => "",
        Mutability::Mut => "mut ",
    }
}

fn cast_word(kind: CastKind) -> &'static str {
    match kind {
        CastKind::Numeric => "number",
        CastKind::Pointer => "pointer",
        CastKind::ArrayToSlice => "slice",
        CastKind::Unsize => "dyn",
        CastKind::FnPointer => "function",
        CastKind::BorrowAsFn => "borrow as function",
        CastKind::Some => "some",
    }
}

fn binary_symbol(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
        BinaryOp::Rem => "%",
        BinaryOp::BitAnd => "&",
        BinaryOp::BitOr => "|",
        BinaryOp::BitXor => "^",
        BinaryOp::Shl => "<<",
        BinaryOp::Shr => ">>",
        BinaryOp::SaturatingAdd => "+|",
        BinaryOp::SaturatingSub => "-|",
        BinaryOp::Eq => "==",
        BinaryOp::Ne => "!=",
        BinaryOp::Lt => "<",
        BinaryOp::Le => "<=",
        BinaryOp::Gt => ">",
        BinaryOp::Ge => ">=",
    }
}

/// What stands after the colon in `{x:08.2}`.
fn spec_text(spec: &hir::FormatSpec) -> String {
    let mut text = String::from(":");
    let align = match spec.align {
        hir::FormatAlign::Default => None,
        hir::FormatAlign::Left => Some('<'),
        hir::FormatAlign::Center => Some('^'),
        hir::FormatAlign::Right => Some('>'),
    };
    if let Some(align) = align {
        text.push(spec.fill);
        text.push(align);
    }
    let flags = [(spec.plus, "+"), (spec.alternate, "#"), (spec.zero, "0")];
    text.extend(flags.iter().filter(|(set, _)| *set).map(|(_, flag)| *flag));
    if let Some(width) = spec.width {
        text.push_str(&width.to_string());
    }
    if let Some(precision) = spec.precision {
        text.push_str(&format!(".{precision}"));
    }
    text.push_str(match spec.kind {
        hir::FormatKind::Display => "",
        hir::FormatKind::Debug => "?",
        hir::FormatKind::LowerHex => "x",
        hir::FormatKind::UpperHex => "X",
        hir::FormatKind::Octal => "o",
        hir::FormatKind::Binary => "b",
        hir::FormatKind::Exponent => "e",
    });
    text
}
