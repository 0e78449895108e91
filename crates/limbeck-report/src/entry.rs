//! A revision as every command that answers a question shows it.

use limbeck_types::{Few, FileId, RevisionId, Source, Sources, Spanned};

/// What alembic prints of a revision, in one line or in many (alembic script/base.py, `Script`).
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// `revision`.
    pub id: &'a RevisionId,
    /// `down_revision` as declared; empty is a base.
    pub down: &'a [Spanned<RevisionId>],
    /// `depends_on` as declared: labels stay labels.
    pub depends_on: &'a [Spanned<String>],
    /// The branch labels that hold here, declared or propagated.
    pub labels: Vec<&'a str>,
    /// The revisions that follow it by `down_revision`; none is a head.
    pub next: Few<&'a RevisionId>,
    /// Whether no revision follows it or depends on it, so that its row stays in the version table.
    pub is_real_head: bool,
    /// Whether the version table holds it, where the database was asked.
    pub is_current: Option<bool>,
    /// The first paragraph of the docstring.
    pub message: &'a str,
    /// The whole docstring, stripped.
    pub description: &'a str,
    /// Its file.
    pub file: FileId,
    /// What its file is one of.
    pub sources: &'a Sources,
}

impl<'a> Entry<'a> {
    /// Its file as it is found and shown.
    pub fn source(&self) -> &'a Source {
        &self.sources[self.file]
    }

    /// Whether no revision follows it.
    pub fn is_head(&self) -> bool {
        self.next.is_empty()
    }

    /// Whether it is a head on which another revision depends (`effective head` in alembic's words).
    pub fn is_effective_head(&self) -> bool {
        self.is_head() && !self.is_real_head
    }

    /// Whether several revisions follow it.
    pub fn is_branch_point(&self) -> bool {
        self.next.len() > 1
    }

    /// Whether it follows several revisions, even one that is named twice.
    pub fn is_merge_point(&self) -> bool {
        self.down.len() > 1
    }

    /// The parents, `<base>` if there is none (alembic script/base.py, `Script._format_down_revision`).
    pub(crate) fn parents(&self) -> String {
        if self.down.is_empty() {
            return "<base>".to_owned();
        }
        join(self.down.iter().map(|id| id.value.as_str()))
    }

    /// What it depends on, as declared.
    pub(crate) fn dependencies(&self) -> String {
        join(self.depends_on.iter().map(|name| name.value.as_str()))
    }
}

/// A list as alembic writes it (alembic util/messaging.py, `format_as_comma`).
pub(crate) fn join<'a>(items: impl Iterator<Item = &'a str>) -> String {
    items.collect::<Vec<_>>().join(", ")
}
