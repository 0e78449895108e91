//! SQLAlchemy's expressions as SQL (sql/compiler.py, `SQLCompiler`; dialects/postgresql/base.py, `PGCompiler`).
//!
//! Where operands need parentheses was decided when the expression was built; here everything is printed as it is.

use hashbrown::HashMap;

use limbeck_types::{Expression, ExpressionKind, FromItem, Literal, Name, Opaque, Span, TableName};

use super::context::{Context, raises, unknown};
use super::writer::Writer;
use super::{literal_value, placeholder, quote, sequence, sql_type, statement_select, statement_text};

/// How many names SQLAlchemy may shorten: longer ones are given up on.
const LONGEST_NAME: usize = 57;

/// The expression as it stands in a statement.
pub(crate) fn expression(expression: &Expression, context: Context) -> Result<String, Opaque> {
    Ok(literal(expression, context)?.value)
}

/// The same with the source of each byte.
pub(crate) fn literal(expression: &Expression, context: Context) -> Result<Literal, Opaque> {
    let mut pen = Pen::new(context);
    pen.expression(expression)?;
    Ok(pen.writer.finish(expression.span))
}

/// What is written, and the names that SQLAlchemy has made up for it so far.
#[derive(Debug)]
pub(crate) struct Pen<'c> {
    pub(crate) writer: Writer,
    pub(crate) context: Context<'c>,
    /// `count` to 2 where `count_1` and `count_2` are taken.
    anonymous: HashMap<String, usize>,
    /// The names of the binds so far, and whether they were given to them.
    pub(crate) binds: HashMap<String, bool>,
    /// Whether what is rendered is a subquery of a `FROM`, whose columns are all named.
    pub(crate) as_from: bool,
    /// Whether an operator is anywhere around what is rendered.
    in_operator: bool,
    /// What the statement around reads from already.
    pub(crate) enclosing: Vec<FromItem>,
}

impl<'c> Pen<'c> {
    pub(crate) fn new(context: Context<'c>) -> Self {
        let (writer, anonymous) = (Writer::default(), HashMap::new());
        let (binds, enclosing) = (HashMap::new(), Vec::new());
        Self { writer, context, anonymous, binds, as_from: false, in_operator: false, enclosing }
    }

    /// Text that SQLAlchemy makes of what is written at `span`; the call where nothing is.
    pub(crate) fn made(&mut self, text: &str, span: Span) {
        let span = if span.is_empty() { self.context.call } else { span };
        self.writer.made(text, span);
    }

    /// `base_1`, `base_2`, in the order in which they are asked for (`_anonymous_label`).
    pub(crate) fn anonymous(&mut self, base: &str, span: Span) -> Result<String, Opaque> {
        let number = self.anonymous.entry(base.to_owned()).or_default();
        *number += 1;
        let name = format!("{base}_{number}");
        match name.len() > LONGEST_NAME || base.contains(['%', '(', ')']) {
            true => Err(unknown(span, "SQLAlchemy makes up a name for it that is too long")),
            false => Ok(name),
        }
    }

    pub(crate) fn name(&mut self, name: &Name) {
        let quoted = quote::name(name, self.context);
        self.made(&quoted, name.span);
    }

    pub(crate) fn table(&mut self, table: &TableName) {
        if let Some(schema) = &table.schema {
            self.name(schema);
            self.made(".", table.name.span);
        }
        self.name(&table.name);
    }

    /// Expressions with something between them.
    pub(crate) fn separated(&mut self, expressions: &[Expression], separator: &str) -> Result<(), Opaque> {
        for (index, expression) in expressions.iter().enumerate() {
            if index > 0 {
                self.made(separator, expression.span);
            }
            self.expression(expression)?;
        }
        Ok(())
    }

