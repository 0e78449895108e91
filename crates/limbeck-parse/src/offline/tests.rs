//! Text of an env.py and of modules in, what is known of it out.

use limbeck_types::{Environment, Field};

use crate::{Module, environment_of};

/// Modules as `("app.db", text)`; a name that ends with `.` is a package.
#[track_caller]
fn check(env: &str, modules: &[(&str, &str)], expected: &str) {
    let look_up = |name: &str| {
        let found = modules.iter().find(|(module, _)| module.trim_end_matches('.') == name);
        found.map(|(module, text)| Module::new((*text).to_owned(), module.ends_with('.')))
    };
    assert_eq!(show(&environment_of(env, &look_up, None)), expected, "{env}");
}

/// What is not alembic's default, in the order of [`Environment`].
fn show(environment: &Environment) -> String {
    let mut shown = Vec::new();
    let mut add = |name: &str, value: String| {
        if value != "-" {
            shown.push(format!("{name}={value}"));
        }
    };
    add("per", field(&environment.transaction_per_migration, bool::to_string));
    add("ddl", field(&environment.transactional_ddl, bool::to_string));
    add("binds", field(&environment.literal_binds, bool::to_string));
    add("style", field(&environment.paramstyle, String::clone));
    add("table", field(&environment.version_table, String::clone));
    add("schema", field(&environment.version_table_schema, String::clone));
    add("pk", field(&environment.version_table_pk, bool::to_string));
    let pairs = |pairs: &Vec<(String, String)>| {
        pairs.iter().map(|(key, template)| format!("{key}:{template}")).collect::<Vec<_>>().join(",")
    };
    add("names", field(&environment.naming_convention, pairs));
    add("in", field(&environment.metadata_schema, String::clone));
    if environment.begins_transaction {
        shown.push("begins".to_owned());
    }
    shown.join(" ")
}

fn field<T>(field: &Field<T>, show: impl Fn(&T) -> String) -> String {
    match field {
        Field::Absent => "-".to_owned(),
        Field::Known(known) => show(&known.value),
        Field::Opaque(opaque) => format!("?({})", opaque.reason),
    }
}

const TEMPLATE: &str = "
from alembic import context
config = context.config
if config.config_file_name is not None:
    fileConfig(config.config_file_name)
target_metadata = None

def run_migrations_offline() -> None:
    url = config.get_main_option('sqlalchemy.url')
    context.configure(url=url, target_metadata=target_metadata, literal_binds=True, dialect_opts={'paramstyle': 'named'})
    with context.begin_transaction():
        context.run_migrations()

def run_migrations_online() -> None:
    with connectable.connect() as connection:
        context.configure(connection=connection, target_metadata=target_metadata, transaction_per_migration=True, **more)
        with context.begin_transaction():
            context.run_migrations()
";

#[test]
fn the_call_without_a_connection_counts() {
    check(TEMPLATE, &[], "binds=true style=named begins");
    check(
        "context.configure(connection=c, transaction_per_migration=True)\ncontext.run_migrations()",
        &[],
        "per=true",
    );
    check("with context.begin_transaction():\n    context.configure(url=u)", &[], "begins");
    check(
        "T = 'v'\ncontext.configure(url=u, version_table=T, version_table_schema='s', version_table_pk=False, transactional_ddl=False)",
        &[],
        "ddl=false table=v schema=s pk=false",
    );
}

#[test]
fn what_only_python_can_tell_is_said() {
    check("context.configure(url=u, version_table=f())", &[], "table=?(it is what `f` returns)");
    check(
        "context.configure(url=a, literal_binds=True)\ncontext.configure(url=b)",
        &[],
        "binds=?(env.py configures several)",
    );
    check(
        "context.configure(url=u, dialect_opts=options())",
        &[],
        "style=?(`dialect_opts` is no dictionary written here)",
    );
    check(
        "context.configure(url=u, target_metadata=find())",
        &[],
        "names=?(it is what a call returns) in=?(it is what a call returns)",
    );
    let unpacked = "?(`configure` may get it from what is unpacked here)";
    let all =
        "per ddl binds style table schema pk names in".split(' ').map(|name| format!("{name}={unpacked}"));
    check("context.configure(url=u, **more)", &[], &all.collect::<Vec<_>>().join(" "));
}

