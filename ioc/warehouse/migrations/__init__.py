"""Migrations of the warehouse's tables, run from the program: nobody has to remember a command.

Owns how alembic is driven. The scripts under ``versions`` are the history and are never edited once
released; a test holds their result equal to `ioc.warehouse.schema`.
"""

from __future__ import annotations

import logging
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from ioc.warehouse.engine import ensure_folder, lock_for_migration, reading, writing
from ioc.warehouse.schema import REVISION


def migrate(engine: Engine) -> None:
    """Apply what is missing, all of it or nothing; several processes may try at once."""
    ensure_folder(engine)
    with reading(engine) as connection:
        if revision(connection) == REVISION:
            return
    # Alembic costs a third of a second to import; an up-to-date warehouse never needs it.
    from alembic import command
    from alembic.config import Config

    logging.getLogger("alembic").setLevel(logging.WARNING)  # its steps are of no use to an operator
    with writing(engine) as connection:
        lock_for_migration(connection)
        if revision(connection) == REVISION:
            return
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(engine: Engine) -> bool:
    """Whether the tables are there and have the newest shape; creates nothing, not even a file."""
    if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").exists():
        return False
    with reading(engine) as connection:
        return revision(connection) == REVISION


def revision(connection: Connection) -> str | None:
    """The migration the warehouse stands at; None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found
