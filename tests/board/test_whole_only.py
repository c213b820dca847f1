"""A KPI that only the province knows: communes say so and are not missed, the province itself may still be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ioc.catalogue import Direction
from ioc.cells import STATES, cells, strip
from ioc.observations import Observation, Status
from ioc.slices import Slice
from ioc.web.documents import STATE_LETTERS
from tests.board.test_cells import kpi

ROOT, FIRST, SECOND = "12@20250701", "03388@20250701", "03390@20250701"
AREAS = {FIRST: 0, SECOND: 1, ROOT: 2, ROOT + "+xa": 3}
WHOLE = kpi(Direction.UP).model_copy(update={"level": "province"})


def held(*areas: str) -> Slice:
    rows = [
        Observation(
            "rate", area, "2026-10", 1.0, 40.0, 50.0, Status.FINAL, None, None, "source", 1
        )
        for area in areas
    ]  # fmt: skip
    return Slice.of(rows, AREAS)


def states(slice_: Slice, period: str, areas: list[str]) -> list[str]:
    nothing = [None] * len(areas)
    shown = [cell.state for cell in cells(WHOLE, slice_, period, areas, nothing)]
    sent = [STATES[code] for code in strip(WHOLE, slice_, period, areas, nothing).state]
    assert shown == sent
    return shown


def test_communes_say_that_only_the_province_has_figures() -> None:
    assert states(held(ROOT), "2026-10", list(AREAS)) == ["whole_only", "whole_only", "value", "missing"]


@given(st.lists(st.sampled_from([FIRST, SECOND]), unique=True))
def test_a_province_without_a_figure_is_missing_whatever_the_period(known: list[str]) -> None:
    for period in ("2026-10", "2026-11"):
        found = states(held(*known), period, [FIRST, SECOND, ROOT])
        assert found[2] == "missing"
        has = {area for area in known if period == "2026-10"}
        wanted = ["value" if area in has else "whole_only" for area in (FIRST, SECOND)]
        assert found[:2] == wanted


def test_a_kpi_of_communes_still_misses_those_that_did_not_report() -> None:
    plain = kpi(Direction.UP)
    assert [cell.state for cell in cells(plain, held(FIRST), "2026-10", [FIRST, SECOND], [None, None])] == [
        "value",
        "missing",
    ]


def test_every_state_without_a_value_has_a_letter_of_its_own() -> None:
    letters = [STATE_LETTERS[state] for state in STATES if state != "value"]
    assert len(set(letters)) == len(letters) and not set(letters) & set("gwbnh")
