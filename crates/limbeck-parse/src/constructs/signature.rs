//! Python's rules for the arguments of a call, by a signature spelled as in Python.

use std::cell::RefCell;
use std::rc::Rc;

use hashbrown::HashMap;
use limbeck_types::Opaque;

use super::scalar::{optional, raises, unknown};
use crate::follow::value::{Call, Value};

/// The arguments of a call, each at its parameter.
#[derive(Debug)]
pub(crate) struct Bound<'c> {
    /// The call.
    pub(crate) call: &'c Call,
    /// Parameters by name.
    named: Vec<(&'static str, &'c Value)>,
    /// What `*args` took.
    pub(crate) rest: Vec<&'c Value>,
    /// What `**kw` took, in the order written.
    pub(crate) others: Vec<(&'c str, &'c Value)>,
}

impl<'c> Bound<'c> {
    /// The argument of a parameter, where one was given.
    pub(crate) fn get(&self, name: &str) -> Option<&'c Value> {
        self.named.iter().find(|(parameter, _)| *parameter == name).map(|(_, value)| *value)
    }

    /// The argument of a parameter that the signature requires.
    pub(crate) fn need(&self, name: &str) -> Result<&'c Value, Opaque> {
        self.get(name).ok_or_else(|| {
            raises(self.call.span, format_args!("TypeError: missing required argument: '{name}'"))
        })
    }

    /// What `read` makes of an argument; `None` where it is absent or `None`.
    pub(crate) fn optional<T>(
        &self,
        name: &str,
        read: impl FnOnce(&Value) -> Result<T, Opaque>,
    ) -> Result<Option<T>, Opaque> {
        optional(self.get(name), read)
    }
}

/// A signature, taken apart.
struct Signature {
    function: &'static str,
    /// Those that an argument can stand for, in order; the first `most` also by its place.
    parameters: Vec<Parameter>,
    /// Those that are given by their place alone, which are the first.
    by_place: usize,
    most: usize,
    least: usize,
    /// Whether `self` stands before them.
    implicit: usize,
    /// `*args`.
    takes_rest: bool,
    /// `**kw`.
    takes_others: bool,
}

struct Parameter {
    name: &'static str,
    is_needed: bool,
}

impl Signature {
    fn parse(signature: &'static str) -> Self {
        let (function, parameters) = signature.split_once('(').unwrap_or((signature, ")"));
        let mut parsed = Self {
            function,
            parameters: Vec::new(),
            by_place: 0,
            most: 0,
            least: 0,
            implicit: 0,
            takes_rest: false,
            takes_others: false,
        };
        let mut keyword_only = false;
        let parameters = parameters.strip_suffix(')').unwrap_or(parameters).split(", ");
        for parameter in parameters.filter(|parameter| !parameter.is_empty()) {
            match parameter {
                "self" => parsed.implicit = 1,
                "/" => parsed.by_place = parsed.parameters.len(),
                "*" => keyword_only = true,
                _ if parameter.starts_with("**") => parsed.takes_others = true,
                _ if parameter.starts_with('*') => {
                    parsed.takes_rest = true;
                    keyword_only = true;
                }
                _ => {
                    let (name, is_needed) = match parameter.split_once('=') {
                        Some((name, _)) => (name, false),
                        None => (parameter, true),
                    };
                    if !keyword_only {
                        parsed.most += 1;
                        parsed.least += usize::from(is_needed);
                    }
                    parsed.parameters.push(Parameter { name, is_needed });
                }
            }
        }
        parsed
    }

    /// The same text is taken apart once for each thread: it is one of those written in this crate.
    fn of(text: &'static str) -> Rc<Self> {
        thread_local! {
            static KNOWN: RefCell<HashMap<(usize, usize), Rc<Signature>>> = RefCell::default();
        }
        KNOWN.with_borrow_mut(|known| {
            let place = (text.as_ptr().addr(), text.len());
            Rc::clone(known.entry(place).or_insert_with(|| Rc::new(Self::parse(text))))
        })
    }
}

/// Gives every argument of `call` to its parameter in `signature`: `drop_table(self, table_name, *, schema=None, **kw)`.
/// A parameter with `=` may be absent. What Python would raise is the reason of the error.
pub(crate) fn bind<'c>(call: &'c Call, signature: &'static str) -> Result<Bound<'c>, Opaque> {
    let signature = Signature::of(signature);
    let Signature { function, parameters, by_place, most, least, implicit, .. } = &*signature;
    let mut bound = Bound { call, named: Vec::new(), rest: Vec::new(), others: Vec::new() };
    bound.named.reserve_exact(call.positional.len().min(*most) + call.keywords.len());
    let mut given = call.positional.iter();
    bound.named.extend(parameters[..*most].iter().map(|parameter| parameter.name).zip(given.by_ref()));
    if signature.takes_rest {
        bound.rest.extend(given.by_ref());
    }
    if call.positional.len() > *most && !signature.takes_rest {
        let (most, least) = (most + implicit, least + implicit);
        let takes = if most == least { format!("{most}") } else { format!("from {least} to {most}") };
        let plural = if most == 1 { "" } else { "s" };
        let count = call.positional.len() + implicit;
        let were = if count == 1 { "was" } else { "were" };
        return Err(raises(
            call.span,
            format_args!(
                "TypeError: {function}() takes {takes} positional argument{plural} but {count} {were} given"
            ),
        ));
    }
    for (keyword, value) in &call.keywords {
        if keyword == "**" {
            return Err(unknown(value));
        }
        match parameters[*by_place..].iter().map(|parameter| parameter.name).find(|name| name == keyword) {
            Some(name) if bound.get(name).is_some() => {
                let error = format!("TypeError: {function}() got multiple values for argument '{name}'");
                return Err(raises(value.span, error));
            }
            Some(name) => bound.named.push((name, value)),
            None if signature.takes_others => bound.others.push((keyword, value)),
            None => {
                let error = format!("TypeError: {function}() got an unexpected keyword argument '{keyword}'");
                return Err(raises(value.span, error));
            }
        }
    }
    let is_missing = |parameter: &&Parameter| parameter.is_needed && bound.get(parameter.name).is_none();
    let missing: Vec<_> = parameters.iter().filter(is_missing).map(|parameter| parameter.name).collect();
    if !missing.is_empty() {
        return Err(raises(call.span, missing_message(function, &missing)));
    }
    Ok(bound)
}

/// Python's words for required arguments that are missing.
fn missing_message(function: &str, missing: &[&str]) -> String {
    let quoted: Vec<_> = missing.iter().map(|name| format!("'{name}'")).collect();
    let list = match quoted.as_slice() {
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [most @ .., last] => format!("{}, and {last}", most.join(", ")),
        [] => String::new(),
    };
    let (count, plural) = (missing.len(), if missing.len() == 1 { "" } else { "s" });
    format!("TypeError: {function}() missing {count} required positional argument{plural}: {list}")
}
