//! A project's revision files, read, parsed and put in order.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use limbeck_dryrun::ImportedFile;
use limbeck_graph::{Graph, Node};
use limbeck_lint::VersionColumn;
use limbeck_project::{FileKind, Project, ReadProblem, ReadProblemKind, Reader, collect};
use limbeck_types::{
    Diagnostic, Field, FileId, Migration, ParseError, Place, Problem, ProblemKind, PythonError, RevisionId,
    Sources,
};

use crate::imports;
use crate::take::{self, Taken};

/// How much of each file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// The header alone, and no text is kept: enough for questions about the graph, and much faster.
    Headers,
    /// The header alone, and all texts are kept.
    Texts,
    /// The header, and what is no Python: enough to judge the graph. No text is kept.
    Outline,
    /// All of it.
    Whole,
}

impl Depth {
    pub(crate) fn keeps_texts(self) -> bool {
        matches!(self, Self::Texts | Self::Whole)
    }
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
    depth: Depth,
    read_problems: Vec<ReadProblem>,
    parse_errors: Vec<(FileId, Vec<ParseError>)>,
    /// The files that raised when they were imported for their headers.
    raised: Vec<(FileId, PythonError)>,
    env: Option<FileId>,
    /// Which of the version locations each file is in.
    locations: Vec<usize>,
}

/// Reads a project's revision files.
pub(crate) fn read(project: &Project, depth: Depth) -> Tree {
    let (listing, Taken { mut migrations, faults, parse_errors, .. }) = take::all(project, depth);
    let locations = listing.files.iter().map(|file| file.location).collect();
    let count = listing.files.len();
    let (sources, read_problems) = collect(listing, faults, &project.shown_from);
    imports::follow(&mut migrations, &sources, project);
    // What was read of a garbled file that is no Python for it may be anything.
    let is_lost = |file: FileId| is_garbled(&read_problems, file);
    let is_whole = migrations.len() == count && !parse_errors.iter().any(|(file, _)| is_lost(*file));
    let Built { complete, graph, problems } = build(&migrations, &sources, is_whole);
    let (raised, env) = (Vec::new(), None);
    Tree {
        sources,
        migrations,
        graph,
        complete,
        problems,
        is_whole,
        depth,
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
    let nodes = migrations.iter().filter_map(|migration| node(migration, sources));
    let (graph, problems) = limbeck_graph::build_from(nodes);
    let problems = problems.into_iter().filter(|problem| complete || holds_in_part(problem)).collect();
    Built { complete, graph, problems }
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
    /// The sources, with the texts of those files that these diagnostics point into.
    pub(crate) fn sources_of(&self, diagnostics: &[Diagnostic]) -> Cow<'_, Sources> {
        let files = files_of(diagnostics);
        if self.depth.keeps_texts() || files.is_empty() {
            return Cow::Borrowed(&self.sources);
        }
        let mut sources = self.sources.clone();
        self.read_texts(&mut sources, files);
        Cow::Owned(sources)
    }

    /// Puts in the texts of those files that these diagnostics point into.
    pub(crate) fn keep_texts_of(&mut self, diagnostics: &[Diagnostic]) {
        self.keep_texts(files_of(diagnostics));
    }

    /// Puts in the texts of all files.
    pub(crate) fn keep_all_texts(&mut self) {
        self.keep_texts(self.migrations.iter().map(|migration| migration.file).collect());
    }

    fn keep_texts(&mut self, files: BTreeSet<FileId>) {
        if !self.depth.keeps_texts() {
            let mut sources = std::mem::take(&mut self.sources);
            self.read_texts(&mut sources, files);
            self.sources = sources;
        }
    }

    /// Reads files a second time, whose texts were not kept. What has none, such as a pipe, is left alone.
    fn read_texts(&self, sources: &mut Sources, files: BTreeSet<FileId>) {
        let has_none = |file: FileId| {
            let mut problems = self.read_problems.iter().filter(|problem| problem.file == file);
            problems.any(|problem| !problem.kind.leaves_text() && problem.kind != ReadProblemKind::NullByte)
        };
        let mut reader = Reader::default();
        for file in files.into_iter().filter(|file| !has_none(*file)) {
            let source = sources.get_mut(file);
            if source.text.is_empty() {
                source.text = reader.read(&source.path, FileKind::Source).0.into_owned();
            }
        }
    }

    /// Whether it must be read whole to be judged: what a revision does may make room for an id as long as this.
    pub(crate) fn is_undecided(&self) -> bool {
        let is_long = |migration: &Migration| {
            let id = migration.header.revision.known();
            id.is_some_and(|id| id.as_str().chars().count() > limbeck_lint::VERSION_NUM_LENGTH)
        };
        self.depth != Depth::Whole && self.migrations.iter().any(is_long)
    }

    /// Reads env.py too, so that diagnostics can point into it.
    pub(crate) fn read_env(&mut self, path: &Path, project: &Project) {
        if path.is_file() {
            let read = limbeck_project::read_source(path, &project.shown_from);
            self.env = Some(self.sources.push(read.source));
        }
    }

    /// The names of environment variables that env.py reads, where it was read.
    pub(crate) fn environment_names(&self) -> Vec<String> {
        let text = self.env.map_or("", |env| self.sources[env].text.as_str());
        limbeck_parse::environment_names(text).into_iter().map(|name| name.value).collect()
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
        // They are in load order, as their files are numbered, and nearly always none is missing.
        let is_it = |migration: &&Migration| migration.file == file;
        self.migrations.get(file_index(file)).filter(is_it).or_else(|| {
            let index = self.migrations.binary_search_by_key(&file, |migration| migration.file).ok()?;
            self.migrations.get(index)
        })
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
        // A file whose letters are not known has that one fault; what it would say is asked when it is mended.
        let is_garbled = |file: FileId| is_garbled(&self.read_problems, file);
        let broken = self.parse_errors.iter().filter(|(file, _)| !is_garbled(*file));
        found.extend(broken.filter_map(|(file, errors)| limbeck_lint::syntax_error(*file, errors)));
        let column = self.version_column();
        let is_lost =
            |file: FileId| is_garbled(file) && self.parse_errors.iter().any(|(broken, _)| *broken == file);
        for migration in self.migrations.iter().filter(|migration| !is_lost(migration.file)) {
            let name = || {
                let name = self.sources[migration.file].path.file_name().unwrap_or_default();
                name.to_string_lossy()
            };
            let raised = self.raised.iter().find(|(file, _)| *file == migration.file);
            found.extend(limbeck_lint::headers(migration, name, column));
            found.extend(raised.map(|(_, error)| {
                limbeck_lint::not_imported(migration, error, &self.sources, &self.migrations)
            }));
        }
        // Why a header is not known is said by what its file raised.
        let has_raised = |migration: &&Migration| self.raised.iter().any(|(file, _)| *file == migration.file);
        found.extend(limbeck_lint::opaque_headers(
            self.migrations.iter().filter(|each| !has_raised(each) && !is_lost(each.file)),
        ));
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
        let mut literals = self.migrations.iter().flat_map(Migration::literals);
        let is_custom = env.contains("version_table_impl")
            || env.contains("version_num")
            || literals.any(|literal| literal.value.contains("version_num"));
        if is_custom { VersionColumn::Custom } else { VersionColumn::Stock }
    }
}

