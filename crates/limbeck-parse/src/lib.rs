//! Python text of a revision file to [`Migration`]: the header, `upgrade` and `downgrade`, every call and every string
//! literal, each with the bytes it was written as.
//!
//! Text in, `(Migration, Vec<ParseError>)` out. It never fails and never panics, opens no file and runs none of the
//! user's code: what only Python can tell is [`Opaque`](limbeck_types::Opaque) with its reason. No type of the Python
//! parser stands in a public signature.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod bindings;
mod calls;
mod configure;
mod constructs;
mod cut;
mod directives;
mod effects;
mod environment;
mod evaluate;
mod expressions;
mod field;
mod follow;
mod foreign;
mod format;
mod generated;
mod library;
mod literal;
mod metadata;
mod module;
mod offline;
mod parser;
mod path;
mod plain;
mod scope;
mod shape;
mod sound;
mod span;
mod value;
mod ways;

pub use configure::VersionTable;
pub use library::Module;

use limbeck_types::{
    Action, Body, Direction, Environment, FileId, Header, Literal, Migration, ParseError, Spanned,
};
use ruff_python_ast::Stmt;

/// Reads everything of one file. A file that is not Python gives what can be read of it, and the places where it breaks.
pub fn migration(file: FileId, text: &str) -> (Migration, Vec<ParseError>) {
    parser::with_module(text, |body, text| {
        let module = module::read(body, text);
        let (calls, literals) = calls::collect(body, text);
        let (upgrade, downgrade) = (module.upgrade, module.downgrade);
        Migration::new(file, module.header, Body { upgrade, downgrade, calls, literals })
    })
}

/// Reads the header, the docstring as a literal, and whether the file is Python: equal to what [`migration`] reads of them,
/// and much faster. Functions, calls and the other literals are left out.
pub fn outline(file: FileId, text: &str) -> (Migration, Vec<ParseError>) {
    let of = |header, literals| Migration::new(file, header, Body { literals, ..Body::default() });
    if let Some((header, literals)) = sound_outline(text) {
        return (of(header, literals), Vec::new());
    }
    let ((module, literals), errors) = parser::with_module(text, read_outline);
    (of(module.header, literals), errors)
}

/// The outline of a file that is surely Python, of which at most the text before its functions is parsed.
fn sound_outline(text: &str) -> Option<(Header, Vec<Literal>)> {
    if !sound::is_python(text) {
        return None;
    }
    if let Some(header) = plain_header(text) {
        let literals = header.docstring.iter().map(plain::literal).collect();
        return Some((header, literals));
    }
    let prefix = cut::header_text(text)?;
    let ((module, literals), errors) = parser::with_module(prefix, read_outline);
    (errors.is_empty() && !module.changeable_later).then_some((module.header, literals))
}

fn read_outline(body: &[Stmt], text: &str) -> (module::Module, Vec<Literal>) {
    let module = module::read(body, text);
    let docstring = module.header.docstring.as_ref().map(|docstring| docstring.span);
    let literals = match body.first() {
        None => Vec::new(),
        // Somebody may have assigned to `__doc__`.
        Some(Stmt::Expr(first)) if docstring == Some(span::span_of(&*first.value)) => {
            calls::collect(&body[..1], text).1
        }
        Some(_) => calls::collect(body, text).1,
    };
    (module, literals.into_iter().filter(|literal| docstring == Some(literal.span)).collect())
}

/// Reads only the header, mostly without looking at the functions. Equal to the header that [`migration`] reads wherever the
/// file is Python; an error below the header may stay unseen.
pub fn header(text: &str) -> (Header, Vec<ParseError>) {
    if let Some(header) = plain_header(text) {
        return (header, Vec::new());
    }
    if let Some(prefix) = cut::header_text(text) {
        let (module, errors) = parser::with_module(prefix, module::read);
        if errors.is_empty() && !module.changeable_later {
            return (module.header, errors);
        }
    }
    parser::with_module(text, |body, text| module::read(body, text).header)
}

/// The header of a file that begins with a plain one which the rest leaves alone.
fn plain_header(text: &str) -> Option<Header> {
    let (header, length) = plain::header(text)?;
    cut::leaves_header(&text[length..]).then_some(header)
}

/// What a name imported from another module is worth, where that is known: `(module, name)` to its text.
pub type Imports<'i> = dyn Fn(&str, &str) -> Option<String> + Sync + 'i;

/// Reads the header of a file whose values are partly imported, taking those that `imports` knows for literals.
pub fn header_with_imports(text: &str, imports: &Imports<'_>) -> Header {
    parser::with_module(text, |body, text| module::read_with_imports(body, text, imports).header).0
}

/// What `upgrade()` or `downgrade()` of a revision file does, in order, as far as its text tells, and the places where the
/// text is not Python: Python then does nothing of it.
pub fn actions(text: &str, direction: Direction, around: &Around<'_>) -> (Vec<Action>, Vec<ParseError>) {
    if let Some(events) = generated::events(text, direction, around) {
        return (directives::actions(&events, &directives::Statements::default()), Vec::new());
    }
    if let (Direction::Upgrade, Some(head)) = (direction, cut::before_downgrade(text)) {
        let (actions, errors) = followed(head, direction, around);
        if errors.is_empty() {
            return (actions, errors);
        }
    }
    followed(text, direction, around)
}

fn followed(text: &str, direction: Direction, around: &Around<'_>) -> (Vec<Action>, Vec<ParseError>) {
    let (actions, errors) = parser::with_python(text, |body, text| {
        let events = follow::follow(body, text, direction, around);
        directives::actions(&events, &directives::statements(body))
    });
    if errors.is_empty() { (actions, errors) } else { (Vec::new(), errors) }
}

/// Which version table an env.py configures by literals; alembic's own where it says nothing.
pub fn version_table(text: &str) -> VersionTable {
    parser::with_module(text, configure::version_table).0
}

/// Modules of the project by their dotted names.
pub type Modules<'m> = dyn Fn(&str) -> Option<Module> + Sync + 'm;

/// What a revision file may lean on outside of itself.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// Texts that other modules bind names to.
    pub constants: &'a Imports<'a>,
    /// Modules of the project, whose functions are followed.
    pub modules: &'a Modules<'a>,
    /// Whether an option of this name is surely not set when revisions run (alembic config.py, `get_main_option`).
    pub is_unset: &'a (dyn Fn(&str) -> bool + Sync + 'a),
}

impl Default for Around<'_> {
    /// Nothing is known of what is around.
    fn default() -> Self {
        Self { constants: &|_, _| None, modules: &|_| None, is_unset: &|_| false }
    }
}

/// What an env.py tells alembic's offline mode about how SQL is made, as far as its text and that of `modules` tell.
/// `ini_url` is `sqlalchemy.url` of the ini file, where it has one.
pub fn environment_of(text: &str, modules: &Modules<'_>, ini_url: Option<&str>) -> Environment {
    parser::with_module(text, |body, text| offline::environment(body, text, modules, ini_url)).0
}

/// Names of the environment variables that a module reads by a literal name, in the order of its text.
pub fn environment_names(text: &str) -> Vec<Spanned<String>> {
    parser::with_module(text, environment::names).0
}