const NAMES: &str = "{'ix': 'ix_%(column_0_label)s', 'pk': 'pk_%(table_name)s'}";
const SHOWN: &str = "names=ix:ix_%(column_0_label)s,pk:pk_%(table_name)s";

#[test]
fn a_convention_is_followed_to_where_it_is_written() {
    let env = |import: &str, metadata: &str| {
        format!("{import}\ncontext.configure(url=u, target_metadata={metadata})")
    };
    let convention = format!(
        "from sqlalchemy import MetaData\nNAMES = {NAMES}\nmetadata = MetaData(naming_convention=NAMES, schema='s')\n"
    );
    check(&env(&convention, "metadata"), &[], &format!("{SHOWN} in=s"));
    check(
        &env("from app.db import metadata", "metadata"),
        &[("app.db", &convention)],
        &format!("{SHOWN} in=s"),
    );
    check(
        &env("import app.db", "app.db.metadata"),
        &[("app.", ""), ("app.db", &convention)],
        &format!("{SHOWN} in=s"),
    );
    check(
        &env("from app import db as d\nm = d.metadata", "m"),
        &[("app.", ""), ("app.db", &convention)],
        &format!("{SHOWN} in=s"),
    );

    let base = format!(
        "{convention}from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase):\n    metadata = metadata\n"
    );
    check(&env("from app.db import Base", "Base.metadata"), &[("app.db", &base)], &format!("{SHOWN} in=s"));
    let inherited = "from .db import *\nclass Model(Base):\n    pass\n";
    check(
        &env("from app import Model", "Model.metadata"),
        &[("app.", inherited), ("app.db", &base)],
        &format!("{SHOWN} in=s"),
    );
    let old = "import sqlalchemy as sa\nfrom sqlalchemy.orm import declarative_base\nBase = declarative_base(metadata=sa.MetaData(naming_convention=dict(ix='i')))\n";
    check(&env("from app.db import Base", "Base.metadata"), &[("app.db", old)], "names=ix:i");
    let registry = "from sqlalchemy import MetaData\nfrom sqlalchemy.orm import registry\nmappers = registry(metadata=MetaData(naming_convention={'ix': 'i'}))\nBase = mappers.generate_base()\n";
    check(&env("from app.db import Base", "Base.metadata"), &[("app.db", registry)], "names=ix:i");
    let plain = "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase):\n    pass\n";
    check(&env("from app.db import Base", "Base.metadata"), &[("app.db", plain)], "");
    check(&env("from sqlmodel import SQLModel", "SQLModel.metadata"), &[], "");
    check(&env("", "[a.metadata, b.metadata]"), &[], "");
}

#[test]
fn what_leads_nowhere_is_not_guessed() {
    let ends = |import: &str, modules: &[(&str, &str)], reason: &str| {
        let env = format!("{import}\ncontext.configure(url=u, target_metadata=metadata)");
        check(&env, modules, &format!("names=?({reason}) in=?({reason})"));
    };
    ends(
        "from app import metadata",
        &[],
        "it is imported from `app`, which is not among the project's files",
    );
    ends(
        "from app import metadata",
        &[("app", "from app import metadata")],
        "it leads through too many modules",
    );
    ends("metadata = metadata", &[], "it leads through too many names");
    ends(
        "if x:\n    metadata = a\nelse:\n    metadata = b",
        &[],
        "`metadata` is bound in a way that only Python can tell",
    );
    ends("from app import metadata", &[("app", "def (")], "`app` is not Python");
    ends("from .. import metadata", &[], "it is imported from above its package");
    let set = "from sqlalchemy import MetaData\nm = MetaData()\nm.naming_convention = NAMES\ncontext.configure(url=u, target_metadata=m)";
    check(set, &[], "names=?(it is set here)");
    let odd = "from sqlalchemy import MetaData\ncontext.configure(url=u, target_metadata=MetaData(naming_convention={'ck': f}))";
    check(
        odd,
        &[],
        "names=?(the dictionary holds what is no text) in=?(the dictionary holds what is no text)",
    );
}

