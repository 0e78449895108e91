//! What holds for every picture, of whatever tree.

use std::collections::BTreeSet;

use limbeck_report::graph::{EdgeKind, PictureFormat};
use limbeck_types::RevisionId;
use proptest::prelude::*;

use crate::sketch::{Sketch, Sketched, drawn, file, spanned};
use crate::walk::Walk;

/// What each revision names: how far below, and whether it is a dependency.
type Shape = Vec<Vec<(usize, bool)>>;

fn shapes() -> impl Strategy<Value = Shape> {
    let named = prop_oneof![
        4 => prop::collection::vec((1_usize..3, prop::bool::weighted(0.1)), 1..2),
        3 => prop::collection::vec((1_usize..30, prop::bool::weighted(0.2)), 0..4),
    ];
    prop::collection::vec(named, 1..60)
}

fn sketch(shape: &Shape) -> Sketch {
    let id = |index: usize| format!("r{index}");
    let revision = |(index, named): (usize, &Vec<(usize, bool)>)| {
        let ids = |wanted: bool| {
            let named = named.iter().filter(move |(_, is_dependency)| *is_dependency == wanted);
            named.map(|(below, _)| index + below).filter(|below| *below < shape.len()).map(id)
        };
        Sketched {
            id: RevisionId::from(id(index).as_str()),
            down: ids(false).map(|id| spanned(RevisionId::from(id.as_str()))).collect(),
            depends_on: ids(true).map(spanned).collect(),
            labels: Vec::new(),
            message: String::new(),
            applied: None,
            source: file(String::new()),
        }
    };
    Sketch::of(shape.iter().enumerate().map(revision).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_revision_is_drawn_once_and_every_edge_leads_to_its_end(shape in shapes()) {
        let sketch = sketch(&shape);
        let picture = sketch.picture();
        let id = |node: usize| picture.nodes()[node].entry.id.to_string();
        let edges = |kinds: &[EdgeKind]| -> BTreeSet<(String, String)> {
            let of_kind = picture.edges().iter().filter(|edge| kinds.contains(&edge.kind));
            of_kind.map(|edge| (id(edge.from), id(edge.to))).collect()
        };
        let text = sketch.tree();
        let walk = Walk::new(&text);
        let ids: Vec<String> = (0..shape.len()).map(|index| format!("r{index}")).collect();
        prop_assert_eq!(walk.ids(), ids);
        let (seen, dotted) = walk.edges();
        prop_assert_eq!(seen, edges(&[EdgeKind::DownRevision, EdgeKind::DependsOn]), "{}", text);
        let dependencies = edges(&[EdgeKind::DependsOn]);
        prop_assert!(dotted.is_subset(&dependencies), "{}", text);
        prop_assert_eq!(&sketch.tree(), &text);
    }

    #[test]
    fn every_revision_is_in_every_format_once(shape in shapes()) {
        let sketch = sketch(&shape);
        let count = |format, needle: &str| drawn(sketch.picture(), format).matches(needle).count();
        prop_assert_eq!(count(PictureFormat::Dot, "[label="), shape.len());
        prop_assert_eq!(count(PictureFormat::Mermaid, "[\""), shape.len());
        prop_assert_eq!(count(PictureFormat::Svg, "<circle"), shape.len());
        prop_assert_eq!(count(PictureFormat::Dot, " -> "), sketch.picture().edges().len());
    }

    #[test]
    fn revisions_in_any_order_are_drawn_above_what_they_name(
        (shape, order) in shapes().prop_flat_map(|shape| {
            let order: Vec<usize> = (0..shape.len()).collect();
            (Just(shape), Just(order).prop_shuffle())
        })
    ) {
        let sketch = sketch(&shape);
        let mut nodes: Vec<_> = sketch.picture().nodes().to_vec();
        let edges = sketch.picture().edges().len();
        nodes.sort_by_key(|node| order[node.entry.id.as_str()[1..].parse::<usize>().expect("a number")]);
        let picture = limbeck_report::graph::GraphPicture::new(nodes);
        prop_assert_eq!(picture.edges().len(), edges);
        prop_assert!(picture.edges().iter().all(|edge| edge.from < edge.to));
    }
}

#[test]
fn many_branches_off_one_base_stay_narrow() {
    let shape: Shape = (0..300).map(|index| vec![(300 - index, false)]).chain([Vec::new()]).collect();
    let text = sketch(&shape).tree();
    let walk = Walk::new(&text);
    assert_eq!(walk.edges().0.len(), 300);
    assert!(walk.width() <= 30, "{}", walk.width());
}
