//! How deeply a statement can nest, told from its tokens, so that a hostile one is refused before it is parsed.
//!
//! Parser and tree recurse: into brackets, into the operand of a prefix operator, along a chain of operators, names or
//! joins. A comma ends such a chain, and a weak operator (`AND`, `UNION`) ends all chains but its own. The time that a
//! chain takes grows with the square of its length.

use std::ops::Range;

use squawk_lexer::TokenKind;

use super::split::Token;

/// More brackets in brackets are refused, as Python does it.
const MAX_BRACKETS: usize = 200;
/// Longer chains are refused: some take a third of a second in a release build.
const MAX_CHAIN: usize = 4_000;
/// More links between chains are refused.
const MAX_LINKS: usize = 20_000;
/// Chains from here on count against the budget of the text.
const LONG_CHAIN: usize = 300;
/// The squares of the long chains of a text: about two seconds of a release build.
const BUDGET: usize = 50_000_000;

/// Bytes of stack for a bracket, a token of a chain, a link, each about twice what was measured in a debug build.
const STACK: [usize; 3] = [10 * 1024, 4 * 1024, 2 * 1024];

/// What the long chains of a text may still cost.
#[derive(Debug)]
pub(super) struct Budget(usize);

impl Default for Budget {
    fn default() -> Self {
        Self(BUDGET)
    }
}

/// Bytes of stack that a statement may take, or why and where it is refused.
pub(super) fn stack(
    sql: &str,
    tokens: &[Token],
    budget: &mut Budget,
) -> Result<usize, (Range<usize>, &'static str)> {
    let mut levels: Vec<Level> = vec![Level::default()];
    // What the outer levels hold, so that each token costs the same.
    let (mut outer_chain, mut outer_links) = (0, 0);
    let (mut most, mut longest) = (0, 0);
    for token in tokens {
        let is_case = token.is_word(sql, "case");
        match token.kind {
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenCurly => {
                open(&mut levels, &mut outer_chain, &mut outer_links, false)
            }
            TokenKind::Ident if is_case => open(&mut levels, &mut outer_chain, &mut outer_links, true),
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseCurly => {
                while close(&mut levels, &mut outer_chain, &mut outer_links) {}
            }
            TokenKind::Ident if token.is_word(sql, "end") && innermost(&mut levels).is_case => {
                close(&mut levels, &mut outer_chain, &mut outer_links);
            }
            _ => {}
        }
        let brackets = levels.len() - 1;
        let level = innermost(&mut levels);
        match token.kind {
            TokenKind::Comma | TokenKind::Semi => level.chain = 0,
            TokenKind::Ident if is_weak(token.text(sql)) => {
                level.chain = 0;
                level.links += 1;
            }
            _ => level.chain += 1,
        }
        let (chain, links) = (outer_chain + level.chain, outer_links + level.links);
        let refused = |why| Err((token.range.clone(), why));
        if brackets > MAX_BRACKETS {
            return refused("nested too deeply to be read: more than 200 brackets");
        }
        if chain > MAX_CHAIN || links > MAX_LINKS {
            return refused("nested too deeply to be read");
        }
        longest = longest.max(chain);
        most = most.max(brackets * STACK[0] + chain * STACK[1] + links * STACK[2]);
    }
    if longest > LONG_CHAIN {
        match budget.0.checked_sub(longest * longest) {
            Some(rest) => budget.0 = rest,
            None => return Err((0..0, "too many long chains of operators in one text")),
        }
    }
    Ok(most)
}

/// One bracket, or `CASE`.
#[derive(Debug, Default)]
struct Level {
    /// Tokens since the last one that ends a chain.
    chain: usize,
    /// How many weak operators there were.
    links: usize,
    is_case: bool,
}

fn innermost(levels: &mut Vec<Level>) -> &mut Level {
    if levels.is_empty() {
        levels.push(Level::default());
    }
    let last = levels.len() - 1;
    &mut levels[last]
}

fn open(levels: &mut Vec<Level>, chain: &mut usize, links: &mut usize, is_case: bool) {
    let level = innermost(levels);
    *chain += level.chain;
    *links += level.links;
    levels.push(Level { is_case, ..Level::default() });
}

/// Ends the innermost level; whether that was a `CASE`, which a closing bracket ends as well.
fn close(levels: &mut Vec<Level>, chain: &mut usize, links: &mut usize) -> bool {
    if levels.len() < 2 {
        return false;
    }
    let ended = levels.pop().unwrap_or_default();
    let level = innermost(levels);
    *chain -= level.chain;
    *links -= level.links;
    ended.is_case
}

/// Whether everything on its left is complete before it: no chain goes on over it.
fn is_weak(word: &str) -> bool {
    const WEAK: [&str; 7] = ["and", "or", "when", "then", "else", "union", "except"];
    WEAK.iter().any(|weak| word.eq_ignore_ascii_case(weak))
}
