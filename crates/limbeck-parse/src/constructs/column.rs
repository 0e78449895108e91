//! `Column(…)`: its name, type, constraints and defaults (SQLAlchemy sql/schema.py, `Column.__init__`).

use limbeck_types::{
    Autoincrement, Column, Constraint, ConstraintKind, Name, Opaque, Sequence, ServerDefault, Span, SqlType,
    SqlTypeKind,
};

use super::default::{Constructed, constructed, server_default};
use super::options::{self, Target};
use super::scalar::{blame, flag, name, raises, text, truth, unknown};
use super::signature::bind;
use super::{constraint, symbol, types};
use crate::follow::value::{Call, Kind, Value};

const SIGNATURE: &str = "Column.__init__(self, *args, name=, type_=, autoincrement=, default=, insert_default=, doc=, \
     key=, index=, unique=, info=, nullable=, onupdate=, primary_key=, server_default=, server_onupdate=, quote=, \
     system=, comment=, insert_sentinel=, **kw)";

/// The call that makes a column: `Column(…)`, or the one that was copied.
pub(crate) fn column_call(value: &Value) -> Option<&Call> {
    let Kind::Call(call) = &value.kind else { return None };
    if symbol::is_call_of(value, &["Column"]) {
        return Some(call);
    }
    match &call.callee.kind {
        Kind::Attribute(attribute) if matches!(attribute.1.as_str(), "copy" | "_copy") => {
            column_call(&attribute.0)
        }
        _ => None,
    }
}

/// The key that constraints of the same table call a column by: its `key`, or its name.
pub(crate) fn key(value: &Value) -> Result<Option<String>, Opaque> {
    match column_call(value).and_then(|call| call.keyword("key")) {
        None => Ok(None),
        Some(Value { kind: Kind::None, .. }) => Ok(None),
        Some(key) => text(key).map(Some),
    }
}

/// The column that a value is.
pub(crate) fn column(value: &Value) -> Result<Column, Opaque> {
    let Some(call) = column_call(value) else { return Err(unknown(value)) };
    column_named(value, call, None)
}

/// The column that a call makes, `name` where the call gives none: an attribute of a mapped class.
pub(crate) fn column_named(value: &Value, call: &Call, fallback: Option<Name>) -> Result<Column, Opaque> {
    let bound = bind(call, SIGNATURE)?;
    options::postgresql(&bound.others, Target::Column)?;
    let mut items = bound.rest.iter().copied().peekable();
    let mut given = None;
    if let Some(first) = items.peek() {
        match &first.kind {
            Kind::None => _ = items.next(),
            Kind::Opaque(opaque) => return Err(Opaque::clone(opaque)),
            _ => {
                if let Ok(found) = name(first) {
                    given = Some(found);
                    items.next();
                }
            }
        }
    }
    if let Some(keyword) = bound.optional("name", name)? {
        if given.is_some() {
            return Err(raises(
                value.span,
                "ArgumentError: May not pass name positionally and as a keyword.",
            ));
        }
        given = Some(keyword);
    }
    let type_ = match items.peek() {
        Some(first) if matches!(first.kind, Kind::Opaque(_)) || types::is_type(first) => {
            let found = types::sql_type(first);
            items.next();
            if bound.get("type_").is_some() {
                return Err(raises(
                    value.span,
                    "ArgumentError: May not pass type_ positionally and as a keyword.",
                ));
            }
            found
        }
        Some(Value { kind: Kind::None, .. }) => {
            items.next();
            bound.get("type_").map_or_else(|| types::no_type(value.span), types::sql_type)
        }
        _ => bound.get("type_").map_or_else(|| types::no_type(value.span), types::sql_type),
    };
    let Some(name) = given.or(fallback) else {
        return Err(raises(value.span, "ArgumentError: Column must be constructed with a non-blank name"));
    };
    let quote = bound.optional("quote", truth)?;
    let autoincrement = bound.get("autoincrement").map(autoincrement).transpose()?.unwrap_or_default();
    let given_default = bound.get("server_default").map(server_default).transpose()?.flatten();
    let on_update = bound.get("server_onupdate").filter(|value| !matches!(value.kind, Kind::None));
    if let Some(value) = on_update
        && (value.as_opaque().is_some() || symbol::is_call_of(value, &["Computed", "Identity"]))
    {
        return Err(blame(value.span, "what it is for the database is not known"));
    }
    let mut parts = Parts {
        server_default: given_default.clone(),
        has_on_update: on_update.is_some(),
        is_identity_refused: matches!(
            bound.get("autoincrement"),
            Some(Value { kind: Kind::Bool(false), .. })
        ),
        ..Parts::default()
    };
    for item in items {
        parts.add(item)?;
    }
    // SQLAlchemy sets it before the other arguments are looked at, and attaches it behind them.
    if let Some(default) = given_default {
        parts.attach(default, value.span)?;
    }
    for keyword in ["default", "insert_default"] {
        if let Some(default) = bound.get(keyword).filter(|value| !matches!(value.kind, Kind::None)) {
            parts.python_default(default)?;
        }
    }
    Ok(Column {
        name: Name { quote: quote.or(name.quote), ..name },
        span: value.span,
        type_: match (&type_.kind, parts.lent) {
            (SqlTypeKind::Null, Some(lent)) => lent,
            _ => type_,
        },
        nullable: bound.get("nullable").map(truth).transpose()?,
        primary_key: flag(bound.get("primary_key"), false)?,
        unique: flag(bound.get("unique"), false)?,
        index: flag(bound.get("index"), false)?,
        autoincrement,
        server_default: parts.server_default,
        default: parts.has_default,
        sequence: parts.sequence,
        comment: bound.optional("comment", text)?,
        constraints: parts.constraints,
        system: flag(bound.get("system"), false)?,
    })
}

