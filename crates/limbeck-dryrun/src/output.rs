//! What the project prints, kept apart from the protocol and cut at the revisions.

use std::io::Read;
use std::thread::JoinHandle;

/// What one part of a run may print before the rest of it is thrown away, in bytes.
const KEPT: usize = 256 * 1024;

/// Reads the child's output to its end on a thread of its own.
///
/// The driver writes `marker` into the output where a revision begins and after the last one, so the parts are
/// exact whatever the two pipes' timing is.
#[derive(Debug)]
pub(crate) struct Output {
    reader: Option<JoinHandle<Vec<u8>>>,
    marker: String,
}

impl Output {
    /// Begins to read `pipe`.
    pub(crate) fn read(mut pipe: impl Read + Send + 'static, marker: &str) -> Self {
        let reader = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let mut buffer = [0_u8; 16 * 1024];
            // A child that floods us is read to the end all the same, or it would block.
            while let Ok(count) = pipe.read(&mut buffer) {
                if count == 0 {
                    break;
                }
                if bytes.len() < 64 * KEPT {
                    bytes.extend_from_slice(&buffer[..count]);
                }
            }
            bytes
        });
        Self { reader: Some(reader), marker: marker.to_owned() }
    }

    /// All of it, with the parts on lines of their own.
    pub(crate) fn whole(&mut self) -> String {
        let parts: Vec<String> = self.parts().into_iter().filter(|part| !part.is_empty()).collect();
        parts.join("\n")
    }

    /// Waits for the end of the output and gives its parts: before the first marker, between markers, after the last.
    pub(crate) fn parts(&mut self) -> Vec<String> {
        let Some(reader) = self.reader.take() else { return Vec::new() };
        let bytes = reader.join().unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        text.split(self.marker.as_str()).map(|part| clip(part.trim_end()).to_owned()).collect()
    }
}

/// The last bytes of a text, cut at a character: what is printed last tells why it ended.
fn clip(text: &str) -> &str {
    &text[text.ceil_char_boundary(text.len().saturating_sub(KEPT))..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_is_cut_at_the_markers() {
        let text = b"before\n\x1eMone\n\x1eM\x1eMthree\n".as_slice();
        let mut output = Output::read(text, "\u{1e}M");
        assert_eq!(output.parts(), ["before", "one", "", "three"]);
    }
}
