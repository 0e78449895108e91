//! What can be wrong in limbeck's own settings.

use crate::Blame;

/// Why settings are refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A key that limbeck does not know.
    #[error("unknown key `{key}` in the settings of `{}`", place.file.shown)]
    UnknownKey {
        /// The key.
        place: Box<Blame>,
        /// The key as written.
        key: String,
        /// The known key that it resembles most.
        similar: Option<&'static str>,
        /// All known keys, sorted.
        known: Vec<&'static str>,
    },
    /// A level for a rule that there is not. Which rules there are is known elsewhere, so this is found there.
    #[error("unknown rule `{rule}` in the settings of `{}`", place.file.shown)]
    UnknownRule {
        /// The rule.
        place: Box<Blame>,
        /// The rule as written.
        rule: String,
        /// The rule that it resembles most.
        similar: Option<&'static str>,
    },
    /// A value of the wrong type, or out of range.
    #[error("`{key}` in the settings of `{}` must be {wanted}, but is {found}", place.file.shown)]
    BadValue {
        /// The value.
        place: Box<Blame>,
        /// The key.
        key: &'static str,
        /// What would be right.
        wanted: &'static str,
        /// What is there.
        found: String,
    },
}

impl SettingsError {
    /// A stable kebab-case name of the kind of error.
    pub fn rule(&self) -> &'static str {
        "bad-settings"
    }

    /// Ways out.
    pub fn help(&self) -> Vec<String> {
        match self {
            Self::UnknownKey { similar: Some(similar), .. } => vec![format!("did you mean `{similar}`?")],
            Self::UnknownRule { similar: Some(similar), .. } => vec![format!("did you mean `{similar}`?")],
            Self::UnknownRule { .. } => vec!["docs/cli.md lists the rules of `limbeck check`".to_owned()],
            Self::UnknownKey { known, .. } => vec![format!("known keys: `{}`", known.join("`, `"))],
            Self::BadValue { key, wanted, .. } => vec![format!("make `{key}` {wanted}, or take it out")],
        }
    }

    /// The line to blame.
    pub fn place(&self) -> Option<&Blame> {
        match self {
            Self::UnknownKey { place, .. }
            | Self::UnknownRule { place, .. }
            | Self::BadValue { place, .. } => Some(place),
        }
    }
}
