//! Operations put together by hand, and what alembic printed for them.

use limbeck_types::{
    Action, ActionKind, Autoincrement, Column, Constraint, ConstraintKind, CreateTable, EnumType,
    Environment, Field, ForeignKey, Index, Name, Operation, ServerDefault, Span, Spanned, SqlType,
    SqlTypeKind, StringKind, TableName,
};

use super::{Made, Rendered, Renderer};

fn name(text: &str) -> Name {
    Name::new(text, Span::default())
}

fn table(text: &str) -> TableName {
    match text.split_once('.') {
        Some((schema, text)) => TableName { schema: Some(name(schema)), name: name(text) },
        None => TableName { schema: None, name: name(text) },
    }
}

fn type_(kind: SqlTypeKind) -> SqlType {
    SqlType { kind, span: Span::default() }
}

fn column(text: &str, kind: SqlTypeKind) -> Column {
    Column {
        name: name(text),
        span: Span::default(),
        type_: type_(kind),
        nullable: None,
        primary_key: false,
        unique: false,
        index: false,
        autoincrement: Autoincrement::Auto,
        server_default: None,
        default: false,
        sequence: None,
        comment: None,
        constraints: Vec::new(),
        system: false,
    }
}

fn constraint(text: Option<&str>, kind: ConstraintKind) -> Constraint {
    Constraint {
        name: text.map(name),
        kind,
        span: Span::default(),
        deferrable: None,
        initially: None,
        comment: None,
        options: Vec::new(),
    }
}

fn foreign_key(referred: &str, column: &str) -> ConstraintKind {
    ConstraintKind::ForeignKey(ForeignKey {
        columns: Vec::new(),
        referred: table(referred),
        referred_columns: vec![name(column)],
        ondelete: Some("CASCADE".to_owned()),
        onupdate: None,
        match_: None,
        use_alter: false,
    })
}

fn enum_(text: Option<&str>, native: bool) -> SqlTypeKind {
    SqlTypeKind::Enum(EnumType {
        name: text.map(name),
        schema: None,
        labels: vec!["x".to_owned(), "it's".to_owned()],
        create_type: true,
        native,
        create_constraint: !native,
        length: None,
        is_postgresql: false,
        has_metadata: false,
        inherit_schema: false,
        validate_strings: false,
        span: Span::default(),
    })
}

fn create(shown: &str, columns: Vec<Column>) -> CreateTable {
    CreateTable {
        table: table(shown),
        columns,
        constraints: Vec::new(),
        indexes: Vec::new(),
        if_not_exists: false,
        comment: None,
        prefixes: Vec::new(),
        options: Vec::new(),
        through_op: true,
    }
}

fn environment() -> Environment {
    let paramstyle = Spanned { value: "named".to_owned(), span: Span::default() };
    Environment { paramstyle: Field::Known(paramstyle), ..Environment::default() }
}

fn with_convention(pairs: &[(&str, &str)]) -> Environment {
    let pairs = pairs.iter().map(|(key, template)| ((*key).to_owned(), (*template).to_owned())).collect();
    let naming_convention = Field::Known(Spanned { value: pairs, span: Span::default() });
    Environment { naming_convention, ..environment() }
}

fn shown(environment: &Environment, operations: &[Operation]) -> String {
    let (renderer, mut made) = (Renderer::new(environment), Made::default());
    let mut shown = Vec::new();
    for operation in operations {
        let action = Action {
            kind: ActionKind::Operation(Box::new(operation.clone())),
            call: Span { start: 1, end: 2 },
            callers: Vec::new(),
            arguments: Vec::new(),
            condition: None,
        };
        for rendered in renderer.render(&action, &mut made) {
            shown.push(match rendered {
                Rendered::Statement(literal) => format!("{};", literal.value),
                Rendered::Begin => "BEGIN;".to_owned(),
                Rendered::Commit => "COMMIT;".to_owned(),
                Rendered::Opaque(opaque) => format!("-- {}", opaque.reason),
            });
        }
    }
    shown.join("\n\n")
}

fn check(environment: &Environment, operations: &[Operation], expected: &str) {
    assert_eq!(shown(environment, operations), expected);
}

