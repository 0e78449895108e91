//! Graph problems with the places that a person must look at.

use limbeck_types::{
    Diagnostic, FileId, Migration, Place, Problem, ProblemKind, Related, RevisionId, Sources, Span,
};

use crate::locate::migration_of;
use crate::nearest::nearest;
use crate::revision_of;

/// One diagnostic per problem, in their order.
pub fn graph_problems(problems: &[Problem], sources: &Sources, migrations: &[Migration]) -> Vec<Diagnostic> {
    let tree = Tree { sources, migrations };
    problems.iter().map(|problem| tree.diagnose(problem)).collect()
}

/// What the problems are about.
pub(crate) struct Tree<'a> {
    pub(crate) sources: &'a Sources,
    pub(crate) migrations: &'a [Migration],
}

impl Tree<'_> {
    fn diagnose(&self, problem: &Problem) -> Diagnostic {
        let mut found = match &problem.kind {
            ProblemKind::MissingDownRevision { missing, place } => self.missing(missing, *place),
            ProblemKind::MissingDependency { missing, place } => self.missing_dependency(missing, *place),
            ProblemKind::DuplicateRevision { id, files } => self.duplicate(id, files),
            ProblemKind::IllegalRevisionId { id, characters } => self.illegal(problem.file, id, characters),
            ProblemKind::LabelClash { label, place, other } => self.label_clash(label, *place, *other),
            ProblemKind::Cycle { files, dependency } => self.cycle(files, *dependency),
            ProblemKind::MultipleHeads { heads, branch_point, repoints, labelled } => {
                self.heads(heads, *branch_point, repoints, *labelled)
            }
        };
        found.revision = migration_of(problem.file, self.migrations).and_then(revision_of);
        found
    }

    fn missing(&self, missing: &RevisionId, place: Place) -> Diagnostic {
        let found = Diagnostic::error(
            "missing-down-revision",
            format!("no file of the tree has revision `{missing}`, which this one follows"),
        )
        .at(place)
        .label("not in the tree");
        self.suggest(found, missing.as_str())
            .help("bring the missing file into the tree, or let this revision follow one that is in it")
    }

    fn missing_dependency(&self, missing: &str, place: Place) -> Diagnostic {
        let found = Diagnostic::error(
            "missing-dependency",
            format!(
                "no file of the tree has revision or branch label `{missing}`, which this one depends on"
            ),
        )
        .at(place)
        .label("not in the tree");
        self.suggest(found, missing).help("bring the missing file into the tree, or drop the dependency")
    }

    /// What the missing id was probably meant to be: the id inside the file of that name, or the nearest id.
    fn suggest(&self, mut found: Diagnostic, missing: &str) -> Diagnostic {
        if let Some((migration, id)) = self.file_named(missing) {
            let file = &self.sources[migration.file].shown;
            if let Some(span) = migration.header.revision.span() {
                let place = Place { file: migration.file, span };
                let message = format!("the file of that name has id `{id}`");
                found.related.push(Related { place, message });
            }
            return found.help(format!("`{missing}` is a file's name; the revision in {file} is `{id}`"));
        }
        let ids = self.migrations.iter().filter_map(|migration| migration.header.revision.known());
        match nearest(ids, missing) {
            Some(id) => found.help(format!("the nearest id in the tree is `{id}`")),
            None => found,
        }
    }

    fn file_named(&self, name: &str) -> Option<(&Migration, &RevisionId)> {
        let name = name.strip_suffix(".py").unwrap_or(name);
        self.migrations.iter().find_map(|migration| {
            let stem = self.sources[migration.file].path.file_stem()?.to_str()?;
            let id = migration.header.revision.known()?;
            (stem == name && id.as_str() != name).then_some((migration, id))
        })
    }

    fn duplicate(&self, id: &RevisionId, files: &[FileId]) -> Diagnostic {
        let (last, others) = files.split_last().expect("a duplicate id stands in at least two files");
        let mut found = Diagnostic::error(
            "duplicate-revision",
            format!("{} files have revision id `{id}`", files.len()),
        )
        .label("this file wins, alembic forgets the rest")
        .help("give one of them an id of its own; alembic only warns and runs the file that it loads last");
        found.place = self.id_place(*last);
        for file in others {
            self.relate(&mut found, *file, "the same id");
        }
        found
    }

    fn illegal(&self, file: FileId, id: &RevisionId, characters: &[char]) -> Diagnostic {
        let shown: Vec<String> = characters.iter().map(|character| format!("`{character}`")).collect();
        let mut found = Diagnostic::error(
            "illegal-revision-id",
            format!("revision id `{id}` holds {}, which alembic refuses", shown.join(", ")),
        )
        .help("use letters, digits and `_`");
        found.place = self.id_place(file);
        found
    }

    fn label_clash(&self, label: &str, place: Place, other: FileId) -> Diagnostic {
        let mut found = Diagnostic::error("label-clash", format!("branch label `{label}` is taken"))
            .at(place)
            .label("taken here a second time")
            .help("give one of the branches another label");
        self.relate(&mut found, other, "taken here first");
        found
    }

    fn cycle(&self, files: &[FileId], dependency: bool) -> Diagnostic {
        let (rule, what) = match dependency {
            true => ("dependency-cycle", "depend on each other"),
            false => ("revision-cycle", "follow each other"),
        };
        // The edge to blame is the one that the file loaded last writes; the others are shown in the cycle's order.
        let last = *files.iter().max().expect("a cycle has at least one file");
        let start = files.iter().position(|file| *file == last).unwrap_or_default();
        let ring: Vec<FileId> = files[start..].iter().chain(&files[..start]).copied().collect();
        let names: Vec<String> = ring.iter().chain(ring.first()).map(|file| self.name(*file)).collect();
        let message = match ring.len() {
            1 => format!("revision {} follows itself", names[0]),
            number => format!("{number} revisions {what} in a cycle: {}", names.join(" → ")),
        };
        let mut found = Diagnostic::error(rule, message).help(match dependency {
            true => "no order can run them: drop one of these `depends_on`",
            false => "no order can run them: one of these must follow another revision",
        });
        let next = ring.get(1).copied().unwrap_or(last);
        found.place = self.edge_place(last, next, dependency);
        found.label = Some(format!("leads to {}", self.name(next)));
        for (file, next) in ring.iter().zip(ring.iter().skip(1).chain(ring.first())).skip(1) {
            if let Some(place) = self.edge_place(*file, *next, dependency) {
                found.related.push(Related { place, message: format!("leads to {}", self.name(*next)) });
            }
        }
        found
    }

    pub(crate) fn relate(&self, found: &mut Diagnostic, file: FileId, message: &str) {
        if let Some(place) = self.id_place(file) {
            found.related.push(Related { place, message: message.to_owned() });
        }
    }

    /// Where a file writes its revision id; its first byte where it does not.
    pub(crate) fn id_place(&self, file: FileId) -> Option<Place> {
        let migration = migration_of(file, self.migrations)?;
        let span = migration.header.revision.span().unwrap_or(Span::new(0, 0));
        Some(Place { file, span })
    }

    /// Where `file` names `to` as what it follows or depends on.
    fn edge_place(&self, file: FileId, to: FileId, dependency: bool) -> Option<Place> {
        let header = &migration_of(file, self.migrations)?.header;
        let target = migration_of(to, self.migrations)?.header.revision.known()?;
        let down = header.down_revision.known().into_iter().flatten();
        let mut down = down.filter(|id| id.value == *target).map(|id| id.span);
        let depends = header.depends_on.known().into_iter().flatten();
        let depends = depends.filter(|id| id.value == target.as_str()).map(|id| id.span);
        let named = if dependency { down.chain(depends).last() } else { down.next_back() };
        // A dependency may be named by its label.
        let span = named.or_else(|| header.depends_on.span()).or_else(|| header.down_revision.span())?;
        Some(Place { file, span })
    }

    pub(crate) fn name(&self, file: FileId) -> String {
        let id = migration_of(file, self.migrations).and_then(|migration| migration.header.revision.known());
        id.map_or_else(|| self.sources[file].shown.clone(), ToString::to_string)
    }
}
