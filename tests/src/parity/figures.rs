//! Counts, and the table that is made of them.

use std::fmt::Write;

/// Of one revision.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    /// Statements that are alembic's.
    pub equal: usize,
    /// Statements that limbeck says it does not know.
    pub opaque: usize,
    /// Statements that are wrong, missing or too many.
    pub different: usize,
    /// Whether all of it is equal.
    pub is_whole: bool,
}

/// Of a tree, or of all.
#[derive(Debug, Clone, Copy, Default)]
pub struct Figures {
    /// All revisions, upgraded and downgraded.
    pub revisions: usize,
    /// Those that alembic can render.
    pub rendered: usize,
    /// Of these, the ones in which all is equal.
    pub whole: usize,
    /// Of these, the ones that send something.
    pub sending: usize,
    /// Of those that send something, the ones in which all is equal.
    pub sending_whole: usize,
    /// Equal statements.
    pub equal: usize,
    /// Those that limbeck does not know.
    pub opaque: usize,
    /// Those that are wrong.
    pub different: usize,
}

impl Figures {
    /// Adds a revision that alembic can render.
    pub(crate) fn add(&mut self, counts: &Counts) {
        self.rendered += 1;
        self.whole += usize::from(counts.is_whole);
        let sends = counts.equal + counts.opaque + counts.different > 0;
        self.sending += usize::from(sends);
        self.sending_whole += usize::from(sends && counts.is_whole);
        self.equal += counts.equal;
        self.opaque += counts.opaque;
        self.different += counts.different;
    }

    /// Adds those of another tree.
    pub fn add_all(&mut self, other: &Self) {
        self.revisions += other.revisions;
        self.rendered += other.rendered;
        self.whole += other.whole;
        self.sending += other.sending;
        self.sending_whole += other.sending_whole;
        self.equal += other.equal;
        self.opaque += other.opaque;
        self.different += other.different;
    }

    /// Statements.
    pub fn operations(&self) -> usize {
        self.equal + self.opaque + self.different
    }
}

/// How much of the whole a part is, in percent; all of nothing is everything.
pub fn percent(part: usize, whole: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts of thousands")]
    match whole {
        0 => 100.0,
        whole => 100.0 * part as f64 / whole as f64,
    }
}

/// A line for each tree, and one for all.
pub fn table(trees: &[(&str, Figures)]) -> String {
    let mut all = Figures::default();
    let mut text = format!(
        "{:20} {:>9} {:>8} {:>7} {:>7} {:>7} {:>10} {:>7} {:>7} {:>9} {:>7}\n",
        "tree",
        "revisions",
        "rendered",
        "equal",
        "%",
        "sending%",
        "statements",
        "equal",
        "opaque",
        "different",
        "%"
    );
    for (name, figures) in trees {
        all.add_all(figures);
        line(&mut text, name, figures);
    }
    line(&mut text, "all", &all);
    text
}

fn line(text: &mut String, name: &str, figures: &Figures) {
    let Figures { revisions, rendered, whole, sending, sending_whole, equal, opaque, different } = *figures;
    let operations = figures.operations();
    writeln!(
        text,
        "{name:20} {revisions:>9} {rendered:>8} {whole:>7} {:>7.1} {:>8.1} {operations:>10} {equal:>7} {opaque:>7} {different:>9} {:>7.1}",
        percent(whole, rendered),
        percent(sending_whole, sending),
        percent(equal, operations),
    )
    .expect("a String takes everything");
}