#[test]
fn a_table_with_all_kinds_of_columns() {
    let mut id = column("id", SqlTypeKind::Integer);
    id.primary_key = true;
    let varchar = SqlTypeKind::String { kind: StringKind::Varchar, length: Some(5), collation: None };
    let mut a = column("a", varchar);
    a.unique = true;
    a.constraints = vec![constraint(None, foreign_key("o", "id"))];
    let mut b = column("B", SqlTypeKind::Boolean { create_constraint: true, name: None });
    b.nullable = Some(false);
    b.index = true;
    b.comment = Some("it's".to_owned());
    let e = column("e", enum_(Some("e"), true));
    let mut made = create("s.t", vec![id, a, b, e]);
    made.constraints = vec![constraint(None, ConstraintKind::Unique { columns: vec![name("a"), name("B")] })];
    check(
        &environment(),
        &[Operation::CreateTable(Box::new(made.clone())), Operation::CreateTable(Box::new(made))],
        "CREATE TYPE e AS ENUM ('x', 'it''s');

CREATE TABLE s.t (
    id SERIAL NOT NULL, 
    a VARCHAR(5), 
    \"B\" BOOLEAN NOT NULL, 
    e e, 
    PRIMARY KEY (id), 
    UNIQUE (a, \"B\"), 
    UNIQUE (a), 
    FOREIGN KEY(a) REFERENCES o (id) ON DELETE CASCADE
);

CREATE INDEX \"ix_s_t_B\" ON s.t (\"B\");

COMMENT ON COLUMN s.t.\"B\" IS 'it''s';

CREATE TABLE s.t (
    id SERIAL NOT NULL, 
    a VARCHAR(5), 
    \"B\" BOOLEAN NOT NULL, 
    e e, 
    PRIMARY KEY (id), 
    UNIQUE (a, \"B\"), 
    UNIQUE (a), 
    FOREIGN KEY(a) REFERENCES o (id) ON DELETE CASCADE
);

CREATE INDEX \"ix_s_t_B\" ON s.t (\"B\");

COMMENT ON COLUMN s.t.\"B\" IS 'it''s';",
    );
}

#[test]
fn names_follow_the_convention() {
    let convention = with_convention(&[
        ("ix", "ix_%(table_name)s_%(column_0_N_name)s"),
        ("uq", "uq_%(column_0_label)s"),
        ("fk", "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s"),
        ("pk", "pk_%(table_name)s"),
    ]);
    let mut id = column("id", SqlTypeKind::BigInteger);
    id.primary_key = true;
    let mut a = column("a", text());
    a.constraints = vec![constraint(None, foreign_key("o", "id"))];
    a.unique = true;
    let made = create("t", vec![id, a]);
    check(
        &convention,
        &[Operation::CreateTable(Box::new(made))],
        "CREATE TABLE t (
    id BIGSERIAL NOT NULL, 
    a TEXT, 
    CONSTRAINT pk_t PRIMARY KEY (id), 
    CONSTRAINT uq_t_a UNIQUE (a), 
    CONSTRAINT fk_t_a_o FOREIGN KEY(a) REFERENCES o (id) ON DELETE CASCADE
);",
    );
}

fn text() -> SqlTypeKind {
    SqlTypeKind::String { kind: StringKind::Text, length: None, collation: None }
}

#[test]
fn what_alembic_refuses_is_not_rendered() {
    let nameless = column("e", enum_(None, true));
    check(
        &environment(),
        &[Operation::CreateTable(Box::new(create("t", vec![nameless])))],
        "-- alembic raises: PostgreSQL ENUM type requires a name.",
    );
    let drop = Operation::DropConstraint { table: table("t"), name: None, kind: None, if_exists: false };
    check(
        &environment(),
        &[drop],
        "-- alembic raises: Can't emit DROP CONSTRAINT for constraint; it has no name",
    );
    let long = name(&"x".repeat(64));
    let index = Index {
        name: Some(long),
        span: Span::default(),
        elements: Vec::new(),
        unique: false,
        options: Vec::new(),
    };
    let expected =
        format!("-- alembic raises: Identifier '{}' exceeds maximum length of 63 characters", "x".repeat(64));
    let create = Operation::CreateIndex { table: table("t"), index, if_not_exists: false };
    check(&environment(), &[create], &expected);
}

#[test]
fn a_generated_name_is_shortened() {
    let mut a = column(&"a".repeat(12), SqlTypeKind::Integer);
    a.index = true;
    let made = create(&"x".repeat(60), vec![a]);
    let shown = shown(&environment(), &[Operation::CreateTable(Box::new(made))]);
    assert!(shown.contains(&format!("CREATE INDEX ix_{}_5c82 ON", "x".repeat(52))), "{shown}");
}

#[test]
fn a_check_of_an_unknown_convention_is_not_guessed() {
    let opaque =
        limbeck_types::Opaque { span: Span::default(), reason: "it is imported".to_owned(), import: None };
    let environment = Environment { naming_convention: Field::opaque(opaque), ..environment() };
    let mut e = column("e", enum_(Some("en"), false));
    e.server_default = Some(ServerDefault::Fetched);
    check(
        &environment,
        &[Operation::CreateTable(Box::new(create("t", vec![e])))],
        "-- its name depends on the naming convention, and it is imported",
    );
    let drop = |kind: Option<&str>| Operation::DropConstraint {
        table: table("t"),
        name: Some(name("n")),
        kind: kind.map(str::to_owned),
        if_exists: true,
    };
    check(
        &environment,
        &[drop(Some("check")), drop(None), drop(Some("unique"))],
        "-- its name depends on the naming convention, and it is imported

ALTER TABLE t DROP CONSTRAINT IF EXISTS n;

ALTER TABLE t DROP CONSTRAINT IF EXISTS n;",
    );
}

#[test]
fn a_setting_that_is_not_known_hides_what_depends_on_it() {
    let opaque =
        limbeck_types::Opaque { span: Span::default(), reason: "it is computed".to_owned(), import: None };
    let environment = Environment { paramstyle: Field::opaque(opaque), ..environment() };
    let comment = |text: &str| Operation::TableComment { table: table("t"), comment: Some(text.to_owned()) };
    check(
        &environment,
        &[comment("all"), comment("5 %")],
        "COMMENT ON TABLE t IS 'all';\n\n-- it depends on a setting of env.py: it is computed",
    );
}

#[test]
fn without_transactional_ddl_an_autocommit_block_ends_nothing() {
    let action = |kind| Action {
        kind,
        call: Span::default(),
        callers: Vec::new(),
        arguments: Vec::new(),
        condition: None,
    };
    let mut made = Made::default();
    let usual = Renderer::new(&environment());
    assert_eq!(usual.render(&action(ActionKind::AutocommitBegin), &mut made), [Rendered::Commit]);
    assert_eq!(usual.render(&action(ActionKind::AutocommitEnd), &mut made), [Rendered::Begin]);
    let transactional_ddl = Field::Known(Spanned { value: false, span: Span::default() });
    let other = Renderer::new(&Environment { transactional_ddl, ..environment() });
    assert_eq!(other.render(&action(ActionKind::AutocommitBegin), &mut made), []);
}
