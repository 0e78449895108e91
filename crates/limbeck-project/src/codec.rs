//! Python's text codecs by the names that Python knows them under.
//!
//! Source: `encodings/aliases.py` and `encodings.normalize_encoding` of CPython, `get_normal_name` of its tokenizer.
//! The names are Python's, not those of the web that `encoding_rs` goes by: to it, `latin-1` is windows-1252.

use encoding_rs::Encoding;

/// How bytes become text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Codec {
    /// UTF-8.
    Utf8,
    /// Each byte is the code point of its number.
    Latin1,
    /// Seven bits.
    Ascii,
    /// Any other.
    Other(&'static Encoding),
}

/// Names after normalisation, and the label under which `encoding_rs` has the codec.
const OTHERS: [(&str, &[&str]); 38] = [
    ("iso-8859-2", &["iso8859_2", "iso_8859_2", "latin2", "l2", "csisolatin2", "iso_ir_101"]),
    ("iso-8859-3", &["iso8859_3", "iso_8859_3", "latin3", "l3"]),
    ("iso-8859-4", &["iso8859_4", "iso_8859_4", "latin4", "l4"]),
    ("iso-8859-5", &["iso8859_5", "iso_8859_5", "cyrillic"]),
    ("iso-8859-6", &["iso8859_6", "iso_8859_6", "arabic"]),
    ("iso-8859-7", &["iso8859_7", "iso_8859_7", "greek", "greek8"]),
    ("iso-8859-8", &["iso8859_8", "iso_8859_8", "hebrew"]),
    ("windows-1254", &["iso8859_9", "iso_8859_9", "latin5", "l5"]),
    ("iso-8859-10", &["iso8859_10", "iso_8859_10", "latin6", "l6"]),
    ("windows-874", &["iso8859_11", "iso_8859_11", "thai", "tis_620", "tis620", "cp874"]),
    ("iso-8859-13", &["iso8859_13", "iso_8859_13", "latin7", "l7"]),
    ("iso-8859-14", &["iso8859_14", "iso_8859_14", "latin8", "l8"]),
    ("iso-8859-15", &["iso8859_15", "iso_8859_15", "latin9", "l9"]),
    ("iso-8859-16", &["iso8859_16", "iso_8859_16", "latin10", "l10"]),
    ("windows-1250", &["cp1250", "1250", "windows_1250"]),
    ("windows-1251", &["cp1251", "1251", "windows_1251"]),
    ("windows-1252", &["cp1252", "1252", "windows_1252"]),
    ("windows-1253", &["cp1253", "1253", "windows_1253"]),
    ("windows-1254", &["cp1254", "1254", "windows_1254"]),
    ("windows-1255", &["cp1255", "1255", "windows_1255"]),
    ("windows-1256", &["cp1256", "1256", "windows_1256"]),
    ("windows-1257", &["cp1257", "1257", "windows_1257"]),
    ("windows-1258", &["cp1258", "1258", "windows_1258"]),
    ("ibm866", &["cp866", "866", "ibm866"]),
    ("koi8-r", &["koi8_r", "cskoi8r"]),
    ("koi8-u", &["koi8_u"]),
    ("macintosh", &["mac_roman", "macroman", "macintosh"]),
    ("x-mac-cyrillic", &["mac_cyrillic", "maccyrillic"]),
    ("shift_jis", &["shift_jis", "shiftjis", "sjis", "s_jis", "csshiftjis"]),
    ("shift_jis", &["cp932", "932", "ms932", "mskanji", "ms_kanji", "windows_31j"]),
    ("euc-jp", &["euc_jp", "eucjp", "ujis", "u_jis"]),
    ("iso-2022-jp", &["iso2022_jp", "iso2022jp", "iso_2022_jp", "csiso2022jp"]),
    ("euc-kr", &["euc_kr", "euckr", "korean", "ks_c_5601", "cp949", "949", "ms949", "uhc"]),
    ("gbk", &["gbk", "cp936", "936", "ms936"]),
    (
        "gbk",
        &["gb2312", "chinese", "euc_cn", "euccn", "eucgb2312_cn", "gb2312_1980", "gb2312_80", "iso_ir_58"],
    ),
    ("gb18030", &["gb18030", "gb18030_2000"]),
    ("big5", &["big5", "big5_tw", "csbig5", "big5hkscs", "big5_hkscs", "hkscs"]),
    ("big5", &["cp950", "950", "ms950"]),
];

/// The codec of a name in a coding cookie; `None` if Python has none of the name, or limbeck cannot read it.
pub(crate) fn by_name(name: &str) -> Option<Codec> {
    if is_utf8_to_tokenizer(name) {
        return Some(Codec::Utf8);
    }
    let dashed = dashed(name);
    if ["latin-1", "iso-8859-1", "iso-latin-1"].iter().any(|base| is_or_extends(&dashed, base)) {
        return Some(Codec::Latin1);
    }
    let normal = dashed.replace(['-', '.'], "_");
    match normal.as_str() {
        "utf8" | "u8" | "utf" | "utf8_ucs2" | "utf8_ucs4" | "cp65001" => Some(Codec::Utf8),
        "latin1" | "iso8859_1" | "iso8859" | "8859" | "cp819" | "ibm819" | "l1" | "latin" | "csisolatin1"
        | "iso_ir_100" => Some(Codec::Latin1),
        "ascii" | "us_ascii" | "646" | "us" | "iso646_us" | "iso_646_irv_1991" | "cp367" | "ibm367"
        | "csascii" | "ansi_x3_4_1968" => Some(Codec::Ascii),
        other => {
            let (label, _) = OTHERS.iter().find(|(_, names)| names.contains(&other))?;
            Encoding::for_label(label.as_bytes()).map(Codec::Other)
        }
    }
}

/// Whether the tokenizer itself takes the name for UTF-8: `utf-8` and `utf-8-unix`, but not `utf8`.
///
/// It matters after a byte order mark, where CPython accepts no other name, not even another one for UTF-8.
pub(crate) fn is_utf8_to_tokenizer(name: &str) -> bool {
    is_or_extends(&dashed(name), "utf-8")
}

fn dashed(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', "-")
}

fn is_or_extends(name: &str, base: &str) -> bool {
    name.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_is_known_to_encoding_rs() {
        for (label, names) in OTHERS {
            for name in names {
                assert!(by_name(name).is_some(), "{label} {name}");
            }
        }
    }
}
