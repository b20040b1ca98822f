"""The tables of all bots of a database, made on first use and brought up to date in order."""

from __future__ import annotations

from asyncpg import Connection

from trimtab.adapters.postgres.session import Session
from trimtab.adapters.postgres.transaction import transaction
from trimtab.ports import JournalError

COLUMNS = (
    "seq, event_id, at, recorded_at, type, payload, "
    "actor, causation_id, correlation_id, confidence, prev_hash, hash"
)

_FIRST = """
CREATE SCHEMA IF NOT EXISTS {schema};
CREATE TABLE {schema}.trimtab_format (version integer NOT NULL);
INSERT INTO {schema}.trimtab_format VALUES (0);
CREATE TABLE {schema}.journal (
    bot            text COLLATE "C" NOT NULL,
    seq            bigint NOT NULL,
    event_id       text COLLATE "C" NOT NULL,
    at             bigint NOT NULL,
    recorded_at    bigint NOT NULL,
    type           text COLLATE "C" NOT NULL,
    payload        text COLLATE "C" NOT NULL,
    actor          text COLLATE "C",
    causation_id   text COLLATE "C",
    correlation_id text COLLATE "C",
    confidence     double precision,
    prev_hash      text COLLATE "C" NOT NULL,
    hash           text COLLATE "C" NOT NULL,
    PRIMARY KEY (bot, seq),
    UNIQUE (bot, event_id)
);
CREATE TABLE {schema}.snapshots (
    bot        text COLLATE "C" NOT NULL,
    seq        bigint NOT NULL,
    at         bigint NOT NULL,
    state_hash text NOT NULL,
    versions   text NOT NULL,
    state      bytea,
    PRIMARY KEY (bot, seq)
);
CREATE TABLE {schema}.cursors (
    bot  text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    seq  bigint NOT NULL,
    PRIMARY KEY (bot, name)
);
CREATE VIEW {schema}.facts AS
    SELECT bot, seq, type, to_timestamp(at / 1e6) AS at, to_timestamp(recorded_at / 1e6)
        AS recorded_at, actor, confidence, payload::jsonb AS payload, event_id, causation_id,
        correlation_id
    FROM {schema}.journal;
"""

_ARCHIVES = """
CREATE TABLE {schema}.archives (
    bot       text COLLATE "C" NOT NULL,
    first_seq bigint NOT NULL,
    last_seq  bigint NOT NULL,
    rows      bigint NOT NULL,
    file      text NOT NULL,
    sha256    text NOT NULL,
    PRIMARY KEY (bot, first_seq)
);
CREATE OR REPLACE VIEW {schema}.facts AS
    SELECT bot, seq, type, to_timestamp(at / 1e6) AS at, to_timestamp(recorded_at / 1e6)
        AS recorded_at, actor, confidence, nullif(payload, '')::jsonb AS payload, event_id,
        causation_id, correlation_id
    FROM {schema}.journal;
"""

MIGRATIONS = (_FIRST, _ARCHIVES)
"""Each brings the tables from the version that is its place to the next one."""

VERSION = len(MIGRATIONS)

_LOCK = int.from_bytes(b"trimtab!", "big")
"""Of whoever makes or changes tables."""


def prepare(session: Session) -> None:
    """Makes the tables, or brings them up to date. Raises JournalError, and changes nothing, if
    the schema is somebody else's or newer."""

    async def work(connection: Connection) -> None:
        async with transaction(connection, f"SELECT pg_advisory_xact_lock({_LOCK});"):
            for version in range(await _version(session, connection), VERSION):
                script = MIGRATIONS[version].format(schema=session.address.schema)
                await connection.execute(script)
                await connection.execute(
                    f"UPDATE {session.address.schema}.trimtab_format SET version = {version + 1}"  # noqa: S608
                )

    session.run(work)


def version_of(session: Session) -> int:
    """Of the tables; 0 where there are none. Raises JournalError if they are not ours or newer."""
    return session.run(lambda connection: _version(session, connection))


def check(session: Session) -> None:
    """Raises JournalError unless the tables are there, in a version that is known here."""
    if version_of(session) == 0:
        raise JournalError(
            f"{session.address}: no journal in schema {session.address.schema}: "
            f"check the URL; an engine makes the tables when it starts"
        )


async def _version(session: Session, connection: Connection) -> int:
    address, schema = session.address, session.address.schema
    encoding, marked, used = (
        await connection.fetch(
            "SELECT current_setting('server_encoding'), "
            "to_regclass($1) IS NOT NULL, to_regclass($2) IS NOT NULL",
            f"{schema}.trimtab_format",
            f"{schema}.journal",
        )
    )[0]
    if encoding != "UTF8":
        raise JournalError(f"{address}: keeps text as {encoding}: make the database with UTF8")
    if not marked:
        if used:
            raise JournalError(
                f"{address}: schema {schema} holds somebody else's tables: "
                f"name another with ?schema=NAME"
            )
        return 0
    found = await connection.fetch(f"SELECT version FROM {schema}.trimtab_format")  # noqa: S608
    version = int(found[0][0])
    if version > VERSION:
        raise JournalError(
            f"{address}: a journal of version {version}, this program knows {VERSION}: "
            f"use the program that wrote it"
        )
    return version
