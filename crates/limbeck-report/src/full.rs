//! A diagnostic as people read it: one heading, the source with the place marked, the facts, the way out.

use std::io::{Result, Write};

use limbeck_types::{Diagnostic, Place, Severity, Sources};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};

use crate::Style;
use crate::excerpt::Excerpt;
use crate::text::{clean, count, one_line, severity, state};

/// The longest label in characters.
const LABEL: usize = 110;
/// How many lines of what a revision printed are shown.
const OUTPUT_LINES: usize = 20;
/// Characters for the name of a fact; two spaces follow.
const FACT_WIDTH: usize = 8;

/// Writes one diagnostic, followed by an empty line.
pub fn write(out: &mut dyn Write, diagnostic: &Diagnostic, sources: &Sources, style: Style) -> Result<()> {
    heading(out, diagnostic, style)?;
    if let Some(place) = diagnostic.place {
        let label = diagnostic.label.as_deref().unwrap_or_default();
        snippet(out, sources, place, label, style)?;
    }
    for related in &diagnostic.related {
        snippet(out, sources, related.place, &related.message, style)?;
    }
    facts(out, diagnostic, style)?;
    writeln!(out)
}

/// Writes what a revision or env.py printed, below its diagnostic.
pub fn write_output(out: &mut dyn Write, title: &str, output: &str) -> Result<()> {
    let lines: Vec<&str> = output.lines().collect();
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "  {title}")?;
    let skipped = lines.len().saturating_sub(OUTPUT_LINES);
    if skipped > 0 {
        writeln!(out, "  │ … {} before", count(skipped, "line"))?;
    }
    for line in &lines[skipped..] {
        writeln!(out, "  │ {}", clean(line))?;
    }
    writeln!(out)
}

fn heading(out: &mut dyn Write, diagnostic: &Diagnostic, style: Style) -> Result<()> {
    let name = format!("{}[{}]", severity(diagnostic.severity), diagnostic.rule);
    let mut lines = diagnostic.message.lines();
    let first = lines.next().unwrap_or_default();
    writeln!(
        out,
        "{}: {}",
        paint(&name, color_of(diagnostic.severity), style),
        paint(&clean(first), BOLD, style)
    )?;
    for line in lines {
        writeln!(out, "  {}", clean(line))?;
    }
    Ok(())
}

const BOLD: &str = "1";
const DIM: &str = "2";

fn color_of(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "1;31",
        Severity::Warning => "1;33",
        Severity::Note => "1;36",
    }
}

fn paint(text: &str, code: &str, style: Style) -> String {
    if style.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}

fn facts(out: &mut dyn Write, diagnostic: &Diagnostic, style: Style) -> Result<()> {
    if let Some(revision) = &diagnostic.revision {
        let mut text = revision.id.to_string();
        if !revision.message.is_empty() {
            text = format!("{text}  \"{}\"", one_line(&revision.message, LABEL));
        }
        if let Some((number, of)) = revision.number {
            text = format!("{text}  ({number} of {of})");
        }
        fact(out, "revision", &text, style)?;
    }
    if let Some(sqlstate) = &diagnostic.sqlstate {
        let name = sqlstate_name(sqlstate);
        fact(out, "sqlstate", format!("{sqlstate} {name}").trim_end(), style)?;
    }
    if let Some(found) = &diagnostic.state {
        fact(out, "state", &state(found), style)?;
    }
    for (name, text) in &diagnostic.facts {
        fact(out, name, text, style)?;
    }
    for help in &diagnostic.help {
        fact(out, "help", help, style)?;
    }
    Ok(())
}

fn fact(out: &mut dyn Write, name: &str, text: &str, style: Style) -> Result<()> {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    let shown = format!("{name:FACT_WIDTH$}");
    writeln!(out, "  {}  {}", paint(&shown, DIM, style), clean(first))?;
    for line in lines {
        writeln!(out, "  {:FACT_WIDTH$}  {}", "", clean(line))?;
    }
    Ok(())
}

/// The source lines around a place with the place marked, as miette draws them.
fn snippet(out: &mut dyn Write, sources: &Sources, place: Place, label: &str, style: Style) -> Result<()> {
    let source = &sources[place.file];
    let (excerpt, range) = Excerpt::around(source, place);
    let label = Some(one_line(label, LABEL).into_owned()).filter(|label| !label.is_empty());
    let marked = Marked { excerpt, span: LabeledSpan::new_primary_with_span(label, range) };
    let theme = if style.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler =
        GraphicalReportHandler::new_themed(theme).with_links(false).with_context_lines(1).with_width(400);
    let mut drawn = String::new();
    if handler.render_report(&mut drawn, &marked).is_err() {
        return writeln!(out, "   --> {}", source.shown);
    }
    // The handler heads every picture with the message, which stands above in our own words.
    for line in drawn.lines().skip_while(|line| !line.contains('╭')) {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// What miette draws: one place in one source.
#[derive(Debug)]
struct Marked {
    excerpt: Excerpt,
    span: LabeledSpan,
}

impl std::fmt::Display for Marked {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("place")
    }
}

impl std::error::Error for Marked {}

impl miette::Diagnostic for Marked {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(self.span.clone())))
    }
}

