//! Ways that a run may take and where they meet again.
//!
//! It owns what is left of the state after a choice that is not known, and what a `return`, `break` or `continue` on one
//! of the ways means for what follows: that it happens under a condition.

use std::rc::Rc;

use hashbrown::{HashMap, HashSet};
use limbeck_types::{Condition, Opaque, Span};

use super::follower::{Follower, Raise, Result, Stop};
use super::journal::{Cell, Contents, Key, Level, State, either, either_value};
use super::value::{Event, EventKind, Value};

/// How statements end.
#[derive(Debug, Clone)]
pub(super) enum Flow {
    Normal,
    Continue,
    Break,
    Return(Value),
}

/// What a flow leads out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TargetKind {
    Iteration,
    Loop,
    Function,
}

/// A function, a loop or a round of one that is being followed.
pub(super) struct Target {
    pub(super) kind: TargetKind,
    /// The level of the journal that begins before its first choice.
    level: Option<usize>,
    exits: Vec<Exit>,
    /// What decides whether the rest of it happens.
    pub(super) condition: Option<Rc<Condition>>,
}

/// A way that may have left a target early.
struct Exit {
    state: State,
    value: Option<Value>,
}

/// One way of a choice.
pub(super) struct Way {
    flow: std::result::Result<Flow, Rc<Raise>>,
    /// Every cell that it wrote: before and after.
    cells: HashMap<Key, (Cell, Contents, Contents)>,
    /// What the run looks like where the way leaves something.
    state: State,
}

impl Flow {
    fn target(&self) -> Option<TargetKind> {
        match self {
            Self::Normal => None,
            Self::Continue => Some(TargetKind::Iteration),
            Self::Break => Some(TargetKind::Loop),
            Self::Return(_) => Some(TargetKind::Function),
        }
    }

    /// Ways that end alike can meet; of others, those that lead farther out are left behind.
    fn reach(&self) -> u8 {
        match self {
            Self::Normal => 0,
            Self::Continue => 1,
            Self::Break => 2,
            Self::Return(_) => 3,
        }
    }
}

impl Way {
    /// The way on which nothing happens.
    pub(super) fn nothing() -> Self {
        Self { flow: Ok(Flow::Normal), cells: HashMap::new(), state: HashMap::new() }
    }

    pub(super) fn ends_normally(&self) -> bool {
        matches!(self.flow, Ok(Flow::Normal))
    }
}

/// Whether what leads out of the one leads out of the other too, which is inside of it.
fn leads_on(inner: TargetKind, outer: TargetKind) -> bool {
    match inner {
        TargetKind::Iteration => outer != TargetKind::Iteration,
        TargetKind::Loop => outer == TargetKind::Function,
        TargetKind::Function => false,
    }
}

/// The reason why what was written under a condition is not known.
pub(super) fn blame(condition: &Condition) -> Rc<Opaque> {
    Rc::new(Opaque { span: condition.span, reason: condition.reason.clone(), import: None })
}