/// `-` is SQLAlchemy's own for Postgres, `?` is not known.
#[track_caller]
fn check_driver(env: &str, ini_url: &str, expected: &str) {
    let driver = environment_of(env, &|_| None, Some(ini_url)).driver;
    let shown = match driver {
        Field::Absent => "-".to_owned(),
        Field::Known(driver) => driver.value,
        Field::Opaque(_) => "?".to_owned(),
    };
    assert_eq!(shown, expected, "{env}");
}

const ASYNCPG: &str = "postgresql+asyncpg://u:p@h/d";

const ONLINE: &str = "
from alembic import context
config = context.config
def do_run_migrations(connection):
    context.configure(connection=connection)
async def run():
    connectable = async_engine_from_config(
        config.get_section(config.config_ini_section, {}), prefix='sqlalchemy.', poolclass=pool.NullPool)
    async with connectable.connect() as connection:
        await connection.run_sync(do_run_migrations)
";

#[test]
fn the_ini_files_url_tells_the_driver_where_env_py_takes_it() {
    for env in [
        TEMPLATE,
        ONLINE,
        "from alembic import context\ncontext.configure(url=context.config.get_main_option('sqlalchemy.url'))",
        "from alembic import context\ncfg: Config = context.config\nconfig = cfg\n\
         url: str = context.config.get_section_option(cfg.config_ini_section, 'sqlalchemy.url')\n\
         context.configure(url=url, compare_type=config.attributes.get('types'))",
        "import alembic.context\nconfig = alembic.context.config\n\
         e = engine_from_config(config.get_section(config.config_ini_section))\n\
         with e.begin() as c:\n    alembic.context.configure(c)",
    ] {
        check_driver(env, ASYNCPG, "asyncpg");
        check_driver(env, "postgresql://h/d", "-");
        check_driver(env, "driver://u:p@h/d", "?");
        check_driver(env, "sqlite:///x", "?");
        assert!(matches!(environment_of(env, &|_| None, None).driver, Field::Opaque(_)), "{env}");
    }
}

#[test]
fn the_ini_files_url_counts_for_nothing_where_env_py_may_have_another() {
    for also in [
        "config.set_main_option('sqlalchemy.url', url())\n",
        "section['sqlalchemy.url'] = url()\n",
        "prepare(config)\n",
        "from alembic import context\ncfg = context.config\nset_url(cfg)\n",
        "from app.settings import config\n",
        "config.file_config.set('alembic', 'sqlalchemy.url', url())\n",
        "config.config_ini_section = 'other'\n",
        "for one in [config]: set_url(one)\n",
        "def prepare(config=config): pass\n",
        "cfg = config\ncfg = other()\n",
        "set_url(context)\n",
        "context.config.set = 1\n",
        "if prepare is config: pass\n",
    ] {
        check_driver(&format!("{also}{TEMPLATE}"), ASYNCPG, "?");
        check_driver(&format!("{also}{ONLINE}"), ASYNCPG, "?");
    }
    check_driver(&format!("{TEMPLATE}\n    url = other()\n"), ASYNCPG, "?");
    check_driver(&format!("{ONLINE}\n    engine = create_engine(other())\n"), ASYNCPG, "?");
    for given in ["config.get_main_option('database.url')", "url(config.get_main_option('sqlalchemy.url'))"] {
        check_driver(
            &format!("from alembic import context\nconfig = context.config\ncontext.configure(url={given})"),
            ASYNCPG,
            "?",
        );
    }
    check_driver("context.configure(url=config.get_main_option('sqlalchemy.url'))", ASYNCPG, "?");
    check_driver(
        "from app import engine\nwith engine.connect() as c:\n    context.configure(connection=c)",
        ASYNCPG,
        "?",
    );
    check_driver(
        "from alembic import context\nconfig = context.config\ne = engine_from_config(config.get_section('other'))\n\
         with e.connect() as c:\n    context.configure(c)",
        ASYNCPG,
        "?",
    );
    check_driver("context.configure(url='postgresql+pg8000://h/d')", ASYNCPG, "pg8000");
}
