//! Cycles among the files of a tree.
//!
//! It owns finding them exactly. alembic names every revision that is not between a base and a head, descendants of the
//! cycle included, and is blind to a cycle that stands between both (alembic script/revision.py, `_detect_cycles`).
//! Here an id that several files have leads to each of them, so a re-used id that closes a cycle is found in whichever
//! order the files are loaded.
//!
//! It refuses to list every elementary cycle, of which there may be exponentially many: of each strongly connected
//! component it names the shortest one, takes it away, and looks again at what is left.

use limbeck_types::{Problem, ProblemKind};
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::build::Files;
use crate::graph::Graph;
use crate::marks::Marks;
use crate::{Node, Revision};

/// The files of one cycle, each one's down revision or dependency being the next; the last in load order comes first.
pub(crate) struct Cycle {
    pub(crate) files: Vec<usize>,
    pub(crate) dependency: bool,
}

impl Cycle {
    pub(crate) fn problem(&self, graph: &Graph, files: &Files) -> Problem {
        let file_of = |&file: &usize| files.node(&graph.revisions, file).file;
        let cycle: Vec<_> = self.files.iter().map(file_of).collect();
        let file = cycle[0];
        Problem { kind: ProblemKind::Cycle { files: cycle, dependency: self.dependency }, file }
    }
}

/// Edges from each file to the files of its down revisions, and of its dependencies.
struct Edges {
    down: Vec<Vec<usize>>,
    all: Vec<Vec<usize>>,
}

/// All cycles by `down_revision`, then all that close only through a `depends_on`; both in load order.
pub(crate) fn find(graph: &Graph, files: &Files) -> Vec<Cycle> {
    if is_acyclic(graph, files) {
        return Vec::new();
    }
    let edges = edges(graph, files);
    let everything: Vec<usize> = (0..files.count()).collect();
    let component = Components::of(&edges.down, &everything);
    let inside = |from: usize, to: usize| component.of_file[from] == component.of_file[to];
    let mut cycles = disjoint(&edges.down, false, &inside);
    if files.nodes(&graph.revisions).any(|node| !node.depends_on.is_empty()) {
        // A dependency inside a cycle of down revisions closes nothing that is not closed already.
        let crosses =
            |from: usize, to: usize| !edges.down[from].contains(&to) && (from == to || !inside(from, to));
        cycles.extend(disjoint(&edges.all, true, &crosses));
    }
    cycles
}

/// Whether surely no edge closes a cycle: taking away, again and again, a revision that no edge leads to takes away all of
/// them. Trees with two files of one id, or with an edge from a file to itself, are not looked at.
fn is_acyclic(graph: &Graph, files: &Files) -> bool {
    let revisions = &graph.revisions;
    let has_all = |node: &Node, revision: &Revision| {
        node.down.len() == revision.down.len() && node.depends_on.len() == revision.dependencies().len()
    };
    let is_plain = files.count() == revisions.len()
        && revisions.iter().all(|revision| has_all(&revision.node, revision));
    if !is_plain {
        return false;
    }
    let below = |position: usize| revisions[position].down.iter().chain(revisions[position].dependencies());
    let mut above = vec![0_u32; revisions.len()];
    (0..revisions.len()).flat_map(below).for_each(|&below| above[below] += 1);
    let mut free: Vec<usize> = (0..revisions.len()).filter(|&position| above[position] == 0).collect();
    let mut count = 0;
    while let Some(position) = free.pop() {
        count += 1;
        for &below in below(position) {
            above[below] -= 1;
            if above[below] == 0 {
                free.push(below);
            }
        }
    }
    count == revisions.len()
}

fn edges(graph: &Graph, files: &Files) -> Edges {
    let mut edges = Edges { down: Vec::new(), all: Vec::new() };
    for node in files.nodes(&graph.revisions) {
        let down_positions =
            node.down.iter().filter_map(|id| graph.get(&id.value)).map(|found| found.position);
        let down: Vec<usize> =
            down_positions.flat_map(|position| files.of_position(position)).copied().collect();
        let dependencies = node.depends_on.iter().filter_map(|name| graph.named(name.value.as_str()));
        let mut all = down.clone();
        all.extend(dependencies.flat_map(|position| files.of_position(position)));
        edges.down.push(down);
        edges.all.push(all);
    }
    edges
}

/// The strongly connected components of some files.
struct Components {
    /// Those that hold a cycle, their files in load order, in load order of their first files.
    cyclic: Vec<Vec<usize>>,
    /// The number of each file's component; `usize::MAX` for a file that was not asked about.
    of_file: Vec<usize>,
}