impl Follower<'_> {
    /// Follows one way of a choice under a condition, and takes back what it wrote.
    pub(super) fn way(
        &mut self,
        condition: &Rc<Condition>,
        run: impl FnOnce(&mut Self) -> Result<Flow>,
    ) -> Result<Way> {
        self.open_targets();
        let before = self.condition.replace(Rc::clone(condition));
        self.levels.push(Level::default());
        let flow = match run(self) {
            Err(Stop::Exhausted) => return Err(Stop::Exhausted),
            Err(Stop::Raised(raise)) => {
                if self.tries == 0 {
                    self.events.push(raise.event.clone());
                }
                Err(raise)
            }
            Ok(flow) => Ok(flow),
        };
        let way = self.close_way(flow);
        self.condition = before;
        Ok(way)
    }

    /// Goes on with what is known after any of `ways`.
    pub(super) fn meet(&mut self, ways: Vec<Way>, condition: &Rc<Condition>) -> Result<Flow> {
        let reach = |way: &Way| way.flow.as_ref().ok().map(Flow::reach);
        let Some(nearest) = ways.iter().filter_map(reach).min() else {
            let raise = ways.into_iter().find_map(|way| way.flow.err());
            return raise.map_or(Ok(Flow::Normal), |raise| Err(Stop::Raised(raise)));
        };
        let mut staying = ways;
        let leaving: Vec<Way> = staying.extract_if(.., |way| reach(way) != Some(nearest)).collect();
        let flow = staying
            .iter()
            .filter_map(|way| way.flow.clone().ok())
            .reduce(|one, other| match (one, other) {
                (Flow::Return(one), Flow::Return(other)) => {
                    Flow::Return(either_value(one, &other, &blame(condition), &mut self.hidden))
                }
                (one, _) => one,
            })
            .unwrap_or(Flow::Normal);
        if staying.iter().any(|way| !way.cells.is_empty()) {
            self.agree(&staying, &blame(condition))?;
        }
        for way in leaving {
            if let Ok(flow) = way.flow {
                self.leave(flow, way.state, condition);
            }
        }
        self.condition_again();
        Ok(flow)
    }

    /// Writes what all of `ways` agree on.
    fn agree(&mut self, ways: &[Way], opaque: &Rc<Opaque>) -> Result<()> {
        let mut done = HashSet::new();
        for way in ways {
            for (key, (cell, before, _)) in &way.cells {
                if !done.insert(key.clone()) {
                    continue;
                }
                let after = |way: &Way| way.cells.get(key).map_or(before, |(_, _, after)| after).clone();
                let mut all = ways.iter().map(after);
                let Some(first) = all.next() else { continue };
                let agreed =
                    all.fold(first, |agreed, other| either(agreed, &other, opaque, &mut self.hidden));
                self.note(cell)?;
                cell.set(agreed);
            }
        }
        Ok(())
    }

    /// After a choice, what follows may still depend on a way that left early.
    pub(super) fn condition_again(&mut self) {
        for target in self.targets.iter().rev() {
            if target.condition.is_some() {
                self.condition.clone_from(&target.condition);
                return;
            }
            if target.kind == TargetKind::Function {
                return;
            }
        }
    }

    /// Lets the journal of the function and loops around begin before a choice is made.
    pub(super) fn open_targets(&mut self) {
        let first =
            self.targets.iter().rposition(|target| target.kind == TargetKind::Function).unwrap_or_default();
        for target in &mut self.targets[first..] {
            if target.level.is_none() {
                target.level = Some(self.levels.len());
                self.levels.push(Level::default());
            }
        }
    }

    /// All that was written since the target of this kind began.
    pub(super) fn state_since(&self, kind: TargetKind) -> State {
        let target = self.targets.iter().rev().find(|target| target.kind == kind);
        let Some(start) = target.and_then(|target| target.level) else { return State::new() };
        let cells = self.levels[start..].iter().flat_map(|level| &level.before);
        cells.map(|(key, (cell, _))| (key.clone(), (cell.clone(), cell.contents()))).collect()
    }

    /// Follows what a `return`, `break` or `continue` may lead out of, and what is known after it.
    pub(super) fn target(
        &mut self,
        kind: TargetKind,
        span: Span,
        run: impl FnOnce(&mut Self) -> Result<Flow>,
    ) -> Result<Flow> {
        self.target_and_exits(kind, span, run).map(|(flow, _)| flow)
    }

    /// The same, with the condition under which it was left early.
    pub(super) fn target_and_exits(
        &mut self,
        kind: TargetKind,
        span: Span,
        run: impl FnOnce(&mut Self) -> Result<Flow>,
    ) -> Result<(Flow, Option<Rc<Condition>>)> {
        let condition = self.condition.clone();
        self.targets.push(Target { kind, level: None, exits: Vec::new(), condition: None });
        let flow = run(self);
        if matches!(flow, Err(Stop::Exhausted)) {
            return Err(Stop::Exhausted);
        }
        let Some(target) = self.targets.pop() else { return flow.map(|flow| (flow, None)) };
        let left = target.condition.clone();
        self.condition = condition;
        if kind != TargetKind::Function {
            self.condition_again();
        }
        let Some(_) = target.level else { return flow.map(|flow| (flow, None)) };
        let flow = match (&left, flow) {
            // Ways that left early go on here; the one that did not leads farther out.
            (Some(left), Ok(farther)) if farther.target().is_some_and(|outer| leads_on(kind, outer)) => {
                let state = farther.target().map_or_else(State::new, |outer| self.state_since(outer));
                self.leave(farther, state, left);
                self.condition_again();
                Err(None)
            }
            (_, Ok(flow)) => Ok(flow),
            (_, Err(Stop::Raised(raise))) => Err(Some(raise)),
            (_, Err(stop)) => return Err(stop),
        };
        let level = self.levels.pop().unwrap_or_default();
        let flow = match (&left, flow) {
            (Some(left), flow) => self.after_exits(kind, flow, target.exits, &level, left, span),
            (None, Err(Some(raise))) => Err(Stop::Raised(raise)),
            (None, flow) => Ok(flow.unwrap_or(Flow::Normal)),
        };
        self.commit(level);
        flow.map(|flow| (flow, left))
    }

    /// How many ways have left what is being followed, and what decides whether the rest of it happens.
    pub(super) fn ways_left(&self) -> (usize, Option<Rc<Condition>>) {
        let ways = self.targets.iter().map(|target| target.exits.len()).sum();
        (ways, self.targets.iter().rev().find_map(|target| target.condition.clone()))
    }

    /// A way leads out of a target that is farther out.
    pub(super) fn leave(&mut self, flow: Flow, state: State, condition: &Rc<Condition>) {
        let Some(kind) = flow.target() else { return };
        let value = if let Flow::Return(value) = flow { Some(value) } else { None };
        if let Some(target) = self.targets.iter_mut().rev().find(|target| target.kind == kind) {
            target.exits.push(Exit { state, value });
            target.condition = Some(Rc::clone(condition));
        }
    }

    /// Brings the ways that left early together with the one that did not.
    fn after_exits(
        &mut self,
        kind: TargetKind,
        flow: std::result::Result<Flow, Option<Rc<Raise>>>,
        exits: Vec<Exit>,
        level: &Level,
        condition: &Condition,
        span: Span,
    ) -> Result<Flow> {
        let opaque = blame(condition);
        let mut exits = exits.into_iter();
        let mut flow = match flow {
            Ok(flow) => flow,
            // Nobody comes here but those that left early.
            Err(raised) => {
                let Some(first) = exits.next() else {
                    return raised.map_or(Ok(Flow::Normal), |raise| Err(Stop::Raised(raise)));
                };
                if let Some(raise) = raised
                    && self.tries == 0
                {
                    let mut event = raise.event.clone();
                    event.condition = event.condition.or_else(|| Some(Rc::new(condition.clone())));
                    self.events.push(event);
                }
                for (key, (cell, before)) in &level.before {
                    if !first.state.contains_key(key) {
                        cell.set(before.clone());
                    }
                }
                for (key, (cell, contents)) in &first.state {
                    if !level.before.contains_key(key) {
                        self.note(cell)?;
                    }
                    cell.set(contents.clone());
                }
                match first.value {
                    Some(value) => Flow::Return(value),
                    None => Flow::Normal,
                }
            }
        };
        for exit in exits {
            for (key, (cell, before)) in &level.before {
                let at_exit = exit.state.get(key).map_or(before, |(_, contents)| contents);
                cell.set(either(cell.contents(), at_exit, &opaque, &mut self.hidden));
            }
            // What only the way that left early wrote.
            for (key, (cell, at_exit)) in &exit.state {
                if !level.before.contains_key(key) {
                    self.note(cell)?;
                    cell.set(either(cell.contents(), at_exit, &opaque, &mut self.hidden));
                }
            }
            if let Some(value) = exit.value {
                let ours = match flow {
                    Flow::Return(ours) => ours,
                    _ => Value::none(span),
                };
                flow = Flow::Return(either_value(ours, &value, &opaque, &mut self.hidden));
            }
        }
        // A loop that was left early, or not, goes on alike.
        if kind == TargetKind::Iteration && matches!(flow, Flow::Continue) {
            flow = Flow::Normal;
        }
        Ok(flow)
    }

    /// Hands what was written on to the level around.
    pub(super) fn commit(&mut self, level: Level) {
        let Some(outer) = self.levels.last_mut() else { return };
        for (key, value) in level.before {
            if !outer.made.contains(&key.0) {
                outer.before.entry(key).or_insert(value);
            }
        }
        outer.made.extend(level.made);
    }

    /// Follows something only to see what it writes, and takes everything back. Gives the cells, and whether it told
    /// anything.
    pub(super) fn trial<T>(
        &mut self,
        run: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<(Result<T>, State, bool)> {
        let mark = self.mark();
        self.levels.push(Level::default());
        let done = run(self);
        if matches!(done, Err(Stop::Exhausted)) {
            return Err(Stop::Exhausted);
        }
        let level = self.levels.pop().unwrap_or_default();
        for (cell, before) in level.before.values() {
            cell.set(before.clone());
        }
        let tells = self.events[mark.events..].iter().any(|event| acts(event, mark.calls));
        self.rewind(mark);
        Ok((done, level.before, tells))
    }

    /// Where the run stands, cells aside.
    pub(super) fn mark(&mut self) -> Mark {
        let targets =
            self.targets.iter().map(|target| (target.exits.len(), target.condition.clone())).collect();
        self.open_targets();
        Mark {
            events: self.events.len(),
            calls: self.calls(),
            changed: self.changed.len(),
            targets,
            condition: self.condition.clone(),
        }
    }

    /// Takes back what happened since, cells aside.
    pub(super) fn rewind(&mut self, mark: Mark) {
        for (target, (exits, condition)) in self.targets.iter_mut().zip(mark.targets) {
            target.exits.truncate(exits);
            target.condition = condition;
        }
        self.condition = mark.condition;
        self.changed.truncate(mark.changed);
        self.events.truncate(mark.events);
    }
}

