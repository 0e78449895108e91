//! Header values that do not stand in the file itself: constants of other modules of the same project, followed without
//! running anything, and what the file said when it was imported.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use limbeck_dryrun::ImportedHeader;
use limbeck_parse::Module;
use limbeck_project::{Project, module_in, packages_in, read_source};
use limbeck_types::{Field, Header, Migration, RevisionId, Sources, Span, Spanned};

/// Puts in what imported header values are worth, where the module is the project's own and binds the name to text.
pub(crate) fn follow(migrations: &mut [Migration], sources: &Sources, project: &Project) {
    let modules = Modules::new(project);
    let look_up = |module: &str, name: &str| modules.text(module, name);
    for migration in migrations.iter_mut().filter(|migration| is_imported(migration)) {
        let read = read_source(&sources[migration.file].path, &project.shown_from);
        migration.header = limbeck_parse::header_with_imports(&read.source.text, &look_up);
    }
}

/// Modules of the project's own: each is read once, and each of its names is looked up once.
pub(crate) struct Modules<'p> {
    project: &'p Project,
    modules: Mutex<HashMap<String, Option<Module>>>,
    /// The folders of the packages of these names.
    packages: Mutex<HashMap<String, Vec<PathBuf>>>,
    /// The folders in which what has these names without a dot may be.
    roots: Mutex<HashMap<String, Vec<PathBuf>>>,
    /// Texts that names of modules are bound to.
    texts: Mutex<HashMap<String, HashMap<String, Option<String>>>>,
}

impl<'p> Modules<'p> {
    /// Those of this project; none is read yet.
    pub(crate) fn new(project: &'p Project) -> Self {
        let (modules, packages, roots) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self { project, modules, packages, roots, texts: Mutex::default() }
    }

    /// The module of this dotted name.
    pub(crate) fn module(&self, name: &str) -> Option<Module> {
        let mut modules = self.modules.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = modules.get(name) {
            return known.clone();
        }
        let module = self.read(name);
        modules.insert(name.to_owned(), module.clone());
        module
    }

    fn file(&self, name: &str) -> Option<PathBuf> {
        let Some((package, last)) = name.rsplit_once('.') else {
            return module_in(&self.roots(name), name);
        };
        module_in(&self.folders(package), last)
    }

    fn roots(&self, top: &str) -> Vec<PathBuf> {
        let mut known = self.roots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(roots) = known.get(top) {
            return roots.clone();
        }
        let roots = self.project.module_roots(top);
        known.insert(top.to_owned(), roots.clone());
        roots
    }

    /// The folders of a package. Where one above it has none, nothing below is looked for.
    fn folders(&self, package: &str) -> Vec<PathBuf> {
        let mut known = self.packages.lock().unwrap_or_else(PoisonError::into_inner);
        let mut folders = Vec::new();
        let mut start = 0;
        for end in package.match_indices('.').map(|(at, _)| at).chain([package.len()]) {
            let (above, last) = (&package[..end], &package[start..end]);
            folders = match known.get(above) {
                Some(folders) => folders.clone(),
                None => {
                    let roots = if start == 0 { self.roots(last) } else { folders };
                    let folders = packages_in(&roots, last);
                    known.insert(above.to_owned(), folders.clone());
                    folders
                }
            };
            if folders.is_empty() {
                break;
            }
            start = end + 1;
        }
        folders
    }

    fn read(&self, name: &str) -> Option<Module> {
        let path = self.file(name)?;
        let is_package = path.file_name().is_some_and(|name| name == "__init__.py");
        Some(Module::new(read_source(&path, &self.project.shown_from).source.text, is_package))
    }

    /// The text that a module binds a name to.
    pub(crate) fn text(&self, module: &str, name: &str) -> Option<String> {
        let known = |texts: &HashMap<String, HashMap<String, _>>| texts.get(module)?.get(name).cloned();
        if let Some(known) = known(&self.texts.lock().unwrap_or_else(PoisonError::into_inner)) {
            return known;
        }
        let text = self.module(module).and_then(|module| module.constant(name));
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        texts.entry(module.to_owned()).or_default().insert(name.to_owned(), text.clone());
        text
    }
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
    matches!(field, Field::Opaque(opaque) if opaque.import.is_some())
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
    if let Field::Opaque(opaque) = &*field {
        let span = opaque.span;
        *field = told.map_or(Field::Absent, |told| Field::Known(Spanned { value: make(told, span), span }));
    }
}

fn all<T, L: FromIterator<Spanned<T>>>(texts: &[String], span: Span, make: impl Fn(&String) -> T) -> L {
    texts.iter().map(|text| Spanned { value: make(text), span }).collect()
}
