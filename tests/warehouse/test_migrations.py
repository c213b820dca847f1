"""The migrations lead exactly to the tables the program speaks of, whoever runs them and how often."""

from __future__ import annotations

import re
import threading
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from ioc.warehouse import Warehouse, migrations, schema


def _definitions(engine: Engine) -> set[str]:
    """Every table's and index's own words, spaces aside."""
    if engine.dialect.name == "sqlite":
        query = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"
    else:
        query = (
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL "
            "SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE connamespace = 'public'::regnamespace UNION ALL "
            "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || "
            "coalesce(character_maximum_length::text, '') || coalesce(column_default, '') "
            "FROM information_schema.columns WHERE table_schema = 'public'"
        )
    with engine.connect() as connection:
        found = {
            re.sub(r"\s+", " ", row).replace('"', "") for row in connection.execute(text(query)).scalars()
        }
    return {words for words in found if "alembic_version" not in words}


def test_migrations_lead_to_the_tables_of_the_program(warehouse: Warehouse, warehouse_url: str) -> None:
    with warehouse.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []
    migrated = _definitions(warehouse.engine)
    with warehouse.writing() as connection:
        schema.metadata.drop_all(connection)
        schema.metadata.create_all(connection)
    assert _definitions(warehouse.engine) == migrated


def test_the_newest_script_is_the_one_the_program_expects() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_current_head() == schema.REVISION


def test_a_warehouse_that_does_not_exist_is_not_current_and_is_not_made_by_asking(tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    assert not Warehouse(f"sqlite:///{path}").is_current()
    assert not path.exists()


def test_several_processes_may_migrate_at_once(warehouse_url: str) -> None:
    faults: list[BaseException] = []

    def migrate() -> None:
        found = Warehouse(warehouse_url)
        try:
            found.migrate()
        except BaseException as error:
            faults.append(error)
        finally:
            found.close()

    threads = [threading.Thread(target=migrate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    found = Warehouse(warehouse_url)
    assert found.is_current()
    assert found.latest() is None
    found.close()
