//! What fails: the levels of rules and the failing severity, put together from flags and settings.

use limbeck_lint::Levels;
use limbeck_project::{Settings, SettingsError};
use limbeck_report::Verdict;
use limbeck_types::{Diagnostic, Severity};

use crate::args;

/// What fails.
#[derive(Debug)]
pub(crate) struct Gate {
    pub(crate) levels: Levels,
    fail_on: Severity,
}

impl Gate {
    /// What the flags say, else the settings, whose rules [`known`] has seen.
    pub(crate) fn new(arguments: &args::Gate, settings: &Settings) -> Self {
        let mut levels = Levels::default();
        let said = settings.rules.iter().map(|rule| (&rule.rule, rule.level));
        for (rule, level) in said.chain(arguments.rules.iter().map(|(rule, level)| (rule, *level))) {
            // Both were looked up when they were read.
            let _ = levels.set(rule, level);
        }
        let flag = arguments.fail_on.map(|flag| match flag {
            args::FailOn::Error => Severity::Error,
            args::FailOn::Warning => Severity::Warning,
        });
        Self { levels, fail_on: flag.or(settings.fail_on).unwrap_or(Severity::Error) }
    }

    /// A finding at its level, if it is not off, and no worse than a warning.
    pub(crate) fn at_most_a_warning(&self, found: Diagnostic) -> Option<Diagnostic> {
        let found = self.levels.apply(vec![found]).pop()?;
        Some(Diagnostic { severity: found.severity.min(Severity::Warning), ..found })
    }

    /// The judgement over findings that are at their levels.
    pub(crate) fn verdict(&self, found: &[Diagnostic]) -> Verdict {
        let fails = found.iter().any(|found| found.severity >= self.fail_on);
        if fails { Verdict::Fail } else { Verdict::Pass }
    }
}

/// The first rule in the settings that there is not.
pub(crate) fn known(settings: &Settings) -> Result<(), SettingsError> {
    for rule in &settings.rules {
        Levels::default().set(&rule.rule, rule.level).map_err(|similar| SettingsError::UnknownRule {
            place: rule.place.clone(),
            rule: rule.rule.clone(),
            similar,
        })?;
    }
    Ok(())
}
