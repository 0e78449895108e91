//! Ways to make a text hostile.

use crate::{Random, Target};

/// What a text is seasoned with, one between two bars: syntax that nests, names that limbeck knows, the edges of encodings.
const PYTHON: &str = "(¦)¦[¦]¦{¦}¦'¦\"¦\"\"\"¦f'{¦}'¦\\¦\n¦\n    ¦\t¦:¦,¦=¦*¦**¦%¦+¦.¦not ¦-¦lambda: ¦x if y else ¦await \
    ¦for x in ¦ in ¦while True:\n        ¦if ¦else:\n        ¦elif ¦try:\n        ¦except:\n        ¦with \
    ¦ as b:\n        ¦def upgrade():\n    ¦def f(x):\n    return f(x)\n¦return ¦class A:\n    ¦yield \
    ¦global f\n¦import ¦from ¦pass\n¦break\n¦continue\n¦raise ¦assert ¦del ¦op.¦op.execute(¦op.add_column(\
    ¦op.create_table(¦op.alter_column(¦op.bulk_insert(¦op.batch_alter_table(¦op.get_bind()¦.execute(\
    ¦op.drop_column('t', 'c')\n¦op.create_index(op.f('i'), 't', ['a', sa.text('lower(b)')])\n\
    ¦op.get_context().autocommit_block()¦sa.Column('a', ¦sa.text(¦sa.Enum(¦sa.String(¦sa.table(¦sa.column(\
    ¦sa.select(¦.where(¦.values(¦.c.¦sa.func.¦sa.case(¦sa.ForeignKey('a.b')¦sa.Computed('a')¦sa.Identity()\
    ¦sa.literal(¦postgresql.ARRAY(¦postgresql.JSONB()¦server_default=¦existing_type=¦nullable=¦schema=¦name=\
    ¦f(f)¦f()¦[f]¦[x for x in x]¦{x: x for x in x}¦range(10**9)¦range(999999)¦'a' * 10**9¦[0] * 10**9\
    ¦10**10**10¦1 << 10**9¦9¦x = [x, x]\n¦x.append(x)\n¦x += x\n¦'%s' % x¦.format(x)\
    ¦'{0:>999999999}'.format(1)¦'%999999999d' % 1¦.join(x)¦textwrap.dedent(¦.strip()¦.split()\
    ¦.replace('', 'aa')¦\u{feff}¦\0¦\u{2028}¦\u{1F600}¦\r¦\r\n¦\x0c¦# coding: latin-1\n¦\\N{BULLET}¦\\x¦\\u\
    ¦\\777¦match x:\n    case ¦type X = ¦@¦:=¦...¦None¦True¦1e999¦0x";

const SQL: &str = "(¦)¦[¦]¦{¦}¦'¦\"¦$$¦$a$¦--¦/*¦*/¦\\¦\n¦\t¦:¦::¦,¦;¦=¦*¦%¦+¦-¦.¦:name¦%s¦%(x)s¦%%¦\\:¦$1¦?¦@¦#¦~¦`¦E'¦U&'\
    ¦U&\"¦UESCAPE¦B'¦X'¦N'¦'' ¦1¦1e¦0x¦1.¦ SELECT ¦ FROM ¦ WHERE ¦ AND ¦ OR ¦ NOT ¦ IN ¦ IN (¦ JOIN ¦ ON \
    ¦ UNION ¦ WITH a AS (¦ CASE WHEN ¦ THEN ¦ ELSE ¦ END ¦ BETWEEN ¦ LIKE ¦ IS NULL¦ COLLATE a¦ AT TIME ZONE \
    ¦ OVER (¦ FILTER (¦ ARRAY[¦ ROW(¦ CAST(¦ AS ¦CREATE ¦ALTER ¦DROP ¦TABLE ¦INDEX ¦TYPE ¦FUNCTION ¦TRIGGER \
    ¦VIEW ¦SEQUENCE ¦SCHEMA ¦EXTENSION ¦RULE ¦OR REPLACE ¦CONCURRENTLY ¦IF EXISTS ¦IF NOT EXISTS ¦CASCADE\
    ¦CONSTRAINT a ¦CHECK (¦REFERENCES a¦DEFAULT ¦GENERATED ¦ADD COLUMN a int¦DROP COLUMN a¦RENAME TO \
    ¦SET NOT NULL¦INSERT INTO ¦VALUES ¦UPDATE ¦SET ¦DELETE ¦MERGE ¦COPY ¦GRANT ¦REVOKE ¦COMMENT ON ¦DO \
    ¦BEGIN ATOMIC ¦EXPLAIN ¦PREPARE a AS ¦DECLARE a CURSOR FOR ¦LANGUAGE sql ¦INTERVAL ¦XMLTABLE(¦JSON_TABLE(\
    ¦JSON_OBJECT(¦EXTRACT(¦OVERLAY(¦GRAPH_TABLE(¦PARTITION BY ¦\u{feff}¦\0¦\u{2028}¦\u{1F600}¦\r";

