//! A project's revision files, read, parsed and put in order.

use std::path::{Path, PathBuf};

use limbeck_dryrun::ImportedFile;
use limbeck_graph::{Graph, Node};
use limbeck_lint::VersionColumn;
use limbeck_project::{
    Listing, Project, ReadFile, ReadProblem, ReadProblemKind, VersionFile, collect, read_version_file,
};
use limbeck_types::{
    Diagnostic, Field, FileId, Migration, ParseError, Place, Problem, ProblemKind, PythonError, RevisionId,
    Sources,
};
use rayon::prelude::*;

use crate::imports;

/// How much of each file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// The header alone: enough for questions about the graph, and much faster.
    Headers,
    /// All of it.
    Whole,
}

/// Everything that the revision files say.
#[derive(Debug)]
pub(crate) struct Tree {
    /// The revision files in load order, then env.py where it was asked for.
    pub(crate) sources: Sources,
    /// One for each file that could be read, in load order.
    pub(crate) migrations: Vec<Migration>,
    pub(crate) graph: Graph,
    /// Whether every header is known, so that the graph is the whole truth.
    pub(crate) complete: bool,
    pub(crate) problems: Vec<Problem>,
    /// Whether every file could be read.
    is_whole: bool,
    read_problems: Vec<ReadProblem>,
    parse_errors: Vec<(FileId, Vec<ParseError>)>,
    /// The files that raised when they were imported for their headers.
    raised: Vec<(FileId, PythonError)>,
    env: Option<FileId>,
    /// Which of the version locations each file is in.
    locations: Vec<usize>,
}

/// Fewer headers than these are read on one thread: starting more takes longer.
const FEW: usize = 500;
/// So many files at a time are read on several threads, so that little is held twice.
const BATCH: usize = 2000;

/// Reads a project's revision files.
pub(crate) fn read(project: &Project, depth: Depth) -> Tree {
    let listing = project.list();
    let count = listing.files.len();
    let Taken { files, mut migrations, parse_errors } = take_all(&listing, project, depth);
    let (sources, read_problems) = collect(&listing, files, &project.shown_from);
    let locations = listing.files.iter().map(|file| file.location).collect();
    // The sources have the paths too, and the graph needs the room.
    drop(listing);
    imports::follow(&mut migrations, &sources, project);
    let is_whole = migrations.len() == count;
    let Built { complete, graph, problems } = build(&migrations, &sources, is_whole);
    let (raised, env) = (Vec::new(), None);
    Tree {
        sources,
        migrations,
        graph,
        complete,
        problems,
        is_whole,
        read_problems,
        parse_errors,
        raised,
        env,
        locations,
    }
}

/// What headers make together.
struct Built {
    complete: bool,
    graph: Graph,
    problems: Vec<Problem>,
}

/// `is_whole` says that no file is missing among the migrations.
fn build(migrations: &[Migration], sources: &Sources, is_whole: bool) -> Built {
    let complete = is_whole && migrations.iter().all(is_known);
    let nodes = migrations.iter().filter_map(|migration| node(migration, sources)).collect();
    let (graph, problems) = limbeck_graph::build(nodes);
    let problems = problems.into_iter().filter(|problem| complete || holds_in_part(problem)).collect();
    Built { complete, graph, problems }
}

/// What was read, in load order.
#[derive(Default)]
struct Taken {
    files: Vec<ReadFile>,
    migrations: Vec<Migration>,
    parse_errors: Vec<(FileId, Vec<ParseError>)>,
}

impl Taken {
    fn add(&mut self, (file, migration, errors): (ReadFile, Migration, Vec<ParseError>)) {
        let has_text = file.fault.as_ref().is_none_or(|fault| fault.kind.leaves_text());
        self.files.push(file);
        if !has_text {
            return;
        }
        if !errors.is_empty() {
            self.parse_errors.push((migration.file, errors));
        }
        self.migrations.push(migration);
    }
}

/// Reads and parses each file at once, while its text is at hand.
fn take_all(listing: &Listing, project: &Project, depth: Depth) -> Taken {
    let count = listing.files.len();
    let mut taken =
        Taken { files: Vec::with_capacity(count), migrations: Vec::with_capacity(count), ..Taken::default() };
    let take = |(id, file): &(FileId, &VersionFile)| {
        let read = read_version_file(file, &project.shown_from);
        let (migration, errors) = parse(*id, &read.source.text, depth);
        (read, migration, errors)
    };
    let numbered: Vec<_> = (0..).map(FileId).zip(&listing.files).collect();
    for batch in numbered.chunks(BATCH) {
        if depth == Depth::Headers && count < FEW {
            batch.iter().map(take).for_each(|file| taken.add(file));
        } else {
            let files: Vec<_> = batch.par_iter().map(take).collect();
            files.into_iter().for_each(|file| taken.add(file));
        }
    }
    taken
}

