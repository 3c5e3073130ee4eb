//! Calls of functions with values of their parameters' types, so that programs can be run.
//!
//! What a reference refers to is leaked: whatever the function does with its parameters, the caller has nothing that
//! ends too soon.

use super::library::library;
use super::print::Language;
use super::program::{Power, Signature, Ty};

/// A statement that calls a function, with numbers in its arguments from this one on.
pub(super) fn call(language: Language, name: &str, signature: &Signature, n: i32) -> String {
    let mut maker = Maker { language, next: 10 };
    let mut args = vec![n.to_string()];
    args.extend(signature.params.iter().map(|ty| maker.value(ty)));
    let discard = match (language, &signature.ret) {
        (_, Ty::Unit) => "",
        (Language::Lang, _) => "_ = ",
        (Language::Rust, _) => "let _ = ",
    };
    format!("{discard}{name}({});", args.join(", "))
}

struct Maker {
    language: Language,
    next: i32,
}

impl Maker {
    fn by_language(&self, lang: String, rust: String) -> String {
        match self.language {
            Language::Lang => lang,
            Language::Rust => rust,
        }
    }

    fn value(&mut self, ty: &Ty) -> String {
        match ty {
            Ty::Unit | Ty::Slice(_) | Ty::Param => unreachable!("no parameter is of such a type"),
            Ty::Int => {
                self.next += 1;
                self.next.to_string()
            }
            Ty::Struct(index) => {
                let decl = &library().structs[*index];
                let fields = decl.fields.iter();
                let fields: Vec<String> = fields.map(|(name, ty)| format!("{name}: {}", self.value(ty))).collect();
                format!("{} {{ {} }}", decl.name, fields.join(", "))
            }
            Ty::Tuple(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| self.value(part)).collect();
                format!("({})", parts.join(", "))
            }
            Ty::Array(inner) => format!("[{}, {}]", self.value(inner), self.value(inner)),
            Ty::Box(inner) => {
                let inner = self.value(inner);
                self.by_language(format!("Box.new({inner})"), format!("Box::new({inner})"))
            }
            Ty::Vec(inner) if inner.is_view() => {
                self.by_language("Vec<&Item>.new()".to_owned(), "Vec::<&Item>::new()".to_owned())
            }
            Ty::Vec(inner) => format!("two({}, {})", self.value(inner), self.value(inner)),
            // Lists have one element.
            Ty::Optional(inner) if matches!(**inner, Ty::Box(_)) => {
                self.by_language("none".to_owned(), "None".to_owned())
            }
            Ty::Optional(inner) => {
                let inner = self.value(inner);
                self.by_language(format!(".Some({inner})"), format!("Some({inner})"))
            }
            Ty::Ref(power, inner) => {
                if let Ty::Slice(element) = &**inner {
                    let vec = self.value(&Ty::Ref(*power, Box::new(Ty::Vec(element.clone()))));
                    return match power {
                        Power::Share => format!("all({vec})"),
                        Power::Exclude => format!("all_mut({vec})"),
                    };
                }
                let value = self.value(inner);
                let optional = matches!(**inner, Ty::Optional(_));
                let value = match (optional, self.language) {
                    (true, Language::Lang) => format!("optional({value})"),
                    (_, Language::Lang | Language::Rust) => value,
                };
                let leaked = format!("leaked({value})");
                match power {
                    Power::Share => format!("&*{leaked}"),
                    Power::Exclude => leaked,
                }
            }
        }
    }
}
