//! Which files are revision files, and in what order.

use limbeck_project::{ReadProblemKind, open, read_source};
use limbeck_types::FileId;

use crate::tree::{INI, Tree, check};

#[test]
fn files_are_listed_as_alembic_lists_them() {
    let names = [
        "a.py",
        "B.py",
        ".hidden.py",
        "#x.py",
        "._x.py",
        "2024.01.02_x.py",
        "with space.py",
        "é.py",
        "𝄞.py",
        "ｚ.py",
        "x_test.py",
        "conftest.py",
        "__init__.py",
        "__init__anything.py",
        ".#lock.py",
        "x.py~",
        "x.py.swp",
        "x.pyi",
        "x.PY",
        "#x.py#",
        "y.pyc",
        "sub/c.py",
        "__pycache__/p.py",
        "dir.py/q.py",
    ];
    let mut files = vec![INI];
    let paths: Vec<String> = names.iter().map(|name| format!("m/versions/{name}")).collect();
    files.extend(paths.iter().map(|path| (path.as_str(), "")));
    check(
        &Tree::new(&files),
        "
{root}/m
location {root}/m/versions
file {root}/m/versions/#x.py
file {root}/m/versions/._x.py
file {root}/m/versions/.hidden.py
file {root}/m/versions/2024.01.02_x.py
file {root}/m/versions/B.py
file {root}/m/versions/a.py
file {root}/m/versions/conftest.py
file {root}/m/versions/with space.py
file {root}/m/versions/x_test.py
file {root}/m/versions/é.py
file {root}/m/versions/ｚ.py
file {root}/m/versions/𝄞.py",
    );
}

#[test]
fn sub_folders_are_walked_top_down() {
    let ini = "[alembic]\nscript_location = m\nrecursive_version_locations = true\n";
    let tree = Tree::new(&[
        ("alembic.ini", ini),
        ("m/versions/z.py", ""),
        ("m/versions/b/2.py", ""),
        ("m/versions/b/a/1.py", ""),
        ("m/versions/B/3.py", ""),
        ("m/versions/.git/4.py", ""),
        ("m/versions/x__pycache__/5.py", ""),
        ("m/versions/x__pycache__/deep/6.py", ""),
        ("m/elsewhere/7.py", ""),
        ("m/versions/linked", "-> ../elsewhere"),
    ]);
    check(
        &tree,
        "
{root}/m
location {root}/m/versions
file {root}/m/versions/z.py
file {root}/m/versions/.git/4.py
file {root}/m/versions/B/3.py
file {root}/m/versions/b/2.py
file {root}/m/versions/b/a/1.py
file {root}/m/versions/x__pycache__/deep/6.py",
    );
}

#[test]
fn recursion_needs_the_very_word_true() {
    for (value, deep) in [("true", true), ("True", false), ("1", false), ("yes", false), ("%(t)s", true)] {
        let ini =
            format!("[alembic]\nt = true\nscript_location = m\nrecursive_version_locations = {value}\n");
        let tree = Tree::new(&[("alembic.ini", &ini), ("m/versions/a/1.py", "")]);
        let file = if deep { "\nfile {root}/m/versions/a/1.py" } else { "" };
        check(&tree, &format!("{{root}}/m\nlocation {{root}}/m/versions{file}"));
    }
}

#[test]
fn links_are_judged_by_where_they_lead() {
    let tree = Tree::new(&[
        INI,
        ("m/versions/a.py", ""),
        ("m/versions/b.py", "-> a.py"),
        ("m/versions/c.py", "-> ../../text.txt"),
        ("m/versions/d", "-> ../../real.py"),
        ("m/versions/e.py", "-> nowhere"),
        ("m/versions/f", "-> nowhere.py"),
        ("text.txt", ""),
        ("real.py", ""),
    ]);
    check(
        &tree,
        "
{root}/m
location {root}/m/versions
file {root}/m/versions/a.py
file {root}/real.py
file {root}/m/versions/nowhere.py",
    );
    let (sources, problems) = open(&tree.request).unwrap().read();
    let told: Vec<String> = (problems.iter())
        .map(|problem| format!("{} {:?} {}", sources[problem.file].shown, problem.kind, problem.message))
        .collect();
    assert_eq!(
        told,
        [
            "m/versions/f DeadLink it is a link that leads nowhere",
            "m/versions/a.py ReachedTwice it is reached twice; alembic warns and ignores the second time",
        ]
    );
}

