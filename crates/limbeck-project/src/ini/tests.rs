//! Ini texts, tricky and random, against what Python's configparser made of them: see `ask_configparser.py`.

use std::collections::BTreeMap;

use super::*;
use crate::interpolation;

#[derive(serde::Deserialize)]
struct Cases {
    case: Vec<Case>,
}

#[derive(serde::Deserialize)]
struct Case {
    text: String,
    /// Every option by `section.key`, inherited ones too; `false` where interpolation fails.
    values: Option<BTreeMap<String, toml::Value>>,
}

/// Every value of a text, `None` where interpolation fails; checks on the way that spans lead to the text.
fn values(text: &str) -> Option<BTreeMap<String, Option<String>>> {
    let ini = parse(text).ok()?;
    let mut values = BTreeMap::new();
    for section in &ini.sections {
        assert_eq!(&text[section.span.range()], format!("[{}]", section.name));
        for entry in ini.defaults.iter().chain(&section.entries) {
            let value = interpolation::of_ini(&ini, &section.name, entry, "/h").ok();
            values.insert(format!("{}.{}", section.name, entry.key), value);
            let piece = &text[entry.span.range()];
            let expected =
                entry.value.lines().find(|line| !line.is_empty()).map_or(entry.key.clone(), str::to_owned);
            assert!(piece.starts_with(&expected) || piece.to_lowercase() == expected, "{text:?}: {piece:?}");
        }
        // configparser has the defaults that it is given as options of every section.
        values.entry(format!("{}.here", section.name)).or_insert_with(|| Some("/h".to_owned()));
    }
    Some(values)
}

#[test]
fn values_are_those_of_configparser() {
    let path = std::env::var_os("LIMBECK_INI_CASES");
    let text = path.map(|path| std::fs::read_to_string(path).unwrap());
    let cases: Cases = toml::from_str(text.as_deref().unwrap_or(include_str!("cases.toml"))).unwrap();
    for case in cases.case {
        let expected = case.values.map(|values| {
            let text = |value: toml::Value| value.as_str().map(str::to_owned);
            values.into_iter().map(|(key, value)| (key, text(value))).collect()
        });
        assert_eq!(values(&case.text), expected, "{:?}", case.text);
    }
}

#[track_caller]
fn check_fault(text: &str, at: &str, message: &str) {
    let fault = parse(text).unwrap_err();
    assert_eq!((&text[fault.span.range()], fault.message.as_str()), (at, message));
}

#[test]
fn faults_have_a_place() {
    check_fault("# x\n  k = v \n", "k = v", "the line stands before the first `[section]`");
    check_fault("[a]\n word \n", "word", "the line is neither a `[section]` nor a `key = value`");
    check_fault("[a]\n= v\n", "= v", "the line has no key before its delimiter");
    check_fault("[a]\nk=1\nK =2\n", "K", "option `k` is there twice in its section");
    check_fault("[a]\n[b]\n [a]\n", "[a]", "section `a` is there twice");
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in r"(\[[ab]\]|[kl=: %()s#;\r\n\t\u{e9}\u{feff}]|%\([kl]\)s){0,40}") {
        let _ = values(&text);
    }
}
