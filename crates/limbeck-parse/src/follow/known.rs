//! Functions of other modules whose result is known: they make text, copies, or say in which mode alembic runs.

use std::rc::Rc;

use super::calls::Arguments;
use super::follower::{Follower, Result};
use super::text;
use super::value::{Kind, Value};

impl Follower<'_> {
    /// What a call of a symbol gives, where that is known and does nothing.
    pub(super) fn known_call(&mut self, callee: &Value, arguments: &Arguments) -> Result<Option<Value>> {
        let span = arguments.span;
        let Some(path) = callee.as_path() else { return Ok(None) };
        let first = arguments.positional.first();
        Ok(match path {
            // What is rendered is what alembic's offline mode prints.
            "alembic.context.is_offline_mode" => Some(Value::bool(true, span)),
            "alembic.context.config.get_main_option" => match (arguments.get(0, "name"), arguments.is_open())
            {
                (Some(name), false)
                    if name.as_text().is_some_and(|name| (self.around.is_unset)(&name.value)) =>
                {
                    Some(arguments.get(1, "default").cloned().unwrap_or_else(|| Value::none(span)))
                }
                _ => None,
            },
            "alembic.context.get_x_argument" => {
                let as_dictionary = arguments.get(0, "as_dictionary");
                match as_dictionary.map(super::equal::truth) {
                    None | Some(Some(false)) => Some(self.list(Vec::new(), span)),
                    Some(Some(true)) => Some(self.dict(Vec::new(), span)),
                    Some(None) => None,
                }
            }
            "textwrap.dedent" | "inspect.cleandoc" => match first.map(|first| &first.kind) {
                Some(Kind::Text(text)) => {
                    let text = Rc::clone(text);
                    self.spend_bytes(text.value.len(), span)?;
                    let dedented = match path {
                        "textwrap.dedent" => text::dedent(&text, span),
                        _ => None,
                    };
                    Some(match dedented {
                        Some(dedented) => Value::text(dedented),
                        None => Value::opaque("it is dedented when the file is run", span),
                    })
                }
                Some(Kind::Opaque(_)) => first.map(|first| first.clone().at(span)),
                Some(_) => first.map(|first| self.because_of(first, span)),
                None => None,
            },
            "importlib.import_module"
                if arguments.positional.len() == 1 && first.is_some_and(|name| name.as_text().is_some()) =>
            {
                first.and_then(|name| super::namespace::module_of(name, span))
            }
            "functools.reduce" => return self.reduce(arguments),
            "sys.exit" | "os._exit" | "os.abort" => {
                return Err(self.raise("SystemExit", "it ends the process", span));
            }
            "typing.cast" => arguments.positional.get(1).cloned(),
            "copy.copy" | "copy.deepcopy" => match first.map(|first| &first.kind) {
                Some(Kind::List(items)) => {
                    let items = items.borrow().clone();
                    let nested = items
                        .iter()
                        .any(|item| matches!(item.kind, Kind::List(_) | Kind::Dict(_) | Kind::Set(_)));
                    if nested && path == "copy.deepcopy" {
                        return Ok(Some(Value::opaque("it is copied when the file is run", span)));
                    }
                    Some(self.list(items, span))
                }
                Some(Kind::Dict(pairs)) => {
                    let pairs = pairs.borrow().clone();
                    let nested = pairs
                        .iter()
                        .any(|(_, item)| matches!(item.kind, Kind::List(_) | Kind::Dict(_) | Kind::Set(_)));
                    if nested && path == "copy.deepcopy" {
                        return Ok(Some(Value::opaque("it is copied when the file is run", span)));
                    }
                    Some(self.dict(pairs, span))
                }
                Some(Kind::Text(_) | Kind::Int(_) | Kind::None | Kind::Bool(_)) => first.cloned(),
                _ => None,
            },
            "collections.OrderedDict" => Some(self.builtin(
                "dict",
                Arguments {
                    positional: arguments.positional.clone(),
                    keywords: arguments.keywords.clone(),
                    written: Vec::new(),
                    span,
                },
            )?),
            "itertools.chain" => {
                let mut items = Vec::new();
                for value in &arguments.positional {
                    items.extend(self.items_of(value, span)?);
                }
                self.share(&arguments.positional, span)?;
                let iterator = self.iterator(items, span);
                self.depend(&iterator, arguments.positional.iter().filter_map(super::lazy::cell_of))?;
                Some(iterator)
            }
            "itertools.chain.from_iterable" if arguments.positional.len() == 1 => {
                let mut items = Vec::new();
                for value in self.items_of(&arguments.positional[0], span)? {
                    if matches!(value.kind, Kind::Several(_)) {
                        items.push(value);
                        continue;
                    }
                    items.extend(self.items_of(&value, span)?);
                }
                let iterator = self.iterator(items, span);
                self.depend(&iterator, first.and_then(super::lazy::cell_of))?;
                Some(iterator)
            }
            "itertools.product" if arguments.keywords.is_empty() && !arguments.is_open() => {
                self.product(&arguments.positional, span)?
            }
            "operator.itemgetter" | "operator.attrgetter" => None,
            // Time, chance and the environment are other on each run.
            _ => None,
        })
    }
}
