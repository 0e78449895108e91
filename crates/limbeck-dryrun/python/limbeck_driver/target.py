"""Where connections lead: all of them to the scratch database, and nothing runs if one does not."""

import functools
import importlib.util
import inspect
import os
import sys

from .errors import class_of
from .line import flush

# What libpq would take instead of our parameters (libpq docs, "Environment Variables").
LIBPQ_PLACES = frozenset(
    "PGHOST PGHOSTADDR PGPORT PGDATABASE PGUSER PGPASSWORD PGPASSFILE PGSERVICE PGSERVICEFILE PGSSLMODE PGSSLROOTCERT "
    "PGSSLCERT PGSSLKEY PGREQUIRESSL PGCHANNELBINDING PGTARGETSESSIONATTRS PGLOADBALANCEHOSTS PGOPTIONS".split()
)
# Connection parameters of any driver that say where to connect and as whom.
CONNECTION_PLACES = frozenset(
    "host hostaddr port user password passfile dbname database dsn conninfo service servicefile unix_sock direct_tls "
    "channel_binding target_session_attrs load_balance_hosts gssencmode krbsrvname require_auth async_creator_fn".split()
)
ASYNC_DRIVERS = frozenset(("asyncpg", "aiosqlite", "aiomysql", "asyncmy", "psycopg_async", "aioodbc"))


class Target:
    """The scratch database."""

    def __init__(self, line, places, config, order):
        self.line = line
        self.places = places
        self.config = config
        self.target = order

    def listen(self):
        """Registers with SQLAlchemy; to be called before the project's code runs."""
        from sqlalchemy import event
        from sqlalchemy.engine import Engine
        from sqlalchemy.pool import Pool

        event.listen(Engine, "do_connect", self.redirect)
        event.listen(Pool, "connect", self.guard)
        sys.meta_path.insert(0, RawConnections(self))

    def set_environment(self):
        """Variables that hold a database URL, and those that env.py reads one from, lead to the scratch database."""
        for name, value in list(os.environ.items()):
            scheme, found, _ = value.partition("://")
            dialect, _, driver = scheme.partition("+")
            if found and dialect in ("postgresql", "postgres", "mysql", "mariadb", "sqlite", "mssql", "oracle"):
                os.environ[name] = self.url_like(dialect, driver)
        for name in self.target["url_environment"]:
            if not os.environ.get(name):
                os.environ[name] = self.url_like("", "")
        for name in [name for name in os.environ if name.startswith("PG")]:
            if name in LIBPQ_PLACES:
                del os.environ[name]
        names = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGPASSWORD": "password", "PGDATABASE": "database"}
        for name, key in names.items():
            if self.target[key] is not None:
                os.environ[name] = str(self.target[key])

    def set_url(self):
        """The ini file's URL leads there too. Where there is none, env.py has another source, which one would hide."""
        present = self.config.get_main_option("sqlalchemy.url")
        if present is None:
            return
        dialect, _, driver = present.partition("://")[0].partition("+")
        self.config.set_main_option("sqlalchemy.url", self.url_like(dialect, driver).replace("%", "%%"))

    def url_like(self, dialect, driver):
        """The scratch database's URL for the driver that the project uses, else for one that is installed."""
        if dialect in ("postgresql", "postgres"):
            name = f"+{driver}" if driver else ""
        else:
            wanted = ("asyncpg", "psycopg") if driver in ASYNC_DRIVERS else ("psycopg", "psycopg2", "asyncpg", "pg8000")
            name = next((f"+{module}" for module in wanted if importlib.util.find_spec(module)), "")
        return self.target["url"].replace("postgresql://", f"postgresql{name}://", 1)

    def redirect(self, dialect, record, arguments, parameters):
        """Every engine of the process connects to the scratch database, whatever URL it was made with."""
        if dialect.name != "postgresql":
            # A private in-memory SQLite, an app's own cache say, is nobody's database.
            if dialect.name == "sqlite" and parameters.get("database") in (None, "", ":memory:") and not arguments:
                return None
            if dialect.name == "sqlite" and arguments and arguments[0] in ("", ":memory:"):
                return None
            self.refuse("other-dialect", dialect=dialect.name, database=str(parameters.get("database") or (arguments or [""])[0]))
        arguments.clear()
        for name in [name for name in parameters if name.startswith("ssl") or name in CONNECTION_PLACES]:
            del parameters[name]
        target = self.target
        socket = str(target["host"]).startswith("/")
        if dialect.driver == "pg8000":
            if socket:
                parameters["unix_sock"] = f"{target['host']}/.s.PGSQL.{target['port']}"
            else:
                parameters["host"] = target["host"]
        else:
            parameters["host"] = target["host"]
        if not (dialect.driver == "pg8000" and socket):
            parameters["port"] = target["port"]
        for key in ("user", "password"):
            if target[key] is not None:
                parameters[key] = target[key]
        uses_database = dialect.driver in ("asyncpg", "pg8000")
        parameters["database" if uses_database else "dbname"] = target["database"]
        mode = target["query"].get("sslmode")
        if mode and not socket and dialect.driver != "pg8000":
            parameters["ssl" if dialect.driver == "asyncpg" else "sslmode"] = mode
            if target["query"].get("sslrootcert") and not uses_database:
                parameters["sslrootcert"] = target["query"]["sslrootcert"]
        return None

    def guard(self, connection, record):
        """Asks every new connection where it leads. The scratch database's name is 128 random bits."""
        found = None
        try:
            cursor = connection.cursor()
            cursor.execute("SELECT current_database()")
            found = cursor.fetchone()[0]
            cursor.close()
            connection.rollback()
        except Exception as error:
            if type(connection).__module__.partition(".")[0] in ("sqlite3", "_sqlite3"):
                return
            found = f"({class_of(error)}: {error})"
        if found != self.target["database"]:
            self.refuse("elsewhere", database=f"database `{found}`")

    def refuse(self, reason, **fields):
        """Ends the process here and now: no handler of the project's can catch this."""
        frames = self.places.of_stack(sys._getframe())
        flush()
        self.line.say("refused", reason=reason, frames=frames, **fields)
        os._exit(3)


