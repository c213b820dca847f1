"""Whatever was published in whatever order, every edition reads back exactly as it stood."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, event

from ioc.leader import Lease
from ioc.warehouse import Warehouse, schema
from tests.warehouse.press import Key, Press

KEYS = st.tuples(
    st.sampled_from(["k1", "k2"]), st.sampled_from("ab"), st.sampled_from(["2026-01", "2026-02"])
)
VALUES = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False))
CONTRIBUTION = st.tuples(
    st.sampled_from(["s1", "s2"]),
    st.dictionaries(KEYS, VALUES, max_size=6),
    st.dictionaries(st.tuples(st.just("village"), st.sampled_from("123")), st.just({"x": 1}), max_size=3),
)


@settings(
    max_examples=40, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(history=st.lists(CONTRIBUTION, min_size=1, max_size=8))
def test_every_edition_reads_as_it_was_published(warehouse: Warehouse, history: list) -> None:
    with warehouse.writing() as connection:
        for table in reversed(schema.metadata.sorted_tables):
            connection.execute(delete(table).where(*_keep(table)))
    press = Press(warehouse, Lease(warehouse, owner="oracle", seconds=600).acquire() or 0)
    facts: dict[Key, tuple[str, float | None]] = {}
    places: dict[tuple[str, str], str] = {}
    shown: dict[int, tuple[dict, set]] = {}
    for source, values, points in history:
        facts = {key: held for key, held in facts.items() if held[0] != source}
        facts |= {key: (source, value) for key, value in values.items()}
        places = {key: owner for key, owner in places.items() if owner != source}
        places |= dict.fromkeys(points, source)
        edition = press.publish(values, points, source)
        shown[edition.number] = (dict(facts), {key for _, key in places})
    newest = warehouse.latest()
    assert newest is not None
    assert newest.number == max(shown)
    for number, (values, points) in shown.items():
        found = {
            (item.kpi, item.area, item.period): (item.source, item.value)
            for kpi in ("k1", "k2")
            for item in warehouse.slice(kpi, number)
        }
        assert found == values
        assert {place.id for place in warehouse.places("village", number)} == points
        assert warehouse.verify(number)
    for before, after in itertools.combinations(shown, 2):
        differing = {
            key
            for key in shown[before][0].keys() | shown[after][0].keys()
            if shown[before][0].get(key) != shown[after][0].get(key)
        }
        changes = warehouse.changes(before, after)
        assert {(c.kpi, c.area, c.period) for c in changes} == differing
        assert {kpi for kpi, _, _ in differing} <= warehouse.changed_kpis(before, after)


def _keep(table: object) -> list:
    """The row that publications lock is part of the furniture."""
    return [schema.lease.c.name != "publication"] if table is schema.lease else []


@contextmanager
def _steps(engine: Engine) -> Iterator[list[int]]:
    """Counts the steps of SQLite's machine: a measure of work that no other process disturbs."""
    count = [0]

    def tick() -> int:
        count[0] += 1
        return 0

    def watch(connection: sqlite3.Connection, _record: object, _proxy: object) -> None:
        connection.set_progress_handler(tick, 1)

    event.listen(engine, "checkout", watch)
    yield count
    event.remove(engine, "checkout", watch)
    with engine.connect() as connection:
        connection.connection.dbapi_connection.set_progress_handler(None, 0)  # type: ignore[union-attr]


def test_any_past_edition_costs_at_most_twice_the_present_one(tmp_path: Path) -> None:
    """300 editions in which the open month of every commune changes each time, as a living province does."""
    warehouse = Warehouse(f"sqlite:///{tmp_path / 'w.db'}")
    warehouse.migrate()
    press = Press(warehouse, Lease(warehouse, seconds=600).acquire() or 0)
    months = [f"2025-{month:02d}" for month in range(1, 13)]
    communes = [f"c{number:02d}" for number in range(38)]
    values = {("k", area, month): 1.0 for area in communes for month in months}
    for turn in range(300):
        values |= {("k", area, months[-1]): float(turn) for area in communes}
        press.publish(values)
    costs = {}
    for edition in (1, 2, 75, 150, 299, 300):
        with _steps(warehouse.engine) as count:
            assert len(warehouse.slice("k", edition)) == 38 * 12
        whole = count[0]
        with _steps(warehouse.engine) as count:
            month = warehouse.slice("k", edition, period=months[-1])
        assert {item.value for item in month} == {float(edition - 1)}
        with _steps(warehouse.engine) as series:
            assert len(warehouse.series("k", "c07", edition)) == 12
        costs[edition] = (whole, count[0], series[0])
    warehouse.close()
    for edition in (1, 2, 75, 150, 299):
        for past, present in zip(costs[edition], costs[300], strict=True):
            assert 0 < past <= 2 * present, costs


@pytest.mark.faults
def test_readers_of_an_edition_never_see_a_publication_under_way(warehouse: Warehouse, press: Press) -> None:
    """Many reads during many publications: each sees one whole edition, and always the same for a number."""
    import threading

    keys = [("k", f"c{number:02d}", "2026-01") for number in range(40)]
    press.publish(dict.fromkeys(keys, 1.0))
    stop, faults, reads = threading.Event(), [], [0]

    def read() -> None:
        while not stop.is_set():
            edition = warehouse.latest()
            assert edition is not None
            values = {item.value for item in warehouse.slice("k", edition.number)}
            reads[0] += 1
            if values != {float(edition.number)}:
                faults.append((edition.number, values))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(2, 30):
        press.publish(dict.fromkeys(keys, float(number)), now=datetime.now(UTC))
    stop.set()
    for reader in readers:
        reader.join()
    assert faults == []
    assert reads[0] > 20
