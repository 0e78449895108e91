//! Environment variables that a module reads by a literal name.
//!
//! It owns which spellings count as a read: `os.environ["X"]`, `os.environ.get("X")`, `os.getenv("X")`, with the names that
//! the module imports `os`, `environ` and `getenv` as. It does not follow names that are computed.

use std::collections::BTreeMap;

use limbeck_types::Spanned;
use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, walk_expr, walk_stmt};
use ruff_python_ast::{Alias, Expr, ExprCall, ExprContext, Stmt};

use crate::literal;
use crate::span::dotted;

/// The names read anywhere in `body`, in order.
pub(crate) fn names(body: &[Stmt], text: &str) -> Vec<Spanned<String>> {
    let mut imports = Imports::default();
    imports.visit_body(body);
    let mut reads = Reads { imports, text, names: Vec::new() };
    reads.visit_body(body);
    reads.names
}

/// What local names stand for: `{"env": "os.environ"}`.
struct Imports(BTreeMap<String, String>);

impl Default for Imports {
    /// The usual names, wherever they come from: a settings module often hands `environ` on.
    fn default() -> Self {
        let usual = [("os", "os"), ("environ", "os.environ"), ("getenv", "os.getenv")];
        Self(usual.map(|(name, path)| (name.to_owned(), path.to_owned())).into())
    }
}

impl Imports {
    fn add(&mut self, alias: &Alias, path: String) {
        let name = alias.asname.as_ref().unwrap_or(&alias.name);
        self.0.insert(name.as_str().to_owned(), path);
    }

    /// The full path of a dotted name.
    fn resolve(&self, expr: &Expr) -> Option<String> {
        let name = dotted(expr)?;
        let (first, rest) = name.split_at(name.find('.').unwrap_or(name.len()));
        Some(format!("{}{rest}", self.0.get(first)?))
    }
}

impl<'a> SourceOrderVisitor<'a> for Imports {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Import(import) => {
                for alias in import.names.iter().filter(|alias| alias.name.as_str() == "os") {
                    self.add(alias, "os".to_owned());
                }
            }
            Stmt::ImportFrom(import)
                if import.module.as_ref().is_some_and(|module| module.as_str() == "os") =>
            {
                for alias in &import.names {
                    self.add(alias, format!("os.{}", alias.name.as_str()));
                }
            }
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, _: &'a Expr) {}
}

struct Reads<'t> {
    imports: Imports,
    text: &'t str,
    names: Vec<Spanned<String>>,
}

impl Reads<'_> {
    fn push(&mut self, name: &Expr) {
        if let Expr::StringLiteral(string) = name {
            let literal = literal::string(string, self.text);
            self.names.push(Spanned { value: literal.value, span: literal.span });
        }
    }

    fn is(&self, expr: &Expr, paths: &[&str]) -> bool {
        self.imports.resolve(expr).is_some_and(|path| paths.contains(&path.as_str()))
    }
}

impl<'a> SourceOrderVisitor<'a> for Reads<'_> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Subscript(read)
                if read.ctx == ExprContext::Load && self.is(&read.value, &["os.environ"]) =>
            {
                self.push(&read.slice);
            }
            Expr::Call(call) if self.is(&call.func, &["os.environ.get", "os.getenv"]) => {
                if let Some(name) = first_argument(call) {
                    self.push(name);
                }
            }
            _ => {}
        }
        walk_expr(self, expr);
    }
}

fn first_argument(call: &ExprCall) -> Option<&Expr> {
    let keyword = || {
        let mut keywords = call.arguments.keywords.iter();
        keywords.find(|keyword| keyword.arg.as_ref().is_some_and(|name| name.as_str() == "key"))
    };
    call.arguments.args.first().or_else(|| keyword().map(|keyword| &keyword.value))
}

#[cfg(test)]
mod tests {
    fn check(text: &str, expected: &[&str]) {
        let names = crate::environment_names(text);
        let names: Vec<_> =
            names.iter().map(|name| (name.value.as_str(), &text[name.span.range()])).collect();
        let quoted: Vec<_> = expected.iter().map(|name| (*name, format!("\"{name}\""))).collect();
        let expected: Vec<_> = quoted.iter().map(|(name, quoted)| (*name, quoted.as_str())).collect();
        assert_eq!(names, expected, "{text}");
    }

    #[test]
    fn reads_are_found_in_order() {
        check(
            "import os\nos.environ[\"A\"]\nos.getenv(\"B\", \"x\")\nos.environ.get(\"C\")\n",
            &["A", "B", "C"],
        );
        check("def f():\n    return environ[\"A\"] + getenv(\"B\")\n", &["A", "B"]);
        check(
            "import os as o\nfrom os import environ as e, getenv as g\no.environ[\"A\"], e[\"B\"], g(key=\"C\")\n",
            &["A", "B", "C"],
        );
    }

    #[test]
    fn other_things_are_not_reads() {
        check("os.environ[\"A\"] = \"x\"\ndel os.environ[\"B\"]\n", &[]);
        check("os.environ[name]\nrequest.environ[\"A\"]\nos.environ.get(f\"A{x}\")\n", &[]);
        check("from app import environ as os\nos.environ\n", &[]);
    }
}
