//! What env.py says about how the SQL is made, read without running it.

use limbeck_project::{Project, read_source};
use limbeck_report::LineIndex;
use limbeck_types::{Diagnostic, Environment, Field, Opaque, Span, Spanned};

use crate::imports::Modules;

/// What env.py says.
#[derive(Debug)]
pub(crate) struct Env {
    pub(crate) environment: Environment,
    /// What is to be said about it on standard error.
    pub(crate) notes: Vec<String>,
    /// That there is none.
    pub(crate) missing: Option<Diagnostic>,
    /// Whether it sets options of the ini file.
    sets_options: bool,
}

impl Env {
    /// Whether an option of the ini file is surely not set when revisions run: neither there nor by env.py.
    pub(crate) fn is_unset(&self, project: &Project, name: &str) -> bool {
        !self.sets_options && !project.raw_options.contains_key(&name.to_lowercase())
    }
}

/// Reads env.py. What it does not say by what can be known is noted: what limbeck assumes where alembic's own statements
/// depend on it, and otherwise that what depends on it is unknown.
pub(crate) fn read(project: &Project) -> Env {
    let path = project.env_file();
    if !path.is_file() {
        let shown = limbeck_project::shown(&path, &project.shown_from);
        let message = format!("there is no `{shown}`, without which alembic renders nothing");
        let missing = Diagnostic::error("no-env", message)
            .help("bring it into the tree; without `--strict` limbeck takes what alembic's template says");
        return Env {
            environment: template(),
            notes: Vec::new(),
            missing: Some(missing),
            sets_options: false,
        };
    }
    let source = read_source(&path, &project.shown_from).source;
    let modules = Modules::new(project);
    let ini_url = project.sqlalchemy_url.as_deref();
    let mut environment = limbeck_parse::environment_of(&source.text, &|name| modules.module(name), ini_url);
    let mut notes = Vec::new();
    let mut note = |fields: Vec<(&str, Opaque)>, then: &str| {
        for (names, opaque) in by_reason(fields) {
            let line = LineIndex::new(&source.text).locate(opaque.span.start as usize).line;
            let are = if names.len() == 1 { "is" } else { "are" };
            let (shown, names) = (&source.shown, names.join(", "));
            notes.push(format!("{shown}:{line}: {names} {are} not known: {}; {then}", opaque.reason));
        }
    };
    note(assume(&mut environment), "limbeck assumes alembic's defaults");
    note(unknown(&environment), "what depends on it is unknown");
    let setters = ["set_main_option", "set_section_option"];
    let sets_options = setters.iter().any(|name| source.text.contains(name));
    Env { environment, notes, missing: None, sets_options }
}

/// Takes alembic's defaults for what concerns its own statements alone, and gives what that was.
fn assume(environment: &mut Environment) -> Vec<(&'static str, Opaque)> {
    let mut assumed = Vec::new();
    take(&mut assumed, "`transaction_per_migration`", &mut environment.transaction_per_migration);
    take(&mut assumed, "`transactional_ddl`", &mut environment.transactional_ddl);
    take(&mut assumed, "`version_table`", &mut environment.version_table);
    take(&mut assumed, "`version_table_schema`", &mut environment.version_table_schema);
    take(&mut assumed, "`version_table_pk`", &mut environment.version_table_pk);
    assumed
}

/// For alembic's own statements, in which a `%` could be one of an id at most.
pub(crate) fn assumed(environment: &Environment) -> Environment {
    let (template, mut assumed) = (template(), environment.clone());
    if opaque(&assumed.paramstyle).is_some() {
        assumed.paramstyle = template.paramstyle;
    }
    if opaque(&assumed.driver).is_some() {
        assumed.driver = template.driver;
    }
    if opaque(&assumed.literal_binds).is_some() {
        assumed.literal_binds = template.literal_binds;
    }
    assumed
}

fn take<T>(assumed: &mut Vec<(&'static str, Opaque)>, name: &'static str, field: &mut Field<T>) {
    if let Field::Opaque(opaque) = field {
        assumed.push((name, (**opaque).clone()));
        *field = Field::Absent;
    }
}

/// What the statements of revisions may depend on.
fn unknown(environment: &Environment) -> Vec<(&'static str, Opaque)> {
    let Environment { literal_binds, paramstyle, naming_convention, .. } = environment;
    let fields = [
        ("`literal_binds`", opaque(literal_binds)),
        ("`paramstyle`", opaque(paramstyle)),
        ("the naming convention of `target_metadata`", opaque(naming_convention)),
    ];
    fields.into_iter().filter_map(|(name, opaque)| Some((name, opaque?))).collect()
}

fn opaque<T>(field: &Field<T>) -> Option<Opaque> {
    match field {
        Field::Opaque(opaque) => Some((**opaque).clone()),
        Field::Absent | Field::Known(_) => None,
    }
}

/// Names that are not known for one reason, together.
fn by_reason(fields: Vec<(&str, Opaque)>) -> Vec<(Vec<&str>, Opaque)> {
    let mut grouped: Vec<(Vec<&str>, Opaque)> = Vec::new();
    for (name, opaque) in fields {
        match grouped.iter_mut().find(|(_, other)| *other == opaque) {
            Some((names, _)) => names.push(name),
            None => grouped.push((vec![name], opaque)),
        }
    }
    grouped
}

/// What alembic's own templates say (alembic templates/generic/env.py).
fn template() -> Environment {
    let span = Span::default();
    Environment {
        literal_binds: Field::Known(Spanned { value: true, span }),
        paramstyle: Field::Known(Spanned { value: "named".to_owned(), span }),
        begins_transaction: true,
        ..Environment::default()
    }
}
