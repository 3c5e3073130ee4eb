//! Uses of macros that depend on the text or the place of the call, and how expansions are shown.
//!
//! A macro that quotes its argument (`assert`) is to quote what Lang's source has there; one that says its line is to
//! say the call's. Clang has expanded the use with words for those: filled in, that is a use of its own. An argument
//! that is a name of C's by itself is that name to the macro.

use base::Symbol;
use cmodel::{CArg, CArgMode, CCallPlace, CExpansion, CInstance, CModuleId, CUse, CUseResult, CValue};
use hir::{Arg, ExprId};

use super::Checker;
use crate::BodyKey;
use crate::paths::Entity;

impl<'a> Checker<'a> {
    /// The use as it is at this call, and what Clang makes of that; absent while Clang has not been asked.
    pub(super) fn at_call(
        &self,
        expr: ExprId,
        of: CUse,
        instance: &'a CInstance,
        args: &[Arg],
    ) -> Option<(CUse, &'a CInstance)> {
        let of_names = self.with_names(&of, instance, args);
        let (of, instance) = match &of_names {
            Some(of_names) => match self.instance(of_names)? {
                CInstance {
                    result: CUseResult::Refused(_),
                    ..
                } => (of, instance),
                found => (of_names.clone(), found),
            },
            None => (of, instance),
        };
        let in_c = |arg: &CArg| match arg {
            CArg::Constant(text) => Some(text.clone()),
            _ => None,
        };
        let in_c: Vec<Option<String>> = of.args.iter().map(in_c).collect();
        let in_c: Vec<Option<&str>> = in_c.iter().map(Option::as_deref).collect();
        let is_taken = !matches!(instance.result, CUseResult::Refused(_));
        let expansion = instance.expansion.as_ref().filter(|_| is_taken);
        let Some(expansion) = expansion.and_then(|found| self.with_call(expr, args, |call| found.at_call(call, &in_c)))
        else {
            return Some((of, instance));
        };
        let here = CUse {
            expansion: Some(expansion),
            ..of.clone()
        };
        let found = self.instance(&here)?;
        Some(match &found.result {
            CUseResult::Refused(_) => (of, instance),
            _ => (here, found),
        })
    }

    /// The use with the names of C's constants and macros where it quotes them or puts them together with others: what
    /// comes of that, Clang's preprocessor says. `c.XSTR(c.VERSION)` is `XSTR(VERSION)`.
    fn with_names(&self, of: &CUse, instance: &CInstance, args: &[Arg]) -> Option<CUse> {
        let module = of.module.filter(|_| of.inline.is_none())?.of_import();
        let expansion = instance.expansion.as_ref();
        let quoted = expansion.map(CExpansion::quoted_arguments).unwrap_or_default();
        let whole = expansion.map(CExpansion::whole_arguments).unwrap_or_default();
        let mut other = CUse {
            module: Some(module),
            ..of.clone()
        };
        for (index, (arg, c_arg)) in args.iter().zip(&mut other.args).enumerate() {
            let is_pasted = matches!(c_arg, CArg::Constant(_)) && !whole.contains(&index);
            let is_by_name = is_pasted || quoted.contains(&index);
            if let (true, Some(name)) = (is_by_name, self.name_for_c(arg.value, module)) {
                *c_arg = CArg::Tokens(name.as_str().as_bytes().to_vec());
            }
        }
        (other.args != of.args).then_some(other)
    }

    /// The name of a constant or an object-like macro of this module that an expression is by itself.
    fn name_for_c(&self, expr: ExprId, module: CModuleId) -> Option<Symbol> {
        let Some(Entity::CValue(found, name)) = self.entity(expr) else {
            return None;
        };
        let is_named = match self.signatures.c.modules[&found].values.get(&name)? {
            CValue::Constant(_) | CValue::Getter(_) | CValue::Initializer(_) | CValue::NoValue { .. } => true,
            CValue::Function(_) | CValue::Global(_) | CValue::Macro(_) => false,
        };
        (is_named && found == module).then_some(name)
    }

