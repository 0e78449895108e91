//! What a module's or class's top level binds a name to, looked at alone.
//!
//! It owns which statements bind. It refuses to choose between several: only Python knows which one counts.

use ruff_python_ast::{Expr, Stmt, StmtClassDef, StmtImport, StmtImportFrom};

/// The one binding of a name.
#[derive(Clone, Copy)]
pub(crate) enum Binding<'a> {
    /// It is not bound here.
    None,
    /// `name = value`.
    Value(&'a Expr),
    /// `class name`.
    Class(&'a StmtClassDef),
    /// `import module`, `import module as name`.
    Module(&'a str),
    /// `from module import name`.
    Import {
        /// The module, without its dots.
        module: &'a str,
        /// How many dots stand before it.
        level: u32,
        /// The name in it.
        name: &'a str,
    },
    /// Something else, or several.
    Other,
}

/// What binds `name` in `body`, in the branches of `if`, `try` and `with` too.
pub(crate) fn binding<'a>(body: &'a [Stmt], name: &str) -> Binding<'a> {
    let mut found = Vec::new();
    each(body, &mut |statement| bindings(statement, name, &mut found));
    match found[..] {
        [] => Binding::None,
        [one] => one,
        // `import a.b` and `import a.c` bind one `a`.
        [first @ Binding::Module(module), ref others @ ..]
            if others.iter().all(|other| matches!(other, Binding::Module(other) if *other == module)) =>
        {
            first
        }
        _ => Binding::Other,
    }
}

/// The modules of `from module import *`, with the dots before each, last first.
pub(crate) fn stars(body: &[Stmt]) -> Vec<(&str, u32)> {
    let mut found = Vec::new();
    each(body, &mut |statement| {
        if let Stmt::ImportFrom(import) = statement
            && import.names.iter().any(|alias| alias.name.as_str() == "*")
        {
            found.push((import.module.as_ref().map_or("", |module| module.as_str()), import.level));
        }
    });
    found.reverse();
    found
}

/// Every statement that runs when the module is loaded, as far as its text tells.
fn each<'a>(body: &'a [Stmt], look: &mut dyn FnMut(&'a Stmt)) {
    // A list and no recursion: nothing is too deep for it.
    let mut waiting: Vec<&'a Stmt> = body.iter().rev().collect();
    while let Some(statement) = waiting.pop() {
        look(statement);
        let inner: Vec<&'a [Stmt]> = match statement {
            Stmt::If(choice) => {
                let others = choice.elif_else_clauses.iter().map(|clause| &clause.body[..]);
                std::iter::once(&choice.body[..]).chain(others).collect()
            }
            Stmt::Try(attempt) => {
                let handlers = attempt.handlers.iter().filter_map(|handler| handler.as_except_handler());
                let handlers = handlers.map(|handler| &handler.body[..]);
                let ends = [&attempt.orelse[..], &attempt.finalbody[..]];
                std::iter::once(&attempt.body[..]).chain(handlers).chain(ends).collect()
            }
            Stmt::With(with) => vec![&with.body[..]],
            _ => Vec::new(),
        };
        waiting.extend(inner.into_iter().flatten().rev());
    }
}

fn bindings<'a>(statement: &'a Stmt, name: &str, found: &mut Vec<Binding<'a>>) {
    match statement {
        Stmt::Assign(assign) => {
            for target in &assign.targets {
                match target {
                    Expr::Name(target) if target.id.as_str() == name => {
                        found.push(Binding::Value(&assign.value));
                    }
                    target if holds(target, name) => found.push(Binding::Other),
                    _ => {}
                }
            }
        }
        Stmt::AnnAssign(assign) if holds(&assign.target, name) => {
            found.extend(assign.value.as_deref().map(Binding::Value));
        }
        Stmt::ClassDef(class) if class.name.as_str() == name => found.push(Binding::Class(class)),
        Stmt::FunctionDef(function) if function.name.as_str() == name => found.push(Binding::Other),
        Stmt::AugAssign(assign) if holds(&assign.target, name) => found.push(Binding::Other),
        Stmt::For(repeat) if holds(&repeat.target, name) => found.push(Binding::Other),
        Stmt::With(with) => {
            let targets = with.items.iter().filter_map(|item| item.optional_vars.as_deref());
            found.extend(targets.filter(|target| holds(target, name)).map(|_| Binding::Other));
        }
        Stmt::Import(import) => imports(import, name, found),
        Stmt::ImportFrom(import) => imports_from(import, name, found),
        _ => {}
    }
}

fn imports<'a>(import: &'a StmtImport, name: &str, found: &mut Vec<Binding<'a>>) {
    for alias in &import.names {
        let module = alias.name.as_str();
        let bound = match &alias.asname {
            Some(bound) => (bound.as_str() == name).then_some(module),
            None => module.split('.').next().filter(|first| *first == name),
        };
        found.extend(bound.map(Binding::Module));
    }
}

fn imports_from<'a>(import: &'a StmtImportFrom, name: &str, found: &mut Vec<Binding<'a>>) {
    let module = import.module.as_ref().map_or("", |module| module.as_str());
    for alias in &import.names {
        let bound = alias.asname.as_ref().unwrap_or(&alias.name);
        if bound.as_str() == name {
            found.push(Binding::Import { module, level: import.level, name: alias.name.as_str() });
        }
    }
}

/// Whether a target is this name, or holds it.
fn holds(target: &Expr, name: &str) -> bool {
    match target {
        Expr::Name(target) => target.id.as_str() == name,
        Expr::Tuple(targets) => targets.elts.iter().any(|target| holds(target, name)),
        Expr::List(targets) => targets.elts.iter().any(|target| holds(target, name)),
        Expr::Starred(starred) => holds(&starred.value, name),
        _ => false,
    }
}