class RawConnections:
    """Refuses connections that the project makes past SQLAlchemy, before they are made.

    An import hook: a driver that the project never imports costs nothing. What the drivers' own functions are given must
    name the scratch database, whose name nobody else has, or no place at all (then libpq's variables lead there).
    """

    # Module, and the function or method that all ways of connecting come through.
    DRIVERS = {
        "psycopg.connection": ("Connection", "connect"),
        "psycopg.connection_async": ("AsyncConnection", "connect"),
        "psycopg2": (None, "_connect"),
        "asyncpg.connect_utils": (None, "_connect"),
        "pg8000.core": ("CoreConnection", "__init__"),
    }

    def __init__(self, target):
        self.target = target

    def find_spec(self, name, path=None, module=None):
        if name not in self.DRIVERS:
            return None
        specs = (finder.find_spec(name, path, module) for finder in sys.meta_path if finder is not self)
        spec = next((spec for spec in specs if spec is not None), None)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module):
                execute(module)
                self.wrap(module, *self.DRIVERS[name])

            spec.loader.exec_module = exec_module
        return spec

    def wrap(self, module, owner, name):
        holder = getattr(module, owner, None) if owner else module
        original = vars(holder).get(name)
        if original is None:
            return
        is_class_method = isinstance(original, classmethod)
        function = original.__func__ if is_class_method else original

        @functools.wraps(function)
        def connect(*arguments, **keywords):
            self.judge(module.__name__, arguments, keywords)
            made = function(*arguments, **keywords)
            return self.judged_when_made(made) if inspect.isawaitable(made) else self.judge_made(made)

        setattr(holder, name, classmethod(connect) if is_class_method else connect)

    def judge(self, module, arguments, keywords):
        name = self.target.target["database"]
        texts = [str(value) for value in (*arguments, *keywords.values()) if isinstance(value, (str, bytes, dict, tuple, list))]
        if any(name in text for text in texts):
            return
        places = [value for key, value in keywords.items() if key in CONNECTION_PLACES and value]
        named = [text for text in arguments if isinstance(text, str) and text]
        if places or named:
            self.target.refuse("elsewhere", database=f"another database with `{module.partition('.')[0]}` itself")

    async def judged_when_made(self, making):
        return self.judge_made(await making)

    def judge_made(self, connection):
        """The project may have set libpq's variables itself: the connection knows where it went (psycopg, psycopg2)."""
        name = getattr(getattr(connection, "info", None), "dbname", None)
        if name is not None and name != self.target.target["database"]:
            self.target.refuse("elsewhere", database=f"database `{name}`")
        return connection
