//! Calls: arguments in Python's order, and the functions of the file followed into.

use std::rc::Rc;

use limbeck_types::{Argument, Condition, Span};
use ruff_python_ast::name::Name;
use ruff_python_ast::{Expr, ExprCall};

use super::equal::truth;
use super::follower::{Follower, Result, Stop};
use super::function::{Binding, Function};
use super::journal::{Cell, State, several};
use super::managers::Frame;
use super::namespace::is_namespace;
use super::scope::{Defined, Definition, Names, ScopeKind};
use super::symbols::name_of;
use super::text;
use super::value::{Kind, Value, has_places};
use super::ways::{Flow, TargetKind, Way};

/// Evaluated arguments of a call.
pub(super) struct Arguments {
    pub(super) positional: Vec<Value>,
    pub(super) keywords: Vec<(Name, Value)>,
    pub(super) written: Vec<Argument>,
    /// The whole call.
    pub(super) span: Span,
}

impl Arguments {
    pub(super) fn of(positional: Vec<Value>, span: Span) -> Self {
        Self { positional, keywords: Vec::new(), written: Vec::new(), span }
    }

    pub(super) fn get(&self, index: usize, name: &str) -> Option<&Value> {
        let keyword = || self.keywords.iter().find(|(keyword, _)| keyword == name).map(|(_, value)| value);
        self.positional.get(index).or_else(keyword)
    }

    /// Whether this is the only keyword, and its truth is this.
    pub(super) fn is_alone(&self, name: &str, wanted: Option<bool>) -> bool {
        matches!(self.keywords.as_slice(), [(keyword, value)] if keyword == name && truth(value) == wanted)
    }

    /// Whether what is unpacked into it is not known.
    pub(super) fn is_open(&self) -> bool {
        self.positional.iter().any(|value| matches!(value.kind, Kind::Several(_)))
            || self.keywords.iter().any(|(name, _)| name == "**")
    }
}

/// Methods that Python's own types have too, so that a call of one on something unknown is no act.
const HARMLESS: [&str; 66] = [
    "append",
    "as_string",
    "astimezone",
    "capitalize",
    "casefold",
    "clear",
    "copy",
    "count",
    "critical",
    "date",
    "debug",
    "decode",
    "encode",
    "endswith",
    "error",
    "exception",
    "extend",
    "find",
    "format",
    "get",
    "get_section_option",
    "group",
    "groups",
    "index",
    "info",
    "insert",
    "isalnum",
    "isalpha",
    "isdigit",
    "isoformat",
    "items",
    "join",
    "keys",
    "ljust",
    "log",
    "lower",
    "lstrip",
    "match",
    "partition",
    "pop",
    "popitem",
    "read",
    "readlines",
    "remove",
    "replace",
    "reverse",
    "rjust",
    "rpartition",
    "rsplit",
    "rstrip",
    "search",
    "setdefault",
    "sort",
    "split",
    "splitlines",
    "startswith",
    "strip",
    "strftime",
    "title",
    "total_seconds",
    "update",
    "upper",
    "values",
    "warn",
    "warning",
    "zfill",
];

/// Of those, the ones that change nothing.
const LOOKS: [&str; 38] = [
    "as_string",
    "astimezone",
    "capitalize",
    "casefold",
    "copy",
    "count",
    "date",
    "decode",
    "encode",
    "endswith",
    "find",
    "format",
    "get",
    "index",
    "isalnum",
    "isalpha",
    "isdigit",
    "isoformat",
    "items",
    "join",
    "keys",
    "ljust",
    "lower",
    "lstrip",
    "partition",
    "replace",
    "rjust",
    "rpartition",
    "rsplit",
    "rstrip",
    "split",
    "splitlines",
    "startswith",
    "strip",
    "strftime",
    "title",
    "upper",
    "values",
];