/// What stands behind the type among a column's arguments.
#[derive(Default)]
struct Parts {
    constraints: Vec<Constraint>,
    server_default: Option<ServerDefault>,
    /// `server_onupdate=`.
    has_on_update: bool,
    /// Whether `autoincrement` is false.
    is_identity_refused: bool,
    sequence: Option<Sequence>,
    has_default: bool,
    /// The type of the column that a foreign key refers to.
    lent: Option<SqlType>,
}

impl Parts {
    fn add(&mut self, item: &Value) -> Result<(), Opaque> {
        let call = match &item.kind {
            Kind::None => return Ok(()),
            Kind::Call(call) => call,
            _ => return Err(unknown(item)),
        };
        match constructed(item, call)? {
            Some(Constructed::Default(default)) => self.attach(default, item.span)?,
            Some(Constructed::Sequence(sequence)) => self.sequence = Some(sequence),
            None if symbol::is_call_of(item, &["ColumnDefault"]) => self.has_default = true,
            None if symbol::is_call_of(item, &["ForeignKey"]) => {
                let (constraint, lent) = constraint::column_foreign_key(call)?;
                self.constraints.push(constraint);
                self.lent = self.lent.take().or(lent);
            }
            None => match constraint::constraint(item) {
                Some(constraint) => {
                    let constraint = constraint?;
                    if let ConstraintKind::Check { condition } = &constraint.kind
                        && crate::expressions::names_column(condition)
                    {
                        // Only text may say what it is about (sql/schema.py, `ColumnCollectionMixin._col_expressions`).
                        return Err(raises(item.span, "AssertionError"));
                    }
                    self.constraints.push(constraint);
                }
                None => return Err(unknown(item)),
            },
        }
        Ok(())
    }

    /// Gives the column a default of the server (sql/schema.py, `Computed._set_parent`, `Identity._set_parent`).
    fn attach(&mut self, default: ServerDefault, span: Span) -> Result<(), Opaque> {
        let before = self.server_default.as_ref();
        match &default {
            ServerDefault::Computed { .. } => {
                let is_alone = matches!(before, None | Some(ServerDefault::Computed { .. }));
                if !is_alone || self.has_on_update {
                    return Err(raises(
                        span,
                        "ArgumentError: A generated column cannot specify a server_default or a server_onupdate argument",
                    ));
                }
            }
            ServerDefault::Identity(_) => {
                let is_alone = matches!(before, None | Some(ServerDefault::Identity(_)));
                if !is_alone || self.has_on_update {
                    return Err(raises(
                        span,
                        "ArgumentError: A column with an Identity object cannot specify a server_default or a \
                         server_onupdate argument",
                    ));
                }
                if self.is_identity_refused {
                    return Err(raises(
                        span,
                        "ArgumentError: A column with an Identity object cannot specify autoincrement=False",
                    ));
                }
            }
            _ if matches!(before, Some(ServerDefault::Computed { .. } | ServerDefault::Identity(_))) => {
                return Err(blame(span, "a default behind `Identity` or `Computed` is not rendered"));
            }
            _ => {}
        }
        self.server_default = Some(default);
        Ok(())
    }

    /// `default=`: only a sequence reaches the database, the rest is Python's, and keeps a key from being a serial.
    fn python_default(&mut self, value: &Value) -> Result<(), Opaque> {
        if symbol::is_call_of(value, &["Sequence"])
            && let Kind::Call(call) = &value.kind
        {
            self.sequence = Some(super::default::sequence(call)?);
        } else {
            self.has_default = true;
        }
        Ok(())
    }
}

fn autoincrement(value: &Value) -> Result<Autoincrement, Opaque> {
    match &value.kind {
        Kind::Bool(true) => Ok(Autoincrement::Yes),
        Kind::Bool(false) | Kind::None => Ok(Autoincrement::No),
        Kind::Text(literal) => match literal.value.as_str() {
            "auto" => Ok(Autoincrement::Auto),
            "ignore_fk" => Ok(Autoincrement::IgnoreForeignKey),
            other => Err(blame(value.span, format!("`{other}` is no way to autoincrement"))),
        },
        _ => Err(unknown(value)),
    }
}
