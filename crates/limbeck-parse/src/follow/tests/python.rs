//! Random programs, run by Python and followed: what is followed is what happens, or not known, and never other.
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "Python is the judge")]

mod programs;

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use super::super::show;
use super::super::value::{EventKind, Kind, Value};
use crate::parser;
use limbeck_types::Direction;

/// Stands for anything in a line of ours.
const ANY: char = '\u{1}';

/// Runs programs with an `op` that records. Results of `op.u` are random, as a database's are.
const RECORDER: &str = r#"
import sys, random, types
def run(source, seed):
    random.seed(seed)
    told = []
    class Block:
        def __enter__(self): told.append("enter"); return 1
        def __exit__(self, *a): told.append("leave"); return False
    class Op:
        def x(self, *a, **k):
            told.append("op.x(" + ", ".join([repr(v) for v in a] + [f"{n}={v!r}" for n, v in k.items()]) + ")")
        def u(self, *a): told.append("op.u()"); return random.choice([0, 1, 2, "", "ab"])
        def it(self, *a): told.append("op.it()"); return [random.choice([0, 1, "ab", "c"]) for _ in range(random.randrange(4))]
        def b(self, *a): told.append("op.b()"); return Block()
    module = types.ModuleType("alembic"); module.op = Op(); sys.modules["alembic"] = module
    names = {}
    try:
        exec(compile(source, "p", "exec"), names)
        names["upgrade"]()
        return told + ["done"]
    except RecursionError:
        return None
    except Exception as error:
        return told + ["raised " + type(error).__name__]
for number, source in enumerate(sys.stdin.read().split("\x1e")):
    runs = [run(source, number * 7 + seed) for seed in range(4)]
    sys.stdout.write("\x1e".join("\x1f".join(r) for r in runs if r is not None) + "\x1d")
"#;

/// What ours says of one stretch of a run.
#[derive(Debug)]
enum Part {
    /// It happens.
    Sure(String),
    /// Each of these may happen any number of times.
    Maybe(Vec<String>),
    /// Anything may happen.
    Lost,
    /// Nothing happens after.
    Raised,
}

fn parts(text: &str) -> Vec<Part> {
    parser::with_module(text, |body, text| {
        let mut parts: Vec<Part> = Vec::new();
        for event in super::super::follow(body, text, Direction::Upgrade, &crate::Around::default()) {
            let line = match &event.kind {
                EventKind::Called(call) => {
                    let Some(name) = call.callee.as_path().and_then(|path| path.strip_prefix("alembic."))
                    else {
                        continue;
                    };
                    let positional = call.positional.iter().map(value);
                    let keywords =
                        call.keywords.iter().map(|(name, given)| format!("{name}={}", value(given)));
                    match name {
                        "op.x" => {
                            format!("op.x({})", positional.chain(keywords).collect::<Vec<_>>().join(", "))
                        }
                        name => format!("{name}()"),
                    }
                }
                EventKind::Used(_) => continue,
                EventKind::Entered(_) => "enter".to_owned(),
                EventKind::Left(_) | EventKind::Broken(_) => "leave".to_owned(),
                EventKind::Raised(_) if event.condition.is_some() => continue,
                EventKind::Raised(_) | EventKind::NoFunction(_) => {
                    parts.push(Part::Raised);
                    continue;
                }
                EventKind::Lost(_) => {
                    parts.push(Part::Lost);
                    continue;
                }
            };
            match (event.condition.is_some(), parts.last_mut()) {
                (false, _) => parts.push(Part::Sure(line)),
                (true, Some(Part::Maybe(lines))) => lines.push(line),
                (true, _) => parts.push(Part::Maybe(vec![line])),
            }
        }
        parts
    })
    .0
}

fn value(shown: &Value) -> String {
    let all = |items: &[Value]| items.iter().map(value).collect::<Vec<_>>().join(", ");
    let has_several = |items: &[Value]| items.iter().any(|item| matches!(item.kind, Kind::Several(_)));
    match &shown.kind {
        Kind::Tuple(items) if !has_several(items) => {
            format!("({}{})", all(items), if items.len() == 1 { "," } else { "" })
        }
        Kind::List(items) if !has_several(&items.borrow()) => format!("[{}]", all(&items.borrow())),
        Kind::Dict(pairs) if pairs.borrow().iter().all(|(key, _)| !matches!(key.kind, Kind::Several(_))) => {
            let pairs: Vec<_> =
                pairs.borrow().iter().map(|(key, item)| format!("{}: {}", value(key), value(item))).collect();
            format!("{{{}}}", pairs.join(", "))
        }
        Kind::Tuple(_) | Kind::List(_) | Kind::Dict(_) => ANY.to_string(),
        _ => show::repr(shown, 50).unwrap_or_else(|| ANY.to_string()),
    }
}