impl<'a> Follower<'a> {
    /// A call expression.
    pub(super) fn call(&mut self, call: &'a ExprCall, span: Span) -> Result {
        let entering = std::mem::take(&mut self.entering).is_some_and(|entered| std::ptr::eq(entered, call));
        let Expr::Attribute(attribute) = &*call.func else {
            let callee = self.evaluate(&call.func)?;
            let arguments = self.arguments(call, has_places(&callee), span)?;
            return if entering { self.enter(callee, arguments) } else { self.apply(callee, arguments) };
        };
        if let Some(method) = self.inherited(attribute)? {
            let arguments = self.arguments(call, true, span)?;
            return self.apply(method, arguments);
        }
        let base = self.evaluate(&attribute.value)?;
        let name = attribute.attr.as_str();
        match &base.kind {
            Kind::Opaque(opaque) => {
                let reason = opaque.reason.clone();
                self.arguments(call, false, span)?;
                if is_namespace(&base) && !LOOKS.contains(&name) {
                    self.forget_namespace(span)?;
                }
                if !LOOKS.contains(&name) {
                    self.change_hidden(&format!("`{name}` of it may be called"), span)?;
                }
                if !HARMLESS.contains(&name) {
                    self.lose(format!("it calls `{name}` of something that is not known: {reason}"), span)?;
                }
                Ok(base.at(span))
            }
            Kind::Text(_)
            | Kind::Bytes(_)
            | Kind::Int(_)
            | Kind::Float(_)
            | Kind::Bool(_)
            | Kind::Tuple(_)
            | Kind::List(_)
            | Kind::Set(_)
            | Kind::Dict(_)
            | Kind::Iterator(_) => {
                let arguments = self.arguments(call, true, span)?;
                self.method(base, name, arguments)
            }
            _ => {
                let callee = self.attribute(base, name, self.place_of(attribute))?;
                let arguments = self.arguments(call, has_places(&callee), span)?;
                if entering { self.enter(callee, arguments) } else { self.apply(callee, arguments) }
            }
        }
    }

    fn arguments(&mut self, call: &'a ExprCall, has_places: bool, span: Span) -> Result<Arguments> {
        let positional = self.elements(&call.arguments.args)?;
        let mut keywords = Vec::with_capacity(call.arguments.keywords.len());
        for keyword in &call.arguments.keywords {
            let value = self.evaluate(&keyword.value)?;
            let Some(name) = &keyword.arg else {
                for (key, value) in self.pairs_of(&value, self.place_of(&keyword.value))? {
                    let name = key.as_text().map_or("**", |text| text.value.as_str());
                    keywords.push((Name::new(name), value));
                }
                continue;
            };
            keywords.push((name.id.clone(), value));
        }
        let mut written = Vec::new();
        if has_places && self.abroad.is_none() {
            let (args, keywords) = (&call.arguments.args, &call.arguments.keywords);
            written.reserve_exact(args.len() + keywords.len());
            written.extend(args.iter().map(|arg| Argument { name: None, span: self.place_of(arg) }));
            written.extend(keywords.iter().map(|keyword| Argument {
                name: keyword.arg.as_ref().map(|name| name.as_str().to_owned()),
                span: self.place_of(&keyword.value),
            }));
            if !written.is_sorted_by_key(|argument| argument.span.start) {
                written.sort_by_key(|argument| argument.span.start);
            }
        }
        Ok(Arguments { positional, keywords, written, span })
    }

    /// Calls a value.
    pub(super) fn apply(&mut self, callee: Value, arguments: Arguments) -> Result {
        let span = arguments.span;
        self.nested(span, |follower| follower.apply_here(callee, arguments))
    }

