//! limbeck's settings: `limbeck.toml` beside the ini file, or else `[tool.limbeck]` of `pyproject.toml`.
//!
//! It reads them and checks their types; it knows no defaults and merges nothing.

use std::path::{Path, PathBuf};
use std::time::Duration;

use limbeck_types::{Severity, Source};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config_files::{locate, read_config};
use crate::paths::absolute;
use crate::tool_alembic::{kind, parse_toml, to_span};
use crate::{Blame, ConfigError, Error, Request, SettingsError};

/// What a project says about how limbeck is to treat it. Every key is optional; paths are absolute.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    /// The file they come from, if there is one.
    pub file: Option<PathBuf>,
    /// `database-url`: a Postgres URL, SQLAlchemy's form included.
    pub database_url: Option<String>,
    /// `postgres`: a major version of the server.
    pub postgres: Option<u32>,
    /// `postgres-bin`: the folder of the server's binaries.
    pub postgres_bin: Option<PathBuf>,
    /// `python`: the interpreter. A bare name (`python3.12`) stays one, to be looked up in `PATH`.
    pub python: Option<PathBuf>,
    /// `requirements`: what to install into a throw-away environment, as pip's command line takes it.
    pub requirements: Vec<String>,
    /// `url-env`: environment variables from which the project's env.py reads its URL.
    pub url_env: Vec<String>,
    /// `revision-timeout`: how long one revision may take.
    pub revision_timeout: Option<Duration>,
    /// `statement-timeout`: Postgres's setting of that name.
    pub statement_timeout: Option<Duration>,
    /// `lock-timeout`: Postgres's setting of that name.
    pub lock_timeout: Option<Duration>,
    /// `startup-timeout`: how long the project may take to come to its first revision.
    pub startup_timeout: Option<Duration>,
    /// `wait`: how long to wait for a server that is still starting.
    pub wait: Option<Duration>,
    /// `config`: what `-c` would say, as many as there are.
    pub config: Vec<PathBuf>,
    /// `name`: what `-n` would say.
    pub name: Option<String>,
    /// `fail-on`: the least severity that fails.
    pub fail_on: Option<Severity>,
    /// `rules`: the levels of rules, in the file's order. Whether there are such rules is not known here.
    pub rules: Vec<RuleLevel>,
}

/// What settings say about one rule.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleLevel {
    /// The rule's name as written.
    pub rule: String,
    /// How bad its findings are to be; `None` is off.
    pub level: Option<Severity>,
    /// Where the name stands.
    pub place: Box<Blame>,
}

/// Every key, sorted.
const KEYS: [&str; 15] = [
    "config",
    "database-url",
    "fail-on",
    "lock-timeout",
    "name",
    "postgres",
    "postgres-bin",
    "python",
    "requirements",
    "revision-timeout",
    "rules",
    "startup-timeout",
    "statement-timeout",
    "url-env",
    "wait",
];

/// Reads the settings of a project; all empty if it has none.
pub fn settings(request: &Request) -> Result<Settings, Error> {
    let files = locate(request)?;
    let own = files.ini.with_file_name("limbeck.toml");
    if let Some(source) = read_config(&own, &request.shown_from)? {
        let document = parse_toml(&source)?;
        return Ok(from_table(&source, document.get_ref())?);
    }
    let Some(source) = read_config(&files.toml, &request.shown_from)? else { return Ok(Settings::default()) };
    let document = parse_toml(&source)?;
    let Some(table) = document.get_ref().get("tool").and_then(|tool| tool.get_ref().get("limbeck")) else {
        return Ok(Settings::default());
    };
    match table.get_ref().as_table() {
        Some(entries) => Ok(from_table(&source, entries)?),
        None => {
            let place = Blame::new(&source, to_span(table.span()));
            let message = "`tool.limbeck` is not a table".to_owned();
            Err(ConfigError::Malformed { place, message }.into())
        }
    }
}

fn from_table(source: &Source, table: &DeTable<'_>) -> Result<Settings, SettingsError> {
    let mut entries: Vec<_> = table.iter().collect();
    // The first wrong line of the file is the one to report.
    entries.sort_by_key(|(key, _)| key.span().start);
    let mut settings = Settings { file: Some(source.path.clone()), ..Settings::default() };
    for (key, value) in entries {
        let known = KEYS.into_iter().find(|known| *known == key.get_ref().as_ref());
        let name = known.ok_or_else(|| unknown_key(source, key))?;
        set(&mut settings, &Value { source, key: name, value })?;
    }
    Ok(settings)
}

fn set(settings: &mut Settings, value: &Value<'_>) -> Result<(), SettingsError> {
    match value.key {
        "config" => settings.config = value.strings()?.iter().map(|path| value.path(path)).collect(),
        "database-url" => settings.database_url = Some(value.string()?),
        "fail-on" => settings.fail_on = Some(value.failing()?),
        "lock-timeout" => settings.lock_timeout = Some(value.seconds()?),
        "name" => settings.name = Some(value.string()?),
        "postgres" => settings.postgres = Some(value.major()?),
        "postgres-bin" => settings.postgres_bin = Some(value.path(&value.string()?)),
        "python" => settings.python = Some(value.program(&value.string()?)),
        "requirements" => settings.requirements = value.list()?,
        "revision-timeout" => settings.revision_timeout = Some(value.seconds()?),
        "rules" => settings.rules = value.rules()?,
        "startup-timeout" => settings.startup_timeout = Some(value.seconds()?),
        "statement-timeout" => settings.statement_timeout = Some(value.seconds()?),
        "url-env" => settings.url_env = value.strings()?,
        "wait" => settings.wait = Some(value.seconds()?),
        other => unreachable!("`{other}` is in KEYS but has no field"),
    }
    Ok(())
}

