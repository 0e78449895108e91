//! Which id was probably meant.

use limbeck_types::RevisionId;

/// How alike an id must be to be taken for the one that was meant (Jaro-Winkler, 0 to 1).
const ALIKE: f64 = 0.85;

/// The id that is most like what was written, if any is like it.
pub fn nearest<'a>(ids: impl Iterator<Item = &'a RevisionId>, written: &str) -> Option<&'a RevisionId> {
    let alike = ids.map(|id| (strsim::jaro_winkler(id.as_str(), written), id));
    let best = alike.filter(|(alike, _)| *alike >= ALIKE).max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.map(|(_, id)| id)
}
