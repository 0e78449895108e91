//! The revision trees of public packages, as projects that alembic and limbeck can be asked about.
//!
//! `cargo xtask test` fetches the trees, which are wheels of one version each; the packages themselves are not installed.

use std::path::Path;

use crate::project::Project;

/// Where the tree of a package lies in its wheel.
#[derive(Debug, Clone, Copy)]
pub struct DevTree {
    /// What it is called here: the package, and which of its trees if it has several.
    pub name: &'static str,
    /// The package, whose folder among the trees has the same name.
    pub package: &'static str,
    /// The script directory in that folder.
    pub script_location: &'static str,
    /// Version locations in the script directory, where they are not `versions`.
    pub version_locations: &'static [&'static str],
    /// Whether revisions lie in folders below these.
    pub is_recursive: bool,
}

const fn tree(package: &'static str, script_location: &'static str) -> DevTree {
    DevTree { name: package, package, script_location, version_locations: &[], is_recursive: false }
}

/// apache-superset.
pub const SUPERSET: DevTree = tree("apache-superset", "superset/migrations");
/// neutron, whose labels are constants of a module of the package.
pub const NEUTRON: DevTree = DevTree {
    version_locations: &["versions"],
    is_recursive: true,
    ..tree("neutron", "neutron/db/migration/alembic_migrations")
};
/// flexmeasures.
pub const FLEXMEASURES: DevTree = tree("flexmeasures", "flexmeasures/data/migrations");
const PREFECT: DevTree = tree("prefect", "prefect/server/database/_migrations");
/// The tree that prefect runs on Postgres.
pub const PREFECT_POSTGRESQL: DevTree =
    DevTree { name: "prefect-postgresql", version_locations: &["versions/postgresql"], ..PREFECT };
/// The one that it runs on SQLite.
pub const PREFECT_SQLITE: DevTree =
    DevTree { name: "prefect-sqlite", version_locations: &["versions/sqlite"], ..PREFECT };
/// arize-phoenix.
pub const PHOENIX: DevTree = tree("arize-phoenix", "phoenix/db/migrations");
/// argilla-server.
pub const ARGILLA: DevTree = tree("argilla-server", "argilla_server/alembic");
/// galaxy-data: two trees in one.
pub const GALAXY: DevTree = DevTree {
    version_locations: &["versions_gxy", "versions_tsi"],
    ..tree("galaxy-data", "galaxy/model/migrations/alembic")
};
/// apache-airflow-core.
pub const AIRFLOW: DevTree = tree("apache-airflow-core", "airflow/migrations");
/// zenml.
pub const ZENML: DevTree = tree("zenml", "zenml/zen_stores/migrations");

/// All of them.
pub const DEV_TREES: [DevTree; 10] = [
    SUPERSET,
    NEUTRON,
    FLEXMEASURES,
    PREFECT_POSTGRESQL,
    PREFECT_SQLITE,
    PHOENIX,
    ARGILLA,
    GALAXY,
    AIRFLOW,
    ZENML,
];

impl DevTree {
    /// A project that has the tree of this folder.
    pub fn project(&self, folder: &Path) -> Project {
        let project = Project::empty();
        project.write("alembic.ini", self.config(folder, &folder.join(self.script_location)));
        project
    }

    /// A project that has its revisions and another env.py.
    pub fn project_with_env(&self, folder: &Path, env: &str) -> Project {
        let project = Project::empty();
        project.write("alembic.ini", self.config(folder, Path::new("scripts")));
        project.write("scripts/env.py", env);
        project
    }

    fn config(&self, folder: &Path, script_location: &Path) -> String {
        let scripts = folder.join(self.script_location);
        let usual: &[&str] = &["versions"];
        let locations = if self.version_locations.is_empty() { usual } else { self.version_locations };
        let lines: String =
            locations.iter().map(|location| format!("\n  {}/{location}", scripts.display())).collect();
        let recursive = if self.is_recursive { "recursive_version_locations = true\n" } else { "" };
        format!(
            "[alembic]\nscript_location = {}\nprepend_sys_path = {}\nsqlalchemy.url = postgresql:///\npath_separator = newline\nversion_locations ={lines}\n{recursive}",
            script_location.display(),
            folder.display()
        )
    }
}
