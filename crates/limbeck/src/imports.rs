//! Header values that do not stand in the file itself: constants of other modules of the same project, followed without
//! running anything, and what the file said when it was imported.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use limbeck_dryrun::ImportedHeader;
use limbeck_parse::Module;
use limbeck_project::{Project, read_source};
use limbeck_types::{Field, Header, Migration, Opaque, RevisionId, Sources, Span, Spanned};

/// Puts in what imported header values are worth, where the module is the project's own and binds the name to text.
pub(crate) fn follow(migrations: &mut [Migration], sources: &Sources, project: &Project) {
    let look_up = constants(project);
    for migration in migrations.iter_mut().filter(|migration| is_imported(migration)) {
        let read = read_source(&sources[migration.file].path, &project.shown_from);
        migration.header = limbeck_parse::header_with_imports(&read.source.text, &look_up);
    }
}

/// Texts that modules of the project bind to names; each module is read once, and each name is looked up once.
pub(crate) fn constants(project: &Project) -> impl Fn(&str, &str) -> Option<String> + Sync {
    type Texts = Option<(String, Mutex<HashMap<String, Option<String>>>)>;
    let modules: Mutex<HashMap<String, Arc<OnceLock<Texts>>>> = Mutex::default();
    move |module, name| {
        let known = {
            let mut modules = modules.lock().unwrap_or_else(PoisonError::into_inner);
            match modules.get(module) {
                Some(known) => Arc::clone(known),
                None => Arc::clone(modules.entry(module.to_owned()).or_default()),
            }
        };
        let read = || Some((self::module(project, module)?.text, Mutex::default()));
        let (text, names) = known.get_or_init(read).as_ref()?;
        let mut names = names.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = names.get(name) {
            return known.clone();
        }
        let found = limbeck_parse::constant(text, name);
        names.insert(name.to_owned(), found.clone());
        found
    }
}

/// Modules of the project's own; each is read once.
pub(crate) fn modules(project: &Project) -> impl Fn(&str) -> Option<Module> + Sync {
    let known: Mutex<HashMap<String, Option<Module>>> = Mutex::default();
    move |name| {
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(name) {
            return known.clone();
        }
        let module = module(project, name);
        known.insert(name.to_owned(), module.clone());
        module
    }
}

/// Whether an option of the ini file is surely not set when revisions run: neither there nor by env.py.
pub(crate) fn is_unset(project: &Project) -> impl Fn(&str) -> bool + Sync {
    let env = project.env_file();
    let text = if env.is_file() { read_source(&env, &project.shown_from).source.text } else { String::new() };
    let is_set_later = ["set_main_option", "set_section_option"].iter().any(|name| text.contains(name));
    move |name| !is_set_later && !project.raw_options.contains_key(&name.to_lowercase())
}

/// A module of the project's own.
pub(crate) fn module(project: &Project, name: &str) -> Option<Module> {
    let path = project.module_file(name)?;
    let is_package = path.file_name().is_some_and(|name| name == "__init__.py");
    Some(Module { text: read_source(&path, &project.shown_from).source.text, is_package })
}

/// Whether a header field is not known only because it is imported.
fn is_imported(migration: &Migration) -> bool {
    let header = &migration.header;
    [
        import(&header.revision),
        import(&header.down_revision),
        import(&header.branch_labels),
        import(&header.depends_on),
    ]
    .contains(&true)
}

fn import<T>(field: &Field<T>) -> bool {
    matches!(field, Field::Opaque(Opaque { import: Some(_), .. }))
}

/// Puts in what an imported file says of the values that are not known. They stand where their expressions do.
pub(crate) fn fill(header: &mut Header, told: &ImportedHeader) {
    let id = |text: &String| RevisionId::from(text.as_str());
    put(&mut header.revision, told.revision.as_ref(), |text, _| id(text));
    put(&mut header.down_revision, told.down_revision.as_ref(), |texts, span| all(texts, span, id));
    put(&mut header.branch_labels, told.branch_labels.as_ref(), |texts, span| {
        all(texts, span, String::clone)
    });
    put(&mut header.depends_on, told.depends_on.as_ref(), |texts, span| all(texts, span, String::clone));
}

fn put<T, U>(field: &mut Field<T>, told: Option<&U>, make: impl Fn(&U, Span) -> T) {
    if let Field::Opaque(Opaque { span, .. }) = *field {
        *field = told.map_or(Field::Absent, |told| Field::Known(Spanned { value: make(told, span), span }));
    }
}

fn all<T>(texts: &[String], span: Span, make: impl Fn(&String) -> T) -> Vec<Spanned<T>> {
    texts.iter().map(|text| Spanned { value: make(text), span }).collect()
}
