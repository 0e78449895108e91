//! Python's rules for the arguments of a call, by a signature spelled as in Python.

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

/// Gives every argument of `call` to its parameter in `signature`: `drop_table(self, table_name, *, schema=, **kw)`. A
/// parameter that ends in `=` may be absent. What Python would raise is the reason of the error.
pub(crate) fn bind<'c>(call: &'c Call, signature: &'static str) -> Result<Bound<'c>, Opaque> {
    let (function, parameters) = signature.split_once('(').unwrap_or((signature, ")"));
    let parameters = parameters.strip_suffix(')').unwrap_or(parameters);
    let named = Vec::with_capacity(call.positional.len().min(8) + call.keywords.len());
    let mut bound = Bound { call, named, rest: Vec::new(), others: Vec::new() };
    let mut given = call.positional.iter();
    let mut keyword_only = false;
    let (mut implicit, mut most, mut least) = (0, 0, 0);
    let mut accepts_others = false;
    // Those that are given by no place.
    let mut required = Vec::new();
    let has_keywords = !call.keywords.is_empty();
    let mut by_keyword: Vec<&'static str> = Vec::with_capacity(if has_keywords { 24 } else { 0 });
    for parameter in Parameters(parameters) {
        match parameter.as_bytes() {
            b"self" => implicit = 1,
            b"/" => by_keyword.clear(),
            b"*" => keyword_only = true,
            [b'*', b'*', ..] => accepts_others = true,
            [b'*', ..] => {
                bound.rest.extend(given.by_ref());
                keyword_only = true;
            }
            bytes => {
                let needed = bytes.last() != Some(&b'=');
                let name = if needed { parameter } else { &parameter[..bytes.len() - 1] };
                let value = if keyword_only { None } else { given.next() };
                most += usize::from(!keyword_only);
                least += usize::from(!keyword_only && needed);
                match value {
                    Some(value) => bound.named.push((name, value)),
                    None if needed => required.push(name),
                    None => {}
                }
                if has_keywords {
                    by_keyword.push(name);
                }
            }
        }
    }
    if given.next().is_some() {
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
        match by_keyword.iter().find(|name| **name == keyword.as_str()) {
            Some(name) if bound.get(name).is_some() => {
                let error = format!("TypeError: {function}() got multiple values for argument '{name}'");
                return Err(raises(value.span, error));
            }
            Some(name) => bound.named.push((name, value)),
            None if accepts_others => bound.others.push((keyword, value)),
            None => {
                let error = format!("TypeError: {function}() got an unexpected keyword argument '{keyword}'");
                return Err(raises(value.span, error));
            }
        }
    }
    let missing: Vec<_> = required.iter().filter(|name| bound.get(name).is_none()).collect();
    if !missing.is_empty() {
        return Err(raises(call.span, missing_message(function, &missing)));
    }
    Ok(bound)
}

/// The parameters of a signature, of which most are read for each call: without a search for each of them.
struct Parameters(&'static str);

impl Iterator for Parameters {
    type Item = &'static str;

    fn next(&mut self) -> Option<&'static str> {
        let rest = self.0;
        if rest.is_empty() {
            return None;
        }
        let end = rest.bytes().position(|byte| byte == b',').unwrap_or(rest.len());
        self.0 = rest.get(end + 2..).unwrap_or_default();
        Some(&rest[..end])
    }
}

/// Python's words for required arguments that are missing.
fn missing_message(function: &str, missing: &[&&str]) -> String {
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
