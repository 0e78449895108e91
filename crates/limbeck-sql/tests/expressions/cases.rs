//! Cases written by hand, one on each line of `cases.txt`: equal, unless `?` stands before what limbeck need not know yet.

use crate::oracle::Oracle;
use crate::{BINDS, PYFORMAT, Style, TEMPLATE, Verdict, compare};

const CASES: &str = include_str!("cases.txt");

fn cases() -> impl Iterator<Item = &'static str> {
    CASES.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Compares all cases; what is not as expected is shown, all of it.
fn check(style: Style, may_be_opaque: bool) {
    let mut oracle = Oracle::start();
    let mut odd = Vec::new();
    for case in cases() {
        let (unknown, body) = case.strip_prefix("? ").map_or((false, case), |body| (true, body));
        match (compare(&mut oracle, body, style), unknown) {
            (Verdict::Equal, _) | (Verdict::Opaque(_), true) => {}
            (Verdict::Opaque(_), false) if may_be_opaque => {}
            (Verdict::Opaque(text) | Verdict::Different(text), _) => odd.push(text),
        }
    }
    assert!(odd.is_empty(), "{} of {} cases:\n{}", odd.len(), cases().count(), odd.join("\n"));
}

#[test]
fn as_the_templates_have_it() {
    check(TEMPLATE, false);
}

#[test]
fn with_percents_doubled() {
    check(PYFORMAT, false);
}

#[test]
fn without_literal_binds() {
    check(BINDS, true);
}
