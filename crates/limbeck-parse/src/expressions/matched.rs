//! `like`, `contains`, `startswith`, `endswith` (SQLAlchemy sql/operators.py, `_escaped_like_impl`).

use limbeck_types::{Expression, ExpressionKind, Opaque, PythonValue, SqlTypeKind};

use super::bind::operand;
use super::combine::{binary, merged};
use super::element::{Element, Role};
use super::operator::{Match, Op};
use super::read::made_literal;
use super::typing;
use super::typing::{raises, unknown};
use crate::constructs;
use crate::follow::value::{Call, Kind, Value};

/// What `like` and its kin take: no constant.
pub(super) fn matched_operand(value: &Value, subject: &Element) -> Result<Element, Opaque> {
    let found = match value.kind {
        Kind::None | Kind::Bool(_) => Element::constant(None, value.span),
        _ => operand(value, subject)?,
    };
    match found.role {
        Role::Constant(_) => Err(raises(
            value.span,
            "ArgumentError: Only '=', '!=', 'is_()', 'is_not()', 'is_distinct_from()', 'is_not_distinct_from()' operators can be used with None/True/False",
        )),
        _ => Ok(found),
    }
}

/// `contains`, `startswith`, `endswith`.
pub(super) fn matched(subject: Element, name: &str, call: &Call) -> Result<Element, Opaque> {
    let span = call.span;
    let string = matches!(subject.type_.kind, SqlTypeKind::String { .. } | SqlTypeKind::Null);
    if !string {
        return Err(unknown(span, format!("it is `{name}` of something that is no text")));
    }
    let bound = constructs::bind(call, "contains(other, escape=, autoescape=)")?;
    let mut escape = bound.optional("escape", constructs::text)?;
    let other = bound.need("other")?;
    let right = match constructs::flag(bound.get("autoescape"), false)? {
        false => matched_operand(other, &subject)?,
        true => {
            let text = constructs::text(other)?;
            let mark = escape.get_or_insert_with(|| "/".to_owned()).clone();
            let text =
                if mark == "%" || mark == "_" { text } else { text.replace(&mark, &format!("{mark}{mark}")) };
            let text = text.replace('%', &format!("{mark}%")).replace('_', &format!("{mark}_"));
            let value = PythonValue::Text(made_literal(&text, other.span));
            let type_ = typing::beside(&value, &subject.type_, other.span)?;
            Element::bind(value, type_, other.span).placed(subject.names_binds())
        }
    };
    let which = match name {
        "contains" => Match::Contains,
        "startswith" => Match::StartsWith,
        _ => Match::EndsWith,
    };
    let op = Op::Match(which, false);
    let froms = merged(subject.froms.clone(), &right.froms);
    let concat = matches!(&right.role, Role::Binary(Op::Concat, _) | Role::Many(Op::Concat));
    let right = if concat { right } else { right.self_group(Some(&op)) };
    let percent = || Element::verbatim("'%'", span, typing::string());
    let joined = |left: Element, right: Element| binary(left, Op::Concat, right, typing::string(), span);
    let pattern = match which {
        Match::Contains => joined(joined(percent(), right), percent()),
        Match::StartsWith => joined(right, percent()),
        Match::EndsWith => joined(percent(), right),
    };
    let left = subject.self_group(Some(&op));
    let kind = ExpressionKind::Binary {
        left: Box::new(left.expression),
        operator: "LIKE".to_owned(),
        right: Box::new(pattern.expression),
    };
    let found = Element::new(kind, span, typing::boolean()).with(Role::Binary(op, true)).reading(froms);
    Ok(escaped(found, escape))
}

/// `… ESCAPE '/'`.
pub(super) fn escaped(comparison: Element, escape: Option<String>) -> Element {
    let Some(escape) = escape else { return comparison };
    let span = comparison.span();
    let suffix = format!(" ESCAPE '{}'", escape.replace('\'', "''"));
    let kind = ExpressionKind::Suffix(Box::new(comparison.expression.clone()), suffix);
    Element { expression: Expression { kind, span }, ..comparison }
}
