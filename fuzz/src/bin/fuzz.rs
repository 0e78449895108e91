//! One target under libFuzzer; `LIMBECK_FUZZ_TARGET` says which. `cargo xtask fuzz` builds it with coverage and runs it.
//!
//! Each input is written to the file `LIMBECK_FUZZ_CURRENT`, where that is given, before it is run: of one that overflows the
//! stack libFuzzer cannot tell.
#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use limbeck_fuzz::{Random, Target, mutate};

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("LIMBECK_FUZZ_TARGET").unwrap_or_default();
    let target = Target::ALL.into_iter().find(|target| target.name() == name);
    target.expect("LIMBECK_FUZZ_TARGET is a target")
});

/// Where the input stands that is being run.
static CURRENT: LazyLock<Option<PathBuf>> =
    LazyLock::new(|| std::env::var_os("LIMBECK_FUZZ_CURRENT").map(PathBuf::from));

/// Files that others are spliced with.
static OTHERS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let folder = std::env::var_os("LIMBECK_FUZZ_SEEDS").unwrap_or_default();
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect()
});

fuzz_target!(|bytes: &[u8]| {
    if let Some(current) = &*CURRENT {
        std::fs::write(current, bytes).expect("the file of the current input can be written");
    }
    TARGET.run(bytes);
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let mut random = Random::new(seed.into());
    // libFuzzer's own ways know what comparisons ask for.
    if random.below(3) == 0 {
        return fuzzer_mutate(data, size, max_size);
    }
    let text = String::from_utf8_lossy(&data[..size]).into_owned();
    let other = random.pick(&OTHERS).map_or("", String::as_str);
    let changed = mutate(*TARGET, &text, other, &mut random);
    let length = changed.floor_char_boundary(max_size.min(data.len()));
    data[..length].copy_from_slice(&changed.as_bytes()[..length]);
    length
});
