//! The SQL of a range in JSON: one entry for each statement, with its kind, its revision, its place and its transaction.

use std::ops::Range;

use limbeck_types::{
    Direction, FileId, Literal, Object, ObjectKind, Opaque, Place, RevisionId, Span, Statement,
};
use serde::Serialize;

use crate::json_place::{JsonPlace, Places};
use crate::sql::{Sql, SqlCounts, SqlLine, SqlLineKind, SqlOrigin};

/// The body of `sql`.
#[derive(Serialize)]
pub(crate) struct JsonSql<'a> {
    direction: &'static str,
    revisions: usize,
    lost: usize,
    unknown: usize,
    statements: Vec<JsonSent<'a>>,
}

/// A statement, or what may be one and is not known.
#[derive(Serialize, Default)]
struct JsonSent<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    sql: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<JsonPart<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown: Option<JsonReason<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ends: Option<JsonReason<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<&'a RevisionId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction: Option<u32>,
    /// The call; absent for alembic's own statements.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    call: Option<JsonPlace<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    callers: Vec<JsonPlace<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    literal: Option<JsonPlace<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<JsonReason<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lost: Option<JsonReason<'a>>,
    objects: Vec<JsonObject<'a>>,
}

/// Which statement it is of a text that is sent at once.
#[derive(Serialize)]
struct JsonPart<'a> {
    number: usize,
    of: usize,
    /// The whole text, with the first of its statements.
    #[serde(skip_serializing_if = "Option::is_none")]
    sql: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonReason<'a> {
    reason: &'a str,
    #[serde(flatten)]
    at: JsonPlace<'a>,
}

#[derive(Serialize)]
struct JsonObject<'a> {
    kind: ObjectKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<&'a str>,
    name: &'a str,
    /// Absent where the name does not stand in the file as it is.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    at: Option<JsonPlace<'a>>,
}

impl<'a> JsonSql<'a> {
    pub(crate) fn new(sql: &'a Sql<'a>, places: &Places<'a>) -> Self {
        let mut statements = Vec::new();
        let (mut begun, mut transaction) = (0, None);
        for line in &sql.lines {
            match &line.kind {
                SqlLineKind::Begin => {
                    begun += 1;
                    transaction = Some(begun);
                }
                SqlLineKind::Commit => transaction = None,
                _ => entries(&mut statements, line, transaction, places),
            }
        }
        let direction = match sql.direction {
            Direction::Upgrade => "upgrade",
            Direction::Downgrade => "downgrade",
        };
        let SqlCounts { revisions, lost, unknown, .. } = sql.counts;
        Self { direction, revisions, lost, unknown, statements }
    }
}

/// The entries of one line: what is sent at once may be several statements.
fn entries<'a>(
    statements: &mut Vec<JsonSent<'a>>,
    line: &'a SqlLine<'a>,
    transaction: Option<u32>,
    places: &Places<'a>,
) {
    let Some(revision) = line.revision else { return };
    let file = revision.file;
    let common = || JsonSent { revision: Some(revision.id), transaction, ..JsonSent::default() };
    match &line.kind {
        SqlLineKind::Begin | SqlLineKind::Commit | SqlLineKind::Running(_) => {}
        SqlLineKind::Own { sql, read } => {
            for Read { range, kind, objects, part } in each(sql, read) {
                let objects = objects.iter().map(|object| named(object, None)).collect();
                statements.push(JsonSent { sql: sql.get(range), kind, part, objects, ..common() });
            }
        }
        SqlLineKind::Sent { sql, origin, read, lost } => {
            let lost = || lost.as_ref().map(|lost| because(lost, file, places));
            let at = |range: &Range<usize>| {
                let span = written(sql, range, origin.call)?;
                Some(places.place(Place { file, span }))
            };
            for Read { range, kind, objects, part } in each(&sql.value, read) {
                let (literal, objects) = (at(&range), objects.iter());
                statements.push(JsonSent {
                    sql: sql.value.get(range),
                    kind,
                    part,
                    literal,
                    lost: lost(),
                    objects: objects.map(|object| named(object, at(&object.range))).collect(),
                    ..of(origin, file, places, common())
                });
            }
        }
        SqlLineKind::Ends { opaque, origin } => {
            let ends = Some(because(opaque, file, places));
            statements.push(JsonSent { ends, ..of(origin, file, places, common()) });
        }
        SqlLineKind::Unknown { opaque, origin } => {
            let unknown = Some(because(opaque, file, places));
            statements.push(JsonSent { unknown, ..of(origin, file, places, common()) });
        }
    }
}

/// A statement in a text.
struct Read<'a> {
    range: Range<usize>,
    kind: Option<&'static str>,
    objects: &'a [Object],
    part: Option<JsonPart<'a>>,
}

/// The statements of a text; the text itself where none was read in it.
fn each<'a>(sql: &'a str, read: &'a [Statement]) -> Vec<Read<'a>> {
    let all = |kind, objects| Read { range: 0..sql.len(), kind, objects, part: None };
    match read {
        [] => vec![all(None, &[])],
        [one] if one.range == (0..sql.len()) => vec![all(one.kind, &one.objects)],
        several => {
            let whole = |number| Some(sql).filter(|_| number == 1);
            let part = |number| Some(JsonPart { number, of: several.len(), sql: whole(number) });
            let read = |(number, statement): (usize, &'a Statement)| Read {
                range: statement.range.clone(),
                kind: statement.kind,
                objects: &statement.objects,
                part: part(number),
            };
            (1..).zip(several).map(read).collect()
        }
    }
}

fn because<'a>(opaque: &'a Opaque, file: FileId, places: &Places<'a>) -> JsonReason<'a> {
    JsonReason { reason: &opaque.reason, at: places.place(Place { file, span: opaque.span }) }
}

fn of<'a>(origin: &'a SqlOrigin, file: FileId, places: &Places<'a>, sent: JsonSent<'a>) -> JsonSent<'a> {
    let at = |span: Span| places.place(Place { file, span });
    let condition = origin.condition.as_ref();
    JsonSent {
        call: Some(places.place(Place { file, span: origin.call })),
        callers: origin.callers.iter().map(|caller| at(*caller)).collect(),
        condition: condition
            .map(|condition| JsonReason { reason: &condition.reason, at: at(condition.span) }),
        ..sent
    }
}

fn named<'a>(object: &'a Object, at: Option<JsonPlace<'a>>) -> JsonObject<'a> {
    JsonObject { kind: object.kind, schema: object.schema.as_deref(), name: &object.name, at }
}

/// The bytes of the file in which a range of the SQL stands as text: none where part of it is alembic's own words, which
/// only the call stands for, or where it is put together from places that do not follow each other.
fn written(sql: &Literal, range: &Range<usize>, call: Span) -> Option<Span> {
    let before = |at: usize| sql.pieces.partition_point(|piece| (piece.value_start as usize) < at);
    let first = before(range.start + 1).saturating_sub(1);
    let pieces = sql.pieces.get(first..before(range.end))?;
    let is_text = pieces.iter().all(|piece| piece.verbatim || piece.span != call);
    let follows = pieces.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start);
    if is_text && follows { sql.source_span(range.clone()) } else { None }
}
