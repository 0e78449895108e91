//! Files of cases: Python, and what alembic printed for it (`ask_alembic.py` says how they are written).

use limbeck_types::{Environment, Field, Span, Spanned};

/// One question and alembic's answer.
pub(crate) struct Case {
    /// The settings that hold for it.
    pub(crate) environment: Environment,
    /// The body of `upgrade()`.
    pub(crate) body: String,
    /// What was printed.
    pub(crate) answer: String,
}

/// The cases of a file.
pub(crate) fn cases(text: &str) -> Vec<Case> {
    let mut environment = environment("{}");
    let mut cases: Vec<Case> = Vec::new();
    let mut asking = false;
    for line in text.lines() {
        if let Some(settings) = line.strip_prefix("!!! ") {
            environment = self::environment(settings);
            asking = false;
        } else if line.starts_with(">>>") {
            let code = line.strip_prefix(">>> ").unwrap_or_default();
            match cases.last_mut() {
                Some(case) if asking => {
                    case.body.push('\n');
                    case.body.push_str(code);
                }
                _ => cases.push(Case {
                    environment: environment.clone(),
                    body: code.to_owned(),
                    answer: String::new(),
                }),
            }
            asking = true;
        } else if let Some(case) = cases.last_mut() {
            case.answer.push_str(line);
            case.answer.push('\n');
            asking = false;
        }
    }
    for case in &mut cases {
        case.answer.truncate(case.answer.trim_end().len());
    }
    cases
}

fn known<T>(value: T) -> Field<T> {
    Field::Known(Spanned { value, span: Span::default() })
}

/// alembic's template has literal binds and the paramstyle `named`, unless the settings say something else.
fn environment(settings: &str) -> Environment {
    let settings: serde_json::Value = serde_json::from_str(settings).expect("settings are JSON");
    let mut environment = Environment { begins_transaction: true, ..Environment::default() };
    environment.literal_binds = known(settings["literal_binds"].as_bool().unwrap_or(true));
    environment.paramstyle = match settings.get("dialect_opts") {
        None => known("named".to_owned()),
        Some(options) => options["paramstyle"].as_str().map_or(Field::Absent, |name| known(name.to_owned())),
    };
    if let Some(pairs) = settings["naming_convention"].as_object() {
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        environment.naming_convention =
            known(pairs.iter().map(|(key, template)| (key.clone(), text(template))).collect());
    }
    environment
}
