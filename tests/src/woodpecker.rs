//! Runs a Woodpecker pipeline's steps as its agent would, on this machine: no containers, the commands for real.
//!
//! What an image brings is put on `PATH` for its step alone, in stand-ins that keep a record: `pip` installs from what is
//! here already, and `limbeck` is there only after `pip install limbeck`; `buildah` only takes notes. What the stand-in
//! does not know of Woodpecker's format is an error, so that a pipeline cannot pass by being misread.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_norway::Value;

use crate::database::Login;
use crate::project::Project;
use crate::setup;

/// What stands for the commit that is built.
pub const COMMIT: &str = "0f5e1f7c9a6b4d2e8c3a1b0d9e8f7a6b5c4d3e2f";

/// A pipeline file.
#[derive(Debug)]
pub struct Pipeline {
    whole: Value,
}

/// A step that was run.
#[derive(Debug)]
pub struct StepRun {
    /// Its name.
    pub name: String,
    /// Its exit code.
    pub code: Option<i32>,
    /// What it wrote, both streams in order.
    pub output: String,
}

impl Pipeline {
    /// Reads a file.
    pub fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path)
            .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
        let whole: Value =
            serde_norway::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_keys(&whole, &["when", "steps", "services"]);
        Self { whole }
    }

    /// The names of the steps that an event runs, if none fails.
    pub fn plan(&self, event: &str) -> Vec<&str> {
        if !is_met(&self.whole["when"], event) {
            return Vec::new();
        }
        self.steps().iter().filter(|step| is_met(step.when, event)).map(|step| step.name).collect()
    }

    fn steps(&self) -> Vec<Step<'_>> {
        let steps = self.whole["steps"].as_sequence().expect("steps are a list");
        steps.iter().map(Step::read).collect()
    }

    /// The one service, a Postgres 17: its host name, and the login that its environment makes.
    fn service(&self) -> Service<'_> {
        let services = self.whole["services"].as_sequence().expect("services are a list");
        let [service] = services.as_slice() else {
            panic!("one service is expected, not {}", services.len())
        };
        assert_keys(service, &["name", "image", "environment"]);
        assert_eq!(string(&service["image"]), "postgres:17");
        let environment = &service["environment"];
        assert_keys(environment, &["POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB"]);
        Service {
            host: string(&service["name"]),
            user: string(&environment["POSTGRES_USER"]),
            password: string(&environment["POSTGRES_PASSWORD"]),
            database: string(&environment["POSTGRES_DB"]),
        }
    }
}

#[derive(Debug)]
struct Service<'a> {
    host: &'a str,
    user: &'a str,
    password: &'a str,
    database: &'a str,
}

#[derive(Debug)]
struct Step<'a> {
    name: &'a str,
    image: &'a str,
    environment: Vec<(&'a str, &'a Value)>,
    commands: Vec<&'a str>,
    when: &'a Value,
}

impl<'a> Step<'a> {
    fn read(step: &'a Value) -> Self {
        assert_keys(step, &["name", "image", "environment", "commands", "when"]);
        let environment = step["environment"].as_mapping().into_iter().flatten();
        Self {
            name: string(&step["name"]),
            image: string(&step["image"]),
            environment: environment.map(|(name, value)| (string(name), value)).collect(),
            commands: step["commands"]
                .as_sequence()
                .expect("commands are a list")
                .iter()
                .map(string)
                .collect(),
            when: &step["when"],
        }
    }
}

/// An agent that runs pipelines in a project's directory, with the shared server as the service.
#[derive(Debug)]
pub struct Agent<'a> {
    project: &'a Project,
    /// What stands for the service's role and database.
    pub login: Login,
    secrets: &'a [(&'a str, &'a str)],
}

impl<'a> Agent<'a> {
    /// With these secrets of the repository.
    pub fn new(project: &'a Project, secrets: &'a [(&'a str, &'a str)]) -> Self {
        // The image makes its POSTGRES_USER a superuser.
        Self { project, login: Login::new("SUPERUSER"), secrets }
    }

    /// Runs the steps for an event, in order, up to the first that fails.
    pub fn run(&self, pipeline: &Pipeline, event: &str) -> Vec<StepRun> {
        let mut done = Vec::new();
        if !is_met(&pipeline.whole["when"], event) {
            return done;
        }
        let service = pipeline.service();
        for step in pipeline.steps().iter().filter(|step| is_met(step.when, event)) {
            let run = self.run_step(step, &service, event);
            let failed = run.code != Some(0);
            done.push(run);
            if failed {
                break;
            }
        }
        done
    }