impl Components {
    /// Kosaraju's algorithm, because petgraph's Tarjan recurses once per revision of a linear tree.
    fn of(edges: &[Vec<usize>], members: &[usize]) -> Self {
        let mut local = vec![usize::MAX; edges.len()];
        let mut graph: DiGraph<usize, ()> = DiGraph::with_capacity(members.len(), members.len());
        for &file in members {
            local[file] = graph.add_node(file).index();
        }
        for &file in members {
            for &other in edges[file].iter().filter(|&&other| local[other] != usize::MAX) {
                graph.add_edge(NodeIndex::new(local[file]), NodeIndex::new(local[other]), ());
            }
        }
        let mut of_file = vec![usize::MAX; edges.len()];
        let mut cyclic = Vec::new();
        for (number, component) in kosaraju_scc(&graph).into_iter().enumerate() {
            let mut component: Vec<usize> = component.into_iter().map(|index| graph[index]).collect();
            component.iter().for_each(|&file| of_file[file] = number);
            component.sort_unstable();
            if component.len() > 1 || edges[component[0]].contains(&component[0]) {
                cyclic.push(component);
            }
        }
        cyclic.sort_unstable();
        Self { cyclic, of_file }
    }
}

/// Cycles without a common file, each the shortest of its component that uses an edge that counts.
fn disjoint(edges: &[Vec<usize>], dependency: bool, counts: &dyn Fn(usize, usize) -> bool) -> Vec<Cycle> {
    let everything: Vec<usize> = (0..edges.len()).collect();
    let mut cycles = Vec::new();
    let mut components = Components::of(edges, &everything).cyclic;
    let mut search = Search::new(edges);
    while let Some(component) = components.pop() {
        let Some(mut files) = search.shortest_cycle(&component, counts) else { continue };
        let mut rest = Marks::of(edges.len(), component);
        files.iter().for_each(|&file| rest.remove(file));
        let rest: Vec<usize> = rest.iter().collect();
        components.extend(Components::of(edges, &rest).cyclic);
        let latest = files.iter().enumerate().max_by_key(|(_, file)| **file);
        let latest = latest.map_or(0, |(index, _)| index);
        files.rotate_left(latest);
        cycles.push(Cycle { files, dependency });
    }
    cycles.sort_by(|a, b| a.files.cmp(&b.files));
    cycles
}

/// Breadth-first searches that share their memory.
struct Search<'e> {
    edges: &'e [Vec<usize>],
    /// Which component a file is in: the number of the call that asked.
    member: Vec<usize>,
    call: usize,
    /// Which search saw a file.
    seen: Vec<usize>,
    search: usize,
    previous: Vec<usize>,
}

impl<'e> Search<'e> {
    fn new(edges: &'e [Vec<usize>]) -> Self {
        let zeros = vec![0; edges.len()];
        Self { edges, member: zeros.clone(), call: 0, seen: zeros.clone(), search: 0, previous: zeros }
    }

    fn shortest_cycle(
        &mut self,
        component: &[usize],
        counts: &dyn Fn(usize, usize) -> bool,
    ) -> Option<Vec<usize>> {
        self.call += 1;
        component.iter().for_each(|&file| self.member[file] = self.call);
        let mut shortest: Option<Vec<usize>> = None;
        for (from, to) in self.candidates(component, counts) {
            let bound = shortest.as_ref().map_or(usize::MAX, Vec::len);
            if let Some(mut path) = self.path(to, from, bound) {
                // `from`, then its down revision `to`, and so on until the one above `from`.
                path.rotate_right(1);
                shortest = Some(path);
            }
        }
        shortest
    }

    /// The edges that a shortest cycle may begin with. Where one component is more than a ring, each of its cycles goes
    /// through a file with a choice; so a ring costs one search and not one per file.
    fn candidates(&self, component: &[usize], counts: &dyn Fn(usize, usize) -> bool) -> Vec<(usize, usize)> {
        let member = |file: usize| self.member[file] == self.call;
        let inner = |file: usize| self.edges[file].iter().copied().filter(move |&to| member(to));
        let all: Vec<(usize, usize)> =
            component.iter().flat_map(|&file| inner(file).map(move |to| (file, to))).collect();
        let mut counted: Vec<(usize, usize)> =
            all.iter().copied().filter(|&(from, to)| counts(from, to)).collect();
        if all.len() == component.len() {
            counted.truncate(1);
        } else if all.len() == counted.len() {
            counted.retain(|&(from, _)| inner(from).nth(1).is_some());
        }
        counted
    }

    /// The shortest way from `start` to `end` inside the component, both included, if it is shorter than `bound`.
    fn path(&mut self, start: usize, end: usize, bound: usize) -> Option<Vec<usize>> {
        self.search += 1;
        self.seen[start] = self.search;
        let mut level = vec![start];
        for _ in 1..bound {
            if self.seen[end] == self.search {
                break;
            }
            let mut next = Vec::new();
            for &file in &level {
                for &other in &self.edges[file] {
                    if self.member[other] == self.call && self.seen[other] != self.search {
                        self.seen[other] = self.search;
                        self.previous[other] = file;
                        next.push(other);
                    }
                }
            }
            if next.is_empty() {
                break;
            }
            level = next;
        }
        (self.seen[end] == self.search).then(|| self.way_back(start, end)).filter(|path| path.len() < bound)
    }

    fn way_back(&self, start: usize, end: usize) -> Vec<usize> {
        let mut path = vec![end];
        let mut current = end;
        while current != start {
            current = self.previous[current];
            path.push(current);
        }
        path.reverse();
        path
    }
}
