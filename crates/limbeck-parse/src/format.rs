//! Text made of known parts: f-strings, `%` and `str.format`, in their plain forms.

use limbeck_types::Span;
use ruff_python_ast::{ConversionFlag, Expr, ExprCall, ExprFString, FString, FStringPart};
use ruff_python_ast::{InterpolatedElement, InterpolatedStringElement};

use crate::evaluate::{Context, bounded, evaluate};
use crate::literal;
use crate::span::span_of;
use crate::value::{Collection, Kind, Value};

/// An f-string, where every field is known and has no format of its own.
pub(crate) fn f_string(string: &ExprFString, ctx: Context<'_, '_>) -> Value {
    let mut text = String::new();
    for part in &string.value {
        let added = match part {
            FStringPart::Literal(literal) => {
                text.push_str(&literal::part(literal, ctx.text));
                Ok(())
            }
            FStringPart::FString(part) => f_string_part(part, ctx, &mut text),
        };
        if let Err(unknown) = added {
            return unknown;
        }
    }
    bounded(Value::new(Kind::Text(text), span_of(string)))
}

fn f_string_part(part: &FString, ctx: Context<'_, '_>, text: &mut String) -> Result<(), Value> {
    for element in &part.elements {
        match element {
            InterpolatedStringElement::Literal(literal) => {
                text.push_str(&literal::element(literal, part.flags, ctx.text));
            }
            InterpolatedStringElement::Interpolation(field) => text.push_str(&field_text(field, ctx)?),
        }
    }
    Ok(())
}

fn field_text(field: &InterpolatedElement, ctx: Context<'_, '_>) -> Result<String, Value> {
    let plain = field.debug_text.is_none()
        && field.format_spec.is_none()
        && matches!(field.conversion, ConversionFlag::None | ConversionFlag::Str);
    let value = evaluate(&field.expression, ctx);
    match shown(&value) {
        Some(shown) if plain => Ok(shown),
        Some(_) => Err(Value::unknown("it is formatted when the file is run", span_of(field))),
        None => Err(unknown_part(value)),
    }
}

/// The part itself where it is unknown, else why it is not followed.
fn unknown_part(value: Value) -> Value {
    match value.kind {
        Kind::Unknown(_) => value,
        _ => Value::unknown("it is formatted when the file is run", value.span),
    }
}

/// `str(value)`, where it is plain.
fn shown(value: &Value) -> Option<String> {
    match &value.kind {
        Kind::Text(text) => Some(text.clone()),
        Kind::Number(number) if is_plain_integer(number) => Some(number.clone()),
        Kind::None => Some("None".to_owned()),
        _ => None,
    }
}

/// Not `0x10` or `1_000`, which Python prints otherwise.
fn is_plain_integer(number: &str) -> bool {
    number == "0" || (!number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `left % right` with nothing but `%s`, `%d` of an integer, and `%%`.
pub(crate) fn percent(left: Value, right: Value, span: Span) -> Value {
    let Kind::Text(template) = &left.kind else { return unknown_part(left) };
    let arguments = match &right.kind {
        Kind::Many(many) if many.shape == Collection::Tuple => many.items.as_slice(),
        _ => std::slice::from_ref(&right),
    };
    if let Some(unknown) = arguments.iter().find(|argument| matches!(argument.kind, Kind::Unknown(_))) {
        return unknown.clone();
    }
    percent_text(template, arguments).map_or_else(
        || Value::unknown("it is formatted when the file is run", span),
        |text| bounded(Value::new(Kind::Text(text), span)),
    )
}

fn percent_text(template: &str, arguments: &[Value]) -> Option<String> {
    let mut arguments = arguments.iter();
    let mut parts = template.split('%');
    let mut text = parts.next()?.to_owned();
    while let Some(part) = parts.next() {
        match part.chars().next() {
            // `%%` splits into an empty part and what follows it.
            None => {
                text.push('%');
                text.push_str(parts.next()?);
            }
            Some(kind @ ('s' | 'd')) => {
                let argument = arguments.next()?;
                (kind == 's' || matches!(argument.kind, Kind::Number(_))).then_some(())?;
                text.push_str(&shown(argument)?);
                text.push_str(&part[1..]);
            }
            Some(_) => return None,
        }
    }
    arguments.next().is_none().then_some(text)
}

/// `"…".format(…)`, with nothing but `{}`, `{0}` and `{name}`.
pub(crate) fn method(call: &ExprCall, span: Span, ctx: Context<'_, '_>) -> Option<Value> {
    let Expr::Attribute(attribute) = &*call.func else { return None };
    if attribute.attr.as_str() != "format" {
        return None;
    }
    let Kind::Text(template) = evaluate(&attribute.value, ctx).kind else { return None };
    let mut positional = call.arguments.args.iter();
    let mut text = String::new();
    let mut rest = template.as_str();
    while let Some(open) = rest.find(['{', '}']) {
        text.push_str(&rest[..open]);
        let bracket = &rest[open..=open];
        rest = &rest[open + 1..];
        if let Some(after) = rest.strip_prefix(bracket) {
            text.push_str(bracket);
            rest = after;
            continue;
        }
        let (name, after) = (bracket == "{").then(|| rest.split_once('}')).flatten()?;
        let argument = match name.parse::<usize>() {
            Ok(index) => call.arguments.args.get(index)?,
            Err(_) if name.is_empty() => positional.next()?,
            Err(_) => {
                &call
                    .arguments
                    .keywords
                    .iter()
                    .find(|keyword| keyword.arg.as_ref().is_some_and(|arg| arg.as_str() == name))?
                    .value
            }
        };
        let value = evaluate(argument, ctx);
        match shown(&value) {
            Some(shown) => text.push_str(&shown),
            None => return Some(unknown_part(value)),
        }
        if text.len() > 1 << 20 {
            return None;
        }
        rest = after;
    }
    text.push_str(rest);
    Some(bounded(Value::new(Kind::Text(text), span)))
}
