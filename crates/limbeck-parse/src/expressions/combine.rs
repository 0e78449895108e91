//! Elements put together: operators, lists, `AND` and `OR` (SQLAlchemy sql/elements.py, `_construct_for_op`,
//! `BooleanClauseList`).

use super::typing;
use limbeck_types::{Expression, ExpressionKind, PythonValue, Span, SqlType};

use super::element::{Element, Reading, Role};
use super::operator::Op;
use super::typing::{Affinity, affinity};

/// `op element`; the operand has its parentheses.
pub(super) fn prefixed(operand: Element, op: Op, spelled: &str, type_: SqlType) -> Element {
    let (span, froms) = (operand.span(), operand.froms.clone());
    let kind = ExpressionKind::Prefix(spelled.to_owned(), Box::new(operand.expression));
    Element::new(kind, span, type_).with(Role::Unary(op)).reading(froms)
}

/// `left op right` as SQLAlchemy constructs it.
pub(super) fn binary(left: Element, op: Op, right: Element, type_: SqlType, span: Span) -> Element {
    if op.is_associative() {
        let same = |element: &Element| {
            matches!(&element.role, Role::Binary(inner, _) | Role::Many(inner) if *inner == op)
                && affinity(&element.type_.kind) == affinity(&type_.kind)
        };
        if same(&left) || same(&right) {
            let froms = merged(left.froms.clone(), &right.froms);
            let mut operands = if same(&left) { flattened(left) } else { vec![left] };
            operands.extend(if same(&right) { flattened(right) } else { vec![right] });
            return many(operands, op, type_, span).reading(froms);
        }
    }
    let negatable = !matches!(left.role, Role::Aggregate) && !matches!(right.role, Role::Aggregate);
    let froms = merged(left.froms.clone(), &right.froms);
    let (left, right) = (left.self_group(Some(&op)), right.self_group(Some(&op)));
    let negatable = negatable && op.negated().is_some();
    let kind = match (&op, affinity(&right.type_.kind)) {
        (Op::TrueDiv, of_right) => {
            let type_ = match of_right {
                Affinity::Numeric | Affinity::Float => right.type_.clone(),
                _ => typing::numeric(),
            };
            let cast = ExpressionKind::Cast(Box::new(right.expression), type_);
            let right = Expression { kind: cast, span };
            divided(left.expression, right)
        }
        (Op::FloorDiv, Affinity::Integer) if affinity(&left.type_.kind) == Affinity::Integer => {
            divided(left.expression, right.expression)
        }
        (Op::FloorDiv, _) => {
            let quotient = Expression { kind: divided(left.expression, right.expression), span };
            let quotient = Expression { kind: ExpressionKind::Grouping(Box::new(quotient)), span };
            ExpressionKind::Prefix("FLOOR".to_owned(), Box::new(quotient))
        }
        _ => ExpressionKind::Binary {
            left: Box::new(left.expression),
            operator: op.spelled().to_owned(),
            right: Box::new(right.expression),
        },
    };
    Element::new(kind, span, type_).with(Role::Binary(op, negatable)).reading(froms)
}

fn divided(left: Expression, right: Expression) -> ExpressionKind {
    ExpressionKind::Binary { left: Box::new(left), operator: "/".to_owned(), right: Box::new(right) }
}

/// `a op b op c`.
pub(super) fn many(operands: Vec<Element>, op: Op, type_: SqlType, span: Span) -> Element {
    let operator = op.spelled().to_owned();
    let operands = operands.into_iter().map(|operand| operand.self_group(Some(&op)).expression).collect();
    Element::new(ExpressionKind::Many { operator, operands }, span, type_).with(Role::Many(op))
}

/// The operands of an operator that may be flattened.
fn flattened(element: Element) -> Vec<Element> {
    let piece = |expression: Expression| Element {
        // Parentheses were decided before: it is not looked at again.
        role: Role::Closed,
        type_: typing::null(),
        froms: Vec::new(),
        is_whole: false,
        is_renamed: false,
        expression,
    };
    match element.expression.kind {
        ExpressionKind::Binary { left, right, .. } => vec![piece(*left), piece(*right)],
        ExpressionKind::Many { operands, .. } => operands.into_iter().map(piece).collect(),
        _ => vec![element],
    }
}

