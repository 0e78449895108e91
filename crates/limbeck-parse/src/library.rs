//! Modules of the project that revision files lean on: read once and parsed once, however many files do.

use std::sync::{Arc, OnceLock};

use ruff_python_ast::name::Name;
use ruff_python_ast::{Mod, Stmt};
use ruff_python_parser::Parsed;

use crate::follow::elsewhere::set_by_functions;
use crate::follow::waiting::Waiting;
use crate::{module, parser};

/// A module of the project. Copies share its text and its tree.
#[derive(Clone)]
pub struct Module(Arc<Shared>);

struct Shared {
    text: String,
    is_package: bool,
    /// Made when it is first asked for.
    tree: OnceLock<Option<Parsed<Mod>>>,
    /// Names that its functions set.
    globals: OnceLock<Vec<Name>>,
    /// What it binds when somebody asks for it.
    waiting: OnceLock<Waiting>,
}

impl Module {
    /// A module of this text. `is_package` says that it is the `__init__.py` of a package.
    pub fn new(text: String, is_package: bool) -> Self {
        let (tree, globals, waiting) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self(Arc::new(Shared { text, is_package, tree, globals, waiting }))
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// The text that it binds a name to at its top level, where it can be known without running it.
    pub fn constant(&self, name: &str) -> Option<String> {
        if !module::may_bind_text(self.text(), name) {
            return None;
        }
        let body = self.body()?;
        // A function may have set another one by then.
        if self.globals().iter().any(|set| set == name) {
            return None;
        }
        module::constant(body, self.text(), name)
    }

    pub(crate) fn is_package(&self) -> bool {
        self.0.is_package
    }

    /// Names that its functions set, found once.
    pub(crate) fn globals(&self) -> &[Name] {
        self.0.globals.get_or_init(|| set_by_functions(self.body().unwrap_or_default()))
    }

    /// What of it may be bound when somebody asks for it, found once.
    pub(crate) fn waiting(&self) -> &Waiting {
        self.0
            .waiting
            .get_or_init(|| Waiting::find(self.body().unwrap_or_default(), self.text(), self.globals()))
    }

    /// Its statements; nothing where it is no Python, or nested deeply.
    pub(crate) fn body(&self) -> Option<&[Stmt]> {
        match self.0.tree.get_or_init(|| parser::shallow(&self.0.text)).as_ref()?.syntax() {
            Mod::Module(module) => Some(&module.body),
            Mod::Expression(_) => None,
        }
    }
}

impl std::fmt::Debug for Module {
    /// Its tree is the parser's.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Module({} bytes)", self.0.text.len())
    }
}
