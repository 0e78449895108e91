//! Actions of a revision: what the events of the follower mean to alembic.
//!
//! It owns every directive of `op` and of a batch block by alembic 1.20.1's signatures, and what is executed through the
//! bind, a session or an object. It refuses to guess: a directive of which a part that changes the SQL is not known is
//! opaque, and so is a call of another module that may send SQL.

mod batch;
mod caught;
mod columns;
mod constraints;
mod executed;
mod foreign;
mod indexes;
mod lacking;
mod objects;
mod place;
mod receiver;
mod tables;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use limbeck_types::{Action, ActionKind, Opaque, Operation, Span};

use crate::constructs::{blame, dotted};
use crate::follow::value::{Call, Event, EventKind, Kind, Value};
use batch::Block;
pub(crate) use caught::{Statements, statements};
use place::Place;
use receiver::{Receiver, receiver};

/// There is room for so many before they come: as many as the allocator still has at hand.
const FEW: usize = 7;

/// What the events do, in order. `statements` are those of the file.
pub(crate) fn actions(events: &[Event], statements: &Statements) -> Vec<Action> {
    let mut reader = Reader {
        uses: uses(events),
        statements,
        blocks: Vec::new(),
        actions: Vec::with_capacity(FEW),
        raising: Vec::new(),
        results: BTreeSet::new(),
    };
    events.iter().for_each(|event| reader.event(event));
    let Reader { mut actions, raising, .. } = reader;
    caught::doubt(&mut actions, &raising, statements);
    actions
}

/// Whether the result of the call with each number is used: iterated over, indexed, asked for an attribute, or an argument
/// of another call.
fn uses(events: &[Event]) -> Vec<bool> {
    let mut uses = Vec::with_capacity(events.len() + 1);
    let mut mark = |number: u32| {
        let number = number as usize;
        if uses.len() <= number {
            uses.resize(number + 1, false);
        }
        uses[number] = true;
    };
    let mut pending = Vec::with_capacity(FEW);
    for event in events {
        match &event.kind {
            EventKind::Used(number) => mark(*number),
            EventKind::Called(call) => foreign::used_in(call, &mut pending, &mut mark),
            _ => {}
        }
    }
    uses
}

struct Reader<'s> {
    /// By the numbers of calls.
    uses: Vec<bool>,
    statements: &'s Statements,
    /// Batch blocks that have begun, the innermost last.
    blocks: Vec<Block>,
    actions: Vec<Action>,
    /// How many actions were there, and the places around, where offline mode raises: there it has no database to ask.
    raising: Vec<(usize, Vec<Span>)>,
    /// Calls of which offline mode has no result, and of which nobody has asked for one yet.
    results: BTreeSet<u32>,
}

