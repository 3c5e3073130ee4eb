//! The bodies of operators as functions: what `a.add(b)` is where `a + b` is built in.

use base::Span;
use check::{IntTy, OperatorFn, Signatures, Ty, TypedBody};
use hir::Mutability;

use super::BuildOptions;
use super::builder::Builder;
use super::builtins::kind_byte;
use crate::body::{Body, BodyOwner, Operand, Place, Rvalue};

/// The field of `Formatter` that says the kind of format.
const KIND: u32 = 7;

/// The body of an operator for these types, which have it built in. `span` is where its panics are.
pub fn operator_body(
    signatures: &Signatures,
    operator: OperatorFn,
    args: &[Ty],
    options: BuildOptions<'_>,
    span: Span,
) -> Body {
    let owner = check::FnRef::Operator(operator);
    let decl = signatures.function(owner);
    let ret = decl.ret.substitute(args);
    let typed = TypedBody::without_expressions(ret);
    let hir = hir::Body::default();
    let mut builder = Builder::new(signatures, &typed, &hir, options, span);
    let source = builder.source(span);
    let result = Place::local(builder.new_local(ret, None, true, source));
    let params: Vec<Place> = decl
        .params
        .iter()
        .map(|param| Place::local(builder.new_local(param.ty.substitute(args), None, true, source)))
        .collect();
    let ty = args[0];
    let other = args.get(1).copied().unwrap_or(ty);
    let value = |place: &Place| Operand::Copy(place.clone());
    match operator {
        OperatorFn::Binary(op) => {
            let sum = builder.binary_rvalue(op, (value(&params[0]), ty), (value(&params[1]), other), span);
            builder.assign(result, sum, span);
        }
        OperatorFn::Assign(op) => {
            let place = params[0].clone().deref();
            let sum = builder.binary_rvalue(op, (value(&place), ty), (value(&params[1]), other), span);
            builder.assign(place, sum, span);
        }
        OperatorFn::Compare(op) => {
            let (left, right) = (params[0].clone().deref(), params[1].clone().deref());
            let order = builder.binary_rvalue(op, (value(&left), ty), (value(&right), ty), span);
            builder.assign(result, order, span);
        }
        OperatorFn::Neg => {
            let negated = builder.negated(value(&params[0]), ty, span);
            builder.assign(result, negated, span);
        }
        OperatorFn::Not => {
            let not = Rvalue::Unary(crate::body::UnaryOp::Not, value(&params[0]));
            builder.assign(result, not, span);
        }
        OperatorFn::Format(kind) => {
            let formatter = params[1].clone().deref();
            let byte = builder.integer(i128::from(kind_byte(kind)), Ty::int(IntTy::U8));
            builder.assign(builder.project_field(formatter.clone(), KIND), Rvalue::Use(byte), span);
            let pointer_ty = builder.place_ty(&formatter).pointer(Mutability::Const);
            let pointer = Rvalue::AddressOf(Mutability::Const, formatter);
            let pointer = builder.assign_temporary(pointer_ty, pointer, span);
            let shown = value(&params[0].clone().deref());
            builder.print_by(shown, ty, Operand::Copy(Place::local(pointer)), span);
        }
        OperatorFn::Clone => builder.assign(result, Rvalue::Use(value(&params[0].clone().deref())), span),
    }
    builder.terminate_return(span);
    let body = Body {
        n_params: u32::try_from(params.len()).expect("operators have two parameters at most"),
        ..builder.finish(BodyOwner::Fn(owner))
    };
    crate::simplify(body)
}