fn unknown_key(source: &Source, key: &Spanned<impl AsRef<str>>) -> SettingsError {
    let written = key.get_ref().as_ref().to_owned();
    let distance = |known: &&str| strsim::damerau_levenshtein(known, &written.replace('_', "-"));
    let similar =
        KEYS.into_iter().min_by_key(distance).filter(|known| distance(known) <= 1 + written.len() / 3);
    let place = Blame::new(source, to_span(key.span()));
    SettingsError::UnknownKey { place, key: written, similar, known: KEYS.to_vec() }
}

/// One key's value, with all that is needed to refuse it.
struct Value<'a> {
    source: &'a Source,
    key: &'static str,
    value: &'a Spanned<DeValue<'a>>,
}

impl Value<'_> {
    fn string(&self) -> Result<String, SettingsError> {
        self.value.get_ref().as_str().map(str::to_owned).ok_or_else(|| self.refuse("a string"))
    }

    fn list(&self) -> Result<Vec<String>, SettingsError> {
        self.items().ok_or_else(|| self.refuse("a list of strings"))
    }

    /// A string, or a list of them.
    fn strings(&self) -> Result<Vec<String>, SettingsError> {
        let single = self.value.get_ref().as_str().map(|text| vec![text.to_owned()]);
        single.or_else(|| self.items()).ok_or_else(|| self.refuse("a string or a list of strings"))
    }

    fn items(&self) -> Option<Vec<String>> {
        let items = self.value.get_ref().as_array()?.iter();
        items.map(|item| item.get_ref().as_str().map(str::to_owned)).collect()
    }

    /// A number of seconds.
    fn seconds(&self) -> Result<Duration, SettingsError> {
        let seconds = match self.value.get_ref() {
            DeValue::Integer(_) => self.integer().map(|whole| whole as f64),
            DeValue::Float(float) => float.as_str().parse().ok(),
            _ => None,
        };
        let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        duration.ok_or_else(|| self.refuse("a number of seconds, not negative"))
    }

    /// A major version, as an integer or as text.
    fn major(&self) -> Result<u32, SettingsError> {
        let number = match self.value.get_ref() {
            DeValue::String(text) => text.parse().ok(),
            _ => self.integer().and_then(|number| u32::try_from(number).ok()),
        };
        number.filter(|major| *major > 0).ok_or_else(|| self.refuse("a major version such as `17`"))
    }

    fn integer(&self) -> Option<i64> {
        let integer = self.value.get_ref().as_integer()?;
        i64::from_str_radix(integer.as_str(), integer.radix()).ok()
    }

    fn failing(&self) -> Result<Severity, SettingsError> {
        let wanted = "`error` or `warning`";
        match self.value.get_ref().as_str() {
            Some("error") => Ok(Severity::Error),
            Some("warning") => Ok(Severity::Warning),
            _ => Err(self.refuse(wanted)),
        }
    }

    fn rules(&self) -> Result<Vec<RuleLevel>, SettingsError> {
        let table = self.value.get_ref().as_table().ok_or_else(|| self.refuse("a table of rules"))?;
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(rule, _)| rule.span().start);
        let level = |(rule, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
            let place = Blame::new(self.source, to_span(rule.span()));
            let level = Value { source: self.source, key: self.key, value }.level()?;
            Ok(RuleLevel { rule: AsRef::<str>::as_ref(rule.get_ref()).to_owned(), level, place })
        };
        entries.into_iter().map(level).collect()
    }

    fn level(&self) -> Result<Option<Severity>, SettingsError> {
        match self.value.get_ref().as_str() {
            Some("error") => Ok(Some(Severity::Error)),
            Some("warning") => Ok(Some(Severity::Warning)),
            Some("note") => Ok(Some(Severity::Note)),
            Some("off") => Ok(None),
            _ => Err(self.refuse("a table of rules, each `error`, `warning`, `note` or `off`")),
        }
    }

    fn path(&self, text: &str) -> PathBuf {
        let folder = self.source.path.parent().unwrap_or(Path::new(""));
        absolute(folder, Path::new(text))
    }

    fn program(&self, text: &str) -> PathBuf {
        let is_bare = Path::new(text).components().count() == 1 && !text.contains(['/', '\\']);
        if is_bare { PathBuf::from(text) } else { self.path(text) }
    }

    fn refuse(&self, wanted: &'static str) -> SettingsError {
        let found = match self.value.get_ref() {
            DeValue::String(text) => format!("`{text}`"),
            DeValue::Integer(number) => format!("`{number}`"),
            DeValue::Float(number) => format!("`{number}`"),
            other => kind(other).to_owned(),
        };
        let place = Blame::new(self.source, to_span(self.value.span()));
        SettingsError::BadValue { place, key: self.key, wanted, found }
    }
}
