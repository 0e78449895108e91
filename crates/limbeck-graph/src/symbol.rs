//! What a symbol names: an id, the beginning of one, a label, `head`, `heads`, `base`, and those with `label@`.
//!
//! It owns alembic's `get_revision` and `get_revisions` (alembic script/revision.py, `_resolve_revision_number` and
//! `_revision_for_ident`). It refuses what needs the version table: `+1` and `current` belong to plans and ranges.

use limbeck_types::RevisionId;

use crate::graph::Graph;
use crate::lineage::Lineage;
use crate::{Revision, integer};

/// Why a symbol names nothing, or not one thing. The first four are the causes behind alembic's one message `Can't
/// locate revision identified by '…'` (alembic script/base.py, `_catch_revision_errors`).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// No id or label is, or begins with, the symbol. Ids of less than four characters have no shorter form.
    #[error("no revision or branch label is `{symbol}` or begins with it")]
    UnknownRevision {
        /// The symbol, without its `label@`.
        symbol: String,
    },
    /// Several ids or labels begin with the symbol.
    #[error("`{symbol}` is the beginning of several: `{}`", matches.join("`, `"))]
    AmbiguousRevision {
        /// The symbol, without its `label@`.
        symbol: String,
        /// The ids, then the labels, that begin with it.
        matches: Vec<String>,
    },
    /// What stands before the `@` names nothing.
    #[error("no branch label or revision is `{label}`")]
    UnknownBranch {
        /// What stands before the `@`.
        label: String,
    },
    /// The revision and what stands before the `@` share no lineage.
    #[error("revision `{revision}` is not on branch `{branch}`")]
    NotOnBranch {
        /// The revision.
        revision: RevisionId,
        /// What stands before the `@`.
        branch: String,
    },
    /// One revision is asked for, and the tree, or the branch, has several heads.
    #[error("`{symbol}` names one head, but there are several: {}", join(heads))]
    MultipleHeads {
        /// The symbol.
        symbol: String,
        /// The heads, in load order.
        heads: Vec<RevisionId>,
    },
    /// A relative symbol leads through a fork, or down through a merge point.
    #[error("walking from `{from}` is ambiguous: it leads to {}", join(to))]
    AmbiguousWalk {
        /// The revision with several ways on; `base` below all.
        from: String,
        /// The ways on.
        to: Vec<RevisionId>,
    },
    /// A relative symbol leads past the end of the tree.
    #[error("`{symbol}` leads past the end of the tree")]
    WalkedTooFar {
        /// The symbol.
        symbol: String,
    },
}

/// Ids in backticks, for messages.
pub(crate) fn join(ids: &[RevisionId]) -> String {
    let quoted: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
    quoted.join(", ")
}

/// What alembic's look-ups and walks come back with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    Revision(usize),
    /// One step below a base: alembic's string `"base"`.
    Base,
    /// Nothing: alembic's `None`, for base itself or for a walk that went too far.
    Nothing,
}

impl Found {
    /// The position, if it is a revision.
    pub(crate) fn revision(self) -> Option<usize> {
        match self {
            Self::Revision(position) => Some(position),
            Self::Base | Self::Nothing => None,
        }
    }
}

impl Graph {
    /// The revisions that a symbol names: none for `base`, all real heads for `heads` (alembic script/revision.py,
    /// `RevisionMap.get_revisions`).
    ///
    /// `-2` and `label@-2` walk down from the heads. All other relative symbols need the rows of a version table.
    pub fn resolve(&self, symbol: &str) -> Result<Vec<&Revision>, ResolveError> {
        let mut revisions = Vec::new();
        for found in self.find_all(symbol)? {
            match found {
                Found::Revision(position) => revisions.push(&self.revisions[position]),
                Found::Base => {}
                Found::Nothing => return Err(ResolveError::WalkedTooFar { symbol: symbol.to_owned() }),
            }
        }
        Ok(revisions)
    }

    /// The one revision that a symbol names; none for `base`, and for `head` of an empty tree (alembic
    /// script/revision.py, `RevisionMap.get_revision`).
    pub fn resolve_one(&self, symbol: &str) -> Result<Option<&Revision>, ResolveError> {
        Ok(self.find_one(symbol)?.map(|position| &self.revisions[position]))
    }

    pub(crate) fn find_all(&self, symbol: &str) -> Result<Vec<Found>, ResolveError> {
        let (names, label) = self.names(symbol)?;
        if let [name] = names[..]
            && let Some(steps) = integer::parse(name).filter(|&steps| steps < 0)
        {
            return self.walk_down_from_heads(steps, label);
        }
        names.into_iter().map(|name| Ok(Found::Revision(self.find_name(name, label)?))).collect()
    }

