//! Trees as text: one file a line, `id <- down, down (dependency) [label]`.

use limbeck_graph::{Graph, Node, Revision, build};
use limbeck_types::{FileId, Problem, ProblemKind, RevisionId, Span, Spanned};

/// The nodes of a tree, in load order.
pub(crate) fn nodes(text: &str) -> Vec<Node> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.enumerate().map(|(index, line)| node(line, u32::try_from(index).expect("few lines"))).collect()
}

fn node(line: &str, file: u32) -> Node {
    let (rest, labels) = bracketed(line, '[', ']');
    let (rest, depends_on) = bracketed(&rest, '(', ')');
    let (id, down) = rest.split_once("<-").unwrap_or((&rest, ""));
    Node {
        id: RevisionId::from(id.trim()),
        down: list(down).into_iter().map(|id| spanned(RevisionId::from(id.as_str()))).collect(),
        depends_on: list(&depends_on).into_iter().map(spanned).collect(),
        labels: list(&labels).into_iter().map(spanned).collect(),
        file: FileId(file),
    }
}

fn bracketed(text: &str, open: char, close: char) -> (String, String) {
    let Some((before, rest)) = text.split_once(open) else { return (text.to_owned(), String::new()) };
    let (inside, after) = rest.split_once(close).expect("a bracket closes");
    (format!("{before}{after}"), inside.to_owned())
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

fn spanned<T>(value: T) -> Spanned<T> {
    Spanned { value, span: Span::default() }
}

/// The graph of a tree and its problems as text.
pub(crate) fn tree(text: &str) -> (Graph, Vec<String>) {
    let nodes = nodes(text);
    let (graph, problems) = build(nodes.clone());
    (graph, problems.iter().map(|problem| shown(problem, &nodes)).collect())
}

/// Ids, in order, with spaces between.
pub(crate) fn ids<'g>(revisions: impl IntoIterator<Item = &'g Revision>) -> String {
    let ids: Vec<&str> = revisions.into_iter().map(|revision| revision.id().as_str()).collect();
    ids.join(" ")
}

/// A problem on one line, each file as its number and id, `@` the file at fault.
fn shown(problem: &Problem, nodes: &[Node]) -> String {
    let name = |file: &FileId| format!("{}:{}", file.0, nodes[file.0 as usize].id);
    let names = |files: &[FileId]| files.iter().map(name).collect::<Vec<_>>().join(" ");
    let text = match &problem.kind {
        ProblemKind::MissingDownRevision { missing, .. } => format!("missing down {missing}"),
        ProblemKind::MissingDependency { missing, .. } => format!("missing dependency {missing}"),
        ProblemKind::DuplicateRevision { id, files } => format!("duplicate {id}: {}", names(files)),
        ProblemKind::IllegalRevisionId { id, characters } => format!("illegal {id}: {characters:?}"),
        ProblemKind::LabelClash { label, other, .. } => format!("label {label} taken by {}", name(other)),
        ProblemKind::Cycle { files, dependency: false } => format!("cycle {}", names(files)),
        ProblemKind::Cycle { files, dependency: true } => format!("dependency cycle {}", names(files)),
        ProblemKind::MultipleHeads { heads, branch_point, repoints, labelled } => {
            let point = branch_point.as_ref().map_or_else(|| "nothing".to_owned(), name);
            let repoints =
                repoints.iter().map(|way| format!(", {} onto {}", name(&way.first), name(&way.onto)));
            let labelled = if *labelled { "labelled " } else { "" };
            format!("{labelled}heads {} over {point}{}", names(heads), repoints.collect::<String>())
        }
    };
    format!("{text} @ {}", name(&problem.file))
}
