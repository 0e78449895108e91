//! From configuration files to folders.

use limbeck_project::open;

use crate::tree::{INI, Tree, check, check_error};

#[test]
fn ini_comes_before_toml_key_by_key() {
    let toml = "[tool.alembic]\nscript_location = 'other'\nversion_locations = ['%(here)s/a', 'b']\n";
    let found = "{root}/m\nlocation {root}/a\nlocation {root}/b";
    check(&Tree::new(&[INI, ("pyproject.toml", toml), ("m/", "")]), found);
    check(&Tree::new(&[("pyproject.toml", toml), ("other/", "")]), &found.replace("/m", "/other"));
    // The section's name is nothing to a TOML file.
    check(
        &Tree::new(&[INI, ("pyproject.toml", toml), ("other/", "")]).name("x"),
        &found.replace("/m", "/other"),
    );
    check(
        &Tree::new(&[
            ("alembic.ini", "[alembic]\nscript_location = bad\n"),
            ("pyproject.toml", toml),
            ("other/", ""),
        ]),
        "error",
    );
}

#[test]
fn defaults_are_inherited_and_references_followed() {
    let ini = "[DEFAULT]\nscript_location: %(base)s/%(Dir)s\nbase=%(here)s\n[one]\ndir = m\n[two]\nDIR = n\n";
    let tree = || Tree::new(&[("alembic.ini", ini), ("m/", ""), ("n/", "")]);
    check(&tree().name("one"), "{root}/m\nlocation {root}/m/versions");
    check(&tree().name("two"), "{root}/n\nlocation {root}/n/versions");
    check(&tree(), "error");
}

#[test]
fn locations_start_at_the_directory_not_at_the_file() {
    let files = [INI, ("m/", ""), ("sub/x/", "")];
    check(&Tree::new(&files).within("sub").config(&["../alembic.ini"]), "error");
    check_error(
        &Tree::new(&files).within("sub").config(&["../alembic.ini"]),
        "
script-location-missing: `script_location` is `m`, and `sub/m` does not exist
  at sub/../alembic.ini: `m` (line 2)
  help: alembic resolves `script_location` against the directory it is run in, not against its file: run in `..`, or with `--project ..`
  help: or write `script_location = %(here)s/m`
",
    );
    let here = ("alembic.ini", "[alembic]\nscript_location = %(here)s/m\n");
    check(
        &Tree::new(&[here, ("m/", ""), ("sub/x/", "")]).within("sub").config(&["../alembic.ini"]),
        "{root}/m\nlocation {root}/m/versions",
    );
}

#[test]
fn packages_are_found_without_an_import() {
    let ini =
        "[alembic]\nscript_location = app.db:migrations:x\nprepend_sys_path = lib\npath_separator = os\n";
    let found = "{root}/lib/app/db/migrations/x\nlocation {root}/lib/app/db/migrations/x/versions";
    let x = ("lib/app/db/migrations/x/versions/", "");
    check(
        &Tree::new(&[("alembic.ini", ini), x, ("lib/app/__init__.py", ""), ("lib/app/db/__init__.py", "")]),
        found,
    );
    check(&Tree::new(&[("alembic.ini", ini), x]), found);
    check(
        &Tree::new(&[
            ("alembic.ini", &ini.replace("lib\n", "empty:lib\n")),
            x,
            ("empty/app/db/", ""),
            ("lib/app/__init__.py", ""),
            ("lib/app/db/__init__.py", ""),
        ]),
        found,
    );
    check_error(
        &Tree::new(&[("alembic.ini", ini)]),
        "
package-not-found: package `app.db` of `script_location = app.db:migrations:x` was not found
  at alembic.ini: `app.db:migrations:x` (line 2)
  help: looked in `lib`, `.`, `src`
  help: limbeck does not import packages; add the folder that holds it to `prepend_sys_path`, or write the location as `%(here)s/...`
",
    );
}

#[test]
fn editable_installs_are_followed() {
    let mut tree = Tree::new(&[
        ("alembic.ini", "[alembic]\nscript_location = app:m\n"),
        ("code/app/m/", ""),
        ("site/app.pth", "# comment\nimport nothing\n../code\n"),
    ]);
    tree.request.site_packages = vec![tree.request.directory.join("site")];
    let project = open(&tree.request).unwrap();
    assert_eq!(project.script_directory.canonicalize().unwrap(), tree.request.directory.join("code/app/m"));
}

#[test]
fn the_url_is_interpolated_but_never_fails() {
    let url = |value: &str| {
        let ini = format!("[alembic]\nscript_location = m\nsqlalchemy.url = {value}\nUser = u\n");
        open(&Tree::new(&[("alembic.ini", &ini), ("m/", "")]).request).unwrap()
    };
    assert_eq!(url("pg://%(USER)s:p%%40@h/d").sqlalchemy_url.as_deref(), Some("pg://u:p%40@h/d"));
    assert_eq!(url("pg://u:p%40@h/d").sqlalchemy_url, None);
    assert_eq!(url("pg://u:p%40@h/d").raw_options["sqlalchemy.url"], "pg://u:p%40@h/d");
}
