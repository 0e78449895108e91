//! Enum types: `sa.Enum` and `postgresql.ENUM`, with their labels (SQLAlchemy sql/sqltypes.py, `Enum`,
//! dialects/postgresql/named_types.py).

use limbeck_types::{EnumType, Name, Opaque, Span};

use super::super::scalar::{
    blame, entries, flag, integer, items, name, optional, raises, text, truth, unknown,
};
use super::super::symbol;
use crate::follow::function::Class;
use crate::follow::value::{Call, Kind, Value};

/// The enum type that a value is; nothing where it is another type.
pub(crate) fn enum_type(value: &Value) -> Option<Result<EnumType, Opaque>> {
    match super::sql_type(value).kind {
        limbeck_types::SqlTypeKind::Enum(type_) => Some(Ok(type_)),
        limbeck_types::SqlTypeKind::Opaque(opaque) if symbol::is_call_of(value, &["Enum", "ENUM"]) => {
            Some(Err(opaque))
        }
        _ => None,
    }
}

/// `Enum(*labels, **kw)`. Keywords that it does not know are ignored, as SQLAlchemy does.
pub(super) fn enumerated(call: &Call, is_postgresql: bool) -> Result<EnumType, Opaque> {
    if let Some(unknown_keyword) = call.keyword("**") {
        return Err(unknown(unknown_keyword));
    }
    let omits_aliases = flag(call.keyword("omit_aliases"), true)?;
    let labels = labels(call, omits_aliases)?;
    if let Some(callable) = call.keyword("values_callable").filter(|value| !matches!(value.kind, Kind::None))
        && labels.class.is_some()
    {
        return Err(blame(callable.span, "the labels are what `values_callable` returns"));
    }
    let quote = optional(call.keyword("quote"), truth)?;
    let given = match call.keyword("name") {
        None => labels.class.map(|class| Name::new(class.to_lowercase(), call.span)),
        Some(value) => optional(Some(value), name)?,
    };
    let native = is_postgresql || flag(call.keyword("native_enum"), true)?;
    let length = optional(call.keyword("length"), integer)?;
    if !native && length.is_none() && call.keyword("length").is_some() {
        return Err(blame(call.span, "an enum without a length is not rendered"));
    }
    let longest = labels.texts.iter().map(|label| label.chars().count()).max().unwrap_or_default();
    if length.is_some_and(|length| usize::try_from(length).is_ok_and(|length| length < longest)) {
        let error = "ValueError: When provided, length must be larger or equal than the length of the longest enum \
                     value.";
        return Err(raises(call.span, error));
    }
    Ok(EnumType {
        name: given.map(|given| Name { quote: quote.or(given.quote), ..given }),
        schema: optional(call.keyword("schema"), name)?,
        labels: labels.texts,
        create_type: flag(call.keyword("create_type"), true)?,
        native,
        create_constraint: flag(call.keyword("create_constraint"), false)?,
        length,
        is_postgresql,
        has_metadata: call.keyword("metadata").is_some_and(|value| !matches!(value.kind, Kind::None)),
        inherit_schema: flag(call.keyword("inherit_schema"), false)?,
        validate_strings: flag(call.keyword("validate_strings"), false)?,
        span: call.span,
    })
}

/// Labels, and the name of the Python enum that they come from.
struct Labels {
    texts: Vec<String>,
    class: Option<String>,
}

/// The labels of an enum type: its arguments, or the names of a Python enum's members.
fn labels(call: &Call, omits_aliases: bool) -> Result<Labels, Opaque> {
    if let [only] = call.positional.as_slice() {
        match &only.kind {
            Kind::Class(class) if class.is_enum() => {
                let texts = members(class, omits_aliases)?;
                return Ok(Labels { texts, class: Some(class.name.clone()) });
            }
            Kind::Call(made) if is_enum_path(&made.callee) => {
                let (class, texts) = functional(made)?;
                return Ok(Labels { texts, class: Some(class) });
            }
            _ => {}
        }
    }
    let texts = call.positional.iter().map(text).collect::<Result<_, _>>()?;
    Ok(Labels { texts, class: None })
}

/// Whether a value names one of Python's enum classes.
fn is_enum_path(value: &Value) -> bool {
    symbol::dotted(value)
        .is_some_and(|path| matches!(&*path, "enum.Enum" | "enum.StrEnum" | "enum.IntEnum" | "enum.Flag"))
}

/// The names of an enum's members in order, without those that are another name for an earlier one.
fn members(class: &Class, omits_aliases: bool) -> Result<Vec<String>, Opaque> {
    if class.is_changed() {
        let span = class.members().next().map_or_else(Span::default, |(_, value)| value.span);
        return Err(blame(span, format!("`{}` is changed after it is made", class.name)));
    }
    let mut found: Vec<(&str, &Value)> = Vec::new();
    for (name, value) in class.members() {
        if let Kind::Opaque(opaque) = &value.kind {
            return Err(Opaque::clone(opaque));
        }
        let is_alias = found.iter().any(|(_, other)| same(other, value));
        if !(is_alias && omits_aliases) {
            found.push((name, value));
        }
    }
    Ok(found.into_iter().map(|(name, _)| name.to_owned()).collect())
}

/// Whether two values of members are equal, as far as it matters here.
fn same(one: &Value, other: &Value) -> bool {
    match (&one.kind, &other.kind) {
        (Kind::Text(one), Kind::Text(other)) => one.value == other.value,
        (Kind::Int(one), Kind::Int(other)) => one == other,
        (Kind::Bool(one), Kind::Bool(other)) => one == other,
        _ => false,
    }
}

/// `enum.Enum("Name", "A B")`: its name and its members.
fn functional(call: &Call) -> Result<(String, Vec<String>), Opaque> {
    let class = text(call.argument(0, "value").ok_or_else(|| blame(call.span, "the enum has no name"))?)?;
    let names = call.argument(1, "names").ok_or_else(|| blame(call.span, "the enum has no members"))?;
    let members = match &names.kind {
        Kind::Text(literal) => {
            let separated = literal.value.replace(',', " ");
            separated.split_whitespace().map(str::to_owned).collect()
        }
        Kind::Dict(_) => entries(names)?.into_iter().map(|(name, _)| name).collect(),
        _ => {
            let first = |item: &Value| match &item.kind {
                Kind::Text(_) => text(item),
                _ => items(item)?.first().map_or_else(|| Err(unknown(item)), text),
            };
            items(names)?.iter().map(first).collect::<Result<_, _>>()?
        }
    };
    Ok((class, members))
}
