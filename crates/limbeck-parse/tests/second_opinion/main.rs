//! Another parser, rustpython's, gives the same headers, on real trees and on the fixtures.
//!
//! Where a value is a plain literal, ours is that literal. Where it is more, ours is opaque, or worked out: each such
//! field is listed here. `cargo xtask test` fetches the trees of public packages.

mod evaluate;
mod outline;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use evaluate::{NAMES, Said};
use limbeck_types::{Field, FileId, Header};

/// What was compared.
#[derive(Debug, Default)]
struct Figures {
    files: usize,
    revisions: usize,
    /// How many names have a literal.
    literals: BTreeMap<&'static str, usize>,
    /// Fields that are no literals, and what they are to us.
    others: Vec<String>,
    /// Files that neither takes for Python.
    broken: usize,
    /// Files that only one of both takes for Python.
    only_ours: Vec<String>,
    only_theirs: Vec<String>,
    differences: Vec<String>,
}

/// The fields of the public trees that are no plain literals, and what they are to us. Only neutron's two are of revisions:
/// constants of another module, which the binary follows.
const OTHERS_OF_TREES: [&str; 15] = [
    "apache-airflow-core/airflow/migrations/db_types.py: revision is not known",
    "apache-airflow-core/airflow/migrations/db_types.py: down_revision is not known",
    "apache-airflow-core/airflow/migrations/db_types.py: branch_labels is not known",
    "apache-airflow-core/airflow/migrations/db_types.py: depends_on is not known",
    "apache-airflow-core/airflow/migrations/db_types.py: __doc__ is absent",
    "apache-superset/superset/migrations/shared/migrate_viz/__init__.py: revision is not known",
    "apache-superset/superset/migrations/shared/migrate_viz/__init__.py: down_revision is not known",
    "apache-superset/superset/migrations/shared/migrate_viz/__init__.py: branch_labels is absent",
    "apache-superset/superset/migrations/shared/migrate_viz/__init__.py: depends_on is absent",
    "argilla-server/argilla_server/alembic/env.py: revision is not known",
    "argilla-server/argilla_server/alembic/env.py: down_revision is not known",
    "argilla-server/argilla_server/alembic/env.py: branch_labels is absent",
    "argilla-server/argilla_server/alembic/env.py: depends_on is absent",
    "neutron/neutron/db/migration/alembic_migrations/versions/liberty/contract/30018084ec99_initial.py: branch_labels is not known",
    "neutron/neutron/db/migration/alembic_migrations/versions/liberty/expand/599c6a226151_neutrodb_ipam.py: branch_labels is not known",
];

/// The same of the fixtures, which are there to be odd.
const OTHERS_OF_FIXTURES: [&str; 14] = [
    r#"computed_header.py: revision is ["town_3_x"]"#,
    "computed_header.py: down_revision is not known",
    "computed_header.py: branch_labels is not known",
    "computed_header.py: depends_on is not known",
    "conditional_header.py: down_revision is not known",
    "conditional_header.py: branch_labels is not known",
    "conditional_header.py: depends_on is not known",
    r#"header_forms.py: revision is ["c3"]"#,
    r#"header_forms.py: down_revision is ["b2", "a1"]"#,
    "header_forms.py: branch_labels is []",
    r#"header_forms.py: depends_on is ["a1_x", "y"]"#,
    "odd_values.py: revision is not known",
    "odd_values.py: down_revision is []",
    "odd_values.py: depends_on is not known",
];

#[test]
fn trees_of_public_packages() {
    let Some(trees) = dev_trees() else { return };
    let figures = Figures::of(&trees);
    assert_eq!(figures.differences, [] as [&str; 0]);
    assert_eq!(figures.others, OTHERS_OF_TREES);
    // rustpython reads them all, and so do we.
    assert_eq!((figures.only_ours, figures.only_theirs), (vec![], vec![]));
    assert_eq!((figures.files, figures.revisions, figures.broken), (1436, 1370, 0));
    let literals = [
        ("__doc__", 1258),
        ("branch_labels", 893),
        ("depends_on", 904),
        ("down_revision", 1370),
        ("revision", 1370),
    ];
    assert_eq!(figures.literals, literals.into());
}

#[test]
fn fixtures() {
    let figures = Figures::of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/revisions"));
    assert_eq!(figures.differences, [] as [&str; 0]);
    assert_eq!(figures.others, OTHERS_OF_FIXTURES);
    // Its grammar ends with Python 3.11, before nested quotes of the same kind.
    assert_eq!(names(&figures.only_ours), ["newest_syntax.py"]);
    // Python refuses such a file before it is parsed.
    assert_eq!(names(&figures.only_theirs), ["null_byte.py"]);
    assert!(figures.revisions >= 14 && figures.broken >= 5, "{figures:?}");
}

