//! Header values that are constants of other modules of the same project, followed without running anything.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use limbeck_project::{Project, read_source};
use limbeck_types::{Field, Migration, Opaque, Sources};

/// Puts in what imported header values are worth, where the module is the project's own and binds the name to text.
pub(crate) fn follow(migrations: &mut [Migration], sources: &Sources, project: &Project) {
    let known: Mutex<HashMap<(String, String), Option<String>>> = Mutex::default();
    let look_up = |module: &str, name: &str| {
        let key = (module.to_owned(), name.to_owned());
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(key).or_insert_with(|| constant(project, module, name)).clone()
    };
    for migration in migrations.iter_mut().filter(|migration| is_imported(migration)) {
        migration.header = limbeck_parse::header_with_imports(&sources[migration.file].text, &look_up);
    }
}

fn constant(project: &Project, module: &str, name: &str) -> Option<String> {
    let read = read_source(&project.module_file(module)?, &project.shown_from);
    limbeck_parse::constant(&read.source.text, name)
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