    fn apply_here(&mut self, callee: Value, mut arguments: Arguments) -> Result {
        let span = arguments.span;
        match &callee.kind {
            Kind::Path(path) => {
                if let Some(name) = path.strip_prefix("builtins.") {
                    return self.builtin(name, arguments);
                }
                let path = Rc::clone(path);
                match self.function_elsewhere(&path, span)? {
                    Some(function) => self.apply(function, arguments),
                    None => self.symbol_call(callee, arguments),
                }
            }
            Kind::Function(function) => {
                let function = Rc::clone(function);
                self.call_function(&function, arguments)
            }
            Kind::Method(method) => {
                let function = Rc::clone(&method.function);
                arguments.positional.insert(0, method.receiver.clone());
                self.call_function(&function, arguments)
            }
            Kind::Class(class) => {
                let class = Rc::clone(class);
                self.instantiate(&callee, &class, arguments)
            }
            Kind::Call(call) => {
                // `functools.wraps(f)` gives a decorator that leaves the function as it is.
                let path = call.callee.as_path().unwrap_or_default();
                if matches!(path, "functools.wraps" | "functools.lru_cache")
                    && let Some(function) = arguments.positional.first()
                {
                    return match path {
                        "functools.wraps" => Ok(function.clone()),
                        _ => self.remembering(&callee, function.clone(), span),
                    };
                }
                let arguments = match super::standard::partial(call, arguments) {
                    Ok((callee, arguments)) => return self.apply(callee, arguments),
                    Err(arguments) => arguments,
                };
                let wrapped = self.wrapped(&callee);
                match wrapped {
                    Some(function) => self.call_wrapped(&callee, &function, arguments),
                    None => self.symbol_call(callee, arguments),
                }
            }
            _ if callee.is_symbol() => self.symbol_call(callee, arguments),
            Kind::Object(object) => {
                match object.class.attribute("__call__").map(|value| value.kind.clone()) {
                    Some(Kind::Function(function)) => {
                        arguments.positional.insert(0, callee.clone());
                        self.call_function(&function, arguments)
                    }
                    _ => Ok(Value::opaque("it is what a call returns", span)),
                }
            }
            Kind::Opaque(opaque) => {
                let reason = format!("it calls something that is not known: {}", opaque.reason);
                self.change_hidden(&reason, span)?;
                self.lose(reason, span)?;
                Ok(callee.at(span))
            }
            _ => Err(self.raise("TypeError", "it calls what cannot be called", span)),
        }
    }

    /// The function of the file that a symbol wraps: a decorator of another module.
    fn wrapped(&self, callee: &Value) -> Option<Rc<Function>> {
        let Kind::Call(call) = &callee.kind else { return None };
        call.positional.iter().find_map(|value| match &value.kind {
            Kind::Function(function) => Some(Rc::clone(function)),
            Kind::Call(_) => self.wrapped(value),
            _ => None,
        })
    }

    /// Calls a function through a wrapper: what it does happens under the condition that the wrapper calls it.
    pub(super) fn call_wrapped(
        &mut self,
        wrapper: &Value,
        function: &Rc<Function>,
        arguments: Arguments,
    ) -> Result {
        let span = arguments.span;
        let Kind::Call(call) = &wrapper.kind else {
            return Ok(Value::opaque("it is what a call returns", span));
        };
        let reason = format!("it depends on what `{}` does with `{}`", name_of(&call.callee), function.name);
        let condition = Rc::new(Condition { span: call.span, reason: reason.clone() });
        self.lose(format!("what `{}` does is not said in this file", name_of(&call.callee)), span)?;
        let way = self.way(&condition, |follower| {
            follower.call_function(function, arguments)?;
            Ok(Flow::Normal)
        })?;
        self.meet(vec![way, Way::nothing()], &condition)?;
        Ok(Value::opaque(reason, span))
    }

    /// The value that a definition makes.
    pub(super) fn function_value(&mut self, definition: Definition<'a>, span: Span) -> Result {
        let mut defaults = Vec::new();
        if let Some(parameters) = definition.parameters() {
            for parameter in parameters.iter_non_variadic_params() {
                if let Some(default) = &parameter.default {
                    defaults.push((parameter.parameter.name.id.clone(), self.evaluate(default)?));
                }
            }
        }
        let index = match self.known_definitions.get(&definition.address()) {
            Some(index) => *index,
            None => {
                let index = self.definitions.len();
                self.definitions.push(Defined::new(definition));
                self.known_definitions.insert(definition.address(), index);
                index
            }
        };
        let name = match definition {
            Definition::Function(function) => function.name.id.clone(),
            Definition::Lambda(_) => Name::new_static("<lambda>"),
        };
        // A method does not see the names of its class.
        let mut closure = Rc::clone(&self.scope);
        while let (ScopeKind::Class, Some(outer)) = (&closure.kind, &closure.outer) {
            let outer: Rc<super::scope::Scope> = Rc::clone(outer);
            closure = outer;
        }
        let function = Function {
            name,
            span,
            definition: index,
            home: self.abroad.map(|abroad| abroad.book),
            closure,
            defaults,
            binding: Binding::Object,
            memo: None,
            result: None.into(),
        };
        Ok(Value::new(Kind::Function(Rc::new(function)), span))
    }

