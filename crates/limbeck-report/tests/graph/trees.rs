//! Small trees in the terminal.

use insta::assert_snapshot;
use limbeck_report::Style;
use limbeck_report::graph::PictureFormat;

use crate::sketch::{Sketch, drawn, tree};

#[test]
fn linear() {
    let sketch = Sketch::new("c3 <- b2 add email\n b2 <- a1\n a1 create users");
    assert_snapshot!(sketch.tree());
}

#[test]
fn fork() {
    let sketch = Sketch::new("c3 <- b2\n b2 <- a1\n e5 <- d4\n d4 <- a1 [right]\n a1");
    assert_snapshot!(sketch.tree());
}

#[test]
fn merge() {
    let sketch = Sketch::new("f6 <- m5\n m5 <- b2, d4\n b2 <- a1\n d4 <- c3\n c3 <- a1\n a1");
    assert_snapshot!(sketch.tree());
}

#[test]
fn merge_of_three() {
    let sketch = Sketch::new("m <- b, c, d\n b <- a\n c <- a\n d <- a\n a");
    assert_snapshot!(sketch.tree());
}

#[test]
fn merge_right_above_a_fork() {
    let sketch = Sketch::new("g <- e, f\n e <- d\n f <- d\n d <- b, c\n b <- a\n c <- a\n a");
    assert_snapshot!(sketch.tree());
}

#[test]
fn merges_that_cross() {
    let sketch = Sketch::new("y <- b, c\n x <- c, b\n b <- a\n c <- a\n a");
    assert_snapshot!(sketch.tree());
}

#[test]
fn several_bases() {
    let sketch = Sketch::new("a2 <- a1 [a]\n a1 [a]\n b2 <- b1 [b]\n b1 [b]\n c1");
    assert_snapshot!(sketch.tree());
}

#[test]
fn base_beside_another_line() {
    let sketch = Sketch::new("a3 <- a2\n b1\n c1\n a2 <- a1\n a1");
    assert_snapshot!(sketch.tree());
}

#[test]
fn dependency() {
    let sketch = Sketch::new("a3 <- a2\n b2 <- b1 (a2) [lib]\n b1 [lib]\n a2 <- a1\n a1");
    assert_snapshot!(sketch.tree());
}

#[test]
fn dependency_of_a_base_right_below() {
    let sketch = Sketch::new("b1 (a1)\n a1");
    assert_snapshot!(sketch.tree());
}

#[test]
fn effective_head() {
    let sketch = Sketch::new("b2 <- b1 (a2)\n b1\n a2 <- a1\n a1");
    assert_snapshot!(sketch.tree());
}

#[test]
fn dependency_across_a_line() {
    let sketch = Sketch::new("a2 <- a1 (c1)\n b2 <- b1\n c2 <- c1\n b1\n c1\n a1");
    assert_snapshot!(sketch.tree());
}

#[test]
fn lines_that_wait_long_are_joined() {
    let rest: String = (1..=14).map(|index| format!("c{index} <- c{}\n", index + 1)).collect();
    let sketch = Sketch::new(&format!("a <- z\n b <- z\n {rest} c15 <- z\n z"));
    assert_snapshot!(sketch.tree());
}

#[test]
fn part_of_a_tree() {
    let sketch = Sketch::new("f6 <- m5\n m5 <- b2, d4 merge\n b2 <- a1\n d4 <- c3\n c3 <- a1\n a1");
    assert_snapshot!(tree(sketch.part(|id| ["m5", "b2"].contains(&id))));
}

#[test]
fn applied() {
    let sketch = Sketch::new("-c3 <- b2 third\n +d4 <- b2 fourth\n +b2 <- a1\n +a1");
    assert_snapshot!(sketch.tree());
}

#[test]
fn messages_end_where_the_terminal_does() {
    let sketch =
        Sketch::new("c3 <- b2 a message of some words\n b2 <- a1 für 日本語日本語日本語\n a1 \u{7}red");
    let format = PictureFormat::Tree { width: Some(24), style: Style { color: false } };
    let text = drawn(sketch.picture(), format);
    assert_snapshot!(text);
}

#[test]
fn colours() {
    let sketch = Sketch::new("m <- b, c (d)\n b <- a\n c <- a [lib]\n d\n a");
    let format = PictureFormat::Tree { width: None, style: Style { color: true } };
    assert_snapshot!(drawn(sketch.picture(), format).replace('\u{1b}', "^"));
}

#[test]
fn empty() {
    assert_eq!(Sketch::new("").tree(), "");
}