/// `left IN list`, as [`Role::InList`]; an empty list is a comparison that never, or always, holds.
pub(super) fn in_list(left: Element, list: Element, negated: bool) -> Element {
    let (span, op) = (left.span(), if negated { Op::NotIn } else { Op::In });
    let froms = merged(left.froms.clone(), &list.froms);
    let empty = matches!(&list.expression.kind, ExpressionKind::Tuple(items) if items.is_empty());
    let right = match (empty, negated) {
        (false, _) => list.expression.clone(),
        (true, false) => empty_set("AND", "(1 != 1)", &left, span),
        (true, true) => empty_set("OR", "(1 = 1)", &left, span),
    };
    let operand = left.clone().self_group(Some(&op));
    let kind = ExpressionKind::Binary {
        left: Box::new(operand.expression),
        operator: op.spelled().to_owned(),
        right: Box::new(right),
    };
    let kind = match negated {
        // `visit_not_in_op_binary` adds parentheses of its own.
        true => ExpressionKind::Grouping(Box::new(Expression { kind, span })),
        false => kind,
    };
    let role = Role::InList(Box::new(left), Box::new(list), negated);
    Element::new(kind, span, typing::boolean()).with(role).reading(froms)
}

/// What stands for an empty list: a bind all the same, because without literals it is one.
fn empty_set(operator: &str, truth: &str, left: &Element, span: Span) -> Expression {
    let placeholder = left.names_list();
    let null =
        Element::bind(PythonValue::None, typing::null(), span).placed(placeholder).grouped().expression;
    let truth = Element::verbatim(truth, span, typing::null()).expression;
    let kind = ExpressionKind::Many { operator: operator.to_owned(), operands: vec![null, truth] };
    Expression { kind, span }
}

/// `AND` or `OR` of conditions, the constants among them resolved (`BooleanClauseList._construct`).
pub(super) fn conjunction(op: &Op, conditions: Vec<Element>, span: Span) -> Element {
    let froms = conditions.iter().fold(Vec::new(), |froms, condition| merged(froms, &condition.froms));
    let mut kept = processed(op, conditions);
    if kept.len() == 1 {
        return kept.remove(0);
    }
    let flat: Vec<Element> = kept
        .into_iter()
        .flat_map(|condition| match &condition.role {
            Role::Binary(inner, _) | Role::Many(inner) if inner == op => flattened(condition),
            _ => vec![condition],
        })
        .collect();
    let operands = flat.into_iter().map(|condition| condition.expression).collect();
    let kind = ExpressionKind::Many { operator: op.spelled().to_owned(), operands };
    Element::new(kind, span, typing::boolean()).with(Role::Many(op.clone())).reading(froms)
}

/// The conditions that count, each with its parentheses (`_process_clauses_for_boolean`).
pub(super) fn processed(op: &Op, conditions: Vec<Element>) -> Vec<Element> {
    let (goes_on, skips) = if *op == Op::And { (true, false) } else { (false, true) };
    let is = |condition: &Element, truth: bool| condition.role == Role::Constant(Some(truth));
    let mut kept: Vec<Element> = Vec::new();
    let mut only = None;
    for condition in conditions {
        if is(&condition, goes_on) {
            only = Some(condition);
        } else if is(&condition, skips) {
            kept = vec![condition];
            break;
        } else {
            kept.push(condition);
        }
    }
    if kept.is_empty() {
        kept.extend(only);
    }
    let against = if kept.len() > 1 { op.clone() } else { Op::AsBool };
    kept.into_iter().map(|condition| condition.self_group(Some(&against))).collect()
}

/// Items without those that are there already.
pub(super) fn merged(mut items: Vec<Reading>, more: &[Reading]) -> Vec<Reading> {
    for item in more {
        if !items.contains(item) {
            items.push(item.clone());
        }
    }
    items
}