    /// Follows a call into a function of the file.
    pub(super) fn call_function(&mut self, function: &Rc<Function>, arguments: Arguments) -> Result {
        match &function.memo {
            Some(memo) => self.call_remembering(function, memo, arguments),
            None => self.call_unremembered(function, arguments),
        }
    }

    /// The same, whatever was given before.
    pub(super) fn call_unremembered(&mut self, function: &Rc<Function>, arguments: Arguments) -> Result {
        let span = arguments.span;
        let defined = &self.definitions[function.definition];
        let (definition, names) = (defined.definition, Rc::clone(defined.names()));
        let scope =
            self.new_scope(ScopeKind::Function(Rc::clone(&names)), Some(Rc::clone(&function.closure)));
        self.bind_parameters(function, definition, &scope, arguments)?;
        if names.yields {
            return self.at(function.home, span, |follower| follower.generator(definition, &scope, span));
        }
        if matches!(definition, Definition::Function(function) if function.is_async) {
            self.lose(format!("`{}` is asynchronous", function.name), span)?;
            return Ok(Value::opaque("it is what an asynchronous function returns", span));
        }
        self.at(function.home, span, |follower| {
            let before = std::mem::replace(&mut follower.scope, scope);
            let done = follower.inside_call(span, |inner| inner.body(definition, span));
            follower.scope = before;
            done
        })
    }

    pub(super) fn body(&mut self, definition: Definition<'a>, span: Span) -> Result {
        match definition {
            Definition::Lambda(lambda) => self.evaluate(&lambda.body),
            Definition::Function(function) => {
                let flow =
                    self.target(TargetKind::Function, span, |follower| follower.block(&function.body))?;
                Ok(match flow {
                    Flow::Return(value) => value,
                    _ => Value::none(span),
                })
            }
        }
    }

    /// A generator is followed to its end at once, which is the same as long as it does nothing but give values.
    fn generator(
        &mut self,
        definition: Definition<'a>,
        scope: &Rc<super::scope::Scope>,
        span: Span,
    ) -> Result {
        self.yielded.push(Frame::Items(Vec::new()));
        let before = std::mem::replace(&mut self.scope, Rc::clone(scope));
        let (done, reads) = self.reading(|follower| {
            follower.trial(|inner| inner.inside_call(span, |inner| inner.body(definition, span)))
        });
        self.scope = before;
        let items = self.yielded.pop().map(Frame::items).unwrap_or_default();
        let (done, mut written, told) = done?;
        // Its own names are nobody else's.
        written.retain(|_, (cell, _)| !matches!(cell, Cell::Name(of, _) if Rc::ptr_eq(of, scope)));
        if told || !written.is_empty() || matches!(done, Err(Stop::Raised(_))) {
            return self.unfollowed_steps(&written, span);
        }
        let iterator = self.iterator(items, span);
        self.depend(&iterator, reads)?;
        Ok(iterator)
    }

    /// A generator that does something: what it writes is written whenever somebody asks it.
    pub(super) fn unfollowed_steps(&mut self, written: &State, span: Span) -> Result {
        let reason = "it is a generator, whose steps are not followed";
        let opaque = Rc::new(limbeck_types::Opaque { span, reason: reason.to_owned(), import: None });
        for (cell, _) in written.values() {
            self.unknown_cell(cell, &opaque)?;
        }
        self.lose(reason, span)?;
        Ok(Value::new(Kind::Opaque(opaque), span))
    }

    /// Something that gives its items once.
    pub(super) fn iterator(&mut self, mut items: Vec<Value>, span: Span) -> Value {
        items.reverse();
        let items = self.items(items);
        Value::new(Kind::Iterator(items), span)
    }

