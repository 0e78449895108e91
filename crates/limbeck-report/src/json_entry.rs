//! A revision in the JSON of the commands that answer a question about the tree.

use limbeck_types::RevisionId;
use serde::Serialize;

use crate::document::Current;
use crate::entry::Entry;

/// A head: what `heads` tells of it.
#[derive(Serialize)]
pub(crate) struct JsonHead<'a> {
    id: &'a RevisionId,
    message: &'a str,
    file: &'a str,
    branch_labels: &'a [&'a str],
    effective: bool,
}

impl<'a> JsonHead<'a> {
    pub(crate) fn new(head: &'a Entry<'a>) -> Self {
        Self {
            id: head.id,
            message: head.message,
            file: &head.source().shown,
            branch_labels: &head.labels,
            effective: head.is_effective_head(),
        }
    }
}

/// Any revision: all that `history`, `branches`, `show` and `current` tell of it.
#[derive(Serialize)]
pub(crate) struct JsonEntry<'a> {
    id: &'a RevisionId,
    message: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    docstring: &'a str,
    file: &'a str,
    down_revision: Vec<&'a RevisionId>,
    depends_on: Vec<&'a str>,
    branch_labels: &'a [&'a str],
    followed_by: &'a [&'a RevisionId],
    head: bool,
    effective: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    current: Option<bool>,
}

impl<'a> JsonEntry<'a> {
    pub(crate) fn new(entry: &'a Entry<'a>) -> Self {
        Self {
            id: entry.id,
            message: entry.message,
            docstring: entry.description,
            file: &entry.source().shown,
            down_revision: entry.down.iter().map(|id| &id.value).collect(),
            depends_on: entry.depends_on.iter().map(|name| name.value.as_str()).collect(),
            branch_labels: &entry.labels,
            followed_by: &entry.next,
            head: entry.is_head(),
            effective: entry.is_effective_head(),
            current: entry.is_current,
        }
    }

    /// A revision that a database stands at: in its version table, or implied by what is.
    pub(crate) fn of_current(entry: &'a Entry<'a>, current: &Current<'_>) -> Self {
        Self { current: Some(current.rows.contains(entry.id)), ..Self::new(entry) }
    }
}
