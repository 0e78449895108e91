//! The state of a run, its budget, and the events that it leaves.

use std::cell::RefCell;
use std::rc::Rc;

use hashbrown::{HashMap, HashSet};
use limbeck_types::{Condition, Literal, Opaque, Span};
use ruff_python_ast::{ExprCall, Stmt};

use super::calls::Arguments;
use super::elsewhere::{Abroad, Book, Library};
use super::function::Function;
use super::journal::{Cell, Hidden, Level};
use super::lazy::Lazy;
use super::managers::Frame;
use super::scope::{Defined, Scope, ScopeKind};
use super::value::{Call, Event, EventKind, Kind, Value};
use super::ways::Target;
use crate::Around;

/// Statements, expressions, and parts of values walked.
const STEPS: u64 = 1_500_000;
/// Bytes of text that are put together.
const BYTES: usize = 64 << 20;
/// Events told.
const EVENTS: usize = 10_000;
/// Statements and expressions inside of each other, over all calls.
const NESTING: u32 = 1_000;
/// So many bytes of stack are enough for one more level; where fewer are left, a new piece of stack is taken.
const RED_ZONE: usize = 128 * 1024;
/// Bytes of a new piece of stack.
const STACK: usize = 2 * 1024 * 1024;
/// Calls inside of each other.
const CALLS: usize = 60;

/// Steps after which a loop whose rounds nobody knows is given up.
const LOOP: u64 = 1_000;

#[cfg(not(test))]
fn steps_of_a_loop() -> u64 {
    LOOP
}

/// Tests give up earlier.
#[cfg(test)]
fn steps_of_a_loop() -> u64 {
    super::tests::LOOP_STEPS.get().unwrap_or(LOOP)
}

/// Why following does not go on.
#[derive(Debug, Clone)]
pub(super) enum Stop {
    /// An exception is on its way.
    Raised(Rc<Raise>),
    /// The budget is used up: that of the run, or that of the loop that is being followed.
    Exhausted,
}

/// An exception.
#[derive(Debug)]
pub(super) struct Raise {
    /// The builtin class, where it is one: `KeyError`.
    pub(super) class: Option<&'static str>,
    /// The exception, where the file made it.
    pub(super) value: Option<Value>,
    pub(super) event: Event,
}

impl Raise {
    /// What `__exit__` is told of it: class, exception, traceback.
    pub(super) fn told(&self, span: Span) -> [Value; 3] {
        let class = self.class.unwrap_or("Exception");
        let of_python = || Value::new(Kind::Path(format!("builtins.{class}").into()), span);
        let unknown = || Value::opaque("it is the exception that was raised", span);
        let class = if self.class.is_some() { of_python() } else { unknown() };
        [class, self.value.clone().unwrap_or_else(unknown), unknown()]
    }
}

/// A loop and the calls around it, to the scope that it stood in and all that it was found to change.
pub(super) type Loops = HashMap<(usize, Rc<[Span]>), (Rc<Scope>, Vec<Cell>)>;

pub(super) type Result<T = Value> = std::result::Result<T, Stop>;