/// The files that diagnostics point into.
fn files_of(diagnostics: &[Diagnostic]) -> BTreeSet<FileId> {
    let related = diagnostics.iter().flat_map(|found| &found.related).map(|related| related.place);
    let places = diagnostics.iter().filter_map(|found| found.place).chain(related);
    places.map(|place| place.file).collect()
}

fn sort(found: &mut [Diagnostic]) {
    found.sort_by(|one, other| (one.place, one.rule).cmp(&(other.place, other.rule)));
}

/// Whether the letters of a file are not known.
fn is_garbled(problems: &[ReadProblem], file: FileId) -> bool {
    problems.iter().any(|problem| problem.file == file && problem.kind.garbles_text())
}

fn file_index(file: FileId) -> usize {
    usize::try_from(file.0).unwrap_or(usize::MAX)
}

/// Errors that leave the graph whole: alembic runs such a tree, or can tell what we cannot.
const NOT_BLOCKING: [&str; 3] = ["multiple-heads", "opaque-header", "revision-id-too-long"];

fn read_problem(problem: &ReadProblem) -> Diagnostic {
    let (rule, help) = match problem.kind {
        ReadProblemKind::Unreadable => ("unreadable-file", "let the user that runs alembic read it"),
        ReadProblemKind::DeadLink => {
            ("unreadable-file", "alembic fails at it: take the link away, or bring back what it leads to")
        }
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
