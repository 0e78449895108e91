"""Prints everything in a database as JSON: fingerprint.py URL.

The catalog comes with the ids of the transactions that wrote it, the tables with every row: what was changed and changed
back shows, too.
"""

import json
import sys

import psycopg2
from psycopg2 import sql

CATALOG = {
    "schemas": "SELECT xmin::text, * FROM pg_namespace WHERE nspname !~ '^pg_(temp|toast)' ORDER BY oid",
    "relations": "SELECT xmin::text, oid, relname, relkind, relfilenode, relnatts, relacl::text FROM pg_class "
    "WHERE oid >= 16384 ORDER BY oid",
    "columns": "SELECT xmin::text, attrelid, attnum, attname, atttypid, attnotnull, attisdropped FROM pg_attribute "
    "WHERE attrelid >= 16384 ORDER BY attrelid, attnum",
    "constraints": "SELECT xmin::text, oid, conname, contype FROM pg_constraint WHERE oid >= 16384 ORDER BY oid",
    "types": "SELECT xmin::text, oid, typname FROM pg_type WHERE oid >= 16384 ORDER BY oid",
    "functions": "SELECT xmin::text, oid, proname FROM pg_proc WHERE oid >= 16384 ORDER BY oid",
    "settings": "SELECT * FROM pg_db_role_setting WHERE setdatabase = "
    "(SELECT oid FROM pg_database WHERE datname = current_database())",
}
TABLES = (
    "SELECT relnamespace::regnamespace::text, relname FROM pg_class "
    "WHERE oid >= 16384 AND relkind IN ('r', 'S') ORDER BY oid"
)


def main():
    connection = psycopg2.connect(sys.argv[1])
    connection.autocommit = True
    cursor = connection.cursor()

    def rows(query):
        cursor.execute(query)
        return cursor.fetchall()

    found = {name: rows(query) for name, query in CATALOG.items()}
    for schema, table in rows(TABLES):
        query = sql.SQL("SELECT ctid::text, xmin::text, rows.*::text FROM {} AS rows ORDER BY ctid")
        found[f"rows of {schema}.{table}"] = rows(query.format(sql.Identifier(schema, table)))
    connection.close()
    json.dump(found, sys.stdout, default=str, indent=1)


main()
