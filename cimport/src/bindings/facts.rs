//! The arguments of `@c(…)`.
//!
//! Takes the attributes of an item. Gives what they say by name, and says where something is not what it must be.

use base::Span;
use syntax::ast::{self, AstNode};
use syntax::{TokenKind, literal};

use super::BindingsError;

/// One `@c(…)`.
pub(super) struct Facts {
    pub(super) span: Span,
    facts: Vec<(Option<String>, Value)>,
}

enum Value {
    Text(String),
    Number(u64),
    Word(String),
    List(Vec<Value>),
}

/// What `@c` and its like say of one item.
#[derive(Default)]
pub(super) struct Attributes {
    pub(super) c: Vec<Facts>,
    pub(super) is_packed: bool,
    pub(super) align: Option<u64>,
    pub(super) thread_local: bool,
}

pub(super) fn broken(span: Span, problem: &str) -> BindingsError {
    BindingsError::Broken {
        span,
        problem: problem.to_owned(),
    }
}

impl Attributes {
    pub(super) fn read<'t>(attrs: impl Iterator<Item = ast::Attr<'t>>) -> Result<Self, BindingsError> {
        let mut found = Self::default();
        for attr in attrs {
            let facts = Facts::read(attr)?;
            match () {
                () if attr.is("c") => found.c.push(facts),
                () if attr.is("packed") => found.is_packed = true,
                () if attr.is("thread_local") => found.thread_local = true,
                () if attr.is("align") => match facts.facts.as_slice() {
                    [(None, Value::Number(bytes))] => found.align = Some(*bytes),
                    _ => return Err(broken(facts.span, "`@align` takes a number")),
                },
                () => return Err(broken(facts.span, "bindings have no such attribute")),
            }
        }
        Ok(found)
    }

    /// The one `@c(…)`; without one, nothing is said.
    pub(super) fn only(self, span: Span) -> Result<Facts, BindingsError> {
        let mut all = self.c.into_iter();
        match (all.next(), all.next()) {
            (Some(only), None) => Ok(only),
            (None, _) => Ok(Facts {
                span,
                facts: Vec::new(),
            }),
            (Some(_), Some(second)) => Err(broken(second.span, "an item has one `@c`")),
        }
    }
}

impl Facts {
    pub(super) fn read(attr: ast::Attr<'_>) -> Result<Self, BindingsError> {
        let mut facts = Vec::new();
        for arg in attr.args() {
            let name = arg.name().map(|token| token.name().to_owned());
            let Some(value) = arg.value() else { continue };
            facts.push((name, read_value(value)?));
        }
        Ok(Self {
            span: attr.span(),
            facts,
        })
    }

    fn value(&self, name: &str) -> Option<&Value> {
        let mut all = self.facts.iter();
        all.find_map(|(known, value)| (known.as_deref() == Some(name)).then_some(value))
    }

    /// The text without a name.
    pub(super) fn own_text(&self) -> Option<&str> {
        self.facts.iter().find_map(|fact| match fact {
            (None, Value::Text(text)) => Some(text.as_str()),
            _ => None,
        })
    }

    pub(super) fn has(&self, flag: &str) -> bool {
        let is_it = |fact: &(Option<String>, Value)| matches!(fact, (None, Value::Word(word)) if word == flag);
        self.facts.iter().any(is_it)
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match self.value(name)? {
            Value::Text(text) => Some(text),
            Value::Number(_) | Value::Word(_) | Value::List(_) => None,
        }
    }

    pub(super) fn word(&self, name: &str) -> Option<&str> {
        match self.value(name)? {
            Value::Word(word) => Some(word),
            Value::Number(_) | Value::Text(_) | Value::List(_) => None,
        }
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        match self.value(name)? {
            Value::Number(number) => Some(*number),
            Value::Text(_) | Value::Word(_) | Value::List(_) => None,
        }
    }

    /// Empty where nothing is said.
    pub(super) fn numbers(&self, name: &str) -> Vec<u64> {
        let number = |value: &Value| match value {
            Value::Number(number) => Some(*number),
            Value::Text(_) | Value::Word(_) | Value::List(_) => None,
        };
        self.list(name).iter().filter_map(number).collect()
    }

    pub(super) fn words(&self, name: &str) -> Vec<String> {
        let word = |value: &Value| match value {
            Value::Word(word) => Some(word.clone()),
            Value::Number(_) | Value::Text(_) | Value::List(_) => None,
        };
        self.list(name).iter().filter_map(word).collect()
    }

    pub(super) fn texts(&self, name: &str) -> Vec<String> {
        let text = |value: &Value| match value {
            Value::Text(text) => Some(text.clone()),
            Value::Number(_) | Value::Word(_) | Value::List(_) => None,
        };
        self.list(name).iter().filter_map(text).collect()
    }

    fn list(&self, name: &str) -> &[Value] {
        match self.value(name) {
            Some(Value::List(values)) => values,
            Some(Value::Number(_) | Value::Text(_) | Value::Word(_)) | None => &[],
        }
    }

    pub(super) fn is_said(&self, name: &str) -> bool {
        self.value(name).is_some()
    }
}

fn read_value(value: ast::Expr<'_>) -> Result<Value, BindingsError> {
    let wrong = || broken(value.span(), "bindings say nothing in this way");
    match value {
        ast::Expr::Name(name) => name
            .name()
            .map(|token| Value::Word(token.name().to_owned()))
            .ok_or_else(wrong),
        ast::Expr::Array(array) => array
            .elements()
            .map(read_value)
            .collect::<Result<_, _>>()
            .map(Value::List),
        ast::Expr::Literal(literal) => match literal.token() {
            Some(token) if token.kind().is_text_literal() => Ok(Value::Text(literal::string_text(token))),
            Some(token) if token.kind() == TokenKind::IntLit => {
                let number = literal::int_value(token.text()).value;
                u64::try_from(number).map(Value::Number).map_err(|_| wrong())
            }
            Some(token) => Ok(Value::Word(token.text().to_owned())),
            None => Err(wrong()),
        },
        _ => Err(wrong()),
    }
}
