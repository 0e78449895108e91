//! What is fuzzed.

use std::collections::HashSet;

use limbeck_parse::{Module, actions, environment_of, migration};
use limbeck_sql::{Made, Rendered, Renderer, read};
use limbeck_types::{Direction, Environment, FileId, Statement};

/// A way through limbeck that takes any text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A revision file or env.py: what it says, what it does, the SQL of that, and that SQL read again.
    Python,
    /// SQL text.
    Sql,
}

impl Target {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Python, Self::Sql];

    /// As it is called in arguments, folders and names of fixtures.
    pub fn name(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Sql => "sql",
        }
    }

    /// Runs it on bytes as limbeck would decode them. What it gives is only looked at as far as it must fit the text.
    pub fn run(self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        match self {
            Self::Python => python(&text),
            Self::Sql => drop(sql(&text)),
        }
    }
}

fn python(text: &str) {
    let (read, _) = migration(FileId(0), text);
    for literal in read.literals().iter().take(20) {
        assert!(text.is_char_boundary(literal.span.start as usize));
        assert!(text.is_char_boundary(literal.span.end as usize));
    }
    let _ = limbeck_parse::header(text);
    let alone = environment_of(text, &|_| None, None);
    // Each module imports from itself.
    let module = |name: &str| Some(Module::new(text.to_owned(), name.len().is_multiple_of(2)));
    let environment = environment_of(text, &module, Some("postgresql+asyncpg://"));
    let _ = limbeck_parse::version_table(text);
    for environment in [&alone, &environment] {
        rendered(text, environment);
    }
}

/// What the revision does, as SQL.
fn rendered(text: &str, environment: &Environment) {
    for direction in [Direction::Upgrade, Direction::Downgrade] {
        let (renderer, mut made) = (Renderer::new(environment), Made::default());
        // A loop may send one text some thousand times.
        let mut texts = HashSet::new();
        for action in actions(text, direction, &limbeck_parse::Around::default()).0 {
            for rendered in renderer.render(&action, &mut made) {
                if let Rendered::Statement(statement) = rendered
                    && texts.insert(statement.value.clone())
                {
                    for range in sql(&statement.value) {
                        let place = statement.source_span(range.clone());
                        assert!(
                            place.is_none_or(
                                |place| place.start <= place.end && place.end as usize <= text.len()
                            )
                        );
                    }
                }
            }
        }
    }
}

/// Reads SQL; gives the ranges of what it names.
fn sql(text: &str) -> Vec<std::ops::Range<usize>> {
    let statements = read(text);
    let mut end = 0;
    for statement in &statements {
        assert!(statement.range.start >= end, "statements follow each other");
        assert_eq!(statement.kind.is_some(), statement.errors.is_empty(), "it has a kind or an error");
        end = statement.range.end;
        ranges(statement)
            .for_each(|range| assert!(text.get(range.clone()).is_some(), "{range:?} is no part of it"));
    }
    statements.iter().flat_map(|statement| ranges(statement).cloned()).collect()
}

fn ranges(statement: &Statement) -> impl Iterator<Item = &std::ops::Range<usize>> {
    let objects = statement.objects.iter().map(|object| &object.range);
    let actions = statement.actions.iter().map(|action| &action.range);
    let clauses = statement.clauses.iter().map(|clause| &clause.range);
    let errors = statement.errors.iter().map(|(range, _)| range);
    std::iter::once(&statement.range).chain(objects).chain(actions).chain(clauses).chain(errors)
}