    fn run_step(&self, step: &Step<'_>, service: &Service<'_>, event: &str) -> StepRun {
        let bin = self.project.beside(&format!("container-{}/bin", step.name));
        self.fill(&bin, step.image);
        let mut shell = Command::new("/bin/sh");
        shell.arg("-e").current_dir(self.project.directory()).env_clear();
        shell.env("PATH", format!("{}:/usr/bin:/bin", bin.display()));
        shell
            .env("HOME", self.project.beside("home"))
            .env("SHELL", "/bin/sh")
            .env("TMPDIR", self.project.temp());
        shell.env("PYTHONDONTWRITEBYTECODE", "1");
        for (name, value) in [
            ("CI", "woodpecker"),
            ("CI_PIPELINE_EVENT", event),
            ("CI_COMMIT_SHA", COMMIT),
            ("CI_COMMIT_BRANCH", "main"),
            ("CI_STEP_NAME", step.name),
        ] {
            shell.env(name, value);
        }
        for (name, value) in &step.environment {
            shell.env(name, self.value(value, service));
        }
        // One stream, as the agent's log has it. The script comes on standard input, as the agent hands it over.
        let log = self.project.beside(&format!("{}.log", step.name));
        let script = self.project.beside(&format!("{}.sh", step.name));
        fs::write(&script, step.commands.join("\n") + "\n").expect("a script file");
        let output = fs::File::create(&log).expect("a log file");
        shell.stdin(fs::File::open(&script).expect("the script file"));
        shell.stderr(Stdio::from(output.try_clone().expect("a second handle"))).stdout(Stdio::from(output));
        let status = shell.status().expect("/bin/sh can be run");
        let output = String::from_utf8_lossy(&fs::read(&log).expect("the log")).into_owned();
        StepRun { name: step.name.to_owned(), code: status.code(), output }
    }

    /// A variable's value: a secret, or text, in which the service is where it is here.
    fn value(&self, value: &Value, service: &Service<'_>) -> String {
        if let Some(name) = value.get("from_secret") {
            let found = self.secrets.iter().find(|(secret, _)| *secret == string(name));
            return found.unwrap_or_else(|| panic!("no secret {}", string(name))).1.to_owned();
        }
        let there =
            format!("{}:{}@{}:5432/{}", service.user, service.password, service.host, service.database);
        let here = self.login.url("x").replace("x://", "");
        string(value).replace(&there, &here)
    }

    /// What the image brings.
    fn fill(&self, bin: &Path, image: &str) {
        fs::create_dir_all(bin).expect("a folder for programs");
        let python = setup::python();
        let (python, record) = (python.display(), self.record_file());
        let program = |name: &str, text: String| {
            let path = bin.join(name);
            fs::write(&path, format!("#!/bin/sh\n{text}\n")).expect("a stand-in");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755))
                .expect("a stand-in that can be run");
        };
        if image.starts_with("python:3.") {
            program("python", format!("exec '{python}' \"$@\""));
            program("python3", format!("exec '{python}' \"$@\""));
            let pip = setup::support("stand_in_pip.py");
            let arguments =
                [&record, bin, &setup::binary()].map(|path| format!("'{}'", path.display())).join(" ");
            program("pip", format!("exec '{python}' '{}' {arguments} \"$@\"", pip.display()));
        } else if image.contains("buildah") {
            let note = format!(">> '{}'", record.display());
            program(
                "buildah",
                format!(
                    "echo \"buildah $*\" {note}\ncase $1 in login) echo \"stdin: $(cat)\" {note} ;; esac"
                ),
            );
        } else {
            panic!("no stand-in for the image {image}");
        }
    }

    fn record_file(&self) -> PathBuf {
        self.project.beside("record")
    }

    /// What the stand-ins were asked, in order.
    pub fn record(&self) -> Vec<String> {
        let text = fs::read_to_string(self.record_file()).unwrap_or_default();
        text.lines().map(ToOwned::to_owned).collect()
    }
}

/// Whether one of the conditions is met; without conditions, yes.
fn is_met(when: &Value, event: &str) -> bool {
    let conditions = match when {
        Value::Null => return true,
        Value::Sequence(conditions) => conditions.as_slice(),
        one => std::slice::from_ref(one),
    };
    conditions.iter().any(|condition| {
        assert_keys(condition, &["event"]);
        match &condition["event"] {
            Value::Sequence(events) => events.iter().any(|wanted| string(wanted) == event),
            wanted => string(wanted) == event,
        }
    })
}

fn assert_keys(mapping: &Value, known: &[&str]) {
    for (key, _) in mapping.as_mapping().expect("a mapping") {
        assert!(known.contains(&string(key)), "the stand-in for Woodpecker does not know `{}`", string(key));
    }
}

fn string(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("a string is expected, not {value:?}"))
}
