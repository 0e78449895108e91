//! Names of constraints and indexes: as they are given, or as a naming convention makes them (SQLAlchemy sql/naming.py), and
//! what becomes of those that are too long (sql/compiler.py, `_truncate_and_render_maxlen_name`).

use limbeck_types::{Constraint, ConstraintKind, Name, Opaque, Span, TableName};

use super::context::{Context, raises, unknown};
use super::{md5, quote};

/// The longest identifier of Postgres, in characters as SQLAlchemy counts them.
const LONGEST: usize = 63;

/// `MetaData(naming_convention=…)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Convention {
    /// Its keys and templates.
    Known(Vec<(String, String)>),
    /// It is not known.
    Opaque(Opaque),
}

impl Convention {
    /// The template for a kind of constraint.
    fn template(&self, key: &str) -> Result<Option<&str>, &Opaque> {
        match self {
            Self::Known(pairs) => {
                Ok(pairs.iter().rev().find(|(given, _)| given == key).map(|(_, template)| template.as_str()))
            }
            Self::Opaque(opaque) => Err(opaque),
        }
    }
}

/// What a convention can speak of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    /// The table.
    pub(crate) table: &'a TableName,
    /// `ix`, `uq`, `ck`, `fk`, `pk`; `None` for what no convention is for.
    pub(crate) key: Option<&'static str>,
    /// The names of its columns, in order; `None` where they cannot be told.
    pub(crate) columns: Option<&'a [&'a str]>,
    /// Which of them are no columns of the table, and the table that such a one is of.
    pub(crate) outside: &'a [(usize, Option<&'a TableName>)],
    /// The table that a foreign key refers to, and the columns where SQLAlchemy has that table already.
    pub(crate) referred: Option<(&'a str, Option<&'a [&'a str]>)>,
    /// The construct.
    pub(crate) span: Span,
}

/// A name that is final: after conventions, before quoting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FinalName {
    text: String,
    quote: Option<bool>,
    /// Whether it was made by a convention or `op.f`, so that it is shortened and not refused where it is too long.
    is_conventional: bool,
    /// Where it is written, the construct where a convention made it.
    span: Span,
}

impl FinalName {
    /// The name as it stands in a statement, with its place.
    pub(crate) fn render(&self, context: Context) -> Result<(String, Span), Opaque> {
        let length = self.text.chars().count();
        let text = match (length > LONGEST, self.is_conventional) {
            (false, _) => self.text.clone(),
            (true, true) => {
                let kept: String = self.text.chars().take(LONGEST - 8).collect();
                let digest = md5::hex(self.text.as_bytes());
                format!("{kept}_{}", &digest[digest.len() - 4..])
            }
            (true, false) => {
                let error = format!("Identifier '{}' exceeds maximum length of 63 characters", self.text);
                return Err(raises(self.span, error));
            }
        };
        let name = Name { text, span: self.span, is_final: false, quote: self.quote };
        Ok((quote::name(&name, context).into_owned(), self.span))
    }
}

/// The key of a constraint's convention.
pub(crate) fn key(constraint: &Constraint) -> Option<&'static str> {
    match constraint.kind {
        ConstraintKind::PrimaryKey { .. } => Some("pk"),
        ConstraintKind::Unique { .. } => Some("uq"),
        ConstraintKind::Check { .. } => Some("ck"),
        ConstraintKind::ForeignKey(_) => Some("fk"),
        ConstraintKind::Exclude { .. } => None,
    }
}

/// The name that a constraint or index has after all: `None` where it has none.
pub(crate) fn final_name(
    name: Option<&Name>,
    subject: Subject<'_>,
    convention: &Convention,
) -> Result<Option<FinalName>, Opaque> {
    if let Some(name) = name.filter(|name| name.is_final) {
        return Ok(Some(given(name)));
    }
    let Some(key) = subject.key else { return Ok(name.map(given)) };
    let template = match (convention.template(key), name) {
        (Ok(template), _) => template,
        // Only names of checks are commonly made of the given name and something else.
        (Err(_), Some(name)) if key != "ck" => return Ok(Some(given(name))),
        (Err(opaque), _) => {
            return Err(unknown(
                subject.span,
                format!("its name depends on the naming convention, and {}", opaque.reason),
            ));
        }
    };
    match (template, name) {
        (None, name) => Ok(name.map(given)),
        (Some(template), Some(name)) if !template.contains("constraint_name") => Ok(Some(given(name))),
        (Some(template), name) => Ok(Some(FinalName {
            text: fill(template, name, subject)?,
            quote: None,
            is_conventional: true,
            span: name.map_or(subject.span, |name| name.span),
        })),
    }
}

