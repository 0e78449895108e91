//! Python's statements in, SQL out, next to what alembic's offline mode prints for the very same revision.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

mod cases;
mod combinations;
mod oracle;
mod places;

use limbeck_sql::{Made, Rendered, Renderer};
use limbeck_types::{Direction, Environment, Field, Span, Spanned};
use serde_json::json;

use oracle::Oracle;

/// What stands above every case.
const HEADER: &str = "\
import datetime
import decimal
import uuid
import sqlalchemy as sa
from alembic import op
from sqlalchemy import func
from sqlalchemy.dialects import postgresql as pg

t = sa.table('t', sa.column('n', sa.Integer), sa.column('s', sa.String(50)), sa.column('b', sa.Boolean),
    sa.column('d', sa.DateTime), sa.column('f', sa.Float), sa.column('q', sa.Numeric(10, 2)), sa.column('x'),
    sa.column('u', sa.Uuid), sa.column('a', pg.ARRAY(sa.Integer)), sa.column('j', sa.JSON), sa.column('jb', pg.JSONB),
    sa.column('e', sa.Enum('p', 'q', name='en')), sa.column('day', sa.Date), sa.column('i', sa.Interval),
    sa.column('big', sa.BigInteger), sa.column('user', sa.Text), sa.column('bin', sa.LargeBinary))
u = sa.table('Other', sa.column('id', sa.Integer), sa.column('Name', sa.String), sa.column('t_id', sa.Integer), schema='app')


def upgrade():
";

/// How a case is rendered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    literal_binds: bool,
    paramstyle: &'static str,
}

/// As alembic's templates have it.
pub(crate) const TEMPLATE: Style = Style { literal_binds: true, paramstyle: "named" };
/// As psycopg has it without a word in env.py.
pub(crate) const PYFORMAT: Style = Style { literal_binds: true, paramstyle: "pyformat" };
/// Without literals.
pub(crate) const BINDS: Style = Style { literal_binds: false, paramstyle: "named" };

/// How limbeck's answer stands to alembic's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Both print the same, or alembic raises and limbeck says that it cannot know.
    Equal,
    /// limbeck gives up on what alembic prints.
    Opaque(String),
    /// limbeck prints something else.
    Different(String),
}

/// Compares a case: the lines of `upgrade()`.
pub(crate) fn compare(oracle: &mut Oracle, body: &str, style: Style) -> Verdict {
    let lines: String = body.lines().map(|line| format!("    {line}\n")).collect();
    let text = format!("{HEADER}{lines}");
    let question =
        json!({"text": text, "literal_binds": style.literal_binds, "paramstyle": style.paramstyle});
    let theirs = oracle.ask(&question);
    let ours = rendered(&text, style);
    match (theirs, ours) {
        (Ok(theirs), Ok(ours)) => {
            let (theirs, ours) = (squeezed(&theirs), squeezed(&ours));
            match theirs == ours {
                true => Verdict::Equal,
                false => Verdict::Different(format!("{body}\n  alembic: {theirs:#?}\n  limbeck: {ours:#?}")),
            }
        }
        (Ok(_), Err(reason)) => Verdict::Opaque(format!("{body}\n  {reason}")),
        (Err(_), Err(_)) => Verdict::Equal,
        (Err(raised), Ok(ours)) => {
            Verdict::Different(format!("{body}\n  alembic raises: {raised}\n  limbeck: {ours:#?}"))
        }
    }
}

/// What limbeck renders of a revision, or the first reason why it does not.
pub(crate) fn rendered(text: &str, style: Style) -> Result<Vec<String>, String> {
    literals(text, style).map(|literals| literals.into_iter().map(|literal| literal.value).collect())
}

/// The same with the places.
pub(crate) fn literals(text: &str, style: Style) -> Result<Vec<limbeck_types::Literal>, String> {
    let known = |value: &str| Field::Known(Spanned { value: value.to_owned(), span: Span::default() });
    let environment = Environment {
        literal_binds: Field::Known(Spanned { value: style.literal_binds, span: Span::default() }),
        paramstyle: if style.paramstyle == "pyformat" { Field::Absent } else { known(style.paramstyle) },
        ..Environment::default()
    };
    let (renderer, mut made) = (Renderer::new(&environment), Made::default());
    let mut literals = Vec::new();
    for action in limbeck_parse::actions(text, Direction::Upgrade, &limbeck_parse::Around::default()).0 {
        for piece in renderer.render(&action, &mut made) {
            match piece {
                Rendered::Statement(literal) => literals.push(literal),
                Rendered::Begin | Rendered::Commit => {}
                Rendered::Opaque(opaque) => return Err(opaque.reason),
            }
        }
    }
    Ok(literals)
}

fn squeezed(statements: &[String]) -> Vec<String> {
    statements.iter().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}
