//! An expression with what SQLAlchemy knows of it while it is built: type, operator, what it reads from; and the rules by
//! which parentheses come around it and by which it is negated (sql/elements.py: `self_group`, `_negate`,
//! `_construct_for_op`).

use limbeck_types::{
    Expression, ExpressionKind, FromItem, Literal, Opaque, Piece, PythonValue, Span, SqlType, SqlTypeKind,
};

use super::operator::Op;
use super::typing::{self, Affinity, affinity, unknown};

/// An expression in the making.
#[derive(Debug, Clone)]
pub(super) struct Element {
    pub(super) expression: Expression,
    pub(super) type_: SqlType,
    pub(super) role: Role,
    pub(super) froms: Vec<Reading>,
    /// Whether it is a `sa.Column`: Python gives the word to the more special class of two.
    pub(super) is_whole: bool,
}

/// What something reads from, and which object of Python's that is: two tables of the same name may be two.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reading {
    pub(super) item: FromItem,
    /// The number of the call that made it.
    pub(super) object: u32,
}

/// What decides about parentheses and negation.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Role {
    /// A column, a function, a cast, a case.
    Plain,
    /// A bind.
    Bind,
    /// It has its own parentheses.
    Closed,
    /// `a op b`, and whether its operator has an opposite.
    Binary(Op, bool),
    /// `a op b op c`.
    Many(Op),
    /// `op a`.
    Unary(Op),
    /// `a op`.
    Modified,
    /// A boolean operand by itself, or `NOT` of it.
    AsBoolean(Box<Element>, bool),
    /// `IN` or `NOT IN` of a list: the operand and the list, which is empty or not.
    InList(Box<Element>, Box<Element>, bool),
    /// `text(…)`.
    Text,
    /// `true()`, `false()`, `null()`.
    Constant(Option<bool>),
    /// `any_(…)`, `all_(…)`.
    Aggregate,
    /// A `select(…)` without parentheses.
    Select,
}

impl PartialEq for Element {
    fn eq(&self, other: &Self) -> bool {
        self.expression == other.expression
    }
}

impl Element {
    pub(super) fn new(kind: ExpressionKind, span: Span, type_: SqlType) -> Self {
        Self {
            expression: Expression { kind, span },
            type_,
            role: Role::Plain,
            froms: Vec::new(),
            is_whole: false,
        }
    }

    pub(super) fn with(self, role: Role) -> Self {
        Self { role, ..self }
    }

    pub(super) fn reading(self, froms: Vec<Reading>) -> Self {
        Self { froms, ..self }
    }

    pub(super) fn span(&self) -> Span {
        self.expression.span
    }

    /// A bind with its type.
    pub(super) fn bind(value: PythonValue, type_: SqlType, span: Span) -> Self {
        Self::new(ExpressionKind::Typed(value, type_.clone()), span, type_).with(Role::Bind)
    }

    /// `NULL`, `true`, `false`.
    pub(super) fn constant(truth: Option<bool>, span: Span) -> Self {
        let (keyword, type_) = match truth {
            None => ("NULL", typing::null()),
            Some(true) => ("true", typing::boolean()),
            Some(false) => ("false", typing::boolean()),
        };
        Self::new(ExpressionKind::Keyword(keyword), span, type_).with(Role::Constant(truth))
    }

    /// SQL that stands in no source.
    pub(super) fn verbatim(text: &str, span: Span, type_: SqlType) -> Self {
        let pieces = vec![Piece { value_start: 0, span, verbatim: false }];
        let literal = Literal { span, value: text.to_owned(), pieces };
        Self::new(ExpressionKind::Verbatim(literal), span, type_)
    }

    /// Whether Python asks this operand first, because its class is a subclass of the other's.
    pub(super) fn is_more_special(&self, other: &Self) -> bool {
        let class = |element: &Self| match (&element.expression.kind, &element.role) {
            (ExpressionKind::Column { .. } | ExpressionKind::Verbatim(_), Role::Plain) => {
                (1, element.is_whole)
            }
            (ExpressionKind::Function { name, .. }, Role::Plain) => (2, super::function::is_generic(name)),
            (_, Role::Unary(op)) => (3, *op == Op::Exists),
            (_, Role::AsBoolean(..)) => (3, true),
            (_, Role::Many(op)) => (4, matches!(op, Op::And | Op::Or)),
            _ => (0, false),
        };
        let ((of_self, special), (of_other, as_special)) = (class(self), class(other));
        of_self != 0 && of_self == of_other && special && !as_special
    }

    fn is_boolean(&self) -> bool {
        matches!(self.type_.kind, SqlTypeKind::Boolean { .. })
    }

    /// The element with parentheses around it.
    pub(super) fn grouped(self) -> Self {
        let Self { expression, type_, froms, .. } = self;
        let span = expression.span;
        Self::new(ExpressionKind::Grouping(Box::new(expression)), span, type_)
            .with(Role::Closed)
            .reading(froms)
    }

