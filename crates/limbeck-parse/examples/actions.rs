//! Prints what the revision files named on the command line do, or with `--count` how many actions of each tree are known.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::print_stdout)]

use std::collections::BTreeMap;

use limbeck_parse::actions;
use limbeck_types::{ActionKind, Direction};

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let count = arguments.first().is_some_and(|first| first == "--count");
    if count {
        arguments.remove(0);
    }
    let (mut all, mut opaque, mut files, mut clean) = (0, 0, 0, 0);
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for path in &arguments {
        let Ok(text) = std::fs::read_to_string(path) else { continue };
        files += 1;
        let mut is_clean = true;
        for direction in [Direction::Upgrade, Direction::Downgrade] {
            for action in actions(&text, direction, &limbeck_parse::Around::default()).0 {
                all += 1;
                let line = 1 + text[..action.call.start as usize].matches('\n').count();
                match &action.kind {
                    ActionKind::Opaque(reason) => {
                        opaque += 1;
                        is_clean = false;
                        *reasons.entry(reason.reason.clone()).or_default() += 1;
                        if !count {
                            println!("{path}:{line}: OPAQUE {}", reason.reason);
                        }
                    }
                    kind if !count => println!("{path}:{line}: {kind:?}"),
                    _ => {}
                }
            }
        }
        clean += usize::from(is_clean);
    }
    println!("{files} files, {clean} without opaque; {all} actions, {opaque} opaque");
    if count {
        let mut reasons: Vec<_> = reasons.into_iter().collect();
        reasons.sort_by_key(|(reason, count)| (std::cmp::Reverse(*count), reason.clone()));
        for (reason, count) in reasons.iter().take(40) {
            println!("{count:6} {reason}");
        }
    }
}