/// More of a text than this is cut off: what nests is found long before.
const MAX: usize = 256 * 1024;

/// Changes a text in a random way, where it can with parts of `other`.
pub fn mutate(target: Target, text: &str, other: &str, random: &mut Random) -> String {
    let spices = match target {
        Target::Python => PYTHON,
        Target::Sql => SQL,
    };
    let spices: Vec<&str> = spices.split('¦').collect();
    let mut text = text.to_owned();
    for _ in 0..1 + random.below(4) {
        text = once(&text, other, &spices, random);
    }
    text.truncate(text.floor_char_boundary(MAX));
    text
}

fn once(text: &str, other: &str, spices: &[&str], random: &mut Random) -> String {
    let place = |text: &str, random: &mut Random| token_start(text, random.below(text.len() + 1));
    let (from, to) = {
        let (one, two) = (place(text, random), place(text, random));
        (one.min(two), one.max(two))
    };
    let (before, middle, after) = (&text[..from], &text[from..to], &text[to..]);
    let spice = random.pick(spices).copied().unwrap_or_default();
    let times = *random.pick(&[1, 2, 3, 10, 100, 199, 201, 1000, 20_000]).unwrap_or(&1);
    match random.below(12) {
        // A token or construct in a place where there is one.
        0 | 1 => format!("{before}{spice}{middle}{after}"),
        // Deep nesting, long chains, huge literals.
        2 => format!("{before}{}{middle}{after}", spice.repeat(times)),
        3 if middle.len() < 2_000 => {
            format!("{before}{}{after}", middle.repeat(times.min(MAX / middle.len().max(1))))
        }
        // Brackets around what is there.
        4 => {
            let (open, close) = *random
                .pick(&[("(", ")"), ("[", "]"), ("{", "}"), ("f(", ")"), ("'", "'"), ("/*", "*/")])
                .unwrap_or(&("", ""));
            format!("{before}{}{middle}{}{after}", open.repeat(times), close.repeat(times))
        }
        // Something is missing.
        5 => format!("{before}{after}"),
        6 => before.to_owned(),
        // Parts of another file.
        7 | 8 => {
            let start = place(other, random);
            let end = other.floor_char_boundary((start + 1 + random.below(400)).min(other.len())).max(start);
            format!("{before}{}{after}", &other[start..end])
        }
        // What stands here stands there.
        9 => {
            let there = place(text, random);
            format!("{}{middle}{}", &text[..there], &text[there..])
        }
        // Another character.
        10 => {
            let character =
                char::from_u32(u32::try_from(random.below(0x11_0000)).unwrap_or(0)).unwrap_or('\u{fffd}');
            format!("{before}{character}{middle}{after}")
        }
        // Another number.
        _ => {
            let number = random.pick(&[
                "0",
                "-1",
                "2147483648",
                "9223372036854775808",
                "1e400",
                "99999999999999999999999999",
            ]);
            format!("{before}{}{after}", number.copied().unwrap_or_default())
        }
    }
}

/// The start of the word that `offset` lies in, mostly.
fn token_start(text: &str, offset: usize) -> usize {
    let offset = text.floor_char_boundary(offset);
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    match text.as_bytes()[..offset].iter().rev().take(40).position(|byte| !word(byte)) {
        Some(back) if !offset.is_multiple_of(7) => offset - back,
        _ => offset,
    }
}
