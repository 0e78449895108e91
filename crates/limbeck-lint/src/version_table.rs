//! What the rows of a real database's version table say about it.

use limbeck_types::{Diagnostic, RevisionId};

use crate::nearest::several_nearest;

/// Rows that no file of the tree has; alembic refuses nearly every command on such a database.
pub fn unknown_rows<'a>(
    rows: &[RevisionId],
    table: &str,
    ids: impl Iterator<Item = &'a RevisionId> + Clone,
) -> Vec<Diagnostic> {
    let unknown = rows.iter().filter(|row| !ids.clone().any(|id| id == *row));
    unknown.map(|row| unknown_row(row, table, &several_nearest(ids.clone(), row.as_str()))).collect()
}

fn unknown_row(row: &RevisionId, table: &str, nearest: &[&RevisionId]) -> Diagnostic {
    let message = format!("the database is at revision `{row}`, which no file of the tree has");
    let mut found = Diagnostic::error("unknown-current-revision", message).fact("version table", table);
    match nearest {
        [] => {}
        [id] => found = found.help(format!("the nearest id in the tree is `{id}`")),
        ids => {
            let ids: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
            found = found.help(format!("the nearest ids in the tree are {}", ids.join(", ")));
        }
    }
    found
        .help("look for its file on another git branch, or in a newer release of the project: both may have been deployed")
        .help("once you know which revision the schema is really at: `alembic stamp --purge REVISION`")
}

/// A database that is not at the heads. alembic asks for every head, even for one whose row a dependent revision takes
/// away when it is applied; here it is enough that all real heads are there (alembic command.py, `current`).
pub fn not_at_heads(
    rows: &[RevisionId],
    heads: &[&RevisionId],
    real_heads: &[&RevisionId],
    pending: Option<usize>,
) -> Option<Diagnostic> {
    let complete = real_heads.iter().all(|head| rows.contains(head));
    if complete && rows.iter().all(|row| heads.contains(&row)) {
        return None;
    }
    let message = match pending {
        Some(1) => "the database is not at the heads: 1 revision is not applied".to_owned(),
        Some(pending @ 2..) => {
            format!("the database is not at the heads: {pending} revisions are not applied")
        }
        Some(0) | None => "the database is not at the heads".to_owned(),
    };
    let rows: Vec<&RevisionId> = rows.iter().collect();
    Some(
        Diagnostic::error("database-not-at-heads", message)
            .fact("current", list(&rows))
            .fact("heads", list(real_heads))
            .help("`alembic upgrade heads` applies what is missing"),
    )
}

fn list(ids: &[&RevisionId]) -> String {
    match ids {
        [] => "base".to_owned(),
        ids => ids.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a database with these rows is at the heads `real` and the effective heads `effective`.
    fn is_at_heads(rows: &[&str], real: &[&str], effective: &[&str]) -> bool {
        let ids = |ids: &[&str]| ids.iter().copied().map(RevisionId::from).collect::<Vec<_>>();
        let (rows, real, all) = (ids(rows), ids(real), ids(&[real, effective].concat()));
        not_at_heads(&rows, &all.iter().collect::<Vec<_>>(), &real.iter().collect::<Vec<_>>(), None).is_none()
    }

    #[test]
    fn an_effective_head_may_be_there_or_not() {
        assert!(is_at_heads(&["b"], &["b"], &["a"]));
        assert!(is_at_heads(&["a", "b"], &["b"], &["a"]));
        assert!(!is_at_heads(&["a"], &["b"], &["a"]));
        assert!(is_at_heads(&[], &[], &[]));
        assert!(!is_at_heads(&[], &["a"], &[]));
        assert!(!is_at_heads(&["a", "x"], &["a"], &[]));
    }

    #[test]
    fn an_unknown_row_names_the_nearest_ids_and_no_others() {
        let ids = ["8e4a07f5c12d", "8e4a07f5c13d", "8e4a17f5c12e", "8e4a07f5ff2e", "0306_rates"]
            .map(RevisionId::from);
        let help = |row: &str| unknown_rows(&[RevisionId::from(row)], "t", ids.iter())[0].help[0].clone();
        let near = "the nearest ids in the tree are `8e4a07f5c12d`, `8e4a07f5c13d`, `8e4a07f5ff2e`";
        assert_eq!(help("8e4a07f5c12e"), near);
        assert_eq!(help("0306_rate"), "the nearest id in the tree is `0306_rates`");
        assert!(help("zzzz").starts_with("look for its file"));
        assert!(unknown_rows(&ids, "t", ids.iter()).is_empty());
    }
}
