"""A publication is whole, exact and fenced, and writes nothing that did not change."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from sqlalchemy import func, select, update

from ioc.leader import Lease
from ioc.observations import PLACES
from ioc.runs import Reason, RunFailed, State
from ioc.warehouse import Warehouse, schema
from tests.warehouse.press import Press, facts, points

A, B, C = ("k", "a", "2026-01"), ("k", "b", "2026-01"), ("k2", "a", "2026-01")


def _rows(warehouse: Warehouse) -> tuple[int, int, int]:
    """Rows of facts, of places, and facts that are closed."""
    with warehouse.reading() as connection:
        return (
            connection.execute(select(func.count()).select_from(schema.fact)).scalar_one(),
            connection.execute(select(func.count()).select_from(schema.place)).scalar_one(),
            connection.execute(select(func.count(schema.fact.c.until))).scalar_one(),
        )


def test_the_same_again_writes_no_row_and_makes_no_edition(warehouse: Warehouse, press: Press) -> None:
    places = {("village", "1"): {"x": 1}}
    first = press.publish({A: 1.0, B: 2.0}, places)
    before = _rows(warehouse)
    again = press.publish({B: 2.0, A: 1.0}, places)
    assert again == first
    assert _rows(warehouse) == before == (2, 1, 0)
    run = warehouse.runs(limit=1)[0]
    assert (run.state, run.edition) == (State.PUBLISHED, first.number)


def test_equal_rows_stay_untouched_when_others_change(warehouse: Warehouse, press: Press) -> None:
    press.publish({A: 1.0, B: 2.0, C: 3.0})
    second = press.publish({A: 1.0, B: 2.5, C: 3.0})
    assert (second.number, second.changed) == (2, 1)
    assert _rows(warehouse) == (4, 0, 1)
    assert {item.area: item.edition for item in warehouse.slice("k", 2)} == {"a": 1, "b": 2}
    assert warehouse.changed_kpis(1, 2) == {"k"}


@pytest.mark.parametrize("other", [math.nextafter(0.1, 1), -0.1, 0.0, None, 1e300, 5e-324])
def test_numbers_are_compared_and_kept_to_the_last_bit(press: Press, other: float | None) -> None:
    press.publish({A: 0.1})
    edition = press.publish({A: other})
    assert edition.number == 2
    assert press.shown(["k"], 2) == {A: other}
    assert press.shown(["k"], 1) == {A: 0.1}


@pytest.mark.parametrize(
    ("column", "before", "after"),
    [
        ("status", "provisional", "final"), ("numerator", 1.0, 2.0), ("denominator", 4.0, None),
        ("reporting", 37, 38), ("expected", None, 38),
    ],
)  # fmt: skip
def test_a_change_in_any_column_is_a_change(press: Press, column: str, before: object, after: object) -> None:
    press.publish({A: {"value": 1.0, column: before}})
    assert press.publish({A: {"value": 1.0, column: after}}).number == 2
    assert getattr(press.warehouse.slice("k", 2)[0], column) == after


def test_minus_zero_is_zero(press: Press) -> None:
    press.publish({A: 0.0})
    assert press.publish({A: -0.0}).number == 1


def test_what_a_source_no_longer_brings_is_closed(warehouse: Warehouse, press: Press) -> None:
    press.publish({A: 1.0, C: 3.0}, {("village", "1"): {}, ("village", "2"): {}})
    press.publish({C: 3.0}, {("village", "2"): {}})
    assert press.shown(["k", "k2"], 2) == {C: 3.0}
    assert press.shown(["k", "k2"], 1) == {A: 1.0, C: 3.0}
    assert [place.id for place in warehouse.places("village", 2)] == ["2"]
    assert [place.id for place in warehouse.places("village", 1)] == ["1", "2"]
    press.publish({A: 1.0, C: 3.0})
    assert press.shown(["k"], 3) == {A: 1.0}
    assert warehouse.changed_kpis(1, 3) == {"k"}
    assert warehouse.changed_places(1, 2) == {"village"}


def test_sources_do_not_touch_each_other(press: Press) -> None:
    press.publish({A: 1.0}, source="s1")
    press.publish({C: 3.0}, source="s2")
    press.publish({}, source="s2")
    assert press.shown(["k", "k2"], 3) == {A: 1.0}


def test_a_kpi_that_moves_to_another_source_and_back_is_never_lost(
    warehouse: Warehouse, press: Press
) -> None:
    press.publish({A: 1.0, C: 3.0}, source="s1")
    press.publish({A: 1.0}, source="s2")
    assert warehouse.slice("k", 2)[0].source == "s2"
    press.publish({C: 3.0}, source="s1")
    assert press.shown(["k", "k2"], 2) == {A: 1.0, C: 3.0}
    press.publish({A: 1.0, C: 3.0}, source="s1")
    assert warehouse.slice("k", 3)[0].source == "s1"
    assert all(warehouse.verify(edition.number) for edition in warehouse.editions())


def test_the_hash_of_an_edition_depends_on_what_it_shows_alone(warehouse: Warehouse, press: Press) -> None:
    def sha256(number: int) -> str:
        with warehouse.reading() as connection:
            found = select(schema.edition.c.content_sha256).where(schema.edition.c.number == number)
            return str(connection.execute(found).scalar_one())

    press.publish({A: 1.0})
    press.publish({A: 2.0})
    press.publish({B: 9.0}, source="s2")
    press.publish({}, source="s2")
    press.publish({A: 1.0})
    assert sha256(5) == sha256(1) != sha256(2) == sha256(4) != sha256(3)


def test_the_first_edition_exists_even_when_it_is_empty(warehouse: Warehouse, press: Press) -> None:
    assert press.publish({}).number == 1
    assert warehouse.verify(1)
    assert press.publish({}).number == 1


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_refused(press: Press, number: float) -> None:
    with pytest.raises(ValueError, match="value"):
        press.publish({A: number})
    assert press.warehouse.latest() is None


def test_a_key_twice_is_refused_and_named(press: Press) -> None:
    twice = pa.concat_tables([facts({A: 1.0, B: 1.0}), facts({B: 2.0})])
    with pytest.raises(ValueError, match="'area': 'b'"):
        press.publish(twice)


def test_rows_of_another_source_and_unknown_states_are_refused(press: Press) -> None:
    with pytest.raises(ValueError, match="s2"):
        press.publish(facts({A: 1.0}, source="s2"))
    with pytest.raises(ValueError, match="beautiful"):
        press.publish({A: {"value": 1.0, "status": "beautiful"}})
    with pytest.raises(ValueError, match="area"):
        press.publish(facts({A: 1.0}).set_column(1, "area", pa.array([None], pa.string())))


def test_who_does_not_lead_cannot_publish(warehouse: Warehouse, press: Press) -> None:
    press.publish({A: 1.0})
    run = press.run()
    for term in (press.term - 1, press.term + 1):
        with pytest.raises(RunFailed) as refused:
            warehouse.publish(run, "s1", facts({A: 2.0}), points({}), term, datetime.now(UTC))
        assert refused.value.reason is Reason.LOST_LEASE
    assert press.shown(["k"], 1) == {A: 1.0}


def test_a_lease_lost_in_mid_publication_stops_it(
    warehouse: Warehouse, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last statement before the commit is the fence."""
    from ioc.warehouse import publication

    press.publish({A: 1.0})
    genuine = publication._mark_run

    def take_over(connection: object, *rest: object) -> None:
        genuine(connection, *rest)  # type: ignore[arg-type]
        connection.execute(update(schema.lease).values(term=press.term + 1))  # type: ignore[attr-defined]

    monkeypatch.setattr(publication, "_mark_run", take_over)
    with pytest.raises(RunFailed) as refused:
        press.publish({A: 2.0})
    assert refused.value.reason is Reason.LOST_LEASE
    latest = warehouse.latest()
    assert latest is not None
    assert latest.number == 1
    assert press.shown(["k"], 1) == {A: 1.0}


