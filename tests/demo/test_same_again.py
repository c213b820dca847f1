"""The same seed and anchor give the same rows: in another process, on PostgreSQL and on MariaDB."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from datasources.sites.lai_chau.generator import SOURCES, default_urls, feed, generate, generated_for
from datasources.sites.lai_chau.generator.databases import engine
from ioc.site import Site
from tests.conftest import PROJECT
from tests.demo.conftest import ANCHOR, Demonstration, Make


def content(url: str, statement: str | None = None) -> str:
    """A hash of a query's rows, or of all tables, the same on every kind of database."""
    digest = hashlib.sha256()
    with engine(url).connect() as connection:
        names = sorted(sa.inspect(connection).get_table_names())
        for query in [statement] if statement else [f"SELECT * FROM {name}" for name in names]:
            rows = connection.execute(
                sa.text(query), {"since": "1900-01-01 00:00:00"} if ":since" in query else {}
            )
            for line in sorted(_line(row) for row in rows):
                digest.update(line.encode())
    return digest.hexdigest()


def _line(row: Iterable[Any]) -> str:
    return "|".join(_cell(value) for value in row) + "\n"


def _cell(value: Any) -> str:
    match value:
        case datetime():
            return value.isoformat(" ")
        case date():
            return value.isoformat()
        case Decimal() | float():
            return f"{float(value):.5f}"
        case _:
            return str(value)


def test_another_process_with_another_hash_seed_makes_the_same_rows(
    demo: Demonstration, tmp_path: Path
) -> None:
    options = ["--data", str(tmp_path), "--anchor", ANCHOR.isoformat()]
    run = subprocess.run(
        [sys.executable, "-m", "datasources.sites.lai_chau.generator", *options],
        cwd=PROJECT, env={**os.environ, "PYTHONHASHSEED": "77"}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert "Dữ liệu minh họa, không phải số liệu chính thức" in run.stdout
    urls = default_urls(tmp_path)
    assert {source: content(url) for source, url in urls.items()} == {
        source: content(url) for source, url in demo.urls.items()
    }


def test_generating_over_an_older_generation_leaves_nothing_of_it(make: Make) -> None:
    fresh = make(volume=0.02)
    used = make(volume=0.03, anchor=date(2026, 3, 5), seed=7)
    assert content(used.urls["mot_cua"]) != content(fresh.urls["mot_cua"])
    generate(used.urls, ANCHOR, 2026, 0.02)
    for source in SOURCES:
        assert content(used.urls[source]) == content(fresh.urls[source])
        assert generated_for(used.urls[source]) == ANCHOR


@pytest.mark.parametrize(
    "anchor", [date(2025, 7, 1), date(2025, 7, 3), date(2027, 2, 28), date(2028, 2, 29), date(2030, 1, 1)]
)
def test_any_anchor_will_do(make: Make, anchor: date) -> None:
    made = make(volume=0.01, anchor=anchor)
    for source in SOURCES:
        assert made.ledger[f"rows.{source}"] > (
            9 if source in ("mo_hinh", "an_toan", "chinh_thuc", "bien_dong_thon", "trung_tam") else 100
        )
    (last,) = made.ask("mot_cua", "SELECT max(cap_nhat_luc) FROM ho_so")[0]
    assert last <= f"{anchor.isoformat()} 00:00:00"
    (late,) = made.ask("an_sinh", "SELECT max(ngay_bao_cao) FROM chi_tra")[0]
    assert late < anchor.isoformat()


def _same_on(server: str, small: Demonstration, site: Site) -> None:
    """Each source in a database of its own beside the given one; rows and query results as on SQLite."""
    address = sa.make_url(server)
    names = {source: f"{address.database}_{source}" for source in SOURCES}
    urls = {
        key: address.set(database=name).render_as_string(hide_password=False) for key, name in names.items()
    }
    force = " WITH (FORCE)" if address.get_backend_name() == "postgresql" else ""
    admin = sa.create_engine(address, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    try:
        with admin.connect() as connection:
            for name in names.values():
                connection.execute(sa.text(f"CREATE DATABASE {name}"))
        assert generate(urls, ANCHOR, 2026, 0.05) == small.ledger
        for source, url in urls.items():
            query = site.sources[source].query
            assert content(url) == content(small.urls[source]), source
            assert content(url, query) == content(small.urls[source], query), source
            assert generated_for(url) == ANCHOR
        now = datetime(2026, 11, 23, 10, 0)  # noqa: DTZ001 - province time
        fed = Path(small.data) / "fed.db"
        shutil.copy(small.data / "sources" / "mot_cua.db", fed)
        beside = {"mot_cua": f"sqlite:///{fed}"}
        for hours in (0, 2, 5):
            moment = now + timedelta(hours=hours)
            assert feed(urls, moment) == feed(beside, moment) > 0
        assert content(urls["mot_cua"]) == content(beside["mot_cua"])
    finally:
        with admin.connect() as connection:
            for name in names.values():
                connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name}{force}"))


@pytest.mark.postgres
def test_postgresql_holds_the_same_rows(postgres_url: str, small: Demonstration, site: Site) -> None:
    _same_on(postgres_url, small, site)


@pytest.mark.mariadb
def test_mariadb_holds_the_same_rows(mariadb_url: str, small: Demonstration, site: Site) -> None:
    _same_on(mariadb_url, small, site)
