//! Texts with several statements, with binds, and those that are no SQL.

use std::time::{Duration, Instant};

use crate::check;

#[test]
fn a_semicolon_ends_a_statement_where_psql_ends_it() {
    check("", &[]);
    check(" ; -- nothing;\n;/* ; /* ; */ */", &[]);
    check("SELECT ';', $$;$$, $a$;$$;$a$, E'\\';' /* ; */ ; -- ;\nSELECT 2", &["SELECT", "SELECT"]);
    check(r#"DROP TABLE "a;b""c"; DROP TABLE d"#, &[r#"DROP TABLE: Table a;b"c"#, "DROP TABLE: Table d"]);
    check(
        "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; SELECT 3",
        &["CREATE FUNCTION: Function f; with OrReplace", "SELECT"],
    );
    check("BEGIN; SELECT 1; END", &["BEGIN", "SELECT", "END"]);
    check(
        "CREATE RULE r AS ON DELETE TO t DO ALSO (DELETE FROM u; DELETE FROM v); COMMIT",
        &["CREATE RULE: Other r, Table t, Table u, Table v", "COMMIT"],
    );
}

#[test]
fn names_are_folded_as_postgres_does() {
    check(r#"DROP TABLE "Ab".CD, "x""y", ÄÖ"#, &[r#"DROP TABLE: Table Ab.cd, Table x"y, Table ÄÖ"#]);
    check(r#"DROP TABLE U&"d\0061t""#, &["DROP TABLE: Table dat"]);
    let long = "ä".repeat(40);
    check(&format!("DROP TABLE {long}"), &[&format!("DROP TABLE: Table {}", "ä".repeat(31))]);
    check("DROP TABLE db.s.t", &["DROP TABLE: Table s.t"]);
}

#[test]
fn queries_of_a_with_are_no_tables() {
    check(
        "WITH a AS (SELECT * FROM t), b AS (SELECT * FROM a) DELETE FROM a USING b, s.a",
        &["DELETE: Table t, Table a, Table s.a"],
    );
    check("WITH a AS (SELECT * FROM a) SELECT * FROM a", &["SELECT: Table a"]);
    check(
        "WITH RECURSIVE a AS (SELECT * FROM t UNION SELECT * FROM a) SELECT * FROM a",
        &["SELECT: Table t"],
    );
    check("SELECT * FROM (WITH a AS (SELECT 1) SELECT * FROM a) b, a", &["SELECT: Table a"]);
}

#[test]
fn bodies_are_strings() {
    check("DO $$ no; sql $$", &["DO"]);
    check("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ no; sql $$", &["CREATE FUNCTION: Function f"]);
    check("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'no; sql'", &["CREATE FUNCTION: Function f"]);
}

#[test]
fn binds_stand_for_values() {
    // Words of SQL are names too.
    check("DELETE FROM t WHERE a IN :in AND :not IN :in", &["DELETE: Table t; with Where"]);
    check(
        "UPDATE t SET a = :a, b = %s, c = %(c)s, d = $1 WHERE e IN :e AND f NOT IN %s AND g LIKE 'h%%' AND i %% 2 = 0",
        &["UPDATE: Table t, Column a, Column b, Column c, Column d; with Where"],
    );
    check(
        r"SELECT '{}'\:\:jsonb, :a::int, (:b)[1], :c[1], ':d' FROM t LIMIT :e OFFSET %(f)s",
        &["SELECT: Table t"],
    );
    check("SET x = :x; COMMENT ON TABLE t IS :c; SELECT interval :i", &["SET", "COMMENT: Table t", "SELECT"]);
    // What only looks like one.
    check("SELECT a[1:2], a[:n], a[1 :n], 5 %s, x %(y) FROM t", &["SELECT: Table t"]);
    check("CALL f(a := 1)", &["CALL: Function f"]);
    // A name cannot be bound.
    check("DROP TABLE :t", &["?: but expected command, found STRING at `:t`"]);
    check("DROP INDEX %s", &["?: but expected path name at `%s`, expected command, found STRING at `%s`"]);
}

#[test]
fn what_is_no_sql_has_no_kind() {
    let template = "?: but expected command, found L_CURLY at `{`";
    check("{{ sql }}; SELECT 1", &[template, "SELECT"]);
    check("PRAGMA foreign_keys=ON", &["?: but expected command, found IDENT at `PRAGMA`"]);
    check("users", &["?: but expected command, found IDENT at `users`"]);
    check("SELECT 1 SELECT 2", &["?: but missing comma at `2`"]);
    check("SELECT '", &["?: but missing trailing `'` symbol to terminate the string literal at `'`"]);
    check("ALTER TABLE t ADD COLUMN", &["?: but expected name at `COLUMN`, expected type name at `COLUMN`"]);
    check("\\d \0 \u{feff}", &["?: but expected command, found ERROR at `\\`"]);
}

#[test]
fn hostile_texts_are_refused_in_time() {
    let deep = "?: but nested too deeply to be read: more than 200 brackets at `(`";
    check(&"(".repeat(1_000_000), &[deep]);
    check(&format!("SELECT {}", "(SELECT ".repeat(300)), &[deep]);
    check(&format!("SELECT {}1{}", "(".repeat(190), ")".repeat(190)), &["SELECT"]);
    for step in
        ["- ", "NOT ", "f(1) OVER (", "CASE WHEN a THEN ", "EXPLAIN ", "COPY (", "SELECT * FROM (", "[", "{"]
    {
        for count in [20, 190, 900, 100_000] {
            limbeck_sql::read(&format!("SELECT {}1", step.repeat(count)));
            limbeck_sql::read(&step.repeat(count));
        }
    }
    for step in
        [" + 1", " AND 1", "::a", ".a", "[1]", " JOIN a ON true", " UNION SELECT 1", " COLLATE a", ", a"]
    {
        for count in [20, 190, 900, 100_000] {
            limbeck_sql::read(&format!("SELECT * FROM a{}", step.repeat(count)));
        }
    }
}

#[test]
fn chains_have_a_budget() {
    let text = format!("SELECT a{};", ".a".repeat(1_900)).repeat(100);
    let started = Instant::now();
    let statements = limbeck_sql::read(&text);
    assert_eq!(statements.len(), 100);
    assert_eq!(statements[0].kind, Some("SELECT"));
    assert_eq!(statements[99].errors[0].1, "too many long chains of operators in one text");
    assert!(started.elapsed() < Duration::from_secs(60));
}