    /// The expression.
    pub(crate) fn expression(&mut self, expression: &Expression) -> Result<(), Opaque> {
        use ExpressionKind as K;
        let span = expression.span;
        match &expression.kind {
            K::Opaque(opaque) => return Err(opaque.clone()),
            K::Value(_) => return Err(unknown(span, "it is a value whose type is not known")),
            K::Typed(_, type_, named) if placeholder::is_needed(named, self.context) => {
                placeholder::bind(self, named, type_, span)?;
            }
            K::Typed(value, type_, _) => {
                let (context, place) = (self.context, self.place(span));
                literal_value::value(&mut self.writer, value, type_, place, context)?;
            }
            K::Text(text) => statement_text::text(self, text)?,
            K::Verbatim(literal) => {
                let doubled = self.context.doubles_percents() && literal.value.contains('%');
                match doubled {
                    true => {
                        let text = self.context.percents(&literal.value);
                        self.made(&text, span);
                    }
                    false => self.writer.literal(literal),
                }
            }
            K::Keyword(keyword) => self.made(keyword, span),
            K::Column { table, name, .. } => {
                let mut qualified = String::new();
                if let Some(table) = table.as_ref().filter(|_| self.context.include_table) {
                    // The place is where the column is used, not where its table was described.
                    qualified = format!("{}.", quote::table(table, self.context));
                }
                qualified.push_str(&quote::name(name, self.context));
                self.made(&qualified, if span.is_empty() { name.span } else { span });
            }
            K::Function { name, arguments, .. } => self.function(name, arguments, span)?,
            K::Cast(operand, type_) => {
                let type_ = sql_type::sql_type(type_, self.context)?;
                self.made("CAST(", span);
                self.expression(operand)?;
                self.made(&format!(" AS {type_})"), span);
            }
            K::Binary { left, operator, right } => {
                // What has a visitor of its own tells its operands nothing (`_generate_generic_binary` does).
                let own =
                    matches!(operator.as_str(), "LIKE" | "NOT LIKE" | "ILIKE" | "NOT ILIKE" | "/" | "%");
                let in_operator = self.in_operator;
                self.in_operator |= !own;
                self.expression(left)?;
                let operator = self.context.percents(operator);
                self.made(&format!(" {operator} "), span);
                self.expression(right)?;
                self.in_operator = in_operator;
            }
            K::Eager(operand) if !self.in_operator => self.expression(operand)?,
            // A list that is one bind, empty or not.
            K::Many { operands, .. } | K::Tuple(operands)
                if !self.context.literal_binds() && placeholder::is_list(operands) =>
            {
                placeholder::list(self, &operands[0], span)?;
            }
            K::Many { operator, operands } => {
                let separator = format!(" {} ", self.context.percents(operator));
                let in_operator = std::mem::replace(&mut self.in_operator, true);
                self.separated(operands, &separator)?;
                self.in_operator = in_operator;
            }
            K::Prefix(operator, operand) => {
                self.made(operator, span);
                self.expression(operand)?;
            }
            K::Suffix(operand, operator) => {
                self.expression(operand)?;
                let operator = self.context.percents(operator);
                self.made(&operator, span);
            }
            K::Grouping(operand) | K::Eager(operand) => {
                self.made("(", span);
                self.expression(operand)?;
                self.made(")", span);
            }
            K::Subscript(operand, index) => {
                self.expression(operand)?;
                self.made("[", span);
                self.expression(index)?;
                self.made("]", span);
            }
            K::Case { value, whens, otherwise } => {
                self.made("CASE ", span);
                if let Some(value) = value {
                    self.expression(value)?;
                    self.made(" ", span);
                }
                for (condition, result) in whens {
                    self.made("WHEN ", span);
                    self.expression(condition)?;
                    self.made(" THEN ", span);
                    self.expression(result)?;
                    self.made(" ", span);
                }
                if let Some(otherwise) = otherwise {
                    self.made("ELSE ", span);
                    self.expression(otherwise)?;
                    self.made(" ", span);
                }
                self.made("END", span);
            }
            K::Tuple(operands) => {
                self.made("(", span);
                self.separated(operands, ", ")?;
                self.made(")", span);
            }
            K::List(operands) => self.separated(operands, ", ")?,
            K::Collate(operand, collation) => {
                let in_operator = std::mem::replace(&mut self.in_operator, true);
                self.expression(operand)?;
                self.in_operator = in_operator;
                let collation = quote::text(collation, self.context);
                self.made(&format!(" COLLATE {collation}"), span);
            }
            K::Extract(field, operand) => {
                self.made(&format!("EXTRACT({field} FROM "), span);
                self.expression(operand)?;
                self.made(")", span);
            }
            K::Label(operand, _) => self.expression(operand)?,
            K::NextValue(of) => {
                let name = sequence::name(of, self.context);
                self.made(&format!("nextval('{name}')"), span);
            }
            K::Select(select) => statement_select::nested(self, select, span)?,
        }
        Ok(())
    }

    /// `name(…)` (`visit_function`).
    fn function(&mut self, name: &[String], arguments: &[Expression], span: Span) -> Result<(), Opaque> {
        let legal = |part: &String| {
            part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$')
                && !part.starts_with(|first: char| first.is_ascii_digit() || first == '$')
        };
        let [packages @ .., last] = name else {
            return Err(unknown(span, "it is a function without a name"));
        };
        if !name.iter().all(legal) {
            return Err(unknown(span, "it is a function whose name needs quotes"));
        }
        let single = packages.is_empty();
        let ansi = ["current_date", "current_time", "current_timestamp", "current_user", "localtime"];
        let ansi = ansi.contains(&last.as_str())
            || ["localtimestamp", "session_user", "user"].contains(&last.as_str());
        match last.to_ascii_lowercase().as_str() {
            _ if single && ansi => self.made(&last.to_ascii_uppercase(), span),
            "sysdate" if single => self.made("sysdate", span),
            "substring" => match arguments {
                [text, start, rest @ ..] => {
                    self.made("SUBSTRING(", span);
                    self.expression(text)?;
                    self.made(" FROM ", span);
                    self.expression(start)?;
                    if let [length, ..] = rest {
                        self.made(" FOR ", span);
                        self.expression(length)?;
                    }
                    self.made(")", span);
                }
                _ => return Err(raises(span, "IndexError: list index out of range")),
            },
            _ => {
                self.made(&name.join("."), span);
                self.made("(", span);
                self.separated(arguments, ", ")?;
                self.made(")", span);
            }
        }
        Ok(())
    }

    fn place(&self, span: Span) -> Span {
        if span.is_empty() { self.context.call } else { span }
    }
}