fn parse(file: FileId, text: &str, depth: Depth) -> (Migration, Vec<ParseError>) {
    if depth == Depth::Whole {
        return limbeck_parse::migration(file, text);
    }
    let (header, errors) = limbeck_parse::header(text);
    let (calls, literals) = (Vec::new(), Vec::new());
    (Migration { file, header, upgrade: None, downgrade: None, calls, literals }, errors)
}

/// Whether alembic's view of this revision's place in the graph is known.
fn is_known(migration: &Migration) -> bool {
    let header = &migration.header;
    !is_opaque(&header.revision) && !is_opaque(&header.down_revision) && !is_opaque(&header.depends_on)
}

fn is_opaque<T>(field: &Field<T>) -> bool {
    matches!(field, Field::Opaque(_))
}

/// Whether a problem is one even if some headers are not known.
fn holds_in_part(problem: &Problem) -> bool {
    !matches!(
        problem.kind,
        ProblemKind::MissingDownRevision { .. }
            | ProblemKind::MissingDependency { .. }
            | ProblemKind::MultipleHeads { .. }
    )
}

fn node(migration: &Migration, sources: &Sources) -> Option<Node> {
    let header = &migration.header;
    let id = match &header.revision {
        Field::Known(id) => id.value.clone(),
        Field::Absent => id_of_file_name(migration.file, sources)?,
        Field::Opaque(_) => return None,
    };
    Some(Node {
        id,
        down: header.down_revision.known().cloned().unwrap_or_default(),
        depends_on: header.depends_on.known().cloned().unwrap_or_default(),
        labels: header.branch_labels.known().cloned().unwrap_or_default(),
        file: migration.file,
    })
}

/// What alembic falls back to for a file without `revision` (script/base.py, `_legacy_rev`).
fn id_of_file_name(file: FileId, sources: &Sources) -> Option<RevisionId> {
    let stem = sources[file].path.file_name()?.to_str()?.strip_suffix(".py")?;
    let is_hex = !stem.is_empty() && stem.bytes().all(|byte| matches!(byte, b'a'..=b'f' | b'0'..=b'9'));
    is_hex.then(|| RevisionId::from(stem))
}

impl Tree {
    /// Reads env.py too, so that diagnostics can point into it. Gives the names of environment variables that it reads.
    pub(crate) fn read_env(&mut self, path: &Path, project: &Project) -> Vec<String> {
        if !path.is_file() {
            return Vec::new();
        }
        let read = limbeck_project::read_source(path, &project.shown_from);
        let names = limbeck_parse::environment_names(&read.source.text);
        self.env = Some(self.sources.push(read.source));
        names.into_iter().map(|name| name.value).collect()
    }

    /// The files of which some header value is not known, and that Python would not refuse for their syntax.
    pub(crate) fn opaque_files(&self) -> Vec<PathBuf> {
        let is_asked = |migration: &&Migration| {
            let is_python = self.parse_errors.iter().all(|(file, _)| *file != migration.file);
            is_python && (!is_known(migration) || is_opaque(&migration.header.branch_labels))
        };
        let files = self.migrations.iter().filter(is_asked);
        files.map(|migration| self.sources[migration.file].path.clone()).collect()
    }

    /// Puts in what imported files say of their own headers, or that they raised.
    pub(crate) fn learn(&mut self, imported: &[ImportedFile], project: &Project) {
        if imported.is_empty() {
            return;
        }
        for ImportedFile { path, header } in imported {
            let Some(file) = self.sources.find(path) else { continue };
            match header {
                Ok(told) => {
                    let index = self.migrations.binary_search_by_key(&file, |migration| migration.file);
                    if let Some(migration) = index.ok().and_then(|index| self.migrations.get_mut(index)) {
                        imports::fill(&mut migration.header, told);
                    }
                }
                Err(error) => {
                    self.read_where_raised(error, project);
                    self.raised.push((file, (**error).clone()));
                }
            }
        }
        let Built { complete, graph, problems } = build(&self.migrations, &self.sources, self.is_whole);
        (self.complete, self.graph, self.problems) = (complete, graph, problems);
    }

    /// Reads the module of the project's own that raised, so that a diagnostic can point into it.
    fn read_where_raised(&mut self, error: &PythonError, project: &Project) {
        let Some(frame) = error.frames.first() else { return };
        if self.sources.find(&frame.path).is_none() && frame.path.is_file() {
            self.sources.push(limbeck_project::read_source(&frame.path, &project.shown_from).source);
        }
    }

    /// The migration in a file.
    pub(crate) fn migration(&self, file: FileId) -> Option<&Migration> {
        // They are in load order, as their files are numbered.
        let index = self.migrations.binary_search_by_key(&file, |migration| migration.file).ok()?;
        self.migrations.get(index)
    }

    /// The message of the revision in a file.
    pub(crate) fn message(&self, file: FileId) -> &str {
        self.migration(file).map(|migration| migration.header.message()).unwrap_or_default()
    }

    /// Everything that is wrong and everything that is doubtful, sorted by file and place.
    pub(crate) fn diagnostics(&self, project: &Project) -> Vec<Diagnostic> {
        let mut found = self.faults();
        found.extend(self.doubts(project));
        sort(&mut found);
        found
    }

