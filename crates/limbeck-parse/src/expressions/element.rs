//! An expression with what SQLAlchemy knows of it while it is built: type, operator, what it reads from; and the rules by
//! which parentheses come around it and by which it is negated (sql/elements.py: `self_group`, `_negate`,
//! `_construct_for_op`).

use limbeck_types::{
    Expression, ExpressionKind, Few, FromItem, Literal, Opaque, Piece, Placeholder, PythonValue, Span,
    SqlType, SqlTypeKind,
};

use super::combine::{in_list, prefixed};
use super::operator::Op;
use super::typing::{self, unknown};

/// An expression in the making.
#[derive(Debug, Clone)]
pub(super) struct Element {
    pub(super) expression: Expression,
    pub(super) type_: SqlType,
    pub(super) role: Role,
    pub(super) froms: Vec<Reading>,
    /// Whether it is a `sa.Column`: Python gives the word to the more special class of two.
    pub(super) is_whole: bool,
    /// Whether its binds are named otherwise than it is: Python calls the column something else, or its type is coerced.
    pub(super) is_renamed: bool,
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
            is_renamed: false,
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
        Self::new(ExpressionKind::Typed(value, type_.clone(), Placeholder::Unknown), span, type_)
            .with(Role::Bind)
    }

    /// What its placeholder is, if it is a bind.
    pub(super) fn placed(mut self, placeholder: Placeholder) -> Self {
        if let ExpressionKind::Typed(_, _, known) = &mut self.expression.kind {
            *known = placeholder;
        }
        self
    }

    /// What a Python value beside it is named after (`ColumnElement._bind_param` and its overrides).
    pub(super) fn names_binds(&self) -> Placeholder {
        match (&self.expression.kind, &self.role) {
            _ if self.is_renamed => Placeholder::Unknown,
            (ExpressionKind::Column { name, .. }, Role::Plain) => Placeholder::Anonymous(name.text.clone()),
            (ExpressionKind::Function { name, .. }, Role::Plain) => {
                name.last().map_or(Placeholder::Unknown, |name| Placeholder::Anonymous(name.clone()))
            }
            (ExpressionKind::Cast(..), Role::Plain) | (_, Role::Binary(..) | Role::Many(_)) => {
                Placeholder::Anonymous("param".to_owned())
            }
            _ => Placeholder::Unknown,
        }
    }

    /// The same of the list of an `IN`.
    pub(super) fn names_list(&self) -> Placeholder {
        match self.names_binds() {
            Placeholder::Anonymous(base) => Placeholder::Expanding(base),
            other => other,
        }
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
        let pieces = Few::from_iter([Piece { value_start: 0, span, verbatim: false }]);
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
