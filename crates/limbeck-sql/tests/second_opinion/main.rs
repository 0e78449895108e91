//! Where another parser, sqlparser's, can read a string of a real revision file, it sees the same statements with the same
//! names. `cargo xtask test` fetches the trees of public packages.

mod theirs;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use limbeck_types::{FileId, ObjectKind, Statement};
use theirs::Theirs;

/// What was compared.
#[derive(Debug, Default)]
struct Figures {
    files: usize,
    literals: usize,
    /// Literals in which we read only statements with a kind.
    ours: usize,
    /// Literals that sqlparser reads as at least one statement.
    theirs: usize,
    /// Literals that both read.
    both: usize,
    /// Statements of those, by kind.
    statements: BTreeMap<&'static str, usize>,
    /// Names of those that both tell.
    names: usize,
    differences: Vec<String>,
    /// By the index in [`NOT_POSTGRES`].
    not_postgres: [usize; NOT_POSTGRES.len()],
}

/// What sqlparser takes for Postgres's, and Postgres refuses as a syntax error: a part of the text, whose it is, and in how
/// many literals it stands.
const NOT_POSTGRES: [(&str, &str, usize); 13] = [
    ("NOT REGEXP", "an operator of MySQL", 2),
    ("CONVERT(value USING utf8mb4)", "a function of MySQL with a grammar of its own", 2),
    (", char(1)", "a function of SQLite; `char` is a type's name", 1),
    (" JOIN task_instance ti ON", "MySQL joins the table that it updates", 5),
    ("INSERT OR IGNORE", "SQLite", 1),
    (" MODIFY ", "MySQL", 6),
    ("PRAGMA", "SQLite", 2),
    ("DROP PRIMARY KEY", "MySQL", 1),
    ("UPDATE user SET", "`user` is reserved", 3),
    ("SHOW SESSION VARIABLES", "MySQL", 2),
    ("SET GLOBAL", "MySQL", 2),
    ("how", "English, which begins like `SHOW`", 6),
    ("Use either", "English, which begins like `USE`", 1),
];

#[test]
fn trees_of_public_packages() {
    let Some(trees) = dev_trees() else { return };
    let mut figures = Figures::default();
    let mut paths = Vec::new();
    list(&trees, &mut paths);
    paths.sort();
    for path in &paths {
        let bytes = std::fs::read(path).expect("a listed file can be read");
        figures.file(&String::from_utf8_lossy(&bytes));
    }
    let _ = writeln!(std::io::stdout(), "{figures:#?}");
    assert_eq!(figures.differences, [] as [&str; 0]);
    assert_eq!(figures.not_postgres, NOT_POSTGRES.map(|(_, _, count)| count));
    let counts = (figures.files, figures.literals, figures.ours, figures.theirs, figures.both, figures.names);
    assert_eq!(counts, (1436, 35788, 673, 667, 633, 1447));
}

impl Figures {
    fn file(&mut self, text: &str) {
        self.files += 1;
        let (migration, _) = limbeck_parse::migration(FileId(0), text);
        for literal in migration.literals() {
            self.literals += 1;
            self.compare(&literal.value);
        }
    }

    fn compare(&mut self, sql: &str) {
        let ours = limbeck_sql::read(sql);
        let is_ours = !ours.is_empty() && ours.iter().all(|statement| statement.kind.is_some());
        self.ours += usize::from(is_ours);
        let Some(theirs) = theirs::read(sql) else { return };
        self.theirs += 1;
        if !is_ours {
            let text = sql.split_whitespace().collect::<Vec<_>>().join(" ");
            match NOT_POSTGRES.iter().position(|(part, _, _)| text.contains(part)) {
                Some(index) => self.not_postgres[index] += 1,
                None => self.differences.push(format!("{text:?}: only theirs {:?}", ours[0].errors)),
            }
            return;
        }
        self.both += 1;
        if ours.len() != theirs.len() {
            return self.differences.push(format!("{sql:?}: {} and {} statements", ours.len(), theirs.len()));
        }
        for (ours, theirs) in ours.iter().zip(&theirs) {
            let kind = ours.kind.expect("all have one");
            *self.statements.entry(kind).or_default() += 1;
            if theirs.kind != kind {
                self.differences.push(format!("{sql:?}: {kind}, theirs {}", theirs.kind));
            }
            let told = told(ours, theirs);
            self.names += told.intersection(&theirs.names).count();
            if told != theirs.names {
                self.differences.push(format!("{sql:?}: {told:?}, theirs {:?}", theirs.names));
            }
        }
    }
}

/// Our names of those kinds that sqlparser tells of such a statement.
fn told(statement: &Statement, theirs: &Theirs) -> BTreeSet<String> {
    let told = statement.objects.iter().filter_map(|object| {
        let kind = match object.kind {
            // It does not tell them apart.
            ObjectKind::View => ObjectKind::Table,
            kind => kind,
        };
        let schema = object.schema.as_ref().map_or(String::new(), |schema| format!("{schema}."));
        theirs.kinds.contains(&kind).then(|| format!("{kind:?} {schema}{}", object.name))
    });
    told.collect()
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
