//! One dry-run: the conversation with the driver, step by step, and what it leaves in the trace.

use std::time::{Duration, Instant};

use limbeck_postgres::Scratch;
use limbeck_types::{
    Direction, Failure, Interpreter, Outcome, OutcomeState, PythonError, RevisionId, Sources, StateOutcome,
    Step, StepFailure, Trace, TraceEnd, TracedStatement,
};

use crate::child::Driver;
use crate::conversation::{Whereabouts, millis, unexpected};
use crate::error::{DryRunError, EnvRaised};
use crate::observe::{Underway, committed, server_loss, state, verdict};
use crate::protocol::{Answer, Connect, Ended, Order, PlanEntry, RunBegan, StepFailed, frames};

/// How long rolling back and leaving env.py may take after a failed step.
const ROLLBACK: Duration = Duration::from_secs(30);

/// How long things may take.
#[derive(Debug, Clone, Copy)]
pub struct Deadlines {
    /// From the start of Python to alembic's first question: imports, revision files, env.py up to its migrations.
    pub startup: Duration,
    /// One revision.
    pub revision: Duration,
}

/// Which revisions to run.
#[derive(Debug)]
pub enum Plan<'a> {
    /// These, and at the end the version table must hold `expected`.
    Steps {
        /// In order.
        steps: Vec<Step>,
        /// The rows that must be there after the last of them.
        expected: Vec<RevisionId>,
    },
    /// What alembic itself plans ([`crate::Settings::ask_plan`]), because the headers cannot all be read.
    AskAlembic {
        /// To tell which file a revision stands in.
        sources: &'a Sources,
    },
}

/// What happens while a dry-run goes on, for whoever shows progress.
#[derive(Debug)]
pub enum Event<'a> {
    /// The plan is known.
    Planned(&'a [Step]),
    /// A step begins; the number is its index in the plan.
    Began(usize),
    /// A step has ended. What it printed is not known yet.
    Ended(usize, &'a Outcome),
}

/// A dry-run about to be made.
pub struct Run<'a> {
    /// The child, just started.
    pub driver: Driver,
    /// Where to run it.
    pub scratch: &'a Scratch,
    /// How long it may take.
    pub deadlines: Deadlines,
    /// Told of progress.
    pub on_event: &'a mut dyn FnMut(Event<'_>),
}