/// A name as it is given.
pub(crate) fn given(name: &Name) -> FinalName {
    FinalName { text: name.text.clone(), quote: name.quote, is_conventional: name.is_final, span: name.span }
}

/// Python's `template % tokens`.
fn fill(template: &str, name: Option<&Name>, subject: Subject<'_>) -> Result<String, Opaque> {
    let odd = || unknown(subject.span, format!("the naming convention has the template `{template}`"));
    let mut filled = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('%') {
        filled.push_str(&rest[..at]);
        let behind = &rest[at + 1..];
        if let Some(after) = behind.strip_prefix('%') {
            filled.push('%');
            rest = after;
            continue;
        }
        let (token, after) =
            behind.strip_prefix('(').and_then(|behind| behind.split_once(")s")).ok_or_else(odd)?;
        if token.contains(['(', ')', '%']) {
            return Err(odd());
        }
        filled.push_str(&self::token(token, name, subject)?);
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// The value of one token (`ConventionDict.__getitem__`).
fn token(token: &str, name: Option<&Name>, subject: Subject<'_>) -> Result<String, Opaque> {
    let span = subject.span;
    match token {
        "table_name" => return Ok(subject.table.name.text.clone()),
        "constraint_name" => {
            return name.map(|name| name.text.clone()).ok_or_else(|| {
                raises(
                    span,
                    "Naming convention including %(constraint_name)s token requires that constraint is explicitly named.",
                )
            });
        }
        "referred_table_name" => {
            return match subject.referred {
                Some((table, _)) => Ok(table.to_owned()),
                None => Err(raises(span, format!("`{token}` of a naming convention has nothing to name"))),
            };
        }
        _ => {}
    }
    let unknown_token = || unknown(span, format!("the naming convention has the token `{token}`"));
    let (referred, column) = match token.strip_prefix("referred_") {
        Some(column) => (true, column),
        None => (false, token),
    };
    let column = column.strip_prefix("column_").ok_or_else(unknown_token)?;
    let digits = column.find(|character: char| !character.is_ascii_digit()).ok_or_else(unknown_token)?;
    let (index, attribute) = column.split_at(digits);
    let (separator, attribute) = match attribute {
        attribute if attribute.starts_with("_N_") => (Some("_"), &attribute[3..]),
        attribute if attribute.starts_with("N_") => (Some(""), &attribute[2..]),
        attribute if attribute.starts_with('_') => (None, &attribute[1..]),
        _ => return Err(unknown_token()),
    };
    let names = match (referred, subject.referred) {
        (true, Some((_, Some(names)))) if attribute == "name" => names,
        (true, Some((table, None))) if attribute == "name" => {
            return Err(raises(span, format_args!("Foreign key could not find table '{table}'")));
        }
        (true, _) => return Err(unknown_token()),
        (false, _) => subject.columns.ok_or_else(|| {
            unknown(span, format!("`{token}` of the naming convention stands for columns of an expression"))
        })?,
    };
    let shown = |at: usize, name: &str| match attribute {
        "name" | "key" => Ok(name.to_owned()),
        "label" => Ok(match subject.outside.iter().find(|(index, _)| *index == at) {
            None => label(subject.table, name),
            Some((_, Some(table))) => label(table, name),
            Some((_, None)) => name.to_owned(),
        }),
        _ => Err(unknown_token()),
    };
    match separator {
        Some(separator) if index == "0" => {
            let shown: Result<Vec<String>, Opaque> =
                names.iter().enumerate().map(|(at, name)| shown(at, name)).collect();
            Ok(shown?.join(separator))
        }
        Some(_) => Err(unknown_token()),
        None => {
            let index: usize = index.parse().map_err(|_| unknown_token())?;
            match names.get(index) {
                Some(name) => shown(index, name),
                None if referred => Err(raises(span, "list index out of range")),
                None => shown(index, "").map(|_| String::new()),
            }
        }
    }
}

/// `schema_table_column` (SQLAlchemy sql/elements.py, `_gen_tq_label`).
fn label(table: &TableName, column: &str) -> String {
    match &table.schema {
        Some(schema) if !schema.text.is_empty() => {
            format!("{}_{}_{column}", schema.text.replace('.', "_"), table.name.text)
        }
        _ => format!("{}_{column}", table.name.text),
    }
}
