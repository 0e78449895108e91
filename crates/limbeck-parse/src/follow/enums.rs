//! Members of enumerations of the file.

use super::equal::equal;
use ruff_python_ast::name::Name;

use super::function::Class;
use super::value::Value;

/// The names of an enumeration's members in order, without those that are another name for an earlier one.
pub(super) fn unaliased(class: &Class) -> Option<Vec<&str>> {
    let mut found: Vec<(&str, &Value)> = Vec::new();
    for (name, value) in class.members() {
        let mut is_alias = false;
        for (_, other) in &found {
            is_alias |= equal(other, value)?;
        }
        if !is_alias {
            found.push((name, value));
        }
    }
    Some(found.into_iter().map(|(name, _)| name).collect())
}

/// The name of the member that a name of an enumeration stands for.
pub(super) fn member_name<'c>(class: &'c Class, name: &'c str) -> &'c str {
    let Some(wanted) = class.attribute(name) else { return name };
    let is_it = |(_, value): &&(Name, Value)| equal(value, wanted) == Some(true);
    class.members().find(is_it).map_or(name, |(first, _)| first)
}
