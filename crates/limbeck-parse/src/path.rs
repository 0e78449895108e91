//! Dotted paths: `sqlalchemy.dialects.postgresql.JSONB`. They are short, so that a plain loop is faster than a search.

/// What stands before the first dot: the package, or all of a path without dots.
pub(crate) fn package(path: &str) -> &str {
    let end = path.bytes().position(|byte| byte == b'.').unwrap_or(path.len());
    &path[..end]
}

/// What stands before the last dot, and behind it.
pub(crate) fn member(path: &str) -> Option<(&str, &str)> {
    let dot = path.bytes().rposition(|byte| byte == b'.')?;
    Some((&path[..dot], &path[dot + 1..]))
}

/// What stands behind the last dot: all of a path without dots.
pub(crate) fn last(path: &str) -> &str {
    member(path).map_or(path, |(_, last)| last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_those_of_the_standard_library() {
        for path in ["", "a", "a.b", "a.b.c", ".", "a.", ".a", "ä.ö"] {
            assert_eq!(Some(package(path)), path.split('.').next());
            assert_eq!(member(path), path.rsplit_once('.'));
            assert_eq!(Some(last(path)), path.rsplit('.').next());
        }
    }
}