impl Reader<'_> {
    fn event(&mut self, event: &Event) {
        match &event.kind {
            EventKind::Called(call) => self.called(event, call),
            EventKind::Used(number) => {
                if self.results.remove(number) {
                    self.lacking(event, None, lacking::RESULT.to_owned());
                }
            }
            EventKind::Entered(value) => self.entered(event, value),
            EventKind::Left(value) => self.left(event, value, false),
            EventKind::Broken(value) => self.left(event, value, true),
            EventKind::Raised(opaque) => {
                self.actions.push(action(event, None, ActionKind::Raise(opaque.clone())));
            }
            EventKind::NoFunction(opaque) => {
                self.actions.push(action(event, None, ActionKind::NoFunction(opaque.clone())));
            }
            EventKind::Lost(opaque) => {
                self.actions.push(action(event, None, ActionKind::Opaque(opaque.clone())));
            }
        }
    }

    fn entered(&mut self, event: &Event, value: &Value) {
        if let Some(Receiver::Batch(call)) = receiver(value) {
            self.blocks.push(batch::begin(call));
        } else if is_autocommit_block(value) {
            self.actions.push(action(event, None, ActionKind::AutocommitBegin));
        }
    }

    fn left(&mut self, event: &Event, value: &Value, is_broken: bool) {
        if let Some(Receiver::Batch(call)) = receiver(value) {
            let Some(at) = self.blocks.iter().rposition(|block| block.number == call.number) else { return };
            let block = self.blocks.remove(at);
            // A block that is left by an error sends nothing.
            if is_broken {
                return;
            }
            match block.fails {
                Some(opaque) => {
                    self.actions.push(action(event, Some(call), ActionKind::Opaque(opaque)));
                }
                None => self.actions.extend(block.waiting),
            }
        } else if is_autocommit_block(value) {
            self.actions.push(action(event, None, ActionKind::AutocommitEnd));
        }
    }

    fn called(&mut self, event: &Event, call: &Call) {
        if let Some(reason) = lacking::reason(call) {
            self.lacking(event, Some(call), reason);
        } else if lacking::gives_nothing(call) {
            self.results.insert(call.number);
        }
        if let Some(path) = dotted(&call.callee) {
            match path.strip_prefix("alembic.op.") {
                Some(name) => self.directive(event, call, name),
                None => self.function(event, call, &path),
            }
            return;
        }
        let Kind::Attribute(attribute) = &call.callee.kind else {
            // A class of the file, or what a call returned.
            return self.foreign(event, call);
        };
        let (owner, method) = (&attribute.0, attribute.1.as_str());
        if self.needs_a_database(call) {
            let mut places = event.callers.to_vec();
            places.push(call.span);
            self.raising.push((self.actions.len(), places));
        }
        match receiver(owner) {
            Some(Receiver::Operations) => self.directive(event, call, method),
            Some(Receiver::Batch(block)) => self.batched(event, call, block, method),
            Some(Receiver::Context) if method == "execute" => {
                self.operation(event, call, executed::through_context(call));
            }
            Some(receiver @ (Receiver::Bind | Receiver::Session)) => {
                let is_used = self.is_used(call);
                match executed::through_bind(call, receiver, method, is_used) {
                    Some(Ok(kind)) => self.actions.push(action(event, Some(call), kind)),
                    Some(Err(opaque)) => self.opaque(event, call, opaque),
                    None => {}
                }
            }
            Some(Receiver::Query) if executed::sends_query(method) => {
                self.opaque(event, call, blame(call.span, "what the ORM sends for it is not known"));
            }
            Some(Receiver::Context) if !foreign::leaves_context(method) => {
                let reason = format!("what `{method}` of alembic's context does is not said in this file");
                self.opaque(event, call, blame(call.span, reason));
            }
            Some(Receiver::Query | Receiver::Context | Receiver::Transaction | Receiver::Inspector) => {}
            None => match objects::operation(call, owner, method) {
                Some(Ok(operations)) => {
                    for operation in operations {
                        self.operation(event, call, Ok(operation));
                    }
                }
                Some(Err(opaque)) => self.opaque(event, call, opaque),
                None => self.foreign(event, call),
            },
        }
    }

    /// A directive of `op`.
    fn directive(&mut self, event: &Event, call: &Call, name: &str) {
        match name {
            "f" | "get_bind" | "get_context" | "batch_alter_table" | "inline_literal"
            | "register_operation" | "implementation_for" => {}
            "invoke" => self.opaque(event, call, blame(call.span, "what `op.invoke` runs is not known")),
            "run_async" => {
                self.opaque(event, call, blame(call.span, "what `op.run_async` runs is not known"));
            }
            _ => {
                let done = operation(call, name, Place::Op).unwrap_or_else(|| {
                    Err(blame(call.span, format!("`op.{name}` is a directive of a plug-in")))
                });
                self.operation(event, call, done);
            }
        }
    }

    /// A directive of a batch block.
    fn batched(&mut self, event: &Event, call: &Call, block: &Call, name: &str) {
        match name {
            "f" | "get_bind" | "get_context" | "inline_literal" => return,
            "execute" => return self.operation(event, call, executed::through_op(call)),
            _ => {}
        }
        let Some(block) = self.blocks.iter_mut().rfind(|open| open.number == block.number) else {
            return self.opaque(event, call, blame(call.span, "the batch block has not begun"));
        };
        let done = match &block.table {
            Err(opaque) => Err(opaque.clone()),
            Ok(table) => batch::operation(call, name, table),
        };
        let kind = match done {
            Ok(operation) => ActionKind::Operation(Box::new(operation)),
            Err(opaque) => {
                if let Some(ends) = batch::ends_at(&opaque) {
                    let places = event.callers.iter().chain([&call.span]);
                    let is_sure = ends && event.condition.is_none() && !self.statements.catch_any(places);
                    block.end(is_sure, event.condition.as_deref(), &opaque);
                }
                ActionKind::Opaque(opaque)
            }
        };
        block.waiting.push(action(event, Some(call), kind));
    }

    /// A function that was called by its path.
    fn function(&mut self, event: &Event, call: &Call, path: &str) {
        if path == "alembic.context.execute" {
            return self.operation(event, call, executed::through_context(call));
        }
        // `app.db.metadata.create_all(…)`.
        if let Kind::Attribute(attribute) = &call.callee.kind
            && let Some(Err(opaque)) = objects::operation(call, &attribute.0, &attribute.1)
        {
            return self.opaque(event, call, opaque);
        }
        self.foreign(event, call);
    }

    /// A call of another module.
    fn foreign(&mut self, event: &Event, call: &Call) {
        if foreign::may_act(call, self.is_used(call)) {
            let what = dotted(&call.callee).map_or_else(|| "it".to_owned(), |path| format!("`{path}`"));
            self.opaque(event, call, blame(call.span, format!("what {what} does is not said in this file")));
        }
    }

    /// Whether offline mode raises at a call, because it has no database to ask (SQLAlchemy engine/mock.py).
    fn needs_a_database(&self, call: &Call) -> bool {
        let Kind::Attribute(attribute) = &call.callee.kind else { return false };
        match receiver(&attribute.0) {
            Some(Receiver::Bind) => {
                self.is_used(call)
                    || !matches!(attribute.1.as_str(), "execute" | "connect" | "execution_options")
            }
            Some(Receiver::Session | Receiver::Query | Receiver::Inspector | Receiver::Transaction) => true,
            _ => false,
        }
    }

    /// Says where offline mode ends, unless all that is raised there is caught.
    fn lacking(&mut self, event: &Event, call: Option<&Call>, reason: String) {
        let place = call.map_or(event.span, |call| call.span);
        if !self.statements.catch_all(event.callers.iter().chain([&place])) {
            let kind = ActionKind::Opaque(blame(place, reason));
            self.actions.push(action(event, call, kind));
        }
    }

    fn is_used(&self, call: &Call) -> bool {
        self.uses.get(call.number as usize).is_some_and(|is_used| *is_used)
    }

    fn operation(&mut self, event: &Event, call: &Call, done: Result<Operation, Opaque>) {
        match done {
            Ok(operation) => {
                let kind = ActionKind::Operation(Box::new(operation));
                self.actions.push(action(event, Some(call), kind));
            }
            Err(opaque) => self.opaque(event, call, opaque),
        }
    }

    fn opaque(&mut self, event: &Event, call: &Call, opaque: Opaque) {
        self.actions.push(action(event, Some(call), ActionKind::Opaque(opaque)));
    }
}

