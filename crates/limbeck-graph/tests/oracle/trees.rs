//! Random trees, the same for the same seed.

use limbeck_graph::Node;
use limbeck_types::{FileId, RevisionId, Span, Spanned};
use serde_json::{Value, json};

/// SplitMix64: small, and good enough to pick branches.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which is not 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).expect("it is below a usize")
    }

    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for index in (1..items.len()).rev() {
            items.swap(index, self.below(index + 1));
        }
    }
}

#[derive(Debug, Clone, Default)]
pub(crate) struct File {
    pub(crate) id: String,
    pub(crate) down: Vec<String>,
    pub(crate) depends_on: Vec<String>,
    pub(crate) labels: Vec<String>,
}

/// Beginnings that collide, ids too short for a partial id, ids that are numbers, one that is not ASCII.
const BEGINNINGS: [&str; 7] = ["ab", "abcd", "abce", "0", "z", "rev_", "éé"];

/// A tree without a fault, its files in an order of their own.
pub(crate) fn sound(random: &mut Random) -> Vec<File> {
    let mut files: Vec<File> = Vec::new();
    let largest = if random.chance(5) { 60 } else { 15 };
    let count = random.below(largest);
    let bases = if random.chance(40) { 25 } else { 5 };
    let merges = random.below(30);
    let dependencies = if random.chance(50) { random.below(40) } else { 0 };
    let labels = random.below(30);
    for number in 0..count {
        let mut file = File { id: format!("{}{number}", random.pick(&BEGINNINGS)), ..File::default() };
        if number > 0 && !random.chance(bases) {
            file.down.push(recent(random, &files));
            while random.chance(merges) && file.down.len() < 3 {
                let down = recent(random, &files);
                // An id twice is legal, if rare.
                if !file.down.contains(&down) || random.chance(5) {
                    file.down.push(down);
                }
            }
        }
        while number > 0 && random.chance(dependencies) && file.depends_on.len() < 3 {
            file.depends_on.push(random.pick(&files).id.clone());
        }
        if random.chance(labels) {
            file.labels.push(format!("label{number}"));
        }
        if file.labels.len() == 1 && random.chance(10) {
            file.labels.push(format!("x-{number}"));
        }
        files.push(file);
    }
    depend_on_labels(random, &mut files);
    if random.chance(70) {
        random.shuffle(&mut files);
    }
    files
}

/// One of the last files more often than an old one, so that lines grow long.
fn recent(random: &mut Random, files: &[File]) -> String {
    let reach = if random.chance(70) { files.len().min(2) } else { files.len() };
    files[files.len() - 1 - random.below(reach)].id.clone()
}

fn depend_on_labels(random: &mut Random, files: &mut [File]) {
    let labels: Vec<(String, String)> =
        files.iter().filter_map(|file| Some((file.id.clone(), file.labels.first()?.clone()))).collect();
    for dependency in files.iter_mut().flat_map(|file| &mut file.depends_on) {
        if let Some((_, label)) = labels.iter().find(|(id, _)| id == dependency)
            && random.chance(50)
        {
            dependency.clone_from(label);
        }
    }
}

/// The same with up to three faults.
pub(crate) fn broken(random: &mut Random) -> Vec<File> {
    let mut files = sound(random);
    if files.is_empty() {
        return files;
    }
    for _ in 0..=random.below(3) {
        let id = random.pick(&files).id.clone();
        let label = random.pick(&files).labels.first().cloned();
        let index = random.below(files.len());
        let file = &mut files[index];
        match random.below(9) {
            0 => file.down.push("missing1".to_owned()),
            1 => file.depends_on.push("missing2".to_owned()),
            2 | 3 => file.down.push(id),
            4 => file.depends_on.push(id),
            5 => file.id = id,
            6 => file.labels.push(label.unwrap_or(id)),
            7 => file.down.extend(label),
            _ => file.id.push('-'),
        }
    }
    files
}

pub(crate) fn json(files: &[File], queries: &[Value]) -> Value {
    let node = |file: &File| json!({"id": file.id, "down": file.down, "depends_on": file.depends_on, "labels": file.labels});
    json!({"nodes": files.iter().map(node).collect::<Vec<_>>(), "queries": queries})
}

pub(crate) fn nodes(files: &[File]) -> Vec<Node> {
    let node = |(index, file): (usize, &File)| Node {
        id: RevisionId::from(file.id.as_str()),
        down: file.down.iter().map(|id| spanned(RevisionId::from(id.as_str()))).collect(),
        depends_on: file.depends_on.iter().cloned().map(spanned).collect(),
        labels: file.labels.iter().cloned().map(spanned).collect(),
        file: FileId(u32::try_from(index).expect("trees are small")),
    };
    files.iter().enumerate().map(node).collect()
}

fn spanned<T>(value: T) -> Spanned<T> {
    Spanned { value, span: Span::default() }
}
