//! Makes a tree on which limbeck and alembic differ as small as it can be made.

use crate::compare::{agree, ask};
use crate::oracle::Oracle;
use crate::questions::Question;
use crate::trees::{LAYOUTS, Tree};

/// Takes away what can be taken away, one thing after another, until the difference goes with each thing that is left.
pub(crate) fn shrink(tree: &Tree, question: &Question, oracle: &mut Oracle) -> Tree {
    let mut smallest = tree.clone();
    while let Some(smaller) = smaller(&smallest).into_iter().find(|tree| differ(tree, question, oracle)) {
        smallest = smaller;
    }
    smallest
}

fn differ(tree: &Tree, question: &Question, oracle: &mut Oracle) -> bool {
    let (_project, both) = ask(tree, std::slice::from_ref(question), oracle);
    both.iter().any(|(reply, answer)| !agree(question, reply, answer))
}

/// Every tree that is smaller by one thing, those that are smaller by most first.
fn smaller(tree: &Tree) -> Vec<Tree> {
    let mut trees = halves(tree);
    for index in (0..tree.files.len()).rev() {
        trees.push(without_file(tree, index, true));
        trees.push(without_file(tree, index, false));
    }
    for index in 0..tree.files.len() {
        trees.extend(without_edges(tree, index));
    }
    trees.extend(plainer(tree));
    trees
}

/// Without the newer half and without the older, while that is more than one file.
fn halves(tree: &Tree) -> Vec<Tree> {
    let (count, half) = (tree.files.len(), tree.files.len() / 2);
    let ranges = if half > 1 { vec![half..count, 0..half] } else { Vec::new() };
    let without = |range: std::ops::Range<usize>| {
        range.rev().fold(tree.clone(), |tree, index| without_file(&tree, index, true))
    };
    ranges.into_iter().map(without).collect()
}

/// Without a file; what followed it follows what it followed, where `splice` says so, or else nothing in its place.
fn without_file(tree: &Tree, index: usize, splice: bool) -> Tree {
    let mut tree = tree.clone();
    let gone = tree.files.remove(index);
    for file in &mut tree.files {
        if let Some(place) = file.down.iter().position(|down| *down == gone.id) {
            file.down.retain(|down| *down != gone.id);
            let instead = if splice { gone.down.as_slice() } else { &[] };
            let new = instead.iter().filter(|down| !file.down.contains(down)).cloned().collect::<Vec<_>>();
            let place = place.min(file.down.len());
            file.down.splice(place..place, new);
        }
        file.depends_on.retain(|name| *name != gone.id && !gone.labels.contains(name));
    }
    tree
}

/// Without each of a file's edges and labels, and what depended on a label depends on the id.
fn without_edges(tree: &Tree, index: usize) -> Vec<Tree> {
    let mut trees = Vec::new();
    let file = &tree.files[index];
    for place in 0..file.down.len() {
        let mut tree = tree.clone();
        tree.files[index].down.remove(place);
        trees.push(tree);
    }
    for place in 0..file.depends_on.len() {
        let mut tree = tree.clone();
        tree.files[index].depends_on.remove(place);
        trees.push(tree);
    }
    for place in 0..file.labels.len() {
        let mut tree = tree.clone();
        let label = tree.files[index].labels.remove(place);
        for name in tree.files.iter_mut().flat_map(|file| &mut file.depends_on).filter(|name| **name == label)
        {
            name.clone_from(&file.id);
        }
        trees.push(tree);
    }
    trees
}

/// In one folder, under plain names, in plain spelling.
fn plainer(tree: &Tree) -> Vec<Tree> {
    let mut trees = Vec::new();
    let mut plain = tree.clone();
    plain.layout = LAYOUTS[0];
    let mut order: Vec<usize> = (0..tree.files.len()).collect();
    order.sort_by_key(|index| (tree.files[*index].folder, &tree.files[*index].name));
    for (place, index) in order.into_iter().enumerate() {
        plain.files[index].folder = 0;
        plain.files[index].name = format!("{place:03}.py");
    }
    let is_plain = |tree: &Tree| tree.files.iter().map(|file| file.name.clone()).collect::<Vec<_>>();
    if tree.layout != LAYOUTS[0] || is_plain(&plain) != is_plain(tree) {
        trees.push(plain);
    }
    for index in 0..tree.files.len() {
        let mut tree = tree.clone();
        if tree.files[index].spelling.take().is_some() {
            trees.push(tree);
        }
    }
    trees
}