/// The operation of a directive; nothing where alembic has no such directive.
fn operation(call: &Call, name: &str, place: Place<'_>) -> Option<Result<Operation, Opaque>> {
    Some(match name {
        "add_column" => columns::add_column(call, place),
        "alter_column" => columns::alter_column(call, place),
        "bulk_insert" => tables::bulk_insert(call),
        "create_check_constraint" => constraints::check(call, place),
        "create_exclude_constraint" => constraints::exclude(call, place),
        "create_foreign_key" => constraints::foreign_key(call, place),
        "create_index" => indexes::create_index(call, place),
        "create_primary_key" => constraints::primary_key(call, place),
        "create_table" => tables::create_table(call),
        "create_table_comment" => tables::create_comment(call, place),
        "create_unique_constraint" => constraints::unique(call, place),
        "drop_column" => columns::drop_column(call, place),
        "drop_constraint" => constraints::drop_constraint(call, place),
        "drop_index" => indexes::drop_index(call, place),
        "drop_table" => tables::drop_table(call),
        "drop_table_comment" => tables::drop_comment(call, place),
        "execute" => executed::through_op(call),
        "rename_table" => tables::rename_table(call),
        _ => return None,
    })
}

/// Whether a value is `op.get_context().autocommit_block()`.
fn is_autocommit_block(value: &Value) -> bool {
    let Kind::Call(call) = &value.kind else { return false };
    let Kind::Attribute(attribute) = &call.callee.kind else { return false };
    attribute.1 == "autocommit_block" && matches!(receiver(&attribute.0), Some(Receiver::Context))
}

/// An action of an event, and of the call that did it.
fn action(event: &Event, call: Option<&Call>, kind: ActionKind) -> Action {
    Action {
        kind,
        call: call.map_or(event.span, |call| call.span),
        callers: event.callers.to_vec(),
        arguments: call.map(|call| call.arguments.clone()).unwrap_or_default(),
        condition: event.condition.as_deref().cloned(),
    }
}
