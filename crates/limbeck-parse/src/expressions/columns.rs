//! Whether an expression names a column, which decides where SQLAlchemy lets it stand.

use limbeck_types::{Expression, ExpressionKind};

/// Whether a column, or SQL that is taken for one, is anywhere in the expression (SQLAlchemy's `column` visitor).
pub(crate) fn names_column(expression: &Expression) -> bool {
    use ExpressionKind as K;
    let any = |expressions: &[Expression]| expressions.iter().any(names_column);
    match &expression.kind {
        K::Column { .. } | K::Verbatim(_) | K::Select(_) => true,
        K::Value(_) | K::Typed(..) | K::Text(_) | K::Keyword(_) | K::NextValue(_) | K::Opaque(_) => false,
        K::Function { arguments: operands, .. }
        | K::Many { operands, .. }
        | K::Tuple(operands)
        | K::List(operands) => any(operands),
        K::Binary { left, right, .. } | K::Subscript(left, right) => {
            names_column(left) || names_column(right)
        }
        K::Cast(operand, _)
        | K::Prefix(_, operand)
        | K::Suffix(operand, _)
        | K::Grouping(operand)
        | K::Eager(operand)
        | K::Collate(operand, _)
        | K::Extract(_, operand)
        | K::Label(operand, _) => names_column(operand),
        K::Case { value, whens, otherwise } => {
            let ends = [value, otherwise];
            ends.into_iter().flatten().any(|operand| names_column(operand))
                || whens.iter().any(|(condition, result)| names_column(condition) || names_column(result))
        }
    }
}
