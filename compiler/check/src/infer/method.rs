//! Method calls: finding the function, and what happens to the receiver on the way.

use base::{Span, Symbol};
use hir::{Arg, DefId, Expr, ExprId, GenericArg, Mutability};

use super::{Checker, Expect, is_error};
use crate::{Adjust, AdtRef, FnRef, LangItem, Receiver, Ty, TyKind, TypeHead, errors};

/// A method and how its receiver is reached.
struct Found {
    def: DefId,
    /// Of a function of a trait: the type arguments of the trait, that of `Self` first.
    trait_args: Option<Vec<Ty>>,
    derefs: Vec<(Ty, Ty)>,
    /// The type that has the method, after the dereferences.
    self_ty: Ty,
    /// An array that is seen as a slice.
    array: Option<Ty>,
}

impl Checker<'_> {
    /// `base.name(args)` where `base` is a value: a method, or a call of a field's value. `explicit` are the type
    /// arguments that are written after the name.
    pub(super) fn method_call(
        &mut self,
        expr: ExprId,
        (callee, explicit): (ExprId, Option<&[GenericArg]>),
        (base, name, name_span): (ExprId, Symbol, Span),
        args: &[Arg],
    ) -> Ty {
        let ty = self.infer(base, Expect::Nothing);
        let ty = self.shallow(ty);
        if is_error(ty) {
            self.typed.expr_tys[callee] = ty;
            self.check_args_anyway(args, ty);
            return ty;
        }
        let found = match self.find_method(ty, name, name_span) {
            Some(Err(error)) => {
                self.typed.expr_tys[callee] = error;
                self.check_args_anyway(args, error);
                return error;
            }
            Some(Ok(found)) => Some(found),
            None => None,
        };
        match found {
            Some(found) => self.call_method(expr, (callee, explicit), (base, name_span), found, args),
            None => {
                let has_field = self.has_field(ty, name);
                if !has_field
                    && let Some((field, mutability)) = self.flexible_array(ty, name)
                    && explicit.is_none()
                {
                    return self.flexible_slice(expr, callee, (base, ty, field, name_span), mutability, args);
                }
                if !has_field {
                    let missing = if matches!(ty.kind(), TyKind::Infer(crate::InferVar::Any(_))) {
                        self.error_at(base, errors::type_unknown)
                    } else {
                        self.no_member(self.behind_refs(ty), name, name_span)
                    };
                    self.check_args_anyway(args, missing);
                    self.typed.expr_tys[callee] = missing;
                    return missing;
                }
                if let Some(explicit) = explicit {
                    let error = self.error_ty(errors::wrong_generic_count(name_span, name.as_str(), 0, explicit.len()));
                    self.check_args_anyway(args, error);
                    return error;
                }
                let field_ty = self.value_field(callee, base, ty, name, name_span);
                self.typed.expr_tys[callee] = field_ty;
                self.call_value(expr, callee, field_ty, args, Expect::Nothing)
            }
        }
    }

    /// The flexible array of which `name` is the elements: `data` of `s.data_slice(n)` and `s.data_slice_mut(n)`.
    fn flexible_array(&self, ty: Ty, name: Symbol) -> Option<(Symbol, Mutability)> {
        let name = name.as_str();
        let (stem, mutability) = match name.strip_suffix("_slice_mut") {
            Some(stem) => (stem, Mutability::Mut),
            None => (name.strip_suffix("_slice")?, Mutability::Const),
        };
        let field = base::sym(stem);
        let mut ty = self.shallow(ty);
        while let TyKind::Ref(_, target) | TyKind::Pointer(_, target) = ty.kind() {
            ty = self.shallow(*target);
        }
        let TyKind::Adt(adt, _) = ty.kind() else { return None };
        let (path, _) = self.find_adt_field(*adt, field)?;
        self.is_flexible(*adt, &path).then_some((field, mutability))
    }

    /// The flexible array that an expression names.
    pub(super) fn flexible_field(&self, expr: ExprId) -> Option<(Symbol, Span)> {
        let Expr::Field {
            base, name, name_span, ..
        } = &self.body.exprs[expr]
        else {
            return None;
        };
        let path = self.typed.fields.get(&expr)?;
        let TyKind::Adt(adt, _) = self.shallow(self.typed.adjusted_ty(*base)).kind() else {
            return None;
        };
        self.is_flexible(*adt, path).then_some((*name, *name_span))
    }

    /// Whether the field that `path` leads to is a flexible array.
    fn is_flexible(&self, adt: AdtRef, path: &[u32]) -> bool {
        let owner = self.anonymous_members(adt, path).last().unwrap_or(adt);
        self.signatures.adt(owner).fields[path[path.len() - 1] as usize].is_flexible
    }

    /// `s.data_slice(n)`: a call of the library with the array, which has no elements, and their number.
    fn flexible_slice(
        &mut self,
        expr: ExprId,
        callee: ExprId,
        (base, ty, field, span): (ExprId, Ty, Symbol, Span),
        mutability: Mutability,
        args: &[Arg],
    ) -> Ty {
        let item = match mutability {
            Mutability::Const => LangItem::FlexibleSlice,
            Mutability::Mut => LangItem::FlexibleSliceMut,
        };
        let whole = self.span(expr);
        self.require_unsafe(whole, "taking so many elements of a flexible array");
        let array = self.value_field(callee, base, ty, field, span);
        self.typed.expr_tys[callee] = array;
        let (TyKind::Array(element, _), Some(function)) = (array.kind(), self.signatures.lang.get(item)) else {
            self.check_args_anyway(args, array);
            return array;
        };
        if mutability == Mutability::Mut {
            self.require_writable(callee, "the flexible array");
        }
        self.adjust(callee, Adjust::Borrow(mutability), array.reference(mutability));
        self.call_fn(
            expr,
            FnRef::Lang(function),
            Box::new([*element]),
            Some(callee),
            (args, Expect::Nothing),
        )
    }

    pub(super) fn behind_refs(&self, ty: Ty) -> Ty {
        let mut ty = self.shallow(ty);
        while let TyKind::Ref(_, target) = ty.kind() {
            ty = self.shallow(*target);
        }
        ty
    }

    fn has_field(&self, ty: Ty, name: Symbol) -> bool {
        let mut ty = self.shallow(ty);
        loop {
            match ty.kind() {
                TyKind::Adt(adt, _) if self.owns_visible_field(*adt, name) => return true,
                TyKind::Tuple(elements) => {
                    return name.as_str().parse::<usize>().is_ok_and(|index| index < elements.len());
                }
                TyKind::Ref(_, target) | TyKind::Pointer(_, target) => ty = self.shallow(*target),
                _ => match self.signatures.looks_through(ty) {
                    Some(through) => ty = self.shallow(through.target),
                    None => return false,
                },
            }
        }
    }

    /// The error has been said.
    fn find_method(&mut self, ty: Ty, name: Symbol, name_span: Span) -> Option<Result<Found, Ty>> {
        let mut ty = self.shallow(ty);
        let mut derefs = Vec::new();
        let mut of_reference = None;
        let mut needs_size = false;
        loop {
            // An unsuffixed literal has the methods of its default type.
            let own = match ty.kind() {
                TyKind::Infer(crate::InferVar::Int(_) | crate::InferVar::Float(_)) => {
                    let default = self.table.resolve_with_defaults(ty);
                    self.table.unify(ty, default);
                    default
                }
                _ => ty,
            };
            if let Some(def) = self.method_of(own, name) {
                return Some(Ok(Found {
                    def,
                    trait_args: None,
                    derefs,
                    self_ty: own,
                    array: None,
                }));
            }
            if let TyKind::Ref(..) = own.kind()
                && let Some(found) = self.own_method_behind(own, name, &derefs)
            {
                return Some(Ok(found));
            }
            match self.trait_function(own, name, name_span) {
                Some(Err(error)) => return Some(Err(error)),
                Some(Ok(found)) if self.needs_size(own, found.function) => needs_size = true,
                Some(Ok(found)) if self.gives_way(own, name, found.function) => {}
                Some(Ok(found)) if self.takes_self(found.function) => {
                    let by_value = self.receiver_of(found.function) == Some(Receiver::Value);
                    let found = Found {
                        def: found.function,
                        trait_args: Some(found.args),
                        derefs: derefs.clone(),
                        self_ty: own,
                        array: None,
                    };
                    // That of the reference's target takes the reference as it is.
                    if by_value || !matches!(own.kind(), TyKind::Ref(..)) {
                        return Some(Ok(found));
                    }
                    of_reference.get_or_insert(found);
                }
                Some(Ok(_)) | None => {}
            }
            match own.kind() {
                TyKind::Ref(_, target) | TyKind::Pointer(_, target) => {
                    derefs.push((own, *target));
                    ty = self.shallow(*target);
                }
                TyKind::Array(element, _) => {
                    let slice = element.slice();
                    let (def, trait_args) = match (self.method_of(slice, name), &of_reference) {
                        (Some(def), _) => (def, None),
                        (None, Some(_)) => return of_reference.map(Ok),
                        (None, None) => match self.trait_function(slice, name, name_span)? {
                            Ok(found) => (found.function, Some(found.args)),
                            Err(error) => return Some(Err(error)),
                        },
                    };
                    return Some(Ok(Found {
                        def,
                        trait_args,
                        derefs,
                        self_ty: slice,
                        array: Some(own),
                    }));
                }
                _ => {
                    let Some(through) = self.signatures.looks_through(own) else {
                        if needs_size && of_reference.is_none() {
                            let text = self.display(own);
                            return Some(Err(self.error_ty(errors::takes_unsized(name_span, name, &text))));
                        }
                        return of_reference.map(Ok);
                    };
                    derefs.push((own, through.target));
                    ty = self.shallow(through.target);
                }
            }
        }
    }

    /// The method of the type behind references that takes what these are: it comes before those of traits that the
    /// references have themselves, as a `&mut I` of an iterator is one.
    fn own_method_behind(&self, ty: Ty, name: Symbol, derefs: &[(Ty, Ty)]) -> Option<Found> {
        let (mut ty, mut derefs) = (ty, derefs.to_vec());
        let mut may_write = true;
        while let TyKind::Ref(mutability, target) = ty.kind() {
            may_write &= *mutability == Mutability::Mut;
            derefs.push((ty, *target));
            ty = self.shallow(*target);
        }
        let def = self.method_of(ty, name)?;
        let fits = match self.receiver_of(def)? {
            Receiver::Ref(Mutability::Const) => true,
            Receiver::Ref(Mutability::Mut) => may_write,
            Receiver::Value | Receiver::Owner => false,
        };
        fits.then_some(Found {
            def,
            trait_args: None,
            derefs,
            self_ty: ty,
            array: None,
        })
    }

    /// Whether a function of a trait that the file does not know is left for one of what the type stands for: that it
    /// has the trait may be some other file's doing.
    fn gives_way(&self, ty: Ty, name: Symbol, function: DefId) -> bool {
        let decl = self.signatures.fns.get(&FnRef::Lang(function));
        let Some(of_trait) = decl.and_then(|decl| decl.of_trait) else {
            return false;
        };
        let mut ty = ty;
        while let Some(through) = self.signatures.looks_through(ty) {
            ty = self.shallow(through.target);
            if self.method_of(ty, name).is_some() {
                return !self.is_in_scope(of_trait) && !self.is_in_prelude(of_trait);
            }
        }
        false
    }

    /// A function of the type that takes `self`.
    fn method_of(&self, ty: Ty, name: Symbol) -> Option<DefId> {
        let head = TypeHead::of(ty)?;
        let def = self.signatures.methods.functions.get(&(head, name)).copied()?;
        self.takes_self(def).then_some(def)
    }

    /// Whether a function of a trait is for types with a size, and this is none.
    fn needs_size(&self, ty: Ty, def: DefId) -> bool {
        let decl = self.signatures.fns.get(&FnRef::Lang(def));
        matches!(ty.kind(), TyKind::Dyn(_)) && decl.is_some_and(|decl| self.signatures.asks_for_size(decl))
    }

    fn takes_self(&self, def: DefId) -> bool {
        self.receiver_of(def).is_some()
    }

    fn receiver_of(&self, def: DefId) -> Option<Receiver> {
        self.signatures.fns.get(&FnRef::Lang(def))?.receiver
    }

    fn call_method(
        &mut self,
        expr: ExprId,
        (callee, explicit): (ExprId, Option<&[GenericArg]>),
        (base, name_span): (ExprId, Span),
        found: Found,
        args: &[Arg],
    ) -> Ty {
        let function = FnRef::Lang(found.def);
        let signatures = self.signatures;
        let decl = signatures.function(function);
        if !self.program().is_visible(found.def, self.env.scope.from) {
            self.report(errors::private(name_span, "method", decl.name));
        }
        let mut type_args = match &found.trait_args {
            Some(args) => args.clone(),
            None => self.impl_args(found.def, found.self_ty, name_span),
        };
        let n_own = decl.generics.len() - type_args.len();
        match explicit {
            Some(explicit) if explicit.len() + decl.n_unnamed() == n_own => {
                let own = &decl.generics[type_args.len()..];
                type_args.extend(self.written_args(explicit, own, name_span));
                type_args.extend(self.fresh_args(decl.n_unnamed()));
            }
            Some(explicit) => {
                let n_named = n_own - decl.n_unnamed();
                let diagnostic = errors::wrong_generic_count(name_span, &decl.path, n_named, explicit.len());
                let error = self.error_ty(diagnostic);
                type_args.extend(vec![error; n_own]);
            }
            None => type_args.extend(self.fresh_args(n_own)),
        }
        match decl.receiver.expect("a method takes `self`") {
            Receiver::Value => self.follow(base, &found.derefs, expr),
            Receiver::Ref(mutability) => {
                self.follow(base, &found.derefs, expr);
                self.borrow_receiver(base, &found, mutability);
            }
            Receiver::Owner => {
                let wanted = self.instantiate(decl.params[0].ty, &type_args);
                let outer = found.derefs.split_last();
                let outer = outer.filter(|((owner, _), _)| self.table.unify(*owner, wanted));
                let Some((_, way)) = outer else {
                    let given = self.shallow(self.typed.expr_tys[base]);
                    let (wanted, given) = (self.display(wanted), self.display(given));
                    let error = self.error_ty(errors::needs_owner(name_span, decl.name, &wanted, &given));
                    self.check_args_anyway(args, error);
                    self.typed.expr_tys[callee] = error;
                    return error;
                };
                self.follow(base, way, expr);
            }
        }
        let type_args: Box<[Ty]> = type_args.into();
        self.ask_bounds(name_span, function, &type_args);
        self.typed.expr_tys[callee] = Ty::new(TyKind::FnItem(function, type_args.clone()));
        self.call_fn(expr, function, type_args, Some(base), (args, Expect::Nothing))
    }

    fn borrow_receiver(&mut self, base: ExprId, found: &Found, mutability: Mutability) {
        if mutability == Mutability::Mut {
            self.require_mutable_static(mutability, base);
        }
        match found.array {
            Some(array) => {
                self.adjust(base, Adjust::Borrow(mutability), array.reference(mutability));
                self.adjust(base, Adjust::ArrayToSlice, found.self_ty.reference(mutability));
            }
            None => self.adjust(base, Adjust::Borrow(mutability), found.self_ty.reference(mutability)),
        }
    }
}
