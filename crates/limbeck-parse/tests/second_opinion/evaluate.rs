//! Header values as rustpython's parser gives them, by plain literals only.
//!
//! It is a second reading of the language's rules, so it shares nothing with the crate: what is not a plain assignment of
//! a literal, at the top level and unchanged since, is not known.

use std::collections::BTreeMap;

use rustpython_parser::Parse;
use rustpython_parser::ast::{Constant, Expr, Ranged, Stmt, Suite};

/// The names that are read, `__doc__` standing for the docstring.
pub(crate) const NAMES: [&str; 5] = ["revision", "down_revision", "branch_labels", "depends_on", "__doc__"];

/// What a module says of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said {
    /// Nothing.
    Absent,
    /// A literal: its texts, none for `None`.
    Literal(Vec<String>),
    /// Something else.
    NotLiteral,
}

/// What each name of [`NAMES`] is at the end of the module; an error where rustpython takes it for no Python.
pub(crate) fn header(text: &str) -> Result<BTreeMap<&'static str, Said>, String> {
    let body = Suite::parse_without_path(text).map_err(|error| error.to_string())?;
    let module = Module { text, body: &body };
    let mut said: BTreeMap<&str, Said> = NAMES.map(|name| (name, Said::Absent)).into();
    if let Some(Stmt::Expr(first)) = body.first()
        && let Expr::Constant(constant) = &*first.value
        && let Constant::Str(docstring) = &constant.value
    {
        said.insert("__doc__", Said::Literal(vec![docstring.clone()]));
    }
    for (index, statement) in body.iter().enumerate() {
        let is_docstring = index == 0 && said["__doc__"] != Said::Absent;
        if !is_docstring {
            module.read(statement, &mut said);
        }
    }
    for name in NAMES.into_iter().filter(|name| module.is_set_by_function(name)) {
        said.insert(name, Said::NotLiteral);
    }
    if module.answers_for_what_is_absent() {
        said.values_mut().filter(|said| **said == Said::Absent).for_each(|said| *said = Said::NotLiteral);
    }
    Ok(said)
}

struct Module<'a> {
    text: &'a str,
    body: &'a [Stmt],
}

impl Module<'_> {
    fn read(&self, statement: &Stmt, said: &mut BTreeMap<&'static str, Said>) {
        let targets: Vec<&Expr> = match statement {
            Stmt::Assign(assign) => assign.targets.iter().collect(),
            Stmt::AnnAssign(assign) if assign.value.is_some() => vec![&assign.target],
            // Neither an annotation alone nor a bare text binds anything.
            Stmt::AnnAssign(_) => return,
            Stmt::Expr(bare) if matches!(*bare.value, Expr::Constant(_)) => return,
            // What functions set is looked at in the end; the names of functions and classes are not literals.
            Stmt::FunctionDef(function) => return self.bind(&function.name, said),
            Stmt::AsyncFunctionDef(function) => return self.bind(&function.name, said),
            Stmt::ClassDef(class) => return self.bind(&class.name, said),
            Stmt::ImportFrom(import) if import.names.iter().any(|alias| &*alias.name == "*") => {
                return NAMES[..4].iter().for_each(|name| self.bind(name, said));
            }
            _ => Vec::new(),
        };
        let value = match statement {
            Stmt::Assign(assign) => Some(&assign.value),
            Stmt::AnnAssign(assign) => assign.value.as_ref(),
            _ => None,
        };
        let can_set_anything = ["globals(", "locals(", "vars(", "exec(", "eval("];
        let is_wild = can_set_anything.iter().any(|call| self.source(statement).contains(call));
        for name in NAMES {
            let is_target = |target: &&Expr| matches!(target, Expr::Name(target) if &*target.id == name);
            let plain =
                targets.iter().any(is_target) && targets.iter().all(|target| matches!(target, Expr::Name(_)));
            match value.filter(|_| plain) {
                Some(value) => {
                    said.insert(name, self.worth(name, value));
                }
                None if is_wild || self.may_bind(statement, name) => self.bind(name, said),
                None => {}
            }
        }
    }

    /// Notes that a name is bound to what is no literal.
    fn bind(&self, name: &str, said: &mut BTreeMap<&'static str, Said>) {
        if let Some(value) = said.get_mut(name) {
            *value = Said::NotLiteral;
        }
    }

    /// Whether a statement other than an assignment of a literal may give this name a value.
    fn may_bind(&self, statement: &Stmt, name: &str) -> bool {
        match statement {
            // It may read the name, not set it.
            Stmt::Assign(assign) => {
                assign.targets.iter().any(|target| has_word(self.source(target), name))
                    || !matches!(*assign.value, Expr::Constant(_))
                        && self.source(&*assign.value).contains(":=")
            }
            Stmt::AnnAssign(assign) => has_word(self.source(&*assign.target), name),
            _ => has_word(self.source(statement), name),
        }
    }

    /// Whether a line of a function or a class declares the name as the module's.
    fn is_set_by_function(&self, name: &str) -> bool {
        let lines = self.text.lines().map(str::trim_start);
        lines.filter(|line| line.starts_with("global ")).any(|line| has_word(line, name))
    }

    /// Whether the module has a function that is asked for names which it lacks (PEP 562).
    fn answers_for_what_is_absent(&self) -> bool {
        self.body
            .iter()
            .any(|statement| matches!(statement, Stmt::FunctionDef(def) if &*def.name == "__getattr__"))
    }

    fn worth(&self, name: &str, value: &Expr) -> Said {
        let is_one = matches!(name, "revision" | "__doc__");
        match value {
            Expr::Constant(constant) => match &constant.value {
                Constant::Str(text) => Said::Literal(vec![text.clone()]),
                Constant::None if name == "__doc__" => Said::Absent,
                Constant::None if !is_one => Said::Literal(Vec::new()),
                _ => Said::NotLiteral,
            },
            Expr::Tuple(tuple) if !is_one => texts(&tuple.elts),
            // A list can be changed by whoever gets hold of it.
            Expr::List(list) if !is_one && self.mentions(name) == 1 => texts(&list.elts),
            _ => Said::NotLiteral,
        }
    }

    /// In how many statements a name stands.
    fn mentions(&self, name: &str) -> usize {
        self.body.iter().filter(|statement| has_word(self.source(*statement), name)).count()
    }

    fn source(&self, node: &impl Ranged) -> &str {
        let range = node.range();
        self.text.get(range.start().to_usize()..range.end().to_usize()).unwrap_or(self.text)
    }
}

fn texts(items: &[Expr]) -> Said {
    let text = |item: &Expr| match item {
        Expr::Constant(constant) => constant.value.clone().str(),
        _ => None,
    };
    items.iter().map(text).collect::<Option<_>>().map_or(Said::NotLiteral, Said::Literal)
}

/// Whether a name stands in a text, not as a part of another one.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    text.match_indices(word).any(|(start, _)| {
        !text[..start].ends_with(is_part) && !text[start + word.len()..].starts_with(is_part)
    })
}