/// Whether a line of Python's is one of ours.
fn matches(ours: &str, theirs: &str) -> bool {
    let mut parts = ours.split(ANY);
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = theirs.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// Whether a run of Python's is one that ours allows.
fn allows(parts: &[Part], run: &[&str]) -> bool {
    let Some((end, lines)) = run.split_last() else { return true };
    let raised = end.starts_with("raised");
    // An exception that we do not know of leaves blocks on its way.
    if let (true, Some((&("leave" | "op.x('finally')"), rest))) = (raised, lines.split_last())
        && allows(parts, &[rest, &[*end]].concat())
    {
        return true;
    }
    // For each number of lines: whether the parts up to here may have told them.
    let mut reached = vec![false; lines.len() + 1];
    reached[0] = true;
    for part in parts {
        // What Python raises because of a value that we do not know ends the run anywhere.
        if raised && reached[lines.len()] {
            return true;
        }
        let mut next = vec![false; lines.len() + 1];
        match part {
            Part::Sure(ours) => {
                for at in 0..lines.len() {
                    next[at + 1] = reached[at] && matches(ours, lines[at]);
                }
            }
            Part::Maybe(ours) => {
                next.clone_from(&reached);
                for at in 0..lines.len() {
                    next[at + 1] |= next[at] && ours.iter().any(|ours| matches(ours, lines[at]));
                }
            }
            Part::Lost => {
                let first = reached.iter().position(|reached| *reached).unwrap_or(lines.len());
                next.iter_mut().skip(first).for_each(|next| *next = true);
            }
            Part::Raised => return false,
        }
        reached = next;
    }
    reached[lines.len()]
}

/// What Python's runs of each program tell.
fn runs(programs: &[String]) -> Vec<String> {
    let python = std::env::var_os("LIMBECK_TEST_PYTHON").unwrap_or_else(|| "python3".into());
    let mut child = Command::new(python)
        .args(["-I", "-W", "ignore", "-c", RECORDER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a Python can be run");
    let mut input = child.stdin.take().expect("it is piped");
    let all = programs.join("\u{1e}");
    let writer = std::thread::spawn(move || input.write_all(all.as_bytes()));
    let mut output = String::new();
    child.stdout.take().expect("it is piped").read_to_string(&mut output).expect("it is UTF-8");
    writer.join().expect("it does not panic").expect("Python reads it all");
    assert!(child.wait().expect("it ends").success());
    output.split('\u{1d}').map(str::to_owned).collect()
}

/// Prints programs on which ours and Python differ, the shortest first.
fn compare(programs: &[String], known_at_least: usize) {
    let runs = runs(programs);
    let mut differences = Vec::new();
    let (mut whole, mut told) = (0, 0);
    for (program, runs) in programs.iter().zip(&runs) {
        let parts = parts(program);
        told += parts.len();
        whole += usize::from(parts.iter().all(|part| match part {
            Part::Sure(line) => !line.contains(ANY),
            Part::Maybe(_) | Part::Lost => false,
            Part::Raised => true,
        }));
        for run in runs.split('\u{1e}').filter(|run| !run.is_empty()) {
            let lines: Vec<&str> = run.split('\u{1f}').collect();
            if !allows(&parts, &lines) {
                differences.push(format!("{program}\nours: {parts:#?}\ntheirs: {lines:#?}\n"));
                break;
            }
        }
    }
    differences.sort_by_key(String::len);
    let shown: String = differences.iter().take(3).cloned().collect();
    assert!(differences.is_empty(), "{} of {} programs differ\n{shown}", differences.len(), programs.len());
    // A follower that knows nothing would be right as well.
    assert!(
        whole > known_at_least,
        "only {whole} of {} programs are known whole ({told} parts)",
        programs.len()
    );
}

fn count() -> u64 {
    let asked = std::env::var("LIMBECK_TEST_PROGRAMS").ok();
    asked.map_or(1000, |asked| asked.parse().expect("LIMBECK_TEST_PROGRAMS is a number"))
}

#[test]
fn random_programs() {
    let programs: Vec<String> = (1..=count()).map(programs::program).collect();
    compare(&programs, programs.len() / 4);
}

#[test]
fn random_programs_whose_loops_are_given_up() {
    // Anywhere between before the first round and the end.
    for (part, steps) in [0, 3, 10, 25, 60].into_iter().enumerate() {
        super::LOOP_STEPS.set(Some(steps));
        let first = 1_000_000 + part as u64 * count();
        let programs: Vec<String> = (first..first + count() / 5).map(programs::program).collect();
        compare(&programs, programs.len() / 5);
    }
}