impl Run<'_> {
    /// Waits until the child has imported alembic. The driver is lost if it could not, so that another may be tried.
    pub fn await_ready(&mut self) -> Result<Interpreter, DryRunError> {
        self.driver.await_ready(self.deadlines.startup)
    }

    /// Applies the plan, and looks at the scratch database from a second connection after every step and at the end.
    pub fn apply(mut self, interpreter: Interpreter, plan: Plan<'_>) -> Result<Trace, DryRunError> {
        let url_environment = self.driver.settings.url_environment.clone();
        let connect = Connect::new(&self.scratch.url, self.scratch.name(), &url_environment);
        self.driver.tell(&Order::Connect(connect));
        let mut trace =
            Trace { interpreter, outcomes: Vec::new(), end: TraceEnd::Clean, output: String::new() };

        let listed = match self.await_loaded()? {
            Ok(listed) => listed,
            Err(error) => {
                trace.end = TraceEnd::NotLoaded(error);
                self.collect_output(&mut trace);
                if let Plan::Steps { steps, .. } = plan {
                    trace.outcomes = steps.into_iter().map(not_run).collect();
                }
                return Ok(trace);
            }
        };
        let (steps, expected) = match plan {
            Plan::Steps { steps, expected } => (steps, Some(expected)),
            Plan::AskAlembic { sources } => (steps_of(listed.unwrap_or_default(), sources)?, None),
        };
        (self.on_event)(Event::Planned(&steps));

        let began = self.await_run()?;
        trace.interpreter.dialect.clone_from(&began.dialect);
        let mut underway = Underway { began, observer: self.scratch.observe()?, outcomes: Vec::new() };
        let mut alembic_heads = Vec::new();
        let mut steps = steps.into_iter();
        for (index, step) in steps.by_ref().enumerate() {
            (self.on_event)(Event::Began(index));
            let revision = step.revision.clone();
            let outcome = self
                .step(step, &mut underway, &mut alembic_heads)
                .map_err(|error| error.in_revision(&revision))?;
            (self.on_event)(Event::Ended(index, &outcome));
            let applied = outcome.state == OutcomeState::Applied;
            underway.outcomes.push(outcome);
            if !applied {
                trace.end = TraceEnd::StepFailed;
                break;
            }
        }
        if trace.end == TraceEnd::Clean {
            self.finish()?;
            trace.end = verdict(&mut underway, expected.unwrap_or(alembic_heads))?;
        }
        underway.outcomes.extend(steps.map(not_run));
        trace.outcomes = underway.outcomes;
        self.collect_output(&mut trace);
        Ok(trace)
    }

    /// One step, from its order to its commit as a second connection sees it.
    fn step(
        &mut self,
        step: Step,
        underway: &mut Underway,
        alembic_heads: &mut Vec<RevisionId>,
    ) -> Result<Outcome, DryRunError> {
        let direction = match step.direction {
            Direction::Upgrade => "upgrade",
            Direction::Downgrade => "downgrade",
        };
        self.driver.tell(&Order::Step { step: step.revision.as_str(), direction });
        let mut outcome = Outcome { step, ..empty_outcome() };
        let deadline = Instant::now() + self.deadlines.revision;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            // A revision that never stops to send statements always has an answer ready.
            let answer = if left.is_zero() { None } else { self.driver.hear(left)? };
            let Some(answer) = answer else {
                return self.timed_out(outcome, underway);
            };
            match answer {
                Answer::Statement { sql, frames: sent_by, autocommit, milliseconds } => {
                    let frames = frames(sent_by);
                    outcome.statements.push(TracedStatement {
                        sql,
                        milliseconds,
                        frames,
                        place: None,
                        autocommit,
                    });
                }
                Answer::Applied { heads, ended_by, milliseconds } => {
                    outcome.milliseconds = milliseconds;
                    let mut heads: Vec<RevisionId> =
                        heads.unwrap_or_default().iter().map(|id| RevisionId::from(id.as_str())).collect();
                    heads.sort();
                    outcome.state = committed(underway, &heads, frames(ended_by))?;
                    *alembic_heads = heads;
                    return Ok(outcome);
                }
                Answer::Failed(failed) => return self.failed(outcome, *failed, underway),
                Answer::Refused { reason, dialect, database, frames: by } => {
                    return Err(refusal(&reason, dialect, database, frames(by)));
                }
                // env.py died of something between our step and the next: alembic's own bookkeeping, a swallowed error.
                Answer::Ended(ended) => return self.ended_inside(outcome, *ended, underway),
                Answer::Where { .. } => {}
                other => return Err(unexpected("inside a step", &other)),
            }
        }
    }

    fn failed(
        &mut self,
        mut outcome: Outcome,
        failed: StepFailed,
        underway: &mut Underway,
    ) -> Result<Outcome, DryRunError> {
        outcome.milliseconds = failed.milliseconds;
        self.await_rollback()?;
        let error = PythonError::from(failed.error);
        if let Some(reason) = server_loss(&error, underway) {
            let id = &outcome.step.revision;
            return Err(DryRunError::ServerLost(format!("{reason} (while revision {id} was running)")));
        }
        let left = if failed.committed { StateOutcome::PartlyApplied } else { StateOutcome::RolledBack };
        outcome.state = OutcomeState::Failed(Box::new(StepFailure {
            failure: Failure::Raised(Box::new(error)),
            earlier: failed.earlier.map(PythonError::from),
            database: state(underway, left),
        }));
        Ok(outcome)
    }

    /// env.py ended while alembic was still at a step.
    fn ended_inside(
        &mut self,
        outcome: Outcome,
        ended: Ended,
        underway: &mut Underway,
    ) -> Result<Outcome, DryRunError> {
        match ended.error {
            Some(error) if ended.exit.is_none() => {
                let failed = StepFailed { error, earlier: None, committed: false, milliseconds: 0.0 };
                self.failed(outcome, failed, underway)
            }
            error => Err(self.env_failure(Ended { error, ..ended })),
        }
    }

    fn timed_out(&mut self, mut outcome: Outcome, underway: &mut Underway) -> Result<Outcome, DryRunError> {
        let Whereabouts { frames, statement, committed } = self.driver.ask_where();
        self.driver.kill();
        let after_milliseconds = millis(self.deadlines.revision);
        #[expect(clippy::cast_precision_loss, reason = "a deadline is far below 2^52 milliseconds")]
        let elapsed = after_milliseconds as f64;
        outcome.milliseconds = elapsed;
        let left = match committed {
            true => StateOutcome::PartlyApplied,
            false => StateOutcome::RolledBack,
        };
        outcome.state = OutcomeState::Failed(Box::new(StepFailure {
            failure: Failure::TimedOut { after_milliseconds, frames, statement },
            earlier: None,
            database: state(underway, left),
        }));
        Ok(outcome)
    }

    /// Waits for the revision files to be loaded: alembic's own plan if it was asked for, or what a file raised.
    fn await_loaded(&mut self) -> Result<Result<Option<Vec<PlanEntry>>, Box<PythonError>>, DryRunError> {
        match self.driver.hear_while("loading its revision files", self.deadlines.startup)? {
            Answer::Loaded { plan } => Ok(Ok(plan)),
            Answer::Ended(ended) => match (ended.error, ended.missing_module) {
                (Some(error), Some(module)) => Err(DryRunError::MissingModule {
                    python: self.driver.python.clone(),
                    module,
                    frames: frames(error.frames),
                }),
                (Some(error), None) => Ok(Err(Box::new(error.into()))),
                (None, _) => Err(DryRunError::NothingRun { output: self.driver.output.whole() }),
            },
            Answer::Refused { reason, dialect, database, frames: by } => {
                Err(refusal(&reason, dialect, database, frames(by)))
            }
            other => Err(unexpected("while loading", &other)),
        }
    }

    /// Waits until env.py has come to its migrations.
    fn await_run(&mut self) -> Result<RunBegan, DryRunError> {
        match self.driver.hear_while("in env.py, before its migrations,", self.deadlines.startup)? {
            Answer::Run(began) => Ok(began),
            Answer::Refused { reason, dialect, database, frames: by } => {
                Err(refusal(&reason, dialect, database, frames(by)))
            }
            Answer::Ended(ended) => Err(self.env_failure(*ended)),
            other => Err(unexpected("before its first step", &other)),
        }
    }

    fn env_failure(&mut self, ended: Ended) -> DryRunError {
        let output = self.driver.output.whole();
        match (ended.error, ended.missing_module, ended.exit) {
            (error, _, Some(status)) => {
                let frames = frames(error.map(|error| error.frames).unwrap_or_default());
                DryRunError::EnvExited { status, frames, output }
            }
            (Some(error), Some(module), None) => DryRunError::MissingModule {
                python: self.driver.python.clone(),
                module,
                frames: frames(error.frames),
            },
            (Some(error), None, None) => {
                DryRunError::EnvRaised(Box::new(EnvRaised { error: error.into(), output }))
            }
            (None, _, None) => DryRunError::NothingRun { output },
        }
    }

    /// After the last step: lets alembic and env.py come to their end.
    fn finish(&mut self) -> Result<(), DryRunError> {
        self.driver.tell(&Order::Stop { stop: true });
        loop {
            match self.driver.hear_while("in env.py, after its migrations,", self.deadlines.revision)? {
                // env.py runs its migrations again, for another tenant or database: they have been run.
                Answer::Run(RunBegan { run, .. }) if run > 1 => self.driver.tell(&Order::Stop { stop: true }),
                Answer::Ended(ended)
                    if ended.error.is_some() || ended.exit.as_deref().is_some_and(is_failure) =>
                {
                    return Err(self.env_failure(*ended));
                }
                Answer::Ended(_) => return Ok(()),
                Answer::Refused { reason, dialect, database, frames: by } => {
                    return Err(refusal(&reason, dialect, database, frames(by)));
                }
                _ => {}
            }
        }
    }

    /// After a failed step: waits until alembic and env.py have rolled back and ended.
    fn await_rollback(&mut self) -> Result<(), DryRunError> {
        loop {
            match self.driver.hear(ROLLBACK) {
                Ok(Some(Answer::Run(_))) => self.driver.tell(&Order::Stop { stop: true }),
                Ok(Some(Answer::Ended(_))) | Err(DryRunError::Died { .. }) => return Ok(()),
                Ok(Some(_)) => {}
                Ok(None) => {
                    self.driver.kill();
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Hands the printed text out to the steps that printed it.
    fn collect_output(&mut self, trace: &mut Trace) {
        self.driver.kill();
        let mut parts = self.driver.output.parts().into_iter();
        trace.output = parts.next().unwrap_or_default();
        for (outcome, part) in trace.outcomes.iter_mut().zip(parts.by_ref()) {
            outcome.output = part;
        }
        for part in parts.filter(|part| !part.is_empty()) {
            trace.output = format!("{}\n{part}", trace.output);
        }
    }
}

fn not_run(step: Step) -> Outcome {
    Outcome { step, ..empty_outcome() }
}

fn is_failure(status: &str) -> bool {
    status != "0" && status != "None"
}

fn empty_outcome() -> Outcome {
    let step = Step {
        revision: RevisionId::from(""),
        message: String::new(),
        file: limbeck_types::FileId(0),
        direction: Direction::Upgrade,
    };
    let (statements, output) = (Vec::new(), String::new());
    Outcome { step, state: OutcomeState::NotRun, milliseconds: 0.0, statements, output }
}

fn refusal(
    reason: &str,
    dialect: Option<String>,
    database: String,
    frames: Vec<limbeck_types::Frame>,
) -> DryRunError {
    match (reason, dialect) {
        ("other-dialect", Some(dialect)) => DryRunError::OtherDialect { dialect, database, frames },
        _ => DryRunError::Elsewhere { database, frames },
    }
}

/// alembic's plan with the files that its revisions stand in.
fn steps_of(plan: Vec<PlanEntry>, sources: &Sources) -> Result<Vec<Step>, DryRunError> {
    plan.into_iter()
        .map(|entry| {
            let path = entry.path.canonicalize().unwrap_or(entry.path);
            let file = sources.find(&path).ok_or_else(|| {
                DryRunError::Protocol(format!("alembic loads `{}`, which limbeck did not", path.display()))
            })?;
            Ok(Step {
                revision: RevisionId::from(entry.revision.as_str()),
                message: entry.message,
                file,
                direction: Direction::Upgrade,
            })
        })
        .collect()
}
