"""What runs found is kept in versions: any past edition can be asked, and finding the same again writes nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy import func, select

from ioc.quality.criteria import Counts
from ioc.quality.findings import CELLS, FLAWS, RECEIPTS, Findings
from ioc.quality.report import history, read
from ioc.quality.supply import Receipt
from ioc.runs import RowReason
from ioc.warehouse import Warehouse
from ioc.warehouse.quality_shelf import DayMark
from ioc.warehouse.quality_tables import quality_cells, quality_rows, quality_version
from tests.quality.test_ledger import spec
from tests.warehouse.press import Press, facts, points

SOURCE = "hs"
NOW = datetime(2026, 3, 20, 3, tzinfo=UTC)


def findings(rows: dict[tuple[str, str], int], cells: dict[tuple[str, str], tuple[int, int]]) -> Findings:
    flaws = [
        {"area": area, "code": code, "column": "", "rows": count, "sample": "[]"}
        for (area, code), count in rows.items()
    ]
    counted = [
        {"kpi": kpi, "area": area, "due": due, "present": present, "impossible": 0}
        for (kpi, area), (due, present) in cells.items()
    ]
    return Findings(
        pa.Table.from_pylist(flaws, FLAWS), pa.Table.from_pylist(counted, CELLS), RECEIPTS.empty_table()
    )


BEFORE = findings(
    {("a", ""): 10, ("b", ""): 10, ("b", "duplicate"): 2}, {("k", "a"): (3, 3), ("k", "b"): (3, 2)}
)
AFTER = findings({("a", ""): 11, ("b", ""): 10}, {("k", "a"): (3, 3), ("k", "b"): (3, 3)})


def versions(warehouse: Warehouse) -> int:
    with warehouse.reading() as connection:
        tables = (quality_rows, quality_cells, quality_version)
        return sum(connection.execute(select(func.count()).select_from(t)).scalar_one() for t in tables)


def publish(press: Press, found: Findings, value: float) -> tuple[int, int]:
    """A run whose findings are kept and whose number is published: its id and its edition."""
    run = press.run(SOURCE)
    press.warehouse.store_quality(run, SOURCE, found)
    table = facts({("k", "a", "2026-01"): value}, SOURCE)
    edition = press.warehouse.publish(run, SOURCE, table, points({}, SOURCE), press.term, NOW)
    return run, edition.number


def scores(warehouse: Warehouse, edition: int | None = None) -> tuple[Any, ...]:
    standing = warehouse.quality_standing(edition)[SOURCE]
    found = read(warehouse, spec(), standing).counts()
    return found.rows, dict(found.flaws), found.due, found.present


def test_every_past_edition_tells_what_its_own_run_found(press: Press) -> None:
    _, first = publish(press, BEFORE, 1.0)
    _, second = publish(press, AFTER, 2.0)
    assert scores(press.warehouse, first) == (22, {RowReason.DUPLICATE: 2}, 6, 5)
    assert scores(press.warehouse, second) == scores(press.warehouse) == (21, {}, 6, 6)


def test_finding_the_same_again_writes_no_row(press: Press) -> None:
    publish(press, BEFORE, 1.0)
    before = versions(press.warehouse)
    run = press.run(SOURCE)
    assert press.warehouse.store_quality(run, SOURCE, BEFORE) is False
    assert versions(press.warehouse) == before
    assert scores(press.warehouse) == (22, {RowReason.DUPLICATE: 2}, 6, 5)


def test_only_what_differs_is_written(press: Press) -> None:
    publish(press, BEFORE, 1.0)
    before = versions(press.warehouse)
    publish(press, AFTER, 2.0)
    # the good rows of a, the cells of b, and the version itself; what is gone is only closed
    assert versions(press.warehouse) - before == 3


def test_what_an_unpublished_run_found_is_not_shown(press: Press) -> None:
    publish(press, BEFORE, 1.0)
    run = press.run(SOURCE)
    press.warehouse.store_quality(run, SOURCE, AFTER)
    assert scores(press.warehouse) == (22, {RowReason.DUPLICATE: 2}, 6, 5)
    _, edition = publish(press, BEFORE, 3.0)
    assert scores(press.warehouse, edition) == (22, {RowReason.DUPLICATE: 2}, 6, 5)


def test_the_first_receipt_stays_whatever_is_sent_again(press: Press) -> None:
    shelf = press.warehouse
    assert shelf.add_receipts(SOURCE, 1, [Receipt("2026-01", "a", NOW), Receipt("2026-01", "b", NOW)]) == 2
    later = NOW + timedelta(days=9)
    assert (
        shelf.add_receipts(SOURCE, 2, [Receipt("2026-01", "a", later), Receipt("2026-02", "a", later)]) == 1
    )
    assert shelf.receipts(SOURCE) == [
        Receipt("2026-01", "a", NOW), Receipt("2026-01", "b", NOW), Receipt("2026-02", "a", later),
    ]  # fmt: skip
    assert shelf.receipts("other") == []


def test_history_lets_data_grow_old_on_days_without_a_refresh(press: Press) -> None:
    shelf, source = press.warehouse, spec("2d")
    as_of = datetime(2026, 3, 10, 17, tzinfo=UTC)  # midnight after 10 March in the province
    counts = Counts(100, {RowReason.DUPLICATE: 10}, 4, 3)
    shelf.note_day(SOURCE, DayMark(date(2026, 3, 10), 1, as_of, Counts(100)))
    shelf.note_day(SOURCE, DayMark(date(2026, 3, 11), 2, as_of, Counts(1)))
    shelf.note_day(SOURCE, DayMark(date(2026, 3, 11), 3, as_of, counts))
    found = history(shelf, source, datetime(2026, 3, 14, 5, tzinfo=UTC), days=5)
    assert [one.day.day for one in found] == [10, 11, 12, 13, 14]
    assert [one.score.live for one in found] == [100, 100, 100, 50, pytest.approx(25)]
    assert [one.score.clean for one in found] == [100, 90, 90, 90, 90]
    assert [one.score.overall for one in found] == [100, 75, 75, 50, pytest.approx(25)]