    /// What is wrong, sorted by file and place.
    pub(crate) fn faults(&self) -> Vec<Diagnostic> {
        let mut found: Vec<Diagnostic> = self.read_problems.iter().map(read_problem).collect();
        let broken = self.parse_errors.iter();
        found.extend(broken.filter_map(|(file, errors)| limbeck_lint::syntax_error(*file, errors)));
        let column = self.version_column();
        for migration in &self.migrations {
            let name = self.sources[migration.file].path.file_name().unwrap_or_default().to_string_lossy();
            let raised = self.raised.iter().find(|(file, _)| *file == migration.file);
            found.extend(limbeck_lint::headers(migration, &name, column));
            found.extend(raised.map(|(_, error)| {
                limbeck_lint::not_imported(migration, error, &self.sources, &self.migrations)
            }));
        }
        // Why a header is not known is said by what its file raised.
        let has_raised = |migration: &&Migration| self.raised.iter().any(|(file, _)| *file == migration.file);
        found.extend(limbeck_lint::opaque_headers(self.migrations.iter().filter(|each| !has_raised(each))));
        found.extend(limbeck_lint::graph_problems(&self.problems, &self.sources, &self.migrations));
        sort(&mut found);
        found
    }

    /// What alembic takes without a word, and nobody is likely to have meant.
    fn doubts(&self, project: &Project) -> Vec<Diagnostic> {
        let Self { graph, migrations, sources, .. } = self;
        let mut found: Vec<Diagnostic> = migrations.iter().flat_map(limbeck_lint::docstring).collect();
        found.extend(limbeck_lint::file_names(migrations, sources, &project.file_template));
        let location = |file| self.locations.get(file_index(file)).copied().unwrap_or_default();
        found.extend(limbeck_lint::multiple_bases(graph, migrations, location));
        found.extend(limbeck_lint::redundant_down_revisions(graph, migrations));
        found
    }

    /// What makes alembic refuse the tree, as far as headers tell; several heads are not among it. No setting changes it.
    pub(crate) fn blocking(&self) -> Vec<Diagnostic> {
        let blocks = |found: &Diagnostic| {
            found.severity == limbeck_types::Severity::Error && !NOT_BLOCKING.contains(&found.rule)
        };
        self.faults().into_iter().filter(blocks).collect()
    }

    /// Several heads, alone.
    pub(crate) fn several_heads(&self) -> Option<Diagnostic> {
        let is_several = |problem: &&Problem| matches!(problem.kind, ProblemKind::MultipleHeads { .. });
        let problem = self.problems.iter().find(is_several)?;
        limbeck_lint::graph_problems(std::slice::from_ref(problem), &self.sources, &self.migrations).pop()
    }

    /// env.py, or a revision's SQL or operation, that speaks of the version table's column may have widened it.
    fn version_column(&self) -> VersionColumn {
        let env = self.env.map_or("", |env| self.sources[env].text.as_str());
        let mut literals = self.migrations.iter().flat_map(|migration| &migration.literals);
        let is_custom = env.contains("version_table_impl")
            || env.contains("version_num")
            || literals.any(|literal| literal.value.contains("version_num"));
        if is_custom { VersionColumn::Custom } else { VersionColumn::Stock }
    }
}

fn sort(found: &mut [Diagnostic]) {
    found.sort_by(|one, other| (one.place, one.rule).cmp(&(other.place, other.rule)));
}

fn file_index(file: FileId) -> usize {
    usize::try_from(file.0).unwrap_or(usize::MAX)
}

/// Errors that leave the graph whole: alembic runs such a tree, or can tell what we cannot.
const NOT_BLOCKING: [&str; 3] = ["multiple-heads", "opaque-header", "revision-id-too-long"];

fn read_problem(problem: &ReadProblem) -> Diagnostic {
    let (rule, help) = match problem.kind {
        ReadProblemKind::Unreadable => ("unreadable-file", "let the user that runs alembic read it"),
        ReadProblemKind::UnreadableFolder => ("unreadable-file", "alembic skips the folder without a word"),
        ReadProblemKind::NotUtf8 => {
            ("not-utf8", "save the file as UTF-8, or say what it is in its first line: `# coding: latin-1`")
        }
        ReadProblemKind::Undecodable | ReadProblemKind::UnknownEncoding => {
            ("not-utf8", "Python refuses the file: let its coding cookie say what it really is")
        }
        ReadProblemKind::NullByte => ("unreadable-file", "Python refuses a file with null bytes"),
        ReadProblemKind::ReachedTwice => {
            ("file-reached-twice", "list each folder once in `version_locations`")
        }
        ReadProblemKind::CompiledOnly => ("unreadable-file", "limbeck reads revisions from their text"),
    };
    let mut found = Diagnostic::error(rule, problem.message.clone())
        .at(Place { file: problem.file, span: problem.span })
        .help(help);
    if problem.kind == ReadProblemKind::ReachedTwice {
        found.severity = limbeck_types::Severity::Warning;
    }
    found
}
