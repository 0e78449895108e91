//! Several heads, and both ways to one: a merge, or a changed `down_revision`.

use limbeck_types::{Diagnostic, FileId, Place, Related, Repoint, Severity};

use crate::graph::Tree;
use crate::locate::migration_of;

impl Tree<'_> {
    /// `labelled`: each head is on a labelled branch of its own, which is several lines on purpose and worth a note.
    pub(crate) fn heads(
        &self,
        heads: &[FileId],
        branch_point: Option<FileId>,
        repoints: &[Repoint],
        labelled: bool,
    ) -> Diagnostic {
        let names: Vec<String> = heads.iter().map(|file| self.name(*file)).collect();
        let (last, others) = heads.split_last().expect("several heads are at least two");
        let how = match branch_point {
            _ if labelled => ", each on a labelled branch of its own".to_owned(),
            Some(file) => format!(" that part at {}", self.name(file)),
            None => String::new(),
        };
        let message = format!("the tree has {} heads{how}: {}", heads.len(), names.join(", "));
        let mut found = Diagnostic::error("multiple-heads", message).label("a head");
        found.place = self.id_place(*last);
        for file in others {
            self.relate(&mut found, *file, "a head");
        }
        if let Some(file) = branch_point {
            self.relate(&mut found, file, "they part here");
        }
        if labelled {
            found.severity = Severity::Note;
            return found.help("`alembic upgrade heads` applies them all, `alembic upgrade head` refuses");
        }
        found = found.help(format!("merge them: `alembic merge -m \"merge heads\" {}`", names.join(" ")));
        self.repoint(found, repoints)
    }

    /// The way out that keeps the tree one line: which value of which file to change.
    fn repoint(&self, mut found: Diagnostic, repoints: &[Repoint]) -> Diagnostic {
        let mut edits = Vec::new();
        for Repoint { first, onto } in repoints {
            let Some(place) = self.down_place(*first) else { return found };
            let onto = self.name(*onto);
            let message = format!("or re-point: write \"{onto}\" here");
            found.related.push(Related { place, message });
            edits.push(format!("set `down_revision = \"{onto}\"` in {}", self.sources[*first].shown));
        }
        match edits.as_slice() {
            [] => found,
            edits => found.help(format!("or re-point: {}", edits.join(", and "))),
        }
    }

    /// Where a file writes its `down_revision`.
    fn down_place(&self, file: FileId) -> Option<Place> {
        let span = migration_of(file, self.migrations)?.header.down_revision.span()?;
        Some(Place { file, span })
    }
}