pub(super) struct Follower<'a> {
    pub(super) text: &'a str,
    /// The statements of the file.
    pub(super) body: &'a [Stmt],
    pub(super) around: &'a Around<'a>,
    /// Texts of other modules.
    pub(super) library: &'a Library,
    pub(super) books: Vec<&'a Book>,
    /// Modules that were asked for, and what their top level binds.
    pub(super) opened: HashMap<String, Option<Rc<Scope>>>,
    /// How many modules are being followed at their top level.
    pub(super) opening: usize,
    /// The other module that is being followed.
    pub(super) abroad: Option<Abroad>,
    /// The call that a `with` statement enters.
    pub(super) entering: Option<&'a ExprCall>,
    /// The function that it calls, where that is a generator that is followed around the block.
    pub(super) entered: Option<(Rc<Function>, Arguments)>,
    pub(super) events: Vec<Event>,
    pub(super) definitions: Vec<Defined<'a>>,
    pub(super) known_definitions: HashMap<usize, usize>,
    pub(super) literals: HashMap<Span, Rc<Literal>>,
    pub(super) module: Rc<Scope>,
    pub(super) scope: Rc<Scope>,
    /// All that was made and can be written, to be emptied in the end: values that hold each other would never be dropped,
    /// and long chains of them would overflow the stack when they are.
    pub(super) heap: Vec<Cell>,
    pub(super) callers: Rc<[Span]>,
    pub(super) condition: Option<Rc<Condition>>,
    pub(super) targets: Vec<Target>,
    pub(super) levels: Vec<Level>,
    /// What loops whose rounds nobody knows were found to change.
    pub(super) loops: Loops,
    /// How many steps are left when the loop of unknown rounds that is being followed is given up.
    loop_end: Option<u64>,
    /// Loops that were given up, by the address of their statement.
    pub(super) given_up: HashSet<usize>,
    /// Why what is opened from now on may have been changed by such a loop.
    pub(super) forgotten: Option<Rc<Opaque>>,
    /// Calls up to this number may have been changed by such a loop, where they made something that can be.
    pub(super) changed_until: u32,
    /// How many `try` with handlers are around.
    pub(super) tries: u32,
    /// What the generators that are being followed have given.
    pub(super) yielded: Vec<Frame<'a>>,
    /// What can be changed through a value that is not known.
    pub(super) hidden: Hidden,
    /// What is asked for its items later.
    pub(super) lazy: Lazy,
    /// Tuples that stand for ranges.
    pub(super) ranges: Vec<Rc<[Value]>>,
    /// Names of other modules that were set.
    pub(super) set_paths: HashSet<String>,
    /// Whether functions may be decorated with `@compiles(…)`: in the file, and in books that have classes.
    pub(super) compilers: Vec<(Option<usize>, bool)>,
    /// Room to put paths together in.
    pub(super) path: RefCell<String>,
    /// Calls whose result was changed in place.
    pub(super) changed: Vec<u32>,
    calls: u32,
    /// Calls inside of each other.
    pub(super) depth: usize,
    steps: u64,
    bytes: usize,
    pub(super) nesting: u32,
    exhausted: bool,
}

impl<'a> Follower<'a> {
    pub(super) fn new(text: &'a str, body: &'a [Stmt], around: &'a Around<'a>, library: &'a Library) -> Self {
        let module = Rc::new(Scope::with_room(ScopeKind::Module, None, body.len()));
        Self {
            text,
            body,
            around,
            library,
            books: Vec::new(),
            opened: HashMap::new(),
            opening: 0,
            abroad: None,
            entering: None,
            entered: None,
            depth: 0,
            events: Vec::with_capacity(32),
            definitions: Vec::new(),
            known_definitions: HashMap::new(),
            literals: HashMap::new(),
            scope: Rc::clone(&module),
            module,
            heap: Vec::new(),
            callers: Rc::new([]),
            condition: None,
            targets: Vec::new(),
            levels: Vec::new(),
            loops: HashMap::new(),
            loop_end: None,
            given_up: HashSet::new(),
            forgotten: None,
            changed_until: 0,
            tries: 0,
            yielded: Vec::new(),
            hidden: Hidden::default(),
            lazy: Lazy::default(),
            ranges: Vec::new(),
            set_paths: HashSet::new(),
            compilers: Vec::new(),
            path: RefCell::default(),
            changed: Vec::new(),
            calls: 0,
            steps: STEPS,
            bytes: BYTES,
            nesting: 0,
            exhausted: false,
        }
    }

    /// Empties all that can be written.
    pub(super) fn finish(self) -> Vec<Event> {
        for cell in &self.heap {
            match cell {
                Cell::Name(scope, _) => {
                    scope.over.set(true);
                    drop(scope.names.take());
                }
                Cell::Items(items) => drop(items.take()),
                Cell::Pairs(pairs) => drop(pairs.take()),
            }
        }
        drop(self.module.names.take());
        self.events
    }

    pub(super) fn exhausted(&mut self, reason: &str, span: Span) -> Stop {
        if !self.exhausted && self.loop_end.is_none() {
            self.exhausted = true;
            let kind = EventKind::Lost(Opaque { span, reason: reason.to_owned(), import: None });
            self.events.push(self.event(kind, span));
        }
        Stop::Exhausted
    }

    /// Takes steps off the budget.
    pub(super) fn spend(&mut self, steps: usize, span: Span) -> Result<()> {
        self.steps = self.steps.saturating_sub(steps as u64);
        if self.steps == 0 {
            return Err(self.exhausted("there is more to do than is followed", span));
        }
        if self.loop_end.is_some_and(|end| self.steps < end) {
            return Err(Stop::Exhausted);
        }
        Ok(())
    }