#[test]
fn version_locations_keep_their_order() {
    for (separator, value) in [
        ("path_separator = os", "v2:{root}/v1:gone: v3 "),
        ("path_separator = :", "v2::%(here)s/v1:gone:v3"),
        ("path_separator = ;", "v2;v1;gone;v3"),
        ("path_separator = space", "v2 v1  gone v3"),
        ("path_separator = newline", "\n  v2\n  v1\n\n  gone\n  v3"),
        ("version_path_separator = space", "v2 v1 gone v3"),
        ("path_separator = space\nversion_path_separator = wrong", "v2 v1 gone v3"),
        ("", "v2, v1,gone   v3"),
    ] {
        let ini = format!("[alembic]\nscript_location = m\n{separator}\nversion_locations = {value}\n");
        let tree = Tree::new(&[
            ("alembic.ini", &ini),
            ("m/", ""),
            ("v1/a.py", ""),
            ("v2/b.py", ""),
            ("v3/a.py", ""),
            ("v3/b.py", "-> ../v1/a.py"),
        ]);
        check(
            &tree,
            "
{root}/m
location {root}/v2
location {root}/v1
location {root}/gone
location {root}/v3
file {root}/v2/b.py
file {root}/v1/a.py
file {root}/v3/a.py",
        );
        let missing = open(&tree.request).unwrap().missing_locations;
        assert_eq!(missing, [tree.request.directory.join("gone")]);
    }
}

#[test]
fn an_empty_piece_is_the_directory_itself() {
    let ini = "[alembic]\nscript_location = m\nversion_locations = v , w\n";
    let tree = Tree::new(&[("alembic.ini", ini), ("m/", ""), ("top.py", "")]);
    check(
        &tree,
        "
{root}/m
location {root}/v
location {root}
location {root}/w
file {root}/top.py",
    );
}

#[test]
fn sourceless_lists_compiled_files() {
    let ini = "[alembic]\nscript_location = m\nsourceless = true\n";
    let tree = Tree::new(&[
        ("alembic.ini", ini),
        ("m/versions/a.py", ""),
        ("m/versions/a.pyc", ""),
        ("m/versions/b.pyc", ""),
        ("m/versions/b.pyo", ""),
        ("m/versions/c.pyo", ""),
        ("m/versions/__pycache__/a.cpython-311.pyc", ""),
        ("m/versions/__pycache__/d.cpython-311.pyc", ""),
    ]);
    check(
        &tree,
        "
{root}/m
location {root}/m/versions
file {root}/m/versions/a.py
file {root}/m/versions/b.pyc
file {root}/m/versions/c.pyo
file {root}/m/versions/__pycache__/d.cpython-311.pyc",
    );
    let (_, problems) = open(&tree.request).unwrap().read();
    assert!(problems.iter().all(|problem| !problem.kind.leaves_text()));
    assert_eq!(problems.len(), 3);
}

#[test]
fn sockets_are_never_opened() {
    let tree = Tree::new(&[INI, ("m/versions/a.py", "text")]);
    let _socket =
        std::os::unix::net::UnixListener::bind(tree.request.directory.join("m/versions/b.py")).unwrap();
    let (sources, problems) = open(&tree.request).unwrap().read();
    assert_eq!((sources.len(), sources[FileId(0)].text.as_str()), (2, "text"));
    assert_eq!(problems[0].message, "it is not a regular file");
}

#[test]
fn sources_are_shown_from_where_the_user_is() {
    let mut tree = Tree::new(&[INI, ("m/versions/a.py", ""), ("m/env.py", "x = 1\r\n"), ("user/", "")]);
    tree.request.shown_from = tree.request.directory.join("user");
    let project = open(&tree.request).unwrap();
    assert_eq!(project.read().0[FileId(0)].shown, "../m/versions/a.py");
    let env = read_source(&project.env_file(), &project.shown_from);
    assert_eq!(
        (env.source.shown.as_str(), env.source.text.as_str(), env.fault),
        ("../m/env.py", "x = 1\r\n", None)
    );
    let missing = read_source(&project.script_directory.join("none.py"), &project.shown_from);
    assert_eq!(missing.fault.unwrap().kind, ReadProblemKind::Unreadable);
}
