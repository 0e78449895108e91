//! How the binary is linked on Linux, where loading it is a good part of a short command's time.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=RUSTC_LINKER");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    if !is("CARGO_CFG_TARGET_OS", "linux") || !is("CARGO_CFG_TARGET_ENV", "gnu") || is_static() {
        return;
    }
    // At a fixed place its nine thousand pointers need not be set right at each start: 0.2 ms. Libraries, heap and stack
    // stay where the system puts them, each time elsewhere.
    println!("cargo::rustc-link-arg-bins=-no-pie");
    // libgcc's unwinder becomes part of the binary: as a library of its own it takes 0.15 ms to load.
    if let Some(archive) = unwinder() {
        println!("cargo::rustc-link-arg-bins=-Wl,--push-state,--whole-archive,{archive},--pop-state");
    }
}

fn is_static() -> bool {
    std::env::var("CARGO_CFG_TARGET_FEATURE").is_ok_and(|features| features.contains("crt-static"))
}

/// Where the compiler that links has it; one that does not know its place gives the bare name back.
fn unwinder() -> Option<String> {
    let linker = std::env::var("RUSTC_LINKER").unwrap_or_else(|_| "cc".to_owned());
    let output = Command::new(linker).arg("-print-file-name=libgcc_eh.a").output().ok()?;
    let path = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (Path::new(&path).is_absolute() && !path.contains([' ', ','])).then_some(path)
}
