//! The generated corpus: nothing different, and nothing that is not known.

use limbeck_tests::parity::{self, Cases};

/// So many differences are shown.
const SHOWN: usize = 40;

#[test]
fn every_case_is_rendered_as_alembic_does() {
    let corpus = parity::corpus();
    let Cases { equal, refused, opaque, different } = corpus.all();
    let shown: String = corpus.findings.iter().take(SHOWN).map(|(_, text)| text.as_str()).collect();
    assert_eq!((different, opaque), (0, 0), "{shown}\n{}", corpus.table());
    assert!(equal + refused >= 9_000, "the corpus is too small to say much:\n{}", corpus.table());
}