    /// The element where `against` is applied to it; `None` is no operator at all.
    pub(super) fn self_group(self, against: Option<&Op>) -> Self {
        if let ExpressionKind::Label(inner, name) = self.expression.kind {
            let span = self.expression.span;
            let inner = Self { expression: *inner, ..self }.self_group(against);
            let kind = ExpressionKind::Label(Box::new(inner.expression), name);
            return Self { expression: Expression { kind, span }, ..inner };
        }
        let grouped = match &self.role {
            Role::Binary(op, _) | Role::Many(op) => {
                op.is_precedent(against) || (against == Some(&Op::Inv) && !op.is_boolean())
            }
            Role::InList(.., negated) => {
                let op = if *negated { Op::NotIn } else { Op::In };
                op.is_precedent(against)
            }
            Role::Unary(op) => op.is_precedent(against),
            Role::Aggregate => Op::AnyAll.is_precedent(against),
            Role::Text => matches!(against, Some(Op::In | Op::NotIn)),
            Role::Plain | Role::Bind | Role::Constant(_) | Role::Closed => {
                let array = matches!(self.type_.kind, SqlTypeKind::Array { .. });
                let function = matches!(self.expression.kind, ExpressionKind::Function { .. });
                if matches!(against, Some(Op::And | Op::Or | Op::AsBool))
                    && self.is_boolean()
                    && self.role != Role::Closed
                {
                    let (expression, type_, froms) =
                        (self.expression.clone(), self.type_.clone(), self.froms.clone());
                    return Self::new(expression.kind, expression.span, type_)
                        .with(Role::AsBoolean(Box::new(self), true))
                        .reading(froms);
                }
                (against == Some(&Op::AnyAll) && self.role != Role::Closed)
                    || (against == Some(&Op::GetItem) && array && function)
            }
            Role::Modified | Role::AsBoolean(..) | Role::Select => false,
        };
        if grouped { self.grouped() } else { self }
    }

    /// `~element`.
    pub(super) fn negated(self) -> Result<Self, Opaque> {
        if matches!(self.expression.kind, ExpressionKind::Label(..)) {
            return Err(unknown(self.span(), "it is a label that is negated"));
        }
        match self.role.clone() {
            Role::Constant(Some(truth)) => Ok(Self::constant(Some(!truth), self.span())),
            Role::AsBoolean(inner, truth) => match inner.role {
                Role::Constant(Some(_)) => inner.negated(),
                _ => Ok(inner.boolean(!truth)),
            },
            Role::InList(left, list, negated) => Ok(in_list(*left, *list, !negated)),
            Role::Binary(op, true) => {
                let Some(opposite) = op.negated() else {
                    return Err(unknown(self.span(), "its opposite is not known"));
                };
                let span = self.span();
                match self.expression.kind {
                    ExpressionKind::Binary { left, operator, right } if operator == op.spelled() => {
                        // `is_` of something that is no constant is its own opposite (`operator_lookup`).
                        let constant = matches!(right.kind, ExpressionKind::Keyword(_));
                        let own = matches!(op, Op::Is | Op::IsNot) && !constant;
                        let opposite = if own { op } else { opposite };
                        let operator = opposite.spelled().to_owned();
                        let kind = ExpressionKind::Binary { left, operator, right };
                        Ok(Self::new(kind, span, self.type_)
                            .with(Role::Binary(opposite, true))
                            .reading(self.froms))
                    }
                    ExpressionKind::Suffix(inner, suffix) => match inner.kind {
                        ExpressionKind::Binary { left, right, .. } => {
                            let kind = ExpressionKind::Binary {
                                left,
                                operator: opposite.spelled().to_owned(),
                                right,
                            };
                            let inner = Expression { kind, span };
                            let kind = ExpressionKind::Suffix(Box::new(inner), suffix);
                            Ok(Self::new(kind, span, self.type_)
                                .with(Role::Binary(opposite, true))
                                .reading(self.froms))
                        }
                        _ => Err(unknown(span, "its opposite is not known")),
                    },
                    _ => Err(unknown(span, "its opposite is not known")),
                }
            }
            Role::Binary(_, false) => {
                let grouped = self.self_group(None);
                grouped.negated()
            }
            Role::Plain | Role::Closed | Role::Bind if self.is_boolean() => Ok(self.boolean(false)),
            Role::Select | Role::Modified | Role::Text => Err(unknown(self.span(), "it is negated")),
            Role::Unary(_) | Role::Aggregate if self.is_boolean() => {
                Ok(Self { type_: typing::boolean(), ..self.inverted() })
            }
            _ => Ok(self.inverted()),
        }
    }

    /// `NOT` before the element.
    fn inverted(self) -> Self {
        let grouped = self.self_group(Some(&Op::Inv));
        prefixed(grouped, Op::Inv, "NOT ", typing::null())
    }

    /// The boolean element itself, or `NOT` and it.
    fn boolean(self, truth: bool) -> Self {
        let (span, froms) = (self.span(), self.froms.clone());
        let kind = match truth {
            true => self.expression.kind.clone(),
            false => ExpressionKind::Prefix("NOT ".to_owned(), Box::new(self.expression.clone())),
        };
        Self::new(kind, span, typing::boolean()).with(Role::AsBoolean(Box::new(self), truth)).reading(froms)
    }
}

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
        (true, false) => empty_set("AND", "(1 != 1)", span),
        (true, true) => empty_set("OR", "(1 = 1)", span),
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
fn empty_set(operator: &str, truth: &str, span: Span) -> Expression {
    let null = Element::bind(PythonValue::None, typing::null(), span).grouped().expression;
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
