//! What every conversation with the driver has: its beginning, and answers that may not come in time.

use std::time::Duration;

use limbeck_types::{Frame, Interpreter};

use crate::child::Driver;
use crate::error::DryRunError;
use crate::protocol::{Answer, Ended, Order, frames};

/// How long the driver may take to say where it is.
const GRACE: Duration = Duration::from_secs(2);

/// What the driver says of itself while code of the project runs.
#[derive(Default)]
pub(crate) struct Whereabouts {
    pub(crate) frames: Vec<Frame>,
    pub(crate) statement: Option<String>,
    /// Whether some of the revision's work stays even if it is stopped now.
    pub(crate) committed: bool,
}

impl Driver {
    /// Waits until the child has imported alembic. The driver is lost if it could not, so that another may be tried.
    pub fn await_ready(&mut self, deadline: Duration) -> Result<Interpreter, DryRunError> {
        let mut interpreter = Interpreter::default();
        loop {
            match self.hear_while("importing alembic", deadline)? {
                Answer::Hello { python, .. } => interpreter.python = python,
                Answer::Ready { alembic, sqlalchemy } => {
                    return Ok(Interpreter { alembic, sqlalchemy, ..interpreter });
                }
                Answer::Ended(ended) => return Err(self.import_failure(*ended)),
                other => return Err(unexpected("before it was ready", &other)),
            }
        }
    }

    fn import_failure(&mut self, ended: Ended) -> DryRunError {
        match (ended.missing_module, ended.error) {
            (Some(module), _) if module == "alembic" || module == "sqlalchemy" => {
                DryRunError::NoAlembic { python: self.python.clone(), module }
            }
            (_, Some(error)) => DryRunError::AlembicBroken(Box::new(error.into())),
            (_, None) => DryRunError::Protocol(format!("it ended in phase `{}`", ended.phase)),
        }
    }

    /// The next answer; where there is none within the deadline, the error says what the project was at.
    pub(crate) fn hear_while(
        &mut self,
        phase: &'static str,
        deadline: Duration,
    ) -> Result<Answer, DryRunError> {
        if let Some(answer) = self.hear(deadline)? {
            return Ok(answer);
        }
        let frames = self.ask_where().frames;
        Err(DryRunError::Silent { phase, after_milliseconds: millis(deadline), frames })
    }

    /// What the project is at.
    pub(crate) fn ask_where(&mut self) -> Whereabouts {
        self.tell(&Order::Where { asked: true });
        while let Ok(Some(answer)) = self.hear(GRACE) {
            if let Answer::Where { frames: at, statement, committed } = answer {
                return Whereabouts { frames: frames(at), statement, committed };
            }
        }
        Whereabouts::default()
    }
}

pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

pub(crate) fn unexpected(when: &str, answer: &Answer) -> DryRunError {
    DryRunError::Protocol(format!("it said {answer:?} {when}"))
}