def test_a_publication_is_a_sign_of_life(warehouse: Warehouse) -> None:
    lease = Lease(warehouse, seconds=0.0)
    press = Press(warehouse, lease.acquire() or 0)
    press.publish({A: 1.0})
    assert Lease(warehouse, owner="other").acquire() is None


def test_a_clock_that_went_back_publishes_nothing_unless_told_to(warehouse: Warehouse, press: Press) -> None:
    now = datetime.now(UTC)
    press.publish({A: 1.0}, now=now)
    with pytest.raises(RunFailed) as refused:
        press.publish({A: 2.0}, now=now - timedelta(minutes=6))
    assert refused.value.reason is Reason.CLOCK
    assert press.publish({A: 2.0}, now=now - timedelta(minutes=4)).number == 2
    run = press.run()
    early = now - timedelta(days=30)
    trusted = warehouse.publish(
        run, "s1", facts({A: 3.0}), PLACES.empty_table(), press.term, early, trust_clock=True
    )
    assert trusted.number == 3


def test_a_run_publishes_once(warehouse: Warehouse, press: Press) -> None:
    run = press.run()
    now = datetime.now(UTC)
    warehouse.publish(run, "s1", facts({A: 1.0}), points({}), press.term, now)
    with pytest.raises(ValueError, match="published already"):
        warehouse.publish(run, "s1", facts({A: 2.0}), points({}), press.term, now)
    with pytest.raises(ValueError, match="does not exist"):
        warehouse.publish(999, "s1", facts({A: 2.0}), points({}), press.term, now)
    assert press.shown(["k"], 1) == {A: 1.0}