/// What stands before the colons.
fn names(lines: &[String]) -> Vec<&str> {
    lines.iter().filter_map(|line| line.split(": ").next()).collect()
}

/// The folder that `cargo xtask test` names, or `None` where it has said that the trees cannot be fetched.
fn dev_trees() -> Option<PathBuf> {
    let without = std::env::var("LIMBECK_TEST_WITHOUT").unwrap_or_default();
    if without.split(',').any(|missing| missing == "trees of public packages") {
        return None;
    }
    let folder = std::env::var_os("LIMBECK_TEST_DEV_TREES");
    Some(folder.expect("LIMBECK_TEST_DEV_TREES is not set: run the tests with `cargo xtask test`").into())
}

impl Figures {
    /// Compares all Python files below a folder.
    fn of(folder: &Path) -> Self {
        let mut paths = Vec::new();
        list(folder, &mut paths);
        paths.sort();
        let mut figures = Self::default();
        for path in &paths {
            let name = path.strip_prefix(folder).expect("it lies below").to_string_lossy();
            let bytes = std::fs::read(path).expect("a listed file can be read");
            // What is not UTF-8 says in its first line that it is Latin-1.
            let text = String::from_utf8(bytes)
                .unwrap_or_else(|error| error.as_bytes().iter().map(|&byte| char::from(byte)).collect());
            figures.compare(&name, &text);
        }
        figures
    }

    fn compare(&mut self, name: &str, text: &str) {
        self.files += 1;
        let (migration, errors) = limbeck_parse::migration(FileId(0), text);
        let (header, _) = limbeck_parse::header(text);
        let theirs = match (errors.is_empty(), evaluate::header(text)) {
            (true, Ok(theirs)) => theirs,
            (true, Err(error)) => return self.only_ours.push(format!("{name}: {error}")),
            (false, Ok(_)) => return self.only_theirs.push(format!("{name}: {}", errors[0].message)),
            (false, Err(_)) => {
                self.broken += 1;
                return;
            }
        };
        if header != migration.header {
            self.differences.push(format!("{name}: the fast reading is {header:?}"));
        }
        self.revisions += usize::from(header.revision.known().is_some());
        for field in NAMES {
            let ours = said(&header, field);
            match &theirs[field] {
                Said::NotLiteral => self.others.push(format!("{name}: {field} is {ours}")),
                theirs if *theirs == ours => {
                    *self.literals.entry(field).or_default() +=
                        usize::from(matches!(theirs, Said::Literal(_)));
                }
                theirs => self.differences.push(format!("{name}: {field} is {ours}, theirs {theirs}")),
            }
        }
    }
}

impl std::fmt::Display for Said {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Absent => formatter.write_str("absent"),
            Self::Literal(texts) => write!(formatter, "{texts:?}"),
            Self::NotLiteral => formatter.write_str("not known"),
        }
    }
}

/// What we say of a field, in the second opinion's words.
fn said(header: &Header, field: &str) -> Said {
    match field {
        "revision" => known(&header.revision, |id| vec![id.to_string()]),
        "down_revision" => {
            known(&header.down_revision, |ids| ids.iter().map(|id| id.value.to_string()).collect())
        }
        "branch_labels" => {
            known(&header.branch_labels, |labels| labels.iter().map(|label| label.value.clone()).collect())
        }
        "depends_on" => {
            known(&header.depends_on, |names| names.iter().map(|name| name.value.clone()).collect())
        }
        _ => header
            .docstring
            .as_ref()
            .map_or(Said::Absent, |docstring| Said::Literal(vec![docstring.value.clone()])),
    }
}

fn known<T>(field: &Field<T>, texts: impl Fn(&T) -> Vec<String>) -> Said {
    match field {
        Field::Absent => Said::Absent,
        Field::Known(value) => Said::Literal(texts(&value.value)),
        Field::Opaque(_) => Said::NotLiteral,
    }
}

fn list(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in folder.read_dir().unwrap_or_else(|error| panic!("cannot list {}: {error}", folder.display()))
    {
        let path = entry.expect("an entry of a folder that can be listed").path();
        match path.is_dir() {
            true => list(&path, paths),
            false if path.extension().is_some_and(|extension| extension == "py") => paths.push(path),
            false => {}
        }
    }
}
