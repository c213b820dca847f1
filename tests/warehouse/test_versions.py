"""Every version of a number can be read back, with the editions between which it stood."""

from __future__ import annotations

from ioc.warehouse import Warehouse
from tests.warehouse.press import Press

KEY = ("k1", "a", "2026-09")
OTHER = ("k1", "b", "2026-09")


def test_versions_tell_how_a_number_was_corrected_removed_and_brought_back(
    warehouse: Warehouse, press: Press
) -> None:
    for values in ({KEY: 10.0}, {KEY: 10.0, OTHER: 1.0}, {KEY: 12.0, OTHER: 1.0}, {OTHER: 1.0}, {KEY: 12.5}):
        press.publish(values)
    found = [(one.shown.value, one.shown.edition, one.until) for one in warehouse.versions(*KEY, upto=5)]
    assert found == [(10.0, 1, 3), (12.0, 3, 4), (12.5, 5, None)]
    assert [one.shown.value for one in warehouse.versions(*KEY, upto=4)] == [10.0, 12.0]
    assert [one.shown.value for one in warehouse.versions(*KEY, upto=5, limit=2)] == [12.0, 12.5]
    times = {one.number: one.published_at for one in warehouse.editions()}
    assert [one.published_at for one in warehouse.versions(*KEY, upto=5)] == [times[1], times[3], times[5]]
    assert warehouse.versions("k1", "a", "1999-01", upto=5) == []


def test_an_edition_says_how_many_numbers_of_each_kpi_it_changed(warehouse: Warehouse, press: Press) -> None:
    press.publish({KEY: 1.0, OTHER: 1.0, ("k2", "a", "2026-09"): 1.0})
    press.publish({KEY: 2.0, OTHER: 1.0, ("k2", "a", "2026-09"): 1.0})
    assert warehouse.touched([1, 2]) == {1: {"k1": 2, "k2": 1}, 2: {"k1": 1}}
    assert warehouse.touched([]) == {}


def test_older_editions_are_listed_page_by_page(warehouse: Warehouse, press: Press) -> None:
    for value in range(5):
        press.publish({KEY: float(value)})
    assert [one.number for one in warehouse.editions(2)] == [5, 4]
    assert [one.number for one in warehouse.editions(2, before=4)] == [3, 2]
    assert warehouse.editions(2, before=1) == []