    /// Follows a loop whose rounds nobody knows, and those inside of it. False where that is given up.
    pub(super) fn within_loop(&mut self, run: impl FnOnce(&mut Self) -> Result<()>) -> Result<bool> {
        if self.loop_end.is_some() {
            return run(self).map(|()| true);
        }
        self.loop_end = Some(self.steps.saturating_sub(steps_of_a_loop()));
        let done = run(self);
        self.loop_end = None;
        match done {
            Err(Stop::Exhausted) if !self.exhausted => Ok(false),
            done => done.map(|()| true),
        }
    }

    /// All that the calls so far have made may have been changed.
    pub(super) fn calls_may_have_changed(&mut self) {
        self.changed_until = self.calls;
    }

    /// All that was made and can be written.
    pub(super) fn all_made(&self) -> &[Cell] {
        &self.heap
    }

    /// Takes text off the budget.
    pub(super) fn spend_bytes(&mut self, bytes: usize, span: Span) -> Result<()> {
        self.bytes = self.bytes.saturating_sub(bytes);
        if self.bytes == 0 {
            return Err(self.exhausted("it makes more text than is followed", span));
        }
        Ok(())
    }

    /// Takes a text that is made of others off the budget: its bytes, and the pieces that lead to their source.
    pub(super) fn spend_text(&mut self, text: &Literal, span: Span) -> Result<()> {
        self.spend_bytes(text.value.len() + 16 * text.pieces.len(), span)
    }

    /// How much text may still be made.
    pub(super) fn bytes_left(&self) -> usize {
        self.bytes
    }

    /// Runs something one level deeper.
    pub(super) fn nested<T>(&mut self, span: Span, run: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.spend(1, span)?;
        if self.nesting >= NESTING {
            return Err(self.exhausted("it is nested too deeply to be followed", span));
        }
        self.nesting += 1;
        let done = stacker::maybe_grow(RED_ZONE, STACK, || run(self));
        self.nesting -= 1;
        done
    }

    /// Runs something inside of a call of the file's own.
    pub(super) fn inside_call<T>(
        &mut self,
        span: Span,
        run: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        if self.depth >= CALLS {
            return Err(self.exhausted("functions call each other too deeply to be followed", span));
        }
        let before = Rc::clone(&self.callers);
        // What happens in another module happens at the call that leads there.
        if self.abroad.is_none() {
            self.callers = before.iter().copied().chain([span]).collect();
        }
        self.depth += 1;
        let done = run(self);
        self.depth -= 1;
        self.callers = before;
        done
    }

    pub(super) fn event(&self, kind: EventKind, span: Span) -> Event {
        Event { kind, span, callers: Rc::clone(&self.callers), condition: self.condition.clone() }
    }

    pub(super) fn tell(&mut self, kind: EventKind, span: Span) -> Result<()> {
        if self.events.len() >= EVENTS {
            return Err(self.exhausted("it does more than is followed", span));
        }
        let event = self.event(kind, span);
        self.events.push(event);
        Ok(())
    }

    /// Something that may act is not followed.
    pub(super) fn lose(&mut self, reason: impl Into<String>, span: Span) -> Result<()> {
        let reason = self.of_module(reason.into());
        self.tell(EventKind::Lost(Opaque { span, reason, import: None }), span)
    }

    /// A builtin exception.
    pub(super) fn raise(&self, class: &'static str, reason: impl Into<String>, span: Span) -> Stop {
        let opaque = Opaque { span, reason: reason.into(), import: None };
        let event = self.event(EventKind::Raised(opaque), span);
        Stop::Raised(Rc::new(Raise { class: Some(class), value: None, event }))
    }

    pub(super) fn next_call(&mut self) -> u32 {
        self.calls += 1;
        self.calls
    }

    /// How many calls there were.
    pub(super) fn calls(&self) -> u32 {
        self.calls
    }

    pub(super) fn called(&mut self, call: Rc<Call>) -> Result {
        let span = call.span;
        if !call.is_silent() {
            self.tell(EventKind::Called(Rc::clone(&call)), span)?;
        }
        Ok(Value::new(Kind::Call(call), span))
    }
}