/// Whether an event is more than that a construct of SQLAlchemy's was made, or looked at, behind the call with this number.
fn acts(event: &Event, calls: u32) -> bool {
    match &event.kind {
        EventKind::Called(call) => call.callee.as_path().is_none_or(|path| !path.starts_with("sqlalchemy.")),
        EventKind::Used(number) => *number <= calls,
        _ => true,
    }
}

/// Where a run stands.
pub(super) struct Mark {
    events: usize,
    calls: u32,
    changed: usize,
    targets: Vec<(usize, Option<Rc<Condition>>)>,
    condition: Option<Rc<Condition>>,
}

impl Way {
    /// All that the way wrote.
    pub(super) fn written(&self) -> State {
        self.cells
            .iter()
            .map(|(key, (cell, before, _))| (key.clone(), (cell.clone(), before.clone())))
            .collect()
    }

    /// What it wrote, where it goes on to what follows.
    pub(super) fn goes_on_with(&self) -> State {
        if self.ends_normally() { self.written() } else { State::new() }
    }

    /// The exception that ends it.
    pub(super) fn raised(&self) -> Option<Rc<Raise>> {
        self.flow.as_ref().err().cloned()
    }
}

impl Follower<'_> {
    /// Follows a way that is sure to be taken, and takes back what it wrote, as others may meet it.
    pub(super) fn open_way(&mut self, run: impl FnOnce(&mut Self) -> Result<Flow>) -> Result<Way> {
        self.open_targets();
        self.levels.push(Level::default());
        let flow = match run(self) {
            Err(Stop::Exhausted) => return Err(Stop::Exhausted),
            Err(Stop::Raised(raise)) => Err(raise),
            Ok(flow) => Ok(flow),
        };
        Ok(self.close_way(flow))
    }

    fn close_way(&mut self, flow: std::result::Result<Flow, Rc<Raise>>) -> Way {
        let state = match flow.as_ref().ok().and_then(Flow::target) {
            Some(kind) => self.state_since(kind),
            None => State::new(),
        };
        let level = self.levels.pop().unwrap_or_default();
        let mut cells = HashMap::with_capacity(level.before.len());
        for (key, (cell, before)) in level.before {
            let after = cell.contents();
            cell.set(before.clone());
            cells.insert(key, (cell, before, after));
        }
        Way { flow, cells, state }
    }

    /// Goes on from where a way ended.
    pub(super) fn keep(&mut self, way: Way) -> Result<()> {
        for (cell, _, after) in way.cells.into_values() {
            self.note(&cell)?;
            cell.set(after);
        }
        Ok(())
    }
}