/// Postgres' own name of the SQLSTATEs that revisions meet (Postgres docs, appendix A), else nothing.
fn sqlstate_name(sqlstate: &str) -> &'static str {
    SQLSTATES.iter().find(|(code, _)| *code == sqlstate).map_or("", |(_, name)| name)
}

/// From Postgres' `errcodes.txt`: the codes that DDL and data changes raise.
const SQLSTATES: [(&str, &str); 60] = [
    ("0A000", "feature_not_supported"),
    ("21000", "cardinality_violation"),
    ("22001", "string_data_right_truncation"),
    ("22003", "numeric_value_out_of_range"),
    ("22007", "invalid_datetime_format"),
    ("22008", "datetime_field_overflow"),
    ("22012", "division_by_zero"),
    ("22023", "invalid_parameter_value"),
    ("22P02", "invalid_text_representation"),
    ("23001", "restrict_violation"),
    ("23502", "not_null_violation"),
    ("23503", "foreign_key_violation"),
    ("23505", "unique_violation"),
    ("23514", "check_violation"),
    ("23P01", "exclusion_violation"),
    ("25001", "active_sql_transaction"),
    ("28000", "invalid_authorization_specification"),
    ("28P01", "invalid_password"),
    ("25006", "read_only_sql_transaction"),
    ("25P01", "no_active_sql_transaction"),
    ("25P02", "in_failed_sql_transaction"),
    ("26000", "invalid_sql_statement_name"),
    ("2BP01", "dependent_objects_still_exist"),
    ("2D000", "invalid_transaction_termination"),
    ("3D000", "invalid_catalog_name"),
    ("3F000", "invalid_schema_name"),
    ("40001", "serialization_failure"),
    ("40P01", "deadlock_detected"),
    ("42501", "insufficient_privilege"),
    ("42601", "syntax_error"),
    ("42602", "invalid_name"),
    ("42611", "invalid_column_definition"),
    ("42622", "name_too_long"),
    ("42701", "duplicate_column"),
    ("42702", "ambiguous_column"),
    ("42703", "undefined_column"),
    ("42704", "undefined_object"),
    ("42710", "duplicate_object"),
    ("42723", "duplicate_function"),
    ("42725", "ambiguous_function"),
    ("42803", "grouping_error"),
    ("42804", "datatype_mismatch"),
    ("42809", "wrong_object_type"),
    ("42830", "invalid_foreign_key"),
    ("42846", "cannot_coerce"),
    ("42883", "undefined_function"),
    ("42939", "reserved_name"),
    ("42P01", "undefined_table"),
    ("42P02", "undefined_parameter"),
    ("42P06", "duplicate_schema"),
    ("42P07", "duplicate_table"),
    ("42P10", "invalid_column_reference"),
    ("42P16", "invalid_table_definition"),
    ("42P17", "invalid_object_definition"),
    ("53200", "out_of_memory"),
    ("55000", "object_not_in_prerequisite_state"),
    ("55006", "object_in_use"),
    ("55P03", "lock_not_available"),
    ("55P04", "unsafe_new_enum_value_usage"),
    ("57014", "query_canceled"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use limbeck_types::{
        DatabaseState, FileId, Related, RevisionId, RevisionRef, Source, Span, StateOutcome,
    };

    fn check(diagnostic: &Diagnostic, text: &str) -> String {
        let source = Source { path: "/x".into(), shown: "versions/8c1f_x.py".into(), text: text.into() };
        let mut out = Vec::new();
        write(&mut out, diagnostic, &Sources::from_iter([source]), Style { color: false }).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn place(text: &str, part: &str) -> Place {
        let start = text.find(part).unwrap();
        Place { file: FileId(0), span: Span::new(start, start + part.len()) }
    }

    #[test]
    fn a_failed_revision_reads_as_documented() {
        let text = "revision = \"8c1f\"\n\n\ndef upgrade() -> None:\n    op.alter_column(\"users\", \"email\", nullable=False)\n";
        let call = "op.alter_column(\"users\", \"email\", nullable=False)";
        let message = "column \"email\" of relation \"users\" contains null values";
        let mut diagnostic = Diagnostic::error("revision-failed", message)
            .at(place(text, call))
            .label("ALTER TABLE users\n  ALTER COLUMN email SET NOT NULL")
            .help("backfill the column first, or give it a server_default");
        diagnostic.sqlstate = Some("23502".into());
        diagnostic.state = Some(DatabaseState {
            outcome: StateOutcome::RolledBack,
            at: vec![RevisionId::from("51d0c7aa2f10")],
        });
        diagnostic.revision = Some(RevisionRef {
            id: RevisionId::from("8c1f"),
            message: "require email".into(),
            number: Some((41, 42)),
        });
        insta::assert_snapshot!(check(&diagnostic, text));
    }

    #[test]
    fn related_places_follow_and_long_ones_are_cut_to_their_first_line() {
        let text = format!("revision = \"a\"\nop.create_table(\n{})\n", "    sa.Column(),\n".repeat(12));
        let call = &text[text.find("op.").unwrap()..text.rfind(')').unwrap() + 1];
        let mut diagnostic =
            Diagnostic::error("duplicate-revision", "two files have revision id `a`").at(place(&text, call));
        diagnostic.related.push(Related { place: place(&text, "\"a\""), message: "here as well".into() });
        insta::assert_snapshot!(check(&diagnostic, &text));
    }
}