    pub(crate) fn find_one(&self, symbol: &str) -> Result<Option<usize>, ResolveError> {
        let (names, label) = self.names(symbol)?;
        match names[..] {
            [] => {
                label.filter(|label| !label.is_empty()).map(|label| self.find_branch(label)).transpose()?;
                Ok(None)
            }
            [name] => Ok(Some(self.find_name(name, label)?)),
            _ => Err(ResolveError::MultipleHeads {
                symbol: symbol.to_owned(),
                heads: names.into_iter().map(RevisionId::from).collect(),
            }),
        }
    }

    /// The names behind a symbol, and what stands before its `@` (alembic script/revision.py,
    /// `_resolve_revision_number`).
    pub(crate) fn names<'a>(
        &'a self,
        symbol: &'a str,
    ) -> Result<(Vec<&'a str>, Option<&'a str>), ResolveError> {
        let (label, name) = match symbol.split_once('@') {
            Some((label, name)) => (Some(label), name),
            None => (None, symbol),
        };
        let branch = label.filter(|label| !label.is_empty());
        let names = match (name, branch) {
            ("heads", Some(branch)) => self.heads_on(branch)?,
            ("heads", None) => self.real_heads().map(|head| head.id().as_str()).collect(),
            ("head", _) => self.the_head(branch)?.into_iter().collect(),
            ("base", _) => Vec::new(),
            (name, _) => vec![name],
        };
        Ok((names, label))
    }

    fn heads_on(&self, branch: &str) -> Result<Vec<&str>, ResolveError> {
        let mut lineage = Lineage::new(self, branch)?;
        let mut heads = Vec::new();
        for head in self.heads() {
            if lineage.contains(head.position)? {
                heads.push(head.id().as_str());
            }
        }
        Ok(heads)
    }

    /// The only head, of a branch if one is given (alembic script/revision.py, `get_current_head`).
    fn the_head(&self, branch: Option<&str>) -> Result<Option<&str>, ResolveError> {
        let heads = match branch {
            Some(branch) => self.heads_on(branch)?,
            None => self.heads().map(|head| head.id().as_str()).collect(),
        };
        if heads.len() > 1 {
            let symbol = branch.map_or_else(|| "head".to_owned(), |branch| format!("{branch}@head"));
            let heads = heads.into_iter().map(RevisionId::from).collect();
            return Err(ResolveError::MultipleHeads { symbol, heads });
        }
        Ok(heads.first().copied())
    }

    fn walk_down_from_heads(&self, steps: i64, label: Option<&str>) -> Result<Vec<Found>, ResolveError> {
        let on_branch =
            |head: &&Revision| label.is_none_or(|label| self.labels(head).any(|held| held == label));
        let heads = self.real_heads().filter(on_branch);
        heads.map(|head| self.walk_down(Some(head.position), steps, false)).collect()
    }

    /// What stands before an `@`: a label, an id, or the beginning of one (alembic script/revision.py,
    /// `_resolve_branch`).
    pub(crate) fn find_branch(&self, label: &str) -> Result<usize, ResolveError> {
        self.find_name(label, None).map_err(|_| ResolveError::UnknownBranch { label: label.to_owned() })
    }

    /// An id, a label, or the beginning of one, on a branch if one is given (alembic script/revision.py,
    /// `_revision_for_ident`).
    pub(crate) fn find_name(&self, name: &str, branch: Option<&str>) -> Result<usize, ResolveError> {
        let branch = branch.filter(|branch| !branch.is_empty());
        let branch_position = branch.map(|branch| self.find_branch(branch)).transpose()?;
        let position = match self.named(name) {
            Some(position) => position,
            None => self.find_beginning(name, branch)?,
        };
        if let (Some(branch), Some(branch_position)) = (branch, branch_position)
            && !Lineage::of(self, branch_position).contains(position)?
        {
            let revision = self.revisions[position].id().clone();
            return Err(ResolveError::NotOnBranch { revision, branch: branch.to_owned() });
        }
        Ok(position)
    }

    /// The one key longer than three characters that begins with `name`; the name itself may be shorter.
    fn find_beginning(&self, name: &str, branch: Option<&str>) -> Result<usize, ResolveError> {
        let ids = self.revisions.iter().map(|revision| (revision.id().as_str(), revision.position));
        let labels = self.labels.iter().map(|(label, position)| (&**label, *position));
        let begins = |key: &str| !name.is_empty() && key.starts_with(name) && key.chars().count() > 3;
        let mut matches: Vec<(&str, usize)> = ids.chain(labels).filter(|(key, _)| begins(key)).collect();
        if let Some(branch) = branch {
            let mut lineage = Lineage::new(self, branch)?;
            let mut kept = Vec::new();
            for (key, position) in matches {
                if lineage.contains(position)? {
                    kept.push((key, position));
                }
            }
            matches = kept;
        }
        match matches[..] {
            [] => Err(ResolveError::UnknownRevision { symbol: name.to_owned() }),
            [(_, position)] => Ok(position),
            _ => {
                let matches = matches.into_iter().map(|(key, _)| key.to_owned()).collect();
                Err(ResolveError::AmbiguousRevision { symbol: name.to_owned(), matches })
            }
        }
    }
}