    /// An argument that has no value by itself: the name of a macro that stands for other tokens than those of one.
    pub(super) fn valueless_argument(&mut self, arg: ExprId, module: CModuleId) -> Option<CArg> {
        let name = self.name_for_c(arg, module)?;
        if !matches!(self.signatures.c.modules[&module].values[&name], CValue::NoValue { .. }) {
            return None;
        }
        self.mark_namespace(arg);
        Some(CArg::Tokens(name.as_str().as_bytes().to_vec()))
    }

    /// What a use that C does not take is expanded to, for the message.
    pub(super) fn shown_expansion(&self, expr: ExprId, instance: &CInstance, args: &[Arg]) -> Option<String> {
        let expansion = instance.expansion.as_ref()?;
        let of = &instance.of;
        let shown = self.with_call(expr, args, |call| {
            let in_c = of.args.iter().zip(&instance.modes).zip(call.args);
            let in_c: Vec<String> = in_c.map(|((arg, mode), text)| place_in_c(arg, *mode, text)).collect();
            // Without a list of arguments there are none of these.
            let args = if in_c.len() == call.args.len() {
                &in_c
            } else {
                call.args
            };
            expansion.shown(&CCallPlace { args, ..*call })
        });
        let shown = of.with_own_names(&shown);
        let inline = of.inline.as_ref().map(|inline| inline.text.trim());
        // What is there to be read is not said again.
        (of.name != shown.as_str() && inline != Some(&shown)).then_some(shown)
    }

    fn with_call<T>(&self, expr: ExprId, args: &[Arg], give: impl FnOnce(&CCallPlace<'_>) -> T) -> T {
        let text_of = |arg: &Arg| on_one_line(self.input.sources.text(self.span(arg.value)));
        let span = self.span(expr);
        let file = self.input.sources.file(span.file);
        let function = match self.env.owner {
            Some(BodyKey::Fn(def)) => self.program().item(def).name.to_string(),
            Some(BodyKey::Test(_) | BodyKey::Const(_)) | None => String::new(),
        };
        give(&CCallPlace {
            args: &args.iter().map(text_of).collect::<Vec<_>>(),
            file: &file.path.display().to_string(),
            line: self.input.sources.line_column(span.file, span.start).line,
            function: &function,
        })
    }
}

/// What stands in C for an argument that Lang's source has as a text: the variable itself, or its address.
fn place_in_c(arg: &CArg, mode: CArgMode, text: &str) -> String {
    let place = ["&mut ", "&"].iter().find_map(|sign| text.strip_prefix(sign));
    match (arg, mode, place) {
        (CArg::Variable { .. }, _, Some(place)) | (CArg::Reference { .. }, CArgMode::Place, Some(place)) => {
            place.trim_start().to_owned()
        }
        (CArg::Reference { .. }, CArgMode::Plain | CArgMode::Tokens, Some(place)) => format!("&{}", place.trim_start()),
        (
            CArg::Value(_)
            | CArg::Reference { .. }
            | CArg::Variable { .. }
            | CArg::Constant(_)
            | CArg::Literal(_)
            | CArg::Tokens(_)
            | CArg::Type(_),
            _,
            _,
        ) => text.to_owned(),
    }
}

/// Source without its comments, what is between two tokens being one space at most, as C's `#` has it.
fn on_one_line(text: &str) -> String {
    let mut line = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let len = if first.is_whitespace() {
            rest.find(|c: char| !c.is_whitespace())
        } else if rest.starts_with("//") {
            rest.find('\n')
        } else if first == '"' {
            Some(literal_len(rest))
        } else {
            Some(first.len_utf8())
        };
        let (token, after) = rest.split_at(len.unwrap_or(rest.len()));
        match first.is_whitespace() || token.starts_with("//") {
            true if line.ends_with(' ') => {}
            true => line.push(' '),
            false => line.push_str(token),
        }
        rest = after;
    }
    line.trim().to_owned()
}

/// How long the string literal is that a text begins with.
fn literal_len(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => _ = chars.next(),
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::on_one_line;

    #[test]
    fn source_is_put_on_one_line() {
        assert_eq!(
            on_one_line("a  ==\n    b // why\n    && \"x  // y\" == c"),
            "a == b && \"x  // y\" == c"
        );
        assert_eq!(on_one_line("x>3"), "x>3");
    }
}
