//! The generated corpus: nothing different, and no more opaque than this.

use limbeck_tests::parity::{self, Cases, Kind};

/// So many cases limbeck does not know yet.
const OPAQUE: usize = 0;
/// So many differences are shown.
const SHOWN: usize = 40;

#[test]
fn no_case_is_different() {
    let corpus = parity::corpus();
    let Cases { equal, refused, opaque, different } = corpus.all();
    let wrong = corpus.findings.iter().filter(|(kind, _)| *kind == Kind::Different);
    let shown: String = wrong.take(SHOWN).map(|(_, text)| text.as_str()).collect();
    assert_eq!(different, 0, "{shown}\n{}", corpus.table());
    assert!(opaque <= OPAQUE, "{}", corpus.table());
    assert!(equal + refused >= 9_000, "the corpus is too small to say much:\n{}", corpus.table());
}
