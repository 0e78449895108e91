"""Exceptions as data: what Python, SQLAlchemy and the database drivers say."""


def chain(error):
    """An exception and what it was raised from, outermost first."""
    seen = []
    while error is not None and error not in seen:
        seen.append(error)
        # While SQLAlchemy still handles it, the driver's exception is not yet its cause.
        error = error.__cause__ or error.__context__ or getattr(error, "orig", None)
    return seen


def sql_error(error):
    """What Postgres said, if this is a database driver's exception: psycopg, psycopg2, asyncpg or pg8000."""
    # SQLAlchemy's asyncpg adapter keeps the driver's own exception as the cause.
    for source in chain(error):
        diagnosis = getattr(source, "diag", None)
        if diagnosis is not None and getattr(diagnosis, "message_primary", None):
            return {
                "sqlstate": getattr(source, "sqlstate", None) or getattr(source, "pgcode", None) or "",
                "message": diagnosis.message_primary,
                "detail": diagnosis.message_detail,
                "hint": diagnosis.message_hint,
                "context": diagnosis.context,
                "position": number(diagnosis.statement_position),
                "table": diagnosis.table_name,
                "column": diagnosis.column_name,
                "constraint": diagnosis.constraint_name,
            }
        if type(source).__module__.startswith("asyncpg") and getattr(source, "sqlstate", None):
            return {
                "sqlstate": source.sqlstate,
                "message": source.args[0] if source.args else "",
                "detail": getattr(source, "detail", None),
                "hint": getattr(source, "hint", None),
                "context": getattr(source, "context", None),
                "position": number(getattr(source, "position", None)),
                "table": getattr(source, "table_name", None),
                "column": getattr(source, "column_name", None),
                "constraint": getattr(source, "constraint_name", None),
            }
        if source.args and isinstance(source.args[0], dict) and "C" in source.args[0]:
            fields = source.args[0]
            return {
                "sqlstate": fields["C"],
                "message": fields.get("M", ""),
                "detail": fields.get("D"),
                "hint": fields.get("H"),
                "context": fields.get("W"),
                "position": number(fields.get("P")),
                "table": fields.get("t"),
                "column": fields.get("c"),
                "constraint": fields.get("n"),
            }
    return None


def number(text):
    try:
        return int(text)
    except (TypeError, ValueError):
        return None


def sent_text(cursor, statement):
    """The text as the server got it: drivers rewrite placeholders, and positions count in the rewritten text."""
    query = getattr(cursor, "_query", None)  # psycopg
    text = getattr(query, "query", None) if query is not None else getattr(cursor, "query", None)  # psycopg2
    if isinstance(text, (bytes, bytearray)):
        return bytes(text).decode("utf-8", "replace")
    return text if isinstance(text, str) and text else statement


def message_of(error):
    """`str(error)` without the appendices that SQLAlchemy adds for programmers at a prompt."""
    if type(error).__module__.startswith("sqlalchemy") and error.args and isinstance(error.args[0], str):
        return error.args[0]
    return str(error)


def class_of(error):
    return f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")


def missing_module(error):
    for link in chain(error):
        if isinstance(link, ModuleNotFoundError):
            return link.name
    return None
