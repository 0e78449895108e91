//! SQLAlchemy's operators: how they are spelled, how tightly they bind, what negates them (sql/operators.py,
//! sql/default_comparator.py).

/// An operator as SQLAlchemy tells them apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Op {
    Add,
    Sub,
    Mul,
    TrueDiv,
    FloorDiv,
    Mod,
    Neg,
    Concat,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Is,
    IsNot,
    IsDistinct,
    IsNotDistinct,
    Like,
    NotLike,
    ILike,
    NotILike,
    /// `contains`, `startswith`, `endswith`, the kind that has no precedence of its own; negated or not.
    Match(Match, bool),
    Regexp,
    NotRegexp,
    In,
    NotIn,
    Between,
    NotBetween,
    And,
    Or,
    Inv,
    Distinct,
    Exists,
    AnyAll,
    Collate,
    Comma,
    Desc,
    Asc,
    Nulls,
    GetItem,
    /// An item of a JSON value, as JSON or (`->>`) as text.
    JsonItem,
    AsText,
    /// What makes a boolean of an operand.
    AsBool,
    Custom(Custom),
}

/// Which part of a text is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Match {
    Contains,
    StartsWith,
    EndsWith,
}

/// `.op("…")`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Custom {
    pub(super) text: String,
    pub(super) precedence: i32,
    pub(super) is_comparison: bool,
}

/// Below and above all precedences.
const SMALLEST: i32 = -100;
const LARGEST: i32 = 100;

impl Op {
    fn precedence(&self) -> Option<i32> {
        Some(match self {
            Op::AnyAll | Op::GetItem | Op::JsonItem | Op::AsText => 15,
            Op::Mul | Op::TrueDiv | Op::FloorDiv | Op::Mod | Op::Neg => 8,
            Op::Add | Op::Sub => 7,
            Op::Concat
            | Op::Regexp
            | Op::NotRegexp
            | Op::Like
            | Op::NotLike
            | Op::ILike
            | Op::NotILike
            | Op::In
            | Op::NotIn
            | Op::Is
            | Op::IsNot
            | Op::Eq
            | Op::Ne
            | Op::IsDistinct
            | Op::IsNotDistinct
            | Op::Gt
            | Op::Lt
            | Op::Ge
            | Op::Le
            | Op::Between
            | Op::NotBetween
            | Op::Distinct
            | Op::Inv => 5,
            Op::Collate => 4,
            Op::And | Op::Desc | Op::Asc => 3,
            Op::Or => 2,
            Op::Exists => 0,
            Op::Comma => -1,
            Op::AsBool => -10,
            Op::Custom(custom) => custom.precedence,
            Op::Match(..) | Op::Nulls => return None,
        })
    }

    /// Whether an expression of this operator needs parentheses where `against` is applied to it.
    pub(super) fn is_precedent(&self, against: Option<&Op>) -> bool {
        let Some(against) = against else { return true };
        if self == against && self.is_naturally_precedent() {
            return false;
        }
        self.precedence().unwrap_or(SMALLEST) <= against.precedence().unwrap_or(LARGEST)
    }

    fn is_naturally_precedent(&self) -> bool {
        self.is_associative() || matches!(self, Op::GetItem | Op::JsonItem | Op::AsText)
    }

    /// Whether `(a op b) op c` is said as `a op b op c`.
    pub(super) fn is_associative(&self) -> bool {
        matches!(self, Op::Add | Op::Mul | Op::Concat | Op::And | Op::Or)
    }

    /// Whether the types of the operands may change places.
    pub(super) fn is_commutative(&self) -> bool {
        matches!(self, Op::Eq | Op::Ne | Op::Add | Op::Mul)
    }

    pub(super) fn is_boolean(&self) -> bool {
        match self {
            Op::Custom(custom) => custom.is_comparison,
            Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge => true,
            Op::Like | Op::NotLike | Op::ILike | Op::NotILike | Op::Match(..) => true,
            Op::Is | Op::IsNot | Op::IsDistinct | Op::IsNotDistinct => true,
            Op::In | Op::NotIn | Op::Between | Op::NotBetween | Op::Regexp | Op::NotRegexp => true,
            Op::Inv | Op::And | Op::Or => true,
            _ => false,
        }
    }

    /// The operator of the opposite.
    pub(super) fn negated(&self) -> Option<Op> {
        Some(match self {
            Op::Eq => Op::Ne,
            Op::Ne => Op::Eq,
            Op::Lt => Op::Ge,
            Op::Ge => Op::Lt,
            Op::Gt => Op::Le,
            Op::Le => Op::Gt,
            Op::Is => Op::IsNot,
            Op::IsNot => Op::Is,
            Op::IsDistinct => Op::IsNotDistinct,
            Op::IsNotDistinct => Op::IsDistinct,
            Op::Like => Op::NotLike,
            Op::NotLike => Op::Like,
            Op::ILike => Op::NotILike,
            Op::NotILike => Op::ILike,
            Op::Match(which, negated) => Op::Match(*which, !negated),
            Op::Regexp => Op::NotRegexp,
            Op::In => Op::NotIn,
            Op::NotIn => Op::In,
            Op::Between => Op::NotBetween,
            Op::NotBetween => Op::Between,
            _ => return None,
        })
    }

    /// The comparison seen from the other side.
    pub(super) fn mirrored(&self) -> Op {
        match self {
            Op::Lt => Op::Gt,
            Op::Gt => Op::Lt,
            Op::Le => Op::Ge,
            Op::Ge => Op::Le,
            other => other.clone(),
        }
    }

    /// As SQL spells it between its operands.
    pub(super) fn spelled(&self) -> &str {
        match self {
            Op::Add => "+",
            Op::Sub | Op::Neg => "-",
            Op::Mul => "*",
            Op::TrueDiv | Op::FloorDiv => "/",
            Op::Mod => "%",
            Op::Concat => "||",
            Op::Eq => "=",
            Op::Ne => "!=",
            Op::Lt => "<",
            Op::Le => "<=",
            Op::Gt => ">",
            Op::Ge => ">=",
            Op::Is => "IS",
            Op::IsNot => "IS NOT",
            Op::IsDistinct => "IS DISTINCT FROM",
            Op::IsNotDistinct => "IS NOT DISTINCT FROM",
            Op::Like | Op::Match(_, false) => "LIKE",
            Op::NotLike | Op::Match(_, true) => "NOT LIKE",
            Op::ILike => "ILIKE",
            Op::NotILike => "NOT ILIKE",
            Op::Regexp => "~",
            Op::NotRegexp => "!~",
            Op::In => "IN",
            Op::NotIn => "NOT IN",
            Op::Between => "BETWEEN",
            Op::NotBetween => "NOT BETWEEN",
            Op::And => "AND",
            Op::Or => "OR",
            Op::Custom(custom) => &custom.text,
            Op::Inv
            | Op::Distinct
            | Op::Exists
            | Op::AnyAll
            | Op::Collate
            | Op::Comma
            | Op::Desc
            | Op::Asc
            | Op::Nulls
            | Op::GetItem
            | Op::JsonItem
            | Op::AsText
            | Op::AsBool => "",
        }
    }
}
