//! Bytes of rendered statements, led back to the text of the revision.

use limbeck_sql::{Made, Rendered, Renderer};
use limbeck_types::{Direction, Environment};

/// What in the body `part` of the first statement with it comes from.
fn check(body: &str, part: &str, expected: &str) {
    let text = format!("from alembic import op\nimport sqlalchemy as sa\n\n\ndef upgrade():\n    {body}\n");
    let (renderer, mut made) = (Renderer::new(&Environment::default()), Made::default());
    let (actions, _) = limbeck_parse::actions(&text, Direction::Upgrade, &limbeck_parse::Around::default());
    let rendered = actions.iter().flat_map(|action| renderer.render(action, &mut made));
    let found = rendered.into_iter().find_map(|rendered| match rendered {
        Rendered::Statement(literal) => {
            let start = literal.value.find(part)?;
            literal.source_span(start..start + part.len())
        }
        _ => None,
    });
    let shown = found.map(|span| &text[span.range()]);
    assert_eq!(shown, Some(expected), "{part} of {body}");
}

const TABLE: &str = "op.create_table(\"accounts\", sa.Column(\"owner\", sa.String(5), sa.ForeignKey(\"people.id\", \
                     name=\"fk_owner\"), index=True, server_default=sa.text(\"'x'\")), sa.CheckConstraint(\"owner > 'a'\", \
                     name=\"late\"))";

#[test]
fn parts_of_a_table() {
    check(TABLE, "CREATE TABLE", TABLE);
    check(TABLE, "accounts", "\"accounts\"");
    check(TABLE, "owner", "\"owner\"");
    check(TABLE, "VARCHAR(5)", "sa.String(5)");
    check(TABLE, "'x'", "'x'");
    check(TABLE, "> 'a'", "> 'a'");
    check(TABLE, "late", "\"late\"");
    check(TABLE, "fk_owner", "\"fk_owner\"");
    check(TABLE, "people", "people");
}

#[test]
fn parts_of_changes() {
    check("op.drop_column(\"t\", \"old\")", "old", "\"old\"");
    check(
        "op.alter_column(\"t\", \"a\", new_column_name=\"b\")",
        "TO b",
        "op.alter_column(\"t\", \"a\", new_column_name=\"b\")",
    );
    check("op.alter_column(\"t\", \"a\", new_column_name=\"b\")", "b", "\"b\"");
    check("op.create_index(\"ix\", \"t\", [sa.text(\"lower(a)\")])", "lower(a)", "lower(a)");
    check(
        "op.alter_column(\"t\", \"a\", type_=sa.Text(), postgresql_using=\"a::text\")",
        "a::text",
        "a::text",
    );
    check("op.drop_constraint(\"c\" \"d\", \"t\")", "cd", "\"c\" \"d\"");
}
