//! What gives a column its value: `server_default` in all its forms, `Computed`, `Identity`, `Sequence`
//! (SQLAlchemy sql/schema.py).

use limbeck_types::{Identity, Opaque, Sequence, SequenceOptions, ServerDefault};

use super::scalar::{flag, integer, literal, name, raises, truth, unknown};
use super::signature::{Bound, bind};
use super::{sql_expression, symbol, types};
use crate::follow::value::{Call, Kind, Value};

/// What `server_default=` says; nothing where it is `None`.
pub(crate) fn server_default(value: &Value) -> Result<Option<ServerDefault>, Opaque> {
    match &value.kind {
        Kind::None => Ok(None),
        Kind::Text(_) => literal(value).map(|text| Some(ServerDefault::Text(text))),
        Kind::Bool(_) | Kind::Int(_) | Kind::Float(_) | Kind::Bytes(_) => Err(raises(
            value.span,
            "ArgumentError: Argument 'arg' is expected to be one of type '<class 'str'>' or '<class \
             'sqlalchemy.sql.elements.ClauseElement'>' or '<class 'sqlalchemy.sql.elements.TextClause'>'",
        )),
        Kind::Tuple(_)
        | Kind::List(_)
        | Kind::Set(_)
        | Kind::Dict(_)
        | Kind::Function(_)
        | Kind::Class(_)
        | Kind::Object(_)
        | Kind::Method(_)
        | Kind::Iterator(_) => Err(unknown(value)),
        Kind::Opaque(opaque) | Kind::Several(opaque) => Err(Opaque::clone(opaque)),
        Kind::Call(call) => match constructed(value, call)? {
            Some(Constructed::Default(default)) => Ok(Some(default)),
            Some(Constructed::Sequence(_)) => {
                Err(raises(value.span, "ArgumentError: a sequence is no default"))
            }
            None => Ok(Some(ServerDefault::Expression(crate::expressions::expression(value)))),
        },
        Kind::Path(_) | Kind::Attribute(_) | Kind::Item(_) | Kind::Operator(_) | Kind::Unary(..) => {
            Ok(Some(ServerDefault::Expression(crate::expressions::expression(value))))
        }
    }
}

/// What a call makes that can stand among a column's arguments.
pub(crate) enum Constructed {
    /// A default of the server.
    Default(ServerDefault),
    /// A sequence.
    Sequence(Sequence),
}

/// The default or sequence that a call makes; nothing where it is another construct.
pub(crate) fn constructed(value: &Value, call: &Call) -> Result<Option<Constructed>, Opaque> {
    let Some((_, construct)) = symbol::of_value(value) else { return Ok(None) };
    Ok(Some(Constructed::Default(match construct.as_str() {
        "Computed" => {
            let bound = bind(call, "Computed.__init__(self, sqltext, persisted=)")?;
            let expression = sql_expression(bound.need("sqltext")?);
            ServerDefault::Computed { expression, persisted: bound.optional("persisted", truth)? }
        }
        "Identity" => ServerDefault::Identity(identity(call)?),
        "FetchedValue" => {
            bind(call, "FetchedValue.__init__(self, for_update=)")?;
            ServerDefault::Fetched
        }
        "DefaultClause" => {
            let bound = bind(call, "DefaultClause.__init__(self, arg, for_update=, _reflected=)")?;
            return Ok(server_default(bound.need("arg")?)?.map(Constructed::Default));
        }
        "Sequence" => return sequence(call).map(|sequence| Some(Constructed::Sequence(sequence))),
        _ => return Ok(None),
    })))
}

/// `Identity(…)`.
pub(crate) fn identity(call: &Call) -> Result<Identity, Opaque> {
    let bound = bind(
        call,
        "Identity.__init__(self, always=, on_null=, start=, increment=, minvalue=, maxvalue=, nominvalue=, \
         nomaxvalue=, cycle=, cache=, order=, **kw)",
    )?;
    Ok(Identity {
        always: bound.optional("always", truth)?,
        on_null: bound.optional("on_null", truth)?,
        options: options(&bound)?,
    })
}

/// `Sequence(…)`.
pub(crate) fn sequence(call: &Call) -> Result<Sequence, Opaque> {
    let bound = bind(
        call,
        "Sequence.__init__(self, name, start=, increment=, minvalue=, maxvalue=, nominvalue=, nomaxvalue=, cycle=, \
         schema=, cache=, order=, data_type=, optional=, quote=, metadata=, quote_schema=, for_update=, **kw)",
    )?;
    let quote = bound.optional("quote", truth)?;
    let given = name(bound.need("name")?)?;
    Ok(Sequence {
        name: limbeck_types::Name { quote: quote.or(given.quote), ..given },
        schema: bound.optional("schema", name)?,
        data_type: bound
            .get("data_type")
            .filter(|value| !matches!(value.kind, Kind::None))
            .map(types::sql_type),
        options: options(&bound)?,
        optional: flag(bound.get("optional"), false)?,
    })
}

fn options(bound: &Bound<'_>) -> Result<SequenceOptions, Opaque> {
    Ok(SequenceOptions {
        start: bound.optional("start", integer)?,
        increment: bound.optional("increment", integer)?,
        minvalue: bound.optional("minvalue", integer)?,
        maxvalue: bound.optional("maxvalue", integer)?,
        nominvalue: bound.optional("nominvalue", truth)?,
        nomaxvalue: bound.optional("nomaxvalue", truth)?,
        cycle: bound.optional("cycle", truth)?,
        cache: bound.optional("cache", integer)?,
        order: bound.optional("order", truth)?,
    })
}
