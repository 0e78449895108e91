//! Which id was probably meant.

use limbeck_types::RevisionId;

/// How alike an id must be to be taken for the one that was meant (Jaro-Winkler, 0 to 1).
const ALIKE: f64 = 0.85;

/// How many ids are worth naming.
const FEW: usize = 3;

/// The ids that are like what was written, the likest first, no more than a few.
pub(crate) fn several_nearest<'a>(
    ids: impl Iterator<Item = &'a RevisionId>,
    written: &str,
) -> Vec<&'a RevisionId> {
    let alike = ids.map(|id| (strsim::jaro_winkler(id.as_str(), written), id));
    let mut alike: Vec<(f64, &RevisionId)> = alike.filter(|(alike, _)| *alike >= ALIKE).collect();
    alike.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    alike.into_iter().take(FEW).map(|(_, id)| id).collect()
}

/// The id that is most like what was written, if any is like it.
pub fn nearest<'a>(ids: impl Iterator<Item = &'a RevisionId>, written: &str) -> Option<&'a RevisionId> {
    let alike = ids.map(|id| (strsim::jaro_winkler(id.as_str(), written), id));
    let best = alike.filter(|(alike, _)| *alike >= ALIKE).max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.map(|(_, id)| id)
}