    pub(super) fn bind_parameters(
        &mut self,
        function: &Function,
        definition: Definition<'a>,
        scope: &Rc<super::scope::Scope>,
        arguments: Arguments,
    ) -> Result<()> {
        let span = arguments.span;
        let open = arguments.is_open().then(|| {
            let reason = "it is unpacked from what only Python can tell".to_owned();
            Rc::new(limbeck_types::Opaque { span, reason, import: None })
        });
        let mut keywords = arguments.keywords;
        let Some(parameters) = definition.parameters() else {
            if open.is_none() && (!arguments.positional.is_empty() || !keywords.is_empty()) {
                return Err(self.raise(
                    "TypeError",
                    "it is called with arguments that it does not take",
                    span,
                ));
            }
            return Ok(());
        };
        let default = |name: &Name| {
            function.defaults.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
        };
        let mut positional = arguments.positional.into_iter();
        let mut bound: Vec<(Name, Value)> = Vec::new();
        let known_names = parameters.posonlyargs.len();
        // Behind something unknown that is unpacked, no place is sure.
        let mut shifted = false;
        let in_order = parameters.posonlyargs.iter().chain(&parameters.args).enumerate();
        for (index, parameter) in in_order {
            let name = &parameter.parameter.name.id;
            let keyword = keywords
                .iter()
                .position(|(keyword, _)| index >= known_names && keyword == name.as_str())
                .map(|at| keywords.remove(at).1);
            let given = if shifted { None } else { positional.next() };
            shifted |= given.as_ref().is_some_and(|value| matches!(value.kind, Kind::Several(_)));
            let value = match (given, keyword) {
                (Some(_), Some(_)) if !shifted => {
                    return Err(self.raise("TypeError", format!("`{name}` is given twice"), span));
                }
                (_, Some(value)) => value,
                (Some(value), None) if !shifted => value,
                (_, None) => match (&open, default(name)) {
                    (Some(opaque), _) => super::journal::unknown(opaque, span),
                    (None, Some(value)) => value,
                    (None, None) => {
                        return Err(self.raise("TypeError", format!("`{name}` is not given"), span));
                    }
                },
            };
            bound.push((name.clone(), value));
        }
        let rest: Vec<Value> = positional.collect();
        match &parameters.vararg {
            Some(vararg) => {
                let rest = match &open {
                    Some(opaque) if shifted => vec![several(opaque)],
                    _ => rest,
                };
                bound.push((vararg.name.id.clone(), Value::new(Kind::Tuple(rest.into()), span)));
            }
            None if !rest.is_empty() && open.is_none() => {
                return Err(self.raise("TypeError", "it is called with too many arguments", span));
            }
            None => {}
        }
        for parameter in &parameters.kwonlyargs {
            let name = &parameter.parameter.name.id;
            let at = keywords.iter().position(|(keyword, _)| keyword == name.as_str());
            let value = match (at, &open, default(name)) {
                (Some(at), _, _) => keywords.remove(at).1,
                (None, Some(opaque), _) => super::journal::unknown(opaque, span),
                (None, None, Some(value)) => value,
                (None, None, None) => {
                    return Err(self.raise("TypeError", format!("`{name}` is not given"), span));
                }
            };
            bound.push((name.clone(), value));
        }
        match &parameters.kwarg {
            Some(kwarg) => {
                let pairs = keywords
                    .into_iter()
                    .map(|(name, value)| match (name.as_str(), value.as_opaque()) {
                        ("**", Some(opaque)) => (several(opaque), several(opaque)),
                        _ => (Value::text(text::made(&name, value.span)), value),
                    })
                    .collect();
                let value = self.dict(pairs, span);
                bound.push((kwarg.name.id.clone(), value));
            }
            None if open.is_none() && !keywords.is_empty() => {
                let reason = format!("it is called with `{}`, which it does not take", keywords[0].0);
                return Err(self.raise("TypeError", reason, span));
            }
            None => {}
        }
        let mut names = scope.names.borrow_mut();
        names.extend(bound);
        Ok(())
    }

    /// What a function binds, looked at again: for whoever asks whether a call may act.
    pub(super) fn names_of(&self, function: &Function) -> Rc<Names> {
        Rc::clone(self.definitions[function.definition].names())
    }
}