def test_times_come_back_in_utc(warehouse: Warehouse, press: Press) -> None:
    now = datetime.fromisoformat("2026-11-22T20:37:04+07:00")
    edition = press.publish({A: 1.0}, now=now)
    found = warehouse.edition(edition.number)
    assert found is not None
    assert found.published_at == now
    assert found.published_at.tzinfo is UTC
    with pytest.raises(Exception, match="without a zone"):
        warehouse.beat("x", datetime(2026, 1, 1), {})  # noqa: DTZ001


def test_changes_between_editions_leave_out_what_came_back(warehouse: Warehouse, press: Press) -> None:
    press.publish({A: 1.0, B: 2.0, C: 3.0})
    press.publish({A: 1.5, B: 2.5, ("k", "a", "2026-02"): 7.0})
    press.publish({A: 1.0, B: 2.5, ("k", "a", "2026-02"): 7.0})
    found = [
        (c.kpi, c.area, c.period, c.before and c.before.value, c.after and c.after.value)
        for c in warehouse.changes(1, 3)
    ]
    assert found == [
        ("k", "a", "2026-02", None, 7.0),
        ("k", "b", "2026-01", 2.0, 2.5),
        ("k2", "a", "2026-01", 3.0, None),
    ]
    assert len(warehouse.changes(1, 3, limit=2)) == 2
    assert warehouse.changes(3, 3) == []


def test_a_slice_can_be_narrowed(warehouse: Warehouse, press: Press) -> None:
    other = ("k", "a", "2026-02.ytd")
    press.publish({A: 1.0, B: 2.0, other: 3.0})
    assert [item.area for item in warehouse.slice("k", 1, period="2026-01")] == ["a", "b"]
    assert [item.value for item in warehouse.slice("k", 1, period="2026-01", areas=["b"])] == [2.0]
    assert [item.period for item in warehouse.series("k", "a", 1)] == ["2026-01", "2026-02.ytd"]
    assert warehouse.slice("k", 0) == []
    assert warehouse.slice("k", 1, areas=[]) == []


def test_hostile_names_are_only_names(warehouse: Warehouse, press: Press) -> None:
    hostile = "k'; DROP TABLE fact; --"
    press.publish({(hostile, 'a"b', "2026-01"): 1.0, A: 2.0})
    assert [item.value for item in warehouse.slice(hostile, 1)] == [1.0]
    assert warehouse.slice("k' OR '1'='1", 1) == []
    assert press.shown(["k"], 1) == {A: 2.0}
