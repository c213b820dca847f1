"""Who is late in the ledger: named as far as the reader may see, the others counted, nobody left out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ioc.access import OPEN, Scope
from ioc.periods import Period
from ioc.quality.supply import Entry, Standing
from layouts.tables.quality import who
from tests.refresh.tiny import lai_chau

REGISTER = lai_chau()
AREAS = [area.id for area in REGISTER.communes]
NAMES = [area.name for area in REGISTER.communes]


def entry(absent: int, behind: int = 0, units: int = 38) -> Entry:
    return Entry(
        "hs", "so", Period.month(2026, 10), datetime(2026, 12, 1, tzinfo=UTC), units,
        tuple(AREAS[absent : absent + behind]), tuple(AREAS[:absent]), None, None, Standing.MISSING, 0,
    )  # fmt: skip


def test_all_are_named_where_there_is_room_and_the_rest_is_counted() -> None:
    assert who(entry(2, 1), REGISTER, OPEN, "vi") == ", ".join(NAMES[:3])
    assert who(entry(5), REGISTER, OPEN, "vi", 4) == ", ".join(NAMES[:5])
    assert who(entry(9), REGISTER, OPEN, "vi", 4) == f"{', '.join(NAMES[:4])} và 5 xã khác"


@pytest.mark.parametrize("most", [None, 4])
def test_communes_outside_the_scope_are_counted_and_never_named(most: int | None) -> None:
    narrow = Scope(areas=frozenset({AREAS[1]}))
    assert who(entry(9), REGISTER, narrow, "vi", most) == f"{NAMES[1]} và 8 xã khác"
    assert who(entry(9), REGISTER, Scope(areas=frozenset({AREAS[30]})), "vi", most) == "9 xã khác"


def test_a_source_that_hands_in_as_one_is_named_as_one() -> None:
    assert who(entry(1, units=1), REGISTER, OPEN, "vi") == "cả nguồn"
